"""Beginning a store, opening one, and what a person needs to get back in."""

import time
from dataclasses import dataclass
from pathlib import Path

from carehub import resources
from carehub.domain.errors import InvalidInput, NotAllowed
from carehub.domain.ids import new_id
from carehub.domain.normalise import clean_name, clean_text
from carehub.domain.office import LEVELS, Site, User
from carehub.domain.texts import CHINESE, mark
from carehub.services import cards
from carehub.services.desk import Desk
from carehub.store import copies, keyring, queries
from carehub.store.store import Store, create, discard, unlock
from carehub.sync import peers, replicas
from carehub.sync.keys import Certificate, Request, certify, new_keys, words_of

LEVEL_UNKNOWN = mark("“{level}” is not a level. It is one of: district, township, school, room.")
AREA_WRONG = mark("The area code “{area}” is not right: it has 6 to 12 digits.")
NAME_MISSING = mark("The site needs a name.")
PASSWORD_SHORT = mark("The password is too short. Please choose at least {least} characters.")
CARD_LEVEL = mark("The card is from “{office}”, which does not stand directly above this level.")
USER_INACTIVE = mark("This user may no longer sign in.")
LEAST = 6
FIRST_ROLE = {"room": "head", "school": "head", "township": "clerk", "district": "clerk"}


@dataclass(frozen=True, slots=True)
class NewStore:
    """What a new store tells its founder: the desk, the five words, and the recovery code to print."""

    desk: Desk
    words: list[str]
    recovery_code: str


def begin(
    folder: Path,
    *,
    level: str,
    name: str,
    area: str,
    password: str,
    user: str,
    card: Path | None = None,
    language: str = CHINESE,
) -> NewStore:
    """Makes a store for a site: keys, first user, recovery code. With the office's card it can hand over at once.
    Raises `InvalidInput`, `StoreError`, or `Refused` for a forged card; then nothing was made."""
    name, area = clean_text(name), area.strip()
    _check(level, name, area, password)
    office = cards.read(card) if card else None
    parent = office.certificate if office else None
    if parent and not peers.is_below(level, parent.request.level):
        raise InvalidInput(CARD_LEVEL, office=parent.request.name)
    site_id, user_id, keys = new_id(), new_id(), new_keys()
    parent_id = parent.site if parent else None
    request = Request(area, level, name, parent_id, keys.seal_key, keys.sign_key, site_id)
    certificate = certify(request, site_id, keys, int(time.time() * 1000))
    ring, key = keyring.new_keyring(site_id)
    code = keyring.new_recovery_code()
    keyring.add_slot(ring, key, user_id, password)
    keyring.add_slot(ring, key, "recovery", keyring.normalise_code(code))
    site = Site(id=site_id, site_id=site_id, name=name, level=level, parent_id=parent_id, area_code=area)
    person = User(id=user_id, site_id=site_id, name=clean_name(user), role=FIRST_ROLE[level])
    store = create(folder, ring, key)
    try:
        _found(store, site, person, peers.Identity(keys, certificate), office)
    except BaseException:
        store.close()
        discard(folder)
        raise
    return NewStore(_desk(store, person, site, language), words_of(request, resources.word_list()), code)


def _check(level: str, name: str, area: str, password: str) -> None:
    if level not in LEVELS:
        raise InvalidInput(LEVEL_UNKNOWN, level=level)
    if not name:
        raise InvalidInput(NAME_MISSING)
    if not (area.isascii() and area.isdigit() and 6 <= len(area) <= 12):
        raise InvalidInput(AREA_WRONG, area=area)
    if len(password) < LEAST:
        raise InvalidInput(PASSWORD_SHORT, least=LEAST)


def _found(store: Store, site: Site, person: User, identity: peers.Identity, office: cards.Card | None) -> None:
    with store.unit(person.id) as unit:
        connection = unit.raw
        replicas.start(connection)
        connection.execute("UPDATE writer SET author = ?", (person.id,))
        peers.save_identity(connection, identity)
        if office:
            cards.accept(connection, office)
        unit.session.add(site)
        unit.session.add(person)
        copies.recognise(connection, store.folder)


def _desk(store: Store, person: User, site: Site, language: str, *, continued: bool = False) -> Desk:
    texts, words = resources.texts(language), resources.word_list()
    return Desk(store, person, site, resources.codebook(), texts, words, continued)


def sign_in(folder: Path, password: str, user: str = "", language: str = CHINESE) -> Desk:
    """Opens a store. With a user's name, the password must be that user's; nothing tells which of both was wrong.
    Raises `NotAllowed` or `StoreError`."""
    store, owner = unlock(folder, password)
    try:
        with store.unit(owner) as unit:
            continued = copies.recognise(unit.raw, folder)
        with store.reading() as session:
            person = queries.get(session, User, owner)
            certificate = peers.identity(store.raw(session)).certificate
            site = queries.get(session, Site, certificate.site)
            named = clean_name(user)
            if not person.active or (named and named != person.name):
                raise NotAllowed(USER_INACTIVE if not person.active else keyring.WRONG_PASSWORD)
    except BaseException:
        store.close()
        raise
    return _desk(store, person, site, language, continued=continued)


def own_words(desk: Desk) -> list[str]:
    """The five words of this site, as the office will ask for them."""
    with desk.store.reading() as session:
        certificate: Certificate = peers.identity(desk.store.raw(session)).certificate
    return words_of(certificate.request, desk.word_list)
