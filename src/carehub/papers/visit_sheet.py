"""The visit sheet 走访记录表: one A4 page per visit, printed blank to be filled in by hand, or filled.

Batches carry a cover list in front. The order is the caller's: the order of the visits.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from carehub.domain.care import CHECK_FIELDS, Visit
from carehub.domain.facts import facts_of
from carehub.domain.office import Site
from carehub.domain.people import Child, FamilyMember, Volunteer
from carehub.domain.sheet_number import grouped
from carehub.domain.texts import mark
from carehub.papers.cover_list import CoverLine, draw_cover
from carehub.papers.fonts import Face
from carehub.papers.grid import PAD, Cell, Grid, choices, label, ruled, value
from carehub.papers.press import Press, age_on
from carehub.papers.sheet import Box, Sheet

LEFT, WIDTH, TOP = 21.0, 171.0, 14.0
"""The sheet's own margins, mm: a little more at the left, where sheets are filed."""
NAMED = 22.0
"""Width of the heading cells, mm."""
QR_SIDE = 21.0
RECENT = 3
ROW, WRITING_ROW, CHECK_ROW, LONG_ROW = 9.4, 10.5, 9.2, 18.5
"""Heights of printed rows, rows written by hand, rows with tick boxes, and rows for several lines, mm."""

TITLE = mark("Visit record")
BLANK_DAY = mark("____ y ____ m ____ d")
BLANK_TIME = mark("from ___:___ to ___:___")


@dataclass(frozen=True, slots=True)
class VisitSheet:
    """What one sheet shows. `recent` are earlier visits, the latest first; three are printed."""

    site: Site
    child: Child
    guardian: FamilyMember | None
    visit: Visit
    volunteer: Volunteer | None = None
    recent: Sequence[Visit] = ()


def visit_sheets(
    out: BinaryIO, sheets: Sequence[VisitSheet], press: Press, *, cover: bool = True
) -> Generator[tuple[int, int], None, int]:
    """Draws a batch step by step and yields (sheets done, all sheets) after each. `out` is written at the end, after
    the last step; returns the number of pages. With `cover` a list of all sheets comes first if there are several."""
    paper = Sheet(out, press.fonts, press.texts(TITLE), stamp=press.stamp)
    if cover and len(sheets) > 1:
        draw_cover(paper, press, [_cover_line(sheet, press) for sheet in sheets])
    for done, sheet in enumerate(sheets, start=1):
        draw_visit_sheet(paper, sheet, press)
        yield done, len(sheets)
    return paper.save()


def write_visit_sheets(out: BinaryIO, sheets: Sequence[VisitSheet], press: Press, *, cover: bool = True) -> int:
    """Draws a batch in one go. Returns the number of pages."""
    steps = visit_sheets(out, sheets, press, cover=cover)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return int(end.value)


def _cover_line(sheet: VisitSheet, press: Press) -> CoverLine:
    child, guardian = sheet.child, sheet.guardian
    return CoverLine(
        child.name or "",
        child.home_address or "",
        press.value(guardian, "name"),
        press.value(guardian, "phone"),
        grouped(sheet.visit.sheet_no or ""),
    )


def draw_visit_sheet(paper: Sheet, sheet: VisitSheet, press: Press) -> None:
    """Draws one sheet on one page."""
    _heading(paper, sheet, press)
    grid = Grid(paper, LEFT, TOP + 28, WIDTH)
    _child_rows(grid, sheet, press)
    _recent_rows(grid, sheet, press)
    _visit_rows(grid, sheet.visit, press)
    _check_rows(grid, sheet.visit, press)
    _next_rows(grid, sheet.visit, press)
    _signatures(grid, press)
    end = grid.close()
    hint = press.texts("Write with a black pen and tick the boxes. Two or more people go on every visit.")
    paper.fit(Box(LEFT, end + 1.2, WIDTH, 5), hint, Face.KAITI, 10)
    paper.end_page()


def _heading(paper: Sheet, sheet: VisitSheet, press: Press) -> None:
    visit, right = sheet.visit, LEFT + WIDTH
    paper.fit(Box(LEFT, TOP, WIDTH - 55, 7), sheet.site.name or "", Face.KAITI, 13)
    paper.text(LEFT + WIDTH / 2, TOP + 13, press.texts(TITLE), Face.TITLE, 24, align="center")
    number = visit.sheet_no or ""
    if number:
        paper.qr(Box(right - QR_SIDE - 1, TOP, QR_SIDE, QR_SIDE), number)
        said = f"{press.label(Visit, 'sheet_no')} {grouped(number)}"
        paper.text(right, TOP + 25, said, Face.SONGTI, 11, align="right")
    facts = [(press.label(Visit, "planned_for"), press.value(visit, "planned_for"))]
    facts.append((press.label(Visit, "volunteer_id"), press.value(sheet.volunteer, "name")))
    said = "　　".join(f"{name}：{text}" for name, text in facts if text)
    paper.fit(Box(LEFT, TOP + 22.5, WIDTH - 52, 5), said, Face.FANGSONG, 12)


def _child_rows(grid: Grid, sheet: VisitSheet, press: Press) -> None:
    child, guardian = sheet.child, sheet.guardian
    more = press.texts("… (see the records)")

    def named(field: str, width: float = NAMED) -> Cell:
        return label(press.label(Child, field), width)

    def known(text: str, width: float = 0) -> Cell:
        return value(text, width, ending=more)

    grid.row(
        ROW,
        named("name"),
        known(child.name or "", 44),
        named("sex", 14),
        value(press.value(child, "sex"), 15, align="center"),
        named("birth_date"),
        known(_birth(child, sheet.visit, press)),
    )
    grid.row(ROW, named("school"), known(child.school or "", 73), named("grade"), known(child.grade or ""))
    grid.row(ROW, named("home_address"), known(child.home_address or ""))
    grid.row(ROW, named("map_note"), known(child.map_note or ""))
    grid.row(
        ROW,
        label(press.label(FamilyMember, "is_guardian"), NAMED),
        known(press.value(guardian, "name"), 44),
        label(press.label(FamilyMember, "relation"), 24),
        known(press.value(guardian, "relation"), 22),
        label(press.label(FamilyMember, "phone"), 20),
        known(press.value(guardian, "phone")),
    )


