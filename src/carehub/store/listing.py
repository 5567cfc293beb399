"""The rows of a list, a page at a time: what lists and workbooks show of them, by one statement and without the weight
of a record, so that 300,000 rows scroll as fast as the database gives them."""

import json
from collections.abc import Callable, Collection, Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlmodel import Session

from carehub.domain.facts import Fact, Kind, facts_of
from carehub.domain.listing import listable
from carehub.domain.record import Record
from carehub.store import derived, linked
from carehub.store.filtering import Asked
from carehub.store.queries import driver

TYPES: dict[Kind, Callable[[Any], object]] = {Kind.DATE: date.fromisoformat, Kind.BOOLEAN: bool}


class Row:
    """One row as plain typed values: `row.name`, `row.birth_date`, and what was asked for of the derived facts."""

    __slots__ = ("cells", "id")

    def __init__(self, id: str, cells: dict[str, Any]) -> None:
        self.id, self.cells = id, cells

    def __getattr__(self, name: str) -> Any:
        try:
            return self.cells[name]
        except KeyError:
            raise AttributeError(name) from None


@cache
def _own(record: type[Record]) -> tuple[Fact, ...]:
    return tuple(facts_of(record).values())


def page(
    session: Session, record: type[Record], ids: Sequence[str], names: Collection[str], *, today: date | None = None
) -> tuple[list[Row | None], dict[str, str]]:
    """Rows by id, in that order, None for one that does not exist; and the names of what they refer to, by id. `names`:
    the facts that are shown; derived ones and names of references are found out only for those."""
    table = str(record.__tablename__)
    facts = listable(record)
    found_out = [facts[n] for n in names if derived.is_derived(table, n)]
    references = [facts[n] for n in names if facts[n].kind is Kind.REFERENCE and facts[n].ref]
    roots = linked.roots(session, table) if found_out else {}
    asked = Asked(record, today or date.today(), linked=bool(roots))
    columns = [f'"{table}".{f.name}' for f in _own(record)] + [asked.cell(f.name) for f in found_out]
    columns += [asked.name_of(f.name) for f in references]
    values = asked.values | {"ids": json.dumps(list(ids))} | ({"roots": json.dumps(roots)} if roots else {})
    sql = f"""SELECT id, {", ".join(columns)} FROM "{table}" WHERE id IN (SELECT value FROM json_each(:ids))"""
    cells = [*_own(record), *found_out]
    types = [(n, TYPES[f.kind]) for n, f in enumerate(cells, start=1) if f.kind in TYPES]
    named, width = [f.name for f in cells], len(cells) + 1
    rows: dict[str, Row] = {}
    known: dict[str, str] = {}
    for told in driver(session).execute(sql, values):
        line = list(told)
        for n, typed in types:
            if line[n] is not None:
                line[n] = typed(line[n])
        made = rows[line[0]] = Row(line[0], dict(zip(named, line[1:width], strict=True)))
        for fact, name in zip(references, line[width:], strict=True):
            if name:
                known[made.cells[fact.name]] = str(name)
    return [rows.get(row) for row in ids], known
