"""The place “Activities”. What a user would lose: an afternoon of clicking instead of one key, and the hours,
signatures and resolutions that follow from it."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from carehub.domain.activities import Activity, Attendance, Patrol, PatrolSheet, Pledge
from carehub.domain.meetings import JointMeeting, Resolution
from carehub.domain.office import Site
from carehub.domain.people import Volunteer
from carehub.domain.sheet_number import grouped, new_sheet_number
from carehub.gui.activities.activity import ActivityPage
from carehub.gui.activities.forms import PatrolFormPage, PledgeFormPage, ResolutionFormPage
from carehub.gui.activities.making import MakePledgesPage
from carehub.gui.activities.meeting import MeetingPage
from carehub.gui.activities.page import LISTS, ActivitiesPage
from carehub.gui.activities.patrol_sheet import PatrolSheetPage
from carehub.gui.activities.signing import SignPledgesPage
from carehub.gui.papers.page import PapersPage
from carehub.gui.people.page import VolunteerFormPage
from carehub.gui.window import MainWindow
from carehub.services import activities, children, group_papers, patrols, pledges, records, visits
from carehub.services.desk import Desk
from carehub.services.pledges import Group

from ..work import drive
from .conftest import shown as shown_words

Open = Callable[..., MainWindow]
TODAY = date.today()
YEAR = TODAY.year


def words(widget: QWidget) -> str:
    """Everything that can be read in a widget."""
    QApplication.processEvents()
    return "\n".join(w.text() for kind in (QLabel, QPushButton) for w in widget.findChildren(kind) if not w.isHidden())


@pytest.fixture
def people(desk: Desk) -> list[str]:
    """Three children of two classes."""
    told = (("王小明", "1班"), ("罗䶮", "1班"), ("欧阳子涵", "2班"))
    return [
        children.add(desk, {"name": name, "school": "中心小学", "grade": "四年级", "class_name": room})[0].child.id
        for name, room in told
    ]


def activity_of(desk: Desk, **more: object) -> str:
    told = {"title": "书法班", "kind": "interest", "held_on": TODAY, "starts_at": "14:00", "ends_at": "15:30"}
    return activities.add(desk, told | more)[0].id


def test_who_came_is_ticked_off_by_keyboard(open_window: Open, qtbot: QtBot, desk: Desk, people: list[str]) -> None:
    activity = activity_of(desk)
    window = open_window(desk)
    window.shell.open_address(f"activity/{activity}")
    page = window.shell.page
    assert isinstance(page, ActivityPage)
    ticks = page.who["child_id"].ticks
    qtbot.waitUntil(ticks.hasFocus)
    qtbot.keyClick(ticks, Qt.Key.Key_Down)
    qtbot.keyClick(ticks, Qt.Key.Key_Space)
    assert len(activities.present(desk, activity, "child_id")) == 1
    assert ticks.currentRow() == 1, "one stays at the line"
    qtbot.keyClick(ticks, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert activities.present(desk, activity, "child_id") == set(people)
    assert "儿童 3" in words(page)
    window.shell._undo_last()
    assert len(activities.present(desk, activity, "child_id")) == 1, "all at once is taken back at once"
    assert len(ticks.on) == 1
    qtbot.keyClick(ticks, Qt.Key.Key_Space)
    assert activities.present(desk, activity, "child_id") == set()


def test_a_search_narrows_those_to_be_ticked(open_window: Open, desk: Desk, people: list[str]) -> None:
    records.add(desk, Volunteer, {"name": "王建国"})
    activity = activity_of(desk)
    window = open_window(desk)
    window.shell.open_address(f"activity/{activity}")
    page = window.shell.page
    assert isinstance(page, ActivityPage)
    page.search_for("oyzh")
    assert [page.who["child_id"].ticks.item(n).text() for n in range(page.who["child_id"].ticks.count())] == [
        "欧阳子涵　中心小学四年级2班"
    ]
    page.who["child_id"].all.click()
    assert activities.present(desk, activity, "child_id") == {people[2]}


def test_the_pledges_of_a_class_are_made_in_one_step_and_renewed(
    open_window: Open, qtbot: QtBot, desk: Desk, people: list[str]
) -> None:
    last = {"year": YEAR - 1, "theme": "drowning", "third_party": "cafe", "third_name": "蓝天网吧",
            "expires_on": date(YEAR - 1, 12, 31)}  # fmt: skip
    pledges.make(desk, [people[0]], last)
    window = open_window(desk)
    window.shell.open_address("pledge-make")
    page = window.shell.page
    assert isinstance(page, MakePledgesPage)
    page.groups.choose(Group("中心小学", "四年级", "1班"))
    assert set(page.ticks.on) == set(people[:2])
    page.ticks.toggle(1)
    assert page.do.text().strip() == "新建 1 份责任书"
    page.ticks.toggle(1)
    qtbot.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.shell.page is not page)
    made = [records.get(desk, Pledge, row) for row in records.ids(desk, Pledge)]
    assert {p.child_id for p in made if p.year == YEAR} == set(people[:2])
    assert window.shell.address.startswith("papers/pledge/")
    window.shell.open_address("pledge-make")
    assert page.ticks.on == [], "the class has its pledges"
    page.groups.choose(Group("中心小学"))
    assert page.ticks.on == [people[2]], "who has one is not asked again"
    page.form.editor("theme").set_text("drowning")
    page.form.edited.emit()
    page.groups.choose(None)
    assert page.ticks.on == [people[0]], "those of last year"
    page.make()
    (renewed,) = [p for p in records.fetch(desk, Pledge, records.ids(desk, Pledge)) if p.theme == "drowning"
                  and p.year == YEAR]  # fmt: skip
    assert (renewed.child_id, renewed.third_party, renewed.third_name) == (people[0], "cafe", "蓝天网吧")


def test_signatures_are_ticked_off_party_by_party(
    open_window: Open, qtbot: QtBot, desk: Desk, people: list[str]
) -> None:
    told = {"year": YEAR, "theme": "internet_cafe", "third_party": "parents", "expires_on": date(YEAR, 12, 31)}
    made = pledges.make(desk, people, told)[0]
    window = open_window(desk)
    window.shell.open_address("pledge-sign")
    page = window.shell.page
    assert isinstance(page, SignPledgesPage)
    day = TODAY - timedelta(days=2)
    page.day.set_value(day)
    page.choose("committee")
    qtbot.keyClick(page.ticks, Qt.Key.Key_Space)
    page.day.set_value(TODAY)
    page.all.click()
    signed = sorted(str(records.get(desk, Pledge, row).committee_on) for row in made)
    assert signed == sorted([str(day), str(TODAY), str(TODAY)]), "who had signed keeps the day"
    assert {pledges.signed(records.get(desk, Pledge, row)) for row in made} == {1}
    page.day.set_value(TODAY + timedelta(days=1))
    page.choose("pupil")
    page.ticks.toggle(0)
    assert page.ticks.on == [], "nobody signs tomorrow"
    assert "还没有到" in words(window)
    assert all(records.get(desk, Pledge, row).pupil_on is None for row in made)


def test_resolutions_stand_beneath_their_meeting_with_their_days(open_window: Open, desk: Desk) -> None:
    meeting = records.add(desk, JointMeeting, {"held_on": TODAY, "agenda": "走访安排"})[0].id
    late = {"meeting_id": meeting, "wording": "国庆前走访一遍", "due_on": TODAY - timedelta(days=3)}
    row = records.add(desk, Resolution, late)[0].id
    records.add(desk, Resolution, late | {"wording": "排好巡查班次", "due_on": TODAY + timedelta(days=5)})
    window = open_window(desk)
    window.shell.open_address("activities/meetings")
    place = window.shell.page
    assert isinstance(place, ActivitiesPage)
    model = place.table.rows
    assert model.index(0, len(model.columns) - 1).data() == "2 项，1 项已过期"
    window.shell.open_address(f"meeting/{meeting}")
    page = window.shell.page
    assert isinstance(page, MeetingPage)
    shown = words(page)
    assert "已过 3 天" in shown
    assert shown.index("国庆前走访一遍") < shown.index("排好巡查班次")
    next(b for b in page.findChildren(QPushButton) if b.accessibleName() == "今天完成　国庆前走访一遍").click()
    assert records.get(desk, Resolution, row).done_on == TODAY
    window.shell.open_address(f"resolution/{meeting}")
    form = window.shell.page.form  # type: ignore[attr-defined]
    form.editor("wording").set_text("开一次家长会")
    form.editor("due_on").set_text(str(TODAY))
    window.shell.page.save()  # type: ignore[attr-defined]
    assert "开一次家长会" in words(window.shell.page)


def test_a_volunteers_hours_follow_from_what_was_done(open_window: Open, desk: Desk, people: list[str]) -> None:
    helper = records.add(desk, Volunteer, {"name": "王建国"})[0].id
    visits.add(desk, {"child_id": people[0], "done_on": TODAY, "volunteer_id": helper, "minutes": 40})
    visits.add(desk, {"child_id": people[1], "done_on": TODAY, "volunteer_id": helper})
    activities.tick(desk, activity_of(desk), "volunteer_id", [helper])
    before = {"held_on": date(YEAR - 1, 5, 1), "until_on": date(YEAR - 1, 5, 2)}
    activities.tick(desk, activity_of(desk, **before), "volunteer_id", [helper])
    absent = activity_of(desk)
    activities.tick(desk, absent, "volunteer_id", [helper])
    activities.tick(desk, absent, "volunteer_id", [helper], there=False)
    records.add(desk, Patrol, {"patrolled_on": TODAY, "cafe": "蓝天网吧", "volunteer_id": helper, "minutes": 50})
    window = open_window(desk)
    window.shell.open_address(f"volunteer-form/{helper}")
    page = window.shell.page
    assert isinstance(page, VolunteerFormPage)
    shown = words(page.hours)
    assert "今年服务 3 小时 0 分，累计 6 小时 0 分" in shown  # 40 + 90 + 50; and two days of 90
    assert "走访 2 次，活动 2 次，巡查 1 次" in shown
    assert "其中 1 次没有写时长" in shown
    window.shell.open_address("volunteer-form/new")
    assert page.hours.isHidden()


def test_a_volunteer_added_meanwhile_can_be_chosen_in_a_form_that_was_open_before(
    open_window: Open, desk: Desk
) -> None:
    window = open_window(desk)
    window.shell.open_address("patrol/new")
    helper = records.add(desk, Volunteer, {"name": "王建国"})[0].id
    window.shell.open_address("activities/patrols")
    window.shell.open_address("patrol/new")
    form = window.shell.page.form  # type: ignore[attr-defined]
    form.editor("cafe").set_text("蓝天网吧")
    form.editor("volunteer_id").set_text(helper)
    window.shell.page.save()  # type: ignore[attr-defined]
    (patrol,) = records.fetch(desk, Patrol, records.ids(desk, Patrol))
    assert (patrol.volunteer_id, patrol.patrolled_on) == (helper, TODAY)
    place = window.shell.page
    assert isinstance(place, ActivitiesPage)
    row = [place.table.rows.index(0, n).data() for n in range(len(place.table.rows.columns))]
    assert "王建国" in row, "a name, not a number"


@pytest.mark.parametrize("size", [18, 30])
def test_every_section_opens_empty_and_says_how_to_begin(open_window: Open, desk: Desk, size: int) -> None:
    window = open_window(desk, size)
    for key in LISTS:
        window.shell.open_address(f"activities/{key}")
        page = window.shell.page
        assert isinstance(page, ActivitiesPage)
        shown = page.lists[key]
        assert shown.empty.isVisible(), key
    assert not records.ids(desk, Attendance)


def test_papers_open_from_their_pages(open_window: Open, qtbot: QtBot, desk: Desk, people: list[str]) -> None:
    activity = activity_of(desk)
    activities.tick(desk, activity, "child_id", people[:1])
    window = open_window(desk)
    window.shell.open_address(f"activity/{activity}")
    next(b for b in window.shell.page.findChildren(QPushButton) if b.accessibleName() == "签到表").click()
    page = window.shell.page
    assert isinstance(page, PapersPage)
    qtbot.waitUntil(lambda: page._pages == 1)
    assert "书法班" in words(page)
    window.shell.open_address("activities/patrols")
    window.shell.open_address("papers/patrol-log")
    qtbot.waitUntil(lambda: bool(page._data) and not window.jobs.busy)
    window.shell.open_address("papers/minutes")  # no meeting yet: said, not a fault
    qtbot.waitUntil(lambda: page._pages == 0)


def scan(window: MainWindow, qtbot: QtBot, number: str) -> None:
    """A scanner types a number into the search box and presses Enter."""
    qtbot.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    focus = window.focusWidget()
    qtbot.keyClicks(focus, number)
    qtbot.keyClick(focus, Qt.Key.Key_Return)


def test_the_number_of_a_sheet_opens_its_record(open_window: Open, qtbot: QtBot, desk: Desk, people: list[str]) -> None:
    activity = activity_of(desk)
    told = {"year": YEAR, "theme": "drowning", "third_party": "parents", "expires_on": date(YEAR, 12, 31)}
    pledge = pledges.make(desk, people[2:], told)[0][0]
    for paper, row in (("sign-in", activity), ("pledge", pledge)):
        drive(group_papers.pdf(desk, paper, [row]))
    window = open_window(desk)
    scan(window, qtbot, records.get(desk, Activity, activity).sheet_no or "")
    assert isinstance(window.shell.page, ActivityPage)
    assert window.shell.page.title == "书法班"
    scan(window, qtbot, grouped(records.get(desk, Pledge, pledge).sheet_no or ""))
    page = window.shell.page
    assert isinstance(page, PledgeFormPage)
    assert page.title == "责任书：欧阳子涵"
    page.form.editor("pupil_on").set_text(str(TODAY))
    page.save()
    assert records.get(desk, Pledge, pledge).pupil_on == TODAY
    scan(window, qtbot, new_sheet_number(TODAY))
    assert "这里没有表号为" in words(window)


def test_a_patrol_log_that_came_back_is_typed_in_round_by_round(open_window: Open, qtbot: QtBot, desk: Desk) -> None:
    helper = records.add(desk, Volunteer, {"name": "王建国"})[0].id
    window = open_window(desk)
    window.shell.open_address("papers/patrol-sheet")
    page = window.shell.page
    assert isinstance(page, PapersPage)
    qtbot.waitUntil(lambda: page._pages == 1)
    assert records.ids(desk, PatrolSheet) == [], "a look at it is no sheet"
    drive(page._work(preview=False))
    (sheet,) = records.fetch(desk, PatrolSheet, records.ids(desk, PatrolSheet))
    scan(window, qtbot, sheet.sheet_no or "")
    for n, cafe in enumerate(("蓝天网吧", "极速网咖"), start=1):
        log = window.shell.page
        assert isinstance(log, PatrolSheetPage)
        assert log.title == f"巡查记录 {grouped(sheet.sheet_no or '')}"
        next(b for b in log.findChildren(QPushButton) if b.accessibleName() == "添加巡查").click()
        form = window.shell.page
        assert isinstance(form, PatrolFormPage)
        form.form.editor("cafe").set_text(cafe)
        form.form.editor("volunteer_id").set_text(helper)
        form.save()
        assert log.table.model().rowCount() == n
    records.add(desk, Patrol, {"patrolled_on": TODAY, "cafe": "别处", "volunteer_id": helper})
    window.shell.open_address(f"patrol-sheet/{sheet.id}")
    assert log.table.model().rowCount() == 2, "only what stands on this log"
    window.shell.open_address("patrol/new")
    window.shell.page.form.editor("cafe").set_text("网吧")  # type: ignore[attr-defined]
    window.shell.page.form.editor("volunteer_id").set_text(helper)  # type: ignore[attr-defined]
    window.shell.page.save()  # type: ignore[attr-defined]
    assert len(patrols.of_sheet(desk, sheet.id)) == 2


def test_a_room_answers_what_the_office_resolved_and_cannot_reword_it(open_window: Open, desk: Desk) -> None:
    """The row stands as a return bundle brings it: at home here, its meeting at the office (see tests/sync)."""
    late = TODAY - timedelta(days=2)
    with desk.unit() as unit:
        unit.session.add(Site(id="0" * 26, site_id="0" * 26, name="石桥镇", level="township"))
        unit.session.add(Resolution(site_id=desk.site.id, meeting_id="1" * 26, wording="国庆前走访一遍", due_on=late,
                                    responsible_id=desk.site.id, set_by_id="0" * 26, resolved_on=late))  # fmt: skip
    (row,) = records.ids(desk, Resolution)
    window = open_window(desk)
    assert "过期没办的决议" in shown_words(window.shell.page), "Today says so"
    window.shell.open_address("activities/resolutions")
    place = window.shell.page
    assert isinstance(place, ActivitiesPage)
    model = place.table.rows
    shown = [model.index(0, n).data() for n in range(len(model.columns))]
    assert shown[0] == "国庆前走访一遍"
    assert "石桥镇" in shown
    assert "已过 2 天" in str(shown[-1])
    window.shell.open_address(f"resolution/{row}")
    page = window.shell.page
    assert isinstance(page, ResolutionFormPage)
    assert f"“石桥镇”{late} 开会定下的" in words(page)
    assert "国庆前走访一遍" in words(page)
    assert page.form.fields["wording"].isHidden()
    page.form.editor("done_on").set_text(str(TODAY))
    page.form.editor("result").set_text("走访完")
    page.save()
    saved = records.get(desk, Resolution, row)
    assert (saved.done_on, saved.result, saved.wording) == (TODAY, "走访完", "国庆前走访一遍")
    window.shell.open_address("today")
    assert "过期没办的决议" not in shown_words(window.shell.page)
    meeting = records.add(desk, JointMeeting, {"held_on": TODAY})[0].id
    window.shell.open_address(f"resolution/{meeting}")
    assert not page.form.fields["wording"].isHidden(), "one's own is worded here"
    assert "开会定下的" not in words(page)
