"""Taking a bundle in: who sent it, whether it may come now, which of its changes may come at all."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from sqlite3 import Connection

from carehub.domain.errors import Refused, Waiting
from carehub.domain.texts import mark
from carehub.sync import journal, merge, peers
from carehub.sync.bundle import Content, Header, Receipt, Sealed, open_payload
from carehub.sync.change import Change, canonical
from carehub.sync.keys import Certificate, certify, verify, words_of
from carehub.sync.schema import REFERENCE_TABLES, tables

STRANGER = mark("This bundle comes from a site that does not hand over to this office. Nothing was taken in.")
OTHER_KEYS = mark(
    "This bundle says it comes from “{site}”, but its keys are not the ones approved. Nothing was taken in. "
    "If the laptop was replaced, approve it anew."
)
REVOKED = mark("The site “{site}” was revoked. Nothing was taken in.")
OWN = mark("This bundle was made here; it is meant for the other office.")
NEWER_SCHEMA = mark("This bundle comes from a newer CareHub. Please update this program first. Nothing was taken in.")
APPROVE = mark(
    "“{site}” hands over for the first time. Ask for its five words ({words}) and approve it if they are the same."
)
WRONG_WORDS = mark(
    "The words are not those of this bundle. Nothing was taken in. Read them to each other once more; if they still "
    "differ, do not take the bundle."
)
GAP = mark("Bundle {number} from “{site}” has not been handed in yet. This one waits; nothing was taken in.")

OUT_OF_SCOPE = mark("The row is at home at another site.")
REFERENCE_ONLY = mark("Only the office above may write this.")
ROW_UNKNOWN = mark("The row is not known here yet.")
WRONG_TYPE = mark("A value does not fit its column.")


@dataclass(frozen=True, slots=True)
class Arrival:
    """A bundle whose sender is known and whose turn it is."""

    sealed: Sealed
    content: Content
    certificate: Certificate

    @property
    def header(self) -> Header:
        return self.sealed.header


@dataclass(slots=True)
class Taken:
    """The result of one bundle: status "merged" or "already", and counts that add up to its changes."""

    status: str
    site: str
    bundle: str
    number: int = 0
    new: int = 0
    changed: int = 0
    known: int = 0
    conflicts: int = 0
    settled: int = 0
    quarantined: int = 0
    changes: int = 0
    rows: dict[str, str] = field(default_factory=dict)
    created: set[str] = field(default_factory=set)


def sender_name(sealed: Sealed) -> str:
    """The sender's name as its certificate tells it."""
    return sealed.header.signer.request.name


def receive(
    connection: Connection, sealed: Sealed, schema: str, word_list: Sequence[str], approve: str | None = None
) -> Arrival | None:
    """Establishes who sent a bundle and opens it; None if it was taken in before.
    Raises `Refused` or `Waiting`; changes nothing but, with matching words, the list of known sites."""
    me, header = peers.identity(connection), sealed.header
    if header.signer.site == me.site and header.signer.request.sign_key == me.keys.sign_key:
        raise Refused(OWN)
    content = open_payload(sealed, me.keys)
    if header.schema > schema:
        raise Refused(NEWER_SCHEMA)
    known = peers.peer(connection, header.signer.site)
    certificate = _known(known, header) if known else _newcomer(connection, sealed, word_list, approve)
    if connection.execute("SELECT 1 FROM intake WHERE bundle = ?", (header.bundle,)).fetchone():
        return None
    if _is_old(connection, header, content):
        return None
    _require_no_gap(connection, header, certificate)
    return Arrival(sealed, content, certificate)


def _known(known: tuple[peers.State, Certificate], header: Header) -> Certificate:
    state, certificate = known
    name = certificate.request.name
    if state is peers.State.REVOKED:
        raise Refused(REVOKED, site=name)
    if header.signer.request.sign_key != certificate.request.sign_key:
        raise Refused(OTHER_KEYS, site=name)
    expected = "up" if state is peers.State.BELOW else "down"
    if header.kind != expected:
        raise Refused(STRANGER)
    return certificate


def _newcomer(connection: Connection, sealed: Sealed, word_list: Sequence[str], approve: str | None) -> Certificate:
    me, header = peers.identity(connection), sealed.header
    request = header.signer.request
    mine = me.certificate.request
    verify(header.signer, request.sign_key)
    if header.kind != "up" or request.parent != me.site or not peers.is_below(request.level, mine.level):
        raise Refused(STRANGER)
    words = words_of(request, word_list)
    if approve is None:
        raise Waiting(APPROVE, site=request.name, words=" ".join(words))
    if split_words(approve, word_list) != words:
        raise Refused(WRONG_WORDS)
    certificate = certify(request, me.site, me.keys, int(time.time() * 1000))
    peers.save_peer(connection, certificate, peers.State.BELOW)
    return certificate


