"""The number of a sheet that comes back filled in by hand, readable and as a QR code, in the head of a page."""

from carehub.domain.sheet_number import grouped
from carehub.papers.fonts import Face
from carehub.papers.sheet import Box, Sheet

QUIET = 5.0
"""White left of the code, mm: a scanner needs four of its modules."""


def stamp(sheet: Sheet, right: float, top: float, side: float, name: str, number: str) -> None:
    """Draws the code with its right upper corner at (`right`, `top`) and `side` mm wide, the number left of it; nothing
    without a number."""
    if number:
        sheet.qr(Box(right - side, top, side, side), number)
        said = f"{name} {grouped(number)}"
        sheet.text(right - side - QUIET, top + side / 2, said, Face.SONGTI, 11, align="right")
