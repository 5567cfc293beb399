"""Risk assessments. What a child would lose: the visits that its level brings, and the answers to why it has that
level."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from carehub.cli import main as terminal
from carehub.domain.assessments import NO_REASON, Assessment
from carehub.domain.errors import InvalidInput, NotAllowed
from carehub.domain.people import Child
from carehub.services import (
    assessments,
    checking,
    children,
    doorway,
    duplicates,
    erasing,
    handover,
    merging,
    opening,
    records,
    timeline,
    undoing,
    users,
)
from carehub.services.desk import Desk

from ..conftest import PASSWORD
from ..work import drive

TODAY = date.today()


@pytest.fixture
def child(desk: Desk) -> str:
    return children.add(desk, {"name": "罗䶮", "birth_date": f"{TODAY.year - 10}-01-01"})[0].child.id


def answers(desk: Desk, child: str, **worse: str) -> dict[str, object]:
    """The best answer to every question, but for those that are named."""
    asked = assessments.questions(desk, child)[1]
    return {**{q.code: q.answers[0].code for q in asked}, **worse, "child_id": child}


def assess(desk: Desk, child: str, **values: Any) -> Assessment:
    return assessments.add(desk, {**answers(desk, child), **values})[0]


def level(desk: Desk, child: str) -> str | None:
    return records.get(desk, Child, child).risk_level


@pytest.mark.parametrize(("worse", "points", "proposed"), [
    ({}, 0, "low"),
    ({"contact": "seldom"}, 3, "low"),
    ({"contact": "seldom", "income": "tight"}, 4, "medium"),
    ({"guardian": "unable", "contact": "never"}, 10, "high"),
    ({"alone": "yes"}, 5, "high"),
])  # fmt: skip
def test_the_child_has_the_level_that_is_proposed(
    desk: Desk, child: str, worse: dict[str, str], points: int, proposed: str
) -> None:
    made = assess(desk, child, **worse)
    assert (made.points, made.proposed, made.level, made.assessed_on) == (points, proposed, proposed, TODAY)
    assert made.assessor == desk.user.name
    assert level(desk, child) == proposed
    told = {t.question.code: t.answer.code for t in assessments.told(made)}
    assert told == {k: v for k, v in answers(desk, child, **worse).items() if k != "child_id"}


def test_a_person_decides_otherwise_with_a_reason(desk: Desk, child: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        assess(desk, child, level="high")
    assert raised.value.message == NO_REASON
    assert (level(desk, child), records.ids(desk, Assessment)) == (None, [])
    made = assess(desk, child, level="high", reason="爷爷昨天住院了")
    assert (made.proposed, made.level, level(desk, child)) == ("low", "high", "high")


def test_every_question_must_be_answered(desk: Desk, child: str) -> None:
    with pytest.raises(InvalidInput, match="Please answer"):
        assess(desk, child, mood="")
    with pytest.raises(InvalidInput, match="no answer"):
        assess(desk, child, mood="großartig")
    with pytest.raises(InvalidInput):
        assess(desk, child, assessed_on=TODAY + timedelta(1))
    assert level(desk, child) is None


def test_undo_takes_level_and_assessment_back_together(desk: Desk, child: str) -> None:
    assess(desk, child, contact="seldom", income="tight")
    made, touched = assessments.add(desk, answers(desk, child, alone="yes"))
    assert level(desk, child) == "high"
    undoing.undo(desk, touched)
    assert level(desk, child) == "medium"
    assert made.id not in [a.id for a in assessments.of_child(desk, child)]
    assert drive(checking.check(desk)) == []


def test_an_older_one_changes_no_child(desk: Desk, child: str) -> None:
    new = assess(desk, child, contact="seldom", income="tight")
    old = assess(desk, child, alone="yes", assessed_on=TODAY - timedelta(60))
    assert level(desk, child) == "medium"
    assert [a.id for a in assessments.of_child(desk, child)] == [new.id, old.id]
    assert doorway.warnings(desk, child)[0].alarm is False, "what was an alarm then is none now"


def test_correcting_it_keeps_the_answers_and_what_was_changed_since(desk: Desk, child: str) -> None:
    made = assess(desk, child, contact="seldom")
    children.edit(desk, child, {"risk_level": "high"})
    assessments.edit(desk, made.id, {"reason": "奶奶照看得好"})
    assert level(desk, child) == "high", "the reason alone sets nothing"
    row, touched = assessments.edit(desk, made.id, {"level": "medium"})
    assert (level(desk, child), row.proposed, row.answers) == ("medium", "low", made.answers)
    undoing.undo(desk, touched)
    assert level(desk, child) == "high"
    with pytest.raises(InvalidInput):
        assessments.edit(desk, made.id, {"level": "high", "reason": ""})
    with pytest.raises(InvalidInput):
        assessments.edit(desk, made.id, {"answers": "alone=yes"})


def test_an_alarm_stands_at_the_top_of_the_childs_page(desk: Desk, child: str) -> None:
    assess(desk, child, harm="signs")
    first = doorway.warnings(desk, child)[0]
    assert first.alarm
    assert "先拨110" in first.text
    assess(desk, child)
    assert not [w for w in doorway.warnings(desk, child) if "先拨110" in w.text]


def test_it_stands_with_the_file_that_stands_for_all_and_on_the_timeline(desk: Desk, child: str) -> None:
    other = children.add(desk, {"name": "罗䶮", "birth_date": f"{TODAY.year - 10}-01-01"})[0].child.id
    made = assess(desk, other, alone="nights", reason="常去叔叔家")
    duplicates.link(desk, other, child)
    assert [a.id for a in assessments.of_child(desk, child)] == [made.id]
    (event,) = timeline.of_child(desk, child, "assessment")
    assert "常去叔叔家" in event.line
    assert "alone=" not in event.line, "codes are not for people"


def test_a_viewer_judges_nobody(desk: Desk, child: str) -> None:
    made = assess(desk, child)
    users.add(desk, "王看看", "viewer", "andere-Worte", PASSWORD)
    desk.close()
    viewer = opening.sign_in(desk.store.folder, "andere-Worte")
    try:
        for forbidden in (
            lambda: assess(viewer, child, alone="yes"),
            lambda: assessments.edit(viewer, made.id, {"reason": "x"}),
        ):
            with pytest.raises(NotAllowed):
                forbidden()
        assert [a.id for a in assessments.of_child(viewer, child)] == [made.id]
    finally:
        viewer.close()


def test_it_is_erased_with_the_child(desk: Desk, child: str) -> None:
    made = assess(desk, child, level="high", reason="翡翠暗语")
    erasing.erase(desk, child, PASSWORD)
    with desk.store.reading() as session:
        left = session.execute(text("SELECT cells FROM change WHERE row_id = :row"), {"row": made.id}).scalars().all()
    assert left
    assert not [cells for cells in left if "翡翠" in cells or "alone" in cells]
    assert drive(checking.check(desk)) == []


def test_the_township_judges_and_the_room_learns_of_it(circle: tuple[Desk, opening.NewStore], tmp_path: Path) -> None:
    office, new = circle
    room, stick = new.desk, tmp_path / "stick"
    child = children.add(room, {"name": "罗䶮", "birth_date": f"{TODAY.year - 10}-01-01"})[0].child.id
    drive(merging.merge(office, [drive(handover.export(room, stick)).file], approve=" ".join(new.words)))
    made = assess(office, child, guardian="nobody", level="high")
    (merged,) = drive(merging.merge(room, [drive(handover.export(office, stick, room.site.id)).file]))
    assert merged.status == "merged", merged.error
    (found,) = assessments.of_child(room, child)
    assert (found.id, found.answers, level(room, child)) == (made.id, made.answers, "high")
    assert drive(checking.check(room)) == []


def test_the_terminal_judges_too(desk: Desk, child: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAREHUB_PASSWORD", PASSWORD)
    app = terminal.build(lambda _: 0, lambda *_: [], lambda **_: None, lambda *_: [])
    run: Callable[..., Any] = lambda *call: CliRunner().invoke(app, [str(c) for c in call])  # noqa: E731
    told = answers(desk, child, contact="never")
    folder = desk.store.folder
    desk.close()
    pairs = [f"{name}={value}" for name, value in told.items()]
    made = run("add", folder, "assessment", *pairs, "--json")
    assert made.exit_code == 0, made.output
    assert '"level": "medium"' in made.output
    assert run("add", folder, "assessment", *pairs[:-3], pairs[-1]).exit_code == 1
