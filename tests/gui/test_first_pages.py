"""The first pages. What a new user would lose: the way, where nothing says what is asked for or what is wrong."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from carehub.gui.settings_file import Remembered
from carehub.gui.shell import Shell
from carehub.gui.start.code import CodeCard
from carehub.gui.start.login import LoginPage
from carehub.gui.start.welcome import WelcomePage
from carehub.gui.window import MainWindow
from tests.gui.conftest import shown

SECRET = "春风化雨2026"


@pytest.fixture
def first(app: QApplication, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    """The window as it opens for the first time on a computer."""
    monkeypatch.setattr("platformdirs.user_documents_dir", lambda: str(tmp_path / "documents"))
    window = MainWindow(app, Remembered(file=tmp_path / "window.json"))
    window.resize(1366, 768)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    yield window
    window.close()
    window.deleteLater()
    app.processEvents()


def press(widget: QWidget, words: str) -> None:
    QApplication.processEvents()  # what was just laid out is not shown before
    next(b for b in widget.findChildren(QAbstractButton) if b.accessibleName() == words and b.isVisible()).click()


def here(window: MainWindow) -> QWidget:
    """The widget that has the focus."""
    widget = window.focusWidget()
    assert widget is not None
    return widget


def enter(qtbot: QtBot, window: MainWindow, *texts: str) -> None:
    """Types these into the lines one after the other, Enter after each."""
    for text in texts:
        line = here(window)
        assert isinstance(line, QLineEdit)
        line.setText(text)
        qtbot.keyClick(line, Qt.Key.Key_Return)


def make(qtbot: QtBot, window: MainWindow) -> CodeCard:
    """Fills the form in by Enter alone; returns the card with the recovery code."""
    page = window.centralWidget()
    assert isinstance(page, WelcomePage)
    assert here(window).accessibleName() == "新建资料库"
    qtbot.keyClick(here(window), Qt.Key.Key_Return)
    enter(qtbot, window, "新民村关爱工作室", "500199", "李秀兰", SECRET, SECRET)
    qtbot.waitUntil(lambda: bool(page.findChildren(CodeCard)), timeout=20_000)
    return page.findChildren(CodeCard)[0]


def test_what_is_wrong_is_said_with_the_way_out_and_the_cursor_stands_there(qtbot: QtBot, first: MainWindow) -> None:
    page = first.centralWidget()
    press(page, "新建资料库")
    enter(qtbot, first, "新民村关爱工作室", "", "李秀兰", "12345678", "12345678")
    for told, line, text in (
        ("不知道就填本地人身份证号的前 6 位", "区划代码", "500199"),
        ("只有数字的密码容易被猜到", "密码", SECRET),
    ):
        qtbot.waitUntil(lambda told=told: told in shown(page), timeout=20_000)  # type: ignore[misc]
        assert here(first).accessibleName() == line
        here(first).setText(text)  # type: ignore[attr-defined]
        press(page, "建立资料库")
    qtbot.waitUntil(lambda: "两次输入的密码不一样" in shown(page), timeout=20_000)
    assert here(first).accessibleName() == "再输一次密码"
    press(page, "返回")
    assert here(first).accessibleName() == "新建资料库", "who pressed it by mistake finds back"


def test_the_password_that_is_chosen_can_be_looked_at(first: MainWindow) -> None:
    page = first.centralWidget()
    press(page, "新建资料库")
    lines = [w for w in page.findChildren(QLineEdit) if "密码" in w.accessibleName()]
    assert {w.echoMode() for w in lines} == {QLineEdit.EchoMode.Password}
    press(page, "显示")
    assert {w.echoMode() for w in lines} == {QLineEdit.EchoMode.Normal}


def test_a_slip_in_the_recovery_code_is_pointed_at(qtbot: QtBot, first: MainWindow) -> None:
    card = make(qtbot, first)
    code = next(w.text() for w in card.findChildren(QLabel) if w.property("look") == "big").replace("-", "")
    assert "还差 27 个字" in shown(card)
    wrong = "2" if code[9] != "2" else "3"
    qtbot.keyClicks(card.typed, code[:9].lower() + wrong)
    assert "第 3 组不对" in shown(card)
    assert not card.go.isEnabled()
    qtbot.keyClick(card.typed, Qt.Key.Key_Backspace)
    qtbot.keyClicks(card.typed, code[9:].replace("0", "O").replace("1", "l"))
    assert "输对了" in shown(card), "a letter read for a digit is meant as the digit"
    qtbot.keyClick(card.typed, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: isinstance(first.centralWidget(), Shell), timeout=20_000)


def test_where_there_is_one_store_the_next_start_asks_for_the_password_at_once(
    app: QApplication, qtbot: QtBot, first: MainWindow, tmp_path: Path
) -> None:
    make(qtbot, first).done.emit()
    first.close()
    again = MainWindow(app, Remembered.load(tmp_path / "window.json"))
    page = again.centralWidget()
    assert isinstance(page, LoginPage)
    press_size(again)
    assert again.theme.scale > 1.5
    assert isinstance(again.centralWidget(), LoginPage)
    page = again.centralWidget()
    assert isinstance(page, LoginPage)
    page.other_store.emit()
    assert isinstance(again.centralWidget(), WelcomePage)
    again.show()
    again.close()


def press_size(window: MainWindow) -> None:
    """Chooses extra-large text before anybody has signed in."""
    page = window.centralWidget()
    next(b for b in page.findChildren(QAbstractButton) if b.accessibleName() == "特大字").click()
