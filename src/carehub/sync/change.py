"""A change: one row written by one person at one time, as it is kept and as it travels."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import Annotated, Any, TypeAlias

import msgspec

SAFE_INTEGER = 1 << 53
Whole = Annotated[int, msgspec.Meta(gt=-SAFE_INTEGER, lt=SAFE_INTEGER)]
Count = Annotated[int, msgspec.Meta(ge=0, lt=SAFE_INTEGER)]
Seq = Annotated[int, msgspec.Meta(ge=1, lt=SAFE_INTEGER)]
Cell: TypeAlias = str | Whole | None
"""What a column can hold on its way: text (NFC), a whole number, or nothing. Never a float."""

ERASED = "erased_on"
"""The cell of a change that erases its row. It is no column: an erased row is in no table."""

_ERASING = {ERASED, "site_id"}
MAX_TEXT = 100_000
_NAME = re.compile(r"[0-9A-Za-z_.-]{1,64}\Z")


class Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """One committed write of a row.

    `(replica, seq)` is its identity. `cells` are the columns written. `seen` holds, for this row, the highest
    `seq` per replica its writer had in front of him. `at` is his clock in Unix milliseconds: for people to read,
    it never decides alone. Fields stand in alphabetical order, which makes the encoding canonical.
    """

    at: Count
    author: str | None
    cells: dict[str, Cell]
    replica: str
    row: str
    seen: dict[str, Seq]
    seq: Seq
    table: str

    @property
    def identity(self) -> tuple[str, int]:
        return self.replica, self.seq

    @property
    def erases(self) -> bool:
        """Whether this change erases its row."""
        return ERASED in self.cells

    @property
    def scrubbed(self) -> bool:
        """Whether only its identity is left: its row was erased."""
        return not self.cells and not self.at

    def supersedes(self, other: "Change") -> bool:
        """Whether this change's writer had `other` in front of him. Two changes that claim it of each other, which
        no honest program writes, stand side by side."""
        return self.claims(other) and not other.claims(self)

    def claims(self, other: "Change") -> bool:
        """Whether this change says that its writer had `other` in front of him."""
        return self is not other and self.seen.get(other.replica, 0) >= other.seq

    def without_content(self) -> "Change":
        """What is left of a change whose row is erased."""
        return self if self.erases else Change(0, None, {}, self.replica, self.row, {}, self.seq, self.table)


_encoder = msgspec.json.Encoder(order="sorted")
_decoder = msgspec.json.Decoder(Change, strict=True)


def canonical(value: Any) -> bytes:
    """Canonical JSON: UTF-8, keys sorted, no white space."""
    return _encoder.encode(value)


def digest(change: Change) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of a change's line."""
    return sha256(canonical(change)).hexdigest()[:16]


def decode_line(line: bytes) -> Change:
    """One line of a payload as a change; see `decode_lines`."""
    return decode_lines([line])[0]


def decode_lines(lines: Sequence[bytes]) -> list[Change]:
    """Lines of a payload as changes. Raises `msgspec.ValidationError` (or `DecodeError`) for anything that is not
    exactly one in canonical form: wrong types, unknown or missing fields, text not NFC, numbers out of range. Many at a
    time cost half of what they cost one by one."""
    block = b"\n".join((*lines, b""))
    changes = _decoder.decode_lines(block)
    if _encoder.encode_lines(changes) != block:
        raise msgspec.ValidationError("not canonical")
    # Quotation marks stand between any two texts and compose with nothing: the block is NFC exactly if they all are.
    if not block.isascii() and not unicodedata.is_normalized("NFC", block.decode()):
        raise msgspec.ValidationError("text is not NFC")
    suspect = b"u0000" in block or len(max(lines, key=len)) > MAX_TEXT
    for change in changes:
        _check_names(change)
        if suspect and not all(map(_is_text, change.cells.values())):
            raise msgspec.ValidationError("text too long or with a null character")
    return changes


def _check_names(change: Change) -> None:
    if not _NAME.match(change.row) or not _is_name(change.replica) or not _is_name(change.table):
        raise msgspec.ValidationError("not a name")
    if (change.author is not None and not _is_name(change.author)) or not all(map(_is_name, change.seen)):
        raise msgspec.ValidationError("not a name")
    if not _are_columns(tuple(change.cells)):
        raise msgspec.ValidationError("not a column name")
    if change.seen.get(change.replica, 0) >= change.seq:
        raise msgspec.ValidationError("it has seen itself, or what its replica wrote later")
    if change.erases and not (change.cells.keys() <= _ERASING and is_day(change.cells[ERASED])):
        raise msgspec.ValidationError("an erasure says the day and the home, nothing else")


@lru_cache(maxsize=20_000)
def is_day(value: Cell) -> bool:
    """Whether a cell is an ISO day: `2026-03-01`, nothing shorter, longer or without its dashes."""
    try:
        return isinstance(value, str) and len(value) == 10 and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


@lru_cache(maxsize=10_000)
def _is_name(text: str) -> bool:
    return _NAME.match(text) is not None


@lru_cache(maxsize=10_000)
def _are_columns(names: tuple[str, ...]) -> bool:
    return all(len(name) <= 64 and name.isascii() and name.isidentifier() for name in names)


def _is_text(cell: Cell) -> bool:
    return not isinstance(cell, str) or (len(cell) <= MAX_TEXT and "\0" not in cell)
