"""Making bundles that no honest program makes, with the product's own sealing, signing and packing."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec
import pyrage
import zstandard

from carehub.domain.ids import new_id
from carehub.sync import bundle, keys
from carehub.sync.bundle import Header, Opening, Payload
from carehub.sync.change import Cell, Change, canonical

from .stage import Actor, Letter, Stage

NOON = 1_780_000_000_000
"""A plausible clock for what attackers write."""


def change(
    by: Actor,
    n: int,
    table: str,
    row: str,
    cells: Mapping[str, Cell],
    seen: Mapping[str, int] | None = None,
    **other: Any,
) -> Change:
    """The `n`-th new change of a site's replica."""
    told = {"at": NOON + n, "author": by.user, "replica": by.replica, "seq": by.last_seq + n} | other
    return Change(cells=dict(cells), row=row, seen=dict(seen or {}), table=table, **told)


def line(told: Change | Mapping[str, Any] | bytes) -> bytes:
    """A payload line: of a change, of anything that is JSON, or of raw bytes (which bring their own newline)."""
    if isinstance(told, bytes):
        return told
    return canonical(told) + b"\n"


def raw_line(told: Change, **other: Any) -> bytes:
    """A change's line with some members replaced by anything that is JSON; canonical otherwise."""
    found = json.loads(canonical(told)) | other
    return json.dumps(found, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def entry(name: str, data: bytes | None, **other: Any) -> bytes:
    """The line of an attachment and its bytes, with some members replaced by anything that is JSON."""
    told = {"sha256": name, "size": None if data is None else len(data)} | other
    return json.dumps(told, sort_keys=True, separators=(",", ":")).encode() + b"\n" + (data or b"")


class Forgery:
    """A bundle under construction: begins as the honest next letter of `by` to `to`; every part may be replaced.

    `attached` are its attachments, `tail` all bytes behind the lines where they are not to be what these say;
    `packed` and `payload` are hooks on the compressed and on the encrypted bytes; the header describes the payload
    rightly unless told otherwise.
    """

    def __init__(self, stage: Stage, by: str, to: str) -> None:
        self.by: Actor = stage.actors[by]
        self.letter: Letter = self.by.letters[to]
        self.keys = self.by.keys
        self.header: dict[str, Any] = {"bundle": new_id()}
        self.opening: dict[str, Any] = {}
        self.described: dict[str, Any] = {}
        self.lines: list[bytes] = [line(c) for c in self.letter.changes]
        self.attached: list[tuple[str, bytes | None]] = []
        self.tail: bytes | None = None
        self.first: bytes | None = None
        self.packed: Callable[[bytes], bytes] = lambda data: data
        self.compress: Callable[[bytes], bytes] = zstandard.ZstdCompressor(level=3, write_checksum=True).compress
        self.payload: Callable[[bytes], bytes] = lambda data: data
        self.sealed_for: Sequence[str] | None = None

    def says(self, *told: Change | bytes) -> "Forgery":
        """Replaces its changes."""
        self.lines = [line(t) for t in told]
        return self

    def carries(self, *attached: tuple[str, bytes | None]) -> "Forgery":
        """Its attachments: hash and bytes, or None where they are left for later."""
        self.attached = list(attached)
        return self

    def with_header(self, **told: Any) -> "Forgery":
        self.header |= told
        return self

    def with_opening(self, **told: Any) -> "Forgery":
        self.opening |= told
        return self

    def describing(self, **told: Any) -> "Forgery":
        """Says of the payload what is not so."""
        self.described |= told
        return self

    def bytes(self) -> bytes:
        """The finished file."""
        return self.signed(self._front(self._seal()))

    def signed(self, front_and_payload: tuple[bytes, bytes]) -> bytes:
        front, payload = front_and_payload
        return container(front, keys.sign(self.keys, front), payload)

    def parts(self) -> tuple[bytes, bytes, bytes]:
        """The bytes of the three members."""
        front, payload = self._front(self._seal())
        return front, keys.sign(self.keys, front), payload

    def _opening(self) -> Opening:
        told = {"bundle": self.header["bundle"], "recipients": self._recipients()} | self.opening
        return msgspec.structs.replace(self.letter.opening, **told)

    def _recipients(self) -> list[bundle.Recipient]:
        told: list[bundle.Recipient] = self.header.get("recipients", self.letter.header.recipients)
        return told

    def _seal(self) -> tuple[bytes, Payload]:
        first = canonical(self._opening()) + b"\n" if self.first is None else self.first
        tail = b"".join(entry(*told) for told in self.attached) if self.tail is None else self.tail
        plain = first + b"".join(self.lines) + tail
        packed = self.packed(self.compress(plain))
        chosen = self.sealed_for if self.sealed_for is not None else [r.key for r in self._recipients()]
        data = self.payload(pyrage.encrypt(packed, [pyrage.x25519.Recipient.from_str(key) for key in chosen]))
        size = sum(len(found or b"") for _, found in self.attached)
        described = (size, len(self.attached), len(self.lines), len(plain), hashlib.sha256(data).hexdigest(), len(data))
        return data, Payload(*described)

    def _front(self, sealed: tuple[bytes, Payload]) -> tuple[bytes, bytes]:
        data, described = sealed
        whole: Header = msgspec.structs.replace(self.letter.header, payload=described)
        found = json.loads(canonical(whole))
        found |= json.loads(msgspec.json.encode(self.header))
        found["payload"] |= self.described
        return json.dumps(found, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(), data


def container(*members: bytes) -> bytes:
    """The product's own container around three members."""
    return bundle._zip(members)


def resigned(by: keys.Keys, front: bytes, payload: bytes) -> bytes:
    """A container whose header is anything at all, rightly signed."""
    return container(front, keys.sign(by, front), payload)


def zip_of(members: Iterable[tuple[zipfile.ZipInfo | str, bytes]], comment: bytes = b"") -> bytes:
    """Any ZIP."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for info, data in members:
            if isinstance(info, str):
                info = zipfile.ZipInfo(info)
            archive.writestr(info, data)
        archive.comment = comment
    return out.getvalue()
