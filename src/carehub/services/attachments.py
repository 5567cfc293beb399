"""Photos and scans: added (scaled, cleaned), listed, shown, made a child's photo, taken away, saved to a file.

Whoever may know of a row may see what belongs to it, and whoever may write it may add to it. An attachment of a talk or
a report is named after its record only: its title stands in lists and questions that everybody reads.
"""

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

from carehub.domain.attachments import JPEG, PDF, Attachment
from carehub.domain.care import Visit
from carehub.domain.drafts import require
from carehub.domain.errors import CareHubError, InvalidInput, NotFound
from carehub.domain.progress import Progress
from carehub.domain.record import Record
from carehub.domain.rights import Right
from carehub.domain.texts import mark
from carehub.papers import pictures
from carehub.papers.pictures import Shown
from carehub.services import records
from carehub.services.desk import Desk
from carehub.services.files import read_file, write_new
from carehub.store import access_log, linked, queries
from carehub.store.store import Touched, Unit
from carehub.sync import blobs

NOT_HERE = mark("This picture is not here yet. It comes with one of the next bundles.")
NO_OWNER = mark("Photos and scans belong to a record, not to each other.")
ADDING = mark("Adding photos and scans")
NO_PHOTO = mark("Only a picture of a child can be the photo of the child.")

_SUFFIXES = {JPEG: ".jpg", PDF: ".pdf"}
_TITLE = 60
_EDITABLE = ("title", "taken_on")


class Owner(NamedTuple):
    """The row that an attachment belongs to: its record's name, and its id or the end of it."""

    kind: str
    row: str


def add(desk: Desk, owner: Owner, file: Path, values: Mapping[str, object] | None = None) -> tuple[Attachment, Touched]:
    """Adds a file to a row; see `add_bytes`. Raises `NotFound` for a file that cannot be read."""
    _record_of(desk, owner)
    data = read_file(file, pictures.MOST_FILE)
    return add_bytes(desk, owner, data, file.name, values)


def add_bytes(
    desk: Desk, owner: Owner, data: bytes, name: str, values: Mapping[str, object] | None = None
) -> tuple[Attachment, Touched]:
    """Adds a picture or PDF to a row. `name` is its file's name, which becomes the title if none is among `values`
    (`title`, `taken_on`). A picture is made upright and small, and nothing but its pixels is kept. Raises
    `InvalidInput` for anything else, `NotAllowed` for a row at home elsewhere; then nothing was added."""
    record = _record_of(desk, owner)
    desk.require(record.about.writes)
    kept = pictures.kept(data, name)
    told = {"title": Path(name).stem[:_TITLE], "taken_on": kept.taken_on} | _given(values)
    if record.about.right is not None:
        told["title"] = desk.texts(record.about.label)
    clean = require(Attachment, told, desk.codes)
    with desk.unit(record.about.writes) as unit:
        row = queries.find(unit.session, record, owner.row)
        records.require_home(unit, desk, row)
        made = Attachment(
            site_id=row.site_id, owner=owner.kind, owner_id=row.id, media=kept.media, size=len(kept.data),
            width=kept.width, height=kept.height, sha256=blobs.add(unit.raw, kept.data),
        )  # fmt: skip
        records.assign(made, clean)
        unit.session.add(made)
    return made, unit.touched


@dataclass(frozen=True, slots=True)
class Added:
    """What came of several files: what the store took, and why it did not take others."""

    touched: Touched
    count: int
    errors: tuple[CareHubError, ...]


def add_all(desk: Desk, owner: Owner, files: Sequence[Path]) -> Generator[Progress, None, Added]:
    """Adds files to a row, one after the other; a file that cannot be added keeps the others from nothing. Closing the
    generator leaves what was added until then."""
    done: list[Touched] = []
    errors: list[CareHubError] = []
    for n, file in enumerate(files):
        yield Progress(n, len(files), ADDING)
        try:
            done.append(add(desk, owner, file)[1])
        except CareHubError as error:
            errors.append(error)
    rows = tuple(row for touched in done for row in touched.rows)
    changes = range(done[0].changes.start, done[-1].changes.stop) if done else range(0)
    return Added(Touched(rows, changes), len(done), tuple(errors))


def _given(values: Mapping[str, object] | None) -> dict[str, object]:
    return {name: value for name, value in (values or {}).items() if name not in _EDITABLE or value not in (None, "")}


def _record_of(desk: Desk, owner: Owner) -> type[Record]:
    """The record of an owner. Raises `NotAllowed` for one that is not for this person's eyes."""
    record = records.kind_of(owner.kind)
    if record is Attachment:
        raise InvalidInput(NO_OWNER)
    desk.require(record.about.right)
    return record


def of(desk: Desk, owner: Owner) -> list[Attachment]:
    """What belongs to a row, the child's photo first, then the latest; of a person with several files, that of all."""
    record = _record_of(desk, owner)
    with desk.store.reading() as session:
        row = queries.resolve_id(session, record, owner.row)
        rows = linked.shown_with(session, owner.kind, [row])
        found = queries.where(session, Attachment, owner=owner.kind, owner_id=list(rows))
    photo = _newest_photo(found)
    return sorted(found, key=lambda a: (a is photo, a.id), reverse=True)


