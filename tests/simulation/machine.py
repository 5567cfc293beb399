"""One computer of the simulated world: a real database in memory, with a clock of its own, that may be wrong."""

import random
from dataclasses import dataclass, field
from sqlite3 import Connection
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from carehub.store import schema as store_schema
from carehub.sync import capture, schema

LATE = "remark"
"""The column of `child` that an old program does not know yet."""


@dataclass
class Machine:
    """A computer at a site. `old`: its program is one schema behind. `dead`: broken, stolen or thrown away."""

    name: str
    site: str
    db: Connection
    clock: "Clock"
    old: bool = False
    dead: bool = False
    backups: list[tuple[Any, bool]] = field(default_factory=list)

    def copy_of_disk(self) -> Any:
        """The whole database as it is now."""
        made = sqlcipher.connect(":memory:", isolation_level=None, check_same_thread=False)
        self.db.backup(made)  # type: ignore[arg-type]
        return made

    def rows(self, homes: set[str]) -> list[tuple[str, str]]:
        """(table, id) of every row at home at one of these sites."""
        found = []
        for table in ("child", "volunteer"):
            for row, home in self.db.execute(f"SELECT id, site_id FROM {table} ORDER BY id"):
                if home in homes:
                    found.append((table, row))
        return found


@dataclass
class Clock:
    """The world's time in seconds, and how far this computer's own is from it."""

    now: list[float]
    wrong_by: float = 0.0

    def __call__(self, *_: object) -> float:
        return self.now[0] + self.wrong_by


def boot(disk: Any, clock: Clock) -> Any:
    """Puts a disk into a computer: its database reads that computer's clock."""
    disk.create_function("unixepoch", -1, clock)
    return disk


class OldProgram:
    """While entered, the program does not know the column `LATE`."""

    def __init__(self, machine: Machine) -> None:
        self._old = machine.old

    def __enter__(self) -> None:
        if self._old:
            self._real = schema.tables
            schema.tables.cache_clear()
            whole = schema.tables()
            child = whole["child"]
            columns = tuple(c for c in child.columns if c != LATE)
            less = {**whole, "child": schema.Table("child", columns, child.types, child.owners)}
            _patch(lambda: less)

    def __exit__(self, *_: object) -> None:
        if self._old:
            _patch(self._real)


def _patch(tables: Any) -> None:
    from carehub.sync import erasure, merge, scope

    for module in (erasure, merge, scope, schema):
        module.tables = tables  # type: ignore[attr-defined]


def downgrade(machine: Machine) -> None:
    """Makes a new computer's database that of an old program: the late column is not there."""
    machine.old = True
    with OldProgram(machine):
        capture.install(machine.db, {n: t.columns for n, t in schema.tables().items()})
    machine.db.execute(f"ALTER TABLE child DROP COLUMN {LATE}")


def upgrade(machine: Machine) -> None:
    """Installs the newer program: the column comes, and with it what others wrote into it."""
    if machine.old:
        machine.old = False
        machine.db.execute("BEGIN")
        machine.db.execute(f"ALTER TABLE child ADD COLUMN {LATE} TEXT")
        capture.install(machine.db, {n: t.columns for n, t in schema.tables().items()})
        store_schema.catch_up(machine.db, {"child": {LATE}})
        machine.db.execute("COMMIT")


def dice(*parts: object) -> random.Random:
    """Reproducible chance."""
    return random.Random(":".join(map(str, parts)))
