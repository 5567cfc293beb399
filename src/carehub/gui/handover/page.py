"""Hand over: the stick in, one button, "can be pulled out"; the return bundle in; and what the office says."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from carehub.domain.records import RECORDS
from carehub.domain.texts import mark
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop, Page
from carehub.gui.merging.questions import QuestionsPanel
from carehub.gui.merging.sections import Sections
from carehub.gui.merging.taking import TakePanel
from carehub.gui.widgets.basics import Card, button, clear, column, label, row, scrolling
from carehub.gui.widgets.choosing import on_stick
from carehub.gui.widgets.combo import ComboBox
from carehub.gui.widgets.notice import Banner
from carehub.gui.widgets.progress import ProgressPanel
from carehub.services import handover, labels, opening, questions, receipts

GIVE, TAKE, RECEIPTS, QUESTIONS = "give", "take", "receipts", "questions"
WORDS = {
    GIVE: mark("Give"),
    TAKE: mark("Return bundle"),
    RECEIPTS: mark("Receipt"),
    QUESTIONS: mark("Questions"),
}
MOST_REFUSALS = 50
A_COPY = mark(
    "This store was found to be a copy (from a backup or another computer). It goes on as a copy of its own; both "
    "sides are kept, and nothing needs to be done."
)


class HandoverPage(Page):
    """Export upward, at offices return bundles downward. Where there is an office above: its return bundle in, its
    receipt, and the questions that it or this site may settle. `handover/receipts` opens one section."""

    tables = frozenset(RECORDS)

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(desktop)
        self._above = handover.office_above(self.desk)
        self._build_giving()
        self.take, self.questions = TakePanel(desktop), QuestionsPanel(desktop)
        self._says = column(gap=self.theme.px(th.GAP_S))
        self.sections = Sections(self.theme, self.texts)
        contents = {GIVE: self._giving(), TAKE: self._scrolling(self.take), RECEIPTS: self._receipts(),
                    QUESTIONS: self.questions}  # fmt: skip
        for key, word in WORDS.items():
            if key == GIVE or self._above:
                self.sections.add(key, self.texts(word), contents[key])
        body = column(gap=self.theme.px(th.GAP_M))
        if self.desk.continued:
            body.addWidget(Banner(self.theme, "info", self.texts(A_COPY), closable=self.texts("Close")))
        body.addWidget(self.sections)
        body.setContentsMargins(self.edge, self.theme.px(th.GAP_M), self.edge, self.theme.px(th.GAP_M))
        self.setLayout(body)
        self.sections.chosen.connect(self._chosen)
        self.take.done.connect(self.reload)
        self.questions.changed.connect(self.reload)

    @property
    def title(self) -> str:
        return self.texts("Hand over")

    def open(self, argument: str) -> None:
        if argument in WORDS and (argument == GIVE or self._above):
            self.sections.show_section(argument)

    # --- building ---------------------------------------------------------------------------------------------

    def _build_giving(self) -> None:
        tr, theme = self.texts, self.theme
        self._status = label("", "strong")
        self._target = ComboBox(theme, tr("For whom"))
        self._export = button(tr("Write the bundle to the stick"), self._ask_folder, theme=theme,
                              icon="fa6s.file-export", kind="primary")  # fmt: skip
        self._done = column(gap=theme.px(th.GAP_S))
        self._progress = ProgressPanel(theme, tr)
        self._history = self._table()

    def _giving(self) -> QWidget:
        tr, theme = self.texts, self.theme
        words = " ".join(opening.own_words(self.desk))
        own = label(
            tr("Five words of this site; the office asks for them at the first bundle: {words}", words=words), "muted"
        )
        gap = theme.px(th.GAP_S)
        giving = Card(theme, self._status, row(self._target, self._export, 1, gap=gap), self._progress, self._done, own)
        return self._scrolling(giving, label(tr("Handed over so far"), "heading"), self._history)

    def _receipts(self) -> QWidget:
        holder = QWidget()
        holder.setLayout(self._says)
        return self._scrolling(holder)

    def _scrolling(self, *widgets: QWidget) -> QWidget:
        holder = QWidget()
        holder.setLayout(column(*widgets, 1, gap=self.theme.px(th.GAP_M)))
        return scrolling(holder)

    def _table(self) -> QTableWidget:
        tr = self.texts
        heads = [tr("No."), tr("For"), tr("Time"), tr("Number of changes"), tr("Receipt")]
        table = QTableWidget(0, len(heads))
        table.setHorizontalHeaderLabels(heads)
        table.setAccessibleName(tr("Handed over so far"))
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(self.theme.row)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        giving = 1 if self.theme.scale > 1 else len(heads) - 1  # in large text the name of the site gives way
        table.horizontalHeader().setSectionResizeMode(giving, QHeaderView.ResizeMode.Stretch)
        table.setMinimumHeight(self.theme.row * 6)
        return table

    # --- what is shown ----------------------------------------------------------------------------------------

    def reload(self) -> None:
        said = receipts.from_above(self.desk)
        if self._above:
            self.sections.set_count(QUESTIONS, questions.count(self.desk))
            self.sections.set_count(RECEIPTS, len(said.refused) if said else 0)
        self._refresh(self.sections.current)

    def _chosen(self, key: str) -> None:
        if not self.stale:  # else the shell is about to have everything read
            self._refresh(key)

    def _refresh(self, key: str) -> None:
        if key == GIVE:
            self._show_giving()
        elif key == RECEIPTS:
            self._show_receipt(receipts.from_above(self.desk))
        elif key == QUESTIONS:
            self.questions.reload()

    def _show_giving(self) -> None:
        tr, below, chosen = self.texts, handover.sites_below(self.desk), self._target.currentData()
        self._target.clear()
        if self._above:
            self._target.addItem(self._above, "")
        for site, name in below:
            self._target.addItem(name, site)
        self._target.setCurrentIndex(max(0, self._target.findData(chosen)))
        self._target.setVisible(self._target.count() > 1)
        self._export.setEnabled(self._target.count() > 0)
        waiting = handover.unreceipted(self.desk)
        if not self._above and not below:
            told = tr("There is no office above yet. Start this store with the office's card to hand over.")
        elif self._above and not waiting:
            told = tr("“{office}” has receipted everything.", office=self._above)
        elif self._above:
            told = tr("{count} changes have no receipt from “{office}” yet.", count=waiting, office=self._above)
        else:
            told = tr("Return bundles for {count} sites.", count=len(below))
        self._status.setText(told)
        self._fill(handover.sent(self.desk))

    def _fill(self, sent: list[dict[str, object]]) -> None:
        self._history.setRowCount(len(sent))
        for n, entry in enumerate(sent):
            at = entry["at"]
            assert isinstance(at, int)
            receipt = self.texts("✓ receipt is here") if entry["receipted"] else self.texts("no receipt yet")
            cells = (entry["number"], entry["receiver_name"], labels.moment(at), entry["changes"], receipt)
            for column_no, text in enumerate(cells):
                self._history.setItem(n, column_no, QTableWidgetItem(str(text)))

    def _show_receipt(self, said: receipts.OfficeSays | None) -> None:
        """What the office refused, each with its reason: nothing fails to arrive without a word (CHT #5701)."""
        tr, theme = self.texts, self.theme
        clear(self._says)
        if said is None:
            told = tr("No return bundle was taken in yet. The receipt comes with it.")
            self._says.addWidget(Banner(theme, "info", told))
            return
        head = tr("Receipt of {at}: {refused} not taken over, {questions} questions open there, {settled} settled.",
                  at=labels.moment(said.at), refused=len(said.refused), questions=said.questions,
                  settled=said.settled)  # fmt: skip
        self._says.addWidget(Banner(theme, "caution" if said.refused else "good", head))
        if said.refused:
            what = tr("Please correct these and hand in again; ask the office where the reason is not clear.")
            self._says.addWidget(label(what, "muted"))
        for refused in said.refused[:MOST_REFUSALS]:
            about = label(f"{refused.about or tr('(name unknown)')}　{tr(refused.kind)}", "strong")
            self._says.addWidget(Card(theme, about, label(tr(refused.reason)), gap=th.GAP_XS))
        if len(said.refused) > MOST_REFUSALS:
            self._says.addWidget(label(tr("{count} more follow.", count=len(said.refused) - MOST_REFUSALS), "muted"))

    # --- giving -----------------------------------------------------------------------------------------------

    def _ask_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.texts("Choose the stick"), on_stick())
        if folder:
            self.export_to(Path(folder))

    def export_to(self, folder: Path) -> None:
        """Writes the bundle for the chosen receiver into a folder."""
        site = str(self._target.currentData() or "")
        job = self.desktop.jobs.start(handover.export(self.desk, folder, site))
        job.finished.connect(self._exported)
        job.failed.connect(self.frame.complain)
        for end in (job.finished, job.failed, job.cancelled):
            end.connect(lambda *_: self._export.setEnabled(True))
        self._export.setEnabled(False)
        self._progress.follow(job)

    def _exported(self, made: handover.Exported) -> None:
        self.reload()
        text = self.texts("Bundle {number} for “{site}” is written and checked: {changes} changes. "
                       "The stick can be pulled out now.", number=made.number, site=made.receiver,
                       changes=made.changes)  # fmt: skip
        clear(self._done)
        self._done.addWidget(Banner(self.theme, "good", text, closable=self.texts("Close")))
