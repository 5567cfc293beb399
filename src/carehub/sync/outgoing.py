"""What a site hands over, by the order of its own log: upward all that is not receipted, downward what is at home
below. Nothing is marked as sent: only the other side's word moves that on."""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from sqlite3 import Connection

import msgspec

from carehub import __version__
from carehub.domain.errors import NotFound
from carehub.domain.ids import new_id
from carehub.domain.texts import mark
from carehub.sync import blobs, journal, links, peers, replicas, succession
from carehub.sync.bundle import FORMAT, Counts, Header, Opening, Packed, Receipt, Recipient, Refusal, pack
from carehub.sync.change import canonical
from carehub.sync.keys import Certificate
from carehub.sync.payload import Blob, seal
from carehub.sync.schema import REFERENCE_TABLES

NO_OFFICE = mark(
    "This store has no office above it. Start it with the office's card, or name the site the bundle is for."
)
NOT_BELOW = mark("“{site}” is not a site that hands over to this office.")

_NOT_FROM_THERE = "(intake IS NULL OR intake NOT IN (SELECT n FROM intake WHERE replica = :only))"

_UP = f"FROM change WHERE pos > :after AND pos <= :upto AND {_NOT_FROM_THERE}"

_DOWN = f"""FROM change WHERE pos <= :upto AND (
    pos > :after AND {_NOT_FROM_THERE} AND (
        home IN (SELECT value FROM json_each(:homes))
        OR row_id IN (SELECT row_id FROM erased)
        OR home IN (SELECT value FROM json_each(:above)) AND tbl IN (SELECT value FROM json_each(:reference))
        OR row_id IN (SELECT row_id FROM moved WHERE pos > :after
            AND from_home IN (SELECT value FROM json_each(:homes))))
    OR row_id IN (SELECT row_id FROM moved WHERE pos > :after AND to_home IN (SELECT value FROM json_each(:homes)))
        AND home IN (SELECT value FROM json_each(:homes)))"""
"""What is new and at home below, or erased wherever it was (only identities: nobody is to keep it), or reference data,
or has left; and the whole history of what has moved in."""

_WANTED = f"""OR row_id IN (SELECT row_id FROM change
    WHERE tbl = '{blobs.TABLE}' AND {blobs.NAMED} IN (SELECT value FROM json_each(:wanted)))"""
"""Attachments whose bytes the receiver has asked for: their changes go along once more, and the bytes with them."""

_AT_HOME = "AND home IN (SELECT value FROM json_each(:homes))"

_RECEIPTED = 50
"""So many of a site's newest bundles a receipt speaks of."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A finished bundle, not yet on the stick."""

    header: Header
    packed: Packed
    receiver: Certificate

    @property
    def changes(self) -> int:
        return self.header.payload.changes

    @property
    def data(self) -> bytes:
        """The whole file at once: for small ones."""
        return b"".join(self.packed.blocks())


@dataclass(frozen=True, slots=True)
class _Plan:
    kind: str
    receiver: Certificate
    span: tuple[int, int]
    query: str
    arguments: dict[str, object]
    homes: Collection[str] | None = None
    """those whose rows the receiver may see; None: all"""
    receipt: Receipt | None = None
    certificates: tuple[Certificate, ...] = ()


def compose_up(connection: Connection, schema: str, folder: Path | None = None) -> Outgoing:
    """The bundle for the office above: what it has not receipted. A large one is sealed into a nameless file in
    `folder`."""
    office = peers.office_above(connection)
    if office is None:
        raise NotFound(NO_OFFICE)
    span, arguments = _stretch(connection, office.site)
    certificates = tuple(peers.peers(connection, peers.State.BELOW))
    return _compose(connection, schema, _Plan("up", office, span, _UP, arguments, certificates=certificates), folder)


def unreceipted(connection: Connection) -> int:
    """How many changes the office above has not receipted; 0 without an office."""
    office = peers.office_above(connection)
    if office is None:
        return 0
    (count,) = connection.execute(f"SELECT count(*) {_UP}", _stretch(connection, office.site)[1]).fetchone()
    return int(count)


def compose_down(connection: Connection, schema: str, site: str, folder: Path | None = None) -> Outgoing:
    """The return bundle for a site below: what is at home there, the names behind it, and the receipt."""
    found = peers.peer(connection, site)
    if found is None or found[0] is not peers.State.BELOW or found[1].request.parent != peers.own_site(connection):
        raise NotFound(NOT_BELOW, site=site)
    span, arguments = _stretch(connection, site)
    homes = peers.subtree(connection, site)
    arguments |= {
        "homes": json.dumps(sorted(homes)),
        "above": json.dumps(peers.ancestors(connection, site)),
        "reference": json.dumps(sorted(REFERENCE_TABLES)),
    }
    receipt = receipt_for(connection, site)
    vouched = (found[1], *succession.certified_by(connection, site))
    plan = _Plan("down", found[1], span, _DOWN, arguments, homes, receipt, vouched)
    return _compose(connection, schema, plan, folder)


def _stretch(connection: Connection, site: str) -> tuple[tuple[int, int], dict[str, object]]:
    """(span of this store's log that a site needs, the arguments that say so in a query)."""
    after, only = links.reached(connection, site)
    upto = max(journal.last_position(connection), after)
    return (after, upto), {"after": after, "upto": upto, "only": only}


