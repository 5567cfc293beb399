"""The words of ledgers, read from `resources/ledger`: how offices head columns, name sheets and end tables.

A new spelling is added there, not here.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from carehub.resources import folder

OWN, STRANGERS = "own", "strangers"


@dataclass(frozen=True)
class FieldWords:
    """How a field is headed and what its cells look like. `alone`: the cells can speak for themselves.
    `many`: several columns may hold it, joined ("join") or as lines ("lines"). `yes`: words that tick a flag;
    `prefixed`: headers that go before the cell in a remark; `leftover`: headers that come here if no
    other field wants them; `bare`: what a person's name alone heads."""

    name: str
    words: tuple[str, ...]
    content: str = ""
    alone: bool = False
    many: str = ""
    blank_is_no: bool = False
    yes: tuple[str, ...] = ()
    bare: bool = False
    prefixed: tuple[str, ...] = ()
    leftover: tuple[str, ...] = ()


@dataclass(frozen=True)
class KindWords:
    """What is known about ledgers of one kind."""

    kind: str
    titles: tuple[str, ...]
    needs: tuple[str, ...]
    asks_title: tuple[str, ...]
    fills_down: tuple[str, ...]
    ages: tuple[int, ...]
    persons: Mapping[str, tuple[str, ...]]
    attributes: Mapping[str, FieldWords]
    fields: Mapping[str, FieldWords]

    def all_fields(self) -> Iterator[tuple[str, FieldWords]]:
        """Own fields by name, then those of other people as `guardian.phone`."""
        yield from self.fields.items()
        for person in self.persons:
            if person in (OWN, STRANGERS):
                continue
            for name, words in self.attributes.items():
                if person != "parents" or name in ("name", "works_at"):
                    yield f"{person}.{name}", words

    def field(self, name: str) -> FieldWords | None:
        """What is known about a field by its name, also of another person's."""
        person, _, attribute = name.rpartition(".")
        return self.attributes.get(attribute) if person else self.fields.get(name)


@dataclass(frozen=True)
class CommonWords:
    """What is the same in every ledger."""

    index: frozenset[str]
    fillers: tuple[str, ...]
    totals: tuple[str, ...]
    signatures: tuple[str, ...]
    notes: tuple[str, ...]
    ditto: frozenset[str]
    nothing: frozenset[str]
    unregistered: frozenset[str]
    states: frozenset[str]
    examples: tuple[str, ...]
    stages: tuple[str, ...]
    schools: tuple[str, ...]
    places: tuple[str, ...]
    surnames: frozenset[str]
    remarks: Mapping[str, str]


def bare(text: object) -> str:
    """A header or cell for comparing: half width, large letters, without white space, quotes, stars and colons at
    the end."""
    if isinstance(text, float) and text.is_integer():
        text = int(text)
    plain = re.sub(r"[\s\u200b-\u200f\ufeff*'\"“”#]", "", unicodedata.normalize("NFKC", str(text))).upper()
    return plain.translate(str.maketrans("【】[]{}「」", "()()()()")).rstrip(":;,.、。")


def _load(name: str) -> dict[str, Any]:
    return tomllib.loads((folder() / "ledger" / f"{name}.toml").read_text("utf-8"))


def _words(values: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(bare(v) for v in values))


def _field(entry: Mapping[str, Any], name: str = "") -> FieldWords:
    return FieldWords(
        name=entry.get("name", name),
        words=_words(entry["words"]),
        content=entry.get("content", ""),
        alone=entry.get("alone", False),
        many=entry.get("many", ""),
        blank_is_no=entry.get("blank_is_no", False),
        yes=_words(entry.get("yes", ())),
        bare=entry.get("bare", False),
        prefixed=_words(entry.get("prefixed", ())),
        leftover=_words(entry.get("leftover", ())),
    )


def _kind(name: str) -> KindWords:
    data = _load(name)
    return KindWords(
        kind=data["kind"],
        titles=tuple(data["titles"]),
        needs=tuple(data["needs"]),
        asks_title=tuple(data["asks_title"]),
        fills_down=tuple(data["fills_down"]),
        ages=tuple(data.get("ages", ())),
        persons={person: _words(words) for person, words in data["persons"].items()},
        attributes={key: _field(entry, key) for key, entry in data.get("attributes", {}).items()},
        fields={entry["name"]: _field(entry) for entry in data["fields"]},
    )


@cache
def kinds() -> Mapping[str, KindWords]:
    """Every kind of ledger the program knows, by its name."""
    found = sorted(p.stem for p in (folder() / "ledger").glob("*.toml") if p.stem != "common")
    return {k.kind: k for k in map(_kind, found)}


@cache
def common() -> CommonWords:
    """The words all ledgers share."""
    data = _load("common")
    raw = {name: frozenset(str(v).upper() for v in data[name]) for name in ("ditto", "nothing", "unregistered")}
    return CommonWords(
        index=frozenset(_words(data["index"])),
        fillers=tuple(sorted(_words(data["fillers"]), key=len, reverse=True)),
        totals=_words(data["totals"]),
        signatures=_words(data["signatures"]),
        notes=tuple(data["notes"]),
        ditto=raw["ditto"],
        nothing=raw["nothing"],
        unregistered=raw["unregistered"],
        states=frozenset(data["states"]),
        examples=tuple(data["examples"]),
        stages=tuple(data["stages"]),
        schools=tuple(data["schools"]),
        places=tuple(data["places"]),
        surnames=frozenset("".join(data["surnames"].split())),
        remarks=data["remarks"],
    )
