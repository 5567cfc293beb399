"""Lets the n-th thing that the program asks of its database or its disk fail.

Counted are: every `execute` and `executemany` on the driver's cursors, whoever issues it (SQLAlchemy, raw statements of
sync, BEGIN), every COMMIT, ROLLBACK and new connection; and every file operation that `services/files.py`,
`services/handover.py`, `store/copies.py` and `sync/spool.py` ask for themselves. Only while armed. What is replaced is
the driver's connection class, the nameless files, and the calls of `os` and `pathlib`, seen from those modules alone;
everything beneath is real.
"""

import errno
import itertools
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

from sqlcipher3 import dbapi2 as sqlcipher

from carehub.store import engine
from carehub.sync import payload, replicas, spool

KILLED = 86
"""The exit code of a process that was ended at its point."""
CLOCK = 1_790_000_000.0
"""The database's clock stands still, so that two runs can be compared to the millisecond."""

NAMELESS = "spool: nameless"
WATCHED = frozenset({"carehub.services.files", "carehub.services.handover", "carehub.store.copies"})
STATEMENTS = frozenset({"execute", "executemany", "commit", "rollback", "connect"})


class Point(NamedTuple):
    """One thing that was asked for: its kind, and what it was about."""

    kind: str
    what: str

    @property
    def modes(self) -> tuple[str, ...]:
        """The ways in which it can fail. A ROLLBACK asks nothing of the disk."""
        if self.kind == "rollback":
            return ("kill",)
        parts = self.kind in ("write", "read") or (self.kind == "executemany" and "rows" in self.what)
        return ("error", "full", "short", "kill") if parts else ("error", "full", "kill")


@dataclass
class Plan:
    """What is to fail: the operation number `at` (0: none), and how."""

    at: int = 0
    mode: str = ""
    armed: bool = False
    seen: list[Point] = field(default_factory=list)

    @property
    def struck(self) -> bool:
        return 0 < self.at <= len(self.seen)


plan = Plan()


def begin(at: int = 0, mode: str = "") -> None:
    """Arms a new plan."""
    plan.at, plan.mode, plan.seen, plan.armed = at, mode, [], True


_names = itertools.count()


def same_names() -> None:
    """From here on replicas are called as they were after the last call: two runs of a scene can be compared."""
    global _names
    _names = itertools.count(1 << 20)


def meet(kind: str, what: str) -> bool:
    """Counts an operation about to happen. At its point it raises, or ends the process; returns true where the caller
    is to do half of it first and then call `fail`."""
    if not plan.armed:
        return False
    point = Point(kind, what)
    plan.seen.append(point)
    if len(plan.seen) != plan.at:
        return False
    if "short" in point.modes and plan.mode in ("short", "kill"):
        return True
    fail(kind)
    return False


def fail(kind: str) -> None:
    """Fails as the plan says."""
    if plan.mode == "kill":
        os._exit(KILLED)
    full = plan.mode in ("full", "short")
    if kind in STATEMENTS:
        raise sqlcipher.OperationalError("database or disk is full" if full else "disk I/O error")
    number = errno.ENOSPC if full else errno.EIO
    raise OSError(number, os.strerror(number))


# --- the database -----------------------------------------------------------------------------------------------------


