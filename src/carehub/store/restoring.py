"""Putting a backup in the place of a store.

First a checked copy is laid ready beside the store (`NAME.restoring`), then the present store is renamed, whole, and
the copy takes its name. Nothing is ever written into or deleted from either. Killed in between, `finish` goes on
where it stopped: it is called wherever a store is about to be opened.
"""

import shutil
from collections.abc import Collection, Generator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from sqlite3 import Connection
from typing import cast

from carehub.domain.errors import StoreError
from carehub.domain.progress import Progress
from carehub.domain.texts import mark
from carehub.store import backups, copies, forgetting, keyring, places, schema
from carehub.store.backups import DATABASE, Kept
from carehub.store.engine import kept_copy, new_copy
from carehub.store.forgetting import Erasures
from carehub.store.keyring import Keyring
from carehub.store.lock import StoreLock
from carehub.store.store import disk_errors, sound

READY, FORMER = ".restoring", ".former"

LAYING_READY = mark("Laying the backup ready")
NOT_RESTORED = mark(
    "The backup could not be put in place: “{folder}” cannot be written to or renamed. Everything is as it was."
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom a backup knows as a user."""

    id: str
    name: str
    role: str
    active: bool


def people(kept: Kept, key: bytes, owners: Collection[str]) -> tuple[str, list[Person]]:
    """The level of a backup's site, and those users of it among `owners` (ids). Works on a backup of any revision.
    Raises `StoreError`."""
    connection = kept_copy(kept.file, key)
    try:
        with disk_errors():
            level = connection.execute("SELECT level FROM site WHERE id = ?", (kept.about.store,)).fetchone()
            rows = connection.execute('SELECT id, name, role, active FROM "user"').fetchall()
    finally:
        connection.close()
    return (level[0] if level else ""), [Person(i, n, r, bool(a)) for i, n, r, a in rows if i in owners]


def lay_ready(
    kept: Kept, store: Path, key: bytes, ring: Keyring, erasures: Erasures
) -> Generator[Progress, None, None]:
    """Lays a backup ready to be put in the place of a store's folder, with a keyring that opens it and without what is
    erased by now. Raises `StoreError`; then, and when it is closed half way, everything is as it was."""
    give_up(store)
    part = _beside(store, READY + ".part")
    _require_known(kept, key)
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.parent.mkdir(parents=True, exist_ok=True)
        backups.require_room(part.parent, kept.about.bytes)
        part.mkdir()
        yield from backups.copied(kept.file, part / DATABASE, Progress(0, kept.about.bytes, LAYING_READY))
        keyring.save(ring, part)
        if (store / places.PLACE).is_file():
            shutil.copyfile(store / places.PLACE, part / places.PLACE)
        yield from _make_own(part / DATABASE, key, erasures)
        backups.flush_folder(part)
        part.rename(_beside(store, READY))
    except OSError:
        raise StoreError(NOT_RESTORED, folder=str(store)) from None
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _require_known(kept: Kept, key: bytes) -> None:
    """Raises `StoreError` for a backup that is damaged, or from a newer program."""
    backups.verify(kept, key)
    if kept.about.revision > schema.REVISION:
        raise StoreError(schema.FROM_THE_FUTURE, found=kept.about.revision)


def _make_own(file: Path, key: bytes, erasures: Erasures) -> Generator[Progress, None, None]:
    """Makes the copy a store that goes on as a new replica, without what was erased since."""
    yield Progress(0, 0, LAYING_READY)
    connection = cast(Connection, new_copy(file, key))
    try:
        with disk_errors():
            connection.execute("PRAGMA journal_mode = DELETE")
            copies.disown(connection)
            known = {row for (row,) in connection.execute("SELECT row_id FROM erased")}
    finally:
        connection.close()
    if set(erasures.rows) - known:
        yield from forgetting.forget(file, key, erasures)
    for _ in sound(file, key):
        yield Progress(0, 0, LAYING_READY)


def give_up(store: Path) -> None:
    """Takes back what was laid ready and not put in place."""
    if store.exists():
        shutil.rmtree(_beside(store, READY), ignore_errors=True)


def finish(store: Path) -> Path | None:
    """Puts in place what was laid ready, if anything was. Returns where the former store lies now, None where there was
    none or nothing was to be done. Raises `StoreError` if the store is open (what is laid ready then waits)
    or cannot be renamed; then everything is as it was."""
    ready, former = _beside(store, READY), None
    if not ready.is_dir():
        return None
    try:
        if store.exists():
            with StoreLock(store):
                pass  # nobody works on it
            former = _free(store)
            _resolved(store).rename(former)
        ready.rename(_resolved(store))
        backups.flush_folder(ready.parent)
    except OSError:
        if former and not store.exists():
            former.rename(_resolved(store))
        give_up(store)
        raise StoreError(NOT_RESTORED, folder=str(store)) from None
    return former


def former_stores(store: Path) -> list[Path]:
    """The stores that were put aside when a backup took their place, the newest first."""
    folder = _resolved(store)
    found = [p for p in folder.parent.glob(f"{folder.name}.*{FORMER}*") if p.is_dir()]
    return sorted(found, key=lambda p: p.name, reverse=True)


def _resolved(store: Path) -> Path:
    """The folder itself, whatever links lead to it."""
    return store.resolve()


def _beside(store: Path, suffix: str) -> Path:
    folder = _resolved(store)
    return folder.with_name(folder.name + suffix)


def _free(store: Path) -> Path:
    stem = f".{datetime.now():%Y-%m-%d-%H%M}{FORMER}"
    names = (_beside(store, stem if n == 1 else f"{stem}-{n}") for n in range(1, 1000))
    return next(name for name in names if not name.exists())
