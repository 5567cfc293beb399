"""Lists as people use them, by keyboard. What a user would lose: the ten children nobody has visited, found with three
keys, kept for tomorrow and taken to Excel; numbers that leave the program without a reason."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton, QScrollArea
from pytestqt.qtbot import QtBot

from carehub import resources
from carehub.domain.filters import Condition, How
from carehub.domain.people import Child, Volunteer
from carehub.gui.activities.page import LISTS
from carehub.gui.children.list import ChildrenPage
from carehub.gui.lists.page import ListPage
from carehub.gui.pairing.list import PairingListPage
from carehub.gui.papers.page import PapersPage
from carehub.gui.settings_file import Remembered
from carehub.gui.window import MainWindow
from carehub.services import access, children, listing, pairing, records, training, visits
from carehub.services.desk import Desk

from ..conftest import drive
from .conftest import shown

Open = Callable[..., MainWindow]
PHONE = "15925333406"
PEOPLE = (
    ("罗䶮", "high", None, 2013), ("徐𫖯", "high", 40, 2014), ("王小梅", "high", 3, 2015), ("欧阳明", "low", 90, 2016),
    ("安桐", "medium", None, 2017), ("程思远", "high", 31, 2012),
)  # fmt: skip


@pytest.fixture
def village(desk: Desk) -> Desk:
    """Six children of different risk, visited so many days ago or never."""
    for name, risk, ago, year in PEOPLE:
        given = {"name": name, "risk_level": risk, "birth_date": date(year, 3, 1), "sex": "女", "guardian": "常怡",
                 "guardian_phone": PHONE, "school": "中心小学"}  # fmt: skip
        child = children.add(desk, given)[0].child.id
        if ago is not None:
            visits.add(desk, {"child_id": child, "done_on": date.today() - timedelta(days=ago)})
    return desk


def children_page(window: MainWindow) -> ChildrenPage:
    window.shell.open_address("children")
    page = window.shell.page
    assert isinstance(page, ChildrenPage)
    return page


def names(page: ListPage) -> list[str]:
    """The names in sight, from top to bottom."""
    at = page.table.arrangement().index("name")
    logical = page.table.horizontalHeader().logicalIndex(at)
    rows = page.table.rows
    return [str(rows.index(n, logical).data()) for n in range(rows.rowCount())]


def key(qtbot: QtBot, name: Qt.Key, *, ctrl: bool = False, shift: bool = False) -> None:
    """Presses a key where the focus is."""
    held = Qt.KeyboardModifier.NoModifier
    held |= Qt.KeyboardModifier.ControlModifier if ctrl else held
    held |= Qt.KeyboardModifier.ShiftModifier if shift else held
    focus = QApplication.focusWidget()
    assert focus is not None
    qtbot.keyClick(focus, name, held)


def type_in(qtbot: QtBot, text: str) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    qtbot.keyClicks(focus, text)


def add_not_visited(qtbot: QtBot, page: ListPage, days: str) -> None:
    """Adds “not visited for so many days” with the keyboard alone."""
    key(qtbot, Qt.Key.Key_F, ctrl=True, shift=True)
    type_in(qtbot, "zjzf")  # 最近走访
    qtbot.waitUntil(lambda: page.filters.panel.field.popup.isVisible())
    qtbot.keyClick(page.filters.panel.field.popup, Qt.Key.Key_Return)
    how = page.filters.panel.how
    qtbot.waitUntil(how.hasFocus)
    while how.currentData() != How.NOT_WITHIN:
        key(qtbot, Qt.Key.Key_Down)
    key(qtbot, Qt.Key.Key_Return)
    type_in(qtbot, days)
    key(qtbot, Qt.Key.Key_Return)


def test_a_filter_is_put_together_saved_and_found_again_by_keyboard(
    open_window: Open, qtbot: QtBot, village: Desk
) -> None:
    page = children_page(open_window(village))
    page.table.setFocus()
    add_not_visited(qtbot, page, "30")
    assert set(names(page)) == {"罗䶮", "徐𫖯", "欧阳明", "安桐", "程思远"}
    assert page.table.hasFocus(), "the keyboard goes on in the list"
    key(qtbot, Qt.Key.Key_F, ctrl=True, shift=True)
    type_in(qtbot, "fxdj")  # 风险等级: all its initials, so it comes before what only begins so
    qtbot.waitUntil(lambda: page.filters.panel.field.popup.isVisible())
    qtbot.keyClick(page.filters.panel.field.popup, Qt.Key.Key_Return)
    key(qtbot, Qt.Key.Key_Return)
    key(qtbot, Qt.Key.Key_Space)  # the first of the codes: high
    key(qtbot, Qt.Key.Key_Return)
    assert set(names(page)) == {"罗䶮", "徐𫖯", "程思远"}
    assert page.count.text().startswith("共 3")
    assert [c.text() for c in page.filters.chips] == ["最近走访：最近 30 天没有", "风险等级：高"]
    page.filters.begin_saving()
    page.filters.saving.name.setText("一组要去的")  # as an input method does
    key(qtbot, Qt.Key.Key_Return)
    assert page.filters.offer.text().strip() == "一组要去的"

    again = children_page(open_window(village))
    assert len(names(again)) == 6
    menu = again.filters.fill_menu()
    next(a for a in menu.actions() if a.text() == "一组要去的").trigger()
    assert set(names(again)) == {"罗䶮", "徐𫖯", "程思远"}
    chip = again.filters.chips[1]
    chip.setFocus()
    qtbot.keyClick(chip, Qt.Key.Key_Delete)
    assert len(names(again)) == 5
    built_in = next(a for a in again.filters.fill_menu().actions() if a.text() == "高风险且一个月未走访")
    built_in.trigger()
    assert set(names(again)) == {"罗䶮", "徐𫖯", "程思远"}


def test_what_is_missing_is_said_and_escape_goes_back(open_window: Open, qtbot: QtBot, village: Desk) -> None:
    page = children_page(open_window(village))
    page.table.setFocus()
    add_not_visited(qtbot, page, "30x")
    assert page.filters.panel.isVisible()
    assert "天数" in page.filters.panel._wrong.text()
    assert len(names(page)) == 6
    key(qtbot, Qt.Key.Key_Escape)
    assert not page.filters.panel.isVisible()
    assert page.table.hasFocus()


def test_what_is_masked_is_only_asked_whether_it_is_there(open_window: Open, village: Desk) -> None:
    page = children_page(open_window(village))
    page.filters.begin_adding()
    page.filters.panel.choose("guardian_phone", How.EMPTY)
    how = page.filters.panel.how
    assert [how.itemData(n) for n in range(how.count())] == [How.EMPTY, How.FILLED]


def test_columns_and_their_order_come_back(open_window: Open, qtbot: QtBot, village: Desk) -> None:
    page = children_page(open_window(village))
    usual = page.table.arrangement()
    page._open_columns()
    menu = page.column_menu
    menu.setActiveAction(menu.actions()[0])
    for _ in range(len(usual)):
        qtbot.keyClick(menu, Qt.Key.Key_Down)
    title = menu.activeAction().text()
    qtbot.keyClick(menu, Qt.Key.Key_Space)
    assert menu.isVisible(), "several columns are ticked one after another"
    added = page.table.arrangement()
    assert added[:-1] == usual
    assert page.offered[added[-1]].title == title
    qtbot.keyClick(menu, Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    assert page.table.arrangement() == [*usual[:-1], added[-1], usual[-1]]
    menu.close()
    page.table.horizontalHeader().moveSection(0, 2)  # as the mouse drags it
    dragged = page.table.arrangement()
    assert dragged[2] == "name"
    page.table.sort_asked.emit("last_visit", True)
    first = names(page)[0]
    assert first == "王小梅", "the latest visit first"

    again = children_page(open_window(village))
    assert again.table.arrangement() == dragged
    assert names(again)[0] == first
    again.choose_columns([])
    assert again.table.arrangement() == usual


def test_what_is_masked_is_not_put_in_order(open_window: Open, village: Desk) -> None:
    page = children_page(open_window(village))
    asked: list[Any] = []
    page.table.sort_asked.connect(lambda *told: asked.append(told))
    page.table._header_clicked(page.table.arrangement().index("guardian_phone"))
    assert asked == []


def export(qtbot: QtBot, page: ListPage, file: Path, reason: str = "") -> list[list[Any]]:
    """Takes the list out into a file and reads the file."""
    page.taking_out.choose = lambda: str(file)
    page.taking_out.take(reason)
    qtbot.waitUntil(lambda: not page.desktop.jobs.busy)
    QApplication.processEvents()
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(file).active.iter_rows()]


def test_excel_has_what_is_seen_in_its_order_and_masked(
    open_window: Open, qtbot: QtBot, village: Desk, tmp_path: Path
) -> None:
    page = children_page(open_window(village))
    page.choose_columns(["guardian_phone", "name", "age", "last_visit", "risk_level"])
    page.filter_by([Condition("risk_level", How.IS, ("high",))])
    page.table.sort_asked.emit("birth_date", True)
    told = export(qtbot, page, tmp_path / "名单.xlsx")
    assert told[0] == ["监护人电话", "姓名", "年龄", "最近走访", "风险等级"]
    assert [row[1] for row in told[1:]] == names(page) == ["王小梅", "徐𫖯", "罗䶮", "程思远"]
    assert {row[0] for row in told[1:]} == {"159****3406"}
    assert told[1][3].date() == date.today() - timedelta(days=3)
    assert all(isinstance(row[2], int) for row in told[1:])
    assert not access.log(village, what="export")

    told = export(qtbot, page, tmp_path / "完整.xlsx", reason="visit")
    assert {row[0] for row in told[1:]} == {PHONE}
    lines = access.log(village, what="export")
    assert sorted(line.about for line in lines) == sorted(names(page))
    assert {line.reason for line in lines} == {"走访联系"}


def test_selected_children_are_printed(open_window: Open, qtbot: QtBot, village: Desk) -> None:
    window = open_window(village)
    page = children_page(window)
    page.table.setFocus()
    page.table.select(page.table.rows.id_at(1))
    key(qtbot, Qt.Key.Key_Down, shift=True)
    key(qtbot, Qt.Key.Key_Down, shift=True)
    chosen = page.table.rows.ids()[1:4]
    assert page.table.selected_ids() == chosen
    page.reload()
    assert page.table.selected_ids() == chosen, "what was selected stays selected"
    assert "3" in page.papers_menu().actions()[0].text()
    page.print_paper("visit-sheet")
    desk_page = window.shell.page
    assert isinstance(desk_page, PapersPage)
    assert desk_page._ids == chosen
    qtbot.waitUntil(lambda: not window.jobs.busy, timeout=20_000)


def test_nothing_leaves_training(open_window: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    desk = drive(training.begin())
    try:
        window = open_window(desk)
        page = children_page(window)
        page.taking_out.choose = lambda: str(tmp_path / "x.xlsx")
        page.taking_out.begin(page.excel)
        page.taking_out.take("")
        window.jobs.stop()
        assert not (tmp_path / "x.xlsx").exists()
    finally:
        training.throw_away(desk)


def test_a_long_list_is_read_on_the_worker_and_ends_at_what_was_asked_last(
    open_window: Open, qtbot: QtBot, village: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = children_page(open_window(village))
    monkeypatch.setattr("carehub.gui.lists.page.AT_ONCE", 2)
    page.want(order="birth_date")
    assert "读取" in page.count.text()
    page.want(order="birth_date", descending=True)
    page.want(search="罗")
    page.want(search="")
    qtbot.waitUntil(lambda: not page.desktop.jobs.busy and page.count.text().startswith("共 6"))
    assert names(page) == [n for n, *_ in sorted(PEOPLE, key=lambda p: -p[3])]


def test_the_tab_key_follows_the_eye(open_window: Open, qtbot: QtBot, village: Desk) -> None:
    window = open_window(village)
    page = children_page(window)
    page.filter_by([Condition("risk_level", How.IS, ("high",))])
    page.filters.begin_adding()
    page.filters.panel.choose("last_visit", How.NOT_WITHIN)
    panel, walked = page.filters.panel, list[Any]()
    assert panel.values is not None
    wanted = [page.excel, page.filters.offer, page.filters.chips[0], page.filters.add, *panel.stops, page.table]
    qtbot.waitUntil(page.filters.chips[0].isVisible)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    page.columns_button.setFocus()
    while page.table not in walked and len(walked) < 30:
        key(qtbot, Qt.Key.Key_Tab)
        walked.append(QApplication.focusWidget())
    places = [walked.index(widget) for widget in wanted]
    assert places == sorted(places)
    assert panel.stops[2] is panel.values.editors[0].target


def test_pairings_are_listed_and_filtered(open_window: Open, village: Desk) -> None:
    volunteer = records.add(village, Volunteer, {"name": "宋娟"})[0].id
    child = records.ids(village, Child)[0]
    made, _ = pairing.add(village, {"child_id": child, "volunteer_id": volunteer, "started_on": date(2026, 3, 1)})
    window = open_window(village)
    window.shell.open_address("pairing-list")
    listed = window.shell.page
    assert isinstance(listed, PairingListPage)
    assert listed.table.rows.index(0, 1).data() == "宋娟"
    pairing.end(village, made.id, "搬走了", date(2026, 9, 1))
    running = next(a for a in listed.filters.fill_menu().actions() if a.text() == "进行中的结对")
    running.trigger()
    assert listed.table.rows.rowCount() == 0
    assert "没有符合的" in shown(listed)


@pytest.fixture(params=[(18, "zh_CN"), (30, "zh_CN"), (18, "en"), (30, "en")], ids=lambda p: f"{p[1]}-{p[0]}")
def small_screen(request: pytest.FixtureRequest, app: QApplication, village: Desk) -> Iterator[MainWindow]:
    """A window on a screen of 1366 × 768, in one of the text sizes and languages."""
    size, language = request.param
    window = MainWindow(app, Remembered(size, language), village.store.folder)
    window.resize(1366, 768)
    window.enter(replace(village, texts=resources.texts(language)))
    window.show()
    yield window
    window.shell.page.can_leave = lambda: True  # type: ignore[method-assign]
    window.close()
    window.jobs.stop()
    window.deleteLater()
    app.processEvents()


def test_every_list_fits_the_screen(small_screen: MainWindow) -> None:
    shell = small_screen.shell
    page = children_page(small_screen)
    page.filter_by([Condition("risk_level", How.IS, ("high", "medium", "low")), Condition("school", How.HAS, ("中",))])
    page.filters.begin_adding()
    page.filters.panel.choose("last_visit", How.NOT_WITHIN)
    for address in (
        "children",
        "visits",
        "pairings",
        "pairing-list",
        "volunteers",
        *(f"activities/{key}" for key in LISTS),
    ):
        shell.open_address(address)
        QApplication.processEvents()
        assert small_screen.width() == 1366, address
        assert shell.page.minimumSizeHint().width() <= 1366 - shell._rail.width(), address
        assert shell.page.minimumSizeHint().height() <= 768 - shell._bar.height(), address


def test_no_button_of_the_print_desk_is_cut(small_screen: MainWindow, qtbot: QtBot) -> None:
    for paper in ("visit-sheet", "certificate", "public-notice"):
        small_screen.shell.open_address(f"papers/{paper}")
        page = small_screen.shell.page
        assert isinstance(page, PapersPage)
        qtbot.waitUntil(lambda: not small_screen.jobs.busy, timeout=20_000)
        made = page._paper_buttons[paper]
        (area,) = (a for a in page.findChildren(QScrollArea) if made in a.findChildren(QPushButton))
        inner = area.widget()
        assert inner is not None
        assert inner.minimumSizeHint().width() <= area.viewport().width(), paper
        assert small_screen.width() == 1366


def test_saved_filters_stand_in_no_plain_file(village: Desk, tmp_path: Path) -> None:
    listing.save(village, Child, "王小梅家要去", [Condition("name", How.HAS, ("王小梅",))])
    for file in tmp_path.rglob("*"):
        if file.is_file():
            assert "王小梅".encode() not in file.read_bytes(), file
