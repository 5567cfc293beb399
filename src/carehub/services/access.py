"""Looks behind a mask: allowed, and noted."""

from carehub.domain.record import Record
from carehub.domain.rights import Right
from carehub.services.desk import Desk
from carehub.store import exchange


def looked(desk: Desk, row: Record, field: str) -> None:
    """Notes that the person at the desk looked at a sensitive field of a row."""
    with desk.unit(Right.LOOK) as unit:
        exchange.log_access(unit.session, desk.user.id, f"look:{field}", str(row.__tablename__), row.id)
