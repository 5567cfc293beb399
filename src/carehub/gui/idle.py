"""Locks by itself: a laptop left on a table must not show a child's file to whoever passes by."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

MINUTES = (3, 5, 10, 20, 30)
STANDARD = 10
_SIGNS = frozenset(
    {
        QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.Wheel,
        QEvent.Type.TouchBegin, QEvent.Type.InputMethod,
    }
)  # fmt: skip


class Idle(QObject):
    """Calls `lock` when nobody has touched keyboard or mouse for so many minutes."""

    def __init__(self, app: QApplication, window: QObject, lock: Callable[[], object]) -> None:
        super().__init__(window)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(lock)
        app.installEventFilter(self)

    def start(self, minutes: int) -> None:
        """Begins to count, with this many minutes from the last touch on."""
        self._timer.setInterval(minutes * 60_000)
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _SIGNS and self._timer.isActive():
            self._timer.start()
        return super().eventFilter(watched, event)
