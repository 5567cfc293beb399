"""How far two sites have got in each other's logs.

A *log* is what one replica holds in its order of arrival; a position in it never changes its meaning, because a
restored or copied store goes on as a new replica. For every replica of another site a link says how far this store has
got in its log (`got`, and the bundle that brought it there), and how far it has got in this store's (`told`). A word
about this store's log counts only if it names a bundle that this very copy made: else it speaks of another copy.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import astuple, dataclass
from sqlite3 import Connection
from typing import TypeAlias

from carehub.sync import journal

Taken: TypeAlias = dict[str, tuple[int, str]]
"""replica → (position got in its log, SHA-256 of the header of the bundle that brought it there)."""


@dataclass(slots=True)
class Link:
    """What is known of one replica of another site. `number` is that of its newest bundle taken in; `ended`: it will
    never write or read again; `wanted`: hashes, as JSON, of the attachments whose bytes it asked for."""

    replica: str
    site_id: str
    number: int = 0
    got: int = 0
    mark: str = ""
    told: int = 0
    ended: int = 0
    wanted: str = "[]"


_FIELDS = "replica, site_id, number, got, mark, told, ended, wanted"


def find(connection: Connection, replica: str) -> Link | None:
    """The link to a replica, if it is known."""
    row = connection.execute(f"SELECT {_FIELDS} FROM link WHERE replica = ?", (replica,)).fetchone()
    return Link(*row) if row else None


def astuple_of(connection: Connection, replica: str) -> tuple[object, ...] | None:
    """A link as plain values, to be put back by `Link(*values)`."""
    found = find(connection, replica)
    return astuple(found) if found else None


def of_site(connection: Connection, site: str, *, live: bool = False) -> list[Link]:
    """The links to a site's replicas; with `live`, those that are still in use."""
    rows = connection.execute(f"SELECT {_FIELDS} FROM link WHERE site_id = ? ORDER BY replica", (site,))
    return [link for row in rows if not (link := Link(*row)).ended or not live]


def save(connection: Connection, link: Link) -> None:
    """Keeps a link."""
    connection.execute(f"INSERT OR REPLACE INTO link ({_FIELDS}) VALUES (?,?,?,?,?,?,?,?)", astuple(link))


def forget(connection: Connection, replica: str) -> None:
    """Drops a link, as if the replica had never been met."""
    connection.execute("DELETE FROM link WHERE replica = ?", (replica,))


def end(connection: Connection, site: str, replicas: Collection[str] | None = None) -> None:
    """Marks replicas of a site (all, if none are named) as no longer in use."""
    for link in of_site(connection, site):
        if replicas is None or link.replica in replicas:
            link.ended = 1
            save(connection, link)


def taken_of(connection: Connection, site: str) -> Taken:
    """How far this store has got in the logs of a site: what its receipt says."""
    return {link.replica: (link.got, link.mark) for link in of_site(connection, site)}


def reached(connection: Connection, site: str) -> tuple[int, str | None]:
    """From which position on a site needs this store's log: the least that one of its live replicas has got. Second,
    its replica if it has only one: what came from there it need not be sent."""
    live = of_site(connection, site, live=True)
    forked = connection.execute("SELECT 1 FROM fork WHERE site_id = ?", (site,)).fetchone()
    only = live[0].replica if len(live) == 1 and not forked else None
    return (0 if forked or not live else min(link.told for link in live)), only


def wanted_by(connection: Connection, site: str) -> list[str]:
    """The hashes of the attachments that a site's live replicas have asked for; those first that were asked for last.
    Else the old wishes of a laptop that is never heard of again would take up the room in every bundle."""
    found = of_site(connection, site, live=True)
    heard = dict(connection.execute("SELECT replica, max(n) FROM intake WHERE site_id = ? GROUP BY replica", (site,)))
    found.sort(key=lambda link: heard.get(link.replica, 0), reverse=True)
    return list(dict.fromkeys(name for link in found for name in json.loads(link.wanted)))


def believe(connection: Connection, link: Link, taken: Mapping[str, tuple[int, str]]) -> None:
    """Takes a replica's word for how far it has got in this store's log."""
    replica = journal.own_replica(connection)
    position, mark = taken.get(replica, (0, ""))
    made_here = connection.execute(
        "SELECT 1 FROM sent WHERE replica = ? AND receiver = ? AND header_sha256 = ? AND upto = ?",
        (replica, link.site_id, mark, position),
    ).fetchone()
    link.told = position if made_here else 0
