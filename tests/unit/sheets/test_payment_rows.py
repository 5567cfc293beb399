"""Rolls of payments in other shapes than the sample. What would be lost: money that nobody got, or got twice."""

from pathlib import Path
from typing import Any

TITLE = ["2026年春季学期义务教育寄宿生生活补助发放表"]
HEADS = ["序号", "学校", "班级", "姓名", "身份证号", "银行卡号", "金额(元)", "领款人签字"]
NUMBERS = ["500199201601238708", "500199201204200319", "500199201303146645", "500199201304043920"]


def row(n: int, name: str, amount: object, **told: object) -> list[object]:
    cells = {"school": "中心小学", "class": "四年级1班", "no": NUMBERS[(n - 1) % 4], "account": "6217832324728067810",
             "signed": None} | told  # fmt: skip
    return [n, cells["school"], cells["class"], name, cells["no"], cells["account"], amount, cells["signed"]]


def test_school_and_class_written_once_per_block_hold_for_the_block(ledger: Any, read: Any) -> None:
    none = {"school": None, "class": None}
    rows = [
        TITLE, HEADS,
        row(1, "何静", 625), row(2, "郭晨霞", 625, **none), row(3, "梁刚宇", 625, **none),
        ["小计", None, None, None, None, None, 1875, None],
        row(4, "许磊", 625, **{"school": "红岩完小", "class": "七年级2班"}), row(5, "罗梓", 625, no=None, **none),
        ["合计", None, None, None, None, None, 3125, None],
    ]  # fmt: skip
    _, content = read(ledger(rows, merge=["A1:H1"]))
    told = [(r.values["name"], r.values["school"], r.values["grade"], r.values["class_name"]) for r in content.records]
    assert told == [
        ("何静", "中心小学", "四年级", "1班"),
        ("郭晨霞", "中心小学", "四年级", "1班"),
        ("梁刚宇", "中心小学", "四年级", "1班"),
        ("许磊", "红岩完小", "七年级", "2班"),
        ("罗梓", "红岩完小", "七年级", "2班"),
    ]
    assert content.problems == []


def test_a_sum_that_does_not_agree_is_told_at_its_row(ledger: Any, read: Any) -> None:
    rows = [
        TITLE,
        HEADS,
        row(1, "何静", 625),
        row(2, "郭晨霞", 600),
        ["合计", None, None, None, None, None, 1250, None],
    ]
    _, content = read(ledger(rows, merge=["A1:H1"]))
    assert [(p.row, p.kind, p.values["found"], p.values["told"]) for p in content.problems] == [
        (5, "sum", "1225.00", "1250.00")
    ]
    assert [r.values["amount_fen"] for r in content.records] == [62500, 60000], "taken as they stand"


def test_whole_yuan_stay_whole_where_no_sum_says_otherwise(ledger: Any, read: Any) -> None:
    rows = [TITLE, HEADS, row(1, "何静", 312.5), row(2, "郭晨霞", "312元"), row(3, "梁刚宇", "312.50")]
    _, content = read(ledger(rows, merge=["A1:H1"]))
    assert [r.values["amount_fen"] for r in content.records] == [31250, 31200, 31250]
    rows.append(["合计", None, None, None, None, None, 937.5, None])
    _, content = read(ledger(rows, merge=["A1:H1"], name="有合计.xlsx"))
    assert [r.values["amount_fen"] for r in content.records] == [31250] * 3
    assert content.records[1].values["remark"] == "表上写“312元”，按小计取312.50元"
    assert "remark" not in content.records[0].values


def test_a_row_without_a_sum_and_one_below_nothing_are_told(ledger: Any, read: Any) -> None:
    rows = [TITLE, HEADS, row(1, "何静", "待定"), row(2, "郭晨霞", None), row(3, "梁刚宇", -625), row(4, "许磊", 625)]
    _, content = read(ledger(rows, merge=["A1:H1"]))
    assert [(p.row, p.field) for p in content.problems] == [(3, "amount_fen"), (4, "amount_fen"), (5, "amount_fen")]
    assert [r.values["name"] for r in content.records] == ["许磊"]


def test_an_account_that_the_spreadsheet_cut_is_no_account(ledger: Any, read: Any) -> None:
    rows = [
        TITLE,
        HEADS,
        row(1, "何静", 625, account=6217832324728067810.0),
        row(2, "郭晨霞", 625, account="6217 8995 3730 22"),
    ]
    _, content = read(ledger(rows, merge=["A1:H1"]))
    assert [(p.row, p.field, p.kind) for p in content.problems] == [(3, "account", "digits_lost")]
    assert [r.values.get("account") for r in content.records] == [None, "62178995373022"]


def test_who_signed_is_kept(ledger: Any, read: Any) -> None:
    rows = [TITLE, HEADS, row(1, "何静", 625, signed="何建国"), row(2, "郭晨霞", 625)]
    _, content = read(ledger(rows, merge=["A1:H1"]))
    assert [r.values.get("signed_by") for r in content.records] == ["何建国", None]


def test_what_no_field_takes_goes_into_the_remark(ledger: Any, read: Any, tmp_path: Path) -> None:
    heads = [*HEADS, "开户行", "困难类型"]
    rows = [TITLE, heads, [*row(1, "何静", 625), "农商行", "低保"], [*row(2, "郭晨霞", 625), None, None]]
    _, content = read(ledger(rows, merge=["A1:J1"]))
    assert content.records[0].values["remark"] == "开户行：农商行\n困难类型：低保"