def receipt_for(connection: Connection, site: str) -> Receipt:
    """What this office says to a site below."""
    intakes = connection.execute(
        "SELECT bundle, number, replica, outcome FROM intake WHERE site_id = ? ORDER BY n DESC LIMIT ?",
        (site, _RECEIPTED),
    ).fetchall()
    refused = connection.execute(
        """SELECT line, reason FROM quarantine JOIN intake ON intake.n = quarantine.intake
        WHERE intake.site_id = ? ORDER BY quarantine.replica, seq""",
        (site,),
    ).fetchall()
    below = json.dumps(sorted(peers.subtree(connection, site)))
    (questions,) = connection.execute(
        """SELECT count(*) FROM question WHERE
        (SELECT home FROM change WHERE row_id = question.row_id LIMIT 1) IN (SELECT value FROM json_each(?))""",
        (below,),
    ).fetchone()
    outcomes = [(*front, json.loads(outcome)) for *front, outcome in reversed(intakes)]
    return Receipt(
        bundles=[
            Counts(b, o["changed"], o["changes"], o["new"], n, o["conflicts"], o["quarantined"], replica)
            for b, n, replica, o in outcomes
        ],
        forks=replicas.digests(connection, site),
        made_at=journal.now(connection),
        questions=questions,
        refusals=[_refusal(line, reason) for line, reason in refused],
        settled=sum(outcome.get("settled", 0) for *_, outcome in outcomes),
        taken=links.taken_of(connection, site),
    )


def _refusal(line: str, reason: str) -> Refusal:
    change = msgspec.json.decode(line)
    return Refusal(reason, change["replica"], change["row"], change["seq"], change["table"])


def _compose(connection: Connection, schema: str, plan: _Plan, folder: Path | None) -> Outgoing:
    me, replica = peers.identity(connection), journal.own_replica(connection)
    receiver = plan.receiver.site
    recipients = _recipients(connection, me.certificate, plan.receiver)
    opening = Opening(
        new_id(), list(plan.certificates), plan.receipt, recipients, peers.revocations(connection), me.site,
        blobs.missing(connection, plan.homes),
    )  # fmt: skip
    asked = blobs.held_of(connection, links.wanted_by(connection, receiver))
    named: dict[str, None] = {}
    lines = _lines(_rows(connection, plan, asked), named)
    sealed, described = seal(opening, lines, _attachments(connection, named, asked), folder)
    number, previous = _previous(connection, receiver, replica)
    header = Header(
        bundle=opening.bundle,
        ended=replicas.ended(connection),
        format=FORMAT,
        kind="up" if plan.kind == "up" else "down",
        made_at=journal.now(connection),
        number=number + 1,
        payload=described,
        previous=previous,
        program=__version__,
        recipients=recipients,
        replica=replica,
        schema=schema,
        signer=me.certificate,
        span=plan.span,
        taken=links.taken_of(connection, receiver),
    )
    return Outgoing(header, pack(header, me.keys, sealed), plan.receiver)


def _rows(connection: Connection, plan: _Plan, asked: Collection[str]) -> Iterator[tuple[str, ...]]:
    """The changes that a bundle carries, in the order of the log."""
    query, arguments = plan.query, dict(plan.arguments)
    if asked:
        query += f" {_WANTED} {_AT_HOME if plan.homes is not None else ''}"
        arguments["wanted"] = json.dumps(sorted(asked))
    return connection.execute(f"SELECT {journal.FIELDS} {query} ORDER BY pos", arguments)


def _lines(rows: Iterator[tuple[str, ...]], named: dict[str, None]) -> Iterator[bytes]:
    """The lines of changes; notes in `named` which attachments they refer to."""
    for row in rows:
        if row[2] == blobs.TABLE and (name := blobs.named_in(row[2], json.loads(row[4]).get(blobs.COLUMN))):
            named[name] = None
        yield journal.line_from(row)


def _attachments(connection: Connection, named: dict[str, None], asked: Sequence[str]) -> Iterator[Blob]:
    """What the lines refer to, once all of them were handed out."""
    yield from blobs.to_send(connection, named, asked)


def _recipients(connection: Connection, mine: Certificate, receiver: Certificate) -> list[Recipient]:
    """The receiver, for bundles going up also the office above it as escrow, and the sender."""
    chosen = [receiver]
    escrow = peers.peer(connection, receiver.request.parent or "")
    if escrow and escrow[0] is peers.State.ABOVE:
        chosen.append(escrow[1])
    return [Recipient(c.request.seal_key, c.site) for c in (*chosen, mine)]


def _previous(connection: Connection, receiver: str, replica: str) -> tuple[int, str | None]:
    row = connection.execute(
        "SELECT number, header_sha256 FROM sent WHERE receiver = ? AND replica = ? ORDER BY number DESC LIMIT 1",
        (receiver, replica),
    ).fetchone()
    return (row[0], row[1]) if row else (0, None)


def remember(connection: Connection, outgoing: Outgoing, file: str, author: str | None) -> None:
    """Notes a bundle that was written and read back."""
    header = outgoing.header
    connection.execute(
        "INSERT INTO sent VALUES (?,?,?,?,?,?,?,?,?,?,?)",
        (header.bundle, outgoing.receiver.site, header.replica, header.number, sha256(canonical(header)).hexdigest(),
         header.made_at, author, file, outgoing.changes, outgoing.packed.size, header.span[1]),
    )  # fmt: skip
