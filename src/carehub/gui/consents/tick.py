"""A box to tick that is large enough to hit and to see, at every text size."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QPushButton

from carehub.gui import theme as th
from carehub.gui.theme import Theme
from carehub.gui.widgets.basics import look

ON, OFF = "fa6s.square-check", "fa6.square"


class Tick(QPushButton):
    """A whole row that is pressed; the icon says whether it is ticked, and so do screen readers."""

    def __init__(self, theme: Theme, text: str) -> None:
        super().__init__(f" {text}")
        self._theme = theme
        look(self, "plain")
        self.setCheckable(True)
        self.setAccessibleName(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(False)
        self.setIconSize(QSize(theme.text(1.2), theme.text(1.2)))
        self.setStyleSheet("text-align: left;")
        self.toggled.connect(self._show)
        self._show(on=False)

    def _show(self, on: bool) -> None:
        self.setIcon(self._theme.icon(ON if on else OFF, th.ACCENT if on else th.MUTED))
