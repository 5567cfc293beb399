"""The office card: who the office above is, its keys, and its row of names, signed by itself. A card made for a lost
laptop also says which site its successor is. It holds no secret: with the card alone a laptop gets no data, for its
first bundle waits until the office has compared five words.
"""

from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection

import msgspec

from carehub.domain.errors import Refused
from carehub.domain.office import Site
from carehub.domain.rights import Right
from carehub.domain.texts import mark
from carehub.services import sites
from carehub.services.desk import Desk
from carehub.services.files import read_file, write_new
from carehub.sync import journal, keys, merge, peers
from carehub.sync.change import Change, canonical
from carehub.sync.keys import Certificate

SUFFIX = ".carecard"
NOT_A_CARD = mark("“{file}” is not an office card, or it was altered. Please ask the office for it again.")
_LIMIT = 1 << 20


class Successor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The site that a new laptop takes over, as the office knows it."""

    area: str
    level: str
    name: str
    site: str


class _CardBody(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    certificate: Certificate
    changes: list[Change]
    chain: list[Certificate]
    format: int
    replaces: Successor | None = None


class _CardFile(msgspec.Struct, forbid_unknown_fields=True):
    card: _CardBody
    signature: str


@dataclass(frozen=True, slots=True)
class Card:
    """A verified card. `replaces`: the site whose lost laptop is replaced with it."""

    certificate: Certificate
    chain: tuple[Certificate, ...]
    changes: tuple[Change, ...]
    replaces: Successor | None = None


def write(desk: Desk, folder: Path, replace: str = "") -> Path:
    """Writes this office's card into a folder and returns the file. `replace`: id or name of a site below whose lost
    laptop is to be replaced with it. Raises `NotFound` for any other site."""
    desk.require(Right.MERGE)
    with desk.store.reading() as session:
        connection = desk.store.raw(session)
        me = peers.identity(connection)
        above = [found[1] for site in peers.ancestors(connection, me.site) if (found := peers.peer(connection, site))]
        body = _CardBody(me.certificate, journal.of_row(connection, me.site), above, 1)
        if replace:
            told = sites.find(sites.children_of(connection), replace).request
            row = session.get(Site, told.site)
            name, area = (row.name, row.area_code) if row else (told.name, told.area)
            body.replaces = Successor(area or told.area, told.level, name, told.site)
    signature = keys.sign(me.keys, b"carehub card v1\n" + canonical(body)).hex()
    data = msgspec.json.format(canonical(_CardFile(body, signature)), indent=1)
    stem = f"{desk.site.name}→{body.replaces.name}" if body.replaces else desk.site.name
    return write_new(folder, stem, SUFFIX, data)


def read(file: Path) -> Card:
    """Reads and verifies a card. Raises `Refused` or `NotFound`."""
    try:
        found = msgspec.json.decode(read_file(file, _LIMIT), type=_CardFile)
        signature = bytes.fromhex(found.signature)
    except (msgspec.MsgspecError, ValueError):
        raise Refused(NOT_A_CARD, file=file.name) from None
    body = found.card
    told = b"carehub card v1\n" + canonical(body)
    if body.format != 1 or not keys.is_signed_by(body.certificate.request.sign_key, told, signature):
        raise Refused(NOT_A_CARD, file=file.name)
    keys_by_site = {c.site: c.request.sign_key for c in (body.certificate, *body.chain)}
    for certificate in (body.certificate, *body.chain):
        issuer = keys_by_site.get(certificate.issuer)
        if issuer is None:
            raise Refused(NOT_A_CARD, file=file.name)
        keys.verify(certificate, issuer)
    if any(c.row != body.certificate.site or c.table != "site" for c in body.changes):
        raise Refused(NOT_A_CARD, file=file.name)
    if body.replaces and not peers.is_below(body.replaces.level, body.certificate.request.level):
        raise Refused(NOT_A_CARD, file=file.name)
    return Card(body.certificate, tuple(body.chain), tuple(body.changes), body.replaces)


def accept(connection: Connection, card: Card) -> None:
    """Takes a card's office and the offices above it as this site's own, with the office's name row."""
    for certificate in (card.certificate, *card.chain):
        peers.save_peer(connection, certificate, peers.State.ABOVE)
    merge.apply(connection, list(card.changes), None, merge.Outcome())
