"""Erasing a child: the law or the parents ask that nothing be kept.

Everything that belongs to the child goes with it: family, pairings, visits. Identities without content stay, so that
the erasure travels with the bundles and nothing of it ever comes back, whatever stale bundle is taken in later.
"""

from dataclasses import dataclass
from datetime import date

from carehub.domain.people import Child
from carehub.domain.rights import Right
from carehub.services import records, users
from carehub.services.desk import Desk
from carehub.store import access_log, belongings, linked, queries
from carehub.store.store import Touched
from carehub.sync import erasure


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased: the child's id and how many rows went, its own among them."""

    child: str
    rows: int
    touched: Touched


def erase(desk: Desk, child_id: str, password: str) -> Erased:
    """Erases a child (id, or the end of it), its other files, and all that belongs to them. Asks the person at the desk
    for the password once more; the access log keeps who did it and the id, no name. Raises `NotAllowed` for a wrong
    password or a file at home elsewhere, `NotFound` for an unknown one; then nothing was erased."""
    users.confirm(desk, password)
    with desk.unit(Right.ERASE) as unit:
        session = unit.session
        row_id = queries.resolve_id(session, Child, child_id)
        rows: list[tuple[str, str]] = []
        names: set[str] = set()
        for file in linked.files_of_one(session, "child", row_id):
            records.require_home(unit, desk, queries.get(session, Child, file))
            rows += belongings.belonging(session, "child", file)
            names |= belongings.words_of(session, "child", file)
        session.expunge_all()
        for table, row in reversed(rows):
            erasure.erase(unit.raw, table, row, date.today().isoformat())
        belongings.forget(session, names)
        access_log.add(session, desk.user.id, "erase", "child", row_id)
    return Erased(row_id, len(rows), unit.touched)
