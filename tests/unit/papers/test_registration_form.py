"""The national registration form. What an office would lose: a fact that is on file and not on the form, a box ticked
for the wrong child, a form that finds nobody when it comes back."""

import ctypes
import io
from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from carehub.domain.facts import Kind, facts_of
from carehub.domain.people import Child, FamilyMember
from carehub.domain.sheet_number import grouped
from carehub.papers.registration_form import RegistrationForm, write_registration_forms

from .test_stock_tools import tool

HOME: dict[str, Any] = {"site_id": "s"}
NUMBER = "261124004273"
TICKED = 1.6
"""The stroke of a tick, points; nothing else is drawn with it."""


def child(**changes: Any) -> Child:
    given: dict[str, Any] = {
        "name": "王小䶮", "former_name": "王㑇", "sex": 2, "birth_date": date(2016, 9, 4), "ethnic_group": "01",
        "identity_no": "500199201609040028", "registered": True, "register_address": "石桥镇新民村7组12号",
        "home_address": "石桥镇新民村7组，石拱桥左手第二家", "school": "观音寺镇中心小学", "grade": "四年级",
        "class_name": "2班", "pupil_no": "G500199201609040028", "boards": False,
        "health": "良好", "illness": "哮喘", "disability_kind": "4",
        "disability_grade": "2", "lives_with": "paternal", "guardianship": "fair", "interests": "画画、下棋",
        "civil_scope": True, "education_scope": True, "difficulty_groups": "disability poverty",
        "hardship_grade": "hard", "priority_groups": "disabled_child low_income",
        "income_sources": "farming migrant_work", "aid_received": "disability education low_income",
    }  # fmt: skip
    return Child(**HOME, **{**given, **changes})


def family() -> list[FamilyMember]:
    home: dict[str, Any] = {**HOME, "child_id": "c", "is_guardian": False, "is_carer": False}
    return [
        FamilyMember(**{**home, "is_guardian": True}, relation="62", name="欧阳秀英", phone="13812345678", alive=True,
                     able_to_care=False, unable_reason="年老多病", birth="1955-03", identity_no="500199195503010021"),
        FamilyMember(**home, relation="61", name="王德福", alive=False, birth="1950"),
        FamilyMember(**home, relation="51", name="王大勇", phone="13900001111", alive=True, birth="1986-02",
                     works_at="广东省东莞市", employer="长安镇电子厂", away_since="2024-02", returns="春节、暑假",
                     contact_frequency="weekly"),
        FamilyMember(**home, relation="52", name="李玉兰", works_at="浙江省义乌市", contact_frequency="never"),
        FamilyMember(**{**home, "is_carer": True}, relation="90", name="王春燕", phone="13700003333", birth="1988"),
    ]  # fmt: skip


def form(**changes: Any) -> RegistrationForm:
    given: dict[str, Any] = {"office": "新民村关爱工作室", "child": child(), "family": family(), "number": NUMBER,
                             "day": date(2026, 11, 25)}  # fmt: skip
    return RegistrationForm(**{**given, **changes})


def ticks(pdf, page: int) -> list[tuple[float, float]]:
    """Left edge and middle of every tick, points."""
    found = []
    width = ctypes.c_float()
    for thing in pdf.document[page].get_objects([pdfium.FPDF_PAGEOBJ_PATH]):
        pdfium.FPDFPageObj_GetStrokeWidth(thing, width)
        if abs(width.value - TICKED) < 0.01:
            left, bottom, _, top = thing.get_bounds()
            found.append((left, (bottom + top) / 2))
    return found


def is_ticked(pdf, page: int, words: str, n: int = 0) -> bool:
    """Whether a tick stands just left of the `n`-th place of these words."""
    search = pdf.document[page].get_textpage().search(words)
    found = None
    for _ in range(n + 1):
        found = search.get_next()
    assert found, words
    x, y = pdf.document[page].get_textpage().get_charbox(found[0])[:2]
    return any(x - 20 < left < x and abs(middle - y) < 9 for left, middle in ticks(pdf, page))


@pytest.fixture
def filled(press, printed):
    return printed(write_registration_forms, [form()], press)


def test_one_sheet_of_two_pages_with_the_number_on_both(filled) -> None:
    assert len(filled) == 2
    assert "农村留守儿童基本情况登记表" in filled.text(0)
    for page in (0, 1):
        assert grouped(NUMBER) in filled.text(page)


