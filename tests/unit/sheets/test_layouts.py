"""Ledgers as different offices lay them out, each with exactly the records it must give."""

import csv
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from carehub.domain.madeup import check_character

from .people import carer, parents, people, values

SEX = {1: "男", 2: "女"}
KIDS = people()


def records_of(content: Any) -> list[tuple[dict[str, Any], list[dict[str, Any]]]]:
    return [(r.values, r.family) for r in content.records]


def clean(content: Any) -> Any:
    assert not content.problems
    return records_of(content)


def test_flat_in_other_words(ledger: Any, read: Any) -> None:
    rows: list[Sequence[object]] = [
        [
            "编号",
            "所在学校",
            "年级班级",
            "儿童姓名",
            "证件号码",
            "性别",
            "生日",
            "主要监护人",
            "称谓",
            "手机号",
            "详细地址",
        ],
    ]
    for n, k in enumerate(KIDS, 1):
        rows.append(
            [
                n,
                k.school,
                k.grade[:1] + "(2)班" if "年级" in k.grade else k.grade,
                k.name,
                k.identity_no,
                SEX[k.sex],
                k.birth_date,
                k.guardian,
                k.relation_word,
                k.phone,
                f"石桥镇新民村{k.group}",
            ]
        )
    plan, content = read(ledger(rows))
    assert plan.sheets[0].kind == "child"
    assert clean(content) == [
        (values(k, class_name="2班", home_address=f"石桥镇新民村{k.group}"), [carer(k)]) for k in KIDS
    ]


def test_starts_at_column_c_row_seven_with_spacer_columns(ledger: Any, read: Any) -> None:
    rows: list[Sequence[object]] = [
        [],
        ["", "", "红岩村被监护人情况登记表"],
        [],
        ["", "", "单位：红岩村", "", "", "2026年3月"],
        [],
        [],
    ]
    rows.append(
        [
            "",
            "",
            "被监护人",
            "",
            "公民身份证号",
            "",
            "出生年月日",
            "性别",
            "现监护人",
            "与儿童关系",
            "",
            "监护人电话",
            "学校名称",
            "年级",
        ]
    )
    for k in KIDS:
        rows.append(
            [
                "",
                "",
                k.name,
                "",
                k.identity_no,
                "",
                f"{k.birth_date:%Y.%m.%d}",
                SEX[k.sex],
                k.guardian,
                k.relation_word,
                "",
                float(k.phone),
                k.school,
                k.grade,
            ]
        )
    _, content = read(ledger(rows))
    assert clean(content) == [(values(k), [carer(k)]) for k in KIDS]


def test_header_of_three_rows(ledger: Any, read: Any) -> None:
    rows: list[Sequence[object]] = [
        ["石桥镇农村留守儿童信息采集表"],
        ["序号", "儿童基本情况", "", "", "", "家庭成员情况", "", "", "", "", "", "", "备注"],
        ["", "姓名", "性别", "身份证号", "民族", "监护人", "", "", "父亲", "", "母亲", "", ""],
        ["", "", "", "", "", "姓名", "关系", "联系方式", "姓名", "打工地点", "姓名", "打工地点", ""],
    ]
    for n, k in enumerate(KIDS, 1):
        rows.append(
            [
                n,
                k.name,
                SEX[k.sex],
                k.identity_no,
                "苗族",
                k.guardian,
                k.relation_word,
                k.phone,
                k.father,
                k.father_at,
                k.mother,
                k.mother_at,
                "低保户" if n == 1 else None,
            ]
        )
    merge = ["A1:M1", "A2:A4", "B2:E2", "F2:L2", "M2:M4", "B3:B4", "C3:C4", "D3:D4", "E3:E4", "F3:H3", "I3:J3", "K3:L3"]
    plan, content = read(ledger(rows, merge))
    assert plan.sheets[0].header_rows == range(2, 5)
    expected = [(values(k, "school", "grade", ethnic_group="06"), [carer(k), *parents(k)]) for k in KIDS]
    expected[0][0]["remark"] = "低保户"
    assert clean(content) == expected


