"""Commands about audit calls: plan and draw a sample, draw it again, type in what the calls found."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from carehub.cli.records import parse_pairs
from carehub.cli.terminal import Json, StorePath, User, desk_at, drive, say, say_json, say_table, texts
from carehub.domain.aid import AuditCall, Payment
from carehub.domain.errors import InvalidInput
from carehub.domain.money import yuan
from carehub.domain.normalise import parse_day
from carehub.domain.texts import mark
from carehub.services import aid_papers, audit_statement, audits, records
from carehub.services.desk import Desk

BatchId = Annotated[str, typer.Argument(metavar="BATCH", help="the id of a closed batch, or the end of it")]
SampleId = Annotated[str, typer.Argument(metavar="SAMPLE", help="the id of a sample or its batch, or the end of it")]
CallId = Annotated[str, typer.Argument(metavar="CALL", help="the id of a call, or the end of it")]
NOT_A_RATE = mark("“{rate}” is not a rate. Write a percentage between 3 and 5.")
NOT_A_DAY = mark("“{value}” is not a date. Write it like 2016-09-04.")
SAME = mark("The draw gives the recorded list again.")
OTHER = mark("The draw does NOT give the recorded list.")
GONE = mark("{count} payments of the list were erased since; the order of the others was compared.")


def plan(
    store: StorePath,
    batch_id: BatchId,
    lot: Annotated[str, typer.Option(help="the public draw that will decide, like: 双色球 2026045期")],
    lot_on: Annotated[str, typer.Option(metavar="DAY", help="the day of that public draw, after today")],
    rate: Annotated[str, typer.Option(help="percent, 3 to 5")] = "5",
    by_school: Annotated[bool, typer.Option("--by-school", help="stratified by school")] = False,
    user: User = "",
    json: Json = False,
) -> None:
    """Plan the draw from a closed batch: rate, method and the public draw that decides are fixed from now on."""
    day = parse_day(lot_on)
    if day is None:
        raise InvalidInput(NOT_A_DAY, value=lot_on)
    method = "by_school" if by_school else "simple"
    with desk_at(store, user) as desk:
        sample = audits.plan(desk, batch_id, _permille(rate), method, lot, day)[0]
    if json:
        say_json(records.as_dict(sample))
    else:
        say(texts()("Planned: {id}. Draw it with the number published on {day}.", id=sample.id, day=day))


def _permille(rate: str) -> int:
    try:
        permille = float(rate.rstrip("%％")) * 10
    except ValueError:
        permille = 0.5
    if permille != int(permille):
        raise InvalidInput(NOT_A_RATE, rate=rate)
    return int(permille)


def draw(
    store: StorePath,
    sample_id: SampleId,
    number: Annotated[str, typer.Option(help="the number of the public draw, as it was published")],
    user: User = "",
    json: Json = False,
) -> None:
    """Draw a planned sample with the number of its public draw."""
    with desk_at(store, user) as desk:
        sample = audits.draw(desk, sample_id, number)[0]
        _say_places(desk, audits.redraw(desk, sample.id), json=json)


def redraw(store: StorePath, sample_id: SampleId, user: User = "", json: Json = False) -> None:
    """Draw a sample once more from batch and seed, and compare with what was recorded. Exit code 1 if it differs."""
    with desk_at(store, user) as desk:
        again = audits.redraw(desk, sample_id)
        _say_places(desk, again, json=json)
    if not again.same:
        raise typer.Exit(1)


def _say_places(desk: Desk, again: audits.Redrawn, *, json: bool) -> None:
    tr, sample = texts(), again.sample
    if json:
        say_json({
            "sample": sample.id, "batch": sample.batch_id, "seed": sample.seed, "same": again.same,
            "erased": again.erased,
            "places": [{"place": p.place, "payment": p.id, "school": p.school, "reserve": p.reserve}
                       for p in again.places],
        })  # fmt: skip
        return
    names = {p.id: p.name or "" for p in records.fetch(desk, Payment, [p.id for p in again.places])}
    rows = [
        (str(p.place), names.get(p.id, ""), p.school, tr("Reserve") if p.reserve else "", p.id) for p in again.places
    ]
    say_table((tr("No."), tr("Name"), tr("School"), "", "ID"), rows)
    say(tr("Seed: {seed}", seed=sample.seed or ""))
    if again.erased:
        say(tr(GONE, count=again.erased))
    say(tr(SAME if again.same else OTHER))


def calls(store: StorePath, sample_id: SampleId, user: User = "", json: Json = False) -> None:
    """List the calls of a sample and what they found."""
    tr = texts()
    with desk_at(store, user) as desk:
        found = audits.calls(desk, sample_id)
        names = {p.id: p.name or "" for p in records.fetch(desk, Payment, [c.payment_id or "" for c in found])}
        outcomes = desk.codes["audit_outcome"]
    if json:
        say_json([records.as_dict(c) | {"differs": audits.differs(c)} for c in found])
        return
    rows = [(c.id[-8:], str(c.place), names.get(c.payment_id or "", ""), c.school or "", _turn(c), str(c.attempts or 0),
             outcomes.name_of(c.outcome, tr), _sums(c)) for c in found]  # fmt: skip
    say_table(("ID", tr("No."), tr("Name"), tr("School"), "", tr("Tries"), tr("Outcome"), tr("Yuan")), rows)


def _turn(call: AuditCall) -> str:
    return texts()("Reserve") if call.reserve and not call.replaces_id else ""


def _sums(call: AuditCall) -> str:
    if call.outcome != "reached":
        return ""
    flag = "!" if audits.differs(call) and not call.explained_on else ""
    return f"{yuan(call.due_fen or 0)} → {yuan(call.received_fen or 0)} {flag}".strip()


def missed(store: StorePath, call_id: CallId, user: User = "", json: Json = False) -> None:
    """Note that nobody answered; after the third time the next of the reserve list is called."""
    with desk_at(store, user) as desk:
        call = audits.missed(desk, call_id)[0]
    _say_call(call, json=json)


def answer(
    store: StorePath,
    call_id: CallId,
    pairs: Annotated[list[str], typer.Argument(metavar="field=value…")],
    user: User = "",
    json: Json = False,
) -> None:
    """Type in what a call found: received_fen=625.00, satisfaction=5, answered_by=…, relation=…, remark=…"""
    with desk_at(store, user) as desk:
        call = audits.answer(desk, call_id, parse_pairs(pairs))[0]
    _say_call(call, json=json)


def explain(
    store: StorePath,
    call_id: CallId,
    words: Annotated[str, typer.Option("--why", help="how the difference came about")],
    user: User = "",
    json: Json = False,
) -> None:
    """Say how a difference between due and received came about."""
    with desk_at(store, user) as desk:
        call = audits.explain(desk, call_id, words)[0]
    _say_call(call, json=json)


def _say_call(call: AuditCall, *, json: bool) -> None:
    if json:
        say_json(records.as_dict(call) | {"differs": audits.differs(call)})
    else:
        say(texts()("Saved: {id}", id=call.id))


def statement(store: StorePath, sample_id: SampleId, user: User = "", json: Json = False) -> None:
    """What the sample says about its batch, with a confidence interval."""
    with desk_at(store, user) as desk:
        told = audit_statement.of_sample(desk, sample_id)
        said = audit_statement.sentences(desk, told)
    if json:
        say_json({
            "population": told.sample.population, "drawn": told.drawn, "reached": told.reached,
            "unreachable": told.unreachable, "open": told.open, "due_fen": told.due_fen,
            "received_fen": told.received_fen, "differing": told.differing, "flagged": told.flagged,
            "in_full": _share(told.in_full), "content": _share(told.content),
        })  # fmt: skip
        return
    for sentence in said:
        say(sentence)


def _share(share: audit_statement.Share | None) -> dict[str, Any] | None:
    if share is None:
        return None
    return {"count": share.count, "of": share.of, "low": share.low, "high": share.high,
            "confidence": audit_statement.CONFIDENCE}  # fmt: skip


def sheet(
    store: StorePath,
    sample_id: SampleId,
    out: Annotated[Path, typer.Option(help="the PDF to write")],
    user: User = "",
    json: Json = False,
) -> None:
    """Print the call sheet of a sample."""
    with desk_at(store, user) as desk:
        made = drive(aid_papers.write(aid_papers.call_sheet_pdf(desk, sample_id), out), quiet=json)
    if json:
        say_json({"file": str(made.file), "pages": made.pages})
    else:
        say(texts()("Written: {file}", file=str(made.file)))


COMMANDS: dict[str, Callable[..., None]] = {
    "plan": plan, "draw": draw, "redraw": redraw, "calls": calls, "missed": missed, "answer": answer,
    "explain": explain, "statement": statement, "sheet": sheet,
}  # fmt: skip
"""The commands of `carehub audit`."""
