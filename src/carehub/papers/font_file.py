"""One font file: which characters it has, how wide they are, and their outlines, kept once drawn.

TrueType and PostScript (CFF) outlines, single files and collections (.ttc), all come out alike.
"""

import io
import struct
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont, TTLibError

from carehub.papers.outlines import TOLERANCE, OutlinePen

_NO_EMBEDDING = 0x0002


class UnusableFontError(Exception):
    """The file is damaged, no font, or its maker forbids putting it into documents."""


class FontFile:
    """A font file, opened when first asked. `number` picks one font of a collection.

    Outlines are kept for as long as the program runs: the second batch of papers does not draw them again.
    """

    def __init__(self, path: Path, number: int = 0) -> None:
        self.path = path
        self.number = number
        self._outlines: dict[int, bytes] = {}
        self._widths: dict[int, int] = {}

    @property
    def name(self) -> str:
        """A name for PDF's own use: letters, digits and hyphens."""
        plain = "".join(c for c in self.path.stem if c.isascii() and (c.isalnum() or c == "-"))
        return f"{plain or 'Font'}-{self.number}" if self.number else plain or "Font"

    @cached_property
    def _font(self) -> Any:
        try:
            # From memory: an open file could not be replaced on Windows while the program runs.
            data = io.BytesIO(self.path.read_bytes())
            font = TTFont(data, fontNumber=self.number, lazy=True)
            usable = not ("OS/2" in font and font["OS/2"].fsType & 0x000F == _NO_EMBEDDING)
            usable = usable and ("glyf" in font or "CFF " in font) and bool(font.getBestCmap())
        except (OSError, TTLibError, struct.error, AssertionError, KeyError, ValueError) as error:
            raise UnusableFontError(self.path.name) from error
        if not usable:
            raise UnusableFontError(self.path.name)
        return font

    @cached_property
    def codes(self) -> dict[int, str]:
        """Code point → name of its glyph. Empty for a file that cannot be used."""
        try:
            names: dict[int, str] = self._font.getBestCmap()
        except UnusableFontError:
            return {}
        return names

    @cached_property
    def units(self) -> int:
        """Font units in one em."""
        return int(self._font["head"].unitsPerEm)

    @cached_property
    def _metrics(self) -> dict[str, tuple[int, int]]:
        metrics: dict[str, tuple[int, int]] = self._font["hmtx"].metrics
        return metrics

    @cached_property
    def _glyphs(self) -> Any:
        return self._font.getGlyphSet()

    def width(self, code: int) -> int:
        """Advance width of a character in thousandths of the em."""
        width = self._widths.get(code)
        if width is None:
            width = self._widths[code] = round(self._metrics[self.codes[code]][0] * 1000 / self.units)
        return width

    def outline(self, code: int) -> bytes:
        """The character's outline as `glyf` data."""
        data = self._outlines.get(code)
        if data is None:
            cubic = "CFF " in self._font
            pen = OutlinePen(self._glyphs, TOLERANCE * self.units / 1000, cubic=cubic)
            self._glyphs[self.codes[code]].draw(pen)
            data = self._outlines[code] = pen.packed()
        return data

    def subset(self, codes: Sequence[int]) -> bytes:
        """A TrueType font file of these characters: glyph 0 is blank, glyph n is the n-th character."""
        outlines = [b"", *(self.outline(code) for code in codes)]
        advances = [self.units, *(self._metrics[self.codes[code]][0] for code in codes)]
        return _font_program(self.units, outlines, advances)


def _font_program(units: int, outlines: Sequence[bytes], advances: Sequence[int]) -> bytes:
    """Puts the seven tables together that PDF asks of a TrueType font for a composite font."""
    offsets, at = [0], 0
    for outline in outlines:
        at += len(outline)
        offsets.append(at)
    drawn = [struct.unpack_from(">5h", o) for o in outlines if o] or [(0, 0, 0, 0, 0)]
    box = (min(d[1] for d in drawn), min(d[2] for d in drawn), max(d[3] for d in drawn), max(d[4] for d in drawn))
    bearings = [struct.unpack_from(">h", o, 2)[0] if o else 0 for o in outlines]
    metrics = b"".join(struct.pack(">Hh", a, b) for a, b in zip(advances, bearings, strict=True))
    points, contours = _largest(outlines)
    count = len(outlines)
    tables = {
        b"glyf": b"".join(outlines),
        b"head": struct.pack(
            ">IIIIHHqqhhhhHHhhh", 0x10000, 0x10000, 0, 0x5F0F3CF5, 3, units, 0, 0, *box, 0, 8, 2, 1, 0
        ),
        b"hhea": struct.pack(
            ">IhhhHhhhhhhhhhhhH", 0x10000, box[3], box[1], 0, max(advances), 0, 0, box[2], 1, *[0] * 7, count
        ),
        b"hmtx": metrics,
        b"loca": struct.pack(f">{len(offsets)}I", *offsets),
        b"maxp": struct.pack(">I14H", 0x10000, count, points, contours, 0, 0, 2, *[0] * 8),
        b"post": struct.pack(">IIhhIIIII", 0x30000, 0, -100, 50, 0, 0, 0, 0, 0),
    }
    return _container(tables)


def _largest(outlines: Sequence[bytes]) -> tuple[int, int]:
    """The most points and the most contours of one glyph."""
    points = contours = 0
    for outline in outlines:
        if outline:
            number = struct.unpack_from(">h", outline)[0]
            last = struct.unpack_from(">H", outline, 10 + 2 * (number - 1))[0]
            points, contours = max(points, last + 1), max(contours, number)
    return points, contours


def _container(tables: dict[bytes, bytes]) -> bytes:
    """The file around the tables: directory, checksums, and `head`'s checksum over all."""
    count = len(tables)
    power = 1 << (count.bit_length() - 1)
    out = struct.pack(">IHHHH", 0x10000, count, power * 16, power.bit_length() - 1, (count - power) * 16)
    at = 12 + 16 * count
    body, head_at = b"", 0
    for tag, data in sorted(tables.items()):
        head_at = at if tag == b"head" else head_at
        out += tag + struct.pack(">III", _checksum(data), at, len(data))
        padded = data + bytes(-len(data) % 4)
        body += padded
        at += len(padded)
    whole = bytearray(out + body)
    adjustment = (0xB1B0AFBA - _checksum(bytes(whole))) & 0xFFFFFFFF
    struct.pack_into(">I", whole, head_at + 8, adjustment)
    return bytes(whole)


def _checksum(data: bytes) -> int:
    data += bytes(-len(data) % 4)
    words: tuple[int, ...] = struct.unpack(f">{len(data) // 4}I", data)
    return sum(words) & 0xFFFFFFFF
