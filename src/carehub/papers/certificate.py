"""The certificate of honour 荣誉证书 on landscape A4: whole, or as text only onto pre-printed paper (套打)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from carehub.domain.giving import Award
from carehub.domain.texts import CHINESE, mark
from carehub.papers.fonts import Face
from carehub.papers.lines import wrap
from carehub.papers.press import Press, solemn_day
from carehub.papers.sheet import A4_LANDSCAPE, BOLD, HAIR, MM, THIN, Box, Sheet

TITLE = mark("Certificate of honour")
SENTENCE = mark("{reason}the title of honour “{title}” is awarded in recognition.")

TITLE_BOX = Box(40, 32, 217, 24)
NAME_BOX = Box(45, 70, 207, 13)
BODY_BOX = Box(45, 88, 207, 56)
SIGNED_BOX = Box(137, 150, 115, 26)
NUMBER_BOX = Box(45, 178, 110, 7)
"""Where everything stands, mm. Pre-printed paper carries the title and the frame already."""
BODY_SIZE, LEAST_SIZE = 24.0, 12.0


@dataclass(frozen=True, slots=True)
class Overprint:
    """Print on pre-printed paper: how far all text moves to the right (`dx`) and down (`dy`), mm."""

    dx: float = 0
    dy: float = 0


def write_certificates(
    out: BinaryIO, awards: Sequence[Award], press: Press, *, overprint: Overprint | None = None
) -> int:
    """One page per award, in the order given. Returns the number of pages."""
    paper = Sheet(out, press.fonts, press.texts(TITLE), A4_LANDSCAPE, press.stamp)
    for award in awards:
        if overprint is None:
            _decoration(paper, press)
        else:
            paper.dx, paper.dy = overprint.dx, overprint.dy
        _award(paper, award, press)
        paper.end_page()
    return paper.save()


def _decoration(paper: Sheet, press: Press) -> None:
    """What pre-printed paper has already: a double line around, and the title."""
    whole = Box(0, 0, paper.width, paper.height)
    paper.frame(whole.inset(12, 12), 2)
    paper.frame(whole.inset(14, 14), THIN)
    _spaced(paper, TITLE_BOX, press.texts(TITLE))


def _spaced(paper: Sheet, box: Box, title: str, size: float = 46) -> None:
    """The title, its Chinese characters set half a character apart."""
    if not title.isascii():
        step = 1.5 * size / MM
        x = box.x + box.w / 2 - step * (len(title) - 1) / 2
        for number, char in enumerate(title):
            paper.text(x + number * step, box.middle, char, Face.TITLE, size, align="center")
    else:
        paper.fit(box, title, Face.TITLE, size, align="center")


def _award(paper: Sheet, award: Award, press: Press) -> None:
    name = press.texts("{name}:", name=award.recipient or "")
    paper.fit(NAME_BOX, name, Face.KAITI, 26, least=LEAST_SIZE)
    _body(paper, sentence(award, press))
    _signed(paper, award, press)
    if award.certificate_no:
        number = f"{press.label(Award, 'certificate_no')}：{award.certificate_no}"
        paper.fit(NUMBER_BOX, number, Face.FANGSONG, 12)


def sentence(award: Award, press: Press) -> str:
    """The sentence of the certificate: the reason leads into the honour."""
    reason = " ".join((award.reason or "").split()).rstrip("。，；,.; ")
    comma = "，" if press.texts.language == CHINESE else ", "
    return press.texts(SENTENCE, reason=reason + comma if reason else "", title=award.title or "")


def _body(paper: Sheet, text: str) -> None:
    """The sentence with its first line two characters in, as large as the room allows."""
    text = paper.fonts.printable(text)
    size = BODY_SIZE
    while True:
        lines = wrap(text, Face.FANGSONG, size, BODY_BOX.w * MM, paper.fonts, first=2 * size)
        leading = 1.7 * size / MM
        if len(lines) * leading <= BODY_BOX.h or size <= LEAST_SIZE:
            break
        size -= 1
    for number, line in enumerate(lines[: int(BODY_BOX.h / leading)]):
        indent = 2 * size / MM if number == 0 else 0
        paper.text(BODY_BOX.x + indent, BODY_BOX.y + (number + 0.5) * leading, line, Face.FANGSONG, size)


def _signed(paper: Sheet, award: Award, press: Press) -> None:
    """Issuer and day, each centred on the other, at the right; the seal goes over both."""
    day = award.awarded_on
    chinese = press.texts.language == CHINESE
    said = "" if day is None else solemn_day(day) if chinese else day.isoformat()
    half = SIGNED_BOX.h / 2
    for number, text in enumerate((award.issuer or "", said)):
        line = Box(SIGNED_BOX.x, SIGNED_BOX.y + number * half, SIGNED_BOX.w, half)
        paper.fit(line, text, Face.FANGSONG, 20, least=10, align="center")


def write_test_print(out: BinaryIO, press: Press, overprint: Overprint) -> int:
    """A page to lay over the pre-printed paper against the light: rulers, and where each text will stand with this
    offset. Returns the number of pages."""
    paper = Sheet(out, press.fonts, press.texts(mark("Test print")), A4_LANDSCAPE, press.stamp)
    boxes = (
        (NAME_BOX, press.label(Award, "recipient")),
        (BODY_BOX, press.texts("Text")),
        (SIGNED_BOX, f"{press.label(Award, 'issuer')} · {press.label(Award, 'awarded_on')}"),
        (NUMBER_BOX, press.label(Award, "certificate_no")),
    )
    _rulers(paper, [(box.x + box.w / 2 + overprint.dx, box.middle + overprint.dy) for box, _ in boxes])
    paper.dx, paper.dy = overprint.dx, overprint.dy
    for box, name in boxes:
        paper.frame(box, HAIR)
        for x, y in ((box.x, box.y), (box.x + box.w, box.y + box.h)):
            paper.line(x - 4, y, x + 4, y, BOLD)
            paper.line(x, y - 4, x, y + 4, BOLD)
        paper.text(box.x + box.w / 2, box.middle, name, Face.FANGSONG, 12, align="center")
    offset = press.texts("Offset: {dx:+.1f} mm to the right, {dy:+.1f} mm down", dx=overprint.dx, dy=overprint.dy)
    paper.text(TITLE_BOX.x + TITLE_BOX.w / 2, 35 - paper.dy, press.texts("Test print"), Face.HEITI, 20, align="center")
    paper.text(TITLE_BOX.x + TITLE_BOX.w / 2, 45 - paper.dy, offset, Face.FANGSONG, 14, align="center")
    paper.end_page()
    return paper.save()


def _rulers(paper: Sheet, words: Sequence[tuple[float, float]]) -> None:
    """Millimetre rulers 8 mm from the upper and the left edge (printers leave the very edge white), a grid of 10 mm.
    They stay where they are: the offset moves only the text. No cross is drawn through the words at these places."""
    edge = 8.0
    for at in range(10, int(paper.width) - 9):
        paper.line(at, edge, at, edge + _mark(at), HAIR)
        if at % 10 == 0:
            paper.text(at, edge + 7.5, str(at), size=7, align="center")
    for at in range(20, int(paper.height) - 9):
        paper.line(edge, at, edge + _mark(at), at, HAIR)
        if at % 10 == 0:
            paper.text(edge + 6, at, str(at), size=7)
    for x in range(20, int(paper.width) - 9, 10):
        for y in range(20, int(paper.height) - 9, 10):
            if not any(abs(x - word_x) < 26 and abs(y - word_y) < 4 for word_x, word_y in words):
                paper.line(x - 0.7, y, x + 0.7, y, 0.2)
                paper.line(x, y - 0.7, x, y + 0.7, 0.2)


def _mark(at: int) -> float:
    """Length of a ruler's mark, mm."""
    return 5 if at % 10 == 0 else 3.5 if at % 5 == 0 else 2
