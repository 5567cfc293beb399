"""A choice of any number among a few: buttons with a box, each ticked or not."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QApplication, QPushButton, QSizePolicy, QWidget

from carehub.domain.texts import Texts, mark
from carehub.gui import theme as th
from carehub.gui.editors.base import Editor
from carehub.gui.editors.segments import BACK, FORWARD
from carehub.gui.theme import Theme
from carehub.gui.widgets.basics import look
from carehub.gui.widgets.flow import FlowLayout
from carehub.gui.widgets.ticks import OFF, ON


class TicksEditor(Editor):
    """One tab stop. Arrow keys go from box to box, space or a click ticks one or takes the tick away. The text is that
    of `Kind.CHOICES`: the codes, sorted, joined by a space."""

    def __init__(self, theme: Theme, tr: Texts, options: Sequence[tuple[str, str]]) -> None:
        super().__init__(theme, tr)
        self._name, self._at = "", 0
        self._codes: list[str] = []
        self.buttons: list[QPushButton] = []
        self._line = FlowLayout(self, theme.px(th.GAP_S))
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        for code, name in options:
            self._add(code, name)
        self._stop_at(0)

    @property
    def target(self) -> QWidget:
        return self.buttons[self._at]

    def text(self) -> str:
        return " ".join(sorted(c for c, b in zip(self._codes, self.buttons, strict=True) if b.isChecked()))

    def set_text(self, text: str) -> None:
        wanted = text.split()
        for code in wanted:
            if code not in self._codes:
                self._add(code, code)  # a code unknown here is shown as it is, until its tick is taken away
        for code, button in zip(self._codes, self.buttons, strict=True):
            button.setChecked(code in wanted)
        self.set_name(self._name)
        self._stop_at(0)

    def set_name(self, name: str) -> None:
        self._name = name
        self.setAccessibleName(name)
        for button in self.buttons:
            button.setAccessibleName(self._tr(mark("{label}: {choice}"), label=name, choice=button.text()))

    def set_description(self, words: str) -> None:
        for button in self.buttons:
            button.setAccessibleDescription(words)

    def set_wrong(self, wrong: bool) -> None:
        for button in self.buttons:
            button.setProperty("wrong", "true" if wrong else "false")

    def key_pressed(self, event: QKeyEvent) -> bool:
        step = (event.key() in FORWARD) - (event.key() in BACK)
        if not step:
            return super().key_pressed(event)
        here = next((i for i, b in enumerate(self.buttons) if b.hasFocus()), self._at)
        self._stop_at(min(max(here + step, 0), len(self.buttons) - 1))
        self.buttons[self._at].setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def _focus_out(self, widget: QObject) -> None:
        if QApplication.focusWidget() not in self.buttons:
            super()._focus_out(widget)

    def _add(self, code: str, name: str) -> None:
        button = QPushButton(name)
        button.setCheckable(True)
        button.setAutoDefault(False)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        look(button, "segment")
        side = self.theme.text(1.0)
        button.setIconSize(QSize(side, side))
        bold = QFontMetrics(self.theme.font(strong=True)).horizontalAdvance(name)
        button.setFixedWidth(bold + side + 2 * (self.theme.px(12) + 4) + self.theme.px(th.GAP_S))
        button.toggled.connect(lambda on: self._dress(button, on))
        button.clicked.connect(lambda: self._clicked(button))
        self._dress(button, on=False)
        self._codes.append(code)
        self.buttons.append(button)
        self._line.addWidget(button)
        self.watch(button)

    def _dress(self, button: QPushButton, on: bool) -> None:
        button.setIcon(self.theme.icon(ON if on else OFF, th.CARD if on else th.MUTED))

    def _clicked(self, button: QPushButton) -> None:
        self._stop_at(self.buttons.index(button))
        self.changed.emit()

    def _stop_at(self, at: int) -> None:
        """Only one of the boxes is reached with Tab: the one that was used last, else the first."""
        self._at = at
        for i, button in enumerate(self.buttons):
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if i == at else Qt.FocusPolicy.ClickFocus)
