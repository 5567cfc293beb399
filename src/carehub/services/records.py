"""Adding, changing, voiding and listing rows of any record, from its facts alone."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from sqlmodel import Session

from carehub.domain import agreements, assessments
from carehub.domain.agreements import CareAgreement
from carehub.domain.assessments import Assessment
from carehub.domain.custom import CustomQuestion
from carehub.domain.custom import require_sound as require_question
from carehub.domain.drafts import require
from carehub.domain.errors import InvalidInput, NotAllowed, NotFound
from carehub.domain.facts import Kind, facts_of, plain_value
from carehub.domain.record import Record
from carehub.domain.records import RECORDS
from carehub.domain.school import BoardingPlace
from carehub.domain.texts import mark
from carehub.services import beds, custom, restricted
from carehub.services.desk import Desk
from carehub.store import queries
from carehub.store.queries import Wanted
from carehub.store.store import Touched, Unit
from carehub.sync import peers

R = TypeVar("R", bound=Record)

UNKNOWN_KIND = mark("There is no record called “{kind}”. There are: {kinds}.")
NO_REASON = mark("Please say why this is voided.")
NOT_AT_HOME = mark("This belongs to another site and can only be changed there. Nothing was saved.")
ALREADY_VOIDED = mark("This was voided already.")
KEPT = mark("A “{label}” is never changed. Put a mistake right by a correction. Nothing was saved.")


def kind_of(name: str) -> type[Record]:
    """The record of a glossary name. Raises `InvalidInput`."""
    if name not in RECORDS:
        raise InvalidInput(UNKNOWN_KIND, kind=name, kinds=", ".join(RECORDS))
    return RECORDS[name]


def as_dict(row: Record) -> dict[str, object]:
    """A row as other programs read it: codes as stored, dates as ISO days, None where unknown."""
    return {"id": row.id} | {name: plain_value(getattr(row, name)) for name in facts_of(type(row))}


def ids(desk: Desk, record: type[Record], wanted: Wanted | None = None) -> list[str]:
    """The ids a list shows, in its order. What a merge left for later is made searchable first. Raises `NotAllowed` for
    a record that is not for this person's eyes, as every function here does."""
    desk.require(record.about.right)
    for _ in desk.store.catch_up_search() if wanted and wanted.search else ():
        pass
    with desk.store.reading() as session:
        return seen(session, desk, record, queries.ids(session, record, wanted))


def seen(session: Session, desk: Desk, record: type[Record], found: Sequence[str]) -> list[str]:
    """Those of some rows that this person may know of: a photo of a report is as restricted as the report."""
    table = str(record.__tablename__)
    if not restricted.belongs_to_any(table):
        return list(found)
    asked = restricted.rights_of(session, [(table, row) for row in found])
    return [row for row in found if desk.may(asked.get(row))]


def require_sight(desk: Desk, session: Session, record: type[Record], row_id: str) -> None:
    """Raises `NotAllowed` for a row that this person may not know of."""
    table = str(record.__tablename__)
    desk.require(restricted.rights_of(session, [(table, row_id)]).get(row_id))


def fetch(desk: Desk, record: type[R], wanted_ids: Sequence[str]) -> list[R]:
    """Rows by id, in the given order."""
    desk.require(record.about.right)
    with desk.store.reading() as session:
        return queries.rows(session, record, seen(session, desk, record, wanted_ids))


def choices(desk: Desk, record: type[Record]) -> list[tuple[str, str]]:
    """Every row a form may refer to, as (id, what a person knows it by), in the order of the list."""
    found = ids(desk, record)
    with desk.store.reading() as session:
        names = queries.names(session, str(record.__tablename__), found)
    return [(row, names[row]) for row in found if row in names]


def get(desk: Desk, record: type[R], row_id: str) -> R:
    """One row by its id or the end of it. Raises `NotFound`."""
    desk.require(record.about.right)
    with desk.store.reading() as session:
        found = queries.find(session, record, row_id)
        require_sight(desk, session, record, found.id)
        return found


def resolve_ids(desk: Desk, record: type[Record], typed: Iterable[str]) -> list[str]:
    """Full ids from what a person typed."""
    desk.require(record.about.right)
    with desk.store.reading() as session:
        return [queries.resolve_id(session, record, t) for t in typed]


def add(desk: Desk, record: type[R], values: Mapping[str, object], **system: object) -> tuple[R, Touched]:
    """Adds a row at home with this site. `values` are checked; `system` are values the program itself sets. Answers to
    questions of one's own (`custom/…`) are kept with it. Raises `InvalidInput`; then nothing was saved."""
    desk.require(record.about.right)
    own, answers = custom.split(values)
    clean = require(record, own, desk.codes)
    with desk.unit(record.about.writes) as unit:
        _require_references(unit, record, clean)
        row = insert(unit, desk, record, {**clean, **system})
        custom.keep(unit, desk, row, answers)
    return row, unit.touched


