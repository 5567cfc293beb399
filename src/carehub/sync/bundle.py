"""The sealed bundle: a stored ZIP of exactly `header.json`, `header.sig`, `payload.age`.

Here is its outside: the header and the container, written and verified as streams. What is sealed inside is in
`payload.py`. Nothing is parsed before it is verified, and declared sizes are limits. docs/bundle-format.md describes
the format for other programs.
"""

import hashlib
import io
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, BinaryIO, Literal

import msgspec

from carehub.domain.errors import Refused
from carehub.domain.texts import mark
from carehub.sync.change import canonical
from carehub.sync.keys import Certificate, Keys, Revocation, is_signed_by, sign
from carehub.sync.spool import Spool

FORMAT = 1
SUFFIX = ".carebundle"
MEMBERS = ("header.json", "header.sig", "payload.age")
LIMIT_FILE, LIMIT_PLAIN, LIMIT_OPENING, LIMIT_LINE = 256 << 20, 2 << 30, 16 << 20, 1 << 20
LIMIT_HEADER, LIMIT_WINDOW = 256 << 10, 8 << 20
LIMIT_BLOB, LIMIT_BLOBS, LIMIT_WANTED = 2 << 20, 200 << 20, 5000
"""Bytes of one attachment, of all attachments of a bundle; attachments asked for by one bundle. Whatever does not fit
into one bundle goes along with the next ones."""
LIMIT_AGE_HEADER = 8 << 10
"""An age header has a stanza of about 100 bytes for each recipient; trying one against a key takes milliseconds, so
that thousands of them would keep a computer busy for minutes."""
_FREE, _RATIO = 4 << 20, 200
"""So many plain bytes are believed of any payload, beyond them so many for each sealed one: no honest lines are packed
as tightly as a bomb."""
_BLOCK, _SIGNATURE = 1 << 18, 4 << 10
_LEAST_LINE, _LEAST_ENTRY = 80, 87
"""No change, and no line about an attachment, is written in fewer bytes."""

NOT_A_BUNDLE = mark("This file is not a CareHub bundle, or it was cut off or altered. Nothing was taken in.")
ALTERED = mark("This bundle was altered after it was sealed. Nothing was taken in. Please have it made again.")
NEWER = mark("This bundle was made by a newer CareHub. Please update this program first. Nothing was taken in.")
FOR_ANOTHER = mark("This bundle is sealed for another office and cannot be opened here. Nothing was taken in.")
TOO_LARGE = mark("This bundle is larger than it says or than this program takes. Nothing was taken in.")

Count = Annotated[int, msgspec.Meta(ge=0, lt=1 << 53)]
Hash = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
Name = Annotated[str, msgspec.Meta(pattern=r"\A[0-9A-Za-z_.+-]{1,64}\Z")]