def test_groups_that_are_not_merged(ledger: Any, read: Any) -> None:
    rows: list[Sequence[object]] = [
        ["姓名", "性别", "身份证", "委托监护人", "", "", "父亲", "", "", "母亲", "", "", "就读学校及年级"],
        ["", "", "", "姓名", "与孩子关系", "电话", "姓名", "电话", "务工地", "姓名", "电话", "务工地", ""],
    ]
    for k in KIDS:
        rows.append(
            [
                k.name,
                SEX[k.sex],
                k.identity_no,
                k.guardian,
                k.relation_word,
                k.phone,
                k.father,
                "13900000001",
                k.father_at,
                k.mother,
                "023-72345678",
                k.mother_at,
                f"{k.school}{k.grade}",
            ]
        )
    _, content = read(ledger(rows))
    expected = []
    for k in KIDS:
        father, mother = parents(k)
        expected.append((values(k), [carer(k), father | {"phone": "13900000001"}, mother | {"phone": "023-72345678"}]))
    assert clean(content) == expected


def test_repeated_headers_and_footers(ledger: Any, read: Any) -> None:
    head = ["序号", "学生姓名", "性别", "身份证号码", "家长姓名", "关系", "家长电话", "学校", "年级", "贫困类型"]
    rows: list[Sequence[object]] = [["留守儿童名册"], head]
    for n, k in enumerate(KIDS, 1):
        if n == 5:
            rows += [["本页小计", "4人"], [], ["留守儿童名册"], head]
        rows.append(
            [n, k.name, SEX[k.sex], k.identity_no, k.guardian, k.relation_word, k.phone, k.school, k.grade, "脱贫户"]
        )
    rows += [
        ["合计", "", "8"],
        ["注：本表一式两份。"],
        ["填表人：李四", "", "", "审核人：", "", "", "填表日期：2026年3月"],
    ]
    _, content = read(ledger(rows))
    assert clean(content) == [(values(k, remark="脱贫户"), [carer(k)]) for k in KIDS]
    assert [(n.row, n.what) for n in content.non_records if n.row > 2] == [
        (7, "subtotal"),
        (8, "empty"),
        (9, "note"),
        (10, "header"),
        (15, "subtotal"),
        (16, "note"),
        (17, "signature"),
    ]


def test_only_numbers(ledger: Any, read: Any) -> None:
    rows: list[Sequence[object]] = [["姓名", "身份证号", "监护人", "关系"]]
    rows += [
        [
            k.name,
            f"'{k.identity_no[:6]} {k.identity_no[6:14]} {k.identity_no[14:].lower()}\n",
            k.guardian,
            k.relation_word,
        ]
        for k in KIDS
    ]
    _, content = read(ledger(rows, name="留守儿童.xlsx"))
    assert clean(content) == [(values(k, "school", "grade"), [carer(k, "phone")]) for k in KIDS]


def test_only_birth_dates(ledger: Any, read: Any) -> None:
    rows: list[Sequence[object]] = [
        ["姓名", "性别", "出生日期", "监护人", "与孩子关系", "联系方式", "所在学校", "班级"]
    ]
    forms = [
        "{d.year}年{d.month}月{d.day}日",
        "{d.year}/{d.month}/{d.day}",
        "{d:%Y%m%d}",
        "{d.year}.{d.month}.{d.day}",
        "{d:%Y-%m-%d}",
    ]
    for n, k in enumerate(KIDS):
        day = forms[n % 5].format(d=k.birth_date)
        rows.append([k.name, SEX[k.sex] + "性", day, k.guardian, k.relation_word, k.phone, k.school, k.grade + "1班"])
    _, content = read(ledger(rows))
    assert clean(content) == [(values(k, "identity_no", class_name="1班"), [carer(k)]) for k in KIDS]