def split_words(typed: str, word_list: Sequence[str]) -> list[str]:
    """Words as a person types them: with or without spaces or punctuation between."""
    text = "".join(c for c in typed if c.isalnum())
    found, known = [], set(word_list)
    length = max(map(len, known))
    while text:
        word = next((text[:n] for n in range(length, 0, -1) if text[:n] in known), None)
        if word is None:
            return []
        found.append(word)
        text = text[len(word) :]
    return found


def _is_old(connection: Connection, header: Header, content: Content) -> bool:
    """Whether a bundle was overtaken: a later one of this sender is here, it carries nothing beyond what is held,
    and its receipt, if any, is not the newest."""
    positions = header.positions.items()
    overtaken = header.number < _newest_number(connection, header)
    covered = all(last <= _position(connection, header, replica) for replica, (_, last) in positions)
    receipt = content.opening.receipt
    return overtaken and covered and not (receipt and _is_newest(connection, header, receipt))


def _newest_number(connection: Connection, header: Header) -> int:
    """The highest number of a bundle taken in from this sender's replica."""
    sql = "SELECT coalesce(max(number), 0) FROM intake WHERE site_id = ? AND replica = ?"
    return int(connection.execute(sql, (header.signer.site, header.replica)).fetchone()[0])


def _require_no_gap(connection: Connection, header: Header, certificate: Certificate) -> None:
    for replica, (before, _) in header.positions.items():
        if before > _position(connection, header, replica):
            raise Waiting(GAP, number=_next_number(connection, header), site=certificate.request.name)


def _next_number(connection: Connection, header: Header) -> int:
    """The number of the first bundle that is missing."""
    return min(_newest_number(connection, header) + 1, header.number - 1)


def _position(connection: Connection, header: Header, replica: str) -> int:
    if header.kind == "up":
        row = connection.execute("SELECT held FROM replica WHERE id = ?", (replica,)).fetchone()
    else:
        row = connection.execute(
            "SELECT pos FROM downlog WHERE site_id = ? AND replica = ? AND direction = 'in'",
            (header.signer.site, replica),
        ).fetchone()
    return row[0] if row else 0


def take(connection: Connection, arrival: Arrival, author: str | None) -> Taken:
    """Applies an arrival in the caller's transaction: rows, log, positions, receipt, quarantine, all or nothing."""
    header, content = arrival.header, arrival.content
    taken = Taken("merged", header.signer.site, header.bundle, header.number, changes=len(content.changes))
    fresh = merge.unknown_of(connection, content.changes)
    taken.known = len(content.changes) - len(fresh)
    intake = _begin_intake(connection, arrival, author)
    allowed, refused = _sift(connection, header, fresh)
    _introduce_replicas(connection, header, content.changes)
    outcome = merge.apply(connection, allowed, intake)
    connection.executemany(
        "INSERT OR REPLACE INTO quarantine VALUES (?,?,?,?,?)",
        [(c.replica, c.seq, canonical(c).decode(), reason, intake) for c, reason in refused],
    )
    _advance(connection, arrival)
    taken.new, taken.changed = len(outcome.created), len(outcome.rows) - len(outcome.created)
    taken.conflicts, taken.settled = len(outcome.opened), len(outcome.closed)
    taken.quarantined, taken.rows, taken.created = len(refused), outcome.rows, outcome.created
    counts = {"new": taken.new, "changed": taken.changed, "conflicts": taken.conflicts, "known": taken.known,
              "quarantined": taken.quarantined, "changes": taken.changes}  # fmt: skip
    connection.execute("UPDATE intake SET outcome = ? WHERE n = ?", (json.dumps(counts), intake))
    return taken


def _begin_intake(connection: Connection, arrival: Arrival, author: str | None) -> int:
    header = arrival.header
    cursor = connection.execute(
        """INSERT INTO intake (bundle, site_id, replica, number, kind, header_sha256, at, author, outcome)
        VALUES (?,?,?,?,?,?,?,?,'{}')""",
        (header.bundle, header.signer.site, header.replica, header.number, header.kind,
         arrival.sealed.header_sha256, int(time.time() * 1000), author),
    )  # fmt: skip
    assert cursor.lastrowid
    return cursor.lastrowid


