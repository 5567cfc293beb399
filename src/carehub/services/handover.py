"""Handing over: sealing a bundle onto the stick, looking at one, and the key for emergencies."""

import json
from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from carehub.domain.errors import CareHubError, NotFound, StoreError
from carehub.domain.progress import Progress
from carehub.domain.rights import Right
from carehub.domain.texts import mark
from carehub.services import access, users
from carehub.services.desk import Desk
from carehub.services.files import discard, open_file, write_new, write_new_blocks
from carehub.store import access_log, copies, exchange
from carehub.store.schema import REVISION
from carehub.sync import bundle, outgoing, peers
from carehub.sync.change import canonical

COLLECTING = mark("Collecting and sealing changes")
WRITING = mark("Writing to the stick")
WHICH_SITE = mark("Please say which site the return bundle is for. These hand over here: {sites}.")
NOT_WRITTEN_RIGHT = mark("The bundle did not read back as it was written. Please use another stick. Nothing was lost.")


@dataclass(frozen=True, slots=True)
class Exported:
    """A bundle on the stick, written, read back and verified."""

    file: Path
    bundle: str
    receiver: str
    number: int
    changes: int
    bytes: int


def export(desk: Desk, folder: Path, site: str = "") -> Generator[Progress, None, Exported]:
    """Seals what the receiver does not hold yet into a new file in `folder`. Without `site` it goes to the office
    above; `site` (name or id) makes the return bundle for a site below. Closing the generator leaves nothing."""
    yield Progress(0, 2, COLLECTING)
    file: Path | None = None
    try:
        with desk.unit(Right.HAND_OVER) as unit:
            access.summarise(unit, desk)
            made = _compose(unit.raw, site, desk.store.folder)
            yield Progress(1, 2, WRITING)
            file = write_new_blocks(folder, _stem(desk, made), bundle.SUFFIX, made.packed.blocks)
            _read_back(file)
            outgoing.remember(unit.raw, made, file.name, desk.user.id)
            copies.handed_over(unit.raw)
    except BaseException:
        if file:  # a bundle that nobody remembers would be taken for one of a copied laptop
            discard(file)
        raise
    header = made.header
    return Exported(file, header.bundle, made.receiver.request.name, header.number, made.changes, made.packed.size)


def _compose(connection: Any, site: str, folder: Path) -> outgoing.Outgoing:
    target = _site_below(connection, site)
    if target:
        return outgoing.compose_down(connection, REVISION, target, folder)
    return outgoing.compose_up(connection, REVISION, folder)


def _read_back(file: Path) -> None:
    try:
        front(file)
    except CareHubError:
        raise StoreError(NOT_WRITTEN_RIGHT) from None


def front(file: Path) -> bundle.Header:
    """The header of a bundle whose form, signature and payload hash are right. Raises `Refused` or `NotFound`."""
    with open_file(file, bundle.LIMIT_FILE) as handle:
        return bundle.verify(handle)


def _stem(desk: Desk, made: outgoing.Outgoing) -> str:
    day = datetime.fromtimestamp(made.header.made_at / 1000).strftime("%Y%m%d")
    return f"{desk.site.name}→{made.receiver.request.name}-{made.header.number:03d}-{day}"


def _site_below(connection: Any, site: str) -> str | None:
    below = peers.below(connection)
    if not site:
        if below and peers.office_above(connection) is None:
            if len(below) == 1:
                return below[0].site
            raise NotFound(WHICH_SITE, sites="、".join(c.request.name for c in below))
        return None
    office = peers.office_above(connection)
    if office and site in (office.site, office.request.name):
        return None
    found = [c.site for c in below if site in (c.site, c.request.name)]
    if len(found) != 1:
        raise NotFound(outgoing.NOT_BELOW, site=site)
    return found[0]


def inspect(file: Path) -> dict[str, Any]:
    """What a bundle says on its outside, after its form, signature and payload hash were verified; needs no key.
    Raises `Refused` or `NotFound`."""
    header = front(file)
    return {
        "file": file.name,
        "verified": True,
        "from": header.signer.request.name,
        "kind": header.kind,
        "number": header.number,
        "made_at": header.made_at,
        "changes": header.payload.changes,
        "attachments": header.payload.blobs,
        "bytes": header.payload.size,
        "recipients": [{"site": r.site, "key": r.key} for r in header.recipients],
        "header": json.loads(canonical(header)),
    }


def write_identity(desk: Desk, password: str, out: Path) -> Path:
    """Writes this site's age identity into a new file, for opening bundles without this program in an emergency.
    Asks for the password again and leaves an entry in the access log."""
    desk.require(Right.USERS)
    desk.require_real()
    users.confirm(desk, password)
    with desk.unit(None) as unit:
        me = peers.identity(unit.raw)
        lines = f"# CareHub {me.site}\n# public key: {me.keys.seal_key}\n{me.keys.seal_identity}\n"
        file = write_new(out.parent, out.stem, out.suffix, lines.encode(), private=True)
        access_log.add(unit.session, desk.user.id, "identity")
    return file


def sites_below(desk: Desk) -> list[tuple[str, str]]:
    """(id, name) of the sites that hand over here."""
    with desk.store.reading() as session:
        below = peers.below(desk.store.raw(session))
    return [(c.site, c.request.name) for c in below]


def office_above(desk: Desk) -> str | None:
    """The name of the office this site hands over to."""
    with desk.store.reading() as session:
        office = peers.office_above(desk.store.raw(session))
    return office.request.name if office else None


def sent(desk: Desk) -> list[dict[str, Any]]:
    """The bundles made here, the latest first: receiver's name, number, counts, whether receipted."""
    with desk.store.reading() as session:
        names = _names(desk.store.raw(session))
        return [{**row, "receiver_name": names.get(row["receiver"])} for row in exchange.sent(session)]


def taken(desk: Desk) -> list[dict[str, Any]]:
    """The bundles taken in here, the latest first: sender's name, number, counts."""
    with desk.store.reading() as session:
        names = _names(desk.store.raw(session))
        return [{**row, "sender_name": names.get(row["site_id"])} for row in exchange.taken(session)]


def _names(connection: Any) -> dict[str, str]:
    return {c.site: c.request.name for state in peers.State for c in peers.peers(connection, state)}


def unreceipted(desk: Desk) -> int:
    """How many changes the office above has not receipted."""
    with desk.store.reading() as session:
        return outgoing.unreceipted(desk.store.raw(session))
