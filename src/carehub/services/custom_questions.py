"""An office's own questions: added, worded anew, put in order, and retired when they are asked no more."""

from collections.abc import Mapping

from carehub.domain.custom import OWNERS, CustomAnswer, CustomQuestion, answer_id
from carehub.domain.drafts import MISSING
from carehub.domain.errors import InvalidInput
from carehub.domain.facts import facts_of
from carehub.domain.records import RECORDS
from carehub.domain.texts import mark
from carehub.services import custom, records
from carehub.services.desk import Desk
from carehub.store import queries
from carehub.store.store import Touched

FIXED = ("asked_of", "kind")
"""What stays as it is: answers were given to it."""
KIND_STAYS = mark("What is asked about, and the kind of answer, stay as they are. Please retire it and add another.")


def own(desk: Desk, kind: str) -> list[CustomQuestion]:
    """The questions this site itself asks about records of a `kind`, in order, those that are retired last."""
    found = [q for q in custom.questions(desk, kind, desk.site.id, retired=True) if q.site_id == desk.site.id]
    return sorted(found, key=lambda q: (q.active is False, q.position or 0, q.id))


def add(desk: Desk, values: Mapping[str, object]) -> tuple[CustomQuestion, Touched]:
    """Adds a question behind the others. Raises `NotAllowed` or `InvalidInput`; then nothing was saved."""
    last = max((q.position or 0 for q in own(desk, str(values.get("asked_of") or "child"))), default=0)
    told = {"asked_of": "child", "kind": "text", **{name: v for name, v in values.items() if v is not None}}
    return records.add(desk, CustomQuestion, told, position=last + 1)


def edit(desk: Desk, question_id: str, values: Mapping[str, object]) -> tuple[CustomQuestion, Touched]:
    """Words a question anew. Raises `InvalidInput` where it would become another one; then nothing was saved."""
    found = records.get(desk, CustomQuestion, question_id)
    if any(name in values and values[name] != getattr(found, name) for name in FIXED):
        raise InvalidInput(KIND_STAYS)
    return records.edit(desk, CustomQuestion, found.id, values)


def set_asked(desk: Desk, question_id: str, *, asked: bool) -> Touched:
    """Retires a question or asks it again. What was answered stays."""
    with desk.unit(CustomQuestion.about.writes) as unit:
        row = queries.find(unit.session, CustomQuestion, question_id)
        records.require_home(unit, desk, row)
        row.active = asked
        unit.session.add(row)
    return unit.touched


def move(desk: Desk, question_id: str, step: int) -> Touched:
    """Moves a question up (-1) or down (1) among those that are asked; at the end it stays."""
    row = records.get(desk, CustomQuestion, question_id)
    ids = [q.id for q in own(desk, row.asked_of or "child") if q.active is not False]
    if row.id in ids:
        at = ids.index(row.id)
        ids.insert(min(max(at + step, 0), len(ids) - 1), ids.pop(at))
    with desk.unit(CustomQuestion.about.writes) as unit:
        for place, question in enumerate(queries.rows(unit.session, CustomQuestion, ids), start=1):
            records.require_home(unit, desk, question)
            if question.position != place:
                question.position = place
                unit.session.add(question)
    return unit.touched


def answer(desk: Desk, values: Mapping[str, object]) -> tuple[CustomAnswer, Touched]:
    """Answers one question about one record, as commands do: `question_id`, `answer`, and one of `child_id`,
    `visit_id`, `volunteer_id`. Raises `InvalidInput` or `NotFound`; then nothing was saved."""
    kind = next((kind for kind, column in OWNERS.items() if values.get(column)), "child")
    question_id, row_id = str(values.get("question_id") or ""), str(values.get(OWNERS[kind]) or "")
    if not question_id or not row_id:
        name = OWNERS[kind] if question_id else "question_id"
        raise InvalidInput(MISSING, label=facts_of(CustomAnswer)[name].label)
    with desk.unit(RECORDS[kind].about.writes) as unit:
        row = queries.find(unit.session, RECORDS[kind], row_id)
        records.require_home(unit, desk, row)
        custom.keep(unit, desk, row, {question_id: values.get("answer")})
        unit.session.flush()
        made = queries.get(unit.session, CustomAnswer, answer_id(question_id, row.id))
    return made, unit.touched


def answer_again(desk: Desk, row_id: str, values: Mapping[str, object]) -> tuple[CustomAnswer, Touched]:
    """Changes the text of an answer; what it answers, and about whom, stays."""
    found = records.get(desk, CustomAnswer, row_id)
    about = {column: getattr(found, column) for column in OWNERS.values()}
    return answer(desk, {**about, "question_id": found.question_id, "answer": values.get("answer")})
