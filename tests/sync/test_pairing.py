"""What the township wants of pairings, and pairings themselves, between real stores. What a township would lose: its
rule, which twenty rooms would never hear of; what a room would lose: the pairing its office made for it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from carehub.domain.care import Pairing
from carehub.domain.people import Volunteer
from carehub.services import children, opening, pairing, proposals, records
from carehub.services.desk import Desk

from ..conftest import drive
from .levels import TOWNS, Tree


@pytest.fixture
def tree(make_store: Callable[..., opening.NewStore], tmp_path: Path) -> Tree:
    return Tree(make_store, tmp_path)


def filled(room: Desk) -> tuple[str, str]:
    """A girl and a man of one room."""
    child = children.add(room, {"name": "徐小满", "sex": "女"})[0].child.id
    return child, records.add(room, Volunteer, {"name": "王建国", "sex": "男"})[0].id


def test_what_the_township_wants_travels_down_to_its_rooms_only(tree: Tree) -> None:
    filled(tree["新民村"])
    tree.join()
    proposals.set_same_sex(tree["石桥镇"], True)
    tree.round()
    wanted = {name for name, desk in tree.desks.items() if proposals.same_sex(desk)}
    assert wanted == {"石桥镇", *TOWNS["石桥镇"]}
    assert drive(proposals.for_all(tree["新民村"])) == []
    proposals.set_same_sex(tree["石桥镇"], False)
    tree.round()
    assert len(drive(proposals.for_all(tree["新民村"]))) == 1


def test_an_office_pairs_for_its_room_and_the_room_goes_on_with_it(tree: Tree) -> None:
    child, helper = filled(tree["新民村"])
    tree.join()
    town, room = tree["石桥镇"], tree["新民村"]
    assert (room.site.id, "新民村") in pairing.sites(town)
    (made,) = drive(proposals.for_all(town, room.site.id))
    row = pairing.confirm(town, [(made.child_id, made.volunteer_id)])[0][0]
    assert (row.child_id, row.volunteer_id, row.site_id) == (child, helper, room.site.id)
    tree.round()
    (running,) = pairing.overview(room).running
    assert (running.child, running.volunteer) == ("徐小满", "王建国")
    other = records.add(room, Volunteer, {"name": "李秀兰", "sex": "女"})[0].id
    pairing.take_over(room, running.pairing.id, other, "搬走")
    tree.round()
    told = {(t.volunteer, t.runs, t.successor) for t in pairing.of_child(town, child)}
    assert told == {("李秀兰", True, ""), ("王建国", False, "李秀兰")}
    assert records.get(town, Pairing, row.id).replaced_by == pairing.overview(room).running[0].pairing.id
