"""Sums of money: whole fen everywhere, yuan where people read and type, Chinese capitals where they sign.

The capitals follow the rules for filling in notes and vouchers (支付结算办法, annex 1): 整 after whole yuan, 零 for
zeros between figures.
"""

import re
from decimal import Decimal

from carehub.domain.normalise import half_width

_YUAN = re.compile(r"(?:人民币|RMB|CNY)?[¥￥]?(-?[0-9]+(?:\.[0-9]{1,2}0*|\.)?)(万)?[元圆]?[整正]?")
_BEFORE_GROUPS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?:[^0-9]|$))")
MOST = 10**13
"""Fen; a hundred thousand million yuan. Anything above is a slip of the hand."""

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿")


def parse_yuan(value: object) -> int | None:
    """What a person or a spreadsheet wrote as yuan (625, 312.5, ¥625.00, 1,250元, 1.5万元), in fen; None for what is no
    sum of money or has parts of a fen. A spreadsheet's float counts as the figures it shows."""
    text = half_width(value).upper().replace(" ", "")
    text = _BEFORE_GROUPS.sub("", text)
    found = _YUAN.fullmatch(text)
    if found is None:
        return None
    fen = Decimal(found[1]) * (1_000_000 if found[2] else 100)
    return int(fen) if fen == int(fen) and abs(fen) < MOST else None


def whole_yuan(value: object) -> bool:
    """Whether a sum was written without its fen, and not by a spreadsheet that drops zeros."""
    return isinstance(value, str) and "." not in half_width(value)


def yuan(fen: int) -> str:
    """A sum in yuan with two decimals: 1250.00."""
    sign, rest = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{rest // 100}.{rest % 100:02}"


def capitals(fen: int) -> str:
    """A sum in Chinese capitals: 壹仟贰佰伍拾元整."""
    if fen < 0:
        return "负" + capitals(-fen)
    whole, rest = divmod(fen, 100)
    tenths, hundredths = divmod(rest, 10)
    said = f"{_whole(whole)}元" if whole or not rest else ""
    if not rest:
        return said + "整"
    if tenths:
        said += f"{_DIGITS[tenths]}角"
    elif whole:
        said += "零"
    return said + (f"{_DIGITS[hundredths]}分" if hundredths else "")


def _whole(number: int) -> str:
    """A whole number in capitals."""
    if not number:
        return "零"
    figures = str(number)
    said, skipped, in_group = "", False, False
    for at, figure in enumerate(figures):
        place = len(figures) - 1 - at
        if figure == "0":
            skipped = True
        else:
            said += ("零" if skipped and said else "") + _DIGITS[int(figure)] + _PLACES[place % 4]
            skipped, in_group = False, True
        if place % 4 == 0:
            said += _GROUPS[place // 4] if in_group else ""
            in_group = False
    return said
