"""The change log of one store: who writes here, what was written, and a change of its own for a decision."""

import secrets
from collections.abc import Iterable, Mapping
from sqlite3 import Connection, Cursor
from typing import Any

import msgspec

from carehub.sync.change import Cell, Change, canonical

FIELDS = "replica, seq, tbl, row_id, cells, seen, author, at"
_cells = msgspec.json.Decoder(dict[str, Cell])
_seen = msgspec.json.Decoder(dict[str, int])


def start_replica(connection: Connection, site_id: str) -> str:
    """Begins a new replica: at the birth of a store, and whenever it is a copy of another. Returns its id,
    16 hexadecimal digits."""
    replica = secrets.token_hex(8)
    connection.execute("INSERT INTO replica (id, site_id, from_above) VALUES (?, ?, 0)", (replica, site_id))
    connection.execute("INSERT OR REPLACE INTO writer VALUES (1, ?, NULL, 1)", (replica,))
    return replica


def own_replica(connection: Connection) -> str:
    """The id of the replica that writes here."""
    return str(connection.execute("SELECT replica FROM writer").fetchone()[0])


def change_from(row: Iterable[Any]) -> Change:
    """A change from its columns in the order of `FIELDS`."""
    replica, seq, table, row_id, cells, seen, author, at = row
    return Change(
        at=at,
        author=author,
        cells=_cells.decode(cells),
        replica=replica,
        row=row_id,
        seen=_seen.decode(seen),
        seq=seq,
        table=table,
    )


def line_from(row: Iterable[Any]) -> bytes:
    """The payload line of a stored change: cells and seen are canonical JSON already, so it is only put together."""
    replica, seq, table, row_id, cells, seen, author, at = row
    told = "null" if author is None else f'"{author}"'
    return (
        f'{{"at":{at},"author":{told},"cells":{cells},"replica":"{replica}","row":"{row_id}",'
        f'"seen":{seen},"seq":{seq},"table":"{table}"}}\n'
    ).encode()


def of_row(connection: Connection | Cursor, row_id: str) -> list[Change]:
    """All known changes of a row in their order of arrival."""
    rows = connection.execute(f"SELECT {FIELDS} FROM change WHERE row_id = ? ORDER BY pos", (row_id,))
    return [change_from(row) for row in rows.fetchall()]


def of_row_with_positions(connection: Connection, row_id: str) -> list[tuple[int, Change]]:
    """(position in this store's log, change) for all known changes of a row, in their order of arrival."""
    rows = connection.execute(f"SELECT pos, {FIELDS} FROM change WHERE row_id = ? ORDER BY pos", (row_id,))
    return [(position, change_from(row)) for position, *row in rows.fetchall()]


def decide(connection: Connection, table: str, row_id: str, cells: Mapping[str, Cell], home: str | None) -> Change:
    """Appends a change that has seen everything known of its row: a person's decision, recorded even where it
    confirms the value that already stands. The caller folds the row afterwards."""
    replica, author = connection.execute("SELECT replica, author FROM writer").fetchone()
    seen = dict(connection.execute("SELECT replica, max(seq) FROM change WHERE row_id = ? GROUP BY replica", (row_id,)))
    (last,) = connection.execute("SELECT coalesce(max(seq), 0) FROM change WHERE replica = ?", (replica,)).fetchone()
    (now,) = connection.execute("SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER)").fetchone()
    change = Change(now, author, dict(cells), replica, row_id, seen, last + 1, table)
    append(connection, [change], {row_id: home}, intake=None)
    return change


def append(
    connection: Connection, changes: Iterable[Change], homes: Mapping[str, str | None], intake: int | None
) -> None:
    """Writes changes to the log as they are; the caller sees to the rows."""
    connection.executemany(
        f"INSERT INTO change ({FIELDS}, home, intake) VALUES (?,?,?,?,?,?,?,?,?,?)",
        (
            (c.replica, c.seq, c.table, c.row, canonical(c.cells).decode(), canonical(c.seen).decode(), c.author,
             c.at, homes.get(c.row), intake)
            for c in changes
        ),
    )  # fmt: skip
