"""Looking through the search index for the one box: every record at once, and no further than a person reads on."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from carehub.domain.record import Record
from carehub.store import search
from carehub.store.homes import AT_HOME_HERE
from carehub.store.queries import as_json

MOST = 200
"""So many rows of one record are looked at and counted; beyond that there are just “more”."""
_END = 4
"""So many digits at the end of a number find it; from so many on a sheet's number is looked for."""


@dataclass(frozen=True, slots=True)
class Found:
    """The rows of each record that match, those whose first word does among the first; at most `MOST` of each."""

    rows: dict[str, list[str]] = field(default_factory=dict)

    def ids(self, table: str) -> list[str]:
        """The rows of a record to be looked at."""
        return self.rows.get(table, [])

    def total(self, table: str) -> int:
        """How many rows of a record match, `MOST` where there may be more."""
        return len(self.ids(table))


_SCANNED = 20_000
"""Entries of the index that are looked at for one word: only a digit or two match more than that."""
_FIRST = 50
"""Rows whose first word was typed, put before the others."""

_LIVE = f"voided_on IS NULL AND +{AT_HOME_HERE}"
"""The plus keeps SQLite from going through all rows of the site, where a few by their number are asked for."""


def plain(typed: str) -> str:
    """What was typed without spaces around it; a number also without those within, as phones and sheets are read."""
    joined = "".join(typed.split())
    return joined if joined.isdecimal() else typed.strip()


def found(session: Session, typed: str) -> Found:
    """The children and volunteers that match, live and at home here. Children are found by their families as well."""
    query = _query(typed)
    if not query:
        return Found()
    first = _run(session, "child", "^" + query, _FIRST) if " AND " not in query else []
    children = dict.fromkeys([*first, *_run(session, "child", query, MOST)])
    return Found({"child": list(children)[:MOST], "volunteer": _run(session, "volunteer", query, MOST)})


def _query(typed: str) -> str:
    """Four digits are the end of a number, five or more its beginning; fewer would match the sheets of whole months."""
    if typed.isdecimal() and len(typed) <= _END:
        return search.query_of(typed).rstrip("*") if len(typed) == _END else ""
    return search.query_of(typed)


def _run(session: Session, table: str, query: str, most: int) -> list[str]:
    """Reads the index in its own order and stops when there is enough."""
    sql = f"""SELECT t.id FROM (SELECT rowid AS n FROM search_index WHERE search_index MATCH :query LIMIT :scanned) hit
        CROSS JOIN search_doc d ON d.n = hit.n AND d.tbl = :tbl CROSS JOIN "{table}" t ON t.id = d.row_id
        WHERE {_LIVE} LIMIT :most"""
    found = session.execute(text(sql), {"query": query, "scanned": _SCANNED, "most": most, "tbl": table})
    return [row for (row,) in found]


def columns(
    session: Session, record: type[Record], names: Sequence[str], key: str, ids: Sequence[str]
) -> list[tuple[Any, ...]]:
    """Some columns of the live rows whose column `key` is one of these ids."""
    table = str(record.__tablename__)
    asked = ", ".join(f"t.{name}" for name in names)
    sql = f"""SELECT {asked} FROM json_each(:ids) j CROSS JOIN "{table}" t ON t.{key} = j.value WHERE {_LIVE}"""
    return [tuple(row) for row in session.execute(text(sql), {"ids": as_json(ids)})]


def sheets(session: Session, typed: str, most: int) -> list[str]:
    """The visits whose sheet's number begins with what was typed, the newest first."""
    if len(typed) < _END or not typed.isdecimal() or not typed.isascii():
        return []
    sql = f"""SELECT id FROM visit WHERE sheet_no >= :first AND sheet_no < :after
        AND {_LIVE} ORDER BY sheet_no DESC LIMIT :most"""
    found = session.execute(text(sql), {"first": typed, "after": typed + ":", "most": most})
    return [row for (row,) in found]


def schools(session: Session) -> list[str]:
    """The names of all schools that children on file go to. Walks from name to name along the index, so that the number
    of children does not count."""
    sql = """WITH RECURSIVE named(school) AS (SELECT min(school) FROM child WHERE school > ''
        UNION ALL SELECT (SELECT min(school) FROM child WHERE school > named.school) FROM named
        WHERE named.school IS NOT NULL) SELECT school FROM named WHERE school IS NOT NULL"""
    return [school for (school,) in session.execute(text(sql))]


def pupils(session: Session, named: Sequence[str]) -> dict[str, int]:
    """School → how many children who are on file here go to it."""
    sql = f"""SELECT school, count(*) FROM child WHERE school IN (SELECT value FROM json_each(:named))
        AND {_LIVE} GROUP BY school"""
    return {school: count for school, count in session.execute(text(sql), {"named": as_json(named)})}
