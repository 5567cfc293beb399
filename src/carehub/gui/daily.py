"""The backup of the day: made by itself a moment after signing in, on a worker of its own, told in one line below."""

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QMainWindow

from carehub.domain.errors import CareHubError
from carehub.domain.progress import Progress
from carehub.domain.texts import Texts, mark
from carehub.gui.jobs import Jobs, Work
from carehub.gui.settings.backups import BACKUPS
from carehub.gui.shell import Shell
from carehub.services import backups
from carehub.services.desk import Desk

MADE = mark("Today's backup is made and checked.")
MADE_TWICE = mark("Today's backup is made and checked, also on the stick.")


def work_of_the_day(desk: Desk) -> Work:
    """Makes the backup of the day if it is due. Returns what it came to, None if there was nothing to do."""
    yield Progress(0, 0, backups.LOOKING)
    if not backups.is_due(desk):
        return None
    return (yield from backups.make(desk, by_hand=False))


class Daily(QObject):
    """Belongs to one signed-in desk; `stop` before its store is closed. Other work does not wait for it."""

    DELAY = 5000
    """Milliseconds after signing in: the first page comes first."""
    STAYS = 8000
    """Milliseconds that its last word stays."""

    def __init__(self, window: QMainWindow, desk: Desk, tr: Texts) -> None:
        super().__init__(window)
        self._window, self._desk, self._tr = window, desk, tr
        self._jobs: Jobs | None = None
        self._timer = QTimer(self, singleShot=True, interval=self.DELAY)
        self._timer.timeout.connect(self._begin)
        self._timer.start()

    def stop(self) -> None:
        """Ends it; a backup half made leaves nothing."""
        self._timer.stop()
        if self._jobs:
            self._jobs.stop()
            self._jobs = None
        self._quiet()

    def _begin(self) -> None:
        self._jobs = Jobs(self)
        job = self._jobs.start(work_of_the_day(self._desk))
        job.progressed.connect(self._step)
        job.finished.connect(self._done)
        job.failed.connect(self._failed)

    def _step(self, step: Progress) -> None:
        if step.message == backups.LOOKING or self._jobs is None:
            return
        share = f"　{100 * step.done // step.total} %" if step.total else ""
        self._say(self._tr(step.message) + share)

    def _done(self, made: backups.Made | None) -> None:
        if made is None or self._jobs is None:
            return
        self._say(self._tr(MADE_TWICE if made.copies else MADE))
        QTimer.singleShot(self.STAYS, self, self._quiet)
        if shell := self._shell():
            shell.changed(BACKUPS)
            for problem in made.problems[:1]:
                shell.complain(problem)

    def _failed(self, error: Exception) -> None:
        self._quiet()
        busy = isinstance(error, CareHubError) and error.message == backups.UNDER_WAY
        if (shell := self._shell()) and self._jobs and not busy:
            shell.complain(error)

    def _shell(self) -> Shell | None:
        widget = self._window.centralWidget()
        return widget if isinstance(widget, Shell) else None

    def _say(self, text: str) -> None:
        bar = self._window.statusBar()
        bar.setSizeGripEnabled(False)
        bar.setAccessibleName(text)
        bar.showMessage(text)
        bar.show()

    def _quiet(self) -> None:
        bar = self._window.statusBar()
        bar.clearMessage()
        bar.hide()
