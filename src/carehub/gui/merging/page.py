"""The merge desk: who has handed in, take in, questions side by side, receipts."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QTableWidget, QTableWidgetItem, QWidget

from carehub.domain.texts import mark
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop, Page
from carehub.gui.generic import WIDE_TEXT
from carehub.gui.merging.question import QuestionCard
from carehub.gui.merging.taking import TakePanel
from carehub.gui.widgets.basics import button, clear, column, label, row
from carehub.gui.widgets.notice import Banner
from carehub.services import handover, labels, printing, questions
from carehub.services.files import write_over

HEADS = (mark("Site"), mark("Last bundle"), mark("Handed in"), mark("New"), mark("Changed"), mark("Questions"),
         mark("Receipt"))  # fmt: skip

COUNTS = (3, 4)


class MergePage(Page):
    """The township's desk."""

    tables = frozenset({"child", "family_member", "visit", "volunteer", "pairing", "award", "site", "user"})

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(desktop)
        theme, tr = self.theme, self.texts
        self._take = TakePanel(desktop)
        self._questions = column(gap=theme.px(th.GAP_M))
        self._sites = self._table()
        self.lay_out(self._take, self._questions, label(tr("Who has handed in"), "heading"), self._sites, 1)

    @property
    def title(self) -> str:
        return self.texts("Merge desk")

    def _table(self) -> QTableWidget:
        heads = [self.texts(h) for h in HEADS]
        table = QTableWidget(0, len(heads))
        table.setHorizontalHeaderLabels(heads)
        table.setAccessibleName(self.texts("Who has handed in"))
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(self.theme.row + 16)
        table.setShowGrid(False)
        table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        table.setMinimumHeight(self.theme.row * 5)
        return table

    def reload(self) -> None:
        clear(self._questions)
        asked = questions.open_questions(self.desk)
        if asked:
            self._questions.addWidget(label(self.texts("{count} open questions", count=len(asked)), "heading"))
            for question in asked:
                self._questions.addWidget(QuestionCard(self.desktop, question, self._settled))
        else:
            self._questions.addWidget(Banner(self.theme, "good", self.texts("No open questions.")))
        self._fill()

    def _settled(self) -> None:
        self.frame.say(self.texts("Settled. The decision goes back with the next return bundle."))

    def _fill(self) -> None:
        below, taken = handover.sites_below(self.desk), handover.taken(self.desk)
        self._sites.setRowCount(len(below))
        for n, (site, name) in enumerate(below):
            mine = [t for t in taken if t["site_id"] == site]
            cells = [name, *(self._cells(mine[0]) if mine else [self.texts("nothing yet"), "", "", "", ""])]
            for column_no, text in enumerate(cells):
                self._sites.setItem(n, column_no, QTableWidgetItem(text))
            if mine:
                word = self.texts("Print the receipt")
                made = button(word, partial(self._receipt, mine[0]), theme=self.theme)
                holder = QWidget()
                holder.setLayout(row(made, 1))
                self._sites.setCellWidget(n, len(HEADS) - 1, holder)
        for column_no in COUNTS:
            self._sites.setColumnHidden(column_no, self.theme.scale > WIDE_TEXT)
        self._sites.resizeColumnsToContents()
        self._sites.horizontalHeader().setStretchLastSection(True)

    def _cells(self, taken: dict[str, object]) -> list[str]:
        counts, at = taken["outcome"], taken["at"]
        assert isinstance(counts, dict)
        assert isinstance(at, int)
        return [self.texts("Bundle {number}", number=taken["number"]), labels.moment(at),
                str(counts["new"]), str(counts["changed"]), str(counts["conflicts"])]  # fmt: skip

    def _receipt(self, taken: dict[str, object]) -> None:
        name = f"{self.texts('Merge receipt')}-{taken['sender_name']}-{taken['number']}.pdf"
        file, _ = QFileDialog.getSaveFileName(self, self.texts("Print the receipt"), name, "PDF (*.pdf)")
        if file:
            write_over(Path(file), printing.receipt_pdf(self.desk, taken))
            self.frame.say(self.texts("Saved: {id}", id=Path(file).name))
