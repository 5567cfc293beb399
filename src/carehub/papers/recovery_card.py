"""The recovery code 恢复码 on paper: in groups to be read aloud and as a QR code, to be locked away. One page."""

from typing import BinaryIO

from carehub.domain.texts import mark
from carehub.papers.official import OfficialPaper
from carehub.papers.press import Press

TITLE = mark("Recovery code")
GROUP = mark("Group {n}")
LEAD = mark("If every password of “{site}” is forgotten, this code opens its store and sets a new one.")
RULES = (
    mark("Lock this paper away, not beside the laptop. Whoever has both can read everything."),
    mark("Nobody needs to hear the code by telephone except the head of the site itself."),
    mark("When a new code is made, this paper counts no more: destroy it."),
)


def write_recovery_card(out: BinaryIO, site: str, code: str, press: Press) -> int:
    """Writes the card for a code like XXXX-XXXX-…-XXX. Returns the number of pages, which is one."""
    texts, groups = press.texts, code.split("-")
    paper = OfficialPaper(out, press, texts(TITLE))
    paper.title(texts(TITLE))
    paper.paragraph(texts(LEAD, site=site if len(site) <= 30 else site[:29] + "…"))
    paper.gap(0.5)
    half = (len(groups) + 1) // 2
    for first in (0, half):
        part = [*groups[first : first + half], *[""] * (first + half - len(groups))]
        heads = [texts(GROUP, n=first + n) if group else "" for n, group in enumerate(part, start=1)]
        paper.table(heads, [0] * half, [part], size=20, row=12, sides=["center"] * half)
    paper.qr(code.replace("-", ""), 34)
    for number, rule in enumerate(RULES, start=1):
        paper.paragraph(f"{number}. {texts(rule)}")
    paper.signatures([texts(mark("Written down by:")), texts(mark("Kept by:"))])
    return paper.save()
