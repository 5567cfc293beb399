"""Small parts that the pages of pairing share."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QListWidget, QListWidgetItem, QWidget

from carehub.domain.care import Pairing
from carehub.domain.drafts import check_value
from carehub.domain.facts import facts_of
from carehub.domain.people import Child
from carehub.domain.texts import Texts
from carehub.gui import theme as th
from carehub.gui.children.list import age
from carehub.gui.desktop import Desktop
from carehub.gui.editors.days import DayEditor
from carehub.gui.merging.pieces import flow
from carehub.gui.theme import Theme
from carehub.gui.widgets.basics import column, label
from carehub.gui.widgets.combo import ComboBox
from carehub.services.proposals import Proposal

WIDE_TEXT = 1.5
"""From this size of text (times the standard) on only what tells children apart is said of them."""
ID = Qt.ItemDataRole.UserRole
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def padded(theme: Theme) -> str:
    """The style of a list whose lines have a second line beneath."""
    return f"QListWidget::item {{ padding: {theme.px(th.GAP_S)}px {theme.px(th.GAP_M)}px; }}"


class Choices(QListWidget):
    """A list of lines to choose one from; `tall` ones have more lines beneath the first. Enter or a double click
    takes it."""

    chosen = Signal(str)
    taken = Signal(str)

    def __init__(self, theme: Theme, name: str, *, tall: bool = True) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrap(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        if tall:
            self.setStyleSheet(padded(theme))
        self.currentItemChanged.connect(lambda item, _: self.chosen.emit(item.data(ID) if item else ""))
        self.itemDoubleClicked.connect(lambda item: self.taken.emit(item.data(ID)))

    def set_rows(self, rows: Sequence[tuple[str, str]], *, anew: bool = False) -> None:
        """Shows (id, words); the line one is at stays if it is still there, else the one in its place. `anew` begins
        with the first one."""
        before, at = ("", 0) if anew else (self.current, max(self.currentRow(), 0))
        self.blockSignals(True)  # said once, when all is in its place
        self.clear()
        for row, words in rows:
            item = QListWidgetItem(words)
            item.setData(ID, row)
            self.addItem(item)
        ids = [row for row, _ in rows]
        if rows:
            self.setCurrentRow(ids.index(before) if before in ids else min(at, len(rows) - 1))
        self.blockSignals(False)
        self.chosen.emit(self.current)

    @property
    def current(self) -> str:
        """The id one is at; empty if there is none."""
        item = self.currentItem()
        return str(item.data(ID)) if item else ""

    def choose(self, row: str) -> bool:
        """Goes to a line; False if it is not there."""
        at = next((n for n in range(self.count()) if self.item(n).data(ID) == row), -1)
        if at >= 0:
            self.setCurrentRow(at)
        return at >= 0

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTER and self.current:
            self.taken.emit(self.current)
        else:
            super().keyPressEvent(event)


class Terms(QWidget):
    """Which kind of pairing, and from which day on."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__()
        tr, theme = desktop.tr, desktop.theme
        self._desktop = desktop
        self._kinds = ComboBox(theme, tr(facts_of(Pairing)["kind"].label))
        for code in desktop.desk.codes["pairing_kind"]:
            self._kinds.addItem(tr.pick(code.zh, code.en), code.code)
        self.day = DayEditor(theme, tr)
        self.day.set_name(tr("From"))
        self.day.set_value(date.today())
        begins = label(tr("From"), wrap=False)
        begins.setFixedHeight(theme.row)
        self.setLayout(column(flow(theme, self._kinds, begins, self.day)))

    @property
    def kind(self) -> str:
        return str(self._kinds.currentData())

    def begins(self) -> date:
        """The day; raises `InvalidInput` if what is typed is none."""
        return day_of(self._desktop, "started_on", self.day)


def day_of(desktop: Desktop, field: str, editor: DayEditor) -> date:
    """The day that is typed for a field of a pairing; today if nothing is. Raises `InvalidInput`."""
    day, problem = check_value(facts_of(Pairing)[field], editor.text(), desktop.desk.codes)
    if problem:
        raise problem.error()
    return day if isinstance(day, date) else date.today()


def child_words(tr: Texts, theme: Theme, child: Child) -> str:
    """A child by name, age and class; at large text by name and age."""
    old = tr("{age} years old", age=age(child.birth_date)) if child.birth_date else ""
    if theme.scale > WIDE_TEXT:
        return "　".join(x for x in (child.name or "", old) if x)
    place = "".join(x for x in (child.school, child.grade, child.class_name) if x)
    return "　".join(x for x in (child.name or "", old, place) if x)


def proposal_words(proposal: Proposal) -> str:
    """A volunteer, and beneath the name why."""
    return f"{proposal.volunteer}\n{proposal.reasons}"
