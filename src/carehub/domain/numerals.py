"""Chinese numerals in dates and class names: 二〇一六年九月四日, 十二班."""

import re

_DIGITS = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "O": 0, "元": 1}
_RUN = re.compile("[〇○零一二三四五六七八九十廿卅]+")


def from_chinese(text: str) -> str:
    """The text with every run of Chinese numerals written in figures; other text stays."""
    return _RUN.sub(lambda run: _figures(run[0]), text)


def _figures(run: str) -> str:
    run = run.replace("廿", "二十").replace("卅", "三十")
    if "十" not in run:
        return "".join(str(_DIGITS[c]) for c in run)
    tens, _, ones = run.partition("十")
    if "十" in ones or len(tens) > 1 or len(ones) > 1:
        return run
    return str((_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0))
