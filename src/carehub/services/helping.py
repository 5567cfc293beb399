"""A password is lost: the way back in, with the printed recovery code or with the help of the office above.

The way with the office, three steps and one trip:

1. `ask` at the store, without any password: a request for the office, and five words that stand for it. A one-time key
   stays behind in the store's folder.
2. `give` at the office: a clerk who knows the voice hears the five words and types them in. The office unseals the
   secret of the request's slot with its own age key and seals it to the one-time key.
3. `recover` at the store: with the one-time key, the answer and the keyring the store opens; the user gets a new
   password, the one-time key is deleted, and the office's slot is made anew.

What protects what:

* The five words: a request exchanged on the stick has another one-time key, and so other words.
* The secret names the laptop's signing key, sealed when the store was open: a laptop whose keys were revoked, or that
  was replaced, is not helped, whatever its finder writes into a request.
* An answer opens nothing without the one-time key, which only this store's folder holds and only until it is used, and
  nothing without the keyring as it was when the request was made. Found later on a stick, request and answer are of no
  use: the one-time key is gone and the slot has a new secret.
* The office never holds the database key, only a secret that unwraps it beside the keyring; its help is noted in its
  access log.

What does not protect: whoever holds the laptop *and* is given the answer, by a clerk who did not know the voice, gets
in. That is what the call is for.
"""

import base64
from hashlib import sha256
from pathlib import Path
from sqlite3 import Connection
from typing import Literal, TypeVar

import msgspec
import pyrage
from sqlmodel import Session

from carehub.domain.errors import NotFound, Refused, StoreError
from carehub.domain.normalise import clean_name
from carehub.domain.office import User
from carehub.domain.rights import Right
from carehub.domain.texts import mark
from carehub.services import opening, sites
from carehub.services.desk import Desk
from carehub.services.files import read_file, write_new
from carehub.store import access_log, attempts, keyring, queries
from carehub.store.engine import DISK_FAILED
from carehub.store.store import open_with
from carehub.sync import incoming, peers
from carehub.sync.change import canonical
from carehub.sync.keys import Certificate, words_of

REQUEST_SUFFIX, REPLY_SUFFIX = ".carehelp", ".carereply"
PENDING = "help.json"
"""What a store keeps of its request, for its owner's eyes only: the one-time key, until it is used."""

NO_WAY = mark("No office can help this store: it was begun without an office's card. Please use the recovery code.")
NOT_HELP = mark("“{file}” is not the file that is wanted here, or it was altered. Nothing was changed.")
NOT_OURS = mark("This request comes from a store that does not hand over to this office. Nothing was opened.")
WRONG_WORDS = mark(
    "The words are not those of this request. Nothing was opened. Have them read to you once more; if they still "
    "differ, do not help: somebody may have exchanged the file."
)
SEALED_ELSEWHERE = mark("This request is sealed for another office, or it was altered. Nothing was opened.")
LOST = mark("This request comes from a laptop of “{site}” that was reported lost or was replaced. It must stay closed.")
NOTHING_ASKED = mark("No request for help waits here: it was answered already, or none was made. Please ask anew.")
OTHER_REQUEST = mark("This answer belongs to another request. Please take the newest one. Nothing was changed.")
NOT_OPENED = mark("The answer does not open this store: it was altered. Please ask anew. Nothing was changed.")
NO_USER = mark("There is no active user called “{user}” here. Please write the name as it is on file.")
_LIMIT = 1 << 16
S = TypeVar("S", bound=msgspec.Struct)


