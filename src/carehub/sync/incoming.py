"""Taking a bundle in: who sent it, whether it may come now, and one step for everything it brings."""

import json
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from sqlite3 import Connection
from typing import TypeVar

from carehub.domain.errors import Refused, Waiting
from carehub.domain.texts import mark
from carehub.sync import blobs, erasure, journal, links, merge, peers, quarantine, replicas, scope, succession
from carehub.sync.bundle import Header, Receipt, Sealed
from carehub.sync.change import canonical
from carehub.sync.keys import Certificate, Revocation, certify, is_genuine, revoke, verify, words_of
from carehub.sync.links import Link
from carehub.sync.payload import Content, open_payload

T = TypeVar("T")

STRANGER = mark("This bundle comes from a site that does not hand over to this office. Nothing was taken in.")
REVOKED = mark("The keys of “{site}” were revoked: the laptop was lost or replaced. Nothing was taken in.")
OWN = mark("This bundle was made here; it is meant for the other office.")
APPROVE = mark(
    "“{site}” hands over for the first time. Ask for its five words ({words}) and approve it if they are the same."
)
REPLACED = mark(
    "“{site}” hands over from a new laptop. Ask for its five words ({words}); if they are the same, approve it, and "
    "the old laptop can hand over no more."
)
WRONG_WORDS = mark(
    "The words are not those of this bundle. Nothing was taken in. Read them to each other once more; if they still "
    "differ, do not take the bundle."
)
GAP = mark("Bundle {number} from “{site}” has not been handed in yet. This one waits; nothing was taken in.")
MANY_VOIDS = mark(
    "This bundle from “{site}” would void or erase {count} records. Please look at them; if that is right, take it in "
    "all the same. Nothing was taken in yet."
)
FEW_VOIDS = 5
"""A bundle that voids more than so many records asks first (KeePassXC #6477)."""
_CHUNK = 20_000


@dataclass(frozen=True, slots=True)
class Arrival:
    """A bundle whose sender is known and whose turn it is. `link` is that of its replica, as it stood before."""

    sealed: Sealed
    content: Content
    certificate: Certificate
    link: Link

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
    known: int = 0
    quarantined: int = 0
    changes: int = 0
    parted: bool = False
    outcome: merge.Outcome = field(default_factory=merge.Outcome)

    def counts(self) -> dict[str, int]:
        """The figures as they are kept with the intake and told in the receipt."""
        did = self.outcome
        return {
            "new": len(did.created),
            "changed": len(did.rows.keys() - did.created - did.erased),
            "conflicts": len(did.opened),
            "settled": len(did.closed),
            "voided": len(did.voided),
            "erased": len(did.erased),
            "known": self.known,
            "quarantined": self.quarantined,
            "parted": int(self.parted),
            "changes": self.changes,
        }


def sender_name(sealed: Sealed) -> str:
    """The sender's name as its certificate tells it."""
    return sealed.header.signer.request.name


def receive(
    connection: Connection, sealed: Sealed, word_list: Sequence[str], approve: str | None = None
) -> Arrival | None:
    """Establishes who sent a bundle and opens it; None if it was taken in before.
    Raises `Refused` or `Waiting`; changes nothing but, with matching words, the list of known sites."""
    me, header = peers.identity(connection), sealed.header
    if header.signer.site == me.site and header.signer.request.sign_key == me.keys.sign_key:
        raise Refused(OWN)
    certificate = _sender(connection, sealed, word_list, approve)
    content = open_payload(sealed, me.keys)
    if connection.execute("SELECT 1 FROM intake WHERE bundle = ?", (header.bundle,)).fetchone():
        return None
    numbered = "SELECT 1 FROM intake WHERE replica = ? AND site_id = ? AND number = ?"
    if connection.execute(numbered, (header.replica, header.signer.site, header.number)).fetchone():
        raise merge.Forked(header.replica, 1)  # two copies counted on, each for itself
    link = links.find(connection, header.replica) or Link(header.replica, header.signer.site)
    own = header.replica == journal.own_replica(connection) or replicas.is_former(connection, header.replica)
    if own or link.site_id != header.signer.site:
        raise Refused(STRANGER)
    if header.span[0] > link.got:
        raise Waiting(GAP, number=min(link.number + 1, max(header.number - 1, 1)), site=certificate.request.name)
    return Arrival(sealed, content, certificate, link)