def of_child(desk: Desk, child_id: str) -> list[Attachment]:
    """The photos and scans of a child and of its visits: its own first."""
    own = of(desk, Owner("child", child_id))
    with desk.store.reading() as session:
        visits = [visit.id for visit in queries.owned(session, Visit, "child_id", [child_id])[child_id]]
        found = queries.where(session, Attachment, owner="visit", owner_id=visits) if visits else []
    return own + sorted(found, key=lambda a: a.id, reverse=True)


def _newest_photo(found: list[Attachment]) -> Attachment | None:
    return max((a for a in found if a.is_photo and a.media == JPEG), key=lambda a: a.id, default=None)


def photo_of(desk: Desk, child_id: str) -> Attachment | None:
    """The photo of a child, if it has one."""
    return _newest_photo(of(desk, Owner("child", child_id)))


def get(desk: Desk, attachment_id: str) -> Attachment:
    """One attachment by its id or the end of it. Raises `NotFound`, or `NotAllowed` where the row it belongs to is not
    for this person's eyes."""
    found = records.get(desk, Attachment, attachment_id)
    _record_of(desk, Owner(found.owner, found.owner_id))
    return found


def read(desk: Desk, attachment: Attachment) -> bytes:
    """The bytes of an attachment, a JPEG or PDF. Raises `NotFound` where they have not come yet."""
    _record_of(desk, Owner(attachment.owner, attachment.owner_id))
    with desk.store.reading() as session:
        data = blobs.read(desk.store.raw(session), attachment.sha256 or "")
    if data is None:
        raise NotFound(NOT_HERE)
    return data


def is_here(desk: Desk, attachment: Attachment) -> bool:
    """Whether the bytes have come."""
    with desk.store.reading() as session:
        return bool(blobs.held_of(desk.store.raw(session), [attachment.sha256 or ""]))


def shown(desk: Desk, attachment: Attachment, width: int, height: int, page: int = 0) -> Shown:
    """A picture, or a page of a PDF, as large as fits into so many pixels. Raises `NotFound` where it has not come yet,
    `InvalidInput` where it is damaged."""
    return pictures.shown(read(desk, attachment), attachment.media or "", width, height, page)


def pages(desk: Desk, attachment: Attachment) -> int:
    """How many pages there are to show."""
    return pictures.pages(read(desk, attachment), attachment.media or "")


def set_photo(desk: Desk, attachment_id: str) -> Touched:
    """Makes a picture the photo of its child, and no other. Raises `InvalidInput` for all but a child's picture."""

    def choose(unit: Unit, chosen: Attachment) -> None:
        if chosen.owner != "child" or chosen.media != JPEG or chosen.voided_on:
            raise InvalidInput(NO_PHOTO)
        files = linked.files_of_one(unit.session, "child", chosen.owner_id)
        for other in queries.where(unit.session, Attachment, owner="child", owner_id=files, is_photo=True):
            other.is_photo = False
            unit.session.add(other)
        chosen.is_photo = True

    return _change(desk, attachment_id, choose)


def edit(desk: Desk, attachment_id: str, values: Mapping[str, object]) -> Touched:
    """Changes title or day of an attachment."""

    def assign(_: Unit, chosen: Attachment) -> None:
        clean = require(Attachment, values, desk.codes, partial=True)
        if records.kind_of(chosen.owner).about.right is not None:
            clean.pop("title", None)
        records.assign(chosen, clean)

    return _change(desk, attachment_id, assign)


def void(desk: Desk, attachment_id: str, reason: str) -> Touched:
    """Takes an attachment away: it is shown no more, and can come back by undoing. Its bytes go only when the row it
    belongs to is erased. Raises `InvalidInput` without a reason or if it was taken away already."""

    def mark_void(_: Unit, chosen: Attachment) -> None:
        if not reason.strip():
            raise InvalidInput(records.NO_REASON)
        if chosen.voided_on:
            raise InvalidInput(records.ALREADY_VOIDED)
        chosen.voided_on, chosen.void_reason = date.today(), reason.strip()

    return _change(desk, attachment_id, mark_void)


def _change(desk: Desk, attachment_id: str, work: Callable[[Unit, Attachment], None]) -> Touched:
    """One change to an attachment by somebody who may write the row it belongs to."""
    found = get(desk, attachment_id)
    with desk.unit(records.kind_of(found.owner).about.writes) as unit:
        row = queries.get(unit.session, Attachment, found.id)
        records.require_home(unit, desk, row)
        work(unit, row)
        unit.session.add(row)
    return unit.touched


def save(desk: Desk, attachment_id: str, folder: Path) -> Path:
    """Writes an attachment into a new file named by its title, and notes in the access log who took it out. Raises
    `NotAllowed`, `NotFound`, or `StoreError` where it cannot be written."""
    desk.require(Right.TAKE_OUT)
    found = get(desk, attachment_id)
    data = read(desk, found)
    with desk.unit(Right.TAKE_OUT) as unit:
        file = write_new(folder, found.title or "", _SUFFIXES.get(found.media or "", ""), data)
        access_log.add(unit.session, desk.user.id, "export", "attachment", found.id)
    return file
