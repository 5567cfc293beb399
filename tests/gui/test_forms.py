"""The generic form: keys, checks in words, values there and back, and room for every word at every text size."""

from collections.abc import Iterator
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QInputMethodEvent
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from carehub import resources
from carehub.domain.care import Visit
from carehub.domain.codes import Codebook
from carehub.domain.facts import Fact, Kind
from carehub.domain.ids import new_id
from carehub.domain.people import Child, FamilyMember, Volunteer
from carehub.domain.texts import Texts
from carehub.gui import theme as th
from carehub.gui.editors.choices import ChoiceEditor
from carehub.gui.editors.days import DayEditor
from carehub.gui.editors.lines import LineEditor, LongEditor
from carehub.gui.editors.segments import SegmentEditor
from carehub.gui.forms import Form
from carehub.gui.widgets.basics import column, scrolling

CHILD, VOLUNTEER = new_id(), new_id()
REFERENCES = {"child_id": [(CHILD, "王小梅")], "volunteer_id": [(VOLUNTEER, "李秀英")]}
GUARDIAN = {
    "guardian_name": Fact("Name", Kind.NAME, group="Guardian", required=True, length=50),
    "guardian_relation": Fact("Relation", Kind.CHOICE, codes="relation", group="Guardian"),
    "guardian_phone": Fact("Phone", Kind.PHONE, group="Guardian", length=40),
}
NUMBER = "11010519491231002X"


@pytest.fixture(params=["zh_CN"])
def tr(request: pytest.FixtureRequest) -> Texts:
    return resources.texts(request.param)


@pytest.fixture
def codes() -> Codebook:
    return resources.codebook()


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[th.Theme]:
    th.load_fonts(qapp)
    made = th.Theme()
    th.apply(qapp, made)
    yield made
    qapp.setStyleSheet("")


@pytest.fixture
def child_form(qtbot: QtBot, tr: Texts, codes: Codebook, theme: th.Theme) -> Form:
    return shown(qtbot, Form(Child, tr, codes, theme, extra=GUARDIAN))


@pytest.fixture
def visit_form(qtbot: QtBot, tr: Texts, codes: Codebook, theme: th.Theme) -> Form:
    return shown(qtbot, Form(Visit, tr, codes, theme, references=REFERENCES))


def shown(qtbot: QtBot, form: Form) -> Form:
    qtbot.addWidget(form)
    form.resize(1000, 900)
    form.show()
    form.activateWindow()
    qtbot.waitUntil(form.isActiveWindow)
    return form


def focused(form: Form) -> str:
    widget = QApplication.focusWidget()
    return next((n for n, f in form.fields.items() if widget and f.editor.isAncestorOf(widget)), "")


