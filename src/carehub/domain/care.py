"""The care itself: who looks after whom, and the visits."""

from datetime import date
from typing import ClassVar

from carehub.domain.facts import About, Kind, fact
from carehub.domain.record import Record
from carehub.domain.texts import mark

SHEET = mark("Sheet")
HOW = mark("How it went")
CHECKS = mark("What was seen")
NEXT = mark("What comes next")

CHECK_FIELDS = ("home_safety", "guardianship", "health", "study", "mood", "parent_contact")
"""The six things looked at on every visit; each is ok, concern or danger."""


class Pairing(Record, table=True):
    """One volunteer for one child over a period. No legal guardianship follows from it. It runs until `ended_on`; who
    took over is the pairing `replaced_by`. `sheet_no` stands on the agreement, twelve digits like those of a visit
    sheet."""

    __tablename__ = "pairing"
    about: ClassVar[About] = About(
        mark("Pairing"), mark("Pairings"), title="started_on", icon="fa6s.link",
        line=("volunteer_id", "kind", "ended_on", "end_reason"),
    )  # fmt: skip

    child_id: str = fact(mark("Child"), Kind.REFERENCE, ref="child", owner=True, required=True, index=True, listed=True)
    volunteer_id: str = fact(mark("Volunteer"), Kind.REFERENCE, ref="volunteer", required=True, index=True, listed=True)
    kind: str | None = fact(mark("Pairing kind"), Kind.CHOICE, codes="pairing_kind", default="one_to_one", listed=True)
    started_on: date | None = fact(mark("From"), Kind.DATE, required=True, listed=True)
    ended_on: date | None = fact(mark("Until"), Kind.DATE, listed=True)
    end_reason: str | None = fact(mark("Why ended"))
    replaced_by: str | None = fact(mark("Replaced by"), Kind.REFERENCE, ref="pairing", system=True)
    sheet_no: str | None = fact(mark("Agreement number"), system=True, searched=True, index=True, length=12)
    signed_on: date | None = fact(mark("Agreement signed on"), Kind.DATE, past=True, listed=True)


class Visit(Record, table=True):
    """One visit to one child: planned when its sheet is printed, done when the sheet is typed in.

    `sheet_no` is twelve digits (date, random part, check digit) so that a scanner can type it into any field,
    whatever input method is on; the QR code of the sheet holds the same digits.
    """

    __tablename__ = "visit"
    about: ClassVar[About] = About(
        mark("Visit"), mark("Visits"), title="sheet_no", icon="fa6s.clipboard-check", days=("done_on", "planned_for"),
        line=("way", "visitors", *CHECK_FIELDS, "note"),
    )  # fmt: skip

    child_id: str = fact(mark("Child"), Kind.REFERENCE, ref="child", owner=True, required=True, index=True, listed=True)
    sheet_no: str | None = fact(
        mark("Sheet number"), group=SHEET, system=True, searched=True, listed=True, index=True, length=12
    )
    planned_for: date | None = fact(mark("Planned for"), Kind.DATE, group=SHEET, listed=True)
    done_on: date | None = fact(mark("Visited on"), Kind.DATE, group=HOW, required=True, listed=True, past=True)
    way: str | None = fact(mark("Way"), Kind.CHOICE, codes="visit_way", group=HOW, listed=True)
    volunteer_id: str | None = fact(mark("Volunteer"), Kind.REFERENCE, ref="volunteer", group=HOW)
    visitors: str | None = fact(mark("Visitors"), group=HOW, help=mark("Two or more people, names"))
    present: str | None = fact(mark("Present"), group=HOW, help=mark("Who was at home"))
    minutes: int | None = fact(mark("Minutes"), Kind.INTEGER, group=HOW, unit=mark("minutes"))
    home_safety: str | None = fact(mark("Home safety"), Kind.CHOICE, codes="check", group=CHECKS)
    guardianship: str | None = fact(mark("Guardianship"), Kind.CHOICE, codes="check", group=CHECKS)
    health: str | None = fact(mark("Health"), Kind.CHOICE, codes="check", group=CHECKS)
    study: str | None = fact(mark("Study"), Kind.CHOICE, codes="check", group=CHECKS)
    mood: str | None = fact(mark("Mood"), Kind.CHOICE, codes="check", group=CHECKS)
    parent_contact: str | None = fact(mark("Contact with parents"), Kind.CHOICE, codes="check", group=CHECKS)
    note: str | None = fact(mark("What was noticed"), Kind.LONG, group=CHECKS)
    needs: str | None = fact(mark("Needs"), Kind.LONG, group=NEXT)
    measures: str | None = fact(mark("Measures"), Kind.LONG, group=NEXT)
    next_on: date | None = fact(mark("Next visit"), Kind.DATE, group=NEXT)


class ChildSheet(Record, table=True):
    """A paper about one child that was printed to come back signed or filled in, and is no record itself: its number
    opens the page where what stands on it is typed in."""

    __tablename__ = "child_sheet"
    about: ClassVar[About] = About(
        mark("Sheet of a child"), mark("Sheets of a child"), title="sheet_no", icon="fa6s.file-signature", told=False
    )

    child_id: str = fact(mark("Child"), Kind.REFERENCE, ref="child", owner=True, system=True, index=True, listed=True)
    kind: str | None = fact(mark("Paper"), Kind.CHOICE, codes="child_sheet", system=True, required=True, listed=True)
    sheet_no: str | None = fact(
        mark("Sheet number"), group=SHEET, system=True, searched=True, listed=True, index=True, length=12
    )
    printed_on: date | None = fact(mark("Printed on"), Kind.DATE, system=True, listed=True)
