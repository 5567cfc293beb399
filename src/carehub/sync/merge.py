"""Taking a batch of changes into a store's log and rows.

A change that has seen everything known of its row is laid over it; any other row is folded anew (`fold.py`). Both
give the same state. The caller holds the transaction and has decided what may come in; nothing is committed here.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from sqlite3 import Connection

from carehub.domain.errors import Refused
from carehub.domain.texts import mark
from carehub.sync import erasure, journal
from carehub.sync.capture import uncaptured
from carehub.sync.change import Cell, Change, canonical
from carehub.sync.fold import VOID_FIELD, Head, RowState, fold
from carehub.sync.schema import Table, tables

CLONE = mark(
    "Two different histories carry the same mark: a computer or its disk was copied. Nothing was taken in. Please take "
    "the return bundle back to that computer; it then goes on as a copy of its own, and both sides are kept."
)
_CHUNK = 20_000


@dataclass(slots=True)
class Outcome:
    """What a merge did. `rows` maps each touched row to its table; `created`, `voided` and `erased` are ids of rows
    that are new, were voided by it, or were erased."""

    fresh: int = 0
    rows: dict[str, str] = field(default_factory=dict)
    created: set[str] = field(default_factory=set)
    voided: set[str] = field(default_factory=set)
    erased: set[str] = field(default_factory=set)
    opened: set[str] = field(default_factory=set)
    closed: set[str] = field(default_factory=set)


class Forked(Refused):
    """Two copies of one replica have gone their own ways. `replica` is that replica, `seq` the first change that shows
    it."""

    def __init__(self, replica: str, seq: int) -> None:
        super().__init__(CLONE)
        self.replica, self.seq = replica, seq


def question_id(row_id: str, column: str) -> str:
    """The identity of a question: the same in every store."""
    return sha256(f"{row_id}/{column}".encode()).hexdigest()[:10]


def unknown_of(connection: Connection, changes: Sequence[Change]) -> list[Change]:
    """The changes this store does not hold yet, each once. Raises `Forked` if one is held with other content."""
    fresh: dict[tuple[str, int], Change] = {}
    held = _held(connection, changes)
    for change in changes:
        known = held.get(change.identity) or fresh.get(change.identity)
        if known is None:
            fresh[change.identity] = change
        elif known != change and not (_same_row(known, change) and (known.scrubbed or change.scrubbed)):
            raise Forked(*change.identity)
    return list(fresh.values())


def _same_row(one: Change, other: Change) -> bool:
    return (one.table, one.row) == (other.table, other.row)


def _held(connection: Connection, changes: Sequence[Change]) -> dict[tuple[str, int], Change]:
    asked = json.dumps([[c.replica, c.seq] for c in changes])
    sql = f"""SELECT {journal.FIELDS} FROM json_each(?) AS asked
        JOIN change ON change.replica = asked.value ->> 0 AND change.seq = asked.value ->> 1"""
    held = (journal.change_from(row) for row in connection.execute(sql, (asked,)))
    return {change.identity: change for change in held}


def apply(connection: Connection, changes: Sequence[Change], intake: int | None, outcome: Outcome) -> None:
    """Writes fresh changes to the log and brings their rows up to date, noting in `outcome` what it did. Capturing is
    off meanwhile."""
    outcome.fresh += len(changes)
    with uncaptured(connection):
        for part in _parts(_by_row(changes)):
            _apply_part(connection, part, intake, outcome)


def _by_row(changes: Sequence[Change]) -> list[Change]:
    """Rows together, each row's changes in their given order, so that a row is written once per part."""
    order: dict[str, int] = {}
    for change in changes:
        order.setdefault(change.row, len(order))
    return sorted(changes, key=lambda c: order[c.row])


