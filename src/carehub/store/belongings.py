"""What belongs to a row: everything that points to it as its owner. It moves with it, and is erased with it."""

import json
import sqlite3
from collections.abc import Collection, Iterable

from sqlalchemy import text
from sqlmodel import Session

from carehub.domain.facts import Kind, facts_of
from carehub.domain.records import RECORDS
from carehub.store import parked

OWNED = tuple((name, f.name, f.ref) for name, record in RECORDS.items() for f in facts_of(record).values() if f.owner)
"""(table, column, table it points to) for every reference to an owner. An attachment points to a row of any table: then
the latter is empty."""

STAYING = tuple(
    (name, f.name) for name, record in RECORDS.items() for f in facts_of(record).values() if f.owner and f.stays
)
"""(table, column) of those that do not move with their owner: what was paid stays with the site that paid it."""

_ANY_OWNER = """(SELECT row_id AS id, max(home) AS site_id FROM change
    WHERE row_id IN (SELECT {column} FROM "{owned}") GROUP BY row_id)"""
"""Where the rows that some rows belong to are at home, whatever their tables: all changes of a row say the same."""

_PERSONAL = (Kind.NAME, Kind.IDENTITY_NO)


def belonging(session: Session, table: str, row_id: str, *, moving: bool = False) -> list[tuple[str, str]]:
    """A row and all that belongs to it, as (table, id): what points to it, what points to that, voided or not; with
    `moving` only what moves with it."""
    found = {row_id: table}
    fresh = {table: [row_id]}
    while fresh:
        older, fresh = fresh, {}
        for owned, column, owner in OWNED:
            if moving and (owned, column) in STAYING:
                continue
            sql = text(f'SELECT id FROM "{owned}" WHERE {column} IN (SELECT value FROM json_each(:ids)) ORDER BY id')
            asked = older.get(owner, []) if owner else [row for rows in older.values() for row in rows]
            rows = session.execute(sql, {"ids": json.dumps(asked)}).scalars().all()
            fresh.setdefault(owned, []).extend(r for r in rows if r not in found)
            found |= dict.fromkeys(rows, owned)
        fresh = {name: rows for name, rows in fresh.items() if rows}
    return [(name, row) for row, name in found.items()]


def stragglers(session: Session, touched: Collection[str], homes: Collection[str]) -> list[tuple[str, str, str]]:
    """Rows that a former home of their owner wrote without knowing that it has moved, as (table, id, the owner's home),
    where they or their owner are among `touched` (ids) and both homes among `homes`."""
    found = []
    for owned, column, owner in OWNED:
        if (owned, column) in STAYING:
            continue
        owners = f'"{owner}"' if owner else _ANY_OWNER.format(owned=owned, column=column)
        sql = text(
            f"""SELECT t.id, o.site_id FROM "{owned}" t JOIN {owners} o ON o.id = t.{column}
            WHERE t.id IN (SELECT t.id FROM "{owned}" t JOIN json_each(:touched) j ON t.id = j.value
                UNION SELECT t.id FROM "{owned}" t JOIN json_each(:touched) j ON t.{column} = j.value)
            AND t.site_id IS NOT o.site_id AND t.site_id IN (SELECT value FROM json_each(:homes))
            AND o.site_id IN (SELECT value FROM json_each(:homes))
            AND EXISTS (SELECT 1 FROM moved m WHERE m.row_id = o.id AND m.from_home = t.site_id) ORDER BY t.id"""
        )
        given = {"touched": json.dumps(list(touched)), "homes": json.dumps(list(homes))}
        found += [(owned, row, home) for row, home in session.execute(sql, given)]
    return found


def move(session: Session, rows: Iterable[tuple[str, str]], home: str, homes: Collection[str]) -> None:
    """Gives rows, as (table, id), another home, as far as they are at home at one of `homes` now: others are not for
    this office to move."""
    for table, row_id in rows:
        sql = f"""UPDATE "{table}" SET site_id = :home WHERE id = :id
            AND site_id IN (SELECT value FROM json_each(:homes))"""
        session.execute(text(sql), {"home": home, "id": row_id, "homes": json.dumps(list(homes))})


def words_of(session: Session, table: str, row_id: str) -> set[str]:
    """The names and identity numbers that stand in a row."""
    columns = [name for name, fact in facts_of(RECORDS[table]).items() if fact.kind in _PERSONAL]
    if not columns:
        return set()
    sql = text(f'SELECT {", ".join(columns)} FROM "{table}" WHERE id = :id')
    return {value for row in session.execute(sql, {"id": row_id}) for value in row if value}


def forget(session: Session, signs: Iterable[str]) -> None:
    """Drops drafts of forms, saved filters of lists, undecided rows of ledgers, and what was told about the columns of
    ledgers, wherever one of these ids or names stands in them."""
    for sign in signs:
        parked.forget(session, sign)
        session.execute(
            text(
                """DELETE FROM setting WHERE (name GLOB 'draft/*' OR name GLOB 'filter/*')
                AND (instr(name, :sign) OR instr(value, :sign))"""
            ),
            {"sign": sign},
        )
        session.execute(
            text("DELETE FROM ledger_memory WHERE instr(header, :sign) OR instr(signature, :sign)"), {"sign": sign}
        )


def forget_erased(session: Session, connection: sqlite3.Connection, touched: Iterable[str]) -> None:
    """Drops the drafts that concern rows (ids) which are erased by now. `connection` is the driver's, in the session's
    transaction: this is asked at every save."""
    sql = "SELECT row_id FROM erased WHERE row_id IN (SELECT value FROM json_each(?))"
    forget(session, [row for (row,) in connection.execute(sql, (json.dumps(list(touched)),))])
