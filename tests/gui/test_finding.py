"""The one box of the window. What a person would lose: finding the child while the phone rings, without the mouse."""

from collections.abc import Callable
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from carehub.domain.people import FamilyMember
from carehub.gui.children.list import ChildrenPage
from carehub.gui.finding import FoundList
from carehub.gui.visits.entry import EntryPage
from carehub.gui.window import MainWindow
from carehub.services import children, records, visits
from carehub.services.desk import Desk

Open = Callable[..., MainWindow]
CHILD = {"name": "罗䶮", "sex": "女", "birth_date": "2013-11-12", "school": "中心小学", "grade": "七年级",
         "guardian": "常怡", "guardian_relation": "52", "guardian_phone": "15925333406"}  # fmt: skip


def box(window: MainWindow, qtbot: QtBot) -> QLineEdit:
    """The box as the keyboard reaches it."""
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    focus = window.focusWidget()
    assert isinstance(focus, QLineEdit)
    return focus


def found(window: MainWindow) -> FoundList:
    (made,) = window.shell.findChildren(FoundList)
    return made


def lines(window: MainWindow) -> list[str]:
    QApplication.processEvents()
    rows = found(window).rows
    return [rows.item(n).text() for n in range(rows.count())]


@pytest.mark.parametrize("address", ["today", "children", "volunteers", "papers", "settings", "child-form/new"])
def test_a_mothers_phone_opens_the_child_from_every_page(
    open_window: Open, qtbot: QtBot, desk: Desk, address: str
) -> None:
    child = children.add(desk, CHILD)[0].child.id
    records.add(desk, FamilyMember, {"name": "罗建军", "relation": "51", "phone": "13700001234"}, child_id=child)
    window = open_window(desk)
    window.shell.open_address(address)
    qtbot.waitUntil(lambda: not window.jobs.busy, timeout=20_000)
    focus = box(window, qtbot)
    qtbot.keyClicks(focus, "13700001234")
    qtbot.waitUntil(lambda: found(window).isVisible())
    assert lines(window)[0] == "家庭成员"
    assert "罗䶮的家人" in lines(window)[1]
    qtbot.keyClick(focus, Qt.Key.Key_Return)
    assert window.shell.address == f"child/{child}"
    assert not found(window).isVisible()
    assert focus.text() == ""


def test_a_scanner_types_the_number_and_enter_at_once(open_window: Open, qtbot: QtBot, desk: Desk) -> None:
    child = children.add(desk, CHILD)[0].child.id
    visit = visits.plan(desk, [child], date(2026, 11, 20))[0][0]
    window = open_window(desk)
    focus = box(window, qtbot)
    qtbot.keyClicks(focus, visit.sheet_no or "")
    qtbot.keyClick(focus, Qt.Key.Key_Return)
    assert isinstance(window.shell.page, EntryPage)
    assert window.shell.address == f"visit-entry/{visit.sheet_no}"


def test_arrows_walk_past_headings_and_escape_closes(open_window: Open, qtbot: QtBot, desk: Desk) -> None:
    first = children.add(desk, CHILD)[0].child.id
    second = children.add(desk, {**CHILD, "name": "王小明", "guardian": "罗建军"})[0].child.id
    window = open_window(desk)
    focus = box(window, qtbot)
    focus.setText("罗")  # as an input method does
    qtbot.waitUntil(lambda: found(window).isVisible())
    assert [line.split("　")[0] for line in lines(window)] == ["儿童", "罗䶮", "家庭成员", "罗建军"]
    assert found(window).rows.currentRow() == 1
    qtbot.keyClick(focus, Qt.Key.Key_Down)
    assert found(window).rows.currentRow() == 3
    qtbot.keyClick(focus, Qt.Key.Key_Down)
    assert found(window).rows.currentRow() == 3, "it stays at the end"
    qtbot.keyClick(focus, Qt.Key.Key_Escape)
    assert not found(window).isVisible()
    assert focus.text() == "罗", "a second Escape empties the box"
    qtbot.keyClick(focus, Qt.Key.Key_Return)
    assert window.shell.address == f"child/{first}"
    assert second


def test_a_school_and_all_of_many_lead_to_the_list(open_window: Open, qtbot: QtBot, desk: Desk) -> None:
    for n in range(8):
        children.add(desk, {**CHILD, "name": f"张{'甲乙丙丁戊己庚辛'[n]}"})
    children.add(desk, {**CHILD, "name": "王小明", "school": "石桥小学"})
    window = open_window(desk)
    focus = box(window, qtbot)
    focus.setText("张")
    qtbot.waitUntil(lambda: found(window).isVisible())
    assert lines(window)[-1] == "全部8条……"
    qtbot.keyClick(focus, Qt.Key.Key_PageDown)
    qtbot.keyClick(focus, Qt.Key.Key_Return)
    page = window.shell.page
    assert isinstance(page, ChildrenPage)
    assert page.table.model().rowCount() == 8
    focus = box(window, qtbot)
    focus.setText("石桥小学")
    qtbot.waitUntil(lambda: found(window).isVisible())
    assert [line.split("　")[0] for line in lines(window)] == ["儿童", "王小明", "学校", "石桥小学"]
    qtbot.keyClick(focus, Qt.Key.Key_Down)
    qtbot.keyClick(focus, Qt.Key.Key_Return)
    assert window.shell.address == "children"
    assert page.table.model().rowCount() == 1


def test_nothing_found_says_what_to_try(open_window: Open, qtbot: QtBot, desk: Desk) -> None:
    window = open_window(desk)
    focus = box(window, qtbot)
    focus.setText("没有这人")
    qtbot.waitUntil(lambda: found(window).isVisible())
    assert lines(window) == ["没有找到。可以试试姓名中的一个字，或电话后四位。"]
    qtbot.keyClick(focus, Qt.Key.Key_Return)
    assert window.shell.address == "today"


def test_the_mouse_opens_a_line_as_well(open_window: Open, qtbot: QtBot, desk: Desk) -> None:
    child = children.add(desk, CHILD)[0].child.id
    window = open_window(desk)
    box(window, qtbot).setText("罗䶮")
    qtbot.waitUntil(lambda: found(window).isVisible())
    rows = found(window).rows
    place = rows.visualItemRect(rows.item(1)).center()
    qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert window.shell.address == f"child/{child}"
    assert not found(window).isVisible()


@pytest.mark.parametrize("size", [18, 24, 30])
def test_what_is_found_fits_the_window(open_window: Open, qtbot: QtBot, desk: Desk, size: int) -> None:
    for n in range(8):
        children.add(desk, {**CHILD, "name": f"张{'甲乙丙丁戊己庚辛'[n]}"})
    window = open_window(desk, size)
    focus = box(window, qtbot)
    focus.setText("张")
    qtbot.waitUntil(lambda: found(window).isVisible())
    assert window.shell.rect().contains(found(window).geometry())
    assert (window.width(), window.height()) == (1366, 768)
