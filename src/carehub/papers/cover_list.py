"""The list in front of a batch of visit sheets 走访清单: whom to visit, in order, with room to sign."""

from collections.abc import Sequence
from dataclasses import dataclass

from carehub.domain.care import Visit
from carehub.domain.people import Child, FamilyMember
from carehub.papers.fonts import Face
from carehub.papers.grid import Grid, label, value
from carehub.papers.press import Press
from carehub.papers.sheet import Box, Sheet

LEFT, TOP, WIDTH = 21.0, 30.0, 168.0
ROW, ROWS_FIRST, ROWS_MORE = 10.5, 19, 21
COLUMNS = (11.0, 22.0, 39.0, 20.0, 27.0, 31.0, 18.0)
"""Widths of number, name, address, guardian, phone, sheet number and signature, mm."""


@dataclass(frozen=True, slots=True)
class CoverLine:
    """One visit of the list, as printed."""

    name: str
    address: str
    guardian: str
    phone: str
    number: str


def draw_cover(paper: Sheet, press: Press, lines: Sequence[CoverLine]) -> None:
    """Draws as many pages as the list needs, numbered “— 1 —”."""
    start, page = 0, 1
    while start < len(lines):
        rows = ROWS_FIRST if page == 1 else ROWS_MORE
        _page(paper, press, lines, range(start, min(start + rows, len(lines))), first=page == 1)
        paper.page_number(page)
        paper.end_page()
        start, page = start + rows, page + 1


def _page(paper: Sheet, press: Press, lines: Sequence[CoverLine], numbers: range, *, first: bool) -> None:
    y = TOP
    if first:
        paper.text(LEFT + WIDTH / 2, TOP + 4, press.texts("List of visits"), Face.TITLE, 22, align="center")
        said = press.texts("{count} sheets in the order of the visits", count=len(lines))
        paper.fit(Box(LEFT, TOP + 12, WIDTH, 7), said, Face.KAITI, 12)
        y += 20
    grid = Grid(paper, LEFT, y, WIDTH)
    heads = (
        press.texts("No."),
        press.label(Child, "name"),
        press.label(Child, "home_address"),
        press.label(FamilyMember, "is_guardian"),
        press.label(FamilyMember, "phone"),
        press.label(Visit, "sheet_no"),
        press.texts("Signed"),
    )
    grid.row(ROW, *[label(head, wide) for head, wide in zip(heads, COLUMNS, strict=True)])
    for number in numbers:
        line = lines[number]
        texts = (str(number + 1), line.name, line.address, line.guardian, line.phone, line.number, "")
        sides = ("center", "left", "left", "left", "center", "center", "center")
        cells = zip(texts, COLUMNS, sides, strict=True)
        grid.row(ROW, *[value(text, wide, size=10.5, least=7.5, align=side) for text, wide, side in cells])
    grid.close()
