"""The family of a child, one person at a time: added, changed, taken off the file."""

from collections.abc import Mapping

from carehub.domain.drafts import require
from carehub.domain.errors import InvalidInput
from carehub.domain.people import Child, FamilyMember
from carehub.domain.texts import mark
from carehub.services import records
from carehub.services.desk import Desk
from carehub.store import queries
from carehub.store.store import Touched

NOBODY = mark("Please type a name, or choose how this person is related to the child.")
TAKEN_OFF = "taken off the file"
"""Why a row was voided, where nobody is asked."""


def add(desk: Desk, child_id: str, values: Mapping[str, object]) -> tuple[FamilyMember, Touched]:
    """Adds somebody to the family of a child, at home with the child. Raises `InvalidInput`, `NotFound` or
    `NotAllowed`; then nothing was saved."""
    clean = require(FamilyMember, values, desk.codes)
    if not clean.get("name") and not clean.get("relation"):
        raise InvalidInput(NOBODY)
    with desk.unit() as unit:
        child = queries.find(unit.session, Child, child_id)
        member = records.insert(unit, desk, FamilyMember, {**clean, "child_id": child.id})
    return member, unit.touched


def edit(desk: Desk, member_id: str, values: Mapping[str, object]) -> tuple[FamilyMember, Touched]:
    """Changes what is known of one of the family."""
    return records.edit(desk, FamilyMember, member_id, values)


def take_off(desk: Desk, member_id: str, reason: str = TAKEN_OFF) -> Touched:
    """Takes somebody off the file; the history keeps who it was."""
    return records.void(desk, FamilyMember, member_id, reason)[1]
