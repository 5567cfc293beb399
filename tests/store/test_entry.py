"""Sheets that come back: found by their number or its end, saved once, for every child they were used for."""

from datetime import date, timedelta

import pytest

from carehub.domain.care import Visit
from carehub.domain.errors import CareHubError, InvalidInput, NotFound
from carehub.domain.people import Child, Volunteer
from carehub.domain.sheet_number import new_sheet_number
from carehub.services import children, entry, records, undoing, visits
from carehub.services.desk import Desk
from carehub.services.entry import State
from carehub.store.queries import Wanted

TODAY = date.today()
CHILD = {"name": "周小雨", "risk_level": "low", "guardian": "李桂花", "guardian_phone": "13912345678"}
CHECKS = {"home_safety": "ok", "guardianship": "ok", "health": "ok", "study": "concern", "mood": "ok",
          "parent_contact": "ok"}  # fmt: skip


@pytest.fixture
def child(desk: Desk) -> str:
    return children.add(desk, CHILD)[0].child.id


def planned(desk: Desk, child: str, number: str = "", day: date = TODAY) -> Visit:
    """An open sheet; with a number of the test's choosing where its end matters."""
    visit = visits.plan(desk, [child], day)[0][0]
    if number:
        with desk.unit() as unit:
            row = unit.session.get(Visit, visit.id)
            assert row is not None
            row.sheet_no = number
            unit.session.add(row)
        visit = records.get(desk, Visit, visit.id)
    return visit


def told(desk: Desk, typed: str) -> str:
    with pytest.raises(CareHubError) as caught:
        entry.find(desk, typed)
    return desk.texts.error(caught.value)


def test_a_number_is_found_however_it_was_typed(desk: Desk, child: str) -> None:
    visit = planned(desk, child)
    number = visit.sheet_no or ""
    wide = "".join(chr(ord(c) + 0xFEE0) for c in number)
    for typed in (number, f" {number[:4]} {number[4:8]} {number[8:]}\n", wide, number[-4:], number[-7:]):
        found = entry.find(desk, typed)
        assert (found.visit.id, found.child.id, found.state) == (visit.id, child, State.OPEN), typed


def test_the_end_is_enough_only_where_one_open_sheet_has_it(desk: Desk, child: str) -> None:
    """Taking one of two by chance would write a visit into the wrong child's file."""
    other = children.add(desk, {**CHILD, "name": "罗䶮"})[0].child.id
    one, two = planned(desk, child, "261124004273"), planned(desk, other, "261124114273")
    assert "2" in told(desk, "4273")
    assert entry.find(desk, "04273").visit.id == one.id
    entry.save(desk, entry.find(desk, "04273"), {"done_on": TODAY, "way": "home"})
    assert entry.find(desk, "4273").visit.id == two.id, "only open ones are meant"
    assert entry.find(desk, "04273").state is State.ENTERED, "the end of one that is typed in already finds it"


def test_what_is_no_number_is_said_so(desk: Desk, child: str) -> None:
    visit = planned(desk, child)
    number = visit.sheet_no or ""
    slipped = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert "最后4位" in told(desk, "abc")
    assert "最后4位" in told(desk, "123")
    assert "最后4位" in told(desk, number + "1")
    assert "有一位不对" in told(desk, slipped)
    assert "没有" in told(desk, new_sheet_number(date(2020, 1, 1)))
    assert "没有" in told(desk, "99999" if not number.endswith("99999") else "88888")


def test_a_sheet_is_typed_in_once(desk: Desk, child: str) -> None:
    """The second copy of a sheet would overwrite the first."""
    found = entry.find(desk, planned(desk, child).sheet_no or "")
    visit, _ = entry.save(desk, found, {"done_on": TODAY, "way": "home", "mood": "concern", **CHECKS})
    again = entry.find(desk, visit.sheet_no or "")
    assert again.state is State.ENTERED
    assert "已经录入过" in again.sentence(desk)
    with pytest.raises(InvalidInput):
        entry.save(desk, found, {"done_on": TODAY, "way": "phone"})
    assert records.get(desk, Visit, visit.id).way == "home"


def test_a_voided_child_and_a_voided_sheet_are_said_so(desk: Desk, child: str) -> None:
    visit = planned(desk, child)
    records.void(desk, Visit, visit.id, "印重了")
    found = entry.find(desk, visit.sheet_no or "")
    assert (found.state, "印重了" in found.sentence(desk)) == (State.VOIDED, True)
    records.void(desk, Child, child, "重复建档")
    found = entry.find(desk, visit.sheet_no or "")
    assert (found.state, "重复建档" in found.sentence(desk)) == (State.CHILD_VOIDED, True)


