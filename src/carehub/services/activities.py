"""Activities and who came: ticked off one by one or all at once, and the minutes they leave for a volunteer."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from carehub.domain.activities import PEOPLE, Activity, Attendance
from carehub.domain.drafts import require
from carehub.domain.errors import InvalidInput
from carehub.domain.facts import facts_of
from carehub.domain.people import Child, FamilyMember
from carehub.domain.record import Record
from carehub.domain.records import RECORDS
from carehub.domain.texts import mark
from carehub.services import records
from carehub.services.desk import Desk
from carehub.store import queries
from carehub.store.queries import Wanted
from carehub.store.store import Touched

MOST = 500
"""Lines of a list to tick off at most: more are searched for."""
ORDERED = ("held_on", "until_on", "starts_at", "ends_at")
ONE_PERSON = mark("An attendance names one person: a child, a volunteer or a family member.")
ENDS_BEFORE = mark("The activity would end before it begins. Please look at its days and times.")


def add(desk: Desk, values: Mapping[str, object]) -> tuple[Activity, Touched]:
    """Adds an activity. Raises `InvalidInput`; then nothing was saved."""
    _require_order(require(Activity, values, desk.codes))
    return records.add(desk, Activity, values)


def edit(desk: Desk, activity_id: str, values: Mapping[str, object]) -> tuple[Activity, Touched]:
    """Changes an activity. Raises `InvalidInput` or `NotFound`; then nothing was saved."""
    standing = records.get(desk, Activity, activity_id)
    clean = require(Activity, values, desk.codes, partial=True)
    _require_order({name: getattr(standing, name) for name in ORDERED} | clean)
    return records.edit(desk, Activity, activity_id, values)


def _require_order(clean: Mapping[str, object]) -> None:
    first, last, begins, ends = (clean.get(name) for name in ORDERED)
    if isinstance(first, date) and isinstance(last, date) and last < first:
        raise InvalidInput(ENDS_BEFORE)
    if isinstance(begins, str) and isinstance(ends, str) and ends <= begins:
        raise InvalidInput(ENDS_BEFORE)


def add_attendance(desk: Desk, values: Mapping[str, object]) -> tuple[Attendance, Touched]:
    """One person at one activity. Raises `InvalidInput` where not exactly one person is named."""
    if sum(bool(values.get(name)) for name in PEOPLE) != 1:
        raise InvalidInput(ONE_PERSON)
    return records.add(desk, Attendance, values)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may have come: the words say who that is."""

    id: str
    words: str
    there: bool


@dataclass(frozen=True, slots=True)
class People:
    """Those to be ticked off, how many more there are, and how many came."""

    shown: tuple[Person, ...]
    hidden: int
    came: int


def people(desk: Desk, activity: Activity, person: str, search: str = "") -> People:
    """The people of one sort (a field of `PEOPLE`) who may come to an activity: those of the room or school it is at
    home at, at an office of all below it; and whoever was ticked. At most `MOST`, narrowed by a `search`."""
    record = RECORDS[facts_of(Attendance)[person].ref]
    own: dict[str, object] = (
        {} if desk.is_office and activity.site_id == desk.site.id else {"site_id": activity.site_id}
    )
    if record is Child:
        own["status"] = "active"
    ids = _members(desk, search, own) if person == "family_member_id" and search else None
    if ids is None:
        ids = records.ids(desk, record, Wanted(search=search, filters=own))
    there = present(desk, activity.id, person)
    ids = [*ids, *sorted(there - set(ids))] if not search else ids
    shown = records.fetch(desk, record, ids[:MOST])
    words = _words(desk, shown)
    rows = tuple(Person(row.id, words[row.id], row.id in there) for row in shown)
    return People(rows, max(0, len(ids) - MOST), len(there))


def _members(desk: Desk, search: str, own: dict[str, object]) -> list[str]:
    """Family members are found by the children they belong to: a search for one of the family finds the child."""
    found = records.ids(desk, Child, Wanted(search=search, filters=own))
    with desk.store.reading() as session:
        members = queries.owned(session, FamilyMember, "child_id", found)
    return [member.id for child in found for member in members[child]]


def _words(desk: Desk, shown: Sequence[Record]) -> dict[str, str]:
    """id → name, and what tells people of one name apart."""
    names = records.references(desk, FamilyMember, shown) if shown and isinstance(shown[0], FamilyMember) else {}
    told = {}
    for row in shown:
        if isinstance(row, FamilyMember):
            relation = desk.codes["relation"].name_of(row.relation, desk.texts)
            words = [row.name or relation, f"{names.get(row.child_id, '')} {relation}".strip()]
        elif isinstance(row, Child):
            words = [row.name, "".join(x for x in (row.school, row.grade, row.class_name) if x)]
        else:
            words = [str(getattr(row, "name", "")), str(getattr(row, "former_post", None) or "")]
        told[row.id] = "　".join(w for w in words if w)
    return told


def present(desk: Desk, activity_id: str, person: str) -> set[str]:
    """The ids of those who came, by a field of `PEOPLE`."""
    with desk.store.reading() as session:
        rows = queries.where(session, Attendance, activity_id=activity_id, present=True)
    return {getattr(row, person) for row in rows if getattr(row, person)}


def tick(desk: Desk, activity_id: str, person: str, ids: Collection[str], *, there: bool = True) -> Touched:
    """Says of some people, by a field of `PEOPLE`, that they came or did not come. Saying it again changes nothing; who
    never came has no row."""
    with desk.unit() as unit:
        activity = queries.get(unit.session, Activity, activity_id)
        records.require_home(unit, desk, activity)
        standing: dict[str, list[Attendance]] = {}
        for row in queries.where(unit.session, Attendance, activity_id=activity_id):
            standing.setdefault(getattr(row, person) or "", []).append(row)
        for one in ids:
            rows = standing.get(one, [])
            for row in rows:  # two, where two laptops ticked the same person
                if bool(row.present) != there:
                    row.present = there
                    unit.session.add(row)
            if there and not rows:
                records.insert(unit, desk, Attendance, {"activity_id": activity_id, person: one, "present": True})
    return unit.touched
