"""The corpus of hostile files: every case by name.

    .venv/bin/python -m pytest tests/hostile/test_corpus.py -n 0            all cases
    .venv/bin/python -m pytest tests/hostile/test_corpus.py -n 0 -k replay  some of them
    .venv/bin/python -m pytest tests/hostile -n 0 -s                        prints how many there are, and the dearest

Each case goes the whole real way: a file on a stick, a trial run, the merge, the search index, `check`. What a user
would lose where one of them fails: records, the right to say who may write them, or a laptop that still answers.
"""

from pathlib import Path

import pytest

from .cases import load
from .stage import Stage
from .trial import CASES, Case, judge, play

load()
PLAYED: list[tuple[str, float, int]] = []


@pytest.mark.parametrize("chosen", CASES, ids=lambda c: c.name)
def test_case(stage: Stage, chosen: Case, tmp_path: Path) -> None:
    try:
        trial = play(stage, chosen, tmp_path)
        PLAYED.append((chosen.name, trial.seconds, trial.grown))
        judge(trial)
        if trial.earlier or trial.before != trial.after:
            stage.strike(chosen.to)
    except BaseException:
        stage.strike(chosen.to)
        raise


def test_there_are_many_and_each_has_a_name_of_its_own() -> None:
    """A corpus that shrinks unnoticed protects nobody."""
    names = [c.name for c in CASES]
    assert len(set(names)) == len(names) >= 150
    slowest, largest = (max(PLAYED, key=lambda p: p[n], default=("none", 0.0, 0)) for n in (1, 2))
    print(
        f"\n{len(CASES)} hostile cases; slowest {slowest[0]} {slowest[1]:.2f} s, "
        f"most memory {largest[0]} {largest[2] >> 20} MiB"
    )