def test_blocks_of_schools_merged_and_plain(ledger: Any, read: Any) -> None:
    rows: list[Sequence[object]] = [["就读学校", "村组", "年级", "姓名", "身份证号码", "监护人姓名", "称谓", "电话"]]
    for n, k in enumerate(KIDS):
        rows.append(
            [
                "中心小学" if n == 0 else "红岩完小" if n == 4 else None,
                "新民村1组" if n == 0 else "新民村2组" if n == 5 else None,
                k.grade,
                k.name,
                k.identity_no,
                k.guardian,
                k.relation_word,
                k.phone,
            ]
        )
    _, content = read(ledger(rows, ["A2:A5", "A6:A9"]))
    assert clean(content) == [
        (
            values(k, school="中心小学" if n < 4 else "红岩完小", home_address="新民村1组" if n < 5 else "新民村2组"),
            [carer(k)],
        )
        for n, k in enumerate(KIDS)
    ]


def test_ditto_marks_and_nothings(ledger: Any, read: Any) -> None:
    rows: list[Sequence[object]] = [
        [
            "留守儿童姓名",
            "身份证号",
            "学校",
            "年级",
            "监护人",
            "关系",
            "电话",
            "父亲姓名",
            "父亲务工地",
            "母亲姓名",
            "母亲务工地",
            "民族",
        ]
    ]
    for n, k in enumerate(KIDS):
        rows.append(
            [
                k.name,
                k.identity_no,
                "中心小学" if n == 0 else "同上",
                k.grade,
                k.guardian,
                k.relation_word,
                "无",
                k.father,
                "广东深圳" if n == 0 else "〃",
                "—",
                "/",
                "汉" if n == 0 else "″",
            ]
        )
    _, content = read(ledger(rows))
    expected = []
    for k in KIDS:
        father = parents(k)[0] | {"works_at": "广东深圳"}
        expected.append((values(k, school="中心小学", ethnic_group="01"), [carer(k, phone="无"), father]))
    assert clean(content) == expected


def test_flat_phones_of_both_parents(ledger: Any, read: Any) -> None:
    rows: list[Sequence[object]] = [
        [
            "姓名",
            "公民身份号码",
            "监护人",
            "与本人关系",
            "联系电话",
            "父亲",
            "联系电话",
            "务工地点",
            "母亲",
            "联系电话",
            "务工地点",
            "健康状况",
        ]
    ]
    for k in KIDS:
        rows.append(
            [
                k.name,
                k.identity_no,
                k.guardian,
                k.relation_word,
                k.phone,
                k.father,
                13800000002,
                k.father_at,
                k.mother,
                "138-0000-0003",
                k.mother_at,
                "良好",
            ]
        )
    _, content = read(ledger(rows, sheet="留守儿童"))
    expected = []
    for k in KIDS:
        father, mother = parents(k)
        expected.append(
            (
                values(k, "school", "grade", health="良好"),
                [carer(k), father | {"phone": "13800000002"}, mother | {"phone": "13800000003"}],
            )
        )
    assert clean(content) == expected


def test_no_header_at_all(ledger: Any, read: Any) -> None:
    rows = [
        [n, k.name, SEX[k.sex], k.identity_no, k.guardian, k.relation_word, k.phone, k.school, k.grade]
        for n, k in enumerate(KIDS, 1)
    ]
    plan, content = read(ledger(rows))
    assert plan.sheets[0].kind == "child"
    assert len(plan.sheets[0].header_rows) == 0
    assert clean(content) == [(values(k), [carer(k)]) for k in KIDS]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t"])
def test_text_files(encoding: str, separator: str, tmp_path: Path, read: Any) -> None:
    path = tmp_path / "名单.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        out = csv.writer(file, delimiter=separator)
        out.writerow(["姓名", "性别", "身份证号", "出生日期", "监护人", "关系", "电话", "学校", "年级"])
        for k in KIDS:
            out.writerow(
                [
                    k.name,
                    SEX[k.sex],
                    k.identity_no,
                    k.birth_date,
                    k.guardian,
                    k.relation_word,
                    k.phone,
                    k.school,
                    k.grade,
                ]
            )
    _, content = read(path)
    assert clean(content) == [(values(k), [carer(k)]) for k in KIDS]


