"""Undoing the last merge: its changes leave the log, every row they touched is folded anew, and the positions are what
they were. The bundle can be taken in again later."""

import json
from sqlite3 import Connection

from carehub.domain.errors import InvalidInput
from carehub.domain.texts import mark
from carehub.sync import blobs, capture, journal, links, merge
from carehub.sync.links import Link

NOTHING = mark("There is no merge to undo.")
HANDED_ON = mark(
    "This merge was handed on with a bundle already and cannot be undone. Please correct the records instead."
)
BUILT_ON = mark("Something was changed after this merge and builds on it, so it cannot be undone. Nothing was changed.")
ERASES = mark("This merge erased records, as the law asks; that cannot be undone.")
PARTED = mark("With this merge the store was found to be a copy and went on as one of its own; that cannot be undone.")


def undo_last(connection: Connection) -> tuple[str, list[tuple[str, str]]]:
    """Undoes the newest intake. Returns its bundle's id and the rows that changed, as (table, id). Raises
    `InvalidInput` where others rely on it already; then nothing changed."""
    newest = "SELECT n, bundle, replica, outcome, before FROM intake ORDER BY n DESC LIMIT 1"
    row = connection.execute(newest).fetchone()
    if row is None:
        raise InvalidInput(NOTHING)
    intake, bundle, replica, outcome, before = row[0], row[1], row[2], json.loads(row[3]), json.loads(row[4])
    if outcome.get("erased"):
        raise InvalidInput(ERASES)
    if outcome.get("parted"):
        raise InvalidInput(PARTED)
    _require_unused(connection, intake, before["pos"])
    rows = connection.execute(
        "SELECT DISTINCT tbl, row_id FROM change WHERE pos > ? AND intake = ? ORDER BY row_id", (before["pos"], intake)
    ).fetchall()
    connection.execute("DELETE FROM change WHERE pos > ? AND intake = ?", (before["pos"], intake))
    with capture.uncaptured(connection):
        for table, row_id in rows:
            merge.refold(connection, table, row_id)
    links.forget(connection, replica)
    if before["link"]:
        link = Link(*before["link"])
        same = before["own"] == journal.own_replica(connection)
        # a store that went on as another replica meanwhile: what the other side was told, it was told of the other copy
        links.save(connection, link if same else Link(link.replica, link.site_id))
    connection.execute("DELETE FROM quarantine WHERE intake = ?", (intake,))
    connection.execute("DELETE FROM intake WHERE n = ?", (intake,))
    connection.execute("DELETE FROM receipt WHERE bundle = ?", (bundle,))
    blobs.sweep(connection)
    return bundle, rows


def _require_unused(connection: Connection, intake: int, position: int) -> None:
    if connection.execute("SELECT 1 FROM sent WHERE upto > ?", (position,)).fetchone():
        raise InvalidInput(HANDED_ON)
    later = """SELECT 1 FROM change WHERE pos > ?1 AND intake IS NOT ?2
        AND row_id IN (SELECT row_id FROM change WHERE pos > ?1 AND intake = ?2)"""
    if connection.execute(later, (position, intake)).fetchone():
        raise InvalidInput(BUILT_ON)
