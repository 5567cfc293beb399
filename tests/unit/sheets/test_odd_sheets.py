"""Sheets that would mix people up or take the program down. What a user would lose: a child under another's number."""

from pathlib import Path

import pytest
from openpyxl import Workbook

from carehub import resources
from carehub.domain.errors import InvalidInput
from carehub.domain.madeup import MadeUp
from carehub.sheets.ledger import LedgerContent, read_plan, read_records


def read(path: Path) -> LedgerContent:
    codes = resources.codebook()
    return read_records(read_plan(path, codes), codes)


def save(path: Path, rows: list[list[object]]) -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_two_panes_side_by_side_keep_each_name_with_its_own_number(tmp_path: Path) -> None:
    from datetime import date

    people = [MadeUp(3, date(2026, 11, 24)).child() for _ in range(1)] + [
        MadeUp(n, date(2026, 11, 24)).child() for n in range(4, 9)
    ]
    rows: list[list[object]] = [["红岩村留守儿童名单"], ["姓名", "性别", "身份证号", "监护人", "电话"] * 2]
    for left, right in zip(people[:3], people[3:], strict=True):
        rows.append([x for p in (left, right) for x in (p.name, "男女"[p.sex - 1], p.identity_no, p.guardian, p.phone)])
    content = read(save(tmp_path / "panes.xlsx", rows))
    found = {(r.values["name"], r.values["identity_no"], r.family[0]["phone"]) for r in content.records}
    assert found == {(p.name, p.identity_no, p.phone) for p in people}
    assert not content.problems


def test_a_stray_cell_in_the_last_corner_is_a_sentence(tmp_path: Path) -> None:
    """calamine makes a full table of the sheet and takes the whole process down."""
    book = Workbook()
    book.active["A1"], book.active["XFD1048576"] = "姓名", "x"
    book.save(tmp_path / "far.xlsx")
    with pytest.raises(InvalidInput):
        read_plan(tmp_path / "far.xlsx", resources.codebook())


def test_a_row_that_lost_its_name_is_reported(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["姓名", "性别", "身份证号", "监护人", "监护人电话"],
        [None, None, None, None, "13800138000"],
    ]
    content = read(save(tmp_path / "lone.xlsx", rows))
    assert [(p.row, p.kind) for p in content.problems] == [(2, "missing")]


def test_brackets_behind_a_guardian_are_kept(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["姓名", "监护人", "与儿童关系", "监护人电话", "学校"],
        ["王小明", "张大爷（聋哑）", "爷爷", "13800138000", "中心小学"],
    ]
    (record,) = read(save(tmp_path / "brackets.xlsx", rows)).records
    assert record.family[0]["name"] == "张大爷"
    assert "聋哑" in str(record.values["remark"])
