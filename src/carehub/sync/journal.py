"""The change log of one store: who writes here, what was written, and a change of its own for a decision."""

from collections.abc import Iterable, Mapping
from sqlite3 import Connection, Cursor
from typing import Any

import msgspec

from carehub.sync.change import Cell, Change, canonical

FIELDS = "replica, seq, tbl, row_id, cells, seen, author, at"
_cells = msgspec.json.Decoder(dict[str, Cell])
_seen = msgspec.json.Decoder(dict[str, int])


def own_replica(connection: Connection) -> str:
    """The id of the replica that writes here."""
    return str(connection.execute("SELECT replica FROM writer").fetchone()[0])


def now(connection: Connection) -> int:
    """This computer's clock in Unix milliseconds, as the triggers read it."""
    return int(connection.execute("SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER)").fetchone()[0])


def last_position(connection: Connection) -> int:
    """The position of the newest change in this store's log, 0 if it is empty."""
    return int(connection.execute("SELECT coalesce(max(pos), 0) FROM change").fetchone()[0])


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


def decide(connection: Connection, table: str, row_id: str, *cells: Mapping[str, Cell]) -> None:
    """Appends a person's decision on a row: a change that has seen everything known of it, recorded even where it
    confirms the value that already stands. Several `cells` become changes side by side, none of which has seen the
    others. The caller folds the row afterwards."""
    replica, author = connection.execute("SELECT replica, author FROM writer").fetchone()
    seen = dict(connection.execute("SELECT replica, max(seq) FROM change WHERE row_id = ? GROUP BY replica", (row_id,)))
    (last,) = connection.execute("SELECT coalesce(max(seq), 0) FROM change WHERE replica = ?", (replica,)).fetchone()
    told = next((c["site_id"] for c in cells if c.get("site_id")), None)
    at, home = now(connection), str(told) if told else homes_of(connection, [row_id]).get(row_id)
    changes = [
        Change(at, author, dict(c), replica, row_id, seen, last + n, table) for n, c in enumerate(cells, start=1)
    ]
    append(connection, changes, {row_id: home}, intake=None)


def append(
    connection: Connection, changes: Iterable[Change], homes: Mapping[str, str | None], intake: int | None
) -> None:
    """Writes changes to the log as they are; the caller sees to the rows."""
    text, nothing = canonical, "{}"
    connection.executemany(
        f"INSERT INTO change ({FIELDS}, home, intake) VALUES (?,?,?,?,?,?,?,?,?,?)",
        [
            (c.replica, c.seq, c.table, c.row, text(c.cells).decode(), text(c.seen).decode() if c.seen else nothing,
             c.author, c.at, homes.get(c.row), intake)
            for c in changes
        ],
    )  # fmt: skip


def tables_of(connection: Connection, rows: Iterable[str]) -> dict[str, str]:
    """row id → its table, for rows the log knows."""
    asked = canonical(list(rows)).decode()
    sql = (
        """SELECT asked.value, (SELECT tbl FROM change WHERE row_id = asked.value LIMIT 1) FROM json_each(?) AS asked"""
    )
    return {row: table for row, table in connection.execute(sql, (asked,)) if table is not None}


def homes_of(connection: Connection, rows: Iterable[str]) -> dict[str, str | None]:
    """row id → the site it is at home with, for every row the log knows, whatever its table."""
    asked = canonical(list(rows)).decode()
    sql = """SELECT asked.value, (SELECT home FROM change WHERE row_id = asked.value LIMIT 1)
        FROM json_each(?) AS asked WHERE EXISTS (SELECT 1 FROM change WHERE row_id = asked.value)"""
    return dict(connection.execute(sql, (asked,)).fetchall())
