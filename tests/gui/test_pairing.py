"""The pages of pairing. What a user would lose: an afternoon of asking who could look after whom, a child that nobody
notices is alone, and the reason why somebody else comes now."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from carehub.domain.care import Pairing
from carehub.domain.people import Volunteer
from carehub.domain.sheet_number import grouped
from carehub.gui.children.child import ChildPage
from carehub.gui.pairing.changing import ChangePage
from carehub.gui.pairing.form import AgreementPage
from carehub.gui.pairing.page import SECTIONS, PairingPage
from carehub.gui.pairing.proposing import ProposeAllPage
from carehub.gui.papers.page import PapersPage
from carehub.gui.people.page import VolunteerFormPage
from carehub.gui.settings.page import SettingsPage
from carehub.gui.window import MainWindow
from carehub.services import (
    children,
    consents,
    group_papers,
    handover,
    merging,
    opening,
    pairing,
    proposals,
    records,
    users,
)
from carehub.services.desk import Desk
from carehub.services.opening import NewStore

from ..conftest import PASSWORD, drive
from .conftest import shown
from .test_activities import scan

Open = Callable[..., MainWindow]
TODAY = date.today()


def child_of(desk: Desk, name: str, **more: object) -> str:
    return children.add(desk, {"name": name, **more})[0].child.id


def helper_of(desk: Desk, name: str, **more: object) -> str:
    return records.add(desk, Volunteer, {"name": name, **more})[0].id


def pair(desk: Desk, child: str, helper: str) -> str:
    return pairing.confirm(desk, [(child, helper)])[0][0].id


def click(widget: QWidget, name: str) -> None:
    next(b for b in widget.findChildren(QPushButton) if b.accessibleName() == name and not b.isHidden()).click()


def opened(window: MainWindow, address: str) -> PairingPage:
    window.shell.open_address(address)
    page = window.shell.page
    assert isinstance(page, PairingPage)
    return page


def test_a_child_is_paired_by_keyboard_alone(open_window: Open, qtbot: QtBot, desk: Desk) -> None:
    one, two = child_of(desk, "王小明"), child_of(desk, "罗䶮", home_address="新民村3组")
    far, near = helper_of(desk, "远的"), helper_of(desk, "近的", place="新民村3组")
    window = open_window(desk)
    page = opened(window, "pairings")
    pane = page.waiting
    qtbot.waitUntil(pane.children_list.hasFocus)
    qtbot.keyClick(pane.children_list, Qt.Key.Key_Down)
    assert pane.children_list.current == two
    assert pane.people.item(0).text() == "近的\n同村（新民村）；同组；还没有结对儿童"
    qtbot.keyClick(pane.children_list, Qt.Key.Key_Return)
    qtbot.waitUntil(pane.people.hasFocus)
    qtbot.keyClick(pane.people, Qt.Key.Key_Return)
    assert [(t.child, t.volunteer) for t in pairing.overview(desk).running] == [("罗䶮", "近的")]
    assert "已由近的结对帮扶罗䶮" in shown(window)
    assert pane.children_list.current == one, "the next child is in its place"
    assert pane.children_list.hasFocus()
    assert pane.people.current == far, "who has nobody yet comes first"
    window.shell._undo_last()
    assert pairing.overview(desk).running == []
    assert pane.children_list.count() == 2
    assert {near, far} == {pane.people.item(n).data(Qt.ItemDataRole.UserRole) for n in range(2)}


def test_kind_and_first_day_are_those_chosen(open_window: Open, desk: Desk) -> None:
    child_of(desk, "王小明")
    helper_of(desk, "李德福")
    page = opened(open_window(desk), "pairings/waiting")
    page.waiting.terms._kinds.setCurrentIndex(1)
    page.waiting.terms.day.set_value(TODAY + timedelta(days=400))
    page.waiting.terms.day.set_text("没有")
    page.waiting.do.click()
    assert pairing.overview(desk).running == [], "what is no day is said, not guessed"
    page.waiting.terms.day.set_value(TODAY - timedelta(days=90))
    page.waiting.do.click()
    (told,) = pairing.overview(desk).running
    assert (told.pairing.kind, told.pairing.started_on) == ("surrogate_parent", TODAY - timedelta(days=90))


def test_what_speaks_against_somebody_is_said_before(open_window: Open, desk: Desk) -> None:
    helper = helper_of(desk, "李德福")
    for n in range(3):
        pair(desk, child_of(desk, f"孩子{n}"), helper)
    child_of(desk, "王小明")
    page = opened(open_window(desk), "pairings/waiting")
    assert "李德福已结对3个孩子" in shown(page)


def test_proposals_for_all_are_ticked_and_made_in_one_step(open_window: Open, qtbot: QtBot, desk: Desk) -> None:
    rows = [child_of(desk, name) for name in ("甲", "乙", "丙", "丁")]
    helper_of(desk, "李德福")
    window = open_window(desk)
    opened(window, "pairings/waiting").waiting.all.click()
    page = window.shell.page
    assert isinstance(page, ProposeAllPage)
    qtbot.waitUntil(lambda: page.ticks.count() == 3)
    assert "还有1个孩子没有合适的志愿者" in shown(page)
    qtbot.waitUntil(page.ticks.hasFocus)
    qtbot.keyClick(page.ticks, Qt.Key.Key_Space)
    assert page.do.text().strip() == "确认结对 2 对"
    left = [row for row in rows if row not in page.ticks.on]
    qtbot.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: isinstance(window.shell.page, PairingPage))
    found = pairing.overview(desk)
    assert {c.id for c in found.children} == set(left)
    assert len(found.running) == 2
    window.shell._undo_last()
    assert pairing.overview(desk).running == []


def test_a_pairing_that_should_have_ended_and_one_too_many_are_seen(open_window: Open, desk: Desk) -> None:
    moved, child = child_of(desk, "罗䶮"), child_of(desk, "王小明")
    first, second = helper_of(desk, "李德福"), helper_of(desk, "张桂兰")
    pair(desk, moved, first)
    pair(desk, child, first)
    pair(desk, child, second)
    children.edit(desk, moved, {"status": "moved"})
    unwilling = child_of(desk, "周小雨")
    pair(desk, unwilling, second)
    consents.record(desk, unwilling, ["care"], {})
    consents.withdraw(desk, unwilling, ["care"])
    window = open_window(desk)
    page = opened(window, "pairings/running")
    rows = page.running.table.rows
    told = {rows.index(n, 0).data() for n in range(rows.rowCount())}
    assert told == {"罗䶮（孩子已迁出）", "周小雨（同意已撤回）", "王小明"}
    window.shell.open_address(f"volunteer-form/{first}")
    assert "这对结对该结束了吗？（孩子已迁出）" in shown(window)
    window.shell.open_address(f"child/{child}/pairing")
    assert "这个孩子有几位一对一志愿者" in shown(window)


def test_nothing_to_propose_is_said(open_window: Open, qtbot: QtBot, desk: Desk) -> None:
    window = open_window(desk)
    window.shell.open_address(f"pairing-all/{desk.site.id}")
    page = window.shell.page
    assert isinstance(page, ProposeAllPage)
    qtbot.waitUntil(lambda: page.empty.isVisible() and not window.jobs.busy)
    assert not page.do.isEnabled()


def test_somebody_takes_over_with_a_reason_and_the_history_says_so(open_window: Open, desk: Desk) -> None:
    child, old, new = child_of(desk, "王小明"), helper_of(desk, "李德福"), helper_of(desk, "张桂兰")
    row = pair(desk, child, old)
    window = open_window(desk)
    window.shell.open_address(f"child/{child}/pairing")
    page = window.shell.page
    assert isinstance(page, ChildPage)
    click(page, "换人或结束　李德福")
    change = window.shell.page
    assert isinstance(change, ChangePage)
    assert change.people.current == "", "nobody is chosen for the user"
    change.people.choose(new)
    assert not change.do.isEnabled(), "not without a reason"
    click(change, "志愿者身体不好")
    assert change.do.accessibleName() == "由张桂兰接替"
    change.do.click()
    assert window.shell.page is page
    words = shown(page)
    assert words.index("张桂兰") < words.index("以前")
    assert "志愿者身体不好" in words[words.index("以前") :]
    assert "由张桂兰接替" in words[words.index("以前") :]
    assert records.get(desk, Pairing, row).end_reason == "志愿者身体不好"
    window.shell._undo_last()
    assert pairing.told(desk, row).runs
    window.shell.open_address(f"volunteer-form/{old}")
    form = window.shell.page
    assert isinstance(form, VolunteerFormPage)
    assert "王小明" in shown(form)


def test_a_pairing_ends_and_the_child_waits_again(open_window: Open, desk: Desk) -> None:
    child, helper = child_of(desk, "王小明"), helper_of(desk, "李德福")
    row = pair(desk, child, helper)
    window = open_window(desk)
    page = opened(window, "pairings/running")
    assert page.running.table.current_id() == row
    click(page.running, "换人或结束")
    change = window.shell.page
    assert isinstance(change, ChangePage)
    change.reason.setText("父母回来了")
    change.day.set_value(TODAY - timedelta(days=9))
    change.do.click()
    assert pairing.told(desk, row).runs, "not before it began"
    change.day.set_value(TODAY)
    change.do.click()
    assert window.shell.page is page
    assert page.waiting.children_list.count() == 1
    assert [t.pairing.end_reason for t in pairing.overview(desk).ended] == ["父母回来了"]
    page.sections.show_section("ended")
    cells = [page.ended.table.rows.index(0, n).data() for n in range(len(page.ended.table.rows.columns))]
    assert cells == ["王小明", "李德福", str(TODAY), str(TODAY), "父母回来了", ""]
    page.sections.show_section("idle")
    assert page.idle.table.current_id() == helper


def test_the_signed_agreement_is_found_by_its_number_with_today_offered(
    open_window: Open, qtbot: QtBot, desk: Desk
) -> None:
    row = pair(desk, child_of(desk, "王小明"), helper_of(desk, "李德福"))
    window = open_window(desk)
    page = opened(window, "pairings/running")
    click(page.running, "打印协议")
    papers = window.shell.page
    assert isinstance(papers, PapersPage)
    qtbot.waitUntil(lambda: papers._pages == 2)
    assert "王小明" in shown(papers)
    assert records.get(desk, Pairing, row).sheet_no is None, "a look at it is no agreement"
    drive(group_papers.pdf(desk, "pairing-agreement", [row]))
    scan(window, qtbot, grouped(records.get(desk, Pairing, row).sheet_no or ""))
    form = window.shell.page
    assert isinstance(form, AgreementPage)
    assert "王小明 ← 李德福" in shown(form)
    assert form.form.editor("signed_on").text() == str(TODAY)
    assert records.get(desk, Pairing, row).signed_on is None, "offered, not saved"
    form.save()
    assert records.get(desk, Pairing, row).signed_on == TODAY


@pytest.mark.parametrize("size", [18, 30])
def test_every_section_opens_empty_and_says_so(open_window: Open, desk: Desk, size: int) -> None:
    window = open_window(desk, size)
    for key in SECTIONS:
        page = opened(window, f"pairings/{key}")
        assert page.sections.current == key
        assert page.site.isHidden()
    assert page.ended.empty.isVisible()
    assert not page.running.table.isVisible()


def test_an_office_looks_at_one_room_at_a_time(
    open_window: Open, circle: tuple[Desk, NewStore], tmp_path: Path
) -> None:
    office, new = circle
    own = child_of(office, "镇上的")
    helper_of(office, "镇上志愿者")
    theirs = child_of(new.desk, "王小明")
    helper = helper_of(new.desk, "李德福")
    file = drive(handover.export(new.desk, tmp_path / "stick")).file
    (merged,) = drive(merging.merge(office, [file], approve=" ".join(new.words)))
    assert merged.status == "merged"
    window = open_window(office)
    page = opened(window, "pairings/waiting")
    assert page.site.isVisible()
    assert [page.site.itemText(n) for n in range(page.site.count())] == ["新民村", "石桥镇"]
    assert page.waiting.children_list.current == own, "its own site first"
    page.site.setCurrentIndex(0)
    page.site.activated.emit(0)
    assert (page.waiting.children_list.current, page.waiting.people.count()) == (theirs, 1)
    page.waiting.do.click()
    (told,) = pairing.overview(office, new.desk.site.id).running
    assert (told.pairing.volunteer_id, told.pairing.site_id) == (helper, new.desk.site.id)
    assert page.site.currentData() == new.desk.site.id, "one stays at the room"
    opened(window, f"pairings/waiting/{own}")
    assert page.waiting.children_list.current == own


def test_the_head_of_an_office_says_what_it_wants(open_window: Open, make_store: Callable[..., NewStore]) -> None:
    office = make_store("township", "石桥镇", user="周明辉").desk
    window = open_window(office)
    window.shell.open_address("settings")
    settings = window.shell.page
    assert isinstance(settings, SettingsPage)
    settings.pairing.same_sex.click()
    assert proposals.same_sex(office)
    window.shell._undo_last()
    assert not settings.pairing.same_sex.isChecked()


def test_a_room_reads_what_its_office_wants_and_cannot_change_it(open_window: Open, desk: Desk) -> None:
    window = open_window(desk)
    window.shell.open_address("settings")
    page = window.shell.page
    assert isinstance(page, SettingsPage)
    assert not page.pairing.same_sex.isEnabled()


def test_whoever_only_reads_is_offered_nothing_to_press(open_window: Open, desk: Desk) -> None:
    child_of(desk, "王小明")
    pair(desk, child_of(desk, "罗䶮"), helper_of(desk, "李德福"))
    users.add(desk, "王看", "viewer", "andere-Worte", PASSWORD)
    desk.close()
    viewer = opening.sign_in(desk.store.folder, "andere-Worte")
    try:
        window = open_window(viewer)
        page = opened(window, "pairings/waiting")
        assert page.waiting.do.isHidden()
        assert page.waiting.all.isHidden()
        page.waiting.pair()
        assert len(pairing.overview(viewer).running) == 1
        page.sections.show_section("running")
        assert page.running.tools.findChildren(QPushButton) == []
    finally:
        viewer.close()
