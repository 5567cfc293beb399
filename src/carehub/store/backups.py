"""Backups: whole copies of a store in folders of their own, each checked, kept for days, weeks and months.

A place for backups is a folder `NAME.carebackup`, by itself beside the store's folder. In it lies one folder for each
backup: the database, the keyring, and a manifest that names no person and is written last. Whatever is not whole yet
is called `.….part`. Nothing in a place can be read without a password of the store.
"""

import os
import shutil
import time
from collections.abc import Collection, Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import text

from carehub import __version__
from carehub.domain.errors import StoreError
from carehub.domain.progress import Progress
from carehub.domain.texts import mark
from carehub.store import keyring, places, schema, settings
from carehub.store.engine import kept_copy
from carehub.store.keyring import save_private
from carehub.store.places import listed

if TYPE_CHECKING:
    from carehub.store.store import Store

MANIFEST, DATABASE = "backup.json", "store.db"
DAYS, WEEKS, MONTHS = 7, 4, 12
"""So many days, weeks and months keep their newest backup."""
_SETTING = "backups"
_BLOCK = 1 << 20
_ROOM = 1 << 20
"""So many bytes are left free beside a backup."""

BACKING_UP = mark("Backing up")
CHECKING = mark("Checking the backup")
COPYING = mark("Copying the backup to the stick")
NO_ROOM = mark(
    "There is no room for the backup in “{folder}”: {needed} MB are needed, {free} MB are free. Nothing was lost; "
    "please make room or choose another place."
)
UNSOUND = mark(
    "The backup of {at} in “{folder}” is damaged or not whole. Please make a new one; use another to restore."
)


class Manifest(msgspec.Struct, frozen=True):
    """What is known of a backup without a password. `store` is the site's id, `replica` the copy that wrote, `number`
    counts its backups, `made` is in Unix milliseconds, `erased` says how many erased rows it knows to leave out."""

    format: int
    store: str
    replica: str
    number: int
    made: int
    program: str
    revision: str
    erased: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Kept:
    """One backup that is kept."""

    folder: Path
    about: Manifest

    @property
    def file(self) -> Path:
        return self.folder / DATABASE

    @property
    def day(self) -> date:
        """The day on which it was made, by this computer's clock."""
        return moment(self.about.made).date()


def moment(at: int) -> datetime:
    """Unix milliseconds as a local time; a nonsensical one is the beginning of time."""
    try:
        return datetime.fromtimestamp(at / 1000, UTC).astimezone()
    except (OverflowError, OSError, ValueError):
        return datetime.fromtimestamp(0, UTC)


# --- what there is ----------------------------------------------------------------------------------------------------


def kept_in(place: Path, store: str = "") -> list[Kept]:
    """The backups in a place, the newest first; with `store` (a site's id) those of that site. What has no readable
    manifest is none. Several folders with one backup (it was written anew without erased rows, and the program was
    killed before the former one went) count as the one that leaves out most."""
    found: dict[tuple[str, str, int], Kept] = {}
    for file in listed(place, f"*/{MANIFEST}"):
        about = None if file.parent.name.startswith(".") else _manifest(file)
        if about and store in ("", about.store):
            mark_ = (about.store, about.replica, about.number)
            if mark_ not in found or found[mark_].about.erased < about.erased:
                found[mark_] = Kept(file.parent, about)
    return sorted(found.values(), key=lambda k: (k.about.number, k.about.made), reverse=True)


def _manifest(file: Path) -> Manifest | None:
    try:
        return msgspec.json.decode(file.read_bytes(), type=Manifest)
    except (OSError, msgspec.MsgspecError, UnicodeError):
        return None


# --- making -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Facts:
    """What the manifest of the next backup says of the store. `group`: replicas whose backups are this store's own."""

    store: str
    replica: str
    group: frozenset[str]
    revision: str
    erased: int
    bytes: int


