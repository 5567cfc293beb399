"""The worker. What a user would lose: a page that waits for ever for work that was done long ago."""

import time

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from carehub.gui.jobs import Jobs, once


def test_a_job_that_is_done_at_once_still_tells_whoever_listens_late(qapp: QApplication, qtbot: QtBot) -> None:
    jobs = Jobs()
    results: list[int] = []
    for n in range(20):
        job = jobs.start(once(lambda n=n: n))
        time.sleep(0.01)  # the worker would have been done by now
        job.finished.connect(results.append)
    qtbot.waitUntil(lambda: len(results) == 20)
    assert results == list(range(20)), "in the order in which they were started"
    assert not jobs.busy
    jobs.stop()
