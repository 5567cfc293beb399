"""What reading a ledger yields: the plan of its sheets, then its records, problems and rows that are no records."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from carehub.sheets.recognition import Column, Table


@dataclass
class SheetPlan:
    """How one sheet will be read. `kind` is None where the sheet was not recognised; `header_rows` are Excel's row
    numbers; `signature` is the same for every sheet with these headers, whatever its people."""

    sheet: str
    kind: str | None
    score: float
    header_rows: range
    columns: list[Column]
    signature: str
    table: Table = dataclasses.field(repr=False)


@dataclass
class LedgerPlan:
    """How a workbook will be read. `skipped` names the sheets that are hidden or empty."""

    path: Path
    sheets: list[SheetPlan]
    skipped: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclass
class LedgerRecord:
    """One row as a record: clean values in the types of its columns, and the family of a child. `row` is Excel's. Of a
    boarding list `values` and `family` tell whose bed it is, and `place` which bed."""

    kind: str
    sheet: str
    row: int
    values: dict[str, object]
    family: list[dict[str, object]] = dataclasses.field(default_factory=list)
    place: dict[str, object] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class LedgerProblem:
    """What a person should look at in a row. `message` with `values` is for people, `kind` for programs; `field` is
    "*" for the row as a whole."""

    sheet: str
    row: int
    field: str
    kind: str
    message: str
    values: dict[str, object] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NonRecord:
    """A row that holds nobody: title, header, subtotal, signature, empty or note."""

    sheet: str
    row: int
    what: str


@dataclass
class LedgerContent:
    """Everything a workbook's recognised sheets hold; every row of them is in at least one of the lists."""

    records: list[LedgerRecord] = dataclasses.field(default_factory=list)
    problems: list[LedgerProblem] = dataclasses.field(default_factory=list)
    non_records: list[NonRecord] = dataclasses.field(default_factory=list)
