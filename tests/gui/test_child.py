"""The page of one child. What a visitor would lose: who waits at the door, what was seen, what is still to be asked."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from carehub.domain.care import Pairing
from carehub.domain.people import Volunteer
from carehub.domain.protection import Talk
from carehub.gui.attachments.card import AttachmentsCard
from carehub.gui.children.child import ChildPage
from carehub.gui.children.edit import ChildFormPage
from carehub.gui.children.timeline import TimelineCard
from carehub.gui.consents.card import ConsentCard
from carehub.gui.papers.page import PapersPage
from carehub.gui.visits.form import VisitFormPage
from carehub.gui.window import MainWindow
from carehub.services import children, consents, opening, records, users, visits
from carehub.services.desk import Desk

from ..conftest import PASSWORD
from .conftest import shown

Open = Callable[..., MainWindow]
TODAY = date.today()
CHILD: dict[str, Any] = {
    "name": "罗䶮", "sex": "女", "birth_date": "2013-11-12", "school": "中心小学", "grade": "七年级",
    "home_address": "石桥镇新民村三组二十七号", "map_note": "三组，过石桥右转", "risk_level": "high",
    "guardian": "常怡", "guardian_relation": "62", "guardian_phone": "15925333406",
}  # fmt: skip


@pytest.fixture
def child(desk: Desk) -> str:
    """A child with a volunteer, a visit on which something was seen, and one that is overdue."""
    made = children.add(desk, CHILD)[0].child.id
    volunteer = records.add(desk, Volunteer, {"name": "罗德福"})[0].id
    records.add(desk, Pairing, {"child_id": made, "volunteer_id": volunteer, "started_on": ago(90)})
    told = {"home_safety": "danger", "note": "电线老化", "next_on": ago(3)}
    visits.add(desk, {"child_id": made, "done_on": ago(33), "visitors": "罗德福", **told})
    return made


def ago(days: int) -> str:
    return (TODAY - timedelta(days=days)).isoformat()


def at(window: MainWindow, address: str) -> ChildPage:
    window.shell.open_address(address)
    QApplication.processEvents()
    page = window.shell.page
    assert isinstance(page, ChildPage)
    return page


def live(page: QWidget, kind: type[Any]) -> list[Any]:
    QApplication.processEvents()
    return [w for w in page.findChildren(kind) if w.isVisibleTo(page)]


def press(widget: QWidget, word: str) -> None:
    (made,) = [b for b in live(widget, QPushButton) if b.text().strip() == word]
    made.click()
    QApplication.processEvents()


def test_what_one_must_know_at_the_door_is_there_at_once(open_window: Open, desk: Desk, child: str) -> None:
    told = shown(at(open_window(desk), f"child/{child}"))
    for words in ("罗䶮", "女", "中心小学 七年级", "石桥镇新民村***", "三组，过石桥右转", "常怡　祖母", "159****3406",
                  "罗德福", "高", ago(26)):  # fmt: skip
        assert words in told, words
    assert "居家安全（有危险）" in told
    assert f"{ago(26)}该走访了" in told, "a week after a danger was seen, though a later day was agreed"
    for secret in ("二十七号", "15925333406"):
        assert secret not in told


def test_a_missing_fact_leads_to_its_field(open_window: Open, desk: Desk, child: str) -> None:
    window = open_window(desk)
    page = at(window, f"child/{child}")
    assert "还缺（11项已有9项）：" in shown(page)
    press(page, "监护情况")
    form = window.shell.page
    assert isinstance(form, ChildFormPage)
    field = form.form.fields["guardianship"]
    QApplication.processEvents()
    focus = window.focusWidget()
    assert focus is not None
    assert field.isAncestorOf(focus), "the cursor stands in the field that was asked for"
    form.form.editor("guardianship").set_text("fair")
    form.save()
    page = at(window, window.shell.address)
    assert "还缺（11项已有10项）：" in shown(page)
    children.edit(desk, child, {"registered": "no"})
    window.shell._reload()
    assert "还缺" not in shown(page)


def test_one_click_records_a_visit_or_prints(open_window: Open, qtbot: QtBot, desk: Desk, child: str) -> None:
    window = open_window(desk)
    for word, kind, address in (
        ("记录走访", VisitFormPage, f"visit/{child}"),
        ("打印走访表", PapersPage, f"papers/visit-sheet/{child}"),
        ("打印档案", PapersPage, f"papers/child-file/{child}"),
        ("打印登记表", PapersPage, f"papers/registration-form/{child}"),
    ):
        press(at(window, f"child/{child}"), word)
        assert isinstance(window.shell.page, kind)
        assert window.shell.address == address
        qtbot.waitUntil(lambda: not window.jobs.busy, timeout=20_000)


def test_tabs_by_keyboard_and_the_last_one_is_remembered(
    open_window: Open, qtbot: QtBot, desk: Desk, child: str
) -> None:
    other = children.add(desk, {**CHILD, "name": "王小明"})[0].child.id
    window = open_window(desk)
    page = at(window, f"child/{child}")
    assert not live(page, TimelineCard)
    qtbot.keyClick(page, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert live(page, TimelineCard)
    qtbot.keyClick(page, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert live(page, AttachmentsCard)
    assert not live(page, TimelineCard)
    assert live(at(window, f"child/{other}"), AttachmentsCard), "the next child is shown at the same tab"
    again = open_window(desk)
    assert live(at(again, f"child/{child}"), AttachmentsCard), "also after the program was closed"
    assert live(at(again, f"child/{child}/consents"), ConsentCard), "an address may name the tab"


def test_the_timeline_filters_and_opens_by_keyboard(open_window: Open, qtbot: QtBot, desk: Desk, child: str) -> None:
    consents.record(desk, child, ["care"], {})
    talk = records.add(desk, Talk, {"child_id": child, "held_on": ago(50), "summary": "想念父母"})[0].id
    window = open_window(desk)
    page = at(window, f"child/{child}/timeline")
    (card,) = live(page, TimelineCard)
    told = [card.rows.item(n).text() for n in range(card.rows.count())]
    assert [line[:10] for line in told] == [TODAY.isoformat(), ago(33), ago(50), ago(90)]
    assert "居家安全：有危险" in told[1]
    assert "电线老化" in told[1]
    press(card, "谈心记录 1")
    assert card.rows.count() == 1
    qtbot.keyClick(card.rows, Qt.Key.Key_Return)
    assert window.shell.address == f"talk/{talk}"
    (card,) = live(at(window, f"child/{child}/timeline"), TimelineCard)
    qtbot.keyClick(card.rows, Qt.Key.Key_Return)
    assert live(page, ConsentCard), "what has no page of its own is shown on its tab"


def test_others_see_no_talk_on_the_timeline_nor_its_number(open_window: Open, desk: Desk, child: str) -> None:
    records.add(desk, Talk, {"child_id": child, "held_on": ago(50), "summary": "想念父母"})
    users.add(desk, "王某", "viewer", "andere-Worte", PASSWORD)
    desk.close()
    other = opening.sign_in(desk.store.folder, "andere-Worte")
    page = at(open_window(other), f"child/{child}/timeline")
    (card,) = live(page, TimelineCard)
    assert {b.text() for b in live(card, QPushButton)} == {"全部 2", "走访记录 1", "结对帮扶 1"}
    assert [b.text().strip() for b in live(page, QPushButton) if "记录走访" in b.text() or "打印" in b.text()] == []
