"""A picture on screen, fetched and unpacked on the worker: a small one in a page's head or on a tile, a large one in
the viewer. Nothing of it is kept when its widget goes."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QLabel, QWidget
from shiboken6 import isValid

from carehub.domain.attachments import Attachment
from carehub.gui.desktop import Desktop
from carehub.papers.pictures import Shown
from carehub.services import attachments


def pixmap(shown: Shown, ratio: float = 1.0) -> QPixmap:
    """Pixels for a screen with so many device pixels for each of Qt's."""
    image = QImage(shown.rgb, shown.width, shown.height, 3 * shown.width, QImage.Format.Format_RGB888)
    made = QPixmap.fromImage(image)
    made.setDevicePixelRatio(ratio)
    return made


def fetch(
    desktop: Desktop, widget: QWidget, attachment: Attachment, size: tuple[int, int],
    on_done: Callable[[QPixmap], object], on_error: Callable[[Exception], object], page: int = 0,
) -> None:  # fmt: skip
    """Fetches a picture, or a page of a PDF, that fits into a size, for a widget; if that is gone meanwhile, nothing
    happens."""
    ratio = widget.devicePixelRatioF()
    width, height = (max(1, round(side * ratio)) for side in size)

    def done(shown: Shown) -> None:
        if isValid(widget):
            on_done(pixmap(shown, ratio))

    def failed(error: Exception) -> None:
        if isValid(widget):
            on_error(error)

    desktop.jobs.call(lambda: attachments.shown(desktop.desk, attachment, width, height, page), done, failed)


class Photo(QLabel):
    """The photo of a child, a few lines high."""

    def __init__(self, desktop: Desktop, attachment: Attachment) -> None:
        super().__init__()
        self.setAccessibleName(desktop.tr("Photo of the child"))
        side = desktop.theme.px(96)
        self.setMaximumSize(side, side)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        fetch(desktop, self, attachment, (side, side), self.setPixmap, lambda _: self.hide())
