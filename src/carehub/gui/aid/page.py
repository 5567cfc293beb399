"""All payment batches, and what of them wants a look: money paid twice, differences nobody has explained."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from carehub.domain.aid import AuditCall, PaymentBatch
from carehub.domain.money import yuan
from carehub.domain.rights import Right
from carehub.domain.texts import mark
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop, Page
from carehub.gui.jobs import once
from carehub.gui.lists.page import WIDE_TEXT
from carehub.gui.rows import RIGHT, Column
from carehub.gui.tables import RecordTable
from carehub.gui.widgets.basics import button, clear, column, label
from carehub.gui.widgets.flow import flow
from carehub.gui.widgets.notice import Banner
from carehub.services import audits, payments, records
from carehub.services.payments import WHY, Batch, PaidTwice
from carehub.store.queries import Wanted

T = TypeVar("T")

TABLES = frozenset({"payment_batch", "payment", "aid_grant", "audit_sample", "audit_call", "aid_programme", "child"})


def fitting(page: Page, columns: Sequence[Column], *less: str) -> list[Column]:
    """The columns that fit: at the largest text without the `less` needed ones."""
    return [c for c in columns if page.theme.scale <= WIDE_TEXT or c.name not in less]


class AidPage(Page):
    """The list of batches; Enter opens one."""

    tables = TABLES

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(desktop)
        tr, theme, go = self.texts, self.theme, self.frame.open_address
        tools = [
            button(tr("Paid twice"), lambda: go("aid-doubles"), theme=theme, icon="fa6s.clone"),
            button(tr("Aid programmes"), lambda: go("aid-catalogue"), theme=theme, icon="fa6s.list"),
        ]
        if self.desk.may(Right.WRITE):
            tools.append(button(tr("Write down a grant"), lambda: go("aid-grant"), theme=theme,
                                icon="fa6s.file-invoice"))  # fmt: skip
            tools.append(button(tr("Open a batch"), lambda: go("aid-batch-form"), theme=theme, icon="fa6s.plus",
                                kind="primary"))  # fmt: skip
        self.banners = column(gap=theme.px(th.GAP_S))
        self.count = label("", "muted", wrap=False)
        self.table = RecordTable(theme, self.title, self._columns(), self._fetch)
        self.table.opened.connect(lambda row: go(f"aid-batch/{row}"))
        hint = label(
            tr("Rolls from Excel are taken in on the Children page, with the button for old ledgers."), "muted"
        )
        body = column(flow(theme, *tools), hint, self.banners, self.count, self.table, gap=theme.px(th.GAP_M))
        body.setStretch(4, 1)
        body.setContentsMargins(self.edge, theme.px(th.GAP_L), self.edge, theme.px(th.GAP_L))
        self.setLayout(body)

    @property
    def title(self) -> str:
        return self.texts("Aid")

    def open(self, argument: str) -> None:
        del argument
        self.reload()

    def _columns(self) -> list[Column]:
        tr = self.texts
        found = [
            Column("programme", tr("Aid programme"), lambda b: b.programme, sortable=False),
            Column("term", tr("Term"), lambda b: b.batch.term or "", sortable=False),
            Column("site", tr("Site"), lambda b: b.site, sortable=False),
            Column("people", tr("People"), lambda b: str(b.total.children), RIGHT, sortable=False),
            Column("sum", tr("Yuan"), lambda b: yuan(b.total.fen), RIGHT, sortable=False),
            Column("signed", tr("Signed"), lambda b: f"{b.total.signed} / {b.total.children}", RIGHT, sortable=False),
            Column("closed", tr("Closed on"), self._closed, sortable=False),
        ]
        return fitting(self, found, "site", "signed")

    def _closed(self, batch: Batch) -> str:
        return str(batch.batch.closed_on) if batch.batch.closed_on else self.texts("Still open")

    def _fetch(self, ids: Sequence[str]) -> list[Batch | None]:
        known = {b.batch.id: b for b in payments.batches(self.desk, ids)}
        return [known.get(row) for row in ids]

    def reload(self) -> None:
        ids = records.ids(self.desk, PaymentBatch, Wanted(order="id", descending=True))
        self.table.set_ids(ids)
        self.count.setText(self.texts("{count} records", count=len(ids)))
        look_through(self, lambda: (payments.doubles(self.desk), audits.flagged(self.desk)), self._warn)

    def _warn(self, found: tuple[list[PaidTwice], list[AuditCall]]) -> None:
        tr, theme, go = self.texts, self.theme, self.frame.open_address
        twice, wrong = found
        clear(self.banners)
        if twice:
            look = button(tr("Show"), lambda: go("aid-doubles"), theme=theme)
            words = tr("{count} times money was paid twice.", count=len(twice))
            self.banners.addWidget(Banner(theme, "caution", words, look))
        if wrong:
            look = button(tr("Show"), lambda: go(f"aid-sample/{wrong[0].sample_id}"), theme=theme)
            words = tr("{count} differences of audit calls are not explained yet.", count=len(wrong))
            self.banners.addWidget(Banner(theme, "alarm", words, look))


def look_through(page: Page, find: Callable[[], T], show: Callable[[T], object]) -> None:
    """Looks through all payments on the worker, and shows what was found: a district has more than a million."""
    job = page.desktop.jobs.start(once(find))
    job.finished.connect(show)
    job.failed.connect(page.frame.complain)


class DoublesPage(Page):
    """What was paid twice within a programme and term, and why it is thought so; Enter opens the later payment."""

    tables = TABLES

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(desktop)
        tr, theme = self.texts, self.theme
        self._found: dict[str, PaidTwice] = {}
        self.table = RecordTable(theme, self.title, self._columns(), lambda ids: [self._found.get(i) for i in ids])
        self.table.opened.connect(lambda row: self.frame.open_address(f"aid-payment/{row}"))
        self.none = label(tr(mark("Nothing was paid twice.")), "strong")
        self.none.hide()
        hint = label(tr("Enter opens the later payment; a correction to 0 takes it back."), "muted")
        body = column(hint, self.none, self.table, gap=theme.px(th.GAP_M))
        body.setStretch(2, 1)
        body.addStretch(0)  # takes the room where there is no table
        body.setContentsMargins(self.edge, theme.px(th.GAP_L), self.edge, theme.px(th.GAP_L))
        self.setLayout(body)

    @property
    def title(self) -> str:
        return self.texts("Paid twice")

    def open(self, argument: str) -> None:
        del argument
        self.reload()

    def _columns(self) -> list[Column]:
        tr = self.texts
        found = [
            Column("name", tr("Name"), lambda d: "、".join(dict.fromkeys(p.name or "" for p in d.payments)),
                   sortable=False),
            Column("programme", tr("Aid programme"), lambda d: d.programme, sortable=False),
            Column("term", tr("Term"), lambda d: d.double.term, sortable=False),
            Column("site", tr("Site"), lambda d: "、".join(dict.fromkeys(d.sites)), sortable=False),
            Column("sum", tr("Yuan"), lambda d: "、".join(yuan(p.amount_fen or 0) for p in d.payments), sortable=False),
            Column("why", tr("Why"), lambda d: tr(WHY[d.double.reason]), sortable=False),
        ]  # fmt: skip
        return fitting(self, found, "sum", "term")

    def reload(self) -> None:
        look_through(self, lambda: payments.doubles(self.desk), self._show)

    def _show(self, found: list[PaidTwice]) -> None:
        self._found = {d.payments[-1].id: d for d in found}
        self.table.set_ids(list(self._found))
        self.none.setVisible(not self._found)
        self.table.setVisible(bool(self._found))
