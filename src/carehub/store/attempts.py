"""Wrong passwords slow down: after a few in a row one has to wait, longer each time, also after a restart.

This keeps a person at the keyboard from trying; whoever takes the file away is kept out by Argon2id alone.
"""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from carehub.domain.errors import NotAllowed
from carehub.domain.texts import mark

FILE = "attempts.json"
FREE = 3
"""Wrong passwords in a row that cost nothing: people mistype."""
FIRST, LONGEST = 5, 300
"""Seconds to wait after the next wrong one, doubled each time, up to five minutes."""

WAIT = mark("Too many wrong passwords. Please wait {seconds} seconds, then try again.")


class _Count(msgspec.Struct):
    failed: int = 0
    at: float = 0.0


@contextmanager
def counted(folder: Path) -> Iterator[None]:
    """Around an attempt to open a store: raises `NotAllowed` while one has to wait, counts a `NotAllowed` from within,
    and forgets the count after a success."""
    count, now = _read(folder), time.time()
    if count.at > now:  # the clock was set back: waiting starts over, it must not last until the clock is there again
        count.at = now
        _write(folder, count)
    left = _left(count, now)
    if left > 0:
        raise NotAllowed(WAIT, seconds=left)
    try:
        yield
    except NotAllowed:
        _write(folder, _Count(count.failed + 1, time.time()))
        raise
    if count.failed:
        (folder / FILE).unlink(missing_ok=True)


def _left(count: _Count, now: float) -> int:
    """Seconds still to wait."""
    if count.failed < FREE:
        return 0
    wait = min(FIRST << min(count.failed - FREE, 10), LONGEST)
    return max(0, math.ceil(count.at + wait - now))


def _read(folder: Path) -> _Count:
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=_Count)
    except (OSError, msgspec.MsgspecError):
        return _Count()


def _write(folder: Path, count: _Count) -> None:
    try:
        (folder / FILE).write_bytes(msgspec.json.encode(count))
    except OSError:
        return
