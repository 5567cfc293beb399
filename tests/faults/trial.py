"""One fault at a time: play a scene, let one thing fail, and look at what is left."""

import contextlib
import os
import resource
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from carehub.services import checking
from carehub.services.desk import Desk

from . import fingerprint, injector
from .fingerprint import Print
from .injector import KILLED, Point
from .scenes import PAPER, Place, Scene, build, drive, sentence

DONE, TOLD, FAULT = 0, 3, 4
"""Exit codes of a child: it went well, the person was told, a fault of ours."""
CEILINGS = 12
PAGES = 12
NOTES = "copies: "
"""How points in `store/copies.py` begin. Where a note cannot be written nobody is told: at worst the store takes itself
for a copy when it is opened next, and goes on as a new replica, which is harmless."""


@dataclass(frozen=True)
class Case:
    """A scene with the number of what fails in it, and how."""

    scene: Scene
    at: int
    mode: str
    point: Point

    def __str__(self) -> str:
        where = f"{self.point.kind} {self.point.what}" if self.point.kind else ""
        return f"{self.scene.operation} {self.scene.name} / {self.mode} {self.at} {where}"


@dataclass
class Known:
    """A scene as it goes without a fault: what is asked for, and the store before and after."""

    points: list[Point]
    before: Print
    after: Print
    also: list[tuple[Print, bool]]
    pages: tuple[int, int]
    sizes: tuple[int, int]


@dataclass
class Trial:
    """All scenes and what is known of them."""

    place: Place
    unremembered: int = 0
    known: dict[str, Known] = field(default_factory=dict)

    def cases(self, only: str = "") -> Iterator[Case]:
        """Every point of every scene in every way; with `only`, of the scene of that name."""
        for scene in build(self.place):
            if only not in ("", scene.name):
                continue
            known = self.known[_key(scene)] = self._learn(scene)
            for n, point in enumerate(known.points, start=1):
                yield from (Case(scene, n, mode, point) for mode in point.modes)
            yield Case(scene, len(known.points) + 1, "kill", Point("end", ""))
            low, high = known.pages
            for pages in _between(low, high, PAGES):
                yield Case(scene, pages, "no pages", Point("", ""))
            for size in _between(*known.sizes, CEILINGS):
                yield Case(scene, size, "ceiling", Point("", ""))

    def _learn(self, scene: Scene) -> Known:
        self.place.put_back(scene.name)
        with self.place.desk(scene.who) as desk:
            before, low, small = fingerprint.of_store(desk), _pages(desk), self._log_size(scene)
            injector.begin()
            _go(scene, desk, self.place)
            injector.plan.armed = False
            points = list(injector.plan.seen)
            after, high, large = fingerprint.of_store(desk), _pages(desk), self._log_size(scene)
        assert scene.keeps == (before == after), scene.name
        return Known(points, before, after, list(self._also(scene)), (low, high), (small, large))

    def _also(self, scene: Scene) -> Iterator[tuple[Print, bool]]:
        for run, final in scene.also:
            self.place.put_back(scene.name)
            with self.place.desk(scene.who) as desk:
                run(desk, self.place)
                yield fingerprint.of_store(desk), final

    def _log_size(self, scene: Scene) -> int:
        return (self.place.live / scene.who / "store.db-wal").stat().st_size

    # --- one case ---

    def judge(self, case: Case) -> list[str]:
        """Lets one thing fail and returns all that is wrong afterwards."""
        self.place.put_back(case.scene.name)
        sight = _Sight(self, case)
        try:
            if case.mode in ("kill", "ceiling"):
                sight.fail_in_child()
            else:
                sight.fail_here()
            sight.look_again()
        except Exception:
            sight.wrong.append(traceback.format_exc(limit=-6))
        finally:
            injector.plan.armed = False
        return sight.wrong


def _key(scene: Scene) -> str:
    return f"{scene.operation}/{scene.name}"


