"""Public notices: the four facts that may hang out, for children who have not withdrawn their consent."""

import io
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from carehub.domain.errors import InvalidInput, NotFound
from carehub.domain.people import Child
from carehub.domain.progress import Progress
from carehub.domain.rights import Right
from carehub.domain.texts import mark
from carehub.papers.public_notice import FIELDS, NoticeLine, PublicNotice, write_notice
from carehub.services import access, consents, printing, records
from carehub.services.desk import Desk
from carehub.services.files import write_over
from carehub.store import queries
from carehub.store.queries import Wanted

DAYS = 5
"""Working days are not counted: a notice hangs out so many days unless said otherwise."""
NO_SUCH_SUBJECT = mark("There is no subject “{subject}” for a notice. There are: {subjects}.")
NOBODY_LEFT = mark("Nobody is left for the notice: consent was withdrawn for all of them.")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A notice as PDF bytes, the children on it, and the names of those left out because consent was withdrawn."""

    data: bytes
    children: tuple[str, ...]
    left_out: tuple[str, ...]

    def printed(self, out: Path) -> printing.Printed:
        """The same as other papers tell of their file."""
        return printing.Printed(out, 1, printing.pages_of(self.data))


def draw(
    desk: Desk, ids: Sequence[str] = (), subject: str = "aid", first: date | None = None, days: int = DAYS
) -> Drawn:
    """A public notice of the children named, else of all active ones, for so many `days` from `first` (today). Children
    whose consent to it was withdrawn are left out. Raises `NotAllowed`, `InvalidInput` or `NotFound`."""
    desk.require(Right.TAKE_OUT, paper=True)
    if subject not in desk.codes["notice_subject"]:
        subjects = "、".join(code.code for code in desk.codes["notice_subject"])
        raise InvalidInput(NO_SUCH_SUBJECT, subject=subject, subjects=subjects)
    chosen = (
        records.resolve_ids(desk, Child, ids) if ids else records.ids(desk, Child, Wanted(filters={"status": "active"}))
    )
    begins = first or date.today()
    with desk.store.reading() as session:
        withdrawn = consents.left_out(session, "notice", begins)
        found = queries.rows(session, Child, list(dict.fromkeys(chosen)))
    shown = [c for c in found if c.id not in withdrawn and c.voided_on is None]
    if not shown:
        raise NotFound(NOBODY_LEFT if found else printing.NOTHING_TO_PRINT)
    lines = [_line(child) for child in shown]
    notice = PublicNotice(subject, desk.site.name, begins, begins + timedelta(days=max(days, 1) - 1), lines)
    out = io.BytesIO()
    write_notice(out, notice, printing.press_for(desk))
    return Drawn(out.getvalue(), tuple(c.id for c in shown), tuple(c.name for c in found if c.id in withdrawn))


def _line(child: Child) -> NoticeLine:
    return NoticeLine(**{name: getattr(child, name) or "" for name in FIELDS})


def pdf(
    desk: Desk, ids: Sequence[str] = (), subject: str = "aid", *, preview: bool = False
) -> Generator[Progress, None, tuple[bytes, int]]:
    """The same as work for the print desk: PDF bytes and the number of papers. A `preview` takes nothing out."""
    yield Progress(0, 1, printing.DRAWING)
    drawn = draw(desk, ids, subject)
    if preview:
        return drawn.data, 1
    access.took_out(desk, "print", "child", drawn.children, detail="public_notice")
    return drawn.data, 1


def write(
    desk: Desk, out: Path, ids: Sequence[str] = (), subject: str = "aid", first: date | None = None, days: int = DAYS
) -> Drawn:
    """A notice into a PDF file; the access log keeps who took it out."""
    drawn = draw(desk, ids, subject, first, days)
    write_over(out, drawn.data)
    access.took_out(desk, "print", "child", drawn.children, detail="public_notice")
    return drawn
