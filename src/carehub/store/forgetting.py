"""What was erased leaves the kept backups too: each is written anew without it, checked, and put in its place."""

import shutil
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from sqlite3 import Connection
from typing import cast

from sqlalchemy import text
from sqlmodel import Session

from carehub.domain.errors import StoreError
from carehub.domain.progress import Progress
from carehub.domain.records import RECORDS
from carehub.domain.texts import mark
from carehub.store import backups, belongings, places, schema, search
from carehub.store.backups import Kept
from carehub.store.engine import engine, kept_copy, new_copy
from carehub.store.store import Store, disk_errors, sound
from carehub.sync import erasure, journal, merge
from carehub.sync.change import ERASED, Change

FORGETTING = mark("Taking erased records out of a backup")


@dataclass(frozen=True, slots=True)
class Erasures:
    """What a store knows to be erased: row → table, and the changes that say so."""

    rows: Mapping[str, str]
    changes: tuple[Change, ...] = ()


def of_store(store: Store) -> Erasures:
    """What an open store knows to be erased."""
    with store.reading() as session:
        connection = store.raw(session)
        rows = dict(connection.execute("SELECT row_id, tbl FROM erased").fetchall())
        sql = f"SELECT {journal.FIELDS} FROM change WHERE cells ->> '{ERASED}' IS NOT NULL ORDER BY pos"
        return Erasures(rows, tuple(map(journal.change_from, connection.execute(sql))) if rows else ())


def clean(kept: Kept, key: bytes, erasures: Erasures) -> Generator[Progress, None, Kept]:
    """A backup as it may be kept: itself if it knows of all erasures, else one written anew in its place. Raises
    `StoreError`; then, and when it is closed half way, the former one is untouched."""
    if not (set(erasures.rows) - _known(kept, key)):
        return kept
    place = kept.folder.parent
    part = place / f".{kept.about.store[-8:]}-{token_hex(4)}.part"
    backups.require_room(place, kept.about.bytes)
    try:
        shutil.copytree(kept.folder, part)
        yield from forget(part / backups.DATABASE, key, erasures)
        fresh = backups.put(part, place, kept.about, len(erasures.rows))
    except OSError:
        raise StoreError(places.NO_PLACE, folder=str(place)) from None
    finally:
        shutil.rmtree(part, ignore_errors=True)
    backups.remove(kept)
    return fresh


def _known(kept: Kept, key: bytes) -> set[str]:
    connection = kept_copy(kept.file, key)
    try:
        return {row for (row,) in connection.execute("SELECT row_id FROM erased")}
    finally:
        connection.close()


def forget(file: Path, key: bytes, erasures: Erasures) -> Iterator[Progress]:
    """Takes erased rows out of a database nobody works on, brought to the schema of this program before, and rewrites
    it so that nothing of them is left between the living rows. Raises `StoreError`."""
    yield Progress(0, 0, FORGETTING)
    made = engine(file, key)
    try:
        with disk_errors(), Session(made.execution_options(write=True)) as session:
            schema.upgrade(session.connection())
            _forget(session, erasures)
            session.commit()
    finally:
        made.dispose()
    yield Progress(0, 0, FORGETTING)
    connection = new_copy(file, key)
    try:
        with disk_errors():
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("VACUUM")  # SQLCipher overwrites what is deleted; this leaves no page that was moved
    finally:
        connection.close()
    for _ in sound(file, key):
        yield Progress(0, 0, FORGETTING)


def _forget(session: Session, erasures: Erasures) -> None:
    connection = cast(Connection, session.connection().connection.driver_connection)
    held = {row for (row,) in connection.execute("SELECT DISTINCT row_id FROM change")}
    rows = [(table, row) for row, table in erasures.rows.items() if table in RECORDS]
    signs = set(erasures.rows)
    for table, row in rows:
        signs |= belongings.words_of(session, table, row)
    known = [change for change in erasures.changes if change.row in held]
    merge.apply(connection, merge.unknown_of(connection, known), None, merge.Outcome())
    for row, table in erasures.rows.items():
        erasure.scrub(connection, table, row)
    rows += _strays(session, connection, signs)
    search.index(connection, rows)
    session.execute(text("DELETE FROM search_todo WHERE row_id IN (SELECT row_id FROM erased)"))
    belongings.forget(session, signs)
    # Of a form that was not saved yet nobody knows whom it was about.
    session.execute(text("DELETE FROM setting WHERE name GLOB 'draft/*'"))


def _strays(session: Session, connection: Connection, signs: set[str]) -> list[tuple[str, str]]:
    """Removes rows that belong to an erased one but that the store does not know: written after a backup from which it
    went on. Whoever else holds them gives them back, and they are erased then by a change of their own."""
    gone: list[tuple[str, str]] = []
    while True:
        fresh = [
            (owned, row)
            for owned, column, _ in belongings.OWNED
            for (row,) in connection.execute(
                f'SELECT t.id FROM erased CROSS JOIN "{owned}" t ON t.{column} = erased.row_id'
            )
        ]
        if not fresh:
            break
        for table, row in fresh:
            signs |= {row, *belongings.words_of(session, table, row)}
            erasure.scrub(connection, table, row)
            connection.execute("DELETE FROM change WHERE row_id = ?", (row,))
        gone += fresh
    connection.executemany("DELETE FROM erased WHERE row_id = ?", [(row,) for _, row in gone])
    return gone
