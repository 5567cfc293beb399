"""The facts of the registration form on their way to the township. What a user would lose: boxes ticked in the room
that the office never sees, or a list of boxes that two people changed and one of them silently lost."""

from collections.abc import Callable
from pathlib import Path

import pytest

from carehub.domain.people import Child
from carehub.services import children, family, opening, questions, records
from carehub.services.desk import Desk

from .levels import Tree, check
from .sticks import state

TOLD = {
    "name": "徐𫖯", "former_name": "徐小五", "pupil_no": "G500199201609040028", "priority_groups": "孤儿、低保",
    "income_sources": "务工、务农", "aid_received": "education low_income", "difficulty_groups": "家庭贫困",
    "civil_scope": "是", "education_scope": "否", "disability_kind": "肢体", "disability_grade": "二级",
    "lives_with": "奶奶", "hardship_grade": "困难", "risk_since": "2026-03-01",
}  # fmt: skip


@pytest.fixture
def tree(make_store: Callable[..., opening.NewStore], tmp_path: Path) -> Tree:
    made = Tree(make_store, tmp_path)
    assert made.up("新民村", approve=True).status == "merged"
    return made


def _add(room: Desk) -> str:
    child = children.add(room, TOLD)[0].child.id
    father = {"relation": "父亲", "name": "徐大勇", "alive": "是", "birth": "1988", "works_at": "广东东莞",
              "employer": "东莞电子厂", "away_since": "2024-02", "returns": "春节", "contact_frequency": "每周",
              "able_to_care": "否", "unable_reason": "长期在外"}  # fmt: skip
    family.add(room, child, father)
    return child


def test_every_fact_arrives_as_it_was_typed(tree: Tree) -> None:
    room, office = tree["新民村"], tree["石桥镇"]
    child = _add(room)
    tree.up("新民村")
    assert state(office, room.site.id) == state(room, room.site.id)
    there = records.get(office, Child, child)
    assert there.priority_groups == "low_income orphan"
    assert there.income_sources == "farming migrant_work"
    assert (there.civil_scope, there.education_scope, there.lives_with) == (True, False, "paternal")
    assert check(room) == check(office) == []


def test_boxes_ticked_on_both_sides_become_a_question_with_both_answers(tree: Tree) -> None:
    room, office = tree["新民村"], tree["石桥镇"]
    child = _add(room)
    tree.up("新民村")
    children.edit(room, child, {"aid_received": "education low_income medical"})
    children.edit(office, child, {"aid_received": "donation education low_income"})
    tree.up("新民村")
    (question,) = questions.open_questions(office)
    assert {a.text for a in question.answers} == {
        "最低生活保障、医疗救助、教育资助", "最低生活保障、教育资助、社会捐助",
    }  # fmt: skip
    questions.resolve(office, question.id, question.answers[0].n)
    tree.down("新民村")
    assert state(office, room.site.id) == state(room, room.site.id)
    assert check(room) == check(office) == []
