"""Judging a risk in the window. What a recorder would lose: a minute with ten number keys, and a proposal that explains
itself."""

from collections.abc import Callable
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from carehub.domain.people import Child
from carehub.gui.assessments.form import AssessmentFormPage
from carehub.gui.window import MainWindow
from carehub.services import assessments, children, records
from carehub.services.desk import Desk

from .conftest import shown

Open = Callable[..., MainWindow]
TODAY = date.today()


@pytest.fixture
def child(desk: Desk) -> str:
    return children.add(desk, {"name": "罗䶮", "birth_date": f"{TODAY.year - 10}-01-01"})[0].child.id


def press(widget: QWidget, word: str) -> None:
    QApplication.processEvents()
    (found,) = [b for b in widget.findChildren(QPushButton) if b.isVisible() and b.text().strip() == word]
    found.click()


def form_at(window: MainWindow, address: str) -> AssessmentFormPage:
    window.shell.open_address(address)
    QApplication.processEvents()
    page = window.shell.page
    assert isinstance(page, AssessmentFormPage)
    return page


def focused(page: AssessmentFormPage) -> str:
    QApplication.processEvents()
    here = page.form.focusWidget()
    return next(name for name, f in page.form.fields.items() if here and f.editor.isAncestorOf(here))


def test_number_keys_answer_and_enter_goes_on(open_window: Open, qtbot: QtBot, desk: Desk, child: str) -> None:
    window = open_window(desk)
    window.shell.open_address(f"child/{child}/care")
    assert "还没评估过" in shown(window.shell.page)
    press(window.shell.page, "做一次评估")
    page = window.shell.page
    assert isinstance(page, AssessmentFormPage)
    asked = [q.code for q in assessments.questions(desk, child)[1]]
    for code in asked:
        assert focused(page) == code
        assert page.form.editor("level").text() == ""
        qtbot.keyClick(page.form.focusWidget(), Qt.Key.Key_3 if code in ("contact", "house") else Qt.Key.Key_1)
        qtbot.keyClick(page.form.focusWidget(), Qt.Key.Key_Return)
    assert page.told.text() == "建议：中风险（7 分）。由您决定。"
    assert (focused(page), page.form.editor("level").text()) == ("level", "medium")
    page.save_button.click()
    assert records.get(desk, Child, child).risk_level == "medium"
    words = shown(window.shell.page)
    assert f"{TODAY}　中风险　7 分　{desk.user.name}" in words
    assert "父母多久联系孩子一次：几个月一次；家里和周边安不安全：危房，或水塘边没防护" in words
    window.shell._undo_last()
    assert records.get(desk, Child, child).risk_level is None
    assert "还没评估过" in shown(window.shell.page)


def test_an_alarm_is_said_at_once_and_a_decision_of_ones_own_stays(open_window: Open, desk: Desk, child: str) -> None:
    page = form_at(open_window(desk), f"assessment/{child}")
    page.form.editor("alone").set_text("yes")
    page.form.edited.emit()
    assert page.told.text() == "建议：高风险。不能等：孩子是不是一个人住"
    assert page.form.editor("level").text() == "high"
    page.form.editor("level").set_text("medium")
    page.form.editor("alone").set_text("no")
    page.form.edited.emit()
    assert page.form.editor("level").text() == "medium"


def test_what_is_missing_is_said_beside_its_question(open_window: Open, desk: Desk, child: str) -> None:
    page = form_at(open_window(desk), f"assessment/{child}")
    page.save()
    problems = {name for name, field in page.form.fields.items() if field.problem}
    assert problems == {q.code for q in assessments.questions(desk, child)[1]} | {"level"}
    assert assessments.of_child(desk, child) == []


def test_questions_follow_the_age_of_the_child_that_is_opened(open_window: Open, desk: Desk, child: str) -> None:
    small = children.add(desk, {"name": "小娃", "birth_date": f"{TODAY.year - 4}-01-01"})[0].child.id
    window = open_window(desk)
    assert "unattended" not in form_at(window, f"assessment/{child}").form.fields
    assert "unattended" in form_at(window, f"assessment/{small}").form.fields
    page = form_at(window, f"assessment/{child}")
    assert "unattended" not in page.form.fields
    assert "罗䶮" in page.title


def test_correcting_shows_the_decision_alone(open_window: Open, desk: Desk, child: str) -> None:
    told = {q.code: q.answers[0].code for q in assessments.questions(desk, child)[1]}
    made = assessments.add(desk, {**told, "child_id": child})[0]
    window = open_window(desk)
    window.shell.open_address(f"child/{child}/care")
    press(window.shell.page, "更正")
    page = window.shell.page
    assert isinstance(page, AssessmentFormPage)
    assert list(page.form.fields) == ["assessed_on", "assessor", "level", "reason"]
    page.form.editor("level").set_text("high")
    page.form.editor("reason").set_text("奶奶住院")
    page.save_button.click()
    assert records.get(desk, Child, child).risk_level == "high"
    assert assessments.of_child(desk, child)[0].answers == made.answers
    assert "当时建议：低。理由：奶奶住院" in shown(window.shell.page)
