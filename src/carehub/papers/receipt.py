"""The merge receipt 合并回执: what the office took over from a room's bundle. One page, signed by both."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from carehub.domain.texts import mark
from carehub.papers.official import LINE, OfficialPaper
from carehub.papers.press import Press

TITLE = mark("Merge receipt")
ROW = 12.0
"""Height of a row of the list, mm."""
BELOW = 8 * LINE
"""What must stay free below the list for the office's name and the signatures, mm."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that was refused or is in question: what it is about, and why."""

    about: str
    why: str
    refused: bool = False


@dataclass(frozen=True, slots=True)
class MergeReceipt:
    """What came of one bundle, in plain numbers and words."""

    room: str
    office: str
    bundle: str
    received_on: date
    came: int
    new: int
    changed: int
    refused: int
    in_question: int
    remarks: Sequence[Remark] = ()


def write_receipt(out: BinaryIO, receipt: MergeReceipt, press: Press) -> int:
    """Writes the receipt. Returns the number of pages, which is one."""
    say = press.texts
    paper = OfficialPaper(out, press.fonts, say(TITLE))
    paper.title(say(TITLE))
    paper.gap()
    paper.paragraph(say("{room}:", room=_short(receipt.room)), indent=False)
    paper.paragraph(
        say(
            "On {day} the bundle no. {bundle} of your office was received and merged, with this result:",
            day=press.day(receipt.received_on), bundle=_short(receipt.bundle, 20),
        )
    )
    counts = (receipt.came, receipt.new, receipt.changed, receipt.refused, receipt.in_question)
    paper.gap(0.3)
    heads = [say(h) for h in (mark("Came"), mark("New"), mark("Changed"), mark("Refused"), mark("In question"))]
    paper.table(heads, [0] * 5, [[str(count) for count in counts]], size=14, row=11, sides=["center"] * 5)
    paper.gap(0.5)
    _remarks(paper, receipt, press)
    paper.gap(0.3)
    paper.paragraph(say("Office that merged: {office}", office=_short(receipt.office)), indent=False)
    paper.signatures([say("Merged by:"), say("Handed in by:")], press.day(receipt.received_on))
    return paper.save()


def _short(text: str, most: int = 60) -> str:
    """Names as long as a site's may be; anything longer would push the signatures off the page."""
    return text if len(text) <= most else text[: most - 1] + "…"


def _remarks(paper: OfficialPaper, receipt: MergeReceipt, press: Press) -> None:
    say = press.texts
    if not receipt.remarks:
        paper.paragraph(say("Everything was taken over; there is nothing to clear up."))
        return
    paper.heading(say("To be cleared up"))
    most = int((paper.left - BELOW) / ROW) - 1
    shown = receipt.remarks if len(receipt.remarks) <= most else receipt.remarks[: most - 1]
    rows = [
        [str(number), say("Refused") if r.refused else say("In question"), r.about, r.why]
        for number, r in enumerate(shown, start=1)
    ]
    if len(shown) < len(receipt.remarks):
        rows.append(["…", "", say("{count} more, see the records", count=len(receipt.remarks) - len(shown)), ""])
    heads = [say("No."), say("Result"), say("About"), say("Why")]
    paper.table(heads, [12, 22, 52, 0], rows, size=12, row=ROW, sides=["center", "center"])
