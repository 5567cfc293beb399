"""Normalising what people type: every spelling, and what must be refused."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carehub.domain import identity_number as idno
from carehub.domain.facts import facts_of
from carehub.domain.madeup import check_character
from carehub.domain.masking import masked
from carehub.domain.normalise import (
    clean_grade,
    clean_name,
    clean_phone,
    clean_text,
    parse_day,
    parse_flag,
    parse_partial_date,
)
from carehub.domain.people import Child, FamilyMember


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014"])
def test_examples_of_the_standard(number: str) -> None:
    assert idno.problem(number) is None


def test_birth_and_sex() -> None:
    assert idno.birth_date("11010519491231002X") == date(1949, 12, 31)
    assert (idno.sex("11010519491231002X"), idno.sex("440524188001010014")) == (2, 1)


@given(st.dates(date(1900, 1, 1), date(2030, 1, 1)), st.integers(0, 999), st.integers(0, 16))
def test_made_numbers_are_sound_and_one_wrong_digit_is_found(day: date, sequence: int, place: int) -> None:
    stem = f"500199{day:%Y%m%d}{sequence:03d}"
    number = stem + check_character(stem)
    assert idno.problem(number) is None
    wrong = number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1 :]
    assert idno.problem(wrong) is not None


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("5001992012050785", "length"),
        ("110105491231002", "length"),
        ("", "characters"),
        ("X10105194912310020", "characters"),
        ("11010519491331002X", "birth_date"),
        ("110105194912310021", "checksum"),
        ("１1010519491231002", "characters"),
    ],
)
def test_problems(number: str, kind: str) -> None:
    bad = idno.problem(number)
    assert bad is not None
    assert bad.kind == kind
    assert bad.message.format(**bad.values)


@pytest.mark.parametrize(
    "text", ["５００１９９ 2012 0507 850x", "'50019920120507850X\n", "500199-20120507-850x", "500199　20120507　850X"]
)
def test_numbers_are_normalised(text: str) -> None:
    assert idno.normalise(text) == "50019920120507850X"


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        (15041979316.0, "15041979316"),
        ("15041979316.0", "15041979316"),
        ("150-5733-9953", "15057339953"),
        ("１７７１９４５８０２０", "17719458020"),
        ("+86 138 1234 5678", "13812345678"),
        ("0086-13812345678", "13812345678"),
        ("023-72345678", "023-72345678"),
        ("023－72345678", "023-72345678"),
        ("72345678", "72345678"),
        ("无", "无"),
        ("13812345678/13912345678", "13812345678、13912345678"),
        ("13812345678、 023-72345678", "13812345678、023-72345678"),
        ("13812345678 13912345678", "13812345678、13912345678"),
        ("1.3812345678E+10", "13812345678"),
        ("138123456789", None),
        ("1381234567", None),
        ("12812345678", None),
        ("没人接", None),
        ("", None),
        (None, None),
        ("500199201205078503", None),
    ],
)
def test_phones(typed: object, clean: str | None) -> None:
    assert clean_phone(typed) == clean


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        (datetime(2016, 9, 4, 8), date(2016, 9, 4)),
        (42617, date(2016, 9, 4)),
        (42617.0, date(2016, 9, 4)),
        (20160904, date(2016, 9, 4)),
        (20160904.0, date(2016, 9, 4)),
        ("20160904", date(2016, 9, 4)),
        ("2016/9/4", date(2016, 9, 4)),
        ("2016.09.04", date(2016, 9, 4)),
        ("2016年9月4日", date(2016, 9, 4)),
        ("２０１６－０９－０４", date(2016, 9, 4)),
        ("二〇一六年九月四日", date(2016, 9, 4)),
        ("二零一二年十二月二十三日", date(2012, 12, 23)),
        ("2016-09-04 00:00:00", date(2016, 9, 4)),
        ("2016-09-04T08:00:00", date(2016, 9, 4)),
        ("2016年9月4号", date(2016, 9, 4)),
        ("2016.2.30", None),
        ("2016.9", None),
        (9, None),
        (True, None),
        (None, None),
        ("昨天", None),
        (70000, None),
    ],
)
def test_days(typed: object, day: date | None) -> None:
    assert parse_day(typed) == day


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("1964年7月", "1964-07"),
        ("1948.1", "1948-01"),
        ("1957-03", "1957-03"),
        ("1950年", "1950"),
        (195807, "1958-07"),
        (1952.7, "1952-07"),
        (1950, "1950"),
        ("1958.12", "1958-12"),
        ("一九五八年七月", "1958-07"),
        ("1950-03-02", "1950-03-02"),
        ("1950.13", None),
        ("老", None),
        (None, None),
    ],
)
def test_partial_dates(typed: object, told: str | None) -> None:
    assert parse_partial_date(typed) == told


@given(st.one_of(st.text(), st.integers(), st.floats(), st.booleans(), st.none(), st.dates()))
def test_nothing_typed_ever_breaks_a_rule(value: object) -> None:
    assert parse_day(value) is None or isinstance(parse_day(value), date)
    parse_partial_date(value), clean_phone(value), parse_flag(value), clean_grade(value)
    text = str(value)
    idno.problem(idno.normalise(text))
    assert clean_text(clean_text(text)) == clean_text(text)
    assert clean_name(clean_name(text)) == clean_name(text)


@pytest.mark.parametrize(
    ("typed", "flag"),
    [
        ("是", True),
        ("否", False),
        ("√", True),
        ("✓", True),
        ("×", False),
        ("有", True),
        ("无", False),
        ("Y", True),
        ("n", False),
        (1, True),
        (0.0, False),
        ("TRUE", True),
        (False, False),
        ("对", True),
        ("也许", None),
        (None, None),
        ("", None),
    ],
)
def test_flags(typed: object, flag: bool | None) -> None:
    assert parse_flag(typed) is flag


@pytest.mark.parametrize(
    ("typed", "grade", "group"),
    [
        ("4年级", "四年级", None),
        ("四（2）班", "四年级", "2班"),
        ("七年级1班", "七年级", "1班"),
        ("初二", "八年级", None),
        ("初三(4)班", "九年级", "4班"),
        ("高一", "高一", None),
        ("高中三年级", "高三", None),
        ("大班", "大班", None),
        ("中二班", "中班", "2班"),
        (3.0, "三年级", None),
        ("二", "二年级", None),
        ("四年级十二班", "四年级", "12班"),
        ("2班", None, "2班"),
        ("学前班", "学前班", None),
        ("职高一年级", "职高一年级", None),
        ("", None, None),
        ("小学六年级", "六年级", None),
    ],
)
def test_grades(typed: object, grade: str | None, group: str | None) -> None:
    assert clean_grade(typed) == (grade, group)


def test_names() -> None:
    assert clean_name(" 余　 强 ") == "余强"
    assert clean_name("阿依•古丽") == clean_name("阿依．古丽") == clean_name("阿依 · 古丽") == "阿依·古丽"
    assert clean_name("John  Smith") == "John Smith"
    assert clean_name("䶮㑇𬭊𠅤𫖯") == "䶮㑇𬭊𠅤𫖯"
    assert clean_name("\uf92c") == "\uf92c"  # NFC alone would make it 郎


def test_texts() -> None:
    assert clean_text("  一\u200b 二\t三\r\n四 ") == "一 二 三 四"
    assert clean_text(" 一 \r\n 二 ", lines=True) == "一\n二"


def test_masks() -> None:
    child, member = facts_of(Child), facts_of(FamilyMember)
    assert masked(child["identity_no"], "500199201204200319") == "500199********0319"
    assert masked(member["phone"], "18352563802") == "183****3802"
    assert masked(member["phone"], "18352563802、13812345678") == "183****3802、138****5678"
    assert masked(member["phone"], "无") == "无"
    assert masked(child["home_address"], "石桥镇新民村3组12号") == "石桥镇新民村***"
    assert masked(child["home_address"], "3组") == "3***"
    assert masked(child["health"], "哮喘") == "哮**"
    assert masked(child["health"], "") == ""
