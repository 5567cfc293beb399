"""Beginning a store, opening one, and what a person needs to get back in."""

import time
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection

from sqlmodel import Session

from carehub import resources
from carehub.domain.errors import InvalidInput, NotAllowed
from carehub.domain.ids import new_id
from carehub.domain.normalise import clean_name, clean_text
from carehub.domain.office import LEVELS, Site, User
from carehub.domain.texts import CHINESE, mark
from carehub.services import cards
from carehub.services.desk import Desk
from carehub.store import attempts, copies, keyring, queries, restoring, settings
from carehub.store.engine import DAMAGED
from carehub.store.store import NO_DATABASE, Store, create, discard, open_with
from carehub.sync import peers, replicas
from carehub.sync.keys import Certificate, Request, certify, new_keys, words_of

LEVEL_UNKNOWN = mark("“{level}” is not a level. It is one of: district, township, school, room.")
AREA_WRONG = mark(
    "The area code “{area}” is not right: it has 6 to 12 digits. The first 6 digits of a local identity number do."
)
NAME_MISSING = mark("The site needs a name.")
PASSWORD_SHORT = mark("The password is too short. Please choose at least {least} characters.")
CARD_LEVEL = mark("The card is from “{office}”, which does not stand directly above this level.")
CARD_REPLACES = mark("This card is for the new laptop of “{site}”. Please leave out name, level and area code.")
NAME_NEEDED = mark("Please type your name as well as the password.")
USER_INACTIVE = mark("This user may no longer sign in.")
DAMAGE = frozenset({DAMAGED, NO_DATABASE, keyring.KEYRING_DAMAGED})
"""What is said of a store that only a backup can help."""
LEAST = 8
AT_LEAST = mark("Password, at least {least} characters")
PASSWORD_DIGITS = mark("A password of digits only is soon guessed. Please add some letters or Chinese characters.")
TRAINING = "training"
"""The setting by which a store says that it is one for training: inside the encrypted file, so that no copy, backup or
other name of its folder makes a real one of it."""
FIRST_ROLE = "head"
"""Whoever begins a store looks after its users."""


@dataclass(frozen=True, slots=True)
class NewStore:
    """What a new store tells its founder: the desk, the five words, and the recovery code to print."""

    desk: Desk
    words: list[str]
    recovery_code: str


def begin(
    folder: Path,
    *,
    password: str,
    user: str,
    level: str = "",
    name: str = "",
    area: str = "",
    card: Path | None = None,
    language: str = CHINESE,
    training: bool = False,
) -> NewStore:
    """Makes a store for a site: keys, first user, recovery code. With the office's card it can hand over at once; a
    card for a lost laptop also says which site it is, so that `level`, `name` and `area` may stay empty.
    Raises `InvalidInput`, `StoreError`, or `Refused` for a forged card; then nothing was made. `training`: the store
    says of itself, from its first step on, that it is one for training."""
    office = cards.read(card) if card else None
    told = _told(level, clean_text(name), area.strip(), office)
    _check(told, password)
    if not clean_name(user):
        raise InvalidInput(NAME_NEEDED)
    keys = new_keys()
    parent = office.certificate if office else None
    if parent and not peers.is_below(told.level, parent.request.level):
        raise InvalidInput(CARD_LEVEL, office=parent.request.name)
    request = Request(told.area, told.level, told.name, parent.site if parent else None, keys.seal_key, keys.sign_key,
                      told.site)  # fmt: skip
    certificate = certify(request, told.site, keys, int(time.time() * 1000))
    person = User(id=new_id(), site_id=told.site, name=clean_name(user), role=FIRST_ROLE)
    ring, key, code = _new_keyring(request, person.id, password, parent)
    store = create(folder, ring, key)
    try:
        _found(store, person, peers.Identity(keys, certificate), office, training=training)
    except BaseException:
        store.close()
        discard(folder)
        raise
    return NewStore(
        _desk(store, person, as_told(certificate), language, training=training),
        words_of(request, resources.word_list()),
        code,
    )


def _told(level: str, name: str, area: str, office: cards.Card | None) -> cards.Successor:
    """What the site is: as typed, or as the card for a lost laptop says."""
    if office is None or office.replaces is None:
        return cards.Successor(area, level, name, new_id())
    successor = office.replaces
    for typed, right in ((level, successor.level), (name, successor.name), (area, successor.area)):
        if typed not in ("", right):
            raise InvalidInput(CARD_REPLACES, site=successor.name)
    return successor


def _new_keyring(
    request: Request, user: str, password: str, office: Certificate | None
) -> tuple[keyring.Keyring, bytes, str]:
    """(keyring, database key, recovery code) of a new store."""
    ring, key = keyring.new_keyring(request.site)
    code = keyring.new_recovery_code()
    keyring.add_slot(ring, key, user, password)
    keyring.add_slot(ring, key, "recovery", keyring.normalise_code(code))
    if office:
        keyring.add_office_slot(ring, key, office.site, office.request.seal_key, request.sign_key)
    return ring, key, code


