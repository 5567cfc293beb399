"""Backups at a desk: made by hand and once a day, kept on this computer and on sticks, put back when needed."""

from collections.abc import Generator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from carehub.domain import rights
from carehub.domain.errors import CareHubError, NotAllowed, NotFound, StoreError
from carehub.domain.normalise import clean_name
from carehub.domain.progress import Progress
from carehub.domain.rights import Right
from carehub.domain.texts import mark
from carehub.services.desk import Desk
from carehub.store import attempts, backups, forgetting, keyring, media, places, restoring
from carehub.store.backups import Facts, Kept
from carehub.store.forgetting import Erasures
from carehub.store.keyring import Keyring
from carehub.store.store import open_with

NO_BACKUP = mark("There is no backup in “{folder}”. Please choose the folder that ends in .carebackup, or the stick.")
NOT_ITS_OWN = mark("This backup is of another site. It was not put in place; everything is as it was.")
UNDER_WAY = mark("A backup is being made just now. Please wait a moment.")
LOOKING = mark("Looking for the last backup")
TIDYING = mark("Clearing away old backups")
IN_PLACE = mark("The backup of {at} is in place.")
ASIDE = mark("The store that was is put aside whole, nothing of it was deleted: {folder}")
OLD_PASSWORDS = mark("Sign in with the password of the day of the backup.")
OLD = 7
"""Days after which the last backup is too old."""


@dataclass(slots=True)
class Made:
    """What making a backup came to: the backup, its copies on sticks, how many old ones went and how many were written
    anew without erased records, and what could not be done."""

    kept: Kept
    copies: list[Kept] = field(default_factory=list)
    gone: int = 0
    cleaned: int = 0
    problems: list[CareHubError] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Backup:
    """One kept backup as a person sees it. `stick`: it lies on a removable drive."""

    kept: Kept
    stick: bool

    @property
    def at(self) -> str:
        return backups.told(self.kept)

    @property
    def megabytes(self) -> float:
        return self.kept.about.bytes / (1 << 20)


@dataclass(frozen=True, slots=True)
class Restored:
    """A backup that was put in place, and where the former store lies (None if there was none). `today`: today's
    passwords open it; else those of the day of the backup."""

    at: str
    former: Path | None
    today: bool


# --- making -----------------------------------------------------------------------------------------------------------


def make(desk: Desk, *, by_hand: bool = True) -> Generator[Progress, None, Made]:
    """Makes a backup, copies it to every stick that is plugged in, and clears away old ones everywhere. By hand it
    needs the right to hand over; the daily one protects everybody, but goes to sticks only with that right. Raises
    `StoreError` if no backup could be made; what else went wrong is told in the result."""
    if by_hand:
        desk.require(Right.HAND_OVER)
    if not desk.store.copying.acquire(blocking=False):
        raise StoreError(UNDER_WAY)
    try:
        return (yield from _make(desk))
    finally:
        desk.store.copying.release()


def _make(desk: Desk) -> Generator[Progress, None, Made]:
    about, place = backups.facts(desk.store), places.place_of(desk.store.folder)
    made = Made((yield from backups.make(desk.store, place)))
    wanted = [place]
    for stick in media.sticks() if desk.may(Right.HAND_OVER) and not desk.training else []:
        target = places.on_stick(stick, desk.store.folder)
        if place.resolve().is_relative_to(stick.resolve()):
            continue
        try:
            made.copies.append((yield from backups.copy_to(made.kept, target)))
            wanted.append(target)
        except StoreError as error:
            made.problems.append(error)
    yield from _tidy(desk, about, [*wanted, *(p for p in places.at_hand(desk.store.folder) if p not in wanted)], made)
    return made


def _tidy(desk: Desk, about: Facts, targets: Sequence[Path], made: Made) -> Generator[Progress, None, None]:
    """Clears away old backups in all places at hand, then takes what was erased out of those that stay."""
    erasures = forgetting.of_store(desk.store)
    for place in targets:
        yield Progress(0, 0, TIDYING)
        try:
            made.gone += len(backups.rotate(place, about.store, about.group))
        except StoreError as error:
            made.problems.append(error)
        for one in backups.kept_in(place, about.store) if erasures.rows else []:
            try:
                fresh = yield from forgetting.clean(one, desk.store.key, erasures)
                made.cleaned += fresh is not one
            except StoreError as error:
                made.problems.append(error)


def choose(desk: Desk, folder: Path) -> Path:
    """Lets backups be put into another folder from now on; those made before stay where they are. Raises `StoreError`
    if it cannot be written to, `NotAllowed`; then the former place counts."""
    desk.require(Right.HAND_OVER)
    return places.choose(desk.store.folder, folder)


def place(desk: Desk) -> Path:
    """Where backups are put."""
    return places.place_of(desk.store.folder)


# --- what there is ----------------------------------------------------------------------------------------------------


def kept(store: Path) -> list[Backup]:
    """All backups of a store that are at hand, here and on sticks, the newest first; needs no password, and no store
    that is whole."""
    site = site_of(store)
    found = [one for place in places.at_hand(store) for one in backups.kept_in(place, site)]
    return listed(found)


def found_in(folder: Path, store: Path) -> list[Backup]:
    """The backups in a folder a person named: a place, a stick with places on it, or one backup. Raises `NotFound` for
    none."""
    looked = [folder, folder.parent, *sorted(folder.glob(f"*{places.SUFFIX}"))]
    found = [one for place in looked for one in backups.kept_in(place, site_of(store))]
    if (folder / backups.MANIFEST).is_file():
        found = [one for one in found if one.folder.resolve() == folder.resolve()]
    elif not folder.name.endswith(places.SUFFIX):
        found = [one for one in found if one.folder.parent.resolve() != folder.parent.resolve()]
    if not found:
        raise NotFound(NO_BACKUP, folder=str(folder))
    return listed(found)