def facts(store: "Store") -> Facts:
    """Reads what a backup says of its store; works on a store of any revision."""
    with store.reading() as session:
        connection = session.connection()

        def one(sql: str) -> object:
            return connection.execute(text(sql)).scalar_one()

        replica = str(one("SELECT replica FROM writer"))
        ended = connection.execute(text("SELECT replica FROM former WHERE ended")).scalars()
        size = int(str(one("PRAGMA page_count"))) * int(str(one("PRAGMA page_size")))
        erased = int(str(one("SELECT count(*) FROM erased")))
        return Facts(keyring.load(store.folder).store, replica, frozenset({replica, *ended}),
                     schema.revision(connection) or "", erased, size)  # fmt: skip


def make(store: "Store", place: Path, *, counted: bool = True) -> Generator[Progress, None, Kept]:
    """Makes a backup of an open store in a place: the database's own backup, every page read back, then named. Unless
    it is not `counted`, the store notes its number, the only thing written to it. Raises `StoreError`; then, and when
    it is closed half way, nothing is left of it."""
    about = facts(store)
    part = place / f".{about.store[-8:]}-{token_hex(4)}.part"
    _prepare(place, about)
    number = _next_number(store, place, about.store, counted=counted)
    try:
        yield Progress(0, 0, BACKING_UP)
        for done, total in store.backing_up(part):
            yield Progress(done, total, BACKING_UP if total else CHECKING)
        made = _name(part, place, _describe(part, about, number))
    except OSError:
        raise StoreError(places.NO_PLACE, folder=str(place)) from None
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return made


def make_at_once(store: "Store", place: Path) -> Kept:
    """Makes a backup without telling how far it has got, and writes nothing to the store; see `make`."""
    work = make(store, place, counted=False)
    try:
        while True:
            next(work)
    except StopIteration as end:
        made: Kept = end.value
        return made


def _prepare(place: Path, about: Facts) -> None:
    """Makes the place, clears away what a killed program left half done, and looks whether there is room."""
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise StoreError(places.NO_PLACE, folder=str(place)) from None
    for rest in listed(place, f".{about.store[-8:]}-*.part"):
        shutil.rmtree(rest, ignore_errors=True)
    require_room(place, about.bytes)


