"""An office that has sites below it lost its laptop, or was put back to before they joined: it takes them over again,
and they take to it.

A successor has the office's id and new keys, certified by the office above when the five words were compared. What its
predecessor had certified and revoked comes to it with the return bundle, and it signs that anew with its own keys. The
sites below know the office above it since they had its card: a certificate from there tells them that this is their
office now.
"""

from collections.abc import Iterable
from sqlite3 import Connection

from carehub.domain.errors import Refused
from carehub.sync import journal, links, peers
from carehub.sync.keys import Certificate, Revocation, certify, revoke, verify


def certified_by(connection: Connection, office: str) -> tuple[Certificate, ...]:
    """The sites directly below an office, as it certified them: its return bundle tells it."""
    known = [c for state in (peers.State.BELOW, peers.State.REVOKED) for c in peers.peers(connection, state)]
    return tuple(c for c in known if c.issuer == c.request.parent == office)


def take_over(connection: Connection, certificates: Iterable[Certificate], revocations: Iterable[Revocation]) -> None:
    """From the office above: takes over the sites that this office, or its predecessor, certified and does not know,
    and what it revoked. What was signed with other keys than its own is signed anew."""
    me, now = peers.identity(connection), journal.now(connection)
    for told in certificates:
        mine = told.issuer == told.request.parent == me.site
        fits = peers.is_below(told.request.level, me.certificate.request.level)
        if mine and fits and peers.peer(connection, told.site) is None:
            kept = told if _is_signed(told, me.keys.sign_key) else certify(told.request, me.site, me.keys, now)
            peers.save_peer(connection, kept, peers.State.BELOW)
    for past in revocations:
        if past.issuer == me.site and not peers.is_revoked(connection, past.sign_key):
            peers.save_revocation(connection, revoke(past.site, past.sign_key, me.site, me.keys, now))


def _is_signed(certificate: Certificate, key: str) -> bool:
    try:
        verify(certificate, key)
    except Refused:
        return False
    return True


def succeed(connection: Connection, told: Certificate, former: Certificate) -> Certificate | None:
    """At a site below: the new certificate of its office, if the office above that vouches for it; else None. What the
    lost laptop had told of itself counts no more. Raises `Refused` for a forged one."""
    issuer = peers.peer(connection, told.issuer)
    same = (told.request.level, told.request.parent) == (former.request.level, former.request.parent)
    if issuer is None or issuer[0] is not peers.State.ABOVE or not same or told.issuer != told.request.parent:
        return None
    verify(told, issuer[1].request.sign_key)
    peers.save_peer(connection, told, peers.State.ABOVE)
    links.end(connection, told.site)
    return told
