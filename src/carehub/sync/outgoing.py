"""What a site hands over: upward all the office has not receipted, downward what is at home below."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from sqlite3 import Connection

import msgspec

from carehub import __version__
from carehub.domain.errors import NotFound
from carehub.domain.ids import new_id
from carehub.domain.texts import mark
from carehub.sync import journal, peers
from carehub.sync.bundle import FORMAT, Header, Opening, Receipt, Recipient, Refusal, pack, seal
from carehub.sync.change import canonical
from carehub.sync.keys import Certificate
from carehub.sync.schema import REFERENCE_TABLES

NO_OFFICE = mark(
    "This store has no office above it. Start it with the office's card, or name the site the bundle is for."
)
NOT_BELOW = mark("“{site}” is not a site that hands over to this office.")

_LOG_FIELDS = ", ".join(f"change.{name.strip()}" for name in journal.FIELDS.split(","))


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A finished bundle, not yet on the stick."""

    header: Header
    data: bytes
    receiver: Certificate

    @property
    def changes(self) -> int:
        return self.header.payload.changes


@dataclass(frozen=True, slots=True)
class _Plan:
    kind: str
    receiver: Certificate
    positions: dict[str, tuple[int, int]]
    query: str
    arguments: tuple[object, ...]
    receipt: Receipt | None = None
    certificates: tuple[Certificate, ...] = ()


def compose_up(connection: Connection, schema: str) -> Outgoing:
    """The bundle for the office above: per replica everything after what that office has receipted."""
    office = peers.office_above(connection)
    if office is None:
        raise NotFound(NO_OFFICE)
    positions = {}
    rows = connection.execute("SELECT id, acked FROM replica WHERE NOT from_above ORDER BY id").fetchall()
    for replica, acked in rows:
        (last,) = connection.execute("SELECT max(seq) FROM change WHERE replica = ?", (replica,)).fetchone()
        positions[replica] = (acked, max(last or 0, acked))
    query = f"""SELECT {_LOG_FIELDS} FROM change JOIN replica ON replica.id = change.replica
        WHERE NOT from_above AND seq > acked ORDER BY pos"""
    certificates = tuple(peers.peers(connection, peers.State.BELOW))
    return _compose(connection, schema, _Plan("up", office, positions, query, (), None, certificates))


def compose_down(connection: Connection, schema: str, site: str) -> Outgoing:
    """The return bundle for a site below: what is at home there and arrived here since that site last told how far
    it got, the names behind it, and the receipt."""
    found = peers.peer(connection, site)
    if found is None or found[0] is not peers.State.BELOW:
        raise NotFound(NOT_BELOW, site=site)
    replica = journal.own_replica(connection)
    (reached,) = connection.execute(
        "SELECT coalesce(min(pos), 0) FROM downlog WHERE site_id = ? AND direction = 'out'", (site,)
    ).fetchone()
    (last,) = connection.execute("SELECT coalesce(max(pos), 0) FROM change").fetchone()
    homes = json.dumps(sorted(peers.subtree(connection, site)))
    above = json.dumps(peers.ancestors(connection, site))
    query = f"""SELECT {_LOG_FIELDS} FROM change
        WHERE pos > ? AND pos <= ? AND replica NOT IN ({_ONLY_REPLICA})
          AND (home IN (SELECT value FROM json_each(?))
               OR home IN (SELECT value FROM json_each(?)) AND tbl IN (SELECT value FROM json_each(?)))
        ORDER BY pos"""
    arguments = (reached, last, site, homes, above, json.dumps(sorted(REFERENCE_TABLES)))
    receipt = receipt_for(connection, site)
    return _compose(
        connection,
        schema,
        _Plan("down", found[1], {replica: (reached, last)}, query, arguments, receipt, (found[1],)),
    )


_ONLY_REPLICA = """SELECT min(id) FROM replica WHERE site_id = ? GROUP BY site_id HAVING count(*) = 1"""
"""A site's replica while it is the only one: what it wrote itself it need not be sent back."""


