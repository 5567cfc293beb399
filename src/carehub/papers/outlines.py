"""Glyph outlines of any font file as TrueType `glyf` data, the only kind every printer driver and viewer takes.

The fonts that come with the program hold cubic (CFF) outlines; here they become quadratic ones. The pen and the
packing are our own because the general ones of fontTools take twice the time, and a batch needs a thousand glyphs.
"""

import struct
from collections.abc import Sequence
from typing import Any

from fontTools.cu2qu import curve_to_quadratic
from fontTools.pens.basePen import BasePen

TOLERANCE = 1.0
"""How far a quadratic outline may lie off the cubic one, in thousandths of the em. 0.006 mm at 16 points."""

_ON_CURVE, _SHORT_X, _SHORT_Y, _SAME_X, _SAME_Y = 1, 2, 4, 16, 32
_Point = tuple[float, float]


class OutlinePen(BasePen):  # type: ignore[misc]
    """Collects contours as lists of (point, is on the curve). Components are taken apart by `BasePen`."""

    def __init__(self, glyphs: Any, tolerance: float, *, cubic: bool) -> None:
        super().__init__(glyphs)
        self._tolerance = tolerance
        self._cubic = cubic
        self._contours: list[list[tuple[_Point, int]]] = []

    def _moveTo(self, point: _Point) -> None:  # noqa: N802  (BasePen's name)
        self._contours.append([(point, _ON_CURVE)])

    def _lineTo(self, point: _Point) -> None:  # noqa: N802
        self._contours[-1].append((point, _ON_CURVE))

    def _curveToOne(self, one: _Point, two: _Point, end: _Point) -> None:  # noqa: N802
        contour = self._contours[-1]
        spline = curve_to_quadratic((contour[-1][0], one, two, end), self._tolerance)
        contour.extend((point, 0) for point in spline[1:-1])
        contour.append((end, _ON_CURVE))

    def _qCurveToOne(self, control: _Point, end: _Point) -> None:  # noqa: N802
        self._contours[-1] += [(control, 0), (end, _ON_CURVE)]

    def packed(self) -> bytes:
        """The glyph in the form of the `glyf` table; empty for a blank glyph. Cubic outlines turn the other way
        round: PostScript fills to the left of the line, TrueType to the right."""
        contours = []
        for contour in self._contours:
            points = [(round(x), round(y), on) for (x, y), on in contour]
            if len(points) > 1 and points[0][:2] == points[-1][:2]:
                points.pop()
            if len(points) > 2:
                contours.append(points[::-1] if self._cubic else points)
        return pack_glyph(contours)


def pack_glyph(contours: Sequence[Sequence[tuple[int, int, int]]]) -> bytes:
    """Contours of (x, y, on the curve) points as one simple glyph, padded to four bytes."""
    points = [p for contour in contours for p in contour]
    if not points:
        return b""
    ends, last = [], -1
    for contour in contours:
        last += len(contour)
        ends.append(last)
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    head = struct.pack(">5h", len(contours), min(xs), min(ys), max(xs), max(ys))
    flags, x_bytes, y_bytes = bytearray(), bytearray(), bytearray()
    old_x = old_y = 0
    for x, y, on in points:
        flag = on | _step(x - old_x, x_bytes, _SHORT_X, _SAME_X) | _step(y - old_y, y_bytes, _SHORT_Y, _SAME_Y)
        flags.append(flag)
        old_x, old_y = x, y
    data = head + struct.pack(f">{len(ends)}HH", *ends, 0) + flags + x_bytes + y_bytes
    return data + bytes(-len(data) % 4)


def _step(delta: int, out: bytearray, short: int, same: int) -> int:
    """Writes one coordinate step in its shortest form and returns the flags that tell which."""
    if delta == 0:
        return same
    if -256 < delta < 256:
        out.append(abs(delta))
        return short | same if delta > 0 else short
    out += delta.to_bytes(2, "big", signed=True)
    return 0
