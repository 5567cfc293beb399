"""Questions that a township asks of its own. What it would lose: an answer from a room it has waited for, or a child's
words that outlive the erasing of its file."""

from collections.abc import Callable
from pathlib import Path

import pytest

from carehub.domain.care import Visit
from carehub.domain.custom import PREFIX, CustomAnswer, CustomQuestion
from carehub.domain.errors import NotAllowed
from carehub.domain.people import Child, Volunteer
from carehub.services import (
    children,
    custom,
    custom_questions,
    erasing,
    opening,
    questions,
    records,
    transfers,
    visits,
)
from carehub.services.desk import Desk

from ..conftest import PASSWORD
from .levels import DISTRICT, Tree, check
from .sticks import state
from .test_erasing import leftovers

SECRET = "翡翠暗语"


@pytest.fixture
def tree(make_store: Callable[..., opening.NewStore], tmp_path: Path) -> Tree:
    made = Tree(make_store, tmp_path)
    made.join()
    made.round()
    return made


def ask(desk: Desk, wording: str = "孩子离水塘多远", asked_of: str = "child", **more: object) -> str:
    return custom_questions.add(desk, {"asked_of": asked_of, "wording": wording, **more})[0].id


def wordings(desk: Desk, kind: str = "child") -> list[str]:
    return [q.wording for q in custom.questions(desk, kind, desk.site.id)]


def read(desk: Desk, kind: str, row: str) -> list[tuple[str, str]]:
    return [(t.question.wording, t.answer) for t in custom.told(desk, kind, row)]


def sound(tree: Tree) -> None:
    assert {name: check(desk) for name, desk in tree.desks.items()} == {name: [] for name in tree.desks}


def test_the_township_asks_the_room_answers_and_the_township_sees_it(tree: Tree) -> None:
    town, room, district = tree["石桥镇"], tree["新民村"], tree[DISTRICT]
    asked = (
        ask(town),
        ask(town, "这次带了几本书", "visit", kind="number"),
        ask(town, "会不会书法", "volunteer", kind="yes_no"),
    )
    assert wordings(room) == []
    tree.down("新民村")
    assert (wordings(room), wordings(room, "visit"), wordings(room, "volunteer")) == (
        ["孩子离水塘多远"], ["这次带了几本书"], ["会不会书法"],
    )  # fmt: skip
    child = children.add(room, {"name": "罗䶮", PREFIX + asked[0]: "三百米"})[0].child.id
    told = {"child_id": child, "done_on": "2026-09-01", "visitors": "甲、乙", PREFIX + asked[1]: "12"}
    visit = visits.add(room, told)[0].id
    volunteer = records.add(room, Volunteer, {"name": "李德福", PREFIX + asked[2]: "是"})[0].id
    assert tree.up("新民村").quarantined == 0
    tree.round()
    for desk in (room, town, district):
        assert read(desk, "child", child) == [("孩子离水塘多远", "三百米")]
        assert read(desk, "visit", visit) == [("这次带了几本书", "12")]
        assert read(desk, "volunteer", volunteer) == [("会不会书法", "是")]
    assert state(town, room.site.id) == state(room, room.site.id)
    sound(tree)


def test_a_question_reaches_the_rooms_of_its_office_and_nobody_else(tree: Tree) -> None:
    town, other, room, district = tree["石桥镇"], tree["平安镇"], tree["新民村"], tree[DISTRICT]
    ask(town)
    ask(other, "那边的问题")
    ask(district, "全区的问题")
    tree.round()
    tree.round()
    assert wordings(room) == ["全区的问题", "孩子离水塘多远"]
    assert "那边的问题" not in str(
        [q.wording for q in records.fetch(room, CustomQuestion, records.ids(room, CustomQuestion))]
    )
    assert wordings(other) == ["全区的问题", "那边的问题"]
    assert [q.wording for q in custom.questions(district, "child", room.site.id)] == ["全区的问题", "孩子离水塘多远"]
    assert wordings(district) == ["全区的问题"]
    sound(tree)


def test_a_room_does_not_ask_and_changes_no_question_of_the_office(tree: Tree) -> None:
    town, room = tree["石桥镇"], tree["新民村"]
    row = ask(town)
    tree.down("新民村")
    for forbidden in (
        lambda: ask(room),
        lambda: custom_questions.edit(room, row, {"wording": "不问了"}),
        lambda: custom_questions.set_asked(room, row, asked=False),
        lambda: custom_questions.move(room, row, 1),
        lambda: records.edit(room, CustomQuestion, row, {"wording": "x"}),
    ):
        with pytest.raises(NotAllowed):
            forbidden()