def write_ods(path: Path, rows: Sequence[Sequence[object]]) -> None:
    """A plain OpenDocument spreadsheet."""
    cells = "".join(
        "<table:table-row>"
        + "".join(f'<table:table-cell office:value-type="string"><text:p>{v}</text:p></table:table-cell>' for v in row)
        + "</table:table-row>"
        for row in rows
    )
    urn = "urn:oasis:names:tc:opendocument:xmlns:"
    table = f'<table:table table:name="名单">{cells}</table:table>'
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="{urn}office:1.0" '
        f'xmlns:table="{urn}table:1.0" xmlns:text="{urn}text:1.0" office:version="1.2">'
        f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("content.xml", content)
        packed.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest xmlns:manifest="{urn}manifest:1.0"><manifest:file-entry manifest:full-path="/" '
            'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>',
        )


def test_open_document(tmp_path: Path, read: Any) -> None:
    rows: list[Sequence[object]] = [["姓名", "身份证号", "照料人", "与学生关系", "手机", "在读学校", "现读年级"]]
    rows += [[k.name, k.identity_no, k.guardian, k.relation_word, k.phone, k.school, k.grade] for k in KIDS]
    write_ods(tmp_path / "名单.ods", rows)
    _, content = read(tmp_path / "名单.ods")
    assert clean(content) == [(values(k), [carer(k)]) for k in KIDS]


def test_several_columns_of_remarks_and_addresses(ledger: Any, read: Any) -> None:
    rows: list[Sequence[object]] = [
        ["姓名", "身份证号", "村", "组", "家长", "关系", "电话", "致困原因", "是否低保", "备注"]
    ]
    rows += [
        [k.name, k.identity_no, "新民村", k.group, k.guardian, k.relation_word, k.phone, "因病", "是", "母亲改嫁"]
        for k in KIDS
    ]
    _, content = read(ledger(rows, sheet="儿童"))
    remark = "因病\n是否低保：是\n母亲改嫁"
    assert clean(content) == [
        (values(k, "school", "grade", home_address=f"新民村{k.group}", remark=remark), [carer(k)]) for k in KIDS
    ]


def test_carer_and_phone_or_relation_in_one_cell(ledger: Any, read: Any) -> None:
    rows: list[Sequence[object]] = [["姓名", "身份证号", "监护人姓名及电话", "与儿童关系", "学校年级"]]
    rows += [[k.name, k.identity_no, f"{k.guardian} {k.phone}", k.relation_word, f"{k.school} {k.grade}"] for k in KIDS]
    _, content = read(ledger(rows))
    assert clean(content) == [(values(k), [carer(k)]) for k in KIDS]
    rows = [["姓名", "身份证号", "监护人（关系）", "监护人联系电话", "学校", "年级"]]
    rows += [[k.name, k.identity_no, f"{k.guardian}（{k.relation_word}）", k.phone, k.school, k.grade] for k in KIDS]
    _, content = read(ledger(rows))
    assert clean(content) == [(values(k), [carer(k)]) for k in KIDS]


def test_strangers_are_not_mixed_in(ledger: Any, read: Any) -> None:
    rows: list[Sequence[object]] = [
        [
            "序号",
            "学校",
            "年级",
            "班主任姓名",
            "班主任电话",
            "学生姓名",
            "学生身份证号",
            "监护人姓名",
            "监护人身份证号",
            "与学生关系",
            "监护人联系电话",
            "帮扶人",
        ]
    ]
    adult = "50019919650101001" + check_character("50019919650101001")
    for n, k in enumerate(KIDS, 1):
        rows.append(
            [
                n,
                k.school,
                k.grade,
                "钱老师",
                "13700000009",
                k.name,
                k.identity_no,
                k.guardian,
                adult,
                k.relation_word,
                k.phone,
                "赵大宝",
            ]
        )
    _, content = read(ledger(rows))
    assert clean(content) == [(values(k), [carer(k, identity_no=adult)]) for k in KIDS]


