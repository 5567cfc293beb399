"""What is known about a field stands here, beside its column, and nowhere else.

`fact(...)` declares a column together with its label, help, code list, unit, length and sensitivity. Forms, lists,
sheets, papers, masks, search and checks ask `facts_of(record)`; none of them names a field's properties again.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import Boolean, Date, Integer, Text
from sqlmodel import Field, SQLModel

from carehub.domain.rights import Right


class Kind(StrEnum):
    """What a field holds; decides its editor, its check and how it is stored."""

    TEXT = "text"
    LONG = "long"  # several lines
    NAME = "name"  # of a person: any character of GB 18030-2022 and the dot ·
    DATE = "date"
    PARTIAL_DATE = "partial_date"  # YYYY, YYYY-MM or YYYY-MM-DD, as much as is known
    TIME = "time"  # of day, HH:MM
    INTEGER = "integer"
    MONEY = "money"  # whole fen; typed and shown in yuan
    BOOLEAN = "boolean"
    CHOICE = "choice"  # one code of a code list
    CHOICES = "choices"  # any number of codes of a code list: sorted, joined by a space
    IDENTITY_NO = "identity_no"  # GB 11643
    PHONE = "phone"
    REFERENCE = "reference"  # id of another row


class Sensitivity(StrEnum):
    """Who may see a field: everybody with the store, masked until asked for, or named roles only."""

    PLAIN = "plain"
    SENSITIVE = "sensitive"
    RESTRICTED = "restricted"


_TYPES: dict[Kind, Any] = {Kind.DATE: Date, Kind.INTEGER: Integer, Kind.MONEY: Integer, Kind.BOOLEAN: Boolean}
_LENGTHS = {Kind.TEXT: 200, Kind.LONG: 4000, Kind.NAME: 50, Kind.PHONE: 40, Kind.IDENTITY_NO: 18}


@dataclass(frozen=True, slots=True)
class Fact:
    """Everything about one field. `label`, `help` and `group` are message ids; `length` counts code points."""

    label: str
    kind: Kind
    name: str = ""
    help: str = ""
    group: str = ""
    codes: str = ""
    ref: str = ""
    unit: str = ""
    length: int = 0
    sensitivity: Sensitivity = Sensitivity.PLAIN
    required: bool = False
    searched: bool = False
    listed: bool = False
    system: bool = False  # kept by the program, never typed into a form
    past: bool = False  # a day that cannot lie in the future
    number: bool = False  # a choice whose codes are stored as numbers
    wanted: bool = False  # a file without it is not complete: asked for until it is known
    owner: bool = False  # a reference to the row this one belongs to and is erased with
    home: bool = False  # a reference to the row this one is at home with, where that is not its owner
    afar: bool = False  # a reference to a row that may lie outside this store's sight
    stays: bool = False  # of an owner: this row stays where it is at home when the owner moves away

    @property
    def numeric(self) -> bool:
        """Whether the column holds whole numbers (flags are 0 and 1)."""
        return self.number or self.kind in (Kind.INTEGER, Kind.MONEY, Kind.BOOLEAN)

    @property
    def sensitive(self) -> bool:
        return self.sensitivity is not Sensitivity.PLAIN


def fact(label: str, kind: Kind = Kind.TEXT, *, default: Any = None, index: bool = False, **facts: Any) -> Any:
    """A column with its facts. Columns are nullable in the database: a merge may bring a row piece by piece;
    what a person must fill in is `required` and checked in the draft."""
    about = Fact(label, kind, length=facts.pop("length", _LENGTHS.get(kind, 0)), **facts)
    return Field(
        default=default,
        nullable=True,
        index=index,
        sa_type=Integer if about.number else _TYPES.get(kind, Text),
        sa_column_kwargs={"info": {"fact": about}},
    )


@dataclass(frozen=True, slots=True)
class About:
    """What is known about a record as a whole: its names on screen, the field that names a row, the right without which
    nobody may know of its rows (None: everybody who signs in may), the right to write them, and how it is told on a
    timeline."""

    label: str
    plural: str
    title: str = "name"
    icon: str = "fa6s.file"
    right: Right | None = None
    writes: Right = Right.WRITE
    days: tuple[str, ...] = ()
    """The dates on which a row happened, the first known of them counts; empty: its first listed date."""
    line: tuple[str, ...] = ()
    """The fields that tell of a row in one line beside its day; empty: the listed ones."""
    kept: bool = False
    """Whether rows are never changed or voided by hand: a mistake is put right by a further row."""
    told: bool = True
    """Whether rows stand on the timeline of the child they point to."""


@cache
def facts_of(record: type[SQLModel]) -> dict[str, Fact]:
    """Name → fact for every declared field of a record, in the order of declaration."""
    columns = record.__table__.columns  # type: ignore[attr-defined]
    return {c.name: replace(c.info["fact"], name=c.name) for c in columns if "fact" in c.info}


def day_facts(record: type[SQLModel]) -> list[Fact]:
    """The dates that say when a row of a record happened, the decisive one first; none where rows do not happen."""
    facts, about = facts_of(record), getattr(record, "about", None)
    if about is not None and about.days:
        return [facts[name] for name in about.days]
    return [f for f in facts.values() if f.kind is Kind.DATE and f.listed and not f.system][:1]


def line_facts(record: type[SQLModel]) -> list[Fact]:
    """What tells of a row in one line: what its record names, else what lists show, without its day and its child."""
    facts, about = facts_of(record), getattr(record, "about", None)
    if about is not None and about.line:
        return [facts[name] for name in about.line]
    days = {f.name for f in day_facts(record)}
    return [f for f in facts.values() if f.listed and f.name not in days and f.ref != "child"]


def typed_facts(record: type[SQLModel]) -> dict[str, Fact]:
    """The facts a person types: those not kept by the program."""
    return {name: f for name, f in facts_of(record).items() if not f.system}


def plain_value(value: object) -> object:
    """A field's value as it is kept in a change and shown to other programs: dates as ISO days, flags as 0/1."""
    if isinstance(value, date):
        return value.isoformat()
    return int(value) if isinstance(value, bool) else value
