"""Taking in a ledger: a trial first, its result in words, then saving."""

from pathlib import Path

from PySide6.QtWidgets import QFrame, QListWidget

from carehub.gui import theme as th
from carehub.gui.desktop import Desktop
from carehub.gui.widgets.basics import button, column, label, look, row
from carehub.gui.widgets.progress import ProgressPanel
from carehub.services import importing
from carehub.services.importing import ImportReport


class ImportPanel(QFrame):
    """Shows what an import would do: counts, what each column is taken for, rows with problems."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__()
        look(self, "card")
        self._d, theme, tr = desktop, desktop.theme, desktop.tr
        self._file = Path()
        self._words = label("", "strong")
        self._problems = QListWidget()
        self._problems.setWordWrap(True)
        self._problems.setAccessibleName(tr("Rows with problems"))
        self._problems.setMaximumHeight(theme.row * 4)
        self._save = button(tr("Save these children"), self._do, theme=theme, kind="primary", icon="fa6s.check")
        self._drop = button(tr("Do not save"), self.hide, theme=theme)
        self._progress = ProgressPanel(theme, tr)
        buttons = row(1, self._drop, self._save, gap=theme.px(th.GAP_S))
        edge = theme.px(th.GAP_L)
        body = column(self._words, self._problems, buttons, self._progress, gap=theme.px(th.GAP_S))
        body.setContentsMargins(edge, edge, edge, edge)
        self.setLayout(body)
        self.hide()

    def begin(self, file: Path) -> None:
        """Tries a ledger without saving."""
        self._file = file
        self._run(dry_run=True)

    def _do(self) -> None:
        self._run(dry_run=False)

    def _run(self, *, dry_run: bool) -> None:
        self._words.setText(self._file.name)
        self._save.setEnabled(False)
        self.show()
        job = self._d.jobs.start(importing.import_ledger(self._d.desk, self._file, dry_run=dry_run))
        job.finished.connect(self._tried if dry_run else self._saved)
        job.failed.connect(self._failed)
        job.cancelled.connect(self.hide)
        self._progress.follow(job)

    def _failed(self, error: Exception) -> None:
        self.hide()
        self._d.frame.complain(error)

    def _tried(self, report: ImportReport) -> None:
        tr = self._d.tr
        told = tr("{created} new, {updated} changed, {unchanged} as before, {problems} rows with problems",
                  created=report.created, updated=report.updated, unchanged=report.unchanged,
                  problems=len(report.problems))  # fmt: skip
        self._words.setText(f"{self._file.name}：{told}")
        self._problems.clear()
        for p in report.problems:
            text = tr("  {sheet} row {row}: {message}", sheet=p.sheet, row=p.row, message=tr.error(p.error))
            self._problems.addItem(text.strip())
        self._problems.setVisible(bool(report.problems))
        self._save.setEnabled(report.created + report.updated > 0)
        self._save.setFocus()

    def _saved(self, report: ImportReport) -> None:
        self.hide()
        self._d.frame.changed(report.touched)
        tr = self._d.tr
        self._d.frame.say(tr("Taken in: {created} new, {updated} changed.", created=report.created,
                             updated=report.updated))  # fmt: skip
