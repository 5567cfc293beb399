"""Qt itself: a binding that loses references kills the process in the middle of somebody's work."""

import sys

from PySide6.QtCore import QObject


def test_calls_into_qt_keep_the_count_of_references() -> None:
    """PySide6 6.12.0 on Python 3.11 lost one reference to None per call and aborted after some thousands."""
    thing = QObject()
    before = sys.getrefcount(None)
    for _ in range(500):
        thing.setObjectName("x")
    assert sys.getrefcount(None) - before > -100
