"""Where backups lie: beside the store's folder, in a place a person chose, and on every stick that is plugged in."""

from pathlib import Path
from secrets import token_hex

import msgspec

from carehub.domain.errors import StoreError
from carehub.domain.texts import mark
from carehub.store import media
from carehub.store.keyring import save_private

SUFFIX, PLACE = ".carebackup", "backups.json"

NO_PLACE = mark(
    "The backup could not be written to “{folder}”. Is the drive plugged in, and not write-protected? Nothing was "
    "lost. Another place can be chosen in the settings."
)


class _Place(msgspec.Struct):
    folder: str


def place_of(store: Path) -> Path:
    """Where a store's backups are put: as chosen, else beside its folder."""
    try:
        told = msgspec.json.decode((store / PLACE).read_bytes(), type=_Place).folder
        return Path(told)
    except (OSError, msgspec.MsgspecError, UnicodeError):
        folder = store.resolve()
        return folder.with_name(folder.name + SUFFIX)


def choose(store: Path, folder: Path) -> Path:
    """Remembers another place, kept beside the store's keyring so that it is found even if the database is damaged.
    Returns it. Raises `StoreError` if nothing can be written there; then the former place counts."""
    place = _within(folder, store)
    try:
        place.mkdir(parents=True, exist_ok=True)
        trial = place / f".{token_hex(6)}.part"
        trial.mkdir()
        trial.rmdir()
        save_private(store / PLACE, msgspec.json.encode(_Place(str(place.resolve()))))
    except OSError:
        raise StoreError(NO_PLACE, folder=str(place)) from None
    return place


def _within(folder: Path, store: Path) -> Path:
    """The place in a folder a person named: the folder itself if it is one, else one called like the store."""
    return folder if folder.name.endswith(SUFFIX) else folder / (store.resolve().name + SUFFIX)


def on_stick(stick: Path, store: Path) -> Path:
    """The place on a stick."""
    return _within(stick, store)


def at_hand(store: Path) -> list[Path]:
    """Every place at hand where backups of this store may lie: the chosen one, the one beside it, and all on sticks."""
    folder = store.resolve()
    found = [place_of(store), folder.with_name(folder.name + SUFFIX)]
    for stick in media.sticks():
        found += listed(stick, f"*{SUFFIX}")
    return list(dict.fromkeys(found))


def listed(folder: Path, pattern: str) -> list[Path]:
    """What a folder holds, nothing where it cannot be read."""
    try:
        return sorted(folder.glob(pattern))
    except OSError:
        return []
