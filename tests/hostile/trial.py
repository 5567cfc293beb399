"""One hostile case: what is put on the stick, what must come of it, and how that is found out."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from carehub import resources
from carehub.domain.texts import CHINESE, ENGLISH
from carehub.services import checking, merging
from carehub.services.desk import Desk
from carehub.services.merging import Merged

from ..conftest import drive
from .stage import Stage

SECONDS, BYTES = 2.0, 200 << 20
BOOKKEEPING = frozenset({"intake", "link", "sqlite_sequence", "receipt"})
"""What every bundle that is taken in leaves, whatever it holds: that it came, and how far its sender's log is known."""

Files: TypeAlias = "bytes | list[bytes] | Path"
Build: TypeAlias = Callable[[Stage], Files]


@dataclass(frozen=True)
class Expect:
    """What must come of a case. `tables`: exactly these change besides the bookkeeping of a bundle that was taken in.
    `aside`: reason → how many changes are kept aside for it. `then` looks closer."""

    status: str
    message: str | None = None
    aside: Mapping[str, int] = field(default_factory=dict)
    tables: frozenset[str] = frozenset()
    then: Callable[["Trial"], None] | None = None
    tried: str | None = None
    """the status of the dry run, where it differs"""


@dataclass(frozen=True)
class Case:
    """`to`: whose store takes the files in, the last of which is the hostile one."""

    name: str
    build: Build
    expect: Expect
    to: str = "township"
    approve: Callable[[Stage], str] = lambda stage: ""


CASES: list[Case] = []


def case(name: str, expect: Expect, to: str = "township", **options: Any) -> Callable[[Build], Build]:
    """Enters a builder into the corpus."""

    def enter(build: Build) -> Build:
        CASES.append(Case(name, build, expect, to, **options))
        return build

    return enter


def refused(message: str, *tables: str) -> Expect:
    """Nothing is taken in; a sentence says so."""
    return Expect("refused", message, tables=frozenset(tables))


def waiting(message: str, tried: str | None = None) -> Expect:
    """Sound, but a person must decide or another bundle must come first."""
    return Expect("waiting", message, tried=tried)


def inert(then: Callable[["Trial"], None] | None = None) -> Expect:
    """Taken in, and nothing comes of it: no row, no change, no key, nobody else's position."""
    return Expect("merged", then=then)


def merged(*tables: str, then: Callable[["Trial"], None] | None = None) -> Expect:
    """Taken in; only these tables change."""
    return Expect("merged", tables=frozenset(tables), then=then)


def aside(reason: str, count: int = 1, *tables: str, then: Callable[["Trial"], None] | None = None) -> Expect:
    """Taken in, but these changes wait for a person, each with its reason."""
    return Expect("merged", aside={reason: count}, tables=frozenset({"quarantine", *tables}), then=then)


def already() -> Expect:
    """Said to have been taken in before; nothing changes."""
    return Expect("already", merging.ALREADY)


Snapshot: TypeAlias = dict[str, list[tuple[Any, ...]]]


def snapshot(desk: Desk) -> Snapshot:
    """Every row of every table of a store."""
    with desk.store.reading() as session:
        connection = desk.store.raw(session)
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'")
        return {name: sorted(connection.execute(f'SELECT * FROM "{name}"'), key=repr) for (name,) in names.fetchall()}


def differing(one: Snapshot, other: Snapshot) -> set[str]:
    """The tables in which two snapshots differ."""
    return {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}


