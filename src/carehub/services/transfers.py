"""A child moves to another village: its whole file goes to the site there, with all its history.

The office that stands above both sites does it: the township between its rooms and schools, the district between
townships. Both sites learn of it with their next return bundles. What the former site wrote meanwhile, without
knowing, is taken in and follows the child; from then on it cannot write there any more (CHT #5701: later edits of the
old device silently failed).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from carehub.domain.errors import InvalidInput, NotAllowed
from carehub.domain.people import Child
from carehub.domain.rights import Right
from carehub.domain.texts import mark
from carehub.services import records, sites
from carehub.services.desk import Desk
from carehub.store import access_log, belongings, linked, queries
from carehub.store.store import Touched, Unit
from carehub.sync import peers

OFFICES_ONLY = mark("Only the office that stands above both sites can move a file. Please ask it to.")
THERE_ALREADY = mark("The file is at home at “{site}” already.")


@dataclass(frozen=True, slots=True)
class Transferred:
    """A file that was moved: the child's id, the former home's id, the new home's name, and the rows that moved."""

    child: str
    former: str
    site: str
    touched: Touched


def transfer(desk: Desk, child_id: str, to: str) -> Transferred:
    """Moves a child (id, or the end of it) with everything that belongs to it, and its other files if it has several,
    to a site below, named by id or name.
    Raises `NotAllowed` at a room or school and for a file that is at home elsewhere, `NotFound`, or `InvalidInput`
    where it is there already; then nothing was moved."""
    if not desk.is_office:
        raise NotAllowed(OFFICES_ONLY)
    with desk.unit(Right.MERGE) as unit:
        session = unit.session
        child = queries.find(session, Child, child_id)
        records.require_home(unit, desk, child)
        target, former = sites.find(peers.peers(unit.raw, peers.State.BELOW), to), child.site_id
        if target.site == former:
            raise InvalidInput(THERE_ALREADY, site=target.request.name)
        homes = peers.subtree(unit.raw, desk.site.id)
        for file in linked.files_of_one(session, "child", child.id):
            rows = belongings.belonging(session, "child", file, moving=True)
            belongings.move(session, rows, target.site, homes)
        access_log.add(session, desk.user.id, "transfer", "child", child.id)
    return Transferred(child.id, former, target.request.name, unit.touched)


def gather(unit: Unit, desk: Desk, touched: Iterable[str]) -> None:
    """After a merge, within its unit of work: what a former home added to a file without knowing that it has moved
    follows the file. `touched` are the ids of the rows the merge brought."""
    if desk.is_office:
        homes = peers.subtree(unit.raw, desk.site.id)
        while found := belongings.stragglers(unit.session, list(touched), homes):
            for table, row_id, home in found:
                belongings.move(unit.session, [(table, row_id)], home, homes)
            touched = [row_id for _, row_id, _ in found]
