"""Turning what people type, and what spreadsheets made of it, into plain values. Every function is pure."""

import re
import unicodedata
from datetime import date, datetime, timedelta

from carehub.domain.numerals import from_chinese

_EXCEL_EPOCH = date(1899, 12, 30)
_SERIALS = range(20000, 60001)  # Excel's day numbers from 1954 to 2064
_YEARS = range(1850, 2101)

_COMPATIBILITY = re.compile("([\uf900-\ufaff\U0002f800-\U0002fa1f]+)")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad]")
_HAN = "[\u2e80-\u2fdf\u3005\u3007\u3400-\u9fff\ue000-\uf8ff\uf900-\ufaff\U00020000-\U0003ffff]"
_HAN_GAP = re.compile(f"(?<={_HAN})\\s+(?={_HAN})")
_DOTS = re.compile("\\s*[·•‧・･∙⋅᛫⸱●﹒\u0387]\\s*")
_HAN_DOT = re.compile(f"(?<={_HAN})[.．](?={_HAN})")
_DASHES = re.compile("[‐‑‒–—―−ー－~～_]")


def clean_text(text: str, *, lines: bool = False) -> str:
    """NFC, without control and invisible characters, white space reduced to single spaces; with `lines` line breaks
    stay. Compatibility ideographs are left alone: NFC would turn them into other characters, and names and places
    are kept as they were typed."""
    parts = [p if _COMPATIBILITY.fullmatch(p) else unicodedata.normalize("NFC", p) for p in _COMPATIBILITY.split(text)]
    whole = _INVISIBLE.sub("", "".join(parts)).replace("\r\n", "\n").replace("\r", "\n")
    pieces = whole.split("\n") if lines else [whole]
    kept = [" ".join("".join(c if c.isprintable() else " " for c in piece).split()) for piece in pieces]
    return "\n".join(kept).strip()


def clean_name(text: str) -> str:
    """A person's name: padding between Chinese characters removed, every middle dot written ·."""
    name = _HAN_GAP.sub("", clean_text(text))
    return _HAN_DOT.sub("·", _DOTS.sub("·", name))


