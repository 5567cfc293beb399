"""The way of the money: grant → batch → payment → signature → audit call → correction, walked from either end."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlmodel import Session

from carehub.domain.aid import AidGrant, AuditCall, AuditSample, Payment, PaymentBatch
from carehub.domain.errors import NotFound
from carehub.domain.money import yuan
from carehub.domain.record import Record
from carehub.domain.texts import mark
from carehub.services import aid, audits
from carehub.services.desk import Desk
from carehub.store import payments as money
from carehub.store import queries

CHAIN: tuple[type[Record], ...] = (AidGrant, PaymentBatch, Payment, AuditSample, AuditCall)
NOTHING = mark("“{id}” is no grant, batch, payment, sample or call here.")
GRANT = mark("Grant {no}: {amount} yuan, of which {paid} were paid")
BATCH = mark("Batch {programme}, {term}: {count} people, {amount} yuan")
PAYMENT = mark("Payment to {name}: {amount} yuan")
CORRECTION = mark("Correction of {amount} yuan: {reason}")
SIGNATURE = mark("Signed by {name} on {day}")
UNSIGNED = mark("Not signed yet")
SAMPLE = mark("Sample at {rate}, drawn on {day}")
CALL = mark("Call {place}: {outcome}")
FOUND = mark(", due {due}, received {received} yuan")
TO_EXPLAIN = mark(", not explained yet")
NOT_CALLED = mark("not called yet")


@dataclass(frozen=True, slots=True)
class Step:
    """One link of the chain: its table and id ("" for a signature, which stands in its payment), and what it says."""

    kind: str
    id: str
    text: str


def up(desk: Desk, row_id: str) -> list[Step]:
    """The way from the grant down to a row (its id, or the end of it), the row last. Raises `NotFound`."""
    with desk.store.reading() as session:
        return [_step(desk, session, row) for row in reversed(list(_above(session, _find(session, row_id))))]


def down(desk: Desk, row_id: str) -> list[Step]:
    """What hangs on a row: batches of a grant; payments and samples of a batch; signature, calls and corrections of a
    payment; calls of a sample; what a call led to. Raises `NotFound`."""
    with desk.store.reading() as session:
        row, steps = _find(session, row_id), list[Step]()
        if isinstance(row, Payment) and not row.corrects_id:
            signed = desk.texts(SIGNATURE, name=row.signed_by, day=row.signed_on or "") if row.signed_by else ""
            steps.append(Step("signature", "", signed or desk.texts(UNSIGNED)))
        return steps + [_step(desk, session, below) for below in _below(session, row)]


def _find(session: Session, row_id: str) -> Record:
    for record in CHAIN:
        try:
            return queries.find(session, record, row_id)
        except NotFound:
            continue
    raise NotFound(NOTHING, id=row_id)


def _above(session: Session, row: Record | None) -> Iterator[Record]:
    """A row and what it came from, up to the grant as far as there is one."""
    while row is not None:
        yield row
        row = _parent(session, row)


def _parent(session: Session, row: Record) -> Record | None:
    match row:
        case AuditCall():
            return session.get(Payment, row.payment_id)
        case Payment() if row.corrects_id:
            return session.get(Payment, row.corrects_id)
        case Payment() | AuditSample():
            return session.get(PaymentBatch, row.batch_id)
        case PaymentBatch():
            return session.get(AidGrant, row.grant_id) if row.grant_id else None
        case _:
            return None


def _below(session: Session, row: Record) -> list[Record]:
    match row:
        case AidGrant():
            return [*queries.where(session, PaymentBatch, grant_id=row.id)]
        case PaymentBatch():
            paid = queries.where(session, Payment, batch_id=row.id, corrects_id=None)
            return [*sorted(paid, key=lambda p: p.line or 0), *queries.where(session, AuditSample, batch_id=row.id)]
        case Payment():
            calls = audits.called(queries.where(session, AuditCall, payment_id=row.id))
            return [*calls, *queries.where(session, Payment, corrects_id=row.id)]
        case AuditSample():
            calls = audits.called(queries.where(session, AuditCall, sample_id=row.id))
            return [*sorted(calls, key=lambda c: c.place or 0)]
        case AuditCall():
            return [*queries.where(session, Payment, corrects_id=row.payment_id)]
        case _:
            return []


def _step(desk: Desk, session: Session, row: Record) -> Step:
    return Step(str(row.__tablename__), row.id, _text(desk, session, row))


def _text(desk: Desk, session: Session, row: Record) -> str:
    tr = desk.texts
    match row:
        case AidGrant():
            batches = [b.id for b in queries.where(session, PaymentBatch, grant_id=row.id)]
            paid = sum(total.fen for total in money.totals(session, batches).values())
            return tr(GRANT, no=row.document_no or "", amount=yuan(row.amount_fen or 0), paid=yuan(paid))
        case PaymentBatch():
            named, total = aid.read(session).get(row.programme or ""), money.totals(session, [row.id])[row.id]
            return tr(BATCH, programme=named.name if named else row.programme or "", term=row.term or "",
                      count=total.children, amount=yuan(total.fen))  # fmt: skip
        case Payment() if row.corrects_id:
            return tr(CORRECTION, amount=yuan(row.amount_fen or 0), reason=row.reason or "")
        case Payment():
            return tr(PAYMENT, name=row.name or "", amount=yuan(row.amount_fen or 0))
        case AuditSample():
            return tr(SAMPLE, rate=f"{(row.permille or 0) / 10:g}%", day=row.drawn_on or "—")
        case AuditCall():
            return _of_call(desk, row)
        case _:
            return ""


def _of_call(desk: Desk, call: AuditCall) -> str:
    tr = desk.texts
    ended = desk.codes["audit_outcome"].name_of(call.outcome, tr) if call.outcome else tr(NOT_CALLED)
    said = tr(CALL, place=call.place or 0, outcome=ended)
    if call.outcome == "reached":
        said += tr(FOUND, due=yuan(call.due_fen or 0), received=yuan(call.received_fen or 0))
    if audits.differs(call):
        said += f", {call.explanation}" if call.explained_on else tr(TO_EXPLAIN)
    return said
