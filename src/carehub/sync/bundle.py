"""The sealed bundle: a stored ZIP of exactly `header.json`, `header.sig`, `payload.age`.

The payload is age (X25519, several recipients) around zstd around JSON lines: first an opening that repeats signer
and recipients, then one change a line. Nothing is parsed before it is verified, declared sizes are limits, and
plaintext exists in memory only. docs/bundle-format.md describes the format for other programs.
"""

import hashlib
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Annotated, Literal

import msgspec
import pyrage
import zstandard

from carehub.domain.errors import Refused
from carehub.domain.texts import mark
from carehub.sync.change import Change, canonical, decode_lines
from carehub.sync.keys import Certificate, Keys, Revocation, is_signed_by, sign

FORMAT = 1
SUFFIX = ".carebundle"
MEMBERS = ("header.json", "header.sig", "payload.age")
LIMIT_FILE, LIMIT_PLAIN, LIMIT_OPENING, LIMIT_LINE = 256 << 20, 2 << 30, 16 << 20, 1 << 20
LIMIT_HEADER, LIMIT_WINDOW = 256 << 10, 8 << 20
LIMIT_AGE_HEADER = 8 << 10
"""An age header has a stanza of about 100 bytes for each recipient; trying one against a key takes milliseconds, so
that thousands of them would keep a computer busy for minutes."""
_FREE, _RATIO = 4 << 20, 200
"""So many plain bytes are believed of any payload, beyond them so many for each sealed one: no honest lines are packed
as tightly as a bomb."""
_LEAST_LINE = 80
"""No change is written in fewer bytes."""
LEVEL = 3
_BLOCK = 500
"""So many lines are compressed, or decoded, at a time."""

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
    """What the payload must turn out to be. Sizes in bytes; `sha256` is of `payload.age`."""

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
    """The first line of a payload."""

    bundle: str
    certificates: list[Certificate]
    receipt: Receipt | None
    recipients: list[Recipient]
    revocations: list[Revocation]
    signer: str


@dataclass(frozen=True, slots=True)
class Sealed:
    """A verified but still sealed bundle: signed by the key its certificate names."""

    header: Header
    header_sha256: str
    payload: bytes


def seal(opening: Opening, lines: Iterable[bytes]) -> tuple[bytes, Payload]:
    """Compresses and encrypts a payload for the opening's recipients. `lines` end with a newline each."""
    packed, first = io.BytesIO(), canonical(opening) + b"\n"
    compressor = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True)
    count, size, source = 0, len(first), iter(lines)
    with compressor.stream_writer(packed, closefd=False) as writer:
        writer.write(first)
        while gathered := list(islice(source, _BLOCK)):
            block = b"".join(gathered)
            count += len(gathered)
            size += len(block)
            writer.write(block)
    packed.seek(0)
    sealed = io.BytesIO()
    keys = [pyrage.x25519.Recipient.from_str(r.key) for r in opening.recipients]
    pyrage.encrypt_io(packed, sealed, keys)
    data = sealed.getvalue()
    return data, Payload(count, size, hashlib.sha256(data).hexdigest(), len(data))


def pack(header: Header, keys: Keys, payload: bytes) -> bytes:
    """The bytes of the bundle file."""
    front = canonical(header)
    return _zip((front, sign(keys, front), payload))


