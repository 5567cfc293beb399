"""When a child is to be visited again, and who went: what a sheet says of it, and what follows. Pure."""

import re
from collections.abc import Mapping
from datetime import date, timedelta

from carehub.domain.care import CHECK_FIELDS

TWO = 2
"""A home is visited by two people or more: nobody goes to a child alone."""
_BETWEEN = re.compile(r"[、,，;；/\s]+|和|及")


def next_visit(done: date, risk: str | None, checks: Mapping[str, object], intervals: Mapping[str, int]) -> date:
    """The day to propose for the next visit: an interval of the child's risk later; where a danger was seen, no later
    than a child at high risk would be visited again. `intervals`: risk level → days, with `unknown`."""
    days = intervals.get(risk or "unknown") or intervals["unknown"]
    if dangers(checks):
        days = min(days, intervals["high"])
    return done + timedelta(days=days)


def dangers(checks: Mapping[str, object]) -> list[str]:
    """The checks where a danger was ticked: what was seen must be written down."""
    return [name for name in CHECK_FIELDS if checks.get(name) == "danger"]


def people(visitors: str) -> list[str]:
    """The names in a line of visitors, however they are separated."""
    return [name for name in _BETWEEN.split(visitors.strip()) if name]
