"""Whom on file a ledger's row may be about where that is not certain: by sound of the name and what else agrees."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from carehub.domain.normalise import NONE
from carehub.domain.texts import mark
from carehub.store.duplicates import sound

Row = Mapping[str, Any]
PARENTS = ("51", "52", "57", "58")
"""GB/T 4761: father, mother, step- and adoptive parents."""
REASONS = {
    "kin": mark("the same name (as it sounds), birth date, and parent or guardian"),
    "phone": mark("the same name (as it sounds) and phone number"),
    "birth": mark("the same name (as it sounds) and birth date"),
    "family": mark("the same name (as it sounds), and parent or guardian"),
    "class": mark("the same name (as it sounds) and class"),
    "name": mark("the same name (as it sounds); nothing else is known to compare"),
}
"""Why a row may be about a file, in words."""
SURE = 0.95
"""From this score on a boarding list's row is the child's; below it a person decides."""


@dataclass(frozen=True, slots=True)
class Like:
    """One file that a row may be about. `reason` is a key of `REASONS`, `score` between 0 and 1."""

    id: str
    reason: str
    score: float


class Similar:
    """Files by the sound of their names. `family` gives the relatives of a child."""

    def __init__(self, kind: str, family: Callable[[str], Sequence[Row]]) -> None:
        self._kind, self._family = kind, family
        self._by_sound: dict[str, list[Row]] = {}

    def add(self, row: Row) -> None:
        """Takes a file in."""
        self._by_sound.setdefault(sound(row.get("name") or ""), []).append(row)

    def to(self, kind: str, values: Row, family: Sequence[Row], *, but: Iterable[str] = ()) -> list[Like]:
        """The files that a row of a ledger of `kind` may be about, the likeliest first; those of `but` are left out."""
        passed = set(but)
        found = []
        for row in self._by_sound.get(sound(values.get("name") or ""), ()):
            if row["id"] not in passed and (told := self._compare(kind, values, family, row)):
                found.append(Like(row["id"], told[0], round(told[1], 2)))
        return sorted(found, key=lambda like: (-like.score, like.id))

    def _compare(self, kind: str, values: Row, family: Sequence[Row], row: Row) -> tuple[str, float] | None:
        written = 0.0 if values.get("name") == row.get("name") else -0.1
        told = (
            _volunteers(values, row)
            if self._kind == "volunteer"
            else _children(kind, (values, family), (row, self._family(row["id"])))
        )
        return (told[0], told[1] + written) if told else None


def _volunteers(values: Row, row: Row) -> tuple[str, float] | None:
    phones = _phones([values]), _phones([row])
    births = values.get("birth") or "", row.get("birth") or ""
    if phones[0] & phones[1]:
        return "phone", 0.95
    if all(births) and (births[0].startswith(births[1]) or births[1].startswith(births[0])):
        return "birth", 0.75
    comparable = all(phones) or all(births)
    return None if comparable or values.get("name") != row.get("name") else ("name", 0.4)


def _children(kind: str, one: tuple[Row, Sequence[Row]], other: tuple[Row, Sequence[Row]]) -> tuple[str, float] | None:
    (values, family), (row, known) = one, other
    if values.get("identity_no") and row.get("identity_no"):
        return None  # two numbers are two children
    if _differ(values, row, "sex") and not _kin(family) & _kin(known):
        return None
    born, phone = values.get("birth_date"), bool(_phones(family) & _phones(known))
    same_birth = bool(born and born == row.get("birth_date"))
    kin = bool(_kin(family) & _kin(known))
    if same_birth:
        return ("kin", 0.9) if kin else ("phone", 0.95) if phone else ("birth", 0.6)
    if kin or phone:
        return ("family" if kin else "phone"), 0.5 if born and row.get("birth_date") else 0.7
    if born and row.get("birth_date"):
        return None
    if kind == "boarding_place":
        return _classes(values, row)
    bare = not (born or family or values.get("identity_no"))
    return ("name", 0.4) if bare and values.get("name") == row.get("name") else None


def _classes(values: Row, row: Row) -> tuple[str, float] | None:
    """A boarding list often knows name and class only."""
    if _differ(values, row, "grade"):
        return ("name", 0.4) if values.get("name") == row.get("name") else None
    if values.get("grade") and row.get("grade"):
        same = values.get("class_name") == row.get("class_name") and values.get("school") == row.get("school")
        return "class", 0.95 if same else 0.8
    return "name", 0.5


def _differ(values: Row, row: Row, name: str) -> bool:
    return bool(values.get(name) and row.get(name) and values[name] != row[name])


def _kin(family: Sequence[Row]) -> set[str]:
    return {
        sound(m["name"]) for m in family if m.get("name") and (m.get("is_guardian") or m.get("relation") in PARENTS)
    }


def _phones(people: Sequence[Row]) -> set[str]:
    return {p for row in people for p in (row.get("phone") or "").split("、") if p and p != NONE}
