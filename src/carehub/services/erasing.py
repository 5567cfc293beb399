"""Erasing a child, or a single record whose time is over: the law or the parents ask that nothing be kept.

Everything that belongs to the row goes with it; with a child its family, pairings, visits, talks, incidents, consents,
attendances, pledges, photos and scans; and what was paid to it, also where a school paid that has no file of the child
but its identity number. Identities without content stay, so that the erasure travels with the bundles and nothing of it
ever comes back, whatever stale bundle is taken in later.
"""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from carehub.domain.errors import InvalidInput
from carehub.domain.record import Record
from carehub.domain.records import RECORDS
from carehub.domain.rights import Right
from carehub.domain.texts import mark
from carehub.services import records, users
from carehub.services.desk import Desk
from carehub.store import access_log, belongings, linked, payments, queries
from carehub.store.store import Touched
from carehub.sync import erasure

ERASABLE = ("child", "volunteer", "visit", "talk", "incident", "consent", "payment")
"""Records of people that may be erased by themselves. Offices, users and what counts them are no such records."""
NOT_ERASABLE = mark("“{kind}” cannot be erased. Void it instead.")


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased: the row's id and how many rows went, its own among them."""

    child: str
    rows: int
    touched: Touched


def size(desk: Desk, kind: str, row_id: str) -> int:
    """How many records would go with a row, its own among them: said before anybody types the password. Raises
    `NotAllowed` or `NotFound`."""
    desk.require(Right.ERASE)
    record = _erasable(desk, kind)
    with desk.store.reading() as session:
        return len(_rows(session, record, queries.resolve_id(session, record, row_id)))


def erase(desk: Desk, child_id: str, password: str) -> Erased:
    """Erases a child (id, or the end of it), its other files, and all that belongs to them; see `erase_row`."""
    return erase_row(desk, "child", child_id, password)


def erase_row(desk: Desk, kind: str, row_id: str, password: str) -> Erased:
    """Erases a row (id, or the end of it) and all that belongs to it, of a person with several files all of them. Asks
    the person at the desk for the password once more; the access log keeps who did it and the id, no name. Raises
    `NotAllowed` for a wrong password or a row at home elsewhere, `NotFound` for an unknown one; then nothing was
    erased."""
    users.confirm(desk, password)
    record = _erasable(desk, kind)
    with desk.unit(Right.ERASE) as unit:
        session = unit.session
        row = queries.resolve_id(session, record, row_id)
        rows = _rows(session, record, row)
        names: set[str] = set()
        for file in _files(session, kind, row):
            records.require_home(unit, desk, queries.get(session, record, file))
            names.add(file)
            names |= belongings.words_of(session, kind, file) if kind in linked.LINKABLE else set()
        session.expunge_all()
        for table, gone in reversed(rows):
            erasure.erase(unit.raw, table, gone, date.today().isoformat())
        belongings.forget(session, names)
        access_log.add(session, desk.user.id, "erase", kind, row)
    desk.store.empty_log()
    return Erased(row, len(rows), unit.touched)


def _erasable(desk: Desk, kind: str) -> type[Record]:
    if kind not in ERASABLE:
        raise InvalidInput(NOT_ERASABLE, kind=RECORDS[kind].about.label if kind in RECORDS else kind)
    desk.require(RECORDS[kind].about.right)
    return RECORDS[kind]


def _files(session: Session, kind: str, row: str) -> list[str]:
    """A row, or all files of the person it is one of."""
    return list(linked.files_of_one(session, kind, row)) if kind in linked.LINKABLE else [row]


def _rows(session: Session, record: type[Record], row: str) -> list[tuple[str, str]]:
    kind = str(record.__tablename__)
    files = _files(session, kind, row)
    found = [belonging for file in files for belonging in belongings.belonging(session, kind, file)]
    for payment in payments.of_person(session, files) if kind == "child" else ():
        found += belongings.belonging(session, "payment", payment)
    return list(dict.fromkeys(found))
