"""Terms of the school year, as 2026年春季: read from what people write, told for papers, and their days."""

import re
from datetime import date

from carehub.domain.normalise import bare

_TERM = re.compile(r"(20[0-9]{2})年?(春|秋)")
_SAID = re.compile(r"20[0-9]{2}年[春秋]季")
_SCHOOL_YEAR = re.compile(
    r"(20[0-9]{2})(?:年?[-—–至~]|学年度?)(?:(20[0-9]{2})学?年?度?)?学?年?度?(?:第)?(一|二|上|下|1|2)"
)


def term_in(text: str) -> str | None:
    """The term a title speaks of, as 2026年春季: 2026年春季学期, 2025—2026学年第二学期; None if it names none. The
    first term of a school year begins in autumn."""
    said = bare(text)
    if found := _TERM.search(said):
        return f"{found[1]}年{found[2]}季"
    if found := _SCHOOL_YEAR.search(said):
        first = int(found[1])
        return f"{first}年秋季" if found[3] in "一上1" else f"{first + 1}年春季"
    return None


def spoken_term(term: str) -> str:
    """2026年春季学期, for papers; a term of another form as it is."""
    return f"{term}学期" if _SAID.fullmatch(term) else term


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
