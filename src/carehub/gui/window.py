"""The main window: welcome → sign in → shell; one text size and language for everything in it."""

from collections.abc import Callable
from pathlib import Path

import platformdirs
from PySide6.QtCore import QSize, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QWidget

from carehub import resources
from carehub.gui import idle
from carehub.gui import theme as th
from carehub.gui.daily import Daily
from carehub.gui.idle import Idle
from carehub.gui.jobs import Jobs
from carehub.gui.settings_file import Remembered
from carehub.gui.shell import Shell
from carehub.gui.start.login import LoginPage
from carehub.gui.start.training import PreparingPage
from carehub.gui.start.welcome import WelcomePage
from carehub.gui.theme import TextSize, Theme
from carehub.services import preferences, training
from carehub.services.desk import Desk

SOON = 200
"""Milliseconds until training is asked again whether it can be left."""
AGAIN = 5000
"""Milliseconds until the window tries to lock again while something is being saved."""


class MainWindow(QMainWindow):
    """Holds one page at a time; changing the text size builds it anew and keeps what was typed."""

    def __init__(self, app: QApplication, remembered: Remembered, store: Path | None = None) -> None:
        super().__init__()
        self._app, self._remembered, self._store = app, remembered, store
        self.texts = resources.texts(remembered.language)
        self.theme = Theme(remembered.text_size)
        self.jobs = Jobs(self)
        self._desk: Desk | None = None
        self._daily: Daily | None = None
        self._idle = Idle(app, self, self.lock_by_itself)
        th.apply(app, self.theme)
        self.setWindowTitle(self.texts("CareHub"))
        self.resize(QSize(1366, 768))
        self._start()

    def _start(self) -> None:
        """The sign-in page where it is plain which store is meant, else the first page."""
        if self._store is None and len(known := self._known()) == 1:
            self._store = known[0]
        self._after_practice()

    def _known(self) -> list[Path]:
        """The stores last opened that are still there."""
        return [Path(s) for s in self._remembered.stores if (Path(s) / "keyring.json").is_file()]

    @property
    def shell(self) -> Shell:
        widget = self.centralWidget()
        assert isinstance(widget, Shell)
        return widget

    def welcome(self) -> None:
        """The page without a store."""
        home = Path(platformdirs.user_documents_dir()) / "CareHub"
        page = WelcomePage(self.theme, self.texts, resources.codebook(), self.jobs, self._known(), home)
        page.chosen.connect(self._choose)
        page.begun.connect(self.enter)
        page.practised.connect(self.practise)
        page.sized.connect(self._size_outside)
        self._show(page)
        page.focus_first()

    def _choose(self, store: Path) -> None:
        self._store = store
        self.login()

    def login(self) -> None:
        """The sign-in page of the chosen store. It names nobody: who was here before is nobody's business."""
        assert self._store is not None
        page = LoginPage(self.theme, self.texts, self.jobs, self._store)
        page.signed_in.connect(self.enter)
        page.other_store.connect(self.welcome)
        page.practised.connect(self.practise)
        page.sized.connect(self._size_outside)
        self._show(page)
        page.focus_first()

    def practise(self) -> None:
        """Makes a village up and opens it; what was practised before is thrown away."""
        if self._waits_for_work(self.practise):
            return
        self._end_practice()
        page = PreparingPage(self.theme, self.texts)
        self._show(page)
        job = self.jobs.start(training.begin(language=self.texts.language))
        job.finished.connect(self.enter)
        job.cancelled.connect(self._after_practice)
        job.failed.connect(page.complain)
        page.left.connect(self._after_practice)
        page.follow(job)

    def leave_practice(self) -> None:
        """Throws the made-up village away; back to where one came from."""
        if self._waits_for_work(self.leave_practice):
            return
        self._end_practice()
        self._after_practice()

    def _waits_for_work(self, then: Callable[[], None]) -> bool:
        """Whether work is under way that needs the store: what was asked for comes when it has ended."""
        if self._desk and self.jobs.busy:
            QTimer.singleShot(SOON, self, then)
            return True
        return False

    def _end_practice(self) -> None:
        if self._desk and self._desk.training:
            self.rest()
            training.throw_away(self._desk)
            self._desk = None
            self.setWindowTitle(self.texts("CareHub"))

    def _after_practice(self) -> None:
        """The sign-in page of the store that was chosen before, else the first page."""
        self.welcome() if self._store is None else self.login()

    def enter(self, desk: Desk) -> None:
        """Shows the shell for a signed-in person. Training is not remembered, and needs no lock and no backup."""
        self._desk = desk
        if desk.training:
            self.setWindowTitle(self.texts("CareHub: training"))
            self._build_shell("today")
            return
        self._store = desk.store.folder
        self._remembered.opened(desk.store.folder)
        self._build_shell("today")
        self._daily = Daily(self, desk, self.texts)
        self._idle.start(preferences.lock_minutes(desk, idle.STANDARD))

    def _build_shell(self, address: str) -> None:
        assert self._desk is not None
        shell = Shell(self._desk, self.texts, self.theme, self.jobs)
        shell.locked.connect(self.lock)
        shell.resized_text.connect(self.set_text_size)
        if not self._desk.training:
            shell.lock_delayed.connect(self._idle.start)
        shell.training_left.connect(self.leave_practice)
        shell.training_anew.connect(self.practise)
        self._show(shell)
        shell.open_address(address)

    def _size_outside(self, size: int) -> None:
        """Another text size on the first page or the sign-in page."""
        self._wear(size)
        self.welcome() if isinstance(self.centralWidget(), WelcomePage) else self.login()

    def _wear(self, size: int) -> None:
        self.theme = Theme(TextSize(size))
        self._remembered.size = size
        self._remembered.save()
        th.apply(self._app, self.theme)

    def set_text_size(self, size: int) -> None:
        """Builds the window in another text size, at the same page, with what was typed."""
        if size == self.theme.size:
            return
        address, draft = self.shell.address, self.shell.page.draft()
        self._wear(size)
        self._build_shell(address)
        if draft:
            self.shell.page.restore(draft)

    def lock(self) -> None:
        """Closes the store and asks for the password again; nothing of the former person stays visible."""
        if isinstance(self.centralWidget(), Shell) and not self.shell.page.can_leave():
            return
        if self._desk and self._desk.training:
            self.leave_practice()
            return
        self._close_desk()
        self.login()

    def lock_by_itself(self) -> None:
        """Locks because nobody is there: what was typed is kept as a draft for whoever typed it. While a merge or an
        import is running the window waits for its end."""
        if not isinstance(self.centralWidget(), Shell):
            return
        if self.jobs.busy:
            QTimer.singleShot(AGAIN, self, self.lock_by_itself)
            return
        for box in self.findChildren(QDialog):
            box.reject()
        self.shell.page.keep()
        self._close_desk()
        self.login()

    def leave(self) -> None:
        """Lets go of the desk without closing it: whoever lent it goes on working."""
        self.rest()
        self._desk = None

    def rest(self) -> None:
        """Does nothing by itself any more: no locking, no backup of the day."""
        self._idle.stop()
        if self._daily:
            self._daily.stop()
            self._daily = None

    def _close_desk(self) -> None:
        self.rest()
        self._app.clipboard().clear()
        if self._desk:
            self._desk.close()
            self._desk = None

    def _show(self, page: QWidget) -> None:
        old = self.takeCentralWidget()
        if old is not None:
            old.hide()
            old.deleteLater()
        self.setCentralWidget(page)

    def closeEvent(self, event: QCloseEvent) -> None:
        widget = self.centralWidget()
        if isinstance(widget, Shell) and not widget.page.can_leave():
            event.ignore()
            return
        self.jobs.stop()
        self._end_practice()
        self._close_desk()
        event.accept()
