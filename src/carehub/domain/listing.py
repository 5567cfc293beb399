"""What a list can show of a record: its own facts, and for children a few that follow from other records."""

from dataclasses import replace

from carehub.domain.facts import Fact, Kind, facts_of
from carehub.domain.people import Child, FamilyMember
from carehub.domain.record import Record
from carehub.domain.texts import mark

HOME = "site_id"


def _guardians() -> tuple[Fact, ...]:
    """The guardian's facts under the names by which a child's form offers them, as sensitive as they are there."""
    facts = facts_of(FamilyMember)
    return (
        replace(facts["name"], name="guardian", label=mark("Guardian"), listed=True, required=False),
        replace(facts["relation"], name="guardian_relation", label=mark("Guardian's relation"), listed=False),
        replace(facts["phone"], name="guardian_phone", label=mark("Guardian's phone"), listed=True),
    )


DERIVED: dict[str, tuple[Fact, ...]] = {
    str(Child.__tablename__): (
        Fact(mark("Age"), Kind.INTEGER, name="age", listed=True),
        *_guardians(),
        Fact(mark("Last visit"), Kind.DATE, name="last_visit"),
        Fact(mark("Has a pairing"), Kind.BOOLEAN, name="paired"),
    ),
}
"""Record → facts that are never typed and stand in no column of its table: the store knows how each is found out
(`store/derived.py`)."""


def listable(record: type[Record]) -> dict[str, Fact]:
    """Name → fact of everything a list of a record can show and be filtered by, in the order of its form, the derived
    ones last. What the program keeps for itself is left out, but for what lists show, whom a row belongs to, and
    where it is at home."""
    own = {n: f for n, f in facts_of(record).items() if not f.system or f.listed or f.owner}
    derived = {f.name: f for f in DERIVED.get(str(record.__tablename__), ())}
    return own | derived | {HOME: facts_of(record)[HOME]}


def sortable(fact: Fact) -> bool:
    """Whether a list may stand in the order of a fact: the order of what is masked would tell what it says."""
    return not fact.sensitive
