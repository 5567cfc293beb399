"""Paying aid: batches, their rolls, signatures, corrections, and what was paid twice.

While a batch is open payments are added to it. Closing fixes the list for good: from then on only signatures are filled
in, each once, and a mistake is put right by a further row. Nothing is overwritten.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from carehub.domain.aid import AidGrant, Payment, PaymentBatch
from carehub.domain.drafts import check_value, require
from carehub.domain.errors import InvalidInput
from carehub.domain.facts import facts_of, typed_facts
from carehub.domain.money import parse_yuan, yuan
from carehub.domain.people import Child
from carehub.domain.terms import term_in
from carehub.domain.texts import mark
from carehub.services import aid, records
from carehub.services.desk import Desk
from carehub.store import payments as money
from carehub.store import queries
from carehub.store.payments import Double, Total
from carehub.store.store import Touched, Unit

NOT_A_TERM = mark("“{term}” is no term. Write it like 2026年春季 or 2025年秋季.")
CLOSED = mark("This batch was closed on {day}. Nothing can be added; a mistake is put right by a correction.")
CLOSED_ALREADY = mark("This batch was closed on {day} already.")
NO_GRANT = mark("There is no grant with the document number “{number}” here. Please write it down first.")
EMPTY = mark("There is no payment in this batch yet.")
SIGNED_ALREADY = mark("{name} has signed on {day} already. Nothing was changed.")
NO_REASON = mark("Please say why the payment is put right.")
NOT_A_SUM = mark("“{value}” is not a sum of money. Write it in yuan, like 625 or 312.50.")
NO_CHANGE = mark("The payment stands at {amount} yuan already.")
OF_A_CORRECTION = mark("This row puts another payment right. Please choose that one.")
NO_SUM = mark("A payment needs a sum above nothing.")


def open_batch(desk: Desk, values: Mapping[str, object]) -> tuple[PaymentBatch, Touched]:
    """Opens a batch. `programme` is a code or a name of the catalogue, `term` any spelling, `grant` the document number
    of a grant instead of its id. Raises `InvalidInput`; then nothing was saved."""
    chosen = aid.programme(desk, str(values.get("programme") or ""))
    term = term_in(str(values.get("term") or ""))
    if term is None:
        raise InvalidInput(NOT_A_TERM, term=values.get("term") or "")
    known = {k: v for k, v in values.items() if k not in ("programme", "grant")} | {"term": term}
    clean = require(PaymentBatch, known, desk.codes, partial=True) | {"programme": chosen.code}
    with desk.unit(PaymentBatch.about.writes) as unit:
        if number := str(values.get("grant") or "").strip():
            clean["grant_id"] = _grant(unit, number)
        elif clean.get("grant_id"):
            queries.get(unit.session, AidGrant, str(clean["grant_id"]))
        batch = records.insert(unit, desk, PaymentBatch, clean)
    return batch, unit.touched


def _grant(unit: Unit, number: str) -> str:
    """The id of the grant with a document number."""
    found = queries.where(unit.session, AidGrant, document_no=number)
    if not found:
        raise InvalidInput(NO_GRANT, number=number)
    return found[-1].id


def add(desk: Desk, batch_id: str, rows: Sequence[Mapping[str, object]]) -> tuple[list[Payment], Touched]:
    """Adds payments to an open batch, in one step. A row may name a child on file (`child_id`): what the roll says of
    the child is then taken from the file where the row does not say it. Raises `InvalidInput`; then none was added."""
    typed = typed_facts(Payment)
    with desk.unit(Payment.about.writes) as unit:
        batch = _own_batch(unit, desk, batch_id)
        if batch.closed_on:
            raise InvalidInput(CLOSED, day=batch.closed_on)
        line = len(queries.where(unit.session, Payment, batch_id=batch.id, corrects_id=None))
        added = []
        for n, row in enumerate(rows, line + 1):
            told, child = {k: v for k, v in row.items() if k != "child_id"}, row.get("child_id")
            file = queries.find(unit.session, Child, str(child)) if child else None
            if file is not None:
                fields = ("name", "identity_no", "school", "grade", "class_name")
                told = {k: getattr(file, k) for k in fields if k in typed} | told
            clean = require(Payment, told, desk.codes)
            if not clean["amount_fen"]:
                raise InvalidInput(NO_SUM)
            added.append(_insert(unit, desk, batch, clean | {"line": n}, _file_of(unit, file, clean)))
    return added, unit.touched


def _file_of(unit: Unit, file: Child | None, clean: Mapping[str, object]) -> str | None:
    """The child's file that a payment names: the one told, else the one with the identity number."""
    if file is not None:
        return file.id
    number = clean.get("identity_no")
    return money.children_by_number(unit.session, [str(number)]).get(str(number)) if number else None


def _insert(unit: Unit, desk: Desk, batch: PaymentBatch, clean: Mapping[str, object], child: str | None) -> Payment:
    return records.insert(unit, desk, Payment, {**clean, "batch_id": batch.id, "child_id": child})


def close(desk: Desk, batch_id: str) -> tuple[PaymentBatch, Touched]:
    """Closes a batch for good. Raises `InvalidInput` for an empty one and one that is closed."""
    with desk.unit(PaymentBatch.about.writes) as unit:
        batch = _own_batch(unit, desk, batch_id)
        if batch.closed_on:
            raise InvalidInput(CLOSED_ALREADY, day=batch.closed_on)
        if not money.totals(unit.session, [batch.id])[batch.id].children:
            raise InvalidInput(EMPTY)
        batch.closed_on, batch.closed_by = date.today(), desk.user.name
        unit.session.add(batch)
    return batch, unit.touched