def _zip(members: Sequence[bytes]) -> bytes:
    """A ZIP that is the same for the same members on every machine: fixed times, nothing compressed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in zip(MEMBERS, members, strict=True):
            info = zipfile.ZipInfo(name)
            info.create_system = 3
            archive.writestr(info, data)
    return out.getvalue()


def unpack(data: bytes) -> Sealed:
    """Verifies a bundle's form, signature and payload hash. Raises `Refused` for anything not exactly as written:
    since the container is reproducible, it is rebuilt and compared, and no flipped byte anywhere passes."""
    if len(data) > LIMIT_FILE:
        raise Refused(TOO_LARGE)
    front, signature, payload = _members(data)
    header = _header(front)
    if not is_signed_by(header.signer.request.sign_key, front, signature):
        raise Refused(ALTERED)
    if header.payload.size != len(payload) or header.payload.sha256 != hashlib.sha256(payload).hexdigest():
        raise Refused(ALTERED)
    _require_believable(header)
    return Sealed(header, hashlib.sha256(front).hexdigest(), payload)


def _members(data: bytes) -> tuple[bytes, bytes, bytes]:
    """The three members, found by the sizes that stand before them. No reader of ZIPs is let near a foreign file: its
    directory can name a million members, and whatever is not as `_zip` writes it is refused anyway."""
    found, at = [], 0
    for name in MEMBERS:
        size, start = int.from_bytes(data[at + 18 : at + 22], "little"), at + 30 + len(name)
        if data[at : at + 4] != b"PK\3\4" or data[at + 30 : start] != name.encode() or start + size > len(data):
            raise Refused(NOT_A_BUNDLE)
        if name == MEMBERS[0] and size > LIMIT_HEADER:
            raise Refused(TOO_LARGE)
        at = start + size
        found.append(data[start:at])
    front, signature, payload = found
    if _zip((front, signature, payload)) != data:
        raise Refused(ALTERED)
    return front, signature, payload


def _require_believable(header: Header) -> None:
    """Raises `Refused` for sizes, counts and positions that no honest program writes."""
    told = header.payload
    if told.plain_size > min(LIMIT_PLAIN, _FREE + _RATIO * told.size):
        raise Refused(TOO_LARGE)
    if told.changes * _LEAST_LINE > told.plain_size or header.span[0] > header.span[1]:
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


@dataclass(frozen=True, slots=True)
class Content:
    """An opened payload. Its changes are read from the compressed bytes as they are wanted, as often as wanted."""

    opening: Opening
    described: Payload
    packed: bytes

    def changes(self) -> Iterator[Change]:
        """The changes in their order. Raises `Refused` at the first line that is not one, and at the end if they are
        not as many as the header says: whoever uses them must be able to go back."""
        lines = _lines(self.packed, self.described.plain_size)
        try:
            next(lines, b"")
            count = 0
            for part in _parts(lines):
                count += len(part)
                yield from decode_lines(part)
        except (msgspec.MsgspecError, UnicodeError, RecursionError, zstandard.ZstdError):
            raise Refused(ALTERED) from None
        if count != self.described.changes:
            raise Refused(ALTERED)


def open_payload(sealed: Sealed, keys: Keys) -> Content:
    """Decrypts a verified bundle with the office's keys, in memory, and reads its opening. Raises `Refused`."""
    header = sealed.header
    if keys.seal_key not in {r.key for r in header.recipients}:
        raise Refused(FOR_ANOTHER)
    if sealed.payload.find(b"\n--- ", 0, LIMIT_AGE_HEADER) < 0:
        raise Refused(ALTERED)
    try:
        packed = pyrage.decrypt(sealed.payload, [pyrage.x25519.Identity.from_str(keys.seal_identity)])
    except pyrage.DecryptError:
        raise Refused(FOR_ANOTHER) from None
    try:
        first = next(_lines(packed, header.payload.plain_size), b"")
        opening = msgspec.json.decode(first, type=Opening)
        exact = canonical(opening) == first
    except (msgspec.MsgspecError, UnicodeError, RecursionError, zstandard.ZstdError):
        raise Refused(ALTERED) from None
    repeated = (header.bundle, header.signer.site, header.recipients)
    if not exact or (opening.bundle, opening.signer, opening.recipients) != repeated:
        raise Refused(ALTERED)
    return Content(opening, header.payload, packed)


def _parts(lines: Iterator[bytes]) -> Iterator[list[bytes]]:
    """Lines in parts of at most `_BLOCK`, and of little more than a megabyte: long ones are not held by the hundred."""
    part: list[bytes] = []
    held = 0
    for line in lines:
        part.append(line)
        held += len(line)
        if len(part) == _BLOCK or held > LIMIT_LINE:
            yield part
            part, held = [], 0
    if part:
        yield part


def _lines(packed: bytes, size: int) -> Iterator[bytes]:
    """The lines of a compressed payload; never reads beyond `size` bytes of plaintext, never holds more than a block
    and the longest line. Whatever follows the first frame must be a frame as well: nothing is left unread."""
    decompressor = zstandard.ZstdDecompressor(max_window_size=LIMIT_WINDOW)
    reader = decompressor.stream_reader(packed, read_across_frames=True)
    read, rest, limit = 0, b"", LIMIT_OPENING  # a receipt of many refusals or of a copied disk is long
    while block := reader.read(1 << 17):
        read += len(block)
        if read > size:
            raise Refused(TOO_LARGE)
        *whole, rest = (rest + block).split(b"\n")
        for line in whole:
            if len(line) > limit:
                raise Refused(TOO_LARGE)
            limit = LIMIT_LINE
            yield line
        if len(rest) > limit:
            raise Refused(TOO_LARGE)
    if rest or read != size:
        raise Refused(ALTERED)
