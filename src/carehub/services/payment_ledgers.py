"""Rolls of payments taken in from old ledgers: one batch for each sheet and programme; what is paid twice is reported.

Nothing is overwritten: a roll that was taken in before is recognised by its content and left as it stands; a changed
roll is a further batch, and what it pays twice is told.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence

from carehub.domain.aid import Payment, PaymentBatch
from carehub.domain.aid_catalogue import Catalogue
from carehub.domain.errors import CareHubError
from carehub.domain.ids import new_id
from carehub.domain.terms import term_in
from carehub.domain.texts import mark
from carehub.services import aid
from carehub.services.desk import Desk
from carehub.sheets import ledger
from carehub.store import payments, queries
from carehub.store.store import Unit

NO_PROGRAMME = mark(
    "Nothing above this table or in its name says which aid programme was paid. It was not taken in. Please write the "
    "name of the programme above the table."
)
NO_TERM = mark("Nothing above this table or in its name says which term was paid. It was not taken in. Please write it "
               "above the table, like 2026年春季学期.")  # fmt: skip
TWICE = mark("{name} was paid by {programme} in {term} already: {where}.")
SAME_SHEET = mark("row {row} of this sheet")
OTHER_BATCH = mark("a batch of {site}, line {line}")

_FIELDS = ("name", "identity_no", "school", "grade", "class_name", "amount_fen", "account", "remark", "signed_by")

Problem = tuple[str, int, str, str, CareHubError]
"""Sheet, row, field, kind, error."""
Outcome = tuple[str, str, Problem | None]
"""Kind of record, "created", "unchanged" or "", and a problem."""
_Group = tuple[str, str, str]
"""Sheet, programme, term."""


def take(desk: Desk, unit: Unit, found: Sequence[ledger.LedgerRecord], file: str) -> Iterator[Outcome]:
    """Takes the payments of a ledger in, in the caller's unit of work, and tells what became of each. `file` is the
    name of the file, which may name programme and term where the sheets do not."""
    if not found:
        return
    known = aid.read(unit.session)
    groups: dict[_Group, list[ledger.LedgerRecord]] = {}
    for record in found:
        group, missing = _group(known, record, file)
        if group:
            groups.setdefault(group, []).append(record)
        else:
            yield "payment", "", (record.sheet, record.row, "programme", "missing", CareHubError(missing))
    made: dict[str, ledger.LedgerRecord] = {}
    for group, records in groups.items():
        fresh = _batch(desk, unit, group, records)
        made |= fresh
        for _ in records:
            yield "payment", "created" if fresh else "unchanged", None
    for programme, term in dict.fromkeys((code, when) for _, code, when in groups):
        yield from _twice(desk, unit, known, programme, term, made)


def _group(known: Catalogue, record: ledger.LedgerRecord, file: str) -> tuple[_Group | None, str]:
    """Where a payment belongs, or what is missing to say so."""
    values = record.values
    titles = values["titles"]
    assert isinstance(titles, tuple)
    said = [str(values["programme"]), *titles, file]
    programme = next((p for text in said if (p := known.named_in(text))), None)
    term = next((t for text in said if (t := term_in(text))), None)
    if programme is None or term is None:
        return None, NO_PROGRAMME if programme is None else NO_TERM
    return (record.sheet, programme.code, term), ""


def _batch(
    desk: Desk, unit: Unit, group: _Group, records: Sequence[ledger.LedgerRecord]
) -> dict[str, ledger.LedgerRecord]:
    """Adds a batch with its payments; returns payment id → its row, nothing for a roll that was taken in before."""
    sheet, programme, term = group
    sign = _sign(programme, term, records)
    if queries.where(unit.session, PaymentBatch, ledger=sign):
        return {}
    batch = new_id()
    told = {"programme": programme, "term": term, "remark": sheet, "ledger": sign}
    queries.insert_all(unit.session, PaymentBatch, [{"id": batch, "site_id": desk.site.id, **told}])
    numbers = [str(n) for r in records if (n := r.values.get("identity_no"))]
    children = payments.children_by_number(unit.session, numbers)
    made = {new_id(): record for record in records}
    queries.insert_all(
        unit.session, Payment,
        [{"id": row, "site_id": desk.site.id, "batch_id": batch, "line": line,
          "child_id": children.get(str(r.values.get("identity_no"))), **{n: r.values.get(n) for n in _FIELDS}}
         for line, (row, r) in enumerate(made.items(), 1)],
    )  # fmt: skip
    return made


def _sign(programme: str, term: str, records: Sequence[ledger.LedgerRecord]) -> str:
    """The same for the same payments, whatever file they stand in."""
    rows = [[r.values.get(n) for n in _FIELDS] for r in records]
    whole = json.dumps([programme, term, rows], ensure_ascii=False)
    return hashlib.sha256(whole.encode()).hexdigest()


def _twice(
    desk: Desk, unit: Unit, known: Catalogue, programme: str, term: str, made: dict[str, ledger.LedgerRecord]
) -> Iterator[Outcome]:
    """What this ledger pays that was paid before, in it or elsewhere: told at the later row."""
    named, order = known.get(programme), {row: n for n, row in enumerate(made)}
    for double in payments.doubles(unit.session, programme, term):
        first, *later = sorted(double.payments, key=lambda p: order.get(p, -1))
        for row in [p for p in later if p in made]:
            record = made[row]
            values = {"name": record.values["name"], "programme": named.name if named else programme, "term": term}
            error = CareHubError(TWICE, **values, where=_where(desk, unit, first, record.sheet, made))
            yield "payment", "", (record.sheet, record.row, "*", "paid_twice", error)


def _where(desk: Desk, unit: Unit, first: str, sheet: str, made: dict[str, ledger.LedgerRecord]) -> str:
    """Where the first of two payments stands."""
    if first in made and made[first].sheet == sheet:
        return desk.texts(SAME_SHEET, row=made[first].row)
    payment = queries.get(unit.session, Payment, first)
    sites = queries.names(unit.session, "site", [payment.site_id])
    return desk.texts(OTHER_BATCH, site=sites.get(payment.site_id, ""), line=payment.line or 0)
