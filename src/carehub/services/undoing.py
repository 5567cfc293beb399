"""Taking back one's own last step. Nothing is unwritten: the way back is a step of its own, and travels like it. A
question that the step settled is open again."""

from collections.abc import Sequence
from datetime import date

from carehub.domain.errors import InvalidInput, NotAllowed
from carehub.domain.facts import facts_of
from carehub.domain.records import RECORDS
from carehub.domain.texts import mark
from carehub.services.desk import Desk
from carehub.store import parked, queries
from carehub.store.store import Touched
from carehub.sync import journal, reopening
from carehub.sync.change import Change
from carehub.sync.fold import Head, fold

TOO_LATE = mark("This was changed again meanwhile and cannot simply be taken back. Please open it and correct it.")
NOT_OWN = mark("This was done by somebody else and can only be taken back by that person.")
REASON = mark("taken back at once")


def undo(desk: Desk, touched: Touched) -> Touched:
    """Puts back what the rows of a unit of work held before it; rows that it added are voided.
    Raises `InvalidInput` if somebody changed one of them since, `NotAllowed` for what somebody else did; then nothing
    was taken back. Whoever could do it may take it back."""
    with desk.unit(None) as unit:
        if touched.changes:
            parked.take_back(unit.session, touched.changes.start - 1)
        for table, row_id in touched.rows:
            desk.require(RECORDS[table].about.right)
            found = journal.of_row_with_positions(unit.raw, row_id)
            if any(position not in touched.changes and position > touched.changes.start for position, _ in found):
                raise InvalidInput(TOO_LATE)
            own = journal.own_replica(unit.raw)  # what was released here bears the mark and name of who wrote it
            mine = [c for position, c in found if position in touched.changes and c.replica == own]
            if any(change.author != desk.user.id for change in mine):
                raise NotAllowed(NOT_OWN)
            before = [change for position, change in found if position < touched.changes.start]
            row = queries.get(unit.session, RECORDS[table], row_id)
            if not before:
                row.voided_on, row.void_reason = date.today(), desk.texts(REASON)
                continue
            state, settled = fold(before), _settled(before, [change for _, change in found])
            written = {name for position, change in found if position in touched.changes for name in change.cells}
            for name in (written & facts_of(RECORDS[table]).keys()) - settled.keys():
                setattr(row, name, queries.typed(RECORDS[table], name, state.cells.get(name)))
            unit.session.add(row)
            unit.session.flush()
            if settled:
                reopening.reopen(unit.raw, table, row_id, settled)
    return unit.touched


def _settled(before: Sequence[Change], now: Sequence[Change]) -> dict[str, list[Head]]:
    """The questions of a row that are closed since: field → the values that stood against each other."""
    left = fold(now).questions
    return {name: heads for name, heads in fold(before).questions.items() if name not in left}