def _sender(connection: Connection, sealed: Sealed, word_list: Sequence[str], approve: str | None) -> Certificate:
    header = sealed.header
    request = header.signer.request
    known = peers.peer(connection, header.signer.site)
    name = known[1].request.name if known else request.name
    if peers.is_revoked(connection, request.sign_key):
        raise Refused(REVOKED, site=name)
    below = known is not None and known[0] in (peers.State.BELOW, peers.State.REVOKED)
    if known is None or (below and known[1].request.sign_key != request.sign_key):
        return _newcomer(connection, sealed, word_list, approve, known[1] if known else None)
    state, certificate = known
    if header.kind != ("up" if state is peers.State.BELOW else "down"):
        raise Refused(STRANGER)
    if request != certificate.request:
        successor = succession.succeed(connection, header.signer, certificate) if state is peers.State.ABOVE else None
        if successor is None:
            raise Refused(STRANGER)
        return successor
    if state is peers.State.BELOW and certificate.request.parent != peers.own_site(connection):
        raise Refused(STRANGER)
    return certificate


def _newcomer(
    connection: Connection, sealed: Sealed, word_list: Sequence[str], approve: str | None, former: Certificate | None
) -> Certificate:
    """A site that hands over for the first time, or from a new laptop with new keys (`former`: its old certificate)."""
    me, header = peers.identity(connection), sealed.header
    request = header.signer.request
    if header.signer.issuer == request.site:
        verify(header.signer, request.sign_key)  # one of this office, from before it was restored, is worth the words
    fits = peers.is_below(request.level, me.certificate.request.level) and request.parent == me.site
    if header.kind != "up" or not fits or (former and former.request.level != request.level):
        raise Refused(STRANGER)
    words = words_of(request, word_list)
    if approve is None:
        told = REPLACED if former else APPROVE
        raise Waiting(told, site=(former or header.signer).request.name, words=" ".join(words))
    if split_words(approve, word_list) != words:
        raise Refused(WRONG_WORDS)
    if former:
        withdraw(connection, former.site)
    certificate = certify(request, me.site, me.keys, journal.now(connection))
    peers.save_peer(connection, certificate, peers.State.BELOW)
    return certificate


def withdraw(connection: Connection, site: str) -> Revocation:
    """Revokes the keys of a site below: nothing signed or asked for with them counts any more. Its next laptop is
    approved by its words."""
    me, found = peers.identity(connection), peers.peer(connection, site)
    assert found
    told = revoke(site, found[1].request.sign_key, me.site, me.keys, journal.now(connection))
    peers.save_revocation(connection, told)
    links.end(connection, site)
    return told


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


def take(
    connection: Connection, arrival: Arrival, author: str | None, *, allow_voids: bool = True
) -> Generator[int, None, Taken]:
    """Applies an arrival in the caller's transaction: rows, log, attachments, positions, receipt, quarantine, all or
    nothing. Bytes that nothing refers to in the end are dropped again. Yields how many changes it has read. Raises
    `Refused`, `merge.Forked`, or `Waiting` if it voids many records and that was not allowed."""
    header, content = arrival.header, arrival.content
    taken = Taken("merged", header.signer.site, header.bundle, header.number, changes=header.payload.changes)
    intake = _begin_intake(connection, arrival, author)
    _trust(connection, arrival)
    taken.parted = _part(connection, header, content.opening.receipt, intake)
    sieve = scope.sieve(connection, header, content.changes)
    seen = 0
    for chunk in _chunks(content.changes(partial(blobs.keep, connection)), _CHUNK):
        fresh = merge.unknown_of(connection, chunk)
        taken.parted |= replicas.part_if_copied(connection, fresh)
        allowed, refused = sieve.sift(fresh)
        merge.apply(connection, allowed, intake, taken.outcome)
        quarantine.keep(connection, refused, intake)
        taken.known += len(chunk) - len(fresh)
        taken.quarantined += len(refused)
        seen += len(chunk)
        yield seen
    _look_after(connection, taken, intake)
    many = len(taken.outcome.voided | taken.outcome.erased)
    if many > FEW_VOIDS and not allow_voids:
        raise Waiting(MANY_VOIDS, count=many, site=arrival.certificate.request.name)
    _advance(connection, arrival, taken.parted)
    blobs.sweep(connection)
    if not taken.outcome.fresh and not taken.quarantined and header.number < arrival.link.number:
        taken.status = "already"
    connection.execute("UPDATE intake SET outcome = ? WHERE n = ?", (json.dumps(taken.counts()), intake))
    return taken