def test_a_retired_question_is_asked_no_more_and_keeps_its_answers(tree: Tree) -> None:
    town, room = tree["石桥镇"], tree["新民村"]
    row = ask(town)
    tree.down("新民村")
    child = children.add(room, {"name": "罗䶮", PREFIX + row: "三百米"})[0].child.id
    tree.up("新民村")
    custom_questions.set_asked(town, row, asked=False)
    tree.down("新民村")
    assert wordings(room) == []
    assert read(room, "child", child) == read(town, "child", child) == [("孩子离水塘多远", "三百米")]
    custom_questions.set_asked(town, row, asked=True)
    tree.down("新民村")
    assert wordings(room) == ["孩子离水塘多远"]
    sound(tree)


def test_answers_of_two_sites_to_one_question_are_one_row_and_a_person_decides(tree: Tree) -> None:
    town, room = tree["石桥镇"], tree["新民村"]
    row = ask(town)
    child = children.add(room, {"name": "罗䶮"})[0].child.id
    tree.up("新民村")
    tree.down("新民村")
    children.edit(room, child, {PREFIX + row: "三百米"})
    children.edit(town, child, {PREFIX + row: "五百米"})
    tree.up("新民村")
    (asked,) = questions.open_questions(town)
    assert {a.text for a in asked.answers} == {"三百米", "五百米"}
    assert (asked.title, asked.owner) == ("孩子离水塘多远", "罗䶮"), "it says which question, and about whom"
    assert len(records.ids(town, CustomAnswer)) == 1
    questions.resolve(town, asked.id, next(a.n for a in asked.answers if a.text == "三百米"))
    tree.down("新民村")
    assert read(room, "child", child) == read(town, "child", child) == [("孩子离水塘多远", "三百米")]
    sound(tree)


def test_the_same_answer_given_twice_is_no_question(tree: Tree) -> None:
    town, room = tree["石桥镇"], tree["新民村"]
    row = ask(town)
    child = children.add(room, {"name": "罗䶮"})[0].child.id
    tree.up("新民村")
    tree.down("新民村")
    for desk in (room, town):
        children.edit(desk, child, {PREFIX + row: "三百米"})
    tree.up("新民村")
    assert questions.open_questions(town) == []
    sound(tree)


def test_of_an_erased_child_and_volunteer_no_answer_is_left_anywhere(tree: Tree) -> None:
    town, room = tree["石桥镇"], tree["新民村"]
    of_child, of_visit, of_volunteer = ask(town), ask(town, "说了什么", "visit"), ask(town, "家里的事", "volunteer")
    tree.down("新民村")
    child = children.add(room, {"name": "罗䶮", PREFIX + of_child: SECRET})[0].child.id
    visits.add(room, {"child_id": child, "done_on": "2026-09-01", "visitors": "甲、乙", PREFIX + of_visit: SECRET})
    volunteer = records.add(room, Volunteer, {"name": "李德福", PREFIX + of_volunteer: SECRET})[0].id
    tree.up("新民村")
    tree.round()
    assert len(records.ids(town, CustomAnswer)) == 3
    assert leftovers(town, (SECRET,))
    erasing.erase(room, child, PASSWORD)
    erasing.erase_row(room, "volunteer", volunteer, PASSWORD)
    tree.round()
    tree.round()
    for name in ("新民村", "石桥镇", DISTRICT):
        assert records.ids(tree[name], CustomAnswer) == [], name
        assert leftovers(tree[name], (SECRET,)) == [], name
    assert wordings(room) == ["孩子离水塘多远"], "the question stays"
    sound(tree)


def test_answers_move_with_the_file(tree: Tree) -> None:
    town, room, other = tree["石桥镇"], tree["新民村"], tree["红岩村"]
    row, of_visit = ask(town), ask(town, "带了几本书", "visit", kind="number")
    tree.all_down()
    child = children.add(room, {"name": "罗䶮", PREFIX + row: "三百米"})[0].child.id
    visit = visits.add(
        room, {"child_id": child, "done_on": "2026-09-01", "visitors": "甲、乙", PREFIX + of_visit: "3"}
    )[0].id
    tree.up("新民村")
    transfers.transfer(town, child, other.site.id)
    tree.all_down()
    assert (records.ids(room, Child), records.ids(room, CustomAnswer)) == ([], [])
    assert read(other, "child", child) == [("孩子离水塘多远", "三百米")]
    assert read(other, "visit", visit) == [("带了几本书", "3")]
    children.edit(other, child, {PREFIX + row: "一里"})
    tree.up("红岩村")
    assert read(town, "child", child) == [("孩子离水塘多远", "一里")]
    assert records.get(town, Visit, visit).site_id == other.site.id
    sound(tree)
