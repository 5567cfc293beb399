"""A store: one folder with one encrypted database, and the units of work done on it."""

import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DatabaseError as SqlError
from sqlmodel import Session

from carehub.domain.errors import StoreError
from carehub.domain.texts import mark
from carehub.store import backups, belongings, keyring, patience, places, schema, search
from carehub.store.engine import (
    DAMAGED,
    DISK_FAILED,
    DatabaseError,
    connect,
    engine,
    kept_copy,
    new_copy,
    told_in_words,
)
from carehub.store.lock import LOCK, READ_ONLY, StoreLock
from carehub.sync import capture, merge

DATABASE = "store.db"

EXISTS = mark("There is already something in “{folder}”. A new store needs a folder of its own.")
NO_DATABASE = mark("The folder “{folder}” has a keyring but no database. Please restore the last backup into it.")


@dataclass(frozen=True, slots=True)
class Touched:
    """What a unit of work did: rows as (table, id) in the order of their changes, and the positions of these changes
    in the log."""

    rows: tuple[tuple[str, str], ...]
    changes: range = range(0)

    @property
    def tables(self) -> frozenset[str]:
        return frozenset(table for table, _ in self.rows)


class Unit:
    """One unit of work: a session on one write transaction. `touched` is there after the commit. `merged`: its rows
    came by a merge, so their questions are right already, and they may be indexed for search later."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.touched = Touched(())
        self._also: list[tuple[str, str]] = []
        self.merged = False

    def also(self, rows: Iterable[tuple[str, str]]) -> None:
        """Counts rows as touched, as (table, id), whose changes this unit took out of the log."""
        self._also += rows

    @property
    def connection(self) -> Connection:
        return self.session.connection()

    @property
    def raw(self) -> sqlite3.Connection:
        """The driver's connection, which sync works on, inside this unit's transaction."""
        return _raw(self.session)


class Store:
    """An open store. Closing it releases the lock; a killed process leaves nothing half done."""

    def __init__(self, folder: Path, key: bytes, lock: StoreLock) -> None:
        self.folder = folder
        self.engine: Engine = engine(folder / DATABASE, key)
        self._writing = self.engine.execution_options(write=True)
        self._lock, self._key = lock, key
        self.copying = threading.Lock()
        """Held while a backup is made: one at a time."""

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for reading; whatever it did is rolled back."""
        with disk_errors(), Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def reading_bare(self) -> Iterator[sqlite3.Connection]:
        """The driver's own connection, for a single statement that only reads."""
        with disk_errors():
            connection = self.engine.raw_connection()
            try:
                yield cast(sqlite3.Connection, connection.driver_connection)
            finally:
                connection.close()

    @contextmanager
    def unit(self, author: str | None) -> Iterator[Unit]:
        """A unit of work by `author` (a user's id): all or nothing, indexed for search, committed once."""
        with disk_errors(), Session(self._writing, expire_on_commit=False) as session:
            unit = Unit(session)
            raw = unit.raw
            raw.execute("UPDATE writer SET author = ?", (author,))
            before = _last_position(raw)
            yield unit
            _finish(unit, before)
            raw.execute("UPDATE writer SET author = NULL")
            session.commit()

    def catch_up_search(self, step: int = 2000) -> Iterator[int]:
        """Indexes what merges left for later, in transactions of `step` rows. Yields how many rows still wait before
        each; stopping it loses nothing."""
        while True:
            with self.reading() as session:
                left = search.waiting(_raw(session))
            if not left:
                return
            yield left
            with disk_errors(), Session(self._writing) as session:
                search.catch_up(_raw(session), step)
                session.commit()

    def back_up(self, folder: Path) -> None:
        """Copies this store into a new folder at once; see `backing_up`."""
        for _ in self.backing_up(folder):
            pass

    def backing_up(self, folder: Path) -> Iterator[tuple[int, int]]:
        """Copies this store into a new folder by the database's own backup, in use or not, with its keyring, and checks
        that the copy opens and every page of it is sound. Yields (pages done, pages in all), (0, 0) while it checks.
        Raises `StoreError`; then, and when it is closed half way, nothing is left there."""
        if folder.exists() and any(folder.iterdir()):
            raise StoreError(EXISTS, folder=str(folder))
        with disk_errors():
            try:
                folder.mkdir(parents=True, exist_ok=True)
                keyring.save(keyring.load(self.folder), folder)
                yield from self._copy_into(folder / DATABASE)
            except OSError:
                discard(folder)
                raise StoreError(DISK_FAILED) from None
            except BaseException:
                discard(folder)
                raise

    def _copy_into(self, file: Path) -> Iterator[tuple[int, int]]:
        target = cast(sqlite3.Connection, new_copy(file, self._key))
        try:
            with self.reading() as session:
                session.execute(text("SELECT count(*) FROM writer"))  # from here on it sees one moment
                yield from patience.copied(_raw(session), target)
        finally:
            target.close()
        yield from sound(file, self._key)

    @contextmanager
    def keeping(self) -> Iterator[Session]:
        """A session for what the store keeps for itself (`setting`): no record, no change, whatever its revision."""
        with disk_errors(), Session(self._writing, expire_on_commit=False) as session:
            yield session
            session.commit()

    @property
    def key(self) -> bytes:
        """The key of this store and of its backups."""
        return self._key

    def settle(self) -> None:
        """Carries what was committed over into the main file. SQLCipher's own check reads that file alone: a page
        half carried over when the power failed would be called damaged, though it lies whole in the log beside it."""
        with disk_errors():
            connection = self.engine.raw_connection()
            try:
                connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)")
            finally:
                connection.close()

    def empty_log(self) -> None:
        """Carries everything over and empties the log beside the file: older pages in it still hold what was erased
        since. While somebody else reads, it stays until the store is closed."""
        with disk_errors():
            connection = self.engine.raw_connection()
            try:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                connection.close()

    def damaged_tables(self) -> list[str]:
        """The tables in which, or in whose indexes, a page cannot be read. Each is read by a connection of its own: one
        that has met a damaged page trusts no other."""
        with disk_errors(), self.reading() as session:
            sql = "SELECT type, name, tbl_name FROM sqlite_master WHERE rootpage > 0"
            parts = [tuple(row) for row in session.execute(text(sql))]
        found = {owner: None for kind, name, owner in parts if not self._can_be_read(kind, name, owner)}
        return list(found)

    def _can_be_read(self, kind: str, name: str, owner: str) -> bool:
        connection = connect(self.folder / DATABASE, self._key)
        try:
            if kind == "table":
                for _ in connection.execute(f'SELECT * FROM "{name}" NOT INDEXED'):
                    pass
                return True
            return bool(connection.execute(f'PRAGMA integrity_check("{owner}")').fetchall() == [("ok",)])
        except DatabaseError:
            return False
        finally:
            connection.close()

    def raw(self, session: Session) -> sqlite3.Connection:
        """The driver's connection of a reading session."""
        return _raw(session)

    def close(self) -> None:
        self.engine.dispose()
        self._lock.release()

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def sound(file: Path, key: bytes) -> Iterator[tuple[int, int]]:
    """Reads every page of a copy nobody works on. Yields (0, 0) while it lasts. Raises `StoreError` if it does not open
    or a page is damaged."""
    connection = cast(sqlite3.Connection, kept_copy(file, key))
    found: list[object] = []

    def check() -> None:
        found.extend(connection.execute("PRAGMA cipher_integrity_check").fetchall())
        found.extend(row for row in connection.execute("PRAGMA quick_check").fetchall() if row[0] != "ok")

    with disk_errors():
        try:
            yield from patience.called(connection, check)
        finally:
            connection.close()
    if found:
        raise StoreError(DAMAGED)


