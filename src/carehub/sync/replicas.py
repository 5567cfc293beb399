"""The replica that writes in a store: its birth, its going on as a new one, and the parting of two copies."""

import json
import secrets
from collections.abc import Mapping, Sequence
from sqlite3 import Connection

from msgspec import structs

from carehub.sync import capture, journal, merge, quarantine, scope
from carehub.sync.bundle import Receipt
from carehub.sync.change import Change, canonical, digest


def start(connection: Connection) -> str:
    """Begins the first replica of a new store. Returns its id, 16 hexadecimal digits."""
    replica = _new_id()
    connection.execute("INSERT OR REPLACE INTO writer VALUES (1, ?, NULL, 1)", (replica,))
    return replica


def _new_id() -> str:
    return secrets.token_hex(8)


def restart(connection: Connection, *, ended: bool = False) -> str:
    """Lets a store that was restored from a backup, or copied, go on as a new replica: nothing it writes can be taken
    for what the other copy wrote, and both directions are handed over anew, which is harmless. `ended`: the other copy
    is gone for good. Returns the new replica's id."""
    former, replica = journal.own_replica(connection), _new_id()
    connection.execute("INSERT OR REPLACE INTO former VALUES (?, ?)", (former, int(ended)))
    connection.execute("UPDATE writer SET replica = ?", (replica,))
    connection.execute("UPDATE link SET number = 0, got = 0, mark = '', told = 0")
    return replica


def is_former(connection: Connection, replica: str) -> bool:
    """Whether this store once wrote as that replica."""
    return connection.execute("SELECT 1 FROM former WHERE replica = ?", (replica,)).fetchone() is not None


def ended(connection: Connection) -> list[str]:
    """The replicas this store once was that are gone for good."""
    return [r for (r,) in connection.execute("SELECT replica FROM former WHERE ended ORDER BY replica")]


def note_fork(connection: Connection, site: str, replica: str, after: int) -> None:
    """Remembers that two copies of a site's replica have parted, so that the next return bundle tells them."""
    connection.execute("INSERT OR REPLACE INTO fork VALUES (?, ?, ?)", (site, replica, after))


def digests(connection: Connection, site: str) -> dict[str, list[tuple[int, str, str]]]:
    """What this store holds of a site's parted replicas: replica → [(seq, row, digest)]."""
    found = {}
    sql = f"SELECT {journal.FIELDS} FROM change WHERE replica = ? AND seq >= ? ORDER BY seq"
    forks = connection.execute("SELECT replica, after FROM fork WHERE site_id = ?", (site,)).fetchall()
    for replica, after in forks:
        changes = map(journal.change_from, connection.execute(sql, (replica, after)).fetchall())
        found[replica] = [(change.seq, change.row, digest(change)) for change in changes]
    return found


def part(connection: Connection, receipt: Receipt, intake: int) -> bool:
    """Compares what the office holds with what is held here. Where it differs in this store's own replica, or the
    office has bundles of it that were not made here, this is the other copy: it goes on as a new replica, and what it
    wrote since they parted goes along. Where it differs in that of a site below, the other copy handed in here: its
    changes go back to it, which still holds them, and it is told. Where it differs in any other, a copy of the office
    handed down here before anybody noticed: what came from it is put aside with the `intake`, the office's own word
    counts. Returns whether anything differed."""
    own, parted = journal.own_replica(connection), False
    for replica, theirs in sorted(receipt.forks.items()):
        seq = _first_difference(connection, replica, {seq: (row, told) for seq, row, told in theirs})
        if seq is None:
            continue
        parted = True
        if replica == own or is_former(connection, replica):
            _part_at(connection, replica, seq)
        elif _writes_below(connection, replica):
            _give_back(connection, replica, seq)
        else:
            _put_aside(connection, replica, seq, intake)
    if own == journal.own_replica(connection) and _made_elsewhere(connection, receipt, own):
        restart(connection)
        parted = True
    return parted


