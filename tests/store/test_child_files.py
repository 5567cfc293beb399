"""Child files from a store. What a child would lose: its talks lying on a table for everybody, a print nobody noted."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pypdfium2
import pytest
from typer.testing import CliRunner

from carehub.cli import main as terminal
from carehub.domain.care import Pairing
from carehub.domain.custom import PREFIX
from carehub.domain.errors import NotAllowed, NotFound
from carehub.domain.people import Volunteer
from carehub.domain.protection import Incident, Talk
from carehub.services import (
    access,
    child_files,
    children,
    custom_questions,
    duplicates,
    group_papers,
    opening,
    records,
    users,
    visits,
)
from carehub.services.desk import Desk

from ..conftest import PASSWORD, drive

OTHER = "andere-Worte"
TODAY = date.today().isoformat()


def text_of(data: bytes) -> str:
    with pypdfium2.PdfDocument(data) as pdf:
        return "".join(page.get_textpage().get_text_range() for page in pdf).replace("\r\n", "")


@pytest.fixture
def child(desk: Desk) -> str:
    """A child with a visit, a pairing, a talk and a mandatory report."""
    made = children.add(desk, {"name": "罗䶮", "guardian": "常怡", "guardian_phone": "15925333406"})[0].child.id
    volunteer = records.add(desk, Volunteer, {"name": "罗德福"})[0].id
    records.add(desk, Pairing, {"child_id": made, "volunteer_id": volunteer, "started_on": TODAY})
    visits.add(desk, {"child_id": made, "done_on": TODAY, "visitors": "张桂兰", "note": "电线老化"})
    records.add(desk, Talk, {"child_id": made, "held_on": TODAY, "summary": "翡翠暗语"})
    told = {"child_id": made, "police_on": TODAY, "police_time": "15:20", "seen_on": TODAY, "seen": "手臂有伤",
            "reporter": "王老师"}  # fmt: skip
    records.add(desk, Incident, told)
    return made


def test_the_head_has_everything_but_the_report_and_it_is_noted(desk: Desk, child: str) -> None:
    data, count = drive(child_files.pdf(desk, [child[-8:]]))
    text = text_of(data)
    assert count == 1
    for words in ("罗䶮", "常怡", "15925333406", "罗德福", "电线老化", "翡翠暗语"):
        assert words in text, words
    for words in ("手臂有伤", "王老师", "15:20"):
        assert words not in text, "mandatory reports stay out of ordinary papers"
    assert access.log(desk)[0].about == "罗䶮"


@pytest.mark.parametrize(("role", "may"), [("recorder", True), ("viewer", False)])
def test_talks_are_printed_only_for_those_who_may(desk: Desk, child: str, role: str, may: bool) -> None:
    users.add(desk, "王某", role, OTHER, PASSWORD)
    desk.close()
    other = opening.sign_in(desk.store.folder, OTHER)
    if may:
        text = text_of(drive(child_files.pdf(other, [child]))[0])
        assert "电线老化" in text
        assert "翡翠" not in text
        assert "谈心" not in text
    else:
        with pytest.raises(NotAllowed):
            drive(child_files.pdf(other, [child]))
    other.close()


def test_the_record_of_a_talk_is_printed_only_by_who_may_and_noted(desk: Desk, child: str) -> None:
    """The child would lose what it said in confidence."""
    text = text_of(drive(group_papers.pdf(desk, "talk-record"))[0])
    assert "翡翠暗语" in text
    assert "罗䶮" in text
    assert (access.log(desk)[0].what, access.log(desk)[0].about) == ("打印", "罗䶮")
    (talk,) = records.ids(desk, Talk)
    users.add(desk, "王某", "recorder", OTHER, PASSWORD)
    desk.close()
    other = opening.sign_in(desk.store.folder, OTHER)
    assert not group_papers.may(other, "talk-record")
    for ids in ((), [talk], [talk[-8:]]):
        with pytest.raises(NotAllowed):
            drive(group_papers.pdf(other, "talk-record", ids))
    other.close()


def test_a_linked_file_is_printed_as_one(desk: Desk, child: str) -> None:
    twin = children.add(desk, {"name": "罗燕"})[0].child.id
    visits.add(desk, {"child_id": twin, "done_on": TODAY, "visitors": "甲", "note": "另一份档案的走访"})
    duplicates.link(desk, twin, child)
    assert "另一份档案的走访" in text_of(drive(child_files.pdf(desk, [child]))[0])


def test_the_answers_to_an_offices_own_questions_are_printed(make_store: Callable[..., opening.NewStore]) -> None:
    """Short ones in a table, long ones in lines of their own: nothing is cut."""
    office = make_store("township", "石桥镇").desk
    long, wording = "二胡、" * 40, "孩子放学以后一般由谁接、在谁家里吃晚饭、晚上几点睡觉"
    asked = [PREFIX + custom_questions.add(office, {"wording": w})[0].id for w in ("离水塘多远", "会什么", wording)]
    told = dict(zip(asked, ("三百米", long, "奶奶"), strict=True))
    made = children.add(office, {"name": "罗䶮", **told})[0].child.id
    printed = text_of(drive(child_files.pdf(office, [made]))[0]).replace(" ", "").replace("　", "")
    printed = re.sub("—[0-9]+—", "", printed)  # a page may end within the answer
    for words in ("本乡镇的问题", "离水塘多远", "三百米", f"会什么：{long}", f"{wording}：奶奶"):
        assert words in printed, words
    bare = children.add(office, {"name": "王小明"})[0].child.id
    assert "本乡镇的问题" not in text_of(drive(child_files.pdf(office, [bare]))[0])


def test_nobody_to_print_is_said(desk: Desk) -> None:
    with pytest.raises(NotFound):
        drive(child_files.pdf(desk))


def test_the_terminal_writes_all_active_children(
    desk: Desk, child: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    children.add(desk, {"name": "王小明"})
    desk.close()
    monkeypatch.setenv("CAREHUB_PASSWORD", PASSWORD)
    app = terminal.build(lambda _: 0, lambda *_: [], lambda **_: None, lambda *_: [])
    out = tmp_path / "files.pdf"
    told = CliRunner().invoke(app, ["papers", str(desk.store.folder), "child-file", "--out", str(out)]).output
    assert "2" in told
    text = text_of(out.read_bytes())
    assert "罗䶮" in text
    assert "王小明" in text
