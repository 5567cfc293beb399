"""Commands about a store as a whole."""

from pathlib import Path
from typing import Annotated

import typer

from carehub.cli.terminal import Json, StorePath, User, ask_password, desk_at, drive, language, say, say_json, texts
from carehub.domain.texts import mark
from carehub.services import cards, checking, handover, opening

FIRST_USER = {"zh_CN": "负责人", "en": "Head"}


def new(
    store: StorePath,
    level: Annotated[str, typer.Option(help="room, school, township or district")],
    name: Annotated[str, typer.Option(help="the site's name")],
    area: Annotated[str, typer.Option(help="area code, 6 to 12 digits")],
    card: Annotated[Path | None, typer.Option(help="the card of the office above")] = None,
    user: User = "",
    json: Json = False,
) -> None:
    """Begin a store for a site."""
    made = opening.begin(
        store,
        level=level,
        name=name,
        area=area,
        password=ask_password(twice=True),
        user=user or FIRST_USER[language()],
        card=card,
        language=language(),
    )
    made.desk.close()
    words = " ".join(made.words)
    if json:
        site = made.desk.site.id
        say_json({"store": str(store), "site_id": site, "words": words, "recovery_code": made.recovery_code})
        return
    tr = texts()
    say(tr("The store is ready: {folder}", folder=str(store)))
    say(tr("Five words of this site, for the office to compare: {words}", words=words))
    say(tr("Recovery code, to be written down and locked away: {code}", code=made.recovery_code))


def card(
    store: StorePath,
    to: Annotated[Path, typer.Option(help="folder for the card")],
    user: User = "",
    json: Json = False,
) -> None:
    """Write this office's card, for its rooms and schools."""
    with desk_at(store, user) as desk:
        file = cards.write(desk, to)
    _say_file(file, mark("The office card is written: {file}"), json=json)


def identity(
    store: StorePath,
    out: Annotated[Path, typer.Option(help="file for the age identity")],
    user: User = "",
    json: Json = False,
) -> None:
    """Write this site's age identity, for opening bundles without this program in an emergency."""
    with desk_at(store, user) as desk:
        file = handover.write_identity(desk, ask_password(), out)
    _say_file(file, mark("The age identity is in {file}. Whoever has this file can read every bundle."), json=json)


def _say_file(file: Path, message: str, *, json: bool) -> None:
    """Says which file a command wrote."""
    if json:
        say_json({"file": str(file)})
    else:
        say(texts()(message, file=str(file)))


def check(store: StorePath, user: User = "", json: Json = False) -> None:
    """Check a store: pages, change log against tables, references, search."""
    tr = texts()
    with desk_at(store, user) as desk:
        findings = drive(checking.check(desk), quiet=json)
    if json:
        problems = [{"kind": f.kind, "message": tr.error(f.error)} for f in findings]
        say_json({"ok": not findings, "problems": problems})
    else:
        for finding in findings:
            say(tr.error(finding.error))
        if not findings:
            say(tr("The store is in order."))
    if findings:
        raise typer.Exit(1)
