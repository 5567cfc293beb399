"""Counselling talks, for the counsellor and the head alone."""

from collections.abc import Mapping

from carehub.domain.protection import Talk
from carehub.domain.rights import Right
from carehub.services import records
from carehub.services.desk import Desk
from carehub.store import queries
from carehub.store.store import Touched


def of_child(desk: Desk, child_id: str) -> list[Talk]:
    """The talks with a child (all its files), the latest first. Raises `NotAllowed`."""
    desk.require(Right.TALKS)
    with desk.store.reading() as session:
        found = queries.owned(session, Talk, "child_id", [child_id])[child_id]
    return sorted(found, key=lambda row: (row.held_on is not None, row.held_on, row.id), reverse=True)


def add(desk: Desk, values: Mapping[str, object]) -> tuple[Talk, Touched]:
    """Adds a talk; without a counsellor it was the person at this desk. Raises `NotAllowed` or `InvalidInput`."""
    desk.require(Right.TALKS)
    return records.add(desk, Talk, {"counsellor": desk.user.name, **{n: v for n, v in values.items() if v is not None}})
