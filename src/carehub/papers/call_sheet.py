"""The audit call sheet 电话回访表: whom to call about which payment, and room for what they say; the draw it comes
from; what the sample says, once calls were made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from carehub.domain.money import yuan
from carehub.domain.texts import mark
from carehub.papers.official import OfficialPaper
from carehub.papers.press import Press

TITLE = mark("Audit call sheet")
ABOUT = mark(
    "{office}: {programme}, {term}. Drawn on {day} from {population} payments at {rate} ({method}). The draw was "
    "planned on {planned}, before the public draw that decided: {lot} of {lot_day}, number {number}."
)
HOW = mark(
    "Ask first what was received, then say what was due. After three tries on different days call the next reserve."
)
SEED = mark("Seed: {seed}")
RESERVE = mark("Reserve")
SATISFACTION = "1 2 3 4 5"


@dataclass(frozen=True, slots=True)
class CallLine:
    """One payment to call about: `place` in the draw, who it is, whom to call, what was due; what was found, if
    anything was."""

    place: int
    reserve: bool
    name: str
    school: str
    phone: str
    due_fen: int
    received: str = ""
    satisfaction: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class CallSheet:
    """A call sheet of one sample. `method` in words, `rate` as a percentage, `said` the statement in sentences."""

    office: str
    programme: str
    term: str
    population: int
    rate: str
    method: str
    planned_on: date | None
    drawn_on: date | None
    lot: str
    lot_on: date | None
    number: str
    seed: str
    lines: Sequence[CallLine]
    said: Sequence[str] = ()


def write_call_sheet(out: BinaryIO, sheet: CallSheet, press: Press) -> int:
    """Writes the sheet, the reserve list on it as well. Returns the number of pages."""
    texts = press.texts
    paper = OfficialPaper(out, press, texts(TITLE))
    paper.title(texts(TITLE))
    paper.gap(0.5)
    paper.paragraph(
        texts(
            ABOUT, office=sheet.office, programme=sheet.programme, term=sheet.term, day=press.day(sheet.drawn_on),
            population=sheet.population, rate=sheet.rate, method=sheet.method, planned=press.day(sheet.planned_on),
            lot=sheet.lot, lot_day=press.day(sheet.lot_on), number=sheet.number,
        )
    )  # fmt: skip
    paper.paragraph(texts(HOW))
    paper.gap(0.3)
    heads = [texts(h) for h in (mark("No."), mark("Name"), mark("School"), mark("Phone"), mark("Due"), mark("Tries"),
                                mark("Received"), mark("Satisfaction"), mark("Remark"))]  # fmt: skip
    widths = [12, 16, 22, 24, 15, 16, 15, 18, 0]
    sides = ["center", "left", "left", "left", "right", "center", "right", "center"]
    paper.table(heads, widths, [_row(line, press) for line in sheet.lines], size=10.5, row=11, sides=sides)
    paper.gap(0.5)
    for sentence in sheet.said:
        paper.paragraph(sentence)
    paper.paragraph(texts(SEED, seed=sheet.seed), indent=False)
    paper.signatures([texts(n) for n in (mark("Called by:"), mark("Checked by:"))])
    return paper.save()


def _row(line: CallLine, press: Press) -> list[str]:
    number = f"{press.texts(RESERVE)}{line.place}" if line.reserve else str(line.place)
    return [number, line.name, line.school, line.phone, yuan(line.due_fen), "□□□", line.received,
            line.satisfaction or SATISFACTION, line.remark]  # fmt: skip
