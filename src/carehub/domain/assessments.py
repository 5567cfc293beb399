"""Judging how great a child's risk is: the questions, what their answers weigh, and the record of one judgement.

Which questions are asked, what each answer weighs and where a level begins is reference data
(`resources/assessment.toml`), in editions with the day from which each holds. What follows from the answers is only
proposed: a person decides, and says why where the decision differs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from carehub.domain.errors import InvalidInput
from carehub.domain.facts import About, Kind, fact
from carehub.domain.record import Record
from carehub.domain.texts import mark

LEVELS = ("low", "medium", "high")
"""Codes of `risk_level`, the least first."""
DECIDED = mark("The decision")

NO_REASON = mark("The level differs from what the answers propose. Please say why.")
UNANSWERED = mark("Please answer: {question}")
NO_SUCH_ANSWER = mark("“{answer}” is no answer to “{question}”. There are: {answers}.")


class Assessment(Record, table=True):
    """One judgement of a child's risk on a day: the answers, what they propose, and what a person decided.

    `answers` holds `question=answer` separated by spaces, in codes; `edition` the day from which the questions hold
    that were asked.
    """

    __tablename__ = "assessment"
    about: ClassVar[About] = About(
        mark("Assessment"), mark("Assessments"), title="assessed_on", icon="fa6s.scale-balanced",
        days=("assessed_on",), line=("level", "assessor", "reason"),
    )  # fmt: skip

    child_id: str = fact(mark("Child"), Kind.REFERENCE, ref="child", owner=True, required=True, index=True, listed=True)
    assessed_on: date | None = fact(mark("Assessed on"), Kind.DATE, required=True, past=True, listed=True)
    assessor: str | None = fact(mark("Assessed by"), Kind.NAME, listed=True)
    answers: str | None = fact(mark("Answers"), Kind.LONG, system=True)
    edition: date | None = fact(mark("Questions of"), Kind.DATE, system=True)
    points: int | None = fact(mark("Points"), Kind.INTEGER, system=True, listed=True)
    proposed: str | None = fact(mark("Proposed level"), Kind.CHOICE, codes="risk_level", system=True)
    level: str | None = fact(
        mark("Decided level"), Kind.CHOICE, codes="risk_level", group=DECIDED, required=True, listed=True
    )
    reason: str | None = fact(
        mark("Why decided so"),
        Kind.LONG,
        group=DECIDED,
        help=mark("Needed where the level differs from what is proposed"),
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: its code, its words, what it weighs; an `alarm` makes the level high by itself."""

    code: str
    zh: str
    en: str
    points: int = 0
    alarm: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """One question with its answers, the best first. Asked only about children younger than `under` years, if that is
    said."""

    code: str
    zh: str
    en: str
    answers: tuple[Answer, ...]
    under: int = 0

    def answer(self, code: object) -> Answer | None:
        """The answer with a code, None for an unknown one."""
        return next((a for a in self.answers if a.code == code), None)


@dataclass(frozen=True, slots=True)
class Score:
    """What answers come to: points, level, and the codes of the questions whose answers are an alarm."""

    points: int
    level: str
    alarms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """One edition: the day from which it holds, from how many points on a level is medium or high, the questions."""

    since: date
    medium: int
    high: int
    questions: tuple[Question, ...]

    def __post_init__(self) -> None:
        """Raises `ValueError` for reference data by which a worse answer would count for less."""
        if not 0 < self.medium <= self.high:
            raise ValueError(f"assessment of {self.since}: 0 < medium <= high does not hold")
        for question in self.questions:
            weights = [(a.alarm, a.points) for a in question.answers]
            points = [a.points for a in question.answers]
            if weights != sorted(weights) or points != sorted(points) or points[0] < 0:
                raise ValueError(f"assessment of {self.since}: “{question.code}” does not go from good to bad")

    def asked(self, birth: date | None, day: date) -> tuple[Question, ...]:
        """The questions that are asked about a child on a day; without a birth date all of them."""
        return tuple(q for q in self.questions if not q.under or birth is None or _years(birth, day) < q.under)

    def score(self, answers: Mapping[str, str]) -> Score:
        """What some answers come to. A worse answer never lowers the level; what is not answered counts nothing."""
        given = [(q.code, q.answer(answers.get(q.code))) for q in self.questions]
        points = sum(a.points for _, a in given if a)
        alarms = tuple(code for code, a in given if a and a.alarm)
        level = "high" if alarms or points >= self.high else "medium" if points >= self.medium else "low"
        return Score(points, level, alarms)


def _years(birth: date, day: date) -> int:
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def edition_of(editions: Sequence[Questionnaire], day: date) -> Questionnaire:
    """The questions that hold on a day: the newest that began by then, else the first there ever were."""
    ordered = sorted(editions, key=lambda q: q.since)
    return next((q for q in reversed(ordered) if q.since <= day), ordered[0])


def packed(answers: Mapping[str, str]) -> str:
    """Answers as a row keeps them."""
    return " ".join(f"{question}={answer}" for question, answer in answers.items())


def unpacked(text: str | None) -> dict[str, str]:
    """The answers of a row: question → answer, in codes. What is not of the form is left out."""
    return dict(part.split("=", 1) for part in (text or "").split() if "=" in part)


def checked(asked: Sequence[Question], answers: Mapping[str, object]) -> dict[str, str]:
    """The answers to all questions that were asked. Raises `InvalidInput` where one is missing or not known."""
    found: dict[str, str] = {}
    for question in asked:
        given = str(answers.get(question.code) or "").strip()
        answer = question.answer(given) or next((a for a in question.answers if given in (a.zh, a.en)), None)
        if not given:
            raise InvalidInput(UNANSWERED, question=f"{question.code} {question.zh}")
        if answer is None:
            known = "、".join(a.code for a in question.answers)
            raise InvalidInput(NO_SUCH_ANSWER, answer=given, question=f"{question.code} {question.zh}", answers=known)
        found[question.code] = answer.code
    return found


def require_sound(row: Assessment) -> None:
    """Raises `InvalidInput` for a level that differs from the proposal without a reason."""
    if row.proposed and row.level != row.proposed and not row.reason:
        raise InvalidInput(NO_REASON)
