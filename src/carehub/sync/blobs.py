"""The bytes of attachments: pictures and scans, each kept once under its SHA-256, in the encrypted database only.

They are no rows and have no changes. A change of an `attachment` that names a hash *refers* to its bytes; as long as a
store holds such a change, in its log or put aside, it keeps them, and whoever gets the change gets them too. A bundle
that has no room for all leaves some for later: the receiver asks for what it lacks.
"""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from hashlib import sha256
from sqlite3 import Connection

from carehub.sync.bundle import LIMIT_BLOBS, LIMIT_WANTED
from carehub.sync.change import Cell, Change

TABLE, COLUMN = "attachment", "sha256"
NAMED = f"cells ->> '{COLUMN}'"
"""The hash that a change names, in SQL; with `tbl = 'attachment'` an index knows it."""

_HASH = re.compile(r"[0-9a-f]{64}\Z")
_REFERRED = f"""(EXISTS (SELECT 1 FROM change WHERE tbl = '{TABLE}' AND {NAMED} = +b.sha256)
    OR EXISTS (SELECT 1 FROM quarantine
        WHERE line ->> 'table' = '{TABLE}' AND line -> 'cells' ->> '{COLUMN}' = b.sha256))"""


def named_by(change: Change) -> str | None:
    """The hash of the attachment that a change refers to."""
    return named_in(change.table, change.cells.get(COLUMN)) if change.table == TABLE else None


def named_in(table: str, cell: Cell) -> str | None:
    """The hash in the cell of a change, if it is one."""
    return cell if table == TABLE and isinstance(cell, str) and _HASH.match(cell) else None


def keep(connection: Connection, name: str, data: bytes) -> None:
    """Keeps bytes whose SHA-256 is `name`."""
    connection.execute("INSERT OR IGNORE INTO blob (sha256, bytes) VALUES (?, ?)", (name, data))


def add(connection: Connection, data: bytes) -> str:
    """Keeps bytes and returns their SHA-256."""
    name = sha256(data).hexdigest()
    keep(connection, name, data)
    return name


def read(connection: Connection, name: str) -> bytes | None:
    """The bytes under a hash; None if they are not here."""
    row = connection.execute("SELECT bytes FROM blob WHERE sha256 = ?", (name,)).fetchone()
    return bytes(row[0]) if row else None


def named_by_row(connection: Connection, table: str, row_id: str) -> list[str]:
    """The hashes that changes of a row refer to, in the log or put aside."""
    if table != TABLE:
        return []
    rows = connection.execute(
        f"""SELECT {NAMED} FROM change WHERE row_id = ?1 AND {NAMED} IS NOT NULL
        UNION SELECT line -> 'cells' ->> '{COLUMN}' FROM quarantine WHERE line ->> 'row' = ?1""",
        (row_id,),
    )
    return [name for (name,) in rows if name]


def sweep(connection: Connection, names: Iterable[str] | None = None) -> None:
    """Drops bytes that no change refers to any more; of these hashes, or of all."""
    among = "" if names is None else "b.sha256 IN (SELECT value FROM json_each(?)) AND"
    given = () if names is None else (json.dumps(list(names)),)
    connection.execute(
        f"DELETE FROM blob WHERE sha256 IN (SELECT b.sha256 FROM blob b WHERE {among} NOT {_REFERRED})", given
    )


def unnamed(connection: Connection) -> list[str]:
    """The hashes of bytes that no change refers to; there should be none."""
    return [name for (name,) in connection.execute(f"SELECT b.sha256 FROM blob b WHERE NOT {_REFERRED}").fetchall()]


def altered(connection: Connection) -> Iterator[str]:
    """The hashes of bytes that have another one."""
    for name, data in connection.execute("SELECT sha256, bytes FROM blob"):
        if sha256(data).hexdigest() != name:
            yield name


def lost(connection: Connection) -> list[str]:
    """The rows that this store wrote itself, and whose bytes it lacks."""
    rows = connection.execute(
        f"""SELECT row_id, {NAMED} FROM change WHERE tbl = '{TABLE}' AND {NAMED} IS NOT NULL
        AND (replica IN (SELECT replica FROM writer) OR replica IN (SELECT replica FROM former))
        AND NOT EXISTS (SELECT 1 FROM blob WHERE blob.sha256 = {NAMED}) ORDER BY pos"""
    )
    return list(dict.fromkeys(row for row, name in rows.fetchall() if named_in(TABLE, name)))


def missing(connection: Connection, homes: Collection[str] | None = None) -> list[str]:
    """The hashes that this store's changes refer to and whose bytes it lacks, in their order, as many as one bundle can
    ask for; of rows at home at some sites, or of all."""
    at_home = "" if homes is None else "AND home IN (SELECT value FROM json_each(?))"
    given = () if homes is None else (json.dumps(sorted(homes)),)
    rows = connection.execute(
        f"""SELECT DISTINCT {NAMED} FROM change WHERE tbl = '{TABLE}' AND {NAMED} IS NOT NULL {at_home}
        AND NOT EXISTS (SELECT 1 FROM blob WHERE blob.sha256 = {NAMED}) ORDER BY 1""",
        given,
    )
    return [name for (name,) in rows if named_in(TABLE, name)][:LIMIT_WANTED]


def held_of(connection: Connection, names: Collection[str]) -> list[str]:
    """Those of some hashes whose bytes are here, in their order."""
    sql = "SELECT sha256 FROM blob WHERE sha256 IN (SELECT value FROM json_each(?))"
    here = {name for (name,) in connection.execute(sql, (json.dumps(list(names)),))}
    return [name for name in names if name in here]


def to_send(connection: Connection, named: dict[str, None], first: Sequence[str]) -> Iterator[tuple[str, bytes | None]]:
    """The attachments for a bundle whose changes name these hashes (in their order in the log), by hash; those of
    `first`, in its order, before all others, as many as it has room for. Of what is left out or not here there is only
    the name."""
    chosen, room = set(), LIMIT_BLOBS
    sizes, rank = _sizes(connection, named), {name: n for n, name in enumerate(first)}
    for name in sorted(sizes, key=lambda n: rank.get(n, len(rank))):  # sorting keeps the order of the log
        if sizes[name] <= room:
            chosen.add(name)
            room -= sizes[name]
    for name in sorted(named):
        yield name, read(connection, name) if name in chosen else None


def _sizes(connection: Connection, named: Collection[str]) -> dict[str, int]:
    sql = """SELECT value, length(bytes) FROM json_each(?) JOIN blob ON blob.sha256 = value ORDER BY json_each.key"""
    return dict(connection.execute(sql, (json.dumps(list(named)),)).fetchall())
