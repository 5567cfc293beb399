"""Pictures of every page at 1366 × 768, in standard and extra-large text, for whoever changed a screen."""

import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEventLoop, QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication, QWidget

from carehub.domain.activities import Activity
from carehub.domain.aid import PaymentBatch
from carehub.domain.care import Pairing
from carehub.domain.errors import StoreError
from carehub.domain.meetings import JointMeeting
from carehub.domain.people import Child
from carehub.domain.protection import Incident, Talk
from carehub.gui.activities.page import LISTS
from carehub.gui.children.edit import FAMILY
from carehub.gui.pairing.page import SECTIONS
from carehub.gui.settings_file import Remembered
from carehub.gui.theme import TextSize
from carehub.gui.window import MainWindow
from carehub.services import opening, records
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


def addresses(window: MainWindow) -> Iterator[tuple[str, str]]:
    """(file name, address) of every page of a signed-in window."""
    desk = window.shell._desktop.desk
    ids = records.ids(desk, Child)
    yield from ((n, n) for n in ("today", "children", "undecided", "plan", "visits", "pairing-list"))
    if ids:
        yield from (("child", f"child/{ids[0]}"), ("child-form", f"child-form/{ids[0]}"), ("visit", f"visit/{ids[0]}"))
        yield "child-form-boxes", f"child-form/{ids[0]}/priority_groups"
        yield "child-form-family", f"child-form/{ids[0]}/{FAMILY}"
        yield "papers", f"papers/visit-sheet/{ids[0]}"
        yield from ((n, f"{n}/{ids[0]}") for n in ("consent", "withdraw", "care_agreement", "assessment"))
        yield "child-care", f"child/{ids[0]}/care"
        yield "registration-form", f"papers/registration-form/{ids[0]}"
        yield from ((str(r.__tablename__), f"{r.__tablename__}/{ids[0]}") for r in (Talk, Incident) if desk.sees(r))
    yield from ((n, n) for n in ("volunteers", "handover", "settings", "accesses", "retention"))
    yield from ((f"activities-{key}", f"activities/{key}") for key in LISTS)
    yield from ((n, n) for n in ("pledge-make", "pledge-sign"))
    yield from ((f"pairings-{key}", f"pairings/{key}") for key in SECTIONS)
    yield "pairing-all", f"pairing-all/{desk.site.id}"
    for row in records.ids(desk, Pairing)[:1]:
        yield from ((n, f"{n}/{row}") for n in ("pairing-change", "agreement"))
    for record in (Activity, JointMeeting):
        page = str(record.__tablename__).removeprefix("joint_")
        yield from ((page, f"{page}/{row}") for row in records.ids(desk, record)[:1])
    yield from ((n, n) for n in ("aid", "aid-doubles", "aid-batch-form", "aid-catalogue"))
    yield from (("aid-batch", f"aid-batch/{row}") for row in records.ids(desk, PaymentBatch)[:1])
    if desk.is_office:
        yield from ((n, n) for n in ("merge", "custom-questions"))
        yield "custom_question", "custom_question/child"


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
        for name, address in addresses(window):
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
