"""When a child is to be visited again, and who went: what a sheet says of it, and what follows. Pure."""

import re
from collections.abc import Mapping
from datetime import date, timedelta

from carehub.domain.care import CHECK_FIELDS

UNKNOWN_RISK = "unknown"
"""The interval of children whose risk nobody has judged."""
TWO = 2
"""A home is visited by two people or more: nobody goes to a child alone."""
_BETWEEN = re.compile(r"[、,，;；/\s]+|和|及")


def interval(risk: str | None, intervals: Mapping[str, int], *, danger: bool = False) -> int:
    """The days from one visit to the next: those of the child's risk; where a danger was seen, no more than a child at
    high risk would wait. `intervals`: risk level → days, with `UNKNOWN_RISK`."""
    days = intervals.get(risk or UNKNOWN_RISK) or intervals[UNKNOWN_RISK]
    return min(days, intervals["high"]) if danger else days


def next_visit(done: date, risk: str | None, checks: Mapping[str, object], intervals: Mapping[str, int]) -> date:
    """The day to propose for the next visit, from what was seen on this one."""
    return done + timedelta(days=interval(risk, intervals, danger=bool(dangers(checks))))


def dangers(checks: Mapping[str, object]) -> list[str]:
    """The checks where a danger was ticked: what was seen must be written down."""
    return [name for name in CHECK_FIELDS if checks.get(name) == "danger"]


def people(visitors: str) -> list[str]:
    """The names in a line of visitors, however they are separated."""
    return [name for name in _BETWEEN.split(visitors.strip()) if name]
