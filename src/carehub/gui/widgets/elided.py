"""A line of text that ends in “…” where there is no room for all of it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

from carehub.gui.widgets.basics import look


class ElidedLabel(QLabel):
    """One line that asks for no width of its own; the whole text stands in its tooltip and for screen readers."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        look(self, kind)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._whole = ""

    def say(self, text: str) -> None:
        """Shows a text."""
        self._whole = text
        self.setToolTip(text)
        self.setAccessibleName(text)
        self._fit()

    @property
    def whole_width(self) -> int:
        """The width at which nothing is cut."""
        return self.fontMetrics().horizontalAdvance(self._whole) + 2

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.setText(self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width()))
