"""The sites this store knows: itself, the offices above, the sites below, and how they hang together.

The tree comes from certificates only. The `site` record has names and addresses for people; nobody gains a right by
writing to it.
"""

import json
from dataclasses import dataclass
from enum import StrEnum
from sqlite3 import Connection

import msgspec

from carehub.domain.office import LEVELS
from carehub.sync.change import canonical
from carehub.sync.keys import Certificate, Keys, Request, Revocation


class State(StrEnum):
    """What a known site is to this one."""

    SELF = "self"
    ABOVE = "above"
    BELOW = "below"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Identity:
    """This site: its secrets and what vouches for it."""

    keys: Keys
    certificate: Certificate

    @property
    def site(self) -> str:
        return self.certificate.site


def save_identity(connection: Connection, identity: Identity) -> None:
    """Keeps this site's keys and certificate (in the encrypted database, nowhere else)."""
    connection.execute(
        "INSERT OR REPLACE INTO identity VALUES (1, ?, ?, ?, ?)",
        (identity.site, identity.keys.sign_seed, identity.keys.seal_identity, _text(identity.certificate)),
    )
    save_peer(connection, identity.certificate, State.SELF)


def identity(connection: Connection) -> Identity:
    """This store's own identity."""
    row = connection.execute("SELECT sign_seed, seal_identity, certificate FROM identity").fetchone()
    return Identity(Keys(row[0], row[1]), msgspec.json.decode(row[2], type=Certificate))


def own_site(connection: Connection) -> str:
    """The id of the site whose store this is."""
    return str(connection.execute("SELECT site_id FROM identity").fetchone()[0])


def save_peer(connection: Connection, certificate: Certificate, state: State) -> None:
    """Remembers a site by its certificate."""
    told = certificate.request
    connection.execute(
        "INSERT OR REPLACE INTO peer VALUES (?, ?, ?, ?, ?)",
        (told.site, told.level, told.parent, state.value, _text(certificate)),
    )


def _text(certificate: Certificate) -> str:
    return canonical(certificate).decode()


def peer(connection: Connection, site: str) -> tuple[State, Certificate] | None:
    """What is known of a site."""
    row = connection.execute("SELECT state, certificate FROM peer WHERE site_id = ?", (site,)).fetchone()
    return (State(row[0]), msgspec.json.decode(row[1], type=Certificate)) if row else None


def peers(connection: Connection, state: State) -> list[Certificate]:
    """All known sites of one kind, by name."""
    rows = connection.execute("SELECT certificate FROM peer WHERE state = ?", (state.value,))
    found = [msgspec.json.decode(text, type=Certificate) for (text,) in rows.fetchall()]
    return sorted(found, key=lambda c: c.request.name)


def below(connection: Connection) -> list[Certificate]:
    """The sites that hand over to this one, by name; not those below them."""
    me = own_site(connection)
    return [c for c in peers(connection, State.BELOW) if c.request.parent == me]


def may_vouch(connection: Connection, signer: Certificate, request: Request) -> bool:
    """Whether a site below may vouch for another: one directly below itself that nobody else has vouched for, and that
    is not this site or one above. Else a room could put any site below itself, and its rows into its own hands."""
    if request.parent != signer.site or not is_below(request.level, signer.request.level):
        return False
    found = peer(connection, request.site)
    if found is None:
        return True
    return found[0] in (State.BELOW, State.REVOKED) and found[1].request.parent == signer.site


def save_revocation(connection: Connection, revocation: Revocation) -> None:
    """Keeps a revocation that was found genuine; a site that still carries the key is revoked."""
    connection.execute(
        "INSERT OR IGNORE INTO revocation VALUES (?, ?)", (revocation.sign_key, canonical(revocation).decode())
    )
    found = peer(connection, revocation.site)
    if found and found[0] is not State.SELF and found[1].request.sign_key == revocation.sign_key:
        save_peer(connection, found[1], State.REVOKED)


def entitled_to_revoke(connection: Connection, revocation: Revocation) -> Certificate | None:
    """The certificate of a revocation's issuer, if it may revoke that key: the office above the site, and no key that
    another site carries."""
    issuer, found = peer(connection, revocation.issuer), peer(connection, revocation.site)
    if issuer is None or issuer[1].request.level not in ("township", "district"):
        return None
    if found and found[1].request.parent != revocation.issuer:
        return None
    carried = [json.loads(text)["request"] for (text,) in connection.execute("SELECT certificate FROM peer")]
    others = any(c["sign_key"] == revocation.sign_key and c["site"] != revocation.site for c in carried)
    return None if others else issuer[1]


def is_revoked(connection: Connection, sign_key: str) -> bool:
    """Whether somebody entitled to it revoked a key."""
    return connection.execute("SELECT 1 FROM revocation WHERE sign_key = ?", (sign_key,)).fetchone() is not None


def revocations(connection: Connection) -> list[Revocation]:
    """Every revocation known here; they travel with every bundle."""
    rows = connection.execute("SELECT body FROM revocation ORDER BY sign_key").fetchall()
    return [msgspec.json.decode(body, type=Revocation) for (body,) in rows]


def office_above(connection: Connection) -> Certificate | None:
    """The office this site hands over to, if it has one."""
    parent = identity(connection).certificate.request.parent
    found = peer(connection, parent) if parent else None
    return found[1] if found else None


def ancestors(connection: Connection, site: str) -> list[str]:
    """The sites above a site, nearest first."""
    sql = """WITH RECURSIVE up(id, n) AS (
        SELECT parent_id, 1 FROM peer WHERE site_id = ? UNION
        SELECT p.parent_id, n + 1 FROM up JOIN peer p ON p.site_id = up.id WHERE n < 8)
        SELECT id FROM up WHERE id IS NOT NULL ORDER BY n"""
    return [row[0] for row in connection.execute(sql, (site,))]


def subtree(connection: Connection, site: str) -> set[str]:
    """A site and all known sites below it."""
    sql = """WITH RECURSIVE down(id) AS (
        SELECT ? UNION SELECT p.site_id FROM down JOIN peer p ON p.parent_id = down.id)
        SELECT id FROM down"""
    return {row[0] for row in connection.execute(sql, (site,))}


def is_below(level: str, other: str) -> bool:
    """Whether a site of `level` may hang directly under one of `other`: rooms and schools under townships, those
    under the district."""
    under = {"township": "district", "school": "township", "room": "township"}
    return level in LEVELS and under.get(level) == other
