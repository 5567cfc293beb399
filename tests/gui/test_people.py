"""People at the window: what they may see, who they were before, and what is noted of them."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from carehub.gui.accesses.page import AccessesPage
from carehub.gui.children.child import ChildPage
from carehub.gui.children.edit import ChildFormPage
from carehub.gui.history.card import HistoryCard
from carehub.gui.settings.page import SettingsPage
from carehub.gui.start.login import LoginPage
from carehub.gui.widgets.masked import MaskedLabel
from carehub.gui.window import MainWindow
from carehub.services import access, children, opening, records, users
from carehub.services.desk import Desk

from ..conftest import PASSWORD

Open = Callable[..., MainWindow]
OTHER = "andere-Worte"
CHILD = {"name": "罗䶮", "sex": "女", "birth_date": "2013-11-12", "home_address": "石桥镇新民村三组二十七号",
         "identity_no": "500199201311120023", "guardian": "常怡", "guardian_relation": "52",
         "guardian_phone": "15925333406"}  # fmt: skip
SECRETS = ("500199201311120023", "石桥镇新民村三组二十七号", "15925333406")


@pytest.fixture
def child(desk: Desk) -> str:
    return children.add(desk, CHILD)[0].child.id


def texts_of(widget: QWidget) -> str:
    """Everything that can be read in a widget, line edits included."""
    found = [w.text() for kind in (QLabel, QPushButton) for w in widget.findChildren(kind) if not w.isHidden()]
    from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

    found += [w.text() for w in widget.findChildren(QLineEdit) if w.isVisible()]
    found += [w.toPlainText() for w in widget.findChildren(QPlainTextEdit) if w.isVisible()]
    return "\n".join(found)


def choose_reason(qtbot: QtBot, parent: QWidget, n: int = 0) -> None:
    """Takes the n-th reason of the menu that has popped up."""
    qtbot.waitUntil(lambda: bool(parent.findChildren(QMenu)))
    menu = parent.findChildren(QMenu)[-1]
    [a for a in menu.actions() if not a.isSeparator()][n].trigger()
    menu.close()


def test_a_childs_page_shows_masks_and_a_look_asks_why(open_window: Open, qtbot: QtBot, desk: Desk, child: str) -> None:
    window = open_window(desk)
    window.shell.open_address(f"child/{child}")
    page = window.shell.page
    assert isinstance(page, ChildPage)
    assert not [s for s in SECRETS if s in texts_of(page)]
    masks = sorted(page.findChildren(MaskedLabel), key=lambda m: m._fact.name != "identity_no")
    qtbot.mouseClick(masks[0]._eye, Qt.MouseButton.LeftButton)
    choose_reason(qtbot, masks[0])
    assert [s for s in SECRETS if s in texts_of(page)] == [SECRETS[0]]
    line = access.log(desk)[0]
    assert (line.author, line.about, line.reason) == ("李秀英", "罗䶮", "走访联系")
    qtbot.mouseClick(masks[1]._eye, Qt.MouseButton.LeftButton)  # the same child: not asked again, but noted
    assert len(access.log(desk)) == 2


def test_a_form_shows_masks_until_asked_and_saves_what_it_did_not_show(
    open_window: Open, qtbot: QtBot, desk: Desk, child: str
) -> None:
    window = open_window(desk)
    window.shell.open_address(f"child-form/{child}")
    page = window.shell.page
    assert isinstance(page, ChildFormPage)
    assert not [s for s in SECRETS if s in texts_of(page)]
    page.form.editor("remark").set_text("喜欢画画")
    page.save()
    saved = children.read(desk, [child])[0]
    assert (saved.child.identity_no, saved.child.remark) == (SECRETS[0], "喜欢画画")
    assert saved.guardian is not None
    assert saved.guardian.phone == SECRETS[2]
    window.shell.open_address(f"child-form/{child}")
    field = page.form.fields["guardian_phone"]
    qtbot.mouseClick(field.opener, Qt.MouseButton.LeftButton)
    choose_reason(qtbot, field.opener, 1)
    assert SECRETS[2] in texts_of(page)
    assert access.log(desk)[0].detail == "联系电话"
    page.form.editor("guardian_phone").set_text("13900001111")
    page.save()
    changed = children.read(desk, [child])[0].guardian
    assert changed is not None
    assert changed.phone == "13900001111"


def test_a_viewer_has_no_eye(open_window: Open, desk: Desk, child: str) -> None:
    users.add(desk, "王建国", "viewer", OTHER, PASSWORD)
    folder = desk.store.folder
    desk.close()
    viewer = opening.sign_in(folder, OTHER)
    window = open_window(viewer)
    window.shell.open_address(f"child/{child}")
    assert all(m._eye.isHidden() for m in window.shell.page.findChildren(MaskedLabel))
    assert not [s for s in SECRETS if s in texts_of(window)]


def test_it_locks_by_itself_and_the_next_person_sees_nothing_of_the_former(
    open_window: Open, qtbot: QtBot, app: QApplication, desk: Desk, child: str
) -> None:
    users.add(desk, "王建国", "recorder", OTHER, PASSWORD)
    window = open_window(desk)
    window.shell.open_address(f"child-form/{child}")
    page = window.shell.page
    assert isinstance(page, ChildFormPage)
    page.form.editor("remark").set_text("还没写完的话")
    app.clipboard().setText(SECRETS[2])
    window._idle._timer.setInterval(1)
    window._idle._timer.start()
    qtbot.waitUntil(lambda: isinstance(window.centralWidget(), LoginPage))
    login = window.centralWidget()
    assert isinstance(login, LoginPage)
    shown = texts_of(window)
    assert not [word for word in ("李秀英", "罗䶮", "还没写完的话", *SECRETS) if word in shown]
    assert not app.clipboard().text()
    assert "罗" not in window.windowTitle()
    login.user.setText("王建国")
    login.password.setText(OTHER)
    login.sign_in()
    qtbot.waitUntil(lambda: not isinstance(window.centralWidget(), LoginPage), timeout=10_000)
    window.shell.open_address(f"child-form/{child}")
    assert "还没写完的话" not in texts_of(window.shell.page)
    window.lock_by_itself()
    login = window.centralWidget()
    assert isinstance(login, LoginPage)
    login.password.setText(PASSWORD)
    login.sign_in()
    qtbot.waitUntil(lambda: not isinstance(window.centralWidget(), LoginPage), timeout=10_000)
    window.shell.open_address(f"child-form/{child}")
    assert "还没写完的话" in texts_of(window.shell.page)  # the one who typed it has it back


def test_a_touch_begins_the_minutes_anew(open_window: Open, qtbot: QtBot, desk: Desk) -> None:
    window = open_window(desk)
    window._idle._timer.setInterval(400)
    window._idle._timer.start()
    for _ in range(4):
        qtbot.wait(150)
        qtbot.keyClick(window, Qt.Key.Key_Shift)
    assert not isinstance(window.centralWidget(), LoginPage)
    window._idle.stop()


def test_the_head_looks_after_people(open_window: Open, qtbot: QtBot, desk: Desk) -> None:
    window = open_window(desk)
    window.shell.open_address("settings")
    page = window.shell.page
    assert isinstance(page, SettingsPage)
    card = page.users
    card.ask_new()
    for name, typed in (("name", "王建国"), ("new", OTHER), ("own", PASSWORD)):
        card.lines[name].setText(typed)
    card.role.setCurrentIndex(card.role.findData("recorder"))
    card.add()
    card.ask_code()  # what is asked for meanwhile stays
    qtbot.waitUntil(lambda: len(users.people(desk)) == 2)
    qtbot.waitUntil(lambda: not window.jobs.busy)
    assert "typed" in card.lines
    person = next(p for p in users.people(desk) if p.name == "王建国")
    card.set_role(person, "counsellor")
    assert not card.lines
    card.ask_code()
    card.lines["typed"].setText(card.code)
    card.lines["own"].setText(PASSWORD)
    card.renew_code()
    qtbot.waitUntil(lambda: not card.lines)
    assert {p.name: p.role for p in users.people(desk)} == {"李秀英": "head", "王建国": "counsellor"}
    card.remove(person)
    assert [p.active for p in users.people(desk)] == [True, False]
    window.shell.open_address("accesses")
    log = window.shell.page
    assert isinstance(log, AccessesPage)
    assert log.table.rows.rowCount() == 4


def test_every_record_page_tells_who_changed_what(open_window: Open, desk: Desk, child: str) -> None:
    children.edit(desk, child, {"school": "中心小学"})
    children.edit(desk, child, {"school": "红星小学"})
    window = open_window(desk)
    for address in (f"child/{child}/changes", f"child-form/{child}"):
        window.shell.open_address(address)
        card = window.shell.page.findChildren(HistoryCard)[-1]
        told = texts_of(card)
        assert "李秀英" in told
        assert "学校：中心小学 → 红星小学" in told
        assert SECRETS[0] not in told
    window.shell.open_address(f"child/{child}/changes")
    card = window.shell.page.findChildren(HistoryCard)[-1]
    back = [b for b in card.findChildren(QPushButton) if "撤销" in b.text()]
    assert len(back) == 1
    back[0].click()
    assert records.fetch(desk, type(children.read(desk, [child])[0].child), [child])[0].school == "中心小学"
