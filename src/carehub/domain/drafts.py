"""What a person typed, checked against the facts of the record before it may be stored."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sqlmodel import SQLModel

from carehub.domain import identity_number as idno
from carehub.domain.codes import Codebook
from carehub.domain.errors import InvalidInput
from carehub.domain.facts import Fact, Kind, typed_facts
from carehub.domain.ids import is_id
from carehub.domain.money import parse_yuan
from carehub.domain.normalise import (
    clean_name,
    clean_phone,
    clean_text,
    parse_day,
    parse_flag,
    parse_partial_date,
    parse_time,
)
from carehub.domain.texts import mark

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a value cannot be kept. `kind` is for programs, `message` with `values` is for people."""

    field: str
    kind: str
    message: str
    values: dict[str, object] = dataclasses.field(default_factory=dict)

    def error(self) -> InvalidInput:
        return InvalidInput(self.message, **self.values)


MISSING = mark("“{label}” is still empty.")
TOO_LONG = mark("“{label}” is too long: {count} characters, {limit} fit.")
NOT_A_DAY = mark("“{value}” is not a date. Write it like 2016-09-04.")
NOT_A_TIME = mark("“{value}” is not a time of day. Write it like 15:20.")
NOT_A_NUMBER = mark("“{value}” is not a whole number.")
OUT_OF_RANGE = mark("“{value}” cannot be right: a whole number from 0 is meant.")
NOT_MONEY = mark("“{value}” is not a sum of money. Write it in yuan, like 625 or 312.50.")
NOT_A_FLAG = mark("“{value}” is neither yes nor no.")
NOT_A_CODE = mark("“{value}” is not in the list for “{label}”.")
NOT_A_PHONE = mark("The phone number “{value}” is not complete. A mobile number has 11 digits.")
NOT_A_REFERENCE = mark("“{label}” must name a record that exists.")
UNKNOWN_FIELD = mark("There is no field “{name}” here.")
BIRTH_DIFFERS = mark("The birth date {typed} does not agree with the identity number ({number}).")
SEX_DIFFERS = mark("The sex does not agree with the identity number.")
IN_FUTURE = mark("{value} lies in the future.")


class _BadError(Exception):
    def __init__(self, kind: str, message: str, **values: object) -> None:
        super().__init__(message)
        self.kind, self.message, self.values = kind, message, values


