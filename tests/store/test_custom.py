"""An office's own questions in one store. What a township would lose: answers it cannot count because they are no
numbers, or last year's when a question is no longer asked."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from typer.testing import CliRunner

from carehub.cli import main as terminal
from carehub.domain.care import Visit
from carehub.domain.custom import KINDS, PREFIX, CustomAnswer, CustomQuestion
from carehub.domain.errors import InvalidInput, NotAllowed, NotFound
from carehub.domain.people import Child, Volunteer
from carehub.services import (
    checking,
    children,
    custom,
    custom_questions,
    duplicates,
    entry,
    opening,
    records,
    timeline,
    undoing,
    users,
    visits,
)
from carehub.services.desk import Desk

from ..conftest import PASSWORD
from ..work import drive


@pytest.fixture
def office(make_store: Callable[..., opening.NewStore]) -> Desk:
    """A township that keeps children of its own."""
    return make_store("township", "石桥镇").desk


def ask(desk: Desk, wording: str = "离水塘多远", **more: object) -> str:
    return custom_questions.add(desk, {"wording": wording, **more})[0].id


def child_of(desk: Desk, **answers: object) -> str:
    return children.add(desk, {"name": "罗䶮", **{PREFIX + k: v for k, v in answers.items()}})[0].child.id


def read(desk: Desk, row: str, kind: str = "child") -> list[tuple[str, str]]:
    return [(t.question.wording, t.answer) for t in custom.told(desk, kind, row)]


def order(desk: Desk) -> list[str]:
    return [q.wording for q in custom_questions.own(desk, "child")]


@pytest.mark.parametrize(("kind", "typed", "shown", "begins", "wrong"), [
    ("text", " 三百米 ", "三百米", "三百米", "很" * 201),
    ("choice", "一般", "一般", "一般", "没有这项"),
    ("yes_no", "否", "否", False, "也许"),
    ("date", "2026-09-04", "2026-09-04", date(2026, 9, 4), "上周"),
    ("number", "0", "0", 0, "十二"),
])  # fmt: skip
def test_an_answer_is_of_its_kind_and_comes_back_as_it_was(
    office: Desk, kind: str, typed: str, shown: str, begins: object, wrong: str
) -> None:
    question = ask(office, kind=kind, choices="很近\n一般\n\n很远\n一般")
    with pytest.raises(InvalidInput):
        child_of(office, **{question: wrong})
    assert records.ids(office, Child) == [], "nothing was saved"
    child = child_of(office, **{question: typed})
    assert read(office, child) == [("离水塘多远", shown)]
    assert custom.values(office, "child", child) == {PREFIX + question: begins}
    again = custom.values(office, "child", child)
    children.edit(office, child, again)
    assert custom.values(office, "child", child) == again
    assert drive(checking.check(office)) == []


def test_every_kind_of_the_list_is_known() -> None:
    from carehub import resources

    assert {c.code for c in resources.codebook()["custom_kind"]} == set(KINDS)


def test_an_answer_is_taken_back_and_given_again(office: Desk) -> None:
    question = ask(office)
    child = child_of(office, **{question: "三百米"})
    children.edit(office, child, {PREFIX + question: ""})
    assert read(office, child) == []
    _, touched = children.edit(office, child, {PREFIX + question: "一里", "grade": "三年级"})
    assert read(office, child) == [("离水塘多远", "一里")]
    undoing.undo(office, touched)
    assert (read(office, child), records.get(office, Child, child).grade) == ([], None), "undone with the rest"
    children.edit(office, child, {PREFIX + question: "两里"})
    assert read(office, child) == [("离水塘多远", "两里")]
    assert len(records.ids(office, CustomAnswer)) == 1
    assert drive(checking.check(office)) == []


def test_an_answer_that_was_undone_when_it_was_new_can_be_given_again(office: Desk) -> None:
    question, child = ask(office), child_of(office)
    _, touched = children.edit(office, child, {PREFIX + question: "一里"})
    undoing.undo(office, touched)
    assert (read(office, child), records.ids(office, CustomAnswer)) == ([], [])
    children.edit(office, child, {PREFIX + question: "两里"})
    assert read(office, child) == [("离水塘多远", "两里")]
    assert drive(checking.check(office)) == []


def test_only_what_is_asked_about_such_a_record_is_kept(office: Desk) -> None:
    of_volunteers, child = ask(office, asked_of="volunteer"), child_of(office)
    for wrong in (of_volunteers, child, "x"):
        with pytest.raises(InvalidInput):
            children.edit(office, child, {PREFIX + wrong: "三百米", "grade": "三年级"})
    assert records.get(office, Child, child).grade is None


def test_the_order_is_the_offices_own(office: Desk) -> None:
    one, two, three = (ask(office, w) for w in ("一", "二", "三"))
    ask(office, "别的", asked_of="visit")
    assert order(office) == ["一", "二", "三"]
    custom_questions.move(office, three, -1)
    assert order(office) == ["一", "三", "二"]
    custom_questions.move(office, one, -1)
    custom_questions.move(office, two, 1)
    assert order(office) == ["一", "三", "二"], "at the end it stays"
    touched = custom_questions.move(office, one, 1)
    assert order(office) == ["三", "一", "二"]
    undoing.undo(office, touched)
    assert order(office) == ["一", "三", "二"]
    custom_questions.set_asked(office, one, asked=False)
    assert order(office) == ["三", "二", "一"]
    assert [q.wording for q in custom.questions(office, "child", office.site.id)] == ["三", "二"]
    ask(office, "四")
    assert order(office)[-2:] == ["四", "一"]


def test_wording_may_change_and_what_is_asked_may_not(office: Desk) -> None:
    question = ask(office)
    child = child_of(office, **{question: "三百米"})
    custom_questions.edit(office, question, {"wording": "离水库多远", "kind": "text"})
    assert read(office, child) == [("离水库多远", "三百米")]
    for wrong in ({"kind": "number"}, {"asked_of": "visit"}):
        with pytest.raises(InvalidInput):
            custom_questions.edit(office, question, wrong)
    with pytest.raises(InvalidInput):
        ask(office, kind="choice", choices="只有一项")
    chosen = ask(office, "水质", kind="choice", choices="好\n坏")
    with pytest.raises(InvalidInput):
        custom_questions.edit(office, chosen, {"choices": ""})
    children.edit(office, child, {PREFIX + chosen: "坏"})
    custom_questions.edit(office, chosen, {"choices": "清\n浑"})
    assert ("水质", "坏") in read(office, child), "what was chosen is kept in its words"


def test_one_sheet_for_several_children_answers_for_each(office: Desk) -> None:
    question = ask(office, "带了几本书", asked_of="visit", kind="number")
    one, other = child_of(office), children.add(office, {"name": "罗小妹"})[0].child.id
    planned = visits.plan(office, [one], date.today())[0][0]
    sheet = entry.find(office, planned.sheet_no or "")
    told = {"done_on": str(date.today()), "way": "home", "visitors": "甲、乙", PREFIX + question: "3"}
    entry.save(office, sheet, told, [other])
    found = records.fetch(office, Visit, records.ids(office, Visit))
    answers = {v.child_id: read(office, v.id, "visit") for v in found}
    assert answers == {row: [("带了几本书", "3")] for row in (one, other)}


def test_the_file_that_stands_for_all_shows_what_the_others_answer(office: Desk) -> None:
    first, second = ask(office, "一"), ask(office, "二")
    root, other = child_of(office, **{first: "甲"}), child_of(office, **{first: "乙", second: "丙"})
    duplicates.link(office, other, root)
    assert read(office, root) == [("一", "甲"), ("二", "丙")]


def test_answers_are_no_events(office: Desk) -> None:
    child = child_of(office, **{ask(office): "三百米"})
    assert timeline.of_child(office, child) == []


def test_rooms_and_reviewers_ask_nothing(office: Desk, desk: Desk) -> None:
    with pytest.raises(NotAllowed):
        ask(desk)
    question = ask(office)
    users.add(office, "王复核", "reviewer", "andere-Worte", PASSWORD)
    office.close()
    reviewer = opening.sign_in(office.store.folder, "andere-Worte")
    try:
        for forbidden in (
            lambda: ask(reviewer),
            lambda: custom_questions.set_asked(reviewer, question, asked=False),
            lambda: custom_questions.move(reviewer, question, 1),
            lambda: custom_questions.answer(reviewer, {"question_id": question, "child_id": "x", "answer": "y"}),
        ):
            with pytest.raises(NotAllowed):
                forbidden()
    finally:
        reviewer.close()


def test_the_terminal_asks_and_answers(office: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAREHUB_PASSWORD", PASSWORD)
    app = terminal.build(lambda _: 0, lambda *_: [], lambda **_: None, lambda *_: [])
    run: Callable[..., Any] = lambda *call: CliRunner().invoke(app, [str(c) for c in call])  # noqa: E731
    child, helper = child_of(office), records.add(office, Volunteer, {"name": "李德福"})[0].id
    office.close()
    folder = office.store.folder
    asked = run("add", folder, "custom_question", "wording=离水塘多远", "kind=number", "--json")
    assert asked.exit_code == 0, asked.output
    again = opening.sign_in(folder, PASSWORD)
    (question,) = records.ids(again, CustomQuestion)
    again.close()
    told = run("add", folder, "custom_answer", f"question_id={question}", f"child_id={child}", "answer=300", "--json")
    assert told.exit_code == 0, told.output
    assert run("edit", folder, "child", child, f"{PREFIX}{question}=400").exit_code == 0
    for wrong in (
        (f"question_id={question}", f"volunteer_id={helper}", "answer=1"),
        (f"question_id={question}", f"child_id={child}", "answer=viel"),
        (f"question_id={question}", "answer=1"),
        (f"child_id={child}", "answer=1"),
    ):
        assert run("add", folder, "custom_answer", *wrong).exit_code == 1, wrong
    again = opening.sign_in(folder, PASSWORD)
    assert read(again, child) == [("离水塘多远", "400")]
    with pytest.raises(NotFound):
        custom_questions.answer(again, {"question_id": question, "child_id": "nix", "answer": "1"})
    again.close()
