"""What every record has: identity, home, and the mark of having been voided."""

from datetime import date
from typing import ClassVar

from sqlmodel import Field, SQLModel

from carehub.domain.facts import About, Kind, fact
from carehub.domain.ids import new_id


class Record(SQLModel):
    """A row of any table. `site_id` is the row's home: it decides who may write it and where it travels.
    Deleting is voiding; only erasure removes."""

    about: ClassVar[About]

    id: str = Field(default_factory=new_id, primary_key=True)
    site_id: str = fact("Home", Kind.REFERENCE, ref="site", system=True, index=True)
    voided_on: date | None = fact("Voided on", Kind.DATE, system=True)
    void_reason: str | None = fact("Reason for voiding", system=True)
