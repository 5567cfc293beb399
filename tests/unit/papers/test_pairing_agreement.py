"""The pairing agreement. What a child would lose: the clauses that keep it safe; a family: the paper it can point to;
what a room would lose: the number by which the signed paper finds its pairing again."""

from datetime import date

import pytest

from carehub import resources
from carehub.domain.care import Pairing
from carehub.domain.people import Child, FamilyMember, Volunteer
from carehub.papers.pairing_agreement import PairingAgreement, write_agreement

HOME = {"site_id": "s"}
OFFICE = "桃源县观音寺镇茶庵村关心下一代工作室"
MONSTER = "䶮" * 400
NUMBER = "261124004273"


def agreement(
    name: str = "王小䶮", *, number: str = NUMBER, guardian: bool = True, **values: object
) -> PairingAgreement:
    told = {"kind": "one_to_one", "started_on": date(2026, 9, 1)} | values
    carer = FamilyMember(**HOME, child_id="c", relation="62", name="欧阳秀英")
    return PairingAgreement(
        Pairing(**HOME, child_id="c", volunteer_id="v", **told),
        Child(**HOME, name=name, sex=2, school="观音寺镇中心小学", grade="四年级", class_name="1班"),
        carer if guardian else None,
        Volunteer(**HOME, name="李德福"),
        OFFICE,
        7,
        resources.pairing_agreement(),
        number,
    )


def flat(text: str) -> str:
    return text.replace("\n", "").replace(" ", "").replace("　", "")


HEAD = "协议编号261124004273"
FIRST = (
    "结对帮扶协议甲方（监护人）：欧阳秀英（祖母）乙方（志愿者）：李德福"
    "丙方（单位）：桃源县观音寺镇茶庵村关心下一代工作室孩子姓名：王小䶮，女，观音寺镇中心小学四年级1班"
    "结对方式：一对一帮扶帮扶期限：自2026年9月1日起，至任何一方提出结束为止"
    "一、帮扶内容乙方每次看望孩子，了解生活、学习、身体和情绪，帮助解决力所能及的困难；解决不了的，及时告诉丙方。"
    "乙方帮助孩子与在外的父母保持联系，每月至少提醒或协助联系一次。"
    "二、次数和方式乙方至少每7天看望孩子一次，以入户为主；入户要两人以上同行，事先告诉监护人，每次填写走访记录表。"
    "三、保密乙方对孩子和家庭的情况保密，不向无关的人讲，不在网上发布孩子的姓名、照片和住址；材料只交丙方保管。"
    "四、安全乙方不单独与孩子在封闭的房间里相处，不让孩子在自己家过夜，不单独带孩子外出；不打骂、不侮辱孩子，"
    "不与孩子有不当的身体接触。乙方不借钱给家庭，不向家庭收取或变相收取任何费用，不推销商品，不传教。"
    "发现孩子受到或可能受到伤害，立即拨打110，并告诉丙方。孩子遇到紧急危险，先救助，再报告。"
    "五、监护责任不变结对帮扶出于自愿，不改变父母和监护人的法定责任。"
    "甲方如实告诉乙方孩子的情况，配合看望，有变化及时告知。"
    "六、变更和结束任何一方可以随时告诉丙方结束结对，不需要说明理由；丙方负责安排接替的人。"
    "违反第三、四条的，丙方立即结束结对。本协议一式三份，三方各执一份，签字后生效。"
    "甲方签字：乙方签字：丙方盖章：日期："
)


def test_the_agreement_says_who_what_how_often_and_how_the_child_is_kept_safe(press, printed) -> None:
    pdf = printed(write_agreement, agreement(), press)
    pages = [flat(pdf.text(n)) for n in range(len(pdf))]
    assert len(pages) == 2
    for n, page in enumerate(pages, start=1):
        assert page.endswith(f"—{n}—" + HEAD) or page.startswith(HEAD), "each page can be told apart from others"
    whole = "".join(pages).replace(HEAD, "").replace("—1—", "").replace("—2—", "")
    assert whole == FIRST


def test_a_surrogate_parent_promises_more_and_is_no_guardian(press, printed) -> None:
    pdf = printed(write_agreement, agreement(kind="surrogate_parent"), press)
    text = flat("".join(pdf.text(n) for n in range(len(pdf))))
    assert len(pdf) == 2
    assert "乙方作为代理家长" in text
    assert "代理家长不是法定监护人" in text
    assert "代理家长" not in flat(printed(write_agreement, agreement(), press).text())


def test_what_is_not_known_leaves_room_to_write(press, printed) -> None:
    told = agreement(number="", guardian=False, started_on=None, ended_on=date(2027, 8, 31), signed_on=date(2026, 9, 2))
    pdf = printed(write_agreement, told, press)
    text = flat("".join(pdf.text(n) for n in range(len(pdf))))
    assert "甲方（监护人）：____________乙方" in text
    assert "自____________至2027年8月31日" in text
    assert "丙方盖章：日期：2026年9月2日" in text
    assert "协议编号" not in text


@pytest.mark.parametrize("kind", [code.code for code in resources.codebook()["pairing_kind"]])
def test_monstrous_names_lose_nothing(kind: str, press, printed) -> None:
    pdf = printed(write_agreement, agreement(MONSTER, kind=kind), press)
    text = flat("".join(pdf.text(n) for n in range(len(pdf))))
    assert text.count("䶮") == len(MONSTER)
    assert text.count(HEAD) == len(pdf)


def test_every_clause_is_of_a_kind_there_is() -> None:
    """A typing error in the wording would silently leave a clause out of every agreement."""
    known = {None, *(code.code for code in resources.codebook()["pairing_kind"])}
    clauses = resources.pairing_agreement()["clause"]
    assert {part.get("kind") for clause in clauses for part in clause["paragraphs"]} <= known
    assert ["保密" in c["heading"] or "安全" in c["heading"] for c in clauses].count(True) == 2
