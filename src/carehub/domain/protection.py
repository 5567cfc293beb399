"""What the law asks for around the care: consent (PIPL articles 14, 15, 31), counselling talks, mandatory reports.

Talks and incidents are restricted: nobody without the right may know of their rows (`About.right`). None of their
columns is searched, so that nothing of them ever stands in the search index. Who reported is masked for everybody.
"""

from datetime import date
from typing import ClassVar

from carehub.domain.facts import About, Kind, Sensitivity, fact
from carehub.domain.record import Record
from carehub.domain.rights import Right
from carehub.domain.texts import mark

RESTRICTED = Sensitivity.RESTRICTED

POLICE = mark("The call to the police")
SEEN = mark("What was seen")
DONE = mark("What was done")
REPORTER = mark("Who reported it")

OWN_CONSENT_AGE = 14
"""From this age the child's own consent is wanted as well (PIPL article 31)."""


class Consent(Record, table=True):
    """One consent of one person to one purpose. A paper that names several purposes leaves one row for each, so that
    each can be withdrawn by itself."""

    __tablename__ = "consent"
    about: ClassVar[About] = About(mark("Consent"), mark("Consents"), title="given_on", icon="fa6s.file-signature")

    child_id: str = fact(mark("Child"), Kind.REFERENCE, ref="child", owner=True, required=True, index=True, listed=True)
    purpose: str | None = fact(mark("Purpose"), Kind.CHOICE, codes="consent_purpose", required=True, listed=True)
    given_by: str | None = fact(
        mark("Consent given by"), Kind.CHOICE, codes="consent_giver", default="guardian", required=True, listed=True
    )
    name: str | None = fact(mark("Name of the signer"), Kind.NAME, listed=True)
    relation: str | None = fact(mark("Relation"), Kind.CHOICE, codes="relation")
    given_on: date | None = fact(mark("Given on"), Kind.DATE, required=True, past=True, listed=True)
    expires_on: date | None = fact(mark("Valid until"), Kind.DATE, listed=True)
    wording: str | None = fact(mark("Text of the paper"), Kind.LONG)
    withdrawn_on: date | None = fact(mark("Withdrawn on"), Kind.DATE, past=True, listed=True)
    withdrawn_by: str | None = fact(mark("Withdrawn by"), Kind.NAME)


class Talk(Record, table=True):
    """A counselling talk with a child: only for the counsellor and the head."""

    __tablename__ = "talk"
    about: ClassVar[About] = About(
        mark("Talk"), mark("Talks"), title="held_on", icon="fa6s.comments", right=Right.TALKS, writes=Right.TALKS
    )

    child_id: str = fact(mark("Child"), Kind.REFERENCE, ref="child", owner=True, required=True, index=True, listed=True)
    held_on: date | None = fact(mark("Held on"), Kind.DATE, required=True, past=True, listed=True)
    place: str | None = fact(mark("Place"), listed=True, length=100)
    counsellor: str | None = fact(mark("Counsellor"), Kind.NAME, listed=True)
    topic: str | None = fact(mark("Topic"), Kind.CHOICE, codes="talk_topic", listed=True)
    summary: str | None = fact(mark("What was talked about"), Kind.LONG, required=True)
    follow_up: str | None = fact(mark("What follows"), Kind.LONG)
    next_on: date | None = fact(mark("Next talk"), Kind.DATE, listed=True)


class Incident(Record, table=True):
    """A mandatory report (Law on the Protection of Minors, article 11): the police first, then this entry. The
    reporter's identity is protected even from those who may read the rest."""

    __tablename__ = "incident"
    about: ClassVar[About] = About(
        mark("Mandatory report"), mark("Mandatory reports"), title="police_on", icon="fa6s.phone",
        right=Right.INCIDENTS, writes=Right.INCIDENTS,
    )  # fmt: skip

    child_id: str = fact(mark("Child"), Kind.REFERENCE, ref="child", owner=True, required=True, index=True, listed=True)
    police_on: date | None = fact(
        mark("110 called on"), Kind.DATE, group=POLICE, required=True, past=True, listed=True
    )  # fmt: skip
    police_time: str | None = fact(
        mark("Time of the call"), group=POLICE, required=True, listed=True, length=5, help=mark("Like 15:20")
    )
    officer: str | None = fact(mark("Officer, or number of the officer"), group=POLICE, length=100)
    receipt_no: str | None = fact(mark("Receipt number of the police"), group=POLICE, listed=True, length=60)
    told: str | None = fact(
        mark("Who else was told"), group=POLICE, help=mark("Civil affairs, the village, the school …")
    )
    seen_on: date | None = fact(mark("Seen on"), Kind.DATE, group=SEEN, required=True, past=True, listed=True)
    seen: str | None = fact(
        mark("What was seen or heard"), Kind.LONG, group=SEEN, required=True,
        help=mark("Only what you saw and heard yourself, word for word if you can"),
    )  # fmt: skip
    measures: str | None = fact(mark("What was done for the child"), Kind.LONG, group=DONE)
    reporter: str | None = fact(
        mark("Reporter"), Kind.NAME, group=REPORTER, sensitivity=RESTRICTED,
        help=mark("Protected: shown to nobody without a reason. May stay empty."),
    )  # fmt: skip
    reporter_phone: str | None = fact(
        mark("Phone of the reporter"), Kind.PHONE, group=REPORTER, sensitivity=RESTRICTED
    )  # fmt: skip