def _birth(child: Child, visit: Visit, press: Press) -> str:
    """The birth date with the age on the day of the visit, as far as that day is known."""
    day = visit.done_on or visit.planned_for
    if child.birth_date is None or day is None:
        return press.day(child.birth_date)
    age = press.texts("({years} years)", years=age_on(child.birth_date, day))
    return press.day(child.birth_date) + age


def _recent_rows(grid: Grid, sheet: VisitSheet, press: Press) -> None:
    widths = (30.0, 20.0, 29.0, 0.0)
    names = [press.label(Visit, name) for name in ("done_on", "way", "visitors")]
    names.append(press.texts("What was seen"))
    size = 10.5
    rest = WIDTH - NAMED - sum(widths)
    rows = [(7.0, [label(n, w or rest, size=size) for n, w in zip(names, widths, strict=True)])]
    for visit in [*sheet.recent[:RECENT], *[None] * RECENT][:RECENT]:
        texts = [press.value(visit, name) for name in ("done_on", "way", "visitors")]
        texts.append(seen(visit, press) if visit else "")
        rows.append((8.9, [value(t, w, size=size) for t, w in zip(texts, widths, strict=True)]))
    grid.block(label(press.texts("Last three\nvisits"), NAMED), rows)


def seen(visit: Visit, press: Press) -> str:
    """What an earlier visit found, in few words: what was not in order, then the note."""
    wrong = [
        f"{press.label(Visit, name)}{press.value(visit, name)}"
        for name in CHECK_FIELDS
        if getattr(visit, name) not in (None, "ok")
    ]
    looked = any(getattr(visit, name) for name in CHECK_FIELDS)
    found = "、".join(wrong) or (press.texts("nothing to worry about") if looked else "")
    return "；".join(part for part in (found, (visit.note or "").replace("\n", " ")) if part)


def _options(press: Press, field: str) -> list[tuple[str, str]]:
    codes = press.codes[facts_of(Visit)[field].codes]
    return [(code.code, codes.name_of(code.code, press.texts)) for code in codes]


def _visit_rows(grid: Grid, visit: Visit, press: Press) -> None:
    done = visit.done_on is not None
    way = visit.way if done else None  # before the visit it is only the form's default
    grid.row(WRITING_ROW, label(press.label(Visit, "way"), NAMED), choices(_options(press, "way"), way, size=13))
    minutes = press.texts("{count} minutes", count=visit.minutes) if visit.minutes else ""
    took = minutes or ("" if done else press.texts(BLANK_TIME))
    grid.row(
        WRITING_ROW,
        label(press.label(Visit, "done_on"), NAMED),
        value(_day(visit.done_on, press, blank=not done), 68),
        label(press.texts("Time"), 20),
        value(took),
    )
    grid.row(
        19,
        label(press.texts("Visitors\n(two or more)"), NAMED),
        value(visit.visitors or "", 68, lines=2, ending=press.texts("… (see the records)")),
        label(press.label(Visit, "present"), 20),
        value(visit.present or "", lines=2, ending=press.texts("… (see the records)")),
    )


def _day(day: date | None, press: Press, *, blank: bool) -> str:
    """A date, or room to write one."""
    return press.day(day) if day else press.texts(BLANK_DAY) if blank else ""


def _check_rows(grid: Grid, visit: Visit, press: Press) -> None:
    rows = []
    for name in CHECK_FIELDS:
        options = choices(_options(press, name), getattr(visit, name), 76, size=12, gap=5)
        rows.append((CHECK_ROW, [label(press.label(Visit, name), 26), options]))
    note = visit.note or ""

    def draw(sheet: Sheet, box: Box) -> None:
        head = Box(box.x, box.y, box.w, CHECK_ROW)
        sheet.fit(head.inset(PAD), press.label(Visit, "note"), Face.HEITI, 12, align="center")
        sheet.line(head.x, head.y + head.h, head.x + head.w, head.y + head.h)
        body = Box(box.x, box.y + head.h, box.w, box.h - head.h)
        if note:
            more = press.texts("… (see the records)")
            sheet.fit(body.inset(PAD, PAD), note, Face.FANGSONG, 12, valign="top", ending=more)
        else:
            ruled(sheet, body, 5)

    grid.block(label(press.texts("What\nwas\nseen"), 10), rows, Cell(draw, WIDTH - 10 - 26 - 76))


def _next_rows(grid: Grid, visit: Visit, press: Press) -> None:
    more = press.texts("… (see the records)")
    for name in ("needs", "measures"):
        text = value(getattr(visit, name) or "", valign="top", lines=2, ending=more)
        grid.row(LONG_ROW, label(press.label(Visit, name), NAMED), text)
    blank = visit.done_on is None
    grid.row(WRITING_ROW, label(press.label(Visit, "next_on"), NAMED), value(_day(visit.next_on, press, blank=blank)))


def _signatures(grid: Grid, press: Press) -> None:
    grid.row(
        16,
        label(press.texts("Visitors'\nsignatures"), NAMED),
        value("", 68),
        label(press.texts("Guardian's\nsignature"), NAMED),
        value(""),
    )
