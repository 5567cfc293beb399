"""Taking back one's own last step. Nothing is unwritten: the way back is a step of its own, and travels like it."""

from datetime import date

from carehub.domain.errors import InvalidInput
from carehub.domain.facts import facts_of
from carehub.domain.records import RECORDS
from carehub.domain.texts import mark
from carehub.services.desk import Desk
from carehub.store import queries
from carehub.store.store import Touched
from carehub.sync import journal
from carehub.sync.fold import fold

TOO_LATE = mark("This was changed again meanwhile and cannot simply be taken back. Please open it and correct it.")
REASON = mark("taken back at once")


def undo(desk: Desk, touched: Touched) -> Touched:
    """Puts back what the rows of a unit of work held before it; rows that it added are voided.
    Raises `InvalidInput` if somebody changed one of them since; then nothing was taken back."""
    with desk.unit() as unit:
        for table, row_id in touched.rows:
            found = journal.of_row_with_positions(unit.raw, row_id)
            if any(position not in touched.changes and position > touched.changes.start for position, _ in found):
                raise InvalidInput(TOO_LATE)
            before = [change for position, change in found if position < touched.changes.start]
            row = queries.get(unit.session, RECORDS[table], row_id)
            if not before:
                row.voided_on, row.void_reason = date.today(), desk.texts(REASON)
                continue
            cells = fold(before).cells
            written = {name for position, change in found if position in touched.changes for name in change.cells}
            for name in written & facts_of(RECORDS[table]).keys():
                setattr(row, name, queries.typed(RECORDS[table], name, cells.get(name)))
            unit.session.add(row)
    return unit.touched
