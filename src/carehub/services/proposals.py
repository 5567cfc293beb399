"""Whom to pair: volunteers proposed for children, with reasons, and what speaks against a choice.

Proposals stay within one site: whoever looks after a child lives near it.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session

from carehub import resources
from carehub.domain import matching
from carehub.domain.care import CHECK_FIELDS, Pairing, Visit
from carehub.domain.matching import ChildFacts, Match, Reason, Rules, VolunteerFacts
from carehub.domain.office import Site
from carehub.domain.people import Child, Volunteer
from carehub.domain.progress import Progress
from carehub.domain.rights import Right
from carehub.domain.texts import mark
from carehub.services import pairing
from carehub.services.desk import Desk
from carehub.store import linked, queries
from carehub.store.store import Touched

ONE_ALREADY = mark("{child} has a running one-to-one pairing with {volunteer} already.")
FULL = mark("{volunteer} looks after {count} children already; {most} are enough for one person.")
HAS_LEFT = mark("{volunteer} does not take part any more.")
OTHER_SEX = mark("{volunteer} and {child} are not of the same sex, as the township wants it.")
LOOKING = mark("Looking for volunteers")
REASONS = {
    "site": mark("same care room"), "village": mark("same village ({value})"), "group": mark("same group of houses"),
    "near": mark("next group of houses"), "known": mark("has visited the child before"),
    "skill": mark("can help: {value}"), "free": mark("has no child yet"), "load": mark("has {value} already"),
    "same_sex": mark("same sex, as wanted"), "other_sex": mark("other sex than wanted"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Proposal:
    """A volunteer proposed for a child: the names of both, and the reasons in words."""

    child_id: str
    child: str
    volunteer_id: str
    volunteer: str
    reasons: str


# --- what the township wants ------------------------------------------------------------------------------------------


def same_sex(desk: Desk) -> bool:
    """Whether pairings within one sex are wanted: what this site says, else the nearest office above that says it. Its
    row travels down with the return bundle."""
    with desk.store.reading() as session:
        return _same_sex(session, desk.site.id)


def _same_sex(session: Session, site_id: str | None) -> bool:
    seen: set[str] = set()
    while site_id and site_id not in seen:
        seen.add(site_id)
        site = session.get(Site, site_id)
        if site is None:
            return False
        if site.same_sex is not None:
            return bool(site.same_sex)
        site_id = site.parent_id
    return False


def set_same_sex(desk: Desk, wanted: bool) -> Touched:
    """Says it for this site and all below. A matter of the head."""
    with desk.unit(Right.USERS) as unit:
        site = queries.get(unit.session, Site, desk.site.id)
        site.same_sex = wanted
        unit.session.add(site)
    return unit.touched


def rules(desk: Desk) -> Rules:
    """The reference data, with what the township wants."""
    return replace(resources.matching(), same_sex=same_sex(desk))


# --- proposals --------------------------------------------------------------------------------------------------------


def for_child(desk: Desk, child_id: str) -> list[Proposal]:
    """Volunteers for one child, the best first, of its own site; nobody who is paired with it already."""
    found_rules = rules(desk)
    with desk.store.reading() as session:
        child = queries.get(session, Child, linked.roots(session, "child").get(child_id, child_id))
        people = pairing.taking_part(session, child.site_id)
        mine = queries.owned(session, Pairing, "child_id", [child.id], ended_on=None)[child.id]
        taken = {v for p in mine for v in linked.files_of_one(session, "volunteer", p.volunteer_id)}
        (facts,) = _child_facts(session, [child])
        free = _volunteer_facts(session, [v for v in people if v.id not in taken])
    made = matching.propose(facts, free, found_rules)
    return _in_words(desk, made, [child], people)


def for_all(desk: Desk, site_id: str = "") -> Generator[Progress, None, list[Proposal]]:
    """One volunteer for each child of a site (this one) who has nobody, as far as there are any, loads in balance."""
    site, found_rules = site_id or desk.site.id, rules(desk)
    yield Progress(0, 0, LOOKING)
    with desk.store.reading() as session:
        children, people = pairing.waiting(session, site), pairing.taking_part(session, site)
        of_children, of_people = _child_facts(session, children), _volunteer_facts(session, people)
    made = yield from _told(matching.sharing(of_children, of_people, found_rules), 2 * len(children))
    return _in_words(desk, made, children, people)


def _told(work: Generator[int, None, list[Match]], total: int) -> Generator[Progress, None, list[Match]]:
    """The same work, saying how far it is."""
    while True:
        try:
            yield Progress(next(work), total, LOOKING)
        except StopIteration as end:
            found: list[Match] = end.value
            return found


def _in_words(
    desk: Desk, made: Sequence[Match], children: Sequence[Child], people: Sequence[Volunteer]
) -> list[Proposal]:
    names = {c.id: c.name or "" for c in children} | {v.id: v.name or "" for v in people}
    return [Proposal(m.child, names[m.child], m.volunteer, names[m.volunteer], words_of(desk, m.reasons)) for m in made]


def _child_facts(session: Session, children: Sequence[Child]) -> list[ChildFacts]:
    visits = queries.owned(session, Visit, "child_id", [c.id for c in children])
    people = linked.roots(session, "volunteer")
    made = []
    for c in children:
        done = sorted((v for v in visits[c.id] if v.done_on), key=lambda v: (str(v.done_on), v.id))
        last = done[-1:]
        seen = frozenset(n for v in last for n in CHECK_FIELDS if getattr(v, n) not in (None, "ok"))
        words = " ".join(w for v in last for w in (v.needs, v.note) if w)
        known = frozenset(people.get(v.volunteer_id, v.volunteer_id) for v in done if v.volunteer_id)
        place = matching.place_of(c.home_address, c.map_note)
        made.append(ChildFacts(c.id, c.site_id, c.sex, place, seen, f"{words} {c.remark or ''}", known))
    return made


def _volunteer_facts(session: Session, people: Sequence[Volunteer]) -> list[VolunteerFacts]:
    loads = pairing.loads_of(session, [v.id for v in people])
    return [
        VolunteerFacts(v.id, v.site_id, v.sex, matching.place_of(v.place, matching.home_in(v.remark)), v.kind or "",
                       f"{v.skills or ''} {v.former_post or ''}", loads[v.id])
        for v in people
    ]  # fmt: skip


def words_of(desk: Desk, reasons: Sequence[Reason]) -> str:
    """Reasons in one line, the strongest first. That both belong to the site is true of all, and not said."""
    tr = desk.texts
    names = {need.code: tr.pick(need.zh, need.en) for need in resources.matching().needs}
    skills = tr(", ").join(names[reason.value] for reason in reasons if reason.kind == "skill")
    values = {reason.kind: skills if reason.kind == "skill" else reason.value for reason in reasons}
    return tr("; ").join(tr(REASONS[kind]).format(value=value) for kind, value in values.items() if kind != "site")


def warnings(desk: Desk, child_id: str, volunteer_id: str, kind: str = "one_to_one") -> list[str]:
    """What should be thought of before pairing the two: sentences; none of them forbids it."""
    tr, found_rules = desk.texts, rules(desk)
    with desk.store.reading() as session:
        child, volunteer = queries.get(session, Child, child_id), queries.get(session, Volunteer, volunteer_id)
        load = pairing.loads_of(session, [volunteer_id])[volunteer_id]
    found = []
    if kind == "one_to_one":
        found += [
            tr(ONE_ALREADY, child=child.name, volunteer=told.volunteer)
            for told in pairing.of_child(desk, child_id)
            if told.runs and told.pairing.kind == "one_to_one"
        ]
    if load >= found_rules.most:
        found.append(tr(FULL, volunteer=volunteer.name, count=load, most=found_rules.most))
    if pairing.has_left(volunteer):
        found.append(tr(HAS_LEFT, volunteer=volunteer.name))
    if found_rules.same_sex and {child.sex, volunteer.sex} == {1, 2}:
        found.append(tr(OTHER_SEX, child=child.name, volunteer=volunteer.name))
    return found
