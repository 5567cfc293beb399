"""Answers to the questions an office asks of its own: which are asked about a record, and keeping what is answered in
the same step as the record itself."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session

from carehub.domain.codes import Codebook
from carehub.domain.custom import (
    OWNERS,
    PREFIX,
    CustomAnswer,
    CustomQuestion,
    answer_id,
    codes_with,
    field_of,
)
from carehub.domain.drafts import UNKNOWN_FIELD, check_value
from carehub.domain.errors import InvalidInput
from carehub.domain.facts import Fact, plain_value
from carehub.domain.record import Record
from carehub.services import labels
from carehub.services.desk import Desk
from carehub.store import queries
from carehub.store.store import Unit
from carehub.sync import peers


@dataclass(frozen=True, slots=True)
class Asked:
    """The questions that are asked about a record, as a form needs them: field name → fact, and the code lists with
    those of the questions."""

    facts: Mapping[str, Fact]
    codes: Codebook
    signature: tuple[tuple[object, ...], ...] = ()
    """What makes one form unlike another."""


@dataclass(frozen=True, slots=True)
class Told:
    """One question with its answer as people read it."""

    question: CustomQuestion
    answer: str


def split(values: Mapping[str, object]) -> tuple[dict[str, object], dict[str, object]]:
    """(the record's own values, question id → answer) of what a form or a command gives."""
    own = {name: value for name, value in values.items() if not name.startswith(PREFIX)}
    return own, {name.removeprefix(PREFIX): value for name, value in values.items() if name not in own}


def questions(desk: Desk, kind: str, home: str, *, retired: bool = False) -> list[CustomQuestion]:
    """What is asked about records of a `kind` at home at a site: by the site itself and the offices above it, the
    highest first, each in its own order; with `retired` also what is asked no more."""
    with desk.store.reading() as session:
        above = peers.ancestors(desk.store.raw(session), home)
        sites = [*reversed(above), home]
        found = queries.where(session, CustomQuestion, asked_of=kind, site_id=sites)
    wanted = [q for q in found if retired or q.active is not False]
    return sorted(wanted, key=lambda q: (sites.index(q.site_id), q.position or 0, q.id))


def asked(desk: Desk, kind: str, home: str) -> Asked:
    """The same for a form."""
    found = questions(desk, kind, home)
    facts = {PREFIX + q.id: field_of(q) for q in found}
    return Asked(facts, codes_with(desk.codes, found), tuple((q.id, q.wording, q.kind, q.choices) for q in found))


def values(desk: Desk, kind: str, row_id: str) -> dict[str, object]:
    """What a form begins with: field name → answer, typed."""
    found: dict[str, object] = {}
    with desk.store.reading() as session:
        rows = _answers(session, kind, row_id)
        known = {q.id: q for q in queries.rows(session, CustomQuestion, [r.question_id for r in rows])}
    codes = codes_with(desk.codes, list(known.values()))
    for row in rows:
        if row.question_id in known and PREFIX + row.question_id not in found:
            fact = field_of(known[row.question_id])
            value, problem = check_value(fact, row.answer, codes)
            found[fact.name] = row.answer if problem else value
    return found


def told(desk: Desk, kind: str, row_id: str) -> list[Told]:
    """What was answered about a record, retired questions too, in the order of the questions."""
    with desk.store.reading() as session:
        rows = _answers(session, kind, row_id)
        known = queries.rows(session, CustomQuestion, list(dict.fromkeys(r.question_id for r in rows)))
    answers: dict[str, str] = {}
    for row in rows:
        if row.answer:
            answers.setdefault(row.question_id, row.answer)
    ordered = sorted(known, key=lambda q: (q.active is False, q.position or 0, q.id))
    return [Told(q, _read(desk, q, answers[q.id])) for q in ordered if q.id in answers]


def _answers(session: Session, kind: str, row_id: str) -> list[CustomAnswer]:
    """The answers about a record, of a person with several files those of all, its own first."""
    column = OWNERS[kind]
    found = queries.owned(session, CustomAnswer, column, [row_id])[row_id]
    return sorted(found, key=lambda answer: getattr(answer, column) != row_id)


def _read(desk: Desk, question: CustomQuestion, answer: str) -> str:
    fact = field_of(question)
    value, problem = check_value(fact, answer, codes_with(desk.codes, [question]))
    if problem or fact.codes:
        return answer
    return labels.show_fact(desk, fact, value)


def keep(unit: Unit, desk: Desk, row: Record, answers: Mapping[str, object]) -> None:
    """Keeps what was answered about a record, within its own unit of work; an empty answer takes one back. Raises
    `InvalidInput` for what is not asked about such a record or does not fit its question."""
    if not answers:
        return
    kind = str(row.__tablename__)
    known = {q.id: q for q in queries.where(unit.session, CustomQuestion, asked_of=kind, id=list(answers))}
    codes = codes_with(desk.codes, list(known.values()))
    for question_id, given in answers.items():
        if question_id not in known or kind not in OWNERS:
            raise InvalidInput(UNKNOWN_FIELD, name=PREFIX + question_id)
        value, problem = check_value(field_of(known[question_id]), given, codes)
        if problem:
            raise problem.error()
        _write(unit.session, row, question_id, None if value is None else str(plain_value(value)))


def _write(session: Session, row: Record, question_id: str, answer: str | None) -> None:
    """One row for each question and record; one that was taken back is used again."""
    column, made = OWNERS[str(row.__tablename__)], answer_id(question_id, row.id)
    found = session.get(CustomAnswer, made)
    if found is None:
        if answer is None:
            return
        found = CustomAnswer(id=made, site_id=row.site_id, question_id=question_id)
        setattr(found, column, row.id)
    found.answer, found.voided_on, found.void_reason = answer, None, None
    session.add(found)