def test_volunteers_in_other_words(ledger: Any, read: Any) -> None:
    rows = [
        ["石桥镇关工委五老人员名册"],
        ["编号", "五老身份", "队员姓名", "男女", "出生日期", "手机号码", "退休前职务", "个人特长", "骨干", "加入时间"],
        [1, "老党员", "王建国", "男", "1950-03-02", 13800000001, "村支书", "书法", "√", "2020年5月1日"],
        [2, "老教师", "李 梅", "女", "1955年", "139 0000 0002", "小学教师", "", "", ""],
        [3, "退休教师", "欧阳·明", "男性", 1952.7, "138-0000-0003", None, "二胡", "×", None],
    ]
    plan, content = read(ledger(rows))
    assert plan.sheets[0].kind == "volunteer"
    first, second, third = (r.values for r in content.records)
    assert second == {
        "name": "李梅",
        "sex": 2,
        "birth": "1955",
        "phone": "13900000002",
        "kind": "old_teacher",
        "former_post": "小学教师",
        "is_core": False,
    }
    assert third == {
        "name": "欧阳·明",
        "sex": 1,
        "birth": "1952-07",
        "phone": "13800000003",
        "kind": "old_teacher",
        "skills": "二胡",
        "is_core": False,
    }
    assert first["birth"] == "1950-03-02"
    assert str(first["joined_on"]) == "2020-05-01"


def test_two_kinds_in_one_file(ledger: Any, read: Any) -> None:
    kids: list[Sequence[object]] = [["儿童姓名", "身份证号", "监护人", "关系"]]
    kids += [[k.name, k.identity_no, k.guardian, k.relation_word] for k in KIDS]
    helpers = [["姓名", "性别", "年龄", "特长", "联系方式"], ["王建国", "男", 70, "书法", "13800000001"]]
    plan, content = read(ledger(kids, more={"志愿者": helpers, "其他": [["日期", "事项"], ["3月", "开会"]]}))
    assert [s.kind for s in plan.sheets] == ["child", "volunteer", None]
    assert content.records[-1].values["remark"] == "年龄70岁（登记时）"


def test_groups_of_parents_with_bare_columns(ledger: Any, read: Any) -> None:
    rows: list[Sequence[object]] = [
        ["姓名", "身份证号", "父母外出情况", "", "", "", "监护人情况", "", ""],
        ["", "", "父亲姓名", "务工地点", "母亲姓名", "务工地点", "姓名", "与其关系", "电话"],
        ["1", "2", "3", "4", "5", "6", "7", "8", "9"],
    ]
    for k in KIDS:
        cells = [k.father, k.father_at, k.mother, k.mother_at, k.guardian, k.relation_word, k.phone]
        rows.append([k.name, k.identity_no, *cells])
    _, content = read(ledger(rows, ["A1:A2", "B1:B2", "C1:F1", "G1:I1"]))
    assert clean(content) == [(values(k, "school", "grade"), [carer(k), *parents(k)]) for k in KIDS]


def test_second_column_of_names_is_the_carers(ledger: Any, read: Any) -> None:
    rows: list[Sequence[object]] = [["姓名", "身份证号", "姓名", "关系", "联系电话1", "联系电话2"]]
    rows += [[k.name, k.identity_no, k.guardian, k.relation_word, k.phone, 13800000000] for k in KIDS]
    _, content = read(ledger(rows))
    assert clean(content) == [(values(k, "school", "grade"), [carer(k, phone=f"{k.phone}、13800000000")]) for k in KIDS]


