"""Sealed bytes on their way: kept in memory while they are few, else in a nameless file beside the store, which the
system removes with the process. Only ciphertext ever goes there. And the other way round: what age unseals, read piece
by piece, so that a bundle full of pictures needs no more memory than a small one."""

import tempfile
import zlib
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from queue import Empty, Queue
from threading import Event, Lock, Thread
from typing import BinaryIO, cast

import pyrage

from carehub.domain.errors import StoreError
from carehub.domain.texts import mark

IN_MEMORY = 8 << 20
"""Up to so many bytes stay in memory."""
_BLOCK = 1 << 18
_WAITING = 8
"""So many blocks are unsealed ahead of who reads them."""

NO_ROOM = mark(
    "There is not enough room on this computer's disk for a bundle with pictures. Nothing was changed. Please make "
    "room and try again."
)

UNREADABLE = mark("This computer's disk does not give back what was put there for a moment. Nothing was changed.")


class Spool:
    """Bytes written once and read as often as wanted, with their size, SHA-256 and CRC-32. Raises `StoreError` where
    the disk is full or fails. Without `keep` they are only measured."""

    def __init__(self, folder: Path | None = None, *, keep: bool = True) -> None:
        self.size, self.crc, self._keep = 0, 0, keep
        self._hash, self._lock = sha256(), Lock()
        self.error: StoreError | None = None
        self._file = cast(BinaryIO, tempfile.SpooledTemporaryFile(IN_MEMORY, dir=str(folder) if folder else None))  # noqa: SIM115

    def write(self, data: bytes) -> int:
        """Adds bytes at the end."""
        self.size += len(data)
        self.crc = zlib.crc32(data, self.crc)
        self._hash.update(data)
        try:
            return self._file.write(data) if self._keep else len(data)
        except OSError:
            self.error = StoreError(NO_ROOM)
            raise self.error from None

    def flush(self) -> None:
        """Writers of other libraries ask for it; what is read here was written here."""

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def blocks(self) -> Iterator[bytes]:
        """All bytes, a block at a time."""
        at = 0
        while True:
            try:
                with self._lock:  # two passes may go on at the same time
                    self._file.seek(at)
                    block = self._file.read(_BLOCK)
            except OSError:
                raise StoreError(UNREADABLE) from None
            if not block:
                return
            at += len(block)
            yield block

    def __bytes__(self) -> bytes:
        return b"".join(self.blocks())

    def __del__(self) -> None:
        if hasattr(self, "_file"):
            self._file.close()


class _Stopped(Exception):
    """Nobody reads on."""


class Unsealed:
    """The plaintext of an age file as a stream: `read(n)` as of a file, `close()` when nobody reads on. A thread works
    a few blocks ahead. What is wrong with the file is raised by `read` as `pyrage.DecryptError`, a failing disk as
    `StoreError`."""

    def __init__(self, sealed: Spool, identity: pyrage.x25519.Identity) -> None:
        self._blocks: Queue[bytes | Exception] = Queue(_WAITING)
        self._stopped, self._rest, self._ended = Event(), b"", False
        self._gathered = bytearray()
        self._thread = Thread(target=self._unseal, args=(sealed, identity), name="unsealing", daemon=True)
        self._thread.start()

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes; none at the end."""
        while not self._rest and not self._ended:
            block = self._blocks.get()
            if isinstance(block, Exception):
                self._ended = True
                raise block
            self._rest, self._ended = block, not block
        cut = len(self._rest) if size < 0 else size
        found, self._rest = self._rest[:cut], self._rest[cut:]
        return found

    def close(self) -> None:
        """Ends the thread."""
        self._stopped.set()
        while self._thread.is_alive():
            try:
                self._blocks.get(timeout=0.01)
            except Empty:
                continue

    def write(self, data: bytes) -> int:
        """Takes what was unsealed; called by age, which writes in small pieces."""
        self._gathered += data
        if len(self._gathered) >= _BLOCK:
            self._hand_on()
        return len(data)

    def flush(self) -> None:
        """There is nothing to flush: the last piece is handed on at the end."""

    def _hand_on(self) -> None:
        if self._gathered:
            self._put(bytes(self._gathered))
            self._gathered.clear()

    def _put(self, block: bytes | Exception) -> None:
        if self._stopped.is_set():
            raise _Stopped
        self._blocks.put(block)

    def _unseal(self, sealed: Spool, identity: pyrage.x25519.Identity) -> None:
        source = Source(sealed.blocks().__next__)
        try:
            pyrage.decrypt_io(source, self, [identity])
            self._hand_on()
            self._put(b"")
        except _Stopped:
            return
        except Exception as error:  # handed to whoever reads; age tells of an altered end as an `OSError`
            told = pyrage.DecryptError(str(error)) if isinstance(error, OSError) else error
            self._blocks.put(source.error or told)


class Source:
    """A file to read from, made of blocks that a function hands out until it raises `StopIteration`. An error of that
    function is kept in `error`: libraries between here and there turn it into one of their own."""

    def __init__(self, more: Callable[[], bytes]) -> None:
        self._more, self._rest, self._ended = more, b"", False
        self.error: Exception | None = None

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes; none at the end."""
        while not self._rest and not self._ended:
            try:
                self._rest = self._more()
            except StopIteration:
                self._ended = True
            except Exception as error:
                self.error = error
                raise
        cut = len(self._rest) if size < 0 else size
        found, self._rest = self._rest[:cut], self._rest[cut:]
        return found
