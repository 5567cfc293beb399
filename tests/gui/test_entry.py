"""Typing in visits from paper: keyboard only, counted. What a user would lose: the minute each of a hundred sheets may
take, or a visit in the wrong child's file."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from carehub.domain.care import CHECK_FIELDS, Visit
from carehub.domain.people import Child, Volunteer
from carehub.gui.visits.entry import EntryPage
from carehub.gui.visits.form import VisitFormPage
from carehub.gui.window import MainWindow
from carehub.services import children, drafts, entry, records, visits
from carehub.services.desk import Desk
from carehub.services.entry import State

from .conftest import shown

Open = Callable[..., MainWindow]
TODAY = date.today()
CHILD = {"name": "周小雨", "risk_level": "medium", "guardian": "李桂花", "guardian_phone": "13912345678"}
MOST = 25
"""Key presses a sheet may take, beyond the characters of free text."""


class Hand(QObject):
    """A person at the keyboard. Counts every key event that the program receives; free text comes from the input
    method, as Chinese does, and is counted by its characters."""

    def __init__(self, qtbot: QtBot) -> None:
        super().__init__()
        self._qtbot, self.keys, self.mouse, self.free = qtbot, 0, 0, 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        kind = event.type()
        if kind == QEvent.Type.ShortcutOverride and watched is QApplication.focusWidget():
            self.keys += 1  # each press is offered to shortcuts first, once, before a widget sees it
        if kind in (QEvent.Type.MouseButtonPress, QEvent.Type.Wheel, QEvent.Type.MouseMove):
            self.mouse += 1
        return False

    def press(self, *keys: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        for key in keys:
            self._qtbot.keyClick(QApplication.focusWidget(), key, modifier)

    def figures(self, text: str) -> None:
        self._qtbot.keyClicks(QApplication.focusWidget(), text)

    def write(self, text: str) -> None:
        event = QInputMethodEvent()
        event.setCommitString(text)
        QApplication.sendEvent(QApplication.focusWidget(), event)
        self.free += len(text)


ENTER = Qt.Key.Key_Return


@pytest.fixture
def hand(qtbot: QtBot, app: QApplication) -> Iterator[Hand]:
    made = Hand(qtbot)
    app.installEventFilter(made)
    yield made
    app.removeEventFilter(made)


@pytest.fixture
def sheet(desk: Desk) -> Visit:
    """An open sheet of a paired child, planned for yesterday; two people went the last time."""
    child = children.add(desk, CHILD)[0].child.id
    volunteer = records.add(desk, Volunteer, {"name": "李德福"})[0].id
    pairing = {"child_id": child, "volunteer_id": volunteer, "started_on": TODAY}
    records.add(desk, records.kind_of("pairing"), pairing)
    before = visits.plan(desk, [child], TODAY - timedelta(days=30))[0][0]
    done = {
        "done_on": TODAY - timedelta(days=30),
        "way": "home",
        "volunteer_id": volunteer,
        "visitors": "李德福、张桂兰",
    }
    entry.save(desk, entry.find(desk, before.sheet_no or ""), done)
    return visits.plan(desk, [child], TODAY - timedelta(days=1))[0][0]


def page_of(window: MainWindow) -> EntryPage:
    page = window.shell.page
    assert isinstance(page, EntryPage)
    return page


def one_sheet(hand: Hand, number: str, day: date) -> None:
    """A typical sheet: another day than planned, who was there, how long, one concern with a note, measures."""
    hand.figures(number)
    hand.press(ENTER)
    hand.figures(str(day.day))
    hand.press(ENTER)
    hand.write("奶奶")
    hand.press(ENTER)
    hand.figures("40")
    hand.press(ENTER)
    hand.press(Qt.Key.Key_2, ENTER, ENTER, Qt.Key.Key_1, ENTER, ENTER)
    hand.write("灶台旁堆有柴火。")
    hand.press(ENTER, ENTER)
    hand.write("已帮忙清理。")
    hand.press(ENTER, ENTER)


def test_a_typical_sheet_takes_few_keys_and_no_mouse(open_window: Open, desk: Desk, sheet: Visit, hand: Hand) -> None:
    window = open_window(desk)
    window.shell.open_address("settings")
    hand.keys = hand.mouse = 0
    hand.press(Qt.Key.Key_F2)
    day = TODAY - timedelta(days=2)
    one_sheet(hand, (sheet.sheet_no or "")[-5:], day)
    saved = records.get(desk, Visit, sheet.id)
    assert {name: getattr(saved, name) for name in CHECK_FIELDS} == {
        "home_safety": "concern", **dict.fromkeys(CHECK_FIELDS[1:], "ok")
    }  # fmt: skip
    assert (saved.done_on, saved.way, saved.minutes, saved.present) == (day, "home", 40, "奶奶")
    assert (saved.visitors, saved.note, saved.measures) == ("李德福、张桂兰", "灶台旁堆有柴火。", "已帮忙清理。")
    assert saved.next_on == day + timedelta(days=30)
    assert saved.volunteer_id
    print(f"{hand.keys} key presses and {hand.free} characters of free text")
    assert 20 <= hand.keys <= MOST, "the count itself must work"
    assert hand.mouse == 0
    page = page_of(window)
    assert page.number.hasFocus(), "ready for the next sheet"
    assert page.number.text() == ""
    words = shown(window.shell)
    assert "已保存：周小雨" in words
    assert "居家安全" in words


def test_a_scanner_types_the_whole_number_and_enter(open_window: Open, desk: Desk, sheet: Visit, hand: Hand) -> None:
    """What the person presses beside the scanner, from the second sheet of a stack on."""
    window = open_window(desk)
    window.shell.open_address("visit-entry")
    number = sheet.sheet_no or ""
    hand.keys = 0
    one_sheet(hand, number, TODAY)
    assert records.get(desk, Visit, sheet.id).done_on == TODAY
    print(f"{hand.keys - len(number) - 1} key presses beside the scanner")
    assert hand.keys - len(number) - 1 <= MOST - 7


def test_ctrl_enter_saves_from_everywhere_and_can_be_taken_back(
    open_window: Open, qtbot: QtBot, desk: Desk, sheet: Visit, hand: Hand
) -> None:
    window = open_window(desk)
    hand.press(Qt.Key.Key_F2)
    hand.figures((sheet.sheet_no or "")[-4:])
    hand.press(ENTER)
    hand.press(ENTER, modifier=Qt.KeyboardModifier.ControlModifier)
    assert records.get(desk, Visit, sheet.id).done_on == TODAY - timedelta(days=1)
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    hand.press(Qt.Key.Key_Z, modifier=both)
    assert entry.find(desk, sheet.sheet_no or "").state is State.OPEN
    assert "还有 1 张表" in shown(page_of(window))
    assert hand.mouse == 0


def test_a_danger_asks_for_a_note_at_once_and_is_not_saved_without(
    open_window: Open, desk: Desk, sheet: Visit, hand: Hand
) -> None:
    window = open_window(desk)
    window.shell.open_address(f"visit-entry/{sheet.sheet_no}")
    page = page_of(window)
    hand.press(ENTER, ENTER, ENTER)
    hand.press(Qt.Key.Key_3)
    assert "请写明" in page.form.fields["note"].sentence()
    assert page.form.fields["note"].calm
    hand.press(ENTER, ENTER, ENTER, ENTER, ENTER)
    assert isinstance(QApplication.focusWidget(), QPlainTextEdit)
    hand.press(ENTER, modifier=Qt.KeyboardModifier.ControlModifier)
    assert records.get(desk, Visit, sheet.id).done_on is None
    assert not page.form.fields["note"].calm
    hand.write("电线裸露")
    assert page.form.fields["note"].sentence() == ""
    assert page.form.values()["next_on"] == TODAY - timedelta(days=1) + timedelta(days=7), "danger is seen again soon"
    hand.press(ENTER, modifier=Qt.KeyboardModifier.ControlModifier)
    assert records.get(desk, Visit, sheet.id).home_safety == "danger"


def test_a_check_left_open_stays_open_and_keys_walk_back(
    open_window: Open, desk: Desk, sheet: Visit, hand: Hand
) -> None:
    """What nobody ticked must not be saved as in order."""
    window = open_window(desk)
    window.shell.open_address(f"visit-entry/{sheet.sheet_no}")
    page = page_of(window)
    hand.press(ENTER, ENTER, ENTER)
    hand.press(Qt.Key.Key_0, Qt.Key.Key_2, Qt.Key.Key_Up, Qt.Key.Key_3, Qt.Key.Key_Down)
    assert {n: v for n, v in page.form.checks().items() if v} == {"guardianship": "danger"}  # type: ignore[attr-defined]
    hand.press(Qt.Key.Key_Tab, modifier=Qt.KeyboardModifier.ShiftModifier)
    hand.press(Qt.Key.Key_Tab, modifier=Qt.KeyboardModifier.ShiftModifier)
    hand.press(ENTER)
    assert page.form.values()["guardianship"] == "danger", "Enter leaves what is ticked"


def test_mistakes_are_said_in_sentences_and_the_number_stays(
    open_window: Open, qtbot: QtBot, desk: Desk, sheet: Visit, hand: Hand
) -> None:
    window = open_window(desk)
    hand.press(Qt.Key.Key_F2)
    page = page_of(window)
    number = sheet.sheet_no or ""
    for typed, words in (("12", "最后4位"), (number[:-1] + str((int(number[-1]) + 1) % 10), "有一位不对")):
        hand.figures(typed)
        hand.press(ENTER)
        assert words in shown(page)
        assert page.number.hasFocus()
        assert page.number.selectedText() == typed, "the next number types over it"
    entry.save(desk, entry.find(desk, number), {"done_on": TODAY, "way": "home"})
    hand.figures(number)
    hand.press(ENTER)
    assert "已经录入过" in shown(page)
    hand.press(Qt.Key.Key_Tab)
    focused = QApplication.focusWidget()
    assert isinstance(focused, QPushButton)
    assert focused.accessibleName() == "打开"
    hand.press(Qt.Key.Key_Space)
    assert isinstance(window.shell.page, VisitFormPage)
    records.void(desk, Child, sheet.child_id, "重复建档")
    window.shell.open_address(f"visit-entry/{number}")
    assert "重复建档" in shown(page)
    assert not page.form.isVisible()


def test_half_a_sheet_survives_a_larger_text_and_a_crash(
    open_window: Open, qtbot: QtBot, desk: Desk, sheet: Visit, hand: Hand
) -> None:
    window = open_window(desk)
    window.shell.open_address(f"visit-entry/{sheet.sheet_no}")
    hand.press(ENTER)
    hand.write("奶奶")
    window.set_text_size(30)
    assert page_of(window).form.values()["present"] == "奶奶"
    qtbot.waitUntil(lambda: bool(drafts.kept(desk, f"visit/{sheet.id}")), timeout=5000)
    again = open_window(desk)
    again.shell.open_address("visit-entry")
    page_of(again).number.setText(sheet.sheet_no or "")
    page_of(again).look_up()
    assert page_of(again).form.values()["present"] == "奶奶"
    page_of(again).save()
    assert drafts.kept(desk, f"visit/{sheet.id}") == {}


def test_brothers_and_sisters_are_ticked_with_the_keyboard(
    open_window: Open, desk: Desk, sheet: Visit, hand: Hand
) -> None:
    brother = children.add(desk, {**CHILD, "name": "周小山"})[0].child.id
    window = open_window(desk)
    window.shell.open_address(f"visit-entry/{sheet.sheet_no}")
    assert "同住的孩子" in shown(page_of(window))
    hand.press(Qt.Key.Key_Tab, modifier=Qt.KeyboardModifier.ShiftModifier)
    hand.press(Qt.Key.Key_Space)
    hand.press(ENTER, modifier=Qt.KeyboardModifier.ControlModifier)
    (visit,) = visits.of_child(desk, brother)
    assert visit.done_on == TODAY - timedelta(days=1)
    assert "周小雨、周小山" in shown(window.shell)
