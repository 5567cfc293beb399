"""Commands about who may sign in, and about who looked at what."""

from typing import Annotated

import typer

from carehub.cli.terminal import Json, StorePath, User, ask_password, desk_at, say, say_json, say_table, texts
from carehub.domain.texts import mark
from carehub.services import access, labels, users
from carehub.store.keyring import new_recovery_code

NEW_PASSWORD = "CAREHUB_NEW_PASSWORD"
ASK_NEW = mark("New password: ")
TYPE_CODE = mark("Write down the new recovery code and type it once: {code}")
Name = Annotated[str, typer.Argument(metavar="NAME", help="name of the person")]
Role = Annotated[str, typer.Argument(metavar="ROLE", help="head, recorder, counsellor, viewer; clerk, reviewer, head")]


def listing(store: StorePath, user: User = "", json: Json = False) -> None:
    """Show who may sign in, with which role."""
    tr = texts()
    with desk_at(store, user) as desk:
        found = users.people(desk)
        if json:
            say_json([{"id": p.id, "name": p.name, "role": p.role, "active": p.active, "signs_in": p.signs_in}
                      for p in found])  # fmt: skip
            return
        rows = [(p.name, desk.codes["role"].name_of(p.role, tr), _state(p)) for p in found]
    say_table((tr("Name"), tr("Role"), tr("Signing in")), rows)


def _state(person: users.Person) -> str:
    tr = texts()
    if not person.active:
        return tr("no longer")
    return tr("yes") if person.signs_in else tr("no password on this laptop")


def add(store: StorePath, name: Name, role: Role, user: User = "", json: Json = False) -> None:
    """Let one more person sign in."""
    with desk_at(store, user) as desk:
        person = users.add(desk, name, role, _new_password(), ask_password())
    _done(person.name, json=json)


def set_role(store: StorePath, name: Name, role: Role, user: User = "", json: Json = False) -> None:
    """Give a person another role."""
    with desk_at(store, user) as desk:
        users.set_role(desk, name, role)
    _done(name, json=json)


def remove(store: StorePath, name: Name, user: User = "", json: Json = False) -> None:
    """Take a person off: the password opens this store no more."""
    with desk_at(store, user) as desk:
        users.remove(desk, name)
    _done(name, json=json)


def password(
    store: StorePath,
    of: Annotated[str, typer.Option(metavar="NAME", help="a colleague who forgot it; else your own")] = "",
    user: User = "",
    json: Json = False,
) -> None:
    """Change your password, or give a colleague a new one."""
    with desk_at(store, user) as desk:
        if of and of != desk.user.name:
            users.set_password(desk, of, _new_password(), ask_password())
        else:
            users.change_password(desk, ask_password(), _new_password())
        name = of or desk.user.name
    _done(name, json=json)


def code(store: StorePath, user: User = "", json: Json = False) -> None:
    """Make a new recovery code; the former one counts no more."""
    fresh = new_recovery_code()
    with desk_at(store, user) as desk:
        typed = fresh if json else typer.prompt(texts()(TYPE_CODE, code=fresh))
        users.renew_code(desk, fresh, typed, ask_password())
    if json:
        say_json({"recovery_code": fresh})
    else:
        say(texts()("The new recovery code counts from now on."))


def accesses(
    store: StorePath,
    limit: Annotated[int, typer.Option(help="how many lines, the newest first")] = 200,
    user: User = "",
    json: Json = False,
) -> None:
    """Show who looked behind masks, printed or exported, when and why."""
    tr = texts()
    with desk_at(store, user) as desk:
        found = access.log(desk, limit=limit)
    if json:
        say_json([{"at": labels.iso_moment(x.at), "author": x.author, "what": x.what, "about": x.about,
                   "detail": x.detail, "reason": x.reason} for x in found])  # fmt: skip
        return
    rows = [(labels.moment(x.at), x.author, x.what, x.about, x.detail, x.reason) for x in found]
    say_table((tr("Time"), tr("Who"), tr("What was done"), tr("About whom"), tr("Field"), tr("Reason")), rows)


def _new_password() -> str:
    return ask_password(twice=True, variable=NEW_PASSWORD, prompt=ASK_NEW)


def _done(name: str, *, json: bool) -> None:
    if json:
        say_json({"user": name})
    else:
        say(texts()("Done: {name}", name=name))
