"""The patrol log 巡查记录: every round to an internet café with what was found and who was told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from carehub.domain.activities import Patrol, PatrolSheet
from carehub.domain.texts import mark
from carehub.papers.official import OfficialPaper
from carehub.papers.press import Press

TITLE = mark("Log of internet café patrols")
ROW = 14.0
BLANK = 12
"""Lines of a log to be filled in."""


@dataclass(frozen=True, slots=True)
class PatrolLog:
    """Rounds in their order, the office, the names of volunteers by id. A sheet to fill in has a number by which it is
    found again, and as many `lines` at least."""

    patrols: Sequence[Patrol]
    office: str
    volunteers: Mapping[str, str]
    number: str = ""
    lines: int = 0


def write_patrol_log(out: BinaryIO, log: PatrolLog, press: Press) -> int:
    """Writes the log. Returns the number of pages."""
    texts = press.texts
    paper = OfficialPaper(out, press, texts(TITLE), (press.label(PatrolSheet, "sheet_no"), log.number))
    paper.title(texts(TITLE))
    paper.paragraph(texts("Kept by {office}.", office=log.office), indent=False)
    paper.gap(0.3)
    rows = [
        [
            press.day(p.patrolled_on), p.cafe or "", log.volunteers.get(p.volunteer_id or "", ""),
            "" if p.minutes is None else str(p.minutes), p.found or "", p.told or "", "",
        ]
        for p in log.patrols
    ]  # fmt: skip
    rows += [[""] * 7 for _ in range(max(log.lines - len(rows), 0 if rows else 1))]
    heads = [press.label(Patrol, name) for name in ("patrolled_on", "cafe", "volunteer_id", "minutes", "found", "told")]
    paper.table([*heads, texts(mark("Signature"))], [31, 24, 18, 12, 0, 20, 17], rows, size=10.5, row=ROW,
                sides=["left", "left", "left", "center"])  # fmt: skip
    return paper.save()
