"""Pairing volunteers and children: who has nobody, making, replacing and ending pairings, and the history of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlmodel import Session

from carehub.domain.care import Pairing
from carehub.domain.drafts import require
from carehub.domain.errors import InvalidInput
from carehub.domain.people import Child, Volunteer
from carehub.domain.texts import mark
from carehub.services import consents, records
from carehub.services.desk import Desk
from carehub.store import linked, queries
from carehub.store.store import Touched, Unit

NOBODY = mark("Nobody is chosen. Please tick the children first.")
ENDED_ALREADY = mark("This pairing was ended already.")
NO_REASON = mark("Please say why the pairing ends.")
BEFORE_START = mark("The pairing would end before it began.")
SAME_PERSON = mark("{volunteer} is paired with this child already.")
CONSENT_WITHDRAWN = mark("Consent to care for {child} was withdrawn. No new pairing is made.")


@dataclass(frozen=True, slots=True)
class Told:
    """A pairing with the names of both, how many running pairings the volunteer has, and who took over. `status` is
    that of the child; `left` says that the volunteer does not take part any more, `withdrawn` that consent to care was
    taken back: then it should not run on."""

    pairing: Pairing
    child: str
    volunteer: str
    load: int = 0
    successor: str = ""
    status: str = "active"
    left: bool = False
    withdrawn: bool = False

    @property
    def runs(self) -> bool:
        return self.pairing.ended_on is None


@dataclass(frozen=True, slots=True)
class Overview:
    """The pairings of one site: active children without one, volunteers who take part and have no child, pairings that
    run, and those that ended, the newest first. Children whose consent to care was withdrawn are not waited for."""

    children: list[Child] = field(default_factory=list)
    volunteers: list[Volunteer] = field(default_factory=list)
    running: list[Told] = field(default_factory=list)
    ended: list[Told] = field(default_factory=list)


def sites(desk: Desk) -> list[tuple[str, str]]:
    """(id, name) of the sites at home here that have active children, by name: a township looks at one at a time."""
    with desk.store.reading() as session:
        found = [row[0] for row in queries.combinations(session, Child, ["site_id"], status="active")]
        names = queries.names(session, "site", found)
    return sorted(((site, names.get(site, "")) for site in found), key=lambda pair: (pair[1], pair[0]))


def overview(desk: Desk, site_id: str = "") -> Overview:
    """Who is paired and who is not at a site (this one)."""
    site = site_id or desk.site.id
    with desk.store.reading() as session:
        children = waiting(session, site)
        people = taking_part(session, site)
        loads = loads_of(session, [v.id for v in people])
        told = _told(session, queries.where(session, Pairing, site_id=site))
    ended = [t for t in told if not t.runs]
    return Overview(
        children,
        [v for v in people if not loads[v.id]],
        sorted(
            (t for t in told if t.runs), key=lambda t: (t.volunteer, t.pairing.started_on or date.min, t.pairing.id)
        ),
        sorted(ended, key=lambda t: (t.pairing.ended_on or date.min, t.pairing.id), reverse=True),
    )


def waiting(session: Session, site: str) -> list[Child]:
    """The active children of a site, one file each, who have no running pairing and may have one."""
    roots = linked.roots(session, "child")
    active = {c.id: c for c in queries.where(session, Child, status="active", site_id=site) if c.id not in roots}
    left_out = consents.left_out(session, "pairing", among=list(active))
    running = queries.owned(session, Pairing, "child_id", list(active), ended_on=None)
    return [c for c in active.values() if c.id not in left_out and not running[c.id]]


def taking_part(session: Session, site: str) -> list[Volunteer]:
    """The volunteers of a site, one file each, who have not left."""
    people = linked.roots(session, "volunteer")
    return [v for v in queries.where(session, Volunteer, site_id=site) if v.id not in people and not has_left(v)]


def has_left(volunteer: Volunteer) -> bool:
    """Whether a volunteer does not take part any more."""
    return volunteer.participating is False or bool(volunteer.left_on and volunteer.left_on <= date.today())


def loads_of(session: Session, volunteer_ids: Sequence[str]) -> dict[str, int]:
    """Volunteer → running pairings, of whichever file of the volunteer."""
    running = queries.owned(session, Pairing, "volunteer_id", list(volunteer_ids), ended_on=None)
    return {volunteer: len(found) for volunteer, found in running.items()}


def _told(session: Session, pairings: Sequence[Pairing]) -> list[Told]:
    """Pairings as a person reads them: people under the file that stands for all."""
    roots, people = linked.roots(session, "child"), linked.roots(session, "volunteer")
    later = {p.id: p for p in queries.rows(session, Pairing, [p.replaced_by for p in pairings if p.replaced_by])}
    of = {p.id: people.get(p.volunteer_id, p.volunteer_id) for p in [*pairings, *later.values()]}
    wanted = sorted({roots.get(p.child_id, p.child_id) for p in pairings})
    children = {c.id: c for c in queries.rows(session, Child, wanted)}
    volunteers = {v.id: v for v in queries.rows(session, Volunteer, sorted(set(of.values())))}
    loads = loads_of(session, list(volunteers))
    left_out = consents.left_out(session, "pairing", among=wanted)

    def told(p: Pairing) -> Told:
        child, volunteer = children.get(roots.get(p.child_id, p.child_id)), volunteers.get(of[p.id])
        after = volunteers.get(of.get(p.replaced_by or "", ""))
        return Told(
            p,
            (child.name or "") if child else "",
            (volunteer.name or "") if volunteer else "",
            loads.get(of[p.id], 0),
            (after.name or "") if after else "",
            (child.status or "active") if child else "closed",
            volunteer is None or has_left(volunteer),
            roots.get(p.child_id, p.child_id) in left_out,
        )

    return [told(p) for p in pairings]


def of_child(desk: Desk, child_id: str) -> list[Told]:
    """All pairings of a child (all its files), running ones first, then the newest."""
    return _history(desk, "child_id", child_id)


def of_volunteer(desk: Desk, volunteer_id: str) -> list[Told]:
    """All pairings of a volunteer, running ones first, then the newest."""
    return _history(desk, "volunteer_id", volunteer_id)


def _history(desk: Desk, column: str, row_id: str) -> list[Told]:
    with desk.store.reading() as session:
        told = _told(session, queries.owned(session, Pairing, column, [row_id])[row_id])
    return sorted(told, key=lambda t: (t.pairing.ended_on or date.max, t.pairing.id), reverse=True)


def told(desk: Desk, row_id: str) -> Told:
    """One pairing. Raises `NotFound`."""
    found = records.get(desk, Pairing, row_id)
    with desk.store.reading() as session:
        return _told(session, [found])[0]


# --- making, ending, replacing ----------------------------------------------------------------------------------------


def add(desk: Desk, values: Mapping[str, object]) -> tuple[Pairing, Touched]:
    """Makes one pairing of typed `values` (child_id, volunteer_id, kind, started_on), as other programs give them.
    Raises `InvalidInput`."""
    clean = require(Pairing, {"started_on": date.today(), **values}, desk.codes)
    with desk.unit(Pairing.about.writes) as unit:
        made = _make(unit, desk, clean)
    return made, unit.touched


def confirm(
    desk: Desk, pairs: Sequence[tuple[str, str]], kind: str = "one_to_one", day: date | None = None
) -> tuple[list[Pairing], Touched]:
    """Makes pairings of (child, volunteer) from a day on (today), all in one step. Raises `InvalidInput` where two are
    paired with each other already or consent was withdrawn; then nothing was saved."""
    if not pairs:
        raise InvalidInput(NOBODY)
    with desk.unit(Pairing.about.writes) as unit:
        made = [_make(unit, desk, _values(desk, child, volunteer, kind, day)) for child, volunteer in pairs]
    return made, unit.touched


def _values(desk: Desk, child: str, volunteer: str, kind: str, day: date | None) -> dict[str, object]:
    values = {"child_id": child, "volunteer_id": volunteer, "kind": kind, "started_on": day or date.today()}
    return require(Pairing, values, desk.codes)


def _make(unit: Unit, desk: Desk, values: Mapping[str, object]) -> Pairing:
    """Adds a pairing of checked values."""
    session, child_id, volunteer_id = unit.session, str(values["child_id"]), str(values["volunteer_id"])
    child, volunteer = queries.get(session, Child, child_id), queries.get(session, Volunteer, volunteer_id)
    files = linked.files_of_one(session, "child", child_id)
    if files[0] in consents.left_out(session, "pairing", among=files[:1]):
        raise InvalidInput(CONSENT_WITHDRAWN, child=child.name)
    same = set(linked.files_of_one(session, "volunteer", volunteer_id))
    if any(p.volunteer_id in same for p in queries.where(session, Pairing, child_id=files, ended_on=None)):
        raise InvalidInput(SAME_PERSON, volunteer=volunteer.name)
    return records.insert(unit, desk, Pairing, values)


def end(desk: Desk, row_id: str, reason: str, day: date | None = None) -> tuple[Pairing, Touched]:
    """Ends a pairing on a day (today) with a reason. Raises `InvalidInput`; then nothing was saved."""
    with desk.unit(Pairing.about.writes) as unit:
        pairing = _end(unit, desk, row_id, reason, day or date.today())
    return pairing, unit.touched


def _end(unit: Unit, desk: Desk, row_id: str, reason: str, day: date) -> Pairing:
    pairing = queries.find(unit.session, Pairing, row_id)
    records.require_home(unit, desk, pairing)
    if not reason.strip():
        raise InvalidInput(NO_REASON)
    if pairing.ended_on:
        raise InvalidInput(ENDED_ALREADY)
    if pairing.started_on and day < pairing.started_on:
        raise InvalidInput(BEFORE_START)
    records.assign(pairing, require(Pairing, {"ended_on": day, "end_reason": reason}, desk.codes, partial=True))
    unit.session.add(pairing)
    return pairing


def take_over(
    desk: Desk, row_id: str, volunteer_id: str, reason: str, day: date | None = None
) -> tuple[Pairing, Touched]:
    """Another volunteer takes over from a day on (today): the old pairing ends with a reason and names the new one. One
    step. Returns the new pairing. Raises like `end` and `confirm`."""
    begins = day or date.today()
    with desk.unit(Pairing.about.writes) as unit:
        old = _end(unit, desk, row_id, reason, begins)
        if volunteer_id in linked.files_of_one(unit.session, "volunteer", old.volunteer_id):
            raise InvalidInput(SAME_PERSON, volunteer=queries.get(unit.session, Volunteer, volunteer_id).name)
        new = _make(unit, desk, _values(desk, old.child_id, volunteer_id, old.kind or "one_to_one", begins))
        old.replaced_by = new.id
        unit.session.add(old)
    return new, unit.touched


def sign(desk: Desk, row_id: str, values: Mapping[str, object]) -> tuple[Pairing, Touched]:
    """Says on which day (`signed_on`) the agreement that came back was signed. Raises `InvalidInput`."""
    return records.edit(desk, Pairing, row_id, {"signed_on": values.get("signed_on")})
