"""Reading rows: ordered ids for lists, rows by id, and the handful of questions services ask of all records."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy import text
from sqlmodel import Session, select

from carehub.domain.errors import NotFound
from carehub.domain.facts import Kind, facts_of
from carehub.domain.filters import Condition
from carehub.domain.record import Record
from carehub.domain.records import RECORDS
from carehub.domain.texts import mark
from carehub.store import filtering, linked, search
from carehub.store.filtering import Asked
from carehub.store.homes import AT_HOME_HERE
from carehub.sync.schema import REFERENCE_TABLES

R = TypeVar("R", bound=Record)

NO_SUCH_ROW = mark("There is no {label} with the number “{id}” here.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list shows: a search text, equal-to filters, conditions that all hold, the order, whether voided rows are
    shown, and, if `only` is not None, no others than these ids. `ranks`: the codes of what it is put in order by, in
    theirs. A file that is shown with another of the same person stands in no list; what it holds is found under that
    other."""

    search: str = ""
    filters: Mapping[str, object] = field(default_factory=dict)
    order: str = ""
    descending: bool = False
    voided: bool = False
    conditions: tuple[Condition, ...] = ()
    ranks: tuple[str, ...] = ()
    only: tuple[str, ...] | None = None


def ids(
    session: Session, record: type[Record], wanted: Wanted | None = None, *, today: date | None = None
) -> list[str]:
    """The ids of the rows a list shows, in its order. Sorting and filtering happen in the database. Days ago are
    counted from `today`."""
    wanted = wanted or Wanted()
    name = str(record.__tablename__)
    roots = linked.roots(session, name)
    asked = Asked(record, today or date.today(), linked=bool(roots))
    where = [] if wanted.voided else ["voided_on IS NULL"]
    where += [] if name in REFERENCE_TABLES else [f"+{AT_HOME_HERE}"]  # +: nearly all rows are, so no index helps
    if roots:
        where.append("id NOT IN (SELECT key FROM json_each(:roots))")
        asked.values["roots"] = json.dumps(roots)
    if wanted.search.strip():
        query = search.query_of(wanted.search)
        if not query:
            return []
        others = f" UNION SELECT value FROM json_each(:roots) WHERE key IN ({search.MATCHING})" if roots else ""
        where.append(f"id IN ({search.MATCHING}{others})")
        asked.values |= {"query": query, "tbl": name}
    if wanted.only is not None:
        where.append("id IN (SELECT value FROM json_each(:only))")
        asked.values["only"] = json.dumps(wanted.only)
    where += [*filtering.equal(asked, wanted.filters), *filtering.conditions(asked, wanted.conditions)]
    order = asked.order(wanted.order or record.about.title, wanted.ranks)
    direction = "DESC" if wanted.descending else "ASC"
    condition = f" WHERE {' AND '.join(where)}" if where else ""
    sql = f'SELECT id FROM "{name}"{condition} ORDER BY {order} {direction}, id {direction}'
    return [row[0] for row in driver(session).execute(sql, asked.values)]


def driver(session: Session) -> sqlite3.Connection:
    """The driver's connection of a session, for what reads very many rows."""
    session.flush()
    return cast(sqlite3.Connection, session.connection().connection.driver_connection)


def count(session: Session, record: type[Record], most: int) -> int:
    """How many rows a table has, voided ones among them, counted no further than `most`."""
    sql = f'SELECT count(*) FROM (SELECT 1 FROM "{record.__tablename__}" LIMIT :most)'
    return int(driver(session).execute(sql, {"most": most}).fetchone()[0])


def combinations(session: Session, record: type[Record], columns: Sequence[str], **equal: object) -> list[list[Any]]:
    """The combinations of values that occur in some columns of the live rows at home here whose other columns equal the
    given values, in order."""
    table, facts = str(record.__tablename__), facts_of(record)
    for column in (*columns, *equal):
        _known(column, facts)
    named = ", ".join(columns)
    where_ = " AND ".join(["voided_on IS NULL", AT_HOME_HERE, *(f"{column} IS :{column}" for column in equal)])
    sql = f'SELECT DISTINCT {named} FROM "{table}" WHERE {where_} ORDER BY {named}'
    return [list(row) for row in session.execute(text(sql), equal)]


def _known(column: str, facts: Mapping[str, object]) -> None:
    if column not in facts and column != "id":
        raise KeyError(column)


