"""Made-up children for generated ledgers, and the records that a ledger telling certain things of them must give."""

from datetime import date
from random import Random

from carehub.domain.madeup import MadeUp, MadeUpChild

TODAY = date(2026, 3, 1)
WORDS = {"51": "父亲", "52": "妈妈", "61": "爷爷", "62": "奶奶", "63": "外公", "64": "姥姥", "90": "姑姑"}


def people(count: int = 8, seed: int = 1) -> list[MadeUpChild]:
    """Children with distinct names."""
    drawn, found = MadeUp(seed, TODAY), {}
    drawn.random = Random(seed)
    while len(found) < count:
        child = drawn.child()
        if child.relation not in ("51", "52"):
            found.setdefault(child.name, child)
    return list(found.values())


def values(child: MadeUpChild, *without: str, **other: object) -> dict[str, object]:
    """The columns of a child as a full ledger gives them, without some, with others."""
    full: dict[str, object] = {
        "name": child.name,
        "sex": child.sex,
        "birth_date": child.birth_date,
        "identity_no": child.identity_no,
        "school": child.school,
        "grade": child.grade,
    }
    return {k: v for k, v in full.items() if k not in without} | other


def carer(child: MadeUpChild, *without: str, **other: object) -> dict[str, object]:
    full: dict[str, object] = {
        "relation": child.relation,
        "name": child.guardian,
        "phone": child.phone,
        "is_guardian": True,
    }
    return {k: v for k, v in full.items() if k not in without} | other


def parents(child: MadeUpChild, *, places: bool = True, **other: object) -> list[dict[str, object]]:
    father: dict[str, object] = {"relation": "51", "name": child.father, "works_at": child.father_at}
    mother: dict[str, object] = {"relation": "52", "name": child.mother, "works_at": child.mother_at}
    for member in (father, mother):
        if not places:
            del member["works_at"]
        member["is_guardian"] = False
        member.update(other)
    return [father, mother]
