"""The public notice 公示: name, school, grade and class, and nothing else can get onto it.

The paper takes rows of a type that has just these four fields, a subject from a code list and three facts about the
office; it knows no child, no record and no free text, so that no later hand can pass it more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from carehub.domain.people import Child
from carehub.domain.texts import mark
from carehub.papers.official import OfficialPaper
from carehub.papers.press import Press

TITLE = mark("Public notice")


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One child on a public notice. There is no other field, and `slots` lets nobody add one."""

    name: str
    school: str
    grade: str
    class_name: str


FIELDS = ("name", "school", "grade", "class_name")
"""The fields of a child that may stand on a public notice, by name."""


@dataclass(frozen=True, slots=True)
class PublicNotice:
    """A notice: `subject` is a code of `notice_subject`, `office` the site's name, and the days it hangs out."""

    subject: str
    office: str
    first: date
    last: date
    lines: Sequence[NoticeLine]


def write_notice(out: BinaryIO, notice: PublicNotice, press: Press) -> int:
    """Writes the notice. Returns the number of pages. Lines of any other type are refused."""
    if any(type(line) is not NoticeLine for line in notice.lines):
        raise TypeError("a public notice takes NoticeLine only")
    texts = press.texts
    paper = OfficialPaper(out, press, texts(TITLE))
    paper.title(texts(TITLE))
    paper.gap()
    subject = press.codes["notice_subject"].name_of(notice.subject, texts)
    told = texts(
        "The following {count} children are made known to the public ({subject}). The notice hangs out from {first} to "
        "{last}. Whoever has an objection is asked to tell {office} within this time.",
        count=len(notice.lines), subject=subject, first=press.day(notice.first), last=press.day(notice.last),
        office=notice.office,
    )  # fmt: skip
    paper.paragraph(told)
    paper.gap(0.5)
    heads = [texts(mark("No.")), *(press.label(Child, name) for name in FIELDS)]
    rows = [[str(n), line.name, line.school, line.grade, line.class_name] for n, line in enumerate(notice.lines, 1)]
    paper.table(heads, [14, 36, 0, 28, 24], rows, sides=["center"])
    paper.gap()
    paper.paragraph(notice.office, indent=False)
    paper.paragraph(press.day(notice.first), indent=False)
    return paper.save()
