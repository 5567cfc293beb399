"""Money: what is typed and what is signed. What would be lost: a yuan, or the trust in the roll."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carehub import resources
from carehub.domain.aid import AidAmount
from carehub.domain.aid_catalogue import Amount, Catalogue, Programme
from carehub.domain.drafts import check
from carehub.domain.money import MOST, capitals, parse_yuan, yuan
from carehub.domain.terms import spoken_term, term_in

FIGURES = {c: n for n, c in enumerate("零壹贰叁肆伍陆柒捌玖")}
PLACES = {"拾": 10, "佰": 100, "仟": 1000}


@pytest.mark.parametrize(
    ("sum_", "said"),
    [
        ("1409.50", "壹仟肆佰零玖元伍角"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("1680.32", "壹仟陆佰捌拾元叁角贰分"),
        ("107000.53", "壹拾万零柒仟元伍角叁分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("15000", "壹万伍仟元整"),
        ("0", "零元整"),
        ("0.05", "伍分"),
    ],
)
def test_capitals_as_the_rules_for_vouchers_give_them(sum_: str, said: str) -> None:
    fen = parse_yuan(sum_)
    assert fen is not None
    assert capitals(fen) == said


def read_capitals(said: str) -> int:
    """Fen from capitals, read by units alone: an independent way back."""
    whole, _, rest = said.removesuffix("整").rpartition("元")
    total = group = figure = 0
    for sign in whole:
        if sign in FIGURES:
            figure = FIGURES[sign]
        elif sign in PLACES:
            group, figure = group + figure * PLACES[sign], 0
        else:
            total, group, figure = total + (group + figure) * {"万": 10**4, "亿": 10**8}[sign], 0, 0
    fen, figure = (total + group + figure) * 100, 0
    for sign in rest:
        figure = FIGURES.get(sign, figure)
        fen += figure * {"角": 10, "分": 1}.get(sign, 0)
    return fen


@given(st.integers(0, MOST - 1))
def test_capitals_say_exactly_the_sum(fen: int) -> None:
    said = capitals(fen)
    assert read_capitals(said) == fen
    assert "零零" not in said
    assert "零元" not in said or fen < 100


@given(st.integers(-MOST + 1, MOST - 1))
def test_what_is_shown_can_be_typed(fen: int) -> None:
    assert parse_yuan(yuan(fen)) == fen


@pytest.mark.parametrize(
    ("typed", "fen"),
    [(625, 62500), (312.5, 31250), ("625元", 62500), ("¥625.00", 62500), ("１，２５０元整", 125000),
     ("1.5万元", 1500000), ("1,250.5", 125050), ("12.345", None), ("", None), ("无", None),
     ("6 25", 62500), ("1,25", None)],
)  # fmt: skip
def test_sums_as_ledgers_write_them(typed: object, fen: int | None) -> None:
    assert parse_yuan(typed) == fen


def test_a_form_refuses_what_is_no_sum_and_what_is_below_nothing() -> None:
    good = {"programme": "6", "amount_fen": "625.00", "per": "year", "from_on": "2026-09-01"}
    clean, problems = check(AidAmount, good, resources.codebook())
    assert (clean["amount_fen"], problems) == (62500, [])
    again, _ = check(AidAmount, {**good, **clean}, resources.codebook())
    assert again == clean, "what was checked may be checked again"
    for bad in ("-5", "viel"):
        _, problems = check(AidAmount, {**good, "amount_fen": bad}, resources.codebook())
        assert [p.field for p in problems] == ["amount_fen"]


class TestCatalogue:
    def test_five_categories_and_twenty_one_programmes(self) -> None:
        found = resources.aid_catalogue()
        assert len(found.categories) == 5
        assert [p.code for p in found.programmes] == [str(n) for n in range(1, 22)]
        assert {p.category for p in found.programmes} - {""} == set(found.categories)
        assert [p.code for p in found.programmes if p.by_district] == ["9", "20", "21"]

    def test_an_old_payment_is_judged_by_the_amount_of_its_time(self) -> None:
        boarders = resources.aid_catalogue().get("6")
        assert boarders is not None
        assert {a.tier: a.fen for a in boarders.amounts_on(date(2022, 3, 1))} == {"小学": 100000, "初中": 125000}
        assert {a.tier: a.fen for a in boarders.amounts_on(date(2026, 3, 1))} == {"小学": 125000, "初中": 150000}

    def test_the_district_adds_and_loses_nothing(self) -> None:
        known = resources.aid_catalogue()
        new = Programme(
            "6", "寄宿生补助（区）", "compulsory", amounts=(Amount(140000, "year", "小学", since=date(2027, 1, 1)),)
        )
        told = known.laid_over([new, Programme("22", "新项目")])
        boarders = told.get("6")
        assert boarders is not None
        assert boarders.name == "寄宿生补助（区）"
        assert len(boarders.amounts) == 5
        assert told.named_in("2026年寄宿生生活补助") == boarders, "old names still find it"
        assert [p.code for p in told.programmes][-1] == "22"

    @pytest.mark.parametrize(
        ("title", "code"),
        [
            ("2026年春季学期义务教育非寄宿生生活补助发放花名册", "7"),
            ("2026年春季学期义务教育寄宿生生活补助发放花名册", "6"),
            ("特殊困难家庭学生生活费资", "21"),
            ("中心小学 营养餐 发放表", "8"),
            ("2026年春季发放表", ""),
            ("", ""),
        ],
    )
    def test_titles_name_their_programme(self, title: str, code: str) -> None:
        found = resources.aid_catalogue().named_in(title)
        assert (found.code if found else "") == code

    def test_a_name_that_is_cut_off_and_fits_two_is_not_guessed(self) -> None:
        two = Catalogue(
            (), (Programme("a", "家庭经济困难学生生活补助甲"), Programme("b", "家庭经济困难学生生活补助乙"))
        )
        assert two.named_in("家庭经济困难学生生活") is None

    @pytest.mark.parametrize(
        ("title", "term"),
        [
            ("2026年春季学期发放花名册", "2026年春季"),
            ("2025—2026学年度第二学期", "2026年春季"),
            ("2025-2026学年第一学期", "2025年秋季"),
            ("2025学年下学期", "2026年春季"),
            ("２０２５年秋", "2025年秋季"),
            ("发放花名册", None),
        ],
    )
    def test_titles_name_their_term(self, title: str, term: str | None) -> None:
        assert term_in(title) == term

    def test_terms_are_spoken_in_full_on_papers(self) -> None:
        assert spoken_term("2026年春季") == "2026年春季学期"
        assert spoken_term("暑假") == "暑假"
