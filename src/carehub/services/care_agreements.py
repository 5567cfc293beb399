"""Care agreements: who looks after a child while its parents are away, until when, and what the paper says of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from carehub import resources
from carehub.domain.agreements import CareAgreement
from carehub.domain.office import Site
from carehub.domain.people import Child, FamilyMember
from carehub.domain.retention import years_after
from carehub.domain.rights import Right
from carehub.papers.care_agreement import Agreement
from carehub.services import children, records, sheet_numbers
from carehub.services.desk import Desk
from carehub.store import queries
from carehub.store.store import Touched

SOON = timedelta(days=30)
"""An agreement that ends within so many days is to be signed anew."""
PARENTS = ("51", "52", "57", "58")
"""GB/T 4761: father, mother, and those who stand in for them."""


class State(StrEnum):
    """How the care of a child is agreed on."""

    NONE = "none"
    STANDS = "stands"
    UNSIGNED = "unsigned"
    SOON = "soon"
    RUN_OUT = "run out"


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand, and the agreement that counts: the one that holds longest."""

    state: State
    agreement: CareAgreement | None = None


def of_child(desk: Desk, child_id: str) -> list[CareAgreement]:
    """The agreements about a child (all its files), the one that holds longest first."""
    with desk.store.reading() as session:
        found = queries.owned(session, CareAgreement, "child_id", [child_id])[child_id]
    return sorted(found, key=lambda a: (a.until_on or date.min, a.from_on or date.min, a.id), reverse=True)


def standing(desk: Desk, child_id: str, day: date | None = None) -> Standing:
    """How a child's care is agreed on at a `day` (today)."""
    today = day or date.today()
    latest = next(iter(of_child(desk, child_id)), None)
    if latest is None:
        return Standing(State.NONE)
    if latest.until_on and latest.until_on < today:
        return Standing(State.RUN_OUT, latest)
    if latest.signed_on is None:
        return Standing(State.UNSIGNED, latest)
    soon = latest.until_on is not None and latest.until_on <= today + SOON
    return Standing(State.SOON if soon else State.STANDS, latest)


def carer_names(desk: Desk, found: Sequence[CareAgreement]) -> dict[str, str]:
    """Agreement id → who looks after the child, as far as known."""
    family = {m.id: m for m in records.fetch(desk, FamilyMember, [a.carer_id for a in found if a.carer_id])}
    return {a.id: _carer(a, family)[0] for a in found}


def suggested(desk: Desk, child_id: str) -> dict[str, object]:
    """What a new agreement begins with: the parents and the carer who are on file, one year from today, the usual
    wording; a child who has one goes on with what it says."""
    today, before = date.today(), next(iter(of_child(desk, child_id)), None)
    begins = max(today, before.until_on + timedelta(days=1)) if before and before.until_on else today
    values: dict[str, object] = {"from_on": begins, "until_on": years_after(begins, 1), "contact": "weekly"}
    if before:
        kept = ("parents", "carer_id", "carer", "relation", "phone", "contents", "contact", "witness")
        return values | {name: getattr(before, name) for name in kept}
    family = [m for file in children.read(desk, [child_id]) for m in file.family]
    parents = [m.name for m in family if m.relation in PARENTS and m.name]
    carer = next((m for m in family if m.is_carer and m.child_id == child_id and m.relation not in PARENTS), None)
    return values | {
        "parents": "、".join(parents) or None,
        "carer_id": carer.id if carer else None,
        "contents": resources.care_agreement()["contents"],
    }


def add(desk: Desk, values: Mapping[str, object]) -> tuple[CareAgreement, Touched]:
    """Adds an agreement with its number; the contact is weekly unless something else is said. Raises `InvalidInput`;
    then nothing was saved."""
    with desk.store.reading() as session:
        (number,) = sheet_numbers.fresh(session, 1)
    return records.add(desk, CareAgreement, {"contact": "weekly", **values}, sheet_no=number)


def contents(desk: Desk, ids: Sequence[str]) -> list[Agreement]:
    """What stands on the papers of some agreements. Phones only for those who may look behind masks: others print
    lines to be filled in by hand."""
    found = records.fetch(desk, CareAgreement, ids)
    children_ = {c.id: c for c in records.fetch(desk, Child, [a.child_id for a in found])}
    family = {m.id: m for m in records.fetch(desk, FamilyMember, [a.carer_id for a in found if a.carer_id])}
    with desk.store.reading() as session:
        sites = queries.names(session, str(Site.__tablename__), sorted({a.site_id for a in found}))
    wording, whole = resources.care_agreement(), desk.may(Right.LOOK)
    made = []
    for row in found:
        if row.child_id not in children_:
            continue
        name, relation, phone = _carer(row, family)
        office = str(sites.get(row.site_id) or desk.site.name)
        made.append(Agreement(row, children_[row.child_id], name, relation, phone if whole else "", office, wording))
    return made


def _carer(row: CareAgreement, family: Mapping[str, FamilyMember]) -> tuple[str, str | None, str]:
    """Name, relation (GB/T 4761) and phone of the carer: of the family as it stands there now, else as typed."""
    member = family.get(row.carer_id or "")
    if member is None:
        return row.carer or "", row.relation, row.phone or ""
    return member.name or row.carer or "", member.relation or row.relation, row.phone or member.phone or ""
