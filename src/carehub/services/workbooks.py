"""Excel out: the people on file as a workbook that offices can go on working with."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from carehub.domain.errors import InvalidInput
from carehub.domain.facts import Fact, Kind, facts_of
from carehub.domain.people import Child, FamilyMember, Volunteer
from carehub.domain.progress import Progress
from carehub.domain.record import Record
from carehub.domain.rights import Right
from carehub.domain.texts import mark
from carehub.services import access, listing, records
from carehub.services.desk import Desk
from carehub.sheets.workbook import Table, write_workbook, writing_workbook
from carehub.store.listing import Row
from carehub.store.queries import Wanted

WRITING = mark("Writing the workbook")
AT_ONCE = 500
"""Rows of a list that are read at once while they are written."""
SHEETS: tuple[type[Record], ...] = (Child, FamilyMember, Volunteer)


def export(desk: Desk, out: Path, *, reveal: bool = False) -> Generator[Progress, None, Path]:
    """Writes children, family members and volunteers into a workbook; sensitive values masked unless `reveal`."""
    desk.require(Right.TAKE_OUT)
    if reveal:
        desk.require(Right.LOOK)
    tables, children = list[Table](), list[str]()
    for n, record in enumerate(SHEETS):
        yield Progress(n, len(SHEETS), WRITING)
        order = "child_id" if record is FamilyMember else ""
        rows = records.fetch(desk, record, records.ids(desk, record, Wanted(order=order)))
        names = records.references(desk, record, rows)
        columns = [f for f in facts_of(record).values() if not f.system or f.owner]
        tables.append(Table(record, columns, rows, names))
        children = [row.id for row in rows] if record is Child else children
    out.parent.mkdir(parents=True, exist_ok=True)
    if reveal:
        access.took_out(desk, "export", "child", children)
    write_workbook(out, tables, desk.texts, desk.codes, reveal=reveal)
    return out


@dataclass(frozen=True, slots=True)
class Told:
    """A column of a list that no fact stands behind: its title and, by row id, what it says."""

    title: str
    words: Mapping[str, str]


@dataclass
class _Listed:
    """The rows of a list, read as they are written. `names` fills with what they refer to."""

    desk: Desk
    record: type[Record]
    ids: Sequence[str]
    columns: Sequence[str | Told]
    names: dict[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ids)

    def __iter__(self) -> Iterator[Row]:
        shown = [c for c in self.columns if isinstance(c, str)]
        for start in range(0, len(self.ids), AT_ONCE):
            rows, names = listing.page(self.desk, self.record, self.ids[start : start + AT_ONCE], shown)
            self.names |= names
            for row in rows:
                if row is not None:
                    told = {str(n): c.words.get(row.id) for n, c in enumerate(self.columns) if isinstance(c, Told)}
                    row.cells.update(told)
                    yield row


def export_list(
    desk: Desk, out: Path, record: type[Record], ids: Sequence[str], columns: Sequence[str | Told], *, reason: str = ""
) -> Generator[Progress, None, Path]:
    """Writes a list as it is seen into a workbook: these rows in their order, these columns (names of facts, or words)
    in theirs. Sensitive values are masked unless a `reason` (a code of `look_reason`) is given; then every row leaves
    a line in the access log. Raises `NotAllowed`, in training always, and `InvalidInput`; then nothing is written."""
    desk.require(record.about.right)
    desk.require(Right.TAKE_OUT)
    facts = [_fact(desk, record, n, column) for n, column in enumerate(columns)]
    if reason and any(fact.sensitive for fact in facts):
        if reason not in desk.codes["look_reason"]:
            raise InvalidInput(access.SAY_WHY, reasons="、".join(c.code for c in desk.codes["look_reason"]))
        access.took_out(desk, "export", str(record.__tablename__), ids, reason=reason)
    rows = _Listed(desk, record, ids, columns)
    table = Table(record, facts, rows, rows.names)
    out.parent.mkdir(parents=True, exist_ok=True)
    for done in writing_workbook(out, table, desk.texts, desk.codes, reveal=bool(reason)):
        if done % 100 == 1:
            yield Progress(done, len(ids), WRITING)
    return out


def _fact(desk: Desk, record: type[Record], n: int, column: str | Told) -> Fact:
    """The fact of a column; words get one of their own, named by their place."""
    if isinstance(column, str):
        return listing.facts(desk, record)[column]
    return Fact(column.title, Kind.TEXT, name=str(n))
