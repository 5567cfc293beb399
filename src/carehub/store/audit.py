"""Checks of a whole store, each yielding what is wrong as a sentence."""

import itertools
from collections.abc import Callable, Iterator

from sqlalchemy import text
from sqlmodel import Session

from carehub.domain.errors import CareHubError
from carehub.domain.facts import Kind, facts_of
from carehub.domain.records import RECORDS
from carehub.domain.texts import mark
from carehub.sync import journal
from carehub.sync.fold import fold
from carehub.sync.schema import tables

PAGE = mark("The database is damaged ({detail}). Please restore the last backup; this store stays as it is.")
DIFFERS = mark("The row {row} ({table}) is not what its changes say ({fields}). Please call for help before going on.")
NO_CHANGES = mark("The row {row} ({table}) has no changes behind it. Please call for help before going on.")
LOST = mark("The row {row} ({table}) is in the change log but not in its table. Please call for help before going on.")
DANGLING = mark("“{field}” of the row {row} ({table}) points to something that is not on file.")
TRIGGERS = mark("A part that records changes is missing for “{table}”. Please open the store once more, then check.")
INDEX = mark("The search index lacks {count} rows. Searching may miss them; nothing is lost.")


def pages(session: Session) -> Iterator[CareHubError]:
    """SQLCipher's own page authentication, then SQLite's structure."""
    for pragma in ("cipher_integrity_check", "integrity_check(20)"):
        for (found,) in session.execute(text(f"PRAGMA {pragma}")):
            if found != "ok":
                yield CareHubError(PAGE, detail=found)


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
            if fact.kind is not Kind.REFERENCE or fact.ref == "site" or field == "same_as":
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


CHECKS: dict[str, Callable[[Session], Iterator[CareHubError]]] = {
    "pages": pages,
    "triggers": triggers,
    "fold": fold_is_state,
    "references": references,
    "search": search_index,
}
