"""Erasing a row: its content leaves the table, the log, the questions and what is kept aside, an attachment's bytes
too; identities stay, so that the erasure travels and nothing of it ever comes back."""

import json
from collections.abc import Iterable, Sequence
from sqlite3 import Connection

from carehub.sync import blobs, journal
from carehub.sync.capture import uncaptured
from carehub.sync.change import ERASED, Change
from carehub.sync.schema import tables


def erase(connection: Connection, table: str, row_id: str, day: str) -> None:
    """Erases a row on an ISO `day` by a change of this store's own."""
    home = journal.homes_of(connection, [row_id]).get(row_id)
    journal.decide(connection, table, row_id, {ERASED: day, "site_id": home})
    scrub(connection, table, row_id)


def scrub(connection: Connection, table: str, row_id: str) -> None:
    """Takes the content of a row out of everything this store keeps."""
    connection.execute("INSERT OR IGNORE INTO erased VALUES (?, ?)", (row_id, table))
    named = blobs.named_by_row(connection, table, row_id)
    connection.execute(
        f"""UPDATE change SET cells = '{{}}', seen = '{{}}', author = NULL, at = 0
        WHERE row_id = ? AND cells ->> '{ERASED}' IS NULL""",
        (row_id,),
    )
    if table in tables():
        with uncaptured(connection):
            connection.execute(f'DELETE FROM "{table}" WHERE id = ?', (row_id,))
    connection.execute("DELETE FROM question WHERE row_id = ?", (row_id,))
    connection.execute("DELETE FROM quarantine WHERE line ->> 'row' = ?", (row_id,))
    if named:
        blobs.sweep(connection, named)


def scrub_arrivals(connection: Connection, changes: Sequence[Change], erased: set[str]) -> list[Change]:
    """Changes as they may be kept: those of erased rows without their content. Adds the erased rows to `erased`."""
    erased |= erased_among(connection, [c.row for c in changes]) | {c.row for c in changes if c.erases}
    return [c.without_content() if c.row in erased else c for c in changes]


def erased_among(connection: Connection, rows: Iterable[str]) -> set[str]:
    """Those of some rows that are erased."""
    sql = "SELECT row_id FROM erased WHERE row_id IN (SELECT value FROM json_each(?))"
    return {row for (row,) in connection.execute(sql, (json.dumps(list(rows)),))}


def sweep(connection: Connection, day: str) -> list[tuple[str, str]]:
    """Erases rows that belong to an erased one and came from somebody who did not know. Returns them as (table, id)."""
    found = [
        (table.name, row)
        for table in tables().values()
        for column in table.owners
        for (row,) in connection.execute(
            f'SELECT id FROM erased CROSS JOIN "{table.name}" ON {column} = erased.row_id ORDER BY id'
        )
    ]
    for table_name, row in found:
        erase(connection, table_name, row, day)
    return found