def _check(told: cards.Successor, password: str) -> None:
    if told.level not in LEVELS:
        raise InvalidInput(LEVEL_UNKNOWN, level=told.level)
    if not told.name:
        raise InvalidInput(NAME_MISSING)
    if not (told.area.isascii() and told.area.isdigit() and 6 <= len(told.area) <= 12):
        raise InvalidInput(AREA_WRONG, area=told.area)
    check_password(password)


def code_letters(typed: str) -> str:
    """What counts of a recovery code while it is typed: no dashes, no blanks, and O, I and L as the digits that are
    meant."""
    return keyring.letters(typed)


def check_password(password: str) -> None:
    """Raises `InvalidInput` for a password that is too short, or of digits only: birthdays and phone numbers."""
    if len(password) < LEAST:
        raise InvalidInput(PASSWORD_SHORT, least=LEAST)
    if password.isdigit():
        raise InvalidInput(PASSWORD_DIGITS)


def as_told(certificate: Certificate) -> Site:
    """A site as its certificate tells it. Of a laptop that replaces a lost one this is all that is known until the
    return bundle brings the site's row: writing one here as well would make two histories of one row, and a question
    of every line in which they differ."""
    told = certificate.request
    return Site(
        id=told.site, site_id=told.site, name=told.name, level=told.level, parent_id=told.parent, area_code=told.area
    )


def _found(store: Store, person: User, identity: peers.Identity, office: cards.Card | None, *, training: bool) -> None:
    with store.unit(person.id) as unit:
        if training:
            settings.put(unit.session, TRAINING, True)
        connection = unit.raw
        replicas.start(connection)
        connection.execute("UPDATE writer SET author = ?", (person.id,))
        peers.save_identity(connection, identity)
        if office:
            cards.accept(connection, office)
        if office is None or office.replaces is None:
            unit.session.add(as_told(identity.certificate))
        unit.session.add(person)
        copies.recognise(connection, store.folder)


def _desk(
    store: Store, person: User, site: Site, language: str, *, continued: bool = False, training: bool = False
) -> Desk:
    texts, words = resources.texts(language), resources.word_list()
    return Desk(store, person, site, resources.codebook(), texts, words, continued, training)


def sign_in(folder: Path, password: str, user: str = "", language: str = CHINESE) -> Desk:
    """Opens a store. With a user's name, the password must be that user's; nothing tells which of both was wrong. The
    name may be left out where the password tells who it is. After several wrong ones in a row one has to wait.
    Raises `NotAllowed` or `StoreError`."""
    restoring.finish(folder)
    with attempts.counted(folder):
        ring = keyring.load(folder)
        found = keyring.openings(ring, password)
        if not found:
            raise NotAllowed(keyring.WRONG_PASSWORD)
        key = found[0][1]
        store = open_with(folder, key)
        try:
            with store.reading() as session:
                person = _who(session, [owner for owner, _ in found], clean_name(user))
            with store.unit(person.id) as unit:
                continued = copies.recognise(unit.raw, folder)
            with store.reading() as session:
                me = peers.identity(store.raw(session))
                site = session.get(Site, me.site) or as_told(me.certificate)
                _keep_office_slot(store.raw(session), folder, ring, key)
                training = settings.get(session, TRAINING) is not None
        except BaseException:
            store.close()
            raise
    return _desk(store, person, site, language, continued=continued, training=training)


def _who(session: Session, owners: list[str], name: str) -> User:
    """The active user among those whose password it is; `name` decides between several."""
    people = [p for p in queries.rows(session, User, owners) if not name or p.name == name]
    active = [p for p in people if p.active]
    if len(active) == 1:
        return active[0]
    raise NotAllowed(NAME_NEEDED if active else USER_INACTIVE if people else keyring.WRONG_PASSWORD)


def _keep_office_slot(connection: Connection, folder: Path, ring: keyring.Keyring, key: bytes) -> None:
    """Sees to it that the office above, with the keys it has now, can help this store."""
    office, slot = peers.office_above(connection), ring.office
    if office and (slot is None or (slot.office, slot.seal_key) != (office.site, office.request.seal_key)):
        renew_office_slot(connection, ring, key)
        try:
            keyring.save(ring, folder)
        except OSError:
            return  # the disk is full: nothing depends on it today, and the next signing in tries again


def renew_office_slot(connection: Connection, ring: keyring.Keyring, key: bytes) -> None:
    """Makes the office's way into a store anew, if it has an office above it; not saved yet."""
    if office := peers.office_above(connection):
        mine = peers.identity(connection).keys.sign_key
        keyring.add_office_slot(ring, key, office.site, office.request.seal_key, mine)


def own_words(desk: Desk) -> list[str]:
    """The five words of this site, as the office will ask for them."""
    with desk.store.reading() as session:
        certificate: Certificate = peers.identity(desk.store.raw(session)).certificate
    return words_of(certificate.request, desk.word_list)
