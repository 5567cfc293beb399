"""A box to choose one of a list, with an arrow that says so."""

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox

from carehub.gui import theme as th
from carehub.gui.theme import Theme


class ComboBox(QComboBox):
    """A combo box that scrolling past does not change; `name` is what a screen reader says."""

    def __init__(self, theme: Theme, name: str = "") -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._arrow, self._side = theme.icon("fa6s.chevron-down", th.MUTED), theme.text(0.75)
        self._edge = theme.px(th.GAP_M)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The look of the style has no arrow of its own at these sizes."""
        super().paintEvent(event)
        side = self._side
        place = QRect(self.width() - self._edge - side, (self.height() - side) // 2, side, side)
        self._arrow.paint(QPainter(self), place)
