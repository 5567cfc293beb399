"""Filters as plain values. What a user would lose: a saved filter that shows more after an upgrade than it says."""

from itertools import product

import pytest

from carehub import resources
from carehub.domain import filters
from carehub.domain.errors import InvalidInput
from carehub.domain.facts import Fact, Kind
from carehub.domain.filters import Condition, How
from carehub.domain.listing import listable, sortable
from carehub.domain.people import Child
from carehub.domain.records import RECORDS

CODES, FACTS = resources.codebook(), listable(Child)


def test_conditions_come_back_as_they_were_kept() -> None:
    kept = (Condition("risk_level", How.IS, ("high", "low")), Condition("school", How.EMPTY))
    assert filters.from_plain(filters.plain(kept), FACTS, CODES) == kept


@pytest.mark.parametrize(
    "told",
    [
        [["no_such_field", "is", ["1"]]],
        [["risk_level", "is", ["extreme"]]],
        [["risk_level", "smells", ["high"]]],
        [["risk_level", "is", []]],
        [["boards", "is", ["maybe"]]],
        [["last_visit", "within", ["a month"]]],
        [["last_visit", "within", ["-3"]]],
        [["last_visit", "within", ["36501"]]],
        [["birth_date", "before", ["2020-02-30"]]],
        [["age", "between", ["", ""]]],
        [["age", "between", ["x", "9"]]],
        [["identity_no", "has", ["0019"]]],
        ["risk_level"],
        [7],
    ],
)
def test_what_cannot_be_asked_is_refused_as_a_whole(told: object) -> None:
    with pytest.raises(InvalidInput):
        filters.from_plain(told, FACTS, CODES)


def test_every_fact_of_every_record_can_be_asked_and_is_said_in_words() -> None:
    tr = resources.texts()
    values = {How.IS: None, How.HAS: ("字",), How.BETWEEN: ("3", "9"), How.BEFORE: ("2026-01-01",),
              How.SINCE: ("2026-01-01",), How.EMPTY: (), How.FILLED: ()}  # fmt: skip
    for record in RECORDS.values():
        for fact in listable(record).values():
            for how in filters.hows_for(fact):
                given = values.get(how, ("30",))
                if given is None:
                    given = ("1",) if fact.kind is Kind.BOOLEAN else (next(iter(CODES[fact.codes])).code,)
                condition = Condition(fact.name, how, given)
                filters.require(condition, listable(record), CODES)
                said = filters.words(condition, fact, tr, CODES)
                assert tr(fact.label) in said
                assert "{" not in said


def test_what_is_masked_is_neither_asked_nor_put_in_order() -> None:
    for record, how in product(RECORDS.values(), How):
        for fact in listable(record).values():
            if fact.sensitive:
                assert how in (How.EMPTY, How.FILLED) or how not in filters.hows_for(fact)
                assert not sortable(fact)


def test_numbers_in_words() -> None:
    tr, fact = resources.texts("en"), Fact("Age", Kind.INTEGER, name="age")
    said = [
        filters.words(Condition("age", How.BETWEEN, v), fact, tr, CODES) for v in (("", "7"), ("8", ""), ("8", "9"))
    ]
    assert said == ["Age to 7", "Age from 8", "Age from 8 to 9"]
