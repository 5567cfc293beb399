"""What a room does with many at once: activities with those who came, pledges, and rounds to internet cafés."""

from datetime import date
from typing import ClassVar

from carehub.domain.facts import About, Kind, fact
from carehub.domain.record import Record
from carehub.domain.texts import mark

WHEN = mark("When")
WHO = mark("Who takes care")
AFTER = mark("Afterwards")
SHEET = mark("Sheet")
SIGNED = mark("Signed")

PARTIES = ("pupil", "school", "third", "committee")
"""Who signs a pledge, in the order of the paper; the third is the internet café or the parents (`third_party`)."""


class Activity(Record, table=True):
    """Something done together: training of surrogate parents, a comfort visit, an interest class, a festival."""

    __tablename__ = "activity"
    about: ClassVar[About] = About(mark("Activity"), mark("Activities"), title="title", icon="fa6s.people-group")

    title: str = fact(mark("What it is called"), required=True, searched=True, listed=True, length=60)
    kind: str | None = fact(mark("Activity kind"), Kind.CHOICE, codes="activity_kind", required=True, listed=True)
    held_on: date | None = fact(mark("Day of the activity"), Kind.DATE, group=WHEN, required=True, listed=True)
    until_on: date | None = fact(
        mark("Last day"), Kind.DATE, group=WHEN, help=mark("Only if it takes more than one day")
    )
    starts_at: str | None = fact(mark("Begins at"), Kind.TIME, group=WHEN, help=mark("Like 15:20"))
    ends_at: str | None = fact(mark("Ends at"), Kind.TIME, group=WHEN, help=mark("Like 15:20"))
    place: str | None = fact(mark("Place"), group=WHEN, listed=True, length=100)
    leader: str | None = fact(mark("Leader"), Kind.NAME, group=WHO, listed=True)
    safety_officer: str | None = fact(mark("Safety officer"), Kind.NAME, group=WHO)
    summary: str | None = fact(mark("How the activity went"), Kind.LONG, group=AFTER)
    sheet_no: str | None = fact(mark("Sheet number"), group=SHEET, system=True, searched=True, index=True, length=12)


class Attendance(Record, table=True):
    """One person at one activity: a child, a family member or a volunteer, exactly one of them.

    It is erased with that person. It is at home with the activity: whoever holds the one holds the other. The activity
    is no owner: it is never erased, and when a child's file moves, what the child took part in goes along without it.
    """

    __tablename__ = "attendance"
    about: ClassVar[About] = About(mark("Attendance"), mark("Attendances"), title="activity_id", icon="fa6s.user-check")

    activity_id: str = fact(
        mark("Activity"), Kind.REFERENCE, ref="activity", home=True, required=True, index=True, listed=True
    )  # fmt: skip
    child_id: str | None = fact(mark("Child"), Kind.REFERENCE, ref="child", owner=True, index=True, listed=True)
    family_member_id: str | None = fact(
        mark("Family member"), Kind.REFERENCE, ref="family_member", owner=True, index=True, listed=True
    )
    volunteer_id: str | None = fact(
        mark("Volunteer"), Kind.REFERENCE, ref="volunteer", owner=True, index=True, listed=True
    )
    present: bool | None = fact(mark("Was there"), Kind.BOOLEAN, default=True, listed=True)


PEOPLE = ("child_id", "volunteer_id", "family_member_id")
"""The fields of an attendance of which exactly one names the person."""


class Pledge(Record, table=True):
    """A four-party pledge of one pupil for one year and theme, with the day on which each party signed."""

    __tablename__ = "pledge"
    about: ClassVar[About] = About(mark("Pledge"), mark("Pledges"), title="year", icon="fa6s.file-signature")

    child_id: str = fact(mark("Child"), Kind.REFERENCE, ref="child", owner=True, required=True, index=True, listed=True)
    year: int | None = fact(mark("Year"), Kind.INTEGER, required=True, listed=True)
    theme: str | None = fact(
        mark("Theme"), Kind.CHOICE, codes="pledge_theme", default="internet_cafe", required=True, listed=True
    )
    third_party: str | None = fact(
        mark("Third party"), Kind.CHOICE, codes="pledge_party", default="parents", required=True
    )
    third_name: str | None = fact(
        mark("Name of the third party"), length=60, help=mark("The internet café, or father or mother")
    )
    pupil_on: date | None = fact(mark("Pupil signed on"), Kind.DATE, group=SIGNED, past=True, listed=True)
    school_on: date | None = fact(mark("School signed on"), Kind.DATE, group=SIGNED, past=True, listed=True)
    third_on: date | None = fact(mark("Third party signed on"), Kind.DATE, group=SIGNED, past=True, listed=True)
    committee_on: date | None = fact(mark("Committee signed on"), Kind.DATE, group=SIGNED, past=True, listed=True)
    expires_on: date | None = fact(mark("Valid until"), Kind.DATE, required=True, listed=True)
    sheet_no: str | None = fact(mark("Sheet number"), group=SHEET, system=True, searched=True, index=True, length=12)


class PatrolSheet(Record, table=True):
    """A patrol log that was printed to be filled in by hand. Its rounds are typed in when it comes back."""

    __tablename__ = "patrol_sheet"
    about: ClassVar[About] = About(
        mark("Patrol log sheet"), mark("Patrol log sheets"), title="sheet_no", icon="fa6s.shoe-prints"
    )

    sheet_no: str | None = fact(
        mark("Sheet number"), group=SHEET, system=True, searched=True, listed=True, index=True, length=12
    )
    printed_on: date | None = fact(mark("Printed on"), Kind.DATE, system=True, listed=True)


class Patrol(Record, table=True):
    """A supervision round of a volunteer to an internet café."""

    __tablename__ = "patrol"
    about: ClassVar[About] = About(mark("Patrol"), mark("Patrols"), title="cafe", icon="fa6s.shoe-prints")

    patrolled_on: date | None = fact(mark("Day of the patrol"), Kind.DATE, required=True, past=True, listed=True)
    cafe: str = fact(mark("Internet café"), required=True, searched=True, listed=True, length=60)
    volunteer_id: str | None = fact(
        mark("Volunteer"), Kind.REFERENCE, ref="volunteer", required=True, index=True, listed=True
    )
    minutes: int | None = fact(mark("Minutes"), Kind.INTEGER, unit=mark("minutes"), listed=True)
    found: str | None = fact(mark("What was found"), Kind.LONG, listed=True)
    told: str | None = fact(mark("Who was told"), listed=True)
    sheet_id: str | None = fact(
        mark("Patrol log sheet"), Kind.REFERENCE, ref="patrol_sheet", group=SHEET, system=True, index=True
    )
