"""Is this store the one that was last open on this computer, or a copy put in its place?

Beside the store, in the user's own state folder, a small note says where the store lay, which token it was given when
it was last opened, and how far it had written when it last handed something over. A store that does not agree was
copied to another computer or folder, or put back from a backup: it goes on as a new replica before it writes anything.
"""

import os
import secrets
from pathlib import Path
from sqlite3 import Connection

import msgspec
import platformdirs

from carehub.sync import journal, replicas

_SETTING = "opened"


class _Note(msgspec.Struct):
    folder: str
    tokens: list[str]
    written: int = 0


def state_folder() -> Path:
    """Where notes are kept: CAREHUB_STATE, else the user's state folder."""
    told = os.environ.get("CAREHUB_STATE")
    return Path(told) if told else Path(platformdirs.user_state_dir("carehub", appauthor=False)) / "stores"


def recognise(connection: Connection, folder: Path) -> bool:
    """Compares a store with its note, inside the caller's transaction, and lets it go on as a new replica if it is a
    copy. Returns whether it does."""
    row = connection.execute("SELECT value FROM setting WHERE name = ?", (_SETTING,)).fetchone()
    token, note, copied = (row[0] if row else None), _own(connection), False
    if token is not None and not _agrees(connection, note, token, folder):
        same_place = note is not None and note.folder == str(folder.resolve())
        replicas.restart(connection, ended=same_place)
        token, note, copied = None, None, True
    fresh = secrets.token_hex(8)
    kept = [token] if token and note else []
    _write(connection, _Note(str(folder.resolve()), [*kept, fresh], note.written if note else 0))
    connection.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (_SETTING, fresh))
    return copied


def disown(connection: Connection) -> None:
    """Lets a store that is put back from a backup be recognised as a copy when it is opened, however short the time
    since the backup was made."""
    connection.execute("UPDATE setting SET value = ? WHERE name = ?", (secrets.token_hex(8), _SETTING))


def _agrees(connection: Connection, note: _Note | None, token: str, folder: Path) -> bool:
    if note is None or note.folder != str(folder.resolve()) or token not in note.tokens:
        return False
    return _written(connection) >= note.written


def handed_over(connection: Connection) -> None:
    """Notes how far this store has written: from now on others may know it."""
    note = _own(connection)
    if note:
        note.written = _written(connection)
        _write(connection, note)


def follow(connection: Connection, former: str) -> None:
    """Takes the note along where an open store has gone on as a new replica (it was `former` before): else it would be
    taken for a copy when it is opened next, and begin anew once more."""
    note = None if former == journal.own_replica(connection) else _read(_file(former))
    if note:
        note.written = _written(connection)
        _write(connection, note)


def _written(connection: Connection) -> int:
    replica = journal.own_replica(connection)
    return int(
        connection.execute("SELECT coalesce(max(seq), 0) FROM change WHERE replica = ?", (replica,)).fetchone()[0]
    )


def _file(replica: str) -> Path:
    return state_folder() / f"{replica}.json"


def _read(file: Path) -> _Note | None:
    try:
        return msgspec.json.decode(file.read_bytes(), type=_Note)
    except (OSError, msgspec.MsgspecError):
        return None


def _own(connection: Connection) -> _Note | None:
    return _read(_file(journal.own_replica(connection)))


def _write(connection: Connection, note: _Note) -> None:
    """Writes the note and swaps it in. Where that fails, the store is taken for a copy next time, which is harmless."""
    file = _file(journal.own_replica(connection))
    temporary = file.with_suffix(".new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as handle:
            handle.write(msgspec.json.encode(note))
            handle.flush()
            os.fsync(handle.fileno())
        temporary.replace(file)
    except OSError:
        return
