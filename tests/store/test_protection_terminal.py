"""The commands that protect children's data, as the README names them."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from typer.testing import CliRunner

from carehub.cli import main as terminal
from carehub.domain.people import Child
from carehub.domain.protection import Incident, Talk
from carehub.services import access, children, opening, records
from carehub.services.desk import Desk
from carehub.services.incidents import STEPS

from ..conftest import PASSWORD

Run = Callable[..., Any]


@pytest.fixture
def room(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, str]:
    """A closed store with one child: its folder and the child's id."""
    child = children.add(desk, {"name": "周小雨", "school": "中心小学", "guardian": "李桂花"})[0].child.id
    desk.close()
    monkeypatch.setenv("CAREHUB_PASSWORD", PASSWORD)
    return desk.store.folder, child


def run(*arguments: object) -> Any:
    app = terminal.build(lambda _: 0, lambda *_: [], lambda **_: None, lambda *_: [])
    return CliRunner().invoke(app, [str(a) for a in arguments])


def ok(*arguments: object) -> Any:
    done = run(*arguments, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.output)


def test_consent_is_recorded_and_taken_back(room: tuple[Path, str]) -> None:
    folder, child = room
    assert ok("consent", folder, child[-8:]) == [{"purpose": "care", "state": "missing", "day": None}]
    told = ok("consent", folder, child, "--purposes", "care,notice", "name=李桂花", "relation=祖母")
    assert {t["purpose"]: t["state"] for t in told} == {"care": "given", "notice": "given"}
    withdrawn = run("consent", folder, child, "--purposes", "notice", "--withdraw", "--by", "李桂花")
    assert "公示名单不再包括这个孩子" in withdrawn.output
    out = folder.parent / "公示.pdf"
    assert run("papers", folder, "public-notice", "--out", out).exit_code == 1
    assert not out.exists()
    ok("consent", folder, child, "--purposes", "notice", "name=李桂花")
    assert ok("papers", folder, "public-notice", "--out", out, "--subject", "wish")["pages"] == 1
    with pypdfium2.PdfDocument(out) as pdf:
        text = pdf[0].get_textpage().get_text_bounded()
    assert "心愿认领" in text
    assert "李桂花" not in text
    assert ok("papers", folder, "consent-form", "--out", out)["papers"] == 1


def test_a_report_says_first_what_to_do(room: tuple[Path, str]) -> None:
    folder, child = room
    said = run("incident", folder, child).output
    assert said.startswith("先拨110")
    assert said.count("\n") == 1 + len(STEPS)
    day = date.today().isoformat()
    made = ok("incident", folder, child, f"police_on={day}", "police_time=9：05", f"seen_on={day}", "seen=手臂有伤",
              "reporter=王老师", "reporter_phone=13912345678")  # fmt: skip
    (listed,) = ok("list", folder, "incident")
    assert (listed["id"], listed["police_time"], listed["reporter"]) == (made["id"], "09:05", "***")
    assert run("reporter", folder, made["id"]).exit_code == 1, "not without a reason"
    assert ok("reporter", folder, made["id"], "--reason", "health")["reporter"] == "王老师"
    desk = opening.sign_in(folder, PASSWORD)
    assert any(line.reason == "健康或安全需要" for line in access.log(desk))
    desk.close()
    assert (
        run("incident", folder, child, f"police_on={day}", "police_time=晚上", f"seen_on={day}", "seen=x").exit_code
        == 1
    )


def test_a_talk_is_held_by_whoever_types_it(room: tuple[Path, str]) -> None:
    folder, child = room
    ok("add", folder, "talk", f"child_id={child}", "held_on=2026-09-01", "summary=想妈妈")
    (talk,) = ok("list", folder, "talk")
    assert (talk["counsellor"], talk["summary"]) == ("李秀英", "想妈妈")


def test_what_may_go_is_erased_one_by_one_and_asks_first(
    room: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, child = room
    ok("add", folder, "talk", f"child_id={child}", "held_on=2020-01-05", "summary=很久以前")
    (due,) = ok("retention", folder)
    assert (due["kind"], due["since"], due["records"]) == ("talk", "2025-01-05", 1)
    assert "谈心记录" in run("retention", folder).output
    asked = run("retention", folder, "--erase", due["id"])
    assert asked.exit_code == 1
    assert "1" in asked.output
    assert run("retention", folder, "--erase", child, "--yes").exit_code == 1, "only what is listed"
    assert ok("retention", folder, "--erase", due["id"], "--yes")["rows"] == 1
    assert ok("retention", folder) == []
    desk = opening.sign_in(folder, PASSWORD)
    assert records.ids(desk, Talk) == []
    assert records.ids(desk, Child) == [child]
    assert records.ids(desk, Incident) == []
    desk.close()


def test_statistics_hide_small_cells(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(12):
        children.add(desk, {"name": f"王{n}", "sex": "男" if n else "女", "birth_date": "2016-05-04"})
    desk.close()
    monkeypatch.setenv("CAREHUB_PASSWORD", PASSWORD)
    told = ok("statistics", desk.store.folder, "--out", tmp_path / "统计.xlsx")
    (sexes,) = [t for t in told["tables"] if t["title"] == "性别"]
    assert sexes["total"] == 12
    assert sexes["cells"] == [[None, None]]
    assert (tmp_path / "统计.xlsx").exists()
    assert "*" in run("statistics", desk.store.folder).output
    assert ok("statistics", desk.store.folder, "--smallest", "3")["smallest"] == 3
