"""Opening a question again that a person had settled.

A decision cannot be unwritten: it may be in a bundle or a copy already. So the values that stood against each other are
written once more, each by a change that has seen the decision but not the others. Everywhere, in whatever order these
changes come in, the question is open again. Two values of one replica side by side come about in no other way: by that
their first writers are found in the log (`first_writer`).
"""

from collections.abc import Iterable, Mapping, Sequence
from sqlite3 import Connection

from carehub.sync import capture, journal, merge
from carehub.sync.change import Cell, Change
from carehub.sync.fold import VOID_FIELD, Head


def reopen(connection: Connection, table: str, row_id: str, questions: Mapping[str, Sequence[Head]]) -> None:
    """Writes the values of some fields side by side again (`questions`: field → its heads, the provisional one first)
    and folds the row, in the caller's transaction."""
    cells = [{field: head.value} for field, heads in questions.items() for head in reversed(heads)]
    journal.decide(connection, table, row_id, *cells)
    with capture.uncaptured(connection):
        merge.refold(connection, table, row_id)


def first_writer(change: Change, field: str, value: Cell, known: Iterable[Change]) -> Change:
    """Who wrote the value of a reopened question first: the earliest change of the row with that value that `change`
    says it has seen. Where "keep" stands against "void" nobody may have written it; then the newest other edit."""
    seen = [c for c in known if change.claims(c)]
    same = [c for c in seen if field in c.cells and c.cells[field] == value]
    if same:
        return min(same, key=lambda c: (c.at, c.replica, c.seq))
    edits = [c for c in seen if field == VOID_FIELD and VOID_FIELD not in c.cells]
    return max(edits, key=lambda c: (c.at, c.replica, c.seq), default=change)
