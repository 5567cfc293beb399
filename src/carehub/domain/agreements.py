"""Agreements on paper about one child: who looks after it while its parents are away."""

from datetime import date
from typing import ClassVar

from carehub.domain.errors import InvalidInput
from carehub.domain.facts import About, Kind, Sensitivity, fact
from carehub.domain.record import Record
from carehub.domain.texts import mark

CARER = mark("Who looks after the child")
AGREED = mark("What is agreed")
SIGNED = mark("Signed")

NO_CARER = mark("Please say who looks after the child: somebody of the family, or a name.")
ENDS_BEFORE = mark("The agreement would end before it begins.")


class CareAgreement(Record, table=True):
    """What the parents agreed with the carer they entrust their child to (委托照护协议).

    Written and told to the village, with contact at least once a week: Law on the Protection of Minors (2020), articles
    22 and 23. The carer is one of the family (`carer_id`) or somebody else by name (`carer`). `sheet_no` is the number
    on the paper, made like that of a visit sheet.
    """

    __tablename__ = "care_agreement"
    about: ClassVar[About] = About(
        mark("Care agreement"), mark("Care agreements"), title="sheet_no", icon="fa6s.handshake-angle",
        days=("from_on",), line=("carer_id", "carer", "until_on"),
    )  # fmt: skip

    child_id: str = fact(mark("Child"), Kind.REFERENCE, ref="child", owner=True, required=True, index=True, listed=True)
    parents: str | None = fact(
        mark("Entrusted by"), required=True, listed=True, length=60, help=mark("Father and mother, or who has custody")
    )
    carer_id: str | None = fact(
        mark("Carer, of the family"), Kind.REFERENCE, ref="family_member", group=CARER, index=True, listed=True
    )
    carer: str | None = fact(mark("Carer, somebody else"), Kind.NAME, group=CARER, listed=True)
    relation: str | None = fact(
        mark("Relation to the child"), Kind.CHOICE, codes="relation", group=CARER,
        help=mark("Only for somebody who is not on file in the family"),
    )  # fmt: skip
    phone: str | None = fact(mark("Carer's phone"), Kind.PHONE, group=CARER, sensitivity=Sensitivity.SENSITIVE)
    from_on: date | None = fact(mark("From"), Kind.DATE, group=AGREED, required=True, listed=True)
    until_on: date | None = fact(mark("Until"), Kind.DATE, group=AGREED, required=True, listed=True)
    contents: str | None = fact(mark("What the carer takes over"), Kind.LONG, group=AGREED, required=True)
    contact: str | None = fact(
        mark("Parents get in touch"), Kind.CHOICE, codes="agreed_contact", default="weekly", group=AGREED,
        required=True, listed=True, help=mark("At least once a week: that is the law"),
    )  # fmt: skip
    signed_on: date | None = fact(mark("Signed on"), Kind.DATE, group=SIGNED, past=True, listed=True)
    witness: str | None = fact(mark("Witness"), Kind.NAME, group=SIGNED, help=mark("Somebody of the village"))
    sheet_no: str | None = fact(
        mark("Agreement number"), group=SIGNED, system=True, searched=True, listed=True, index=True, length=12
    )


def require_sound(row: CareAgreement) -> None:
    """Raises `InvalidInput` for an agreement without a carer, or that ends before it begins."""
    if not row.carer_id and not row.carer:
        raise InvalidInput(NO_CARER)
    if row.from_on and row.until_on and row.until_on < row.from_on:
        raise InvalidInput(ENDS_BEFORE)
