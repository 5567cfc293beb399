"""Planning a week: which children, in walking order, with which volunteer; saved as visits with sheet numbers."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from sqlmodel import Session

from carehub.domain.attention import VISITS_AHEAD, Line
from carehub.domain.care import Pairing, Visit
from carehub.domain.errors import NotFound
from carehub.domain.follow_up import UNKNOWN_RISK
from carehub.domain.people import Child, Volunteer
from carehub.domain.planning import group_key, group_of, place_of, spread, walking_key, week_of
from carehub.domain.texts import mark
from carehub.services import attention, visits
from carehub.services.attention import Overview
from carehub.services.desk import Desk
from carehub.store import linked, queries
from carehub.store.store import Touched

NOBODY_DUE = mark("Nobody has to be visited now. Choose more risk levels, or those of the next days as well.")


@dataclass(frozen=True, slots=True)
class Stop:
    """One visit of the week: the child, since when it waits, and who goes."""

    child: Child
    last: date | None
    overdue: int
    volunteer: Volunteer | None
    paired: bool

    @property
    def address(self) -> str:
        """Where the child lives; the register's address where no other is known."""
        return self.child.home_address or self.child.register_address or ""

    @property
    def group(self) -> str:
        """The group of houses the child lives in, as far as the address or the note on the way says so."""
        return group_of(self.address, self.child.map_note)


@dataclass(frozen=True, slots=True)
class Plan:
    """The visits of the week of `day`, in walking order, and how much each volunteer has with them (id → pairings and
    visits of the week)."""

    day: date
    stops: Sequence[Stop]
    loads: Mapping[str, int]

    @property
    def groups(self) -> Mapping[str, int]:
        """Group of houses → how many visits there are in it, as they are walked; those of no known group under ""."""
        return Counter(stop.group for stop in self.stops)


def choose(
    desk: Desk, risks: Collection[str] = (), ahead: int = 0, most: int = 0, *, day: date | None = None
) -> list[str]:
    """The children to be visited by `ahead` days from now, those who wait longest and are at the highest risk first:
    of some risk levels (`unknown` is one), or of all; `most` at most if it is not 0. Children whose consent was
    withdrawn are left out."""
    lines = (Line.OVERDUE, Line.SOON) if ahead else (Line.OVERDUE,)
    found = attention.of_lines(desk, lines, day)
    wanted = [
        child
        for child, facts in found.facts.items()
        if (not risks or (facts.risk or UNKNOWN_RISK) in risks) and found.overdue(child) >= -min(ahead, VISITS_AHEAD)
    ]
    order = {level: n for n, level in enumerate(found.rules.intervals)}
    wanted.sort(key=lambda c: (order.get(found.facts[c].risk or UNKNOWN_RISK, len(order)), -found.overdue(c), c))
    return wanted[:most] if most else wanted


def propose(desk: Desk, child_ids: Sequence[str], day: date | None = None) -> Plan:
    """A plan for some children: walking order, and volunteers in balance. Nothing is saved. Children no longer on file
    are left out."""
    today = day or date.today()
    found = attention.of_children(desk, child_ids, today)
    with desk.store.reading() as session:
        roots = linked.roots(session, "child")
        ids = list(dict.fromkeys(roots.get(i, i) for i in child_ids))
        children = queries.rows(session, Child, ids)
        children.sort(key=partial(_walk, desk.site.level == "room"))
        route = [c.id for c in children]
        own, loads = _work(session, route, today)
        who = spread(route, own, loads)
        people = {v.id: v for v in queries.rows(session, Volunteer, sorted(loads))}
    stops = [_stop(found, c, people.get(who.get(c.id, "")), own) for c in children]
    for volunteer in who.values():
        loads[volunteer] += 1
    return Plan(today, stops, loads)


def _walk(by_group: bool, child: Child) -> tuple[object, ...]:
    """Where a child comes along the way. In a room's own village the group of houses comes first: some addresses name
    the village before it, others do not."""
    address = child.home_address or child.register_address
    group = group_of(address, child.map_note) if by_group else ""
    return group_key(group), walking_key(place_of(address, child.map_note), child.name)


def _stop(found: Overview, child: Child, volunteer: Volunteer | None, own: Mapping[str, str]) -> Stop:
    facts = found.facts.get(child.id)
    late = found.overdue(child.id) if facts else 0
    paired = volunteer is not None and own.get(child.id) == volunteer.id
    return Stop(child, facts.last if facts else None, late, volunteer, paired)


def _work(session: Session, route: Sequence[str], today: date) -> tuple[dict[str, str], dict[str, int]]:
    """child → the volunteer of its running pairing, and volunteer → load without the children of this route: running
    pairings, and visits planned this week."""
    roots = linked.roots(session, "volunteer")
    active = [
        v.id
        for v in queries.where(session, Volunteer)
        if v.id not in roots and v.participating is not False and not (v.left_on and v.left_on <= today)
    ]
    loads = dict.fromkeys(active, 0)
    first, last = week_of(today)
    own: dict[str, str] = {}
    planned, children = set(route), linked.roots(session, "child")
    running = [p for p in queries.where(session, Pairing) if not (p.ended_on and p.ended_on <= today)]
    for pairing in running:
        who = roots.get(pairing.volunteer_id, pairing.volunteer_id)
        if who in loads:
            own[children.get(pairing.child_id, pairing.child_id)] = who
            loads[who] += 1
    for visit in queries.where(session, Visit, done_on=None):
        who = roots.get(visit.volunteer_id or "", visit.volunteer_id or "")
        child = children.get(visit.child_id, visit.child_id)
        if who in loads and child not in planned and visit.planned_for and first <= visit.planned_for <= last:
            loads[who] += 1
    return own, loads


def save(desk: Desk, plan: Plan) -> tuple[list[Visit], Touched]:
    """Plans the visits, in the order of the plan: each has a sheet number, a day and who goes. A visit that is open
    already is taken over into this week with its number. Raises `NotFound` where there is nothing to plan."""
    if not plan.stops:
        raise NotFound(NOBODY_DUE)
    who = {s.child.id: s.volunteer.id for s in plan.stops if s.volunteer}
    return visits.plan(desk, [s.child.id for s in plan.stops], plan.day, volunteers=who)
