"""Changes that may not come in yet: kept and shown with a reason, tried again, released by a person."""

from collections.abc import Sequence
from sqlite3 import Connection

from carehub.sync import erasure, journal, merge
from carehub.sync.change import Change, canonical, decode_line
from carehub.sync.scope import ROW_UNKNOWN


def keep(connection: Connection, refused: Sequence[tuple[Change, str]], intake: int) -> None:
    """Puts changes aside, each with the reason why; of rows that are erased by now without their content."""
    gone = erasure.erased_among(connection, [change.row for change, _ in refused])
    kept = [(c.without_content() if c.row in gone else c, reason) for c, reason in refused]
    connection.executemany(
        "INSERT OR REPLACE INTO quarantine VALUES (?,?,?,?,?)",
        [(c.replica, c.seq, canonical(c).decode(), reason, intake) for c, reason in kept],
    )


def try_again(connection: Connection, outcome: merge.Outcome, intake: int) -> int:
    """Takes in what waited for rows that are known now, and drops what came in by another way. Returns how many of this
    intake's own changes no longer wait."""
    connection.execute(
        """DELETE FROM quarantine WHERE EXISTS (SELECT 1 FROM change
        WHERE change.replica = quarantine.replica AND change.seq = quarantine.seq)"""
    )
    found = connection.execute(
        "SELECT line, intake FROM quarantine WHERE reason = ? ORDER BY intake, replica, seq", (ROW_UNKNOWN,)
    ).fetchall()
    waiting = [(decode_line(line.encode()), n) for line, n in found]
    homes = journal.homes_of(connection, {change.row for change, _ in waiting})
    ready = [(change, n) for change, n in waiting if change.row in homes]
    _take(connection, [change for change, _ in ready], outcome)
    return sum(n == intake for _, n in ready)


def release(connection: Connection, replica: str, seq: int) -> merge.Outcome | None:
    """Takes in a change that a person has looked at and confirmed; None if there is none such."""
    row = connection.execute("SELECT line FROM quarantine WHERE replica = ? AND seq = ?", (replica, seq)).fetchone()
    if row is None:
        return None
    outcome = merge.Outcome()
    _take(connection, [decode_line(row[0].encode())], outcome)
    return outcome


def _take(connection: Connection, changes: Sequence[Change], outcome: merge.Outcome) -> None:
    merge.apply(connection, merge.unknown_of(connection, changes), None, outcome)
    connection.executemany("DELETE FROM quarantine WHERE replica = ? AND seq = ?", [c.identity for c in changes])
