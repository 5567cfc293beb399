"""The child file on paper: everything on file of a child, for those who may have whole numbers and addresses."""

import io
from collections.abc import Generator, Sequence
from datetime import date
from pathlib import Path

from sqlmodel import Session

from carehub.domain.errors import NotFound
from carehub.domain.facts import Kind, day_facts, facts_of
from carehub.domain.people import Child
from carehub.domain.progress import Progress
from carehub.domain.protection import Consent, Talk
from carehub.domain.record import Record
from carehub.domain.records import RECORDS
from carehub.papers.child_file import ChildPaper, write_child_file
from carehub.services import access, attachments, children, custom, records, timeline
from carehub.services.children import ChildFile
from carehub.services.desk import Desk
from carehub.services.files import write_over
from carehub.services.printing import DRAWING, NOTHING_TO_PRINT, PREVIEWED, Printed, pages_of, press_for
from carehub.store import queries
from carehub.store.queries import Wanted

PRINTED_RESTRICTED = frozenset({str(Talk.__tablename__)})
"""Of restricted records only these are printed, for those who may: mandatory reports stay out of ordinary papers."""
APART = frozenset({str(Consent.__tablename__)})
"""Records with a table of their own on the paper."""


def pdf(
    desk: Desk, ids: Sequence[str] = (), day: date | None = None, *, preview: bool = False
) -> Generator[Progress, None, tuple[bytes, int]]:
    """The files of the children named, else of all active ones, as PDF bytes and their number, one after the other. A
    `preview` shows the first ones only. Raises `NotAllowed` without the right to look, `NotFound` for nobody."""
    import pypdfium2

    active = Wanted(filters={"status": "active"})
    chosen = records.resolve_ids(desk, Child, ids) if ids else records.ids(desk, Child, active)
    found = children.read(desk, chosen[:PREVIEWED] if preview else chosen)
    if not found:
        raise NotFound(NOTHING_TO_PRINT)
    access.took_out(desk, "print", "child", [f.child.id for f in found], detail="preview" if preview else "")
    with pypdfium2.PdfDocument.new() as whole:
        for n, file in enumerate(found):
            yield Progress(n, len(found), DRAWING)
            out = io.BytesIO()
            write_child_file(out, _paper(desk, file, day or date.today()), press_for(desk))
            with pypdfium2.PdfDocument(out.getvalue()) as paper:
                whole.import_pages(paper)
        made = io.BytesIO()
        whole.save(made)
    return made.getvalue(), len(found)


def write(desk: Desk, out: Path, ids: Sequence[str] = ()) -> Generator[Progress, None, Printed]:
    """Child files into a PDF file."""
    data, count = yield from pdf(desk, ids)
    write_over(out, data)
    return Printed(out, count, pages_of(data))


def _paper(desk: Desk, file: ChildFile, day: date) -> ChildPaper:
    child = file.child
    kinds = [k for k in timeline.pointing() if _printed(desk, RECORDS[k])]
    with desk.store.reading() as session:
        rows = {kind: _rows(session, kind, child.id) for kind in kinds}
        office = queries.names(session, "site", [child.site_id]).get(child.site_id, desk.site.name)
        names = _names(session, rows)
    sections = {RECORDS[kind].about.plural: found for kind, found in rows.items() if kind not in APART}
    consents = [row for row in rows.get(str(Consent.__tablename__), []) if isinstance(row, Consent)]
    answers = [(t.question.wording, t.answer) for t in custom.told(desk, "child", child.id)]
    return ChildPaper(
        office, day, child, file.family, sections, consents, attachments.of_child(desk, child.id), names, answers
    )


def _printed(desk: Desk, record: type[Record]) -> bool:
    kind = str(record.__tablename__)
    return desk.sees(record) and (record.about.right is None or kind in PRINTED_RESTRICTED)


def _rows(session: Session, kind: str, child_id: str) -> list[Record]:
    """The rows of a record that point to a child, the oldest first."""
    found = queries.owned(session, RECORDS[kind], timeline.pointing()[kind], [child_id])[child_id]

    def day(row: Record) -> str:
        days = (getattr(row, f.name) for f in day_facts(RECORDS[kind]))
        return next((d.isoformat() for d in days if isinstance(d, date)), "")

    return sorted(found, key=lambda row: (day(row), row.id))


def _names(session: Session, rows: dict[str, list[Record]]) -> dict[str, str]:
    """id → name of all that these rows point to."""
    found: dict[str, str] = {}
    for kind, mine in rows.items():
        for fact in facts_of(RECORDS[kind]).values():
            if fact.kind is Kind.REFERENCE and fact.ref in RECORDS and fact.ref not in ("child", "site"):
                ids = sorted({i for row in mine if (i := getattr(row, fact.name))})
                found |= {row: str(name) for row, name in queries.names(session, fact.ref, ids).items()}
    return found
