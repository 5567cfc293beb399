"""Made-up people and a press with the fonts that come with the program."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pypdfium2
import pytest

from carehub import resources
from carehub.domain.care import CHECK_FIELDS, Visit
from carehub.domain.office import Site
from carehub.domain.people import Child, FamilyMember, Volunteer
from carehub.papers.fonts import Fonts
from carehub.papers.press import Press
from carehub.papers.visit_sheet import VisitSheet


class Pdf:
    """A PDF as PDFium reads it."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.document = pypdfium2.PdfDocument(data)

    def __len__(self) -> int:
        return len(self.document)

    def text(self, page: int = 0) -> str:
        return self.document[page].get_textpage().get_text_bounded().replace("\r\n", "\n")

    def place(self, words: str, page: int = 0) -> tuple[float, float]:
        """Left and lower edge of the words' first character, points."""
        text_page = self.document[page].get_textpage()
        found = text_page.search(words).get_next()
        assert found, words
        return text_page.get_charbox(found[0])[:2]


@pytest.fixture(scope="session")
def press() -> Press:
    return Press(Fonts.bundled(), resources.texts(), resources.codebook())


@pytest.fixture
def printed() -> Callable[..., Pdf]:
    """Calls a paper's function with a file in memory and reads what came out."""

    def run(write: Callable[..., Any], *args: Any, **options: Any) -> Pdf:
        out = io.BytesIO()
        write(out, *args, **options)
        return Pdf(out.getvalue())

    return run


def make_sheet(name: str = "王小䶮", number: str = "261124004273", **visit: Any) -> VisitSheet:
    """A sheet with all fields of the child filled, and of the visit what is given."""
    home = {"site_id": "s"}
    return VisitSheet(
        Site(**home, name="桃源县观音寺镇茶庵村关心下一代工作室", level="room"),
        Child(
            **home,
            name=name,
            sex=2,
            birth_date=date(2016, 9, 4),
            school="观音寺镇中心小学",
            grade="四年级",
            home_address="观音寺镇茶庵村7组12号",
            map_note="过石桥右转第三家",
        ),
        FamilyMember(**home, child_id="c", relation="62", name="欧阳秀英", phone="13812345678", is_guardian=True),
        Visit(**home, child_id="c", sheet_no=number, planned_for=date(2026, 11, 24), **visit),
        Volunteer(**home, name="李德福"),
        [Visit(**home, child_id="c", done_on=date(2026, 10, 12), way="phone", visitors="张桂兰", mood="concern")],
    )


FILLED: dict[str, Any] = {
    "done_on": date(2026, 11, 25),
    "way": "school",
    "visitors": "李德福、张桂兰",
    "present": "奶奶",
    "minutes": 45,
    "note": "电线老化",
    "needs": "换插座",
    "measures": "本周换线",
    "next_on": date(2026, 12, 9),
    **dict.fromkeys(CHECK_FIELDS, "ok"),
}


@pytest.fixture
def sheet() -> Callable[..., VisitSheet]:
    return make_sheet


@pytest.fixture
def filled() -> dict[str, Any]:
    return dict(FILLED)
