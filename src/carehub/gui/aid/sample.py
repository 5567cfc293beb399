"""The audit calls of one sample: whom to call, what was found, what it says about the batch."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QWidget

from carehub.domain.aid import AuditCall, Payment
from carehub.domain.money import yuan
from carehub.domain.rights import Right
from carehub.gui import theme as th
from carehub.gui.aid.batch import do
from carehub.gui.aid.page import TABLES, fitting
from carehub.gui.aid.paper import PaperButtons
from carehub.gui.desktop import Desktop, Page
from carehub.gui.rows import RIGHT, Column
from carehub.gui.tables import RecordTable
from carehub.gui.widgets.basics import button, clear, column, label, scrolling
from carehub.gui.widgets.flow import flow
from carehub.gui.widgets.notice import Banner
from carehub.gui.widgets.progress import ProgressPanel
from carehub.services import aid_papers, audit_statement, audits, records


class SamplePage(Page):
    """`aid-sample/<id>`: those to be called first, the reserve list behind them. Enter types in an answer."""

    tables = TABLES

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(desktop)
        tr, theme = self.texts, self.theme
        self.sample_id = ""
        self._calls: dict[str, AuditCall] = {}
        self._paid: dict[str, Payment] = {}
        self.said = column(gap=theme.px(th.GAP_S))
        self.progress = ProgressPanel(theme, tr)
        self.table = RecordTable(theme, self.title, self._columns(), lambda ids: [self._calls.get(i) for i in ids])
        self.table.opened.connect(self._open)
        tools = [button(tr("Draw again"), self.draw_again, theme=theme, icon="fa6s.dice")]
        if self.desk.may(Right.AUDIT):
            self.papers = PaperButtons(
                self, self.progress, lambda: aid_papers.call_sheet_pdf(self.desk, self.sample_id),
                lambda: tr("Audit call sheet"),
            )  # fmt: skip
            tools = [
                button(tr("Type in a call"), partial(self._go, "audit-answer"), theme=theme, icon="fa6s.phone",
                       kind="primary"),
                button(tr("Nobody answered"), self.missed, theme=theme, icon="fa6s.phone-slash"),
                button(tr("Explain a difference"), partial(self._go, "audit-explain"), theme=theme,
                       icon="fa6s.comment"),
                *self.papers.all,
                *tools,
            ]  # fmt: skip
        body = column(flow(theme, *tools), self.said, self.progress, self.table, gap=theme.px(th.GAP_M))
        body.setStretch(3, 1)
        body.setContentsMargins(self.edge, theme.px(th.GAP_L), self.edge, theme.px(th.GAP_L))
        self.table.setMinimumHeight(4 * theme.row)
        holder = QWidget()
        holder.setLayout(body)
        self.setLayout(column(scrolling(holder)))  # at the largest text the sentences leave no room for the calls

    @property
    def title(self) -> str:
        return self.texts("Audit calls")

    def open(self, argument: str) -> None:
        self.sample_id = argument
        self.reload()
        if not self.table.current_id() and self._calls:
            self.table.selectRow(0)

    def _columns(self) -> list[Column]:
        tr = self.texts
        found = [
            Column("place", tr("No."), lambda c: str(c.place or ""), RIGHT, sortable=False),
            Column("name", tr("Name"), lambda c: self._name(c), sortable=False),
            Column("school", tr("School"), lambda c: c.school or "", sortable=False),
            Column("tries", tr("Tries"), lambda c: str(c.attempts or 0), RIGHT, sortable=False),
            Column("state", tr("Outcome"), self._state, sortable=False),
            Column("due", tr("Due"), lambda c: "" if c.due_fen is None else yuan(c.due_fen), RIGHT, sortable=False),
            Column("received", tr("Received"), lambda c: "" if c.received_fen is None else yuan(c.received_fen), RIGHT,
                   sortable=False, colour=lambda c: th.ALARM if audits.differs(c) else th.INK),
            Column("content", tr("Satisfaction"),
                   lambda c: self.desk.codes["satisfaction"].name_of(c.satisfaction, tr), sortable=False),
        ]  # fmt: skip
        return fitting(self, found, "school", "tries")

    def _name(self, call: AuditCall) -> str:
        paid = self._paid.get(call.payment_id or "")
        return paid.name or "" if paid else ""

    def _state(self, call: AuditCall) -> str:
        tr = self.texts
        if audits.differs(call):
            return tr("Explained") if call.explained_on else tr("Differs, not explained yet")
        if call.outcome:
            return self.desk.codes["audit_outcome"].name_of(call.outcome, tr)
        return tr("On the reserve list") if call.reserve and not call.replaces_id else tr("To be called")

    def reload(self) -> None:
        clear(self.said)
        found = audits.calls(self.desk, self.sample_id)
        ordered = [*audits.called(found), *(c for c in found if c.reserve and not c.replaces_id)]
        self._calls = {c.id: c for c in ordered}
        self._paid = {p.id: p for p in records.fetch(self.desk, Payment, _payments(ordered))}
        self.table.set_ids(list(self._calls))
        told = audit_statement.of_sample(self.desk, self.sample_id)
        for sentence in audit_statement.sentences(self.desk, told):
            self.said.addWidget(label(sentence))

    def _open(self, row: str) -> None:
        self._go("audit-explain" if audits.differs(self._calls[row]) else "audit-answer")

    def _go(self, address: str) -> None:
        if self.table.current_id():
            self.frame.open_address(f"{address}/{self.table.current_id()}")

    def missed(self) -> None:
        """Nobody answered the call that is selected."""
        if row := self.table.current_id():
            do(self, lambda: audits.missed(self.desk, row)[1])

    def draw_again(self) -> None:
        """Draws the sample once more and says whether it is the recorded one."""
        again = audits.redraw(self.desk, self.sample_id)
        tr = self.texts
        same, other = tr("The draw gives the recorded list again."), tr("The draw does NOT give the recorded list.")
        words = same if again.same else other
        self.said.addWidget(Banner(self.theme, "good" if again.same else "alarm", words))


def _payments(calls: Sequence[AuditCall]) -> list[str]:
    return [c.payment_id for c in calls if c.payment_id]