def insert(unit: Unit, desk: Desk, record: type[R], clean: Mapping[str, Any]) -> R:
    """Adds a row of checked values within a larger unit of work. Raises `NotAllowed` where it would belong to a file at
    home elsewhere."""
    row = record(site_id=home_for(unit, desk, record, clean), **clean)
    unit.session.add(row)
    unit.session.flush()
    _require_rules(unit, row)
    return row


def _require_rules(unit: Unit, row: Record) -> None:
    """Raises `InvalidInput` where a row breaks a rule that crosses records."""
    if isinstance(row, BoardingPlace):
        beds.require_free(unit, row)
    if isinstance(row, CareAgreement):
        agreements.require_sound(row)
    if isinstance(row, Assessment):
        assessments.require_sound(row)
    if isinstance(row, CustomQuestion):
        require_question(row)


def home_for(unit: Unit, desk: Desk, record: type[Record], clean: Mapping[str, Any]) -> str:
    """Where a new row is at home: with the row it belongs to, so that what an office adds to a child's file reaches the
    child's room; else here."""
    facts = facts_of(record).values()
    for fact in [*(f for f in facts if f.home), *(f for f in facts if f.owner)]:
        owner = unit.session.get(RECORDS[fact.ref], clean[fact.name]) if clean.get(fact.name) else None
        if owner is not None:
            require_home(unit, desk, owner)
            return owner.site_id
    return desk.site.id


def edit(desk: Desk, record: type[R], row_id: str, values: Mapping[str, object]) -> tuple[R, Touched]:
    """Changes the given fields of a row. Raises `InvalidInput` or `NotFound`; then nothing was saved."""
    desk.require(record.about.right)
    _require_change(record)
    with desk.unit(record.about.writes) as unit:
        row = queries.find(unit.session, record, row_id)
        require_sight(desk, unit.session, record, row.id)
        change(unit, desk, row, values)
    return row, unit.touched


def _require_change(record: type[Record]) -> None:
    """Raises `NotAllowed` for a record whose rows are only ever added."""
    if record.about.kept:
        raise NotAllowed(KEPT, label=record.about.label)


def change(unit: Unit, desk: Desk, row: Record, values: Mapping[str, object]) -> None:
    """Changes the given fields of a row, and answers to questions of one's own, within a larger unit of work. Raises
    `InvalidInput`, `NotFound` or `NotAllowed`."""
    require_home(unit, desk, row)
    own, answers = custom.split(values)
    assign(row, checked_edit(desk, row, own))
    _require_references(unit, type(row), own)
    unit.session.add(row)
    _require_rules(unit, row)
    custom.keep(unit, desk, row, answers)


def require_home(unit: Unit, desk: Desk, row: Record) -> None:
    """Raises `NotAllowed` for a row at home elsewhere: the office above would not take the change over."""
    if row.site_id not in peers.subtree(unit.raw, desk.site.id):
        raise NotAllowed(NOT_AT_HOME)


def checked_edit(desk: Desk, row: Record, values: Mapping[str, object]) -> dict[str, object]:
    """The clean values of an edit, checked together with what stands in the row already (an identity number must
    agree with the birth date even if only one of them is typed now)."""
    clean = require(type(row), values, desk.codes, partial=True)
    standing = {n: getattr(row, n) for n in ("identity_no", "birth_date", "sex") if hasattr(row, n)}
    related = {n: v for n, v in {**standing, **clean}.items() if n in standing}
    if clean.keys() & standing.keys():
        require(type(row), {n: v for n, v in related.items() if v is not None}, desk.codes, partial=True)
    return clean


def assign(row: Record, clean: Mapping[str, object]) -> None:
    """Sets checked values on a row."""
    for name, value in clean.items():
        setattr(row, name, value)


def void(desk: Desk, record: type[R], row_id: str, reason: str) -> tuple[R, Touched]:
    """Voids a row: it leaves lists and papers, and stays in the history."""
    desk.require(record.about.right)
    _require_change(record)
    if not reason.strip():
        raise InvalidInput(NO_REASON)
    with desk.unit(record.about.writes) as unit:
        row = queries.find(unit.session, record, row_id)
        require_sight(desk, unit.session, record, row.id)
        require_home(unit, desk, row)
        if row.voided_on:
            raise InvalidInput(ALREADY_VOIDED)
        row.voided_on, row.void_reason = date.today(), reason.strip()
        unit.session.add(row)
    return row, unit.touched


def _require_references(unit: Unit, record: type[Record], values: Mapping[str, object]) -> None:
    facts = facts_of(record)
    for name, value in values.items():
        fact = facts.get(name)
        if fact and fact.kind is Kind.REFERENCE and value and unit.session.get(RECORDS[fact.ref], value) is None:
            raise NotFound(queries.NO_SUCH_ROW, label=RECORDS[fact.ref].about.label, id=str(value))


def references(desk: Desk, record: type[Record], rows: Sequence[Record]) -> dict[str, str]:
    """id → name for everything these rows point to."""
    found: dict[str, str] = {}
    with desk.store.reading() as session:
        for name, fact in facts_of(record).items():
            if fact.kind is Kind.REFERENCE:
                wanted = sorted({v for row in rows if (v := getattr(row, name))})
                found |= queries.names(session, fact.ref, wanted)
    return found