def _sift(
    connection: Connection, header: Header, changes: Sequence[Change]
) -> tuple[list[Change], list[tuple[Change, str]]]:
    """Parts what the signer may write from what goes to quarantine, each with a reason."""
    me = peers.identity(connection).site
    signer = header.signer.site
    scope = peers.subtree(connection, signer if header.kind == "up" else me)
    above = set(peers.ancestors(connection, me)) if header.kind == "down" else set()
    homes = _known_homes(connection, changes)
    allowed, refused = [], []
    for change in changes:
        told = change.cells.get("site_id")
        home = homes.setdefault(change.row, told if isinstance(told, str) else None)
        reason = _objection(change, {h for h in (home, told) if isinstance(h, str)}, scope, above)
        if reason:
            refused.append((change, reason))
        else:
            allowed.append(change)
    return allowed, refused


def _known_homes(connection: Connection, changes: Sequence[Change]) -> dict[str, str | None]:
    by_table: dict[str, set[str]] = {}
    for change in changes:
        by_table.setdefault(change.table, set()).add(change.row)
    homes: dict[str, str | None] = {}
    for table in by_table.keys() & tables().keys():
        homes |= merge.home_of_rows(connection, table, by_table[table])
    return homes


def _objection(change: Change, homes: set[str], scope: set[str], above: set[str]) -> str | None:
    table = tables().get(change.table)
    if table and not all(table.accepts(name, value) for name, value in change.cells.items()):
        return WRONG_TYPE
    if not homes:
        return ROW_UNKNOWN
    if homes <= scope:
        return None
    if homes <= above:
        return None if change.table in REFERENCE_TABLES else REFERENCE_ONLY
    return OUT_OF_SCOPE


def _introduce_replicas(connection: Connection, header: Header, changes: Sequence[Change]) -> None:
    """Notes replicas met for the first time: the sender's own under its site, others under their signer."""
    seen = {c.replica for c in changes} | set(header.positions) | {header.replica}
    from_above = int(header.kind == "down")
    connection.executemany(
        "INSERT OR IGNORE INTO replica (id, site_id, from_above) VALUES (?, ?, ?)",
        [(replica, header.signer.site, from_above) for replica in sorted(seen)],
    )


def _advance(connection: Connection, arrival: Arrival) -> None:
    """Moves on the positions: what is held of the sender's replicas, how far it has got in ours, what it receipted,
    and whom it vouches for."""
    header, opening = arrival.header, arrival.content.opening
    log = "INSERT OR REPLACE INTO downlog VALUES (?, ?, ?, ?)"
    if header.kind == "up":
        for replica, (_, last) in header.positions.items():
            connection.execute("UPDATE replica SET held = max(held, ?) WHERE id = ?", (last, replica))
        reached = header.taken.get(journal.own_replica(connection), 0)
        connection.execute(log, (header.signer.site, header.replica, "out", reached))
        return
    for replica, (_, last) in header.positions.items():
        connection.execute(log, (header.signer.site, replica, "in", last))
    if opening.receipt and _is_newest(connection, header, opening.receipt):
        _acknowledge(connection, header, opening.receipt)
    _accept_certificates(connection, header, opening.certificates)


def _is_newest(connection: Connection, header: Header, receipt: Receipt) -> bool:
    """Whether a receipt speaks of the present: its bundle has the highest number so far, or it was written after
    the last one (an office restored from a backup counts its bundles from an older number)."""
    (written,) = connection.execute("SELECT max(at) FROM receipt WHERE site_id = ?", (header.signer.site,)).fetchone()
    return header.number >= _newest_number(connection, header) or receipt.made_at > (written or 0)


def _acknowledge(connection: Connection, header: Header, receipt: Receipt) -> None:
    """Takes the office's word for what it holds, also where that is less than it once was: after a restore there,
    everything it lost is handed over again."""
    for (replica,) in connection.execute("SELECT id FROM replica WHERE NOT from_above").fetchall():
        held = receipt.positions.get(replica, 0)
        connection.execute("UPDATE replica SET acked = ? WHERE id = ?", (held, replica))
    connection.execute(
        "INSERT OR REPLACE INTO receipt VALUES (?,?,?,?)",
        (header.bundle, header.signer.site, receipt.made_at, canonical(receipt).decode()),
    )


def _accept_certificates(connection: Connection, header: Header, certificates: Sequence[Certificate]) -> None:
    """Keeps this site's own certificate once the office has vouched for it."""
    me = peers.identity(connection)
    for certificate in certificates:
        if certificate.request == me.certificate.request and certificate.issuer == header.signer.site:
            verify(certificate, header.signer.request.sign_key)
            peers.save_identity(connection, peers.Identity(me.keys, certificate))
