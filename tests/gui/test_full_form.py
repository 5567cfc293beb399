"""The child's form with all that the national form asks for. What a user would lose: the way through fifty fields with
the keyboard alone, boxes ticked and not stored, a family member half typed."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from carehub.domain.people import Child, FamilyMember
from carehub.gui.children.edit import ChildFormPage
from carehub.gui.editors.choices import ChoiceEditor
from carehub.gui.editors.ticks import TicksEditor
from carehub.gui.window import MainWindow
from carehub.services import children, family, records, registration_forms, sheet_numbers
from carehub.services.desk import Desk

from ..conftest import drive
from .conftest import shown

CTRL = Qt.KeyboardModifier.ControlModifier
Open = Callable[..., MainWindow]
CHILD = {"name": "王小䶮", "sex": "女", "birth_date": "2016-09-04", "guardian": "欧阳秀英", "guardian_relation": "奶奶",
         "guardian_phone": "13812345678"}  # fmt: skip


@pytest.fixture
def child(desk: Desk) -> str:
    return children.add(desk, CHILD)[0].child.id


def form_of(window: MainWindow, child: str) -> ChildFormPage:
    window.shell.open_address(f"child-form/{child}")
    page = window.shell.page
    assert isinstance(page, ChildFormPage)
    QApplication.processEvents()
    return page


def focus(window: MainWindow) -> QWidget:
    found = window.focusWidget()
    assert found is not None
    return found


def press(page: QWidget, name: str) -> None:
    next(b for b in page.findChildren(QPushButton) if b.isVisible() and b.accessibleName() == name).click()
    QApplication.processEvents()


def file(desk: Desk, child: str) -> Child:
    return records.get(desk, Child, child)


def test_ticks_and_sections_by_keyboard_alone(open_window: Open, qtbot: QtBot, desk: Desk, child: str) -> None:
    window = open_window(desk)
    page = form_of(window, child)
    qtbot.keyClick(page, Qt.Key.Key_7, CTRL)
    assert page.sections.at == 6
    qtbot.keyClick(focus(window), Qt.Key.Key_2)  # hardship grade: 困难
    qtbot.keyClick(focus(window), Qt.Key.Key_Return)
    ticks = page.form.editor("priority_groups")
    assert isinstance(ticks, TicksEditor)
    assert focus(window) is ticks.buttons[0]
    for _ in range(2):
        qtbot.keyClick(focus(window), Qt.Key.Key_Right)
    qtbot.keyClick(focus(window), Qt.Key.Key_Space)  # 城乡低保户
    qtbot.keyClick(focus(window), Qt.Key.Key_Left)
    qtbot.keyClick(focus(window), Qt.Key.Key_Space)  # 脱贫不稳定户, and off again
    qtbot.keyClick(focus(window), Qt.Key.Key_Space)
    qtbot.keyClick(focus(window), Qt.Key.Key_Tab)
    assert focus(window) in page.form.editor("income_sources").findChildren(QPushButton), "one tab stop for all boxes"
    qtbot.keyClick(focus(window), Qt.Key.Key_Space)
    qtbot.keyClick(page, Qt.Key.Key_PageDown, CTRL)
    assert page.sections.at == 7
    assert focus(window) in page.form.editor("risk_level").findChildren(QPushButton)
    qtbot.keyClick(page, Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: window.shell.page is not page)
    found = file(desk, child)
    assert (found.hardship_grade, found.priority_groups, found.income_sources) == ("hard", "low_income", "migrant_work")


def test_sections_say_what_a_complete_file_lacks(open_window: Open, desk: Desk, child: str) -> None:
    page = form_of(open_window(desk), child)
    words = [b.accessibleName() for b in page.sections.buttons]
    assert "学校（缺 2）" in words
    page.form.editor("school").set_text("中心小学")
    page.form.editor("school").changed.emit()
    assert "学校（缺 1）" in [b.accessibleName() for b in page.sections.buttons]
    assert any(w.startswith("基本信息（缺 1）") for w in words), "the identity number"
    page.form.editor("registered").set_text("0")
    page.form.editor("registered").changed.emit()
    assert "基本信息" in [b.accessibleName() for b in page.sections.buttons], "who is not registered has no number"


def test_sections_at_extra_large_text_are_one_box(open_window: Open, qtbot: QtBot, desk: Desk, child: str) -> None:
    window = open_window(desk, 30)
    page = form_of(window, child)
    assert page.sections.box is not None
    assert not page.sections.buttons
    qtbot.keyClick(page, Qt.Key.Key_3, CTRL)
    assert page.sections.box.currentText() == "学校（缺 2）"
    assert page.form.fields["school"].isAncestorOf(focus(window))
    page.sections.box.activated.emit(0)
    assert page.form.fields["name"].isAncestorOf(focus(window))


def test_what_does_not_agree_is_said_and_keeps_nobody_from_saving(open_window: Open, desk: Desk, child: str) -> None:
    page = form_of(open_window(desk), child)
    for name, text in (("lives_with", "alone"), ("pupil_no", "G1")):
        page.form.editor(name).set_text(text)
        page.form.editor(name).changed.emit()
        page.form.editor(name).left.emit()
    assert "未满 16 岁独自居住" in page.form.fields["lives_with"].sentence()
    assert not page.form.fields["lives_with"].calm
    assert "19 位" in page.form.fields["pupil_no"].sentence()
    assert page.form.fields["pupil_no"].calm
    page.save()
    assert file(desk, child).lives_with == "alone"


def test_a_family_member_is_added_changed_and_taken_off_on_the_page(
    open_window: Open, qtbot: QtBot, desk: Desk, child: str
) -> None:
    window = open_window(desk)
    page = form_of(window, child)
    qtbot.keyClick(page, Qt.Key.Key_0, CTRL)
    assert focus(window) is page.family.add
    qtbot.keyClick(focus(window), Qt.Key.Key_Space)
    QApplication.processEvents()
    assert page.family.form is not None
    relation = page.family.form.editor("relation")
    assert isinstance(relation, ChoiceEditor)
    qtbot.keyClicks(focus(window), "fuqin")
    qtbot.keyClick(relation.popup, Qt.Key.Key_Down)
    qtbot.keyClick(relation.popup, Qt.Key.Key_Return)
    assert relation.text() == "51"
    assert page.family.form.fields["name"].isAncestorOf(focus(window))
    page.family.form.editor("name").set_text("王大勇")
    page.family.form.editor("works_at").set_text("广东东莞")
    page.family.form.editor("alive").set_text("1")
    press(page, "保存家人")
    (father,) = [m for m in children.read(desk, [child])[0].family if m.relation == "51"]
    assert (father.name, father.works_at, father.alive) == ("王大勇", "广东东莞", True)
    assert "王大勇　父亲" in shown(page)
    press(page, "修改王大勇")
    page.family.form.editor("employer").set_text("东莞电子厂")
    qtbot.keyClick(page, Qt.Key.Key_S, CTRL)  # saves the page, and who is being typed in with it
    qtbot.waitUntil(lambda: window.shell.page is not page)
    assert records.get(desk, FamilyMember, father.id).employer == "东莞电子厂"
    page = form_of(window, child)
    press(page, "把王大勇移出档案")
    assert [m.relation for m in children.read(desk, [child])[0].family] == ["62"]
    assert "王大勇　父亲" not in shown(page.family)


def test_a_guardian_changed_in_the_family_is_not_written_back(open_window: Open, desk: Desk, child: str) -> None:
    """The guardian stands in the form twice: saving the form must not put the older name back."""
    page = form_of(open_window(desk), child)
    press(page, "修改欧阳秀英")
    assert page.family.form is not None
    page.family.form.editor("name").set_text("欧阳秀莲")
    press(page, "保存家人")
    assert page.form.editor("guardian").text() == "欧阳秀莲"
    page.form.editor("school").set_text("中心小学")
    page.save()
    found = children.read(desk, [child])[0]
    assert found.guardian is not None
    assert (found.guardian.name, found.child.school) == ("欧阳秀莲", "中心小学")


def test_a_member_half_typed_survives_a_lock_and_a_larger_text(open_window: Open, desk: Desk, child: str) -> None:
    window = open_window(desk)
    page = form_of(window, child)
    press(page, "添加家人")
    assert page.family.form is not None
    page.family.form.editor("name").set_text("王大勇")
    page.family.form.editor("name").changed.emit()
    assert page.is_changed()
    page.keep()
    again = ChildFormPage(page.desktop)
    again.open(child)
    assert again.family.form is not None
    assert again.family.form.editor("name").text() == "王大勇"
    assert again.draft()["family.name"] == "王大勇"
    again.deleteLater()
    window.shell._step_size(1)
    larger = window.shell.page
    assert isinstance(larger, ChildFormPage)
    assert larger is not page
    assert larger.family.form is not None
    assert larger.family.form.editor("name").text() == "王大勇"


def test_leaving_with_a_member_half_typed_asks(
    open_window: Open, desk: Desk, child: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = form_of(open_window(desk), child)
    press(page, "添加家人")
    assert page.family.form is not None
    page.family.form.editor("name").set_text("王大勇")
    asked: list[str] = []
    monkeypatch.setattr(QMessageBox, "question", lambda *a: (asked.append(a[1]), QMessageBox.StandardButton.No)[1])
    assert not page.can_leave()
    assert asked


def test_a_new_child_is_saved_before_its_family(open_window: Open, desk: Desk) -> None:
    page = form_of(open_window(desk), "new")
    assert "请先保存孩子" in shown(page.family)
    assert not page.family.add.isVisible()
    page.form.editor("name").set_text("田一诺")
    page.form.editor("aid_received").set_text("education low_income")
    page.save()
    (found,) = [c for c in records.fetch(desk, Child, records.ids(desk, Child)) if c.name == "田一诺"]
    assert found.aid_received == "education low_income"


def test_sensitive_facts_of_the_family_are_masked_until_asked_for(open_window: Open, desk: Desk, child: str) -> None:
    family.add(desk, child, {"name": "王大勇", "relation": "父亲", "phone": "13900001111", "unable_reason": "服刑"})
    page = form_of(open_window(desk), child)
    assert "13900001111" not in shown(page)
    press(page, "修改王大勇")
    assert page.family.form is not None
    assert page.family.form.fields["phone"].covered
    assert page.family.form.fields["unable_reason"].covered
    assert "服刑" not in shown(page)


def test_the_number_of_a_form_that_came_back_opens_its_child(
    open_window: Open, qtbot: QtBot, desk: Desk, child: str
) -> None:
    drive(registration_forms.pdf(desk, "registration-form", [child]))
    number = sheet_numbers.of_children(desk, "registration", [child])[child]
    window = open_window(desk)
    qtbot.keyClick(window, Qt.Key.Key_F, CTRL)
    qtbot.keyClicks(focus(window), number)
    qtbot.keyClick(focus(window), Qt.Key.Key_Return)
    page = window.shell.page
    assert isinstance(page, ChildFormPage)
    assert page.row_id == child


def test_ticks_keep_a_code_that_this_program_does_not_know(open_window: Open, desk: Desk, child: str) -> None:
    """A newer program at the township may have more boxes: opening and saving the file here must not lose them."""
    with desk.unit() as unit:
        unit.raw.execute("UPDATE child SET aid_received = 'education newer' WHERE id = ?", (child,))
    page = form_of(open_window(desk), child)
    page.form.editor("school").set_text("中心小学")
    page.save()
    assert file(desk, child).aid_received == "education newer"
