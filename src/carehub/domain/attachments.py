"""Photos and scans. The row says what it is and whose; its bytes lie beside the rows, under their hash."""

from datetime import date
from typing import ClassVar

from carehub.domain.facts import About, Kind, fact
from carehub.domain.record import Record
from carehub.domain.texts import mark

MOST_BYTES = 2 << 20
"""No attachment is larger: 2 MB, as the offices ask for photos and scans."""

JPEG, PDF = "image/jpeg", "application/pdf"
"""What attachments are kept as: every picture becomes a JPEG, a PDF stays what it is."""


class Attachment(Record, table=True):
    """A photo or scan that belongs to a row of any record: `owner` names its table, `owner_id` the row. It moves and is
    erased with that row. A child's photo is the newest of its attachments with `is_photo`."""

    __tablename__ = "attachment"
    about: ClassVar[About] = About(
        mark("Photo or scan"), mark("Photos and scans"), title="title", icon="fa6s.image", line=("title",)
    )  # fmt: skip

    owner: str = fact(mark("Belongs to a"), system=True)
    owner_id: str = fact(mark("Belongs to"), system=True, owner=True, index=True)
    title: str | None = fact(mark("Title"), required=True, listed=True, length=60)
    taken_on: date | None = fact(mark("Taken on"), Kind.DATE, past=True, listed=True)
    is_photo: bool | None = fact(mark("Photo of the child"), Kind.BOOLEAN, system=True, listed=True)
    media: str | None = fact(mark("Media type"), system=True)
    sha256: str | None = fact(mark("Fingerprint of the file (SHA-256)"), system=True)
    size: int | None = fact(mark("Size in bytes"), Kind.INTEGER, system=True, listed=True)
    width: int | None = fact(mark("Width"), Kind.INTEGER, system=True)
    height: int | None = fact(mark("Height"), Kind.INTEGER, system=True)
