"""Consent, talks, mandatory reports, erasing and what may go, as people use them in the window."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from carehub.domain.people import Child
from carehub.domain.protection import Consent, Incident, Talk
from carehub.gui.children.child import ChildPage
from carehub.gui.children.list import ChildrenPage
from carehub.gui.consents.card import ConsentCard
from carehub.gui.consents.form import ConsentFormPage, WithdrawPage
from carehub.gui.incidents.card import IncidentsCard
from carehub.gui.incidents.form import IncidentFormPage
from carehub.gui.papers.page import PapersPage
from carehub.gui.retention.card import ProtectionCard
from carehub.gui.retention.erase import EraseCard
from carehub.gui.retention.page import RetentionPage
from carehub.gui.talks.card import TalksCard
from carehub.gui.talks.form import TalkFormPage
from carehub.gui.window import MainWindow
from carehub.services import access, children, consents, opening, records, sheet_numbers, statistics, users
from carehub.services.consents import State
from carehub.services.desk import Desk

from ..conftest import PASSWORD

Open = Callable[..., MainWindow]
TODAY = date.today()
OTHER = "andere-Worte"


@pytest.fixture
def child(desk: Desk) -> str:
    values = {"name": "周小雨", "birth_date": "2014-03-04", "school": "中心小学", "guardian": "李桂花",
              "guardian_relation": "62"}  # fmt: skip
    return children.add(desk, values)[0].child.id


def at(window: MainWindow, address: str) -> QWidget:
    window.shell.open_address(address)
    return window.shell.page


def words(widget: QWidget) -> str:
    """All that can be read in sight."""
    QApplication.processEvents()
    seen = [w.text() for kind in (QLabel, QPushButton) for w in widget.findChildren(kind) if w.isVisibleTo(widget)]
    return "\n".join(seen)


def press(widget: QWidget, word: str) -> None:
    QApplication.processEvents()
    (made,) = [b for b in widget.findChildren(QPushButton) if b.text().strip() == word and b.isVisibleTo(widget)]
    made.click()


class TestConsent:
    def test_recorded_and_withdrawn_in_one_step_each(self, desk: Desk, child: str, open_window: Open) -> None:
        window = open_window(desk)
        page = at(window, f"child/{child}/consents")
        (card,) = page.findChildren(ConsentCard)
        assert "还没有：建档、走访和帮扶" in words(card)
        press(card, "记录同意")
        form = window.shell.page
        assert isinstance(form, ConsentFormPage)
        assert form.form.values()["name"] == "李桂花", "the guardian stands there already"
        form.boxes["notice"].setChecked(True)
        form.save()
        assert isinstance(window.shell.page, ChildPage)
        assert {s.purpose: s.state for s in consents.of_child(desk, child)} == {
            "care": State.GIVEN, "notice": State.GIVEN
        }  # fmt: skip
        press(window.shell.page, "撤回同意")
        withdraw = window.shell.page
        assert isinstance(withdraw, WithdrawPage)
        assert not withdraw.do.isEnabled()
        withdraw.boxes["notice"].setChecked(True)
        assert "公示名单不再包括这个孩子" in words(withdraw), "what follows is said before"
        withdraw.do.click()
        assert "已撤回：公示" in words(window.shell.page)
        press(window.shell, "撤销")
        assert {s.state for s in consents.of_child(desk, child)} == {State.GIVEN}

    def test_the_number_of_its_paper_opens_it(self, desk: Desk, child: str, open_window: Open, qtbot: QtBot) -> None:
        number = sheet_numbers.of_children(desk, "consent", [child])[child]
        window = open_window(desk)
        qtbot.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
        qtbot.keyClicks(window.focusWidget(), number)
        qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Return)
        assert window.shell.address == f"consent/{child}"
        assert isinstance(window.shell.page, ConsentFormPage)

    def test_nothing_ticked_saves_nothing(self, desk: Desk, child: str, open_window: Open) -> None:
        window = open_window(desk)
        form = at(window, f"consent/{child}")
        assert isinstance(form, ConsentFormPage)
        form.boxes["care"].setChecked(False)
        form.save()
        assert window.shell.page is form
        assert "请至少选一项用途" in words(window.shell)
        assert records.ids(desk, Consent) == []

    def test_from_fourteen_the_childs_own_paper_is_next(self, desk: Desk, open_window: Open) -> None:
        older = children.add(desk, {"name": "周大山", "birth_date": f"{TODAY.year - 15}-01-02"})[0].child.id
        consents.record(desk, older, ["care"], {})
        window = open_window(desk)
        assert "孩子已满14岁，还要本人同意" in words(at(window, f"child/{older}/consents"))
        form = at(window, f"consent/{older}")
        assert isinstance(form, ConsentFormPage)
        assert (form.form.values()["given_by"], form.form.values()["name"]) == ("child", "周大山")


class TestRestricted:
    def test_a_talk_is_one_click_away(self, desk: Desk, child: str, open_window: Open) -> None:
        window = open_window(desk)
        press(at(window, f"child/{child}/talks"), "记录谈心")
        form = window.shell.page
        assert isinstance(form, TalkFormPage)
        form.form.editor("summary").set_text("想妈妈")
        form.save()
        (talk,) = [records.get(desk, Talk, i) for i in records.ids(desk, Talk)]
        assert (talk.child_id, talk.counsellor, talk.held_on, talk.summary) == (child, "李秀英", TODAY, "想妈妈")
        QApplication.processEvents()
        (card,) = [c for c in window.shell.page.findChildren(TalksCard) if c.isVisibleTo(window)]
        press(card, "打开")
        assert isinstance(window.shell.page, TalkFormPage)
        assert window.shell.page.form.values()["summary"] == "想妈妈"

    def test_a_report_shows_first_what_to_do(self, desk: Desk, child: str, open_window: Open) -> None:
        window = open_window(desk)
        (card,) = at(window, f"child/{child}/incidents").findChildren(IncidentsCard)
        press(card, "强制报告")
        form = window.shell.page
        assert isinstance(form, IncidentFormPage)
        assert "先拨110" in words(form)
        assert not form.form.isVisibleTo(form), "nothing is typed before"
        assert not form.save_button.isVisibleTo(form)
        form.called.click()
        assert form.form.isVisibleTo(form)
        for name, text in (("police_time", "9:05"), ("seen", "手臂有伤"), ("reporter", "王老师")):
            form.form.editor(name).set_text(text)
        form.save()
        (made,) = [records.get(desk, Incident, i) for i in records.ids(desk, Incident)]
        assert (made.child_id, made.police_on, made.police_time, made.reporter) == (child, TODAY, "09:05", "王老师")

    def test_the_reporter_is_masked_until_somebody_says_why(self, desk: Desk, child: str, open_window: Open) -> None:
        told = {"child_id": child, "police_on": TODAY, "police_time": "09:05", "seen_on": TODAY, "seen": "x",
                "reporter": "王老师"}  # fmt: skip
        made, _ = records.add(desk, Incident, told)
        window = open_window(desk)
        form = at(window, f"incident/{made.id}")
        assert isinstance(form, IncidentFormPage)
        assert "王老师" not in words(form)
        field = form.form.fields["reporter"]
        assert field.covered
        assert not field.editor.isVisibleTo(form)
        form.desktop.reasons[made.id] = "health"
        field.opener.click()
        assert field.editor.isVisibleTo(form)
        assert [(line.detail, line.reason) for line in access.log(desk)] == [("报告人姓名", "健康或安全需要")]

    @pytest.mark.parametrize("role", ["recorder", "viewer"])
    def test_others_find_neither_on_the_page(self, desk: Desk, child: str, open_window: Open, role: str) -> None:
        records.add(desk, Talk, {"child_id": child, "held_on": TODAY, "summary": "翡翠暗语", "place": "翡翠暗语"})
        users.add(desk, "王某", role, OTHER, PASSWORD)
        folder = desk.store.folder
        desk.close()
        other = opening.sign_in(folder, OTHER)
        window = open_window(other)
        page = at(window, f"child/{child}")
        assert isinstance(page, ChildPage)
        for tab in ("talks", "incidents", *(t.name for t in page.tabs)):
            at(window, f"child/{child}/{tab}")
            assert not page.findChildren(TalksCard)
            assert not page.findChildren(IncidentsCard)
            assert not page.findChildren(EraseCard)
            assert "翡翠" not in words(page)
            assert "谈心" not in words(page)
            assert "强制报告" not in words(page)


class TestErasing:
    def test_the_head_erases_with_number_and_password(
        self, desk: Desk, child: str, open_window: Open, qtbot: QtBot
    ) -> None:
        window = open_window(desk)
        (card,) = at(window, f"child/{child}/changes").findChildren(EraseCard)
        panel = card.panel
        panel.ask_button.click()
        assert "“周小雨”的2条记录将彻底删除" in words(panel)
        panel.password.setText("falsch-99")
        panel.do_button.click()
        qtbot.waitUntil(lambda: panel.do_button.isEnabled(), timeout=10_000)
        assert records.ids(desk, Child) == [child]
        panel.password.setText(PASSWORD)
        panel.do_button.click()
        qtbot.waitUntil(lambda: records.ids(desk, Child) == [], timeout=10_000)
        qtbot.waitUntil(lambda: not isinstance(window.shell.page, ChildPage), timeout=10_000)

    def test_what_may_go_is_erased_one_by_one(self, desk: Desk, child: str, open_window: Open, qtbot: QtBot) -> None:
        old, _ = records.add(desk, Talk, {"child_id": child, "held_on": "2019-03-01", "summary": "很久以前"})
        window = open_window(desk)
        page = at(window, "retention")
        assert isinstance(page, RetentionPage)
        assert "谈心日期 2019-03-01；2024-03-01起可以清理" in words(page)
        panel = page.panels[old.id]
        panel.ask_button.click()
        panel.password.setText(PASSWORD)
        panel.do_button.click()
        qtbot.waitUntil(lambda: records.ids(desk, Talk) == [], timeout=10_000)
        qtbot.waitUntil(lambda: "还没有需要清理的档案" in words(window.shell.page), timeout=10_000)
        assert records.ids(desk, Child) == [child]


class TestPublic:
    def test_a_notice_of_those_in_the_list(self, desk: Desk, child: str, open_window: Open, qtbot: QtBot) -> None:
        children.add(desk, {"name": "罗䶮"})
        window = open_window(desk)
        page = at(window, "children")
        page.search_for("小雨")
        assert isinstance(page, ChildrenPage)
        next(a for a in page.papers_menu().actions() if a.text() == "公示").trigger()
        papers = window.shell.page
        assert isinstance(papers, PapersPage)
        qtbot.waitUntil(lambda: not window.jobs.busy and bool(papers._data), timeout=20_000)
        assert papers._ids == [child]
        assert access.log(desk) == [], "looking at it takes nothing out"

    def test_statistics_are_written_from_the_settings(
        self, desk: Desk, open_window: Open, qtbot: QtBot, tmp_path: Path
    ) -> None:
        for n in range(9):
            children.add(desk, {"name": f"王{n}", "birth_date": "2016-01-05", "sex": "男"})
        window = open_window(desk)
        (card,) = at(window, "settings").findChildren(ProtectionCard)
        card.set_smallest(8)
        assert statistics.threshold(desk) == 8
        card.export_to(tmp_path / "统计.xlsx")
        qtbot.waitUntil(lambda: (tmp_path / "统计.xlsx").exists() and not window.jobs.busy, timeout=20_000)
        assert openpyxl.load_workbook(tmp_path / "统计.xlsx")["性别"]["B2"].value == 9
