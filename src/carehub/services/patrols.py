"""Rounds to internet cafés, and the logs they were written down on by hand."""

from collections.abc import Mapping
from datetime import date

from carehub.domain.activities import Patrol, PatrolSheet
from carehub.services import records
from carehub.services.desk import Desk
from carehub.store import queries
from carehub.store.store import Touched


def of_sheet(desk: Desk, sheet_id: str) -> list[Patrol]:
    """The rounds typed in from a log, by day."""
    with desk.store.reading() as session:
        found = queries.where(session, Patrol, sheet_id=sheet_id)
    return sorted(found, key=lambda p: (p.patrolled_on or date.max, p.id))


def add(desk: Desk, values: Mapping[str, object], sheet_id: str = "") -> tuple[Patrol, Touched]:
    """A round, of a log on which it was written down if one is named. Raises `InvalidInput` or `NotFound`."""
    if not sheet_id:
        return records.add(desk, Patrol, values)
    sheet = records.get(desk, PatrolSheet, sheet_id)
    return records.add(desk, Patrol, values, sheet_id=sheet.id)
