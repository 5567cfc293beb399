"""Reading ledgers in tests: one code book, and files written on the spot."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook

from carehub.domain.codes import Codebook
from carehub.resources import codebook
from carehub.sheets.ledger import LedgerContent, LedgerPlan, read_plan, read_records

Rows = Sequence[Sequence[object]]


@pytest.fixture(scope="session")
def codes() -> Codebook:
    return codebook()


@pytest.fixture
def ledger(tmp_path: Path) -> Callable[..., Path]:
    """Writes a workbook: `ledger(rows, merge=["A1:C1"], name="表.xlsx", sheet="Sheet1", more={"表2": rows})`."""

    def write(
        rows: Rows,
        merge: Sequence[str] = (),
        name: str = "名单.xlsx",
        sheet: str = "Sheet1",
        more: Mapping[str, Rows] | None = None,
    ) -> Path:
        book = Workbook()
        for n, (title, lines) in enumerate({sheet: rows, **(more or {})}.items()):
            page = book.active if n == 0 else book.create_sheet()
            assert page is not None
            page.title = title
            for line in lines:
                page.append(list(line))
            for area in merge if n == 0 else ():
                page.merge_cells(area)
        book.save(tmp_path / name)
        return tmp_path / name

    return write


@pytest.fixture
def read(codes: Codebook) -> Callable[..., tuple[LedgerPlan, LedgerContent]]:
    """Plan and content of a file; every row of a recognised sheet must be accounted for."""

    def do(path: Path, **told: object) -> tuple[LedgerPlan, LedgerContent]:
        plan = read_plan(path, codes, **told)  # type: ignore[arg-type]
        content = read_records(plan, codes)
        for sheet in plan.sheets:
            if sheet.kind in ("child", "volunteer", "payment"):
                told_rows = {
                    x.row for x in (*content.records, *content.problems, *content.non_records) if x.sheet == sheet.sheet
                }
                assert told_rows == set(range(1, len(sheet.table.grid.rows) + 1))
                once = [x.row for x in (*content.records, *content.non_records) if x.sheet == sheet.sheet]
                assert len(once) == len(set(once))
        return plan, content

    return do