def part_if_copied(connection: Connection, fresh: Sequence[Change]) -> bool:
    """Goes on as a new replica if changes come in under this store's own mark that it does not hold, or that have seen
    such: another copy wrote them, or this one was put back unnoticed. Were it a lie, nothing written here later could
    supersede a change that claims to have seen it; what the new replica writes can. Returns whether it did."""
    own = journal.own_replica(connection)
    last = "SELECT coalesce(max(seq), 0) FROM change WHERE replica = ?"
    (written,) = connection.execute(last, (own,)).fetchone()
    copied = any(change.replica == own or change.seen.get(own, 0) > written for change in fresh)
    if copied:
        restart(connection)
    return copied


def _writes_below(connection: Connection, replica: str) -> bool:
    """Whether a replica is known to be that of a site below."""
    sql = "SELECT 1 FROM link JOIN peer USING (site_id) WHERE replica = ? AND state IN ('below', 'revoked')"
    return connection.execute(sql, (replica,)).fetchone() is not None


def _first_difference(connection: Connection, replica: str, theirs: Mapping[int, tuple[str, str]]) -> int | None:
    sql = f"SELECT {journal.FIELDS} FROM change WHERE replica = ? AND seq >= ? ORDER BY seq"
    for row in connection.execute(sql, (replica, min(theirs, default=0))).fetchall():
        change = journal.change_from(row)
        known = theirs.get(change.seq)
        if known and (change.row != known[0] or (not change.scrubbed and digest(change) != known[1])):
            return change.seq
    return None


def _made_elsewhere(connection: Connection, receipt: Receipt, own: str) -> bool:
    """Whether the office took in bundles under this store's name that it did not make."""
    told = {counts.bundle for counts in receipt.bundles if counts.replica == own}
    sent = {bundle for (bundle,) in connection.execute("SELECT bundle FROM sent WHERE replica = ?", (own,))}
    return not told <= sent


def _give_back(connection: Connection, replica: str, seq: int) -> None:
    """Takes the changes of another copy of a site's replica out of the log; that site is told with the next bundle."""
    _take_out(connection, replica, seq)
    connection.execute(
        "INSERT OR REPLACE INTO fork SELECT site_id, replica, ? FROM link WHERE replica = ?", (seq, replica)
    )


def _put_aside(connection: Connection, replica: str, seq: int, intake: int) -> None:
    """Puts the changes that came from a copy of an office aside, under a mark of their own: that copy hands them down
    again once it goes on as another replica, and if it never does, a person still finds them."""
    name = _new_id()
    out = _take_out(connection, replica, seq)
    aside = [structs.replace(c, replica=name, seq=n) for n, c in enumerate(out, start=1)]
    quarantine.keep(connection, [(c, scope.RETURNED) for c in aside if not c.scrubbed], intake)


def _take_out(connection: Connection, replica: str, seq: int) -> list[Change]:
    """Takes a replica's changes from `seq` on out of the log and returns them; their rows are folded without them."""
    sql = f"SELECT {journal.FIELDS} FROM change WHERE replica = ? AND seq >= ? ORDER BY seq"
    found = [journal.change_from(row) for row in connection.execute(sql, (replica, seq)).fetchall()]
    connection.execute("DELETE FROM change WHERE replica = ? AND seq >= ?", (replica, seq))
    with capture.uncaptured(connection):
        for table, row in sorted({(c.table, c.row) for c in found}):
            merge.refold(connection, table, row)
    return found


def _part_at(connection: Connection, replica: str, seq: int) -> None:
    """Gives this replica's changes from `seq` on a new replica's name and numbers."""
    fresh = restart(connection)
    own = "FROM change WHERE replica = ? AND seq >= ?"
    rows = connection.execute(f"SELECT DISTINCT tbl, row_id {own} ORDER BY row_id", (replica, seq)).fetchall()
    for position, text in connection.execute(f"SELECT pos, seen {own}", (replica, seq)).fetchall():
        seen = json.loads(text)
        known = seen.get(replica, 0)
        if known >= seq:
            common = {replica: seq - 1} if seq > 1 else {}
            seen = {r: s for r, s in seen.items() if r != replica} | common | {fresh: known - seq + 1}
            connection.execute("UPDATE change SET seen = ? WHERE pos = ?", (canonical(seen).decode(), position))
    connection.execute(
        "UPDATE change SET replica = ?1, seq = seq - ?2 + 1 WHERE replica = ?3 AND seq >= ?2", (fresh, seq, replica)
    )
    with capture.uncaptured(connection):
        for table, row in rows:
            merge.refold(connection, table, row)
