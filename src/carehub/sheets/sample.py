"""Messy ledgers of made-up children, as offices keep them: for the demonstration and for training."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from carehub.domain.madeup import MadeUpChild, check_character

_BROKEN, _REPEATED = 4, 2  # which child's number is broken, which is entered twice
_TOP = [
    "序号",
    "姓名",
    "性别",
    "出生年月",
    "身份证号码",
    "监护人",
    "-",
    "-",
    "父亲",
    "-",
    "母亲",
    "-",
    "就读学校",
    "年级",
    "村组",
]
_BELOW = ["-", "-", "-", "-", "-", "姓名", "关系", "电话", "姓名", "务工地点", "姓名", "务工地点", "-", "-", "-"]
_FLAT = [
    "编号",
    "年级班级",
    "学校名称",
    "留守儿童姓名",
    "公民身份号码",
    "性别",
    "出生日期",
    "实际照护人",
    "与孩子关系",
    "家长电话",
    "父亲姓名",
    "父亲打工地点",
    "母亲姓名",
    "母亲打工地点",
    "所在组",
]
_FLAT_ORDER = (13, 12, 1, 4, 2, 3, 5, 6, 7, 8, 9, 10, 11, 14)  # places in `_line` of the columns after 编号


def write_messy_ledger(file: Path, site_name: str, children: Sequence[MadeUpChild], style: int) -> Path:
    """Writes one ledger and returns its path; folders are made. Style 0 has title rows and a header of two levels,
    style 1 a flat header in other words and order. Each holds one row twice, one broken check digit and one row
    without a name, so taking it in makes `len(children)` records and reports three rows."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "花名册" if style == 0 else "台账"
    lines = _lines(children)
    if style == 0:
        _write_two_level(sheet, site_name, lines)
    else:
        sheet.append([f"{site_name}留守儿童信息台账"])
        sheet.append(_FLAT)
        for n, line in enumerate(lines, 1):
            sheet.append([n, *(line[i] for i in _FLAT_ORDER)])
    book.create_sheet("Sheet2")
    file.parent.mkdir(parents=True, exist_ok=True)
    book.save(file)
    return file


def _write_two_level(sheet: Any, site_name: str, lines: Sequence[list[object]]) -> None:
    sheet.append([f"{site_name}农村留守儿童花名册"])
    sheet.append([f"填报单位（盖章）：{site_name}", *[None] * 11, "填报时间：2026年3月10日"])
    sheet.append([None if t == "-" else t for t in _TOP])
    sheet.append([None if t == "-" else t for t in _BELOW])
    for place in ("A1:O1", "F3:H3", "I3:J3", "K3:L3", *(f"{c}3:{c}4" for c in "ABCDEMNO")):
        sheet.merge_cells(place)
    for n, line in enumerate(lines, 1):
        sheet.append([n, *line[1:]])
    sheet.append([f"合计：{len(lines)}人"])
    sheet.append(["单位负责人：", None, None, "填表人：", None, None, "审核人："])


def _lines(children: Sequence[MadeUpChild]) -> list[list[object]]:
    """One line per child, then the repeated row and the row without a name."""
    lines = [_line(child, n) for n, child in enumerate(children)]
    if not children:
        return lines
    broken = lines[min(_BROKEN, len(lines) - 1)]
    broken[4] = _break(str(broken[4]))
    repeated = _line(children[min(_REPEATED, len(children) - 1)], 7)
    nameless = _line(children[-1], 3)
    nameless[1], nameless[4] = None, _other_number(children[-1].identity_no)
    return [*lines, repeated, nameless]


def _line(child: MadeUpChild, n: int) -> list[object]:
    name = f"{child.name[0]} {child.name[1]}" if len(child.name) == 2 else child.name
    phone: object = int(child.phone) if n % 3 == 0 else child.phone
    if n % 5 == 1:
        phone = f"{child.phone[:3]}-{child.phone[3:7]}-{child.phone[7:]}"
    number = child.identity_no
    if n % 6 == 3:
        number = f"{number[:6]} {number[6:14]} {number[14:]}"
    sex = ("男", "女")[child.sex - 1] + (" " if n % 4 == 1 else "")
    parents = [child.father, child.father_at, child.mother, child.mother_at if n % 7 else "—"]
    return [None, name, sex, _day(child.birth_date, n), number, child.guardian, child.relation_word, phone,
            *parents, child.school, child.grade, child.group]  # fmt: skip


def _day(day: date, n: int) -> object:
    """A birth date in one of the spellings offices use."""
    return (
        day,
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        int(f"{day:%Y%m%d}"),
        f"{day.year}/{day.month}/{day.day}",
        day.isoformat(),
    )[n % 6]


def _break(number: str) -> str:
    """The number with another check character."""
    return number[:-1] + ("0" if number[-1] != "0" else "1")


def _other_number(number: str) -> str:
    """A sound number of somebody else born on the same day."""
    stem = f"{number[:14]}{(int(number[14:17]) + 2) % 1000:03d}"
    return stem + check_character(stem)
