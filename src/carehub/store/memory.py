"""What people told about the columns of ledgers, kept for the next ledger with the same headers."""

from collections.abc import Mapping

from sqlalchemy import text
from sqlmodel import Session


def corrections(session: Session) -> dict[str, dict[str, str | None]]:
    """signature of a sheet's headers → {header: field, None for a column not to be taken}."""
    found: dict[str, dict[str, str | None]] = {}
    for signature, header, field in session.execute(text("SELECT signature, header, field FROM ledger_memory")):
        found.setdefault(signature, {})[header] = field
    return found


def remember(session: Session, signature: str, told: Mapping[str, str | None]) -> None:
    """Keeps a person's word on columns."""
    for header, field in told.items():
        session.execute(
            text("INSERT OR REPLACE INTO ledger_memory VALUES (:signature, :header, :field)"),
            {"signature": signature, "header": header, "field": field},
        )
