"""The four-party pledge 四方责任书: pupil, school, internet café or parents, care committee; one page for each child.

What each party promises is reference data (`resources/pledge.toml`): a township may word it in its own way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from carehub.domain.activities import PARTIES, Pledge
from carehub.domain.people import Child
from carehub.domain.texts import mark
from carehub.papers.fonts import Face
from carehub.papers.grid import Grid, label, value
from carehub.papers.numbered import stamp
from carehub.papers.press import Press
from carehub.papers.sheet import BODY, Box, Sheet

TITLE = mark("Four-party pledge")
LEFT, TOP, WIDTH = 28.0, 30.0, 156.0
CLAUSES, SIGNS = 34.0, 12.0
"""Heights of what a party promises and of where it signs, mm."""
NAMES = {
    "pupil": mark("Pupil"),
    "school": mark("School"),
    "committee": mark("Care committee"),
}


@dataclass(frozen=True, slots=True)
class PledgeSheet:
    """One pledge with its child, the office that keeps it, and the wording of its theme: party → what it promises.
    Of the third party there are two wordings, `parents` and `cafe`. By the number the pledge is found again."""

    pledge: Pledge
    child: Child
    office: str
    wording: Mapping[str, str]
    number: str = ""


def write_pledges(out: BinaryIO, sheets: Sequence[PledgeSheet], press: Press) -> int:
    """Writes one page for each pledge, in one file. Returns the number of pages."""
    paper = Sheet(out, press.fonts, press.texts(TITLE), stamp=press.stamp)
    for sheet in sheets:
        _page(paper, sheet, press)
        paper.end_page()
    return paper.save()


def _page(paper: Sheet, sheet: PledgeSheet, press: Press) -> None:
    texts, pledge, child = press.texts, sheet.pledge, sheet.child
    theme = press.value(pledge, "theme")
    stamp(paper, LEFT + WIDTH, 9, 18, press.label(Pledge, "sheet_no"), sheet.number)
    paper.fit(Box(LEFT, TOP, WIDTH, 11), texts(TITLE), Face.TITLE, 22, align="center")
    told = texts("({theme}, {year})", theme=theme, year=pledge.year or "")
    paper.fit(Box(LEFT, TOP + 11, WIDTH, 8), told, Face.KAITI, BODY, align="center")
    grid = Grid(paper, LEFT, TOP + 22, WIDTH)
    place = "".join(x for x in (child.school, child.grade, child.class_name) if x)
    grid.row(
        10, label(press.label(Child, "name"), 24), value(child.name or "", 48),
        label(texts("School and class"), 30), value(place),
    )  # fmt: skip
    third = press.value(pledge, "third_party")
    grid.row(
        10, label(third, 24), value(pledge.third_name or "", 48),
        label(press.label(Pledge, "expires_on"), 30), value(press.day(pledge.expires_on)),
    )  # fmt: skip
    for party in PARTIES:
        kind = (pledge.third_party or "parents") if party == "third" else party
        name = third if party == "third" else texts(NAMES[party])
        day = press.day(getattr(pledge, f"{party}_on"))
        signs = (
            texts("Signature or seal:") if party in ("school", "committee") or kind == "cafe" else texts("Signature:")
        )
        promise = value(sheet.wording.get(kind, ""), size=14, least=9)
        sign = (SIGNS, [value(signs, 84, size=14), value(day or texts("____ year __ month __ day"), align="center")])
        grid.block(label(name, 24, size=14), [(CLAUSES, [promise]), sign])
    grid.close()
    paper.fit(Box(LEFT, grid.y + 2, WIDTH, 7), texts("Kept by {office}.", office=sheet.office), Face.KAITI, 12)
