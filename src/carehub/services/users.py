"""Who may sign in at a site: adding people, their roles and passwords, the recovery code.

The keyring is written before the unit of work commits: a slot without a user opens nothing, a user without a slot would
stand before a locked door.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlmodel import Session

from carehub.domain import rights
from carehub.domain.drafts import require
from carehub.domain.errors import InvalidInput, StoreError
from carehub.domain.normalise import clean_name
from carehub.domain.office import User
from carehub.domain.rights import Right
from carehub.domain.texts import mark
from carehub.services import opening, records
from carehub.services.desk import Desk
from carehub.store import access_log, attempts, keyring, queries
from carehub.store.engine import DISK_FAILED
from carehub.store.keyring import Keyring
from carehub.store.store import Unit

NAME_TAKEN = mark(
    "“{name}” is on the list already. Please add something to the name, so that the two can be told apart."
)
NO_SUCH_ROLE = mark("There is no role “{role}” here. There are: {roles}.")
LAST_HEAD = mark("Somebody must be left who looks after the users. Please make another person head first.")
NO_SUCH_PERSON = mark("There is no active user called “{name}” here.")
CODE_DIFFERS = mark("That is not the new code. Please compare it group by group. The former code still counts.")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may sign in here, or once could. `signs_in`: whether a password is set on this laptop."""

    id: str
    name: str
    role: str
    active: bool
    signs_in: bool


def confirm(desk: Desk, password: str) -> bytes:
    """Asks the person at the desk for the password once more; returns the database key. Raises `NotAllowed`."""
    with attempts.counted(desk.store.folder):
        return keyring.unwrap(keyring.load(desk.store.folder), password, owner=desk.user.id)[1]


def people(desk: Desk) -> list[Person]:
    """Everybody of this site, those who may sign in first."""
    owners = {slot.owner for slot in keyring.load(desk.store.folder).slots}
    with desk.store.reading() as session:
        found = _of_site(session, desk)
    told = [Person(p.id, p.name, p.role, bool(p.active), p.id in owners) for p in found]
    return sorted(told, key=lambda p: (not p.active, p.id))


def roles(desk: Desk) -> list[str]:
    """The roles there are at this level."""
    return list(rights.ROLES[desk.site.level])


def add(desk: Desk, name: str, role: str, password: str, own: str) -> Person:
    """Lets one more person sign in. `own` is the password of the head at the desk; the new person changes the first
    `password` at the first signing in. Raises `NotAllowed` or `InvalidInput`; then nothing changed."""
    clean = require(User, {"name": clean_name(name), "role": role, "active": True}, desk.codes)
    _check_role(desk, role)
    opening.check_password(password)
    desk.require(Right.USERS)
    key = confirm(desk, own)
    with _changing(desk) as (unit, ring):
        if any(p.name == clean["name"] and p.active for p in _of_site(unit.session, desk)):
            raise InvalidInput(NAME_TAKEN, name=clean["name"])
        person = records.insert(unit, desk, User, clean)
        unit.session.add(person)
        keyring.add_slot(ring, key, person.id, password)
        access_log.add(unit.session, desk.user.id, "users", "user", person.id, detail="add")
    return Person(person.id, person.name, person.role, True, True)


def set_role(desk: Desk, user: str, role: str) -> None:
    """Gives a person (id or name) another role, from the next signing in on."""
    _check_role(desk, role)
    with desk.unit(Right.USERS) as unit:
        person = _person(unit.session, desk, user)
        if Right.USERS not in rights.rights_of(desk.site.level, role):
            _require_another_head(unit.session, desk, person)
        person.role = role
        unit.session.add(person)
        access_log.add(unit.session, desk.user.id, "users", "user", person.id, detail="role")


def set_password(desk: Desk, user: str, password: str, own: str) -> None:
    """A head (with the password `own`) gives a colleague a new password, for one that was forgotten."""
    opening.check_password(password)
    desk.require(Right.USERS)
    key = confirm(desk, own)
    with _changing(desk) as (unit, ring):
        person = _person(unit.session, desk, user)
        keyring.add_slot(ring, key, person.id, password)
        access_log.add(unit.session, desk.user.id, "users", "user", person.id, detail="password")


def remove(desk: Desk, user: str) -> None:
    """Takes a person off: the password opens this store no more. What the person wrote keeps the name. Raises
    `InvalidInput` for the last one who looks after users."""
    desk.require(Right.USERS)
    with _changing(desk) as (unit, ring):
        person = _person(unit.session, desk, user)
        _require_another_head(unit.session, desk, person)
        person.active = False
        unit.session.add(person)
        keyring.remove_slot(ring, person.id)
        access_log.add(unit.session, desk.user.id, "users", "user", person.id, detail="remove")


def change_password(desk: Desk, old: str, new: str) -> None:
    """Changes one's own password. Raises `NotAllowed` for a wrong old one, `InvalidInput` for a weak new one."""
    opening.check_password(new)
    key = confirm(desk, old)
    with _changing(desk, None) as (unit, ring):
        keyring.add_slot(ring, key, desk.user.id, new)
        access_log.add(unit.session, desk.user.id, "users", "user", desk.user.id, detail="own password")


def renew_code(desk: Desk, code: str, typed: str, own: str) -> None:
    """Puts a new recovery code (from `keyring.new_recovery_code`) in the place of the former one, once it was typed
    from the paper. Raises `InvalidInput` if it differs; then the former one still counts."""
    desk.require(Right.USERS)
    if "".join(filter(str.isalnum, typed.upper())) != code.replace("-", ""):
        raise InvalidInput(CODE_DIFFERS)
    key = confirm(desk, own)
    with _changing(desk) as (unit, ring):
        keyring.add_slot(ring, key, "recovery", keyring.normalise_code(code))
        access_log.add(unit.session, desk.user.id, "users", detail="recovery code")


@contextmanager
def _changing(desk: Desk, right: Right | None = Right.USERS) -> Iterator[tuple[Unit, Keyring]]:
    """A unit of work together with the keyring, which is written as its last act before the commit."""
    ring = keyring.load(desk.store.folder)
    with desk.unit(right) as unit:
        yield unit, ring
        unit.session.flush()
        try:
            keyring.save(ring, desk.store.folder)
        except OSError:
            raise StoreError(DISK_FAILED) from None


def _of_site(session: Session, desk: Desk) -> list[User]:
    return list(queries.where(session, User, site_id=desk.site.id))


def _person(session: Session, desk: Desk, typed: str) -> User:
    found = [p for p in _of_site(session, desk) if typed in (p.id, p.name) and p.active]
    if len(found) != 1:
        raise InvalidInput(NO_SUCH_PERSON, name=typed)
    return found[0]


def _require_another_head(session: Session, desk: Desk, person: User) -> None:
    """Somebody who may look after users must be left, and be able to sign in here."""
    owners = {slot.owner for slot in keyring.load(desk.store.folder).slots}
    left = [
        p for p in _of_site(session, desk)
        if p.id != person.id and p.active and p.id in owners
        and Right.USERS in rights.rights_of(desk.site.level, p.role)
    ]  # fmt: skip
    if not left and Right.USERS in rights.rights_of(desk.site.level, person.role):
        raise InvalidInput(LAST_HEAD)


def _check_role(desk: Desk, role: str) -> None:
    if role not in roles(desk):
        names = "、".join(desk.codes["role"].name_of(r, desk.texts) for r in roles(desk))
        raise InvalidInput(NO_SUCH_ROLE, role=role, roles=names)
