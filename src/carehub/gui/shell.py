"""The window around every page: rail, top bar, the page, and a line for what just happened."""

import logging
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QWidget

from carehub.domain.care import ChildSheet
from carehub.domain.errors import CareHubError, NotFound
from carehub.domain.sheet_number import normalise
from carehub.domain.texts import Texts, mark
from carehub.gui import theme as th
from carehub.gui.bars import ENTRY_KEY, Rail, TopBar
from carehub.gui.children.list import ChildrenPage
from carehub.gui.desktop import Desktop, Page
from carehub.gui.finding import FoundList
from carehub.gui.jobs import Jobs
from carehub.gui.places import CHILD_SHEETS, OWNERS, PAGES, PLACES, SHEETS
from carehub.gui.start.training import TrainingBand
from carehub.gui.theme import TextSize, Theme
from carehub.gui.widgets.basics import button, clear, column, look, row
from carehub.gui.widgets.notice import Banner
from carehub.services import sheet_numbers, undoing
from carehub.services.desk import Desk
from carehub.store.store import Touched

OURS = mark(
    "This should not have happened. What was saved is safe. Please note what you did and call for help. ({kind})"
)
TOAST = 8000
"""Milliseconds a word about what just happened stays, long enough to press undo."""


class Shell(QWidget):
    """Shows places by address (`child/<id>`), keeps the way back, and tells pages what changed."""

    locked = Signal()
    resized_text = Signal(int)
    lock_delayed = Signal(int)
    training_left = Signal()
    training_anew = Signal()

    def __init__(self, desk: Desk, tr: Texts, theme: Theme, jobs: Jobs) -> None:
        super().__init__()
        look(self, "page")
        self._desktop = Desktop(desk, tr, theme, jobs, self)
        self._pages: dict[str, Page] = {}
        self._addresses: list[str] = []
        self._last: Touched | None = None
        places = [p for p in PLACES if (p.offices if desk.is_office else p.rooms)]
        self._rail = Rail(self._desktop, places)
        self._bar = TopBar(self._desktop)
        self._notices = column(gap=theme.px(th.GAP_S))
        self._stack = QStackedWidget()
        edge = theme.px(th.GAP_XL)
        self._notices.setContentsMargins(edge, 0, edge, 0)
        right = column(self._bar, self._notices, self._stack)
        right.setStretch(2, 1)
        whole = row(self._rail, right)
        whole.setStretch(1, 1)
        if desk.training:
            band = TrainingBand(theme, tr)
            band.left.connect(self.training_left)
            band.anew.connect(self.training_anew)
            banded = column(band, whole)
            banded.setStretch(1, 1)
            self.setLayout(banded)
        else:
            self.setLayout(whole)
        self._found = FoundList(self._desktop, self._bar.search, self)
        self._connect()

    def _connect(self) -> None:
        self._rail.chosen.connect(self.open_address)
        self._bar.sized.connect(self.resized_text)
        self._bar.locked.connect(self.locked)
        self._bar.back.connect(self.go_back)
        self._bar.entry.connect(lambda: self.open_address("visit-entry"))
        self._bar.searched.connect(self._search)
        self._bar.entered.connect(self._enter)
        self._found.opened.connect(self._open_found)
        self._found.listed.connect(self._list)
        keys: dict[str, Callable[[], object]] = {
            "Ctrl+K": self._bar.focus_search, "Ctrl+F": self._bar.focus_search,
            "Ctrl+L": self.locked.emit, "Alt+Left": self.go_back, "F5": self._reload,
            "Ctrl+Shift+Z": self._undo_last, ENTRY_KEY: lambda: self.open_address("visit-entry"),
            "Ctrl++": lambda: self._step_size(1), "Ctrl+=": lambda: self._step_size(1),
            "Ctrl+-": lambda: self._step_size(-1),
        }  # fmt: skip
        for n, place in enumerate(self._rail.places, start=1):
            keys[f"Alt+{n}"] = partial(self.open_address, place.address)
        for key, action in keys.items():
            QShortcut(QKeySequence(key), self).activated.connect(action)

    # --- what pages may ask (desktop.Frame) ---

    def open_address(self, address: str) -> None:
        """Shows a page; asks the present one first whether something typed would be lost."""
        if self._addresses and not self.page.can_leave():
            return
        if not self._addresses or self._addresses[-1] != address:
            self._addresses.append(address)
        self._show(address)

    def knows(self, name: str) -> bool:
        """Whether there is a page for addresses that begin so."""
        return name in PAGES

    def go_back(self) -> None:
        """Shows what was shown before."""
        if len(self._addresses) > 1 and self.page.can_leave():
            self._addresses.pop()
            self._show(self._addresses[-1])

    def say(self, text: str, undo: Callable[[], object] | None = None) -> None:
        """Says what just happened, for a while, with an undo if there is one."""
        actions = [button(self._desktop.tr("Undo"), undo, theme=self._desktop.theme)] if undo else []
        banner = Banner(self._desktop.theme, "good", text, *actions)
        self._notice(banner)
        timer = QTimer(banner, singleShot=True, interval=TOAST)
        timer.timeout.connect(banner.hide)
        timer.start()

    def complain(self, error: Exception) -> None:
        """Says in one sentence what went wrong and what to do; faults of ours go to the log as well."""
        tr = self._desktop.tr
        text = tr.error(error) if isinstance(error, CareHubError) else tr(OURS, kind=type(error).__name__)
        self._notice(Banner(self._desktop.theme, "alarm", text, closable=tr("Close")))
        if not isinstance(error, CareHubError):
            logging.getLogger("carehub").error("fault", exc_info=error)

    def changed(self, touched: Touched) -> None:
        """Visible page reloads, hidden ones go stale."""
        for page in self._pages.values():
            if page.tables & touched.tables:
                page.stale = True
        self._refresh(self.page)

    def saved(self, touched: Touched, told: str = "") -> None:
        """Tells pages what was saved, and offers to take it back: with the button, or later with Ctrl+Shift+Z. `told`
        says in a sentence what it was."""
        words = told or self._desktop.tr("Saved.")
        if not touched.rows:
            self.say(words)
            return
        self._last = touched
        self.changed(touched)
        self.say(words, lambda: self._undo(touched))

    def _undo_last(self) -> None:
        if self._last is not None:
            last, self._last = self._last, None
            self._undo(last)

    def take_in_ledger(self) -> None:
        """Shows the children and asks for a ledger: an act, not an address, so that going back does not repeat it."""
        self.open_address("children")
        if isinstance(self.page, ChildrenPage):
            self.page.take_in()

    def lock(self) -> None:
        """Closes the store and asks for the password again."""
        self.locked.emit()

    def _undo(self, touched: Touched) -> None:
        try:
            self.changed(undoing.undo(self._desktop.desk, touched))
        except CareHubError as error:
            self.complain(error)
            return
        self.say(self._desktop.tr("Undone: everything is as it was before."))

    def lock_after(self, minutes: int) -> None:
        """Locks from now on after so many minutes without a touch."""
        self.lock_delayed.emit(minutes)

    # --- the rest ---

    @property
    def page(self) -> Page:
        widget = self._stack.currentWidget()
        assert isinstance(widget, Page)
        return widget

    @property
    def address(self) -> str:
        return self._addresses[-1]

    def _show(self, address: str) -> None:
        name, _, argument = address.partition("/")
        page = self._pages.get(name)
        if page is None:
            page = self._pages[name] = PAGES[name](self._desktop)
            self._stack.addWidget(page)
        self._stack.setCurrentWidget(page)
        page.open(argument)
        self._refresh(page)
        self._rail.mark(OWNERS.get(name, name))
        self._bar.show_page(page.title, can_go_back=len(self._addresses) > 1)

    def _refresh(self, page: Page) -> None:
        if page.stale:
            page.stale = False
            try:
                page.reload()
            except CareHubError as error:
                self.complain(error)

    def _reload(self) -> None:
        self.page.stale = True
        self._refresh(self.page)

    def _search(self, text: str) -> None:
        """Finds everywhere; a list shows its own as well."""
        self._found.search(text)
        self.page.search_for(text)

    def _enter(self, text: str) -> None:
        """Opens the marked line of what was found. A sheet's number opens its record; one that nobody knows is told
        where visits are typed in."""
        if (number := normalise(text)) is None:
            self._found.open_current(text)
            return
        try:
            found = sheet_numbers.find(self._desktop.desk, number)
        except NotFound:
            found = None
        if isinstance(found, ChildSheet):
            self._open_found(f"{CHILD_SHEETS[found.kind or '']}/{found.child_id}")
            return
        page = SHEETS.get(str(found.__tablename__)) if found else None
        self._open_found(f"{page}/{found.id}" if found and page else f"visit-entry/{number}")

    def _open_found(self, address: str) -> None:
        """Opens what was found; the box is empty again for the next one."""
        self._bar.empty_search()
        self.open_address(address)

    def _list(self, place: str, words: str) -> None:
        """Opens a list that searches for the same; the words stay in the box."""
        self.open_address(place)
        if self.address == place:
            self._bar.show_search(words)
            self.page.search_for(words)

    def _notice(self, banner: QWidget) -> None:
        clear(self._notices)
        self._notices.addWidget(banner)
        edge = self._desktop.theme.px(th.GAP_XL)
        self._notices.setContentsMargins(edge, self._desktop.theme.px(th.GAP_M), edge, 0)

    def _step_size(self, step: int) -> None:
        sizes = list(TextSize)
        at = sizes.index(self._desktop.theme.size) + step
        if 0 <= at < len(sizes):
            self.resized_text.emit(int(sizes[at]))

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._addresses and not self.page.can_leave():
            event.ignore()
