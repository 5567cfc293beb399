"""Old ledgers: first a plan that a person may correct, then the records."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from carehub.domain.codes import Codebook
from carehub.domain.errors import InvalidInput
from carehub.domain.texts import mark
from carehub.sheets.boarding_rows import BoardingRows
from carehub.sheets.cells import Looks
from carehub.sheets.child_rows import ChildRows
from carehub.sheets.grid import read_book
from carehub.sheets.headers import find_header
from carehub.sheets.panes import panes
from carehub.sheets.payment_rows import read_payments
from carehub.sheets.plan import (
    LedgerContent,
    LedgerPlan,
    LedgerProblem,
    LedgerRecord,
    NonRecord,
    SheetPlan,
)
from carehub.sheets.recognition import (
    SURE_KIND,
    Column,
    Table,
    columns_called,
    kind_score,
    recognise,
    table_of,
    title_words,
)
from carehub.sheets.repeats import Repeats
from carehub.sheets.rows import source_rows
from carehub.sheets.volunteer_rows import VolunteerRows
from carehub.sheets.words import bare, kinds

__all__ = [
    "Column",
    "LedgerContent",
    "LedgerPlan",
    "LedgerProblem",
    "LedgerRecord",
    "NonRecord",
    "SheetPlan",
    "read_plan",
    "read_records",
]

_READERS: dict[str, type[ChildRows] | type[VolunteerRows] | type[BoardingRows]] = {
    "child": ChildRows,
    "volunteer": VolunteerRows,
    "boarding_place": BoardingRows,
}
_CERTAIN = 0.6
NO_HEADER = mark("No column of this ledger is called “{header}”. Nothing was taken in.")
SEVERAL_HEADERS = mark(
    "Several columns are called “{header}”. Please write the whole header, as the list of columns shows it."
)
NO_FIELD = mark("There is no field “{field}”. There are: {fields}.")

Corrections = Mapping[str, Mapping[str, str | None]]


def read_plan(
    path: Path, codes: Codebook, corrections: Corrections | None = None, as_kind: str | None = None
) -> LedgerPlan:
    """Recognises every visible sheet of a file. `corrections` (signature of a sheet → header → field, None for "not
    taken") are what people said before. `as_kind` is what a person says the sheets hold; where some sheet is of that
    kind for certain, the others keep their own. Raises `InvalidInput` for what is no ledger."""
    book = read_book(path)
    looks = Looks(codes)
    grids = [pane for grid in book.grids for pane in panes(grid, find_header(grid, looks))]
    tables = [table_of(grid, find_header(grid, looks), looks) for grid in grids]
    plans = [_plan(table, path.stem, corrections or {}, None) for table in tables]
    if as_kind and not any(p.kind == as_kind and p.score >= _CERTAIN for p in plans):
        plans = [_plan(table, path.stem, corrections or {}, as_kind) for table in tables]
    return LedgerPlan(path, plans, book.skipped)


def _plan(table: Table, file_stem: str, corrections: Corrections, as_kind: str | None) -> SheetPlan:
    """Takes a sheet as the kind that fits best, or as the kind it is said to be."""
    signature = _signature(table)
    told = corrections.get(signature, {})
    titled = title_words(table.grid, table.header, file_stem)
    best: tuple[float, str | None, list[Column]] = (0.0, None, [])
    for name, kind in kinds().items():
        if as_kind and name != as_kind:
            continue
        columns, _ = recognise(table, kind, told)
        score = kind_score(table, kind, columns, titled[name])
        if score > best[0] or not best[2]:
            best = (score, name, columns)
    score, kind_name, columns = best
    sure = as_kind is not None or score >= SURE_KIND
    header = table.header
    return SheetPlan(
        sheet=table.grid.name,
        kind=kind_name if sure else None,
        score=score,
        header_rows=range(header.start + 1, header.end + 1),
        columns=columns if sure else [Column(c.index, c.header, None, 0.0, c.reason) for c in columns],
        signature=signature,
        table=table,
    )


def _signature(table: Table) -> str:
    """The same for sheets with the same headers in the same order."""
    headers = [bare(table.header.title(c)) for c in table.columns]
    return hashlib.sha256("|".join(headers).encode()).hexdigest()[:24]


def read_records(plan: LedgerPlan, codes: Codebook) -> LedgerContent:
    """Reads the sheets of a plan. Sheets that are not recognised, or of kinds not taken in yet, yield nothing."""
    content, repeats = LedgerContent(), Repeats()
    for sheet in plan.sheets:
        if sheet.kind == "payment":
            read_payments(sheet, codes, content)
            continue
        reader = _READERS.get(sheet.kind or "")
        if reader is None:
            continue
        rows, others = source_rows(sheet)
        content.non_records += others
        reading = reader(sheet, codes, rows, plan.path.stem)
        for row in rows:
            record, problems = reading.read(row)
            content.problems += problems
            repeated = repeats.found(record) if record else None
            if repeated:
                content.problems.append(repeated)
            elif record:
                content.records.append(record)
    return content


def check_corrections(plan: LedgerPlan, told: Mapping[str, str | None]) -> None:
    """Raises `InvalidInput` for a header that no sheet has, or that several columns share, and for a field that no
    kind of ledger knows."""
    fields = {name for kind in kinds().values() for name, _ in kind.all_fields()}
    for header, field in told.items():
        counts = [len(columns_called(sheet.table, header)) for sheet in plan.sheets]
        if not any(counts):
            raise InvalidInput(NO_HEADER, header=header)
        if not any(n == 1 for n in counts):
            raise InvalidInput(SEVERAL_HEADERS, header=header)
        if field and field not in fields:
            raise InvalidInput(NO_FIELD, field=field, fields=", ".join(sorted(fields)))
