"""Identity numbers of citizens (GB 11643): six digits of area, eight of birth date, three of sequence, one check
character.

The area part is not looked up: codes are retired when districts are merged, and the number stays with the person.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date

from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_11_2

from carehub.domain.texts import mark

LENGTH = 18
OLD_LENGTH = 15
_EARLIEST_YEAR = 1850

TOO_SHORT = mark(
    "The identity number is {count} characters short: it has {have}, and 18 are needed. Please look again."
)
TOO_LONG = mark(
    "The identity number has {count} characters too many: it has {have}, and 18 are needed. Please look again."
)
OLD_FORM = mark(
    "This is an old identity number of 15 digits. Please copy the 18 characters of the present identity card."
)
BAD_CHARACTERS = mark("An identity number has digits only; just the last character may be X. Please look again.")
BAD_BIRTH_DATE = mark("Digits 7 to 14 of the identity number ({digits}) are not a birth date. Please look again.")
BAD_CHECKSUM = mark(
    "The last character of the identity number does not fit the others: some digit is wrong. Please look again."
)

_LIKE_X = "×✕✖╳⨯ХΧ"
"""What stands for the X of a check character: signs of multiplication, Cyrillic and Greek letters."""
_WITHIN = re.compile(r"(?<![0-9A-Z])[0-9]{17}[0-9X](?![0-9A-Z])")
"""A whole number within other words: 身份证号：…"""
_NOISE = re.compile("[\\s'’‘`´\"“”\u200b-\u200f\u2060\ufeff\\-‐‑‒–—―−_]")


@dataclass(frozen=True, slots=True)
class Bad:
    """Why a number cannot be right. `kind` is for programs, `message` with `values` is for people."""

    kind: str
    message: str
    values: dict[str, object] = field(default_factory=dict)


def normalise(text: str) -> str:
    """The number without what typing and Excel put around it: half width, no spaces, quotes or hyphens, X large."""
    number = _NOISE.sub("", unicodedata.normalize("NFKC", text)).upper()
    if len(number) > 1 and number[-1] in _LIKE_X:
        number = number[:-1] + "X"
    within = _WITHIN.findall(number)
    return within[0] if len(within) == 1 else number


def problem(number: str) -> Bad | None:
    """What is wrong with a normalised number, or None. Kinds: length, characters, birth_date, checksum."""
    if not re.fullmatch(r"[0-9]*[0-9X]", number):
        return Bad("characters", BAD_CHARACTERS)
    have = len(number)
    if have == OLD_LENGTH:
        return Bad("length", OLD_FORM)
    if have != LENGTH:
        return Bad("length", TOO_SHORT if have < LENGTH else TOO_LONG, {"count": abs(LENGTH - have), "have": have})
    try:
        birth_date(number)
    except ValueError:
        return Bad("birth_date", BAD_BIRTH_DATE, {"digits": number[6:14]})
    try:
        mod_11_2.validate(number)
    except ValidationError:
        return Bad("checksum", BAD_CHECKSUM)
    return None


def birth_date(number: str) -> date:
    """The day of birth a number of 18 characters holds. Raises `ValueError` if it holds none."""
    day = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    if day.year < _EARLIEST_YEAR:
        raise ValueError(number[6:14])
    return day


def sex(number: str) -> int:
    """1 male, 2 female (GB/T 2261.1): the sequence of a male is odd."""
    return 1 if int(number[16]) % 2 else 2