def half_width(value: object) -> str:
    """A cell as half-width text; whole floats lose their `.0`."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", str(value))).strip()


_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_MOBILES = re.compile(r"(?:1[3-9][0-9]{9}){2,}")
_COUNTRY = re.compile(r"^(?:\+|00)?86(?=1[3-9][0-9]{9}$)|^0(?=1[3-9][0-9]{9}$)")
_LAND_LINE = re.compile(r"(?:0[0-9]{2,3}-?)?[2-8][0-9]{6,7}(?:-[0-9]{1,6})?|[48]00-?[0-9]{3}-?[0-9]{4}")
_NO_PHONE = {"无", "没有", "暂无", "无电话", "无手机"}
NONE = "无"


def bare(text: str) -> str:
    """A name for comparing: half width, without spaces, brackets and marks."""
    return re.sub(r"[\s()（）“”\"《》·,，、:：]", "", half_width(clean_text(text)))


def clean_phone(value: object) -> str | None:
    """Mobile numbers as 11 digits, land lines with their hyphen, several joined by 、, and 无 for nobody reachable.
    None if it cannot be a phone number."""
    text = half_width(value)
    if text in _NO_PHONE:
        return NONE
    if re.fullmatch(r"1[0-9]\.[0-9]+E\+?10|1\.[0-9]+E\+?10", text, re.IGNORECASE):
        text = str(int(float(text)))  # Excel's way with long numbers in narrow columns
    found: list[str] = []
    for part in re.split(r"[/、,;|\n\\]|或|和", re.sub(r"\.0+$", "", text)):
        if not part.strip():
            continue
        numbers = _phones(part)
        if numbers is None:
            return None
        found += [n for n in numbers if n not in found]
    return "、".join(found) or None


_NAMED_PHONE = re.compile(r"[^0-9A-Za-z]{0,8}(1[3-9][0-9]{9})[^0-9A-Za-z]{0,8}")


def _phones(part: str) -> list[str] | None:
    text = _DASHES.sub("-", part).strip()
    land_line = re.sub(r"\s*-\s*|(?<=[0-9])\s+(?=[0-9])", "-", re.sub(r"^\((0[0-9]{2,3})\)\s*", r"\1-", text))
    digits = re.sub(r"[\s\-.()]", "", text)
    digits = _COUNTRY.sub("", digits)
    if _MOBILE.fullmatch(digits):
        return [digits]
    if _MOBILES.fullmatch(digits):
        return _MOBILE.findall(digits)
    named = _NAMED_PHONE.fullmatch(digits)
    if named:  # 奶奶：138… or 138…（奶奶）
        return [named[1]]
    if _LAND_LINE.fullmatch(land_line):
        return [land_line]
    return [digits] if _LAND_LINE.fullmatch(digits) else None


_SEPARATOR = r"\s*[年./\-、,·\s月]\s*"
_DAY = re.compile(rf"([0-9]{{4}}){_SEPARATOR}([0-9]{{1,2}}){_SEPARATOR}([0-9]{{1,2}})\s*[日号]?(?:[T\s]+[0-9:.]+)?")
_SHORT_YEAR = re.compile(r"([0-9]{2})[./\-年]([0-9]{1,2})[./\-月]([0-9]{1,2})\s*日?")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[./\-]([0-9]{1,2})[./\-]([0-9]{4})")
_COMPACT_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_MONTH = re.compile(r"([0-9]{4})\s*[年./\-、,·\s]\s*([0-9]{1,2})\s*月?份?")
_COMPACT_MONTH = re.compile(r"([0-9]{4})([0-9]{2})")
_YEAR = re.compile(r"([0-9]{4})\s*年?")


_TIME = re.compile(r"([01]?[0-9]|2[0-3])\s*(?::([0-5][0-9])|点(?:(半)|([0-5]?[0-9])分?|整)?)")


def parse_day(value: object) -> date | None:
    """A whole day from a date, an Excel day number, eight digits, or a date written in figures or Chinese numerals.
    None for anything less, and for days that do not exist."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if value is None or isinstance(value, bool):
        return None
    text = _date_text(value)
    match = _DAY.fullmatch(text) or _COMPACT_DAY.fullmatch(text)
    if match:
        return _day(*(int(g) for g in match.groups()))
    if short := _SHORT_YEAR.fullmatch(text):
        year = int(short[1])  # of this century if that is not still to come
        return _day(year + (2000 if year <= date.today().year % 100 else 1900), int(short[2]), int(short[3]))
    if (reverse := _DAY_FIRST.fullmatch(text)) and int(reverse[1]) > 12:  # else day and month cannot be told apart
        return _day(int(reverse[3]), int(reverse[2]), int(reverse[1]))
    if re.fullmatch(r"[0-9]{5}(\.[0-9]+)?", text) and int(float(text)) in _SERIALS:
        return _EXCEL_EPOCH + timedelta(days=int(float(text)))
    return None


def parse_time(value: object) -> str | None:
    """A time of day as HH:MM, from `9:05`, `9：05`, `9点`, `9点半` or `9点5分`; None for anything else."""
    found = _TIME.fullmatch(half_width(value))
    if found is None:
        return None
    minutes = 30 if found[3] else int(found[2] or found[4] or 0)
    return f"{int(found[1]):02}:{minutes:02}"


def parse_partial_date(value: object) -> str | None:
    """YYYY, YYYY-MM or YYYY-MM-DD, as much as is told; None if it tells no date. A number such as 1952.7 is July:
    spreadsheets drop the zero of 1952.10, so 1952.1 stays January."""
    day = parse_day(value)
    if day:
        return day.isoformat()
    if value is None or isinstance(value, bool):
        return None
    text = _date_text(value)
    match = _MONTH.fullmatch(text) or _COMPACT_MONTH.fullmatch(text)
    if match:
        year, month = int(match[1]), int(match[2])
        return f"{year:04d}-{month:02d}" if _day(year, month, 1) else None
    match = _YEAR.fullmatch(text)
    return match[1] if match and int(match[1]) in _YEARS else None


def _date_text(value: object) -> str:
    return from_chinese(_DASHES.sub("-", half_width(value)).strip(" '`’.生"))


def _day(year: int, month: int, day: int) -> date | None:
    if year not in _YEARS:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