def _go(scene: Scene, desk: Desk, place: Place) -> None:
    injector.same_names()
    scene.run(desk, place)


def _between(low: int, high: int, most: int) -> list[int]:
    """At most so many whole numbers from `low` to below `high`, evenly spread."""
    count = min(most, high - low)
    return [low + n * (high - low) // count for n in range(count)] if count > 0 else []


def _pages(desk: Desk) -> int:
    with desk.store.reading() as session:
        return int(desk.store.raw(session).execute("PRAGMA page_count").fetchone()[0])


def _allow_pages(desk: Desk, most: int) -> None:
    with desk.store.reading() as session:
        desk.store.raw(session).execute(f"PRAGMA max_page_count = {most}")


class _Sight:
    """One case under judgment."""

    def __init__(self, trial: Trial, case: Case) -> None:
        self.trial, self.case, self.place, self.scene = trial, case, trial.place, case.scene
        self.known = trial.known[_key(case.scene)]
        self.wrong: list[str] = []
        self.told = self.heard = False
        self.killed = False
        self.stick = fingerprint.of_folder(self.place.stick)
        self.sent: set[str] = set()

    # --- the fault ---

    def fail_here(self) -> None:
        """The fault in this process; where the disk was full, room is made and the same desk tries again."""
        with self.place.desk(self.scene.who) as desk:
            if self.case.mode == "no pages":
                _allow_pages(desk, self.case.at)
            try:
                self._run(desk)
            except Exception as error:
                self._hear(error)
            self._require(self.case.mode == "no pages" or injector.plan.struck, "the point was not reached")
            if self.case.mode == "no pages":
                _allow_pages(desk, 1 << 30)
            if self.told and self.case.mode != "error":
                self._compare(desk, "at the same desk")
                _go(self.scene, desk, self.place)
                self._compare(desk, "tried again at the same desk", done=True)
                self.told = False
            elif not self.told:
                self._compare(desk, "at the same desk", done=True)

    def _run(self, desk: Desk) -> None:
        if self.case.mode == "no pages" or self.case.mode == "ceiling":
            _go(self.scene, desk, self.place)
            return
        injector.begin(self.case.at, self.case.mode)
        try:
            _go(self.scene, desk, self.place)
        finally:
            injector.plan.armed = False

    def _hear(self, error: Exception) -> None:
        self.told = self.heard = True
        if sentence(error) is None:
            self.wrong.append("".join(traceback.format_exception(error, limit=-6)))

    def fail_in_child(self) -> None:
        """The fault in a process of its own, which ends by it or says how it went."""
        code = _in_child(self._child, self.place.base / "child.txt")
        if code == FAULT:
            self.wrong.append((self.place.base / "child.txt").read_text("utf-8"))
        self.killed = code == KILLED
        self.told = code in (TOLD, FAULT)
        self._require(code == KILLED or self.case.mode == "ceiling", f"the child ended with {code}")

    def _child(self) -> int:
        with self.place.desk(self.scene.who) as desk:
            if self.case.mode == "ceiling":
                resource.setrlimit(resource.RLIMIT_FSIZE, (self.case.at, resource.RLIM_INFINITY))
            try:
                self._run(desk)
            except Exception as error:
                self._hear(error)
                if self.wrong:
                    raise
            if self.case.mode == "kill":
                os._exit(KILLED)  # the end was reached: it must be safe already
        return TOLD if self.told else DONE

    # --- what is left ---

    def look_again(self) -> None:
        """Opens the store anew, checks it, compares it, and does the same once more where it did not happen."""
        with self.place.desk(self.scene.who) as desk:
            if desk.continued and self.case.point.what.startswith(NOTES) and not self.killed:
                self._check(desk, "gone on as a new replica")
                return
            self._require(not desk.continued, "the store takes itself for a copy")
            done = self._compare(desk, "opened anew")
            self._whether_told(done)
            if not done:
                _go(self.scene, desk, self.place)
                self._compare(desk, "tried again", done=True)
        self._require(self.scene.name != "on paper" or self._paper() == "new", "the paper is not whole")

    def _whether_told(self, done: bool) -> None:
        """Whoever was told nothing must find it done; where the disk failed in earnest, it must have been said."""
        case, point = self.case, self.case.point
        if self.killed:
            self._require(done or point.kind != "end", "done, but not safe")
            return
        self._require(done or self.told, "nobody was told that it failed")
        may = self.scene.again or self.scene.also
        self._require(may or not (done and self.told), "it is said to have failed, but it happened")
        if case.mode in ("error", "full", "short") and not (self.heard or self.scene.also):
            self._require(point.what.startswith(NOTES) or point.kind == "unlink", "nobody was told of it")

    def _compare(self, desk: Desk, when: str, *, done: bool | None = None) -> bool:
        """Compares the store with how it was and how it is to be. Returns whether the operation has happened."""
        self._check(desk, when)
        now = fingerprint.of_store(desk)
        if any(now == whole and (final or not done) for whole, final in self.known.also):
            return any(now == whole and final for whole, final in self.known.also)
        before, after = (fingerprint.difference(x, now) for x in (self.known.before, self.known.after))
        if (done is not True and before and after) or (done and after):
            self.wrong.append(f"{when}, neither before ({before}) nor after ({after})")
        self._look_at_stick(desk, when)
        if self.scene.name == "on paper":
            self._require(self._paper() != "torn", f"{when}, the paper is torn")
            return self._paper() == "new"
        if self.scene.keeps:
            return done is True or not (self.told or (self.killed and self.case.point.kind != "end"))
        return not after

    def _check(self, desk: Desk, when: str) -> None:
        self.wrong += [f"{when}, check finds: {sentence(f.error)}" for f in drive(checking.check(desk))]

    def _paper(self) -> str:
        data = (self.place.paper / PAPER).read_bytes()
        if data == b"an older receipt":
            return "old"
        return "new" if data.startswith(b"%PDF") and data.rstrip().endswith(b"%%EOF") else "torn"

    def _look_at_stick(self, desk: Desk, when: str) -> None:
        now, sent = fingerprint.of_folder(self.place.stick), fingerprint.sent_files(desk)
        for name, told in self.stick.items():
            self._require(now.get(name) == told, f"{when}, the older file {name} was touched")
        for name in now.keys() - self.stick.keys():
            self._look_at_new(self.place.stick / name, sent, when)
        if self.scene.exports:
            for name, told in sent.items():
                lies = [f for f in (self.place.stick / name, self.place.live / "out" / name) if f.exists()]
                aside = [fingerprint.told_by(f) for f in (self.place.live / "bundles").iterdir()]
                found = [fingerprint.told_by(f) for f in lies] + aside
                self._require(told in found, f"{when}, {name} counts as sent but is not on the stick")

    def _look_at_new(self, file: Path, sent: dict[str, tuple[str, str]], when: str) -> None:
        if file.suffix == ".part":
            tidied = self.killed or self.case.point.kind == "unlink"
            self._require(tidied, f"{when}, {file.name} was left behind")
            return
        told = fingerprint.told_by(file)
        self._require(told is not None, f"{when}, {file.name} is no whole bundle")
        if sent.get(file.name) != told:
            self._require(self.killed, f"{when}, {file.name} lies on the stick but is not remembered")
            self.trial.unremembered += when == "opened anew"

    def _require(self, holds: object, otherwise: str) -> None:
        if not holds:
            self.wrong.append(otherwise)


def _in_child(work: Callable[[], int], note: Path) -> int:
    """Runs work in a forked process; returns its exit code. What went wrong in it is written to `note`."""
    pid = os.fork()
    if pid:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    code = FAULT
    try:
        code = work()
    except BaseException:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        with contextlib.suppress(OSError):
            note.write_text(traceback.format_exc(limit=-8), "utf-8")
    finally:
        os._exit(code)