def rows(session: Session, record: type[R], wanted_ids: Sequence[str]) -> list[R]:
    """Rows by id, in the order asked for; ids that do not exist are left out."""
    found: dict[str, R] = {}
    for start in range(0, len(wanted_ids), 5000):
        part = wanted_ids[start : start + 5000]
        for row in session.exec(select(record).where(record.id.in_(part))):  # type: ignore[attr-defined]
            found[row.id] = row
    return [found[i] for i in wanted_ids if i in found]


def get(session: Session, record: type[R], row_id: str) -> R:
    """One row; raises `NotFound`."""
    row = session.get(record, row_id)
    if row is None:
        raise NotFound(NO_SUCH_ROW, label=record.about.label, id=row_id)
    return row


def where(session: Session, record: type[R], **equal: object) -> list[R]:
    """The live rows at home here whose columns equal the given values, oldest first."""
    return list(session.exec(select(record).where(*_live(record, equal)).order_by(record.id)))


def columns(session: Session, record: type[Record], names: Sequence[str], **equal: object) -> list[tuple[Any, ...]]:
    """Some columns of the live rows at home here whose other columns equal the given values, in no order: for counting
    over all of them, where a record for each would cost a second."""
    query = sa.select(*(getattr(record, name) for name in names)).where(*_live(record, equal))
    return [tuple(row) for row in session.execute(query)]


def any_row(session: Session, record: type[Record]) -> bool:
    """Whether there is a live row at home here, without looking at more than it takes to know."""
    return session.exec(select(record.id).where(*_live(record, {})).limit(1)).first() is not None


def _live(record: type[Record], equal: Mapping[str, object]) -> list[Any]:
    """The conditions under which a row is live, at home here, and has the given values."""
    home = [] if record.__tablename__ in REFERENCE_TABLES else [text(AT_HOME_HERE)]
    wanted = [
        getattr(record, name).in_(value) if isinstance(value, (list, set, tuple)) else getattr(record, name) == value
        for name, value in equal.items()
    ]
    return [record.voided_on.is_(None), *home, *wanted]  # type: ignore[union-attr]


def owned(session: Session, record: type[R], column: str, ids: Sequence[str], **equal: object) -> dict[str, list[R]]:
    """The live rows that point to each of some people by `column`, oldest first; under a person who stands for several
    files, those of all of them."""
    found: dict[str, list[R]] = {row: [] for row in ids}
    askers = linked.shown_with(session, facts_of(record)[column].ref, ids)
    wanted_ids = list(askers)
    for start in range(0, len(wanted_ids), 5000):
        for row in where(session, record, **{column: wanted_ids[start : start + 5000]}, **equal):
            for asker in askers[getattr(row, column)]:
                found[asker].append(row)
    return found


def values(session: Session, record: type[Record]) -> list[dict[str, Any]]:
    """Every live row at home here as plain typed values by column name."""
    table = record.__table__  # type: ignore[attr-defined]
    query = table.select().where(table.c.voided_on.is_(None)).order_by(table.c.id)
    if table.name not in REFERENCE_TABLES:
        query = query.where(text(AT_HOME_HERE))
    found = session.execute(query)
    return [dict(row) for row in found.mappings()]


def typed(record: type[Record], column: str, cell: str | int | None) -> object:
    """A cell of a change in the type of its column: ISO days as dates, 0 and 1 as flags."""
    kind = facts_of(record)[column].kind
    if cell is None:
        return None
    if kind is Kind.DATE:
        return date.fromisoformat(str(cell))
    return bool(cell) if kind is Kind.BOOLEAN else cell


def insert_all(session: Session, record: type[Record], rows: Sequence[Mapping[str, Any]]) -> None:
    """Adds rows of typed values in one statement; columns not named are empty."""
    table = record.__table__  # type: ignore[attr-defined]
    empty = dict.fromkeys(table.columns.keys())
    session.execute(table.insert(), [{**empty, **row} for row in rows])


def update_all(session: Session, record: type[Record], changes: Mapping[str, Mapping[str, Any]]) -> None:
    """Changes rows by id, each its own columns."""
    table = record.__table__  # type: ignore[attr-defined]
    for row_id, cells in changes.items():
        session.execute(table.update().where(table.c.id == row_id).values(cells))


