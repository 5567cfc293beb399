"""The school: who sleeps in which bed of its dormitories."""

from datetime import date
from typing import ClassVar

from carehub.domain.facts import About, Kind, Sensitivity, fact
from carehub.domain.record import Record
from carehub.domain.terms import last_day
from carehub.domain.texts import mark


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
