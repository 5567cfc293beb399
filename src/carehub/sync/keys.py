"""Who a site is: its signing and sealing keys, its certificate, and the five words people compare.

Ed25519 signatures and Argon2id come from libsodium (PyNaCl), X25519 sealing from age (pyrage).
"""

from collections.abc import Sequence
from typing import Annotated

import msgspec
import pyrage
from nacl import encoding, exceptions, pwhash, signing

from carehub.domain.errors import Refused
from carehub.domain.texts import mark
from carehub.sync.change import canonical

FORGED = mark("The certificate of a site is not genuine. Nothing was taken in.")
_WORD_SALT = b"carehub.words.v1"


_Id = Annotated[str, msgspec.Meta(pattern=r"\A[0-9A-Za-z_.-]{1,64}\Z")]
_UNSEEN = r"\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"


class Request(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a site says of itself; the five words stand for exactly this. A person reads the name beside the words, so
    nothing in it may hide or turn the text around; each key has one spelling, so that a revoked one is recognised."""

    area: Annotated[str, msgspec.Meta(pattern=r"\A[0-9]{6,12}\Z")]
    level: Annotated[str, msgspec.Meta(pattern=r"\A[a-z]{1,16}\Z")]
    name: Annotated[str, msgspec.Meta(pattern=rf"\A[^{_UNSEEN}]{{1,200}}\Z")]
    parent: _Id | None
    seal_key: Annotated[str, msgspec.Meta(pattern=r"\Aage1[0-9a-z]{58}\Z")]
    sign_key: Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
    site: _Id


class Certificate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A request vouched for by `issuer` (a site id) with an Ed25519 signature in hexadecimal. A site that nobody
    vouches for yet, and the topmost office, vouch for themselves."""

    issued_at: int
    issuer: str
    request: Request
    signature: str

    @property
    def site(self) -> str:
        return self.request.site


class Revocation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An issuer's word that a signing key it once certified is no longer that site's: stolen, lost or replaced."""

    at: int
    issuer: str
    sign_key: str
    signature: str
    site: str


class Keys(msgspec.Struct, frozen=True):
    """A site's secrets: the Ed25519 seed in hexadecimal and the age identity (AGE-SECRET-KEY-1…)."""

    sign_seed: str
    seal_identity: str

    @property
    def sign_key(self) -> str:
        return signing.SigningKey(bytes.fromhex(self.sign_seed)).verify_key.encode(encoding.HexEncoder).decode()

    @property
    def seal_key(self) -> str:
        return str(pyrage.x25519.Identity.from_str(self.seal_identity).to_public())


def new_keys() -> Keys:
    """Fresh keys for a new site."""
    seed = signing.SigningKey.generate().encode(encoding.HexEncoder).decode()
    return Keys(seed, str(pyrage.x25519.Identity.generate()))


def sign(keys: Keys, message: bytes) -> bytes:
    """The 64-byte Ed25519 signature of a message."""
    return signing.SigningKey(bytes.fromhex(keys.sign_seed)).sign(message).signature


def is_signed_by(sign_key: str, message: bytes, signature: bytes) -> bool:
    """Whether the signature is that key's. A key or signature of the wrong form is simply not."""
    try:
        signing.VerifyKey(bytes.fromhex(sign_key)).verify(message, signature)
    except (exceptions.BadSignatureError, ValueError, TypeError):
        return False
    return True


def certify(request: Request, issuer: str, keys: Keys, at: int) -> Certificate:
    """A certificate for `request`, signed with the issuer's keys."""
    body = _body(at, issuer, request)
    return Certificate(at, issuer, request, sign(keys, body).hex())


def _body(at: int, issuer: str, request: Request) -> bytes:
    return b"carehub certificate v1\n" + canonical({"issued_at": at, "issuer": issuer, "request": request})


def verify(certificate: Certificate, issuer_key: str) -> None:
    """Raises `Refused` unless the certificate is signed with `issuer_key`."""
    body = _body(certificate.issued_at, certificate.issuer, certificate.request)
    try:
        signature = bytes.fromhex(certificate.signature)
    except ValueError:
        raise Refused(FORGED) from None
    if not is_signed_by(issuer_key, body, signature):
        raise Refused(FORGED)


def revoke(site: str, sign_key: str, issuer: str, keys: Keys, at: int) -> Revocation:
    """A revocation signed with the issuer's keys."""
    return Revocation(at, issuer, sign_key, sign(keys, _revoked_body(at, issuer, sign_key, site)).hex(), site)


def _revoked_body(at: int, issuer: str, sign_key: str, site: str) -> bytes:
    told = {"at": at, "issuer": issuer, "sign_key": sign_key, "site": site}
    return b"carehub revocation v1\n" + canonical(told)


def is_genuine(revocation: Revocation, issuer_key: str) -> bool:
    """Whether a revocation is signed with `issuer_key`."""
    body = _revoked_body(revocation.at, revocation.issuer, revocation.sign_key, revocation.site)
    try:
        return is_signed_by(issuer_key, body, bytes.fromhex(revocation.signature))
    except ValueError:
        return False


def words_of(request: msgspec.Struct, word_list: Sequence[str]) -> list[str]:
    """Five words for what a site asks: to be approved, or to be helped. 40 bits behind Argon2id (64 MiB, 3 passes):
    trying enough keys to meet the same words takes thousands of years of computing, while people compare five words."""
    digest = pwhash.argon2id.kdf(16, canonical(request), _WORD_SALT, opslimit=3, memlimit=64 * 1024 * 1024)
    return [word_list[byte] for byte in digest[:5]]