class Request(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A store's request: the office's slot as it is sealed, and the one-time age key for the answer. The five words
    stand for exactly this."""

    format: Literal[1]
    kind: Literal["carehub help request"]
    once: str
    sealed: str
    site: str


class Reply(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The office's answer to one request (SHA-256 of its canonical form): the slot's secret as an age file for the
    one-time key."""

    format: Literal[1]
    kind: Literal["carehub help answer"]
    request: str
    sealed: str


class _Pending(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    identity: str
    request: Request


def ask(folder: Path, to: Path, word_list: tuple[str, ...]) -> tuple[Path, list[str]]:
    """Writes a request for the office above; needs no password. Returns the file and the five words to be read out.
    An earlier request is given up. Raises `NotFound` for a store without an office, or `StoreError`."""
    slot = keyring.load(folder).office
    if slot is None:
        raise NotFound(NO_WAY)
    once = pyrage.x25519.Identity.generate()
    request = Request(1, "carehub help request", str(once.to_public()), slot.sealed, keyring.load(folder).store)
    file = write_new(to, folder.resolve().name, REQUEST_SUFFIX, _file(request))
    try:
        keyring.save_private(folder / PENDING, canonical(_Pending(str(once), request)))
    except OSError:
        file.unlink(missing_ok=True)
        raise StoreError(DISK_FAILED) from None
    return file, words_of(request, word_list)


def _file(told: msgspec.Struct) -> bytes:
    return msgspec.json.format(canonical(told), indent=1)


def _read(file: Path, kind: type[S]) -> S:
    """A request or an answer from its file. Raises `Refused` for anything else, `NotFound` if it cannot be read."""
    try:
        return msgspec.json.decode(read_file(file, _LIMIT), type=kind)
    except (msgspec.MsgspecError, UnicodeError):
        raise Refused(NOT_HELP, file=file.name) from None


def asking(desk: Desk, file: Path) -> str:
    """The name of the site that asks, so that the clerk knows whom to call. Raises `Refused` or `NotFound`."""
    request = _read(file, Request)
    with desk.store.reading() as session:
        return _who(desk.store.raw(session), request).request.name


def give(desk: Desk, file: Path, words: str, to: Path) -> Path:
    """Answers a request whose five words were heard from a person the clerk knows. Returns the answer's file.
    Raises `Refused` for wrong words, a site that does not hand over here, a laptop that was revoked or replaced, or a
    file that was altered or sealed for another office; then nothing was written."""
    request = _read(file, Request)
    with desk.unit(Right.MERGE) as unit:
        known = _who(unit.raw, request)
        if incoming.split_words(words, desk.word_list) != words_of(request, desk.word_list):
            raise Refused(WRONG_WORDS)
        told = keyring.unseal(request.sealed, peers.identity(unit.raw).keys.seal_identity)
        if told is None or told.site != request.site:
            raise Refused(SEALED_ELSEWHERE)
        if told.sign_key != known.request.sign_key or peers.is_revoked(unit.raw, told.sign_key):
            raise Refused(LOST, site=known.request.name)
        try:
            once = pyrage.x25519.Recipient.from_str(request.once)
        except pyrage.RecipientError:
            raise Refused(NOT_HELP, file=file.name) from None
        sealed = base64.b64encode(pyrage.encrypt(bytes.fromhex(told.secret), [once])).decode()
        access_log.add(unit.session, desk.user.id, "help", "site", known.site)
        reply = _file(Reply(1, "carehub help answer", _digest(request), sealed))
        return write_new(to, f"{desk.site.name}→{known.request.name}", REPLY_SUFFIX, reply)


def _who(connection: Connection, request: Request) -> Certificate:
    """The site below that a request names. Raises `Refused`."""
    known = next((c for c in sites.children_of(connection) if c.site == request.site), None)
    if known is None:
        raise Refused(NOT_OURS)
    return known


def _digest(request: Request) -> str:
    return sha256(canonical(request)).hexdigest()


def waits(folder: Path) -> bool:
    """Whether a request of this store waits for its answer."""
    return (folder / PENDING).is_file()


def recover(folder: Path, file: Path, user: str, password: str) -> str:
    """Opens a store with the office's answer and gives a user a new password. Returns the user's name.
    Raises `Refused` for an altered answer or one to another request, `NotFound` if none was asked for or nobody active
    has that name, `InvalidInput` for a short password; then nothing changed and the answer can be tried again."""
    opening.check_password(password)
    ring, pending, reply = keyring.load(folder), _pending(folder), _read(file, Reply)
    if reply.request != _digest(pending.request):
        raise Refused(OTHER_REQUEST)
    try:
        once = pyrage.x25519.Identity.from_str(pending.identity)
        secret = pyrage.decrypt(base64.b64decode(reply.sealed, validate=True), [once])
    except (pyrage.DecryptError, pyrage.IdentityError, ValueError):
        raise Refused(NOT_OPENED) from None
    key = keyring.unwrap_by_office(ring, secret)
    if key is None:
        raise Refused(NOT_OPENED)
    return _give_password(folder, ring, key, user, password)


def recover_with_code(folder: Path, code: str, user: str, password: str) -> str:
    """Opens a store with its printed recovery code and gives a user a new password. Returns the user's name.
    Raises `NotAllowed` for a wrong code, `NotFound` or `InvalidInput` as `recover` does."""
    opening.check_password(password)
    ring = keyring.load(folder)
    with attempts.counted(folder):
        _, key = keyring.unwrap(ring, code, recovery=True)
    return _give_password(folder, ring, key, user, password)


def _pending(folder: Path) -> _Pending:
    try:
        return msgspec.json.decode((folder / PENDING).read_bytes(), type=_Pending)
    except (OSError, msgspec.MsgspecError, UnicodeError):
        raise NotFound(NOTHING_ASKED) from None


def _give_password(folder: Path, ring: keyring.Keyring, key: bytes, user: str, password: str) -> str:
    """Wraps the key for a user anew; from then on no earlier answer of the office opens this store."""
    with open_with(folder, key) as store:
        with store.reading() as session:
            person = _person(session, peers.own_site(store.raw(session)), ring, clean_name(user))
        with store.unit(person.id) as unit:
            access_log.add(unit.session, person.id, "recover")
            keyring.add_slot(ring, key, person.id, password)
            opening.renew_office_slot(unit.raw, ring, key)
            try:
                keyring.save(ring, folder)
            except OSError:
                raise StoreError(DISK_FAILED) from None
    (folder / PENDING).unlink(missing_ok=True)
    return person.name


def _person(session: Session, site: str, ring: keyring.Keyring, name: str) -> User:
    """The active user of this site with that name, or the only one if no name is given. Of several with one name, as a
    replaced laptop may know, the one with a password here is meant, and of these the newest."""
    active = [p for p in queries.where(session, User, site_id=site) if p.active]
    found = [p for p in active if p.name == name] if name else active
    if not found or (not name and len(found) > 1):
        raise NotFound(NO_USER, user=name)
    owners = {slot.owner for slot in ring.slots}
    return max(found, key=lambda p: (p.id in owners, p.id))
