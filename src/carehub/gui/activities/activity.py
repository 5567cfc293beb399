"""One activity: what it was, and who came, ticked off by keyboard or all at once."""

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QWidget

from carehub.domain.activities import PEOPLE, Activity
from carehub.domain.errors import CareHubError
from carehub.domain.texts import mark
from carehub.gui import theme as th
from carehub.gui.desktop import Desktop, Page
from carehub.gui.merging.sections import Sections
from carehub.gui.widgets.basics import button, column, label, row
from carehub.gui.widgets.ticks import TickList, TickRow
from carehub.services import activities, labels, records

WORDS = {
    "child_id": mark("Children"),
    "volunteer_id": mark("Volunteers"),
    "family_member_id": mark("Family members"),
}


class _Who(QWidget):
    """The people of one sort, to be ticked off. `save` gets ids and whether they came."""

    def __init__(self, desktop: Desktop, person: str, save: Callable[[list[str], bool], object]) -> None:
        super().__init__()
        theme, self._tr = desktop.theme, desktop.tr
        self.ticks = TickList(theme, self._tr, self._tr(WORDS[person]), mark("was there"), mark("was not there"))
        self.ticks.ticked.connect(save)
        self._count = label("", "muted")
        self.all = button(self._tr("All were there"), self.ticks.tick_all, theme=theme, icon="fa6s.check-double")
        self.all.setToolTip("Ctrl+A")
        line = row(self._count, self.all, gap=theme.px(th.GAP_S))
        line.setStretch(0, 1)
        body = column(line, self.ticks, gap=theme.px(th.GAP_S))
        body.setStretch(1, 1)
        self.setLayout(body)

    def show_people(self, people: activities.People) -> None:
        """Shows these people; of very many only the first, and says so."""
        self.ticks.set_rows([TickRow(p.id, p.words, p.there) for p in people.shown])
        told = self._tr("{count} came. Space ticks off, Ctrl+A all.", count=people.came)
        if people.hidden:
            told += " " + self._tr("{count} more are not shown: search for them above.", count=people.hidden)
        self._count.setText(told)
        self.all.setVisible(bool(people.shown) and not people.hidden)


class ActivityPage(Page):
    """`activity/<id>`. The search box above narrows the lists; what is ticked is saved at once."""

    tables = frozenset({"activity", "attendance", "child", "volunteer", "family_member"})

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(desktop)
        theme, tr = self.theme, self.texts
        self._id, self._search, self._name = "", "", ""
        self._told = label("", "muted")
        edit = button(tr("Edit"), self._edit, theme=theme, icon="fa6s.pen")
        sheet = button(tr("Sign-in sheet"), self._sheet, theme=theme, icon="fa6s.print")
        head = row(self._told, edit, sheet, gap=theme.px(th.GAP_S))
        head.setStretch(0, 1)
        self.sections = Sections(theme, tr)
        self.who: dict[str, _Who] = {}
        for person in PEOPLE:
            self.who[person] = _Who(desktop, person, partial(self._ticked, person))
            self.sections.add(person, tr(WORDS[person]), self.who[person])
        edge = theme.px(th.GAP_M)
        body = column(head, self.sections, gap=theme.px(th.GAP_M), margins=(self.edge, edge, self.edge, edge))
        body.setStretch(1, 1)
        self.setLayout(body)

    @property
    def title(self) -> str:
        return self._name or self.texts("Activity")

    def open(self, argument: str) -> None:
        self._search = "" if argument != self._id else self._search
        self._id, self.stale = argument, False
        self.reload()
        self.who[self.sections.current].ticks.setFocus()

    def reload(self) -> None:
        activity = records.get(self.desk, Activity, self._id)
        self._name = activity.title
        days = f"{activity.held_on}" + (f" — {activity.until_on}" if activity.until_on else "")
        times = "—".join(t for t in (activity.starts_at, activity.ends_at) if t)
        kind = labels.show(self.desk, "activity", "kind", activity.kind)
        leader = self.texts("Leader: {name}", name=activity.leader) if activity.leader else ""
        safety = self.texts("Safety officer: {name}", name=activity.safety_officer) if activity.safety_officer else ""
        told = [kind, f"{days}　{times}".strip(), activity.place, leader, safety]
        self._told.setText("　".join(t for t in told if t))
        for person, who in self.who.items():
            people = activities.people(self.desk, activity, person, self._search)
            who.show_people(people)
            self.sections.set_number(person, people.came)

    def search_for(self, text: str) -> bool:
        self._search = text.strip()
        self.reload()
        return True

    def _ticked(self, person: str, ids: list[str], there: bool) -> None:
        try:
            touched = activities.tick(self.desk, self._id, person, ids, there=there)
        except CareHubError as error:
            self.reload()  # the tick was not taken
            self.frame.complain(error)
            return
        if len(ids) > 1:
            self.frame.saved(touched)
        else:
            self.frame.changed(touched)

    def _edit(self) -> None:
        self.frame.open_address(f"activity-form/{self._id}")

    def _sheet(self) -> None:
        self.frame.open_address(f"papers/sign-in/{self._id}")
