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
from carehub.sync import journal
from carehub.sync.change import Cell, Change, canonical
from carehub.sync.fold import Head, fold
from carehub.sync.schema import Table, tables

CLONE = mark(
    "Two different histories carry the same mark: a computer or its disk was copied. Nothing was taken in. On the "
    "copied computer please choose “start as a new copy”, then hand over again."
)
_CHUNK = 20_000


@dataclass(slots=True)
class Outcome:
    """What a merge did. `rows` maps each touched row to its table; `created` are the ids of new rows."""

    fresh: int = 0
    rows: dict[str, str] = field(default_factory=dict)
    created: set[str] = field(default_factory=set)
    opened: set[str] = field(default_factory=set)
    closed: set[str] = field(default_factory=set)


def question_id(row_id: str, column: str) -> str:
    """The identity of a question: the same in every store."""
    return sha256(f"{row_id}/{column}".encode()).hexdigest()[:10]


def unknown_of(connection: Connection, changes: Sequence[Change]) -> list[Change]:
    """The changes this store does not hold yet, each once. Raises `Refused` if one is held with other content:
    two copies of one replica have gone their own ways."""
    fresh: dict[tuple[str, int], Change] = {}
    held = _held(connection, changes)
    for change in changes:
        known = held.get(change.identity) or fresh.get(change.identity)
        if known is None:
            fresh[change.identity] = change
        elif (known.table, known.row, known.cells, known.at) != (
            change.table,
            change.row,
            change.cells,
            change.at,
        ):
            raise Refused(CLONE)
    return list(fresh.values())


def _held(connection: Connection, changes: Sequence[Change]) -> dict[tuple[str, int], Change]:
    held = {}
    for part in _parts(changes):
        asked = json.dumps([[c.replica, c.seq] for c in part])
        sql = f"""SELECT {journal.FIELDS} FROM json_each(?) AS asked
            JOIN change ON change.replica = asked.value ->> 0 AND change.seq = asked.value ->> 1"""
        for row in connection.execute(sql, (asked,)):
            change = journal.change_from(row)
            held[change.identity] = change
    return held


def apply(connection: Connection, changes: Sequence[Change], intake: int) -> Outcome:
    """Writes fresh changes to the log and brings their rows up to date. Capturing is off meanwhile."""
    outcome = Outcome(fresh=len(changes))
    connection.execute("UPDATE writer SET capture = 0")
    for part in _parts(_by_row(changes)):
        _apply_part(connection, part, intake, outcome)
    connection.execute("UPDATE writer SET capture = 1")
    return outcome


def _by_row(changes: Sequence[Change]) -> list[Change]:
    """Rows together, each row's changes in their given order, so that a row is written once per part."""
    order: dict[str, int] = {}
    for change in changes:
        order.setdefault(change.row, len(order))
    return sorted(changes, key=lambda c: order[c.row])


def _apply_part(connection: Connection, changes: Sequence[Change], intake: int, outcome: Outcome) -> None:
    rows = list(dict.fromkeys(c.row for c in changes))
    vectors, claimed = _vectors(connection, rows), _claimed(connection, rows)
    new_rows = {row for row in rows if row not in vectors}
    asked = _questions(connection, rows)
    overlay: dict[str, dict[str, Cell]] = {}
    slow: set[str] = set(asked)
    for change in changes:
        outcome.rows[change.row] = change.table
        vector = vectors.setdefault(change.row, {})
        claims = claimed.setdefault(change.row, {})
        has_seen_all = all(change.seen.get(replica, 0) >= seq for replica, seq in vector.items())
        if has_seen_all and claims.get(change.replica, 0) < change.seq:
            overlay.setdefault(change.row, {}).update(change.cells)
        else:
            slow.add(change.row)
        vector[change.replica] = max(change.seq, vector.get(change.replica, 0))
        for replica, seq in change.seen.items():
            claims[replica] = max(seq, claims.get(replica, 0))
    homes = _homes(connection, changes)
    journal.append(connection, changes, homes, intake)
    outcome.created |= new_rows
    fast = {row: cells for row, cells in overlay.items() if row not in slow}
    _insert(connection, {r: c for r, c in fast.items() if r in new_rows}, outcome.rows)
    _update(connection, {r: c for r, c in fast.items() if r not in new_rows}, outcome.rows)
    for row in slow:
        refold(connection, outcome.rows[row], row, outcome)


