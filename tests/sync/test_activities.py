"""Activities, attendance, pledges, patrols, meetings and resolutions. What a user would lose: a year of work that never
reaches the office, or a child's name that outlives its erasure."""

from collections.abc import Callable
from pathlib import Path

import pytest

from carehub.domain.activities import Activity, Attendance, Pledge
from carehub.domain.errors import InvalidInput, NotAllowed
from carehub.domain.meetings import JointMeeting, Resolution
from carehub.domain.people import Volunteer
from carehub.domain.records import RECORDS
from carehub.services import (
    activities,
    children,
    erasing,
    history,
    opening,
    patrols,
    records,
    sheet_numbers,
    transfers,
)
from carehub.services.desk import Desk
from carehub.store.queries import Wanted

from ..conftest import PASSWORD
from .levels import Tree, check
from .sticks import state
from .test_erasing import leftovers

KINDS = ("activity", "attendance", "pledge", "patrol_sheet", "patrol", "joint_meeting", "resolution")
NAME = "钟𬭁鐩"


def fill(desk: Desk) -> dict[str, str]:
    """One row of each kind and what they hang on: kind → id."""
    child = children.add(desk, {"name": NAME, "guardian": "姚秀志", "guardian_phone": "15057339953"})[0]
    assert child.guardian is not None
    helper = records.add(desk, Volunteer, {"name": "王建国"})[0].id
    told = {"title": "六一游园会", "kind": "节日活动", "held_on": "2026-06-01", "starts_at": "9点", "ends_at": "11：30",
            "place": "村委会院坝", "leader": "王建国", "safety_officer": "李秀英"}  # fmt: skip
    activity = activities.add(desk, told)[0].id
    came = activities.add_attendance(desk, {"activity_id": activity, "child_id": child.child.id})[0].id
    guardian = activities.add_attendance(desk, {"activity_id": activity, "family_member_id": child.guardian.id})[0].id
    activities.add_attendance(desk, {"activity_id": activity, "volunteer_id": helper})
    signed = {"year": 2026, "theme": "网吧", "third_party": "cafe", "third_name": "蓝天网吧", "pupil_on": "2026-03-01"}
    pledge = records.add(desk, Pledge, {"child_id": child.child.id, "expires_on": "2026-12-31", **signed})[0].id
    round_ = {"patrolled_on": "2026-10-03", "cafe": "蓝天网吧", "minutes": 50, "found": "有两名学生", "told": "老板"}
    log = sheet_numbers.new_patrol_sheet(desk)[0].id
    patrol = patrols.add(desk, {"volunteer_id": helper, **round_}, log)[0].id
    held = {"held_on": "2026-09-10", "chair": "周明辉", "expected": 12, "present": 11, "agenda": "秋季学期走访安排"}
    meeting = records.add(desk, JointMeeting, held)[0].id
    resolved = {"wording": "国庆前走访一遍", "responsible_id": desk.site.id, "due_on": "2026-09-30"}
    resolution = records.add(desk, Resolution, {"meeting_id": meeting, **resolved})[0].id
    return {"child": child.child.id, "volunteer": helper, "activity": activity, "attendance": came,
            "of_guardian": guardian, "pledge": pledge, "patrol_sheet": log, "patrol": patrol, "joint_meeting": meeting,
            "resolution": resolution}  # fmt: skip


@pytest.fixture
def tree(make_store: Callable[..., opening.NewStore], tmp_path: Path) -> Tree:
    made = Tree(make_store, tmp_path)
    for room in ("新民村", "红岩村"):
        assert made.up(room, approve=True).status == "merged"
    return made


def test_a_row_of_each_reaches_the_township_and_comes_back_changed(tree: Tree) -> None:
    room, office = tree["新民村"], tree["石桥镇"]
    rows = fill(room)
    tree.up("新民村")
    assert state(office, room.site.id) == state(room, room.site.id)
    assert all(len(state(office, room.site.id)[kind]) == (3 if kind == "attendance" else 1) for kind in KINDS)
    records.edit(office, Resolution, rows["resolution"], {"done_on": "2026-09-28", "result": "全部走访完"})
    activities.tick(office, rows["activity"], "child_id", [rows["child"]], there=False)
    tree.down("新民村")
    assert records.get(room, Resolution, rows["resolution"]).result == "全部走访完"
    assert activities.present(room, rows["activity"], "child_id") == set()
    assert state(office, room.site.id) == state(room, room.site.id)
    assert check(room) == check(office) == []


