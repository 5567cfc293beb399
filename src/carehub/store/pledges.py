"""Pledges that run out."""

from datetime import date

from sqlalchemy import text
from sqlmodel import Session

from carehub.store.homes import AT_HOME_HERE

_ENDING = f"""SELECT count(*) FROM pledge p INDEXED BY pledge_ends
    JOIN child c INDEXED BY child_on_file ON c.id = p.child_id
    WHERE p.expires_on BETWEEN :first AND :until AND p.voided_on IS NULL
    AND c.voided_on IS NULL AND coalesce(c.status, 'active') = 'active' AND c.{AT_HOME_HERE}
    AND NOT EXISTS (SELECT 1 FROM pledge other INDEXED BY pledge_goes_on WHERE other.child_id = p.child_id
        AND other.theme IS p.theme AND other.expires_on > p.expires_on AND other.voided_on IS NULL)"""


def ending(session: Session, first: date, until: date) -> int:
    """How many pledges of active children at home here run out between two days, both included, without one of the same
    child and theme that goes on longer. Covering indexes: most of a year's pledges end on one day."""
    days = {"first": first.isoformat(), "until": until.isoformat()}
    return int(session.execute(text(_ENDING), days).scalar_one())
