"""Today in the window. What a user would lose: a line that leads nowhere, or to other children."""

from collections.abc import Callable
from datetime import date, timedelta

from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from carehub.domain.care import Visit
from carehub.domain.people import Volunteer
from carehub.gui.children.list import ChildrenPage
from carehub.gui.papers.page import PapersPage
from carehub.gui.plan.page import PlanPage
from carehub.gui.today.page import TodayPage
from carehub.gui.window import MainWindow
from carehub.services import children, records, visits
from carehub.services.desk import Desk

Open = Callable[..., MainWindow]
CHILD = {"sex": "女", "birth_date": "2013-11-12", "home_address": "3组", "risk_level": "high",
         "guardian": "常怡", "guardian_phone": "15925333406"}  # fmt: skip


def press(page: TodayPage, words: str) -> None:
    next(b for b in page.findChildren(QAbstractButton) if b.accessibleName().startswith(words)).click()


def test_a_line_leads_to_its_children_and_back_to_all(open_window: Open, qtbot: QtBot, desk: Desk) -> None:
    waits = children.add(desk, {**CHILD, "name": "罗䶮", "guardianship": "nobody"})[0].child.id
    other = children.add(desk, {**CHILD, "name": "徐𫖯"})[0].child.id
    window = open_window(desk)
    window.shell.open_address("today")
    page = window.shell.page
    assert isinstance(page, TodayPage)
    press(page, "不满16岁，无人监护")
    assert window.shell.address == "children/nobody"
    shown = window.shell.page
    assert isinstance(shown, ChildrenPage)
    assert shown.table.rows.ids() == [waits]
    children.edit(desk, waits, {"guardianship": "fair"})
    window.shell._reload()
    assert shown.table.rows.ids() == [], "what was seen to leaves the list"
    window.shell.open_address("children")
    assert set(shown.table.rows.ids()) == {waits, other}
    assert not shown._only.isVisible()


def test_a_visit_typed_in_leaves_the_page(open_window: Open, desk: Desk) -> None:
    child = children.add(desk, {**CHILD, "name": "罗䶮"})[0].child.id
    visits.add(desk, {"child_id": child, "done_on": date.today() - timedelta(days=8)})
    window = open_window(desk)
    window.shell.open_address("today")
    page = window.shell.page
    assert any(b.accessibleName().startswith("现在该走访") for b in page.findChildren(QAbstractButton))
    touched = visits.add(desk, {"child_id": child, "done_on": date.today()})[1]
    window.shell.changed(touched)
    names = [b.accessibleName() for b in page.findChildren(QAbstractButton) if b.isVisible()]
    assert not any(name.startswith("现在该走访") for name in names)


def test_a_week_is_planned_and_list_and_sheets_are_for_the_same_children(
    open_window: Open, qtbot: QtBot, desk: Desk
) -> None:
    ids = []
    for name, group in (("罗䶮", "10组"), ("徐𫖯", "2组"), ("王小明", "3组")):
        ids.append(children.add(desk, {**CHILD, "name": name, "home_address": group})[0].child.id)
        visits.add(desk, {"child_id": ids[-1], "done_on": date.today() - timedelta(days=8)})
    children.edit(desk, ids[2], {"risk_level": "low"})
    records.add(desk, Volunteer, {"name": "王建国"})
    window = open_window(desk)
    window.shell.open_address("today")
    page = window.shell.page
    assert isinstance(page, TodayPage)
    press(page, "现在该走访")
    plan = window.shell.page
    assert isinstance(plan, PlanPage)
    assert plan.table.rows.ids() == [ids[1], ids[0]]
    assert plan._groups.text() == "按组分：2组 1、10组 1"
    shown = [plan.table.model().index(0, c).data() for c in range(plan.table.model().columnCount())]
    assert (shown[0], shown[4], shown[5]) == ("徐𫖯", "1", "王建国")
    plan._chips["low"].click()
    assert (plan.table.rows.ids(), plan._print.isEnabled()) == ([], False)
    plan._chips["high"].click()
    plan._print.click()
    desk_page = window.shell.page
    assert isinstance(desk_page, PapersPage)
    qtbot.waitUntil(lambda: desk_page._pages == 1, timeout=20_000)
    assert not [v for v in records.fetch(desk, Visit, records.ids(desk, Visit)) if not v.done_on], "only a preview"
    desk_page._paper_buttons["visit-sheet"].click()
    assert desk_page._ids == [ids[1], ids[0]]
    qtbot.waitUntil(lambda: desk_page._pages == 3, timeout=20_000)