class Recipient(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who can open the payload."""

    key: str
    site: Name


class Payload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the payload must turn out to be. Sizes in bytes: of all attachments (`blob_size`), of all that is unpacked,
    of `payload.age`, whose hash is `sha256`. `blobs` counts attachments, those left for later included."""

    blob_size: Count
    blobs: Count
    changes: Count
    plain_size: Count
    sha256: Hash
    size: Count


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The signed front of a bundle. It names sites and keys, no person.

    `span`: the stretch of the sending replica's log, (position before, last position). `taken`: how far the sender has
    got in the logs of the receiver's replicas, with the SHA-256 of the header of the bundle that brought it there.
    `ended`: replicas of the sender that are gone for good. `previous`: SHA-256 of the header of the bundle before, from
    this replica to this receiver.
    """

    bundle: Name
    ended: list[Name]
    format: int
    kind: Literal["up", "down"]
    made_at: Count
    number: Annotated[int, msgspec.Meta(ge=1, lt=1 << 53)]
    payload: Payload
    previous: Hash | None
    program: Name
    recipients: Annotated[list[Recipient], msgspec.Meta(max_length=8)]
    replica: Name
    schema: Name
    signer: Certificate
    span: tuple[Count, Count]
    taken: dict[Name, tuple[Count, str]]


class Refusal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One change an office did not take over, and why (a message id)."""

    reason: str
    replica: str
    row: str
    seq: int
    table: str


class Counts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What came of one bundle: rows new, rows changed, questions opened, changes not taken over, all its changes. Its
    replica knows it made it; a copy of that replica does not."""

    bundle: str
    changed: Count
    changes: Count
    new: Count
    number: Count
    questions: Count
    refused: Count
    replica: str


class Receipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an office says to a site below, signed with the bundle that carries it: what came of its bundles, what was
    refused, how many of its rows are in question, how many questions were settled; how far the office has got in its
    logs (`taken`, as in the header); and, of replicas that were found to be copied, what the office holds."""

    bundles: list[Counts]
    forks: dict[str, list[tuple[Count, str, str]]]
    made_at: Count
    questions: Count
    refusals: list[Refusal]
    settled: Count
    taken: dict[str, tuple[Count, str]]


class Opening(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first line of a payload. `wanted`: hashes of attachments whose rows the sender has, and not their bytes."""

    bundle: str
    certificates: list[Certificate]
    receipt: Receipt | None
    recipients: list[Recipient]
    revocations: list[Revocation]
    signer: str
    wanted: Annotated[list[Hash], msgspec.Meta(max_length=LIMIT_WANTED)]


@dataclass(frozen=True, slots=True)
class Sealed:
    """A verified but still sealed bundle: signed by the key its certificate names. `payload` is a copy of what was
    verified: whoever could change the stick in between changes nothing."""

    header: Header
    header_sha256: str
    payload: Spool


@dataclass(frozen=True, slots=True)
class Packed:
    """A finished bundle: what stands before the payload, the payload, what stands behind it."""

    front: bytes
    payload: Spool
    back: bytes

    @property
    def size(self) -> int:
        return len(self.front) + self.payload.size + len(self.back)

    def blocks(self) -> Iterator[bytes]:
        """The bytes of the file, a block at a time, as often as wanted."""
        yield self.front
        yield from self.payload.blocks()
        yield self.back


def pack(header: Header, keys: Keys, payload: Spool) -> Packed:
    """The bundle file of a sealed payload, signed."""
    front = canonical(header)
    return Packed(*_around((front, sign(keys, front)), payload))


_FRONT = struct.Struct("<3H4I2H")
_NAMES = tuple(name.encode() for name in MEMBERS)


def _entry(name: bytes, crc: int, size: int) -> bytes:
    """What is said of a member before it and in the directory: fixed times, nothing compressed, so that the container
    is the same for the same members on every machine."""
    return _FRONT.pack(20, 0, 0, 0x210000, crc, size, size, len(name), 0)


def _container(members: Sequence[tuple[int, int]]) -> tuple[list[bytes], bytes]:
    """(what stands before each member, what stands at the end) of a container, for (CRC-32, size) of its members."""
    fronts, index, at = [], b"", 0
    for name, (crc, size) in zip(_NAMES, members, strict=True):
        about = _entry(name, crc, size)
        fronts.append(b"PK\3\4" + about + name)
        index += b"PK\1\2\x14\3" + about + struct.pack("<3H2I", 0, 0, 0, 0x01800000, at) + name
        at += len(fronts[-1]) + size
    return fronts, index + b"PK\5\6" + struct.pack("<4H2IH", 0, 0, len(members), len(members), len(index), at, 0)


def _around(members: tuple[bytes, bytes], payload: Spool) -> tuple[bytes, Spool, bytes]:
    """What stands before a payload, the payload, what stands behind it."""
    described = [(zlib.crc32(data), len(data)) for data in members] + [(payload.crc, payload.size)]
    fronts, back = _container(described)
    return fronts[0] + members[0] + fronts[1] + members[1] + fronts[2], payload, back


def _zip(members: Sequence[bytes]) -> bytes:
    """A container around any three members."""
    front, signature, data = members
    payload = Spool()
    payload.write(data)
    before, _, behind = _around((front, signature), payload)
    return before + data + behind


def verify(source: bytes | BinaryIO) -> Header:
    """Verifies a bundle's form, signature and payload hash, and keeps nothing but its header. See `unpack`."""
    return _verified(source, Spool(keep=False))[0]


def unpack(source: bytes | BinaryIO, folder: Path | None = None) -> Sealed:
    """Verifies a bundle's form, signature and payload hash, and copies its payload, sealed as it is, to a private place
    (in `folder`, if it is large). Raises `Refused` for anything not exactly as written: since the container is
    reproducible, it is built anew and compared, and no flipped byte anywhere passes."""
    payload = Spool(folder)
    header, front = _verified(source, payload)
    return Sealed(header, hashlib.sha256(front).hexdigest(), payload)


def _verified(source: bytes | BinaryIO, payload: Spool) -> tuple[Header, bytes]:
    file = io.BytesIO(source) if isinstance(source, bytes) else source
    length = file.seek(0, io.SEEK_END)
    if length > LIMIT_FILE:
        raise Refused(TOO_LARGE)
    file.seek(0)
    front, signature = _members(file, length, payload)
    header = _header(front)
    if not is_signed_by(header.signer.request.sign_key, front, signature):
        raise Refused(ALTERED)
    if header.payload.size != payload.size or header.payload.sha256 != payload.sha256:
        raise Refused(ALTERED)
    _require_believable(header)
    return header, front


def _members(file: BinaryIO, length: int, payload: Spool) -> tuple[bytes, bytes]:
    """Header and signature, found by the sizes that stand before them; the third member goes into `payload`. No reader
    of ZIPs is let near a foreign file: its directory can name a million members, and whatever is not as `_container`
    has it is refused anyway."""
    heads, small = [], [b"", b""]
    for n, name in enumerate(_NAMES):
        heads.append(head := file.read(30 + len(name)))
        if head[:4] != b"PK\3\4" or head[30:] != name:
            raise Refused(NOT_A_BUNDLE)
        size = int.from_bytes(head[18:22], "little")
        if file.tell() + size > length:
            raise Refused(NOT_A_BUNDLE)
        if n == 2:
            _copy(file, payload, size)
            continue
        if size > (LIMIT_HEADER, _SIGNATURE)[n]:
            raise Refused((TOO_LARGE, NOT_A_BUNDLE)[n])
        small[n] = file.read(size)
    described = [(zlib.crc32(data), len(data)) for data in small] + [(payload.crc, payload.size)]
    fronts, back = _container(described)
    if heads != fronts or file.read(len(back) + 1) != back:
        raise Refused(ALTERED)
    return small[0], small[1]


def _copy(file: BinaryIO, payload: Spool, size: int) -> None:
    while size:
        block = file.read(min(size, _BLOCK))
        if not block:
            raise Refused(NOT_A_BUNDLE)
        payload.write(block)
        size -= len(block)


def _require_believable(header: Header) -> None:
    """Raises `Refused` for sizes, counts and positions that no honest program writes."""
    told = header.payload
    if told.plain_size > min(LIMIT_PLAIN, _FREE + _RATIO * told.size) or told.blob_size > LIMIT_BLOBS:
        raise Refused(TOO_LARGE)
    least = told.changes * _LEAST_LINE + told.blobs * _LEAST_ENTRY + told.blob_size
    if least > told.plain_size or header.span[0] > header.span[1]:
        raise Refused(NOT_A_BUNDLE)


class _Format(msgspec.Struct):
    format: int


def _header(front: bytes) -> Header:
    try:
        if msgspec.json.decode(front, type=_Format).format > FORMAT:
            raise Refused(NEWER)
        header = msgspec.json.decode(front, type=Header)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Refused(NOT_A_BUNDLE) from None
    if canonical(header) != front or header.format != FORMAT:
        raise Refused(NOT_A_BUNDLE)
    return header
