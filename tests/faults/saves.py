"""Kills the program with `kill -9` while people save, and looks for every save: `python tests/faults/saves.py [N]
[--seed S]` (500 times).

A process of its own opens a real store on a real disk and works at random: children are added and edited, visits
recorded, records voided, drafts kept, guardians changed, backups made. Each time the program has told the user that
something is saved, the process writes that down to a pipe, never before. It is killed at a random moment; whatever it
had written down by then must be in the store when it is opened next, `check` must find nothing, every backup must be
whole, and nothing may be there that nobody wrote. Then the work goes on with the store as the kill left it.
"""

import argparse
import collections
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from carehub.domain.care import Visit
from carehub.domain.people import Child
from carehub.services import backups, checking, children, drafts, opening, records
from carehub.services.desk import Desk
from carehub.store import backups as store_backups
from tests.faults.scenes import PASSWORD, cheap_hashing, drive, sentence

LONGEST = 0.35
"""Seconds after the first save within which the process is killed."""
AFRESH = 100
"""So many kills the same store lives through."""
WORDS = ("说明", "屋后有河", "奶奶腿脚不便", "想念父母")


# --- the process that is killed ---------------------------------------------------------------------------------------


@dataclass
class Person:
    """Somebody who works at random and writes down what was saved."""

    desk: Desk
    dice: random.Random
    out: TextIO
    serial: int
    known: list[str] = field(default_factory=list)
    visits: list[str] = field(default_factory=list)

    def work(self) -> None:
        """Works until killed."""
        self.known = records.ids(self.desk, Child)
        self.visits = [v.id for v in records.fetch(self.desk, Visit, records.ids(self.desk, Visit)) if not v.voided_on]
        jobs = [self.add, self.edit, self.edit, self.guardian, self.visit, self.void, self.draft, self.back_up]
        while True:
            self.serial += 1
            (self.add if len(self.known) < 3 else self.dice.choice(jobs))()

    def saved(self, what: str, row: str, value: Any) -> None:
        """Says what the user has just been told: it is saved."""
        self.out.write(json.dumps({"what": what, "row": row, "value": value, "n": self.serial}) + "\n")
        self.out.flush()

    def begins(self, what: str, row: str, value: Any) -> None:
        """Says what is about to be saved; it may or may not be found."""
        self.saved(f"begins {what}", row, value)

    def text(self) -> str:
        return f"{self.serial} {self.dice.choice(WORDS) * self.dice.randrange(1, 120)}"

    def add(self) -> None:
        told = self.text()
        self.begins("add", "", told)
        row = children.add(self.desk, {"name": f"孩{self.serial}", "sex": "女", "remark": told})[0].child.id
        self.saved("remark", row, told)
        self.known.append(row)

    def edit(self) -> None:
        row, told = self.dice.choice(self.known), self.text()
        self.begins("remark", row, told)
        children.edit(self.desk, row, {"remark": told})
        self.saved("remark", row, told)

    def guardian(self) -> None:
        row, phone = self.dice.choice(self.known), f"139{self.serial:08}"
        self.begins("guardian", row, phone)
        children.edit(self.desk, row, {"guardian": "姚秀志", "guardian_phone": phone})
        self.saved("guardian", row, phone)

    def visit(self) -> None:
        child, told = self.dice.choice(self.known), self.text()
        self.begins("visit", child, told)
        row = records.add(self.desk, Visit, {"child_id": child, "done_on": "2026-10-20", "note": told})[0].id
        self.saved("note", row, told)
        self.visits.append(row)

    def void(self) -> None:
        if self.visits:
            row = self.visits.pop(self.dice.randrange(len(self.visits)))
            self.begins("void", row, None)
            records.void(self.desk, Visit, row, "误录")
            self.saved("void", row, None)

    def draft(self) -> None:
        told = self.text()
        self.begins("draft", "visit/new", told)
        drafts.keep(self.desk, "visit/new", {"note": told})
        self.saved("draft", "visit/new", told)

    def back_up(self) -> None:
        if self.dice.random() < 0.3:
            self.begins("backup", "", None)
            made = drive(backups.make(self.desk))
            self.saved("backup", str(made.kept.about.number), made.kept.about.number)


def _child(store: Path, seed: int, serial: int, out: int) -> None:
    with os.fdopen(out, "w", encoding="utf-8") as pipe:
        Person(opening.sign_in(store, PASSWORD), random.Random(seed), pipe, serial).work()


# --- the one who looks ------------------------------------------------------------------------------------------------


