"""The search box: searches while you type, Escape clears it."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from carehub.gui import theme as th
from carehub.gui.theme import Theme

PAUSE = 150
"""Milliseconds without a key before a search starts."""


class SearchBox(QLineEdit):
    """Emits `searched` a moment after the last key, `entered` on Enter, `left_down` on the down key."""

    searched = Signal(str)
    entered = Signal(str)
    left_down = Signal()

    def __init__(self, theme: Theme, placeholder: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(name)
        self.setClearButtonEnabled(True)
        self.addAction(theme.icon("fa6s.magnifying-glass", th.MUTED), QLineEdit.ActionPosition.LeadingPosition)
        self._timer = QTimer(self, singleShot=True, interval=PAUSE)
        self._timer.timeout.connect(lambda: self.searched.emit(self.text()))
        self.textChanged.connect(lambda: self._timer.start())
        self.returnPressed.connect(self._enter)

    def show_text(self, text: str) -> None:
        """Puts a text into the box without searching for it."""
        self.setText(text)
        self._timer.stop()

    def _enter(self) -> None:
        self._timer.stop()
        self.searched.emit(self.text())
        self.entered.emit(self.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() == Qt.Key.Key_Down:
            self.left_down.emit()
        else:
            super().keyPressEvent(event)
