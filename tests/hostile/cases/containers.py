"""Tricks with the container: what a ZIP may hold, a bundle must not."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from carehub.services import files
from carehub.sync import bundle

from ..craft import Forgery, container, zip_of
from ..stage import Stage
from ..trial import Expect, case, refused

NAMES = bundle.MEMBERS
Parts = tuple[bytes, bytes, bytes]


def honest(stage: Stage) -> bytes:
    return Forgery(stage, "room", "township").bytes()


def parts(stage: Stage) -> Parts:
    return Forgery(stage, "room", "township").parts()


def _plain(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    return info


def _rezipped(name: str, make: Callable[[Parts], bytes], message: str = bundle.NOT_A_BUNDLE) -> None:
    case(f"zip: {name}", refused(message))(lambda stage: make(parts(stage)))


def _named(*names: str) -> Callable[[Parts], bytes]:
    return lambda p: zip_of([(_plain(name), data) for name, data in zip(names, (*p, b"x", b"x"), strict=False)])


def _changed(name: str, change: Callable[[zipfile.ZipInfo], None], at: int = 2, message: str = bundle.ALTERED) -> None:
    def make(p: Parts) -> bytes:
        infos = [_plain(n) for n in NAMES]
        change(infos[at])
        return zip_of(list(zip(infos, p, strict=True)))

    _rezipped(name, make, message)


for title, names in {
    "a path upwards": (NAMES[0], NAMES[1], "../payload.age"),
    "an absolute path": (NAMES[0], NAMES[1], "/etc/payload.age"),
    "a backslash": (NAMES[0], NAMES[1], "..\\payload.age"),
    "a drive letter": (NAMES[0], NAMES[1], "C:payload.age"),
    "a name in capitals": (NAMES[0], NAMES[1], "PAYLOAD.AGE"),
    "a member too few": NAMES[:2],
    "only a header": NAMES[:1],
    "members in another order": (NAMES[1], NAMES[0], NAMES[2]),
    "the payload in place of the header": (NAMES[2], NAMES[1], NAMES[0]),
}.items():
    _rezipped(title, _named(*names))
_rezipped("a member too many", _named(*NAMES, "readme.txt"), bundle.ALTERED)
_rezipped("a directory besides", _named(*NAMES, "more/"), bundle.ALTERED)


def _deflated(info: zipfile.ZipInfo) -> None:
    info.compress_type = zipfile.ZIP_DEFLATED


def _as_symlink(info: zipfile.ZipInfo) -> None:
    info.external_attr = 0o120777 << 16


def _dated(info: zipfile.ZipInfo) -> None:
    info.date_time = (2026, 3, 1, 12, 0, 0)


def _made_by_windows(info: zipfile.ZipInfo) -> None:
    info.create_system = 0


def _with_comment(info: zipfile.ZipInfo) -> None:
    info.comment = b"<script>"


def _with_extra(info: zipfile.ZipInfo) -> None:
    info.extra = struct.pack("<HH4s", 0xCAFE, 4, b"evil")


_changed("a symbolic link", _as_symlink)
_changed("another date", _dated)
_changed("made on another system", _made_by_windows)
_changed("a member's comment", _with_comment)
_changed("an extra field", _with_extra)
_changed("an extra field on the header", _with_extra, at=0, message=bundle.NOT_A_BUNDLE)


@case("zip: a compressed payload", refused(bundle.ALTERED))
def _compressed(stage: Stage) -> bytes:
    infos = [_plain(n) for n in NAMES]
    _deflated(infos[2])
    return zip_of(list(zip(infos, parts(stage), strict=True)))


@case("zip: a deflate bomb for a header", refused(bundle.ALTERED))
def _deflate_bomb(stage: Stage) -> bytes:
    infos = [_plain(n) for n in NAMES]
    _deflated(infos[0])
    return zip_of(list(zip(infos, (bytes(64 << 20), *parts(stage)[1:]), strict=True)))


@case("zip: the same member twice", refused(bundle.ALTERED))
def _twice(stage: Stage) -> bytes:
    out, (front, signature, payload) = io.BytesIO(), parts(stage)
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in ((NAMES[0], front), (NAMES[1], signature), (NAMES[2], payload)):
            archive.writestr(_plain(name), data)
        archive.filelist.append(archive.filelist[0])
    return out.getvalue()


_rezipped("a comment at the end", lambda p: zip_of(zip(map(_plain, NAMES), p, strict=True), b"hello"), bundle.ALTERED)


def _spoilt(name: str, spoil: Callable[[bytes], bytes], message: str = bundle.ALTERED) -> None:
    case(f"zip: {name}", refused(message))(lambda stage: spoil(honest(stage)))


def _at(data: bytes, at: int, new: bytes) -> bytes:
    return data[:at] + new + data[at + len(new) :]


def _end(data: bytes) -> int:
    return data.rindex(b"PK\5\6")


def _directory(data: bytes) -> int:
    return struct.unpack("<L", data[_end(data) + 16 : _end(data) + 20])[0]  # type: ignore[no-any-return]


def _with_zip64(data: bytes) -> bytes:
    at, directory = _end(data), _directory(data)
    record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 3, 3, at - directory, directory)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, at, 1)
    return data[:at] + record + locator + data[at:]


def _crowded(data: bytes) -> bytes:
    """A central directory of two hundred thousand members that do not exist."""
    directory = _directory(data)
    many = data[directory : directory + 46 + len(NAMES[0])] * 200_000
    told = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 3, 3, len(many), directory, 0)
    return data[:directory] + many + told


def _overlapping(data: bytes) -> bytes:
    """The last member's entry points to the header's bytes."""
    last = data.rindex(b"PK\1\2")
    return _at(data, last + 42, struct.pack("<L", 0))


_spoilt("data before it", lambda d: b"MZ\x90\0" + d, bundle.NOT_A_BUNDLE)
_spoilt("a null in a name", lambda d: d.replace(b"payload.age", b"payload\0age"), bundle.NOT_A_BUNDLE)
_spoilt("data after it", lambda d: d + b"\0")
_spoilt("a second bundle after it", lambda d: d + d)
_spoilt("zip64 records", _with_zip64)
_spoilt("a directory of 200,000 members", _crowded)
_spoilt("overlapping members", _overlapping)
_spoilt("the flag for encryption", lambda d: _at(_at(d, 6, b"\1"), _directory(d) + 8, b"\1"))
_spoilt("a wrong CRC in both places", lambda d: _at(_at(d, 14, b"\0\0\0\0"), _directory(d) + 16, b"\0\0\0\0"))
_spoilt("a member said to be 4 GiB", lambda d: _at(d, 18, b"\xff\xff\xff\xff"), bundle.NOT_A_BUNDLE)
_spoilt("a data descriptor", lambda d: _at(d, 6, b"\x08"))
_spoilt("more than one disk", lambda d: _at(d, _end(d) + 4, b"\1"))
_spoilt("text flag on names", lambda d: _at(d, 7, b"\x08"))
_spoilt("nothing", lambda d: b"", bundle.NOT_A_BUNDLE)
_spoilt("an empty ZIP", lambda d: zip_of([]), bundle.NOT_A_BUNDLE)
_spoilt("only its front half", lambda d: d[: len(d) // 2], bundle.NOT_A_BUNDLE)
_spoilt("no end record", lambda d: d[:-22])
_spoilt("a workbook in its place", lambda d: zip_of([("xl/workbook.xml", b"<x/>")]), bundle.NOT_A_BUNDLE)
_spoilt("random bytes", lambda d: zlib.compress(d) * 50, bundle.NOT_A_BUNDLE)


@case("zip: an empty header", refused(bundle.NOT_A_BUNDLE))
def _no_header(stage: Stage) -> bytes:
    return container(b"", *parts(stage)[1:])


@case("zip: an empty signature", refused(bundle.ALTERED))
def _no_signature(stage: Stage) -> bytes:
    front, _, payload = parts(stage)
    return container(front, b"", payload)


@case("zip: a longer signature", refused(bundle.ALTERED))
def _long_signature(stage: Stage) -> bytes:
    front, signature, payload = parts(stage)
    return container(front, signature + b"\0", payload)


@case("zip: an empty payload", refused(bundle.ALTERED))
def _no_payload(stage: Stage) -> bytes:
    front, signature, _ = parts(stage)
    return container(front, signature, b"")


@case("zip: a header of 8 MiB", refused(bundle.TOO_LARGE))
def _long_header(stage: Stage) -> bytes:
    return container(b"[" * (8 << 20), *parts(stage)[1:])


@case("file: larger than any bundle", Expect("refused", files.FILE_TOO_LARGE))
def _huge(stage: Stage) -> Path:
    file = stage.at / "huge.carebundle"
    with file.open("wb") as handle:
        handle.truncate(bundle.LIMIT_FILE + 1)
    return file


@case("file: a folder", Expect("refused", files.NO_FILE))
def _folder(stage: Stage) -> Path:
    folder = stage.at / "folder.carebundle"
    folder.mkdir(exist_ok=True)
    return folder


@case("file: a pipe that never ends", Expect("refused", files.NO_FILE))
def _pipe(stage: Stage) -> Path:
    import os

    pipe = stage.at / "pipe.carebundle"
    if not pipe.exists():
        os.mkfifo(pipe)
    return pipe


@case("file: a link to a device", Expect("refused", files.NO_FILE))
def _device(stage: Stage) -> Path:
    link = stage.at / "zero.carebundle"
    if not link.is_symlink():
        link.symlink_to("/dev/zero")
    return link
