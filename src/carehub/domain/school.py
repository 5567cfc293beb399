"""The school: who sleeps in which bed of its dormitories."""

import re
import unicodedata
from datetime import date
from typing import ClassVar

from carehub.domain.facts import About, Kind, Sensitivity, fact
from carehub.domain.record import Record
from carehub.domain.texts import mark

_TERM = re.compile(r"(20[0-9]{2})\s*年?\s*([春秋])")
_YEAR = re.compile(
    r"(20[0-9]{2})\s*年?\s*[-—–~至]+\s*(20[0-9]{2})\s*学年度?\s*(?:第?\s*([一二12])\s*学期|([上下])\s*学?期)"
)


class BoardingPlace(Record, table=True):
    """A bed that a child sleeps in for one term. A bed holds one child at a time; the place ends with its term. Where
    a child sleeps is as sensitive as where it lives."""

    __tablename__ = "boarding_place"
    about: ClassVar[About] = About(mark("Boarding place"), mark("Boarding places"), title="room", icon="fa6s.bed")

    child_id: str = fact(mark("Child"), Kind.REFERENCE, ref="child", owner=True, required=True, index=True, listed=True)
    term: str = fact(mark("Term"), required=True, listed=True, length=20, help=mark("Such as 2026年春季"))
    school: str | None = fact(mark("School"), listed=True, length=60)
    building: str | None = fact(mark("Dormitory building"), listed=True, length=40)
    room: str | None = fact(mark("Dormitory room"), listed=True, length=20, sensitivity=Sensitivity.SENSITIVE)
    bed: str | None = fact(mark("Bed"), listed=True, length=20)
    ended_on: date | None = fact(mark("Left the bed on"), Kind.DATE, help=mark("Only if before the end of the term"))

    def held_on(self, day: date) -> bool:
        """Whether the bed is the child's on a day: it ends with the term, or on the day the child left it."""
        last = last_day(self.term or "")
        return self.voided_on is None and not any(end is not None and end < day for end in (self.ended_on, last))


def term_in(text: str) -> str | None:
    """The term that words speak of, as 2026年春季: 2026年春季学期, 2025-2026学年第二学期 and the like; else None."""
    plain = unicodedata.normalize("NFKC", text)
    if found := _TERM.search(plain):
        return f"{found[1]}年{found[2]}季"
    if found := _YEAR.search(plain):
        first = (found[3] or found[4]) in ("一", "1", "上")
        return f"{found[1]}年秋季" if first else f"{found[2]}年春季"
    return None


def term_on(day: date) -> str:
    """The term of a day: autumn from August to January, spring from February to July."""
    if 2 <= day.month <= 7:
        return f"{day.year}年春季"
    return f"{day.year - (day.month == 1)}年秋季"


def last_day(term: str) -> date | None:
    """The last day that belongs to a term; None for words that are no term."""
    found = term_in(term)
    if found is None:
        return None
    year = int(found[:4])
    return date(year, 7, 31) if "春" in found else date(year + 1, 1, 31)
