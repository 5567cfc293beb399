"""An office's own questions in the window. What a township would lose: the question that nobody sees where the child is
typed in, and the answer that nobody sees where it is looked at."""

from collections.abc import Callable
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from carehub.domain.care import Visit
from carehub.domain.custom import PREFIX
from carehub.domain.people import Child, Volunteer
from carehub.gui.custom.page import QuestionFormPage, QuestionsPage
from carehub.gui.generic import FormPage
from carehub.gui.visits.entry import EntryPage
from carehub.gui.window import MainWindow
from carehub.services import children, custom, custom_questions, opening, records, visits
from carehub.services.desk import Desk

from .conftest import shown

Open = Callable[..., MainWindow]


@pytest.fixture
def office(make_store: Callable[..., opening.NewStore]) -> Desk:
    """A township that keeps children of its own."""
    return make_store("township", "石桥镇").desk


def ask(desk: Desk, wording: str = "离水塘多远", **more: object) -> str:
    return PREFIX + custom_questions.add(desk, {"wording": wording, **more})[0].id


def press(widget: QWidget, word: str, nth: int = 0) -> None:
    QApplication.processEvents()
    found = [b for b in widget.findChildren(QPushButton) if b.isVisible() and b.text().strip() == word]
    found[nth].setFocus()
    found[nth].click()
    QApplication.processEvents()


def form_at(window: MainWindow, address: str) -> FormPage:
    window.shell.open_address(address)
    QApplication.processEvents()
    page = window.shell.page
    assert isinstance(page, FormPage)
    return page


def read(desk: Desk, kind: str, row: str) -> list[tuple[str, str]]:
    return [(t.question.wording, t.answer) for t in custom.told(desk, kind, row)]


def test_a_question_is_added_ordered_and_retired(open_window: Open, office: Desk) -> None:
    window = open_window(office)
    window.shell.open_address("settings")
    press(window.shell.page, "自设问题")
    page = window.shell.page
    assert isinstance(page, QuestionsPage)
    assert shown(page).count("还没有问题") == 3
    for nth, wording in ((0, "离水塘多远"), (0, "有没有手机"), (1, "带了几本书")):
        press(window.shell.page, "加一个问题", nth)
        form = window.shell.page
        assert isinstance(form, QuestionFormPage)
        form.form.editor("wording").set_text(wording)
        form.save_button.click()
    order = lambda: [q.wording for q in custom_questions.own(office, "child")]  # noqa: E731
    assert order() == ["离水塘多远", "有没有手机"]
    assert [q.wording for q in custom_questions.own(office, "visit")] == ["带了几本书"]
    press(page, "下移")
    assert order() == ["有没有手机", "离水塘多远"]
    window.shell._undo_last()
    assert order() == ["离水塘多远", "有没有手机"]
    press(page, "停用")
    assert order() == ["有没有手机", "离水塘多远"]
    assert "离水塘多远（已停用）" in shown(page)
    press(page, "恢复")
    assert "已停用" not in shown(page)


def test_what_is_asked_about_stays_once_it_is_saved(open_window: Open, office: Desk) -> None:
    question = ask(office).removeprefix(PREFIX)
    page = form_at(open_window(office), f"custom_question/{question}")
    assert [n for n, f in page.form.fields.items() if not f.isEnabled()] == ["asked_of", "kind"]
    page.form.editor("wording").set_text("离水库多远")
    page.save_button.click()
    assert [q.wording for q in custom_questions.own(office, "child")] == ["离水库多远"]
    page = form_at(open_window(office), "custom_question/child")
    assert all(f.isEnabled() for f in page.form.fields.values())