class Watcher:
    """Kills, opens, and compares with all that was acknowledged since the store was made."""

    def __init__(self, base: Path, seed: int) -> None:
        self.base, self.dice = base, random.Random(seed)
        self.store, self.serial = base / "store", 0
        self.saved: dict[tuple[str, str], Any] = {}
        self.counts: collections.Counter[str] = collections.Counter()
        self.acknowledged = self.within = 0

    def found(self) -> None:
        """Begins with a new store."""
        shutil.rmtree(self.base, ignore_errors=True)
        self.base.mkdir(parents=True)
        self.saved.clear()
        opening.begin(self.store, level="room", name="新民村", area="500199100200", password=PASSWORD,
                      user="李秀英").desk.close()  # fmt: skip

    def kill(self) -> list[dict[str, Any]]:
        """Lets the work go on and kills it. Returns all it had said."""
        reading, writing = os.pipe()
        seed = self.dice.randrange(1 << 30)
        pid = os.fork()
        if not pid:
            try:
                os.close(reading)
                _child(self.store, seed, self.serial, writing)
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(1)
        os.close(writing)
        with os.fdopen(reading, encoding="utf-8") as pipe:
            said = [pipe.readline()]
            time.sleep(self.dice.random() * LONGEST)
            os.kill(pid, signal.SIGKILL)
            said += pipe.readlines()
        _, status = os.waitpid(pid, 0)
        assert os.WIFSIGNALED(status), "the process ended by itself"
        return [json.loads(line) for line in said if line.endswith("\n")]

    def judge(self) -> list[str]:
        """One kill, and all that is wrong after it."""
        said = self.kill()
        self.serial = max([self.serial, *(word["n"] for word in said)])
        open_end = said[-1] if said and said[-1]["what"].startswith("begins ") else None
        self.within += open_end is not None
        for word in said:
            if not word["what"].startswith("begins "):
                self.acknowledged += 1
                self.counts[word["what"]] += 1
                self.saved[word["what"], word["row"]] = word["value"]
        desk = opening.sign_in(self.store, PASSWORD)
        try:
            wrong = ["it takes itself for a copy"] if desk.continued else []
            wrong += [f"check finds: {sentence(f.error)}" for f in drive(checking.check(desk))]
            return wrong + self._compare(desk, open_end)
        finally:
            desk.close()

    def _compare(self, desk: Desk, open_end: dict[str, Any] | None) -> list[str]:
        """Everything acknowledged against what the store says; what was under way may have happened, wholly."""
        found = self._read(desk)
        wrong = []
        for key, value in self.saved.items():
            now = found.get(key, "(nothing)")
            under_way = open_end and (open_end["what"].removeprefix("begins "), open_end["row"]) == key
            if now != value and not (under_way and open_end and now == open_end["value"]):
                wrong.append(f"lost: {key} was {str(value)[:60]!r}, is {str(now)[:60]!r}")
        fresh = [key for key in found.keys() - self.saved.keys() if key[0] in ("remark", "note", "void", "backup")]
        if len(fresh) > (open_end is not None):
            wrong.append(f"nobody said so: {fresh}")
        self.saved = found  # what was under way counts from here on as it was found
        return wrong

    def _read(self, desk: Desk) -> dict[tuple[str, str], Any]:
        found: dict[tuple[str, str], Any] = {}
        for file in children.read(desk, records.ids(desk, Child)):
            found["remark", file.child.id] = file.child.remark
            if file.guardian:
                found["guardian", file.child.id] = file.guardian.phone
        with desk.store.reading() as session:
            rows = desk.store.raw(session).execute("SELECT id, note, voided_on FROM visit").fetchall()
        for row, note, voided in rows:
            found["note", row] = note
            if voided:
                found["void", row] = None
        if draft := drafts.kept(desk, "visit/new"):
            found["draft", "visit/new"] = draft["note"]
        for one in backups.kept(self.store):
            store_backups.verify(one.kept, desk.store.key)
            found["backup", str(one.kept.about.number)] = one.kept.about.number
        newest = max((number for (what, _), number in found.items() if what == "backup"), default=0)
        for key in [k for k, n in self.saved.items() if k[0] == "backup" and k not in found and n < newest]:
            del self.saved[key]  # a newer one of the same day has taken its place
        return found


def run(count: int, seed: int, base: Path) -> tuple[int, Watcher]:
    """So many kills. Returns after how many something was wrong."""
    watcher, bad = Watcher(base / "work", seed), 0
    for n in range(count):
        if n % AFRESH == 0:
            watcher.found()
        try:
            wrong = watcher.judge()
        except Exception:
            wrong = [traceback.format_exc(limit=-6)]
        bad += bool(wrong)
        for what in wrong:
            print(f"WRONG after kill {n + 1}: {what}", flush=True)
    return bad, watcher


def main() -> int:
    """Runs the command."""
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("count", type=int, nargs="?", default=500)
    told.add_argument("--seed", type=int, default=1)
    options = told.parse_args()
    cheap_hashing()
    base = Path(tempfile.mkdtemp(prefix="carehub-saves-"))
    os.environ["CAREHUB_STATE"], os.environ["CAREHUB_STICKS"] = str(base / "state"), ""
    began = time.perf_counter()
    try:
        bad, watcher = run(options.count, options.seed, base)
    finally:
        shutil.rmtree(base, ignore_errors=True)
    print("saved: " + ", ".join(f"{what} {n}" for what, n in sorted(watcher.counts.items())))
    seconds = time.perf_counter() - began
    print(f"{options.count} kills in {seconds:.0f} s, {watcher.within} of them within a save, "
          f"{watcher.acknowledged} saves acknowledged, {bad} wrong")  # fmt: skip
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