def _finish(unit: Unit, before: int) -> None:
    """What a unit of work owes the store besides its rows: settled questions, the search index, and no draft of what is
    erased."""
    raw = unit.raw
    unit.touched = _touched(raw, unit._also, before)
    if unit.merged:
        search.put_off(raw, before)
    else:
        _settle_questions(raw, unit.touched)
    rows = unit._also if unit.merged else unit.touched.rows
    search.index(raw, rows)
    belongings.forget_erased(unit.session, raw, [row_id for _, row_id in rows])


def _touched(raw: sqlite3.Connection, also: Iterable[tuple[str, str]], before: int) -> Touched:
    rows = raw.execute("SELECT DISTINCT tbl, row_id FROM change WHERE pos > ?", (before,)).fetchall()
    return Touched(tuple(dict.fromkeys([*rows, *also])), range(before + 1, _last_position(raw) + 1))


def _last_position(connection: sqlite3.Connection) -> int:
    """The position of the newest change in the log."""
    return int(connection.execute("SELECT coalesce(max(pos), 0) FROM change").fetchone()[0])


def _settle_questions(raw: sqlite3.Connection, touched: Touched) -> None:
    """Whoever writes a field in question has seen its values: the question closes like one settled at the desk."""
    asked = set(raw.execute("SELECT DISTINCT tbl, row_id FROM question").fetchall())
    for table, row_id in (row for row in touched.rows if row in asked):
        with capture.uncaptured(raw):
            merge.refold(raw, table, row_id)


