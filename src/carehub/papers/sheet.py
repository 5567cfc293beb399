"""The drawing surface of all papers: millimetres from the top left, black ink, text from chains of fonts.

A text's `y` is the middle of its line, so text, tick boxes and rules in one row share one `y`.
"""

import math
from collections.abc import Sequence
from typing import Any, BinaryIO, NamedTuple

from reportlab import rl_config
from reportlab.graphics.barcode import qrencoder
from reportlab.pdfgen.canvas import Canvas

from carehub.papers.fonts import Face, Fonts
from carehub.papers.lines import Setting, fit

rl_config.useA85 = 0  # a setting of ReportLab: page contents as bytes, not as text a quarter longer and slower

MM = 72 / 25.4
"""Points in a millimetre."""
A4 = (210.0, 297.0)
A4_LANDSCAPE = (297.0, 210.0)
HAIR, THIN, BOLD = 0.35, 0.5, 1.1
"""Widths of rules in points: writing lines, cells, frames."""
BODY = 16.0
"""Body type of GB/T 9704 (三号), points."""
_MIDDLE = 0.38  # a Chinese character's middle above its baseline, in type sizes
_QR_MASK = 3  # any of the eight is lawful; choosing the "best" one takes ten times the time


class Box(NamedTuple):
    """A rectangle on the page, millimetres."""

    x: float
    y: float
    w: float
    h: float

    def inset(self, dx: float, dy: float = 0) -> "Box":
        """The rectangle without a margin on each side."""
        return Box(self.x + dx, self.y + dy, self.w - 2 * dx, self.h - 2 * dy)

    @property
    def middle(self) -> float:
        return self.y + self.h / 2


class _Pages(Canvas):  # type: ignore[misc]
    """ReportLab's canvas, given finished page content: its own drawing calls take twice the time."""

    def put(self, operators: list[str]) -> None:
        """Adds PDF operators to the page."""
        self._code.extend(operators)

    @property
    def document(self) -> Any:
        """What fonts ask for when they give out codes."""
        return self._doc


