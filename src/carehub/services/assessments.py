"""Assessments: the questions for a child, what its answers propose, and the decision that sets its risk level."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from carehub import resources
from carehub.domain.assessments import (
    Answer,
    Assessment,
    Question,
    Questionnaire,
    checked,
    edition_of,
    packed,
    unpacked,
)
from carehub.domain.drafts import require
from carehub.domain.people import Child
from carehub.services import records
from carehub.services.desk import Desk
from carehub.store import queries
from carehub.store.store import Touched, Unit

OWN = ("child_id", "assessed_on", "assessor", "level", "reason")
"""What is told of an assessment beside the answers to its questions."""


@dataclass(frozen=True, slots=True)
class Told:
    """One question of an assessment with the answer it was given."""

    question: Question
    answer: Answer


def questions(desk: Desk, child_id: str, day: date | None = None) -> tuple[Questionnaire, tuple[Question, ...]]:
    """The edition that holds on a `day` (today), and its questions that are asked about a child of that age."""
    today = day or date.today()
    edition = edition_of(resources.assessments(), today)
    with desk.store.reading() as session:
        child = queries.get(session, Child, child_id)
    return edition, edition.asked(child.birth_date, today)


def of_child(desk: Desk, child_id: str) -> list[Assessment]:
    """The assessments of a child (all its files), the latest first."""
    with desk.store.reading() as session:
        found = queries.owned(session, Assessment, "child_id", [child_id])[child_id]
    return sorted(found, key=_order, reverse=True)


def fetch(desk: Desk, row_id: str) -> Assessment | None:
    """An assessment by its id; None for any other id."""
    return next(iter(records.fetch(desk, Assessment, [row_id])), None)


def _order(row: Assessment) -> tuple[date, str]:
    return row.assessed_on or date.min, row.id


def told(row: Assessment) -> list[Told]:
    """What was asked and answered, in the words of the edition it was asked by; what that does not know is left out."""
    edition = next((e for e in resources.assessments() if e.since == row.edition), None)
    answers = unpacked(row.answers)
    pairs = [(q, q.answer(answers.get(q.code))) for q in edition.questions] if edition else []
    return [Told(question, answer) for question, answer in pairs if answer is not None]


def add(desk: Desk, values: Mapping[str, object]) -> tuple[Assessment, Touched]:
    """Adds an assessment and gives the child its level, in one step. `values`: `child_id`, the answer to every question
    by its code, and perhaps `assessed_on` (today), `assessor` (who sits here), `level` (what is proposed) and `reason`.
    One that is older than another changes no child. Raises `InvalidInput`; then nothing was saved."""
    own = {"assessed_on": date.today(), "assessor": desk.user.name}
    own |= {name: values[name] for name in OWN if values.get(name) not in (None, "")}
    day = require(Assessment, {"assessed_on": own["assessed_on"]}, desk.codes, partial=True)["assessed_on"]
    assert isinstance(day, date)
    edition, asked = questions(desk, str(own.get("child_id") or ""), day)
    answers = checked(asked, {name: value for name, value in values.items() if name not in OWN})
    score = edition.score(answers)
    clean = require(Assessment, {"level": score.level, **own}, desk.codes)
    kept = {"answers": packed(answers), "edition": edition.since, "points": score.points, "proposed": score.level}
    with desk.unit(Assessment.about.writes) as unit:
        row = records.insert(unit, desk, Assessment, {**clean, **kept})
        _set_level(unit, desk, row)
    return row, unit.touched


def edit(desk: Desk, row_id: str, values: Mapping[str, object]) -> tuple[Assessment, Touched]:
    """Corrects the day, the person, the level or the reason; the answers stay as they were given. Where it is the
    latest, the child has its level. Raises `InvalidInput` or `NotFound`; then nothing was saved."""
    with desk.unit(Assessment.about.writes) as unit:
        row = queries.find(unit.session, Assessment, row_id)
        records.change(unit, desk, row, values)
        if values.keys() & {"level", "assessed_on"}:
            _set_level(unit, desk, row)
    return row, unit.touched


def _set_level(unit: Unit, desk: Desk, row: Assessment) -> None:
    """The child has the level of its latest assessment."""
    unit.session.flush()
    found = queries.owned(unit.session, Assessment, "child_id", [row.child_id])[row.child_id]
    if max(found, key=_order).id != row.id:
        return
    child = queries.get(unit.session, Child, row.child_id)
    records.require_home(unit, desk, child)
    child.risk_level = row.level
    unit.session.add(child)
