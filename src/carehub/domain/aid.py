"""Aid: what programmes there are, what was paid to whom, and what audit calls found.

Programmes and their amounts are reference data of the district: dated rows, added to and never overwritten. Money is
whole fen. Of a payment nothing is ever changed but the signature, which is filled in once; a mistake is put right by a
further row (`corrects_id`) whose amount is the difference.
"""

from datetime import date
from typing import ClassVar

from carehub.domain.facts import About, Kind, Sensitivity, fact
from carehub.domain.record import Record
from carehub.domain.rights import Right
from carehub.domain.texts import mark

SENSITIVE = Sensitivity.SENSITIVE

PAID = mark("What was paid")
SIGNED = mark("Who signed")
DRAW = mark("The draw")
ANSWER = mark("What the call found")
PROGRAMME = mark("Aid programme")
TERM = mark("Term")
SCHOOL = mark("School")
REMARK = mark("Remark")


class AidCategory(Record, table=True):
    """One of the categories of aid, by stage of school."""

    __tablename__ = "aid_category"
    about: ClassVar[About] = About(
        mark("Aid category"), mark("Aid categories"), icon="fa6s.layer-group", writes=Right.MERGE
    )

    code: str | None = fact(mark("Code"), required=True, listed=True, length=20)
    name: str | None = fact(mark("Name of the category"), required=True, listed=True, length=40)


class AidProgramme(Record, table=True):
    """One programme. Payments name it by its code, so that they can be read before the district's rows have come."""

    __tablename__ = "aid_programme"
    about: ClassVar[About] = About(
        PROGRAMME, mark("Aid programmes"), icon="fa6s.hand-holding-heart", writes=Right.MERGE
    )

    code: str | None = fact(mark("Code"), required=True, listed=True, length=20)
    name: str | None = fact(mark("Name of the programme"), required=True, listed=True, length=60)
    category: str | None = fact(
        mark("Aid category"), Kind.CHOICE, codes="aid_category", listed=True, help=mark("Empty: across all stages")
    )  # fmt: skip
    eligibility: str | None = fact(mark("Who may have it"), Kind.LONG)
    by_district: bool | None = fact(mark("Set by the district"), Kind.BOOLEAN, listed=True)
    from_on: date | None = fact(mark("From"), Kind.DATE, listed=True)
    until_on: date | None = fact(mark("Until"), Kind.DATE, listed=True)


class AidAmount(Record, table=True):
    """What a programme pays from a day on. A new amount is a new row; the older ones stay."""

    __tablename__ = "aid_amount"
    about: ClassVar[About] = About(
        mark("Amount of aid"), mark("Amounts of aid"), title="from_on", icon="fa6s.coins", writes=Right.MERGE, kept=True
    )  # fmt: skip

    programme: str | None = fact(PROGRAMME, Kind.CHOICE, codes="aid_programme", required=True, listed=True)
    tier: str | None = fact(mark("For whom"), listed=True, length=40)
    amount_fen: int | None = fact(mark("Amount"), Kind.MONEY, unit=mark("yuan"), required=True, listed=True)
    at_most: bool | None = fact(mark("Is the most there is"), Kind.BOOLEAN, listed=True)
    per: str | None = fact(mark("Paid per"), Kind.CHOICE, codes="aid_per", required=True, listed=True)
    from_on: date | None = fact(mark("From"), Kind.DATE, required=True, listed=True)
    basis: str | None = fact(mark("Set by which document"), listed=True)


class AidGrant(Record, table=True):
    """Money that came in for aid: where the chain of every payment begins."""

    __tablename__ = "aid_grant"
    about: ClassVar[About] = About(
        mark("Grant"), mark("Grants"), title="document_no", icon="fa6s.file-invoice", kept=True
    )

    document_no: str | None = fact(mark("Document number"), required=True, listed=True, length=60)
    issuer: str | None = fact(mark("Granted by"), listed=True, length=60)
    received_on: date | None = fact(mark("Received on"), Kind.DATE, listed=True, past=True)
    programme: str | None = fact(PROGRAMME, Kind.CHOICE, codes="aid_programme", listed=True)
    amount_fen: int | None = fact(mark("Amount"), Kind.MONEY, unit=mark("yuan"), required=True, listed=True)
    remark: str | None = fact(REMARK, Kind.LONG)


