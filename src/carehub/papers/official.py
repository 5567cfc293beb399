"""A flowing official paper after GB/T 9704: title, headings, paragraphs, tables and signatures, page after page.

A4, type area 156 × 225 mm, 37 mm from the top and 28 mm from the left; title 22 points, body 16 points FangSong on
a line of 28.95 points (22 lines a page), headings HeiTi and KaiTi.
"""

from collections.abc import Sequence
from typing import BinaryIO

from carehub.papers.fonts import Face
from carehub.papers.grid import Grid, label, value
from carehub.papers.lines import wrap
from carehub.papers.numbered import stamp
from carehub.papers.press import Press
from carehub.papers.sheet import BODY, MM, Box, Sheet

LEFT, TOP, WIDTH, HEIGHT = 28.0, 37.0, 156.0, 225.0
LINE = HEIGHT / 22
"""Height of a body line, mm."""


class OfficialPaper:
    """One paper. Add its parts from the top down, then `save`."""

    def __init__(self, out: BinaryIO, press: Press, title: str, number: tuple[str, str] = ("", "")) -> None:
        """`number` is what the number of a sheet is called, and the number: then every page carries it."""
        self._sheet = Sheet(out, press.fonts, title, stamp=press.stamp)
        self._number = number
        self._y = TOP

    @property
    def left(self) -> float:
        """How much of the page is left, mm."""
        return TOP + HEIGHT - self._y

    def _room(self, height: float) -> None:
        """Turns the page where `height` mm no longer fit."""
        if height > self.left + 0.01:
            self._end_page()

    def _end_page(self) -> None:
        # GB/T 9704: the number stands 7 mm below the type area
        self._sheet.page_number(self._sheet.pages + 1, self._sheet.height - TOP - HEIGHT - 7)
        stamp(self._sheet, LEFT + WIDTH, 12, 20, *self._number)
        self._sheet.end_page()
        self._y = TOP

    def new_page(self) -> None:
        """Goes on at the top of a fresh page."""
        if self._y > TOP:
            self._end_page()

    def title(self, text: str) -> None:
        """The paper's title, 22 points, centred."""
        text = self._sheet.fonts.printable(text)
        for line in wrap(text, Face.TITLE, 22, WIDTH * MM, self._sheet.fonts):
            self._room(LINE * 1.2)
            self._sheet.text(LEFT + WIDTH / 2, self._y + LINE * 0.6, line, Face.TITLE, 22, align="center")
            self._y += LINE * 1.2

    def heading(self, text: str) -> None:
        """A heading of the first rank (一、)."""
        self._paragraph(text, Face.HEITI, keep=2)

    def subheading(self, text: str) -> None:
        """A heading of the second rank （（一））."""
        self._paragraph(text, Face.KAITI, keep=2)

    def paragraph(self, text: str, *, indent: bool = True) -> None:
        """Body text; the first line is two characters in unless `indent` is off."""
        self._paragraph(text, Face.FANGSONG, indent=indent)

    def _paragraph(self, text: str, face: Face, *, indent: bool = True, keep: int = 1) -> None:
        fonts = self._sheet.fonts
        first = 2 * BODY if indent else 0
        self._room(LINE * keep)
        for part in fonts.printable(text, face).split("\n"):
            for number, line in enumerate(wrap(part, face, BODY, WIDTH * MM, fonts, first=first)):
                self._room(LINE)
                x = LEFT + (first / MM if number == 0 else 0)
                self._sheet.text(x, self._y + LINE / 2, line, face)
                self._y += LINE

    def gap(self, lines: float = 1) -> None:
        """Empty lines; none at the top of a page."""
        if self._y > TOP:
            self._y += LINE * lines

    def table(
        self,
        heads: Sequence[str],
        widths: Sequence[float],
        rows: Sequence[Sequence[str]],
        *,
        size: float = 12,
        row: float = 9,
        sides: Sequence[str] = (),
    ) -> None:
        """A table that repeats its heads on every page. `widths` in mm, 0 for an equal share of the rest; `sides`
        align the columns ("left" where not given)."""
        sides = [*sides, *["left"] * (len(heads) - len(sides))]
        rest = (WIDTH - sum(widths)) / max(1, sum(1 for width in widths if not width))
        wide = [width or rest for width in widths]
        grid: Grid | None = None
        for texts in rows:
            if grid is None or row > self.left + 0.01:
                if grid is not None:
                    grid.close()
                self._room(2 * row)
                grid = Grid(self._sheet, LEFT, self._y, WIDTH)
                grid.row(row, *[label(head, w, size=size) for head, w in zip(heads, wide, strict=True)])
            cells = zip(texts, wide, sides, strict=True)
            grid.row(row, *[value(text, w, size=size, align=side) for text, w, side in cells])
            self._y = grid.y
        if grid is not None:
            grid.close()

    def qr(self, value: str, side: float) -> None:
        """A QR code of `side` mm in the middle, with its quiet zone."""
        self._room(side * 1.4)
        self._sheet.qr(Box(LEFT + (WIDTH - side) / 2, self._y + side * 0.2, side, side), value)
        self._y += side * 1.4

    def signatures(self, names: Sequence[str], day: str = "") -> None:
        """Who signs, side by side, each with room to sign; below, the day at the right."""
        self.all_sign([names], day)

    def all_sign(self, lines: Sequence[Sequence[str]], day: str = "") -> None:
        """Several lines of those who sign, and the day, on one page together: nobody signs a page with nothing else on
        it if they fit where the text ends, if need be a little closer."""
        roomy, close = 2.0 * (len(lines) + bool(day)), 1.5 * len(lines) + bool(day)
        tight = roomy * LINE > self.left >= close * LINE
        self._room(LINE * (close if tight else roomy))
        for names in lines:
            self._sign(names, 0.5 if tight else 1)
            self._y += LINE * (1.5 if tight else 2)
        if day:
            self._sheet.text(LEFT + WIDTH - 6, self._y + LINE * (0.7 if tight else 1), day, align="right")
            self._y += LINE * (1 if tight else 2)

    def _sign(self, names: Sequence[str], lower: float) -> None:
        """One line of those who sign, side by side, so many lines lower."""
        share = WIDTH / len(names)
        for number, name in enumerate(names):
            box = Box(LEFT + number * share, self._y + LINE * lower, share - 6, LINE)
            wide = min(self._sheet.text_width(name, Face.KAITI, BODY), box.w * 0.6)
            self._sheet.fit(Box(box.x, box.y, wide + 0.5, box.h), name, Face.KAITI, BODY)
            self._sheet.line(box.x + wide + 2, box.y + box.h * 0.8, box.x + box.w, box.y + box.h * 0.8)

    def save(self) -> int:
        """Finishes the last page and writes the PDF. Returns the number of pages."""
        self._end_page()
        return self._sheet.save()