def require_room(place: Path, size: int) -> None:
    """Raises `StoreError` if there is no room for so many bytes."""
    try:
        free = shutil.disk_usage(place).free
    except OSError:
        raise StoreError(places.NO_PLACE, folder=str(place)) from None
    if free < size + _ROOM:
        raise StoreError(NO_ROOM, folder=str(place), needed=-(-(size + _ROOM) // _BLOCK), free=free // _BLOCK)


def _next_number(store: "Store", place: Path, site: str, *, counted: bool) -> int:
    """Counts backups up, in the store itself and so in every backup of it: the order in which they were made, whatever
    the clock says."""
    with store.reading() as session:
        found = settings.get(session, _SETTING)
    number = 1 + max([found if isinstance(found, int) else 0, *(k.about.number for k in kept_in(place, site))])
    if counted:
        with store.keeping() as session:
            settings.put(session, _SETTING, number)
    return number


def _describe(part: Path, about: Facts, number: int) -> Manifest:
    digest, size = _digest(part / DATABASE)
    return Manifest(1, about.store, about.replica, number, int(time.time() * 1000), __version__, about.revision,
                    about.erased, size, digest)  # fmt: skip


def _digest(file: Path) -> tuple[str, int]:
    """SHA-256 and size of a file, which is flushed to the disk on the way."""
    digest, size = sha256(), 0
    with file.open("r+b") as handle:
        os.fsync(handle.fileno())
        while block := handle.read(_BLOCK):
            digest.update(block)
            size += len(block)
    return digest.hexdigest(), size


def _name(part: Path, place: Path, about: Manifest) -> Kept:
    """Writes the manifest and gives a whole backup its name, the first that is free."""
    save_private(part / MANIFEST, msgspec.json.format(msgspec.json.encode(about), indent=1))
    flush_folder(part)
    stem = moment(about.made).strftime("%Y-%m-%d-%H%M")
    for n in range(1, 1000):
        target = place / (stem if n == 1 else f"{stem}-{n}")
        if not target.exists():
            part.rename(target)
            flush_folder(place)
            return Kept(target, about)
    raise OSError


def flush_folder(folder: Path) -> None:
    """A new name stays after the power fails only if its folder was flushed as well, where a system knows of that."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError:
        return
    finally:
        os.close(handle)


def put(part: Path, place: Path, former: Manifest, erased: int) -> Kept:
    """Puts a backup that was written anew in the place of its former one, which the caller removes afterwards."""
    digest, size = _digest(part / DATABASE)
    about = msgspec.structs.replace(former, erased=erased, bytes=size, sha256=digest, revision=schema.REVISION)
    return _name(part, place, about)


def copy_to(kept: Kept, place: Path) -> Generator[Progress, None, Kept]:
    """Copies a backup into another place and reads it back. Raises `StoreError`; then nothing is left there."""
    about = kept.about
    _prepare(place, Facts(about.store, about.replica, frozenset(), about.revision, about.erased, about.bytes))
    part = place / f".{about.store[-8:]}-{token_hex(4)}.part"
    try:
        part.mkdir()
        yield from copied(kept.file, part / DATABASE, Progress(0, about.bytes, COPYING))
        save_private(part / keyring.FILE, (kept.folder / keyring.FILE).read_bytes())
        if _digest(part / DATABASE) != (about.sha256, about.bytes):
            raise OSError
        return _name(part, place, about)
    except OSError:
        raise StoreError(places.NO_PLACE, folder=str(place)) from None
    finally:
        shutil.rmtree(part, ignore_errors=True)


def copied(source: Path, target: Path, about: Progress) -> Iterator[Progress]:
    """Copies a file to a new one, flushed to the disk, telling how far it has got."""
    done = 0
    with source.open("rb") as reading, target.open("xb") as writing:
        while block := reading.read(_BLOCK):
            writing.write(block)
            done += len(block)
            yield Progress(done, about.total, about.message)
        writing.flush()
        os.fsync(writing.fileno())


# --- keeping ----------------------------------------------------------------------------------------------------------


def verify(kept: Kept, key: bytes) -> None:
    """Whether a backup is the one that was checked when it was made, and opens. Raises `StoreError`."""
    try:
        keyring.load(kept.folder)
        whole = _read_through(kept.file) == (kept.about.sha256, kept.about.bytes)
        if whole:
            kept_copy(kept.file, key).close()
    except (OSError, StoreError):
        whole = False
    if not whole:
        raise StoreError(UNSOUND, at=told(kept), folder=str(kept.folder.parent))


def _read_through(file: Path) -> tuple[str, int]:
    digest, size = sha256(), 0
    with file.open("rb") as handle:
        while block := handle.read(_BLOCK):
            digest.update(block)
            size += len(block)
    return digest.hexdigest(), size


def told(kept: Kept) -> str:
    """When a backup was made, for people."""
    return moment(kept.about.made).strftime("%Y-%m-%d %H:%M")


def worth_keeping(kept: Sequence[Kept]) -> list[Kept]:
    """Those of some backups, the newest first, that are kept: the newest of each of the last days, weeks and months
    that have one. Order is that of making; the clock only tells what belongs to one day, so that a dead battery does
    not throw anything away."""
    chosen: dict[Path, Kept] = {}
    for label, most in (("%Y-%m-%d", DAYS), ("%G-%V", WEEKS), ("%Y-%m", MONTHS)):
        seen: set[str] = set()
        for one in kept:
            period = moment(one.about.made).strftime(label)
            if period not in seen and len(seen) < most:
                seen.add(period)
                chosen[one.folder] = one
    return [one for one in kept if one.folder in chosen]


def rotate(place: Path, store: str, group: Collection[str]) -> list[Kept]:
    """Removes the backups of these replicas that are not worth keeping any more. Returns them."""
    own = [one for one in kept_in(place, store) if one.about.replica in group]
    keep = {one.folder for one in worth_keeping(own)}
    gone = [one for one in own if one.folder not in keep]
    for one in gone:
        remove(one)
    return gone


def remove(kept: Kept) -> None:
    """Removes a backup: first its name, so that nobody takes the rest of it for one. Raises `StoreError`."""
    going = kept.folder.with_name(f".{kept.about.store[-8:]}-{token_hex(4)}.part")
    try:
        kept.folder.rename(going)
    except OSError:
        raise StoreError(places.NO_PLACE, folder=str(kept.folder.parent)) from None
    shutil.rmtree(going, ignore_errors=True)
