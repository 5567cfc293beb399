"""What every paper needs from outside: fonts, words and code names."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import SQLModel

from carehub.domain.codes import Codebook
from carehub.domain.facts import facts_of
from carehub.domain.texts import CHINESE, Texts
from carehub.papers.fonts import Fonts

_DIGITS = "〇一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Press:
    """Handed to every paper. Made once by `app.py`."""

    fonts: Fonts
    texts: Texts
    codes: Codebook
    stamp: str = ""
    """What is written large and pale across every page, such as 练习."""

    def label(self, record: type[SQLModel], field: str) -> str:
        """The label of a record's field, in the language of the paper."""
        return self.texts(facts_of(record)[field].label)

    def value(self, record: SQLModel | None, field: str) -> str:
        """A field's value as it is read on paper: code names, long dates; empty where nothing is known."""
        value = getattr(record, field, None)
        if record is None or value is None:
            return ""
        fact = facts_of(type(record))[field]
        if fact.codes:
            return self.codes[fact.codes].name_of(value, self.texts)
        return self.day(value) if isinstance(value, date) else str(value)

    def day(self, day: date | None) -> str:
        """2026年9月4日, or 2026-09-04 on an English paper."""
        if day is None:
            return ""
        return chinese_day(day) if self.texts.language == CHINESE else day.isoformat()


def chinese_day(day: date) -> str:
    """2026年9月4日: digits, as GB/T 9704 dates its papers."""
    return f"{day.year}年{day.month}月{day.day}日"


def solemn_day(day: date) -> str:
    """二〇二六年十一月二十四日: in characters, for certificates."""
    year = "".join(_DIGITS[int(d)] for d in f"{day.year:04d}")
    return f"{year}年{_count(day.month)}月{_count(day.day)}日"


def _count(number: int) -> str:
    """Numbers up to 99 in words: 十, 十一, 二十四."""
    tens, ones = divmod(number, 10)
    lead = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return lead + (_DIGITS[ones] if ones else "")


def age_on(birth: date, day: date) -> int:
    """Completed years of life on a day. Never negative."""
    return max(0, day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day)))
