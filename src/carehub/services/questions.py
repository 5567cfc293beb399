"""Questions a merge left: both values, who wrote them when, and a person's decision."""

from dataclasses import dataclass
from typing import Any

from carehub.domain.drafts import check_value
from carehub.domain.errors import InvalidInput, NotFound
from carehub.domain.facts import facts_of, plain_value
from carehub.domain.records import RECORDS
from carehub.domain.texts import mark
from carehub.services.desk import Desk
from carehub.store import questions as stored
from carehub.store.store import Touched
from carehub.sync import merge
from carehub.sync.change import Cell

NO_QUESTION = mark("There is no open question with the number “{id}”.")
NO_CHOICE = mark("This question has the answers 1 to {count}; {n} is not one of them.")


@dataclass(frozen=True, slots=True)
class Answer:
    """One of the values in question. `at` is Unix milliseconds of the writer's clock."""

    n: int
    value: Cell
    author: str | None
    site: str | None
    at: int


@dataclass(frozen=True, slots=True)
class Question:
    """One field of one row on which several people differ. The first answer is the one shown meanwhile."""

    id: str
    kind: str
    record_id: str
    field: str
    title: str
    child_id: str | None
    child: str | None
    answers: tuple[Answer, ...]


def open_questions(desk: Desk) -> list[Question]:
    """All open questions, those of one child together."""
    with desk.store.reading() as session:
        found = [_question(row) for row in stored.open_questions(session)]
    return sorted(found, key=lambda q: (q.child or "", q.kind, q.record_id, q.field))


def _question(row: dict[str, Any]) -> Question:
    answers = tuple(
        Answer(n, head["value"], head["author_name"], head["site_name"], head["at"])
        for n, head in enumerate(row["heads"], start=1)
    )
    return Question(
        row["id"], row["tbl"], row["row_id"], row["field"], row["title"], row["child_id"], row["child"], answers
    )


def _find(rows: list[dict[str, Any]], question_id: str) -> Question:
    for row in rows:
        if row["id"] == question_id:
            return _question(row)
    raise NotFound(NO_QUESTION, id=question_id)


def resolve(desk: Desk, question_id: str, take: int) -> Touched:
    """Settles a question with its `take`-th value. Raises `NotFound` or `InvalidInput`."""
    with desk.unit() as unit:
        question = _find(stored.open_questions(unit.session), question_id)
        if not 1 <= take <= len(question.answers):
            raise InvalidInput(NO_CHOICE, count=len(question.answers), n=take)
        value = question.answers[take - 1].value
        merge.settle(unit.raw, question.kind, question.record_id, question.field, value)
    return unit.touched


def answer(desk: Desk, question_id: str, typed: object) -> Touched:
    """Settles a question with a value of one's own, checked like any other."""
    with desk.unit() as unit:
        question = _find(stored.open_questions(unit.session), question_id)
        clean, problem = check_value(facts_of(RECORDS[question.kind])[question.field], typed, desk.codes)
        if problem:
            raise problem.error()
        value = plain_value(clean)
        assert value is None or isinstance(value, (str, int))
        merge.settle(unit.raw, question.kind, question.record_id, question.field, value)
    return unit.touched
