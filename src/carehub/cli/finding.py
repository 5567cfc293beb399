"""The one box in the terminal: `carehub find STORE WORDS`."""

from typing import Annotated

import typer

from carehub.cli.terminal import Json, StorePath, User, desk_at, say, say_json, say_table, texts
from carehub.services import finding


def find(
    store: StorePath,
    words: Annotated[list[str], typer.Argument(metavar="WORDS", help="name, pinyin, phone, sheet number, school")],
    user: User = "",
    json: Json = False,
) -> None:
    """Find a child, a family member, a volunteer, a visit sheet or a school."""
    with desk_at(store, user) as desk:
        groups = finding.find(desk, " ".join(words))
    if json:
        say_json([
            {"kind": g.kind, "total": g.total,
             "hits": [{"id": h.id, "title": h.title, "detail": h.detail, "address": h.address} for h in g.hits]}
            for g in groups
        ])  # fmt: skip
        return
    tr = texts()
    for group in groups:
        say(f"{tr(group.label)}　{finding.count_of(group)}")
        say_table(("ID", tr("Name"), tr("What it is")), [(h.id[-8:], h.title, h.detail) for h in group.hits])
    if not groups:
        say(tr(finding.NOTHING))
