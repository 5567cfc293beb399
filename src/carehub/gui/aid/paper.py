"""Two buttons for a paper of aid: into a file, or to the printer."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QFileDialog, QPushButton

from carehub.domain.errors import CareHubError
from carehub.gui.desktop import Page
from carehub.gui.jobs import Work
from carehub.gui.widgets.basics import button
from carehub.gui.widgets.choosing import on_desktop
from carehub.gui.widgets.pdf import choose_printer, print_pages
from carehub.gui.widgets.progress import ProgressPanel
from carehub.services.files import write_over


class PaperButtons:
    """Draws a paper when it is asked for and hands it on. `make` begins the drawing, `name` is the file's."""

    def __init__(self, page: Page, progress: ProgressPanel, make: Callable[[], Work], name: Callable[[], str]) -> None:
        self._page, self._progress, self._make, self._name = page, progress, make, name
        tr, theme = page.texts, page.theme
        self.save = button(tr("Save as PDF"), self._ask_file, theme=theme, icon="fa6s.file-pdf")
        self.print = button(tr("Print"), self._ask_printer, theme=theme, icon="fa6s.print")

    @property
    def all(self) -> tuple[QPushButton, QPushButton]:
        """Both, in their order."""
        return self.save, self.print

    def _ask_file(self) -> None:
        file, _ = QFileDialog.getSaveFileName(
            self._page, self._page.texts("Save as PDF"), on_desktop(f"{self._name()}.pdf"), "PDF (*.pdf)"
        )
        if file:
            self._draw(partial(self.write, Path(file)))

    def _ask_printer(self) -> None:
        printer = choose_printer(self._page)
        if printer is not None:
            self._draw(partial(self._on_paper, printer))

    def _on_paper(self, printer: QPrinter, data: bytes) -> None:
        print_pages(data, printer)
        self._page.frame.say(self._page.texts("Sent to the printer."))

    def _draw(self, then: Callable[[bytes], object]) -> None:
        job = self._page.desktop.jobs.start(self._make())
        job.finished.connect(lambda made: then(made[0]))
        job.failed.connect(self._page.frame.complain)
        self._progress.follow(job)

    def write(self, file: Path, data: bytes) -> None:
        """Writes a drawn paper and says so."""
        try:
            write_over(file, data)
        except CareHubError as error:
            self._page.frame.complain(error)
            return
        self._page.frame.say(self._page.texts("Saved: {id}", id=file.name))
