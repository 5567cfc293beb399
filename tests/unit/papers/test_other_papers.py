"""Certificates, receipts, dates, and the flowing paper."""

import io
from datetime import date

import pytest

from carehub.domain.giving import Award
from carehub.papers.certificate import Overprint, sentence, write_certificates, write_test_print
from carehub.papers.official import OfficialPaper
from carehub.papers.press import age_on, chinese_day, solemn_day
from carehub.papers.receipt import MergeReceipt, Remark, Result, write_receipt

MM = 72 / 25.4


def award(recipient: str = "李𬭊", **values: object) -> Award:
    given = {
        "reason": "坚持每周走访，成绩突出。",
        "title": "先进个人",
        "issuer": "桃源县关工委",
        "awarded_on": date(2026, 11, 24),
        "certificate_no": "第012号",
        **values,
    }
    return Award(site_id="s", recipient=recipient, **given)


def test_certificate_says_everything(press, printed) -> None:
    pdf = printed(write_certificates, [award(), award("迪丽热巴·买买提")], press)
    text = pdf.text()
    assert len(pdf) == 2
    assert pdf.document[0].get_size() == pytest.approx((297 * MM, 210 * MM), abs=0.01)
    for words in ("李𬭊：", "特授予“先进个人”称号，以资鼓励。", "桃源县关工委", "二〇二六年十一月二十四日", "第012号"):
        assert words in text.replace("\n", ""), words
    assert "迪丽热巴·买买提：" in pdf.text(1)


def test_sentence_joins_reason_and_honour(press) -> None:
    assert sentence(award(), press) == "坚持每周走访，成绩突出，特授予“先进个人”称号，以资鼓励。"
    assert sentence(award(reason=None), press) == "特授予“先进个人”称号，以资鼓励。"


def test_overprint_moves_the_text_and_leaves_the_rest_out(press, printed) -> None:
    plain, still, moved = (
        printed(write_certificates, [award()], press, overprint=o) for o in (None, Overprint(), Overprint(dx=5, dy=-3))
    )
    issuer = "桃源县关工委"
    assert plain.place(issuer) == still.place(issuer)
    x, y = still.place(issuer)
    assert moved.place(issuer) == pytest.approx((x + 5 * MM, y + 3 * MM), abs=0.02)
    assert "荣" in plain.text()
    assert "荣" not in still.text()


def test_monstrous_award_stays_on_its_page(press, printed) -> None:
    monster = award("长" * 300, reason="因" * 3000, title="誉" * 300, issuer="关" * 300)
    assert len(printed(write_certificates, [monster], press)) == 1


def test_test_print_tells_the_offset(press, printed) -> None:
    pdf = printed(write_test_print, press, Overprint(1.5, -2))
    assert "向右 +1.5 毫米，向下 -2.0 毫米" in pdf.text()


@pytest.mark.parametrize("remarks", [0, 1, 8, 500])
def test_receipt_is_one_page_with_signatures(remarks: int, press, printed) -> None:
    listed = [Remark(f"第{n}条", "两处写的不一样", list(Result)[n % 3]) for n in range(remarks)]
    receipt = MergeReceipt(
        "茶" * 200, "观" * 200, "1" * 90, date(2026, 11, 24), came=128, known=7, refused=2, new=96, changed=30,
        voided=4, erased=1, asked=5, settled=6, remarks=listed,
    )  # fmt: skip
    pdf = printed(write_receipt, receipt, press)
    text = pdf.text()
    assert len(pdf) == 1
    for words in ("合并回执", "96", "30", "合并人：", "报送人：", "2026年11月24日", "— 1 —"):
        assert words in text, words
    assert "收到128条变更：收下119条，早已有7条，没有收下2条。" in text.replace("\n", ""), "counts that add up"
    assert ("见系统记录" in text) == (remarks >= 8)


def test_flowing_paper_turns_pages_and_repeats_heads(press, printed) -> None:
    def write(out: io.BytesIO) -> None:
        paper = OfficialPaper(out, press, "t")
        paper.title("关于加强留守儿童关爱工作的通知")
        paper.heading("一、要求")
        paper.subheading("（一）走访")
        paper.paragraph("各工作室要坚持每月走访。" * 60)
        paper.table(["序号", "姓名"], [20, 0], [[str(n), f"儿童{n}"] for n in range(60)])
        assert paper.save() == 4

    pdf = printed(write)
    assert len(pdf) == 4
    assert all(f"— {n + 1} —" in pdf.text(n) for n in range(4))
    assert all("姓名" in pdf.text(n) for n in (2, 3))
    # GB/T 9704: the title's line begins 37 mm from the top, the text 28 mm from the left
    assert pdf.place("各工作室")[0] == pytest.approx(28 * MM + 32, abs=1)


def test_dates() -> None:
    assert chinese_day(date(2016, 9, 4)) == "2016年9月4日"
    assert solemn_day(date(2026, 11, 24)) == "二〇二六年十一月二十四日"
    assert [solemn_day(date(2030, m, d))[5:] for m, d in ((1, 10), (10, 20), (12, 31))] == [
        "一月十日",
        "十月二十日",
        "十二月三十一日",
    ]
    assert [age_on(date(2016, 9, 4), day) for day in (date(2026, 9, 3), date(2026, 9, 4))] == [9, 10]