@dataclass
class Trial:
    """A case after it was played."""

    stage: Stage
    case: Case
    desk: Desk
    before: Snapshot
    after: Snapshot
    result: Merged
    seconds: float
    grown: int
    earlier: int

    def query(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows of the store as they are now."""
        with self.desk.store.reading() as session:
            return self.desk.store.raw(session).execute(sql, values).fetchall()


def play(stage: Stage, chosen: Case, stick: Path) -> Trial:
    """Plays a case against a fresh copy of a store and returns what came of it. Raises `AssertionError` where a trial
    run already differs from what is expected, or leaves anything behind."""
    desk = stage.desk(chosen.to)
    *earlier, hostile = _files(chosen.build(stage), stick)
    for file in earlier:
        (result,) = drive(merging.merge(desk, [file]))
        assert result.status == "merged", result.error
    _index(desk)
    before, words = snapshot(desk), chosen.approve(stage)
    (tried,) = drive(merging.merge(desk, [hostile], approve=words, dry_run=True))
    wanted = chosen.expect.tried or chosen.expect.status
    assert tried.status == wanted, f"the trial run says {tried.status}: {tried.error}"
    assert not differing(before, snapshot(desk)), "the trial run left something behind"
    peak = Peak()
    began = time.monotonic()
    (result,) = drive(merging.merge(desk, [hostile], approve=words))
    _index(desk)
    return Trial(
        stage, chosen, desk, before, snapshot(desk), result, time.monotonic() - began, peak.grown(), len(earlier)
    )


def _index(desk: Desk) -> None:
    for _ in desk.store.catch_up_search():
        pass


def _files(built: Files, stick: Path) -> list[Path]:
    if isinstance(built, Path):
        return [built]
    found = []
    for n, data in enumerate([built] if isinstance(built, bytes) else built):
        file = stick / f"{n}.carebundle"
        file.write_bytes(data)
        found.append(file)
    return found


def judge(trial: Trial) -> None:
    """Holds a played case against what is expected of it."""
    expect, result = trial.case.expect, trial.result
    told = result.error.message if result.error else None
    assert (result.status, told) == (expect.status, expect.message), f"{result.status}: {result.error}"
    _require_chinese(trial)
    changed = differing(trial.before, trial.after)
    search = {name for name in changed if name.startswith("search_")}
    noted = BOOKKEEPING if expect.status == "merged" else frozenset()
    assert changed - noted - search == expect.tables - noted, sorted(changed)
    assert not search or expect.tables
    if expect.status == "merged":
        _require_own_link_only(trial)
    assert _newly_aside(trial) == dict(expect.aside)
    assert drive(checking.check(trial.desk)) == []
    assert trial.seconds < SECONDS, f"took {trial.seconds:.1f} s"
    assert trial.grown < BYTES, f"took {trial.grown >> 20} MiB"
    if expect.then:
        expect.then(trial)


def _require_own_link_only(trial: Trial) -> None:
    """A bundle moves on its own sender's position and nobody else's."""
    moved = set(trial.after["link"]) ^ set(trial.before["link"])
    senders = {row[1] for row in moved}
    assert "former" in trial.case.expect.tables or senders <= {trial.result.site}, senders


def _newly_aside(trial: Trial) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in set(trial.after["quarantine"]) - set(trial.before["quarantine"]):
        found[row[3]] = found.get(row[3], 0) + 1
    return found


def _require_chinese(trial: Trial) -> None:
    chinese, english = resources.texts(CHINESE), resources.texts(ENGLISH)
    for message in [*trial.case.expect.aside, *filter(None, [trial.case.expect.message])]:
        assert chinese(message) != english(message), f"not in the catalogue: {message}"
    if trial.result.error:
        assert "{" not in chinese.error(trial.result.error)


class Peak:
    """How much more memory this process has held at once since, native libraries included. Linux tells; elsewhere 0."""

    def __init__(self) -> None:
        self._status = Path("/proc/self/status")
        try:
            Path("/proc/self/clear_refs").write_text("5")
            self._before = self._read("VmRSS")
        except OSError:
            self._before = 0

    def grown(self) -> int:
        """Bytes."""
        return max(self._read("VmHWM") - self._before, 0) if self._before else 0

    def _read(self, name: str) -> int:
        found = next(x for x in self._status.read_text().splitlines() if x.startswith(name + ":"))
        return int(found.split()[1]) * 1024