class PaymentBatch(Record, table=True):
    """One payout of one programme in one term. While it is open payments are added; closing fixes the list, and only
    closed batches are drawn from."""

    __tablename__ = "payment_batch"
    about: ClassVar[About] = About(
        mark("Payment batch"), mark("Payment batches"), title="term", icon="fa6s.money-check", kept=True
    )

    programme: str | None = fact(PROGRAMME, Kind.CHOICE, codes="aid_programme", required=True, listed=True)
    term: str | None = fact(TERM, required=True, listed=True, length=20, help=mark("Such as 2026年春季"))
    paid_on: date | None = fact(mark("Paid on"), Kind.DATE, listed=True, past=True)
    grant_id: str | None = fact(mark("Grant"), Kind.REFERENCE, ref="aid_grant", index=True, listed=True)
    source: str | None = fact(mark("Source of funds"), listed=True, length=100)
    voucher_no: str | None = fact(mark("Voucher number"), listed=True, length=60)
    remark: str | None = fact(REMARK, Kind.LONG)
    ledger: str | None = fact(mark("Mark of the ledger"), system=True, length=64)
    closed_on: date | None = fact(mark("Closed on"), Kind.DATE, system=True, listed=True)
    closed_by: str | None = fact(mark("Closed by"), system=True, length=50)


class Payment(Record, table=True):
    """One child, one amount, in one batch. Name, school and class stand as the roll had them. `child_id` names the file
    of the child, if there is one here: with it the payment is erased, but it stays at home with its batch when the
    child moves. `amount_fen` of a correction is the difference, and may be below nothing."""

    __tablename__ = "payment"
    about: ClassVar[About] = About(mark("Payment"), mark("Payments"), icon="fa6s.yen-sign", kept=True)

    batch_id: str | None = fact(
        mark("Payment batch"), Kind.REFERENCE, ref="payment_batch", home=True, required=True, system=True, index=True
    )
    child_id: str | None = fact(
        mark("Child"), Kind.REFERENCE, ref="child", owner=True, stays=True, system=True, index=True
    )
    line: int | None = fact(mark("Line of the roll"), Kind.INTEGER, system=True, listed=True)
    name: str | None = fact(mark("Name"), Kind.NAME, group=PAID, required=True, listed=True)
    identity_no: str | None = fact(
        mark("Identity number"), Kind.IDENTITY_NO, group=PAID, sensitivity=SENSITIVE, index=True
    )
    school: str | None = fact(SCHOOL, group=PAID, listed=True, length=60)
    grade: str | None = fact(mark("Grade"), group=PAID, listed=True, length=20)
    class_name: str | None = fact(mark("Class"), group=PAID, length=20)
    amount_fen: int | None = fact(
        mark("Amount"), Kind.MONEY, group=PAID, unit=mark("yuan"), required=True, listed=True
    )  # fmt: skip
    account: str | None = fact(mark("Bank account"), group=PAID, sensitivity=SENSITIVE, length=40)
    remark: str | None = fact(REMARK, Kind.LONG, group=PAID)
    signed_by: str | None = fact(mark("Signed by"), Kind.NAME, group=SIGNED, system=True, listed=True)
    signed_relation: str | None = fact(
        mark("Relation"), Kind.CHOICE, codes="relation", group=SIGNED, system=True
    )  # fmt: skip
    signed_on: date | None = fact(mark("Signed on"), Kind.DATE, group=SIGNED, system=True, listed=True)
    corrects_id: str | None = fact(
        mark("Puts right"), Kind.REFERENCE, ref="payment", owner=True, stays=True, system=True, index=True
    )
    reason: str | None = fact(mark("Reason"), system=True, length=200)


