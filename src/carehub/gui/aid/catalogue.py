"""The catalogue of aid: what programmes there are, what they pay now, and what they paid before."""

from collections.abc import Sequence
from datetime import date

from carehub.domain.aid import AidAmount, AidProgramme
from carehub.domain.aid_catalogue import EVER, Amount, Catalogue, Programme
from carehub.domain.money import yuan
from carehub.domain.rights import Right
from carehub.gui import theme as th
from carehub.gui.aid.page import TABLES, fitting
from carehub.gui.desktop import Desktop, Page
from carehub.gui.generic import FormPage
from carehub.gui.rows import Column
from carehub.gui.tables import RecordTable
from carehub.gui.widgets.basics import button, clear, column, label
from carehub.gui.widgets.flow import flow
from carehub.services import aid, records
from carehub.store.store import Touched


class CataloguePage(Page):
    """All programmes. At the district they can be taken up and given new amounts; elsewhere they come down with the
    return bundle."""

    tables = TABLES | {"aid_amount", "aid_category"}

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(desktop)
        self._known = Catalogue((), ())
        self.tools = column()
        self.table = RecordTable(self.theme, self.title, self._columns(), self._fetch)
        body = column(self.tools, self.table, gap=self.theme.px(th.GAP_M))
        body.setStretch(1, 1)
        body.setContentsMargins(self.edge, self.theme.px(th.GAP_L), self.edge, self.theme.px(th.GAP_L))
        self.setLayout(body)

    @property
    def title(self) -> str:
        return self.texts("Aid programmes")

    def open(self, argument: str) -> None:
        del argument
        self.reload()

    def _columns(self) -> list[Column]:
        tr = self.texts
        found = [
            Column("code", tr("Code"), lambda p: p.code, sortable=False),
            Column("name", tr("Aid programme"), lambda p: p.name, sortable=False),
            Column("category", tr("Aid category"), self._category, sortable=False),
            Column("now", tr("Pays now"), lambda p: self._said(p.amounts_on(date.today())), sortable=False),
            Column("before", tr("Paid before"), lambda p: self._said(self._before(p)), sortable=False),
        ]
        return fitting(self, found, "category")

    def _category(self, programme: Programme) -> str:
        if not programme.category:
            return self.texts("Across all stages")
        return self.desk.codes["aid_category"].name_of(programme.category, self.texts)

    def _before(self, programme: Programme) -> list[Amount]:
        now = programme.amounts_on(date.today())
        return [a for a in programme.amounts if a not in now]

    def _said(self, amounts: Sequence[Amount]) -> str:
        """Amounts in words: 小学1250/每学年（2023-09-01起）."""
        tr, per = self.texts, self.desk.codes["aid_per"]
        told = []
        for a in amounts:
            most = tr("up to ") if a.at_most else ""
            since = "" if a.since == EVER else tr(" (from {day})", day=a.since)
            told.append(f"{a.tier}{most}{yuan(a.fen).removesuffix('.00')}/{per.name_of(a.per, tr)}{since}")
        return "；".join(told)

    def _fetch(self, ids: Sequence[str]) -> list[Programme | None]:
        return [self._known.get(code) for code in ids]

    def reload(self) -> None:
        self._known = aid.catalogue(self.desk)
        self.table.set_ids([p.code for p in self._known.programmes])
        clear(self.tools)
        tr, theme = self.texts, self.theme
        if self.desk.site.level != "district" or not self.desk.may(Right.MERGE):
            words = tr("The district sets programmes and amounts; they come with the return bundle.")
            self.tools.addWidget(label(words, "muted"))
        elif records.ids(self.desk, AidProgramme):
            go = self.frame.open_address
            add = button(tr("Add an amount"), lambda: go("aid-amount"), theme=theme, icon="fa6s.plus", kind="primary")
            self.tools.addWidget(flow(theme, add))
        else:
            take = button(tr("Take this list up"), self.take_up, theme=theme, icon="fa6s.check", kind="primary")
            self.tools.addWidget(flow(theme, take))

    def take_up(self) -> None:
        """Makes the list the district's own."""
        self.frame.saved(aid.take_up(self.desk))


class AmountFormPage(FormPage):
    """An amount that holds from a day on."""

    record = AidAmount

    def store(self) -> Touched:
        return aid.add_amount(self.desk, self.form.values())[1]
