"""Typing in sheets that came back on paper: finding one by its number or the end of it, what its form begins with, and
saving it for every child it was used for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlmodel import Session

from carehub.domain import follow_up
from carehub.domain.care import CHECK_FIELDS, Pairing, Visit
from carehub.domain.drafts import require
from carehub.domain.errors import InvalidInput, NotFound
from carehub.domain.facts import facts_of
from carehub.domain.normalise import half_width
from carehub.domain.people import Child, Volunteer
from carehub.domain.sheet_number import normalise
from carehub.domain.texts import mark
from carehub.services import custom, preferences, records, sheet_numbers
from carehub.services.desk import Desk
from carehub.store import linked, queries, sheets
from carehub.store.store import Touched, Unit
from carehub.sync import peers

LEAST, WHOLE = 4, 12
"""So many digits of a number are enough if only one open sheet ends with them; and so many has a whole one."""
NO_NUMBER = mark("Type the twelve digits of the sheet, or at least its last four.")
WRONG_DIGIT = mark("One digit of {number} is wrong. Please compare it with the sheet.")
NO_OPEN = mark("No open sheet ends with {digits}. Please type the whole number.")
SEVERAL = mark("{count} open sheets end with {digits}. Please type more digits, or the whole number.")
ENTERED = mark("The sheet {number} of {child} was typed in already. Nothing was changed.")
NOTE_NEEDED = mark("Danger at: {checks}. Please write what was seen.")
TOGETHER = mark("seen together with others on sheet {number}")


class State(StrEnum):
    """How a sheet stands."""

    OPEN = "open"
    ENTERED = "entered"
    VOIDED = "voided"
    CHILD_VOIDED = "child voided"
    ELSEWHERE = "elsewhere"


SENTENCES: Mapping[State, str] = {
    State.ENTERED: ENTERED,
    State.VOIDED: mark("The sheet {number} of {child} was voided: {reason}. It cannot be typed in."),
    State.CHILD_VOIDED: mark("The file of {child} was voided: {reason}. Its sheet {number} cannot be typed in."),
    State.ELSEWHERE: mark(
        "The file of {child} is kept by another site now ({site}). The sheet {number} is to be typed in there."
    ),
}
"""Why a sheet that is known cannot be typed in."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that was found: its visit, the child it was printed for, and how it stands."""

    visit: Visit
    child: Child
    state: State
    site: str = ""

    def sentence(self, desk: Desk) -> str:
        """Why it cannot be typed in; empty if it can."""
        if self.state is State.OPEN:
            return ""
        reason = self.child.void_reason if self.state is State.CHILD_VOIDED else self.visit.void_reason
        return desk.texts(SENTENCES[self.state], number=self.visit.sheet_no or "", child=self.child.name,
                          reason=reason or "", site=self.site)  # fmt: skip


def find(desk: Desk, typed: str) -> Sheet:
    """The sheet of a whole number as scanned or typed, or of the end of it where that is the only open one.
    Raises `InvalidInput` for what is no number, `NotFound` for one that is not known here."""
    digits = "".join(c for c in half_width(typed) if c.isdecimal())
    if not LEAST <= len(digits) <= WHOLE:
        raise InvalidInput(NO_NUMBER)
    number = normalise(digits)
    if number is None and len(digits) == WHOLE:
        raise NotFound(WRONG_DIGIT, number=digits)
    with desk.store.reading() as session:
        visit_id = _whole(session, number) if number else _end(session, digits)
        return _sheet(desk, session, queries.get(session, Visit, visit_id))


def _whole(session: Session, number: str) -> str:
    found = sheets.of_number(session, number)
    if not found:
        raise NotFound(sheet_numbers.NO_SUCH_SHEET, number=number)
    return found[0]


def _end(session: Session, digits: str) -> str:
    found = sheets.ending_with(session, digits)
    still_open = [visit for visit, is_open in found if is_open]
    if len(still_open) > 1:
        raise InvalidInput(SEVERAL, count=len(still_open), digits=digits)
    if still_open:
        return still_open[0]
    if len(found) == 1:
        return found[0][0]
    raise NotFound(NO_OPEN, digits=digits)


def _sheet(desk: Desk, session: Session, visit: Visit) -> Sheet:
    child = queries.get(session, Child, visit.child_id)
    if child.site_id not in peers.subtree(desk.store.raw(session), desk.site.id):
        site = queries.names(session, "site", [child.site_id]).get(child.site_id, "")
        return Sheet(visit, child, State.ELSEWHERE, site)
    if child.voided_on:
        return Sheet(visit, child, State.CHILD_VOIDED)
    if visit.voided_on:
        return Sheet(visit, child, State.VOIDED)
    return Sheet(visit, child, State.ENTERED if visit.done_on else State.OPEN)


def open_sheets(desk: Desk) -> int:
    """How many sheets wait to be typed in."""
    with desk.store.reading() as session:
        return sheets.count_open(session)


