"""Audit calls: a sample planned before, drawn by a public number, called, and what was found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from carehub.domain import audit_draw
from carehub.domain.aid import AuditCall, AuditSample, PaymentBatch
from carehub.domain.audit_draw import Candidate, Place
from carehub.domain.drafts import check_value, require
from carehub.domain.errors import InvalidInput, NotFound
from carehub.domain.facts import facts_of
from carehub.domain.normalise import clean_text
from carehub.domain.rights import Right
from carehub.domain.texts import mark
from carehub.services import records
from carehub.services.desk import Desk
from carehub.store import payments as money
from carehub.store import queries
from carehub.store.store import Touched, Unit

NOT_CLOSED = mark("This batch is still open. Close it first: a sample is drawn from a list that no longer changes.")
BAD_RATE = mark("The rate is 3 to 5 percent, not {rate}.")
PLANNED_ALREADY = mark("A draw from this batch was planned on {day} already. It counts.")
NO_LOT = mark("Please name the public draw that will decide, with its number: 双色球 2026045期.")
LOT_TOO_EARLY = mark("The public draw must be held after today, so that nobody can know its number now.")
NOT_HELD_YET = mark("The public draw is on {day}. Its number can be typed in from then on.")
BAD_NUMBER = mark("“{number}” has fewer than six digits. Please type in the whole number as it was published.")
DRAWN_ALREADY = mark("This sample was drawn on {day} already. It counts; drawing again gives the same list.")
CHANGED = mark("The list of this batch is not the one the draw was planned for. Nothing was drawn.")
NOT_DRAWN = mark("This sample was not drawn yet.")
NOBODY_NAMED = mark("There is no sample for “{id}” here.")
NOT_CALLED = mark("This payment is on the reserve list. It is called only where another was not reached.")
ENDED = mark("This call has ended already: {outcome}.")
NO_DIFFERENCE = mark("There is no difference to explain here.")
NO_WORDS = mark("Please write down how the difference came about.")


def plan(desk: Desk, batch_id: str, permille: int, method: str, lot: str, lot_on: date) -> tuple[AuditSample, Touched]:
    """Plans the draw from a closed batch: rate (30 to 50 thousandths), method (a code of `audit_method`), and the
    public draw that will decide, held on `lot_on`, a day to come. All is fixed from now on. Raises `InvalidInput`."""
    if not audit_draw.LEAST <= permille <= audit_draw.MOST:
        raise InvalidInput(BAD_RATE, rate=f"{permille / 10:g} %")
    if not clean_text(lot):
        raise InvalidInput(NO_LOT)
    if lot_on <= date.today():
        raise InvalidInput(LOT_TOO_EARLY)
    chosen, problem = check_value(facts_of(AuditSample)["method"], method, desk.codes)
    if problem:
        raise problem.error()
    with desk.unit(Right.AUDIT) as unit:
        batch = queries.find(unit.session, PaymentBatch, batch_id)
        records.require_home(unit, desk, batch)
        if batch.closed_on is None:
            raise InvalidInput(NOT_CLOSED)
        if earlier := queries.where(unit.session, AuditSample, batch_id=batch.id):
            raise InvalidInput(PLANNED_ALREADY, day=earlier[0].planned_on or "")
        candidates = _candidates(unit.session, batch.id)
        told = {
            "batch_id": batch.id, "permille": permille, "method": chosen, "lot": clean_text(lot), "lot_on": lot_on,
            "planned_on": date.today(), "planned_by": desk.user.name, "population": len(candidates),
            "digest": audit_draw.digest(candidates),
        }  # fmt: skip
        sample = records.insert(unit, desk, AuditSample, told)
    return sample, unit.touched


def draw(desk: Desk, sample_id: str, number: str) -> tuple[AuditSample, Touched]:
    """Draws a planned sample with the number of its public draw, once. Raises `InvalidInput`; then nothing is drawn."""
    digits = audit_draw.clean_number(number)
    if digits is None:
        raise InvalidInput(BAD_NUMBER, number=number)
    with desk.unit(Right.AUDIT) as unit:
        sample = _find(unit.session, sample_id)
        records.require_home(unit, desk, sample)
        if sample.drawn_on:
            raise InvalidInput(DRAWN_ALREADY, day=sample.drawn_on)
        if sample.lot_on and date.today() < sample.lot_on:
            raise InvalidInput(NOT_HELD_YET, day=sample.lot_on)
        candidates = _candidates(unit.session, sample.batch_id or "")
        if audit_draw.digest(candidates) != sample.digest:
            raise InvalidInput(CHANGED)
        sample.number, sample.seed = digits, _seed(sample, digits)
        sample.drawn_on, sample.drawn_by = date.today(), desk.user.name
        unit.session.add(sample)
        for place in _places(sample, candidates):
            told = {"sample_id": sample.id, "payment_id": place.id, "place": place.place, "school": place.school}
            records.insert(unit, desk, AuditCall, told | {"reserve": place.reserve, "attempts": 0})
    return sample, unit.touched


def _seed(sample: AuditSample, number: str) -> str:
    return audit_draw.seed(
        sample.batch_id or "", sample.digest or "", sample.permille or 0, sample.method or "", sample.lot or "", number
    )


def _places(sample: AuditSample, candidates: Sequence[Candidate]) -> list[Place]:
    return audit_draw.draw(candidates, sample.seed or "", sample.permille or 0, sample.method or "")


def _candidates(session: Session, batch: str) -> list[Candidate]:
    return [Candidate(*row) for row in money.drawn_from(session, batch)]


def _find(session: Session, typed: str) -> AuditSample:
    """A sample by its own id or that of its batch (or the end of either)."""
    try:
        return queries.find(session, AuditSample, typed)
    except NotFound:
        batch = queries.find(session, PaymentBatch, typed)
    found = queries.where(session, AuditSample, batch_id=batch.id)
    if not found:
        raise NotFound(NOBODY_NAMED, id=typed)
    return found[0]


@dataclass(frozen=True, slots=True)
class Redrawn:
    """What drawing once more gave. `same`: the seed follows from what was planned and the number, and every place that
    can still be compared is the one recorded. `erased`: payments that were on the list when it was drawn and are gone
    since, with their calls."""

    sample: AuditSample
    places: tuple[Place, ...]
    same: bool
    erased: int


def redraw(desk: Desk, sample_id: str) -> Redrawn:
    """Draws a sample once more from the batch and the seed, and compares with what is recorded. Writes nothing. Raises
    `NotFound` or `InvalidInput`."""
    with desk.store.reading() as session:
        sample = _find(session, sample_id)
        if not sample.seed or not sample.number:
            raise InvalidInput(NOT_DRAWN)
        candidates = _candidates(session, sample.batch_id or "")
        recorded = sorted(queries.where(session, AuditCall, sample_id=sample.id), key=lambda c: c.place or 0)
    places = _places(sample, candidates)
    gone = (sample.population or 0) - len(candidates)
    same = sample.seed == _seed(sample, sample.number)
    if gone > 0:
        same &= _order_kept(sample, recorded)
    else:
        same &= audit_draw.digest(candidates) == sample.digest
        same &= list(places) == [
            Place(c.payment_id or "", c.school or "", c.place or 0, bool(c.reserve)) for c in recorded
        ]
    return Redrawn(sample, tuple(places), same, max(gone, 0))


def _order_kept(sample: AuditSample, recorded: Sequence[AuditCall]) -> bool:
    """Whether calls and reserves, each in the order of their places, stand in the order of their ranks: what can still
    be seen of a draw when payments of its list were erased since."""
    ranks = [[audit_draw.rank(sample.seed or "", c.payment_id or "") for c in recorded if bool(c.reserve) is spare]
             for spare in (False, True)]  # fmt: skip
    return all(r == sorted(r) for r in ranks)


def samples(desk: Desk, batch_id: str = "") -> list[AuditSample]:
    """The samples at home here or below, the newest first; of one batch, those that were voided as well: whoever
    throws a draw away shows it."""
    with desk.store.reading() as session:
        if not batch_id:
            return queries.where(session, AuditSample)[::-1]
        batch = queries.find(session, PaymentBatch, batch_id)
        found = queries.ids(session, AuditSample, queries.Wanted(filters={"batch_id": batch.id}, voided=True))
        return queries.rows(session, AuditSample, found)


def calls(desk: Desk, sample_id: str) -> list[AuditCall]:
    """The calls of a sample by place, the reserve list at the end."""
    with desk.store.reading() as session:
        sample = _find(session, sample_id)
        found = queries.where(session, AuditCall, sample_id=sample.id)
    return sorted(found, key=lambda c: c.place or 0)


def called(found: Sequence[AuditCall]) -> list[AuditCall]:
    """Those of a sample's calls that are to be made: the drawn ones, and reserves that stand in for another."""
    return [c for c in found if not c.reserve or c.replaces_id]


