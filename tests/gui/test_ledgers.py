"""Taking a ledger in at the window: columns to be corrected, undecided rows to be settled."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from carehub.domain.people import Child
from carehub.domain.school import BoardingPlace
from carehub.domain.terms import term_on
from carehub.gui.children.bed import BedCard
from carehub.gui.children.list import ChildrenPage
from carehub.gui.shots import settle
from carehub.gui.window import MainWindow
from carehub.services import beds, children, parking, records
from carehub.services.desk import Desk

from .conftest import shown

Show = Callable[..., MainWindow]


def ledger(file: Path) -> Path:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.append(["姓名", "性别", "出生日期", "年级", "绰号"])
    page.append(["周小雨", "女", "2015-03-02", "四年级", "石桥镇一组"])
    page.append(["王一一", "男", "2016-01-01", "三年级", "石桥镇二组"])
    book.save(file)
    return file


def press(widget: QWidget, words: str) -> None:
    found = [b for b in widget.findChildren(QPushButton) if b.text().strip() == words and b.isVisible()]
    assert found, [(b.text(), b.isVisible()) for b in widget.findChildren(QPushButton)]
    found[0].click()


@pytest.mark.parametrize("size", [18, 30])
def test_columns_are_corrected_and_undecided_rows_settled(
    app: QApplication, desk: Desk, open_window: Show, qtbot: QtBot, tmp_path: Path, size: int
) -> None:
    """A column nobody recognised is lost if only a terminal can name it."""
    known = children.add(desk, {"name": "周晓雨", "birth_date": "2015-03-02"})[0].child
    window = open_window(desk, size)
    window.shell.open_address("children")
    page = window.shell.page
    assert isinstance(page, ChildrenPage)
    panel = page.importing
    panel.begin(ledger(tmp_path / "名册.xlsx"))
    qtbot.waitUntil(lambda: bool(panel.columns.boxes), timeout=20_000)
    press(panel, desk.texts("Look at the columns"))
    box = panel.columns.boxes["绰号"]
    assert box.currentData() is None
    box.setCurrentIndex(box.findData("home_address"))
    assert (window.width(), window.height()) == (1366, 768)
    window.grab().save(str(tmp_path / "columns.png"))
    press(panel, desk.texts("Save what is on this ledger"))
    qtbot.waitUntil(panel.isHidden, timeout=20_000)
    qtbot.waitUntil(lambda: "1" in page.undecided.text(), timeout=20_000)
    made = [c for c in records.fetch(desk, Child, records.ids(desk, Child)) if c.name == "王一一"]
    assert made[0].home_address == "石桥镇二组"
    panel.begin(ledger(tmp_path / "again.xlsx"))
    qtbot.waitUntil(lambda: panel.columns.boxes.get("绰号") not in (None, box), timeout=20_000)
    assert panel.columns.boxes["绰号"].currentData() == "home_address"  # remembered
    page.undecided.click()
    settle(app)
    assert "周晓雨" in shown(window)
    assert (window.width(), window.height()) == (1366, 768)
    window.grab().save(str(tmp_path / "undecided.png"))
    press(window, desk.texts("It is this person"))
    assert parking.count(desk) == 0
    assert records.get(desk, Child, known.id).grade == "四年级"


@pytest.mark.parametrize("size", [18, 30])
def test_the_bed_stands_on_the_childs_page(
    app: QApplication, desk: Desk, open_window: Show, tmp_path: Path, size: int
) -> None:
    """Whoever looks for a boarder at night looks here."""
    child = children.add(desk, {"name": "王一一"})[0].child
    bed = {"child_id": child.id, "term": term_on(date.today()), "building": "男生楼", "room": "101", "bed": "3"}
    records.add(desk, BoardingPlace, bed)
    records.add(desk, BoardingPlace, {**bed, "term": "2020年春季", "building": "旧楼"})
    window = open_window(desk, size)
    window.shell.open_address(f"child/{child.id}")
    settle(app)
    window.findChildren(BedCard)[0].grab().save(str(tmp_path / "bed.png"))
    assert "男生楼" in shown(window)
    assert "旧楼" not in shown(window)  # a place ends with its term
    press(window, desk.texts("Has left the bed"))
    (place,) = beds.of_child(desk, child.id)
    assert place.ended_on == date.today()
    records.add(desk, BoardingPlace, {**bed, "child_id": children.add(desk, {"name": "李二二"})[0].child.id})
