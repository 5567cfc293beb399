"""The floor of papers: what a paper drew, drawn again by bare ReportLab with a TrueType font that lies ready."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from fontTools import subset
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont as FontFile
from pylopdf_fonts_zh_cn import serif_path
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from carehub.papers import sheet

MM = sheet.MM


def recorded(draw: Callable[[], Any]) -> list[tuple[Any, ...]]:
    """Runs `draw` and returns every text, line, frame and page end it asked for, in points."""
    calls: list[tuple[Any, ...]] = []
    kept = {name: getattr(sheet.Sheet, name) for name in ("_line", "line", "frame", "end_page")}

    def text(self: Any, x: float, y: float, words: str, face: Any, size: float, align: str) -> None:
        calls.append(("text", x * MM, (self.height - y) * MM, words, size, align))
        kept["_line"](self, x, y, words, face, size, align)

    def line(self: Any, x1: float, y1: float, x2: float, y2: float, weight: float = sheet.THIN) -> None:
        calls.append(("line", x1 * MM, (self.height - y1) * MM, x2 * MM, (self.height - y2) * MM, weight))
        kept["line"](self, x1, y1, x2, y2, weight)

    def frame(self: Any, box: Any, weight: float = sheet.THIN) -> None:
        calls.append(("frame", box.x * MM, (self.height - box.y - box.h) * MM, box.w * MM, box.h * MM, weight))
        kept["frame"](self, box, weight)

    def end_page(self: Any) -> None:
        calls.append(("page",))
        kept["end_page"](self)

    for name, function in {"_line": text, "line": line, "frame": frame, "end_page": end_page}.items():
        setattr(sheet.Sheet, name, function)
    try:
        draw()
    finally:
        for name, function in kept.items():
            setattr(sheet.Sheet, name, function)
    return calls


class Floor:
    """Draws recorded calls with nothing but ReportLab."""

    def __init__(self, calls: list[tuple[Any, ...]], folder: Path) -> None:
        self.calls = calls
        characters = {c for call in calls if call[0] == "text" for c in call[3]}
        pdfmetrics.registerFont(TTFont("Floor", str(_truetype(characters, folder / "floor.ttf"))))

    def draw(self, out: BinaryIO) -> None:
        canvas = Canvas(out, initialFontName="Floor", pageCompression=1)
        how = {"left": canvas.drawString, "center": canvas.drawCentredString, "right": canvas.drawRightString}
        for call in self.calls:
            match call:
                case ("text", x, y, words, size, align):
                    canvas.setFont("Floor", size)
                    how[align](x, y, words)
                case ("line", x1, y1, x2, y2, weight):
                    canvas.setLineWidth(weight)
                    canvas.line(x1, y1, x2, y2)
                case ("frame", x, y, w, h, weight):
                    canvas.setLineWidth(weight)
                    canvas.rect(x, y, w, h)
                case _:
                    canvas.showPage()
        canvas.save()


def _truetype(characters: set[str], file: Path) -> Path:
    """A TrueType font of these characters, as a computer that has one would offer it."""
    font = FontFile(serif_path())
    options = subset.Options(notdef_outline=True)
    options.layout_features = []
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[ord(c) for c in characters if ord(c) < 0x10000])
    cutter.subset(font)
    glyphs, order = font.getGlyphSet(), font.getGlyphOrder()
    shapes = {}
    for name in order:
        pen = TTGlyphPen(None)
        glyphs[name].draw(Cu2QuPen(pen, 1.0, reverse_direction=True))
        shapes[name] = pen.glyph()
    builder = FontBuilder(font["head"].unitsPerEm, isTTF=True)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(font.getBestCmap())
    builder.setupGlyf(shapes)
    builder.setupHorizontalMetrics({name: font["hmtx"][name] for name in order})
    builder.setupHorizontalHeader(ascent=font["hhea"].ascent, descent=font["hhea"].descent)
    builder.setupNameTable({"familyName": "Floor", "styleName": "Regular", "psName": "Floor"})
    builder.setupOS2(sTypoAscender=font["hhea"].ascent, sTypoDescender=font["hhea"].descent)
    builder.setupPost()
    builder.save(file)
    return file
