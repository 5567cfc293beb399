"""Giving and thanking: awards so far."""

from datetime import date
from typing import ClassVar

from carehub.domain.facts import About, Kind, fact
from carehub.domain.record import Record
from carehub.domain.texts import mark


class Award(Record, table=True):
    """An honour given to a person; prints a certificate. `certificate_no` never repeats within issuer and year."""

    __tablename__ = "award"
    about: ClassVar[About] = About(mark("Award"), mark("Awards"), title="recipient", icon="fa6s.award")

    recipient: str = fact(mark("Awarded to"), Kind.NAME, required=True, searched=True, listed=True)
    recipient_id: str | None = fact(mark("Person on file"), Kind.REFERENCE, ref="volunteer")
    title: str = fact(mark("Title of honour"), required=True, listed=True, length=40)
    reason: str | None = fact(mark("Reason"), Kind.LONG, length=200)
    issuer: str | None = fact(mark("Issued by"), length=60, listed=True)
    awarded_on: date | None = fact(mark("Awarded on"), Kind.DATE, required=True, listed=True)
    certificate_no: str | None = fact(mark("Certificate number"), system=True, listed=True, length=40)
