"""What comes after merging: receipts on paper, return bundles to the stick, and the way back."""

from datetime import date
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox

from carehub.domain.errors import CareHubError
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop
from carehub.gui.widgets.basics import Card, button, clear, column, label
from carehub.gui.widgets.choosing import on_desktop, on_stick
from carehub.gui.widgets.flow import flow
from carehub.gui.widgets.notice import Banner
from carehub.gui.widgets.progress import ProgressPanel
from carehub.services import handover, labels, merging, printing, receipts, taking
from carehub.services.files import write_over
from carehub.services.taking import Returned
from carehub.store.store import Touched


class AfterPanel(Card):
    """The day's receipts, the day's return bundles, and undoing the last merge. `undone` comes when that was done."""

    undone = Signal()

    def __init__(self, desktop: Desktop) -> None:
        tr, theme = desktop.tr, desktop.theme
        super().__init__(theme, label(tr("Afterwards"), "heading"))
        self._d = desktop
        self._told = label("", "muted")
        self._print = button(tr("Print today's receipts"), self._ask_pdf, theme=theme, icon="fa6s.print")
        self._return = button(tr("Today's return bundles to the stick"), self._ask_stick, theme=theme,
                              icon="fa6s.file-export")  # fmt: skip
        self._undo = button(tr("Undo the last merge"), self.ask_undo, theme=theme, icon="fa6s.rotate-left")
        self._progress = ProgressPanel(theme, tr)
        self._results = column(gap=theme.px(th.GAP_S))
        self.body.addWidget(self._told)
        self.body.addWidget(flow(theme, self._print, self._return, self._undo))
        self.body.addWidget(self._progress)
        self.body.addLayout(self._results)

    def reload(self) -> None:
        """Counts what was taken in today, and looks whether there is a merge to undo."""
        tr, taken = self._d.tr, receipts.of_day(self._d.desk, date.today())
        sites = taking.sites_of_day(self._d.desk, date.today())
        if taken:
            told = tr("Taken in today: {count} bundles from {sites}. The receipts also travel in the return bundles.",
                      count=len(taken), sites=tr.pick("、", ", ").join(sites.values()))  # fmt: skip
        else:
            told = tr("Nothing was taken in today. Receipts of other days are in the calendar.")
        self._told.setText(told)
        self._print.setEnabled(bool(taken))
        self._return.setEnabled(bool(sites))
        self._undo.setEnabled(bool(handover.taken(self._d.desk)))

    # --- receipts ---------------------------------------------------------------------------------------------

    def _ask_pdf(self) -> None:
        name = f"{self._d.tr('Merge receipt')}-{date.today():%Y%m%d}.pdf"
        file, _ = QFileDialog.getSaveFileName(
            self, self._d.tr("Print today's receipts"), on_desktop(name), "PDF (*.pdf)"
        )
        if file:
            self.print_to(Path(file))

    def print_to(self, file: Path) -> None:
        """Writes today's receipts into one file."""
        job = self._d.jobs.start(printing.receipts_pdf(self._d.desk, receipts.of_day(self._d.desk, date.today())))
        job.finished.connect(lambda data: self._save(file, data))
        job.failed.connect(self._d.frame.complain)
        self._progress.follow(job)

    def _save(self, file: Path, data: bytes) -> None:
        try:
            write_over(file, data)
        except CareHubError as error:
            self._d.frame.complain(error)
            return
        self._d.frame.say(self._d.tr("Saved: {id}", id=file.name))

    # --- return bundles ---------------------------------------------------------------------------------------

    def _ask_stick(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self._d.tr("Choose the stick"), on_stick())
        if folder:
            self.return_to(Path(folder))

    def return_to(self, folder: Path) -> None:
        """Writes the return bundles of the day into a folder."""
        clear(self._results)
        job = self._d.jobs.start(taking.return_all(self._d.desk, folder, date.today()))
        job.finished.connect(self._returned)
        job.failed.connect(self._d.frame.complain)
        job.cancelled.connect(self._return_stopped)
        self._progress.follow(job)

    def _returned(self, results: list[Returned]) -> None:
        tr, theme = self._d.tr, self._d.theme
        written = [r.site for r in results if r.exported]
        if written:
            told = tr("{count} return bundles are written and checked: {sites}. The stick can be pulled out now.",
                      count=len(written), sites=tr.pick("、", ", ").join(written))  # fmt: skip
            self._results.addWidget(Banner(theme, "good", told, closable=tr("Close")))
        for failed in results:
            if failed.error:
                told = f"{failed.site}: {tr.error(failed.error)}"
                self._results.addWidget(Banner(theme, "alarm", told, closable=tr("Close")))

    def _return_stopped(self) -> None:
        told = self._d.tr("Stopped. The bundles on the stick are whole; the others are not written yet.")
        self._results.addWidget(Banner(self._d.theme, "info", told, closable=self._d.tr("Close")))

    # --- undo -------------------------------------------------------------------------------------------------

    def ask_undo(self) -> None:
        """Says what would be undone, asks once, and undoes it."""
        newest = next(iter(handover.taken(self._d.desk)), None)
        if newest is None:
            return
        tr, counts = self._d.tr, newest["outcome"]
        asked = tr("Undo bundle {number} from “{site}”, merged at {at}? {new} new and {changed} changed records go "
                   "back to what they were. The bundle can be taken in again later.", number=newest["number"],
                   site=newest["sender_name"], at=labels.moment(newest["at"]), new=counts["new"],
                   changed=counts["changed"])  # fmt: skip
        answer = QMessageBox.question(self, tr("Undo the last merge"), asked)
        if answer is QMessageBox.StandardButton.Yes:
            self._d.jobs.call(lambda: merging.undo(self._d.desk), self._undone, self._d.frame.complain)

    def _undone(self, touched: Touched) -> None:
        self._d.frame.changed(touched)
        self.reload()
        self.undone.emit()
        self._d.frame.say(self._d.tr("Undone: everything is as it was before."))
