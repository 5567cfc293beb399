"""Several files of one person: which of them stands for all.

A person says "B is A" by `B.same_as`. The links are read together: the file that stands for all is the furthest live
one along the chain, in a circle (two offices linked crosswise) the oldest. A link to a file that is voided, erased or
not at home here counts for nothing, so nobody disappears from the lists.
"""

import sqlite3
from collections.abc import Mapping, Sequence

from sqlalchemy import text
from sqlmodel import Session

from carehub.domain.facts import facts_of
from carehub.domain.records import RECORDS
from carehub.store.homes import AT_HOME_HERE

LINKABLE = tuple(name for name, record in RECORDS.items() if "same_as" in facts_of(record))
"""The records of which one person may have several."""


def roots(session: Session, table: str) -> dict[str, str]:
    """Every row that is shown with another → that other. Few rows are linked; the others are not looked at."""
    if table not in LINKABLE:
        return {}
    links: dict[str, str] = {}
    live: dict[str, bool] = {}
    listed = f"voided_on IS NULL AND {AT_HOME_HERE}"
    sql = f'SELECT id, same_as, {listed} FROM "{table}" WHERE same_as IS NOT NULL'
    for row, target, alive in session.execute(text(sql)):
        links[row], live[row] = target, bool(alive)
    if not links:
        return {}
    ends = _as_json([t for t in links.values() if t not in live])
    sql = f'SELECT id, {listed} FROM "{table}" WHERE id IN (SELECT value FROM json_each(:ids))'
    live |= {row: bool(alive) for row, alive in session.execute(text(sql), {"ids": ends})}
    found = {row: root_along(row, links, live) for row in links}
    return {row: root for row, root in found.items() if root != row}


def any_linked(connection: sqlite3.Connection, table: str) -> bool:
    """Whether any row of a table is linked to another. `connection` is the driver's."""
    sql = f'SELECT 1 FROM "{table}" WHERE same_as IS NOT NULL LIMIT 1'
    return table in LINKABLE and connection.execute(sql).fetchone() is not None


def root_along(row: str, links: Mapping[str, str], live: Mapping[str, bool]) -> str:
    """The file that stands for `row`. `links`: row → target; `live`: rows on file → whether lists may show them."""
    walked = [row]
    while (target := links.get(walked[-1])) in live and target is not None:
        if target in walked:
            circle = [r for r in walked[walked.index(target) :] if live[r]]
            if circle:
                return min(circle)
            break
        walked.append(target)
    return next((r for r in reversed(walked) if live[r]), row)


def members(session: Session, table: str) -> dict[str, list[str]]:
    """The files that stand for others → those others, oldest first."""
    found: dict[str, list[str]] = {}
    for row, root in sorted(roots(session, table).items()):
        found.setdefault(root, []).append(row)
    return found


def files_of_one(session: Session, table: str, row_id: str) -> list[str]:
    """All files of the person that one file is of, the one that stands for all first."""
    root = roots(session, table).get(row_id, row_id)
    return [root, *members(session, table).get(root, ())]


def shown_with(session: Session, table: str, ids: Sequence[str]) -> dict[str, list[str]]:
    """The rows to be looked at for some files → under which of them what they hold is shown: each under itself, and
    those linked to it under the one that stands for all."""
    found = {row: [row] for row in ids}
    if grouped := members(session, table):
        for row in dict.fromkeys(ids):
            for other in grouped.get(row, ()):
                found.setdefault(other, []).append(row)
    return found


def _as_json(ids: Sequence[str]) -> str:
    return "[" + ",".join(f'"{i}"' for i in ids) + "]"
