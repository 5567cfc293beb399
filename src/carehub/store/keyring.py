"""The keyring: one random 256-bit database key, wrapped once for each user, once for the recovery code, and once so
that the office above can help when both are lost.

A slot holds its Argon2id parameters beside the wrapped key, so they can be raised later. It names nobody: a person
types a password, every slot of its kind is tried, and the answer does not tell whether the name or the password was
wrong. Cryptography is libsodium's (PyNaCl), Argon2id and XChaCha20-Poly1305, and age's (pyrage) for the office.
"""

import base64
import os
import secrets
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Literal

import msgspec
import pyrage
from nacl import exceptions, pwhash, secret

from carehub.domain.errors import NotAllowed, StoreError
from carehub.domain.texts import mark
from carehub.sync.change import canonical

FILE = "keyring.json"
OPERATIONS, MEMORY = 3, 64 * 1024 * 1024
"""Argon2id cost of new slots: 3 passes over 64 MiB, about a fifth of a second on an office laptop."""
_AT_ONCE = 4
"""Slots hashed side by side: each takes its own memory."""
_FLOOR, _CEILING = 19 * 1024 * 1024, 1024 * 1024 * 1024

WRONG_PASSWORD = mark("Name or password is not right. Nothing was opened.")
WRONG_CODE = mark("The recovery code is not right. Please compare it group by group with the paper.")
NO_STORE = mark("There is no CareHub store in “{folder}”.")
KEYRING_DAMAGED = mark(
    "The store's keyring is damaged. Please put keyring.json from the last backup back into the store's folder."
)

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U to be misread or misheard


class Slot(msgspec.Struct, forbid_unknown_fields=True):
    """One way to the key: `owner` is a user's id, or "recovery"."""

    owner: str
    salt: str
    operations: int
    memory: int
    wrapped: str


class OfficeSlot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The way by the office above (`office`: its site id, `seal_key`: its age key). `wrapped` is the database key under
    a random secret; `sealed` is that secret as an age file that only the office can open (an `OfficeSecret`).

    So the office never learns the database key: what it gives back opens nothing without this keyring. And a renewed
    slot has a new secret: whatever the office once gave back opens nothing any more.
    """

    kind: Literal["office"]
    office: str
    seal_key: str
    sealed: str
    wrapped: str


class OfficeSecret(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the office finds in a slot: the secret (hexadecimal), and which laptop of which site it opens. Both were
    sealed when the store was open, so whoever holds a lost laptop cannot pass it off as the one in use."""

    secret: str
    sign_key: str
    site: str


