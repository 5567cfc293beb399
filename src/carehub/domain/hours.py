"""How long a volunteer was at work. Hours are never typed: they follow from visits, activities and patrols."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Work:
    """Times somebody was at work and their minutes together. `untimed` counts those of the times of which nobody wrote
    down how long they took: they add nothing, and whoever reads the sum is told so."""

    times: int = 0
    minutes: int = 0
    untimed: int = 0

    def __add__(self, other: "Work") -> "Work":
        return Work(self.times + other.times, self.minutes + other.minutes, self.untimed + other.untimed)


@dataclass(frozen=True, slots=True)
class Hours:
    """A volunteer's work by its kind, and in sum."""

    visits: Work
    activities: Work
    patrols: Work

    @property
    def total(self) -> Work:
        return self.visits + self.activities + self.patrols


def work(minutes: Iterable[int | None]) -> Work:
    """The work of some times, each with its minutes, None where nobody wrote them down."""
    found = list(minutes)
    return Work(len(found), sum(m or 0 for m in found), sum(not m for m in found))


def activity_minutes(first: date | None, last: date | None, begins: str | None, ends: str | None) -> int | None:
    """How long an activity took: from its beginning to its end (HH:MM), on each of its days; None if that is not
    told."""
    start, end = _minutes(begins), _minutes(ends)
    if first is None or start is None or end is None or end <= start:
        return None
    days = (last - first).days + 1 if last and last > first else 1
    return days * (end - start)


def _minutes(time: str | None) -> int | None:
    """Minutes since midnight. A time that another program wrote in its own way is not known here."""
    hours, colon, minutes = (time or "").partition(":")
    if not (colon and hours.isascii() and hours.isdigit() and minutes.isascii() and minutes.isdigit()):
        return None
    told = int(hours) * 60 + int(minutes)
    return told if told <= DAY and int(minutes) < 60 else None
