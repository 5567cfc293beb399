"""A child with the guardian's facts beside it, as lists, ledgers and papers want it. Where one child has several files
that a person has linked, the one that stands for all shows the families of all, and one guardian."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from carehub.domain.drafts import require
from carehub.domain.facts import facts_of
from carehub.domain.people import Child, FamilyMember
from carehub.services import custom, records
from carehub.services.desk import Desk
from carehub.store import linked, queries
from carehub.store.store import Touched, Unit

GUARDIAN = {"guardian": "name", "guardian_relation": "relation", "guardian_phone": "phone"}
"""Names under which a child's list and form offer the guardian's facts → fields of the family member."""


@dataclass(frozen=True, slots=True)
class ChildFile:
    """A child with its family; the guardian is one of them. `others` are the files of the same child that are shown
    with this one; their family members stand behind its own."""

    child: Child
    family: tuple[FamilyMember, ...]
    others: tuple[Child, ...] = ()

    @property
    def guardian(self) -> FamilyMember | None:
        """The one who is shown as guardian, whoever else is put down as one in another file."""
        return next((m for m in self.family if m.is_guardian), None)

    def as_dict(self) -> dict[str, object]:
        """The child with the guardian's name, relation (GB/T 4761) and phone beside it."""
        guardian = records.as_dict(self.guardian) if self.guardian else {}
        return records.as_dict(self.child) | {name: guardian.get(field) for name, field in GUARDIAN.items()}


def files(session: Session, children: Sequence[Child]) -> list[ChildFile]:
    """Children with their families, in the given order."""
    families = queries.owned(session, FamilyMember, "child_id", [c.id for c in children])
    grouped = linked.members(session, "child")
    wanted = [other for c in children for other in grouped.get(c.id, ())]
    others = {c.id: c for c in queries.rows(session, Child, wanted)}
    return [
        ChildFile(c, _family(c, families[c.id]), tuple(others[o] for o in grouped.get(c.id, ()) if o in others))
        for c in children
    ]


def _family(child: Child, members: Sequence[FamilyMember]) -> tuple[FamilyMember, ...]:
    """The family of a file and of those shown with it: its own members first, and nobody twice who says nothing new."""
    if all(m.child_id == child.id for m in members):
        return tuple(members)
    ordered = sorted(members, key=lambda m: m.child_id != child.id)
    guardian = next((m for m in ordered if m.is_guardian), None)
    kept: list[FamilyMember] = []
    for member in ordered:
        if member is guardian or member.child_id == child.id or not any(_says_as_much(k, member) for k in kept):
            kept.append(member)
    return tuple(kept)


def _says_as_much(one: FamilyMember, other: FamilyMember) -> bool:
    """Whether everything known of `other` stands with `one` already. Who is guardian is not asked: there is one."""
    flags = ("is_guardian", "is_carer", "child_id")
    names = [n for n, f in facts_of(FamilyMember).items() if not f.system and n not in flags]
    return all(getattr(other, n) in (None, "", getattr(one, n)) for n in names)


def read(desk: Desk, ids: Sequence[str]) -> list[ChildFile]:
    """Children by id with their families."""
    with desk.store.reading() as session:
        return files(session, queries.rows(session, Child, ids))


def _split(values: Mapping[str, object]) -> tuple[dict[str, object], dict[str, object]]:
    guardian = {field: values[name] for name, field in GUARDIAN.items() if name in values}
    return {n: v for n, v in values.items() if n not in GUARDIAN}, guardian


def add(desk: Desk, values: Mapping[str, object]) -> tuple[ChildFile, Touched]:
    """Adds a child; `guardian`, `guardian_relation`, `guardian_phone` become its guardian, and answers to questions of
    one's own (`custom/…`) are kept with it. Raises `InvalidInput`; then nothing was saved."""
    given, answers = custom.split(values)
    own, told = _split({"status": "active", **given})
    clean, guardian = require(Child, own, desk.codes), require(FamilyMember, told, desk.codes)
    with desk.unit() as unit:
        child = records.insert(unit, desk, Child, clean)
        family = (_add_guardian(unit, desk, child, guardian),) if any(guardian.values()) else ()
        custom.keep(unit, desk, child, answers)
    return ChildFile(child, family), unit.touched


def _add_guardian(unit: Unit, desk: Desk, child: Child, clean: Mapping[str, object]) -> FamilyMember:
    return records.insert(unit, desk, FamilyMember, {**clean, "child_id": child.id, "is_guardian": True})


def edit(desk: Desk, child_id: str, values: Mapping[str, object]) -> tuple[Child, Touched]:
    """Changes a child and, under the guardian's names, its guardian, in one step, with answers to questions of one's
    own. The family is read only where a fact of the guardian is told."""
    given, answers = custom.split(values)
    own, told = _split(given)
    with desk.unit() as unit:
        child = queries.find(unit.session, Child, child_id)
        records.require_home(unit, desk, child)
        records.assign(child, records.checked_edit(desk, child, own))
        unit.session.add(child)
        if told:
            _tell_guardian(unit, desk, child, require(FamilyMember, told, desk.codes, partial=True))
        custom.keep(unit, desk, child, answers)
    return child, unit.touched


def _tell_guardian(unit: Unit, desk: Desk, child: Child, clean: Mapping[str, object]) -> None:
    guardian = files(unit.session, [child])[0].guardian
    if guardian:
        records.assign(guardian, clean)
        unit.session.add(guardian)
    elif any(clean.values()):
        _add_guardian(unit, desk, child, clean)