def missed(desk: Desk, call_id: str, day: date | None = None) -> tuple[AuditCall, Touched]:
    """Notes that nobody answered. After the third time the call ends, and the next of the reserve list is called
    instead. Raises `InvalidInput` for a call that has ended or a reserve whose turn it is not."""
    with desk.unit(Right.AUDIT) as unit:
        call = _open_call(unit, desk, call_id)
        call.attempts = (call.attempts or 0) + 1
        call.tried_on = day or date.today()
        if call.attempts >= audit_draw.TRIES:
            call.outcome = "unreachable"
            _call_next(unit, call)
        unit.session.add(call)
    return call, unit.touched


def _call_next(unit: Unit, call: AuditCall) -> None:
    """Puts the next of the reserve list in the place of somebody who was not reached."""
    sample = queries.get(unit.session, AuditSample, call.sample_id or "")
    rows = {c.id: c for c in queries.where(unit.session, AuditCall, sample_id=sample.id, reserve=True)}
    spare = [Place(c.id, c.school or "", c.place or 0, True) for c in rows.values() if not c.replaces_id]
    following = audit_draw.next_reserve(spare, call.school or "", sample.method or "")
    if following:
        rows[following.id].replaces_id = call.id
        unit.session.add(rows[following.id])


def answer(desk: Desk, call_id: str, values: Mapping[str, object]) -> tuple[AuditCall, Touched]:
    """Types in what a call found: received_fen (in yuan, as typed), satisfaction 1 to 5, answered_by, relation, remark.
    What was due is the payment with its corrections as of now. Raises `InvalidInput`; then nothing was saved."""
    clean = require(AuditCall, values, desk.codes)
    with desk.unit(Right.AUDIT) as unit:
        call = _open_call(unit, desk, call_id)
        records.assign(call, clean)
        payment = call.payment_id or ""
        call.due_fen = money.net(unit.session, [payment]).get(payment, 0)
        call.attempts, call.tried_on, call.outcome = (call.attempts or 0) + 1, date.today(), "reached"
        unit.session.add(call)
    return call, unit.touched