def refold(connection: Connection, table: str, row_id: str, outcome: Outcome | None = None) -> None:
    """Folds one row anew from all its changes: its cells and its questions."""
    state = fold(journal.of_row(connection, row_id))
    known = tables().get(table)
    if known is None:  # from a newer program: its changes wait in the log
        return
    cells = {name: value for name, value in state.cells.items() if name in known.columns}
    exists = connection.execute(f'SELECT 1 FROM "{table}" WHERE id = ?', (row_id,)).fetchone()
    (_update if exists else _insert)(connection, {row_id: cells}, {row_id: table})
    before = {i for (i,) in connection.execute("SELECT id FROM question WHERE row_id = ?", (row_id,))}
    asked = {name: heads for name, heads in state.questions.items() if name in known.columns}
    after = {question_id(row_id, name): (name, heads) for name, heads in asked.items()}
    connection.execute("DELETE FROM question WHERE row_id = ?", (row_id,))
    connection.executemany(
        "INSERT INTO question VALUES (?,?,?,?,?)",
        [(i, table, row_id, name, _heads(heads)) for i, (name, heads) in after.items()],
    )
    if outcome:
        outcome.opened |= after.keys() - before
        outcome.closed |= before - after.keys()


def settle(connection: Connection, table: str, row_id: str, field_name: str, value: Cell) -> None:
    """Records a person's decision on a field in question and folds the row. Capturing is off meanwhile: the
    decision is a change of its own already."""
    home = home_of_rows(connection, table, [row_id]).get(row_id)
    journal.decide(connection, table, row_id, {field_name: value}, home)
    connection.execute("UPDATE writer SET capture = 0")
    refold(connection, table, row_id)
    connection.execute("UPDATE writer SET capture = 1")


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


def _vectors(connection: Connection, rows: Sequence[str]) -> dict[str, dict[str, int]]:
    """What is known of each row: highest seq per replica."""
    found: dict[str, dict[str, int]] = {}
    sql = """SELECT row_id, replica, max(seq) FROM change
        WHERE row_id IN (SELECT value FROM json_each(?)) GROUP BY row_id, replica"""
    for row, replica, seq in connection.execute(sql, (json.dumps(rows),)):
        found.setdefault(row, {})[replica] = seq
    return found


def _claimed(connection: Connection, rows: Sequence[str]) -> dict[str, dict[str, int]]:
    """What the known changes of each row say they have seen: a change that is claimed before it came in is not
    simply laid over them."""
    found: dict[str, dict[str, int]] = {}
    sql = """SELECT row_id, seen.key, max(seen.value) FROM change, json_each(change.seen) AS seen
        WHERE row_id IN (SELECT value FROM json_each(?)) GROUP BY row_id, seen.key"""
    for row, replica, seq in connection.execute(sql, (json.dumps(rows),)):
        found.setdefault(row, {})[replica] = seq
    return found


def _questions(connection: Connection, rows: Sequence[str]) -> set[str]:
    sql = "SELECT DISTINCT row_id FROM question WHERE row_id IN (SELECT value FROM json_each(?))"
    return {row for (row,) in connection.execute(sql, (json.dumps(rows),))}


def _homes(connection: Connection, changes: Sequence[Change]) -> dict[str, str | None]:
    """The home of each row after these changes: the newest told, else the one it has."""
    homes: dict[str, str | None] = {}
    missing: dict[str, list[str]] = {}
    for change in changes:
        told = change.cells.get("site_id")
        if isinstance(told, str):
            homes[change.row] = told
    for change in changes:
        if change.row not in homes and change.table in tables():
            missing.setdefault(change.table, []).append(change.row)
    for table, rows in missing.items():
        homes |= home_of_rows(connection, table, rows)
    return homes


def home_of_rows(connection: Connection, table: str, rows: Iterable[str]) -> dict[str, str | None]:
    """row id → site id for the rows a table holds."""
    sql = f'SELECT id, site_id FROM "{table}" WHERE id IN (SELECT value FROM json_each(?))'
    return dict(connection.execute(sql, (json.dumps(list(rows)),)).fetchall())


def _insert(connection: Connection, states: Mapping[str, Mapping[str, Cell]], kinds: Mapping[str, str]) -> None:
    by_table: dict[Table, list[tuple[Cell, ...]]] = {}
    known = tables()
    for row, cells in states.items():
        if table := known.get(kinds[row]):
            by_table.setdefault(table, []).append((row, *(cells.get(c) for c in table.columns)))
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
