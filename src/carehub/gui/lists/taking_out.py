"""What a list shows, taken to Excel: the same columns, rows and order; masked, unless somebody may and says why."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from carehub.domain.errors import CareHubError
from carehub.domain.record import Record
from carehub.domain.rights import Right
from carehub.domain.texts import mark
from carehub.gui.desktop import Desktop
from carehub.gui.rows import Column
from carehub.gui.tables import RecordTable
from carehub.gui.widgets.choosing import on_desktop
from carehub.gui.widgets.progress import ProgressPanel
from carehub.services import listing, workbooks
from carehub.services.workbooks import Told

SOON = 500
"""Milliseconds after which work shows how far it is."""


class TakingOut(QObject):
    """Asks how, and where to, then writes on the worker. `choose` asks for the file; tests put one there."""

    def __init__(
        self, desktop: Desktop, record: type[Record], columns: Callable[[], Sequence[Column]], table: RecordTable
    ) -> None:
        super().__init__(table)
        self._d, self._record, self._columns, self._table = desktop, record, columns, table
        self._facts = listing.facts(desktop.desk, record)
        self.progress = ProgressPanel(desktop.theme, desktop.tr)
        self.choose: Callable[[], str] = self._choose

    def begin(self, at: QWidget) -> None:
        """Takes the list out; where something is masked, whoever may look behind masks is asked whether to."""
        try:
            self._d.desk.require(Right.TAKE_OUT)
        except CareHubError as error:
            self._d.frame.complain(error)
            return
        masked = any(self._facts[c.name].sensitive for c in self._columns() if c.name in self._facts)
        if masked and self._d.desk.may(Right.LOOK):
            self.menu(at).popup(at.mapToGlobal(at.rect().bottomLeft()))
        else:
            self.take("")

    def menu(self, at: QWidget) -> QMenu:
        """Masked as seen, or whole for one of the reasons."""
        tr, made = self._d.tr, QMenu(at)
        made.addAction(tr(mark("With masks, as it is seen here")), partial(self.take, ""))
        made.addSection(tr(mark("With whole numbers and addresses, because:")))
        for n, code in enumerate(self._d.desk.codes["look_reason"], start=1):
            made.addAction(f"&{n} {tr.pick(code.zh, code.en)}", partial(self.take, code.code))
        return made

    def take(self, reason: str) -> None:
        """Asks for a file and writes it. `reason`: why masks are lifted, empty where they stay."""
        file = self.choose()
        if not file:
            return
        out = Path(file if file.lower().endswith(".xlsx") else f"{file}.xlsx")
        ids = self._table.rows.ids()
        work = workbooks.export_list(self._d.desk, out, self._record, ids, self._told(ids), reason=reason)
        job = self._d.jobs.start(work)
        job.finished.connect(lambda made: self._d.frame.say(self._d.tr("Saved: {id}", id=made.name)))
        job.failed.connect(self._d.frame.complain)
        self.progress.follow(job, after=SOON)

    def _told(self, ids: Sequence[str]) -> list[str | Told]:
        """The columns in sight, from left to right; what no fact says is told in words, row by row."""
        seen = {c.name: c for c in self._columns()}
        shown = [seen[name] for name in self._table.arrangement()]
        without = [c for c in shown if c.name not in self._facts]
        words: dict[str, dict[str, str]] = {c.name: {} for c in without}
        for n, row_id in enumerate(ids if without else ()):
            row = self._table.rows.row_at(n)
            for told in without if row is not None else ():
                words[told.name][row_id] = told.show(row)
        return [c.name if c.name in self._facts else Told(c.title, words[c.name]) for c in shown]

    def _choose(self) -> str:
        tr = self._d.tr
        name = f"{tr(self._record.about.plural)}.xlsx"
        file, _ = QFileDialog.getSaveFileName(
            self._table, tr(mark("Save as an Excel file")), on_desktop(name), "Excel (*.xlsx)"
        )
        return file