def check_value(fact: Fact, value: object, codes: Codebook) -> tuple[object, Problem | None]:
    """One value, cleaned and in the type of its column, or the problem with it. Empty becomes None."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None, None
    try:
        return _clean(fact, value, codes), None
    except _BadError as bad:
        values: dict[str, object] = {"label": fact.label, "value": str(value), **bad.values}
        return None, Problem(fact.name, bad.kind, bad.message, values)


def check(
    record: type[SQLModel], values: Mapping[str, object], codes: Codebook, *, partial: bool = False
) -> tuple[dict[str, object], list[Problem]]:
    """Checks a draft of `record`. Returns the clean values and all problems; with `partial` (an edit) fields
    that are not given are left alone. Unknown names are problems."""
    facts = typed_facts(record)
    clean: dict[str, object] = {}
    problems: list[Problem] = []
    for name, value in values.items():
        if name not in facts:
            problems.append(Problem(name, "unknown", UNKNOWN_FIELD, {"name": name}))
            continue
        clean[name], problem = check_value(facts[name], value, codes)
        if problem:
            problems.append(problem)
    named = {p.field for p in problems}
    for name, fact in facts.items():
        absent = name not in clean and not partial
        if fact.required and name not in named and (absent or (name in clean and clean[name] is None)):
            problems.append(Problem(name, "missing", MISSING, {"label": fact.label}))
    problems += identity_problems(clean)
    return clean, problems


def require(
    record: type[SQLModel], values: Mapping[str, object], codes: Codebook, *, partial: bool = False
) -> dict[str, object]:
    """Like `check`, but the first problem is raised as `InvalidInput`."""
    clean, problems = check(record, values, codes, partial=partial)
    if problems:
        raise problems[0].error()
    return clean


def identity_problems(clean: Mapping[str, object]) -> list[Problem]:
    """Where sex or birth date contradict a valid identity number (GB 11643)."""
    number = clean.get("identity_no")
    if not isinstance(number, str):
        return []
    problems = []
    birth, sex = clean.get("birth_date"), clean.get("sex")
    if isinstance(birth, date) and birth != idno.birth_date(number):
        told: dict[str, object] = {"typed": birth.isoformat(), "number": str(idno.birth_date(number))}
        problems.append(Problem("birth_date", "mismatch", BIRTH_DIFFERS, told))
    if sex in (1, 2) and sex != idno.sex(number):
        problems.append(Problem("sex", "mismatch", SEX_DIFFERS))
    return problems


def _clean(fact: Fact, value: object, codes: Codebook) -> object:
    match fact.kind:
        case Kind.DATE:
            return _day(fact, value)
        case Kind.PARTIAL_DATE:
            return _found(parse_partial_date(value), "format", NOT_A_DAY)
        case Kind.TIME:
            return _found(parse_time(value), "format", NOT_A_TIME)
        case Kind.INTEGER:
            return _integer(value)
        case Kind.MONEY:
            return _money(value)
        case Kind.BOOLEAN:
            return _found(parse_flag(value), "format", NOT_A_FLAG)
        case Kind.CHOICE | Kind.CHOICES:
            return _coded(fact, str(value), codes)
        case Kind.IDENTITY_NO:
            return _identity_no(value)
        case Kind.PHONE:
            return _sized(fact, _found(clean_phone(value), "format", NOT_A_PHONE))
        case Kind.REFERENCE:
            text = str(value)
            return _found(text if is_id(text) else None, "reference", NOT_A_REFERENCE)
        case Kind.NAME:
            return _sized(fact, clean_name(str(value)))
        case _:
            return _sized(fact, clean_text(str(value), lines=fact.kind is Kind.LONG))


def _day(fact: Fact, value: object) -> date:
    day = _found(parse_day(value), "format", NOT_A_DAY)
    if fact.past and day > date.today():
        raise _BadError("future", IN_FUTURE)
    return day


def _money(value: object) -> int:
    """Fen: a whole number is fen already, as it is stored, so that a checked value may be checked again; a text is yuan
    as typed."""
    fen = value if isinstance(value, int) else _found(parse_yuan(value), "format", NOT_MONEY)
    if fen < 0:
        raise _BadError("range", NOT_MONEY)
    return fen


def _found(value: T | None, kind: str, message: str) -> T:
    if value is None:
        raise _BadError(kind, message)
    return value


def _sized(fact: Fact, text: str) -> str | None:
    if fact.length and len(text) > fact.length:
        raise _BadError("too_long", TOO_LONG, count=len(text), limit=fact.length)
    return text or None


def _coded(fact: Fact, value: str, codes: Codebook) -> int | str | None:
    if fact.kind is Kind.CHOICE:
        code = _found(codes[fact.codes].code_for(value), "code", NOT_A_CODE)
        return int(code) if fact.number else code
    found, strange = codes[fact.codes].codes_for(value)
    if found is None:
        raise _BadError("code", NOT_A_CODE, value=strange)
    return found or None


def _integer(value: object) -> int:
    try:
        number = int(str(value).strip())
    except ValueError:
        raise _BadError("format", NOT_A_NUMBER) from None
    if not 0 <= number < 1_000_000_000:
        raise _BadError("range", OUT_OF_RANGE)
    return number


def _identity_no(value: object) -> str:
    number = idno.normalise(str(value))
    problem = idno.problem(number)
    if problem:
        raise _BadError(problem.kind, problem.message, **problem.values)
    return number
