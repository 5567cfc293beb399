"""The window as a person uses it. What a user would lose: a saved visit, a decision, the way around by keyboard."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from carehub import resources
from carehub.domain.people import Child
from carehub.gui import theme as th
from carehub.gui.children.edit import ChildFormPage
from carehub.gui.children.list import ChildrenPage
from carehub.gui.jobs import Jobs
from carehub.gui.merging.page import MergePage
from carehub.gui.merging.question import QuestionCard
from carehub.gui.papers.page import PapersPage
from carehub.gui.start.login import LoginPage
from carehub.gui.visits.entry import EntryPage
from carehub.gui.window import MainWindow
from carehub.services import children, drafts, handover, merging, opening, questions, records, sheet_numbers, visits
from carehub.services.desk import Desk
from carehub.services.opening import NewStore

from ..conftest import PASSWORD, drive

Open = Callable[..., MainWindow]
CHILD = {"name": "罗䶮", "sex": "女", "birth_date": "2013-11-12", "school": "中心小学", "grade": "七年级",
         "guardian": "常怡", "guardian_relation": "52", "guardian_phone": "15925333406"}  # fmt: skip


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("ink", [th.INK, th.MUTED, th.ACCENT, th.ALARM, th.CAUTION, th.GOOD])
@pytest.mark.parametrize("ground", [th.PAPER, th.CARD])
def test_every_ink_reads_at_seven_to_one(ink: str, ground: str) -> None:
    assert contrast(ink, ground) >= 7


def test_controls_stand_out_at_three_to_one() -> None:
    assert min(contrast(th.EDGE, th.PAPER), contrast(th.EDGE, th.CARD), contrast(th.CARD, th.ACCENT)) >= 3


def test_sign_in_by_keyboard_and_a_wrong_password_is_a_sentence(app: QApplication, qtbot: QtBot, desk: Desk) -> None:
    folder = desk.store.folder
    desk.close()
    jobs = Jobs()
    page = LoginPage(th.Theme(), resources.texts(), jobs, folder)
    qtbot.addWidget(page)
    page.show()
    page.user.setText("李秀英")
    qtbot.keyClicks(page.password, "falsch-99")
    qtbot.keyClick(page.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: any("密码不对" in w.text() for w in page.findChildren(QLabel)))
    page.password.setText(PASSWORD)
    with qtbot.waitSignal(page.signed_in) as caught:
        qtbot.keyClick(page.password, Qt.Key.Key_Return)
    caught.args[0].close()
    jobs.stop()


@pytest.mark.parametrize("typed", ["罗", "luo", "ly", "3406", "常怡"])
def test_searching_as_you_type_finds_the_child(open_window: Open, qtbot: QtBot, desk: Desk, typed: str) -> None:
    child = children.add(desk, CHILD)[0].child.id
    children.add(desk, {**CHILD, "name": "王小明", "guardian": "李四", "guardian_phone": "13800000000"})
    window = open_window(desk)
    window.shell.open_address("children")
    page = window.shell.page
    assert isinstance(page, ChildrenPage)
    qtbot.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    focus = window.focusWidget()
    assert isinstance(focus, QLineEdit)
    focus.setText(typed)  # as an input method does
    qtbot.waitUntil(lambda: page.table.model().rowCount() == 1)
    assert page.table.rows.id_at(0) == child


def test_a_sheets_number_opens_its_visit_and_saving_it_survives(open_window: Open, qtbot: QtBot, desk: Desk) -> None:
    child = children.add(desk, CHILD)[0].child.id
    day = date.today() - timedelta(days=5)
    visit = visits.plan(desk, [child], day)[0][0]
    window = open_window(desk)
    qtbot.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    focus = window.focusWidget()
    qtbot.keyClicks(focus, visit.sheet_no or "")
    qtbot.keyClick(focus, Qt.Key.Key_Return)
    page = window.shell.page
    assert isinstance(page, EntryPage)
    page.form.set_values({**page.form.values(), "mood": "concern", "note": "想念父母"})
    page.save()
    saved = sheet_numbers.find(desk, visit.sheet_no or "")
    assert (saved.done_on, saved.mood, saved.note) == (day, "concern", "想念父母")


def test_a_new_child_is_typed_in_and_listed(open_window: Open, desk: Desk) -> None:
    window = open_window(desk)
    window.shell.open_address("children")
    window.shell.open_address("child-form/new")
    page = window.shell.page
    assert isinstance(page, ChildFormPage)
    page.form.set_values({**page.form.values(), "name": "徐𫖯", "guardian": "姚秀志", "guardian_relation": "63"})
    page.save()
    (row,) = children.read(desk, records.ids(desk, Child))
    assert (row.child.name, row.guardian.name if row.guardian else "") == ("徐𫖯", "姚秀志")
    page_shown = window.shell.page
    assert isinstance(page_shown, ChildrenPage)
    assert page_shown.table.model().rowCount() == 1


def test_the_identity_number_fills_in_birth_date_and_sex(open_window: Open, qtbot: QtBot, desk: Desk) -> None:
    window = open_window(desk)
    window.shell.open_address("child-form/new")
    page = window.shell.page
    assert isinstance(page, ChildFormPage)
    number = next(e for e in page.findChildren(QLineEdit) if e.accessibleName().startswith("身份证号"))
    qtbot.keyClicks(number, "50019920121012672")
    assert page.form.values()["birth_date"] is None
    qtbot.keyClicks(number, "5")
    assert (str(page.form.values()["birth_date"]), page.form.values()["sex"]) == ("2012-10-12", 2)


def test_what_is_typed_survives_a_crash(open_window: Open, qtbot: QtBot, desk: Desk) -> None:
    window = open_window(desk)
    window.shell.open_address("child-form/new")
    name = next(e for e in window.shell.page.findChildren(QLineEdit) if e.accessibleName().startswith("姓名"))
    qtbot.keyClicks(name, "Aman")
    qtbot.waitUntil(lambda: bool(drafts.kept(desk, "child/new")), timeout=5000)
    again = open_window(desk)  # as after a crash: a new window on the same store
    again.shell.open_address("child-form/new")
    page = again.shell.page
    assert isinstance(page, ChildFormPage)
    assert page.form.values()["name"] == "Aman"
    page.save()
    assert drafts.kept(desk, "child/new") == {}


def test_what_is_typed_survives_a_change_of_text_size(open_window: Open, desk: Desk) -> None:
    window = open_window(desk)
    window.shell.open_address("child-form/new")
    page = window.shell.page
    assert isinstance(page, ChildFormPage)
    field = next(e for e in page.findChildren(QLineEdit) if e.accessibleName().startswith("姓名"))
    field.setText("半个名字")
    window.set_text_size(30)
    again = next(e for e in window.shell.page.findChildren(QLineEdit) if e.accessibleName().startswith("姓名"))
    assert again.text() == "半个名字"


def test_a_question_is_settled_side_by_side(open_window: Open, circle: tuple[Desk, NewStore], tmp_path: Path) -> None:
    office, new = circle
    child = children.add(new.desk, CHILD)[0].child.id
    words = " ".join(new.words)
    drive(merging.merge(office, [drive(handover.export(new.desk, tmp_path)).file], approve=words))
    children.edit(new.desk, child, {"guardian_phone": "13900000001"})
    children.edit(office, child, {"guardian_phone": "13900000002"})
    drive(merging.merge(office, [drive(handover.export(new.desk, tmp_path)).file]))
    window = open_window(office)
    window.shell.open_address("merge")
    page = window.shell.page
    assert isinstance(page, MergePage)
    (card,) = page.findChildren(QuestionCard)
    shown = " ".join(w.text() for w in card.findChildren(QLabel))
    for part in ("13900000001", "13900000002", "李秀英", "周明辉", "新民村", "石桥镇"):
        assert part in shown
    button = next(b for b in card.findChildren(QAbstractButton) if b.accessibleName().endswith("13900000001"))
    button.click()
    assert questions.open_questions(office) == []
    guardian = children.read(office, [child])[0].guardian
    assert guardian is not None
    assert guardian.phone == "13900000001"


def test_print_preview_shows_the_pages(open_window: Open, qtbot: QtBot, desk: Desk) -> None:
    for name in ("罗䶮", "徐𫖯"):
        children.add(desk, {**CHILD, "name": name})
    window = open_window(desk)
    window.shell.open_address("papers/visit-sheet")
    page = window.shell.page
    assert isinstance(page, PapersPage)
    qtbot.waitUntil(lambda: page._pages == 3, timeout=20_000)  # cover list and two sheets
    assert not page._picture.pixmap().isNull()


def test_locking_shows_nothing_of_the_former_person(open_window: Open, desk: Desk) -> None:
    children.add(desk, CHILD)
    window = open_window(desk)
    window.shell.open_address("children")
    window.lock()
    assert isinstance(window.centralWidget(), LoginPage)
    assert "罗䶮" not in " ".join(w.text() for w in window.findChildren(QLabel) if w.isVisible())
    window.enter(opening.sign_in(desk.store.folder, PASSWORD))


def addresses(desk: Desk) -> list[str]:
    child = records.ids(desk, Child)[0]
    return ["today", "children", "children/nobody", "plan", "papers/route-list", f"child/{child}",
            f"child-form/{child}", f"visit/{child}", "visit-entry", "volunteers",
            "volunteer-form/new", "papers", "handover", "merge", "settings"]  # fmt: skip


@pytest.mark.parametrize("size", [18, 24, 30])
def test_every_control_has_a_name_and_no_words_are_cut_off(
    open_window: Open, qtbot: QtBot, circle: tuple[Desk, NewStore], size: int
) -> None:
    office, _ = circle
    children.add(office, {**CHILD, "name": "欧阳子涵"})
    window = open_window(office, size)
    faults = []
    for address in addresses(office):
        window.shell.open_address(address)
        qtbot.waitUntil(lambda: not window.jobs.busy, timeout=20_000)
        QApplication.processEvents()
        for widget in window.shell.findChildren(QWidget):
            if widget.isVisible():
                faults += [f"{address}: {fault}" for fault in faults_of(widget)]
    assert not faults, "\n".join(sorted(set(faults)))
    assert (window.width(), window.height()) == (1366, 768), "a page does not fit the screen"


def faults_of(widget: QWidget) -> list[str]:
    """What is wrong with one visible widget: no accessible name, or words wider than itself."""
    faults = []
    if isinstance(widget, (QAbstractButton, QLineEdit, QPlainTextEdit, QComboBox)):
        inner = widget.parent() is not None and isinstance(widget.parent(), QComboBox)
        tool = widget.objectName().startswith("qt_") or type(widget).__name__ in ("QToolButton", "QLineEditIconButton")
        if not (widget.accessibleName() or inner or tool):
            faults.append(f"no accessible name: {type(widget).__name__}")
    if isinstance(widget, QAbstractButton) and widget.text() and widget.minimumSizeHint().width() > widget.width() + 1:
        faults.append(f"cut off: {widget.text()}")
    if isinstance(widget, QLabel) and widget.text() and not widget.wordWrap() and widget.property("look") != "title":
        needed = widget.fontMetrics().horizontalAdvance(widget.text())
        if needed > widget.contentsRect().width() + 1:
            faults.append(f"cut off: {widget.text()}")
    return faults
