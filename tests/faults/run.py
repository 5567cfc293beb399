"""Fails every statement and every file operation of handing over, merging, undoing and receipts once in each way, and
looks at what is left: `python tests/faults/run.py [--share N]`.

After each fault the store must open, `check` must find nothing, the operation must have happened wholly or not at all,
the person must have been told in Chinese, and the same operation must succeed when it is tried again. The ways:

error     the driver's or the system's error (I/O); the transaction is left to the program
full      disk full; SQLite has taken the transaction back by itself
short     half of the bytes (of the rows of an `executemany`) are written or read, then the disk is full
kill      the process ends at that point; a write is half done
no pages  SQLite itself finds no room for a further page (`max_page_count`)
ceiling   the system itself takes no byte beyond a size of the file (`RLIMIT_FSIZE`)

Prints how many points of each operation failed in each way, and what was wrong. Exit code 1 if anything was.
"""

import argparse
import collections
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.faults import injector, scenes
from tests.faults.trial import Case, Trial

WAYS = ("error", "full", "short", "kill", "no pages", "ceiling")


def spread(cases: list[Case], share: int) -> list[Case]:
    """An evenly spread part of all cases, always the same."""
    count = min(share, len(cases))
    return [cases[n * len(cases) // count] for n in range(count)]


def report(done: list[tuple[Case, list[str]]], trial: Trial) -> None:
    """Prints the counts and everything that was wrong."""
    counts: dict[tuple[str, str], collections.Counter[str]] = {}
    for case, wrong in done:
        row = counts.setdefault((case.scene.operation, case.scene.name), collections.Counter())
        row[case.mode] += 1
        row["wrong"] += bool(wrong)
    print(f"{'operation':9} {'scene':38}" + "".join(f"{way:>9}" for way in (*WAYS, "wrong")))
    for (operation, name), row in counts.items():
        print(f"{operation:9} {name:38}" + "".join(f"{row[way]:9}" for way in (*WAYS, "wrong")))
    for case, wrong in done:
        for what in wrong:
            print(f"WRONG {case}: {what}")
    print(f"bundles whole on the stick, but not remembered, after a kill before COMMIT: {trial.unremembered}")


def main() -> int:
    """Runs the command."""
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("--share", type=int, default=sys.maxsize, help="so many points, evenly spread")
    told.add_argument("--scene", default="", help="only the scene of this name")
    told.add_argument("--mode", default="", choices=("", *WAYS), help="only failures of this way")
    options = told.parse_args()
    scenes.cheap_hashing()
    injector.install()
    memory = Path("/dev/shm")
    base = Path(tempfile.mkdtemp(prefix="carehub-faults-", dir=memory if os.access(memory, os.W_OK) else None))
    began = time.perf_counter()
    try:
        trial = Trial(scenes.Place(base))
        cases = [case for case in trial.cases(options.scene) if options.mode in ("", case.mode)]
        chosen = spread(cases, options.share)
        done = [(case, trial.judge(case)) for case in chosen]
    finally:
        shutil.rmtree(base, ignore_errors=True)
    report(done, trial)
    bad = sum(bool(wrong) for _, wrong in done)
    seconds = time.perf_counter() - began
    print(f"{len(chosen)} of {len(cases)} points in {seconds:.0f} s, {bad} wrong")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
