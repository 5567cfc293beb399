"""The carer and the parents a row speaks of, each person once."""

import re

from carehub.domain.codes import Codebook
from carehub.domain.drafts import NOT_A_CODE
from carehub.domain.facts import facts_of
from carehub.domain.people import FamilyMember
from carehub.domain.texts import mark
from carehub.sheets.cells import is_name, text_of
from carehub.sheets.relations import CHILD_ITSELF, relation_code, tells_the_child
from carehub.sheets.row_reading import Reading, is_nothing
from carehub.sheets.words import bare, common

PARENTS = {"father": "51", "mother": "52"}
_PHONE = re.compile(r"(?:\+?86[- ]?)?[0-9０-９][0-9０-９\- ]{6,}[0-9０-９]")
_BRACKETS = re.compile(r"[(（]([^)）]*)[)）]")

WHICH_CARER = mark(
    "“{value}” says what the child is to the carer. Please say what the carer is to the child: "
    "father, mother, grandfather, grandmother …"
)

NO_NAME = mark("“{value}” is not a name. Please look again.")

Member = dict[str, object]


def family_of(r: Reading, codes: Codebook) -> list[Member]:
    """Carer first, then father and mother as far as the row names them. A carer who is the father or mother named
    beside is one person."""
    parents = {person: _member(r, person) for person in PARENTS}
    both = r.cell("parents.works_at")
    if not is_nothing(both):
        place = r.checked(facts_of(FamilyMember)["works_at"], "parents.works_at", both)
        for parent in parents.values():
            if place:
                parent.setdefault("works_at", place)
    _name_both(r, parents)
    guardian = _guardian(r, codes, parents)
    family: list[Member] = []
    if guardian:
        same = next((p for p, m in parents.items() if m and _same(guardian, m, PARENTS[p])), None)
        if same:
            _join(guardian, parents.pop(same))
            guardian["relation"] = PARENTS[same]
        family.append({**guardian, "is_guardian": True})
    asked = any(r.columns(f"guardian.{a}") for a in ("name", "relation", "phone"))
    others = [
        {"relation": PARENTS[p], **m, **({"is_guardian": False} if asked else {})} for p, m in parents.items() if m
    ]
    return family + others


def _name_both(r: Reading, parents: dict[str, Member]) -> None:
    """Father and mother named in one cell, in this order; anything else in it is kept as a remark."""
    cell = r.cell("parents.name")
    if is_nothing(cell):
        return
    names = [n for n in re.split(r"[、,，/;；\s]+", str(cell).strip()) if n]
    if len(names) != len(PARENTS) or not all(map(is_name, names)):
        r.keep("parents.name", cell)
        return
    for parent, name in zip(parents.values(), names, strict=True):
        parent.setdefault("name", r.checked(facts_of(FamilyMember)["name"], "parents.name", name))


def _member(r: Reading, person: str) -> Member:
    """What the columns of one person say, without the relation."""
    facts = facts_of(FamilyMember)
    found: Member = {}
    for name in ("name", "phone", "works_at", "identity_no"):
        field = f"{person}.{name}"
        cell = r.cell(field) if name != "phone" else _phones(r, field)
        if cell is None or (is_nothing(cell) and name != "phone"):
            continue
        if name == "name":
            cell = _name_alone(r, person, cell, found)
            if cell is None:
                continue
        if name == "phone" and ("phone" in found or (is_nothing(cell) and bare(cell) != "无")):
            continue
        clean = r.checked(facts[name], field, cell)
        if clean is not None:
            found[name] = clean
    return found


def _phones(r: Reading, field: str) -> object:
    """All columns of a person's phone in one cell."""
    cells = r.cells(field)
    return "、".join(text_of(v) for _, v in cells) if len(cells) > 1 else r.cell(field)


def _name_alone(r: Reading, person: str, cell: object, found: Member) -> str | None:
    """A person's name without the phone or relation some ledgers write behind it. What has become of a parent
    (去世, 改嫁) is no name and is kept as a remark."""
    text = str(cell)
    field, facts = f"{person}.name", facts_of(FamilyMember)
    if bare(text) in common().states:
        r.keep(field, cell)
        return None
    phone = _PHONE.search(text)
    if phone and not r.columns(f"{person}.phone"):
        clean = r.checked(facts["phone"], field, phone[0])
        if clean:
            found["phone"] = clean
    if phone and r.columns(f"{person}.phone"):
        r.keep(field, cell)
    if phone:
        text = text.replace(phone[0], " ").replace("电话", " ").strip(" :：,，、/;；")
    for inside in _BRACKETS.findall(text):
        if not inside.strip() or "relation" in found:
            text = re.sub(r"[(（]\s*[)）]", "", text)
        elif person == "guardian":
            found["told_relation"] = inside
            text = _BRACKETS.sub("", text)
    text = text.strip()
    if not text and not phone and "told_relation" not in found:
        r.report(field, "format", NO_NAME, value=str(cell))
        r.keep(field, cell)
    return text or None


def _guardian(r: Reading, codes: Codebook, parents: dict[str, Member]) -> Member:
    guardian = _member(r, "guardian")
    inside = guardian.pop("told_relation", None)
    cell = r.cell("guardian.relation")
    word = text_of(cell) if not is_nothing(cell) else ""
    if not word and isinstance(inside, str):
        if relation_code(codes, inside) or not guardian.get("name"):
            word = inside
        else:
            guardian["name"] = f"{guardian['name']}（{inside}）"
    elif isinstance(inside, str) and relation_code(codes, inside) is None:
        r.keep("guardian.name", r.cell("guardian.name"))
    name = guardian.get("name")
    if isinstance(name, str) and relation_code(codes, name) not in (None, *CHILD_ITSELF) and not name.isdigit():
        word = word or name  # 监护人：奶奶 names the relation
        del guardian["name"]
    code = _relation(r, codes, word, guardian, parents)
    return {"relation": code, **guardian} if code else guardian


def _relation(r: Reading, codes: Codebook, word: str, guardian: Member, parents: dict[str, Member]) -> str | None:
    if not word:
        return None
    code = relation_code(codes, word)
    if code and code not in CHILD_ITSELF and not tells_the_child(word):
        return code
    named = [PARENTS[p] for p, m in parents.items() if m.get("name") and m.get("name") == guardian.get("name")]
    if named and tells_the_child(word):
        return named[0]
    message = WHICH_CARER if tells_the_child(word) else NOT_A_CODE
    label = facts_of(FamilyMember)["relation"].label
    r.report("guardian.relation", "code", message, label=label, value=word)
    r.keep("guardian.relation", word)
    return None


def _same(guardian: Member, parent: Member, code: str) -> bool:
    """Whether the carer is this parent: the same name, or the relation and only one of both has a name."""
    one, other = guardian.get("name"), parent.get("name")
    if guardian.get("relation") is None:
        return one is not None and one == other
    return guardian["relation"] == code and (one == other or not one or not other)


def _join(guardian: Member, parent: Member) -> None:
    """Adds what the parent's own columns know; two different phones are both kept."""
    phones = [str(m["phone"]) for m in (guardian, parent) if m.get("phone")]
    for name, value in parent.items():
        guardian.setdefault(name, value)
    if phones:
        guardian["phone"] = "、".join(dict.fromkeys(phones))
