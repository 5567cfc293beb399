"""Checks of a whole store, each yielding what is wrong as a sentence."""

import base64
import itertools
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from sqlalchemy import text
from sqlmodel import Session

from carehub.domain.errors import CareHubError, StoreError
from carehub.domain.facts import Kind, facts_of
from carehub.domain.records import RECORDS
from carehub.domain.texts import mark
from carehub.store import keyring
from carehub.sync import blobs, journal
from carehub.sync.fold import fold
from carehub.sync.schema import tables

PAGE = mark("The database is damaged ({detail}). Please restore the last backup; this store stays as it is.")
WHERE = mark("Damaged are the records: {table}. What else is kept is whole. Please restore the last backup.")
LOG_DAMAGED = mark("Damaged is the list of changes. The records themselves are whole. Please restore the last backup.")
INDEX_DAMAGED = mark("Damaged is the search index. The records are whole. Please restore the last backup.")
OWN_DAMAGED = mark("Damaged are CareHub's own notes ({table}). The records are whole. Please restore the last backup.")
DIFFERS = mark("The row {row} ({table}) is not what its changes say ({fields}). Please call for help before going on.")
NO_CHANGES = mark("The row {row} ({table}) has no changes behind it. Please call for help before going on.")
LOST = mark("The row {row} ({table}) is in the change log but not in its table. Please call for help before going on.")
DANGLING = mark("“{field}” of the row {row} ({table}) points to something that is not on file.")
TRIGGERS = mark("A part that records changes is missing for “{table}”. Please open the store once more, then check.")
NO_BYTES = mark(
    "The picture of the row {row} (attachment) is not here. It is asked for with the next bundle; if it does not come, "
    "please restore the last backup."
)
OTHER_BYTES = mark("The picture {name} is not what it was. Please restore the last backup; this store stays as it is.")
UNNAMED = mark("The picture {name} belongs to no row. Please call for help before going on.")
INDEX = mark("The search index lacks {count} rows. Searching may miss them; nothing is lost.")

SLOT = mark("A way into the store is damaged ({owner}). Please set that person's password once more.")
CODE = mark("The way in by the recovery code is missing or damaged. Please make a new recovery code.")
NO_USER = mark("A password that opens this store belongs to nobody on file ({owner}). Please ask who it was.")
LEFT_IN = mark("“{name}” may no longer sign in, but the former password still opens the file. Please ask for help.")
NO_PASSWORD = mark(
    "“{name}” is on the list but has no password on this computer. Please set one, or take the name off."
)
_SALT, _WRAPPED = 16, 72
"""Bytes of a slot's salt, and of the wrapped key: a nonce of 24, the key's 32, an authentication tag of 16."""


def pages(session: Session) -> Iterator[CareHubError]:
    """SQLCipher's own page authentication, then SQLite's structure."""
    for pragma in ("cipher_integrity_check", "integrity_check(20)"):
        for (found,) in session.execute(text(f"PRAGMA {pragma}")):
            if found != "ok":
                yield CareHubError(PAGE, detail=found)


def where(table: str) -> CareHubError:
    """What is concerned by damage in a table, in words."""
    if table in RECORDS:
        return CareHubError(WHERE, table=RECORDS[table].about.plural)
    if table == "change":
        return CareHubError(LOG_DAMAGED)
    return CareHubError(INDEX_DAMAGED) if table.startswith("search_") else CareHubError(OWN_DAMAGED, table=table)


def ways_in(folder: Path) -> Iterator[CareHubError]:
    """Whether the keyring can be read, and every way in it is what it should be."""
    try:
        ring = keyring.load(folder)
    except StoreError as error:
        yield error
        return
    for slot in ring.slots:
        if not _is_sane(slot):
            yield CareHubError(CODE) if slot.owner == "recovery" else CareHubError(SLOT, owner=slot.owner)
    if all(slot.owner != "recovery" for slot in ring.slots):
        yield CareHubError(CODE)


def _is_sane(slot: keyring.Slot) -> bool:
    try:
        lengths = [len(base64.b64decode(text, validate=True)) for text in (slot.salt, slot.wrapped)]
    except ValueError:
        return False
    affordable = keyring._FLOOR <= slot.memory <= keyring._CEILING and 1 <= slot.operations <= 64
    return lengths == [_SALT, _WRAPPED] and affordable


