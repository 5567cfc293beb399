"""Ticking off who signed: one party at a time, a class at once."""

from datetime import date
from functools import partial

from PySide6.QtWidgets import QButtonGroup, QComboBox, QPushButton

from carehub.domain.activities import PARTIES, Pledge
from carehub.domain.drafts import check_value
from carehub.domain.errors import CareHubError
from carehub.domain.facts import facts_of
from carehub.domain.people import Child
from carehub.domain.texts import mark
from carehub.gui import theme as th
from carehub.gui.activities.chooser import GroupBox
from carehub.gui.activities.making import child_words
from carehub.gui.desktop import Desktop, Page
from carehub.gui.editors.days import DayEditor
from carehub.gui.widgets.basics import button, column, label, row
from carehub.gui.widgets.combo import ComboBox
from carehub.gui.widgets.flow import flow
from carehub.gui.widgets.ticks import TickList, TickRow
from carehub.services import pledges

WORDS = {
    "pupil": mark("Pupil"),
    "school": mark("School"),
    "third": mark("Parents or internet café"),
    "committee": mark("Care committee"),
}


class SignPledgesPage(Page):
    """`pledge-sign`: the pledges of a year, theme and class; a tick says that the chosen party signed on the day."""

    tables = frozenset({"pledge", "child"})

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(desktop)
        theme, tr = self.theme, self.texts
        self.party = PARTIES[0]
        self.year, self.subject = self._box(tr("Year")), self._box(tr("Theme"))
        for code in self.desk.codes["pledge_theme"]:
            self.subject.addItem(tr.pick(code.zh, code.en), code.code)
        self.groups = GroupBox(desktop)
        self.groups.changed.connect(self._list)
        self.day = DayEditor(theme, tr)
        self.day.set_name(tr("Signed on"))
        self.day.set_value(date.today())
        self._pledges: list[tuple[Pledge, Child]] = []
        self._group = QButtonGroup(self)
        self.parties = {party: self._party(party) for party in PARTIES}
        self.parties[self.party].setChecked(True)
        self.ticks = TickList(theme, tr, tr("Signatures"), mark("has signed"), mark("has not signed"))
        self.ticks.ticked.connect(self._ticked)
        self._count = label("", "muted")
        on = label(tr("Signed on"), wrap=False)
        on.setFixedHeight(theme.row)
        self.all = button(tr("All have signed"), self.ticks.tick_all, theme=theme, icon="fa6s.check-double")
        self.all.setToolTip("Ctrl+A")
        self.paper = button(tr("Print these pledges"), self._print, theme=theme, icon="fa6s.print")
        line = row(self._count, self.all, self.paper, gap=theme.px(th.GAP_S))
        line.setStretch(0, 1)
        edge = theme.px(th.GAP_M)
        body = column(
            flow(theme, self.year, self.subject, self.groups),
            flow(theme, *self.parties.values(), on, self.day),
            line, self.ticks, gap=theme.px(th.GAP_S), margins=(self.edge, edge, self.edge, edge),
        )  # fmt: skip
        body.setStretch(3, 1)
        self.setLayout(body)

    def _box(self, name: str) -> QComboBox:
        made = ComboBox(self.theme)
        made.setAccessibleName(name)
        made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        made.activated.connect(lambda *_: self._list())
        return made

    def _party(self, party: str) -> QPushButton:
        made = button(self.texts(WORDS[party]), partial(self.choose, party), theme=self.theme, kind="segment")
        made.setCheckable(True)
        self._group.addButton(made)
        return made

    @property
    def title(self) -> str:
        return self.texts("Tick off signatures")

    def open(self, _argument: str) -> None:
        self.ticks.setFocus()

    def reload(self) -> None:
        years = pledges.years(self.desk) or [date.today().year]
        before = self.year.currentData()
        self.year.clear()
        for year in years:
            self.year.addItem(str(year), year)
        self.year.setCurrentIndex(years.index(before) if before in years else 0)
        self.groups.reload()
        self._list()

    def choose(self, party: str) -> None:
        """Whose signatures are ticked off."""
        self.party = party
        self.parties[party].setChecked(True)
        self._list()

    def _list(self) -> None:
        year, theme = self.year.currentData(), self.subject.currentData()
        self._pledges = pledges.listed(self.desk, year, theme, self.groups.group)
        self.ticks.set_rows([self._row(pledge, child) for pledge, child in self._pledges])
        whole = len(self._pledges)
        signed = len(self.ticks.on)
        told = self.texts("{count} of {whole} have signed. Space ticks off, Ctrl+A all.", count=signed, whole=whole)
        self._count.setText(told if whole else self.texts("There are no pledges of this year and theme here."))
        for widget in (self.all, self.paper):
            widget.setEnabled(bool(whole))

    def _row(self, pledge: Pledge, child: Child) -> TickRow:
        day = getattr(pledge, f"{self.party}_on")
        told = self.texts("signed on {day}", day=day) if day else ""
        return TickRow(pledge.id, "　".join(t for t in (child_words(child), told) if t), day is not None)

    def _ticked(self, ids: list[str], there: bool) -> None:
        day, problem = check_value(facts_of(Pledge)[f"{self.party}_on"], self.day.text(), self.desk.codes)
        try:
            if problem:
                raise problem.error()
            signed = (day if isinstance(day, date) else date.today()) if there else None
            touched = pledges.sign(self.desk, self.party, ids, signed)
        except CareHubError as error:
            self._list()  # the tick was not taken
            self.frame.complain(error)
            return
        if len(ids) > 1:
            self.frame.saved(touched)
        else:
            self.frame.changed(touched)

    def _print(self) -> None:
        self.frame.open_address(f"papers/pledge/{','.join(pledge.id for pledge, _ in self._pledges)}")
