"""Backups in the window. What a user would lose: the way back, when the store is damaged and nobody can sign in."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QApplication, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from carehub import resources
from carehub.domain.people import Child
from carehub.gui import theme as th
from carehub.gui.daily import Daily
from carehub.gui.jobs import Jobs
from carehub.gui.settings.page import SettingsPage
from carehub.gui.start.login import LoginPage
from carehub.gui.start.welcome import WelcomePage
from carehub.gui.today.page import TodayPage
from carehub.gui.window import MainWindow
from carehub.services import backups, children, opening, records, users
from carehub.services.desk import Desk
from carehub.store import backups as store_backups
from carehub.store import media

from ..conftest import PASSWORD, drive
from .conftest import shown
from .test_window import faults_of

Open = Callable[..., MainWindow]
CHILD = {"name": "罗䶮", "sex": "女", "guardian": "常怡", "guardian_phone": "15925333406"}


def press(widget: QWidget, name: str) -> None:
    """Presses the one visible button of that name."""
    QApplication.processEvents()
    found = [b for b in widget.findChildren(QAbstractButton) if b.accessibleName() == name and b.isVisible()]
    assert len(found) == 1, (name, len(found))
    found[0].click()


def yes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Answers every question with yes; what was asked."""
    asked: list[str] = []

    def answer(parent: QWidget, title: str, text: str) -> QMessageBox.StandardButton:
        asked.append(text)
        return QMessageBox.StandardButton.Yes

    monkeypatch.setattr(QMessageBox, "question", answer)
    return asked


