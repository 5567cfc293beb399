"""A stolen laptop tells nothing: after a day with everything in it the process is killed, and no byte of what lies
outside the encrypted database holds a word that was typed."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from . import day

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything the program wrote in a day, as the kill left it."""
    base = tmp_path_factory.mktemp("laptop")
    found, out = base / "world", base / "out"
    out.mkdir()
    places = {"HOME": "home", "TMPDIR": "tmp", "XDG_CONFIG_HOME": "config", "XDG_STATE_HOME": "state",
              "XDG_CACHE_HOME": "cache", "XDG_DATA_HOME": "data", "XDG_RUNTIME_DIR": "run",
              "CAREHUB_STATE": "stores"}  # fmt: skip
    for name in places.values():
        (found / name).mkdir(parents=True, mode=0o700)
    environment = {**os.environ, **{k: str(found / v) for k, v in places.items()}, "QT_QPA_PLATFORM": "offscreen"}
    script = Path(day.__file__)
    done = subprocess.run(
        [sys.executable, script, found, out], env=environment, capture_output=True, text=True, check=False
    )
    (found / "stderr.txt").write_text(done.stderr, "utf-8")
    why = out / "why.txt"
    assert done.stdout.strip().endswith("alive"), why.read_text("utf-8") if why.exists() else done.stderr
    assert done.returncode == -9
    return found


def files(world: Path) -> Iterator[Path]:
    yield from (f for f in world.rglob("*") if f.is_file())


def test_no_typed_word_lies_outside_the_database(world: Path) -> None:
    wanted = {m.encode(e) for m in day.MARKERS for e in ENCODINGS}
    told = [(f.relative_to(world), w) for f in files(world) for w in wanted if w in f.read_bytes()]
    assert told == []


def test_the_log_says_where_but_not_what(world: Path) -> None:
    """A log that says nothing at all would keep the test above from meaning anything."""
    (log,) = [f for f in files(world) if f.name == "carehub.log"]
    written = log.read_text("utf-8")
    assert "builtins.ValueError" in written
    assert "day.py" in written


def test_the_day_left_what_it_should(world: Path) -> None:
    """The store, its backups and the window's memory are there, and the store still opens."""
    names = {f.name for f in files(world)}
    assert {"store.db", "keyring.json", "window.json"} <= names
    from carehub.domain.people import Child
    from carehub.services import opening, records

    os.environ["CAREHUB_STATE"] = str(world / "stores")
    desk = opening.sign_in(world / "store", day.PASSWORD, day.text())
    assert day.text() in [c.name for c in records.fetch(desk, Child, records.ids(desk, Child))]
    desk.close()
    wals = [f for f in files(world) if f.name.endswith("-wal")]
    assert all(f.stat().st_size == 0 or day.WORD.encode() not in f.read_bytes() for f in wals)
