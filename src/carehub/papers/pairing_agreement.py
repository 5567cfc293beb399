"""The pairing agreement 结对帮扶协议: family, volunteer and office, for how long, what, how often, confidentiality and
safety, signed by all three. It comes back signed: number and QR code find its pairing again.

Its clauses are reference data (`resources/agreements/pairing.toml`): a township may word them in its own way.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from carehub.domain.care import Pairing
from carehub.domain.people import Child, FamilyMember, Volunteer
from carehub.domain.texts import mark
from carehub.papers.official import OfficialPaper
from carehub.papers.press import Press

TITLE = mark("Pairing agreement")
BLANK = "____________"


@dataclass(frozen=True, slots=True)
class PairingAgreement:
    """What stands on the paper. `days` is the interval of visits, `wording` the clauses."""

    pairing: Pairing
    child: Child
    guardian: FamilyMember | None
    volunteer: Volunteer
    office: str
    days: int
    wording: Mapping[str, Any]
    number: str = ""


def write_agreement(out: BinaryIO, agreement: PairingAgreement, press: Press) -> int:
    """Writes one agreement. Returns the number of pages."""
    tr, number = press.texts, agreement.number
    paper = OfficialPaper(out, press, tr(TITLE), (press.label(Pairing, "sheet_no"), number) if number else ("", ""))
    paper.title(tr(TITLE))
    paper.gap(0.5)
    for line in _parties(agreement, press):
        paper.paragraph(line, indent=False)
    paper.gap(0.5)
    for clause in agreement.wording["clause"]:
        paper.heading(clause["heading"])
        for part in clause["paragraphs"]:
            if part.get("kind") in (None, agreement.pairing.kind):
                paper.paragraph(part["text"].format(days=agreement.days))
    paper.gap(0.5)
    day = tr("Day: {day}", day=press.day(agreement.pairing.signed_on))
    paper.all_sign([[tr("First party signs:"), tr("Second party signs:")], [tr("Third party (seal):"), day]])
    return paper.save()


def _parties(agreement: PairingAgreement, press: Press) -> list[str]:
    """Who makes the agreement, for which child, of which kind, and for how long."""
    tr, child, guardian, pairing = press.texts, agreement.child, agreement.guardian, agreement.pairing
    relation = press.value(guardian, "relation")
    parent = (guardian.name if guardian else "") or BLANK
    place = "".join(x for x in (child.school, child.grade, child.class_name) if x)
    told = "，".join(x for x in (child.name, press.value(child, "sex"), place) if x)
    begins, ends = press.day(pairing.started_on) or BLANK, press.day(pairing.ended_on)
    period = (
        tr("from {start} until {end}", start=begins, end=ends)
        if ends
        else tr("from {start} until one of the parties ends it", start=begins)
    )
    return [
        tr("First party (guardian): {name}", name=f"{parent}（{relation}）" if relation else parent),
        tr("Second party (volunteer): {name}", name=agreement.volunteer.name or BLANK),
        tr("Third party (office): {name}", name=agreement.office),
        tr("Child: {name}", name=told),
        tr("Kind: {kind}", kind=press.value(pairing, "kind")),
        tr("Period: {period}", period=period),
    ]
