"""Hand over: the stick in, one button, "can be pulled out"; and what came of former bundles."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFileDialog, QTableWidget, QTableWidgetItem

from carehub.gui.desktop import Desktop, Page
from carehub.gui.merging.taking import TakePanel
from carehub.gui.widgets.basics import Card, button, column, label, row
from carehub.gui.widgets.notice import Banner
from carehub.gui.widgets.progress import ProgressPanel
from carehub.services import handover, labels, opening


class HandoverPage(Page):
    """Export upward; at offices return bundles downward; at rooms the office's return bundle in."""

    tables = frozenset({"child", "family_member", "visit", "volunteer", "pairing", "award"})

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(desktop)
        tr, theme = self.texts, self.theme
        self._status = label("", "strong")
        self._target = QComboBox()
        self._target.setAccessibleName(tr("For whom"))
        self._export = button(tr("Write the bundle to the stick"), self._ask_folder, theme=theme,
                              icon="fa6s.file-export", kind="primary")  # fmt: skip
        self._done = column(gap=0)
        self._progress = ProgressPanel(theme, tr)
        self._take = TakePanel(desktop)
        words = " ".join(opening.own_words(self.desk))
        self._words = label(tr("Five words of this site: {words}", words=words), "muted")
        self._history = self._table()
        giving = Card(theme, label(tr("Give"), "heading"), self._status, row(self._target, self._export, 1, gap=8),
                      self._progress, self._done, self._words)  # fmt: skip
        body = self.lay_out(giving)
        if not self.desk.is_office or handover.office_above(self.desk):
            body.addWidget(self._take)
        body.addWidget(label(tr("Handed over so far"), "heading"))
        body.addWidget(self._history)
        body.addStretch(1)

    @property
    def title(self) -> str:
        return self.texts("Hand over")

    def _table(self) -> QTableWidget:
        tr = self.texts
        heads = [tr("No."), tr("For"), tr("Time"), tr("Changes"), tr("Receipt")]
        table = QTableWidget(0, len(heads))
        table.setHorizontalHeaderLabels(heads)
        table.setAccessibleName(tr("Handed over so far"))
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(self.theme.row)
        table.setShowGrid(False)
        table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        table.horizontalHeader().setStretchLastSection(True)
        table.setMinimumHeight(self.theme.row * 4)
        return table

    def reload(self) -> None:
        tr, desk = self.texts, self.desk
        above, below = handover.office_above(desk), handover.sites_below(desk)
        self._target.clear()
        if above:
            self._target.addItem(above, "")
        for site, name in below:
            self._target.addItem(name, site)
        self._target.setVisible(self._target.count() > 1)
        self._export.setEnabled(self._target.count() > 0)
        waiting = handover.unreceipted(desk)
        if not above and not below:
            told = tr("There is no office above yet. Start this store with the office's card to hand over.")
        elif above and not waiting:
            told = tr("“{office}” has receipted everything.", office=above)
        elif above:
            told = tr("{count} changes have no receipt from “{office}” yet.", count=waiting, office=above)
        else:
            told = tr("Return bundles for {count} sites.", count=len(below))
        self._status.setText(told)
        self._fill(handover.sent(desk))

    def _fill(self, sent: list[dict[str, object]]) -> None:
        self._history.setRowCount(len(sent))
        for n, entry in enumerate(sent):
            at = entry["at"]
            assert isinstance(at, int)
            receipt = self.texts("✓ receipt is here") if entry["receipted"] else self.texts("no receipt yet")
            cells = (entry["number"], entry["receiver_name"], labels.moment(at), entry["changes"], receipt)
            for column_no, text in enumerate(cells):
                self._history.setItem(n, column_no, QTableWidgetItem(str(text)))
        self._history.resizeColumnsToContents()
        self._history.horizontalHeader().setStretchLastSection(True)

    def _ask_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.texts("Choose the stick"))
        if folder:
            self.export_to(Path(folder))

    def export_to(self, folder: Path) -> None:
        """Writes the bundle for the chosen receiver into a folder."""
        site = str(self._target.currentData() or "")
        job = self.desktop.jobs.start(handover.export(self.desk, folder, site))
        job.finished.connect(self._exported)
        job.failed.connect(self.frame.complain)
        self._export.setEnabled(False)
        self._progress.follow(job)

    def _exported(self, made: handover.Exported) -> None:
        self.reload()
        text = self.texts("Bundle {number} for “{site}” is written and checked: {changes} changes. "
                       "The stick can be pulled out now.", number=made.number, site=made.receiver,
                       changes=made.changes)  # fmt: skip
        self._done.addWidget(Banner(self.theme, "good", text, closable=self.texts("Close")))
