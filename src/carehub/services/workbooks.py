"""Excel out: the people on file as a workbook that offices can go on working with."""

from collections.abc import Generator
from pathlib import Path

from carehub.domain.facts import facts_of
from carehub.domain.people import Child, FamilyMember, Volunteer
from carehub.domain.progress import Progress
from carehub.domain.record import Record
from carehub.domain.rights import Right
from carehub.domain.texts import mark
from carehub.services import access, records
from carehub.services.desk import Desk
from carehub.sheets.workbook import Table, write_workbook
from carehub.store.queries import Wanted

WRITING = mark("Writing the workbook")
SHEETS: tuple[type[Record], ...] = (Child, FamilyMember, Volunteer)


def export(desk: Desk, out: Path, *, reveal: bool = False) -> Generator[Progress, None, Path]:
    """Writes children, family members and volunteers into a workbook; sensitive values masked unless `reveal`."""
    desk.require(Right.TAKE_OUT)
    if reveal:
        desk.require(Right.LOOK)
    tables = []
    for n, record in enumerate(SHEETS):
        yield Progress(n, len(SHEETS), WRITING)
        order = "child_id" if record is FamilyMember else ""
        rows = records.fetch(desk, record, records.ids(desk, record, Wanted(order=order)))
        names = records.references(desk, record, rows)
        columns = [f for f in facts_of(record).values() if not f.system or f.owner]
        tables.append(Table(record, columns, rows, names))
    out.parent.mkdir(parents=True, exist_ok=True)
    if reveal:
        access.took_out(desk, "export", "child", [row.id for row in tables[0].rows])
    write_workbook(out, tables, desk.texts, desk.codes, reveal=reveal)
    return out
