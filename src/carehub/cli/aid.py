"""Commands about aid: what programmes there are, batches and their payments, what was paid twice, the way of the
money."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from carehub.cli.records import parse_pairs
from carehub.cli.terminal import Json, StorePath, User, desk_at, drive, say, say_ids, say_json, say_table, texts
from carehub.domain.aid_catalogue import EVER
from carehub.domain.money import yuan
from carehub.domain.people import Child
from carehub.domain.texts import mark
from carehub.services import aid, aid_papers, aid_trail, payments, records
from carehub.services.payments import WHY

BatchId = Annotated[str, typer.Argument(metavar="BATCH", help="the id of a batch, or the end of it")]
PaymentId = Annotated[str, typer.Argument(metavar="PAYMENT", help="the id of a payment, or the end of it")]
Pairs = Annotated[list[str], typer.Argument(metavar="field=value…")]
WRITTEN = mark("Written: {file}")


def programmes(store: StorePath, user: User = "", json: Json = False) -> None:
    """List the aid programmes with their amounts over time."""
    with desk_at(store, user) as desk:
        found, codes = aid.catalogue(desk), desk.codes
    rows = [
        {
            "code": p.code, "name": p.name, "category": p.category or None, "by_district": p.by_district,
            "amounts": [{"amount_fen": a.fen, "per": a.per, "tier": a.tier, "at_most": a.at_most,
                         "from": None if a.since == EVER else a.since.isoformat()} for a in p.amounts],
        }
        for p in found.programmes
    ]  # fmt: skip
    if json:
        say_json({"categories": list(found.categories), "programmes": rows})
        return
    tr = texts()
    told = []
    for p in found.programmes:
        now = p.amounts_on(date.today())
        said = "、".join(f"{a.tier}{yuan(a.fen)}/{codes['aid_per'].name_of(a.per, tr)}" for a in now)
        told.append((p.code, p.name, codes["aid_category"].name_of(p.category, tr) if p.category else "", said))
    say_table((tr("Code"), tr("Aid programme"), tr("Aid category"), tr("Amount")), told)


def take_up(store: StorePath, user: User = "", json: Json = False) -> None:
    """At the district: make the list of programmes that ships with the program its own."""
    with desk_at(store, user) as desk:
        touched = aid.take_up(desk)
    say_ids(mark("The catalogue was taken up."), [row for _, row in touched.rows], json=json)


def amount(store: StorePath, pairs: Pairs, user: User = "", json: Json = False) -> None:
    """At the district: add an amount that holds from a day on; what held before stays."""
    with desk_at(store, user) as desk:
        made = aid.add_amount(desk, parse_pairs(pairs))[0]
    say_ids(mark("The amount was added."), [made.id], json=json)


def batches(store: StorePath, user: User = "", json: Json = False) -> None:
    """List payment batches."""
    with desk_at(store, user) as desk:
        found = payments.batches(desk)
    if json:
        say_json([
            {"id": b.batch.id, "programme": b.batch.programme, "name": b.programme, "term": b.batch.term,
             "site": b.site, "people": b.total.children, "amount_fen": b.total.fen, "signed": b.total.signed,
             "corrections": b.total.corrections, "closed_on": str(b.batch.closed_on) if b.batch.closed_on else None}
            for b in found
        ])  # fmt: skip
        return
    tr = texts()
    rows = [
        (b.batch.id[-8:], b.programme, b.batch.term or "", b.site, str(b.total.children), yuan(b.total.fen),
         f"{b.total.signed}", str(b.batch.closed_on or "")) for b in found
    ]  # fmt: skip
    say_table(("ID", tr("Aid programme"), tr("Term"), tr("Site"), tr("People"), tr("Yuan"), tr("Signed"),
               tr("Closed on")), rows)  # fmt: skip


def batch(store: StorePath, pairs: Pairs, user: User = "", json: Json = False) -> None:
    """Open a payment batch: programme=…, term=…, paid_on=…, source=…, voucher_no=…, grant_id=…"""
    with desk_at(store, user) as desk:
        made = payments.open_batch(desk, parse_pairs(pairs))[0]
    say_ids(mark("The batch is open."), [made.id], json=json)


def pay(store: StorePath, batch_id: BatchId, pairs: Pairs, user: User = "", json: Json = False) -> None:
    """Add a payment to an open batch: name=…, amount_fen=625.00, or child_id=… for a child on file."""
    with desk_at(store, user) as desk:
        values = parse_pairs(pairs)
        if values.get("child_id"):
            values["child_id"] = records.resolve_ids(desk, Child, [str(values["child_id"])])[0]
        made = payments.add(desk, batch_id, [values])[0]
    say_ids(mark("The payment was added."), [p.id for p in made], json=json)


def close(store: StorePath, batch_id: BatchId, user: User = "", json: Json = False) -> None:
    """Close a batch for good: only then can a sample be drawn from it."""
    with desk_at(store, user) as desk:
        made = payments.close(desk, batch_id)[0]
    say_ids(mark("The batch is closed."), [made.id], json=json)


def sign(
    store: StorePath,
    payment_id: PaymentId,
    by: Annotated[str, typer.Option(help="who signed; without it the child")] = "",
    relation: Annotated[str, typer.Option(help="relation to the child")] = "",
    user: User = "",
    json: Json = False,
) -> None:
    """Type in who signed for a payment."""
    with desk_at(store, user) as desk:
        made = payments.sign(desk, payment_id, by, relation)[0]
    say_ids(mark("The signature was typed in."), [made.id], json=json)


def correct(
    store: StorePath,
    payment_id: PaymentId,
    to: Annotated[str, typer.Option("--to", metavar="YUAN", help="what the payment should be; 0 takes it back")],
    why: Annotated[str, typer.Option("--why", help="the reason")],
    user: User = "",
    json: Json = False,
) -> None:
    """Put a payment right by a row of its own; nothing is overwritten."""
    with desk_at(store, user) as desk:
        made = payments.correct(desk, payment_id, to, why)[0]
    say_ids(mark("The correction was added."), [made.id], json=json)


def doubles(
    store: StorePath,
    programme: Annotated[str, typer.Option(help="code or name; without it all")] = "",
    term: Annotated[str, typer.Option(help="like 2026年春季; without it all")] = "",
    user: User = "",
    json: Json = False,
) -> None:
    """Show what was paid twice within a programme and term, across rooms and schools, and why it is thought so."""
    tr = texts()
    with desk_at(store, user) as desk:
        found = payments.doubles(desk, programme, term)
    if json:
        say_json([
            {"programme": d.double.programme, "term": d.double.term, "reason": d.double.reason,
             "payments": [p.id for p in d.payments], "sites": list(d.sites)} for d in found
        ])  # fmt: skip
        return
    if not found:
        say(tr("Nothing was paid twice."))
        return
    rows = [
        (d.programme, d.double.term, "、".join(dict.fromkeys(p.name or "" for p in d.payments)), "、".join(d.sites),
         tr(WHY[d.double.reason])) for d in found
    ]  # fmt: skip
    say_table((tr("Aid programme"), tr("Term"), tr("Name"), tr("Site"), tr("Why")), rows)


def roll(
    store: StorePath,
    batch_id: BatchId,
    out: Annotated[Path, typer.Option(help="the PDF to write")],
    user: User = "",
    json: Json = False,
) -> None:
    """Print the roll of a batch, to be signed."""
    with desk_at(store, user) as desk:
        made = drive(aid_papers.write(aid_papers.roll_pdf(desk, batch_id), out), quiet=json)
    if json:
        say_json({"file": str(made.file), "pages": made.pages})
    else:
        say(texts()(WRITTEN, file=str(made.file)))


def trail(
    store: StorePath,
    row_id: Annotated[str, typer.Argument(metavar="ID", help="of a grant, batch, payment, sample or call")],
    user: User = "",
    json: Json = False,
) -> None:
    """Walk the way of the money: from the grant to this row, and what hangs on it."""
    with desk_at(store, user) as desk:
        above, below = aid_trail.up(desk, row_id), aid_trail.down(desk, row_id)

    def told(steps: list[aid_trail.Step]) -> list[dict[str, Any]]:
        return [{"kind": s.kind, "id": s.id, "text": s.text} for s in steps]

    if json:
        say_json({"up": told(above), "down": told(below)})
        return
    for depth, step in enumerate(above):
        say(f"{'  ' * depth}{step.id[-8:]}  {step.text}")
    for step in below:
        say(f"{'  ' * len(above)}{step.id[-8:]}  {step.text}")


COMMANDS: dict[str, Callable[..., None]] = {
    "programmes": programmes, "take-up": take_up, "amount": amount, "batches": batches, "batch": batch, "pay": pay,
    "close": close, "sign": sign, "correct": correct, "doubles": doubles, "roll": roll, "trail": trail,
}  # fmt: skip
"""The commands of `carehub aid`."""
