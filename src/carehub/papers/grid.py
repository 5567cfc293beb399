"""Forms as rows of cells: every row fills the width, every cell draws its own contents inside its box.

grid = Grid(sheet, x=20, y=40, width=170)
grid.row(10, label("姓名", 22), value("王小明", 50), label("学校", 22), value("中心小学"))
grid.close()
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from carehub.papers.fonts import Face
from carehub.papers.sheet import BOLD, HAIR, THIN, Box, Sheet

PAD = 1.6
"""Space between a cell's rule and its text, mm."""
_TICK, _TICK_LINE = 4.6, 0.46
"""From a tick box to its words, mm; height of a row of boxes, mm for each point of type."""


@dataclass(frozen=True, slots=True)
class Cell:
    """`draw` fills the box it is given; `width` 0 means an equal share of what the other cells leave."""

    draw: Callable[[Sheet, Box], object]
    width: float = 0


def label(text: str, width: float, *, size: float = 12) -> Cell:
    """A fixed heading: HeiTi, in the middle."""

    def draw(sheet: Sheet, box: Box) -> object:
        return sheet.fit(box.inset(1, 0.5), text, Face.HEITI, size, least=8, align="center")

    return Cell(draw, width)


def value(
    text: str,
    width: float = 0,
    *,
    size: float = 12,
    least: float = 8,
    align: str = "left",
    valign: str = "middle",
    ending: str = "…",
    lines: int = 0,
) -> Cell:
    """What is known, or room to write; `lines` draws that many writing lines while there is nothing."""

    def draw(sheet: Sheet, box: Box) -> None:
        if text:
            inner = box.inset(PAD, 0.9 if valign == "middle" else PAD)
            sheet.fit(inner, text, Face.FANGSONG, size, least=least, align=align, valign=valign, ending=ending)
        elif lines:
            ruled(sheet, box, lines)

    return Cell(draw, width)


def ruled(sheet: Sheet, box: Box, lines: int) -> None:
    """Hair lines to write on, evenly spread; the cell's own lower rule is the last one."""
    for number in range(1, lines):
        y = box.y + box.h * number / lines
        sheet.line(box.x + 2 * PAD, y, box.x + box.w - 2 * PAD, y, HAIR)


def choices(
    options: Sequence[tuple[str, str]], chosen: str | None, width: float = 0, *, size: float = 12, gap: float = 6
) -> Cell:
    """Tick boxes (code, name) in one row, the chosen one ticked. Smaller and closer where the cell is narrow."""

    def draw(sheet: Sheet, box: Box) -> None:
        names = [sheet.text_width(name, Face.FANGSONG, size) for _, name in options]
        need = sum(names) + len(names) * 5.2 + (len(names) - 1) * gap + 2 * PAD
        scale = min(1.0, box.w / need)
        x = box.x + PAD
        for (code, name), wide in zip(options, names, strict=True):
            sheet.tick_box(x, box.middle, code == chosen, 3.8 * scale)
            sheet.text(x + 5.2 * scale, box.middle, name, size=size * scale)
            x += (5.2 + wide + gap) * scale

    return Cell(draw, width)


def many_choices(
    options: Sequence[tuple[str, str]], chosen: Collection[str], width: float = 0, *, size: float = 11, gap: float = 4
) -> Cell:
    """Tick boxes (code, name) in as many rows as they need, those in `chosen` ticked. Smaller where they do not fit."""

    def draw(sheet: Sheet, box: Box) -> None:
        for scale in (1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7):
            rows = _flowed(sheet, box.w - 2 * PAD, options, size * scale, gap * scale)
            if len(rows) * size * scale * _TICK_LINE <= box.h:
                break
        step = box.h / len(rows)
        for number, row in enumerate(rows):
            y = box.y + step * (number + 0.5)
            for at, code, name in row:
                sheet.tick_box(box.x + PAD + at, y, code in chosen, 3.4 * scale)
                sheet.text(box.x + PAD + at + _TICK * scale, y, name, size=size * scale)

    return Cell(draw, width)


def _flowed(
    sheet: Sheet, width: float, options: Sequence[tuple[str, str]], size: float, gap: float
) -> list[list[tuple[float, str, str]]]:
    """Options in rows no wider than `width` mm: (left, code, name)."""
    rows: list[list[tuple[float, str, str]]] = [[]]
    x = 0.0
    for code, name in options:
        wide = _TICK * size / 11 + sheet.text_width(name, Face.FANGSONG, size)
        if rows[-1] and x + wide > width:
            rows.append([])
            x = 0.0
        rows[-1].append((x, code, name))
        x += wide + gap
    return rows


class Grid:
    """A table drawn from the top down. `y` is where the next row begins."""

    def __init__(self, sheet: Sheet, x: float, y: float, width: float) -> None:
        self.sheet, self.x, self.y, self.width = sheet, x, y, width
        self._top = y

    def row(self, height: float, *cells: Cell) -> None:
        """One row of cells."""
        rest = self.width - sum(cell.width for cell in cells)
        share = rest / max(1, sum(1 for cell in cells if not cell.width))
        x = self.x
        for number, cell in enumerate(cells):
            width = cell.width or share
            if number:
                self.sheet.line(x, self.y, x, self.y + height, THIN)
            cell.draw(self.sheet, Box(x, self.y, width, height))
            x += width
        self.y += height
        self.sheet.line(self.x, self.y, self.x + self.width, self.y, THIN)

    def block(self, head: Cell, rows: Sequence[tuple[float, Sequence[Cell]]], tail: Cell | None = None) -> None:
        """Several rows beside one heading cell, and with one cell for all of them at the right if `tail` is given."""
        height = sum(h for h, _ in rows)
        after = tail.width if tail else 0
        inner = Grid(self.sheet, self.x + head.width, self.y, self.width - head.width - after)
        head.draw(self.sheet, Box(self.x, self.y, head.width, height))
        self.sheet.line(inner.x, self.y, inner.x, self.y + height, THIN)
        for row_height, cells in rows:
            inner.row(row_height, *cells)
        if tail:
            x = self.x + self.width - after
            self.sheet.line(x, self.y, x, self.y + height, THIN)
            tail.draw(self.sheet, Box(x, self.y, after, height))
        self.y += height
        self.sheet.line(self.x, self.y, self.x + self.width, self.y, THIN)

    def close(self) -> float:
        """Draws the bold frame around all rows. Returns where the table ends."""
        self.sheet.frame(Box(self.x, self._top, self.width, self.y - self._top), BOLD)
        return self.y
