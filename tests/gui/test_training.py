"""Training at the window: one click in, marked on every page, one click out with nothing left."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from carehub.domain.people import Child
from carehub.gui.places import PLACES
from carehub.gui.settings_file import Remembered
from carehub.gui.shell import Shell
from carehub.gui.start.training import TrainingBand
from carehub.gui.start.welcome import WelcomePage
from carehub.gui.window import MainWindow
from carehub.services import opening, records, training

from ..conftest import drive


def press(widget: QWidget, words: str) -> None:
    found = [b for b in widget.findChildren(QPushButton) if b.text().strip() == words and b.isVisible()]
    assert found, [b.text() for b in widget.findChildren(QPushButton)]
    found[0].click()


@pytest.mark.parametrize("size", [18, 30])
def test_practise_begin_anew_and_leave(
    app: QApplication, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    remembered = Remembered(size=size, file=tmp_path / "window.json")
    window = MainWindow(app, remembered)
    tr = window.texts
    window.resize(1366, 768)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    window.grab().save(str(tmp_path / "welcome.png"))
    press(window, tr("Practise in a made-up village"))
    qtbot.waitUntil(lambda: isinstance(window.centralWidget(), Shell), timeout=60_000)
    assert tr("CareHub: training") == window.windowTitle()
    desk = window.shell._desktop.desk
    for place in [p for p in PLACES if p.rooms]:
        window.shell.open_address(place.address)
        app.processEvents()
        band = window.findChildren(TrainingBand)[0]
        assert band.isVisible()
        assert tr("Training · everybody is made up") in [w.text() for w in band.findChildren(QLabel)]
        window.grab().save(str(tmp_path / f"{place.address}.png"))
    assert (window.width(), window.height()) == (1366, 768)
    made = records.add(desk, Child, {"name": "王一一", "status": "active"})[0]
    press(window, tr("Begin anew"))
    qtbot.waitUntil(lambda: not isinstance(window.centralWidget(), Shell), timeout=60_000)
    qtbot.waitUntil(lambda: isinstance(window.centralWidget(), Shell), timeout=60_000)
    fresh = window.shell._desktop.desk
    assert fresh.store.folder != desk.store.folder
    assert not desk.store.folder.exists()
    assert made.id not in records.ids(fresh, Child)
    press(window, tr("Leave training"))
    qtbot.waitUntil(lambda: isinstance(window.centralWidget(), WelcomePage), timeout=20_000)
    assert isinstance(window.centralWidget(), WelcomePage)
    assert window.windowTitle() == tr("CareHub")
    assert not list(tmp_path.glob("carehub-training-*"))
    assert remembered.stores == []
    window.close()
    window.deleteLater()
    app.processEvents()


def test_closing_the_window_and_the_lock_throw_it_away(
    app: QApplication, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is asked for a password he was never told, and no folder is left behind."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    window = MainWindow(app, Remembered(file=tmp_path / "window.json"))
    window.show()
    for end in (window.lock, window.close):
        window.practise()
        qtbot.waitUntil(lambda: isinstance(window.centralWidget(), Shell), timeout=60_000)
        assert window.shell._desktop.desk.training
        end()
        qtbot.waitUntil(lambda: not list(tmp_path.glob("carehub-training-*")), timeout=20_000)
        assert not list(tmp_path.glob("carehub-training-*"))
    window.deleteLater()
    app.processEvents()


def test_a_training_store_of_the_terminal_is_marked_too(app: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    del qtbot  # an application is there
    drive(training.begin(tmp_path / "store")).close()
    opened = opening.sign_in(tmp_path / "store", training.PASSWORD)
    window = MainWindow(app, Remembered(file=tmp_path / "window.json"), tmp_path / "store")
    window.enter(opened)
    window.show()
    assert window.findChildren(TrainingBand)
    window.close()
    window.deleteLater()
    app.processEvents()
