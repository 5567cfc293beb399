"""School, grade and class, however a ledger divides them over its columns."""

import re
from dataclasses import dataclass
from functools import lru_cache

from carehub.domain.normalise import clean_grade, clean_text
from carehub.sheets.cells import text_of
from carehub.sheets.words import common

_YEARS = re.compile("[一二三四五六七八九]年级|高[一二三]|[小中大]班|学前班")
_LINKS = " 　/、,，-—－·:：;；"


@dataclass
class Schooling:
    """What is known of a child's school. `strange` is a grade nobody can make sense of."""

    school: str | None = None
    grade: str | None = None
    class_name: str | None = None
    strange: str | None = None


def schooling(school: object, grade: object, class_name: object) -> Schooling:
    """Divides the cells of up to three columns: 中心小学四(2)班 in one cell is school, grade and class."""
    found = Schooling(school=clean_text(text_of_words(school)) or None)
    _take_grade(found, grade)
    _take_class(found, class_name)
    if found.school:
        name, tail = split_school(found.school)
        if tail:
            year, group = clean_grade(tail)
            found.school = name
            found.grade, found.class_name = found.grade or year, found.class_name or group
    return found


def text_of_words(value: object) -> str:
    """A cell as text: numbers in half width, words as they were typed."""
    return value if isinstance(value, str) else text_of(value)


@lru_cache(4096)
def split_school(text: str) -> tuple[str, str]:
    """A school's name and the grade written behind it ("" if there is none)."""
    ends = sorted({m.end() for word in common().schools for m in re.finditer(re.escape(word), text)})
    for end in ends:
        tail = text[end:].strip(_LINKS)
        if tail.startswith(("(", "（")) and tail.endswith((")", "）")):
            tail = tail[1:-1]
        year, group = clean_grade(tail)
        if (year and _YEARS.fullmatch(year)) or (group and not year):
            return text[:end], tail
    return text, ""


def _take_grade(found: Schooling, cell: object) -> None:
    text = clean_text(text_of_words(cell))
    if not text:
        return
    name, tail = split_school(text)
    if tail:
        found.school, text = found.school or name, tail
    grade, group = clean_grade(text)
    found.class_name = group
    if grade and not _YEARS.fullmatch(grade) and not any(stage in grade for stage in common().stages):
        found.strange = grade
    else:
        found.grade = grade


def _take_class(found: Schooling, cell: object) -> None:
    text = clean_text(text_of_words(cell))
    if not text:
        return
    grade, group = clean_grade(text)
    if grade and not _YEARS.fullmatch(grade):
        group = text
    elif grade and group is None and text.isdigit():
        grade, group = None, f"{text}班"  # a figure alone in a column of classes
    elif grade and found.grade is None:
        found.grade = grade
    found.class_name = group or found.class_name
