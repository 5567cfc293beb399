"""Aid over three levels. What would be lost: a double payment that only the township can see, the district's new
amount, or the roll of a school because a child moved away."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from carehub.domain.aid import AidAmount
from carehub.domain.people import Child
from carehub.services import aid, children, erasing, opening, payments, questions, records, transfers
from carehub.services.desk import Desk

from ..conftest import PASSWORD
from .levels import DISTRICT, Tree, check
from .sticks import state
from .test_erasing import leftovers

NUMBER = "500199201601238708"
NAME = "何静𬭊"


@pytest.fixture
def tree(make_store: Callable[..., opening.NewStore], tmp_path: Path) -> Tree:
    made = Tree(make_store, tmp_path)
    made.join()
    return made


def pay(desk: Desk, **told: Any) -> tuple[str, str]:
    """A batch of one payment: its id and the payment's."""
    batch = payments.open_batch(desk, {"programme": "6", "term": "2026年春季"})[0].id
    row = {"name": NAME, "school": "石桥小学", "identity_no": NUMBER, "amount_fen": "625", **told}
    return batch, payments.add(desk, batch, [row])[0][0].id


def test_what_a_room_and_a_school_paid_twice_shows_at_the_township(tree: Tree) -> None:
    _, one = pay(tree["新民村"])
    _, two = pay(tree["石桥小学"])
    for name in ("新民村", "石桥小学"):
        assert payments.doubles(tree[name]) == []
        tree.up(name)
    (found,) = payments.doubles(tree["石桥镇"])
    assert {p.id for p in found.payments} == {one, two}
    assert set(found.sites) == {"新民村", "石桥小学"}
    payments.correct(tree["新民村"], one, "0", "学校已发")
    tree.up("新民村")
    assert payments.doubles(tree["石桥镇"]) == []
    assert check(tree["石桥镇"]) == []


def test_the_districts_catalogue_comes_down_to_every_room(tree: Tree) -> None:
    district, room = tree[DISTRICT], tree["新民村"]
    aid.take_up(district)
    aid.add_amount(
        district, {"programme": "2", "amount_fen": "400", "per": "term", "from_on": "2026-09-01", "basis": "区教委12号"}
    )
    tree.all_down()
    (preschool,) = [p for p in aid.catalogue(room).programmes if p.code == "2"]
    assert [(a.fen, str(a.since)) for a in preschool.amounts if a.basis] == [(40000, "2026-09-01")]
    assert len(preschool.amounts) == 2, "what held before is kept"
    assert len(aid.catalogue(room).programmes) == 21
    assert len(records.ids(room, AidAmount)) == len(records.ids(district, AidAmount))
    assert check(room) == check(district) == []


def test_a_payment_stays_with_the_site_that_paid_when_the_child_moves(tree: Tree) -> None:
    room, office = tree["新民村"], tree["石桥镇"]
    child = children.add(room, {"name": NAME, "identity_no": NUMBER})[0].child.id
    batch, payment = pay(room, child_id=child)
    tree.up("新民村")
    transfers.transfer(office, child, "红岩村")
    tree.down("新民村")
    tree.down("红岩村")
    assert child in state(tree["红岩村"], tree["红岩村"].site.id)["child"]
    assert [p.id for p in payments.lines(room, batch)] == [payment]
    assert not state(tree["红岩村"], tree["红岩村"].site.id)["payment"]
    assert [b.total.fen for b in payments.batches(office)] == [62500]
    tree.up("新民村")
    for name in ("新民村", "红岩村", "石桥镇"):
        assert check(tree[name]) == [], name


def test_erasing_at_the_office_takes_along_what_a_school_paid(tree: Tree) -> None:
    room, school, office = tree["新民村"], tree["石桥小学"], tree["石桥镇"]
    child = children.add(room, {"name": NAME, "identity_no": NUMBER})[0].child.id
    batch, _ = pay(school)
    tree.up("新民村")
    tree.up("石桥小学")
    erasing.erase(office, child, PASSWORD)
    assert payments.lines(office, batch) == []
    tree.down("新民村")
    tree.down("石桥小学")
    for desk in (room, school, office):
        assert leftovers(desk, (NAME, NUMBER)) == []
        assert check(desk) == []
    assert records.ids(room, Child) == []


def test_two_who_sign_for_one_payment_are_asked_about(tree: Tree) -> None:
    """Also for a payment of somebody who has no file here."""
    school, office = tree["石桥小学"], tree["石桥镇"]
    _, payment = pay(school)
    tree.up("石桥小学")
    payments.sign(school, payment, "何建国")
    payments.sign(office, payment, "李桂花")
    tree.up("石桥小学")
    asked = questions.all_questions(office)
    assert [q.field for q in asked] == ["signed_by"]
    (group,) = questions.groups(asked)
    assert NAME in group.name
    questions.resolve(office, asked[0].id, 2)
    assert questions.all_questions(office) == []
    assert check(office) == []