def find(session: Session, record: type[R], typed: str) -> R:
    """One row from what a person gave: its id or enough of its end to be the only one. Raises `NotFound`."""
    row = session.get(record, typed)
    if row is not None:
        return row
    sql = text(f"SELECT id FROM \"{record.__tablename__}\" WHERE id LIKE '%' || :typed LIMIT 2")
    found = session.execute(sql, {"typed": typed}).scalars().all() if len(typed) >= 4 else []
    return get(session, record, found[0] if len(found) == 1 else typed)


def resolve_id(session: Session, record: type[Record], typed: str) -> str:
    """The full id of the row that a person meant; see `find`."""
    return find(session, record, typed).id


def names(session: Session, table: str, wanted_ids: Sequence[str]) -> dict[str, str]:
    """id → the text by which a person knows a row; one that is known by what it points to, by the text of that."""
    record = RECORDS[table]
    title = record.about.title
    if ref := facts_of(record)[title].ref if title in facts_of(record) else "":
        sql = f"""SELECT t.id, o.{RECORDS[ref].about.title} FROM "{table}" t LEFT JOIN "{ref}" o ON o.id = t.{title}
            WHERE t.id IN (SELECT value FROM json_each(:ids))"""
    else:
        sql = f'SELECT id, {title} FROM "{table}" WHERE id IN (SELECT value FROM json_each(:ids))'
    return {row[0]: row[1] or "" for row in session.execute(text(sql), {"ids": json.dumps(list(wanted_ids))})}


def owner_names(session: Session, table: str, wanted_ids: Sequence[str]) -> dict[str, str]:
    """id → the name of the person a row belongs to, if it belongs to one, else its own."""
    record = RECORDS.get(table)
    if record is None:
        return {}
    owners = [f for f in facts_of(record).values() if f.owner]
    if not owners:
        return names(session, table, wanted_ids)
    found: dict[str, str] = {}
    for owner in owners:  # of several, a row names one
        if not owner.ref:
            return _names_of_any_owner(session, table, wanted_ids)
        title = RECORDS[owner.ref].about.title
        sql = f"""SELECT t.id, o.{title} FROM "{table}" t JOIN "{owner.ref}" o ON o.id = t.{owner.name}
            WHERE t.id IN (SELECT value FROM json_each(:ids))"""
        found |= {row[0]: row[1] or "" for row in session.execute(text(sql), {"ids": as_json(wanted_ids)})}
    return found


def owners_of(session: Session, table: str, wanted_ids: Iterable[str]) -> dict[str, tuple[str, str]]:
    """id → (table, id) of the row that it belongs to, for a record whose rows may belong to any other."""
    sql = f"""SELECT id, owner, owner_id FROM "{table}" WHERE id IN (SELECT value FROM json_each(:ids))"""
    found = session.execute(text(sql), {"ids": as_json(wanted_ids)})
    return {row: (owner, owner_id) for row, owner, owner_id in found if owner in RECORDS and owner != table}


def _names_of_any_owner(session: Session, table: str, wanted_ids: Sequence[str]) -> dict[str, str]:
    owners = owners_of(session, table, wanted_ids)
    named = {
        kind: owner_names(session, kind, [row for k, row in owners.values() if k == kind])
        for kind in {kind for kind, _ in owners.values()}
    }
    return {row: named[kind].get(owner, "") for row, (kind, owner) in owners.items()}


def as_json(ids: Iterable[str]) -> str:
    """Ids as a JSON list, for `json_each`."""
    return json.dumps(list(ids))


def state(session: Session, home: str) -> dict[str, dict[str, tuple[object, ...]]]:
    """Every row at home at a site, by table and id: what two stores must agree on."""
    found = {}
    for table, record in RECORDS.items():
        columns = ", ".join(facts_of(record))
        sql = text(f'SELECT id, {columns} FROM "{table}" WHERE site_id = :home')
        found[table] = {row[0]: tuple(row[1:]) for row in session.execute(sql, {"home": home})}
    return found


def authors(session: Session, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """User id → (name, name of the site)."""
    sql = """SELECT u.id, u.name, s.name FROM "user" u LEFT JOIN site s ON s.id = u.site_id
        WHERE u.id IN (SELECT value FROM json_each(:ids))"""
    found = session.execute(text(sql), {"ids": as_json(ids)})
    return {row[0]: (row[1] or "", row[2] or "") for row in found}
