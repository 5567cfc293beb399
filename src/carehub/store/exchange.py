"""What was handed over and taken in."""

import json
from typing import Any

from sqlalchemy import text
from sqlmodel import Session


def sent(session: Session) -> list[dict[str, Any]]:
    """The bundles made here, the latest first, each with `receipted`: whether its receipt has come back."""
    rows = session.execute(text("SELECT * FROM sent ORDER BY at DESC")).mappings().all()
    receipts = session.execute(text("SELECT body FROM receipt")).scalars().all()
    receipted = {told["bundle"] for body in receipts for told in json.loads(body)["bundles"]}
    return [{**row, "receipted": row["bundle"] in receipted} for row in rows]


def taken(session: Session) -> list[dict[str, Any]]:
    """The bundles taken in, the latest first; `outcome` holds their counts."""
    rows = session.execute(text("SELECT * FROM intake ORDER BY n DESC")).mappings().all()
    return [{**row, "outcome": json.loads(row["outcome"])} for row in rows]
