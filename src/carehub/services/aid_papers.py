"""The papers of aid: payment rolls and audit call sheets."""

import io
from collections.abc import Generator, Sequence
from pathlib import Path

from sqlmodel import Session

from carehub.domain.aid import AuditCall, AuditSample, Payment, PaymentBatch
from carehub.domain.errors import NotFound
from carehub.domain.money import yuan
from carehub.domain.people import Child, FamilyMember
from carehub.domain.progress import Progress
from carehub.domain.rights import Right
from carehub.domain.terms import spoken_term
from carehub.papers.call_sheet import CallLine, CallSheet, write_call_sheet
from carehub.papers.payment_roll import PaymentRoll, RollLine, line_of, write_roll
from carehub.services import access, aid, audit_statement, audits, payments, printing
from carehub.services.desk import Desk
from carehub.services.files import write_over
from carehub.store import payments as money
from carehub.store import queries

Drawn = Generator[Progress, None, tuple[bytes, int]]


def roll_pdf(desk: Desk, batch_id: str, *, preview: bool = False) -> Drawn:
    """The roll of a batch as PDF bytes and the number of papers. Identity and account numbers are masked on it. Raises
    `NotFound` for a batch without payments."""
    desk.require(Right.TAKE_OUT, paper=True)
    found = payments.lines(desk, batch_id)
    if not found:
        raise NotFound(printing.NOTHING_TO_PRINT)
    yield Progress(0, 1, printing.DRAWING)
    (told,) = payments.batches(desk, [found[0].batch_id or ""])
    batch = told.batch
    roll = PaymentRoll(
        told.site, told.programme, spoken_term(batch.term or ""), batch.paid_on, batch.source or "",
        batch.voucher_no or "", _roll_lines(found),
    )  # fmt: skip
    out = io.BytesIO()
    write_roll(out, roll, printing.press_for(desk))
    if not preview:
        access.took_out(desk, "print", "payment_batch", [batch.id])
    return out.getvalue(), 1


def _roll_lines(found: Sequence[Payment]) -> list[RollLine]:
    """The lines by school, numbered as they come; corrections stand below what they put right."""
    by_school: dict[str, list[Payment]] = {}
    for payment in found:
        by_school.setdefault(payment.school or "", []).append(payment)
    ordered = [p for group in by_school.values() for p in group]
    numbers = iter(range(1, len(ordered) + 1))
    return [line_of(p, None if p.corrects_id else next(numbers)) for p in ordered]


def call_sheet_pdf(desk: Desk, sample_id: str, *, preview: bool = False) -> Drawn:
    """The call sheet of a drawn sample as PDF bytes and the number of papers, with the phones of the guardians on file.
    Only for those who may look behind masks, and the access log keeps it. Raises `NotFound` or `InvalidInput`."""
    desk.require(Right.AUDIT)
    desk.require(Right.LOOK)
    sample = audits.redraw(desk, sample_id).sample
    found = audits.calls(desk, sample.id)
    yield Progress(0, 1, printing.DRAWING)
    said = audit_statement.sentences(desk, audit_statement.of_sample(desk, sample.id))
    with desk.store.reading() as session:
        sheet = _call_sheet(session, desk, sample, found, said if any(c.outcome for c in found) else ())
    out = io.BytesIO()
    write_call_sheet(out, sheet, printing.press_for(desk))
    access.took_out(desk, "print", "audit_sample", [sample.id], detail="preview" if preview else "")
    return out.getvalue(), 1


def _call_sheet(
    session: Session, desk: Desk, sample: AuditSample, found: Sequence[AuditCall], said: Sequence[str]
) -> CallSheet:
    batch = queries.get(session, PaymentBatch, sample.batch_id or "")
    named = aid.read(session).get(batch.programme or "")
    sites = queries.names(session, "site", [batch.site_id])
    paid = {p.id: p for p in queries.rows(session, Payment, [c.payment_id or "" for c in found])}
    due = money.net(session, list(paid))
    phones = _phones(session, [p for p in paid.values()])
    lines = [
        CallLine(
            c.place or 0, bool(c.reserve and not c.replaces_id), p.name or "", p.school or "", phones.get(p.id, ""),
            due[p.id], "" if c.received_fen is None else yuan(c.received_fen), c.satisfaction or "", c.remark or "",
        )
        for c in found if (p := paid.get(c.payment_id or ""))
    ]  # fmt: skip
    return CallSheet(
        sites.get(batch.site_id, ""), named.name if named else batch.programme or "", spoken_term(batch.term or ""),
        sample.population or 0, f"{(sample.permille or 0) / 10:g}%",
        desk.codes["audit_method"].name_of(sample.method, printing.press().texts), sample.planned_on, sample.drawn_on,
        sample.lot or "", sample.lot_on, sample.number or "", sample.seed or "", lines, said,
    )  # fmt: skip


def _phones(session: Session, paid: Sequence[Payment]) -> dict[str, str]:
    """Payment id → whom to call: the guardian on file with a phone, else anybody of the family."""
    ids = [p.child_id for p in paid if p.child_id]
    alive = {c.id for c in queries.rows(session, Child, ids)}
    families = queries.owned(session, FamilyMember, "child_id", sorted(alive))
    told = {}
    for p in paid:
        family = [m for m in families.get(p.child_id or "", []) if m.phone]
        best = next((m for m in family if m.is_guardian), family[0] if family else None)
        told[p.id] = f"{best.name or ''} {best.phone}".strip() if best else ""
    return told


def write(work: Drawn, out: Path) -> Generator[Progress, None, printing.Printed]:
    """One of these papers into a PDF file."""
    data, count = yield from work
    write_over(out, data)
    return printing.Printed(out, count, printing.pages_of(data))
