"""What the cells of a column look like: identity numbers, phones, days, names, words of a code list."""

import itertools
import re
from collections.abc import Callable, Mapping, Sequence

from carehub.domain import identity_number as idno
from carehub.domain.codes import Codebook
from carehub.domain.normalise import clean_grade, clean_name, clean_phone, half_width, parse_day, parse_flag
from carehub.domain.normalise import parse_partial_date as partial
from carehub.sheets.relations import CHILD_ITSELF, relation_code
from carehub.sheets.words import common

SAMPLE = 200
_IDENTITY = re.compile(r"[1-9][0-9]{5}(?:19|20)[0-9]{2}[01][0-9][0-3][0-9][0-9X]{3,5}|[1-9][0-9]{14}")
_HAN_NAME = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]{2,4}|[\u3400-\u9fff]+·[\u3400-\u9fff·]+")
_BEHIND = re.compile(r"\(.*?\)|[:,、/]?\s*[0-9][0-9\- ]{6,}")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_ADDRESS = re.compile("[村组社镇乡路号街县区市屯寨沟湾坝]")
_GRADES = re.compile("[一二三四五六七八九]年级|高[一二三]|[小中大]班|学前班")
_CLASS = re.compile(r"[(]?[0-9A-Z一二三四五六七八九十]{1,3}[)]?班")
_CODE_LISTS = ("ethnic_group", "volunteer_kind", "guardianship", "risk_level")
STRONG = ("identity", "phone", "sex", "date", "relation")
"""Looks so plain that a header saying something else is doubted."""

Look = Callable[[object], bool]


def text_of(value: object) -> str:
    """A cell in half width, "" if it is empty."""
    return "" if value is None else half_width(value)


def is_identity(value: object) -> bool:
    """Whether a cell looks like an identity number, sound or not."""
    return bool(_IDENTITY.fullmatch(idno.normalise(text_of(value)))) or is_rounded(value)


def is_rounded(value: object) -> bool:
    """Whether a spreadsheet cut the last digits of a long number: it keeps fifteen."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return abs(value) >= 1e16
    return bool(re.fullmatch(r"[0-9](?:\.[0-9]+)?E\+1[5-9]", text_of(value).upper()))


def is_phone(value: object) -> bool:
    text = text_of(value)
    return parse_day(value) is None and (clean_phone(value) or "无") != "无" and not _IDENTITY.fullmatch(text)


def is_day(value: object) -> bool:
    """Whether a cell looks like a day. Excel's bare day numbers do not: amounts of money look the same."""
    return parse_day(value) is not None and not (text_of(value).isdigit() and len(text_of(value)) == 5)


def is_age(value: object) -> bool:
    match = re.fullmatch(r"([0-9]{1,3})(?:周?岁)?", text_of(value))
    return bool(match) and int(match[1]) <= 120  # type: ignore[index]


def is_name(value: object) -> bool:
    """Whether a cell holds a person's name, perhaps with something in brackets or a phone behind it."""
    return bool(_HAN_NAME.fullmatch(clean_name(_BEHIND.sub("", text_of(value)))))


def is_grade(value: object) -> bool:
    grade, _ = clean_grade(value)
    return bool(grade and _GRADES.fullmatch(grade)) and not isinstance(value, int | float)


def _is_relation(codes: Codebook, text: str) -> bool:
    before = re.sub(r"\(.*", "", text)
    return not text.isdigit() and relation_code(codes, before) not in (None, *CHILD_ITSELF)


class Looks:
    """Tells looks of cells; made once for a code book."""

    def __init__(self, codes: Codebook) -> None:
        self._codes, words = codes, common()
        self._tests: dict[str, Look] = {
            "identity": is_identity,
            "phone": is_phone,
            "date": is_day,
            "partial_date": lambda v: partial(v) is not None,
            "sex": lambda v: self.is_code("sex", v),
            "relation": lambda v: _is_relation(codes, text_of(v)),
            "grade": is_grade,
            "class": lambda v: bool(_CLASS.fullmatch(text_of(v).upper())),
            "school": lambda v: any(s in text_of(v) for s in words.schools) and len(text_of(v)) <= 30,
            "place": lambda v: any(p in text_of(v) for p in words.places),
            "name": is_name,
            "flag": lambda v: parse_flag(v) is not None,
            "age": is_age,
            "number": lambda v: bool(_NUMBER.fullmatch(text_of(v))),
            "address": lambda v: bool(_ADDRESS.search(text_of(v))),
            **{name: self._coded(name) for name in _CODE_LISTS},
        }

    def _coded(self, name: str) -> Look:
        return lambda v: self.is_code(name, v)

    def is_code(self, name: str, value: object) -> bool:
        """Whether a cell is a word (not a number) of a code list."""
        text = text_of(value)
        return bool(text) and not text.isdigit() and self._codes[name].code_for(text) is not None

    def is_data(self, value: object) -> bool:
        """Whether a cell can hardly be a header: a number, day, phone, identity number, or somebody's sex."""
        if not isinstance(value, str):
            return value is not None
        tests = (self._tests[t] for t in ("identity", "phone", "date", "sex"))
        return text_of(value).isdigit() or any(test(value) for test in tests)

    def profile(self, values: Sequence[object]) -> Mapping[str, float]:
        """For each look, the share of filled cells that have it; of a sample from the top."""
        nothing = common().nothing | common().ditto
        cells = [v for v in values if v is not None and text_of(v).upper() not in nothing][:SAMPLE]
        if not cells:
            return {}
        found = {look: sum(test(v) for v in cells) / len(cells) for look, test in self._tests.items()}
        surnames = common().surnames
        firsts = sum(clean_name(text_of(v))[:1] in surnames for v in cells) / len(cells)
        found["name"] *= 0.4 + 0.6 * firsts
        found["counting"] = _counting(cells)
        return found


def _counting(cells: Sequence[object]) -> float:
    """1 for row numbers: whole numbers that mostly rise by one."""
    numbers = [int(t) for v in cells if (t := text_of(v)).isdigit() and len(t) <= 5]
    if len(numbers) < max(2, 0.8 * len(cells)):
        return 0.0
    steps = sum(b - a in (1, 2) for a, b in itertools.pairwise(numbers))
    return steps / (len(numbers) - 1)