def _raw(session: Session) -> sqlite3.Connection:
    """SQLCipher's connection has the shape of sqlite3's, which has type hints."""
    session.flush()
    return cast(sqlite3.Connection, session.connection().connection.driver_connection)


@contextmanager
def disk_errors() -> Iterator[None]:
    """Failures of disk and file become a sentence; faults in our statements stay what they are."""
    try:
        yield
    except (SqlError, DatabaseError) as error:
        if sentence := told_in_words(error):
            raise sentence from error
        raise


def create(folder: Path, ring: keyring.Keyring, key: bytes) -> Store:
    """Makes a new, empty, migrated store. The keyring must hold at least one slot already."""
    if folder.exists() and any(folder.iterdir()):
        raise StoreError(EXISTS, folder=str(folder))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise StoreError(READ_ONLY, folder=str(folder)) from None
    try:
        keyring.save(ring, folder)
        return _open(folder, key)
    except OSError:
        discard(folder)
        raise StoreError(DISK_FAILED) from None
    except BaseException:
        discard(folder)
        raise


def discard(folder: Path) -> None:
    """Removes a store that was just begun and came to nothing, so that its folder can be used again."""
    for name in (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", keyring.FILE, LOCK):
        (folder / name).unlink(missing_ok=True)


def open_with(folder: Path, key: bytes) -> Store:
    """Opens a store with the key that its keyring gave out. Raises `StoreError`."""
    if not (folder / DATABASE).is_file():
        raise StoreError(NO_DATABASE, folder=str(folder))
    return _open(folder, key)


def _open(folder: Path, key: bytes) -> Store:
    lock = StoreLock(folder).acquire()
    store = Store(folder, key, lock)
    try:
        _upgrade(store)
    except BaseException:
        store.close()
        raise
    return store


def _upgrade(store: Store) -> None:
    """Brings a store to the schema of this program. One that holds anything yet is backed up before. Raises
    `StoreError`; then the store is as it was."""
    with disk_errors(), store.engine.begin() as connection:
        current = schema.revision(connection)
    saved = None
    if current is not None and schema.is_older(current):
        saved = backups.make_at_once(store, places.place_of(store.folder)).folder
    try:
        with disk_errors(), store._writing.begin() as connection:
            schema.upgrade(connection)
    except StoreError:
        raise
    except Exception as error:
        if saved is None:
            raise
        raise StoreError(schema.NOT_UPGRADED, folder=str(saved)) from error
