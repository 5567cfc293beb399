"""Tables: 100,000 rows at once, fetched as they are seen; keys and signals."""

import time
from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from carehub import resources
from carehub.domain.listing import listable
from carehub.domain.people import Child
from carehub.gui import theme as th
from carehub.gui.lists.columns import columns_of
from carehub.gui.rows import CHUNK, KEPT, Column, RowsModel
from carehub.gui.tables import RecordTable
from carehub.store import listing

MANY = [f"id{n}" for n in range(100_000)]
COLUMNS = [
    Column("name", "姓名", lambda r: r.name),
    Column("hours", "小时", lambda r: r.hours, Qt.AlignmentFlag.AlignRight),
]


@dataclass
class Row:
    name: str
    hours: str = "3"


class Source:
    """Counts what is asked of it."""

    def __init__(self) -> None:
        self.calls: list[list[str]] = []

    def __call__(self, ids: list[str]) -> list[Row]:
        self.calls.append(ids)
        return [Row(id.replace("id", "王小梅")) for id in ids]


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def table(qtbot: QtBot, qapp: QApplication, source: Source) -> RecordTable:
    made = RecordTable(th.Theme(), "儿童", COLUMNS, source)
    qtbot.addWidget(made)
    made.resize(800, 500)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def test_a_hundred_thousand_rows_fetch_only_what_is_seen(qtbot: QtBot, table: RecordTable, source: Source) -> None:
    began = time.perf_counter()
    table.set_ids(MANY)
    table.repaint()
    assert time.perf_counter() - began < 1
    assert source.calls == [MANY[:CHUNK]]
    table.scrollToBottom()
    table.repaint()
    assert source.calls[1:] == [MANY[-CHUNK:]]
    table.scrollToTop()
    table.repaint()
    assert len(source.calls) == 2


def test_few_chunks_are_kept(qapp: QApplication, source: Source) -> None:
    model = RowsModel(COLUMNS, source)
    model.set_ids(MANY)
    for chunk in range(KEPT + 1):
        assert model.row_at(chunk * CHUNK).name == f"王小梅{chunk * CHUNK}"
    model.row_at(KEPT * CHUNK)
    assert len(source.calls) == KEPT + 1
    model.row_at(0)
    assert len(source.calls) == KEPT + 2
    assert model.id_at(5) == "id5"
    assert model.row_of("id7") == 7
    assert model.row_of("nobody") == -1


def test_refreshing_fetches_again(qtbot: QtBot, table: RecordTable, source: Source) -> None:
    table.set_ids(MANY[:3])
    table.refresh()
    table.repaint()
    assert source.calls == [MANY[:3], MANY[:3]]


def test_a_header_asks_for_sorting_both_ways(qtbot: QtBot, table: RecordTable, source: Source) -> None:
    table.set_ids(MANY)
    header = table.horizontalHeader()
    spot = header.viewport().rect().center()
    spot.setX(header.sectionViewportPosition(0) + 10)
    asked = []
    table.sort_asked.connect(lambda name, descending: asked.append((name, descending)))
    for _ in range(2):
        qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert asked == [("name", False), ("name", True)]
    assert table.rows.headerData(0, Qt.Orientation.Horizontal) == "姓名 ↓"
    table.show_sorting("hours", False)
    assert len(asked) == 2


def test_enter_and_double_click_open_and_moving_selects(qtbot: QtBot, table: RecordTable) -> None:
    table.set_ids(MANY)
    picked: list[str] = []
    table.selected.connect(picked.append)
    table.select("id1")
    qtbot.keyClick(table, Qt.Key.Key_Down)
    assert picked == ["id1", "id2"]
    with qtbot.waitSignal(table.opened) as opened:
        qtbot.keyClick(table, Qt.Key.Key_Return)
    assert opened.args == ["id2"]
    qtbot.keyClick(table, Qt.Key.Key_End)
    assert table.current_id() == MANY[-1]
    qtbot.keyClick(table, Qt.Key.Key_Home)
    assert table.current_id() == "id0"
    spot = table.visualRect(table.rows.index(3, 0)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    with qtbot.waitSignal(table.opened) as opened:
        qtbot.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert opened.args == ["id3"]


def test_typing_is_handed_on(qtbot: QtBot, table: RecordTable) -> None:
    table.set_ids(MANY)
    with qtbot.waitSignal(table.typed) as typed:
        qtbot.keyClick(table, Qt.Key.Key_W)
    assert typed.args == ["w"]


def test_the_selection_stays_with_its_record(qtbot: QtBot, table: RecordTable) -> None:
    table.set_ids(MANY[:10])
    table.select("id4")
    table.set_ids(MANY[4:10])
    assert table.current_id() == "id4"
    table.set_ids(MANY[5:10])
    assert table.current_id() == ""
    table.set_ids([])
    table.refresh()


def test_columns_come_from_the_facts_and_sensitive_ones_are_masked() -> None:
    tr, codes = resources.texts(), resources.codebook()
    columns = columns_of(listable(Child), tr, codes, {})
    cells = {"name": "王小梅", "sex": 2, "birth_date": None, "risk_level": "high", "boards": 0, "grade": " 七\n年级 ",
             "guardian_phone": "13800001234", "identity_no": "500199201301140019"}  # fmt: skip
    row = listing.Row("x", cells, {})
    said = {name: columns[name].show(row) for name in cells}
    assert said == {"name": "王小梅", "sex": "女", "birth_date": "", "risk_level": "高", "boards": "否",
                    "grade": "七 年级", "guardian_phone": "138****1234",
                    "identity_no": "500199********0019"}  # fmt: skip
    assert not columns["identity_no"].sortable


def test_all_rows_are_selected_without_asking_each(qtbot: QtBot, table: RecordTable) -> None:
    """Ctrl+A in a list of 300,000 rows must not hold the window for seconds."""
    table.set_ids(MANY)
    table.setFocus()
    began = time.perf_counter()
    qtbot.keyClick(table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    table.grab()
    assert time.perf_counter() - began < 0.5, "the header asks every row whether it is selected"
    assert table.selected_ids() == MANY
    table.set_ids(MANY[::-1])
    assert len(table.selected_ids()) == len(MANY)
