"""Mandatory reports: the police first, then the entry (Law on the Protection of Minors, articles 11 and 20)."""

from collections.abc import Mapping

from carehub.domain.drafts import NOT_A_TIME
from carehub.domain.errors import InvalidInput
from carehub.domain.normalise import parse_time
from carehub.domain.protection import Incident
from carehub.domain.rights import Right
from carehub.domain.texts import mark
from carehub.services import access, records
from carehub.services.desk import Desk
from carehub.store import queries
from carehub.store.store import Touched

FIRST = mark("Call 110 first")
STEPS = (
    mark("Is the child in danger now? Call 110 at once. Do not wait, do not ask the family first."),
    mark("Stay with the child until help is there. Do not question it again and again, promise nothing."),
    mark("Touch and wash nothing. Leave clothes and things as they are."),
    mark("Ask the police for the name or number of the officer and for a receipt."),
    mark("Tell the township's civil affairs office, and the school if it happened there."),
    mark("Then write it down here. Talk to nobody else about it."),
)
"""What to do, in its order, before anything is typed."""


def time_of_day(typed: object) -> str:
    """A time as HH:MM. Raises `InvalidInput`."""
    found = parse_time(str(typed or ""))
    if found is None:
        raise InvalidInput(NOT_A_TIME, value=str(typed or ""))
    return found


def _timed(values: Mapping[str, object]) -> dict[str, object]:
    given = dict(values)
    if given.get("police_time"):
        given["police_time"] = time_of_day(given["police_time"])
    return given


def add(desk: Desk, values: Mapping[str, object]) -> tuple[Incident, Touched]:
    """Adds a report. Raises `NotAllowed` or `InvalidInput`; then nothing was saved."""
    desk.require(Right.INCIDENTS)
    return records.add(desk, Incident, _timed(values))


def edit(desk: Desk, incident_id: str, values: Mapping[str, object]) -> tuple[Incident, Touched]:
    """Changes a report."""
    desk.require(Right.INCIDENTS)
    return records.edit(desk, Incident, incident_id, _timed(values))


def of_child(desk: Desk, child_id: str) -> list[Incident]:
    """The reports about a child (all its files), the latest first. Raises `NotAllowed`."""
    desk.require(Right.INCIDENTS)
    with desk.store.reading() as session:
        found = queries.owned(session, Incident, "child_id", [child_id])[child_id]
    return sorted(found, key=lambda row: (row.police_on is not None, row.police_on, row.id), reverse=True)


def reporter(desk: Desk, incident_id: str, reason: str) -> tuple[str, str]:
    """Who reported it, and the phone: only with a reason (a code of `look_reason`), which the access log keeps. Raises
    `NotAllowed` or `InvalidInput`."""
    desk.require(Right.INCIDENTS)
    if reason not in desk.codes["look_reason"]:
        reasons = "、".join(code.code for code in desk.codes["look_reason"])
        raise InvalidInput(NO_REASON, reasons=reasons)
    row = records.get(desk, Incident, incident_id)
    access.looked(desk, row, "reporter", reason)
    return row.reporter or "", row.reporter_phone or ""


NO_REASON = mark("Please say why you need to know who reported it: {reasons}.")
