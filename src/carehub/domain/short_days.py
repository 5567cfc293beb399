"""Days as a hurried hand writes them on a sheet: "24", "11.24", "11月24日". The year, and the month where it is
missing, follow from the day the sheet is typed in."""

import calendar
import re
from datetime import date

from carehub.domain.normalise import half_width, parse_day
from carehub.domain.numerals import from_chinese

_DAY = re.compile(r"([0-9]{1,2})\s*[日号]?")
_MONTH_DAY = re.compile(r"([0-9]{1,2})\s*[./\-月、]\s*([0-9]{1,2})\s*[日号]?|([0-9]{2})([0-9]{2})")


def short_day(text: str, near: date, *, past: bool) -> date | None:
    """The day that is meant: a whole date as it stands; a day of the month, or month and day, as the nearest such day
    not after `near` (with `past`: a visit that was made) or not before it (the next one). None for anything else."""
    typed = from_chinese(half_width(text))
    if whole := parse_day(typed):
        return whole
    if alone := _DAY.fullmatch(typed):
        return _of_months(int(alone[1]), near, past=past)
    if both := _MONTH_DAY.fullmatch(typed):
        month, day = (int(part) for part in both.groups() if part)
        return _of_years(month, day, near, past=past)
    return None


def _of_months(day: int, near: date, *, past: bool) -> date | None:
    """The month of `near`, else the one before or after it: the 31st of a short month is nobody's day."""
    if not 1 <= day <= 31:
        return None
    months = [near.year * 12 + near.month - 1]
    months += [months[0] - 1, months[0] - 2] if past else [months[0] + 1, months[0] + 2]
    for count in months:
        year, month = divmod(count, 12)
        if day <= calendar.monthrange(year, month + 1)[1]:
            found = date(year, month + 1, day)
            if found <= near if past else found >= near:
                return found
    return None


def _of_years(month: int, day: int, near: date, *, past: bool) -> date | None:
    for year in (near.year, near.year - 1 if past else near.year + 1):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found <= near if past else found >= near:
            return found
    return None