def test_today_says_how_old_the_last_backup_is_and_leads_to_making_one(
    open_window: Open, qtbot: QtBot, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    children.add(desk, CHILD)
    window = open_window(desk)
    assert "还没有备份" in shown(window.shell.page)
    press(window.shell.page, "备份")
    page = window.shell.page
    assert isinstance(page, SettingsPage)
    qtbot.waitUntil(lambda: window.focusWidget() is page.backups.make, timeout=5000)
    press(page, "现在备份")
    qtbot.waitUntil(lambda: "检查无误" in shown(page), timeout=20_000)
    assert len(backups.kept(desk.store.folder)) == 1
    window.shell.open_address("today")
    assert "上次备份：今天" in shown(window.shell.page)
    later = store_backups.moment
    monkeypatch.setattr(store_backups, "moment", lambda at: later(at - 9 * 86_400_000))
    today = window.shell.page
    assert isinstance(today, TodayPage)
    today.reload()
    assert "9 天前" in shown(today)


def test_the_backup_of_the_day_is_made_by_itself_and_once(
    open_window: Open, qtbot: QtBot, desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stick = tmp_path / "U盘"
    stick.mkdir()
    monkeypatch.setenv(media.VARIABLE, str(stick))
    monkeypatch.setattr(Daily, "DELAY", 0)
    children.add(desk, CHILD)
    window = open_window(desk)
    qtbot.waitUntil(lambda: "今天的备份已做好" in window.statusBar().currentMessage(), timeout=20_000)
    assert "U 盘" in window.statusBar().currentMessage()
    assert not window.jobs.busy, "other work does not wait for it"
    assert [b.stick for b in backups.kept(desk.store.folder)] == [False, True]
    assert "上次备份：今天" in shown(window.shell.page)
    again = Daily(window, desk, window.texts)
    qtbot.wait(600)
    again.stop()
    assert len(backups.kept(desk.store.folder)) == 2


def test_locking_stops_it_and_leaves_nothing_half(
    open_window: Open, qtbot: QtBot, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Daily, "DELAY", 0)
    for n in range(40):
        children.add(desk, {"name": f"孩{n}", "remark": "很长的备注" * 500})
    folder = desk.store.folder
    window = open_window(desk)
    qtbot.waitUntil(lambda: bool(list(folder.parent.glob("*.carebackup/*"))), timeout=20_000)
    window.lock()
    place = backups.place(desk)
    assert [p for p in place.iterdir() if p.name.endswith(".part")] == []
    for one in backups.kept(folder):
        store_backups.verify(one.kept, desk.store.key)
    window.enter(opening.sign_in(folder, PASSWORD))


def test_a_viewer_may_neither_make_nor_restore(open_window: Open, desk: Desk) -> None:
    users.add(desk, "王建国", "viewer", "andere-Worte", PASSWORD)
    drive(backups.make(desk))
    desk.close()
    window = open_window(opening.sign_in(desk.store.folder, "andere-Worte"))
    window.shell.open_address("settings")
    page = window.shell.page
    assert isinstance(page, SettingsPage)
    QApplication.processEvents()
    buttons = [b for b in page.backups.findChildren(QAbstractButton) if b.isVisible()]
    assert len(buttons) == 3
    assert not any(b.isEnabled() for b in buttons)


def test_restored_in_three_clicks(open_window: Open, qtbot: QtBot, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = yes(monkeypatch)
    children.add(desk, CHILD)
    made: backups.Made = drive(backups.make(desk))
    children.add(desk, {"name": "后来的"})
    folder = desk.store.folder
    window = open_window(desk)
    window.shell.open_address("settings")  # 1: settings
    at = backups.moment_of(made.kept)
    press(window.shell.page, f"恢复 {at} 的备份")  # 2: restore, 3: yes
    qtbot.waitUntil(lambda: isinstance(window.centralWidget(), LoginPage), timeout=20_000)
    assert "什么也不删" in asked[0]
    login = window.centralWidget()
    assert isinstance(login, LoginPage)
    assert ".former" in shown(login)
    login.user.setText("李秀英")
    login.password.setText(PASSWORD)
    login.sign_in()
    qtbot.waitUntil(lambda: hasattr(window.centralWidget(), "page"), timeout=20_000)
    again = window.shell._desktop.desk
    assert again.continued
    assert [c.name for c in records.fetch(again, Child, records.ids(again, Child))] == ["罗䶮"]
    (former,) = folder.parent.glob("*.former")
    aside = opening.sign_in(former, PASSWORD)
    assert len(records.ids(aside, Child)) == 2
    aside.close()


@pytest.mark.parametrize("ruin", ["store.db", "keyring.json"])
def test_a_damaged_store_leads_from_signing_in_to_its_backup(
    app: QApplication, qtbot: QtBot, jobs: Jobs, desk: Desk, monkeypatch: pytest.MonkeyPatch, ruin: str
) -> None:
    yes(monkeypatch)
    children.add(desk, CHILD)
    drive(backups.make(desk))
    desk.close()
    folder = desk.store.folder
    (folder / ruin).write_bytes(os.urandom(8192))
    page = LoginPage(th.Theme(), resources.texts(), jobs, folder)
    qtbot.addWidget(page)
    page.show()
    page.user.setText("李秀英")
    page.password.setText(PASSWORD)
    page.sign_in()
    qtbot.waitUntil(lambda: "备份" in shown(page), timeout=20_000)
    found = [b for b in page.findChildren(QAbstractButton) if b.accessibleName() == "恢复备份" and b.isVisible()]
    assert len(found) == 2, "in the sentence, and below as always"
    found[0].click()
    card = page.restoring
    assert card.list.count() == 1
    card.password.setText("falsch-falsch")
    card.put_back()
    qtbot.waitUntil(lambda: "密码不对" in shown(card), timeout=20_000)
    card.password.setText(PASSWORD)
    press(card, "恢复")
    qtbot.waitUntil(lambda: "已恢复到" in shown(page), timeout=20_000)
    assert ".former" in shown(page)
    page.password.setText(PASSWORD)
    with qtbot.waitSignal(page.signed_in, timeout=20_000) as caught:
        page.sign_in()
    assert len(records.ids(caught.args[0], Child)) == 1
    caught.args[0].close()


def test_a_new_computer_begins_with_the_stick(
    app: QApplication, qtbot: QtBot, jobs: Jobs, desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    yes(monkeypatch)
    stick = tmp_path / "U盘"
    stick.mkdir()
    monkeypatch.setenv(media.VARIABLE, str(stick))
    children.add(desk, CHILD)
    drive(backups.make(desk))
    desk.close()
    home = tmp_path / "home"
    page = WelcomePage(th.Theme(), resources.texts(), resources.codebook(), jobs, [], home)
    qtbot.addWidget(page)
    page.show()
    (tmp_path / "empty").mkdir()
    page.restore_from(tmp_path / "empty")
    assert "里没有备份" in shown(page)
    page.restore_from(stick)
    assert "在 U 盘上" in page.restoring.list.item(0).text()
    page.restoring.password.setText(PASSWORD)
    with qtbot.waitSignal(page.chosen, timeout=20_000) as caught:
        page.restoring.put_back()
    assert caught.args[0] == home / desk.store.folder.name
    again = opening.sign_in(caught.args[0], PASSWORD)
    assert again.continued
    assert len(records.ids(again, Child)) == 1
    again.close()


@pytest.mark.parametrize("size", [18, 24, 30])
def test_words_of_these_pages_are_whole_and_named(
    app: QApplication, qtbot: QtBot, jobs: Jobs, open_window: Open, desk: Desk, size: int
) -> None:
    for _ in range(2):
        drive(backups.make(desk))
    window = open_window(desk, size)
    window.shell.open_address("settings/backups")
    pages: list[QWidget] = [LoginPage(th.Theme(th.TextSize(size)), resources.texts(), jobs, Path("/nowhere/新民村"))]
    login = pages[0]
    assert isinstance(login, LoginPage)
    qtbot.addWidget(login)
    login.resize(1366, 768)
    login.show()
    login.restore()
    for _ in range(5):
        app.processEvents()
    whole = [*window.shell.findChildren(QWidget), *login.findChildren(QWidget)]
    faults = [fault for widget in whole if widget.isVisible() for fault in faults_of(widget)]
    assert not faults, "\n".join(faults)
    assert (window.width(), login.width()) == (1366, 1366)
