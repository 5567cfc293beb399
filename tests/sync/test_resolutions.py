"""What a meeting resolves is followed up across sites. What a user would lose: the township asks ten rooms for
something, and nobody can say in which of them it was done."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from carehub.domain.errors import NotAllowed, NotFound
from carehub.domain.meetings import JointMeeting, Resolution
from carehub.services import history, meetings, opening, records
from carehub.services.desk import Desk
from carehub.store.queries import Wanted

from .levels import DISTRICT, Tree, check
from .sticks import state

HELD = date(2026, 9, 10)
MINUTES = "各村汇报，新民村的事另议。"


@pytest.fixture
def tree(make_store: Callable[..., opening.NewStore], tmp_path: Path) -> Tree:
    made = Tree(make_store, tmp_path)
    made.join()
    made.round()
    return made


def meeting_of(desk: Desk) -> str:
    told = {"held_on": HELD, "chair": "周明辉", "agenda": "走访安排", "minutes": MINUTES}
    return records.add(desk, JointMeeting, told)[0].id


def resolved(desk: Desk, meeting: str, responsible: Desk | None = None, **more: object) -> str:
    told = {"meeting_id": meeting, "wording": "国庆前走访一遍", "due_on": "2026-09-30"}
    site = {"responsible_id": responsible.site.id} if responsible else {}
    return meetings.resolve(desk, told | site | more)[0].id


def test_what_the_township_asks_of_a_room_travels_down_and_the_answer_up(tree: Tree) -> None:
    town, room, other, district = (tree[n] for n in ("石桥镇", "新民村", "红岩村", DISTRICT))
    meeting = meeting_of(town)
    row = resolved(town, meeting, room)
    theirs = resolved(town, meeting, other, wording="修好活动室的门")
    own = resolved(town, meeting, town, wording="买二十套书")
    nobodys = resolved(town, meeting, wording="大家想想")
    tree.down("新民村")
    assert records.ids(room, Resolution) == [row], "what it is to do, and nothing that others are to do"
    assert records.ids(room, JointMeeting) == [], "the minutes stay where the meeting was"
    assert MINUTES not in str(state(room, town.site.id)), "nor is any of it kept out of sight"
    there = records.get(room, Resolution, row)
    assert (there.wording, there.due_on, there.resolved_on) == ("国庆前走访一遍", date(2026, 9, 30), HELD)
    assert records.references(room, Resolution, [there])[there.set_by_id or ""] == "石桥镇"
    assert check(room) == [], "a meeting that is kept above is nothing wrong"
    meetings.edit(room, row, {"done_on": "2026-09-28", "result": "全部走访完，两户要修屋顶"})
    assert tree.up("新民村").quarantined == 0
    seen = {r.id: r for r in meetings.resolutions(town, meeting)}
    assert set(seen) == {row, theirs, own, nobodys}
    assert (seen[row].done_on, seen[row].result) == (date(2026, 9, 28), "全部走访完，两户要修屋顶")
    assert meetings.left_of(town, [meeting])[meeting][0] == 3
    tree.round()
    assert records.get(district, Resolution, row).result == "全部走访完，两户要修屋顶"
    for name in ("石桥镇", "新民村", "红岩村"):
        home = tree[name].site.id
        assert state(tree[name], home) == state(district, home), name
        assert check(tree[name]) == [], name


def test_what_the_district_asks_of_a_room_goes_through_its_township(tree: Tree) -> None:
    town, room, district = tree["石桥镇"], tree["新民村"], tree[DISTRICT]
    row = resolved(district, meeting_of(district), room)
    tree.all_down()
    assert records.get(town, Resolution, row).wording == records.get(room, Resolution, row).wording
    assert meetings.is_from_above(town, records.get(town, Resolution, row))
    meetings.done(room, row, HELD)
    tree.round()
    assert records.get(district, Resolution, row).done_on == HELD
    assert records.ids(tree["红岩村"], Resolution) == []
    assert [check(desk) for desk in tree.desks.values()] == [[]] * len(tree.desks)


def test_the_room_writes_the_answer_and_nothing_else(tree: Tree) -> None:
    town, room = tree["石桥镇"], tree["新民村"]
    meeting = meeting_of(town)
    row = resolved(town, meeting, room)
    tree.down("新民村")
    before = records.get(room, Resolution, row)
    for wrong in ({"wording": "不用走访"}, {"due_on": "2027-12-31"}, {"responsible_id": town.site.id}):
        with pytest.raises(NotAllowed):
            meetings.edit(room, row, {"result": "走访完", **wrong})
    assert records.get(room, Resolution, row) == before
    unchanged = {"wording": before.wording, "due_on": before.due_on, "result": "走访完"}
    assert meetings.edit(room, row, unchanged)[0].result == "走访完", "a form may repeat what stands there"


def test_another_responsible_site_gets_it_with_all_that_was_written(tree: Tree) -> None:
    town, room, other = tree["石桥镇"], tree["新民村"], tree["红岩村"]
    row = resolved(town, meeting_of(town), room)
    tree.down("新民村")
    meetings.edit(room, row, {"result": "人手不够"})
    tree.up("新民村")
    meetings.edit(town, row, {"responsible_id": other.site.id})
    meetings.edit(room, row, {"result": "人手不够，请红岩村办"})  # has not heard of it
    tree.up("新民村")
    tree.down("新民村")
    tree.down("红岩村")
    assert records.ids(room, Resolution) == []
    assert records.get(other, Resolution, row).result == "人手不够，请红岩村办"
    told = [altered.after for entry in history.of_row(other, Resolution, row) for altered in entry.fields]
    assert "红岩村" in told, "who is to do it and who resolved it are both named: two references to sites"
    with pytest.raises(NotAllowed):
        meetings.done(room, row)
    meetings.done(other, row, HELD)
    tree.up("红岩村")
    assert records.get(town, Resolution, row).done_on == HELD
    assert check(town) == check(room) == check(other) == []


def test_what_a_room_asks_of_its_township_is_answered_in_the_room(tree: Tree) -> None:
    town, room, district = tree["石桥镇"], tree["新民村"], tree[DISTRICT]
    row = resolved(room, meeting_of(room), town, wording="请镇里买一台打印机")
    assert records.get(room, Resolution, row).site_id == room.site.id
    tree.up("新民村")
    meetings.edit(town, row, {"done_on": "2026-09-28", "result": "已买"})
    tree.down("新民村")
    assert records.get(room, Resolution, row).result == "已买"
    with pytest.raises(NotFound):  # a sister village is not known here and cannot be asked
        resolved(room, meeting_of(room), tree["红岩村"])
    meetings.edit(town, row, {"responsible_id": district.site.id})
    assert records.get(town, Resolution, row).site_id == room.site.id, "it stays where the meeting was"


def test_a_meeting_on_another_day_is_told_to_the_rooms(tree: Tree) -> None:
    town, room = tree["石桥镇"], tree["新民村"]
    meeting = meeting_of(town)
    row = resolved(town, meeting, room)
    tree.down("新民村")
    meetings.edit_meeting(town, meeting, {"held_on": "2026-09-11"})
    tree.down("新民村")
    assert records.get(room, Resolution, row).resolved_on == date(2026, 9, 11)


def test_overdue_ones_are_told_at_the_room_and_at_the_office_and_none_of_a_voided_meeting(tree: Tree) -> None:
    town, room = tree["石桥镇"], tree["新民村"]
    late = date.today() - timedelta(days=1)
    meeting, dropped = meeting_of(town), meeting_of(town)
    row = resolved(town, meeting, room, due_on=late)
    resolved(town, dropped, town, due_on=late)
    resolved(town, meeting, room, due_on=date.today())
    records.void(town, JointMeeting, dropped, "误录")
    tree.down("新民村")
    assert [r.id for r in meetings.overdue(room)] == [r.id for r in meetings.overdue(town)] == [row]
    assert len(records.ids(room, Resolution, Wanted(search="走访"))) == 2
