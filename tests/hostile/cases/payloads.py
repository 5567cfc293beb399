"""What is sealed inside: recipients, encryption, compression, and the opening that must repeat the header."""

import base64
import os
from collections.abc import Callable
from typing import Any

import msgspec
import pyrage
import zstandard

from carehub.domain.ids import new_id
from carehub.sync import bundle, keys
from carehub.sync.bundle import Receipt, Recipient
from carehub.sync.change import canonical

from ..craft import Forgery, line
from ..stage import Stage
from ..trial import Expect, case, merged, refused

ALTERED, FOREIGN, LARGE = refused(bundle.ALTERED), refused(bundle.FOR_ANOTHER), refused(bundle.TOO_LARGE)


def room(stage: Stage) -> Forgery:
    return Forgery(stage, "room", "township")


def _recipients(name: str, expect: Expect, choose: Callable[[Stage, list[Recipient]], list[Recipient]]) -> None:
    def build(stage: Stage) -> bytes:
        forged = room(stage)
        return forged.with_header(recipients=choose(stage, list(forged.letter.header.recipients))).bytes()

    case(f"recipients: {name}", expect)(build)


HONEST = merged("child", "change")
_recipients("the office alone", HONEST, lambda s, r: r[:1])
_recipients("without the office", FOREIGN, lambda s, r: r[1:])
_recipients("in another order", HONEST, lambda s, r: r[::-1])
_recipients("one of its own added", HONEST, lambda s, r: [*r, Recipient(keys.new_keys().seal_key, "friend")])
_recipients("the office under another name", HONEST, lambda s, r: [Recipient(r[0].key, "nobody"), *r[1:]])
_recipients("the office three times", HONEST, lambda s, r: [r[0]] * 3)


@case("recipients: header and payload do not agree", ALTERED)
def _disagree(stage: Stage) -> bytes:
    forged = room(stage)
    return forged.with_opening(recipients=list(forged.letter.header.recipients)[:1]).bytes()


@case("recipients: named, but not sealed for", FOREIGN)
def _not_sealed_for(stage: Stage) -> bytes:
    forged = room(stage)
    forged.sealed_for = [stage.victim.keys.seal_key]
    return forged.bytes()


@case("recipients: sealed for another office", FOREIGN)
def _other_office(stage: Stage) -> bytes:
    return room(stage).with_header(recipients=[Recipient(stage.district.keys.seal_key, stage.district.site)]).bytes()


@case("recipients: another room's payload under an own header", ALTERED)
def _stolen(stage: Stage) -> bytes:
    """Whoever finds the victim's stick can wrap its sealed payload anew, but not open it."""
    _, _, payload = Forgery(stage, "victim", "township").parts()
    forged = room(stage).with_header(recipients=list(stage.victim.letters["township"].header.recipients))
    forged.payload = lambda _: payload
    found = stage.victim.letters["township"].header.payload
    return forged.describing(changes=found.changes, plain_size=found.plain_size).bytes()


# age


def _age(name: str, spoil: Callable[[bytes], bytes], expect: Expect = FOREIGN) -> None:
    def build(stage: Stage) -> bytes:
        forged = room(stage)
        forged.payload = spoil
        return forged.bytes()

    case(f"age: {name}", expect)(build)


def _stanzas(data: bytes, count: int) -> bytes:
    """An age header with many stanzas, each of which costs its reader a trial."""
    first, rest = data.split(b"\n", 1)
    _, mac = rest.split(b"\n---", 1)
    one = b"-> X25519 %b\n%b\n"
    made = [one % tuple(base64.b64encode(os.urandom(32)).rstrip(b"=") for _ in range(2)) for _ in range(count)]
    return first + b"\n" + b"".join(made) + b"---" + mac


_age("not age at all", lambda d: os.urandom(500), ALTERED)
_age("another version", lambda d: d.replace(b"/v1", b"/v9", 1))
_age("no stanza", lambda d: d.split(b"\n")[0] + b"\n---" + d.split(b"\n---", 1)[1])
_age("thirty stanzas, none of them right", lambda d: _stanzas(d, 30))
_age("five thousand stanzas", lambda d: _stanzas(d, 5000), ALTERED)
_age(
    "a header of a megabyte",
    lambda d: d.replace(b"\n---", b"\n-> x-grease\n" + b"A" * 64 + b"\n" * 1_000_000, 1),
    ALTERED,
)
_age("cut off", lambda d: d[:-1])
_age("cut at the header", lambda d: d[: d.index(b"\n---") + 40])
_age("longer than sealed", lambda d: d + b"\0")
_age("one bit of the content", lambda d: d[:-20] + bytes([d[-20] ^ 1]) + d[-19:])
_age("one bit of the header", lambda d: d[:40] + bytes([d[40] ^ 1]) + d[41:])
_age("sealed with a password", lambda d: pyrage.passphrase.encrypt(d, "geheim"))
_age("sealed twice", lambda d: d.split(b"\n---")[0] + b"\n---" + d)


