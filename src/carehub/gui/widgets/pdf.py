"""PDF pages on the screen and on a printer. Nothing is written to a file on the way."""

import pypdfium2
from PySide6.QtGui import QImage, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QWidget

PRINT_DPI = 300


def choose_printer(parent: QWidget) -> QPrinter | None:
    """The printer a person chooses, None if the person thinks better of it."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setResolution(PRINT_DPI)
    printer.setFullPage(True)
    return printer if QPrintDialog(printer, parent).exec() == QDialog.DialogCode.Accepted else None


def page_count(data: bytes) -> int:
    """How many pages a PDF has."""
    with pypdfium2.PdfDocument(data) as pdf:
        return len(pdf)


def render(data: bytes, page: int, *, width: int) -> QImage:
    """One page of a PDF as an image `width` pixels wide."""
    with pypdfium2.PdfDocument(data) as pdf:
        leaf = pdf[page]
        bitmap = leaf.render(scale=width / leaf.get_width(), rev_byteorder=True, prefer_bgrx=True)
        image = QImage(bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride, QImage.Format.Format_RGBX8888)
        return image.copy()


def print_pages(data: bytes, printer: QPrinter) -> None:
    """Sends every page to a printer, each filling its sheet, as pictures at the printer's resolution."""
    painter = QPainter(printer)
    for page in range(page_count(data)):
        if page:
            printer.newPage()
        area = printer.pageLayout().fullRectPixels(printer.resolution())
        painter.drawImage(area, render(data, page, width=area.width()))
    painter.end()
