"""Lost passwords and lost laptops in the window. What a user would lose: the way back in, for want of a terminal."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from carehub import resources
from carehub.gui import theme as th
from carehub.gui.jobs import Jobs
from carehub.gui.settings.page import SettingsPage
from carehub.gui.start.login import LoginPage
from carehub.gui.start.welcome import WelcomePage
from carehub.gui.window import MainWindow
from carehub.services import cards, children, handover, merging, opening, sites
from carehub.services.desk import Desk
from carehub.services.opening import NewStore

from ..conftest import drive
from .conftest import shown
from .test_window import faults_of

Open = Callable[..., MainWindow]
NEW = "neues-Wort-9"


@pytest.fixture
def known(circle: tuple[Desk, NewStore], tmp_path: Path) -> tuple[Desk, NewStore]:
    """An office and a room it has approved."""
    office, new = circle
    children.add(new.desk, {"name": "徐𫖯"})
    file = drive(handover.export(new.desk, tmp_path / "stick")).file
    assert drive(merging.merge(office, [file], approve=" ".join(new.words)))[0].status == "merged"
    return office, new


def login(qtbot: QtBot, folder: Path, jobs: Jobs) -> LoginPage:
    page = LoginPage(th.Theme(), resources.texts(), jobs, folder)
    qtbot.addWidget(page)
    page.resize(1366, 768)
    page.show()
    page.recover()
    page.recovery.user.setText("李秀英")
    page.recovery.password.setText(NEW)
    page.recovery.again.setText(NEW)
    return page


def signs_in(qtbot: QtBot, page: LoginPage) -> None:
    page.password.setText(NEW)
    with qtbot.waitSignal(page.signed_in, timeout=20_000) as caught:
        page.sign_in()
    caught.args[0].close()


def test_the_recovery_code_sets_a_new_password(
    app: QApplication, qtbot: QtBot, jobs: Jobs, circle: tuple[Desk, NewStore]
) -> None:
    _, new = circle
    new.desk.close()
    page = login(qtbot, new.desk.store.folder, jobs)
    page.recovery.code.setText("0000-0000")
    page.recovery.use_code()
    qtbot.waitUntil(lambda: "恢复码不对" in shown(page), timeout=20_000)
    page.recovery.again.setText("anders")
    page.recovery.use_code()
    qtbot.waitUntil(lambda: "两次" in shown(page), timeout=20_000)
    page.recovery.again.setText(NEW)
    page.recovery.code.setText(new.recovery_code)
    with qtbot.waitSignal(page.recovery.recovered, timeout=20_000):
        page.recovery.use_code()
    qtbot.waitUntil(lambda: "新密码已设好" in shown(page), timeout=20_000)
    signs_in(qtbot, page)


def test_the_office_helps_from_window_to_window(
    app: QApplication, qtbot: QtBot, jobs: Jobs, open_window: Open, known: tuple[Desk, NewStore], tmp_path: Path
) -> None:
    office, new = known
    new.desk.close()
    page = login(qtbot, new.desk.store.folder, jobs)
    page.recovery.ask_to(tmp_path / "stick")
    qtbot.waitUntil(
        lambda: bool(list((tmp_path / "stick").glob("*.carehelp"))) and "五个词" in shown(page), timeout=20_000
    )
    (words,) = [w.text() for w in page.findChildren(QLabel) if w.property("look") == "big"]
    window = open_window(office)
    window.shell.open_address("settings")
    settings = window.shell.page
    assert isinstance(settings, SettingsPage)
    assert settings.sites is not None
    settings.sites.take_request(next((tmp_path / "stick").glob("*.carehelp")))
    qtbot.waitUntil(lambda: "新民村" in shown(settings), timeout=20_000)
    settings.sites.words.setText("没有 这些 词")
    settings.sites.answer_to(tmp_path / "stick")
    qtbot.waitUntil(lambda: "不要帮忙" in shown(window), timeout=20_000)
    assert list((tmp_path / "stick").glob("*.carereply")) == []
    settings.sites.words.setText(words)
    settings.sites.answer_to(tmp_path / "stick")
    qtbot.waitUntil(lambda: bool(list((tmp_path / "stick").glob("*.carereply"))), timeout=20_000)
    with qtbot.waitSignal(page.recovery.recovered, timeout=20_000):
        page.recovery.take_reply(next((tmp_path / "stick").glob("*.carereply")))
    signs_in(qtbot, page)


def test_a_lost_laptop_is_revoked_and_its_successor_gets_a_card(
    open_window: Open, qtbot: QtBot, known: tuple[Desk, NewStore], tmp_path: Path
) -> None:
    office, new = known
    window = open_window(office)
    window.shell.open_address("settings")
    page = window.shell.page
    assert isinstance(page, SettingsPage)
    assert page.sites is not None
    page.sites.withdraw(new.desk.site.id)
    assert sites.below(office) == [(new.desk.site.id, "新民村", True)]
    qtbot.waitUntil(lambda: "旧电脑已停用" in shown(page), timeout=20_000)
    lost = [b for b in page.findChildren(QAbstractButton) if b.accessibleName() == "新民村的电脑丢失" and b.isVisible()]
    assert [b.isEnabled() for b in lost] == [False]
    page.sites.write_card(new.desk.site.id, tmp_path / "cards")
    (card,) = (tmp_path / "cards").glob("*.carecard")
    successor = cards.read(card).replaces
    assert successor
    assert successor.site == new.desk.site.id


def test_the_form_for_a_new_store_fills_itself_in_from_such_a_card(
    app: QApplication, qtbot: QtBot, jobs: Jobs, known: tuple[Desk, NewStore], tmp_path: Path
) -> None:
    office, new = known
    card = cards.write(office, tmp_path / "cards", "新民村")
    page = WelcomePage(th.Theme(), resources.texts(), resources.codebook(), jobs, [], tmp_path / "home")
    qtbot.addWidget(page)
    page.show()
    page._form()
    page.founding.take_card(card)
    assert (page.founding.lines["name"].text(), page.founding.lines["area"].text()) == ("新民村", "500199100200")
    assert not page.founding.lines["name"].isEnabled()
    qtbot.waitUntil(lambda: "接替“新民村”" in shown(page), timeout=20_000)
    for name, text in (("user", "王建国"), ("password", NEW), ("again", NEW)):
        page.founding.lines[name].setText(text)
    page.founding.make()
    qtbot.waitUntil(lambda: "写下来" in shown(page) or "恢复码" in shown(page), timeout=20_000)
    code = next(w.text() for w in page.findChildren(QLabel) if w.property("look") == "big")
    typed = next(w for w in page.findChildren(QLineEdit) if w.isVisible())
    qtbot.keyClicks(typed, code)
    with qtbot.waitSignal(page.begun, timeout=20_000) as caught:
        next(b for b in page.findChildren(QAbstractButton) if b.property("look") == "primary" and b.isVisible()).click()
    desk = caught.args[0]
    assert (desk.site.id, desk.site.name) == (new.desk.site.id, "新民村")
    desk.close()
    opening.sign_in(tmp_path / "home" / "新民村", NEW).close()


@pytest.mark.parametrize("size", [18, 24, 30])
def test_words_of_these_pages_are_whole_and_named(
    app: QApplication, qtbot: QtBot, jobs: Jobs, open_window: Open, known: tuple[Desk, NewStore], size: int
) -> None:
    office, new = known
    window = open_window(office, size)
    window.shell.open_address("settings")
    new.desk.close()
    page = LoginPage(th.Theme(th.TextSize(size)), resources.texts(), jobs, new.desk.store.folder)
    qtbot.addWidget(page)
    page.resize(1366, 768)
    page.show()
    page.recover()
    for _ in range(5):
        app.processEvents()
    whole = [*window.shell.findChildren(QWidget), *page.findChildren(QWidget)]
    faults = [fault for widget in whole if widget.isVisible() for fault in faults_of(widget)]
    assert not faults, "\n".join(faults)
    assert page.width() == 1366
