"""Taking in a ledger: a trial first, its columns and its result in words, then saving."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QListWidget

from carehub.domain.texts import mark
from carehub.gui import theme as th
from carehub.gui.children.columns import ColumnsPanel
from carehub.gui.desktop import Desktop
from carehub.gui.widgets.basics import button, column, label, look, row
from carehub.gui.widgets.progress import ProgressPanel
from carehub.services import importing
from carehub.services.importing import ImportReport

TRIED = mark("This was a trial: nothing is saved yet. If it looks right, save the ledger.")
TRIED_BUT = mark(
    "This was a trial: nothing is saved yet. You can save now; what is said of the rows below can be mended later."
)


class ImportPanel(QFrame):
    """Shows what an import would do: counts, what each column is taken for, rows with problems. What a person says of
    the columns is tried at once, and kept with the import. `spread` says whether it stands in the place of the
    list."""

    spread = Signal(bool)

    def __init__(self, desktop: Desktop) -> None:
        super().__init__()
        look(self, "card")
        self._d, theme, tr = desktop, desktop.theme, desktop.tr
        self._file = Path()
        self._said: dict[str, str | None] = {}
        self._words = label("", "strong")
        self._next = label("", "muted")
        self._problems = QListWidget()
        self._problems.setWordWrap(True)
        self._problems.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._problems.setResizeMode(QListWidget.ResizeMode.Adjust)
        self._problems.setAccessibleName(tr("Rows with problems"))
        self._problems.setMinimumHeight(theme.row)
        self.columns = ColumnsPanel(desktop)
        self.columns.setMinimumHeight(theme.row * 2)
        self.columns.hide()
        self.look = button(tr("Look at the columns"), self._show_columns, theme=theme, icon="fa6s.table-columns")
        self.again = button(tr("Try again with these columns"), self._retry, theme=theme, icon="fa6s.rotate-right")
        self.again.hide()
        self._save = button(tr("Save what is on this ledger"), self._do, theme=theme, kind="primary", icon="fa6s.check")
        self._drop = button(tr("Do not save"), self._put_away, theme=theme)
        self._progress = ProgressPanel(theme, tr)
        gap = theme.px(th.GAP_S)
        tools = row(self.look, self.again, 1, gap=gap)
        buttons = row(1, self._drop, self._save, gap=gap)
        edge = theme.px(th.GAP_L)
        wide = theme.scale > 1.3
        body = column(self._words, self._next, self._problems, self.columns, 1, gap=gap)
        body.setStretch(2, 100)
        body.setStretch(3, 100)
        for line in (tools, buttons) if wide else (row(tools, buttons),):
            body.addLayout(line)
        body.addWidget(self._progress)
        body.setContentsMargins(edge, edge, edge, edge)
        self.setLayout(body)
        self.hide()

    def begin(self, file: Path) -> None:
        """Tries a ledger without saving."""
        self._file, self._said = file, {}
        self._hide_columns()
        self.spread.emit(True)
        self._run(dry_run=True)

    def _do(self) -> None:
        self._said |= self.columns.corrections()
        self._hide_columns()
        self._run(dry_run=False)

    def _retry(self) -> None:
        self._said |= self.columns.corrections()
        self._run(dry_run=True)

    def _show_columns(self) -> None:
        shown = self.columns.isHidden()
        self.columns.setVisible(shown)
        self.again.setVisible(shown)
        self._problems.setVisible(not shown and self._problems.count() > 0)
        word = mark("Hide the columns") if shown else mark("Look at the columns")
        self.look.setText(f" {self._d.tr(word)}")

    def _put_away(self) -> None:
        self._hide_columns()
        self.hide()
        self.spread.emit(False)

    def _hide_columns(self) -> None:
        if not self.columns.isHidden():
            self._show_columns()

    def _run(self, *, dry_run: bool) -> None:
        self._words.setText(self._file.name)
        self._next.hide()
        self._save.setEnabled(False)
        self.show()
        work = importing.import_ledger(self._d.desk, self._file, dry_run=dry_run, corrections=dict(self._said))
        job = self._d.jobs.start(work)
        job.finished.connect(self._tried if dry_run else self._saved)
        job.failed.connect(self._failed)
        job.cancelled.connect(self._put_away)
        self._progress.follow(job)

    def _failed(self, error: Exception) -> None:
        self._put_away()
        self._d.frame.complain(error)

    def _tried(self, report: ImportReport) -> None:
        tr = self._d.tr
        told = tr("{created} new, {updated} changed, {unchanged} as before, {problems} rows with problems",
                  created=report.created, updated=report.updated, unchanged=report.unchanged,
                  problems=len(report.problems))  # fmt: skip
        if report.parked:
            told = tr("{told}, {parked} put aside to be decided later", told=told, parked=report.parked)
        self._words.setText(f"{self._file.name}：{told}")
        self._next.setText(tr(TRIED_BUT if report.problems else TRIED))
        self._next.show()
        self.columns.show_columns(report.sheets, report.columns)
        self._problems.clear()
        for p in report.problems:
            text = tr("  {sheet} row {row}: {message}", sheet=p.sheet, row=p.row, message=tr.error(p.error))
            self._problems.addItem(text.strip())
        self._problems.setVisible(bool(report.problems) and self.columns.isHidden())
        self._save.setEnabled(report.created + report.updated + report.parked > 0)
        self._save.setFocus()

    def _saved(self, report: ImportReport) -> None:
        self._put_away()
        tr = self._d.tr
        words = tr("Taken in: {created} new, {updated} changed.", created=report.created, updated=report.updated)
        if report.parked:
            words += " " + tr("{count} rows are undecided and wait under “Undecided”.", count=report.parked)
        self._d.frame.saved(report.touched, words)
