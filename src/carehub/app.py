"""Puts the parts together: terminal, window and pictures. The only place that knows them all."""

import os
import sys
from pathlib import Path

from carehub.cli import main as terminal
from carehub.cli.terminal import language
from carehub.domain.errors import StoreError
from carehub.domain.texts import mark

NO_QT = mark(
    "The window cannot start: the system library {library} is missing. On Debian, UOS or Kylin install it with: "
    "sudo apt-get install {packages}"
)
NO_SCREEN = mark("There is no screen here. To make pictures of the pages instead: carehub shots STORE DIR")
_PACKAGES = {
    "libEGL": "libegl1",
    "libGL.so": "libgl1",
    "libxkbcommon": "libxkbcommon0",
    "libfontconfig": "libfontconfig1",
    "libdbus": "libdbus-1-3",
    "libglib": "libglib2.0-0",
    "libfreetype": "libfreetype6",
    "libxcb-cursor": "libxcb-cursor0",
    "libX11": "libx11-6",
}
_ALL = "libegl1 libgl1 libxkbcommon0 libxkbcommon-x11-0 libfontconfig1 libdbus-1-3 libglib2.0-0 libxcb-cursor0"


def missing_library(error: ImportError) -> StoreError:
    """The sentence for a system library that Qt does not find."""
    told = str(error)
    library = told.split(":")[0]
    packages = next((p for part, p in _PACKAGES.items() if part in told), _ALL)
    return StoreError(NO_QT, library=library, packages=packages)


def window(store: Path | None = None) -> int:
    """Opens the window and returns its exit code."""
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        if os.environ.get("QT_QPA_PLATFORM") != "offscreen":
            raise StoreError(NO_SCREEN)
    try:
        from PySide6.QtWidgets import QApplication

        from carehub.gui import theme
        from carehub.gui.settings_file import Remembered
        from carehub.gui.window import MainWindow
    except ImportError as error:
        raise missing_library(error) from None
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    theme.load_fonts(app)
    main = MainWindow(app, Remembered.load(), store)
    main.show()
    return app.exec()


def shots(store: Path, password: str, folder: Path) -> list[Path]:
    """Makes pictures of every page; needs no screen."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    try:
        from PySide6.QtWidgets import QApplication

        from carehub.gui import shots as pictures
        from carehub.gui import theme
    except ImportError as error:
        raise missing_library(error) from None
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    theme.load_fonts(app)
    return list(pictures.take(app, store, password, folder, language()))


def run() -> None:
    """The `carehub` command."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")  # Chinese on every console
    terminal.run(terminal.build(window, shots))


def run_window() -> None:
    """The program's icon: the window without a terminal."""
    raise SystemExit(window())
