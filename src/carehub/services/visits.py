"""Visits: planned when their sheets are printed, done when the sheets come back and are typed in."""

from collections.abc import Mapping, Sequence
from datetime import date

from carehub.domain.care import Visit
from carehub.domain.drafts import require
from carehub.domain.people import Child
from carehub.domain.sheet_number import new_sheet_number
from carehub.services import custom, records
from carehub.services.desk import Desk
from carehub.store import queries
from carehub.store.store import Touched


def plan(
    desk: Desk,
    child_ids: Sequence[str],
    day: date,
    *,
    keep: bool = True,
    volunteers: Mapping[str, str] | None = None,
) -> tuple[list[Visit], Touched]:
    """One open visit for each child, in the order given: the one that is open already, else a new one with a sheet
    number. Planning twice therefore prints the same sheets again. With `volunteers` (child → who goes) the open ones
    move to the new day and to who goes now. Without `keep` nothing is saved: a preview."""
    with desk.unit() as unit:
        open_visits = queries.owned(unit.session, Visit, "child_id", child_ids, done_on=None)
        visits = []
        for child_id in child_ids:
            visit = open_visits[child_id][-1] if open_visits[child_id] else None
            if visit is None:
                child = queries.get(unit.session, Child, child_id)
                visit = Visit(
                    site_id=child.site_id, child_id=child_id, sheet_no=new_sheet_number(day), planned_for=day, way=None
                )
                if keep:
                    unit.session.add(visit)
            if volunteers is not None:
                visit.planned_for, visit.volunteer_id = day, volunteers.get(child_id)
            visits.append(visit)
    return visits, unit.touched


def add(desk: Desk, values: Mapping[str, object]) -> tuple[Visit, Touched]:
    """A visit that had no printed sheet; it gets a number all the same."""
    day = require(Visit, custom.split(values)[0], desk.codes)["done_on"]
    assert isinstance(day, date)
    return records.add(desk, Visit, {"way": "home", **values}, sheet_no=new_sheet_number(day))


def of_child(desk: Desk, child_id: str) -> list[Visit]:
    """All visits of a child, also those of its other files, the latest first; planned ones on top."""
    with desk.store.reading() as session:
        found = queries.owned(session, Visit, "child_id", [child_id])[child_id]
    return sorted(found, key=lambda v: (v.done_on or date.max, v.id), reverse=True)
