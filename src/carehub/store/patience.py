"""Long calls of the database in steps: they run on a thread of their own, so that the caller can show how far they
have got, and stop them."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from sqlite3 import Connection

STEP = 0.1
"""Seconds between two words of progress."""
PAGES = 1000


class _Stopped(Exception):
    """Nobody waits for the call any more."""


def copied(source: Connection, target: Connection) -> Iterator[tuple[int, int]]:
    """Copies a database by its own backup. Yields (pages done, pages in all); closing it stops the copying."""
    reached, stop = [(0, 0)], threading.Event()

    def note(_: int, remaining: int, total: int) -> None:
        if stop.is_set():
            raise _Stopped
        reached[0] = (total - remaining, total)

    yield from _waited(lambda: source.backup(target, pages=PAGES, progress=note, sleep=0.05), reached, stop.set)


def called(connection: Connection, call: Callable[[], object]) -> Iterator[tuple[int, int]]:
    """Makes one long call on a connection. Yields (0, 0) while it lasts; closing it interrupts the call."""
    yield from _waited(call, [(0, 0)], connection.interrupt)


def _waited(
    call: Callable[[], object], reached: list[tuple[int, int]], stop: Callable[[], object]
) -> Iterator[tuple[int, int]]:
    with ThreadPoolExecutor(1, thread_name_prefix="carehub-copy") as pool:
        job = pool.submit(call)
        try:
            while not wait([job], timeout=STEP).done:
                yield reached[0]
        except GeneratorExit:
            stop()
            raise
        job.result()
