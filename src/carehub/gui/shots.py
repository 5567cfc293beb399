"""Pictures of every page at 1366 × 768, in standard and extra-large text, for whoever changed a screen."""

import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEventLoop, QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication, QWidget

from carehub.domain.errors import StoreError
from carehub.gui import addresses
from carehub.gui.settings_file import Remembered
from carehub.gui.theme import TextSize
from carehub.gui.window import MainWindow
from carehub.services import opening
from carehub.services.desk import Desk
from carehub.services.files import WRITE_FAILED

SIZES = {TextSize.STANDARD: "standard", TextSize.EXTRA_LARGE: "extra-large"}
WAIT = 20.0
"""Seconds a page may take to come to rest."""


def of_page(app: QApplication, desk: Desk, address: str, folder: Path, language: str = "zh_CN") -> Iterator[Path]:
    """Pictures of one page of a desk that is open already and stays open, in both text sizes."""
    folder.mkdir(parents=True, exist_ok=True)
    for size, word in SIZES.items():
        window = MainWindow(app, Remembered(int(size), language), desk.store.folder)
        window.resize(1366, 768)
        window.enter(desk)
        window.rest()
        window.show()
        window.shell.open_address(address)
        yield _grab(app, window, folder / f"{address}-question-{word}.png", partial(_at_rest, window))
        window.leave()
        window.close()
        window.deleteLater()
        settle(app)


def silence_plugin() -> None:
    """Drops the one remark that the screenless plugin makes of every window; all others are printed."""

    def handle(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
        del kind, context
        if "propagateSizeHints" not in message:
            sys.stderr.write(message + "\n")

    qInstallMessageHandler(handle)


def take(app: QApplication, store: Path, password: str, folder: Path, language: str = "zh_CN") -> Iterator[Path]:
    """Opens the store in real windows and saves a picture of each page; yields the files."""
    folder.mkdir(parents=True, exist_ok=True)
    for size, word in SIZES.items():
        window = MainWindow(app, Remembered(int(size), language), store)
        window.resize(1366, 768)
        window.show()
        yield _grab(app, window, folder / f"login-{word}.png")
        window.enter(opening.sign_in(store, password, language=language))
        window.rest()
        for name, address in addresses.of_all(window.shell._desktop.desk):
            window.shell.open_address(address)
            _prepare(window)
            yield _grab(app, window, folder / f"{name}-{word}.png", partial(_at_rest, window))
        window.close()
        window.deleteLater()
        settle(app)


def _at_rest(window: MainWindow) -> bool:
    return not window.jobs.busy


def _prepare(window: MainWindow) -> None:
    """Selects the first row of a list, so that its preview is in the picture."""
    table = getattr(window.shell.page, "table", None)
    if table is not None and table.model().rowCount():
        table.selectRow(0)


def _grab(app: QApplication, widget: QWidget, file: Path, ready: Callable[[], bool] = lambda: True) -> Path:
    until = time.monotonic() + WAIT
    while True:
        settle(app)
        if ready() or time.monotonic() > until:
            break
    settle(app)
    if not widget.grab().save(str(file)):
        raise StoreError(WRITE_FAILED, file=file.name)
    return file


def settle(app: QApplication) -> None:
    """Lets layouts, timers and the worker's messages take effect."""
    for _ in range(8):
        app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        time.sleep(0.01)
