"""What is sealed inside a bundle: age (X25519, several recipients) around zstd around JSON lines and attachments.

First an opening that repeats signer and recipients, then one change a line, then the bytes of the attachments that
these changes name, each behind a line with its hash and size. All of it is written and read as a stream: nothing holds
more than a block, the longest line, or one attachment. Plaintext exists in memory only.
"""

import io
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import IO, Annotated, Protocol, TypeAlias, cast

import msgspec
import pyrage
import zstandard

from carehub.domain.errors import Refused
from carehub.sync import blobs
from carehub.sync.bundle import (
    ALTERED,
    FOR_ANOTHER,
    LIMIT_AGE_HEADER,
    LIMIT_BLOB,
    LIMIT_LINE,
    LIMIT_OPENING,
    LIMIT_WINDOW,
    TOO_LARGE,
    Hash,
    Header,
    Opening,
    Payload,
    Sealed,
)
from carehub.sync.change import Change, canonical, decode_lines
from carehub.sync.keys import Keys
from carehub.sync.spool import IN_MEMORY, Source, Spool, Unsealed

LEVEL = 3
_BLOCK = 500
"""So many lines are compressed, or decoded, at a time."""
_READ = 1 << 17
_LIMIT_ENTRY = 200

Blob: TypeAlias = tuple[str, bytes | None]
"""An attachment's hash with its bytes; without them, it is left for a later bundle."""

_BROKEN = (msgspec.MsgspecError, UnicodeError, RecursionError, zstandard.ZstdError, pyrage.DecryptError)


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The line before an attachment's bytes. `size` is null where they are left for a later bundle."""

    sha256: Hash
    size: Annotated[int, msgspec.Meta(ge=1, le=LIMIT_BLOB)] | None


class _Writing:
    """The plain bytes of a payload while they are handed out, counted."""

    def __init__(self, first: bytes, lines: Iterable[bytes], attachments: Iterable[Blob]) -> None:
        self.changes = self.blobs = self.blob_size = self.plain_size = 0
        self.more = self._counted(first, lines, attachments).__next__

    def _counted(self, *parts: object) -> Iterator[bytes]:
        for block in self._blocks(*parts):  # type: ignore[arg-type]
            self.plain_size += len(block)
            yield block

    def _blocks(self, first: bytes, lines: Iterable[bytes], attachments: Iterable[Blob]) -> Iterator[bytes]:
        yield first
        source = iter(lines)
        while gathered := list(islice(source, _BLOCK)):
            self.changes += len(gathered)
            yield b"".join(gathered)
        for name, data in attachments:
            self.blobs += 1
            self.blob_size += len(data or b"")
            yield canonical(Entry(name, None if data is None else len(data))) + b"\n"
            if data is not None:
                yield data


def seal(
    opening: Opening, lines: Iterable[bytes], attachments: Iterable[Blob] = (), folder: Path | None = None
) -> tuple[Spool, Payload]:
    """Compresses and encrypts a payload for the opening's recipients. `lines` end with a newline each. `attachments`
    are asked for when all lines have been; they come in the order of their hashes, each once. A large payload goes,
    sealed, to a nameless file in `folder`."""
    writing = _Writing(canonical(opening) + b"\n", lines, attachments)
    source, sealed = Source(writing.more), Spool(folder)
    packed = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True).stream_reader(cast(IO[bytes], source))
    try:
        pyrage.encrypt_io(packed, sealed, [pyrage.x25519.Recipient.from_str(r.key) for r in opening.recipients])
    except pyrage.EncryptError:
        if failed := source.error or sealed.error:
            raise failed from None
        raise
    told = Payload(
        blob_size=writing.blob_size, blobs=writing.blobs, changes=writing.changes, plain_size=writing.plain_size,
        sha256=sealed.sha256, size=sealed.size,
    )  # fmt: skip
    return sealed, told


