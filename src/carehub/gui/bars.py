"""The rail of places at the left and the bar at the top."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QPushButton, QVBoxLayout, QWidget

from carehub.gui import theme as th
from carehub.gui.desktop import Desktop
from carehub.gui.places import Place
from carehub.gui.widgets.basics import column, icon_button, label, look, row
from carehub.gui.widgets.elided import ElidedLabel
from carehub.gui.widgets.search import SearchBox
from carehub.gui.widgets.sizes import size_switch

ENTRY_KEY = "F2"
"""Opens the page where sheets that came back are typed in, from everywhere."""


class Rail(QWidget):
    """A few named places with icon and word; arrow keys walk through them, Alt+number jumps."""

    chosen = Signal(str)

    def __init__(self, desktop: Desktop, places: Sequence[Place]) -> None:
        super().__init__()
        look(self, "rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        theme, tr = desktop.theme, desktop.tr
        self.setFixedWidth(theme.rail)
        self.places = list(places)
        self._buttons: dict[str, QPushButton] = {}
        group = QButtonGroup(self)
        body = column(gap=0)
        name = label(tr("CareHub"), "heading")
        name.setContentsMargins(theme.px(16), theme.px(16), theme.px(8), theme.px(12))
        body.addWidget(name)
        for n, place in enumerate(places, start=1):
            made = QPushButton(" " + tr(place.word))
            made.setCheckable(True)
            made.setToolTip(f"Alt+{n}")
            made.setAccessibleName(tr(place.word))
            look(made, "place")
            made.setIcon(theme.icon(place.icon, th.ACCENT))
            made.setIconSize(QSize(theme.text(1.1), theme.text(1.1)))
            made.clicked.connect(lambda _=False, address=place.address: self.chosen.emit(address))
            group.addButton(made)
            self._buttons[place.address] = made
            body.addWidget(made)
        body.addStretch(1)
        body.addLayout(self._foot(desktop))
        self.setLayout(body)

    def _foot(self, desktop: Desktop) -> QVBoxLayout:
        """Which site, and who is at the desk: a line each, whatever the names, so that all places fit the screen."""
        theme = desktop.theme
        foot = column(margins=(theme.px(16), theme.px(8), theme.px(8), theme.px(12)))
        for text in (desktop.desk.site.name, desktop.desk.user.name):
            line = ElidedLabel("small")
            line.say(text)
            foot.addWidget(line)
        return foot

    def mark(self, address: str) -> None:
        """Marks the place that is shown: bar, tint and weight."""
        if address in self._buttons:
            self._buttons[address].setChecked(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
        buttons = list(self._buttons.values())
        focused = next((i for i, b in enumerate(buttons) if b.hasFocus()), None)
        if step and focused is not None:
            buttons[(focused + step) % len(buttons)].setFocus()
        else:
            super().keyPressEvent(event)


class TopBar(QWidget):
    """Where I am, one search box, typing in visits, text size, lock."""

    searched = Signal(str)
    entered = Signal(str)
    sized = Signal(int)
    locked = Signal()
    back = Signal()
    entry = Signal()

    def __init__(self, desktop: Desktop) -> None:
        super().__init__()
        look(self, "bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        theme, tr = desktop.theme, desktop.tr
        self._back = icon_button(tr("Back"), "fa6s.arrow-left", self.back.emit, theme=theme)
        self._title = ElidedLabel("title")
        hint = tr("Name, phone, etc.")
        self._search = SearchBox(theme, hint, tr("Search"))
        self._least, self._most = (round(width - 195 * (theme.scale - 1)) for width in (300, 415))
        self._search.setMinimumWidth(self._least)
        self._search.setMaximumWidth(self._most)
        self._search.setToolTip(tr("Child, family, volunteer, sheet number, phone, school (Ctrl+K)"))
        self._search.searched.connect(self.searched)
        self._search.entered.connect(self.entered)
        sizes = size_switch(theme, tr, self.sized.emit)
        entry = icon_button(tr("Type in visits"), "fa6s.keyboard", self.entry.emit, theme=theme)
        entry.setToolTip(f"{tr('Type in visits')} ({ENTRY_KEY})")
        lock = icon_button(tr("Lock"), "fa6s.lock", self.locked.emit, theme=theme)
        lock.setToolTip(f"{tr('Lock')} (Ctrl+L)")
        line = row(self._back, self._title, self._search, entry, sizes, lock, gap=theme.px(th.GAP_S))
        line.setStretch(1, 1)
        line.setStretch(2, 1000)  # as much as it may have, the title gets the rest
        edge = theme.px(th.GAP_L)
        line.setContentsMargins(edge, theme.px(th.GAP_S), edge, theme.px(th.GAP_S))
        self.setLayout(line)

    def show_page(self, title: str, *, can_go_back: bool) -> None:
        """Says where I am."""
        self._title.say(title)
        self._share()
        self._back.setEnabled(can_go_back)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share()

    def _share(self) -> None:
        """Makes the search box smaller where the title would be cut."""
        room = self._title.width() + self._search.width()
        self._search.setMaximumWidth(min(self._most, max(self._least, room - self._title.whole_width)))

    @property
    def search(self) -> SearchBox:
        """The one box."""
        return self._search

    def focus_search(self) -> None:
        self._search.setFocus()
        self._search.selectAll()

    def empty_search(self) -> None:
        """Takes out what was searched for; nothing searches for nothing."""
        self._search.show_text("")

    def show_search(self, words: str) -> None:
        """Says what the page is searched for."""
        self._search.show_text(words)