class Keyring(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """All ways to one store's key."""

    format: int
    store: str
    slots: list[Slot]
    office: OfficeSlot | None = None


def new_keyring(store: str) -> tuple[Keyring, bytes]:
    """An empty keyring and the random key it will hold (32 bytes)."""
    return Keyring(1, store, []), secrets.token_bytes(32)


def _wrapping_key(password: str, slot: Slot) -> bytes:
    if not (_FLOOR <= slot.memory <= _CEILING and 1 <= slot.operations <= 64):
        raise StoreError(KEYRING_DAMAGED)
    salt = base64.b64decode(slot.salt, validate=True)
    return pwhash.argon2id.kdf(32, password.encode(), salt, opslimit=slot.operations, memlimit=slot.memory)


def add_slot(keyring: Keyring, key: bytes, owner: str, password: str) -> None:
    """Wraps `key` for `owner`, replacing the owner's former slot."""
    salt = base64.b64encode(secrets.token_bytes(pwhash.argon2id.SALTBYTES)).decode()
    slot = Slot(owner, salt, OPERATIONS, MEMORY, "")
    box = secret.Aead(_wrapping_key(password, slot))
    slot.wrapped = base64.b64encode(bytes(box.encrypt(key, (keyring.store + owner).encode()))).decode()
    keyring.slots = [s for s in keyring.slots if s.owner != owner] + [slot]


def openings(keyring: Keyring, password: str, *, recovery: bool = False) -> list[tuple[str, bytes]]:
    """(owner, key) for every slot that the password opens: two people may have chosen the same one. All slots of the
    kind are tried at once, whether one has opened or not, so that the time taken tells nothing."""
    if recovery:
        password = normalise_code(password)
    slots = [slot for slot in keyring.slots if (slot.owner == "recovery") == recovery]
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        keys = list(pool.map(partial(_opened, keyring.store, password), slots))
    return [(slot.owner, key) for slot, key in zip(slots, keys, strict=True) if key is not None]


def _opened(store: str, password: str, slot: Slot) -> bytes | None:
    try:
        box = secret.Aead(_wrapping_key(password, slot))
        return box.decrypt(base64.b64decode(slot.wrapped, validate=True), (store + slot.owner).encode())
    except exceptions.CryptoError:
        return None
    except ValueError:
        raise StoreError(KEYRING_DAMAGED) from None


def unwrap(keyring: Keyring, password: str, *, recovery: bool = False, owner: str = "") -> tuple[str, bytes]:
    """The owner whose password this is, and the key; with `owner` only that one counts. Raises `NotAllowed` if no slot
    opens."""
    for found, key in openings(keyring, password, recovery=recovery):
        if owner in ("", found):
            return found, key
    raise NotAllowed(WRONG_CODE if recovery else WRONG_PASSWORD)


def remove_slot(keyring: Keyring, owner: str) -> None:
    """Takes an owner's way to the key away."""
    keyring.slots = [slot for slot in keyring.slots if slot.owner != owner]


def add_office_slot(keyring: Keyring, key: bytes, office: str, seal_key: str, sign_key: str) -> None:
    """Wraps `key` so that the office with that site id and age key can help; `sign_key` is this store's own. A former
    slot is replaced, and with it every answer to a request that was made from it."""
    fresh = secrets.token_bytes(32)
    told = canonical(OfficeSecret(fresh.hex(), sign_key, keyring.store))
    sealed = pyrage.encrypt(told, [pyrage.x25519.Recipient.from_str(seal_key)])
    wrapped = secret.Aead(fresh).encrypt(key, _office_label(keyring))
    keyring.office = OfficeSlot("office", office, seal_key, _base64(sealed), _base64(bytes(wrapped)))


def _office_label(keyring: Keyring) -> bytes:
    return (keyring.store + "office").encode()


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def unseal(sealed: str, seal_identity: str) -> OfficeSecret | None:
    """What an office slot's `sealed` holds, read by the office with its age identity; None where it is sealed for
    another office or was altered."""
    try:
        identity = pyrage.x25519.Identity.from_str(seal_identity)
        found = msgspec.json.decode(
            pyrage.decrypt(base64.b64decode(sealed, validate=True), [identity]), type=OfficeSecret
        )
        return found if len(bytes.fromhex(found.secret)) == 32 else None
    except (pyrage.DecryptError, msgspec.MsgspecError, ValueError):
        return None


def unwrap_by_office(keyring: Keyring, told: bytes) -> bytes | None:
    """The key, by the secret the office gave back; None where it is not this keyring's."""
    if keyring.office is None or len(told) != 32:
        return None
    try:
        return secret.Aead(told).decrypt(
            base64.b64decode(keyring.office.wrapped, validate=True), _office_label(keyring)
        )
    except (exceptions.CryptoError, ValueError):
        return None


def new_recovery_code() -> str:
    """130 random bits and a check character in groups of four that can be read aloud: XXXX-XXXX-…-XXX."""
    characters = "".join(secrets.choice(_ALPHABET) for _ in range(26))
    whole = characters + _check_character(characters)
    return "-".join(whole[i : i + 4] for i in range(0, len(whole), 4))


def letters(typed: str) -> str:
    """What counts of a recovery code: capitals and digits; O, I and L stand for the digits they look like."""
    return "".join(c for c in typed.upper().translate(str.maketrans("OIL", "011")) if c.isalnum())


def normalise_code(typed: str) -> str:
    """A recovery code as typed → its 27 characters. Raises `NotAllowed` when the check character tells of a slip."""
    text = letters(typed)
    if len(text) != 27 or _check_character(text[:-1]) != text[-1]:
        raise NotAllowed(WRONG_CODE)
    return text


def _check_character(characters: str) -> str:
    """Weighted sum over a prime: finds every single wrong character and every swap of neighbours."""
    total = sum(i * _ALPHABET.find(c) for i, c in enumerate(characters, start=1))
    return _ALPHABET[total % 31]


def save(keyring: Keyring, folder: Path) -> None:
    """Writes the keyring beside the old one and swaps them in one step."""
    save_private(folder / FILE, msgspec.json.format(msgspec.json.encode(keyring), indent=1))


def save_private(file: Path, data: bytes) -> None:
    """Writes a file that only its owner may read, beside the old one, and swaps them in one step."""
    temporary = file.with_name(file.name + ".new")
    temporary.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(temporary, flags, 0o600), "wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())
    temporary.replace(file)


def load(folder: Path) -> Keyring:
    """Reads a store's keyring. Raises `StoreError` where there is none or it is damaged."""
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=Keyring)
    except FileNotFoundError:
        raise StoreError(NO_STORE, folder=str(folder)) from None
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise StoreError(KEYRING_DAMAGED) from None
