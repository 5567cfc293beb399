"""Joint meetings with their resolutions: what is due, what is overdue, what is done, across sites.

A resolution is at home with the site that is to do it, as far as that lies below the site that met: the return bundle
takes it there, the site writes down what came of it, and the next bundle brings that up again. What a room asks of the
office above it stays at home in the room: the office writes its answer there, as it may in all that is at home below.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from carehub.domain.drafts import require
from carehub.domain.errors import NotAllowed
from carehub.domain.meetings import JointMeeting, Resolution
from carehub.domain.office import Site
from carehub.domain.texts import mark
from carehub.services import records
from carehub.services.desk import Desk
from carehub.store import queries
from carehub.store.store import Touched, Unit
from carehub.sync import peers

ANSWER = ("done_on", "result")
"""What the responsible site writes of a resolution of an office above it."""
ONLY_ANSWER = mark("This was resolved at “{site}”. Here only the day it was done and what came of it can be written.")


def resolutions(desk: Desk, meeting_id: str) -> list[Resolution]:
    """What a meeting resolved: open ones first, each by the day until which it is due."""
    with desk.store.reading() as session:
        found = queries.owned(session, Resolution, "meeting_id", [meeting_id])[meeting_id]
    return sorted(found, key=lambda r: (r.done_on is not None, r.due_on or date.max, r.id))


def resolve(desk: Desk, values: Mapping[str, object]) -> tuple[Resolution, Touched]:
    """Adds a resolution of a meeting (`meeting_id`). Raises `InvalidInput`, `NotFound` or `NotAllowed`; then nothing
    was saved."""
    clean = require(Resolution, values, desk.codes)
    with desk.unit() as unit:
        meeting = queries.get(unit.session, JointMeeting, str(clean["meeting_id"]))
        row = Resolution(site_id=meeting.site_id)
        records.assign(row, clean)
        _settle(unit, desk, row)
        unit.session.flush()
    return row, unit.touched


def edit(desk: Desk, resolution_id: str, values: Mapping[str, object]) -> tuple[Resolution, Touched]:
    """Changes a resolution; with another responsible site it moves there. Where the meeting was held at an office
    above, only the `ANSWER` can be changed. Raises `InvalidInput`, `NotFound` or `NotAllowed`; then nothing was
    saved."""
    clean = require(Resolution, values, desk.codes, partial=True)
    with desk.unit() as unit:
        row = queries.find(unit.session, Resolution, resolution_id)
        records.require_home(unit, desk, row)
        asked = {name: value for name, value in clean.items() if value != getattr(row, name)}
        if not asked.keys() <= set(ANSWER):
            _require_meeting_here(unit, desk, row)
        records.assign(row, asked)
        if asked.keys() & {"meeting_id", "responsible_id"}:
            _settle(unit, desk, row)
        unit.session.add(row)
    return row, unit.touched


def edit_meeting(desk: Desk, meeting_id: str, values: Mapping[str, object]) -> tuple[JointMeeting, Touched]:
    """Changes a meeting; its resolutions keep the day on which it was held. Raises as `records.edit` does."""
    clean = require(JointMeeting, values, desk.codes, partial=True)
    with desk.unit() as unit:
        meeting = queries.find(unit.session, JointMeeting, meeting_id)
        records.require_home(unit, desk, meeting)
        records.assign(meeting, clean)
        unit.session.add(meeting)
        for row in queries.where(unit.session, Resolution, meeting_id=meeting.id):
            if row.resolved_on != meeting.held_on:
                row.resolved_on = meeting.held_on
                unit.session.add(row)
    return meeting, unit.touched


def _settle(unit: Unit, desk: Desk, row: Resolution) -> None:
    """Says where a resolution is at home, who met and when. Refuses a meeting at home elsewhere."""
    meeting = queries.get(unit.session, JointMeeting, row.meeting_id)
    records.require_home(unit, desk, meeting)
    if row.responsible_id:
        queries.get(unit.session, Site, row.responsible_id)
    below = peers.subtree(unit.raw, meeting.site_id)
    row.site_id = row.responsible_id if row.responsible_id in below else meeting.site_id
    row.set_by_id, row.resolved_on = meeting.site_id, meeting.held_on
    unit.session.add(row)


def _require_meeting_here(unit: Unit, desk: Desk, row: Resolution) -> None:
    meeting = unit.session.get(JointMeeting, row.meeting_id)
    if meeting is None or meeting.site_id not in peers.subtree(unit.raw, desk.site.id):
        names = queries.names(unit.session, "site", [row.set_by_id or ""])
        raise NotAllowed(ONLY_ANSWER, site=names.get(row.set_by_id or "", "?"))


def is_from_above(desk: Desk, resolution: Resolution) -> bool:
    """Whether an office above resolved this: then only the `ANSWER` is written here."""
    return not records.fetch(desk, JointMeeting, [resolution.meeting_id])


def left_of(desk: Desk, meeting_ids: Sequence[str]) -> dict[str, tuple[int, int]]:
    """meeting id → how many of its resolutions are not done, and how many of these are overdue."""
    with desk.store.reading() as session:
        found = queries.owned(session, Resolution, "meeting_id", meeting_ids, done_on=None)
    return {meeting: (len(left), sum(is_overdue(r) for r in left)) for meeting, left in found.items()}


def is_overdue(resolution: Resolution, today: date | None = None) -> bool:
    """Whether a resolution is not done though its day has passed."""
    due = resolution.due_on
    return resolution.done_on is None and due is not None and due < (today or date.today())


def done(desk: Desk, resolution_id: str, day: date | None = None) -> Touched:
    """Says that a resolution was done on a `day` (today)."""
    return edit(desk, resolution_id, {"done_on": day or date.today()})[1]


def overdue(desk: Desk, today: date | None = None) -> list[Resolution]:
    """Every resolution that is overdue here or below, of meetings that stand, the longest first."""
    return [r for r in _open(desk) if is_overdue(r, today)]


def due_soon(desk: Desk, ahead: int, today: date | None = None) -> list[Resolution]:
    """Those that are due within so many days and not overdue, the first due first."""
    first = today or date.today()
    return [r for r in _open(desk) if r.due_on and first <= r.due_on <= first + timedelta(days=ahead)]


def _open(desk: Desk) -> list[Resolution]:
    """What is not done yet, of meetings that stand, by the day on which it is due."""
    with desk.store.reading() as session:
        found = queries.where(session, Resolution, done_on=None)
        held = queries.rows(session, JointMeeting, sorted({r.meeting_id for r in found}))
    voided = {m.id for m in held if m.voided_on}
    return sorted((r for r in found if r.meeting_id not in voided), key=lambda r: (r.due_on or date.max, r.id))
