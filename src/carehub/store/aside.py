"""Changes kept aside: what each would write, whose bundle brought it, and why it may not come in; and what the office
above says it keeps aside."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from carehub.sync.change import Cell


@dataclass(frozen=True, slots=True)
class HeldChange:
    """One change that waits. `reason` is a message id; `intake` is the number of the merge that brought it."""

    replica: str
    seq: int
    table: str
    row: str
    cells: Mapping[str, Cell]
    author: str | None
    at: int
    reason: str
    intake: int


def held(session: Session, intake: int | None = None) -> list[HeldChange]:
    """All changes kept aside, or those of one merge, in the order in which they came."""
    chosen = "" if intake is None else " WHERE intake = :intake"
    sql = f"SELECT replica, seq, line, reason, intake FROM quarantine{chosen} ORDER BY intake, replica, seq"
    found = []
    for row in session.execute(text(sql), {} if intake is None else {"intake": intake}):
        told = json.loads(row.line)
        found.append(
            HeldChange(
                row.replica, row.seq, told["table"], told["row"], told["cells"], told["author"], told["at"], row.reason,
                row.intake,
            )
        )  # fmt: skip
    return found


def count(session: Session) -> int:
    """How many changes are kept aside."""
    return int(session.execute(text("SELECT count(*) FROM quarantine")).scalar_one())


def note_release(session: Session, intake: int) -> None:
    """Notes that a change of a merge was taken in after all: its receipt counts it as taken over."""
    sql = """UPDATE intake SET outcome = json_set(outcome, '$.quarantined', (outcome ->> 'quarantined') - 1)
        WHERE n = :intake AND outcome ->> 'quarantined' > 0"""
    session.execute(text(sql), {"intake": intake})


def newest_receipt(session: Session, office: str) -> dict[str, Any] | None:
    """What the newest return bundle of an office says about this site's bundles (`sync.bundle.Receipt` as plain
    values); None if none has come."""
    sql = """SELECT body FROM receipt JOIN intake ON intake.bundle = receipt.bundle
        WHERE receipt.site_id = :office ORDER BY intake.n DESC LIMIT 1"""
    body = session.execute(text(sql), {"office": office}).scalar()
    return dict(json.loads(body)) if body else None