def test_village_groups_over_blocks_are_notes(ledger: Any, read: Any) -> None:
    rows: list[Sequence[object]] = [["姓名", "身份证号", "监护人", "关系"]]
    for n, k in enumerate(KIDS):
        if n in (0, 4):
            rows.append([f"{'一二'[n // 4]}组"])
        rows.append([k.name, k.identity_no, k.guardian, k.relation_word])
    _, content = read(ledger(rows))
    assert clean(content) == [(values(k, "school", "grade"), [carer(k, "phone")]) for k in KIDS]


def test_wide_survey_with_columns_nobody_needs(ledger: Any, read: Any) -> None:
    extra = [
        "家庭人口",
        "家庭年收入",
        "住房结构",
        "家电数量",
        "距学校公里",
        "耕地亩数",
        "饮水",
        "网络",
        "宽带套餐",
        "班主任姓名",
        "班主任电话",
    ]
    rows: list[Sequence[object]] = [["姓名", "身份证", *extra, "照料人姓名", "照料人电话", "与学生的关系", "务工地点"]]
    for k in KIDS:
        answers = [5, 30000, "砖混", 4, 2.5, 3, "自来水", "有", "50元", "钱老师", "13700000009"]
        rows.append([k.name, k.identity_no, *answers, k.guardian, k.phone, k.relation_word, k.father_at])
    _, content = read(ledger(rows))
    assert clean(content) == [
        (values(k, "school", "grade", remark=f"务工地点：{k.father_at}"), [carer(k)]) for k in KIDS
    ]


def test_both_parents_in_one_column(ledger: Any, read: Any) -> None:
    rows: list[Sequence[object]] = [["姓名", "身份证号", "父母姓名", "父母务工地点", "监护人", "与孩子的关系"]]
    rows += [[k.name, k.identity_no, f"{k.father}、{k.mother}", "广东", k.guardian, k.relation_word] for k in KIDS]
    _, content = read(ledger(rows))
    both = [[m | {"works_at": "广东"} for m in parents(k)] for k in KIDS]
    assert clean(content) == [
        (values(k, "school", "grade"), [carer(k, "phone"), *m]) for k, m in zip(KIDS, both, strict=True)
    ]


def test_lists_of_other_people_are_not_recognised(ledger: Any, read: Any) -> None:
    for rows in (
        [["姓名", "性别", "职务", "电话"], ["王建国", "男", "校长", "13800000001"]],
        [["物品", "数量", "单价"], ["书包", 3, 45.0]],
        [["户主姓名", "人口", "地址"], ["王建国", 4, "新民村"]],
    ):
        plan, content = read(ledger(rows, sheet="表"))
        assert [s.kind for s in plan.sheets] == [None]
        assert content.records == []


def test_header_in_another_language_is_a_title(ledger: Any, read: Any) -> None:
    rows: list[Sequence[object]] = [["Name", "Sex", "ID", "School"]]
    rows += [[k.name, SEX[k.sex], k.identity_no, k.school] for k in KIDS]
    _, content = read(ledger(rows, name="留守儿童.xlsx"))
    assert clean(content) == [(values(k, "grade"), []) for k in KIDS]


def test_former_name_pupil_number_and_interests(ledger: Any, read: Any) -> None:
    """The pupil number holds the identity number: it must not be taken for one, nor the former name for the name."""
    rows: list[Sequence[object]] = [
        ["姓名", "曾用名", "性别", "身份证号", "学籍号", "监护人", "关系", "联系电话", "兴趣爱好"]
    ]
    rows += [
        [k.name, f"{k.name[0]}小宝", SEX[k.sex], k.identity_no, f"G{k.identity_no}", k.guardian, k.relation_word,
         k.phone, "画画"]
        for k in KIDS
    ]  # fmt: skip
    _, content = read(ledger(rows))
    for kid, (child, members) in zip(KIDS, clean(content), strict=True):
        assert child["name"] == kid.name
        assert child["former_name"] == f"{kid.name[0]}小宝"
        assert child["identity_no"] == kid.identity_no
        assert child["pupil_no"] == f"G{kid.identity_no}"
        assert child["interests"] == "画画"
        assert members == [carer(kid)]
