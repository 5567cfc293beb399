"""What sync knows of the tables it moves: names and column types, taken from the records."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from carehub.domain.facts import facts_of
from carehub.domain.records import RECORDS
from carehub.sync.change import Cell

REFERENCE_TABLES = frozenset({"site", "user"})
"""Rows of offices above that every site below needs: names of offices, names behind decisions."""


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """One synced table: its columns without `id`, the type of each, and which point to the row it belongs to
    and is erased with."""

    name: str
    columns: tuple[str, ...]
    types: Mapping[str, type]
    owners: tuple[str, ...] = ()

    def accepts(self, cells: Mapping[str, Cell]) -> bool:
        """Whether every value has the type of its column. Unknown columns are not ours to judge."""
        types = self.types
        return all(v is None or types.get(k, v.__class__) is v.__class__ for k, v in cells.items())


@cache
def tables() -> dict[str, Table]:
    """Every synced table by name."""
    found = {}
    for name, record in RECORDS.items():
        facts = facts_of(record)
        types = {name_: int if fact.numeric else str for name_, fact in facts.items()}
        owners = tuple(name_ for name_, fact in facts.items() if fact.owner)
        found[name] = Table(name, tuple(facts), types, owners)
    return found
