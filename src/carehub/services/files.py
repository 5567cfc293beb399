"""Files that leave or enter the store: written whole or not at all, never over an existing one."""

import errno
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from carehub.domain.errors import NotFound, StoreError
from carehub.domain.texts import mark

NO_FILE = mark("The file “{file}” cannot be read. Is the stick still plugged in?")
FILE_TOO_LARGE = mark("The file “{file}” is too large to be right. It was not read.")
NO_FOLDER = mark("The folder “{folder}” cannot be written to. Is the stick plugged in and not write-protected?")
WRITE_FAILED = mark(
    "“{file}” could not be written (stick full, pulled out or write-protected). Nothing was lost; please try again."
)


_BINARY = getattr(os, "O_BINARY", 0)  # Windows would change line ends


def read_file(file: Path, limit: int) -> bytes:
    """The bytes of a file of at most `limit` bytes; a larger one is not even begun. Pipes and devices are no files:
    they may never end. Raises `NotFound`."""
    with open_file(file, limit) as handle:
        data = handle.read(limit + 1)
    if len(data) > limit:
        raise NotFound(FILE_TOO_LARGE, file=file.name)
    return data


@contextmanager
def open_file(file: Path, limit: int) -> Iterator[BinaryIO]:
    """A file of at most `limit` bytes, to be read piece by piece. Raises `NotFound`, also where reading fails later."""
    try:
        about = file.stat()
        if not stat.S_ISREG(about.st_mode):
            raise NotFound(NO_FILE, file=file.name)
        if about.st_size > limit:
            raise NotFound(FILE_TOO_LARGE, file=file.name)
        with file.open("rb") as handle:
            yield handle
    except OSError:
        raise NotFound(NO_FILE, file=file.name) from None


def write_new(folder: Path, stem: str, suffix: str, data: bytes, *, private: bool = False) -> Path:
    """Writes a new file: temporary name, flush to the disk, rename, read back and compare. If the name is taken, a
    number is added; nothing existing is ever touched. `private`: only its owner may read it. Raises `StoreError`."""
    return write_new_blocks(folder, stem, suffix, lambda: [data], private=private)


def write_new_blocks(
    folder: Path, stem: str, suffix: str, blocks: Callable[[], Iterable[bytes]], *, private: bool = False
) -> Path:
    """The same for what need not be in memory as a whole: `blocks` gives its bytes from the beginning, each time it is
    called."""
    stem = re.sub(r'[\\/:*?"<>|\x00-\x1f]', "_", stem).strip(" .")[:60] or "carehub"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise StoreError(NO_FOLDER, folder=str(folder)) from None
    temporary, placed = folder / f".{os.urandom(6).hex()}.part", None
    try:
        _write_through(temporary, blocks(), 0o600 if private else 0o666)
        placed = _place(temporary, folder, stem, suffix)
        _flush_folder(folder)
        if not _holds(placed, blocks()):
            raise OSError
    except (OSError, StoreError) as error:
        if placed:  # it may be whole, but nobody could see that it is
            discard(placed)
        if isinstance(error, StoreError):  # its bytes could not be read from this computer's own disk
            raise
        raise StoreError(WRITE_FAILED, file=placed.name if placed else stem + suffix) from None
    finally:
        discard(temporary)
    return placed


def write_over(target: Path, data: bytes) -> None:
    """Writes a file the person named, replacing an older one in a single step. Raises `StoreError`; then the older
    one is untouched."""
    temporary = target.with_name(f".{os.urandom(6).hex()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _write_through(temporary, [data])
        temporary.replace(target)
    except OSError:
        raise StoreError(WRITE_FAILED, file=target.name) from None
    finally:
        discard(temporary)


def _holds(file: Path, blocks: Iterable[bytes]) -> bool:
    with file.open("rb") as handle:
        return all(handle.read(len(block)) == block for block in blocks) and not handle.read(1)


def _write_through(file: Path, blocks: Iterable[bytes], mode: int = 0o666) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, mode), "wb") as handle:
        for block in blocks:
            handle.write(block)
        handle.flush()
        os.fsync(handle.fileno())


def _place(temporary: Path, folder: Path, stem: str, suffix: str) -> Path:
    """Gives a written file its name, the first that is free."""
    for n in range(1, 10_000):
        target = folder / (f"{stem}{suffix}" if n == 1 else f"{stem}-{n}{suffix}")
        if not target.exists():
            temporary.rename(target)
            return target
    raise OSError


def _flush_folder(folder: Path) -> None:
    """A new name stays after the power fails only if its folder was flushed as well. Windows has no such call, and some
    file systems do not know it."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(handle)


def discard(file: Path) -> None:
    """Removes a file that came to nothing, if it can."""
    try:
        file.unlink(missing_ok=True)
    except OSError:
        return  # the stick is gone, and the file with it