def sign(
    desk: Desk, payment_id: str, name: str, relation: str = "", day: date | None = None
) -> tuple[Payment, Touched]:
    """Types in who signed for a payment; empty means the child. That is filled in once. Raises `InvalidInput`."""
    with desk.unit(Payment.about.writes) as unit:
        payment = _own_payment(unit, desk, payment_id)
        if payment.signed_by:
            raise InvalidInput(SIGNED_ALREADY, name=payment.signed_by, day=payment.signed_on or "")
        told = _signature(desk, name or payment.name or "", relation, day or date.today())
        records.assign(payment, told)
        unit.session.add(payment)
    return payment, unit.touched


def _signature(desk: Desk, name: str, relation: str, day: date) -> dict[str, object]:
    """A signature, checked like what is typed into a form."""
    facts, told = facts_of(Payment), dict[str, object]()
    for field, value in (("signed_by", name), ("signed_relation", relation), ("signed_on", day)):
        told[field], problem = check_value(facts[field], value, desk.codes)
        if problem:
            raise problem.error()
    return told


def correct(desk: Desk, payment_id: str, amount: str, reason: str) -> tuple[Payment, Touched]:
    """Puts a payment right by a row of its own, which holds the difference to `amount` (yuan, as typed; 0 takes the
    payment back). Raises `InvalidInput`; then nothing was saved."""
    fen = parse_yuan(amount)
    if fen is None or fen < 0:
        raise InvalidInput(NOT_A_SUM, value=amount)
    if not reason.strip():
        raise InvalidInput(NO_REASON)
    with desk.unit(Payment.about.writes) as unit:
        payment = _own_payment(unit, desk, payment_id)
        batch = queries.get(unit.session, PaymentBatch, payment.batch_id or "")
        difference = fen - money.net(unit.session, [payment.id])[payment.id]
        if not difference:
            raise InvalidInput(NO_CHANGE, amount=yuan(fen))
        same = {n: getattr(payment, n) for n in ("name", "identity_no", "school", "grade", "class_name", "line")}
        told = same | {"amount_fen": difference, "corrects_id": payment.id, "reason": reason.strip()[:200]}
        row = _insert(unit, desk, batch, told, payment.child_id)
    return row, unit.touched


def _own_batch(unit: Unit, desk: Desk, batch_id: str) -> PaymentBatch:
    batch = queries.find(unit.session, PaymentBatch, batch_id)
    records.require_home(unit, desk, batch)
    return batch


def _own_payment(unit: Unit, desk: Desk, payment_id: str) -> Payment:
    payment = queries.find(unit.session, Payment, payment_id)
    records.require_home(unit, desk, payment)
    if payment.corrects_id:
        raise InvalidInput(OF_A_CORRECTION)
    return payment


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch as lists show it."""

    batch: PaymentBatch
    programme: str
    site: str
    total: Total


def batches(desk: Desk, ids: Sequence[str] | None = None) -> list[Batch]:
    """All batches at home here or below, the newest first, or those named."""
    with desk.store.reading() as session:
        found = queries.where(session, PaymentBatch) if ids is None else queries.rows(session, PaymentBatch, ids)
        return _told(session, found if ids is not None else found[::-1])


def _told(session: Session, found: Sequence[PaymentBatch]) -> list[Batch]:
    known = aid.read(session)
    totals = money.totals(session, [b.id for b in found])
    sites = queries.names(session, "site", sorted({b.site_id for b in found}))
    named = {b.id: known.get(b.programme or "") for b in found}
    return [
        Batch(b, p.name if (p := named[b.id]) else b.programme or "", sites.get(b.site_id, ""), totals[b.id])
        for b in found
    ]


def lines(desk: Desk, batch_id: str) -> list[Payment]:
    """The payments of a batch in the order of its roll, each followed by the rows that put it right."""
    with desk.store.reading() as session:
        batch = queries.find(session, PaymentBatch, batch_id)
        found = queries.where(session, Payment, batch_id=batch.id)
    return sorted(found, key=lambda p: (p.line or 0, p.corrects_id or p.id, p.corrects_id is not None, p.id))


@dataclass(frozen=True, slots=True)
class PaidTwice:
    """Payments of one programme in one term that seem to be to one child, and the sites that made them."""

    double: Double
    programme: str
    payments: tuple[Payment, ...]
    sites: tuple[str, ...]


WHY = {
    "identity_no": mark("same identity number"),
    "child": mark("same child on file"),
    "account": mark("same name and account"),
    "name": mark("same name, school and class"),
}
"""Reason of `store.payments` → in words."""


def doubles(desk: Desk, programme: str = "", term: str = "") -> list[PaidTwice]:
    """What was paid twice, across rooms and schools: of all programmes and terms, or of those named."""
    code = aid.programme(desk, programme).code if programme else None
    when = (term_in(term) or term) if term else None
    with desk.store.reading() as session:
        found = money.doubles(session, code, when)
        rows = {p.id: p for p in queries.rows(session, Payment, [i for d in found for i in d.payments])}
        sites = queries.names(session, "site", sorted({p.site_id for p in rows.values()}))
        known = aid.read(session)
    told = []
    for d in found:
        paid = tuple(rows[i] for i in d.payments)
        named = known.get(d.programme)
        where = tuple(sites.get(p.site_id, "") for p in paid)
        told.append(PaidTwice(d, named.name if named else d.programme, paid, where))
    return told
