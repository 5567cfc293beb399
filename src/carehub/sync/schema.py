"""What sync knows of the tables it moves: names and column types, taken from the records."""

from dataclasses import dataclass
from functools import cache

from carehub.domain.facts import facts_of
from carehub.domain.records import RECORDS
from carehub.sync.change import Cell

REFERENCE_TABLES = frozenset({"site", "user"})
"""Rows of offices above that every site below needs: names of offices, names behind decisions."""


@dataclass(frozen=True, slots=True)
class Table:
    """One synced table: its columns without `id`, which of them hold numbers, and which point to the row it belongs to
    and is erased with."""

    name: str
    columns: tuple[str, ...]
    numbers: frozenset[str]
    owners: tuple[str, ...] = ()

    def accepts(self, column: str, value: Cell) -> bool:
        """Whether a value has the type of its column. Unknown columns are not ours to judge."""
        if value is None or column not in self.columns:
            return True
        return isinstance(value, int) == (column in self.numbers)


@cache
def tables() -> dict[str, Table]:
    """Every synced table by name."""
    found = {}
    for name, record in RECORDS.items():
        facts = facts_of(record)
        numbers = frozenset(name_ for name_, fact in facts.items() if fact.numeric)
        owners = tuple(name_ for name_, fact in facts.items() if fact.owner)
        found[name] = Table(name, tuple(facts), numbers, owners)
    return found
