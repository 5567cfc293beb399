"""Consent: what a child's guardian, and from 14 the child as well, has agreed to, until when; withdrawing it has effect
at once (PIPL articles 14, 15, 31)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlmodel import Session

from carehub.domain.attention import PAPERS_AHEAD, age_on
from carehub.domain.drafts import require
from carehub.domain.errors import InvalidInput
from carehub.domain.people import Child
from carehub.domain.protection import OWN_CONSENT_AGE, Consent
from carehub.domain.texts import mark
from carehub.services import records
from carehub.services.desk import Desk
from carehub.store import linked, queries
from carehub.store.store import Touched

SOON = timedelta(days=PAPERS_AHEAD)
"""A consent that ends within so many days is to be asked for again."""
NEEDED = frozenset({"care"})
"""Without consent to these purposes something is missing; the others are asked for when they are needed."""
LEFT_OUT: Mapping[str, frozenset[str]] = {
    "notice": frozenset({"notice", "care"}),
    "figures": frozenset({"figures", "care"}),
    "pairing": frozenset({"care"}),
}
"""What leaves the house → the purposes of which a withdrawal keeps a child out of it."""
EFFECTS: Mapping[str, str] = {
    "care": mark(
        "No more visits are to be made and nothing more written. The child is left out of public notices and of "
        "statistics for others. Ask the head whether the file is to be closed or erased."
    ),
    "aid": mark("No aid may be applied for any more in the child's name."),
    "talk": mark("No more counselling talks are to be held."),
    "photo": mark("No photo of the child may be taken or shown any more. Take down those that hang somewhere."),
    "notice": mark("The child is left out of all public notices from now on."),
    "figures": mark("The child is left out of statistics for others from now on."),
}
NO_PURPOSE = mark("Please choose at least one purpose.")
NOTHING_TO_WITHDRAW = mark("There is no consent to withdraw here.")
ENDS_BEFORE = mark("The consent would end before it begins.")


class State(StrEnum):
    """How a purpose stands."""

    GIVEN = "given"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    MISSING = "missing"
    OWN_MISSING = "own missing"  # the guardian has agreed; from 14 the child is to be asked as well
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Standing:
    """One purpose of one child: how it stands, and the day until which it holds or on which it ended."""

    purpose: str
    state: State
    day: date | None = None


def of_child(desk: Desk, child_id: str, day: date | None = None) -> list[Standing]:
    """How every purpose stands for a child (all its files), in the order of the code list; purposes nobody asked about
    are left out unless they are needed."""
    today = day or date.today()
    with desk.store.reading() as session:
        child = queries.get(session, Child, child_id)
        papers = queries.owned(session, Consent, "child_id", [child_id])[child_id]
    own = _asked_themselves(child.birth_date, today)
    found = []
    for code in desk.codes["consent_purpose"]:
        mine = [p for p in papers if p.purpose == code.code]
        if mine or code.code in NEEDED:
            found.append(_standing(code.code, _newest(mine), today, own=own))
    return found


def _asked_themselves(birth: date | None, day: date) -> bool:
    return birth is not None and age_on(birth, day) >= OWN_CONSENT_AGE


def _newest(papers: Iterable[Consent]) -> dict[str | None, Consent]:
    """Who gave it → the newest paper of that person: only it counts. A paper that does not say who is the guardian's,
    and stands beside those that do."""
    ordered = sorted(papers, key=lambda p: (p.given_on or date.min, p.id))
    return {p.given_by: p for p in ordered}


def _standing(purpose: str, newest: Mapping[str | None, Consent], today: date, *, own: bool) -> Standing:
    """The worst of what both say decides."""
    withdrawn = [p.withdrawn_on for p in newest.values() if p.withdrawn_on and p.withdrawn_on <= today]
    if withdrawn:
        return Standing(purpose, State.WITHDRAWN, max(withdrawn))
    if not newest.keys() & {"guardian", None}:
        return Standing(purpose, State.MISSING)
    ends = min((p.expires_on for p in newest.values() if p.expires_on), default=None)
    if ends and ends < today:
        return Standing(purpose, State.EXPIRED, ends)
    if own and "child" not in newest:
        return Standing(purpose, State.OWN_MISSING, ends)
    return Standing(purpose, State.EXPIRING if ends and ends <= today + SOON else State.GIVEN, ends)


def left_out(session: Session, use: str, day: date | None = None, among: Sequence[str] | None = None) -> set[str]:
    """The children (files that stand for all) who are not to appear in one of `LEFT_OUT` because the guardian or the
    child has withdrawn consent and not given it again. `among` asks about these only: an office has 35,000."""
    today, roots = day or date.today(), linked.roots(session, "child")
    by_child: dict[tuple[str, str], list[Consent]] = {}
    purposes = sorted(LEFT_OUT[use])
    papers = (
        queries.where(session, Consent, purpose=purposes)
        if among is None
        else [
            p for found in queries.owned(session, Consent, "child_id", among, purpose=purposes).values() for p in found
        ]
    )
    for paper in papers:
        by_child.setdefault((roots.get(paper.child_id, paper.child_id), paper.purpose or ""), []).append(paper)
    return {
        child
        for (child, purpose), papers in by_child.items()
        if _standing(purpose, _newest(papers), today, own=False).state is State.WITHDRAWN
    }


def record(desk: Desk, child_id: str, purposes: Sequence[str], values: Mapping[str, object]) -> Touched:
    """Records one paper for several purposes in one step. `values`: given_by, name, relation, given_on, expires_on,
    wording. Raises `InvalidInput`; then nothing was saved."""
    if not purposes:
        raise InvalidInput(NO_PURPOSE)
    checked = [
        require(
            Consent,
            {"given_on": date.today(), "given_by": "guardian", **values, "child_id": child_id, "purpose": p},
            desk.codes,
        )
        for p in dict.fromkeys(purposes)
    ]
    for clean in checked:
        begins, ends = clean.get("given_on"), clean.get("expires_on")
        if isinstance(begins, date) and isinstance(ends, date) and ends < begins:
            raise InvalidInput(ENDS_BEFORE)
    with desk.unit(Consent.about.writes) as unit:
        queries.get(unit.session, Child, child_id)
        for clean in checked:
            records.insert(unit, desk, Consent, clean)
    return unit.touched


def withdraw(desk: Desk, child_id: str, purposes: Sequence[str], by: str = "", day: date | None = None) -> Touched:
    """Withdraws consent to some purposes, whoever gave it, in one step; `by` says who withdraws. Raises `InvalidInput`
    where nothing stands; then nothing changed."""
    if not purposes:
        raise InvalidInput(NO_PURPOSE)
    told = require(Consent, {"withdrawn_on": day or date.today(), "withdrawn_by": by}, desk.codes, partial=True)
    with desk.unit(Consent.about.writes) as unit:
        session = unit.session
        papers = queries.owned(session, Consent, "child_id", [child_id])[child_id]
        standing = [p for p in papers if p.purpose in purposes and p.withdrawn_on is None]
        if not standing:
            raise InvalidInput(NOTHING_TO_WITHDRAW)
        for paper in standing:
            records.require_home(unit, desk, paper)
            records.assign(paper, told)
            session.add(paper)
    return unit.touched


def summary(desk: Desk, found: Sequence[Standing]) -> list[tuple[State, str]]:
    """Standings as sentences, one for each state there is, those to be seen to first."""
    tr, names = desk.texts, desk.codes["consent_purpose"]
    words = {
        State.WITHDRAWN: tr("Withdrawn"), State.MISSING: tr("Missing"), State.EXPIRED: tr("Run out"),
        State.OWN_MISSING: tr("The child is 14 and is to be asked as well"), State.EXPIRING: tr("Running out"),
        State.GIVEN: tr("Given"),
    }  # fmt: skip
    told = []
    for state, word in words.items():
        mine = [s for s in found if s.state is state]
        parts = [
            names.name_of(s.purpose, tr)
            + (tr(" ({day})", day=s.day) if s.day and state is not State.OWN_MISSING else "")
            for s in mine
        ]
        if parts:
            told.append((state, word + tr.pick("：", ": ") + tr.pick("、", ", ").join(parts)))
    return told
