"""What sync knows of the tables it moves: names and column types, taken from the records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from carehub.domain.facts import Kind, facts_of
from carehub.domain.records import RECORDS
from carehub.sync.change import Cell, is_day

REFERENCE_TABLES = frozenset({"site", "user", "aid_category", "aid_programme", "aid_amount", "custom_question"})
"""Rows of offices above that every site below needs: names of offices, names behind decisions, what aid there is, what
the office asks."""

_MOST_SHAPES = 5000


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """One synced table: its columns without `id`, the type of each, which point to the row it belongs to and is
    erased with, and which hold days."""

    name: str
    columns: tuple[str, ...]
    types: Mapping[str, type]
    owners: tuple[str, ...] = ()
    days: frozenset[str] = frozenset()
    _shapes: dict[tuple[object, ...], bool] = field(default_factory=dict, repr=False)
    """Columns and types of a row's cells → whether they fit: rows come in few shapes."""

    def accepts(self, cells: Mapping[str, Cell]) -> bool:
        """Whether every value has the type of its column, and days are days: a list that meets another cannot be read.
        Unknown columns are not ours to judge."""
        shape = (*cells, *map(type, cells.values()))
        fits = self._shapes.get(shape)
        if fits is None:
            if len(self._shapes) > _MOST_SHAPES:
                self._shapes.clear()
            fits = all(v is None or self.types.get(k, type(v)) is type(v) for k, v in cells.items())
            self._shapes[shape] = fits
        return fits and all(cells[k] is None or is_day(cells[k]) for k in self.days & cells.keys())


@cache
def tables() -> dict[str, Table]:
    """Every synced table by name."""
    found = {}
    for name, record in RECORDS.items():
        facts = facts_of(record)
        types = {name_: int if fact.numeric else str for name_, fact in facts.items()}
        owners = tuple(name_ for name_, fact in facts.items() if fact.owner)
        days = frozenset(name_ for name_, fact in facts.items() if fact.kind is Kind.DATE)
        found[name] = Table(name, tuple(facts), types, owners, days)
    return found
