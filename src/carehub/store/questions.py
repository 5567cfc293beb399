"""Open questions with the names of their rows, children and authors."""

import json
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from carehub.domain.records import RECORDS
from carehub.store import queries


def open_questions(session: Session) -> list[dict[str, Any]]:
    """Questions as dicts: id, tbl, row_id, field, title, child_id, child, heads (value, author_name, site_name, at)."""
    rows = [dict(r) for r in session.execute(text("SELECT id, tbl, row_id, field, heads FROM question")).mappings()]
    people = _authors(session)
    for row in rows:
        row["heads"] = json.loads(row["heads"])
        for head in row["heads"]:
            head["author_name"], head["site_name"] = people.get(head["author"], (None, None))
        row["child_id"] = _child_of(session, row["tbl"], row["row_id"])
        row["title"] = queries.names(session, row["tbl"], [row["row_id"]]).get(row["row_id"], "")
        child = row["child_id"]
        row["child"] = queries.names(session, "child", [child]).get(child) if child else None
    return rows


def _authors(session: Session) -> dict[str, tuple[str | None, str | None]]:
    sql = text('SELECT u.id, u.name, s.name FROM "user" u LEFT JOIN site s ON s.id = u.site_id')
    return {row[0]: (row[1], row[2]) for row in session.execute(sql)}


def _child_of(session: Session, table: str, row_id: str) -> str | None:
    if table == "child":
        return row_id
    if "child_id" not in RECORDS[table].__table__.columns:  # type: ignore[attr-defined]
        return None
    found = session.execute(text(f'SELECT child_id FROM "{table}" WHERE id = :id'), {"id": row_id}).scalar()
    return str(found) if found else None
