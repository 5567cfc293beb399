"""Questions that an office adds of its own to the files of its rooms, and their answers.

A question is at home with the office that asks it and travels down like the names of offices
(`sync.schema.REFERENCE_TABLES`); its answers are at home with the record they belong to, travel up and are erased with
it.
"""

import uuid
from collections.abc import Mapping
from typing import ClassVar

from carehub.domain.codes import Code, Codebook, CodeList
from carehub.domain.errors import InvalidInput
from carehub.domain.facts import About, Fact, Kind, fact
from carehub.domain.record import Record
from carehub.domain.rights import Right
from carehub.domain.texts import mark

PREFIX = "custom/"
"""Forms and commands name a question's field by this and its id."""
GROUP = mark("Questions of this township")
KINDS: Mapping[str, Kind] = {
    "text": Kind.TEXT, "choice": Kind.CHOICE, "yes_no": Kind.BOOLEAN, "date": Kind.DATE, "number": Kind.INTEGER,
}  # fmt: skip
"""Codes of `custom_kind` → what a field of it holds."""
OWNERS: Mapping[str, str] = {"child": "child_id", "visit": "visit_id", "volunteer": "volunteer_id"}
"""Records that may be asked about (codes of `custom_record`) → the field of an answer that names one."""

NO_CHOICES = mark("Please write at least two choices, one a line.")


class CustomQuestion(Record, table=True):
    """One question an office asks about children, visits or volunteers. Retired, it is asked no more; its answers
    stay. `choices` holds one a line; `position` orders the questions of one record."""

    __tablename__ = "custom_question"
    about: ClassVar[About] = About(
        mark("Question of one's own"), mark("Questions of one's own"), title="wording", icon="fa6s.circle-question",
        writes=Right.OWN_QUESTIONS,
    )  # fmt: skip

    asked_of: str | None = fact(
        mark("Asked about"), Kind.CHOICE, codes="custom_record", default="child", required=True, listed=True
    )
    wording: str = fact(mark("Question"), required=True, listed=True, length=40)
    kind: str | None = fact(
        mark("Kind of answer"), Kind.CHOICE, codes="custom_kind", default="text", required=True, listed=True
    )
    choices: str | None = fact(mark("Choices"), Kind.LONG, help=mark("One a line; only where one is chosen"))
    active: bool | None = fact(mark("Is asked"), Kind.BOOLEAN, default=True, system=True, listed=True)
    position: int | None = fact(mark("Place in the order"), Kind.INTEGER, default=0, system=True)


class CustomAnswer(Record, table=True):
    """The answer to one question about one child, visit or volunteer, as plain text: days in ISO form, 1 and 0 for yes
    and no, a choice in its words. Its id follows from question and record (`answer_id`), so that two sites that answer
    without knowing of each other write one row, and a person decides."""

    __tablename__ = "custom_answer"
    about: ClassVar[About] = About(
        mark("Answer"), mark("Answers"), title="question_id", icon="fa6s.circle-question", told=False
    )

    question_id: str = fact(
        mark("Question of one's own"), Kind.REFERENCE, ref="custom_question", afar=True, required=True, index=True,
        listed=True,
    )  # fmt: skip
    child_id: str | None = fact(mark("Child"), Kind.REFERENCE, ref="child", owner=True, index=True, listed=True)
    visit_id: str | None = fact(mark("Visit"), Kind.REFERENCE, ref="visit", owner=True, index=True)
    volunteer_id: str | None = fact(
        mark("Volunteer"), Kind.REFERENCE, ref="volunteer", owner=True, index=True, listed=True
    )
    answer: str | None = fact(mark("Answer"), listed=True)


def answer_id(question_id: str, row_id: str) -> str:
    """The id of the answer to a question about a record: the same wherever it is given (UUIDv5)."""
    return str(uuid.uuid5(uuid.UUID(question_id), row_id))


def choices_of(question: CustomQuestion) -> list[str]:
    """What may be chosen, in order, nothing twice."""
    lines = (line.strip() for line in (question.choices or "").split("\n"))
    return list(dict.fromkeys(line for line in lines if line))


def require_sound(question: CustomQuestion) -> None:
    """Raises `InvalidInput` for a choice among fewer than two."""
    if question.kind == "choice" and len(choices_of(question)) < 2:
        raise InvalidInput(NO_CHOICES)


def field_of(question: CustomQuestion) -> Fact:
    """What a form needs to know of a question. One of a kind that this program does not know is a text."""
    kind, name = KINDS.get(question.kind or "", Kind.TEXT), PREFIX + question.id
    codes = name if kind is Kind.CHOICE else ""
    length = 200 if kind is Kind.TEXT else 0
    return Fact(question.wording or "", kind, name=name, group=GROUP, codes=codes, length=length)


def codes_with(codes: Codebook, questions: list[CustomQuestion]) -> Codebook:
    """All code lists, and one for each question whose answer is chosen: what is chosen is kept in its own words."""
    lists = {name: codes[name] for name in codes}
    for question in questions:
        if question.kind == "choice":
            name = PREFIX + question.id
            lists[name] = CodeList(name, tuple(Code(c, c, c) for c in choices_of(question)))
    return Codebook(lists)
