"""Chinese line breaking and fitting."""

import pytest

from carehub.papers.fonts import Face, Fonts
from carehub.papers.lines import NOT_FIRST, NOT_LAST, fit, shorten, wrap

FONTS = Fonts.bundled()
SIZE = 10.0


def lines(text: str, chars: float, **options: float) -> list[str]:
    return wrap(text, Face.FANGSONG, SIZE, chars * SIZE, FONTS, **options)


@pytest.mark.parametrize("chars", range(3, 12))
def test_no_line_begins_or_ends_wrongly(chars: int) -> None:
    text = "他说：“今天（星期二）我们去《春天》剧团，好吗？”老师答：“好！”于是、大家都去了……" * 3
    got = lines(text, chars)
    assert "".join(got) == text
    assert not [line for line in got if line[0] in NOT_FIRST and chars > 4]
    assert not [line for line in got[:-1] if line[-1] in NOT_LAST and chars > 4]
    assert all(FONTS.width(line, Face.FANGSONG) <= chars * 1000 for line in got)


def test_numbers_and_words_stay_whole() -> None:
    assert lines("请电话13812345678吧", 8) == ["请电话", "13812345678吧"]
    assert lines("see the village", 5) == ["see the", "village"]


def test_endless_word_is_split_at_last() -> None:
    got = lines("x" * 100, 5)
    assert "".join(got) == "x" * 100
    assert len(got) > 5


def test_first_line_is_indented_and_paragraphs_stay() -> None:
    assert lines("一二三四五六", 4, first=2 * SIZE) == ["一二", "三四五六"]
    assert lines("一二\n\n三", 4) == ["一二", "", "三"]


def test_fit_shrinks_then_cuts() -> None:
    assert fit("一二三", Face.FANGSONG, 12, 100, 20, FONTS).size == 12
    smaller = fit("一二三四五六七八九十", Face.FANGSONG, 12, 100, 14, FONTS)
    assert 8 <= smaller.size < 12
    assert not smaller.cut
    cut = fit("字" * 1000, Face.FANGSONG, 12, 100, 40, FONTS, ending="……（见记录）")
    assert cut.cut
    assert cut.lines[-1].endswith("……（见记录）")
    assert cut.height <= 40 + cut.leading - cut.size


def test_shorten() -> None:
    assert shorten("一二三", Face.FANGSONG, 10, 30, FONTS) == "一二三"
    assert shorten("一二三四", Face.FANGSONG, 10, 30, FONTS) == "一二…"
