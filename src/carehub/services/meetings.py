"""Joint meetings with their resolutions: what is due, what is overdue, what is done."""

from collections.abc import Sequence
from datetime import date

from carehub.domain.meetings import JointMeeting, Resolution
from carehub.services import records
from carehub.services.desk import Desk
from carehub.store import queries
from carehub.store.store import Touched


def resolutions(desk: Desk, meeting_id: str) -> list[Resolution]:
    """What a meeting resolved: open ones first, each by the day until which it is due."""
    with desk.store.reading() as session:
        found = queries.owned(session, Resolution, "meeting_id", [meeting_id])[meeting_id]
    return sorted(found, key=lambda r: (r.done_on is not None, r.due_on or date.max, r.id))


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
    return records.edit(desk, Resolution, resolution_id, {"done_on": day or date.today()})[1]


def overdue(desk: Desk) -> list[Resolution]:
    """Every resolution that is overdue here, of meetings that stand, the longest first."""
    with desk.store.reading() as session:
        found = [r for r in queries.where(session, Resolution, done_on=None) if is_overdue(r)]
        held = {m.id for m in queries.rows(session, JointMeeting, [r.meeting_id for r in found]) if not m.voided_on}
    return sorted((r for r in found if r.meeting_id in held), key=lambda r: (r.due_on or date.max, r.id))
