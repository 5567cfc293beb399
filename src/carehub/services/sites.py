"""The sites below an office: finding one by its name, and withdrawing the keys of a laptop that was lost."""

from collections.abc import Iterable
from sqlite3 import Connection

from carehub.domain.errors import InvalidInput, NotFound
from carehub.domain.rights import Right
from carehub.domain.texts import mark
from carehub.services.desk import Desk
from carehub.store import access_log
from carehub.sync import incoming, peers
from carehub.sync.keys import Certificate
from carehub.sync.outgoing import NOT_BELOW

WITHDRAWN = mark("The keys of “{site}” were revoked already.")
_HANDS_OVER = (peers.State.BELOW, peers.State.REVOKED)


def find(candidates: Iterable[Certificate], typed: str) -> Certificate:
    """The one of these sites that a person named by its id or its name. Raises `NotFound` if there is none, or more
    than one of that name."""
    found = [c for c in candidates if typed.strip() in (c.site, c.request.name)]
    if len(found) != 1:
        raise NotFound(NOT_BELOW, site=typed)
    return found[0]


def children_of(connection: Connection) -> list[Certificate]:
    """The sites that hand over to this one, those with revoked keys among them, by name."""
    me = peers.own_site(connection)
    known = [c for state in _HANDS_OVER for c in peers.peers(connection, state)]
    return sorted((c for c in known if c.request.parent == me), key=lambda c: c.request.name)


def below(desk: Desk) -> list[tuple[str, str, bool]]:
    """(id, name, whether its keys were revoked) of every site that hands over to this one."""
    with desk.store.reading() as session:
        connection = desk.store.raw(session)
        return [
            (c.site, c.request.name, peers.is_revoked(connection, c.request.sign_key)) for c in children_of(connection)
        ]


def withdraw(desk: Desk, site: str) -> str:
    """Revokes the keys of a site below, named by id or name: its laptop was lost or stolen. Nothing signed with them is
    taken in any more, here and wherever the revocation travels; what it handed in before stays. Returns the site's
    name. Raises `NotFound` for a site that does not hand over here, `InvalidInput` if it was done before.

    The site goes on with a new laptop, begun with a card that names it (`cards.write` with `replace`)."""
    with desk.unit(Right.MERGE) as unit:
        found = find(children_of(unit.raw), site)
        if peers.is_revoked(unit.raw, found.request.sign_key):
            raise InvalidInput(WITHDRAWN, site=found.request.name)
        incoming.withdraw(unit.raw, found.site)
        access_log.add(unit.session, desk.user.id, "revoke", "site", found.site)
    return found.request.name
