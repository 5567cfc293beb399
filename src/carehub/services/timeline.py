"""All that happened to one child, the newest first: every row of any record that points to the child and has a day.

Nothing here knows the records. Which reference leads to the child, on which day a row happened and what is said of it
in one line follows from the facts (`domain.facts.About.days`, `.line`): a record that is added appears by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from sqlmodel import Session

from carehub.domain.facts import Fact, Kind, Sensitivity, day_facts, facts_of, line_facts
from carehub.domain.record import Record
from carehub.domain.records import RECORDS
from carehub.services import labels
from carehub.services.desk import Desk
from carehub.store import linked, queries

_LONGEST = 60
"""Characters of one value in the line; the row itself shows the rest."""


@dataclass(frozen=True, slots=True)
class Event:
    """One row on the timeline: its record's name, its id, its day, what kind of thing it is (message id), and one line
    for people, with sensitive values masked. `ahead`: it is yet to come."""

    kind: str
    id: str
    day: date
    label: str
    line: str
    ahead: bool


@cache
def pointing() -> dict[str, str]:
    """Record → its column that points to a child, of all records that tell of something that happened."""
    found = {}
    for name, record in RECORDS.items():
        columns = [f.name for f in facts_of(record).values() if f.ref == "child" and f.name != "same_as"]
        if columns and record.about.told and _has_day(record):
            found[name] = columns[0]
    return found


def _has_day(record: type[Record]) -> bool:
    """Whether rows of a record happen on a day: one of their own, or that of something they belong to."""
    return bool(day_facts(record)) or any(day_facts(RECORDS[f.ref]) for f in _others(record))


def _others(record: type[Record]) -> list[Fact]:
    """The references of a record to anything but a child and the site."""
    return [f for f in facts_of(record).values() if f.ref in RECORDS and f.ref not in ("child", "site")]


def of_child(desk: Desk, child_id: str, kind: str = "") -> list[Event]:
    """What happened to a child (all its files), the newest first; of one `kind` if it is named. Of restricted records
    nothing is told, nor counted, to those who may not know of them."""
    found: list[Event] = []
    with desk.store.reading() as session:
        for name, column in pointing().items():
            if kind in ("", name) and desk.sees(RECORDS[name]):
                rows = queries.owned(session, RECORDS[name], column, [child_id])[child_id]
                found += _events(desk, session, name, rows)
        if kind in ("", "attachment"):
            found += _events(desk, session, "attachment", _attached(session, child_id))
    return sorted(found, key=lambda e: (e.day, e.id), reverse=True)


def _attached(session: Session, child_id: str) -> Sequence[Record]:
    """Photos and scans of the child itself; those of its visits are seen with the visit."""
    rows = linked.shown_with(session, "child", [child_id])
    return queries.where(session, RECORDS["attachment"], owner="child", owner_id=list(rows))


def _events(desk: Desk, session: Session, name: str, rows: Sequence[Record]) -> list[Event]:
    record, today = RECORDS[name], date.today()
    pointed = _pointed(session, record, rows)
    found = []
    for row in rows:
        day, sort = _day(desk, record, row, pointed)
        if day is not None:
            told = "　".join(x for x in (sort, _line(desk, record, row, pointed)) if x)
            found.append(Event(name, row.id, day, record.about.label, told, day > today))
    return found


def _pointed(session: Session, record: type[Record], rows: Sequence[Record]) -> dict[str, Record]:
    """id → row of everything else these rows point to: who visited, which activity it was."""
    found: dict[str, Record] = {}
    for fact in _others(record):
        ids = sorted({i for row in rows if (i := getattr(row, fact.name))})
        found |= {r.id: r for r in queries.rows(session, RECORDS[fact.ref], ids)}
    return found


def _day(desk: Desk, record: type[Record], row: Record, pointed: Mapping[str, Record]) -> tuple[date | None, str]:
    """The first day known of a row, else of what it belongs to, else the day on which it was written down (its id);
    and what sort of day it is, where it is not the decisive one: a visit that is only planned."""
    own = day_facts(record)
    for n, fact in enumerate(own):
        if isinstance(day := getattr(row, fact.name), date):
            return day, desk.texts(fact.label) if n else ""
    if not own:
        for other in (pointed.get(getattr(row, fact.name) or "") for fact in _others(record)):
            for fact in day_facts(type(other)) if other else []:
                if isinstance(day := getattr(other, fact.name), date):
                    return day, ""
    return _written(row.id), ""


def _written(row_id: str) -> date | None:
    """The day in a UUIDv7."""
    try:
        return datetime.fromtimestamp(int(row_id.replace("-", "")[:12], 16) / 1000).date()
    except (ValueError, OverflowError, OSError):
        return None


def _line(desk: Desk, record: type[Record], row: Record, pointed: Mapping[str, Record]) -> str:
    parts = []
    for fact in line_facts(record):
        value = getattr(row, fact.name)
        if fact.sensitivity is Sensitivity.RESTRICTED or value in (None, ""):
            continue
        if fact.kind is Kind.REFERENCE:
            other = pointed.get(str(value))
            text = str(getattr(other, type(other).about.title) or "") if other else ""
        else:
            text = labels.show_fact(desk, fact, value, reveal=False)
        named = desk.texts.pick("：", ": ").join((desk.texts(fact.label), text))
        if fact.codes == "check":  # ok, concern or danger say nothing without what was looked at
            text = "" if value == "ok" else named
        elif fact.kind in (Kind.DATE, Kind.BOOLEAN):  # a second day, or yes and no, say nothing without their name
            text = named
        parts.append(text if len(text) <= _LONGEST else text[:_LONGEST] + "…")
    return "　".join(p.replace("\n", " ") for p in parts if p)
