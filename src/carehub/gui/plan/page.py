"""Planning a week: who is to be visited, in walking order, with whom; then the list and the sheets are printed."""

from collections.abc import Sequence

from PySide6.QtWidgets import QPushButton, QWidget

from carehub.domain.attention import VISITS_AHEAD
from carehub.domain.facts import facts_of
from carehub.domain.follow_up import UNKNOWN_RISK
from carehub.domain.people import Child
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop, Page
from carehub.gui.lists.page import WIDE_TEXT
from carehub.gui.rows import RIGHT, Column
from carehub.gui.tables import RecordTable
from carehub.gui.widgets.basics import button, column, label, row
from carehub.gui.widgets.flow import FlowLayout
from carehub.services import labels, planning
from carehub.services.planning import Plan, Stop


class PlanPage(Page):
    """Chips choose by risk; the table shows the week as it will be printed."""

    tables = frozenset({"child", "visit", "volunteer", "pairing", "consent"})

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(desktop)
        tr, theme = self.texts, self.theme
        self._stops: dict[str, Stop] = {}
        self._chips: dict[str, QPushButton] = {}
        self._count, self._groups, self._loads = label("", "strong"), label("", "muted"), label("", "muted")
        self._print = button(tr("Print list and sheets"), self._to_papers, theme=theme, icon="fa6s.print",
                             kind="primary")  # fmt: skip
        self.table = RecordTable(theme, self.title, self._columns(), self._fetch)
        self.table.opened.connect(lambda child: self.frame.open_address(f"child/{child}"))
        head = row(self._count, self._print, gap=theme.px(th.GAP_S))
        head.setStretch(0, 1)
        body = column(head, self._choices(), self._groups, self.table, self._loads, gap=theme.px(th.GAP_M))
        body.setStretch(3, 1)
        body.setContentsMargins(self.edge, theme.px(th.GAP_L), self.edge, theme.px(th.GAP_L))
        self.setLayout(body)

    @property
    def title(self) -> str:
        return self.texts("Plan the week")

    def _choices(self) -> QWidget:
        tr = self.texts
        words = {c.code: tr("Risk: {level}", level=tr.pick(c.zh, c.en)) for c in self.desk.codes["risk_level"]}
        words |= {UNKNOWN_RISK: tr("not judged yet"), "": tr("also the next {count} days", count=VISITS_AHEAD)}
        holder = QWidget()
        line = FlowLayout(holder, self.theme.px(th.GAP_S))
        for key, word in words.items():
            chip = button(word, self.reload, theme=self.theme, kind="chip")
            chip.setCheckable(True)
            self._chips[key] = chip
            line.addWidget(chip)
        return holder

    def _columns(self) -> list[Column]:
        tr, facts = self.texts, facts_of(Child)

        def of_child(name: str, title: str = "") -> Column:
            fact = facts[name]
            return Column("", title or tr(fact.label),
                          lambda s: labels.show_fact(self.desk, fact, getattr(s.child, name), reveal=False),
                          sortable=False)  # fmt: skip

        address = Column("", tr(facts["home_address"].label), self._address, sortable=False)
        late = Column("", tr("Days overdue"), lambda s: str(s.overdue) if s.overdue > 0 else "", RIGHT, sortable=False)
        who = Column("", tr("Volunteer"), self._who, sortable=False)
        last = Column("", tr("Last visit"), lambda s: s.last.isoformat() if s.last else tr("never yet"), sortable=False)
        risk = of_child("risk_level", tr("Risk"))
        if self.theme.scale > WIDE_TEXT:
            return [of_child("name"), risk, late, who]
        return [of_child("name"), address, risk, last, late, who]

    def _address(self, stop: Stop) -> str:
        return labels.show_fact(self.desk, facts_of(Child)["home_address"], stop.address, reveal=False)

    def _who(self, stop: Stop) -> str:
        if stop.volunteer is None:
            return self.texts("nobody yet")
        return self.texts("{name} (paired)", name=stop.volunteer.name) if stop.paired else stop.volunteer.name

    def _fetch(self, ids: Sequence[str]) -> list[object]:
        return [self._stops.get(i) for i in ids]

    def reload(self) -> None:
        risks = {key for key, chip in self._chips.items() if key and chip.isChecked()}
        ahead = VISITS_AHEAD if self._chips[""].isChecked() else 0
        plan = planning.propose(self.desk, planning.choose(self.desk, risks, ahead))
        self._stops = {stop.child.id: stop for stop in plan.stops}
        self.table.set_ids(list(self._stops))
        self._print.setEnabled(bool(self._stops))
        late = sum(stop.overdue > 0 for stop in plan.stops)
        self._count.setText(
            self.texts("{count} children in walking order, {late} of them overdue", count=len(plan.stops), late=late)
            if plan.stops
            else self.texts(planning.NOBODY_DUE)
        )
        self._groups.setText(self._group_words(plan))
        self._groups.setVisible(bool(self._groups.text()))
        self._loads.setText(self._load_words(plan))

    def _group_words(self, plan: Plan) -> str:
        """How many visits there are in each group of houses, where more than one is known."""
        if not plan.stops:
            return self.texts("Whoever is to be visited earlier can be selected on the Children page and printed.")
        if len(plan.groups) < 2:
            return ""
        told = (f"{group or self.texts('group not known')} {count}" for group, count in plan.groups.items())
        return self.texts("By group of houses: {groups}", groups=self.texts.pick("、", ", ").join(told))

    def _load_words(self, plan: Plan) -> str:
        """How the visits of this plan are shared out; whom a plan does not send is not named."""
        names: dict[str, str] = {}
        counts: dict[str, int] = {}
        for stop in plan.stops:
            if stop.volunteer:
                names[stop.volunteer.id] = stop.volunteer.name
                counts[stop.volunteer.id] = counts.get(stop.volunteer.id, 0) + 1
        if not names:
            return self.texts("No volunteer takes part yet.") if plan.stops else ""
        told = (self.texts("{name}: {count} visits", name=name, count=counts[who]) for who, name in names.items())
        return self.texts("Shared out: {who}", who=self.texts.pick("、", ", ").join(told))

    def _to_papers(self) -> None:
        self.frame.open_address("papers/route-list/" + ",".join(self._stops))
