"""One batch: what it is, its payments, the roll, and the audit sample drawn from it. One payment: the way of the
money."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtWidgets import QMessageBox, QWidget

from carehub.domain.aid import AuditCall, AuditSample, Payment
from carehub.domain.errors import CareHubError
from carehub.domain.money import yuan
from carehub.domain.rights import Right
from carehub.gui import theme as th
from carehub.gui.aid.page import TABLES, fitting
from carehub.gui.aid.paper import PaperButtons
from carehub.gui.desktop import Desktop, Page
from carehub.gui.rows import RIGHT, Column
from carehub.gui.tables import RecordTable
from carehub.gui.widgets.basics import button, clear, column, label, row
from carehub.gui.widgets.flow import flow
from carehub.gui.widgets.progress import ProgressPanel
from carehub.services import aid_papers, aid_trail, audits, payments, records
from carehub.services.aid_trail import Step
from carehub.store.store import Touched


class BatchPage(Page):
    """`aid-batch/<id>`: the payments of one batch."""

    tables = TABLES

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(desktop)
        theme = self.theme
        self.batch_id = ""
        self._rows: dict[str, Payment] = {}
        self.about = label("", "strong")
        self.state = label("", "muted")
        self.tools = column()
        self.progress = ProgressPanel(theme, self.texts)
        self.table = RecordTable(theme, self.texts("Payments"), self._columns(), self._fetch)
        self.table.opened.connect(self._open)
        body = column(self.about, self.state, self.tools, self.progress, self.table, gap=theme.px(th.GAP_M))
        body.setStretch(4, 1)
        body.setContentsMargins(self.edge, theme.px(th.GAP_L), self.edge, theme.px(th.GAP_L))
        self.setLayout(body)

    @property
    def title(self) -> str:
        return self.texts("Payment batch")

    def open(self, argument: str) -> None:
        self.batch_id = argument
        self.reload()

    def _open(self, row: str) -> None:
        self.frame.open_address(f"aid-payment/{self._rows[row].corrects_id or row}")

    def _columns(self) -> list[Column]:
        tr = self.texts
        found = [
            Column("line", tr("No."), lambda p: tr("put right") if p.corrects_id else str(p.line or ""), RIGHT,
                   sortable=False),
            Column("name", tr("Name"), lambda p: p.name or "", sortable=False),
            Column("school", tr("School"), lambda p: p.school or "", sortable=False),
            Column("class", tr("Class"), lambda p: f"{p.grade or ''}{p.class_name or ''}", sortable=False),
            Column("sum", tr("Yuan"), lambda p: yuan(p.amount_fen or 0), RIGHT, sortable=False),
            Column("signed", tr("Signed by"), lambda p: p.signed_by or "", sortable=False),
            Column("remark", tr("Remark"), lambda p: p.reason or (p.remark or "").replace("\n", "；"), sortable=False),
        ]  # fmt: skip
        return fitting(self, found, "class", "remark")

    def _fetch(self, ids: Sequence[str]) -> list[Payment | None]:
        return [self._rows.get(row) for row in ids]

    def reload(self) -> None:
        found = payments.batches(self.desk, [self.batch_id])
        clear(self.tools)
        if not found:
            return
        (told,) = found
        lines = payments.lines(self.desk, self.batch_id)
        self._rows = {p.id: p for p in lines}
        self.table.set_ids([p.id for p in lines])
        self.about.setText(f"{told.batch.term}　{told.programme}　{told.site}")
        tr = self.texts
        state = tr("Closed on {day}", day=told.batch.closed_on) if told.batch.closed_on else tr("Still open")
        self.state.setText(
            tr("{count} people, {sum} yuan, {signed} signed. {state}", count=told.total.children,
               sum=yuan(told.total.fen), signed=told.total.signed, state=state)
        )  # fmt: skip
        samples = [s for s in audits.samples(self.desk, self.batch_id) if s.voided_on is None]
        self.tools.addWidget(self._buttons(closed=bool(told.batch.closed_on), samples=samples))

    def _buttons(self, *, closed: bool, samples: Sequence[AuditSample]) -> QWidget:
        tr, theme, go = self.texts, self.theme, self.frame.open_address
        made: list[QWidget] = []
        if self.desk.may(Right.WRITE) and not closed:
            made += [
                button(tr("Add a payment"), partial(go, f"aid-pay/{self.batch_id}"), theme=theme, icon="fa6s.plus",
                       kind="primary"),
                button(tr("Close the batch"), self._close, theme=theme, icon="fa6s.lock"),
            ]  # fmt: skip
        if self.desk.may(Right.TAKE_OUT) and self.desk.may(Right.LOOK):
            self.papers = PaperButtons(
                self, self.progress, lambda: aid_papers.roll_pdf(self.desk, self.batch_id),
                lambda: self.about.text().replace("　", ""),
            )  # fmt: skip
            made += self.papers.all
        made += self._audit(closed, samples)
        return flow(theme, *made)

    def _audit(self, closed: bool, samples: Sequence[AuditSample]) -> list[QWidget]:
        tr, theme, go = self.texts, self.theme, self.frame.open_address
        if samples and samples[0].drawn_on:
            address, word = f"aid-sample/{samples[0].id}", tr("Audit calls")
        elif not self.desk.may(Right.AUDIT) or not closed:
            return []
        elif samples:
            address, word = f"audit-number/{samples[0].id}", tr("Draw the sample")
        else:
            address, word = f"audit-plan/{self.batch_id}", tr("Plan the audit sample")
        return [button(word, partial(go, address), theme=theme, icon="fa6s.dice")]

    def _close(self) -> None:
        tr = self.texts
        question = tr("After closing, nothing can be added to this batch. Close it?")
        if QMessageBox.question(self, tr("Close the batch"), question) is QMessageBox.StandardButton.Yes:
            self.close_batch()

    def close_batch(self) -> None:
        """Closes the batch without asking again."""
        do(self, lambda: payments.close(self.desk, self.batch_id)[1])


def do(page: Page, work: Callable[[], Touched]) -> None:
    """Does one step and shows it, or says why not."""
    try:
        touched = work()
    except CareHubError as error:
        page.frame.complain(error)
        return
    page.frame.changed(touched)


class PaymentPage(Page):
    """`aid-payment/<id>`: where the money came from and what became of it."""

    tables = TABLES

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(desktop)
        self.payment_id = ""
        self._steps = column(gap=self.theme.px(th.GAP_S))
        self.lay_out(self._steps, 1)

    @property
    def title(self) -> str:
        return self.texts("The way of the money")

    def open(self, argument: str) -> None:
        self.payment_id = argument
        self.reload()

    def reload(self) -> None:
        clear(self._steps)
        if not records.fetch(self.desk, Payment, [self.payment_id]):
            return
        tr, theme, go = self.texts, self.theme, self.frame.open_address
        above, below = aid_trail.up(self.desk, self.payment_id), aid_trail.down(self.desk, self.payment_id)
        for step in above[:-1]:
            self._steps.addWidget(self._line(step, "↓"))
        self._steps.addWidget(label(above[-1].text, "heading"))
        for step in below:
            self._steps.addWidget(self._line(step, "→"))
        if self.desk.may(Right.WRITE):
            tools = [button(tr("Put a payment right"), partial(go, f"aid-correct/{self.payment_id}"), theme=theme,
                            icon="fa6s.pen")]  # fmt: skip
            if not records.get(self.desk, Payment, self.payment_id).signed_by:
                tools.insert(0, button(tr("Type in the signature"), partial(go, f"aid-sign/{self.payment_id}"),
                                       theme=theme, icon="fa6s.signature"))  # fmt: skip
            self._steps.addWidget(flow(theme, *tools))

    def _line(self, step: Step, arrow: str) -> QWidget:
        """One link of the chain; what has a page of its own opens it."""
        words = f"{step.text} {arrow}" if arrow == "↓" else f"{arrow} {step.text}"
        address = self._address(step)
        if not address:
            return label(words)
        line = QWidget()
        go = partial(self.frame.open_address, address)
        line.setLayout(
            row(label(words), button(self.texts("Open"), go, theme=self.theme), 1, gap=self.theme.px(th.GAP_S))
        )
        return line

    def _address(self, step: Step) -> str:
        if step.kind == "payment_batch":
            return f"aid-batch/{step.id}"
        if step.kind == "audit_call":
            return f"aid-sample/{records.get(self.desk, AuditCall, step.id).sample_id}"
        return ""