def _apply_part(connection: Connection, changes: Sequence[Change], intake: int | None, outcome: Outcome) -> None:
    changes = erasure.scrub_arrivals(connection, changes, outcome.erased)
    rows = list(dict.fromkeys(c.row for c in changes))
    asked = json.dumps(rows)
    vectors = _vectors(connection, asked)
    new_rows = {row for row in rows if row not in vectors}
    claimed = _claimed(connection, asked) if vectors else {}
    slow = _questions(connection, asked) if vectors else set()
    overlay: dict[str, dict[str, Cell]] = {}
    for change in changes:
        outcome.rows[change.row] = change.table
        if _lies_on_top(change, vectors.setdefault(change.row, {}), claimed.setdefault(change.row, {})):
            overlay.setdefault(change.row, {}).update(change.cells)
        else:
            slow.add(change.row)
    slow |= outcome.erased.intersection(rows)
    journal.append(connection, changes, _homes(connection, changes, new_rows), intake)
    outcome.created |= new_rows
    fast = {row: cells for row, cells in overlay.items() if row not in slow}
    outcome.voided |= {row for row, cells in fast.items() if cells.get(VOID_FIELD) and row not in outcome.created}
    _insert(connection, {r: c for r, c in fast.items() if r in new_rows}, outcome.rows)
    _update(connection, {r: c for r, c in fast.items() if r not in new_rows}, outcome.rows)
    for row in sorted(slow):
        refold(connection, outcome.rows[row], row, outcome)
    outcome.created -= outcome.erased


def _lies_on_top(change: Change, vector: dict[str, int], claims: dict[str, int]) -> bool:
    """Whether a change has seen all that is known of its row and nobody has spoken of it before it came; notes it as
    known. Then it is simply laid over the row; otherwise the row is folded anew."""
    on_top = claims.get(change.replica, 0) < change.seq
    for replica, seq in vector.items():
        on_top = on_top and change.seen.get(replica, 0) >= seq
    vector[change.replica] = max(change.seq, vector.get(change.replica, 0))
    for replica, seq in change.seen.items():
        claims[replica] = max(seq, claims.get(replica, 0))
    return on_top


def refold(connection: Connection, table: str, row_id: str, outcome: Outcome | None = None) -> None:
    """Folds one row anew from all its changes: its cells, its questions and its home."""
    state = fold(journal.of_row(connection, row_id))
    known = tables().get(table)
    home = state.cells.get("site_id")
    if isinstance(home, str):  # an erasure tells the home only where nobody knows it
        differs = "IS NULL" if state.erased else "IS NOT ?1"
        connection.execute(f"UPDATE change SET home = ?1 WHERE row_id = ?2 AND home {differs}", (home, row_id))
    if state.erased:
        erasure.scrub(connection, table, row_id)
    if known is None or state.erased:  # from a newer program: its changes wait in the log
        return
    cells = {name: state.cells.get(name) for name in known.columns}
    before = connection.execute(f'SELECT {VOID_FIELD} FROM "{table}" WHERE id = ?', (row_id,)).fetchone()
    if not state.cells:
        connection.execute(f'DELETE FROM "{table}" WHERE id = ?', (row_id,))
    else:
        (_update if before else _insert)(connection, {row_id: cells}, {row_id: table})
    opened, closed = _ask(connection, table, row_id, state, known)
    if outcome:
        if before and before[0] is None and cells[VOID_FIELD] is not None:
            outcome.voided.add(row_id)
        outcome.opened |= opened
        outcome.closed |= closed


def _ask(connection: Connection, table: str, row_id: str, state: RowState, known: Table) -> tuple[set[str], set[str]]:
    """Replaces the questions of a row by those of its state; returns the ids of those opened and closed. A question
    that stays keeps whether it is parked."""
    before = {i for (i,) in connection.execute("SELECT id FROM question WHERE row_id = ?", (row_id,))}
    after = {question_id(row_id, n): (n, heads) for n, heads in state.questions.items() if n in known.columns}
    connection.executemany("DELETE FROM question WHERE id = ?", [(i,) for i in before - after.keys()])
    connection.executemany(
        """INSERT INTO question (id, tbl, row_id, field, heads) VALUES (?,?,?,?,?)
        ON CONFLICT (id) DO UPDATE SET heads = excluded.heads""",
        [(i, table, row_id, name, _heads(heads)) for i, (name, heads) in after.items()],
    )
    return after.keys() - before, before - after.keys()


def settle(connection: Connection, table: str, row_id: str, field_name: str, value: Cell) -> None:
    """Records a person's decision on a field in question and folds the row."""
    journal.decide(connection, table, row_id, {field_name: value})
    with uncaptured(connection):
        refold(connection, table, row_id)


