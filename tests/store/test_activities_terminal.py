"""Activities, pledges, patrols and meetings from the terminal, as the other records are kept there."""

import json
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from typer.testing import CliRunner

from carehub.cli import main as terminal
from carehub.domain.people import Volunteer
from carehub.services import children, records
from carehub.services.desk import Desk

from ..conftest import PASSWORD


@pytest.fixture
def room(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, str, str]:
    """A closed store: its folder, a child and a volunteer."""
    child = children.add(desk, {"name": "周小雨", "school": "中心小学", "grade": "四年级"})[0].child.id
    helper = records.add(desk, Volunteer, {"name": "王建国"})[0].id
    desk.close()
    monkeypatch.setenv("CAREHUB_PASSWORD", PASSWORD)
    return desk.store.folder, child, helper


def run(*arguments: object) -> Any:
    app = terminal.build(lambda _: 0, lambda *_: [], lambda **_: None, lambda *_: [])
    return CliRunner().invoke(app, [str(a) for a in arguments])


def ok(*arguments: object) -> Any:
    done = run(*arguments, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.output)


def test_each_is_added_listed_and_changed(room: tuple[Path, str, str]) -> None:
    folder, child, helper = room
    activity = ok("add", folder, "activity", "title=书法班", "kind=兴趣班", "held_on=2026-05-01", "starts_at=14点")
    ok("add", folder, "attendance", f"activity_id={activity['id'][-8:]}", f"child_id={child[-8:]}")
    ok("add", folder, "pledge", f"child_id={child}", "year=2026", "theme=防溺水", "third_party=家长",
       "expires_on=2026-12-31")  # fmt: skip
    ok("add", folder, "patrol", "patrolled_on=2026-05-02", "cafe=蓝天网吧", f"volunteer_id={helper[-8:]}", "minutes=50")
    meeting = ok("add", folder, "joint_meeting", "held_on=2026-05-03", "chair=周明辉")
    made = ok("add", folder, "resolution", f"meeting_id={meeting['id']}", "wording=走访一遍", "due_on=2026-05-30")
    assert ok("edit", folder, "resolution", made["id"], "done_on=2026-05-20")["done_on"] == "2026-05-20"
    assert ok("edit", folder, "activity", activity["id"], "ends_at=16：30")["ends_at"] == "16:30"
    for kind, word in (("activity", "书法班"), ("attendance", "周小雨"), ("pledge", "防溺水"), ("patrol", "王建国"),
                       ("joint_meeting", "周明辉"), ("resolution", "走访一遍")):  # fmt: skip
        assert word in run("list", folder, kind).output, kind
    assert run("add", folder, "attendance", f"activity_id={activity['id']}").exit_code == 1, "nobody named"
    assert run("edit", folder, "activity", activity["id"], "ends_at=9:00").exit_code == 1, "ends before it begins"


def test_the_papers_are_printed_into_files(room: tuple[Path, str, str]) -> None:
    folder, child, helper = room
    assert run("papers", folder, "minutes", "--out", folder.parent / "x.pdf").exit_code == 1, "nothing to print yet"
    activity = ok("add", folder, "activity", "title=书法班", "kind=兴趣班", "held_on=2026-05-01")["id"]
    ok("add", folder, "attendance", f"activity_id={activity}", f"child_id={child}")
    told = ("theme=防溺水", "third_party=家长", "expires_on=2027-12-31")
    made = [ok("add", folder, "pledge", f"child_id={child}", f"year={year}", *told)["id"] for year in (2026, 2027)]
    ok("add", folder, "patrol", "patrolled_on=2026-05-02", "cafe=蓝天网吧", f"volunteer_id={helper}")
    patrol = ok("list", folder, "patrol")[0]["id"]
    meeting = ok("add", folder, "joint_meeting", "held_on=2026-05-03", "chair=周明辉")["id"]
    ok("add", folder, "resolution", f"meeting_id={meeting}", "wording=走访一遍", "due_on=2026-05-30")
    for paper, ids, words, pages in (
        ("sign-in", activity, ("书法班", "周小雨"), 1),
        ("pledge", ",".join(made), ("周小雨", "不私自下河塘"), 2),
        ("minutes", meeting[-8:], ("周明辉", "走访一遍"), 1),
        ("patrol-log", patrol, ("蓝天网吧", "王建国"), 1),
    ):
        out = folder.parent / f"{paper}.pdf"
        assert ok("papers", folder, paper, "--out", out, "--ids", ids)["pages"] == pages, paper
        with pypdfium2.PdfDocument(out) as pdf:
            text = pdf[0].get_textpage().get_text_bounded()
        assert [word for word in words if word not in text] == [], paper
