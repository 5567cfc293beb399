"""What a condition is asked for: codes to tick, a text, a number from and to, a day, so many days."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QWidget

from carehub.domain.codes import Codebook
from carehub.domain.facts import Fact, Kind
from carehub.domain.filters import How
from carehub.domain.normalise import parse_day
from carehub.domain.texts import Texts, mark
from carehub.gui import theme as th
from carehub.gui.editors.base import ENTER_KEYS, Editor
from carehub.gui.editors.choices import ChoiceEditor, Option
from carehub.gui.editors.days import DayEditor
from carehub.gui.editors.lines import LineEditor
from carehub.gui.theme import Theme
from carehub.gui.widgets.basics import button, label
from carehub.gui.widgets.flow import FlowLayout

FEW_CODES = 8
NARROW, WIDE = 110, 260
DAY_TESTS = (How.BEFORE, How.SINCE)


class Values(QWidget):
    """Asks for the values of one condition. `entered`: Enter says that this is all."""

    entered = Signal()

    def __init__(self, theme: Theme, tr: Texts, codes: Codebook, fact: Fact, how: How) -> None:
        super().__init__()
        self._line = FlowLayout(self, theme.px(th.GAP_S))
        self._theme, self._tr, self._fact, self._how = theme, tr, fact, how
        self.ticks: dict[str, QPushButton] = {}
        self.editors: list[Editor] = []
        if how is How.IS:
            self._offer_codes(codes)
        elif how is How.HAS:
            self._add(LineEditor(theme, tr, width=WIDE))
        elif how is How.BETWEEN:
            self._add(LineEditor(theme, tr, width=NARROW, latin=True))
            self._line.addWidget(label(tr(mark("to")), wrap=False))
            self._add(LineEditor(theme, tr, width=NARROW, latin=True))
        elif how in DAY_TESTS:
            self._add(DayEditor(theme, tr))
        elif how not in (How.EMPTY, How.FILLED):
            self._add(LineEditor(theme, tr, width=NARROW, unit=tr(mark("days")), latin=True))

    def _add(self, editor: Editor) -> None:
        editor.set_name(self._tr(self._fact.label))
        editor.entered.connect(self.entered)
        self.editors.append(editor)
        self._line.addWidget(editor)

    def _offer_codes(self, codes: Codebook) -> None:
        """Codes to tick, several of them where there are few; out of many, one."""
        options = _options(self._fact, codes, self._tr)
        if len(options) > FEW_CODES:
            self._add(ChoiceEditor(self._theme, self._tr, options, width=WIDE))
            return
        for option in options:
            made = button(option.name, lambda: None, theme=self._theme, kind="chip")
            made.setAccessibleName(self._tr("{label}: {choice}", label=self._tr(self._fact.label), choice=option.name))
            made.setCheckable(True)
            self.ticks[option.code] = made
            self._line.addWidget(made)

    @property
    def stops(self) -> list[QWidget]:
        """The widgets that the tab key goes through, in their order."""
        return [*self.ticks.values(), *(editor.target for editor in self.editors)]

    def values(self) -> tuple[str, ...]:
        """What is asked for; days in the form in which they are kept."""
        if self.ticks:
            return tuple(code for code, tick in self.ticks.items() if tick.isChecked())
        typed = [editor.text().strip() for editor in self.editors]
        if self._how in DAY_TESTS:
            day = parse_day(typed[0]) if typed[0] else None
            return (day.isoformat() if day else typed[0],)
        return tuple(typed)

    def set_values(self, values: Sequence[str]) -> None:
        """Shows values that `values` gave."""
        for code, tick in self.ticks.items():
            tick.setChecked(code in values)
        for editor, value in zip(self.editors, values, strict=False):
            editor.set_text(value)

    def focus(self) -> bool:
        """Takes the focus; False if nothing is asked for."""
        if self.ticks:
            next(iter(self.ticks.values())).setFocus(Qt.FocusReason.TabFocusReason)
        elif self.editors:
            self.editors[0].focus()
        return bool(self.ticks or self.editors)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter on a code to tick says that this is all; space ticks."""
        if event.key() in ENTER_KEYS:
            self.entered.emit()
        else:
            super().keyPressEvent(event)


def _options(fact: Fact, codes: Codebook, tr: Texts) -> list[Option]:
    if fact.kind is Kind.BOOLEAN:
        return [Option("1", tr("Yes")), Option("0", tr("No"))]
    return [Option(c.code, tr.pick(c.zh, c.en), c.words) for c in codes[fact.codes]]
