"""The payment roll 发放签领花名册: who gets what, room to sign, subtotals by school, the sum in capitals."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from carehub.domain.aid import Payment
from carehub.domain.money import capitals, yuan
from carehub.domain.texts import mark
from carehub.papers.official import OfficialPaper
from carehub.papers.press import Press

TITLE = mark("{term}: roll of payments, {programme}")
ABOUT, ROLL = mark("{term}: {programme}"), mark("Roll of payments")
"""The title in its two lines."""
SUBTOTAL = mark("Subtotal")
ALL = mark("Total")
PEOPLE = mark("{count} people")
WHOLE = mark("Total: {count} people, {sum} yuan, in words: {capitals}.")
CORRECTED = mark("put right")
_ROW = 9.5


@dataclass(frozen=True, slots=True)
class RollLine:
    """One payment of a roll; `correction` for a row that puts the one above it right."""

    number: str
    name: str
    school: str
    group: str
    identity_no: str
    account: str
    fen: int
    signed: str = ""
    correction: bool = False


@dataclass(frozen=True, slots=True)
class PaymentRoll:
    """A roll: the lines of each school stand together, in the order given."""

    office: str
    programme: str
    term: str
    paid_on: date | None
    source: str
    voucher_no: str
    lines: Sequence[RollLine]


def line_of(payment: Payment, number: int | None) -> RollLine:
    """A payment as a line of a roll; identity and account numbers are masked, as the paper goes from hand to hand."""
    correction = payment.corrects_id is not None
    return RollLine(
        "" if number is None else str(number),
        payment.name or "",
        payment.school or "",
        f"{payment.grade or ''}{payment.class_name or ''}",
        _end_of(payment.identity_no, 6),
        _end_of(payment.account, 0),
        payment.amount_fen or 0,
        payment.reason or "" if correction else payment.signed_by or "",
        correction,
    )


def _end_of(number: str | None, front: int) -> str:
    """A number with its middle hidden, shorter than a mask on screen, so that it stands in one line."""
    return f"{number[:front]}****{number[-4:]}" if number else ""


def write_roll(out: BinaryIO, roll: PaymentRoll, press: Press) -> int:
    """Writes the roll. Returns the number of pages."""
    texts = press.texts
    title = texts(TITLE, term=roll.term, programme=roll.programme)
    paper = OfficialPaper(out, press, title)
    for line in (texts(ABOUT, term=roll.term, programme=roll.programme), texts(ROLL)):  # no word is torn apart
        paper.title(line)
    paper.gap(0.5)
    about = [
        texts(mark("Paying office: {office}"), office=roll.office),
        texts(mark("Paid on: {day}"), day=press.day(roll.paid_on)),
        texts(mark("Source of funds: {source}"), source=roll.source),
        texts(mark("Voucher number: {number}"), number=roll.voucher_no),
    ]
    for pair in (about[:2], about[2:]):
        paper.paragraph("　　".join(pair), indent=False)
    heads = [texts(h) for h in (mark("No."), mark("Name"), mark("School"), mark("Class"), mark("Identity number"),
                                mark("Account"), mark("Yuan"), mark("Signature"), mark("Relation"))]  # fmt: skip
    sides = ["center", "left", "left", "left", "left", "left", "right"]
    widths = [9, 17, 23, 18, 26, 16, 17, 0, 12]
    paper.table(heads, widths, _rows(roll.lines, press), size=10.5, row=_ROW, sides=sides)
    paper.gap(0.3)
    count = sum(not line.correction for line in roll.lines)
    fen = sum(line.fen for line in roll.lines)
    paper.paragraph(texts(WHOLE, count=count, sum=yuan(fen), capitals=capitals(fen)), indent=False)
    paper.signatures([texts(n) for n in (mark("Made out by:"), mark("Checked by:"), mark("Responsible:"))])
    return paper.save()


def _rows(lines: Sequence[RollLine], press: Press) -> list[list[str]]:
    """The lines with a subtotal below each school, where there are several, and the sum of all."""
    texts, rows = press.texts, list[list[str]]()
    groups = [(school, list(found)) for school, found in itertools.groupby(lines, key=lambda line: line.school)]
    for school, found in groups:
        for line in found:
            number = texts(CORRECTED) if line.correction else line.number
            rows.append([number, line.name, line.school, line.group, line.identity_no, line.account, yuan(line.fen),
                         line.signed, ""])  # fmt: skip
        if len(groups) > 1:
            rows.append(_sum(texts(SUBTOTAL), school, found, press))
    return [*rows, _sum(texts(ALL), "", lines, press)]


def _sum(name: str, school: str, lines: Sequence[RollLine], press: Press) -> list[str]:
    people = press.texts(PEOPLE, count=sum(not line.correction for line in lines))
    return ["", name, school, people, "", "", yuan(sum(line.fen for line in lines)), "", ""]
