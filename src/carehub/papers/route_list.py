"""The route list 走访任务单: whom to visit this week, in walking order, by whom, and what has waited longest; with room
to tick off what is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from carehub.domain.care import Visit
from carehub.domain.people import Child, FamilyMember, Volunteer
from carehub.domain.sheet_number import grouped
from carehub.domain.texts import mark
from carehub.papers.fonts import Face
from carehub.papers.grid import Grid, label, value
from carehub.papers.press import Press
from carehub.papers.sheet import A4_LANDSCAPE, Box, Sheet

LEFT, TOP, WIDTH = 14.0, 14.0, 269.0
HEAD, ROW, ROWS_FIRST, ROWS_MORE = 9.0, 10.4, 14, 16
COLUMNS = (10.0, 24.0, 68.0, 24.0, 31.0, 26.0, 17.0, 24.0, 33.0, 12.0)
"""Widths of number, child, address, guardian, phone, last visit, days overdue, volunteer, sheet number and tick, mm."""
TITLE = mark("Route list of visits")
BLANK_SIGN = mark("Handed out by: __________　　Back on: ____ m ____ d")


@dataclass(frozen=True, slots=True)
class RouteLine:
    """One visit of the list. `overdue`: days, 0 and less where the visit is not late."""

    child: Child
    address: str
    guardian: FamilyMember | None
    last: date | None
    overdue: int
    volunteer: Volunteer | None
    sheet_no: str


@dataclass(frozen=True, slots=True)
class RouteList:
    """What the paper shows: which site, for the week from one day to another, the visits in their order."""

    site: str
    first: date
    until: date
    lines: Sequence[RouteLine]


def write_route_list(out: BinaryIO, route: RouteList, press: Press) -> int:
    """Draws the list. Returns the number of pages."""
    paper = Sheet(out, press.fonts, press.texts(TITLE), A4_LANDSCAPE)
    start, page = 0, 1
    while page == 1 or start < len(route.lines):
        rows = ROWS_FIRST if page == 1 else ROWS_MORE
        _page(paper, press, route, range(start, min(start + rows, len(route.lines))), first=page == 1)
        paper.text(LEFT + WIDTH / 2, 201, f"— {page} —", Face.SONGTI, 12, align="center")
        paper.end_page()
        start, page = start + rows, page + 1
    return paper.save()


def _page(paper: Sheet, press: Press, route: RouteList, numbers: range, *, first: bool) -> None:
    y = _heading(paper, press, route) if first else TOP
    grid = Grid(paper, LEFT, y, WIDTH)
    heads = (
        press.texts("No."),
        press.label(Child, "name"),
        press.label(Child, "home_address"),
        press.label(FamilyMember, "is_guardian"),
        press.label(FamilyMember, "phone"),
        press.texts("Last visit"),
        press.texts("Days overdue"),
        press.label(Visit, "volunteer_id"),
        press.label(Visit, "sheet_no"),
        press.texts("Done"),
    )
    grid.row(HEAD, *[label(head, wide, size=11) for head, wide in zip(heads, COLUMNS, strict=True)])
    sides = ("center", "left", "left", "left", "center", "center", "center", "left", "center", "center")
    for number in numbers:
        cells = zip(_texts(press, route.lines[number], number), COLUMNS, sides, strict=True)
        grid.row(ROW, *[value(text, wide, size=11, least=7.5, align=side) for text, wide, side in cells])
    grid.close()


def _heading(paper: Sheet, press: Press, route: RouteList) -> float:
    """Title, site, week and count. Returns where the table begins."""
    paper.text(LEFT + WIDTH / 2, TOP + 4, press.texts(TITLE), Face.TITLE, 22, align="center")
    late = sum(line.overdue > 0 for line in route.lines)
    said = press.texts("{site}　　{first} to {until}　　{count} visits, {late} of them overdue", site=route.site,
                       first=press.day(route.first), until=press.day(route.until), count=len(route.lines),
                       late=late)  # fmt: skip
    paper.fit(Box(LEFT, TOP + 11, WIDTH - 95, 7), said, Face.KAITI, 12)
    paper.text(LEFT + WIDTH, TOP + 14.5, press.texts(BLANK_SIGN), Face.FANGSONG, 11, align="right")
    return TOP + 20


def _texts(press: Press, line: RouteLine, number: int) -> tuple[str, ...]:
    """One row. A visit that is not late has no days; a child nobody has visited says so."""
    place = "；".join(part for part in (line.address, line.child.map_note or "") if part)
    return (
        str(number + 1),
        line.child.name or "",
        place,
        press.value(line.guardian, "name"),
        press.value(line.guardian, "phone"),
        line.last.isoformat() if line.last else press.texts("never yet"),
        str(line.overdue) if line.overdue > 0 else "",
        press.value(line.volunteer, "name"),
        grouped(line.sheet_no),
        "□",
    )
