"""Filters of lists: named conditions on the facts of a record, kept as plain values and turned into SQL by the store.

A condition never looks behind a mask: of a sensitive fact one may ask whether it is there, not what it says, or the
count of a list would tell it digit by digit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from carehub.domain.codes import Codebook
from carehub.domain.errors import InvalidInput
from carehub.domain.facts import Fact, Kind
from carehub.domain.texts import Texts, mark


class How(StrEnum):
    """What a condition asks of a fact. Days ago are counted from the day on which the list is read."""

    IS = "is"  # one of these codes, any of several; flags are "1" and "0", an empty flag counts as no
    HAS = "has"  # the text contains this; a reference: the name of what it points to
    BETWEEN = "between"  # a number from, to; either may be empty
    BEFORE = "before"  # earlier than a day
    SINCE = "since"  # on a day or later
    OLDER = "older"  # so many days ago or longer
    WITHIN = "within"  # less than so many days ago, today included, later days not
    NOT_WITHIN = "not_within"  # not `within`: longer ago, later, or never
    COMING = "coming"  # today or within so many days from now
    EMPTY = "empty"
    FILLED = "filled"


_DAYS = (How.WITHIN, How.NOT_WITHIN, How.OLDER, How.COMING)
_PRESENCE = (How.EMPTY, How.FILLED)
_HOWS: Mapping[Kind, tuple[How, ...]] = {
    Kind.CHOICE: (How.IS, *_PRESENCE),
    Kind.CHOICES: (How.IS, *_PRESENCE),
    Kind.MONEY: _PRESENCE,
    Kind.BOOLEAN: (How.IS,),
    Kind.INTEGER: (How.BETWEEN, *_PRESENCE),
    Kind.DATE: (*_DAYS, How.BEFORE, How.SINCE, *_PRESENCE),
}
MOST_DAYS = 36_500

NOT_ASKED = mark("“{label}” cannot be asked for like this.")
NO_VALUE = mark("Please say what “{label}” shall be.")
NO_DAYS = mark("Please write a number of days from 0 to {most}.")
NO_DAY = mark("“{value}” is not a date. Write it like 2016-09-04.")
NO_NUMBER = mark("“{value}” is not a whole number.")
NO_NAME = mark("Please give the filter a name.")


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: the fact's name, what is asked, and the values as text (codes, a text, an ISO day, numbers)."""

    field: str
    how: How
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Filter:
    """Conditions that all must hold, under a name. `built_in`: it ships with the program and cannot be dropped."""

    name: str
    conditions: tuple[Condition, ...]
    built_in: bool = False


def hows_for(fact: Fact) -> tuple[How, ...]:
    """What may be asked of a fact: of a sensitive one only whether it is there."""
    if fact.sensitive:
        return _PRESENCE
    return _HOWS.get(fact.kind, (How.HAS, *_PRESENCE))


def require(condition: Condition, facts: Mapping[str, Fact], codes: Codebook) -> None:
    """Raises `InvalidInput` for a condition that cannot be asked of these facts."""
    fact = facts.get(condition.field)
    if fact is None or condition.how not in hows_for(fact):
        raise InvalidInput(NOT_ASKED, label=fact.label if fact else condition.field)
    how, values = condition.how, condition.values
    if how in _PRESENCE:
        return
    if not any(v.strip() for v in values):
        raise InvalidInput(NO_VALUE, label=fact.label)
    if how is How.IS:
        known = ("0", "1") if fact.kind is Kind.BOOLEAN else codes[fact.codes]
        if any(v not in known for v in values):
            raise InvalidInput(NOT_ASKED, label=fact.label)
    elif how in _DAYS:
        if not (values[0].isascii() and values[0].isdigit() and int(values[0]) <= MOST_DAYS):
            raise InvalidInput(NO_DAYS, most=MOST_DAYS)
    elif how in (How.BEFORE, How.SINCE):
        _require_day(values[0])
    elif how is How.BETWEEN:
        _require_numbers(values)


def _require_day(value: str) -> None:
    try:
        date.fromisoformat(value)
    except ValueError:
        raise InvalidInput(NO_DAY, value=value) from None


def _require_numbers(values: Sequence[str]) -> None:
    for value in values:
        if value and not (value.isascii() and value.isdigit() and len(value) < 10):
            raise InvalidInput(NO_NUMBER, value=value)


def plain(conditions: Sequence[Condition]) -> list[list[object]]:
    """Conditions as JSON keeps them."""
    return [[c.field, c.how.value, list(c.values)] for c in conditions]


def from_plain(told: object, facts: Mapping[str, Fact], codes: Codebook) -> tuple[Condition, ...]:
    """Conditions out of JSON. Raises `InvalidInput` for one that this program cannot ask: left out, it would show more
    rows than the filter's name promises."""
    found = []
    for line in told if isinstance(told, list) else []:
        try:
            field, how, values = line
            made = Condition(str(field), How(how), tuple(str(v) for v in values))
        except (TypeError, ValueError):
            raise InvalidInput(NOT_ASKED, label=str(line)) from None
        require(made, facts, codes)
        found.append(made)
    return tuple(found)


_WORDS: Mapping[How, str] = {
    How.IS: mark("{label}: {value}"),
    How.HAS: mark("{label} contains “{value}”"),
    How.BEFORE: mark("{label} before {value}"),
    How.SINCE: mark("{label} since {value}"),
    How.OLDER: mark("{label} {value} days ago or longer"),
    How.WITHIN: mark("{label} within the last {value} days"),
    How.NOT_WITHIN: mark("{label}: not for {value} days"),
    How.COMING: mark("{label} within the next {value} days"),
    How.EMPTY: mark("{label} is empty"),
    How.FILLED: mark("{label} is filled in"),
}
NAMES: Mapping[How, str] = {
    How.IS: mark("is"),
    How.HAS: mark("contains"),
    How.BETWEEN: mark("from … to …"),
    How.BEFORE: mark("before a day"),
    How.SINCE: mark("on a day or later"),
    How.OLDER: mark("so many days ago or longer"),
    How.WITHIN: mark("within the last days"),
    How.NOT_WITHIN: mark("not for so many days, or never"),
    How.COMING: mark("within the next days"),
    How.EMPTY: mark("is empty"),
    How.FILLED: mark("is filled in"),
}
"""What is asked, as a choice on screen."""
_BETWEEN, _FROM, _TO = mark("{label} from {low} to {high}"), mark("{label} from {low}"), mark("{label} to {high}")


def words(condition: Condition, fact: Fact, tr: Texts, codes: Codebook) -> str:
    """A condition as a person reads it, such as 风险等级：高、中."""
    label, values = tr(fact.label), condition.values
    if condition.how is How.BETWEEN:
        low, high = (*values, "")[:2]
        pattern = _BETWEEN if low and high else _FROM if low else _TO
        return tr(pattern, label=label, low=low, high=high)
    if condition.how is How.IS and fact.kind is Kind.BOOLEAN:
        value = tr.pick("、", ", ").join(tr(mark("Yes")) if v == "1" else tr(mark("No")) for v in values)
    elif condition.how is How.IS:
        value = tr.pick("、", ", ").join(codes[fact.codes].name_of(v, tr) for v in values)
    else:
        value = values[0] if values else ""
    return tr(_WORDS[condition.how], label=label, value=value)
