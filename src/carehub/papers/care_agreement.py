"""The care agreement 委托照护协议: the parents (甲方) entrust their child to a carer (乙方), before a witness.

Its clauses are reference data (`resources/agreements/care.toml`): an office may word them in its own way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from carehub.domain.agreements import CareAgreement
from carehub.domain.people import Child
from carehub.domain.texts import mark
from carehub.papers.official import OfficialPaper
from carehub.papers.press import Press

TITLE = mark("Care agreement")
HEADS = "一二三四五六七八九十"
LINE = "______________"


@dataclass(frozen=True, slots=True)
class Agreement:
    """An agreement with its child, the carer (name, relation by GB/T 4761, phone), the office that witnesses it, and
    the wording: `intro` and `part`s of a title and clauses. What is empty is a line to be filled in by hand."""

    row: CareAgreement
    child: Child
    carer: str
    relation: str | None
    phone: str
    office: str
    wording: Mapping[str, Any]


def write_care_agreement(out: BinaryIO, agreement: Agreement, press: Press) -> int:
    """Writes one agreement. Returns the number of pages."""
    texts, row = press.texts, agreement.row
    paper = OfficialPaper(out, press, texts(TITLE), (press.label(CareAgreement, "sheet_no"), row.sheet_no or ""))
    paper.title(texts(TITLE))
    paper.gap(0.3)
    for line in _parties(agreement, press):
        paper.paragraph(line, indent=False)
    paper.paragraph(agreement.wording["intro"])
    for head, (title, clauses) in zip(HEADS, _parts(agreement, press), strict=False):
        paper.heading(f"{head}、{title}")
        for n, clause in enumerate(clauses, 1):
            paper.paragraph(f"{n}. {clause}" if len(clauses) > 1 else clause)
    paper.gap(0.3)
    parties = [texts("Party A signs:"), texts("Party B signs:")]
    day = press.day(row.signed_on) or texts("____ year __ month __ day")
    paper.all_sign([parties, [texts("Child signs (from 8):"), texts("Witness signs or seals:")]], day)
    return paper.save()


def _parties(agreement: Agreement, press: Press) -> list[str]:
    """Who agrees about whom, a line each."""
    texts, row, child = press.texts, agreement.row, agreement.child
    relation = press.codes["relation"].name_of(agreement.relation, texts) if agreement.relation else ""
    about = [child.name or "", press.value(child, "sex"), press.day(child.birth_date)]
    place = "".join(x for x in (child.school, child.grade, child.class_name) if x)
    gap = "　　"
    return [
        texts("Party A (entrusts): {name}", name=row.parents or LINE),
        gap.join(
            [
                texts("Party B (cares): {name}", name=agreement.carer or LINE),
                texts("Relation to the child: {relation}", relation=relation or LINE),
            ]
        ),
        texts("Phone of party B: {phone}", phone=agreement.phone or LINE),
        texts("Child: {name}", name="　".join(x for x in [*about, place] if x)),
        texts("Witness: {office}", office="　".join(x for x in (agreement.office, row.witness) if x)),
    ]


def _parts(agreement: Agreement, press: Press) -> list[tuple[str, Sequence[str]]]:
    """Period, contents and contact as this agreement has them, then the parts that are worded for all."""
    texts, row = press.texts, agreement.row
    period = texts("From {first} until {last}.", first=press.day(row.from_on) or LINE, last=press.day(row.until_on)
                   or LINE)  # fmt: skip
    contact = texts(
        "Party A gets in touch with the child by phone or video {how}, and with party B and the school about how the "
        "child is doing.",
        how=press.value(row, "contact") or LINE,
    )
    return [
        (texts("Period"), [period]),
        (texts("What party B takes over"), (row.contents or LINE).split("\n")),
        (texts("How often the parents get in touch"), [contact]),
        *((part["title"], part["clauses"]) for part in agreement.wording["part"]),
    ]
