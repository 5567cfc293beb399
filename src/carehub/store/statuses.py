"""Since when rows have the status they have: told by their changes, so that nobody has to type it."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import text
from sqlmodel import Session

from carehub.store.queries import as_json


def since(session: Session, table: str, ids: Sequence[str]) -> dict[str, date]:
    """row id → the day of the newest change that wrote its present status."""
    sql = text(
        f"""SELECT t.id, date(max(c.at) / 1000, 'unixepoch', 'localtime') FROM "{table}" t
        JOIN change c ON c.row_id = t.id AND c.cells ->> 'status' = t.status
        WHERE t.id IN (SELECT value FROM json_each(:ids)) GROUP BY t.id"""
    )
    return {row: date.fromisoformat(day) for row, day in session.execute(sql, {"ids": as_json(ids)}) if day}