class Sheet:
    """Pages of one PDF. Titles must hold no names: they are readable without opening the paper. A `stamp` is written
    large and pale across every page, below all else, and once more in black at its top."""

    def __init__(
        self, out: BinaryIO, fonts: Fonts, title: str, size: tuple[float, float] = A4, stamp: str = ""
    ) -> None:
        self.fonts = fonts
        self.width, self.height = size
        self.pages = 0
        self._stamp = stamp
        self.dx = self.dy = 0.0
        points = (size[0] * MM, size[1] * MM)
        # Without a first font of ours ReportLab begins with Helvetica, which is never embedded.
        first = fonts.runs(" ", Face.FANGSONG)[0].font.fontName
        self._canvas = _Pages(out, pagesize=points, invariant=1, pageCompression=1, initialFontName=first)
        self._canvas.setTitle(title)
        self._canvas.setAuthor("")
        self._canvas.setSubject("")
        self._canvas.setCreator("CareHub")
        self._canvas.setProducer("CareHub")
        self._lines: list[str] = []
        self._words: list[str] = []

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return (x + self.dx) * MM, (self.height - y - self.dy) * MM

    def text(
        self, x: float, y: float, text: str, face: Face = Face.FANGSONG, size: float = BODY, *, align: str = "left"
    ) -> None:
        """One line of text; `x` is its left end, middle or right end as `align` says."""
        self._line(x, y, self.fonts.printable(text.replace("\n", " "), face), face, size, align)

    def _line(self, x: float, y: float, text: str, face: Face, size: float, align: str) -> None:
        runs = self.fonts.runs(text, face)
        left, base = self._at(x, y)
        if align != "left":
            whole = sum(run.width for run in runs) * size / 1000
            left -= whole / 2 if align == "center" else whole
        document = self._canvas.document
        for run in runs:
            name = run.font.getSubsetInternalName(0, document)
            codes = run.font.hexed(run.text, document)
            self._words.append(f"{name} {size:g} Tf 1 0 0 1 {left:.2f} {base - _MIDDLE * size:.2f} Tm <{codes}> Tj")
            left += run.width * size / 1000

    def text_width(self, text: str, face: Face, size: float) -> float:
        """Width of one line in millimetres."""
        return self.fonts.width(self.fonts.printable(text, face), face) * size / 1000 / MM

    def fit(
        self,
        box: Box,
        text: str,
        face: Face = Face.FANGSONG,
        size: float = BODY,
        *,
        least: float = 8,
        align: str = "left",
        valign: str = "middle",
        ending: str = "…",
    ) -> Setting:
        """Text in a box, smaller where it must be, at last cut with `ending`: it never leaves the box."""
        setting = fit(text, face, size, box.w * MM, box.h * MM, self.fonts, least=least, ending=ending)
        self.place(box, setting, face, align=align, valign=valign)
        return setting

    def place(self, box: Box, setting: Setting, face: Face, *, align: str = "left", valign: str = "middle") -> None:
        """Draws lines that were set before."""
        leading = setting.leading / MM
        spare = box.h - leading * len(setting.lines)
        y = box.y + (spare / 2 if valign == "middle" else 0) + leading / 2
        x = box.x + {"left": 0.0, "center": box.w / 2, "right": box.w}[align]
        for number, line in enumerate(setting.lines):
            self._line(x, y + number * leading, line, face, setting.size, align)

    def line(self, x1: float, y1: float, x2: float, y2: float, weight: float = THIN) -> None:
        """A straight rule, `weight` points thick."""
        self._stroke(weight, (x1, y1), (x2, y2))

    def _stroke(self, weight: float, *points: tuple[float, float]) -> None:
        path = " l ".join(["{:.2f} {:.2f}".format(*self._at(x, y)) for x, y in points]).replace(" l ", " m ", 1)
        self._lines.append(f"{weight:g} w {path} l S")

    def frame(self, box: Box, weight: float = THIN) -> None:
        """The outline of a rectangle."""
        x, y = self._at(box.x, box.y + box.h)
        self._lines.append(f"{weight:g} w {x:.2f} {y:.2f} {box.w * MM:.2f} {box.h * MM:.2f} re S")

    def tick_box(self, x: float, y: float, ticked: bool, side: float = 3.8) -> None:
        """A square to tick, its left side at `x`, its middle at `y`; the tick reaches a little beyond it."""
        self.frame(Box(x, y - side / 2, side, side), 0.8)
        if ticked:
            corners = ((0.15, -0.05), (0.42, 0.28), (0.92, -0.5))
            self._stroke(1.6, *[(x + a * side, y + b * side) for a, b in corners])

    def qr(self, box: Box, value: str) -> None:
        """A QR code without its quiet zone: leave four modules (a fifth of the side) white around it."""
        code = qrencoder.QRCode(1 if len(value) <= 12 else None, qrencoder.QRErrorCorrectLevel.Q)
        code.addData(value)
        if code.version is None:
            code.version = code.calculate_version()
        code.makeImpl(False, _QR_MASK)
        module = box.w / code.getModuleCount()
        for row, modules in enumerate(code.modules):
            for start, count in _dark_stretches(modules):
                x, y = self._at(box.x + start * module, box.y + (row + 1) * module)
                self._lines.append(f"{x:.3f} {y:.3f} {count * module * MM:.3f} {module * MM:.3f} re")
        self._lines.append("f")

    def page_number(self, number: int, foot: float = 20) -> None:
        """“— 1 —” in 14 points, odd pages at the right and even ones at the left, as GB/T 9704 has it.
        `foot` is the height of its line above the lower edge."""
        x, align = (self.width - 26 - 5, "right") if number % 2 else (28 + 5, "left")
        self.text(x, self.height - foot, f"— {number} —", Face.SONGTI, 14, align=align)

    def end_page(self) -> None:
        """Finishes the page."""
        self._canvas.put([*self._stamped(), *self._lines, "BT", *self._words, "ET"])
        self._canvas.showPage()
        self._lines, self._words = [], []
        self.pages += 1

    def _stamped(self) -> list[str]:
        """The operators of the stamp."""
        if not self._stamp:
            return []
        dx, dy, self.dx, self.dy = self.dx, self.dy, 0.0, 0.0  # moved for pre-printed paper, the stamp stays
        self.text(self.width / 2, 6, self._stamp, Face.TITLE, 12, align="center")
        self.dx, self.dy = dx, dy
        size = min(self.width / (len(self._stamp) * 0.72), 70.0) * MM / 2.2
        runs, document = self.fonts.runs(self._stamp, Face.TITLE), self._canvas.document
        whole = sum(run.width for run in runs) * size / 1000
        slope = 0.5
        cos, sin = math.cos(slope), math.sin(slope)
        x = self.width * MM / 2 - cos * whole / 2
        y = self.height * MM / 2 - sin * whole / 2
        made = ["q 0.86 g BT"]
        for run in runs:
            name = run.font.getSubsetInternalName(0, document)
            matrix = f"{cos:.4f} {sin:.4f} {-sin:.4f} {cos:.4f} {x:.2f} {y:.2f} Tm"
            made.append(f"{name} {size:g} Tf {matrix} <{run.font.hexed(run.text, document)}> Tj")
            x, y = x + cos * run.width * size / 1000, y + sin * run.width * size / 1000
        return [*made, "ET Q"]

    def save(self) -> int:
        """Writes the PDF. Returns its number of pages."""
        self._canvas.save()
        return self.pages


def _dark_stretches(modules: Sequence[Any]) -> list[tuple[int, int]]:
    """Start and length of the dark stretches of one row of a QR code."""
    stretches: list[tuple[int, int]] = []
    for at, dark in enumerate(modules):
        if not dark:
            continue
        if stretches and sum(stretches[-1]) == at:
            stretches[-1] = (stretches[-1][0], stretches[-1][1] + 1)
        else:
            stretches.append((at, 1))
    return stretches
