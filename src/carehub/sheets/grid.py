"""Any spreadsheet file as plain grids of cells: .xlsx, .xls, .ods, and text with separators.

What a file is, is told from its first bytes and not from its name: offices rename files.
"""

import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import python_calamine as calamine

from carehub.domain.errors import InvalidInput
from carehub.domain.texts import mark
from carehub.sheets.delimited import read_delimited

MAX_BYTES = 60 * 1024 * 1024
MAX_UNPACKED = 600 * 1024 * 1024
MAX_CELLS = 6_000_000

MISSING = mark("The file “{file}” is not there. Please choose it again.")
UNREADABLE = mark("“{file}” cannot be read: {why}. Close it in Excel or WPS, or copy it to this computer first.")
NOTHING = mark("“{file}” is empty.")
TOO_LARGE = mark("“{file}” is too large for a ledger. Please split it into several workbooks.")
LOCKED = mark(
    "“{file}” is protected by a password. Open it in Excel or WPS, save it without a password, and try again."
)
NO_SPREADSHEET = mark("“{file}” is not a spreadsheet. Open it in Excel or WPS and save it as .xlsx.")
NO_CELLS = mark("There is nothing on the sheets of “{file}”.")

FAR_CELL = mark(
    "A cell of “{file}” stands far away from the table. Copy the table into a new workbook and take in that one."
)
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_CELL = re.compile(rb'<c\b[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"')
_ROW = re.compile(rb'<row\b[^>]*?\br="([0-9]{1,7})"')

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

Row = list[object]
Area = tuple[tuple[int, int], tuple[int, int]]
"""First and last cell of a merged range, each (row, column), counted from 0."""


@dataclass
class Grid:
    """One sheet. `rows[r][c]` with r, c from 0, so row 0 is Excel's row 1; empty cells are None."""

    name: str
    rows: list[Row]
    merged: tuple[Area, ...] = ()

    @property
    def width(self) -> int:
        return max((len(row) for row in self.rows), default=0)


@dataclass
class Book:
    """The sheets worth reading, and those that are not, each with the reason ("hidden" or "empty")."""

    path: Path
    grids: list[Grid]
    skipped: dict[str, str] = field(default_factory=dict)


def read_book(path: Path) -> Book:
    """Reads every visible sheet that holds anything. Raises `InvalidInput` with what to do about it."""
    data = _bytes(path)
    if data.startswith((_ZIP, _OLE)):
        book = _workbook(path, data)
    else:
        rows = read_delimited(data)
        if rows is None:
            raise InvalidInput(NO_SPREADSHEET, file=path.name)
        book = Book(path, [Grid(path.stem, _tidy(rows))])
    if not any(grid.rows for grid in book.grids):
        raise InvalidInput(NO_CELLS, file=path.name)
    return book


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InvalidInput(TOO_LARGE, file=path.name)
        data = path.read_bytes()
    except FileNotFoundError:
        raise InvalidInput(MISSING, file=path.name) from None
    except OSError as error:
        raise InvalidInput(UNREADABLE, file=path.name, why=error.strerror or type(error).__name__) from None
    if not data.strip():
        raise InvalidInput(NOTHING, file=path.name)
    return data


def _workbook(path: Path, data: bytes) -> Book:
    if data.startswith(_OLE) and _ENCRYPTED in data:
        raise InvalidInput(LOCKED, file=path.name)
    _check_unpacked(path, data)
    book = Book(path, [])
    try:
        opened = calamine.CalamineWorkbook.from_object(io.BytesIO(data))
        for sheet in opened.sheets_metadata:
            if sheet.typ is not calamine.SheetTypeEnum.WorkSheet:
                continue
            if sheet.visible is not calamine.SheetVisibleEnum.Visible:
                book.skipped[sheet.name] = "hidden"
                continue
            grid = _grid(path, opened.get_sheet_by_name(sheet.name))
            if grid.rows:
                book.grids.append(grid)
            else:
                book.skipped[sheet.name] = "empty"
    except calamine.PasswordError:
        raise InvalidInput(LOCKED, file=path.name) from None
    except (calamine.CalamineError, OSError, ValueError):
        raise InvalidInput(NO_SPREADSHEET, file=path.name) from None
    return book


def _check_unpacked(path: Path, data: bytes) -> None:
    """Refuses a file that would fill the memory when unpacked."""
    if not data.startswith(_ZIP):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            size = sum(part.file_size for part in packed.infolist())
            if size <= MAX_UNPACKED and any(_is_vast(packed.read(p)) for p in packed.namelist() if _SHEET.fullmatch(p)):
                raise InvalidInput(FAR_CELL, file=path.name)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError):
        raise InvalidInput(NO_SPREADSHEET, file=path.name) from None
    if size > MAX_UNPACKED:
        raise InvalidInput(TOO_LARGE, file=path.name)


def _is_vast(xml: bytes) -> bool:
    """Whether a worksheet's cells span more than can be held: calamine makes a full table of it and, for one stray
    cell in the last column of the last row, takes the whole process down."""
    columns = {reference[0] for reference in _CELL.findall(xml)}
    rows = [int(number) for number in _ROW.findall(xml)]
    widest = max((_column_number(letters) for letters in columns), default=0)
    return widest * max(rows, default=0) > MAX_CELLS


def _column_number(letters: bytes) -> int:
    """A = 1 … XFD = 16384."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _grid(path: Path, sheet: Any) -> Grid:
    if sheet.end and (sheet.end[0] + 1) * (sheet.end[1] + 1) > MAX_CELLS:
        raise InvalidInput(TOO_LARGE, file=path.name)
    rows = _tidy(sheet.to_python(skip_empty_area=False))
    return Grid(sheet.name, rows, tuple(sheet.merged_cell_ranges or ()))


def _tidy(rows: Iterable[Iterable[object]]) -> list[Row]:
    """Blank cells become None; blank rows and columns after the last filled ones are left off."""
    tidy = [[None if isinstance(v, str) and not v.strip() else v for v in row] for row in rows]
    width = 0
    for row in tidy:
        filled = next((n for n in range(len(row), 0, -1) if row[n - 1] is not None), 0)
        width = max(width, filled)
    while tidy and all(v is None for v in tidy[-1]):
        tidy.pop()
    return [row[:width] + [None] * (width - len(row)) for row in tidy]
