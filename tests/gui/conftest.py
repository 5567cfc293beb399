"""A signed-in window, offscreen, on real stores."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from carehub.gui import theme
from carehub.gui.jobs import Jobs
from carehub.gui.settings_file import Remembered
from carehub.gui.window import MainWindow
from carehub.services.desk import Desk


@pytest.fixture(scope="session")
def app(qapp: QApplication) -> QApplication:
    """The application with the program's fonts."""
    theme.load_fonts(qapp)
    return qapp


@pytest.fixture
def jobs() -> Iterator[Jobs]:
    """A worker of its own, ended with the test."""
    made = Jobs()
    yield made
    made.stop()


def shown(widget: QWidget) -> str:
    """The words a person sees in a widget."""
    QApplication.processEvents()
    return " ".join(w.text() for w in widget.findChildren(QLabel) if w.isVisible())


@pytest.fixture
def open_window(app: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[[Desk], MainWindow]]:
    """Shows a window for a desk that is signed in; closed and without a thread left at the end."""
    windows: list[MainWindow] = []

    def show(desk: Desk, size: int = 18) -> MainWindow:
        window = MainWindow(app, Remembered(size=size, file=tmp_path / "window.json"), desk.store.folder)
        window.resize(1366, 768)
        window.enter(desk)
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        windows.append(window)
        return window

    yield show
    for window in windows:
        window.shell.page.can_leave = lambda: True  # type: ignore[method-assign]
        window.close()
        window.deleteLater()
    app.processEvents()
