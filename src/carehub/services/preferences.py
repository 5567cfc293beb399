"""What a site sets once for its store: kept in the store, so that it holds for whoever sits at this laptop."""

from collections.abc import Mapping

from carehub import resources
from carehub.domain.attention import LONGEST
from carehub.domain.errors import InvalidInput
from carehub.domain.rights import Right
from carehub.domain.texts import mark
from carehub.services.desk import Desk
from carehub.store import settings

_LOCK = "lock_minutes"
_INTERVALS = "visit_intervals"
BAD_INTERVAL = mark("The days between visits are a number from 1 to {most}, for the risks {levels}.")


def lock_minutes(desk: Desk, standard: int) -> int:
    """Minutes without a touch after which the window locks."""
    with desk.store.reading() as session:
        found = settings.get(session, _LOCK)
    return found if isinstance(found, int) else standard


def remembered(desk: Desk, name: str) -> str:
    """What this person last chose under a name, such as a tab; empty if nothing."""
    with desk.store.reading() as session:
        found = settings.get(session, f"choice/{desk.user.id}/{name}")
    return found if isinstance(found, str) else ""


def remember(desk: Desk, name: str, chosen: str) -> None:
    """Keeps what this person chose, for the next time."""
    with desk.unit(None) as unit:
        settings.put(unit.session, f"choice/{desk.user.id}/{name}", chosen)


def set_lock_minutes(desk: Desk, minutes: int) -> None:
    """Sets them; a matter of the head."""
    with desk.unit(Right.USERS) as unit:
        settings.put(unit.session, _LOCK, minutes)


def visit_intervals(desk: Desk) -> dict[str, int]:
    """Days between visits by risk level: what was set for this store, else what the reference data says."""
    standard = resources.visit_intervals()
    with desk.store.reading() as session:
        found = settings.get(session, _INTERVALS)
    return standard | ({k: v for k, v in found.items() if k in standard} if isinstance(found, dict) else {})


def set_visit_intervals(desk: Desk, days: Mapping[str, int]) -> None:
    """Sets the days of some risk levels; a matter of the head. Raises `InvalidInput`; then nothing was saved."""
    levels = resources.visit_intervals()
    if any(level not in levels or not 1 <= n <= LONGEST for level, n in days.items()):
        raise InvalidInput(BAD_INTERVAL, most=LONGEST, levels="、".join(levels))
    now = visit_intervals(desk)
    with desk.unit(Right.USERS) as unit:
        settings.put(unit.session, _INTERVALS, {**now, **days})
