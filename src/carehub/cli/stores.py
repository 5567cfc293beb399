"""Commands about a store as a whole."""

from pathlib import Path
from typing import Annotated

import typer

from carehub import resources
from carehub.cli.terminal import (
    Json,
    StorePath,
    User,
    ask_password,
    desk_at,
    drive,
    language,
    say,
    say_file,
    say_json,
    texts,
)
from carehub.domain.errors import InvalidInput
from carehub.domain.texts import mark
from carehub.services import cards, checking, erasing, handover, helping, opening, sites, training, transfers

FIRST_USER = {"zh_CN": "负责人", "en": "Head"}
ONE_WAY_BACK = mark("Please name one way back in: --reply with the office's answer, or --code with the recovery code.")
SURE = mark("Erasing cannot be undone, here or anywhere. If that is what the law or the parents ask, add --yes.")

To = Annotated[Path, typer.Option(help="folder on the stick")]
SiteName = Annotated[str, typer.Argument(metavar="SITE", help="name or id of a site that hands over here")]
ChildId = Annotated[str, typer.Argument(metavar="CHILD", help="the child's number, or the end of it")]


def new(
    store: StorePath,
    level: Annotated[str, typer.Option(help="room, school, township or district")] = "",
    name: Annotated[str, typer.Option(help="the site's name")] = "",
    area: Annotated[str, typer.Option(help="area code, 6 to 12 digits")] = "",
    card: Annotated[Path | None, typer.Option(help="the card of the office above")] = None,
    user: User = "",
    json: Json = False,
) -> None:
    """Begin a store for a site. A card made for a lost laptop knows level, name and area code."""
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


def begin_training(store: StorePath, json: Json = False) -> None:
    """Begin a store for training, with a made-up village. Nothing leaves it; to end, remove its folder."""
    desk = drive(training.begin(store, language(), password=ask_password(twice=True)), quiet=json)
    desk.close()
    if json:
        say_json({"store": str(store), "user": training.PERSON, "ledger": str(store / training.LEDGER)})
        return
    told = mark("Training in {folder}: user {user}; everybody there is made up. A ledger to practise with: {ledger}")
    say(texts()(told, folder=str(store), user=training.PERSON, ledger=training.LEDGER))


def card(
    store: StorePath,
    to: Annotated[Path, typer.Option(help="folder for the card")],
    replace: Annotated[str, typer.Option(metavar="SITE", help="for the new laptop of a site below")] = "",
    user: User = "",
    json: Json = False,
) -> None:
    """Write this office's card, for its rooms and schools, or for the new laptop of one of them."""
    with desk_at(store, user) as desk:
        file = cards.write(desk, to, replace)
    say_file(file, mark("The office card is written: {file}"), json=json)


def identity(
    store: StorePath,
    out: Annotated[Path, typer.Option(help="file for the age identity")],
    user: User = "",
    json: Json = False,
) -> None:
    """Write this site's age identity, for opening bundles without this program in an emergency."""
    with desk_at(store, user) as desk:
        file = handover.write_identity(desk, ask_password(), out)
    say_file(file, mark("The age identity is in {file}. Whoever has this file can read every bundle."), json=json)


def check(store: StorePath, user: User = "", json: Json = False) -> None:
    """Check a store: pages, change log against tables, references, search, keyring, backups."""
    tr = texts()
    with desk_at(store, user) as desk:
        findings = drive(checking.check(desk), quiet=json)
        notes = checking.notes(desk)
    if json:
        problems, told = ([{"kind": f.kind, "message": tr.error(f.error)} for f in part] for part in (findings, notes))
        say_json({"ok": not findings, "problems": problems, "notes": told})
    else:
        for finding in [*findings, *notes]:
            say(tr.error(finding.error))
        if not findings:
            say(tr("The store is in order."))
    if findings:
        raise typer.Exit(1)


def ask_help(store: StorePath, to: To, json: Json = False) -> None:
    """Ask the office above for help with a lost password; needs none."""
    file, words = helping.ask(store, to, resources.word_list())
    if json:
        say_json({"file": str(file), "words": " ".join(words)})
        return
    tr = texts()
    say(str(file))
    say(tr("Take this file to the office and read these five words to the clerk: {words}", words=" ".join(words)))


def give_help(
    office: StorePath,
    request: Annotated[Path, typer.Argument(metavar="REQUEST", help="a .carehelp file")],
    words: Annotated[str, typer.Option(help="the five words, heard from a person you know")],
    to: To,
    user: User = "",
    json: Json = False,
) -> None:
    """Answer a site below that has lost its password."""
    with desk_at(office, user) as desk:
        file = helping.give(desk, request, words, to)
    say_file(file, mark("The answer is written: {file}"), json=json)


def recover(
    store: StorePath,
    reply: Annotated[Path | None, typer.Option(help="the office's answer, a .carereply file")] = None,
    code: Annotated[str, typer.Option(help="the printed recovery code")] = "",
    user: User = "",
    json: Json = False,
) -> None:
    """Set a new password with the office's answer or the recovery code."""
    if (reply is None) == (not code):
        raise InvalidInput(ONE_WAY_BACK)
    password = ask_password(twice=True)
    if reply is not None:
        name = helping.recover(store, reply, user, password)
    else:
        name = helping.recover_with_code(store, code, user, password)
    if json:
        say_json({"user": name})
    else:
        say(texts()("“{user}” has a new password and can sign in.", user=name))


def revoke(store: StorePath, site: SiteName, user: User = "", json: Json = False) -> None:
    """Revoke the keys of a site below whose laptop is lost."""
    with desk_at(store, user) as desk:
        name = sites.withdraw(desk, site)
    if json:
        say_json({"site": name, "revoked": True})
    else:
        say(texts()("“{site}” can hand over no more with its old laptop.", site=name))


def transfer(
    store: StorePath,
    child: ChildId,
    to: Annotated[str, typer.Option(metavar="SITE", help="name or id of a site below")],
    user: User = "",
    json: Json = False,
) -> None:
    """Move a child's whole file to another site below."""
    with desk_at(store, user) as desk:
        moved = transfers.transfer(desk, child, to)
    if json:
        say_json({"child": moved.child, "from": moved.former, "to": moved.site, "rows": len(moved.touched.rows)})
        return
    told = mark("The file is at home at “{site}” from now on; both sites learn of it with their next return bundles.")
    say(texts()(told, site=moved.site))


def erase(
    store: StorePath,
    child: ChildId,
    yes: Annotated[bool, typer.Option("--yes", help="really erase; this cannot be undone")] = False,
    user: User = "",
    json: Json = False,
) -> None:
    """Erase a child with everything that belongs to it, here and wherever bundles take the word."""
    if not yes:
        raise InvalidInput(SURE)
    with desk_at(store, user) as desk:
        gone = erasing.erase(desk, child, ask_password())
    if json:
        say_json({"child": gone.child, "rows": gone.rows})
    else:
        say(texts()("Erased: {count} records. The next bundles carry it on.", count=gone.rows))
