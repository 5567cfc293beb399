"""Kills a working program with `kill -9` at random moments: `python tests/faults/kills.py [N] [--seed S]` (200 times).

A process of its own hands over, merges, undoes and writes receipts on real stores on a real disk (`labour.py`). It is
killed at a moment the seed chooses: so many operations after it began, and so far into the next one. Each time both
stores must open, `check` must find nothing, every bundle on the stick must be whole, and the operation under way must
have happened wholly or not at all: the store must be as it was before, or as the same operation makes it when it is
done once more on a copy of how everything lay. Then the work goes on with the stores as the kill left them.
"""

import argparse
import collections
import json
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from carehub.services import checking
from carehub.services.desk import Desk
from tests.faults import fingerprint, labour, scenes
from tests.faults.scenes import PAPER, Place, drive, sentence

AFRESH = 50
"""So many kills the same stores live through."""
MOST = 10
"""The operation that is hit is one of the first so many."""
USUAL = 0.03
"""Seconds an operation takes, until it was measured."""


class Killer:
    """Kills and looks at what is left."""

    def __init__(self, place: Place, seed: int) -> None:
        self.place, self.dice = place, random.Random(seed)
        self.lasts: dict[str, float] = {}
        self.hits: collections.Counter[str] = collections.Counter()
        self.outcomes: collections.Counter[str] = collections.Counter()
        self.unremembered = 0

    def found(self) -> None:
        """Begins with new stores that know each other."""
        shutil.rmtree(self.place.live, ignore_errors=True)
        scenes.found_and_join(self.place)

    # --- the kill ---

    def kill(self) -> dict[str, str] | None:
        """Starts the work and kills it. Returns what it was about, None between two operations."""
        count, part = self.dice.randrange(MOST), self.dice.random() * 1.1
        command = [sys.executable, Path(labour.__file__), self.place.base, str(self.dice.randrange(1 << 30))]
        log = (self.place.base / "labour.txt").open("w", encoding="utf-8")
        with log, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True) as process:
            assert process.stdout
            told, since = None, 0.0
            for line in process.stdout:
                told = json.loads(line)
                if "ends" in told:
                    self._learn(told["ends"], time.perf_counter() - since)
                    continue
                since, count = time.perf_counter(), count - 1
                if count < 0:
                    time.sleep(part * self.lasts.get(told["begins"], USUAL))
                    break
            process.send_signal(signal.SIGKILL)
            rest = [json.loads(line) for line in process.stdout if line.endswith("\n")]
            assert process.wait() == -signal.SIGKILL, (self.place.base / "labour.txt").read_text("utf-8")
        last = rest[-1] if rest else told
        return last if last and "begins" in last else None

    def _learn(self, what: str, seconds: float) -> None:
        self.lasts[what] = 0.7 * self.lasts.get(what, seconds) + 0.3 * seconds

    # --- what is left ---

    def judge(self) -> list[str]:
        """One kill, and all that is wrong after it."""
        under_way = self.kill()
        self.hits[under_way["begins"] if under_way else "(between)"] += 1
        self.place.keep("killed")
        wrong: list[str] = []
        try:
            prints = {who: self._open(who, wrong) for who in ("office", "room")}
            if under_way:
                self._compare(under_way, prints[under_way["who"]], wrong)
        except Exception:
            wrong.append(traceback.format_exc(limit=-6))
        self.place.put_back("killed")
        return wrong

    def _open(self, who: str, wrong: list[str]) -> fingerprint.Print:
        with self.place.desk(who) as desk:
            if desk.continued:
                wrong.append(f"the {who} takes itself for a copy")
            wrong += [f"{who}, check finds: {sentence(f.error)}" for f in drive(checking.check(desk))]
            self._look_at_stick(desk, wrong)
            return fingerprint.of_store(desk, times=False)

    def _look_at_stick(self, desk: Desk, wrong: list[str]) -> None:
        valid = {f.name: fingerprint.told_by(f) for f in self.place.stick.glob("*.carebundle")}
        wrong += [f"{name} is no whole bundle" for name, told in valid.items() if told is None]
        sent = fingerprint.sent_files(desk)
        wrong += [f"{n} counts as sent but is not on the stick" for n, told in sent.items() if valid.get(n) != told]

    def _compare(self, under_way: dict[str, str], found: fingerprint.Print, wrong: list[str]) -> None:
        """Compares a store with how it was, and with what the operation makes of that."""
        what, who = under_way["begins"], under_way["who"]
        files = self._files()
        shutil.rmtree(self.place.live)
        shutil.copytree(self.place.base / labour.BEFORE, self.place.live)
        older = self._files()
        wrong += [f"the older file {n} was touched" for n, told in older.items() if n != PAPER and files.get(n) != told]
        with self.place.desk(who) as desk:
            before = fingerprint.of_store(desk, times=False)
            labour.WORK[what](desk, self.place, under_way["file"])
            after = fingerprint.of_store(desk, times=False)
        apart = [fingerprint.difference(x, found) for x in (before, after)]
        if all(apart):
            wrong.append(f"{what}: neither before ({apart[0]}) nor after ({apart[1]})")
        self.outcomes["wholly" if apart[0] and not apart[1] else "not at all"] += what not in ("paper",)
        if what == "export" and not apart[0]:
            self.unremembered += any(n.endswith(".carebundle") for n in files.keys() - older.keys())
        data = (self.place.base / "killed" / "paper" / PAPER).read_bytes()
        if not (data.startswith(b"%PDF") and data.rstrip().endswith(b"%%EOF")):
            wrong.append("the paper is torn")

    def _files(self) -> dict[str, str]:
        return fingerprint.of_folder(self.place.stick) | fingerprint.of_folder(self.place.paper)


def run(count: int, seed: int, base: Path) -> tuple[int, Killer]:
    """So many kills. Returns after how many something was wrong."""
    killer, bad = Killer(Place(base), seed), 0
    for n in range(count):
        if n % AFRESH == 0:
            killer.found()
        wrong = killer.judge()
        bad += bool(wrong)
        for what in wrong:
            print(f"WRONG after kill {n + 1}: {what}", flush=True)
    return bad, killer


def main() -> int:
    """Runs the command."""
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("count", type=int, nargs="?", default=200)
    told.add_argument("--seed", type=int, default=1)
    options: Any = told.parse_args()
    scenes.cheap_hashing()
    base = Path(tempfile.mkdtemp(prefix="carehub-kills-"))
    began = time.perf_counter()
    try:
        bad, killer = run(options.count, options.seed, base)
    finally:
        shutil.rmtree(base, ignore_errors=True)
    print("hit: " + ", ".join(f"{what} {n}" for what, n in sorted(killer.hits.items())))
    print("the operation had happened: " + ", ".join(f"{what} {n}" for what, n in sorted(killer.outcomes.items())))
    print(f"bundles whole on the stick, but not remembered: {killer.unremembered}")
    within = options.count - killer.hits["(between)"]
    seconds = time.perf_counter() - began
    print(f"{options.count} kills in {seconds:.0f} s, {within} of them within an operation, {bad} wrong")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