def receipt_for(connection: Connection, site: str) -> Receipt:
    """What this office holds of a site's replicas and what it refused."""
    below = json.dumps(sorted(peers.subtree(connection, site)))
    held = connection.execute(
        "SELECT id, held FROM replica WHERE site_id IN (SELECT value FROM json_each(?))", (below,)
    ).fetchall()
    taken = connection.execute("SELECT bundle FROM intake WHERE site_id = ? ORDER BY n", (site,)).fetchall()
    refused = connection.execute(
        """SELECT line, reason FROM quarantine JOIN intake ON intake.n = quarantine.intake
        WHERE intake.site_id = ? ORDER BY quarantine.replica, seq""",
        (site,),
    ).fetchall()
    (questions,) = connection.execute(
        """SELECT count(*) FROM question WHERE row_id IN
        (SELECT row_id FROM change WHERE home IN (SELECT value FROM json_each(?)))""",
        (below,),
    ).fetchone()
    return Receipt(
        bundles=[b for (b,) in taken[-50:]],
        conflicts=questions,
        made_at=int(time.time() * 1000),
        positions=dict(held),
        refusals=[_refusal(line, reason) for line, reason in refused],
    )


def _refusal(line: str, reason: str) -> Refusal:
    change = msgspec.json.decode(line)
    return Refusal(reason, change["replica"], change["row"], change["seq"], change["table"])


def _compose(connection: Connection, schema: str, plan: _Plan) -> Outgoing:
    me = peers.identity(connection)
    recipients = _recipients(connection, me.certificate, plan.receiver)
    opening = Opening(new_id(), list(plan.certificates), plan.receipt, recipients, me.site)
    rows = connection.execute(plan.query, plan.arguments)
    data, described = seal(opening, _lines(rows))
    number, previous = _previous(connection, plan.receiver.site)
    header = Header(
        bundle=opening.bundle,
        format=FORMAT,
        kind="up" if plan.kind == "up" else "down",
        made_at=int(time.time() * 1000),
        number=number + 1,
        payload=described,
        positions=plan.positions,
        previous=previous,
        program=__version__,
        recipients=recipients,
        replica=journal.own_replica(connection),
        schema=schema,
        signer=me.certificate,
        taken=_taken(connection, plan),
    )
    return Outgoing(header, pack(header, me.keys, data), plan.receiver)


def _lines(rows: Iterator[tuple[object, ...]]) -> Iterator[bytes]:
    return (journal.line_from(row) for row in rows)


def _recipients(connection: Connection, mine: Certificate, receiver: Certificate) -> list[Recipient]:
    """The receiver, for bundles going up also the office above it as escrow, and the sender."""
    chosen = [receiver]
    escrow = peers.peer(connection, receiver.request.parent or "")
    if escrow and escrow[0] is peers.State.ABOVE:
        chosen.append(escrow[1])
    return [Recipient(c.request.seal_key, c.site) for c in (*chosen, mine)]


def _previous(connection: Connection, receiver: str) -> tuple[int, str | None]:
    row = connection.execute(
        "SELECT number, header_sha256 FROM sent WHERE receiver = ? ORDER BY number DESC LIMIT 1", (receiver,)
    ).fetchone()
    return (row[0], row[1]) if row else (0, None)


def _taken(connection: Connection, plan: _Plan) -> dict[str, int]:
    if plan.kind == "down":
        return {}
    sql = "SELECT replica, pos FROM downlog WHERE site_id = ? AND direction = 'in'"
    return dict(connection.execute(sql, (plan.receiver.site,)).fetchall())


def remember(connection: Connection, outgoing: Outgoing, file: str, author: str | None) -> None:
    """Notes a bundle that was written and read back. Nothing is marked as sent: only a receipt moves that on."""
    header = outgoing.header
    connection.execute(
        "INSERT INTO sent VALUES (?,?,?,?,?,?,?,?,?,?)",
        (header.bundle, outgoing.receiver.site, header.number, sha256(canonical(header)).hexdigest(), header.made_at,
         author, file, outgoing.changes, len(outgoing.data), canonical(header.positions).decode()),
    )  # fmt: skip
