"""Every page on a small screen. What a user would lose: a button beyond the edge, a page that opens with a fault, or a
new page that nobody has ever looked at."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from carehub import resources
from carehub.domain.care import Visit
from carehub.domain.people import Child
from carehub.domain.sheet_number import grouped
from carehub.gui import addresses
from carehub.gui.editors.segments import SegmentEditor
from carehub.gui.places import PAGES
from carehub.gui.settings_file import Remembered
from carehub.gui.theme import Theme
from carehub.gui.visits.list import VisitsPage
from carehub.gui.window import MainWindow
from carehub.services import opening, records
from carehub.services.desk import Desk

from .conftest import shown
from .filled import fill

SIZES = [(18, "zh_CN"), (30, "zh_CN"), (18, "en"), (30, "en")]


@pytest.fixture
def filled(desk: Desk) -> Desk:
    """A room with something on every page."""
    fill(desk)
    return desk


@pytest.fixture(params=SIZES[1::2], ids=lambda p: f"{p[1]}-{p[0]}")
def small_screen(request: pytest.FixtureRequest, app: QApplication, filled: Desk) -> Iterator[MainWindow]:
    """A window on a screen of 1366 × 768, at the largest text: what fits there fits at the others."""
    size, language = request.param
    window = MainWindow(app, Remembered(size, language), filled.store.folder)
    window.resize(1366, 768)
    window.enter(replace(filled, texts=resources.texts(language)))
    window.show()
    yield window
    window.shell.page.can_leave = lambda: True  # type: ignore[method-assign]
    window.close()
    window.jobs.stop()
    window.deleteLater()
    app.processEvents()


def test_every_page_has_a_picture(filled: Desk) -> None:
    opened = {address.partition("/")[0] for _, address in addresses.of_all(filled)}
    assert opened == set(PAGES) - set(addresses.OF_OFFICES)


def test_every_page_fits_the_screen(small_screen: MainWindow, qtbot: QtBot, filled: Desk) -> None:
    shell = small_screen.shell
    for name, address in addresses.of_all(filled):
        shell.open_address(address)
        qtbot.waitUntil(lambda: not small_screen.jobs.busy, timeout=20_000)
        QApplication.processEvents()
        assert shell.address == address
        least = shell.page.minimumSizeHint()
        assert least.width() <= 1366 - shell._rail.width(), name
        assert least.height() <= 768 - shell._bar.height(), name
        assert (small_screen.width(), small_screen.height()) == (1366, 768), name


@pytest.mark.parametrize(("size", "language"), SIZES)
def test_all_places_of_an_office_fit(
    app: QApplication, make_store: Callable[..., opening.NewStore], size: int, language: str
) -> None:
    office = make_store("township", "石桥镇教管中心关心下一代工作委员会", user="周明辉").desk
    window = MainWindow(app, Remembered(size, language), office.store.folder)
    window.resize(1366, 768)
    window.enter(replace(office, texts=resources.texts(language)))
    window.show()
    QApplication.processEvents()
    rail = window.shell._rail
    assert window.height() == 768
    assert len(rail.places) == 9
    last = rail._buttons[rail.places[-1].address]
    assert last.geometry().bottom() <= rail.height()
    assert last.height() >= 44
    window.close()
    window.deleteLater()
    app.processEvents()


def test_where_the_words_are_figures_no_other_figure_stands_beside_them(qtbot: QtBot, app: QApplication) -> None:
    """“3 5%” reads as two figures, and the key 3 would choose 5%."""
    rates = SegmentEditor(Theme(), resources.texts("zh_CN"), [("30", "3%"), ("40", "4%"), ("50", "5%")])
    qtbot.addWidget(rates)
    assert [b.text() for b in rates.buttons] == ["3%", "4%", "5%"]
    rates.set_text("30")
    qtbot.keyClick(rates.buttons[0], Qt.Key.Key_3)
    assert rates.text() == "30"


def test_a_number_is_written_as_on_the_paper(open_window: Callable[[Desk], MainWindow], filled: Desk) -> None:
    (visit,) = records.fetch(filled, Visit, records.ids(filled, Visit)[:1])
    window = open_window(filled)
    window.shell.open_address("visits")
    listed = window.shell.page
    assert isinstance(listed, VisitsPage)
    at = listed.table.arrangement().index("sheet_no")
    assert listed.table.rows.index(0, at).data() == grouped(visit.sheet_no or "")
    window.shell.open_address(f"visit/{visit.id}")
    assert grouped(visit.sheet_no or "") in shown(window.shell.page)


def test_a_long_title_is_whole_at_extra_large_text(open_window: Callable[..., MainWindow], filled: Desk) -> None:
    window = open_window(filled, size=30)
    (child,) = records.ids(filled, Child)
    window.shell.open_address(f"assessment/{child}")
    QApplication.processEvents()
    assert window.shell._bar._title.text() == window.shell.page.title
    assert window.shell._bar.search.width() >= 170
