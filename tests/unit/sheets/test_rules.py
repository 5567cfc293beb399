"""What happens to cells that are wrong, contradict each other, or say something in their own way."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from .people import carer, people, values

KIDS = people()
HEAD = [
    "姓名",
    "性别",
    "出生日期",
    "身份证号",
    "监护人",
    "关系",
    "电话",
    "学校",
    "年级",
    "父亲姓名",
    "父亲务工地",
    "母亲姓名",
    "备注",
]


def row_of(child: Any, **other: object) -> list[object]:
    cells: dict[str, object] = dict(
        zip(
            HEAD,
            [
                child.name,
                "男女"[child.sex - 1],
                child.birth_date,
                child.identity_no,
                child.guardian,
                child.relation_word,
                child.phone,
                child.school,
                child.grade,
                child.father,
                child.father_at,
                child.mother,
                None,
            ],
            strict=True,
        )
    )
    return list((cells | other).values())


@pytest.fixture
def one(ledger: Any, read: Any) -> Any:
    """The first of two rows with some cells changed: (values, family, problems as (field, kind))."""

    def do(**other: object) -> Any:
        _, content = read(ledger([HEAD, row_of(KIDS[0], **other), row_of(KIDS[1]), row_of(KIDS[2])]))
        found = [r for r in content.records if r.row == 2]
        problems = [(p.field, p.kind) for p in content.problems if p.row == 2]
        assert all(p.row == 2 for p in content.problems)
        return (found[0].values if found else None), (found[0].family if found else None), problems

    return do


def test_sex_and_birth_date_of_the_number_count(one: Any) -> None:
    kid = KIDS[0]
    got, _, problems = one(性别="女" if kid.sex == 1 else "男", 出生日期="2009年9月9日")
    assert (got["sex"], got["birth_date"]) == (kid.sex, kid.birth_date)
    assert problems == [("sex", "mismatch"), ("birth_date", "mismatch")]


def test_year_and_month_agree_with_the_number(one: Any) -> None:
    got, _, problems = one(出生日期=f"{KIDS[0].birth_date:%Y.%m}")
    assert (got["birth_date"], problems) == (KIDS[0].birth_date, [])


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("500199201205078501", "checksum"),
        ("50019920120507850", "length"),
        ("5001992012050785033", "length"),
        ("500199120507850", "length"),
        ("500199201205O78503", "characters"),
        ("500199201213078503", "birth_date"),
        (500199201205078503, "digits_lost"),
        (5.00199201205078e17, "digits_lost"),
    ],
)
def test_broken_numbers(one: Any, number: object, kind: str) -> None:
    got, _, problems = one(身份证号=number)
    assert problems == [("identity_no", kind)]
    assert "identity_no" not in got
    assert str(got["remark"]).startswith("身份证号有误：5001")
    assert got["birth_date"] == KIDS[0].birth_date


@pytest.mark.parametrize("word", ["未上户", "无", "暂无", "未办理"])
def test_not_registered_yet(one: Any, word: str) -> None:
    got, _, problems = one(身份证号=word)
    assert got == values(KIDS[0], "identity_no", registered=False)
    assert problems == []


def test_row_without_a_name(one: Any) -> None:
    assert one(姓名=None) == (None, None, [("name", "missing")])


def test_cells_that_cannot_be_read_stay_in_the_remark(one: Any) -> None:
    got, family, problems = one(
        出生日期="腊月初八", 身份证号=None, 电话="12345", 关系="干爹干妈", 性别="？", 备注="低保"
    )
    assert sorted(problems) == [
        ("birth_date", "format"),
        ("guardian.phone", "format"),
        ("guardian.relation", "code"),
        ("sex", "code"),
    ]
    assert got == {
        "name": KIDS[0].name,
        "school": KIDS[0].school,
        "grade": KIDS[0].grade,
        "remark": "低保\n性别：？\n出生日期：腊月初八\n电话：12345\n关系：干爹干妈",
    }
    assert family[0] == {"name": KIDS[0].guardian, "is_guardian": True}


def test_strange_grades_and_long_texts(one: Any) -> None:
    got, _, problems = one(年级="不知道", 学校="某" * 61)
    assert problems == [("school", "too_long"), ("grade", "code")]
    assert got["remark"] == "学校：" + "某" * 61 + "\n年级：不知道"
    assert one(年级="学前班")[0]["grade"] == "学前班"


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("母女", "52"),
        ("父子", "51"),
        ("爷孙", "61"),
        ("亲爷爷", "61"),
        ("外婆 ", "64"),
        ("祖孙关系", "61"),
        ("大伯", "81"),
        ("幺爸", "83"),
        ("孃孃", "90"),
        ("继母", "58"),
        ("姨妈", "88"),
        ("舅舅", "85"),
        ("邻居", "99"),
        ("姐姐", "75"),
        ("孩子的奶奶", "62"),
        ("外公（姥爷）", "63"),
    ],
)
def test_everyday_relations(one: Any, word: str, code: str) -> None:
    _, family, problems = one(关系=word)
    assert (family[0]["relation"], problems) == (code, [])


def test_carer_who_is_the_father_is_one_person(one: Any) -> None:
    kid = KIDS[0]
    _, family, _ = one(监护人=kid.father, 关系="父子")
    mother = {"relation": "52", "name": kid.mother, "is_guardian": False}
    assert family == [carer(kid, relation="51", name=kid.father, works_at=kid.father_at), mother]
    _, family, _ = one(关系="父亲", 父亲姓名=None)
    assert family == [carer(kid, relation="51", works_at=kid.father_at), mother]
    _, family, _ = one(关系="父亲")
    father = {"relation": "51", "name": kid.father, "works_at": kid.father_at, "is_guardian": False}
    assert family == [carer(kid, relation="51"), father, mother]


def test_relation_that_names_the_child(one: Any) -> None:
    kid = KIDS[0]
    _, family, problems = one(监护人=kid.mother, 关系="儿子")
    assert (family[0]["relation"], family[0]["name"], problems) == ("52", kid.mother, [])
    got, family, problems = one(关系="孙子")
    assert problems == [("guardian.relation", "code")]
    assert got["remark"] == "关系：孙子"


def test_parents_who_are_gone(one: Any) -> None:
    got, family, problems = one(父亲姓名="去世", 父亲务工地="/", 母亲姓名="改嫁")
    assert [m["name"] for m in family] == [KIDS[0].guardian]
    assert got["remark"] == "父亲姓名：去世\n母亲姓名：改嫁"
    assert problems == []


def test_names_as_they_were_typed(one: Any) -> None:
    assert one(姓名="徐　𫖯")[0]["name"] == "徐𫖯"
    assert one(姓名="买买提•艾力")[0]["name"] == "买买提·艾力"
    assert one(姓名="䶮㑇𬭊𠅤")[0]["name"] == "䶮㑇𬭊𠅤"


def test_rows_entered_twice(ledger: Any, read: Any) -> None:
    kid, other = KIDS[0], KIDS[1]
    no_number = row_of(kid, 身份证号=None, 姓名="王 小")
    rows: list[Sequence[object]] = [
        HEAD,
        row_of(kid),
        row_of(other),
        row_of(kid, 备注="又一次"),
        row_of(KIDS[2], 身份证号=kid.identity_no, 性别=None, 出生日期=None),
        no_number,
        row_of(kid, 身份证号=None, 姓名="王小"),
    ]
    _, content = read(ledger(rows))
    assert [r.row for r in content.records] == [2, 3, 6]
    assert [(p.row, p.field, p.kind, p.values["row"]) for p in content.problems] == [
        (4, "*", "duplicate", 2),
        (5, "*", "duplicate", 2),
        (7, "*", "duplicate", 6),
    ]
    assert content.problems[0].message != content.problems[1].message


def test_twins_are_two(ledger: Any, read: Any) -> None:
    from carehub.domain.madeup import check_character

    kid = KIDS[0]
    stem = kid.identity_no[:14] + f"{int(kid.identity_no[14:17]) - 2:03d}"
    twin = row_of(kid, 身份证号=stem + check_character(stem))
    _, content = read(ledger([HEAD, row_of(kid), twin, row_of(KIDS[1])]))
    assert len(content.records) == 3


def test_age_instead_of_birth_date(ledger: Any, read: Any) -> None:
    rows = [
        ["姓名", "性别", "年龄", "监护人", "关系"],
        ["王芳", "女", "9岁", "王大", "爷爷"],
        ["李强", "男", 11.0, "李大", "奶奶"],
    ]
    _, content = read(ledger(rows))
    assert [r.values["remark"] for r in content.records] == ["年龄9岁（登记时）", "年龄11岁（登记时）"]


def test_corrections_go_first(ledger: Any, read: Any) -> None:
    rows: list[Sequence[object]] = [["姓名", "身份证号", "代号甲", "监护人", "关系", "代号乙"]]
    rows += [[k.name, k.identity_no, "过桥第二家", k.guardian, k.relation_word, k.school] for k in KIDS]
    path = ledger(rows)
    plan, content = read(path)
    assert [c.field for c in plan.sheets[0].columns] == [
        "name",
        "identity_no",
        None,
        "guardian.name",
        "guardian.relation",
        None,
    ]
    told = {plan.sheets[0].signature: {"代号甲": "map_note", "代号乙": "school", "监护人": None}}
    plan, content = read(path, corrections=told)
    assert {
        c.header: (c.field, c.score) for c in plan.sheets[0].columns if c.header in told[plan.sheets[0].signature]
    } == {
        "代号甲": ("map_note", 1.0),
        "代号乙": ("school", 1.0),
        "监护人": (None, 1.0),
    }
    assert content.records[0].values["map_note"] == "过桥第二家"
    assert content.records[0].values["school"] == KIDS[0].school


def test_kind_as_a_person_says(ledger: Any, read: Any) -> None:
    rows = [["姓名", "性别", "电话"], ["王芳", "女", "13800000001"], ["李强", "男", "13800000002"]]
    path = ledger(rows)
    plan, content = read(path)
    assert plan.sheets[0].kind is None
    assert content.records == []
    plan, content = read(path, as_kind="volunteer")
    assert [r.values["phone"] for r in content.records] == ["13800000001", "13800000002"]


def test_future_birth_dates(one: Any) -> None:
    got, _, problems = one(出生日期=date(2093, 1, 2), 身份证号=None)
    assert problems == [("birth_date", "format")]
    assert "birth_date" not in got
