"""Papers: gathering what they show, drawing them, writing the PDF."""

import io
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from sqlmodel import Session

from carehub import resources
from carehub.domain.care import Pairing, Visit
from carehub.domain.errors import InvalidInput, NotFound
from carehub.domain.giving import Award
from carehub.domain.office import Site
from carehub.domain.people import Child, Volunteer
from carehub.domain.progress import Progress
from carehub.domain.retention import years_after
from carehub.domain.texts import CHINESE, mark
from carehub.papers.certificate import Overprint, write_certificates, write_test_print
from carehub.papers.consent_form import ConsentForm, write_consent_form
from carehub.papers.fonts import Fonts
from carehub.papers.press import Press
from carehub.papers.receipt import write_receipt
from carehub.papers.recovery_card import write_recovery_card
from carehub.papers.visit_sheet import VisitSheet, visit_sheets
from carehub.services import access, children, receipts, records, sheet_numbers, visits
from carehub.services.desk import Desk
from carehub.services.files import write_over
from carehub.store import linked, queries
from carehub.store.queries import Wanted

DRAWING = mark("Drawing papers")
STAMP = mark("Training: everybody is made up")
PREVIEWED = 20
"""Sheets a preview draws at most."""
NOTHING_TO_PRINT = mark("There is nothing to print yet.")
NO_SUCH_CHOICE = mark("“{id}” is neither a child nor a visit here.")


@dataclass(frozen=True, slots=True)
class Printed:
    """A PDF that was written."""

    file: Path
    papers: int
    pages: int


@cache
def press(*, bundled: bool = False) -> Press:
    """What papers need. Papers are Chinese whatever the screen says; `bundled` keeps to the program's own fonts, so
    that they come out alike on every computer."""
    fonts = Fonts.bundled() if bundled else Fonts.with_system()
    return Press(fonts, resources.texts(CHINESE), resources.codebook())


def press_for(desk: Desk) -> Press:
    """The same for the papers of a desk: those of training say on every page what they are."""
    made = press()
    return replace(made, stamp=made.texts(STAMP)) if desk.training else made


def visit_sheet_pdf(
    desk: Desk, ids: Sequence[str] = (), day: date | None = None, *, preview: bool = False
) -> Generator[Progress, None, tuple[bytes, int]]:
    """Visit sheets as PDF bytes and their number: for the children or visits named, else for every active child.
    Children without an open visit get one planned for `day` (today), so that the sheet's number finds it again. A
    `preview` plans nothing and shows the first sheets only."""
    child_ids, visit_ids = _chosen(desk, ids)
    if preview:
        child_ids, visit_ids = child_ids[:PREVIEWED], visit_ids[:PREVIEWED]
    planned = visits.plan(desk, child_ids, day or date.today(), keep=not preview)[0] if child_ids else []
    with desk.store.reading() as session:
        chosen = [*planned, *queries.rows(session, Visit, visit_ids)]
        sheets = list(_sheets(session, desk, chosen))
    if not sheets:
        raise NotFound(NOTHING_TO_PRINT)
    access.took_out(desk, "print", "child", [s.child.id for s in sheets], detail="preview" if preview else "")
    out = io.BytesIO()
    for done, total in visit_sheets(out, sheets, press_for(desk)):
        yield Progress(done, total, DRAWING)
    return out.getvalue(), len(sheets)


def _chosen(desk: Desk, ids: Sequence[str]) -> tuple[list[str], list[str]]:
    """Child ids and visit ids among what was named."""
    if not ids:
        return records.ids(desk, Child, Wanted(filters={"status": "active"})), []
    child_ids, visit_ids = [], []
    with desk.store.reading() as session:
        for given in ids:
            try:
                child_ids.append(queries.resolve_id(session, Child, given))
            except NotFound:
                try:
                    visit_ids.append(queries.resolve_id(session, Visit, given))
                except NotFound:
                    raise InvalidInput(NO_SUCH_CHOICE, id=given) from None
    return child_ids, visit_ids


def _sheets(session: Session, desk: Desk, chosen: Sequence[Visit]) -> Generator[VisitSheet, None, None]:
    roots = linked.roots(session, "child")
    of = {v.id: roots.get(v.child_id, v.child_id) for v in chosen}
    ids = list(dict.fromkeys(of.values()))
    found = {f.child.id: f for f in children.files(session, queries.rows(session, Child, ids))}
    earlier = queries.owned(session, Visit, "child_id", ids)
    volunteers = _volunteers(session, ids, chosen, of)
    sites = {s.id: s for s in queries.rows(session, Site, list({f.child.site_id for f in found.values()}))}
    for visit in chosen:
        file = found[of[visit.id]]
        day = visit.done_on or visit.planned_for or date.max
        before = [v for v in earlier[file.child.id] if v.done_on and v.id != visit.id and v.done_on <= day]
        recent = sorted(before, key=lambda v: v.done_on or date.min, reverse=True)[:3]
        yield VisitSheet(
            sites.get(file.child.site_id, desk.site), file.child, file.guardian, visit, volunteers.get(visit.id), recent
        )


def _volunteers(
    session: Session, child_ids: Sequence[str], chosen: Sequence[Visit], of: Mapping[str, str]
) -> dict[str, Volunteer]:
    """visit id → who goes: the visit's own volunteer, else the one of the child's running pairing. `of`: visit id → the
    file of its child."""
    pairings = queries.owned(session, Pairing, "child_id", child_ids, ended_on=None)
    paired = {child: found[-1].volunteer_id for child, found in pairings.items() if found}
    roots = linked.roots(session, "volunteer")
    wanted = {v.id: v.volunteer_id or paired.get(of[v.id]) for v in chosen}
    shown = {visit: roots.get(person, person) for visit, person in wanted.items() if person}
    people = {v.id: v for v in queries.rows(session, Volunteer, sorted(set(shown.values())))}
    return {visit: people[person] for visit, person in shown.items() if person in people}


