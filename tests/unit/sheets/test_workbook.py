"""Workbooks out, read back by another program's reader."""

import io
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import python_calamine as calamine

from carehub.domain.care import Visit
from carehub.domain.errors import InvalidInput
from carehub.domain.facts import facts_of
from carehub.domain.people import Child, FamilyMember
from carehub.resources import codebook, texts
from carehub.sheets.ledger import read_plan, read_records
from carehub.sheets.workbook import Table, write_workbook

CHILD = Child(
    site_id="s",
    name="徐𫖯",
    sex=2,
    birth_date=date(2012, 10, 12),
    identity_no="500199201210126725",
    registered=True,
    home_address="石桥镇新民村3组12号",
    remark='=HYPERLINK("http://x","y")\n第二行',
    status="active",
    school="-1+1",
    health="哮喘",
    class_name="@SUM(1)",
    grade="+7",
)


def written(
    rows: list[Any], record: Any = Child, names: Any = None, *, reveal: bool = False, lang: str = "zh_CN"
) -> Any:
    out = io.BytesIO()
    table = Table(record, list(facts_of(record).values()), rows, names or {})
    write_workbook(out, [table], texts(lang), codebook(), reveal=reveal)
    out.seek(0)
    return out


def label(record: Any, name: str) -> str:
    return texts()(facts_of(record)[name].label)


def as_dict(out: Any) -> dict[str, object]:
    sheet = calamine.CalamineWorkbook.from_object(out).get_sheet_by_index(0)
    head, first = sheet.to_python()[:2]
    return dict(zip(head, first, strict=True))


def test_values_as_people_read_them() -> None:
    got = as_dict(written([CHILD], reveal=True, names={"s": "新民村"}))
    assert got[label(Child, "name")] == "徐𫖯"
    assert got[label(Child, "sex")] == "女"
    assert got[label(Child, "birth_date")] == date(2012, 10, 12)
    assert got[label(Child, "identity_no")] == "500199201210126725"
    assert got[label(Child, "home_address")] == "石桥镇新民村3组12号"
    assert "是" in got.values()
    assert "新民村" in got.values()


def test_sensitive_values_are_masked() -> None:
    got = as_dict(written([CHILD]))
    assert got[label(Child, "identity_no")] == "500199********6725"
    assert got[label(Child, "home_address")] == "石桥镇新民村***"
    assert "哮喘" not in str(got)
    member = FamilyMember(site_id="s", child_id="c", relation="61", name="王建国", phone="18352563802")
    got = as_dict(written([member], FamilyMember, {"c": "徐𫖯"}))
    assert got[label(FamilyMember, "phone")] == "183****3802"
    assert got[label(FamilyMember, "relation")] == "祖父"
    assert "徐𫖯" in got.values()


def test_nothing_is_ever_a_formula() -> None:
    out = written([CHILD], reveal=True)
    page = openpyxl.load_workbook(out).active
    assert page is not None
    cells = {c.value: c for c in page[2] if c.value is not None}
    for text in (CHILD.remark, "-1+1", "@SUM(1)", "+7"):
        assert cells[text].data_type == "s"
        assert cells[text].quotePrefix
    assert cells["500199201210126725"].number_format == "@"


def test_counts_stay_numbers_and_bad_characters_go() -> None:
    got = as_dict(written([Visit(site_id="s", child_id="c", minutes=40, note="好\x00\x0b吧")], Visit, reveal=True))
    assert 40 in got.values()
    assert "好吧" in got.values()


def test_masked_workbooks_taken_in_again_overwrite_nothing(tmp_path: Path) -> None:
    child = CHILD.model_copy(update={"grade": "七年级"})
    (tmp_path / "名册.xlsx").write_bytes(written([child]).read())
    content = read_records(read_plan(tmp_path / "名册.xlsx", codebook()), codebook())
    assert [(p.field, p.kind) for p in content.problems] == [("identity_no", "masked")]
    assert content.records[0].values["name"] == "徐𫖯"
    assert not {"identity_no", "home_address", "health"} & content.records[0].values.keys()
    assert "**" not in str(content.records[0])


def test_english() -> None:
    got = as_dict(written([CHILD], lang="en"))
    assert got["Sex"] == "Female"


def test_file_is_whole_or_not_there(tmp_path: Path) -> None:
    table = Table(Child, list(facts_of(Child).values()), [CHILD])
    write_workbook(tmp_path / "名册.xlsx", [table], texts(), codebook())
    assert [p.name for p in tmp_path.iterdir()] == ["名册.xlsx"]
    with pytest.raises(InvalidInput):
        write_workbook(tmp_path / "nowhere" / "名册.xlsx", [table], texts(), codebook())