def explain(desk: Desk, call_id: str, words: str) -> tuple[AuditCall, Touched]:
    """Says how a difference came about; until then it is flagged. Raises `InvalidInput`."""
    told, problem = check_value(facts_of(AuditCall)["explanation"], words, desk.codes)
    if problem or not told:
        raise problem.error() if problem else InvalidInput(NO_WORDS)
    with desk.unit(Right.AUDIT) as unit:
        call = queries.find(unit.session, AuditCall, call_id)
        records.require_home(unit, desk, call)
        if not differs(call):
            raise InvalidInput(NO_DIFFERENCE)
        call.explanation, call.explained_on = str(told), date.today()
        unit.session.add(call)
    return call, unit.touched


def _open_call(unit: Unit, desk: Desk, call_id: str) -> AuditCall:
    call = queries.find(unit.session, AuditCall, call_id)
    records.require_home(unit, desk, call)
    if call.outcome:
        raise InvalidInput(ENDED, outcome=desk.codes["audit_outcome"].name_of(call.outcome, desk.texts))
    if call.reserve and not call.replaces_id:
        raise InvalidInput(NOT_CALLED)
    return call


def differs(call: AuditCall) -> bool:
    """Whether a call found another sum than was due."""
    return call.outcome == "reached" and call.received_fen != call.due_fen


def flagged(desk: Desk) -> list[AuditCall]:
    """Differences nobody has explained yet, at home here or below."""
    with desk.store.reading() as session:
        return queries.rows(session, AuditCall, money.flagged(session))