class AuditSample(Record, table=True):
    """A draw from one closed batch. Everything that could steer it is fixed when it is planned (`planned_on`); the
    number that decides is published later by somebody else (`lot`, `lot_on`)."""

    __tablename__ = "audit_sample"
    about: ClassVar[About] = About(
        mark("Audit sample"), mark("Audit samples"), title="planned_on", icon="fa6s.dice", writes=Right.AUDIT
    )

    batch_id: str | None = fact(
        mark("Payment batch"), Kind.REFERENCE, ref="payment_batch", home=True, system=True, index=True, listed=True
    )
    permille: int | None = fact(mark("Rate in thousandths"), Kind.INTEGER, system=True, listed=True)
    method: str | None = fact(mark("Method"), Kind.CHOICE, codes="audit_method", group=DRAW, system=True, listed=True)
    lot: str | None = fact(mark("Public draw"), group=DRAW, system=True, listed=True, length=100)
    lot_on: date | None = fact(mark("Day of the public draw"), Kind.DATE, group=DRAW, system=True, listed=True)
    planned_on: date | None = fact(mark("Planned on"), Kind.DATE, group=DRAW, system=True, listed=True)
    planned_by: str | None = fact(mark("Planned by"), group=DRAW, system=True, length=50)
    population: int | None = fact(mark("Payments in the batch"), Kind.INTEGER, group=DRAW, system=True, listed=True)
    digest: str | None = fact(mark("Mark of the list"), group=DRAW, system=True, length=64)
    number: str | None = fact(mark("Number drawn"), group=DRAW, system=True, length=100)
    seed: str | None = fact(mark("Seed"), group=DRAW, system=True, length=64)
    drawn_on: date | None = fact(mark("Drawn on"), Kind.DATE, group=DRAW, system=True, listed=True)
    drawn_by: str | None = fact(mark("Drawn by"), group=DRAW, system=True, length=50)


class AuditCall(Record, table=True):
    """One drawn payment, and what a call about it found. A reserve is called once another could not be reached: then
    `replaces_id` names that one."""

    __tablename__ = "audit_call"
    about: ClassVar[About] = About(
        mark("Audit call"), mark("Audit calls"), title="place", icon="fa6s.phone-volume", writes=Right.AUDIT, kept=True
    )

    sample_id: str | None = fact(
        mark("Audit sample"), Kind.REFERENCE, ref="audit_sample", home=True, system=True, index=True
    )
    payment_id: str | None = fact(
        mark("Payment"), Kind.REFERENCE, ref="payment", owner=True, stays=True, system=True, index=True
    )
    place: int | None = fact(mark("Place in the draw"), Kind.INTEGER, system=True, listed=True)
    school: str | None = fact(SCHOOL, system=True, listed=True, length=60)
    reserve: bool | None = fact(mark("On the reserve list"), Kind.BOOLEAN, system=True, listed=True)
    replaces_id: str | None = fact(mark("Called instead of"), Kind.REFERENCE, ref="audit_call", system=True, afar=True)
    attempts: int | None = fact(mark("Tries"), Kind.INTEGER, system=True, listed=True)
    tried_on: date | None = fact(mark("Last tried on"), Kind.DATE, system=True, listed=True)
    outcome: str | None = fact(mark("Outcome"), Kind.CHOICE, codes="audit_outcome", system=True, listed=True)
    answered_by: str | None = fact(mark("Answered by"), Kind.NAME, group=ANSWER)
    relation: str | None = fact(mark("Relation"), Kind.CHOICE, codes="relation", group=ANSWER)
    due_fen: int | None = fact(mark("Amount due"), Kind.MONEY, unit=mark("yuan"), group=ANSWER, system=True)
    received_fen: int | None = fact(
        mark("Amount received"), Kind.MONEY, unit=mark("yuan"), group=ANSWER, required=True, listed=True
    )
    satisfaction: str | None = fact(
        mark("Satisfaction"), Kind.CHOICE, codes="satisfaction", group=ANSWER, required=True, listed=True
    )
    remark: str | None = fact(REMARK, Kind.LONG, group=ANSWER)
    explanation: str | None = fact(mark("Why the amounts differ"), Kind.LONG, group=ANSWER, system=True)
    explained_on: date | None = fact(mark("Explained on"), Kind.DATE, group=ANSWER, system=True)
