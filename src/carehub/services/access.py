"""What is not for everybody: looks behind masks and what leaves the program, each with a name and a reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from carehub.domain.errors import InvalidInput
from carehub.domain.facts import facts_of
from carehub.domain.office import AccessSummary
from carehub.domain.record import Record
from carehub.domain.records import RECORDS
from carehub.domain.rights import Right
from carehub.domain.texts import mark
from carehub.services import labels, records
from carehub.services.desk import Desk
from carehub.store import access_log, queries, settings
from carehub.store.store import Unit

SAY_WHY = mark("Please say why you look behind the masks: --why, one of {reasons}.")
_COUNTED = "access_counted"
"""Setting: the number of the last line of the log that a summary has counted."""


@dataclass(frozen=True, slots=True)
class Look:
    """A line of the access log as people read it."""

    at: int
    author: str
    what: str
    about: str
    detail: str
    reason: str


def looked(desk: Desk, row: Record, field: str, reason: str) -> None:
    """Notes that the person at the desk looked at a sensitive field of a row, and why (a code of `look_reason`). Raises
    `NotAllowed`; then nothing may be shown."""
    with desk.unit(Right.LOOK) as unit:
        table = str(row.__tablename__)
        access_log.add(unit.session, desk.user.id, "look", table, row.id, detail=field, reason=reason)


def took_out(
    desk: Desk, what: str, record: str, rows: Iterable[str] = (), *, detail: str = "", reason: str = ""
) -> None:
    """Notes what was printed or exported with whole numbers and addresses: one line for each row."""
    found = list(rows)
    with desk.unit(Right.LOOK) as unit:
        access_log.add(unit.session, desk.user.id, what, record, found or None, detail=detail or None,
                       reason=reason or None)  # fmt: skip


def looked_at_all(desk: Desk, record: type[Record], rows: Iterable[str], reason: str) -> None:
    """Notes a look behind the masks of many rows at once, as a table or for other programs. Raises `InvalidInput` for a
    reason that is none, `NotAllowed`; then nothing may be shown."""
    if reason not in desk.codes["look_reason"]:
        raise InvalidInput(SAY_WHY, reasons="、".join(c.code for c in desk.codes["look_reason"]))
    if any(fact.sensitive for fact in facts_of(record).values()):
        took_out(desk, "look", str(record.__tablename__), rows, reason=reason)
    else:
        desk.require(Right.LOOK)


def log(desk: Desk, *, author: str = "", what: str = "", row: str = "", limit: int = 1000) -> list[Look]:
    """The newest lines of the access log. Raises `NotAllowed` unless the person may read it."""
    desk.require(Right.LOG)
    with desk.store.reading() as session:
        lines = access_log.read(session, author=author, what=what, row=row, limit=limit)
        people = queries.names(session, "user", sorted({x.author for x in lines if x.author}))
        about: dict[str, str] = {}
        for table in {x.record for x in lines if x.record in RECORDS}:
            rows = sorted({x.row for x in lines if x.record == table and x.row})
            about |= {row: name for row, name in queries.owner_names(session, str(table), rows).items() if name}
    return [
        Look(
            x.at,
            people.get(x.author or "", ""),
            desk.codes["access_kind"].name_of(x.what, desk.texts),
            about.get(x.row or "", ""),
            _field(desk, x),
            desk.codes["look_reason"].name_of(x.reason, desk.texts) if x.reason else "",
        )
        for x in lines
    ]


def _field(desk: Desk, line: access_log.Line) -> str:
    """The label of the field that was looked at, or what was done with a user."""
    if line.record in RECORDS and line.detail in facts_of(RECORDS[line.record]):
        return labels.label(desk.texts, line.record, line.detail)
    return desk.codes["access_detail"].name_of(line.detail, desk.texts)


@dataclass(frozen=True, slots=True)
class Summary:
    """How often one person of one site did something, from day to day."""

    site: str
    author: str
    what: str
    first: date | None
    until: date | None
    count: int


def summaries(desk: Desk) -> list[Summary]:
    """What the sites below told of their access logs, the newest first. Raises `NotAllowed` unless the person may read
    the log."""
    found = records.fetch(desk, AccessSummary, records.ids(desk, AccessSummary))
    with desk.store.reading() as session:
        sites = queries.names(session, "site", sorted({r.site_id for r in found}))
        people = queries.names(session, "user", sorted({r.user_id for r in found if r.user_id}))
    told = [
        Summary(sites.get(r.site_id, ""), people.get(r.user_id or "", ""),
                desk.codes["access_kind"].name_of(r.what, desk.texts), r.from_on, r.until_on, r.count or 0)
        for r in found if r.site_id != desk.site.id
    ]  # fmt: skip
    return sorted(told, key=lambda s: (s.until or date.min, s.site, s.author), reverse=True)


def summarise(unit: Unit, desk: Desk) -> None:
    """Adds to the log of changes how often who did what since the last time, so that the office above learns of it with
    the bundle that is being made."""
    counted = settings.get(unit.session, _COUNTED)
    after = counted if isinstance(counted, int) else 0
    for author, what, first, until, count in access_log.counts(unit.session, after):
        told = {"user_id": author or None, "what": what, "count": count,
                "from_on": date.fromisoformat(first), "until_on": date.fromisoformat(until)}  # fmt: skip
        records.insert(unit, desk, AccessSummary, told)
    settings.put(unit.session, _COUNTED, access_log.last(unit.session))
    unit.session.flush()
