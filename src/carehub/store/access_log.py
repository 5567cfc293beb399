"""The access log: who looked behind a mask, printed, exported, erased, helped. Lines are only ever added; triggers see
to that. It holds ids, never values."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel import Session

_ADD = text(
    """INSERT INTO access_log (at, author, what, record, row_id, detail, reason)
    VALUES (CAST(unixepoch('subsec') * 1000 AS INTEGER), :author, :what, :record, :row, :detail, :reason)"""
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line: when (ms), who (user id), what (a code of `access_kind`), on which row, which field of it, and why (a
    code of `look_reason`)."""

    n: int
    at: int
    author: str | None
    what: str
    record: str | None
    row: str | None
    detail: str | None
    reason: str | None


def add(
    session: Session,
    author: str,
    what: str,
    record: str | None = None,
    rows: str | Iterable[str] | None = None,
    *,
    detail: str | None = None,
    reason: str | None = None,
) -> None:
    """Notes that somebody looked at, or took out, what is not for everybody: one line for each row concerned."""
    named = [rows] if rows is None or isinstance(rows, str) else list(rows)
    told = {"author": author, "what": what, "record": record, "detail": detail, "reason": reason}
    if named:
        session.execute(_ADD, [{**told, "row": row} for row in named])


def read(session: Session, *, author: str = "", what: str = "", row: str = "", limit: int = 1000) -> list[Line]:
    """The newest lines, perhaps of one person, one kind or one row only."""
    sql = text(
        """SELECT n, at, author, what, record, row_id, detail, reason FROM access_log
        WHERE (:author = '' OR author = :author) AND (:what = '' OR what = :what) AND (:row = '' OR row_id = :row)
        ORDER BY n DESC LIMIT :limit"""
    )
    return [
        Line(*found) for found in session.execute(sql, {"author": author, "what": what, "row": row, "limit": limit})
    ]


def counts(session: Session, after: int) -> list[tuple[str, str, str, str, int]]:
    """What happened after line number `after`, counted: (author, what, first day, last day, lines)."""
    sql = text(
        """SELECT coalesce(author, ''), what, date(min(at) / 1000, 'unixepoch'), date(max(at) / 1000, 'unixepoch'),
        count(*) FROM access_log WHERE n > :after GROUP BY author, what ORDER BY author, what"""
    )
    return [(str(a), str(w), str(f), str(u), int(c)) for a, w, f, u, c in session.execute(sql, {"after": after})]


def last(session: Session) -> int:
    """The number of the newest line, 0 if there is none."""
    return int(session.execute(text("SELECT coalesce(max(n), 0) FROM access_log")).scalar_one())
