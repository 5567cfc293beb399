"""The care agreement. What a child would lose: a paper without the period, the weekly call or the safety clauses counts
for nothing when it matters."""

from datetime import date
from typing import Any

import pytest

from carehub import resources
from carehub.domain.agreements import CareAgreement
from carehub.domain.people import Child
from carehub.papers.care_agreement import Agreement, write_care_agreement

HOME = {"site_id": "s"}
OFFICE = "桃源县观音寺镇茶庵村关心下一代工作室"
MONSTER = "䶮" * 400


def agreement_of(carer: str = "王桂兰", phone: str = "13912345678", **values: Any) -> Agreement:
    told = {"parents": "王强、李梅", "from_on": date(2026, 3, 1), "until_on": date(2027, 2, 28), "contact": "weekly",
            "contents": "送孩子上学、接孩子回家。\n孩子生病及时送医。", "witness": "李德福",
            "sheet_no": "261124004273"} | values  # fmt: skip
    child = Child(**HOME, name="王小䶮", sex=1, birth_date=date(2016, 9, 4), school="中心小学", grade="四年级")
    row = CareAgreement(**HOME, child_id="c", **told)
    return Agreement(row, child, carer, "62", phone, OFFICE, resources.care_agreement())


def flat(pdf: Any) -> str:
    whole = "".join(pdf.text(n) for n in range(len(pdf)))
    return whole.replace("\n", "").replace(" ", "").replace("　", "")


HEAD = (
    "委托照护协议甲方（委托人）：王强、李梅乙方（受托照护人）：王桂兰与孩子的关系：祖母乙方电话：13912345678"
    "孩子姓名：王小䶮男2016年9月4日中心小学四年级见证单位：桃源县观音寺镇茶庵村关心下一代工作室李德福"
    "甲方因外出务工等原因，在一定期限内不能完全履行监护职责。根据《中华人民共和国未成年人保护法》第二十二条、第二十三条，"
    "经双方商定，并听取了孩子本人的意见，甲方委托乙方照护孩子。委托照护期间，甲方仍是监护人，监护职责不变。"
    "一、委托期限自2026年3月1日起，至2027年2月28日止。"
    "二、照护内容1.送孩子上学、接孩子回家。2.孩子生病及时送医。"
    "三、联系和交流甲方每周一次用电话或者视频同孩子联系和交流；常同乙方和学校联系，了解孩子的生活、学习和心理情况。"
    "四、安全"
)
FOOT = "甲方签字：乙方签字：孩子签字：见证（盖章）：2026年3月1日—2—"


def test_the_paper_holds_parties_period_contents_contact_and_clauses(press, printed) -> None:
    pdf = printed(write_care_agreement, agreement_of(signed_on=date(2026, 3, 1)), press)
    assert len(pdf) == 2
    text = flat(pdf)
    first, number = "协议编号261124004273", "—1—"
    assert text.count(first) == 2, "every page is found again by its number"
    text = text.replace(first, "").replace(number, "")
    assert text.startswith(HEAD)
    assert text.endswith(FOOT)
    at = 0
    for part in resources.care_agreement()["part"]:
        for words in (part["title"], *part["clauses"]):
            found = text.find(words.replace(" ", ""), at)
            assert found > at, words
            at = found


def test_what_is_not_known_is_a_line_to_be_filled_in(press, printed) -> None:
    text = flat(printed(write_care_agreement, agreement_of("", "", parents=None, contact=None), press))
    for words in ("甲方（委托人）：____", "乙方（受托照护人）：____", "乙方电话：____", "甲方____", "____年__月__日"):
        assert words in text


@pytest.mark.parametrize("name", ["parents", "contents", "witness"])
def test_monstrous_texts_run_over_pages_and_lose_nothing(name: str, press, printed) -> None:
    text = flat(printed(write_care_agreement, agreement_of(MONSTER, **{name: MONSTER}), press))
    assert text.replace("协议编号261124004273", "").count("䶮") == 801


@pytest.mark.parametrize("lines", range(1, 12))
def test_all_sign_on_one_page(press, printed, lines: int) -> None:
    """However long the agreement is: a page with half of the signatures could belong to any paper."""
    contents = "\n".join(["送孩子上学、接孩子回家。"] * lines)
    pdf = printed(write_care_agreement, agreement_of(contents=contents), press)
    (signed,) = (n for n in range(len(pdf)) if "甲方签字" in pdf.text(n))
    for words in ("乙方签字", "孩子签字", "见证（盖章）", "日"):
        assert words in pdf.text(signed)
    assert len(pdf) == signed + 1
