"""Small parts that the pages of pairing share."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QListWidget, QListWidgetItem, QWidget

from carehub.domain.care import Pairing
from carehub.domain.drafts import check_value
from carehub.domain.facts import facts_of
from carehub.domain.people import Child
from carehub.domain.texts import Texts, mark
from carehub.gui import theme as th
from carehub.gui.children.header import age
from carehub.gui.desktop import Desktop
from carehub.gui.editors.days import DayEditor
from carehub.gui.theme import Theme
from carehub.gui.widgets.basics import column, label
from carehub.gui.widgets.combo import ComboBox
from carehub.gui.widgets.flow import flow
from carehub.gui.widgets.ticks import TickList, TickRow
from carehub.services.proposals import Proposal

WIDE_TEXT = 1.5
"""From this size of text (times the standard) on only what tells children apart is said of them."""
INNER = 4
"""What the style leaves around the words of a row, beside the padding."""
ID = Qt.ItemDataRole.UserRole
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def make_tall(made: QListWidget, theme: Theme) -> None:
    """Dresses a list whose rows have more lines beneath the first; call `fit` whenever its width or rows change."""
    made.setUniformItemSizes(False)
    made.setWordWrap(True)
    made.setResizeMode(QListView.ResizeMode.Adjust)
    made.setStyleSheet(f"QListWidget::item {{ padding: {theme.px(th.GAP_S)}px {theme.px(th.GAP_M)}px; }}")


def fit(made: QListWidget, theme: Theme, beside: int = 0) -> None:
    """Makes every row as high as its words need, with `beside` pixels of an icon. Qt counts without the padding, and
    would cut the last words off."""
    room = made.viewport().width() - 2 * theme.px(th.GAP_M) - 2 * INNER - beside
    measure, edge = made.fontMetrics(), 2 * theme.px(th.GAP_S) + 2 * INNER
    for n in range(made.count()):
        words = made.item(n).text()
        flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft
        height = measure.boundingRect(QRect(0, 0, max(room, 1), 10_000), flags, words).height() + edge
        made.item(n).setSizeHint(QSize(0, max(height, theme.row)))


class ProposalTicks(TickList):
    """Proposals to be ticked, each with its reasons beneath."""

    def __init__(self, theme: Theme, tr: Texts, name: str) -> None:
        super().__init__(theme, tr, name, mark("is paired"), mark("is not paired"))
        self._look = theme
        make_tall(self, theme)

    def set_rows(self, rows: Sequence[TickRow]) -> None:
        super().set_rows(rows)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        fit(self, self._look, self.iconSize().width() + self._look.px(th.GAP_S))


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
        self._look, self._tall = theme, tall
        if tall:
            make_tall(self, theme)
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
        self._fit()
        self.blockSignals(False)
        self.chosen.emit(self.current)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self._tall:
            fit(self, self._look)

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