def _heads(heads: Iterable[Head]) -> str:
    """Heads as kept with a question: value and who wrote it when, the provisional one first."""
    rows = [
        {"at": h.change.at, "author": h.change.author, "replica": h.change.replica, "seq": h.change.seq,
         "value": h.value}
        for h in heads
    ]  # fmt: skip
    return canonical(rows).decode()


def _parts(changes: Sequence[Change]) -> Iterator[Sequence[Change]]:
    """Slices of about `_CHUNK` changes that never part the changes of one row, if they stand together."""
    start = 0
    while start < len(changes):
        end = min(start + _CHUNK, len(changes))
        while end < len(changes) and changes[end].row == changes[end - 1].row:
            end += 1
        yield changes[start:end]
        start = end


def _vectors(connection: Connection, rows: str) -> dict[str, dict[str, int]]:
    """What is known of each row (ids as JSON): highest seq per replica."""
    found: dict[str, dict[str, int]] = {}
    sql = """SELECT row_id, replica, max(seq) FROM change
        WHERE row_id IN (SELECT value FROM json_each(?)) GROUP BY row_id, replica"""
    for row, replica, seq in connection.execute(sql, (rows,)):
        found.setdefault(row, {})[replica] = seq
    return found


def _claimed(connection: Connection, rows: str) -> dict[str, dict[str, int]]:
    """What the known changes of each row say they have seen: a change that is claimed before it came in is not
    simply laid over them."""
    found: dict[str, dict[str, int]] = {}
    sql = """SELECT row_id, seen.key, max(seen.value) FROM change, json_each(change.seen) AS seen
        WHERE row_id IN (SELECT value FROM json_each(?)) GROUP BY row_id, seen.key"""
    for row, replica, seq in connection.execute(sql, (rows,)):
        found.setdefault(row, {})[replica] = seq
    return found


def _questions(connection: Connection, rows: str) -> set[str]:
    sql = "SELECT DISTINCT row_id FROM question WHERE row_id IN (SELECT value FROM json_each(?))"
    return {row for (row,) in connection.execute(sql, (rows,))}


def _homes(connection: Connection, changes: Sequence[Change], new_rows: set[str]) -> dict[str, str | None]:
    """The home of each row after these changes: the newest told, else the one it has. A row that comes with several
    homes has moved before it came here."""
    told: dict[str, list[str]] = {}
    for change in changes:
        home = change.cells.get("site_id")
        if isinstance(home, str) and (change.row in new_rows or not change.erases):
            told.setdefault(change.row, []).append(home)
    connection.executemany(
        """INSERT INTO moved (row_id, from_home, to_home, pos)
        VALUES (?, ?, ?, coalesce((SELECT max(pos) FROM change), 0) + 1)""",
        [(r, old, homes[-1]) for r, homes in told.items() if r in new_rows for old in homes[:-1] if old != homes[-1]],
    )
    homes = journal.homes_of(connection, {c.row for c in changes} - told.keys())
    return homes | {row: homes_[-1] for row, homes_ in told.items()}


def _insert(connection: Connection, states: Mapping[str, Mapping[str, Cell]], kinds: Mapping[str, str]) -> None:
    by_table: dict[Table, list[tuple[Cell, ...]]] = {}
    known = tables()
    for row, cells in states.items():
        if table := known.get(kinds[row]):
            by_table.setdefault(table, []).append((row, *map(cells.get, table.columns)))
    for table, values in by_table.items():
        marks = ",".join("?" * (len(table.columns) + 1))
        names = ",".join(table.columns)
        connection.executemany(f'INSERT INTO "{table.name}" (id,{names}) VALUES ({marks})', values)


def _update(connection: Connection, states: Mapping[str, Mapping[str, Cell]], kinds: Mapping[str, str]) -> None:
    by_shape: dict[tuple[str, tuple[str, ...]], list[tuple[Cell, ...]]] = {}
    known = tables()
    for row, cells in states.items():
        table = known.get(kinds[row])
        columns = tuple(sorted(c for c in cells if table and c in table.columns))
        if columns:
            by_shape.setdefault((kinds[row], columns), []).append((*(cells[c] for c in columns), row))
    for (name, columns), values in by_shape.items():
        assigned = ",".join(f"{c} = ?" for c in columns)
        connection.executemany(f'UPDATE "{name}" SET {assigned} WHERE id = ?', values)
