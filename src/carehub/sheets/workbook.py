"""Workbooks out: one sheet per record kind, labelled as on screen, for offices to go on working with."""

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from carehub.domain.codes import Codebook
from carehub.domain.errors import InvalidInput
from carehub.domain.facts import Fact, Kind, Sensitivity
from carehub.domain.masking import masked
from carehub.domain.money import yuan
from carehub.domain.record import Record
from carehub.domain.texts import Texts, mark

YES, NO = mark("Yes"), mark("No")
IN_USE = mark("“{file}” cannot be written: {why}. If it is open in Excel or WPS, close it there first.")

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_TEXT, _DAY, _YUAN = "@", "yyyy-mm-dd", "0.00"
_NARROWEST, _WIDEST = 8, 40
_WIDTHS = {Kind.NAME: 12, Kind.DATE: 12, Kind.IDENTITY_NO: 22, Kind.PHONE: 16, Kind.LONG: 40, Kind.TEXT: 20}
_SHEET_NAME = 31
_BOLD, _SHADE = Font(bold=True), PatternFill("solid", fgColor="DDEBF7")
_HEAD = Alignment(horizontal="center", vertical="center", wrap_text=True)


class Rows(Protocol):
    """Rows of a sheet, counted, and read one after the other: all at hand, or fetched as they are written."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Any]: ...


@dataclass
class Table:
    """One sheet: rows of a record and the facts that become columns. `names` (id → name) stand for references."""

    record: type[Record]
    columns: Sequence[Fact]
    rows: Rows
    names: Mapping[str, str] = field(default_factory=dict)


def write_workbook(
    out: Path | BinaryIO, tables: Sequence[Table], texts: Texts, codes: Codebook, *, reveal: bool = False
) -> None:
    """Writes an .xlsx. Sensitive values are masked unless `reveal`; restricted ones always. A path is replaced only
    when the whole workbook is written. Raises `InvalidInput` where the file cannot be written."""
    if not isinstance(out, Path):
        _write(out, tables, texts, codes, reveal=reveal)
        return
    replace_whole(out, lambda stream: _write(stream, tables, texts, codes, reveal=reveal))


def replace_whole(out: Path, write: Callable[[BinaryIO], None]) -> None:
    """Replaces a file only once all of the new one is written. Raises `InvalidInput` where it cannot be written."""
    with whole_file(out) as stream:
        write(stream)


@contextlib.contextmanager
def whole_file(out: Path) -> Iterator[BinaryIO]:
    """A stream whose file takes the place of another only when all of it was written. Raises `InvalidInput` where it
    cannot be written."""
    half = out.with_name(f".{out.name}.part")
    try:
        with half.open("wb") as stream:
            yield stream
        half.replace(out)
    except OSError as error:
        raise InvalidInput(IN_USE, file=out.name, why=error.strerror or type(error).__name__) from None
    finally:
        with contextlib.suppress(OSError):
            half.unlink(missing_ok=True)


def writing_workbook(out: Path, table: Table, texts: Texts, codes: Codebook, *, reveal: bool = False) -> Iterator[int]:
    """Writes an .xlsx of one sheet like `write_workbook`; yields how many rows are written. Closed half way it leaves
    nothing, neither beside the file nor where the sheet is put together."""
    with whole_file(out) as stream:
        book = Workbook(write_only=True)
        try:
            yield from _sheet(book, table, texts, codes, reveal=reveal)
        except BaseException:
            sheet: Any = book.worksheets[0]
            sheet.close()
            sheet._writer.cleanup()
            raise
        book.save(stream)


def _write(out: BinaryIO, tables: Sequence[Table], texts: Texts, codes: Codebook, *, reveal: bool) -> None:
    book = Workbook(write_only=True)
    for table in tables:
        for _ in _sheet(book, table, texts, codes, reveal=reveal):
            pass
    book.save(out)


def _sheet(book: Any, table: Table, texts: Texts, codes: Codebook, *, reveal: bool) -> Iterator[int]:
    """Writes one sheet row by row; yields how many are written."""
    sheet = book.create_sheet(_sheet_name(texts(table.record.about.plural)))
    sheet.freeze_panes = "B2"
    last = get_column_letter(max(len(table.columns), 1))
    sheet.auto_filter.ref = f"A1:{last}{len(table.rows) + 1}"
    for n, fact in enumerate(table.columns, 1):
        label = texts(fact.label)
        width = max(_WIDTHS.get(fact.kind, 10), 2 * len(label) + 4, _NARROWEST)
        sheet.column_dimensions[get_column_letter(n)].width = min(width, _WIDEST)
    sheet.append(list(_headings(sheet, table, texts)))
    for done, row in enumerate(table.rows, start=1):
        yield done
        sheet.append([_cell(sheet, fact, row, table.names, texts, codes, reveal=reveal) for fact in table.columns])


def _sheet_name(name: str) -> str:
    return "".join("·" if c in "[]:*?/\\" else c for c in name)[:_SHEET_NAME]


def _headings(sheet: Any, table: Table, texts: Texts) -> Iterator[Any]:
    for fact in table.columns:
        label = texts(fact.label)
        cell = WriteOnlyCell(sheet, f"{label}（{texts(fact.unit)}）" if fact.unit else label)
        cell.font, cell.fill, cell.alignment = _BOLD, _SHADE, _HEAD
        yield cell


def _cell(
    sheet: Any, fact: Fact, row: Record, names: Mapping[str, str], texts: Texts, codes: Codebook, *, reveal: bool
) -> Any:
    """One cell: days and counts as such, everything else as text. Numbers of people and phones stay text, or Excel
    would round them; a text that looks like a formula is marked as text, so nobody's name is ever computed."""
    value = getattr(row, fact.name)
    if value is None or value == "":
        return None
    hidden = fact.sensitivity is Sensitivity.RESTRICTED or (fact.sensitive and not reveal)
    if not hidden and fact.kind is Kind.DATE and isinstance(value, date):
        cell = WriteOnlyCell(sheet, datetime(value.year, value.month, value.day))
        cell.number_format = _DAY
        return cell
    if not hidden and fact.kind is Kind.INTEGER:
        return WriteOnlyCell(sheet, value)
    if not hidden and fact.kind is Kind.MONEY:
        cell = WriteOnlyCell(sheet, Decimal(value) / 100)  # type: ignore[arg-type]  # the stubs know fewer kinds
        cell.number_format = _YUAN
        return cell
    text = _shown(fact, value, names, texts, codes)
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", masked(fact, text) if hidden else text))
    cell.data_type = "s"
    cell.number_format = _TEXT
    cell.quotePrefix = text.startswith(_FORMULA_STARTS)
    if "\n" in text:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _shown(fact: Fact, value: object, names: Mapping[str, str], texts: Texts, codes: Codebook) -> str:
    if fact.codes:
        return codes[fact.codes].name_of(value, texts)
    if fact.kind is Kind.BOOLEAN:
        return texts(YES if value else NO)
    if fact.kind is Kind.REFERENCE:
        return names.get(str(value), str(value))
    if fact.kind is Kind.MONEY and isinstance(value, int):
        return yuan(value)
    return str(value)
