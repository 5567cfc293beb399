"""The national registration form of children: filled from their files for those who may have whole numbers and
addresses, or blank for everybody."""

import io
from collections.abc import Generator, Mapping, Sequence
from datetime import date
from pathlib import Path

from carehub.domain.errors import NotFound
from carehub.domain.people import Child
from carehub.domain.progress import Progress
from carehub.papers.registration_form import RegistrationForm, write_registration_forms
from carehub.services import access, children, printing, records, sheet_numbers
from carehub.services.children import ChildFile
from carehub.services.desk import Desk
from carehub.services.files import write_over
from carehub.services.printing import DRAWING, NOTHING_TO_PRINT, PREVIEWED, Printed
from carehub.store import queries
from carehub.store.queries import Wanted

FILLED, BLANK = "registration-form", "blank-registration-form"
PAPERS = (FILLED, BLANK)
"""Names of the papers in the terminal and at the print desk."""


def pdf(
    desk: Desk, paper: str, ids: Sequence[str] = (), day: date | None = None, *, preview: bool = False
) -> Generator[Progress, None, tuple[bytes, int]]:
    """The forms of the children named, else of all active ones, each with the number that finds the child again, as PDF
    bytes and their number; or a blank one. A `preview` gives no numbers and shows the first ones only. Raises
    `NotAllowed` without the right to look, `NotFound` for nobody."""
    if paper == BLANK:
        yield Progress(0, 1, DRAWING)
        nobody = Child(site_id=desk.site.id, name="", status=None)
        return _drawn(desk, [RegistrationForm(desk.site.name, nobody)]), 1
    active = Wanted(filters={"status": "active"})
    chosen = records.resolve_ids(desk, Child, ids) if ids else records.ids(desk, Child, active)
    if preview:
        chosen = chosen[:PREVIEWED]
    if not chosen:
        raise NotFound(NOTHING_TO_PRINT)
    access.took_out(desk, "print", "child", chosen, detail="preview" if preview else "")
    numbers = {} if preview else sheet_numbers.of_children(desk, "registration", chosen)
    yield Progress(0, len(chosen), DRAWING)
    found = children.read(desk, chosen)
    return _drawn(desk, _forms(desk, found, day or date.today(), numbers)), len(found)


def write(desk: Desk, out: Path, paper: str, ids: Sequence[str] = ()) -> Generator[Progress, None, Printed]:
    """Forms into a PDF file."""
    data, count = yield from pdf(desk, paper, ids)
    write_over(out, data)
    return Printed(out, count, printing.pages_of(data))


def _forms(desk: Desk, found: Sequence[ChildFile], day: date, numbers: Mapping[str, str]) -> list[RegistrationForm]:
    with desk.store.reading() as session:
        offices = queries.names(session, "site", list({f.child.site_id for f in found}))
    return [
        RegistrationForm(
            offices.get(f.child.site_id, desk.site.name), f.child, f.family, day, numbers.get(f.child.id, "")
        )
        for f in found
    ]


def _drawn(desk: Desk, forms: Sequence[RegistrationForm]) -> bytes:
    out = io.BytesIO()
    write_registration_forms(out, forms, printing.press_for(desk))
    return out.getvalue()
