"""What is waiting and the week's plan from the terminal. What a room without a window would lose: its day's work."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from carehub.cli import main as terminal
from carehub.services import children
from carehub.services.desk import Desk

from ..conftest import PASSWORD


@pytest.fixture
def room(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A closed store with two children in two groups of houses."""
    for name, group in (("周小雨", "十组"), ("罗䶮", "2组")):
        children.add(desk, {"name": name, "home_address": group, "risk_level": "high", "guardian": "李桂花",
                            "guardian_phone": "13800000001", "birth_date": "2015-06-15"})  # fmt: skip
    desk.close()
    monkeypatch.setenv("CAREHUB_PASSWORD", PASSWORD)
    return desk.store.folder


def run(*arguments: object) -> Any:
    app = terminal.build(lambda _: 0, lambda *_: [], lambda **_: None, lambda *_: [])
    return CliRunner().invoke(app, [str(a) for a in arguments])


def ok(*arguments: object) -> Any:
    done = run(*arguments, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.output)


def test_what_is_waiting_and_how_often_children_are_visited(room: Path) -> None:
    counts = {line["line"]: line["count"] for line in ok("today", room)["lines"]}
    assert (counts["due-soon"], counts["consent-missing"]) == (2, 2)
    assert "缺监护人同意书" in run("today", room).output
    assert ok("intervals", room) == {"high": 7, "medium": 30, "low": 90, "unknown": 30}
    assert ok("intervals", room, "--high", 14)["high"] == 14
    assert {line["line"] for line in ok("today", room)["lines"]}.isdisjoint({"due-soon", "overdue"})
    assert run("intervals", room, "--high", 99999).exit_code == 1


def test_the_weeks_list_and_its_sheets(room: Path, tmp_path: Path) -> None:
    out = tmp_path / "走访任务单.pdf"
    nobody = run("papers", room, "route-list", "--out", out)
    assert (nobody.exit_code, out.exists()) == (1, False), "both were put on file today and are not due yet"
    kids = ",".join(child["id"] for child in ok("list", room, "child"))
    assert ok("papers", room, "route-list", "--out", out, "--ids", kids)["papers"] == 2
    assert out.read_bytes().startswith(b"%PDF")
    assert len(ok("list", room, "visit")) == 2
