"""The activity sign-in sheet 活动签到表: who is expected, with room to sign; empty lines for those who come besides."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from carehub.domain.activities import Activity
from carehub.domain.texts import mark
from carehub.papers.official import OfficialPaper
from carehub.papers.press import Press

TITLE = mark("Activity sign-in sheet")
ROW = 9.0
SPARE = 5
"""Empty lines at least, for those whom nobody expected."""


@dataclass(frozen=True, slots=True)
class Guest:
    """One line: name, who that is (child, volunteer, family), school and class or relation."""

    name: str
    who: str
    about: str


@dataclass(frozen=True, slots=True)
class SignInSheet:
    """An activity, the office that holds it, who is expected or came, and the number by which the sheet is found."""

    activity: Activity
    office: str
    guests: Sequence[Guest]
    number: str = ""


def write_sign_in(out: BinaryIO, sheet: SignInSheet, press: Press) -> int:
    """Writes the sheet. Returns the number of pages."""
    texts, activity = press.texts, sheet.activity
    paper = OfficialPaper(out, press, texts(TITLE), (press.label(Activity, "sheet_no"), sheet.number))
    paper.title(texts(TITLE))
    for line in _head(sheet, press):
        paper.paragraph(line, indent=False)
    paper.gap(0.3)
    rows = [[str(n), g.name, g.who, g.about, ""] for n, g in enumerate(sheet.guests, 1)]
    fits = 0 if activity.summary else int(paper.left / ROW) - 1  # the rest of the first page, less the heads
    spare = max(SPARE, fits - len(rows))
    rows += [[str(n), "", "", "", ""] for n in range(len(rows) + 1, len(rows) + spare + 1)]
    heads = [
        texts(mark("No.")),
        texts(mark("Name")),
        texts(mark("Who (child, volunteer, family)")),
        texts(mark("School, class or relation")),
        texts(mark("Signature")),
    ]
    paper.table(heads, [12, 30, 24, 0, 36], rows, row=ROW, sides=["center", "left", "center"])
    if activity.summary:
        paper.gap(0.3)
        paper.paragraph(f"{press.label(Activity, 'summary')}：{activity.summary}", indent=False)
    return paper.save()


def _head(sheet: SignInSheet, press: Press) -> list[str]:
    """What is known of the activity, two facts a line at most."""
    texts, activity = press.texts, sheet.activity
    days = press.day(activity.held_on)
    if activity.until_on:
        days = texts("{first} to {last}", first=days, last=press.day(activity.until_on))
    times = "—".join(t for t in (activity.starts_at, activity.ends_at) if t)

    def known(name: str) -> str:
        return f"{press.label(Activity, name)}：{press.value(activity, name)}" if press.value(activity, name) else ""

    return [line for line in (
        known("title"),
        "　".join(x for x in (known("kind"), texts("Time: {time}", time=f"{days} {times}".strip())) if x),
        known("place"),
        "　".join(x for x in (known("leader"), known("safety_officer")) if x),
        texts("Held by: {office}", office=sheet.office),
    ) if line]  # fmt: skip
