"""The visit sheet and its batches."""

import io

import pytest
from PIL import ImageChops

from carehub.domain.care import CHECK_FIELDS
from carehub.domain.people import Child
from carehub.domain.sheet_number import grouped
from carehub.papers.visit_sheet import VisitSheet, seen, visit_sheets, write_visit_sheets

MONSTER = "䶮" * 200


def test_blank_sheet_holds_what_is_known(press, printed, sheet) -> None:
    pdf = printed(write_visit_sheets, [sheet()], press)
    text = pdf.text()
    assert len(pdf) == 1
    known = ("王小䶮", "女", "2016年9月4日（10岁）", "观音寺镇中心小学", "四年级", "7组12号", "过石桥右转", "欧阳秀英")
    more = ("祖母", "13812345678", "2611 2400 4273", "2026年10月12日", "情绪心理需关注", "李德福", "2026年11月24日")
    labels = [press.label(type(sheet().visit), name) for name in (*CHECK_FIELDS, "needs", "measures", "present")]
    for words in (*known, *more, *labels, "需关注", "有危险", "走访记录表"):
        assert words in text, words


def test_filled_sheet_holds_what_was_found(press, printed, sheet, filled) -> None:
    text = printed(write_visit_sheets, [sheet(**filled)], press).text()
    for words in ("2026年11月25日", "45 分钟", "电线老化", "换插座", "本周换线", "2026年12月9日", "李德福、张桂兰"):
        assert words in text, words


def test_ticks_are_drawn(press, printed, sheet, filled) -> None:
    """Only one tick differs, and it stands in the row of that check, in the box of that answer."""
    pages = [
        printed(write_visit_sheets, [sheet(**{**filled, "parent_contact": code})], press) for code in ("ok", "concern")
    ]
    images = [pdf.document[0].render(scale=2).to_pil().convert("L") for pdf in pages]
    left, upper, right, lower = ImageChops.difference(*images).getbbox()
    x, y = pages[0].place("与父母联系")
    row = images[0].height - 2 * y
    assert row - 40 < upper < lower < row + 20
    assert 2 * x < left < right < images[0].width / 2 + 100


def test_way_is_not_ticked_before_the_visit(press, printed, sheet) -> None:
    blank, without = (printed(write_visit_sheets, [sheet(way=way)], press).data for way in ("home", None))
    assert blank == without


@pytest.mark.parametrize("field", ["name", "home_address", "map_note", "school", "grade"])
def test_monstrous_child_stays_on_one_page(field: str, press, printed, sheet) -> None:
    made = sheet()
    setattr(made.child, field, MONSTER)
    pdf = printed(write_visit_sheets, [made], press)
    assert len(pdf) == 1
    assert "（见系统记录）" in pdf.text() or field == "home_address" or field == "map_note"


def test_monstrous_visit_stays_on_one_page(press, printed, sheet, filled) -> None:
    long = {name: "很长的话，" * 2000 for name in ("note", "needs", "measures", "visitors", "present")}
    made = sheet(**{**filled, **long})
    made.site.name = made.guardian.name = made.guardian.phone = made.volunteer.name = MONSTER
    pdf = printed(write_visit_sheets, [VisitSheet(*_parts(made), [made.visit] * 9)], press)
    assert len(pdf) == 1
    assert pdf.text().count("（见系统记录）") >= 5
    assert "监护人\n签名" in pdf.text()


def _parts(made: VisitSheet) -> tuple:
    return made.site, made.child, made.guardian, made.visit, made.volunteer


def test_sheet_with_nothing_known(press, printed, sheet) -> None:
    made = sheet()
    empty = VisitSheet(made.site, Child(site_id="s", name=""), None, made.visit)
    assert len(printed(write_visit_sheets, [empty], press)) == 1


def test_batch_has_its_list_in_front_in_the_order_given(press, printed, sheet) -> None:
    names = [f"儿童{n:02}号" for n in range(45, 0, -1)]
    made = [sheet(name, f"{261124000000 + n}") for n, name in enumerate(names)]
    pdf = printed(write_visit_sheets, made, press)
    cover = "".join(pdf.text(page) for page in range(3))
    assert len(pdf) == 3 + 45
    assert sorted(names, key=cover.index) == names
    assert "2611 2400 0044" in cover
    assert ["— 1 —" in pdf.text(0), "— 2 —" in pdf.text(1), "— 3 —" in pdf.text(2)] == [True] * 3
    assert names[0] in pdf.text(3)
    assert names[-1] in pdf.text(47)


def test_no_cover_for_one_sheet_or_when_not_wanted(press, printed, sheet) -> None:
    assert len(printed(write_visit_sheets, [sheet()], press)) == 1
    assert len(printed(write_visit_sheets, [sheet(), sheet()], press, cover=False)) == 2


def test_progress_and_cancelling(press, sheet) -> None:
    out = io.BytesIO()
    steps = visit_sheets(out, [sheet()] * 3, press)
    assert next(steps) == (1, 3)
    steps.close()
    assert out.getvalue() == b""
    assert list(visit_sheets(out, [sheet()] * 3, press)) == [(1, 3), (2, 3), (3, 3)]
    assert out.getvalue().startswith(b"%PDF")
    assert write_visit_sheets(io.BytesIO(), [sheet()] * 3, press) == 4


def test_metadata_names_nobody_and_bytes_repeat(press, printed, sheet) -> None:
    one, two = (printed(write_visit_sheets, [sheet("秘密姓名")], press) for _ in range(2))
    about = one.document.get_metadata_dict()
    assert about["Title"] == "走访记录表"
    assert about["Author"] == ""
    assert not [value for value in about.values() if "秘密" in value]
    assert one.data == two.data


def test_words() -> None:
    assert grouped("261124004273") == "2611 2400 4273"


def test_seen_in_few_words(press, sheet, filled) -> None:
    assert seen(sheet(**{**filled, "note": None}).visit, press) == "均正常"
    assert seen(sheet(mood="danger", note="想妈妈").visit, press) == "情绪心理有危险；想妈妈"
    assert seen(sheet().visit, press) == ""
