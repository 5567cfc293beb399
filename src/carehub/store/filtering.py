"""Conditions and orders of lists as SQL. What a condition means is said in `domain/filters.py`."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from carehub.domain.facts import Fact, Kind, facts_of
from carehub.domain.filters import Condition, How
from carehub.domain.listing import listable
from carehub.domain.record import Record
from carehub.domain.records import RECORDS
from carehub.store import derived


class Asked:
    """SQL with its values: what a list of one record asks for. `linked`: whether `:roots` is at hand and needed."""

    def __init__(self, record: type[Record], today: date, *, linked: bool) -> None:
        self._table, self._facts = str(record.__tablename__), facts_of(record) | listable(record)
        self._today, self._linked = today, linked
        self.values: dict[str, Any] = {}

    def value(self, value: object) -> str:
        """Keeps a value; returns its name in SQL."""
        name = f"p{len(self.values)}"
        self.values[name] = value
        return f":{name}"

    def fact(self, name: str) -> Fact:
        """The fact of a column. Raises `KeyError`: names never reach SQL unchecked."""
        return self._facts[name]

    def cell(self, name: str) -> str:
        """The SQL of what a fact says in a row."""
        if not derived.is_derived(self._table, self.fact(name).name):
            return f'"{self._table}".{name}'
        sql = derived.expression(self._table, name, linked=self._linked)
        if ":today" in sql:
            self.values["today"] = self._today.isoformat()
        return sql

    def name_of(self, name: str) -> str:
        """The SQL of the name of what a reference points to."""
        ref = self.fact(name).ref
        return f'(SELECT r.{RECORDS[ref].about.title} FROM "{ref}" r WHERE r.id = {self.cell(name)})'

    def where(self, condition: Condition) -> str:
        """The SQL of one condition."""
        fact, how = self.fact(condition.field), condition.how
        cell, values = self.cell(condition.field), condition.values
        if how is How.EMPTY:
            return f"nullif({cell}, '') IS NULL"
        if how is How.FILLED:
            return f"nullif({cell}, '') IS NOT NULL"
        if how is How.IS:
            return self._is(fact, cell, values)
        if how is How.HAS:
            text = self.name_of(fact.name) if fact.kind is Kind.REFERENCE else cell
            return f"instr(lower({text}), lower({self.value(values[0])})) > 0"
        if how is How.BETWEEN:
            return self._between(cell, values)
        return self._day(cell, how, values[0])

    def _is(self, fact: Fact, cell: str, values: Sequence[str]) -> str:
        if fact.kind is Kind.CHOICES:
            held = f"' ' || coalesce({cell}, '') || ' '"
            return " OR ".join(f"instr({held}, {self.value(f' {code} ')}) > 0" for code in values)
        named = ", ".join(self.value(int(v) if fact.numeric else v) for v in values)
        return f"coalesce({cell}, 0) IN ({named})" if fact.kind is Kind.BOOLEAN else f"{cell} IN ({named})"

    def _between(self, cell: str, values: Sequence[str]) -> str:
        low, high = (*values, "")[:2]
        parts = [f"{cell} >= {self.value(int(low))}"] if low else []
        return " AND ".join([*parts, *([f"{cell} <= {self.value(int(high))}"] if high else [])])

    def _day(self, cell: str, how: How, value: str) -> str:
        """Days are kept as ISO text, so they compare as text; an empty one is neither before nor after."""
        if how is How.BEFORE:
            return f"{cell} < {self.value(value)}"
        if how is How.SINCE:
            return f"{cell} >= {self.value(value)}"
        today = self.value(self._today.isoformat())
        if how is How.COMING:
            until = self.value((self._today + timedelta(days=int(value))).isoformat())
            return f"{cell} BETWEEN {today} AND {until}"
        ago = self.value((self._today - timedelta(days=int(value))).isoformat())
        if how is How.OLDER:
            return f"{cell} <= {ago}"
        within = f"({cell} > {ago} AND {cell} <= {today})"
        return within if how is How.WITHIN else f"coalesce({within}, 0) = 0"

    def order(self, name: str, ranks: Sequence[str] = ()) -> str:
        """The SQL of what rows are put in order by: references by name, choices in the order of their list (`ranks`),
        everything else as it stands."""
        if name == "id":
            return "id"
        fact = self.fact(name)
        if fact.kind is Kind.REFERENCE:
            return self.name_of(name)
        if fact.kind is Kind.CHOICE and ranks:
            whens = " ".join(f"WHEN {self.value(int(c) if fact.number else c)} THEN {n}" for n, c in enumerate(ranks))
            return f"CASE {self.cell(name)} {whens} ELSE {len(ranks)} END"
        return self.cell(name)


def conditions(asked: Asked, wanted: Sequence[Condition]) -> list[str]:
    """The SQL of all conditions, each in brackets."""
    return [f"({asked.where(c)})" for c in wanted]


def equal(asked: Asked, filters: Mapping[str, object]) -> list[str]:
    """The SQL of equal-to filters."""
    return [f"{asked.cell(column)} IS {asked.value(value)}" for column, value in filters.items()]