def press(qtbot: QtBot, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    qtbot.keyClick(QApplication.focusWidget(), key, modifier)


def type_in(qtbot: QtBot, text: str) -> None:
    """Types as a person does: Chinese comes from the input method."""
    if text.isascii():
        qtbot.keyClicks(QApplication.focusWidget(), text)
    else:
        event = QInputMethodEvent()
        event.setCommitString(text)
        QApplication.sendEvent(QApplication.focusWidget(), event)


def test_enter_walks_through_all_fields_in_the_order_of_the_eye(qtbot: QtBot, child_form: Form) -> None:
    child_form.focus_first()
    walked = []
    with qtbot.waitSignal(child_form.submitted):
        for name in list(child_form.fields):
            walked.append(focused(child_form))
            long = isinstance(child_form.editor(name), LongEditor)
            modifier = Qt.KeyboardModifier.ControlModifier if long else Qt.KeyboardModifier.NoModifier
            press(qtbot, Qt.Key.Key_Return, modifier)
    assert walked == list(child_form.fields)
    tops = [f.mapTo(child_form, f.rect().topLeft()).y() for f in child_form.fields.values()]
    assert tops == sorted(tops)


def test_tab_takes_the_same_way_with_one_stop_for_each_field(qtbot: QtBot, visit_form: Form) -> None:
    visit_form.focus_first()
    walked = []
    for _ in visit_form.fields:
        walked.append(focused(visit_form))
        press(qtbot, Qt.Key.Key_Tab)
    assert walked == list(visit_form.fields)


def test_keys_choose_a_segment_and_take_it_back(qtbot: QtBot, visit_form: Form) -> None:
    editor = visit_form.editor("mood")
    assert isinstance(editor, SegmentEditor)
    editor.focus()
    press(qtbot, Qt.Key.Key_2)
    assert visit_form.values()["mood"] == "concern"
    press(qtbot, Qt.Key.Key_Right)
    assert visit_form.values()["mood"] == "danger"
    assert focused(visit_form) == "mood"
    press(qtbot, Qt.Key.Key_9)
    assert visit_form.values()["mood"] == "danger"
    press(qtbot, Qt.Key.Key_Space)
    assert visit_form.values()["mood"] is None
    qtbot.mouseClick(editor.buttons[0], Qt.MouseButton.LeftButton)
    assert visit_form.values()["mood"] == "ok"
    qtbot.mouseClick(editor.buttons[0], Qt.MouseButton.LeftButton)
    assert visit_form.values()["mood"] is None


def test_a_wrong_identity_number_is_explained_beneath_its_field(qtbot: QtBot, child_form: Form) -> None:
    field = child_form.fields["identity_no"]
    field.editor.focus()
    type_in(qtbot, NUMBER[:-1])
    qtbot.waitUntil(lambda: bool(field.sentence()), timeout=2000)
    assert field.calm, "no alarm while somebody is still typing"
    press(qtbot, Qt.Key.Key_Return)
    assert field.sentence()
    assert not field.calm
    assert field.editor.target.property("wrong") == "true"
    child_form.restore({"name": "王小梅", "guardian_name": "王建国"})
    assert not child_form.check()
    type_in(qtbot, "X")
    assert field.editor.text() == NUMBER
    assert field.sentence() == ""
    assert field.editor.target.property("wrong") == "false"


def test_a_birth_date_that_contradicts_the_number_is_told(qtbot: QtBot, child_form: Form) -> None:
    child_form.restore({"birth_date": "1949-12-30", "identity_no": NUMBER})
    assert child_form.fields["birth_date"].sentence()
    child_form.restore({"birth_date": "1949-12-31"})
    assert child_form.fields["birth_date"].sentence() == ""


FULL = {
    Child: {"name": "王小梅", "sex": 2, "birth_date": date(1949, 12, 31), "identity_no": NUMBER, "ethnic_group": "01",
            "registered": False, "boards": True, "risk_level": "low", "remark": "一行\n二行", "status": "active"},
    Visit: {"child_id": CHILD, "done_on": date(2026, 3, 1), "way": "home", "volunteer_id": VOLUNTEER, "minutes": 40,
            "mood": "danger", "note": "好"},
    FamilyMember: {"name": "王建国", "relation": "61", "phone": "13800000000", "is_guardian": True},
    Volunteer: {"name": "李秀英", "birth": "1956-07", "skills": "书法", "participating": False},
}  # fmt: skip


@pytest.mark.parametrize("record", FULL)
def test_values_of_every_kind_come_back_as_they_were(
    qtbot: QtBot, tr: Texts, codes: Codebook, theme: th.Theme, record: type
) -> None:
    form = shown(qtbot, Form(record, tr, codes, theme, references=REFERENCES))
    form.set_values(FULL[record])
    assert {n: v for n, v in form.values().items() if v is not None} == FULL[record]
    assert form.changed_values() == {}
    assert not form.is_changed()
    assert form.check()


def test_only_differences_are_changes(qtbot: QtBot, child_form: Form) -> None:
    child_form.set_values(FULL[Child])
    child_form.editor("name").focus()
    type_in(qtbot, "王晓梅")
    child_form.editor("birth_date").focus()
    press(qtbot, Qt.Key.Key_Up)
    press(qtbot, Qt.Key.Key_Down)
    assert child_form.changed_values() == {"name": "王晓梅"}
    child_form.editor("name").focus()
    type_in(qtbot, "王小梅")
    assert not child_form.is_changed()


def test_a_new_form_holds_the_defaults(visit_form: Form, child_form: Form) -> None:
    assert visit_form.values()["way"] is None, "a planned visit has no way yet"
    assert child_form.values()["status"] == "active"
    assert not child_form.is_changed()


def test_drafts_survive_unfinished(qtbot: QtBot, tr: Texts, codes: Codebook, theme: th.Theme, child_form: Form) -> None:
    child_form.set_values(FULL[Child])
    child_form.editor("identity_no").focus()
    type_in(qtbot, "1234")
    child_form.editor("risk_level").focus()
    press(qtbot, Qt.Key.Key_1)
    draft = child_form.draft()
    assert draft == {"identity_no": "1234", "risk_level": "high"}
    again = shown(qtbot, Form(Child, tr, codes, theme, extra=GUARDIAN))
    again.set_values(FULL[Child])
    again.restore(draft)
    assert again.draft() == draft
    assert again.changed_values() == child_form.changed_values()
    assert again.fields["identity_no"].sentence()


def test_saving_shows_every_problem_and_goes_to_the_first(qtbot: QtBot, child_form: Form) -> None:
    child_form.restore({"guardian_phone": "1"})
    assert not child_form.check()
    assert focused(child_form) == "name"
    assert child_form.fields["name"].sentence()
    assert child_form.fields["guardian_name"].sentence()
    type_in(qtbot, "王")
    assert child_form.fields["name"].sentence() == ""
    child_form.restore({"guardian_name": "王建国", "guardian_phone": ""})
    assert child_form.check()


def test_what_was_wrong_when_loaded_does_not_keep_from_saving(qtbot: QtBot, child_form: Form) -> None:
    child_form.set_values({**FULL[Child], "identity_no": "123", "risk_level": "unheard", "guardian_name": "王建国"})
    assert child_form.check()
    assert child_form.fields["identity_no"].calm
    assert child_form.changed_values() == {}


def test_a_day_is_typed_stepped_and_picked(qtbot: QtBot, visit_form: Form) -> None:
    editor = visit_form.editor("done_on")
    assert isinstance(editor, DayEditor)
    editor.focus()
    press(qtbot, Qt.Key.Key_T)
    assert visit_form.values()["done_on"] == date.today()
    editor.set_value(date(2026, 3, 1))
    press(qtbot, Qt.Key.Key_Down)
    assert editor.text() == "2026-02-28"
    editor.open_calendar()
    popup = editor._popup
    assert popup is not None
    popup.calendar.activated.emit(popup.calendar.selectedDate().addDays(5))
    assert visit_form.values()["done_on"] == date(2026, 3, 5)


def test_many_codes_are_found_by_characters_pinyin_and_everyday_words(
    qtbot: QtBot, tr: Texts, codes: Codebook, theme: th.Theme
) -> None:
    form = shown(qtbot, Form(FamilyMember, tr, codes, theme))
    editor = form.editor("relation")
    assert isinstance(editor, ChoiceEditor)
    for typed, code in {"爷爷": "61", "wzm": "64", "waizumu": "64", "祖父": "61", "": None}.items():
        form.set_values({"relation": "51"})
        editor.focus()
        if typed:
            type_in(qtbot, typed)
        else:
            press(qtbot, Qt.Key.Key_Delete)
        editor.popup.hide()
        form.editor("name").focus()
        assert form.values()["relation"] == code, typed
    editor.focus()
    type_in(qtbot, "wzm")
    assert editor.popup.isVisible()
    qtbot.keyClick(editor.popup, Qt.Key.Key_Return)
    assert form.values()["relation"] == "64"
    assert focused(form) == "name"
    editor.focus()
    type_in(qtbot, "z")
    qtbot.keyClick(editor.popup, Qt.Key.Key_Return)
    assert editor.popup.isVisible(), "several fit: none is taken by chance"
    qtbot.keyClick(editor.popup, Qt.Key.Key_Down)
    qtbot.keyClick(editor.popup, Qt.Key.Key_Return)
    assert form.values()["relation"] in codes["relation"]
    form.restore({"relation": "邻居家的猫"})
    assert form.values()["relation"] == "邻居家的猫"
    assert form.fields["relation"].sentence()


def test_of_two_children_with_one_name_the_right_one_is_taken(
    qtbot: QtBot, tr: Texts, codes: Codebook, theme: th.Theme
) -> None:
    ids = [new_id() for _ in range(3)]
    pairs = list(zip(ids, ["王小梅", "王小梅", "李强"], strict=True))
    form = shown(qtbot, Form(Visit, tr, codes, theme, references={"child_id": pairs}))
    editor = form.editor("child_id")
    assert isinstance(editor, ChoiceEditor)
    for id in ids:
        form.set_values({"child_id": id})
        assert form.values()["child_id"] == id
    for downs in (1, 2):
        form.set_values({})
        editor.focus()
        type_in(qtbot, "wxm")
        for _ in range(downs):
            qtbot.keyClick(editor.popup, Qt.Key.Key_Down)
        qtbot.keyClick(editor.popup, Qt.Key.Key_Return)
        assert form.values()["child_id"] == ids[downs - 1]
    form.set_values({})
    editor.focus()
    type_in(qtbot, "wxm")
    spot = editor.popup.visualRect(editor.popup.model().index(1, 0)).center()
    qtbot.mouseClick(editor.popup.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert form.values()["child_id"] == ids[1]
    form.restore({"child_id": "王小梅"})
    assert form.fields["child_id"].sentence()


def test_a_rare_character_counts_as_one(child_form: Form) -> None:
    child_form.restore({"name": "𠮷" * 50})
    assert child_form.fields["name"].sentence() == ""
    child_form.restore({"name": "𠮷" * 51})
    assert child_form.fields["name"].sentence()


def test_wide_digits_become_plain(qtbot: QtBot, visit_form: Form) -> None:
    editor = visit_form.editor("minutes")
    assert isinstance(editor, LineEditor)
    editor.line.insert("４５")
    assert visit_form.values()["minutes"] == 45
    editor.line.insert("x")
    assert visit_form.values()["minutes"] == 45


def test_fields_are_chosen_and_ordered(qtbot: QtBot, tr: Texts, codes: Codebook, theme: th.Theme) -> None:
    form = shown(qtbot, Form(Child, tr, codes, theme, fields=["school", "name"]))
    assert list(form.values()) == ["school", "name"]


def test_every_control_has_a_name(visit_form: Form, child_form: Form) -> None:
    for form in (visit_form, child_form):
        for field in form.fields.values():
            assert field.editor.target.accessibleName()
        for button in form.findChildren(QPushButton):
            assert button.accessibleName()


@pytest.mark.parametrize("size", list(th.TextSize))
@pytest.mark.parametrize("tr", ["zh_CN", "en"], indirect=True)
@pytest.mark.parametrize("record", [Child, Visit, FamilyMember, Volunteer])
def test_no_word_is_cut_off(
    qtbot: QtBot, qapp: QApplication, tr: Texts, codes: Codebook, size: th.TextSize, record: type
) -> None:
    th.load_fonts(qapp)
    theme = th.Theme(size)
    th.apply(qapp, theme)
    form = Form(record, tr, codes, theme, references=REFERENCES)
    page = QWidget()
    page.setLayout(column(form, margins=(24, 24, 24, 24)))
    area = scrolling(page)
    qtbot.addWidget(area)
    area.resize(1000, 700)
    area.show()
    form.check()
    qapp.processEvents()
    everything_fits(area)
    qapp.setStyleSheet("")


def everything_fits(area: QScrollArea) -> None:
    inside = area.widget()
    assert inside.width() <= area.viewport().width()
    for button in inside.findChildren(QPushButton):
        button.ensurePolished()
        assert QFontMetrics(button.font()).horizontalAdvance(button.text()) <= button.width(), button.text()
        assert button.mapTo(inside, button.rect().topRight()).x() <= inside.width()
    for label in inside.findChildren(QLabel):
        if not label.isVisible() or not label.text():
            continue
        if label.wordWrap():
            assert label.height() >= label.heightForWidth(label.width()), label.text()
        assert max(map(QFontMetrics(label.font()).horizontalAdvance, label.text().split(" "))) <= label.width() or (
            label.wordWrap() and not label.text().isascii()
        ), label.text()