class _Stream(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Content:
    """An opened payload. It is read from the sealed bytes as it is wanted, as often as wanted."""

    opening: Opening
    described: Payload
    packed: Callable[[], _Stream]

    def changes(self, keep: Callable[[str, bytes], object] | None = None) -> Iterator[Change]:
        """The changes in their order; behind the last one, the attachments are read, verified and handed to `keep` as
        (hash, bytes). Raises `Refused` at the first line that is not a change, and at the end if anything else is not
        as the header says or the changes name: whoever uses them must be able to go back."""
        packed = self.packed()
        try:
            plain = _Plain(packed, self.described.plain_size)
            if plain.line(LIMIT_OPENING) != canonical(self.opening):
                raise Refused(ALTERED)
            named: set[str] = set()
            for part in _parts(plain.lines(self.described.changes)):
                changes = decode_lines(part)
                named.update(filter(None, map(blobs.named_by, changes)))
                yield from changes
            for name, data in _attachments(plain, self.described, named):
                if keep:
                    keep(name, data)
            plain.require_end()
        except _BROKEN:
            raise Refused(ALTERED) from None
        finally:
            packed.close()


def open_payload(sealed: Sealed, keys: Keys) -> Content:
    """Decrypts a verified bundle with the office's keys, in memory, and reads its opening. Raises `Refused`."""
    header = sealed.header
    if keys.seal_key not in {r.key for r in header.recipients}:
        raise Refused(FOR_ANOTHER)
    if next(sealed.payload.blocks(), b"").find(b"\n--- ", 0, LIMIT_AGE_HEADER) < 0:
        raise Refused(ALTERED)
    try:
        packed = _packed(sealed.payload, pyrage.x25519.Identity.from_str(keys.seal_identity))
    except pyrage.DecryptError:
        raise Refused(FOR_ANOTHER) from None
    return Content(_opening(header, packed), header.payload, packed)


def _packed(sealed: Spool, identity: pyrage.x25519.Identity) -> Callable[[], _Stream]:
    """Gives the compressed payload, to be read from its beginning each time. A small one is unsealed once."""
    if sealed.size <= IN_MEMORY:
        data = pyrage.decrypt(bytes(sealed), [identity])
        return lambda: io.BytesIO(data)
    first = Unsealed(sealed, identity)
    try:
        first.read(1)
    finally:
        first.close()
    return lambda: Unsealed(sealed, identity)


def _opening(header: Header, packed: Callable[[], _Stream]) -> Opening:
    stream = packed()
    try:
        first = _Plain(stream, header.payload.plain_size).line(LIMIT_OPENING)
        opening = msgspec.json.decode(first, type=Opening)
        exact = canonical(opening) == first
    except _BROKEN:
        raise Refused(ALTERED) from None
    finally:
        stream.close()
    repeated = (header.bundle, header.signer.site, header.recipients)
    if not exact or (opening.bundle, opening.signer, opening.recipients) != repeated:
        raise Refused(ALTERED)
    return opening


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


def _attachments(plain: "_Plain", told: Payload, named: set[str]) -> Iterator[tuple[str, bytes]]:
    """The attachments that are there. They stand in the order of their hashes, and are exactly those that the changes
    name: none is missing, none comes twice, none that nobody asked for."""
    last, size, waiting = "", 0, set(named)
    for _ in range(told.blobs):
        line = plain.line(_LIMIT_ENTRY)
        entry = msgspec.json.decode(line, type=Entry)
        if canonical(entry) != line or entry.sha256 <= last or entry.sha256 not in waiting:
            raise Refused(ALTERED)
        last = entry.sha256
        waiting.discard(last)
        if entry.size is None:
            continue
        size += entry.size
        if size > told.blob_size:
            raise Refused(TOO_LARGE)
        data = plain.exactly(entry.size)
        if sha256(data).hexdigest() != last:
            raise Refused(ALTERED)
        yield last, data
    if waiting or size != told.blob_size:
        raise Refused(ALTERED)


class _Plain:
    """The plain bytes of a payload: lines, and stretches of a given length. Never reads beyond `size` bytes, never
    holds more than a block and the longest line or stretch. Whatever follows the first frame must be a frame as well:
    nothing is left unread."""

    def __init__(self, packed: _Stream, size: int) -> None:
        decompressor = zstandard.ZstdDecompressor(max_window_size=LIMIT_WINDOW)
        self._reader = decompressor.stream_reader(cast(IO[bytes], packed), read_across_frames=True)
        self._size, self._read = size, 0
        self._whole: deque[bytes] = deque()
        self._rest = b""

    def _block(self) -> bytes:
        block: bytes = self._reader.read(_READ)
        self._read += len(block)
        if self._read > self._size:
            raise Refused(TOO_LARGE)
        return block

    def line(self, limit: int) -> bytes:
        """The next line, of at most `limit` bytes without its end."""
        while not self._whole:
            *whole, rest = self._rest.split(b"\n")
            if whole:
                self._whole, self._rest = deque(whole), rest
                break
            if len(rest) > limit:
                raise Refused(TOO_LARGE)
            block = self._block()
            if not block:
                raise Refused(ALTERED)
            self._rest = rest + block
        line = self._whole.popleft()
        if len(line) > limit:
            raise Refused(TOO_LARGE)
        return line

    def lines(self, count: int) -> Iterator[bytes]:
        """The next `count` lines."""
        for _ in range(count):
            yield self.line(LIMIT_LINE)

    def exactly(self, size: int) -> bytes:
        """The next `size` bytes, whatever they are."""
        if self._whole:
            self._rest = b"\n".join((*self._whole, self._rest))
            self._whole.clear()
        pieces, held = [self._rest], len(self._rest)
        while held < size:
            block = self._block()
            if not block:
                raise Refused(ALTERED)
            pieces.append(block)
            held += len(block)
        data = b"".join(pieces)
        self._rest = data[size:]
        return data[:size]

    def require_end(self) -> None:
        """Raises `Refused` unless everything was read, and was as long as it was said to be."""
        if self._whole or self._rest or self._block() or self._read != self._size:
            raise Refused(ALTERED)
