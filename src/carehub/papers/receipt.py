"""The merge receipt 合并回执: what the office took over from a room's bundle. One page, signed by both. The counts add
up: every change that came was taken over, known already, or not taken over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import BinaryIO

from carehub.domain.texts import mark
from carehub.papers.official import LINE, OfficialPaper
from carehub.papers.press import Press

TITLE = mark("Merge receipt")
ROW = 9.0
"""Height of a row of the list, mm."""


class Result(StrEnum):
    """What became of one thing on the list."""

    REFUSED = mark("Refused")
    ASKED = mark("In question")
    SETTLED = mark("Settled")


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that was refused, is in question, or was decided: what it is about, and why or how."""

    about: str
    why: str
    result: Result = Result.ASKED


@dataclass(frozen=True, slots=True)
class MergeReceipt:
    """What came of one bundle, in plain numbers and words. `came`, `known` and `refused` count changes, `new`,
    `changed`, `voided` and `erased` records; `asked` and `settled` are the questions still open, and those decided
    since."""

    room: str
    office: str
    bundle: str
    received_on: date
    came: int
    known: int
    refused: int
    new: int
    changed: int
    voided: int = 0
    erased: int = 0
    asked: int = 0
    settled: int = 0
    remarks: Sequence[Remark] = ()

    @property
    def taken(self) -> int:
        """The changes taken over."""
        return self.came - self.known - self.refused


def write_receipt(out: BinaryIO, receipt: MergeReceipt, press: Press) -> int:
    """Writes the receipt. Returns the number of pages, which is one."""
    texts = press.texts
    paper = OfficialPaper(out, press, texts(TITLE))
    paper.title(texts(TITLE))
    paper.gap()
    paper.paragraph(texts("{room}:", room=_short(receipt.room)), indent=False)
    paper.paragraph(
        texts(
            "On {day} the bundle no. {bundle} of your office was received and merged, with this result:",
            day=press.day(receipt.received_on),
            bundle=_short(receipt.bundle, 20),
        )
    )
    told = texts(
        "{came} changes came: {taken} were taken over, {known} were known already, {refused} were not taken over.",
        came=receipt.came, taken=receipt.taken, known=receipt.known, refused=receipt.refused,
    )  # fmt: skip
    if receipt.erased:
        told += texts("Besides, {count} records were erased, as the law asks.", count=receipt.erased)
    paper.paragraph(told)
    counts = (receipt.new, receipt.changed, receipt.voided, receipt.asked, receipt.settled)
    paper.gap(0.3)
    heads = [texts(h) for h in (mark("New"), mark("Changed"), mark("Voided"), Result.ASKED, Result.SETTLED)]
    paper.table(heads, [0] * 5, [[str(count) for count in counts]], size=14, row=ROW, sides=["center"] * 5)
    paper.gap(0.5)
    _remarks(paper, receipt, press)
    paper.gap(0.3)
    paper.paragraph(texts("Office that merged: {office}", office=_short(receipt.office)), indent=False)
    paper.signatures([texts("Merged by:"), texts("Handed in by:")], press.day(receipt.received_on))
    return paper.save()


def _short(text: str, most: int = 48) -> str:
    """Names of at most two lines; anything longer would push the signatures off the page."""
    return text if len(text) <= most else text[: most - 1] + "…"


def _remarks(paper: OfficialPaper, receipt: MergeReceipt, press: Press) -> None:
    texts = press.texts
    if not receipt.remarks:
        paper.paragraph(texts("Everything was taken over; there is nothing to clear up."))
        return
    paper.heading(texts("To be cleared up"))
    # Below the list stay the office's name (26 characters a line) and the signatures; the list has a row of heads.
    below = LINE * (5.5 + (len(_short(receipt.office)) + 5) // 26)
    most = max(1, int((paper.left - below) / ROW) - 1)
    shown = receipt.remarks if len(receipt.remarks) <= most else receipt.remarks[: most - 1]
    rows = [[str(number), texts(r.result), r.about, r.why] for number, r in enumerate(shown, start=1)]
    if len(shown) < len(receipt.remarks):
        rows.append(["…", "", texts("{count} more, see the records", count=len(receipt.remarks) - len(shown)), ""])
    heads = [texts("No."), texts("Result"), texts("About"), texts("Why")]
    paper.table(heads, [12, 22, 52, 0], rows, size=12, row=ROW, sides=["center", "center"])
