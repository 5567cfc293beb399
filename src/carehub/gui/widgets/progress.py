"""Progress with time left and a cancel that leaves nothing half done."""

import time

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QProgressBar

from carehub.domain.progress import Progress
from carehub.domain.texts import Texts
from carehub.gui import theme as th
from carehub.gui.jobs import Job
from carehub.gui.theme import Theme
from carehub.gui.widgets.basics import button, column, label, look, row

ENOUGH = 1.0
"""Seconds after which the speed so far says something about the rest."""


class ProgressPanel(QFrame):
    """Shows one job at a time; hides itself when the job ends."""

    def __init__(self, theme: Theme, tr: Texts) -> None:
        super().__init__()
        look(self, "card")
        self._tr, self._began, self._message = tr, 0.0, ""
        self._job: Job | None = None
        self._words, self._left = label(""), label("", "small")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(tr("Progress"))
        self._cancel = button(tr("Stop"), self._stop, theme=theme, icon="fa6s.xmark")
        edge = theme.px(th.GAP_M)
        line = row(column(self._words, self._bar, self._left, gap=theme.px(th.GAP_XS)), self._cancel, gap=edge)
        line.setContentsMargins(edge, edge, edge, edge)
        self.setLayout(line)
        self.hide()

    def follow(self, job: Job, *, after: int = 0) -> None:
        """Shows a job until it ends, one that takes less than `after` milliseconds not at all."""
        self._job, self._message = job, ""
        self._bar.setRange(0, 0)
        self._words.setText(self._tr("Working …"))
        self._left.setText("")
        self._cancel.setEnabled(True)
        job.progressed.connect(self._step)
        for end in (job.finished, job.failed, job.cancelled):
            end.connect(lambda *_: self._ended(job))
        if after:
            QTimer.singleShot(after, self, lambda: self.setVisible(self._job is job))
        else:
            self.show()

    def _ended(self, job: Job) -> None:
        if self._job is job:
            self._job = None
            self.hide()

    def _step(self, progress: Progress) -> None:
        if progress.message != self._message:  # another kind of work has another speed
            self._message, self._began = progress.message, time.monotonic()
        self._words.setText(self._tr(progress.message))
        self._bar.setRange(0, progress.total)
        self._bar.setValue(progress.done)
        self._left.setText(time_left(self._tr, progress, time.monotonic() - self._began))

    def _stop(self) -> None:
        if self._job:
            self._job.cancel()
            self._cancel.setEnabled(False)
            self._words.setText(self._tr("Stopping …"))


def time_left(tr: Texts, progress: Progress, spent: float) -> str:
    """How long the rest will take at the speed so far, in words as people say it; empty while nobody can know.
    `spent`: seconds since the work began."""
    if not progress.done or not progress.total or spent < ENOUGH:
        return ""
    seconds = spent / progress.done * (progress.total - progress.done)
    if seconds < 5:
        return tr("almost done")
    if seconds < 55:
        return tr("about {seconds} seconds left", seconds=5 * round(seconds / 5))
    return tr("about {minutes} minutes left", minutes=max(1, round(seconds / 60)))