def test_every_fact_that_is_told_in_words_stands_on_the_form(filled, press) -> None:
    text = (filled.text(0) + filled.text(1)).replace("\n", "")
    told = child()
    for name, fact in facts_of(Child).items():
        value = getattr(told, name)
        if fact.kind not in (Kind.BOOLEAN, Kind.CHOICE, Kind.CHOICES) and not fact.system and value is not None:
            assert press.value(told, name) in text, name
    for words in ("新民村关爱工作室", "2026年11月25日", "汉族", "欧阳秀英", "13812345678", "年老多病", "1955-03",
                  "500199195503010021", "王德福", "王大勇", "广东省东莞市", "长安镇电子厂", "2024-02", "春节、暑假",
                  "李玉兰", "浙江省义乌市", "王春燕", "姑母", "13700003333"):  # fmt: skip
        assert words in text, words


def test_the_right_boxes_are_ticked_and_no_others(filled) -> None:
    front = ["女", "祖父母", "肢体残疾", "二级", "家庭贫困", "自身残疾", "困难残疾儿童", "城乡低保户"]
    assert all(is_ticked(filled, 0, words) for words in front), [w for w in front if not is_ticked(filled, 0, w)]
    # registered, boards, both scopes and the hardship grade stand beside words that occur elsewhere as well
    assert len(ticks(filled, 0)) == len(front) + 5
    for words in ("男", "视力残疾", "三级", "孤儿", "原建卡脱贫户"):
        assert not is_ticked(filled, 0, words), words
    back = ["隔代监护", "外出务工", "务农", "最低生活保障", "残疾人两项补贴", "教育资助", "每周"]
    assert all(is_ticked(filled, 1, words) for words in back), [w for w in back if not is_ticked(filled, 1, w)]
    assert is_ticked(filled, 1, "没有联系", 1), "the mother"
    assert not is_ticked(filled, 1, "没有联系", 0), "the father"
    # three of the family alive or not, the guardian's ability twice, the guardianship, besides the mother
    assert len(ticks(filled, 1)) == len(back) + 1 + 3 + 2 + 1
    assert not is_ticked(filled, 1, "无人监护")


def test_nobody_looks_after_the_child(press, printed) -> None:
    pdf = printed(write_registration_forms, [form(child=child(guardianship="nobody"), family=[])], press)
    assert is_ticked(pdf, 1, "无人监护", 0), "kind of guardianship"
    assert is_ticked(pdf, 1, "无人监护", 1), "state of guardianship"


def test_a_blank_form_has_all_boxes_and_no_tick_and_no_number(press, printed) -> None:
    nobody = Child(**HOME, name="", status=None)
    pdf = printed(write_registration_forms, [form(child=nobody, family=[], number="", day=None)], press)
    assert len(pdf) == 2
    assert ticks(pdf, 0) == ticks(pdf, 1) == []
    for words in ("曾用名", "视力残疾", "边缘易致贫户"):
        assert words in pdf.text(0)
    for words in ("外祖母", "工作单位", "隔代监护", "村（居）委会"):
        assert words in pdf.text(1).replace("\n", ""), words
    assert "登记表编号" not in pdf.text(0)


def test_monstrous_facts_stay_on_their_two_pages(press, printed) -> None:
    long = {"name": "长" * 50, "home_address": "址" * 200, "illness": "病" * 200, "school": "校" * 60,
            "interests": "好" * 200}  # fmt: skip
    assert len(printed(write_registration_forms, [form(child=child(**long))] * 2, press)) == 4


def test_stock_tools_read_names_fonts_and_codes(press, tmp_path: Path) -> None:
    out = io.BytesIO()
    write_registration_forms(out, [form(), form(number="261124012345", child=child(name="𠅤𫖯"))], press)
    path = tmp_path / "forms.pdf"
    path.write_bytes(out.getvalue())
    pages = tool("pdftotext", "-enc", "UTF-8", path, "-").split("\f")
    assert "王小䶮" in pages[0]
    assert "𠅤𫖯" in pages[2]
    rows = [line.split() for line in tool("pdffonts", path).splitlines()[2:]]
    assert rows
    assert all(row[-5:-2] == ["yes", "yes", "yes"] for row in rows), rows
    tool("pdftoppm", "-r", 150, "-gray", "-png", path, tmp_path / "page")
    read = [tool("zbarimg", "--raw", "-q", page).strip() for page in sorted(tmp_path.glob("page-*.png"))]
    assert read == [NUMBER, NUMBER, "261124012345", "261124012345"]


def test_the_file_names_nobody_before_it_is_opened(press) -> None:
    out = io.BytesIO()
    write_registration_forms(out, [form()], press)
    with pypdfium2.PdfDocument(out.getvalue()) as pdf:
        assert "王" not in "".join(pdf.get_metadata_dict().values())
