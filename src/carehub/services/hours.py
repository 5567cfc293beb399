"""A volunteer's hours, read from visits, activities and patrols; they are kept nowhere."""

from datetime import date

from carehub.domain import hours
from carehub.domain.activities import Activity, Attendance, Patrol
from carehub.domain.care import Visit
from carehub.domain.hours import Hours
from carehub.domain.texts import Texts, mark
from carehub.services.desk import Desk
from carehub.store import queries


def of_volunteer(desk: Desk, volunteer_id: str, year: int = 0) -> Hours:
    """The hours of a volunteer, all files together; of one `year` only if it is given. A visit counts for the volunteer
    who is chosen in it: names that are only written beside others are not looked up."""

    def counts(day: date | None) -> bool:
        return day is not None and day <= date.today() and year in (0, day.year)

    with desk.store.reading() as session:
        visits = queries.owned(session, Visit, "volunteer_id", [volunteer_id])[volunteer_id]
        patrols = queries.owned(session, Patrol, "volunteer_id", [volunteer_id])[volunteer_id]
        came = queries.owned(session, Attendance, "volunteer_id", [volunteer_id], present=True)[volunteer_id]
        activities = queries.rows(session, Activity, sorted({a.activity_id for a in came}))
    return Hours(
        hours.work(v.minutes for v in visits if counts(v.done_on)),
        hours.work(
            hours.activity_minutes(a.held_on, a.until_on, a.starts_at, a.ends_at)
            for a in activities
            if counts(a.held_on) and a.voided_on is None
        ),
        hours.work(p.minutes for p in patrols if counts(p.patrolled_on)),
    )


def told(texts: Texts, minutes: int) -> str:
    """Minutes as people say them."""
    whole, rest = divmod(minutes, 60)
    return texts(mark("{hours} h {minutes} min"), hours=whole, minutes=rest)
