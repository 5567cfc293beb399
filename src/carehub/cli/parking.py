"""Commands about the undecided rows of ledgers."""

from dataclasses import asdict
from typing import Annotated

import typer

from carehub.cli.terminal import Json, StorePath, User, desk_at, say, say_json, texts
from carehub.domain.errors import InvalidInput, NotFound
from carehub.domain.texts import mark
from carehub.services import parking
from carehub.services.desk import Desk
from carehub.services.matching import NEW
from carehub.services.parking import NOBODY

NO_ROW = mark("No undecided row has the number “{row}”. “carehub undecided” lists them.")
WHICH = mark("Say a row and whom it is about, or --all with one of: likeliest, new, none.")
SAID = {"new": NEW, "none": NOBODY, "likeliest": parking.LIKELIEST}


def undecided(store: StorePath, user: User = "", json: Json = False) -> None:
    """List the rows of ledgers that may be about somebody on file."""
    with desk_at(store, user) as desk:
        found = parking.waiting(desk)
    if json:
        say_json([asdict(row) for row in found])
        return
    tr = texts()
    for row in found:
        say(tr("{id}  {name}  {told}  ({file}, {sheet} row {row})", id=row.id[-8:], name=row.name, told=row.told,
               file=row.file, sheet=row.sheet, row=row.line))  # fmt: skip
        for c in row.candidates:
            say(tr("    {id}  {name}  {told}  {sure}: {reason}", id=c.id[-8:], name=c.name, told=c.told,
                   sure=tr(c.sure), reason=c.reason))  # fmt: skip
    say(tr("{count} rows are undecided.", count=len(found)))


def settle(
    store: StorePath,
    row: Annotated[str, typer.Argument(metavar="[ROW]", help="the end of a row's number")] = "",
    answer: Annotated[str, typer.Argument(metavar="[ANSWER]", help="the end of a file's id, new, or none")] = "",
    everything: Annotated[str, typer.Option("--all", help="likeliest, new or none")] = "",
    user: User = "",
    json: Json = False,
) -> None:
    """Say whom undecided rows are about, one or all of them."""
    if bool(everything) == bool(row and answer) or (everything and everything not in SAID):
        raise InvalidInput(WHICH)
    with desk_at(store, user) as desk:
        if everything:
            touched = parking.settle_all(desk, SAID[everything])
        else:
            touched = parking.settle(desk, _choice(desk, row, answer))
        left = parking.count(desk)
    if json:
        say_json({"rows": len(touched.rows), "undecided": left})
    else:
        say(texts()("Saved.") + " " + texts()("{count} rows are undecided.", count=left))


def _choice(desk: Desk, row: str, answer: str) -> dict[str, str]:
    """A row and the file it is about, from the ends of their numbers."""
    rows = [r for r in parking.waiting(desk) if len(row) >= 4 and r.id.endswith(row)]
    if len(rows) != 1:
        raise NotFound(NO_ROW, row=row)
    files = [c.id for c in rows[0].candidates if len(answer) >= 4 and c.id.endswith(answer)]
    return {rows[0].id: SAID[answer] if answer in ("new", "none") else files[0] if len(files) == 1 else answer}