def people_and_passwords(session: Session, site: str, owners: Collection[str]) -> Iterator[CareHubError]:
    """Where the users of a site and the passwords kept here (`owners`: ids) do not go together. It need not be wrong:
    passwords do not travel, users do."""
    users = {i: (n, a) for i, n, a in session.execute(text('SELECT id, name, active FROM "user" WHERE site_id = :s'),
                                                      {"s": site})}  # fmt: skip
    for owner in owners:
        if owner not in users and owner != "recovery":
            yield CareHubError(NO_USER, owner=owner)
        elif owner in users and not users[owner][1]:
            yield CareHubError(LEFT_IN, name=users[owner][0])
    for user, (name, active) in users.items():
        if active and user not in owners:
            yield CareHubError(NO_PASSWORD, name=name)


def fold_is_state(session: Session) -> Iterator[CareHubError]:
    """Every row against the folding of its changes, and every change's row against the tables."""
    session.flush()
    connection = session.connection().connection.driver_connection
    assert connection is not None
    for table in tables().values():
        columns = ", ".join(table.columns)
        state = {row[0]: row[1:] for row in connection.execute(f'SELECT id, {columns} FROM "{table.name}"')}
        log = connection.execute(f"SELECT {journal.FIELDS} FROM change WHERE tbl = ? ORDER BY row_id", (table.name,))
        for row_id, group in itertools.groupby(log, key=lambda row: row[3]):
            told = fold(journal.change_from(row) for row in group)
            cells, found = told.cells, state.pop(row_id, None)
            if found is None and told.erased:
                continue
            if found is None:
                yield CareHubError(LOST, row=row_id, table=table.name)
                continue
            wrong = [c for c, value in zip(table.columns, found, strict=True) if value != cells.get(c)]
            if wrong:
                yield CareHubError(DIFFERS, row=row_id, table=table.name, fields=", ".join(wrong))
        for row_id in state:
            yield CareHubError(NO_CHANGES, row=row_id, table=table.name)


def references(session: Session) -> Iterator[CareHubError]:
    """References that lead nowhere. Homes, offices above, and the other file of the same person may lie outside this
    store's sight; so may the volunteers whom a file that was moved here left behind."""
    for name, record in RECORDS.items():
        for field, fact in facts_of(record).items():
            if fact.kind is not Kind.REFERENCE or fact.ref == "site" or field == "same_as" or fact.afar:
                continue
            sql = f"""SELECT id FROM "{name}" AS t WHERE {field} IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM "{fact.ref}" AS r WHERE r.id = t.{field})"""
            if not fact.owner:
                sql += " AND NOT EXISTS (SELECT 1 FROM moved WHERE moved.row_id = t.id)"
            for (row,) in session.execute(text(sql)):
                yield CareHubError(DANGLING, field=fact.label, row=row, table=name)


def triggers(session: Session) -> Iterator[CareHubError]:
    """Whether every table still records its changes, and capturing is on."""
    sql = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    present = set(session.execute(text(sql)).scalars())
    capture = session.execute(text("SELECT capture FROM writer")).scalar()
    for table in tables():
        if not capture or not {f"capture_{table}_{event}" for event in ("insert", "update", "delete", "id")} <= present:
            yield CareHubError(TRIGGERS, table=table)


def search_index(session: Session) -> Iterator[CareHubError]:
    """Rows that searching would miss."""
    missing = 0
    for name, record in RECORDS.items():
        if name != "family_member" and any(f.searched for f in facts_of(record).values()):
            sql = f"""SELECT count(*) FROM "{name}" WHERE id NOT IN (SELECT row_id FROM search_doc)
                AND id NOT IN (SELECT row_id FROM search_todo)"""
            missing += session.execute(text(sql)).scalar_one()
    if missing:
        yield CareHubError(INDEX, count=missing)


def attachments(session: Session) -> Iterator[CareHubError]:
    """The bytes of photos and scans: those of rows written here are there, all are what their hashes say, and none is
    kept that no row names. What others wrote may still be on its way: it is asked for with every bundle."""
    session.flush()
    connection = session.connection().connection.driver_connection
    assert connection is not None
    for row in blobs.lost(connection):
        yield CareHubError(NO_BYTES, row=row)
    for name in blobs.altered(connection):
        yield CareHubError(OTHER_BYTES, name=name[:16])
    for name in blobs.unnamed(connection):
        yield CareHubError(UNNAMED, name=name[:16])


CHECKS: dict[str, Callable[[Session], Iterator[CareHubError]]] = {
    "pages": pages,
    "triggers": triggers,
    "fold": fold_is_state,
    "references": references,
    "search": search_index,
    "attachments": attachments,
}