def certificate_pdf(
    desk: Desk, ids: Sequence[str] = (), overprint: Overprint | None = None
) -> Generator[Progress, None, tuple[bytes, int]]:
    """Certificates of honour as PDF bytes and their number: for the awards named, else for all."""
    chosen = records.resolve_ids(desk, Award, ids) if ids else records.ids(desk, Award)
    awards = records.fetch(desk, Award, chosen)
    if not awards:
        raise NotFound(NOTHING_TO_PRINT)
    yield Progress(0, len(awards), DRAWING)
    out = io.BytesIO()
    write_certificates(out, awards, press_for(desk), overprint=overprint)
    return out.getvalue(), len(awards)


def consent_form_pdf(
    desk: Desk, ids: Sequence[str] = (), day: date | None = None, *, preview: bool = False
) -> Generator[Progress, None, tuple[bytes, int]]:
    """Consent forms as PDF bytes and their number: for the children named, else for all active ones, each on a page of
    its own, for every purpose there is, until a year from `day` (today). A `preview` shows the first ones only."""
    import pypdfium2

    chosen, today = _chosen(desk, ids)[0], day or date.today()
    found = children.read(desk, chosen[:PREVIEWED] if preview else chosen)
    if not found:
        raise NotFound(NOTHING_TO_PRINT)
    purposes = tuple(code.code for code in desk.codes["consent_purpose"])
    numbers = {} if preview else sheet_numbers.of_children(desk, "consent", [file.child.id for file in found])
    with pypdfium2.PdfDocument.new() as whole:
        for n, file in enumerate(found):
            yield Progress(n, len(found), DRAWING)
            form = ConsentForm(
                file.child,
                file.guardian,
                desk.site.name,
                desk.site.phone or "",
                purposes,
                today,
                years_after(today, 1),
                numbers.get(file.child.id, ""),
            )
            out = io.BytesIO()
            write_consent_form(out, form, press_for(desk))
            with pypdfium2.PdfDocument(out.getvalue()) as paper:
                whole.import_pages(paper)
        made = io.BytesIO()
        whole.save(made)
    return made.getvalue(), len(found)


def consent_form_file(desk: Desk, out: Path, ids: Sequence[str] = ()) -> Generator[Progress, None, Printed]:
    """Consent forms into a PDF file."""
    return _to_file(consent_form_pdf(desk, ids), out)


def test_print_pdf(desk: Desk, overprint: Overprint) -> bytes:
    """A page to lay over pre-printed certificates against the light, as PDF bytes."""
    out = io.BytesIO()
    write_test_print(out, press_for(desk), overprint)
    return out.getvalue()


def recovery_card_pdf(site: str, code: str) -> bytes:
    """The paper with a site's recovery code, as PDF bytes; it goes to a printer and into no file."""
    out = io.BytesIO()
    write_recovery_card(out, site, code, press())
    return out.getvalue()


def receipt_pdf(desk: Desk, taken: Mapping[str, Any]) -> bytes:
    """The merge receipt of one bundle (a row of `handover.taken`) as PDF bytes, as things stand now."""
    out = io.BytesIO()
    write_receipt(out, receipts.of_bundle(desk, taken), press_for(desk))
    return out.getvalue()


def receipts_pdf(desk: Desk, taken: Sequence[Mapping[str, Any]]) -> Generator[Progress, None, bytes]:
    """The receipts of several bundles in one file, each a paper of its own. Raises `NotFound` if there are none."""
    import pypdfium2

    if not taken:
        raise NotFound(NOTHING_TO_PRINT)
    with pypdfium2.PdfDocument.new() as whole:
        for n, one in enumerate(taken):
            yield Progress(n, len(taken), DRAWING)
            with pypdfium2.PdfDocument(receipt_pdf(desk, one)) as paper:
                whole.import_pages(paper)
        out = io.BytesIO()
        whole.save(out)
    return out.getvalue()


def _to_file(work: Generator[Progress, None, tuple[bytes, int]], out: Path) -> Generator[Progress, None, Printed]:
    data, count = yield from work
    write_over(out, data)
    return Printed(out, count, pages_of(data))


def pages_of(data: bytes) -> int:
    """How many pages a PDF has."""
    import pypdfium2

    with pypdfium2.PdfDocument(data) as pdf:
        return len(pdf)


def visit_sheet_file(desk: Desk, out: Path, ids: Sequence[str] = ()) -> Generator[Progress, None, Printed]:
    """Visit sheets into a PDF file."""
    return _to_file(visit_sheet_pdf(desk, ids), out)


def certificate_file(
    desk: Desk, out: Path, ids: Sequence[str] = (), overprint: Overprint | None = None
) -> Generator[Progress, None, Printed]:
    """Certificates of honour into a PDF file; with `overprint` text only, for pre-printed paper."""
    return _to_file(certificate_pdf(desk, ids, overprint), out)


def test_print_file(desk: Desk, out: Path, overprint: Overprint) -> Printed:
    """The test print for pre-printed paper into a PDF file."""
    data = test_print_pdf(desk, overprint)
    write_over(out, data)
    return Printed(out, 1, pages_of(data))


PAPERS = (
    "visit-sheet",
    "route-list",
    "child-file",
    "certificate",
    "test-print",
    "consent-form",
    "public-notice",
    "sign-in",
    "pledge",
    "minutes",
    "patrol-log",
    "patrol-sheet",
    "talk-record",
    "pairing-agreement",
    "care-agreement",
    "registration-form",
    "blank-registration-form",
)
"""The papers by their name in the terminal."""
