"""Care agreements in the window. What a recorder would lose: the paper for the grandmother, made in a minute from what
is on file."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from carehub.domain.agreements import CareAgreement
from carehub.domain.people import FamilyMember
from carehub.gui.agreements.form import CareAgreementFormPage
from carehub.gui.papers.page import PapersPage
from carehub.gui.window import MainWindow
from carehub.services import care_agreements, children, records
from carehub.services.desk import Desk

from .conftest import shown

Open = Callable[..., MainWindow]
TODAY = date.today()


@pytest.fixture
def child(desk: Desk) -> str:
    made = children.add(desk, {"name": "罗䶮", "guardian": "罗强", "guardian_relation": "51"})[0].child.id
    carer = {"relation": "62", "name": "王桂兰", "is_carer": True}
    records.add(desk, FamilyMember, carer, child_id=made)
    return made


def press(widget: QWidget, word: str) -> None:
    QApplication.processEvents()
    (found,) = [b for b in widget.findChildren(QPushButton) if b.isVisible() and b.text().strip() == word]
    found.click()


def test_one_is_made_from_what_is_on_file_and_stands_on_the_childs_page(
    open_window: Open, desk: Desk, child: str
) -> None:
    window = open_window(desk)
    window.shell.open_address(f"child/{child}/care")
    assert "还没有协议" in shown(window.shell.page)
    press(window.shell.page, "新签协议")
    page = window.shell.page
    assert isinstance(page, CareAgreementFormPage)
    assert page.form.editor("parents").isAncestorOf(page.form.focusWidget() or page)
    page.save_button.click()
    (made,) = records.fetch(desk, CareAgreement, records.ids(desk, CareAgreement))
    assert (made.parents, made.contact, made.signed_on) == ("罗强", "weekly", None)
    assert made.sheet_no
    words = shown(window.shell.page)
    assert f"王桂兰　{TODAY}" in words
    assert "还没签字，请找双方签好" in words, "what is to be done stands at the top"


def test_it_is_printed_from_the_page_and_found_by_its_number(
    open_window: Open, qtbot: QtBot, desk: Desk, child: str
) -> None:
    values = {**care_agreements.suggested(desk, child), "signed_on": TODAY - timedelta(1), "child_id": child}
    made = care_agreements.add(desk, values)[0]
    window = open_window(desk)
    window.shell.open_address(f"child/{child}/care")
    press(window.shell.page, "打印协议")
    page = window.shell.page
    assert isinstance(page, PapersPage)
    qtbot.waitUntil(lambda: page._pages == 2)
    assert "罗䶮" in shown(page)
    window.shell._enter(made.sheet_no or "")
    assert isinstance(window.shell.page, CareAgreementFormPage)
    assert window.shell.page.row_id == made.id
