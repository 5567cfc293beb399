"""Puts the parts together: terminal, window and pictures. The only place that knows them all."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from carehub import faultlog
from carehub.cli import main as terminal
from carehub.cli.terminal import language
from carehub.services.desk import Desk
from carehub.system import require_qt

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication


def _application() -> "QApplication":
    """The Qt application with the program's fonts. Qt is loaded here, not before: the terminal does without."""
    from PySide6.QtWidgets import QApplication

    from carehub.gui import theme

    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    theme.load_fonts(app)
    return app


def window(store: Path | None = None) -> int:
    """Opens the window and returns its exit code. Raises `StoreError` where Qt or a screen is missing."""
    require_qt(screen=os.environ.get("QT_QPA_PLATFORM") != "offscreen")
    app = _application()
    from carehub.gui.settings_file import Remembered
    from carehub.gui.window import MainWindow

    faultlog.start()
    main = MainWindow(app, Remembered.load(), store)
    main.show()
    return app.exec()


def shots(store: Path, password: str, folder: Path) -> list[Path]:
    """Makes pictures of every page; needs no screen. Raises `StoreError` where Qt's libraries are missing."""
    require_qt(screen=False)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = _application()
    from carehub.gui import shots as pictures

    pictures.silence_plugin()

    return list(pictures.take(app, store, password, folder, language()))


def picture(desk: Desk, address: str, folder: Path) -> list[Path]:
    """Makes pictures of one page of an open desk; needs no screen."""
    require_qt(screen=False)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = _application()
    from carehub.gui import shots as pictures

    pictures.silence_plugin()
    return list(pictures.of_page(app, desk, address, folder, language()))


def run() -> None:
    """The `carehub` command."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")  # Chinese on every console
    terminal.run(terminal.build(window, shots, require_qt, picture))


def run_window() -> None:
    """The program's icon: the window without a terminal."""
    raise SystemExit(window())
