"""A store is open once: two windows on one file would show each other's past."""

import os
from pathlib import Path
from types import TracebackType
from typing import IO

from carehub.domain.errors import StoreError
from carehub.domain.texts import mark

LOCK = "store.lock"
IN_USE = mark("This store is open in another window. Please close it there first.")
READ_ONLY = mark("CareHub may not write to “{folder}”. Please choose a folder of your own. Nothing was changed.")


class StoreLock:
    """Holds an operating-system lock on `store.lock`; it falls with the process, however that ends."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / LOCK
        self._handle: IO[bytes] | None = None

    def acquire(self) -> "StoreLock":
        """Takes the lock. Raises `StoreError` if another process holds it or the folder is read-only."""
        try:
            handle = self._path.open("a+b")
        except OSError:
            raise StoreError(READ_ONLY, folder=str(self._path.parent)) from None
        try:
            _lock(handle)
        except OSError:
            handle.close()
            raise StoreError(IN_USE) from None
        self._handle = handle
        return self

    def release(self) -> None:
        if self._handle:
            self._handle.close()
            self._handle = None

    def __enter__(self) -> "StoreLock":
        return self.acquire()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.release()


if os.name == "nt":
    import msvcrt

    def _lock(handle: IO[bytes]) -> None:
        handle.seek(0)
        msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
else:
    import fcntl

    def _lock(handle: IO[bytes]) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
