"""How long records are kept: rules from `resources/retention.toml`, and the arithmetic of their days."""

from dataclasses import dataclass
from datetime import date

COMES_OF_AGE = "comes_of_age"
"""Counted from the eighteenth birthday."""
STATUSES = ("closed", "moved", "aged_out")
"""Counted from the day on which a child's file got this status."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Rows of `kind` may go so many `years` after `after`: a status, `COMES_OF_AGE`, or the name of a date field.
    `zh` and `en` say where the rule comes from."""

    kind: str
    after: str
    years: int
    zh: str
    en: str


def years_after(day: date, years: int) -> date:
    """The same day so many years later; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def eighteenth(birth: date) -> date:
    """The day somebody comes of age."""
    return years_after(birth, 18)
