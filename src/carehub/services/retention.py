"""What need not be kept any longer: listed once a year, erased one by one by a person."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from carehub import resources
from carehub.domain.people import Child
from carehub.domain.protection import Incident
from carehub.domain.record import Record
from carehub.domain.records import RECORDS
from carehub.domain.retention import COMES_OF_AGE, STATUSES, Rule, eighteenth, years_after
from carehub.domain.rights import Right
from carehub.services import labels
from carehub.services.desk import Desk
from carehub.store import belongings, queries, statuses


@dataclass(frozen=True, slots=True)
class Due:
    """One row that may go: what a person knows it by, what the years are counted from, since when it may go, how many
    records go with it, and where the rule comes from."""

    kind: str
    row: str
    name: str
    after: str
    counted_from: date
    since: date
    records: int
    source: str


def due(desk: Desk, day: date | None = None) -> list[Due]:
    """What may go by a day (today), the longest due first: of records that this person may know. A matter of those who
    may erase. Raises `NotAllowed`."""
    desk.require(Right.ERASE)
    today = day or date.today()
    found: list[Due] = []
    with desk.store.reading() as session:
        waits = _incidents_wait(session, today)
        for rule in resources.retention():
            if desk.sees(RECORDS[rule.kind]):
                found += _by_rule(desk, session, rule, today, waits)
    unique = {(d.kind, d.row): d for d in sorted(found, key=lambda d: d.since, reverse=True)}
    children = {d.row for d in unique.values() if d.kind == "child"}
    with desk.store.reading() as session:
        covered = {row for child in children for _, row in belongings.belonging(session, "child", child)} - children
    return sorted((d for d in unique.values() if d.row not in covered), key=lambda d: (d.since, d.row))


def _by_rule(desk: Desk, session: Session, rule: Rule, today: date, waits: set[str]) -> list[Due]:
    record = RECORDS[rule.kind]
    rows = [row for row in queries.where(session, record) if rule.kind != "child" or row.id not in waits]
    days = _days(session, rule, rows)
    named = queries.owner_names(session, rule.kind, [row.id for row in rows])
    found = []
    for row in rows:
        counted = days(row)
        if counted and (since := years_after(counted, rule.years)) <= today:
            size = len(belongings.belonging(session, rule.kind, row.id))
            name = named.get(row.id, "")
            found.append(
                Due(rule.kind, row.id, name, rule.after, counted, since, size, desk.texts.pick(rule.zh, rule.en))
            )
    return found


def _days(session: Session, rule: Rule, rows: Sequence[Record]) -> Callable[[Record], date | None]:
    """From which day the years of a row are counted."""
    if rule.after in STATUSES:
        mine = [row.id for row in rows if getattr(row, "status", None) == rule.after]
        since = statuses.since(session, "child", mine)
        return lambda row: since.get(row.id)
    if rule.after == COMES_OF_AGE:
        births = {c.id: c.birth_date for c in queries.rows(session, Child, sorted({_child_of(r) for r in rows}))}
        return lambda row: eighteenth(birth) if (birth := births.get(_child_of(row))) else None
    return lambda row: getattr(row, rule.after)


def _child_of(row: Record) -> str:
    return str(getattr(row, "child_id", row.id))


def _incidents_wait(session: Session, today: date) -> set[str]:
    """The children of whom an incident is still to be kept; also where nobody can say until when."""
    rule = next((r for r in resources.retention() if r.kind == "incident"), None)
    if rule is None:
        return set()
    rows = queries.where(session, Incident)
    days = _days(session, rule, rows)
    return {
        row.child_id for row in rows if not (counted := days(row)) or years_after(counted, rule.years) > today
    }  # fmt: skip


def after_words(desk: Desk, due: Due) -> str:
    """What the years of a row are counted from, as people read it."""
    tr = desk.texts
    if due.after in STATUSES:
        what = desk.codes["child_status"].name_of(due.after, tr)
    elif due.after == COMES_OF_AGE:
        what = tr("comes of age")
    else:
        what = labels.label(tr, due.kind, due.after)
    return f"{what} {due.counted_from}"
