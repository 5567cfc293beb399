"""Small values this store keeps for itself; they never travel."""

import json

from sqlalchemy import text
from sqlmodel import Session


def put(session: Session, name: str, value: object) -> None:
    """Keeps a JSON value under a name."""
    session.execute(
        text("INSERT OR REPLACE INTO setting VALUES (:name, :value)"),
        {"name": name, "value": json.dumps(value, ensure_ascii=False)},
    )


def get(session: Session, name: str) -> object:
    """The value under a name, None if there is none."""
    found = session.execute(text("SELECT value FROM setting WHERE name = :name"), {"name": name}).scalar()
    return json.loads(found) if found else None


def beginning(session: Session, begin: str) -> dict[str, object]:
    """Name → value of every name that begins so."""
    sql = text("SELECT name, value FROM setting WHERE substr(name, 1, length(:begin)) = :begin")
    return {name: json.loads(value) for name, value in session.execute(sql, {"begin": begin})}


def drop(session: Session, name: str) -> None:
    """Forgets a name."""
    session.execute(text("DELETE FROM setting WHERE name = :name"), {"name": name})
