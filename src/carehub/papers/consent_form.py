"""The consent form 同意书: to what, until when, and that it can be withdrawn; signed by the guardian, and from 14 by
the child as well (PIPL articles 14, 15, 17, 31). One page for each child."""

from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from carehub.domain.care import ChildSheet
from carehub.domain.people import Child, FamilyMember
from carehub.domain.protection import OWN_CONSENT_AGE
from carehub.domain.texts import mark
from carehub.papers.official import OfficialPaper
from carehub.papers.press import Press, age_on

TITLE = mark("Consent form")
CLAUSES = (
    mark(
        "What is written down is used for the purposes ticked below only, kept on the computer of this office "
        "encrypted, and handed to the office above only."
    ),
    mark(
        "The guardian may at any time ask to see it, to have it corrected or erased, and may withdraw this consent or "
        "parts of it. No help is refused for that."
    ),
)


@dataclass(frozen=True, slots=True)
class ConsentForm:
    """What stands on the form: the child, the guardian as far as known, the office, how one reaches it, the purposes
    (codes), until when the consent is to hold, and the number that finds the child's page when it comes back."""

    child: Child
    guardian: FamilyMember | None
    office: str
    phone: str
    purposes: tuple[str, ...]
    day: date
    until: date
    number: str = ""


def write_consent_form(out: BinaryIO, form: ConsentForm, press: Press) -> int:
    """Writes the form. Returns the number of pages."""
    texts, child = press.texts, form.child
    paper = OfficialPaper(out, press, texts(TITLE), (press.label(ChildSheet, "sheet_no"), form.number))
    paper.title(texts(TITLE))
    place = "".join(x for x in (child.school, child.grade, child.class_name) if x)
    who = [texts("Child: {name}", name=child.name or ""), press.value(child, "sex"), press.day(child.birth_date), place]
    paper.paragraph("　".join(w for w in who if w), indent=False)
    guardian = form.guardian
    if guardian and guardian.name:
        relation = press.value(guardian, "relation")
        told = texts("Guardian: {name}", name=guardian.name) + (f"（{relation}）" if relation else "")
        paper.paragraph(told, indent=False)
    paper.paragraph(
        texts(
            "I have been told why {office} keeps a file of the child and who sees it. I agree to what is ticked below, "
            "until {until}.",
            office=form.office, until=press.day(form.until),
        )
    )  # fmt: skip
    for clause in CLAUSES:
        paper.paragraph(texts(clause))
    paper.gap(0.3)
    names = press.codes["consent_purpose"]
    rows = [[names.name_of(code, texts), "", ""] for code in form.purposes]
    heads = [texts(mark("Purpose")), texts(mark("I agree (tick)")), texts(mark("I do not agree (tick)"))]
    paper.table(heads, [0, 30, 34], rows, row=7.5)
    if form.phone:
        paper.gap(0.2)
        paper.paragraph(texts("For questions and withdrawal: {phone}", phone=form.phone), indent=False)
    signers = [texts("Guardian signs:")]
    if child.birth_date is None or age_on(child.birth_date, form.until) >= OWN_CONSENT_AGE:
        signers.append(texts("Child signs (from 14):"))
    paper.signatures(signers, texts("____ year __ month __ day"))
    return paper.save()
