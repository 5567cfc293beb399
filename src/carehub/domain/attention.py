"""What a care room has to see to, told from the few facts of a child that decide it. Pure: days go in, lines come out.

Where the rules come from: guardianship and unattended children, Law on the Protection of Minors, articles 21 and 22;
the visit intervals are the township's (`resources/visits.toml`); review at 16 and 18 so that nobody drops off silently.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple

from carehub.domain.follow_up import interval

SMALL, CHILD, ADULT = 8, 16, 18
"""Under 8 never unattended, under 16 never alone, review at 16 and 18."""
BIRTHDAYS_AHEAD, AGES_AHEAD, VISITS_AHEAD, PAPERS_AHEAD = 7, 30, 7, 30
"""So many days ahead birthdays, the ages of review, visits, and papers that run out are told."""
SILENCE = 30
"""After so many days contact with the parents that is not in order is told."""
LONGEST = 3650


class Line(StrEnum):
    """One thing to see to; the value stands in addresses (`children/<value>`)."""

    UNATTENDED = "unattended"  # under 8, and nobody looks after the child
    NOBODY = "nobody"  # under 16, guardianship is "nobody"
    NO_GUARDIAN = "no-guardian"
    OVERDUE = "overdue"
    SOON = "due-soon"
    BIRTHDAY = "birthday"
    NO_CONTACT = "no-contact"  # with the parents
    TURNS_16 = "turns-16"
    TURNS_18 = "turns-18"
    OF_AGE = "of-age"
    CONSENT_WITHDRAWN = "consent-withdrawn"
    CONSENT_MISSING = "consent-missing"
    CONSENT_EXPIRED = "consent-expired"
    CONSENT_OWN = "consent-own"
    CONSENT_EXPIRING = "consent-expiring"
    NO_PHONE = "no-phone"
    NO_BIRTH = "no-birth-date"
    NO_ADDRESS = "no-address"
    NO_RISK = "no-risk"


CONSENT_LINES: Mapping[str, Line] = {
    "withdrawn": Line.CONSENT_WITHDRAWN,
    "missing": Line.CONSENT_MISSING,
    "expired": Line.CONSENT_EXPIRED,
    "own missing": Line.CONSENT_OWN,
    "expiring": Line.CONSENT_EXPIRING,
}
"""How the consent to being looked after stands → the line it makes."""


class Facts(NamedTuple):
    """What decides about one child on file. `filed` is the day it was put on file; of the last visit: its day, the next
    one that was `agreed` then, and whether a `danger` was seen; `consent` is how the consent to the care stands. Of the
    contact with the parents: the last visit that found it in order (`in_touch`), the latest before the last `SILENCE`
    days that did not (`silent`), and whether the last one that looked ticked a danger (`lost`)."""

    id: str
    filed: date
    birth: date | None = None
    guardianship: str | None = None
    risk: str | None = None
    address: bool = True
    guardian: bool = True
    carer: bool = False
    phone: bool = True
    last: date | None = None
    agreed: date | None = None
    danger: bool = False
    consent: str = "given"
    in_touch: date | None = None
    silent: date | None = None
    lost: bool = False


def filed_on(row_id: str) -> date:
    """The day a row was made, which its UUIDv7 tells (RFC 9562)."""
    return datetime.fromtimestamp(int(row_id[:8] + row_id[9:13], 16) / 1000).date()


def first_id(day: date) -> str:
    """What the ids of rows made on a day or later are not less than: the inverse of `filed_on`."""
    begins = f"{max(0, round(datetime.combine(day, time()).timestamp() * 1000)):012x}"
    return f"{begins[:8]}-{begins[8:]}"


def due_on(facts: Facts, intervals: Mapping[str, int]) -> date:
    """The day by which a child is to be visited: an interval after the last visit, or after it was put on file, or on
    the day agreed at the last visit if that is earlier."""
    days = interval(facts.risk, intervals, danger=facts.danger)
    due = (facts.last or facts.filed) + timedelta(days=days)
    return facts.agreed if facts.last and facts.agreed and facts.last < facts.agreed < due else due


def age_on(birth: date, day: date) -> int:
    """Completed years of life on a day; whoever was born on 29 February is a year older on 1 March."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def years_before(day: date, years: int) -> date:
    """The latest birth date with which somebody is so many years old on a day."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 2, 28)


@dataclass(frozen=True)
class Rules:
    """The rules on one day with a township's intervals."""

    day: date
    intervals: Mapping[str, int]

    def after(self, days: int) -> date:
        """So many days from the day on, before it if negative."""
        return self.day + timedelta(days=days)

    def lines(self, facts: Facts) -> list[Line]:
        """Everything there is to see to about a child."""
        found = [*self._alarms(facts)]
        if facts.consent != "withdrawn":  # then no more visits are to be made
            due = due_on(facts, self.intervals)
            if due <= self.day:
                found.append(Line.OVERDUE)
            elif due <= self.after(VISITS_AHEAD):
                found.append(Line.SOON)
            if is_silent(facts):
                found.append(Line.NO_CONTACT)
        if facts.birth:
            found += self._ages(facts.birth)
        if facts.consent in CONSENT_LINES:
            found.append(CONSENT_LINES[facts.consent])
        return found + _gaps(facts)

    def _alarms(self, facts: Facts) -> list[Line]:
        """Whoever's age is not known is taken for a small child: better one call too many."""
        nobody = facts.guardianship == "nobody"
        if facts.guardian and not nobody:
            return []
        age = age_on(facts.birth, self.day) if facts.birth else 0
        found = [] if facts.guardian else [Line.NO_GUARDIAN]
        if age < SMALL and (nobody or not (facts.guardian or facts.carer)):
            found.append(Line.UNATTENDED)
        elif age < CHILD and nobody:
            found.append(Line.NOBODY)
        return found

    def _ages(self, birth: date) -> list[Line]:
        """Birthdays, and the ages of review: from 30 days before the day; 16 until 30 days after it, 18 until the file
        says that the child is no longer looked after."""
        found = [Line.BIRTHDAY] if self._has_birthday(birth) else []
        age, soon = age_on(birth, self.day), age_on(birth, self.after(AGES_AHEAD))
        if age >= ADULT:
            found.append(Line.OF_AGE)
        elif soon >= ADULT:
            found.append(Line.TURNS_18)
        elif soon >= CHILD > age_on(birth, self.after(-AGES_AHEAD - 1)):
            found.append(Line.TURNS_16)
        return found

    def _has_birthday(self, birth: date) -> bool:
        """Whether one becomes a year older from this day on within a week."""
        return age_on(birth, self.after(BIRTHDAYS_AHEAD)) > max(0, age_on(birth, self.after(-1)))


def is_silent(facts: Facts) -> bool:
    """Whether contact with the parents is broken: the last visit that looked ticked a danger, or one `SILENCE` days ago
    or earlier did not find it in order and none since did."""
    return facts.lost or (facts.silent is not None and (facts.in_touch is None or facts.in_touch < facts.silent))


def _gaps(facts: Facts) -> list[Line]:
    told = (
        (facts.guardian and not facts.phone, Line.NO_PHONE),
        (facts.birth is None, Line.NO_BIRTH),
        (not facts.address, Line.NO_ADDRESS),
        (not facts.risk, Line.NO_RISK),
    )
    return [line for missing, line in told if missing]
