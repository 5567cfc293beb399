"""Commands about backups."""

from pathlib import Path
from typing import Annotated, Any

import typer

from carehub.cli.terminal import Json, StorePath, User, ask_password, desk_at, drive, say, say_json, say_table, texts
from carehub.domain.errors import NotFound
from carehub.services import backups
from carehub.services.backups import Backup

From = Annotated[Path | None, typer.Argument(metavar="[BACKUP]", help="a backup, or the stick or folder it lies in")]
Place = Annotated[Path | None, typer.Option(help="folder or drive for this and all later backups")]


def backup(store: StorePath, to: Place = None, user: User = "", json: Json = False) -> None:
    """Back up a store, copy the backup to every stick that is plugged in, and clear away old ones."""
    with desk_at(store, user) as desk:
        if to is not None:
            backups.choose(desk, to)
        made = drive(backups.make(desk), quiet=json)
    tr = texts()
    problems = [tr.error(problem) for problem in made.problems]
    if json:
        copies = [str(copy.folder) for copy in made.copies]
        say_json({"folder": str(made.kept.folder), "bytes": made.kept.about.bytes, "removed": made.gone,
                  "cleaned": made.cleaned, "copies": copies, "problems": problems})  # fmt: skip
    else:
        say(tr("Backed up and checked: {folder}", folder=str(made.kept.folder)))
        for copy in made.copies:
            say(tr("Backed up and checked: {folder}", folder=str(copy.folder)))
        for problem in problems:
            say(problem)
    if problems:
        raise typer.Exit(1)


def listing(store: StorePath, json: Json = False) -> None:
    """Show the backups at hand, here and on sticks, the newest first; needs no password."""
    found = backups.kept(store)
    if json:
        say_json([_told(one) for one in found])
        return
    tr = texts()
    if not found:
        say(tr("There is no backup yet."))
        return
    rows = [
        (one.at, f"{one.megabytes:.1f} MB", tr("stick") if one.stick else "", str(one.kept.folder)) for one in found
    ]
    say_table((tr("Made"), tr("Size"), tr("Where"), tr("Folder")), rows)


def _told(one: Backup) -> dict[str, Any]:
    return {"folder": str(one.kept.folder), "made": one.kept.about.made, "bytes": one.kept.about.bytes,
            "number": one.kept.about.number, "stick": one.stick}  # fmt: skip


def restore(store: StorePath, backup: From = None, user: User = "", json: Json = False) -> None:
    """Put a backup in the place of a store (the newest, unless one is named). The store that was is put aside whole.
    The password is today's or that of the day, or the recovery code."""
    found = backups.found_in(backup, store) if backup else backups.kept(store)
    if not found:
        raise NotFound(backups.NO_BACKUP, folder=str(store))
    done = drive(backups.restore(store, found[0].kept, ask_password(), user), quiet=json)
    if json:
        say_json({"from": str(found[0].kept.folder), "made": found[0].kept.about.made,
                  "former": str(done.former) if done.former else None, "todays_passwords": done.today})  # fmt: skip
        return
    for sentence in backups.sentences(done):
        say(texts().error(sentence))
