"""Breaking Chinese text into lines, and fitting it into a box.

No line begins with closing punctuation or ends with an opening bracket; words and numbers stay whole while a line
can hold them. Widths and heights are points here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from carehub.papers.fonts import Face, Fonts

NOT_FIRST = frozenset("，。、；：？！）》〉」』】〕〗”’…—·～％℃,.;:?!)]}%%")
NOT_LAST = frozenset("（《〈「『【〔〖“‘([{￥¥$＃#№")
LEADING = 1.3
"""Distance of lines in forms, in type sizes."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Text set for a box: its lines, their size and distance in points, and whether anything was left out."""

    lines: tuple[str, ...]
    size: float
    leading: float
    cut: bool = False

    @property
    def height(self) -> float:
        return self.leading * len(self.lines)


def wrap(text: str, face: Face, size: float, width: float, fonts: Fonts, *, first: float = 0) -> list[str]:
    """Lines of at most `width` points. The first line of every paragraph leaves `first` points free at its start.
    The text must be printable (`Fonts.printable`)."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines += _wrap_paragraph(paragraph, face, width * 1000 / size, first * 1000 / size, fonts)
    return lines


def _wrap_paragraph(text: str, face: Face, width: float, first: float, fonts: Fonts) -> Iterator[str]:
    if fonts.width(text, face) <= width - first:
        yield text
        return
    line, room = "", width - first
    for piece in _pieces(text):
        need = fonts.width(piece, face)
        if line and need > room:
            if fonts.width(piece.rstrip(" "), face) <= room:
                line, room = line + piece.rstrip(" "), 0
                continue
            yield line.rstrip(" ")
            line, room = "", width
            piece = piece.lstrip(" ")
            need = fonts.width(piece, face)
        while need > room and len(piece) > 1:
            fits = max(1, _how_many(piece, face, room, fonts))
            yield piece[:fits]
            piece, room = piece[fits:], width
            need = fonts.width(piece, face)
        line, room = line + piece, room - need
    yield line.rstrip(" ")


def _pieces(text: str) -> Iterator[str]:
    """The text cut at every place where a line may end."""
    start = 0
    for at in range(1, len(text)):
        if _may_break(text[at - 1], text[at]):
            yield text[start:at]
            start = at
    if text:
        yield text[start:]


def _may_break(before: str, after: str) -> bool:
    if after in NOT_FIRST or before in NOT_LAST or after == " ":
        return False
    return before == " " or not (_in_word(before) and _in_word(after))


def _in_word(char: str) -> bool:
    """Whether the character belongs to a word or number that is not split: Latin, Greek, Cyrillic, digits."""
    return char < "\u2000" and char != " "


def _how_many(text: str, face: Face, width: float, fonts: Fonts) -> int:
    """How many characters from the start fit into `width` thousandths."""
    for at, char in enumerate(text):
        width -= fonts.width(char, face)
        if width < 0:
            return at
    return len(text)


def shorten(text: str, face: Face, size: float, width: float, fonts: Fonts, *, ending: str = "…") -> str:
    """One line: the text, or as much of its start as fits before `ending`."""
    text = text.replace("\n", " ")
    room = width * 1000 / size
    if fonts.width(text, face) <= room:
        return text
    fits = _how_many(text, face, room - fonts.width(ending, face), fonts)
    return text[:fits] + ending


def fit(
    text: str,
    face: Face,
    size: float,
    width: float,
    height: float,
    fonts: Fonts,
    *,
    least: float = 8,
    leading: float = LEADING,
    ending: str = "…",
) -> Setting:
    """Sets a text into a box: at `size` if it fits, else smaller by half points down to `least`, else its start
    with `ending`. The last line needs no leading below it."""
    text = fonts.printable(text)
    step = size
    while True:
        lines = wrap(text, face, step, width, fonts)
        room = max(1, int((height / step - 1) / leading + 1.001))
        whole = step - 0.5 < least or not _splits_word(lines, text)
        if len(lines) <= room and whole:
            return Setting(tuple(lines), step, step * leading)
        if step - 0.5 < least:
            break
        step -= 0.5
    kept = lines[:room]
    kept[-1] = _with_ending(kept[-1], face, step, width, fonts, ending)
    return Setting(tuple(kept), step, step * leading, cut=True)


def _splits_word(lines: list[str], text: str) -> bool:
    """Whether a line ends inside a word or number: rather than that, the type gets smaller."""
    return any(
        before and after and not _may_break(before[-1], after[0]) and before[-1] + after[0] in text
        for before, after in pairwise(lines)
    )


def _with_ending(line: str, face: Face, size: float, width: float, fonts: Fonts, ending: str) -> str:
    fits = _how_many(line, face, width * 1000 / size - fonts.width(ending, face), fonts)
    return line[:fits] + ending
