"""Joint meetings of the responsible parties, and what they resolved."""

from datetime import date
from typing import ClassVar

from carehub.domain.facts import About, Kind, fact
from carehub.domain.record import Record
from carehub.domain.texts import mark

WHO = mark("Who was there")
WHAT = mark("What it was about")


class JointMeeting(Record, table=True):
    """A joint meeting 联席会议. Its resolutions are records of their own, each with a day until which it is due."""

    __tablename__ = "joint_meeting"
    about: ClassVar[About] = About(
        mark("Joint meeting"), mark("Joint meetings"), title="held_on", icon="fa6s.handshake"
    )

    held_on: date | None = fact(mark("Day of the meeting"), Kind.DATE, required=True, listed=True)
    place: str | None = fact(mark("Place"), listed=True, length=100)
    chair: str | None = fact(mark("Chair"), Kind.NAME, group=WHO, listed=True)
    recorder: str | None = fact(mark("Recorder"), Kind.NAME, group=WHO)
    expected: int | None = fact(mark("People expected"), Kind.INTEGER, group=WHO, unit=mark("people"), listed=True)
    present: int | None = fact(mark("People present"), Kind.INTEGER, group=WHO, unit=mark("people"), listed=True)
    agenda: str | None = fact(mark("Agenda"), Kind.LONG, group=WHAT, searched=True, listed=True)
    minutes: str | None = fact(mark("Minutes of the meeting"), Kind.LONG, group=WHAT)


class Resolution(Record, table=True):
    """Something a meeting resolved: who does it, until when, and what came of it.

    It is at home where it is done: with the responsible site, if that lies below the site that met, so that a room
    finds there what the township asks of it and writes down what came of it. The meeting itself stays above; who met
    and when is therefore kept here too.
    """

    __tablename__ = "resolution"
    about: ClassVar[About] = About(mark("Resolution"), mark("Resolutions"), title="wording", icon="fa6s.list-check")

    meeting_id: str = fact(
        mark("Joint meeting"),
        Kind.REFERENCE,
        ref="joint_meeting",
        home=True,
        afar=True,
        required=True,
        index=True,
        listed=True,
    )
    wording: str = fact(mark("What was resolved"), Kind.LONG, required=True, searched=True, listed=True)
    responsible_id: str | None = fact(mark("Responsible site"), Kind.REFERENCE, ref="site", listed=True)
    due_on: date | None = fact(mark("Due on"), Kind.DATE, required=True, listed=True)
    done_on: date | None = fact(mark("Done on"), Kind.DATE, past=True, listed=True)
    result: str | None = fact(mark("What came of it"), Kind.LONG)
    set_by_id: str | None = fact(mark("Resolved by"), Kind.REFERENCE, ref="site", system=True, listed=True)
    resolved_on: date | None = fact(mark("Resolved on"), Kind.DATE, system=True, listed=True)