_YES = frozenset(
    [
        "是",
        "有",
        "√",
        "✓",
        "✔",
        "☑",
        "v",
        "y",
        "yes",
        "1",
        "true",
        "t",
        "对",
        "在",
        "参加",
        "已",
        "on",
        "寄宿",
        "住校",
        "住宿",
    ]
)
_NO = frozenset(
    [
        "否",
        "无",
        "没有",
        "没",
        "不是",
        "×",
        "✗",
        "✘",
        "x",
        "n",
        "no",
        "0",
        "false",
        "f",
        "错",
        "不",
        "未",
        "不在",
        "走读",
        "通校",
        "off",
    ]
)


def parse_flag(value: object) -> bool | None:
    """Yes or no from the words and ticks people use, else None."""
    if isinstance(value, bool):
        return value
    word = half_width(value).casefold() if value is not None else ""
    if word in _YES:
        return True
    return False if word in _NO else None


_GRADES = ("一", "二", "三", "四", "五", "六", "七", "八", "九")
_KINDERGARTEN = {"小": "小班", "中": "中班", "大": "大班"}
_FIGURE = {c: n for n, c in enumerate("零一二三四五六七八九十")}
_CLASS = r"(?:[(\[]?(?P<cls>[0-9]{1,2}|[一二三四五六七八九十]{1,3}|[A-Z])[)\]]?班?)?"
_GRADE_FORMS = tuple(
    re.compile(form + "$")
    for form in (
        rf"(?P<stage>小学|初中|高中|初|高|小)?(?P<n>[1-9]|[一二三四五六七八九])年级?{_CLASS}",
        rf"(?P<stage>小学|初中|高中|初|高|小)(?P<n>[1-9]|[一二三四五六七八九]){_CLASS}",
        r"(?P<stage>初|高)?(?P<n>[1-9]|[一二三四五六七八九])[(\[.\-](?P<cls>[0-9]{1,2}|[一二三四五六七八九十]{1,3})[)\]]?班?",
        r"(?P<stage>)(?P<n>[1-9])0(?P<cls>[1-9])班",
        r"(?P<stage>)(?P<n>[1-9]|[一二三四五六七八九])",
    )
)
_NURSERY = re.compile(
    rf"(?:幼儿园|学前|幼儿?)?(?P<k>[小中大])(?:班{_CLASS}|[(\[]?(?P<c2>[0-9]|[一二三四五六])[)\]]?班)$"
)
_CLASS_ALONE = re.compile(r"[(\[]?(?P<cls>[0-9]{1,2}|[一二三四五六七八九十]{1,3})[)\]]?班$")
_GRADE_AND_NAME = re.compile(r"(?P<grade>[一二三四五六七八九1-9]年级)(?P<cls>.{1,10}班)$")


def clean_grade(text: object) -> tuple[str | None, str | None]:
    """Grade and class in one spelling: 一年级 … 九年级, 高一 … 高三, 小班 中班 大班; classes as 2班. What is not
    understood is kept as the grade, word for word."""
    raw = clean_text(half_width(text) if not isinstance(text, str) else text)
    word = re.sub(r"\s|\.0$", "", unicodedata.normalize("NFKC", raw)).upper()
    if not word:
        return None, None
    for form in _GRADE_FORMS:
        match = form.fullmatch(word)
        grade = _grade(match["stage"] or "", match["n"]) if match else None
        if match and grade:
            return grade, _class(match.groupdict().get("cls"))
    match = _NURSERY.fullmatch(word)
    if match:
        return _KINDERGARTEN[match["k"]], _class(match["cls"] or match["c2"])
    match = _CLASS_ALONE.fullmatch(word)
    if match:
        return None, _class(match["cls"])
    match = _GRADE_AND_NAME.fullmatch(word)
    if match:
        return clean_grade(match["grade"])[0], match["cls"]
    return raw, None


def _grade(stage: str, figure: str) -> str | None:
    n = int(figure) if figure.isdigit() else _FIGURE[figure]
    if stage.startswith("高"):
        return "高" + _GRADES[n - 1] if n <= 3 else None
    if stage.startswith("初") and n <= 3:
        n += 6  # 初一 is the seventh year
    if stage.startswith("小") and n > 6:
        return None
    return _GRADES[n - 1] + "年级"


def _class(figure: str | None) -> str | None:
    if not figure:
        return None
    return (from_chinese(figure) if figure[0] in _FIGURE else figure) + "班"