class Cursor(sqlcipher.Cursor):  # type: ignore[misc]
    """A cursor that counts. When the disk is full, SQLite has taken the transaction back by itself."""

    def execute(self, sql: str, *given: Any) -> Any:
        with _taken_back(self.connection):
            meet("execute", _short(sql))
        return super().execute(sql, *given)

    def executemany(self, sql: str, given: Any) -> Any:
        rows = list(given)
        with _taken_back(self.connection):
            if meet("executemany", f"{_short(sql)} ({len(rows)} rows)" if len(rows) > 1 else _short(sql)):
                super().executemany(sql, rows[: len(rows) // 2])
                fail("executemany")
        return super().executemany(sql, rows)


class Connection(sqlcipher.Connection):  # type: ignore[misc]
    """A connection whose statements are counted and whose clock stands still."""

    def cursor(self, factory: type[Cursor] = Cursor) -> Any:
        return super().cursor(factory)

    def commit(self) -> None:
        if self.in_transaction:
            with _taken_back(self):
                meet("commit", "COMMIT")
        super().commit()

    def rollback(self) -> None:
        if self.in_transaction:
            meet("rollback", "ROLLBACK")
        super().rollback()


@contextmanager
def _taken_back(connection: Any) -> Iterator[None]:
    try:
        yield
    except sqlcipher.OperationalError:
        if plan.mode != "error" and connection.in_transaction:
            sqlcipher.Cursor(connection).execute("ROLLBACK")
        raise


def _short(sql: str) -> str:
    return " ".join(sql.split())[:90]


class _Driver:
    """Stands before the driver's module in `store.engine`."""

    def connect(self, *given: Any, **named: Any) -> Any:
        meet("connect", "connect")
        made = sqlcipher.connect(*given, factory=Connection, **named)
        made.create_function("unixepoch", -1, lambda *_: CLOCK)
        return made

    def __getattr__(self, name: str) -> Any:
        return getattr(sqlcipher, name)


# --- files ------------------------------------------------------------------------------------------------------------


class _Handle:
    """An open file whose use is counted."""

    def __init__(self, real: Any, name: str) -> None:
        self._real, self._name = real, name

    def __enter__(self) -> "_Handle":
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            if kind is None:
                meet("close", self._name)
        finally:
            self._real.close()

    def write(self, data: bytes) -> int:
        if meet("write", self._name):
            self._real.write(data[: len(data) // 2])
            self._real.flush()
            fail("write")
        return int(self._real.write(data))

    def read(self, size: int = -1) -> bytes:
        data: bytes = self._real.read(size)
        half = meet("read" if data else "read of nothing", self._name)  # of nothing there is no half
        if half and plan.mode == "kill":
            fail("read")
        return data[: len(data) // 2] if half else data

    def flush(self) -> None:
        meet("flush", self._name)
        self._real.flush()

    def fileno(self) -> int:
        return int(self._real.fileno())

    def seek(self, at: int, whence: int = 0) -> int:
        return int(self._real.seek(at, whence))

    def tell(self) -> int:
        return int(self._real.tell())


class _Nameless(tempfile.SpooledTemporaryFile):  # type: ignore[type-arg]
    """A file of `sync/spool.py` for sealed payloads whose use is counted."""

    def write(self, data: Any) -> int:
        if meet("write", NAMELESS):
            super().write(data[: len(data) // 2])
            fail("write")
        return int(super().write(data))

    def read(self, *given: Any) -> Any:
        meet("read on", NAMELESS)  # a short answer does no harm: it is asked for the rest
        return super().read(*given)


def _watched() -> str:
    """The module of the caller's caller if it is one of those that keep files, else nothing."""
    module = sys._getframe(2).f_globals.get("__name__", "")
    return module.rpartition(".")[2] if module in WATCHED else ""


def _path_call(name: str) -> Callable[..., Any]:
    real = getattr(Path, name)

    def call(self: Path, *given: Any, **named: Any) -> Any:
        module = _watched()
        if not module:
            return real(self, *given, **named)
        what = f"{module}: {_name(self)}"
        if name == "read_bytes":
            meet("open", what)
            with _Handle(real_open(self, "rb"), what) as handle:
                return handle.read()
        meet("look" if name in ("exists", "stat") else name, what)
        found = real(self, *given, **named)
        return _Handle(found, what) if name == "open" else found

    return call


real_open = Path.open


def _name(path: object) -> str:
    """A file's name without what differs from run to run."""
    path = Path(str(path))
    return "*.part" if path.suffix == ".part" else path.name


def _os_call(name: str) -> Callable[..., Any]:
    real = getattr(os, name)

    def call(first: Any, *given: Any, **named: Any) -> Any:
        module = _watched()
        if module and name == "fdopen":
            return _Handle(real(first, *given, **named), f"{module}: *.part")
        if module:
            meet(name, f"{module}: {'' if isinstance(first, int) else _name(first)}")
        return real(first, *given, **named)

    return call


SMALL = 2000
"""Beyond so many bytes a payload goes through a file and is unsealed as a stream: pictures of a few kilobytes do."""
PATH_CALLS = ("open", "mkdir", "exists", "stat", "rename", "replace", "unlink", "read_bytes")
OS_CALLS = ("open", "fdopen", "fsync")


def install() -> None:
    """Puts the counting in place, for the rest of this process."""
    engine.sqlcipher = _Driver()
    replicas._new_id = lambda: f"{next(_names):016x}"
    spool.tempfile = SimpleNamespace(SpooledTemporaryFile=_Nameless)  # type: ignore[assignment]
    spool.IN_MEMORY = payload.IN_MEMORY = SMALL
    for name in PATH_CALLS:
        setattr(Path, name, _path_call(name))
    for name in OS_CALLS:
        setattr(os, name, _os_call(name))