def _chunks(items: Iterator[T], size: int) -> Iterator[list[T]]:
    while chunk := list(islice(items, size)):
        yield chunk


def _begin_intake(connection: Connection, arrival: Arrival, author: str | None) -> int:
    """Notes the bundle and how things stood before it, for undoing it."""
    header = arrival.header
    before = {
        "link": links.astuple_of(connection, header.replica),
        "own": journal.own_replica(connection),
        "pos": journal.last_position(connection),
    }
    cursor = connection.execute(
        """INSERT INTO intake (bundle, site_id, replica, number, kind, header_sha256, at, author, outcome, before)
        VALUES (?,?,?,?,?,?,?,?,'{}',?)""",
        (header.bundle, header.signer.site, header.replica, header.number, header.kind,
         arrival.sealed.header_sha256, journal.now(connection), author, json.dumps(before)),
    )  # fmt: skip
    assert cursor.lastrowid
    return cursor.lastrowid


def _part(connection: Connection, header: Header, receipt: Receipt | None, intake: int) -> bool:
    """Goes on as a new replica if the office has found this store to be the other copy of one it knows."""
    return header.kind == "down" and receipt is not None and replicas.part(connection, receipt, intake)


def _look_after(connection: Connection, taken: Taken, intake: int) -> None:
    """What a merge brings about here: changes kept aside that may come in now, and rows that go with erased ones."""
    released = quarantine.try_again(connection, taken.outcome, intake)
    taken.quarantined -= released
    day = connection.execute("SELECT date(unixepoch(), 'unixepoch')").fetchone()[0]
    for table, row in erasure.sweep(connection, day):
        taken.outcome.rows[row] = table
        taken.outcome.erased.add(row)
        taken.outcome.created.discard(row)


def _advance(connection: Connection, arrival: Arrival, parted: bool) -> None:
    """Moves on what is known of the sender: how far this store has got in its log, and, if this is its newest word, how
    far it has got in this one's, what it receipted, and which of its replicas are gone."""
    header = arrival.header
    link = links.find(connection, header.replica)
    if link is None:  # a replica not met before: a copy that was told so has parted
        connection.execute("DELETE FROM fork WHERE site_id = ?", (header.signer.site,))
        link = Link(header.replica, header.signer.site)
    if header.span[1] >= link.got:
        link.got, link.mark = header.span[1], arrival.sealed.header_sha256
    if header.number > link.number:
        link.number, link.ended = header.number, 0
        links.believe(connection, link, header.taken)
        link.wanted = json.dumps(arrival.content.opening.wanted)
        links.end(connection, header.signer.site, header.ended)
    if parted:  # what came from the other copy was not sent here: all is wanted once more
        link.got, link.mark = 0, ""
    links.save(connection, link)
    if receipt := arrival.content.opening.receipt:
        told = (header.bundle, header.signer.site, receipt.made_at, canonical(receipt).decode())
        connection.execute("INSERT OR REPLACE INTO receipt VALUES (?,?,?,?)", told)


def _trust(connection: Connection, arrival: Arrival) -> None:
    """Takes over whom the sender vouches for, and revocations by those entitled to them."""
    me, signer = peers.identity(connection), arrival.certificate
    opening, down = arrival.content.opening, arrival.header.kind == "down"
    for certificate in opening.certificates:
        request = certificate.request
        if certificate.issuer != signer.site or peers.is_revoked(connection, request.sign_key):
            continue
        if not down and peers.may_vouch(connection, signer, request):
            verify(certificate, signer.request.sign_key)
            peers.save_peer(connection, certificate, peers.State.BELOW)
        elif down and request == me.certificate.request:
            verify(certificate, signer.request.sign_key)
            peers.save_identity(connection, peers.Identity(me.keys, certificate))
    if down:
        succession.take_over(connection, opening.certificates, opening.revocations)
    for told in opening.revocations:
        issuer = peers.entitled_to_revoke(connection, told)
        if issuer and told.sign_key != me.keys.sign_key and is_genuine(told, issuer.request.sign_key):
            peers.save_revocation(connection, told)