def test_a_form_begins_with_what_was_written_down_before(desk: Desk, child: str) -> None:
    volunteer = records.add(desk, Volunteer, {"name": "李德福"})[0]
    pairing = {"child_id": child, "volunteer_id": volunteer.id, "started_on": TODAY}
    records.add(desk, records.kind_of("pairing"), pairing)
    yesterday = TODAY - timedelta(days=1)
    found = entry.find(desk, planned(desk, child, day=yesterday).sheet_no or "")
    begun = entry.beginning(desk, found)
    assert begun == {"done_on": yesterday, "way": "home", "volunteer_id": volunteer.id, "visitors": "李德福"}
    entry.save(desk, found, {**begun, "visitors": "李德福、张桂兰"})
    found = entry.find(desk, planned(desk, child, day=TODAY + timedelta(days=3)).sheet_no or "")
    begun = entry.beginning(desk, found)
    assert begun["visitors"] == "李德福、张桂兰", "who went along the last time"
    assert begun["done_on"] == TODAY, "a visit that is typed in does not lie in the future"


def test_a_danger_without_a_word_is_not_saved(desk: Desk, child: str) -> None:
    found = entry.find(desk, planned(desk, child).sheet_no or "")
    values = {"done_on": TODAY, "way": "home", **CHECKS, "home_safety": "danger"}
    with pytest.raises(InvalidInput) as caught:
        entry.save(desk, found, values)
    assert "居家安全" in desk.texts.error(caught.value)
    assert records.get(desk, Visit, found.visit.id).done_on is None
    entry.save(desk, found, {**values, "note": "灶台旁堆柴"})
    assert records.get(desk, Visit, found.visit.id).home_safety == "danger"


def test_one_sheet_for_brothers_and_sisters_is_one_step(desk: Desk, child: str) -> None:
    """Each file has its visit, the sheet that was not used is no longer waited for, and all of it is taken back at
    once."""
    brother = children.add(desk, {**CHILD, "name": "周小山"})[0].child.id
    children.add(desk, {**CHILD, "name": "外人", "guardian_phone": "13800000000"})
    unused = planned(desk, brother)
    found = entry.find(desk, planned(desk, child).sheet_no or "")
    assert [c.id for c in entry.household(desk, child)] == [brother]
    visit, touched = entry.save(desk, found, {"done_on": TODAY, "way": "home", **CHECKS}, [brother])
    (his,) = [v for v in visits.of_child(desk, brother) if v.done_on]
    assert (his.sheet_no, his.study, his.done_on) == (visit.sheet_no, "concern", TODAY)
    assert entry.find(desk, visit.sheet_no or "").child.id == child, "the child it was printed for"
    gone = entry.find(desk, unused.sheet_no or "")
    assert gone.state is State.VOIDED
    assert (visit.sheet_no or "-") in gone.sentence(desk)
    words = entry.told(desk, found, visit, [brother])
    assert "周小雨、周小山" in words
    undoing.undo(desk, touched)
    assert entry.find(desk, visit.sheet_no or "").state is State.OPEN
    assert entry.find(desk, unused.sheet_no or "").state is State.OPEN
    assert records.ids(desk, Visit, Wanted(filters={"done_on": TODAY})) == []


def test_children_of_one_address_are_one_household(desk: Desk) -> None:
    one = children.add(desk, {"name": "甲", "home_address": "新民村3组8号"})[0].child.id
    two = children.add(desk, {"name": "乙", "home_address": "新民村3组8号"})[0].child.id
    children.add(desk, {"name": "丙"})
    assert [c.id for c in entry.household(desk, one)] == [two]
    children.edit(desk, two, {"status": "moved"})
    assert entry.household(desk, one) == []


def test_a_child_that_moved_is_typed_in_where_its_file_is(desk: Desk, child: str) -> None:
    visit = planned(desk, child)
    with desk.unit() as unit:
        row = unit.session.get(Child, child)
        assert row is not None
        row.site_id = "0197e000-0000-7000-8000-000000000000"
        unit.session.add(row)
    found = entry.find(desk, visit.sheet_no or "")
    assert found.state is State.ELSEWHERE
    assert "由" in found.sentence(desk)


def test_counting_open_sheets(desk: Desk, child: str) -> None:
    assert entry.open_sheets(desk) == 0
    visit = planned(desk, child)
    assert entry.open_sheets(desk) == 1
    entry.save(desk, entry.find(desk, visit.sheet_no or ""), {"done_on": TODAY, "way": "home"})
    assert entry.open_sheets(desk) == 0
    with pytest.raises(NotFound):
        entry.find(desk, new_sheet_number(date(2020, 1, 1)))
