"""The sections of a long form: where one is, what each still lacks, and a way to any of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from carehub.domain.texts import Texts, mark
from carehub.gui import theme as th
from carehub.gui.theme import Theme
from carehub.gui.widgets.basics import button, column, scrolling
from carehub.gui.widgets.combo import ComboBox

LACKS = mark("{section} (lacks {count})")
GO_TO = mark("Go to a section")
WIDTH = 212
TEN = 10
"""So many sections have a key of their own; that of the tenth is 0."""


@dataclass(frozen=True, slots=True)
class Section:
    """One section: its words, how to go there, whether a widget lies in it, how many facts it lacks."""

    title: str
    go: Callable[[], object]
    holds: Callable[[QWidget], bool]
    lacks: Callable[[], int]


class Sections(QWidget):
    """A list of buttons, or where there is little room one box. Ctrl and a digit goes to a section, Ctrl+PgDown and
    Ctrl+PgUp to the next and the one before."""

    def __init__(self, theme: Theme, tr: Texts, page: QWidget, sections: Sequence[Section], *, box: bool) -> None:
        super().__init__()
        self._theme, self._tr, self._sections = theme, tr, list(sections)
        self.at = 0
        self.buttons: list[QPushButton] = []
        self.box = ComboBox(theme, tr(GO_TO)) if box else None
        self.setLayout(column(self._box(self.box) if self.box else self._list()))
        for n in range(len(self._sections)):
            if n < TEN:
                QShortcut(QKeySequence(f"Ctrl+{(n + 1) % TEN}"), page).activated.connect(partial(self.go, n))
        for keys, step in (("Ctrl+PgDown", 1), ("Ctrl+PgUp", -1)):
            QShortcut(QKeySequence(keys), page).activated.connect(partial(self._step, step))
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._follow)
        self.refresh()

    def go(self, n: int) -> None:
        """Goes to the `n`-th section."""
        self._mark(n)
        self._sections[n].go()

    def refresh(self) -> None:
        """Says anew what each section lacks."""
        for n, section in enumerate(self._sections):
            count = section.lacks()
            words = self._tr(LACKS, section=section.title, count=count) if count else section.title
            if self.box is not None:
                self.box.setItemText(n, words)
            else:
                self.buttons[n].setText(f"{(n + 1) % TEN} {words}" if n < TEN else words)
                self.buttons[n].setAccessibleName(words)

    def _step(self, step: int) -> None:
        self.go(min(max(self.at + step, 0), len(self._sections) - 1))

    def _mark(self, n: int) -> None:
        self.at = n
        if self.box is not None:
            with QSignalBlocker(self.box):
                self.box.setCurrentIndex(n)
        for i, made in enumerate(self.buttons):
            made.setChecked(i == n)

    def _follow(self, _: QWidget | None, now: QWidget | None) -> None:
        """The section with the cursor is the one that is marked."""
        if now is None or not self.isVisible():
            return
        found = next((n for n, section in enumerate(self._sections) if section.holds(now)), None)
        if found is not None:
            self._mark(found)

    def _list(self) -> QWidget:
        for n, section in enumerate(self._sections):
            made = button(section.title, partial(self.go, n), theme=self._theme, kind="segment")
            made.setCheckable(True)
            made.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the form is walked through with Tab, sections with Ctrl
            made.setStyleSheet("text-align: left;")
            made.setToolTip(f"Ctrl+{(n + 1) % TEN}" if n < TEN else "Ctrl+PgDown")
            self.buttons.append(made)
        holder = QWidget()
        holder.setLayout(column(*self.buttons, 1, gap=self._theme.px(th.GAP_XS)))
        area = scrolling(holder)
        area.setFixedWidth(self._theme.px(WIDTH))
        edge, gap = self._theme.px(th.GAP_M), self._theme.px(th.GAP_M)
        outer = QWidget()
        outer.setLayout(column(area, margins=(edge, gap, 0, gap)))
        return outer

    def _box(self, made: ComboBox) -> QWidget:
        made.addItems([section.title for section in self._sections])
        made.setToolTip("Ctrl+PgDown")
        made.activated.connect(self.go)
        return made
