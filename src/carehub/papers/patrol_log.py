"""The patrol log 巡查记录: every round to an internet café with what was found and who was told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from carehub.domain.activities import Patrol
from carehub.domain.texts import mark
from carehub.papers.official import OfficialPaper
from carehub.papers.press import Press

TITLE = mark("Log of internet café patrols")
ROW = 14.0
BLANK = 12
"""Lines of a log on which nothing is printed yet."""


@dataclass(frozen=True, slots=True)
class PatrolLog:
    """Rounds in their order, the office, and the names of volunteers by id. Without rounds it is a sheet to fill in."""

    patrols: Sequence[Patrol]
    office: str
    volunteers: Mapping[str, str]


def write_patrol_log(out: BinaryIO, log: PatrolLog, press: Press) -> int:
    """Writes the log. Returns the number of pages."""
    texts = press.texts
    paper = OfficialPaper(out, press.fonts, texts(TITLE))
    paper.title(texts(TITLE))
    paper.paragraph(texts("Kept by {office}.", office=log.office), indent=False)
    paper.gap(0.3)
    rows = [
        [
            press.day(p.patrolled_on), p.cafe or "", log.volunteers.get(p.volunteer_id or "", ""),
            "" if p.minutes is None else str(p.minutes), p.found or "", p.told or "", "",
        ]
        for p in log.patrols
    ] or [[""] * 7 for _ in range(BLANK)]  # fmt: skip
    heads = [press.label(Patrol, name) for name in ("patrolled_on", "cafe", "volunteer_id", "minutes", "found", "told")]
    paper.table([*heads, texts(mark("Signature"))], [31, 24, 18, 12, 0, 20, 17], rows, size=10.5, row=ROW,
                sides=["left", "left", "left", "center"])  # fmt: skip
    return paper.save()
