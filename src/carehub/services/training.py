"""Training: a store of its own with a made-up village, to try everything without fear. It says of itself what it is, on
every page and paper; nothing leaves it, and leaving it throws it away."""

import shutil
import tempfile
import time
from collections.abc import Generator
from datetime import date, timedelta
from pathlib import Path
from random import Random

from carehub.domain.errors import NotAllowed, StoreError
from carehub.domain.madeup import AREA, MadeUp
from carehub.domain.people import Child
from carehub.domain.progress import Progress
from carehub.domain.texts import CHINESE, mark
from carehub.services import demo, importing, opening, records, visits
from carehub.services.desk import Desk
from carehub.sheets.sample import write_messy_ledger
from carehub.store.places import NO_PLACE
from carehub.store.store import discard

PASSWORD = "carehub-training"
"""Everybody may know it: nobody in this store is real."""
VILLAGE, PERSON = "练习村关爱工作室", "练习员"
LEDGER = "练习台账（编的）.xlsx"
"""A ledger beside the store, to practise taking one in."""
CHILDREN, MORE = 24, 8
PREPARING = mark("Making up a village")
NOT_TRAINING = mark("This is no store for training. Nothing was thrown away.")
_PREFIX, _OLD = "carehub-training-", 86400


def begin(
    folder: Path | None = None, language: str = CHINESE, today: date | None = None, password: str = PASSWORD
) -> Generator[Progress, None, Desk]:
    """Makes a training store, in a folder of its own if none is given, and fills it; returns the open desk. Closing the
    generator leaves nothing."""
    yield Progress(0, 4, PREPARING)
    _sweep()
    home = folder or _own_folder()
    day = today or date.today()
    desk = opening.begin(
        home / "store" if folder is None else home, level="room", name=VILLAGE, area=f"{AREA}100299",
        password=password, user=PERSON, language=language, training=True,
    ).desk  # fmt: skip
    try:
        people = MadeUp(Random().randrange(10**6), day)
        yield Progress(1, 4, PREPARING)
        ledger = desk.store.folder / LEDGER
        write_messy_ledger(ledger, VILLAGE, [people.child() for _ in range(CHILDREN)], style=0)
        yield from importing.import_ledger(desk, ledger)
        yield Progress(3, 4, PREPARING)
        demo.care(desk, people, day)
        visits.plan(desk, records.ids(desk, Child)[3:9], day - timedelta(days=3))
        write_messy_ledger(ledger, VILLAGE, [people.child() for _ in range(MORE)], style=1)
    except BaseException:
        throw_away(desk)
        raise
    return desk


def _own_folder() -> Path:
    try:
        return Path(tempfile.mkdtemp(prefix=_PREFIX))
    except OSError:
        raise StoreError(NO_PLACE, folder=tempfile.gettempdir()) from None


def throw_away(desk: Desk) -> None:
    """Closes a training store and removes it. One in a folder somebody chose loses nothing but itself and its ledger.
    Raises `NotAllowed` for a real one."""
    if not desk.training:
        raise NotAllowed(NOT_TRAINING)
    folder = desk.store.folder
    desk.close()
    if folder.parent.name.startswith(_PREFIX):
        shutil.rmtree(folder.parent, ignore_errors=True)
        return
    try:
        discard(folder)
        (folder / LEDGER).unlink(missing_ok=True)
    except OSError:
        return  # somebody has it open: it says what it is


def _sweep() -> None:
    """Removes what a program that was killed has left of training, a day later."""
    for old in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        try:
            if time.time() - old.stat().st_mtime > _OLD:
                shutil.rmtree(old, ignore_errors=True)
        except OSError:
            continue  # another program is just removing it
