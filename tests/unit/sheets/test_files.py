"""Files that are no ledgers, and sheets that are not meant to be read."""

import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from carehub.domain.errors import InvalidInput
from carehub.sheets import grid
from carehub.sheets.assignment import best_pairs
from carehub.sheets.grid import read_book


def refused(path: Path) -> str:
    with pytest.raises(InvalidInput) as told:
        read_book(path)
    return told.value.message


def test_what_is_no_spreadsheet(tmp_path: Path) -> None:
    for name, data in {
        "a.xlsx": b"PK\x03\x04 broken",
        "b.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        "c.docx": b"%PDF-1.7\n1 0 obj",
        "d.csv": bytes(range(256)),
        "e.txt": "只有一句话。\n还有一句。".encode(),
        "f.xls": b"<html><table><tr><td>1</td></tr></table></html>",
    }.items():
        (tmp_path / name).write_bytes(data)
        assert refused(tmp_path / name) == grid.NO_SPREADSHEET, name
    with zipfile.ZipFile(tmp_path / "g.xlsx", "w") as packed:
        packed.writestr("word/document.xml", "<x/>")
    assert refused(tmp_path / "g.xlsx") == grid.NO_SPREADSHEET


def test_missing_empty_locked_and_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert refused(tmp_path / "nothing.xlsx") == grid.MISSING
    assert refused(tmp_path) == grid.UNREADABLE
    (tmp_path / "a.xlsx").write_bytes(b"")
    assert refused(tmp_path / "a.xlsx") == grid.NOTHING
    secret = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "EncryptedPackage".encode("utf-16-le")
    (tmp_path / "b.xlsx").write_bytes(secret)
    assert refused(tmp_path / "b.xlsx") == grid.LOCKED
    Workbook().save(tmp_path / "c.xlsx")
    assert refused(tmp_path / "c.xlsx") == grid.NO_CELLS
    with zipfile.ZipFile(tmp_path / "d.xlsx", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", bytes(2_000_000))
    monkeypatch.setattr(grid, "MAX_UNPACKED", 1_000_000)
    assert refused(tmp_path / "d.xlsx") == grid.TOO_LARGE
    monkeypatch.setattr(grid, "MAX_BYTES", 100)
    assert refused(tmp_path / "d.xlsx") == grid.TOO_LARGE


def test_hidden_sheets_are_skipped_and_named(tmp_path: Path) -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = "名单"
    page["A1"] = "姓名"
    hidden = book.create_sheet("旧名单")
    hidden["A1"] = "姓名"
    hidden.sheet_state = "hidden"
    book.create_sheet("Sheet3")
    book.save(tmp_path / "a.xlsx")
    found = read_book(tmp_path / "a.xlsx")
    assert [g.name for g in found.grids] == ["名单"]
    assert found.skipped == {"旧名单": "hidden", "Sheet3": "empty"}


def test_renamed_files_are_read_by_what_they_are(tmp_path: Path) -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(["姓名", "性别"])
    book.save(tmp_path / "a.xlsx")
    (tmp_path / "a.xlsx").rename(tmp_path / "名单.xls")
    assert read_book(tmp_path / "名单.xls").grids[0].rows == [["姓名", "性别"]]


@pytest.mark.parametrize(
    ("scores", "pairs"),
    [
        ([], []),
        ([[0.0, 0.0]], []),
        ([[0.9, 0.8], [0.9, 0.1]], [(0, 1), (1, 0)]),
        ([[0.5], [0.9], [0.1]], [(1, 0)]),
        ([[0.2, 0.0, 0.7], [0.0, 0.4, 0.6]], [(0, 2), (1, 1)]),
    ],
)
def test_best_pairs(scores: Any, pairs: Any) -> None:
    assert best_pairs(scores) == pairs