def listed(found: Sequence[Kept]) -> list[Backup]:
    """Backups with where they lie, each folder once, the newest first."""
    sticks = [stick.resolve() for stick in media.sticks()]
    once = {one.folder.resolve(): one for one in found}
    told = [Backup(one, any(path.is_relative_to(s) for s in sticks)) for path, one in once.items()]
    return sorted(told, key=lambda b: (b.kept.about.made, not b.stick), reverse=True)


def name_of(one: Backup) -> str:
    """What the store of a backup was called: the name of the place it lies in."""
    return one.kept.folder.parent.name.removesuffix(places.SUFFIX) or "carehub"


def site_of(store: Path) -> str:
    """The site a store's folder belongs to, empty where there is none or its keyring is damaged."""
    try:
        return keyring.load(store).store
    except StoreError:
        return ""


def last(desk: Desk) -> Kept | None:
    """The newest backup of this store that is at hand."""
    about = backups.facts(desk.store)
    found = [
        one
        for place in places.at_hand(desk.store.folder)
        for one in backups.kept_in(place, about.store)
        if one.about.replica in about.group
    ]
    return max(found, key=lambda one: one.about.made, default=None)


def age(desk: Desk) -> int | None:
    """How many days old the last backup is; None if there is none."""
    return age_of(last(desk))


def age_of(one: Kept | None) -> int | None:
    """How many days old a backup is."""
    return None if one is None else max(0, (date.today() - one.day).days)


def moment_of(one: Kept) -> str:
    """When a backup was made, for people."""
    return backups.told(one)


def is_due(desk: Desk) -> bool:
    """Whether the backup of this day is still to be made."""
    if desk.training:
        return False
    newest = last(desk)
    return newest is None or newest.day != date.today()


# --- putting back -----------------------------------------------------------------------------------------------------


def lay_ready(desk: Desk, one: Kept) -> Generator[Progress, None, bool]:
    """Lays a backup ready to be put in the place of the open store, which goes on until it is closed; `finish` does the
    rest. Returns whether today's passwords will open it. Raises `NotAllowed`, `StoreError`; then nothing changed."""
    desk.require(Right.HAND_OVER)
    folder, key = desk.store.folder, desk.store.key
    ring = keyring.load(folder)
    if one.about.store != ring.store:
        raise StoreError(NOT_ITS_OWN)
    backups.verify(one, key)
    _, known = restoring.people(one, key, [desk.user.id])
    today = any(p.active for p in known)
    chosen = ring if today else keyring.load(one.folder)
    yield from restoring.lay_ready(one, folder, key, chosen, forgetting.of_store(desk.store))
    return today


def restore(store: Path, one: Kept, password: str, user: str = "") -> Generator[Progress, None, Restored]:
    """Puts a backup in the place of a store that nobody has open, damaged or gone as it may be. The password is today's
    or that of the day of the backup, or the recovery code. Raises `NotAllowed`, `StoreError`; then everything is as it
    was."""
    with _counted(store):
        ring, key, today = _open(store, one, password, clean_name(user))
    yield from restoring.lay_ready(one, store, key, ring, _erasures(store, key))
    try:
        former = restoring.finish(store)
    except StoreError:
        restoring.give_up(store)
        raise
    return Restored(backups.told(one), former, today)


def finish(store: Path) -> Path | None:
    """Puts in place what was laid ready for a store, if anything was, before it is opened. Returns where the former
    store lies. Raises `StoreError`; then everything is as it was."""
    return restoring.finish(store)


def sentences(done: Restored) -> list[CareHubError]:
    """What to tell a person of a backup that was put in place."""
    told = [CareHubError(IN_PLACE, at=done.at)]
    if done.former:
        told.append(CareHubError(ASIDE, folder=str(done.former)))
    return told if done.today else [*told, CareHubError(OLD_PASSWORDS)]


def _counted(store: Path) -> AbstractContextManager[None]:
    return attempts.counted(store) if store.is_dir() else nullcontext()


def _open(store: Path, one: Kept, password: str, user: str) -> tuple[Keyring, bytes, bool]:
    """(keyring, key, whether it is today's) by which a password opens a backup."""
    refused = NotAllowed(keyring.WRONG_PASSWORD)
    for folder in (store, one.folder):
        try:
            ring = keyring.load(folder)
        except StoreError:
            continue
        if ring.store != one.about.store:
            if folder is store:
                raise StoreError(NOT_ITS_OWN)
            continue
        for owner, key in _openings(ring, password):
            backups.verify(one, key)
            level, known = restoring.people(one, key, [owner])
            if owner == "recovery":
                return ring, key, folder is store
            if known and known[0].active and user in ("", known[0].name):
                rights.require(level, known[0].role, Right.HAND_OVER)
                return ring, key, folder is store
    raise refused


def _openings(ring: Keyring, password: str) -> list[tuple[str, bytes]]:
    found = keyring.openings(ring, password)
    try:
        return found or keyring.openings(ring, password, recovery=True)
    except NotAllowed:  # no recovery code either
        return found


def _erasures(store: Path, key: bytes) -> Erasures:
    """What the present store knows to be erased, as far as it can be read."""
    try:
        with open_with(store, key) as present:
            return forgetting.of_store(present)
    except CareHubError:
        return Erasures({})