def beginning(desk: Desk, sheet: Sheet, today: date | None = None) -> dict[str, object]:
    """What a form begins with: the day the visit was planned for, a home visit, the volunteer, and who went along the
    last time. What nobody wrote down before stays empty."""
    day, visit = today or date.today(), sheet.visit
    planned = visit.planned_for if visit.planned_for and visit.planned_for <= day else day
    with desk.store.reading() as session:
        volunteer = _volunteer(session, visit)
        before = sheets.last_visitors(session, visit.child_id, volunteer.id if volunteer else None)
    name = volunteer.name if volunteer else ""
    along = next((v for v in before if len(follow_up.people(v)) >= follow_up.TWO and name in v), name)
    return {
        "done_on": planned, "way": visit.way or "home", "volunteer_id": volunteer.id if volunteer else None,
        "visitors": visit.visitors or along or None,
    }  # fmt: skip


def _volunteer(session: Session, visit: Visit) -> Volunteer | None:
    """Who was to go: as planned, else the child's running pairing."""
    chosen = visit.volunteer_id
    if not chosen:
        running = queries.owned(session, Pairing, "child_id", [visit.child_id], ended_on=None)[visit.child_id]
        chosen = running[-1].volunteer_id if running else None
    chosen = linked.roots(session, "volunteer").get(chosen, chosen) if chosen else None
    found = queries.rows(session, Volunteer, [chosen]) if chosen else []
    return found[0] if found else None


def next_visit(desk: Desk, sheet: Sheet, done: date, checks: Mapping[str, object]) -> date:
    """The day proposed for the next visit, from the township's intervals."""
    return follow_up.next_visit(done, sheet.child.risk_level, checks, preferences.visit_intervals(desk))


def household(desk: Desk, child_id: str) -> list[Child]:
    """The other children of the same household: one sheet is often used for brothers and sisters."""
    with desk.store.reading() as session:
        return queries.rows(session, Child, sheets.household(session, child_id))


def save(desk: Desk, sheet: Sheet, values: Mapping[str, object], also: Sequence[str] = ()) -> tuple[Visit, Touched]:
    """Saves what stands on a sheet, in one step for its child and for the children `also` seen: each gets a visit of
    its own with the sheet's number and the answers to questions of one's own, and sheets of theirs that are still open
    are voided. Raises `InvalidInput` for
    values that cannot be, a danger without a note, or a sheet that was typed in meanwhile; then nothing was saved."""
    own, answers = custom.split(values)
    clean = require(Visit, own, desk.codes, partial=True)
    require(Visit, {"child_id": sheet.visit.child_id, **own}, desk.codes)
    if (seen := follow_up.dangers(clean)) and not clean.get("note"):
        raise InvalidInput(NOTE_NEEDED, checks=check_names(desk, seen))
    with desk.unit(Visit.about.writes) as unit:
        visit = queries.get(unit.session, Visit, sheet.visit.id)
        records.require_home(unit, desk, visit)
        if visit.done_on or visit.voided_on:
            raise InvalidInput(ENTERED, number=visit.sheet_no or "", child=sheet.child.name)
        records.assign(visit, clean)
        unit.session.add(visit)
        custom.keep(unit, desk, visit, answers)
        for child_id in dict.fromkeys(also):
            custom.keep(unit, desk, _also(unit, desk, visit, child_id, clean), answers)
    return visit, unit.touched


def _also(unit: Unit, desk: Desk, visit: Visit, child_id: str, clean: Mapping[str, Any]) -> Visit:
    made = records.insert(unit, desk, Visit, {**clean, "child_id": child_id, "sheet_no": visit.sheet_no})
    for other in queries.owned(unit.session, Visit, "child_id", [child_id], done_on=None)[child_id]:
        records.require_home(unit, desk, other)
        other.voided_on, other.void_reason = date.today(), desk.texts(TOGETHER, number=visit.sheet_no or "")
        unit.session.add(other)
    return made


def check_names(desk: Desk, names: Sequence[str]) -> str:
    """Some checks by their labels."""
    facts = facts_of(Visit)
    return "、".join(desk.texts(facts[name].label) for name in names)


def told(desk: Desk, sheet: Sheet, visit: Visit, also: Sequence[str] = ()) -> str:
    """One sentence of what was saved."""
    tr = desk.texts
    wrong = [name for name in CHECK_FIELDS if getattr(visit, name) not in (None, "ok")]
    seen = check_names(desk, wrong) or tr("nothing to worry about")
    with desk.store.reading() as session:
        others = list(queries.names(session, "child", list(also)).values())
    return tr(
        "Saved: {child}, {way} on {day}; {seen}; next visit {next}.",
        child="、".join([sheet.child.name, *others]), way=desk.codes["visit_way"].name_of(visit.way, tr),
        day=visit.done_on, seen=seen, next=visit.next_on or tr("not agreed"),
    )  # fmt: skip