def test_they_are_found_and_have_a_history(desk: Desk) -> None:
    rows = fill(desk)
    for kind, word in (("activity", "六一"), ("patrol", "蓝天"), ("joint_meeting", "走访"), ("resolution", "国庆")):
        assert records.ids(desk, RECORDS[kind], Wanted(search=word)) == [rows[kind]], kind
    records.edit(desk, Activity, rows["activity"], {"place": "村小操场"})
    entries = history.of_row(desk, Activity, rows["activity"])
    assert "村小操场" in str(entries[0])


def test_erasing_a_child_takes_attendance_and_pledges_along(tree: Tree) -> None:
    room, office = tree["新民村"], tree["石桥镇"]
    rows = fill(room)
    tree.up("新民村")
    erased = erasing.erase(room, rows["child"], PASSWORD)
    assert erased.rows == 5, "child, guardian, both attendances, pledge"
    tree.up("新民村")
    for desk in (room, office):
        assert not state(desk, room.site.id)["pledge"]
        left = state(desk, room.site.id)["attendance"]
        assert len(left) == 1, "the volunteer was there all the same"
        assert leftovers(desk, (NAME, "姚秀志", "15057339953")) == []
        assert check(desk) == []


def test_what_a_child_took_part_in_moves_along_with_its_file(tree: Tree) -> None:
    room, other, office = tree["新民村"], tree["红岩村"], tree["石桥镇"]
    rows = fill(room)
    tree.up("新民村")
    transfers.transfer(office, rows["child"], "红岩村")
    tree.down("新民村")
    tree.down("红岩村")
    assert set(state(other, other.site.id)["attendance"]) == {rows["attendance"], rows["of_guardian"]}
    assert check(other) == check(room) == check(office) == []


def test_attendance_is_at_home_with_its_activity(tree: Tree) -> None:
    room, office = tree["新民村"], tree["石桥镇"]
    child = children.add(room, {"name": NAME})[0].child.id
    tree.up("新民村")
    activity = activities.add(office, {"title": "全镇运动会", "kind": "sports", "held_on": "2026-05-01"})[0].id
    activities.tick(office, activity, "child_id", [child])
    tree.down("新民村")
    assert not state(room, room.site.id)["attendance"], "a room never holds what it cannot read the activity of"
    assert check(room) == []
    erasing.erase(room, child, PASSWORD)
    tree.up("新民村")
    assert not state(office, office.site.id)["attendance"], "erased all the same"
    assert check(office) == []


def test_ticking_twice_leaves_one_row_and_unticking_says_so(desk: Desk) -> None:
    activity = activities.add(desk, {"title": "书法班", "kind": "interest", "held_on": "2026-05-01"})[0].id
    ids = [children.add(desk, {"name": name})[0].child.id for name in ("罗䶮", "王小明")]
    activities.tick(desk, activity, "child_id", ids)
    assert not activities.tick(desk, activity, "child_id", ids).changes
    activities.tick(desk, activity, "child_id", ids[:1], there=False)
    assert activities.present(desk, activity, "child_id") == {ids[1]}
    assert len(records.ids(desk, Attendance)) == 2


def test_an_activity_does_not_end_before_it_begins_and_an_attendance_names_one(desk: Desk) -> None:
    told = {"title": "书法班", "kind": "interest", "held_on": "2026-05-01", "starts_at": "14:00"}
    for wrong in ({"until_on": "2026-04-30"}, {"ends_at": "13:30"}):
        with pytest.raises(InvalidInput):
            activities.add(desk, told | wrong)
    activity = activities.add(desk, told | {"ends_at": "16：00"})[0]
    assert (activity.starts_at, activity.ends_at) == ("14:00", "16:00")
    with pytest.raises(InvalidInput):
        activities.edit(desk, activity.id, {"ends_at": "9点半"})
    with pytest.raises(InvalidInput):
        activities.add(desk, told | {"starts_at": "晚上"})
    for people in ({}, {"child_id": activity.id, "volunteer_id": activity.id}):
        with pytest.raises(InvalidInput):
            activities.add_attendance(desk, {"activity_id": activity.id, **people})


def test_a_neighbours_activity_is_not_for_this_room(tree: Tree) -> None:
    office, room = tree["石桥镇"], tree["新民村"]
    activity = activities.add(office, {"title": "全镇运动会", "kind": "sports", "held_on": "2026-05-01"})[0]
    with room.unit() as unit:
        unit.session.add(Activity(id=activity.id, site_id=office.site.id, title="全镇运动会"))
    with pytest.raises(NotAllowed):
        activities.tick(room, activity.id, "child_id", [children.add(room, {"name": NAME})[0].child.id])
    assert not records.ids(room, Attendance)