def test_the_childs_form_asks_and_its_page_shows(open_window: Open, office: Desk) -> None:
    window = open_window(office)
    assert not [n for n in form_at(window, "child-form/new").form.fields if n.startswith(PREFIX)]
    near = ask(office, kind="choice", choices="很近\n很远")
    phone = ask(office, "有没有手机", kind="yes_no")
    page = form_at(window, "child-form/new")
    assert "本乡镇的问题" in shown(page)
    page.form.editor("name").set_text("罗䶮")
    page.form.editor(near).set_text("很远")
    page.save_button.click()
    (child,) = records.ids(office, Child)
    assert read(office, "child", child) == [("离水塘多远", "很远")]
    page = form_at(window, f"child-form/{child}")
    assert (page.form.editor(near).text(), page.form.editor(phone).text()) == ("很远", "")
    assert not page.form.is_changed()
    page.form.editor(phone).set_text("1")
    page.save_button.click()
    window.shell.open_address(f"child/{child}/facts")
    words = shown(window.shell.page)
    for word in ("本乡镇的问题", "离水塘多远", "很远", "有没有手机"):
        assert word in words, word
    custom_questions.set_asked(office, near.removeprefix(PREFIX), asked=False)
    window.shell.page.reload()
    assert "离水塘多远（已停用）" in shown(window.shell.page)
    assert near not in form_at(window, f"child-form/{child}").form.fields


def test_a_wrong_answer_is_said_beside_its_question(open_window: Open, office: Desk) -> None:
    number = ask(office, "家里几口人", kind="number")
    page = form_at(open_window(office), "child-form/new")
    page.form.editor("name").set_text("罗䶮")
    page.form.editor(number).set_text("很多")
    page.save_button.click()
    assert page.form.fields[number].problem is not None
    assert records.ids(office, Child) == []


def test_visits_and_volunteers_are_asked_too(open_window: Open, office: Desk) -> None:
    books, skill = ask(office, "带了几本书", asked_of="visit", kind="number"), ask(office, "才艺", asked_of="volunteer")
    child = children.add(office, {"name": "罗䶮"})[0].child.id
    window = open_window(office)
    page = form_at(window, f"visit/{child}")
    page.form.editor("visitors").set_text("甲、乙")
    page.form.editor(books).set_text("3")
    page.save_button.click()
    (visit,) = records.ids(office, Visit)
    assert read(office, "visit", visit) == [("带了几本书", "3")]
    assert form_at(window, f"visit/{visit}").form.editor(books).text() == "3"
    page = form_at(window, "volunteer-form/new")
    page.form.editor("name").set_text("李德福")
    page.form.editor(skill).set_text("二胡")
    page.save_button.click()
    (volunteer,) = records.ids(office, Volunteer)
    assert read(office, "volunteer", volunteer) == [("才艺", "二胡")]
    assert form_at(window, f"volunteer-form/{volunteer}").form.editor(skill).text() == "二胡"


def test_a_sheet_that_came_back_asks_at_its_end(open_window: Open, qtbot: QtBot, office: Desk) -> None:
    books = ask(office, "带了几本书", asked_of="visit", kind="number")
    child = children.add(office, {"name": "罗䶮"})[0].child.id
    planned = visits.plan(office, [child], date.today())[0][0]
    page = form_at(open_window(office), f"visit-entry/{planned.sheet_no}")
    assert isinstance(page, EntryPage)
    assert list(page.form.fields)[-1] == books
    assert page.form.isVisible()
    page.form.editor("visitors").set_text("甲、乙")
    page.form.editor("done_on").set_text(date.today().isoformat())
    page.form.focus(books)
    qtbot.keyClicks(page.form.focusWidget(), "3")
    qtbot.keyClick(page.form.focusWidget(), Qt.Key.Key_Return)
    (visit,) = records.fetch(office, Visit, records.ids(office, Visit))
    assert visit.done_on == date.today()
    assert read(office, "visit", visit.id) == [("带了几本书", "3")]
    assert not page.form.isVisible(), "it waits for the next number"


def test_a_room_has_no_place_to_ask(open_window: Open, desk: Desk) -> None:
    window = open_window(desk)
    window.shell.open_address("settings")
    QApplication.processEvents()
    assert not [b for b in window.findChildren(QPushButton) if b.isVisible() and b.text().strip() == "自设问题"]