# zstd


def _zstd(name: str, expect: Expect, make: Callable[[bytes], bytes], **told: Any) -> None:
    def build(stage: Stage) -> bytes:
        forged = room(stage)
        forged.compress = make
        return forged.describing(**told).bytes()

    case(f"zstd: {name}", expect)(build)


def _window(log: int) -> Callable[[bytes], bytes]:
    def make(plain: bytes) -> bytes:
        told = zstandard.ZstdCompressionParameters.from_level(3, window_log=log)
        writer = zstandard.ZstdCompressor(compression_params=told).compressobj()
        return writer.compress(plain) + writer.flush()

    return make


def _packed(data: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=3, write_checksum=True).compress(data)


def _skippable(data: bytes) -> bytes:
    return b"\x50\x2a\x4d\x18" + len(data).to_bytes(4, "little") + data


_zstd("not compressed", ALTERED, lambda p: p)
_zstd("cut off", ALTERED, lambda p: _packed(p)[:-10])
_zstd("a wrong checksum", ALTERED, lambda p: _packed(p)[:-1] + bytes([_packed(p)[-1] ^ 1]))
_zstd("a window of 128 MiB", ALTERED, _window(27))
_zstd("a window of 2 GiB", ALTERED, _window(31))
_zstd("something after the frame", ALTERED, lambda p: _packed(p) + b"hidden")
_zstd("a second frame that nobody declared", LARGE, lambda p: _packed(p) + _packed(b"x" * 1000))
_zstd("packed twice", ALTERED, lambda p: _packed(_packed(p)))
_zstd("an empty frame", ALTERED, lambda p: _packed(b""))
_zstd("nothing", ALTERED, lambda p: b"")
_zstd("in two frames", HONEST, lambda p: _packed(p[:300]) + _packed(p[300:]))
_zstd("a frame to be skipped before it", HONEST, lambda p: _skippable(b"hidden") + _packed(p))
_zstd("a bomb of 1 GiB, declared honestly", LARGE, lambda p: _packed(p + bytes(1 << 26)), plain_size=1 << 30)
_zstd("a bomb of 64 MiB that says it is small", LARGE, lambda p: _packed(p + bytes(1 << 26)))


@case("zstd: a bomb within what is believed", LARGE)
def _honest_bomb(stage: Stage) -> bytes:
    """4 MiB of one line are packed into a few hundred bytes: no line is that long."""
    forged = room(stage)
    forged.lines = [b" " * (4 << 20)]
    return forged.describing(changes=1, plain_size=4 << 20).bytes()


@case("zstd: twenty thousand times the same change", HONEST)
def _repeated(stage: Stage) -> bytes:
    """What is packed best of all: lines that say the same. It is taken once, and it takes no time."""
    forged = room(stage)
    one = line(forged.letter.changes[0])
    count = (4 << 20) // len(one) - 10
    return forged.says(*[one] * count).bytes()


# The opening


def _opening(name: str, expect: Expect, **told: Any) -> None:
    case(f"opening: {name}", expect)(lambda stage: room(stage).with_opening(**told).bytes())


_opening("another bundle's id", ALTERED, bundle="other")
_opening("another signer", ALTERED, signer="other")
_opening("no recipients", ALTERED, recipients=[])
_opening(
    "a receipt from below",
    HONEST,
    receipt=Receipt([], {}, 1, 0, [], 0, {}),
)


def _first(name: str, change_first: Callable[[bytes], bytes], expect: Expect = ALTERED) -> None:
    def build(stage: Stage) -> bytes:
        forged = room(stage)
        forged.header["bundle"] = new_id()
        told = msgspec.structs.replace(forged.letter.opening, bundle=forged.header["bundle"])
        forged.first = change_first(canonical(told) + b"\n")
        return forged.bytes()

    case(f"opening: {name}", expect)(build)


_first("no opening", lambda f: b"")
_first("white space", lambda f: f.replace(b'"receipt":', b'"receipt": '))
_first("a member nobody knows", lambda f: b'{"a":1,' + f[1:])
_first("the same member twice", lambda f: f.replace(b'"receipt":null', b'"receipt":null,"receipt":null'))
_first("a byte order mark", lambda f: b"\xef\xbb\xbf" + f)
_first("an empty line before it", lambda f: b"\n" + f)
_first("a Windows line end", lambda f: f[:-1] + b"\r\n")
_first("twice", lambda f: f + f)
_first("nested deep", lambda f: b'{"receipt":' + b"[" * 50_000 + b"\n")
_first("17 MiB long", lambda f: b" " * (17 << 20) + f, LARGE)
_first(
    "a signature of a megabyte",
    lambda f: f.replace(b'"certificates":[]', b'"certificates":["' + b"x" * (1 << 20) + b'"]'),
)
