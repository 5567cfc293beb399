"""Scoring a child's risk. What a child would lose: the visits it needs, if a worse answer could ever count for less."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carehub import resources
from carehub.domain.assessments import (
    LEVELS,
    Answer,
    Question,
    Questionnaire,
    checked,
    edition_of,
    packed,
    unpacked,
)
from carehub.domain.errors import InvalidInput

EDITIONS = resources.assessments()
SINCE = date(2026, 1, 1)


@st.composite
def questions(draw: st.DrawFn, number: int) -> Question:
    points = sorted(draw(st.lists(st.integers(0, 9), min_size=1, max_size=4)))
    first = draw(st.integers(0, len(points)))
    answers = tuple(Answer(f"a{n}", f"答{n}", "", p, n >= first) for n, p in enumerate(points))
    return Question(f"q{number}", f"问{number}", "", answers, draw(st.sampled_from([0, 8, 16])))


@st.composite
def questionnaires(draw: st.DrawFn) -> Questionnaire:
    """Any edition that reference data may hold, the ones that ship among them."""
    if draw(st.booleans()):
        return draw(st.sampled_from(EDITIONS))
    medium = draw(st.integers(1, 12))
    asked = tuple(draw(questions(n)) for n in range(draw(st.integers(1, 5))))
    return Questionnaire(SINCE, medium, draw(st.integers(medium, 30)), asked)


@st.composite
def answered(draw: st.DrawFn) -> tuple[Questionnaire, dict[str, str]]:
    """Some of the questions answered, somehow."""
    edition = draw(questionnaires())
    some = {q.code: draw(st.sampled_from(q.answers)).code for q in edition.questions if draw(st.booleans())}
    return edition, some


def rank(level: str) -> int:
    return LEVELS.index(level)


@given(answered(), st.data())
def test_a_worse_answer_never_lowers_the_level(
    known: tuple[Questionnaire, dict[str, str]], data: st.DataObject
) -> None:
    edition, answers = known
    question = data.draw(st.sampled_from(edition.questions))
    codes = [a.code for a in question.answers]
    at = codes.index(answers[question.code]) if question.code in answers else -1
    for worse in codes[at + 1 :]:
        before, after = edition.score(answers), edition.score({**answers, question.code: worse})
        assert rank(after.level) >= rank(before.level)
        assert after.points >= before.points
        assert set(before.alarms) <= set(after.alarms) | {question.code}


@given(answered())
def test_the_level_is_what_points_and_alarms_say(known: tuple[Questionnaire, dict[str, str]]) -> None:
    """An independent reading of the same rule."""
    edition, answers = known
    chosen = [a for q in edition.questions for a in q.answers if answers.get(q.code) == a.code]
    score = edition.score(answers)
    assert score.points == sum(a.points for a in chosen)
    assert len(score.alarms) == sum(a.alarm for a in chosen)
    assert (score.level == "high") == (bool(score.alarms) or score.points >= edition.high)
    assert (score.level == "low") == (not score.alarms and score.points < edition.medium)


@given(answered())
def test_answers_come_back_as_they_were_kept(known: tuple[Questionnaire, dict[str, str]]) -> None:
    assert unpacked(packed(known[1])) == known[1]


@given(st.text())
def test_what_no_program_wrote_is_read_without_a_fault(text: str) -> None:
    assert isinstance(EDITIONS[0].score(unpacked(text)).points, int)


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda e: e.since.isoformat())
class TestEditions:
    """What ships."""

    def test_the_best_answers_are_low_and_the_worst_high(self, edition: Questionnaire) -> None:
        assert edition.score({q.code: q.answers[0].code for q in edition.questions}).level == "low"
        assert edition.score({q.code: q.answers[-1].code for q in edition.questions}).level == "high"

    def test_the_alarms_of_the_law_are_alarms(self, edition: Questionnaire) -> None:
        """Under 8 never unattended, under 16 never alone; nobody to look after a child; signs of harm."""
        for question, answer in (("unattended", "yes"), ("alone", "yes"), ("guardian", "nobody"), ("harm", "signs")):
            score = edition.score({question: answer})
            assert (score.level, score.alarms) == ("high", (question,))

    def test_every_level_can_be_reached_by_points_alone(self, edition: Questionnaire) -> None:
        most = sum(max((a.points for a in q.answers if not a.alarm), default=0) for q in edition.questions)
        assert most >= edition.high

    def test_codes_are_told_apart_and_fit_into_a_row(self, edition: Questionnaire) -> None:
        codes = [q.code for q in edition.questions]
        assert len(set(codes)) == len(codes)
        for question in edition.questions:
            answers = [a.code for a in question.answers]
            assert len(set(answers)) == len(answers)
            assert all(c.isidentifier() for c in [question.code, *answers])
            assert all(text for a in (question, *question.answers) for text in (a.zh, a.en))


def test_questions_about_small_children_are_asked_about_them_only() -> None:
    edition = EDITIONS[0]
    born = date(2018, 9, 4)

    def codes(birth: date | None, day: date) -> set[str]:
        return {q.code for q in edition.asked(birth, day)}

    assert {"unattended", "alone"} <= codes(born, date(2026, 9, 3))
    assert "unattended" not in codes(born, date(2026, 9, 4)), "eight today"
    assert "alone" in codes(born, date(2034, 9, 3))
    assert "alone" not in codes(born, date(2034, 9, 4))
    assert codes(None, date(2026, 1, 1)) == {q.code for q in edition.questions}


def test_an_edition_holds_from_its_day_on() -> None:
    old = EDITIONS[0]
    new = replace(old, since=date(2027, 7, 1), medium=old.medium + 1)
    for order in ((old, new), (new, old)):
        assert edition_of(order, date(2027, 6, 30)) is old
        assert edition_of(order, date(2027, 7, 1)) is new
        assert edition_of(order, date(2020, 1, 1)) is old


@pytest.mark.parametrize(("answers", "bounds"), [
    ((Answer("a", "", "", 2), Answer("b", "", "", 1)), (4, 9)),
    ((Answer("a", "", "", 0, alarm=True), Answer("b", "", "", 1)), (4, 9)),
    ((Answer("a", "", "", 3, alarm=True), Answer("b", "", "", 1, alarm=True)), (4, 9)),
    ((Answer("a", "", "", 5), Answer("b", "", "", 1, alarm=True)), (4, 9)),
    ((Answer("a", "", ""),), (9, 4)),
    ((Answer("a", "", ""),), (0, 4)),
    ((Answer("a", "", "", -1),), (4, 9)),
])  # fmt: skip
def test_reference_data_by_which_worse_counts_less_is_refused(
    answers: tuple[Answer, ...], bounds: tuple[int, int]
) -> None:
    with pytest.raises(ValueError, match="assessment of"):
        Questionnaire(SINCE, *bounds, (Question("q", "", "", answers),))


def test_every_question_wants_an_answer_that_it_knows() -> None:
    asked = EDITIONS[0].questions[:2]
    assert checked(asked, {"guardian": "able", "alone": "不是"}) == {"guardian": "able", "alone": "no"}
    for wrong in ({"guardian": "able"}, {"guardian": "able", "alone": ""}, {"guardian": "able", "alone": "vielleicht"}):
        with pytest.raises(InvalidInput):
            checked(asked, wrong)
