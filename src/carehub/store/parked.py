"""Rows of ledgers that nobody has decided yet: kept in this store only, encrypted like all of it, until a person says
whom they are about. What was said stays as a bare key, so that taking the same ledger in again asks nothing anew."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

NOBODY = ""
"""Settled: the row is not wanted."""


@dataclass(frozen=True, slots=True)
class ParkedRow:
    """One undecided row: what stands there (`body`), and the files it may be about (`likes`: id, reason, score)."""

    id: str
    file: str
    sheet: str
    line: int
    body: Mapping[str, Any]
    likes: Sequence[Mapping[str, Any]]


def position(session: Session) -> int:
    """Where the log of changes ends now: tells the rows of one import from those of another."""
    return int(session.execute(text("SELECT coalesce(max(pos), 0) FROM change")).scalar_one())


def park(session: Session, rows: Iterable[ParkedRow], step: int, author: str) -> None:
    """Keeps undecided rows; those that wait already stay as they are."""
    for row in rows:
        told = {
            "id": row.id, "step": step, "file": row.file, "sheet": row.sheet, "line": row.line,
            "body": json.dumps(row.body, ensure_ascii=False), "likes": json.dumps(row.likes, ensure_ascii=False),
            "author": author,
        }  # fmt: skip
        sql = """INSERT INTO parked VALUES (:id, :step, :file, :sheet, :line, :body, :likes,
            CAST(unixepoch('subsec') * 1000 AS INTEGER), :author, NULL)
            ON CONFLICT (id) DO UPDATE SET settled = NULL, step = :step, file = :file, sheet = :sheet, line = :line,
            body = :body, likes = :likes WHERE settled IS NOT NULL"""  # settled as a file that is gone since
        session.execute(text(sql), told)


def waiting(session: Session, ids: Sequence[str] | None = None) -> list[ParkedRow]:
    """The undecided rows, the latest import first, in the order of their ledgers; or those of some ids."""
    chosen = "" if ids is None else "AND id IN (SELECT value FROM json_each(:ids))"
    sql = f"""SELECT id, file, sheet, line, body, likes FROM parked WHERE settled IS NULL {chosen}
        ORDER BY step DESC, file, sheet, line, id"""
    found = session.execute(text(sql), {"ids": json.dumps(list(ids))} if ids is not None else {})
    return [
        ParkedRow(i, file, sheet, n, json.loads(body), json.loads(likes)) for i, file, sheet, n, body, likes in found
    ]


def count(session: Session) -> int:
    """How many rows are undecided."""
    return int(session.execute(text("SELECT count(*) FROM parked WHERE settled IS NULL")).scalar_one())


def settled(session: Session) -> dict[str, str]:
    """What was said of rows before: key → the file, or `NOBODY`."""
    return {i: to for i, to in session.execute(text("SELECT id, settled FROM parked WHERE settled IS NOT NULL"))}


def settle(session: Session, row_id: str, to: str, step: int) -> None:
    """Keeps what was said of a row. What stood in it stays until the next step, so that this one can be taken back; of
    a row that is not wanted nothing stays."""
    sql = "UPDATE parked SET settled = :to, step = :step WHERE id = :id"
    session.execute(text(sql), {"id": row_id, "to": to, "step": step})
    if to == NOBODY:
        _empty(session, "id = :id", {"id": row_id})


def empty_settled(session: Session) -> None:
    """Forgets what stood in rows that were settled in earlier steps."""
    _empty(session, "settled IS NOT NULL AND body <> ''", {})


def _empty(session: Session, which: str, given: Mapping[str, str]) -> None:
    session.execute(text(f"UPDATE parked SET body = '', likes = '[]', file = '', sheet = '' WHERE {which}"), given)


def take_back(session: Session, step: int) -> None:
    """A step is taken back: the undecided rows of an import go, those that were settled are undecided again."""
    given = {"step": step}
    session.execute(text("DELETE FROM parked WHERE step = :step AND settled IS NULL"), given)
    session.execute(text("UPDATE parked SET settled = NULL WHERE step = :step AND body <> ''"), given)


def forget(session: Session, sign: str) -> None:
    """Drops every row in which a name, an identity number or an id stands that is to be forgotten."""
    sql = "DELETE FROM parked WHERE instr(body, :sign) OR instr(likes, :sign) OR settled = :sign"
    session.execute(text(sql), {"sign": sign})
