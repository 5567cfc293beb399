"""The child file. What an office would lose: a field of the file that is on screen and not on paper."""

import re
from datetime import date
from typing import Any

import pytest

from carehub.domain.attachments import PDF, Attachment
from carehub.domain.care import Pairing, Visit
from carehub.domain.facts import Kind, facts_of, typed_facts
from carehub.domain.people import Child, FamilyMember
from carehub.domain.protection import Consent, Incident
from carehub.papers.child_file import ChildPaper, write_child_file

HOME: dict[str, Any] = {"site_id": "s"}
LONG = "孩子性格内向，喜欢画画和下棋。" * 12


def paper(**changes: Any) -> ChildPaper:
    child = Child(
        **HOME, name="王小䶮", sex=2, birth_date=date(2016, 9, 4), identity_no="500199201609040028", boards=True,
        ethnic_group="01", registered=True, school="观音寺镇中心小学", grade="四年级", class_name="2班",
        home_address="石桥镇新民村7组12号", register_address="石桥镇新民村7组", map_note="过石桥右转第三家",
        guardianship="fair", risk_level="high", health="哮喘", remark=LONG, status="active",
    )  # fmt: skip
    grandmother = FamilyMember(
        **HOME, child_id="c", relation="62", name="欧阳秀英", phone="13812345678", is_guardian=True,
        identity_no="500199195001010021", remark="听力不好",
    )  # fmt: skip
    given: dict[str, Any] = {
        "office": "新民村关爱工作室", "day": date(2026, 11, 25), "child": child, "family": [grandmother],
        "sections": {
            "Pairings": [Pairing(**HOME, child_id="c", volunteer_id="v", started_on=date(2026, 3, 1))],
            "Visits": [Visit(**HOME, child_id="c", done_on=date(2026, 10, 12), way="home", minutes=45,
                             home_safety="danger", note="电线老化", volunteer_id="v")],
        },
        "consents": [Consent(**HOME, child_id="c", purpose="care", name="欧阳秀英", given_on=date(2026, 3, 2))],
        "attachments": [Attachment(**HOME, owner="child", owner_id="c", title="户口页", media=PDF)],
        "names": {"v": "李德福"},
    }  # fmt: skip
    return ChildPaper(**{**given, **changes})


def whole(pdf) -> str:
    """All text in a row, without the numbers of the pages."""
    text = "".join(re.sub(r"— \d+ —", "", pdf.text(n)) for n in range(len(pdf)))
    return text.replace("\n", "").replace("\r", "")


def test_every_fact_of_the_child_is_on_paper(press, printed) -> None:
    told = paper()
    text = whole(printed(write_child_file, told, press))
    for name, fact in typed_facts(Child).items():
        assert press.texts(fact.label) in text, name
        value = getattr(told.child, name)
        if fact.kind is not Kind.BOOLEAN and value is not None:
            assert press.value(told.child, name).replace("\n", "") in text, name


def test_cover_family_and_what_happened(press, printed) -> None:
    pdf = printed(write_child_file, paper(), press)
    cover = pdf.text(0)
    for words in ("内部资料", "关爱儿童档案", "王小䶮", "新民村关爱工作室", "2026年11月25日"):
        assert words in cover, words
    assert "500199201609040028" not in cover, "the cover lies on the table"
    text = whole(pdf)
    for words in ("欧阳秀英", "13812345678", "听力不好", "500199195001010021", "李德福", "2026年10月12日", "电线老化",
                  "45 分钟", "居家安全：有危险", "建档、走访和帮扶", "户口页", "文件"):  # fmt: skip
        assert words in text, words


def test_sections_are_numbered_without_gaps_and_empty_ones_left_out(press, printed) -> None:
    text = whole(printed(write_child_file, paper(sections={"Visits": []}, consents=[]), press))
    assert "走访记录" not in text
    groups = len({f.group for f in typed_facts(Child).values()})
    assert f"{'一二三四五六七八九十'[groups + 1]}、照片和扫描件" in text


def test_a_new_file_has_room_to_write(press, printed) -> None:
    text = whole(printed(write_child_file, ChildPaper("室", date(2026, 11, 25), Child(**HOME, name="新孩子")), press))
    assert "身份证号" in text
    assert press.texts(facts_of(FamilyMember)["phone"].label) in text


def test_a_monstrous_file_loses_nothing_at_the_foot_of_a_page(press, printed) -> None:
    visits = [
        Visit(**HOME, child_id="c", done_on=date(2026, 1, 1 + n % 28), note=f"第{n}次。" + "长" * 900)
        for n in range(40)
    ]
    pdf = printed(write_child_file, paper(sections={"Visits": visits}), press)
    text = whole(pdf)
    assert all(f"第{n}次" in text for n in range(40))
    assert text.count("长") == 40 * 900
    assert f"— {len(pdf)} —" in pdf.text(len(pdf) - 1)


def test_who_reported_and_what_points_nowhere_is_not_printed(press, printed) -> None:
    report = Incident(**HOME, child_id="c", police_on=date(2026, 5, 1), seen="手臂有伤", reporter="王老师")
    visit = Visit(**HOME, child_id="c", done_on=date(2026, 5, 2), volunteer_id="0199-nobody", note="想妈妈")
    told = paper(sections={"Mandatory reports": [report], "Visits": [visit]}, names={})
    text = whole(printed(write_child_file, told, press))
    assert "想妈妈" in text
    assert "手臂有伤" in text
    assert "王老师" not in text
    assert "nobody" not in text, "an id says nothing to a person"


@pytest.mark.parametrize("name", ["迪丽热巴·买买提", "𠅤𫖯", "Aman"])
def test_any_name_prints(press, printed, name: str) -> None:
    assert name in printed(write_child_file, ChildPaper("室", date(2026, 1, 1), Child(**HOME, name=name)), press).text(
        0
    )
