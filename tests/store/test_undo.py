"""Taking back one's last step puts back exactly what stood there, and travels."""

import pytest

from carehub.domain.errors import InvalidInput
from carehub.domain.people import Child
from carehub.services import checking, children, records, undoing
from carehub.services.desk import Desk

from ..conftest import drive
from ..sync.sticks import history

CHILD = {
    "name": "罗䶮",
    "sex": "女",
    "birth_date": "2013-11-12",
    "school": "红岩完小",
    "boards": "是",
    "guardian": "常怡",
}


def test_an_edit_is_taken_back_with_all_its_kinds_of_values(desk: Desk) -> None:
    before, _ = children.add(desk, CHILD)
    changes = {"sex": "男", "birth_date": "2012-01-01", "school": "", "boards": "否", "guardian": "别人"}
    _, touched = children.edit(desk, before.child.id, changes)
    undoing.undo(desk, touched)
    (after,) = children.read(desk, [before.child.id])
    assert after.as_dict() == before.as_dict()
    assert drive(checking.check(desk)) == []


def test_a_new_child_taken_back_leaves_the_lists_and_stays_in_the_history(desk: Desk) -> None:
    made, touched = children.add(desk, CHILD)
    undoing.undo(desk, touched)
    assert records.ids(desk, Child) == []
    assert len(history(desk, made.child.id)) == 2


def test_what_was_changed_again_is_not_taken_back(desk: Desk) -> None:
    made, touched = children.add(desk, CHILD)
    children.edit(desk, made.child.id, {"school": "新民村小"})
    with pytest.raises(InvalidInput):
        undoing.undo(desk, touched)
    assert children.read(desk, [made.child.id])[0].child.school == "新民村小"
