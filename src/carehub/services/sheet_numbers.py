"""Numbers of sheets that come back filled in by hand: given when a sheet is first printed, typed or scanned to find its
record again."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlmodel import Session

from carehub.domain.activities import Activity, PatrolSheet, Pledge
from carehub.domain.agreements import CareAgreement
from carehub.domain.care import ChildSheet, Pairing, Visit
from carehub.domain.errors import NotFound
from carehub.domain.people import Child
from carehub.domain.record import Record
from carehub.domain.rights import Right
from carehub.domain.sheet_number import new_sheet_number, normalise
from carehub.domain.texts import mark
from carehub.services import records
from carehub.services.desk import Desk
from carehub.store import queries
from carehub.store.store import Touched, Unit
from carehub.sync import peers

NUMBERED: tuple[type[Record], ...] = (Visit, ChildSheet, Activity, Pledge, PatrolSheet, Pairing, CareAgreement)
"""The records whose sheets carry a number."""
NO_SUCH_SHEET = mark("There is no sheet with the number “{number}” here.")


def find(desk: Desk, typed: str) -> Record:
    """The row of a number as typed or scanned. Two sites may have given out the same one on one day: then this site's
    own comes first, and what was made last. Raises `NotFound`."""
    number = normalise(typed)
    found: list[Record] = []
    with desk.store.reading() as session:
        for record in NUMBERED if number else ():
            found += queries.where(session, record, sheet_no=number)
    if not found:
        raise NotFound(NO_SUCH_SHEET, number=typed.strip())
    return max(found, key=lambda row: (row.site_id == desk.site.id, row.id))


def give(desk: Desk, record: type[Activity] | type[Pledge] | type[Pairing], ids: Sequence[str]) -> Touched | None:
    """Gives a number to each of these rows that has none and is at home here, in one step. Whoever may print but not
    write prints without: then nothing is done."""
    bare = [row.id for row in records.fetch(desk, record, ids) if not getattr(row, "sheet_no", None)]
    if not bare or not desk.may(Right.WRITE):
        return None
    with desk.unit() as unit:
        homes = peers.subtree(unit.raw, desk.site.id)
        rows = [row for row in queries.rows(unit.session, record, bare) if row.site_id in homes]
        for row, number in zip(rows, fresh(unit.session, len(rows)), strict=True):
            row.sheet_no = number
            unit.session.add(row)
    return unit.touched


def of_children(desk: Desk, kind: str, child_ids: Sequence[str]) -> Mapping[str, str]:
    """Child → the number of its paper of a kind (codes `child_sheet`), for the children that are at home here; one
    that was printed today already keeps its number. Whoever may print but not write prints without."""
    if not desk.may(Right.WRITE):
        return {}
    today = date.today()
    with desk.unit() as unit:
        homes = peers.subtree(unit.raw, desk.site.id)
        mine = [c.id for c in queries.rows(unit.session, Child, child_ids) if c.site_id in homes]
        sheets = queries.where(unit.session, ChildSheet, kind=kind, printed_on=today, child_id=mine)
        found = {s.child_id: s.sheet_no or "" for s in sheets}
        bare = [child for child in mine if child not in found]
        for child, number in zip(bare, fresh(unit.session, len(bare)), strict=True):
            values = {"child_id": child, "kind": kind, "sheet_no": number, "printed_on": today}
            records.insert(unit, desk, ChildSheet, values)
            found[child] = number
    return found


def new_patrol_sheet(desk: Desk) -> tuple[PatrolSheet, Touched]:
    """A patrol log to be filled in, with its number."""
    with desk.unit() as unit:
        row = _patrol_sheet(unit, desk)
    return row, unit.touched


def _patrol_sheet(unit: Unit, desk: Desk) -> PatrolSheet:
    (number,) = fresh(unit.session, 1)
    return records.insert(unit, desk, PatrolSheet, {"sheet_no": number, "printed_on": date.today()})


def fresh(session: Session, count: int) -> list[str]:
    """So many numbers of today that no sheet has here."""
    made: dict[str, None] = {}
    while len(made) < count:
        wanted = list({new_sheet_number(date.today()) for _ in range(count - len(made))} - made.keys())
        for record in NUMBERED:
            taken = {row[0] for row in queries.columns(session, record, ["sheet_no"], sheet_no=wanted)}
            wanted = [number for number in wanted if number not in taken]
        made |= dict.fromkeys(wanted)
    return list(made)
