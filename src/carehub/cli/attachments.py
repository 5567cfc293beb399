"""Commands about photos and scans: add, list, save, make a child's photo, take away."""

from pathlib import Path
from typing import Annotated, NoReturn

import typer

from carehub.cli.terminal import Json, StorePath, User, desk_at, say, say_ids, say_json, say_table, texts
from carehub.domain.errors import InvalidInput
from carehub.domain.texts import mark
from carehub.services import attachments, labels, records
from carehub.services.attachments import Owner

OF = "KIND/ID"
Of = Annotated[str, typer.Argument(metavar=OF, help="the row it belongs to, such as child/1a2b3c4d")]
Id = Annotated[str, typer.Argument(metavar="ID", help="the attachment's number, or the end of it")]

NOT_AN_OWNER = mark("“{text}” does not say whose. Write it like child/1a2b3c4d.")
SAVED = mark("Saved.")
WITH_ATTACH = mark("A photo or scan is added with: carehub attach")


def _owner(text: str) -> Owner:
    kind, slash, row = text.partition("/")
    if not slash or not row:
        raise InvalidInput(NOT_AN_OWNER, text=text)
    return Owner(kind, row)


def attach(
    store: StorePath,
    owner: Of,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="JPEG, PNG, WebP, BMP, TIFF or PDF")],
    title: Annotated[str, typer.Option(help="what it shows; else the file's name")] = "",
    taken_on: Annotated[str, typer.Option("--taken-on", metavar="DAY", help="else the day its camera noted")] = "",
    photo: Annotated[bool, typer.Option("--photo", help="make it the photo of the child")] = False,
    user: User = "",
    json: Json = False,
) -> None:
    """Add a photo or scan to a record."""
    with desk_at(store, user) as desk:
        made, _ = attachments.add(desk, _owner(owner), file, {"title": title, "taken_on": taken_on})
        if photo:
            attachments.set_photo(desk, made.id)
        told = records.as_dict(attachments.get(desk, made.id))
    if json:
        say_json(told)
    else:
        say(texts()("Added: {title} ({size} KB)", title=made.title, size=-(-(made.size or 0) // 1024)))


def listing(store: StorePath, owner: Of, user: User = "", json: Json = False) -> None:
    """List the photos and scans of a record."""
    tr = texts()
    with desk_at(store, user) as desk:
        found = attachments.of(desk, _owner(owner))
        if json:
            say_json([records.as_dict(a) | {"here": attachments.is_here(desk, a)} for a in found])
            return
        rows = [
            (a.id[-8:], a.title or "", labels.show(desk, "attachment", "taken_on", a.taken_on), a.media or "",
             str(-(-(a.size or 0) // 1024)), tr("Photo of the child") if a.is_photo else "",
             "" if attachments.is_here(desk, a) else tr("not here yet"))
            for a in found
        ]  # fmt: skip
    say_table(("ID", tr("Title"), tr("Taken on"), tr("Media type"), "KB", "", ""), rows)


def save(
    store: StorePath,
    attachment: Id,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="where to write the file")],
    user: User = "",
    json: Json = False,
) -> None:
    """Write a photo or scan into a file."""
    with desk_at(store, user) as desk:
        file = attachments.save(desk, attachment, folder)
    if json:
        say_json({"file": str(file)})
    else:
        say(str(file))


def set_photo(store: StorePath, attachment: Id, user: User = "", json: Json = False) -> None:
    """Make a picture the photo of its child."""
    with desk_at(store, user) as desk:
        touched = attachments.set_photo(desk, attachment)
    say_ids(SAVED, [row for _, row in touched.rows], json=json)


def void(
    store: StorePath,
    attachment: Id,
    reason: Annotated[str, typer.Option(help="why it is taken away")],
    user: User = "",
    json: Json = False,
) -> None:
    """Take a photo or scan away."""
    with desk_at(store, user) as desk:
        touched = attachments.void(desk, attachment, reason)
    say_ids(SAVED, [row for _, row in touched.rows], json=json)


def not_generic(*_: object) -> NoReturn:
    """A row without its bytes would be of no use."""
    raise InvalidInput(WITH_ATTACH)
