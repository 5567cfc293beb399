"""Pledges: made for a class or a school in one step, renewed from last year's, signatures ticked off by party."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session

from carehub.domain.activities import PARTIES, Pledge
from carehub.domain.drafts import require
from carehub.domain.errors import InvalidInput
from carehub.domain.people import Child
from carehub.domain.texts import mark
from carehub.services import records
from carehub.services.desk import Desk
from carehub.store import pledges as stored
from carehub.store import queries
from carehub.store.queries import Wanted
from carehub.store.store import Touched

NOBODY = mark("Nobody is chosen. Please tick the children first.")
IN_FUTURE = mark("{value} lies in the future.")
NO_PARTY = mark("There is no party “{party}”. There are: {parties}.")


@dataclass(frozen=True, slots=True)
class Group:
    """Children who sign together: a school (None: any), and of it a grade and class if they are named."""

    school: str | None = None
    grade: str | None = None
    class_name: str | None = None

    @property
    def filters(self) -> dict[str, object]:
        """What a list is narrowed to."""
        named = {"school": self.school, "grade": self.grade, "class_name": self.class_name}
        return {"status": "active", **{name: value for name, value in named.items() if value}}

    @property
    def words(self) -> str:
        return "".join(x for x in (self.school, self.grade, self.class_name) if x)


def schools(desk: Desk) -> list[str]:
    """The schools of the active children, in order."""
    with desk.store.reading() as session:
        found = queries.combinations(session, Child, ["school"], status="active")
    return [school for (school,) in found if school]


def classes(desk: Desk, school: str) -> list[Group]:
    """The classes of a school that active children go to; where no class is known, the grades."""
    with desk.store.reading() as session:
        found = queries.combinations(session, Child, ["grade", "class_name"], status="active", school=school)
    return [Group(school, grade, class_name) for grade, class_name in found if grade or class_name]


def without(desk: Desk, group: Group, year: int, theme: str) -> list[Child]:
    """The children of a group who have no pledge of this year and theme."""
    ids = records.ids(desk, Child, Wanted(filters=group.filters))
    with desk.store.reading() as session:
        have = _standing(session, year, theme)
        return queries.rows(session, Child, [row for row in ids if row not in have])


def renewable(desk: Desk, year: int, theme: str) -> list[Child]:
    """The active children who had a pledge of this theme the year before and have none yet."""
    ids = records.ids(desk, Child, Wanted(filters={"status": "active"}))
    with desk.store.reading() as session:
        last, have = _standing(session, year - 1, theme), _standing(session, year, theme)
        return queries.rows(session, Child, [row for row in ids if row in last and row not in have])


def _standing(session: Session, year: int, theme: str) -> dict[str, Pledge]:
    """child id → the child's pledge of a year and theme."""
    return {pledge.child_id: pledge for pledge in queries.where(session, Pledge, year=year, theme=theme)}


def make(
    desk: Desk, child_ids: Sequence[str], values: Mapping[str, object], *, renew: bool = False
) -> tuple[list[str], Touched]:
    """One pledge for each child, all in one step, with these `values` (year, theme, third_party, third_name,
    expires_on). A child who has one of that year and theme keeps it. With `renew` the third party is that of the year
    before, where there was one. Returns the ids of all pledges of the children. Raises `InvalidInput`."""
    if not child_ids:
        raise InvalidInput(NOBODY)
    clean = require(Pledge, {**values, "child_id": child_ids[0]}, desk.codes)
    year, theme = clean["year"], str(clean["theme"])
    assert isinstance(year, int)
    made = []
    with desk.unit() as unit:
        last, have = _standing(unit.session, year - 1, theme), _standing(unit.session, year, theme)
        for child_id in child_ids:
            pledge = have.get(child_id)
            if pledge is None:
                before = last.get(child_id) if renew else None
                kept = {"third_party": before.third_party, "third_name": before.third_name} if before else {}
                pledge = records.insert(unit, desk, Pledge, {**clean, **kept, "child_id": child_id})
            made.append(pledge.id)
    return made, unit.touched


def sign(desk: Desk, party: str, ids: Collection[str], day: date | None) -> Touched:
    """Ticks off that a party (of `PARTIES`) signed some pledges on a `day`, or with None that it did not. A signature
    that stands keeps its day. Raises `InvalidInput`."""
    if party not in PARTIES:
        raise InvalidInput(NO_PARTY, party=party, parties="、".join(PARTIES))
    if day is not None and day > date.today():
        raise InvalidInput(IN_FUTURE, value=day.isoformat())
    field = f"{party}_on"
    with desk.unit() as unit:
        for pledge in queries.rows(unit.session, Pledge, list(ids)):
            records.require_home(unit, desk, pledge)
            if day is None or getattr(pledge, field) is None:
                setattr(pledge, field, day)
                unit.session.add(pledge)
    return unit.touched


def signed(pledge: Pledge) -> int:
    """How many of the four parties have signed."""
    return sum(getattr(pledge, f"{party}_on") is not None for party in PARTIES)


def listed(desk: Desk, year: int, theme: str, group: Group | None = None) -> list[tuple[Pledge, Child]]:
    """The pledges of a year and theme with their children, by school, class and name; of a group only if one is
    given."""
    with desk.store.reading() as session:
        found = queries.where(session, Pledge, year=year, theme=theme)
        children = {c.id: c for c in queries.rows(session, Child, [p.child_id for p in found])}
    pairs = [(p, children[p.child_id]) for p in found if p.child_id in children]
    if group and group.school:
        named = {name: value for name, value in group.filters.items() if name != "status"}
        pairs = [(p, c) for p, c in pairs if all(getattr(c, name) == value for name, value in named.items())]
    return sorted(pairs, key=lambda pair: (pair[1].school or "", pair[1].grade or "", pair[1].class_name or "",
                                           pair[1].name or ""))  # fmt: skip


def ending(desk: Desk, ahead: int, today: date | None = None) -> int:
    """How many pledges of active children run out within so many days, without one of the same theme that goes on."""
    first = today or date.today()
    with desk.store.reading() as session:
        return stored.ending(session, first, first + timedelta(days=ahead))


def years(desk: Desk) -> list[int]:
    """The years of which there are pledges, the latest first."""
    with desk.store.reading() as session:
        found = queries.combinations(session, Pledge, ["year"])
    return sorted((year for (year,) in found if year), reverse=True)
