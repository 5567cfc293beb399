"""The first day of a room, by mouse and keyboard. What a new user would lose: the way from the first start to a printed
sheet, and from the sheet back into the file."""

from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from carehub.domain.care import Visit
from carehub.gui.children.list import ChildrenPage
from carehub.gui.settings_file import Remembered
from carehub.gui.shell import Shell
from carehub.gui.start.code import CodeCard
from carehub.gui.window import MainWindow
from carehub.services import records

SECRET = "spring2026"
LEDGER = """姓名,性别,出生日期,监护人,与儿童关系,联系电话,学校
罗䶮,女,2013-11-12,常怡,祖母,15925333406,新民村小
徐𫖯,男,2014-03-02,徐大山,祖父,13800138000,新民村小
"""
MOST_CLICKS, MOST_KEYS = 6, 90
"""Bounds of the way to the first sheet, besides the two choosers of the operating system: a click more is a step that a
new user has to find."""


class Hand:
    """A person at the window: finds buttons by their words, only where they are in sight, and counts."""

    def __init__(self, qtbot: QtBot, window: MainWindow) -> None:
        self.qtbot, self.window, self.clicks, self.keys = qtbot, window, 0, 0

    def sees(self, words: str) -> list[QAbstractButton]:
        """The buttons of these words that are in sight as a whole and can be pressed."""
        QApplication.processEvents()
        every = self.window.findChildren(QAbstractButton)
        found = (b for b in every if words in (b.text().strip(), b.accessibleName()))
        return [b for b in found if b.isVisible() and b.isEnabled() and self._whole(b)]

    @staticmethod
    def _whole(widget: QWidget) -> bool:
        return widget.visibleRegion().boundingRect().height() == widget.height()

    def press(self, words: str) -> None:
        self.qtbot.waitUntil(lambda: bool(self.sees(words)), timeout=20_000)
        self.clicks += 1
        QTest.mouseClick(self.sees(words)[0], Qt.MouseButton.LeftButton)

    def key(self, key: Qt.Key) -> None:
        self.keys += 1
        QTest.keyClick(self.window.focusWidget() or self.window, key)

    def type(self, text: str) -> None:
        """Types where the cursor is; a Chinese character counts as the four keys it takes on average."""
        line = self.window.focusWidget()
        assert isinstance(line, QLineEdit), "the cursor does not stand where one types"
        if text.isascii():
            self.qtbot.keyClicks(line, text)
        else:
            line.insert(text)
        self.keys += sum(1 if c.isascii() else 4 for c in text)


@pytest.fixture(params=[18, 30])
def hand(
    request: pytest.FixtureRequest, app: QApplication, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Hand]:
    """The first start on a computer, in standard and in extra-large text."""
    monkeypatch.setattr("platformdirs.user_documents_dir", lambda: str(tmp_path / "documents"))
    window = MainWindow(app, Remembered(size=request.param, file=tmp_path / "window.json"))
    window.resize(1366, 768)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    yield Hand(qtbot, window)
    window.close()
    window.deleteLater()
    app.processEvents()


def set_up(hand: Hand) -> None:
    """A room of one's own, to the first page of work."""
    hand.key(Qt.Key.Key_Return)
    for text in ("新民村", "500199", "李秀兰", SECRET, SECRET):
        hand.type(text)
        hand.key(Qt.Key.Key_Return)
    hand.qtbot.waitUntil(lambda: bool(hand.window.findChildren(CodeCard)), timeout=20_000)
    card = hand.window.findChildren(CodeCard)[0]
    code = next(w.text() for w in card.findChildren(QLabel) if w.property("look") == "big")
    hand.type(code.replace("-", "").lower())
    hand.key(Qt.Key.Key_Return)
    hand.qtbot.waitUntil(lambda: isinstance(hand.window.centralWidget(), Shell), timeout=20_000)


def test_from_the_first_start_to_the_first_sheet_and_back_into_the_file(
    hand: Hand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger, sheet = tmp_path / "旧台账.csv", tmp_path / "走访表.pdf"
    ledger.write_text(LEDGER, "utf-8-sig")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(ledger), ""))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(sheet), ""))
    set_up(hand)
    hand.press("导入台账")
    hand.press("保存这份台账")
    page = hand.window.shell.page
    assert isinstance(page, ChildrenPage)
    hand.qtbot.waitUntil(lambda: len(page.table.rows.ids()) == 2, timeout=20_000)
    place = page.table.visualRect(page.table.model().index(0, 0)).center()
    QTest.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    hand.clicks += 1
    if hand.window.theme.scale > 1.6:  # no room for the preview: Enter opens the file
        QTest.keyClick(page.table, Qt.Key.Key_Return)
        hand.keys += 1
    hand.press("打印走访表")
    hand.press("存为 PDF")
    hand.qtbot.waitUntil(sheet.is_file, timeout=20_000)
    with pypdfium2.PdfDocument(str(sheet)) as pdf:
        assert len(pdf) == 1, "the sheet of the one child that was chosen"
        words = pdf[0].get_textpage().get_text_range()
    assert hand.clicks <= MOST_CLICKS, hand.clicks
    assert hand.keys <= MOST_KEYS, hand.keys
    desk = hand.window.shell._desktop.desk
    (visit,) = records.fetch(desk, Visit, records.ids(desk, Visit))
    assert (visit.sheet_no or "")[-4:] in words
    hand.qtbot.waitUntil(lambda: not hand.window.jobs.busy, timeout=20_000)
    hand.press("今日")
    hand.press("录入走访")
    hand.type((visit.sheet_no or "")[-4:])
    hand.key(Qt.Key.Key_Return)
    hand.press("保存")
    hand.qtbot.waitUntil(lambda: records.get(desk, Visit, visit.id).done_on is not None, timeout=20_000)
