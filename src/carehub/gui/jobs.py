"""Work that must not block the window: one worker thread, progress, cancel, results back on the window's thread."""

import traceback
from collections.abc import Callable, Generator
from typing import Any

from PySide6.QtCore import QObject, QThread, QTimer, Signal, Slot

from carehub.domain.errors import CareHubError
from carehub.domain.progress import Progress

Work = Generator[Progress, None, Any]


class Job(QObject):
    """One piece of work under way. `cancel` takes effect at its next step and leaves nothing half done."""

    progressed = Signal(object)
    finished = Signal(object)
    failed = Signal(object)
    cancelled = Signal()

    def __init__(self, work: Work) -> None:
        super().__init__()
        self._work = work
        self._stop = False

    def cancel(self) -> None:
        self._stop = True

    def run(self) -> None:
        """Drives the work on the worker's thread."""
        try:
            while True:
                step = next(self._work)
                if self._stop:
                    self._work.close()
                    self.cancelled.emit()
                    return
                self.progressed.emit(step)
        except StopIteration as end:
            self.finished.emit(end.value)
        except CareHubError as error:
            self.failed.emit(error)
        except Exception as error:  # not expected: shown as a fault of ours, with its traceback
            error.add_note(traceback.format_exc())
            self.failed.emit(error)


def once(function: Callable[[], Any]) -> Work:
    """A call as work of one step."""
    yield from ()
    return function()


class _Worker(QObject):
    asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.asked.connect(self.perform)

    @Slot(object)
    def perform(self, job: Job) -> None:
        job.run()


class Jobs(QObject):
    """The one database worker. Jobs run one after the other in the order they were started."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = QThread()
        self._thread.setObjectName("carehub-worker")
        self._worker = _Worker()
        self._worker.moveToThread(self._thread)
        self._thread.start()
        self._running: set[Job] = set()

    @property
    def busy(self) -> bool:
        return bool(self._running)

    def start(self, work: Work) -> Job:
        """Starts long work. Connect to the job's signals before returning to the event loop: the worker is asked from
        there, else a short job could end before anybody listens."""
        job = Job(work)
        self._running.add(job)
        for end in (job.finished, job.failed, job.cancelled):
            end.connect(lambda *_: self._running.discard(job))
        QTimer.singleShot(0, self, lambda: self._worker.asked.emit(job))
        return job

    def call(
        self,
        function: Callable[[], Any],
        on_done: Callable[[Any], object],
        on_error: Callable[[Exception], object],
    ) -> Job:
        """Runs a short call on the worker and hands its result to the window's thread."""

        job = self.start(once(function))
        job.finished.connect(on_done)
        job.failed.connect(on_error)
        return job

    def stop(self) -> None:
        """Cancels what runs and ends the thread."""
        for job in list(self._running):
            job.cancel()
        self._thread.quit()
        self._thread.wait(10_000)
