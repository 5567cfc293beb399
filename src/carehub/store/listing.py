"""The rows of a list, a page at a time: what lists and workbooks show of them, by one statement and without the weight
of a record, so that 300,000 rows scroll as fast as the database gives them."""

import json
import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from carehub.domain.facts import Kind, facts_of
from carehub.domain.listing import listable
from carehub.domain.record import Record
from carehub.store import derived, linked
from carehub.store.filtering import Asked
from carehub.store.store import Store

TYPES: Mapping[Kind, Callable[[Any], object]] = {Kind.DATE: date.fromisoformat, Kind.BOOLEAN: bool}


class Row:
    """One row: `row.name`, `row.birth_date` are typed values, `row.cells` what the database keeps of them, days as ISO
    text and flags as 0 and 1. It has the facts that were asked for, own and derived."""

    __slots__ = ("cells", "id", "types")

    def __init__(self, id: str, cells: dict[str, Any], types: Mapping[str, Callable[[Any], object]]) -> None:
        self.id, self.cells, self.types = id, cells, types

    def __getattr__(self, name: str) -> Any:
        try:
            value = self.cells[name]
        except KeyError:
            raise AttributeError(name) from None
        typed = self.types.get(name)
        return value if typed is None or value is None else typed(value)


@cache
def _types(record: type[Record]) -> Mapping[str, Callable[[Any], object]]:
    return {n: TYPES[f.kind] for n, f in (facts_of(record) | listable(record)).items() if f.kind in TYPES}


def page(
    store: Store, record: type[Record], ids: Sequence[str], names: Collection[str], *, today: date | None = None
) -> tuple[list[Row | None], dict[str, str]]:
    """Rows by id, in that order, None for one that does not exist, with the facts of these `names`; and the names of
    what they refer to, by id. A statement of its own, without a session around it: this is asked at every turn of the
    wheel."""
    with store.reading_bare() as connection:
        sql, values, cells, references = _statement(store, connection, record, tuple(names), today or date.today())
        found = connection.execute(sql, values | {"ids": json.dumps(list(ids))}).fetchall()
    types, width = _types(record), len(cells) + 1
    rows = {line[0]: Row(line[0], dict(zip(cells, line[1:], strict=False)), types) for line in found}
    known: dict[str, str] = {}
    for n, name in enumerate(references, start=width):
        at = cells.index(name) + 1
        known.update((line[at], str(line[n])) for line in found if line[n])
    return [rows.get(row) for row in ids], known


def _statement(
    store: Store, connection: sqlite3.Connection, record: type[Record], names: tuple[str, ...], today: date
) -> tuple[str, dict[str, Any], list[str], list[str]]:
    """The statement for a page with its values, the facts in the order of its columns, and the references whose names
    follow them. Where files are linked (few stores have any), it asks for their others as well."""
    table, facts = str(record.__tablename__), facts_of(record) | listable(record)
    roots: Mapping[str, str] = {}
    if linked.any_linked(connection, table) and any(derived.is_derived(table, n) for n in names):
        with store.reading() as session:
            roots = linked.roots(session, table)
    asked = Asked(record, today, linked=bool(roots))
    references = [n for n in names if facts[n].kind is Kind.REFERENCE and facts[n].ref]
    join, served = derived.joined(table, names, linked=bool(roots))
    cells = [served.get(n) or asked.cell(n) for n in names]
    columns = [f'"{table}".id', *cells, *(asked.name_of(n) for n in references)]
    sql = f"""SELECT {", ".join(columns)} FROM "{table}"{join}
        WHERE "{table}".id IN (SELECT value FROM json_each(:ids))"""
    values = asked.values | ({"roots": json.dumps(dict(roots))} if roots else {})
    return sql, values, list(names), references
