"""The merge desk as the clerk uses it. What a user would lose: a decision that went wrong and cannot be taken back,
records voided unseen, work of a room left on the stick."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from carehub import resources
from carehub.domain.people import Child, Volunteer
from carehub.domain.progress import Progress
from carehub.gui.children.child import ChildPage
from carehub.gui.handover.page import HandoverPage
from carehub.gui.merging.bundle import BundleCard
from carehub.gui.merging.duplicate import DuplicateCard, LinkedCard
from carehub.gui.merging.names import Unfolding
from carehub.gui.merging.page import ASIDE, CALENDAR, DUPLICATES, QUESTIONS, TAKE, WORDS, MergePage
from carehub.gui.merging.question import QuestionCard
from carehub.gui.widgets.progress import time_left
from carehub.gui.window import MainWindow
from carehub.services import (
    cards,
    children,
    duplicates,
    handover,
    merging,
    opening,
    quarantine,
    questions,
    records,
    taking,
)
from carehub.services.desk import Desk
from carehub.services.opening import NewStore
from carehub.sync.undo import BUILT_ON

from ..conftest import PASSWORD, drive
from .test_window import faults_of

Open = Callable[..., MainWindow]
CHILD = {"name": "徐𫖯", "sex": "男", "birth_date": "2014-01-02", "guardian": "姚秀志", "guardian_relation": "63",
         "guardian_phone": "15057339953"}  # fmt: skip


class Town:
    """An office and a room with one child, and the window at the merge desk."""

    def __init__(self, circle: tuple[Desk, NewStore], stick: Path, open_window: Open, qtbot: QtBot) -> None:
        self.office, self.new = circle
        self.room, self.stick, self.qtbot, self._open = self.new.desk, stick, qtbot, open_window
        self.child = children.add(self.room, CHILD)[0].child.id

    def bundle(self) -> Path:
        file: Path = drive(handover.export(self.room, self.stick)).file
        return file

    def join(self) -> None:
        drive(merging.merge(self.office, [self.bundle()], approve=" ".join(self.new.words)))

    def differ(self) -> None:
        self.join()
        children.edit(self.room, self.child, {"school": "红岩完小", "grade": "三年级", "guardian_phone": "13900000001"})
        children.edit(
            self.office, self.child, {"school": "中心小学", "grade": "四年级", "guardian_phone": "13900000002"}
        )
        drive(merging.merge(self.office, [self.bundle()]))

    def desk_page(self, section: str = "", size: int = 18) -> MergePage:
        self.window = self._open(self.office, size)
        self.window.shell.open_address(f"merge/{section}" if section else "merge")
        page = self.window.shell.page
        assert isinstance(page, MergePage)
        self.wait()
        return page

    def wait(self) -> None:
        self.qtbot.waitUntil(lambda: not self.window.jobs.busy, timeout=20_000)
        self.qtbot.wait(50)  # its other listeners are told one after the other


@pytest.fixture
def town(circle: tuple[Desk, NewStore], tmp_path: Path, open_window: Open, qtbot: QtBot) -> Town:
    return Town(circle, tmp_path, open_window, qtbot)


def shown(widget: QWidget) -> str:
    return "\n".join(w.text() for w in widget.findChildren(QLabel) if not w.isHidden())


def live(page: QWidget, kind: type[Any]) -> list[Any]:
    QApplication.processEvents()
    return [w for w in page.findChildren(kind) if not w.isHidden()]


def press(widget: QWidget, name: str) -> None:
    QApplication.processEvents()
    (found,) = [b for b in widget.findChildren(QAbstractButton) if b.accessibleName() == name and b.isVisible()]
    found.click()


def undo(town: Town) -> None:
    press(town.window.shell, "撤销")


# --- taking in ------------------------------------------------------------------------------------------------


def test_words_then_the_names_behind_the_counts_then_merge_then_undo(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = town.desk_page(TAKE)
    page.take.try_files([town.bundle()])
    town.wait()
    (card,) = live(page.take, BundleCard)
    card.words.setText("，".join(town.new.words))  # as an input method does
    town.qtbot.keyClick(card.words, Qt.Key.Key_Return)
    town.wait()
    (card,) = live(page.take, BundleCard)
    assert records.ids(town.office, Child) == [], "nothing is kept before the clerk says so"
    (new,) = [u for u in card.findChildren(Unfolding) if u.button.accessibleName().startswith("新增")]
    assert not new.unfolded
    new.button.click()
    assert "徐𫖯（儿童、家庭成员）" in shown(new)
    press(page.take, "合并这些包")
    town.wait()
    assert records.ids(town.office, Child) == [town.child]
    assert "徐𫖯" in children.read(town.office, [town.child])[0].child.name

    asked = []
    monkeypatch.setattr(QMessageBox, "question", lambda *a: asked.append(a[2]) or QMessageBox.StandardButton.Yes)
    page.after.ask_undo()
    town.wait()
    assert "“新民村”第 1 包" in asked[0]
    assert records.ids(town.office, Child) == []
    assert live(page.take, BundleCard) == []


def test_undo_of_a_merge_that_was_built_on_says_why_not(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.join()
    children.edit(town.office, town.child, {"school": "中心小学"})
    page = town.desk_page(TAKE)
    monkeypatch.setattr(QMessageBox, "question", lambda *a: QMessageBox.StandardButton.Yes)
    page.after.ask_undo()
    town.wait()
    assert resources.texts()(BUILT_ON) in shown(town.window.shell)
    assert records.ids(town.office, Child) == [town.child]


def test_a_bundle_that_voids_many_shows_whom_and_waits_for_a_word(town: Town) -> None:
    for n in range(6):
        children.add(town.room, {"name": f"孩子{n}"})
    town.join()
    for child in records.ids(town.room, Child):
        records.void(town.room, Child, child, "搬走了")
    page = town.desk_page(TAKE)
    page.take.try_files([town.bundle()])
    town.wait()
    assert "孩子3（儿童）" in shown(page.take), "unfolded: nobody has to look for them"
    press(page.take, "合并这些包")
    town.wait()
    assert len(records.ids(town.office, Child)) == 7
    assert "孩子3（儿童）" in shown(page.take)
    press(page.take, "确认收下这 7 条作废")
    town.wait()
    assert records.ids(town.office, Child) == []


def test_a_stopped_merge_leaves_nothing_and_says_so(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.join()
    children.add(town.room, {"name": "新来的"})
    page = town.desk_page(TAKE)
    page.take.try_files([town.bundle()])
    town.wait()
    real = taking.take_in

    def stop_at_once(*a: Any, **k: Any) -> Any:
        for step in (work := real(*a, **k)):
            next(iter(town.window.jobs._running)).cancel()
            yield step
        del work

    monkeypatch.setattr(taking, "take_in", stop_at_once)
    press(page.take, "合并这些包")
    town.wait()
    assert resources.texts()("Stopped; nothing was left half done.") in shown(page.take)
    assert records.ids(town.office, Child) == [town.child]


def test_all_that_a_replaced_laptop_needs_is_its_words(town: Town, tmp_path: Path) -> None:
    """The sentence says that it is a new laptop, and the old one can hand over no more."""
    town.join()
    card = cards.write(town.office, tmp_path / "new card", replace="新民村")
    again = opening.begin(tmp_path / "again", password=PASSWORD, user="李秀英", card=card)
    file = drive(handover.export(again.desk, tmp_path)).file
    page = town.desk_page(TAKE)
    page.take.try_files([file])
    town.wait()
    (bundle,) = live(page.take, BundleCard)
    assert "新电脑" in shown(bundle)
    bundle.words.setText(" ".join(again.words))
    town.qtbot.keyClick(bundle.words, Qt.Key.Key_Return)
    town.wait()
    press(page.take, "合并这些包")
    town.wait()
    assert drive(merging.merge(town.office, [town.bundle()]))[0].status == "refused", "the old laptop"
    again.desk.close()


def test_return_bundles_and_receipts_of_the_day_in_one_go(town: Town, tmp_path: Path) -> None:
    town.join()
    page = town.desk_page(TAKE)
    page.after.print_to(tmp_path / "receipts.pdf")
    town.wait()
    assert len(pypdfium2.PdfDocument(tmp_path / "receipts.pdf")) == 1
    page.after.return_to(tmp_path / "stick")
    town.wait()
    assert "1个回传包已写好并核对：新民村" in shown(page.after)
    (back,) = (tmp_path / "stick").glob("*.carebundle")
    assert drive(merging.merge(town.room, [back]))[0].status == "merged"


# --- questions ------------------------------------------------------------------------------------------------


def test_all_of_one_side_is_settled_by_keyboard_and_taken_back(town: Town) -> None:
    town.differ()
    page = town.desk_page()
    assert page.sections.current == QUESTIONS, "what waits for a decision is what one sees first"
    qtbot, people = town.qtbot, page.questions._people
    people.setFocus()
    for _ in range(12):  # from the list by Tab to the button of one side
        qtbot.keyClick(town.window.focusWidget(), Qt.Key.Key_Tab)
        focus = town.window.focusWidget()
        if focus.accessibleName() == "3个问题全以新民村写的为准":
            break
    qtbot.keyClick(focus, Qt.Key.Key_Space)
    assert questions.open_questions(town.office) == []
    assert children.read(town.office, [town.child])[0].child.school == "红岩完小"
    assert live(page.questions, QuestionCard) == []
    assert "没有待定的问题" in shown(page.questions)
    undo(town)
    assert len(questions.open_questions(town.office)) == 3
    assert len(live(page.questions, QuestionCard)) == 3


def test_a_third_value_is_typed_with_the_fields_own_editor(town: Town) -> None:
    town.differ()
    page = town.desk_page(QUESTIONS)
    (card,) = [c for c in live(page.questions, QuestionCard) if "学校" in shown(c).splitlines()[0]]
    (other,) = card.findChildren(Unfolding)
    other.button.click()
    card.editor.set_text("第三小学")
    press(card, "用这个值")
    assert children.read(town.office, [town.child])[0].child.school == "第三小学"


def test_a_question_put_aside_stands_apart_and_can_be_taken_up_again(town: Town) -> None:
    town.differ()
    page = town.desk_page(QUESTIONS)
    press(live(page.questions, QuestionCard)[0], "先搁置")
    assert (questions.count(town.office), questions.count(town.office, parked=True)) == (2, 1)
    assert len(live(page.questions, QuestionCard)) == 2
    press(page.questions, "已搁置 1")
    (card,) = live(page.questions, QuestionCard)
    press(card, "重新拿出来定")
    assert questions.count(town.office) == 3


def test_void_or_keep_are_the_two_buttons(town: Town) -> None:
    town.join()
    records.void(town.room, Child, town.child, "录重了")
    children.edit(town.office, town.child, {"school": "中心小学"})
    drive(merging.merge(town.office, [town.bundle()]))
    page = town.desk_page(QUESTIONS)
    (card,) = live(page.questions, QuestionCard)
    text = shown(card)
    for part in ("作废还是保留", "录重了", "李秀英", "周明辉", "保留"):
        assert part in text
    press(card, "采用 保留")
    assert records.ids(town.office, Child) == [town.child]


# --- files of one person --------------------------------------------------------------------------------------


def test_two_files_are_linked_and_taken_apart_again(town: Town) -> None:
    town.join()
    twin = children.add(town.office, {**CHILD, "guardian_phone": "13800000000", "school": "中心小学"})[0].child.id
    page = town.desk_page(DUPLICATES)
    (card,) = live(page.duplicates, DuplicateCard)
    assert "很可能是同一个人" in shown(card)
    assert shown(card).count("≠") == 2, "only what differs is marked, on both sides"
    press(card, "徐𫖯: 是同一个人")
    assert records.ids(town.office, Child) == [town.child]
    assert live(page.duplicates, DuplicateCard) == []
    town.window.shell.open_address(f"child/{twin}")
    child_page = town.window.shell.page
    assert isinstance(child_page, ChildPage)
    (other,) = live(child_page, LinkedCard)
    assert "也写成了监护人" in shown(child_page)
    live(other, QAbstractButton)[0].click()
    assert set(records.ids(town.office, Child)) == {town.child, twin}
    undo(town)
    assert records.ids(town.office, Child) == [town.child]


def test_sides_can_be_swapped_before_linking(town: Town) -> None:
    town.join()
    twin = children.add(town.office, CHILD)[0].child.id
    page = town.desk_page(DUPLICATES)
    (card,) = live(page.duplicates, DuplicateCard)
    press(card, "徐𫖯: 左右对换")
    press(card, "徐𫖯: 是同一个人")
    assert records.ids(town.office, Child) == [twin]


def test_not_the_same_and_later_are_remembered_and_can_be_taken_back(town: Town) -> None:
    town.join()
    children.add(town.office, CHILD)
    page = town.desk_page(DUPLICATES)
    press(live(page.duplicates, DuplicateCard)[0], "徐𫖯: 以后再说")
    assert live(page.duplicates, DuplicateCard) == []
    press(page.duplicates, "以后再说 1")
    press(live(page.duplicates, DuplicateCard)[0], "徐𫖯: 不是")
    assert drive(duplicates.find(town.office)).all == ()
    undo(town)
    town.wait()
    assert len(drive(duplicates.find(town.office)).open) == 1


# --- what was set aside, the calendar, the whole page -----------------------------------------------------------


def foreign(town: Town) -> str:
    town.join()
    volunteer = records.add(town.office, Volunteer, {"name": "王建国"})[0].id
    with town.room.unit() as unit:
        unit.raw.execute(
            "INSERT INTO volunteer (id, site_id, name, skills) VALUES (?, ?, '王建国', '二胡')",
            (volunteer, town.office.site.id),
        )
    drive(merging.merge(town.office, [town.bundle()]))
    return volunteer


def test_what_was_set_aside_is_taken_in_by_a_person_and_taken_back(town: Town) -> None:
    volunteer = foreign(town)
    page = town.desk_page(ASIDE)
    assert "这条记录属于别的单位" in shown(page.aside)
    press(page.aside, "收下：王建国")
    assert records.get(town.office, Volunteer, volunteer).skills == "二胡"
    assert quarantine.count(town.office) == 0
    undo(town)
    assert records.get(town.office, Volunteer, volunteer).skills is None


def test_the_room_reads_what_was_refused_and_why(town: Town, open_window: Open) -> None:
    foreign(town)
    back = drive(handover.export(town.office, town.stick, town.room.site.name)).file
    drive(merging.merge(town.room, [back]))
    window = open_window(town.room)
    window.shell.open_address("handover/receipts")
    page = window.shell.page
    assert isinstance(page, HandoverPage)
    assert "王建国" in shown(page)
    assert "这条记录属于别的单位" in shown(page)


def test_a_store_that_is_a_copy_says_so_calmly(town: Town, open_window: Open, tmp_path: Path) -> None:
    folder = town.room.store.folder
    town.room.close()
    shutil.copytree(folder, tmp_path / "copied", ignore=shutil.ignore_patterns("store.lock"))
    copied = opening.sign_in(tmp_path / "copied", PASSWORD)
    try:
        window = open_window(copied)
        window.shell.open_address("handover")
        assert "发现这份资料是一个副本" in shown(window.shell.page)
        window.leave()
    finally:
        copied.close()


def test_the_calendar_is_read_with_the_arrow_keys(town: Town, tmp_path: Path) -> None:
    town.join()
    page = town.desk_page(CALENDAR)
    table = page.calendar._table
    assert table.item(0, table.columnCount() - 1).text() == "✓ 1"
    told = table.item(0, table.columnCount() - 1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert told.startswith("新民村，")
    assert told.endswith("交了1包")
    assert "第 1 包" in shown(page.calendar)
    table.setFocus()
    town.qtbot.keyClick(table, Qt.Key.Key_Left)
    assert "第 1 包" not in shown(page.calendar)
    town.qtbot.keyClick(table, Qt.Key.Key_Right)
    page.calendar.print_to(tmp_path / "one.pdf", handover.taken(town.office)[0])
    assert len(pypdfium2.PdfDocument(tmp_path / "one.pdf")) == 1


def test_tabs_are_walked_through_with_arrow_keys(town: Town) -> None:
    page = town.desk_page(TAKE)
    tabs = [t.button for t in page.sections._tabs.values()]
    tabs[0].setFocus()
    town.qtbot.keyClick(tabs[0], Qt.Key.Key_Right)
    assert tabs[1].hasFocus()
    town.qtbot.keyClick(tabs[1], Qt.Key.Key_Space)
    assert page.sections.current == QUESTIONS


@pytest.mark.parametrize("size", [18, 24, 30])
def test_every_section_with_data_has_names_and_nothing_is_cut_off(town: Town, size: int) -> None:
    town.differ()
    children.add(town.office, CHILD)
    children.add(town.room, {"name": "欧阳子涵"})
    page = town.desk_page("", size)
    page.take.try_files([town.bundle()])
    faults = []
    for section in WORDS:
        town.window.shell.open_address(f"merge/{section}")
        town.wait()
        for widget in town.window.shell.findChildren(QWidget):
            if widget.isVisible():
                faults += [f"{section}: {fault}" for fault in faults_of(widget)]
    assert not faults, "\n".join(sorted(set(faults)))
    assert (town.window.width(), town.window.height()) == (1366, 768)


def test_the_time_left_is_said_as_people_say_it() -> None:
    tr = resources.texts()
    said = [time_left(tr, Progress(done, 100, ""), spent) for done, spent in
            ((0, 9), (1, 0.5), (50, 120), (50, 20), (99, 60), (10, 30))]  # fmt: skip
    assert said == ["", "", "还要约 2 分钟", "还要约 20 秒", "马上就好", "还要约 4 分钟"]
