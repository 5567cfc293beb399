"""Tables of counts into a workbook, hidden cells as a star. The types carry counts and words only: no name can pass."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from carehub.domain.suppression import Published
from carehub.domain.texts import Texts, mark
from carehub.sheets.workbook import replace_whole

HIDDEN = "*"
_BOLD, _SHADE = Font(bold=True), PatternFill("solid", fgColor="DDEBF7")


@dataclass(frozen=True, slots=True)
class CountTable:
    """One sheet: a title, the words of rows and columns, and the counts."""

    title: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: Published


def write_counts(out: Path, tables: Sequence[CountTable], notes: Sequence[str], texts: Texts) -> None:
    """Writes an .xlsx; a former file is replaced only by a whole one. Raises `InvalidInput` where it cannot be
    written."""
    book = Workbook()
    assert book.active is not None
    book.remove(book.active)
    for table in tables:
        _sheet(book.create_sheet(table.title[:31]), table, notes, texts)
    replace_whole(out, book.save)


def _sheet(sheet: Worksheet, table: CountTable, notes: Sequence[str], texts: Texts) -> None:
    total = texts(mark("Total"))
    heads = [texts(mark("Age")), *table.columns, total]
    sheet.append([_text(head) for head in heads])
    shown = table.counts
    for words, cells, of_row in zip(table.rows, shown.cells, shown.row_totals, strict=True):
        sheet.append([_text(words), *map(_count, cells), _count(of_row)])
    sheet.append([total, *map(_count, shown.column_totals), _count(shown.total)])
    for cell in sheet[1]:
        cell.font, cell.fill = _BOLD, _SHADE
        cell.alignment = Alignment(horizontal="center", wrap_text=True)
    sheet.append([])
    for note in notes:
        sheet.append([_text(note)])
    sheet.column_dimensions["A"].width = 24
    for n in range(2, len(heads) + 1):
        sheet.column_dimensions[get_column_letter(n)].width = 14
    sheet.freeze_panes = "B2"
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, str):
                cell.data_type = "s"  # a school called "=…" is never computed


def _count(value: int | None) -> int | str:
    return HIDDEN if value is None else value


def _text(text: str) -> str:
    return ILLEGAL_CHARACTERS_RE.sub("", text)
