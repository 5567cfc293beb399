"""The process that is killed: an office and a room that hand over, merge, undo and write receipts, on and on.

`python tests/faults/labour.py BASE SEED` works on the stores in BASE/live until somebody ends it. Before every
operation it copies everything as it lies and says what it is about to do, afterwards that it is done, one JSON line
each. It is the program as users run it, but for the cost of password hashing.
"""

import json
import random
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from carehub.services import children, files, handover, merging, printing, records
from carehub.services.desk import Desk
from tests.faults.scenes import PAPER, ROOM, Place, cheap_hashing, drive

BEFORE = "before"
PHONES = ("13900000001", "13900000002", "13900000003")


def export(desk: Desk, place: Place, _: str) -> str:
    file: Path = drive(handover.export(desk, place.stick, ROOM if desk.is_office else "")).file
    return file.name


def merge(desk: Desk, place: Place, file: str) -> str:
    (found,) = drive(merging.merge(desk, [place.stick / file]))
    if found.status != "merged":
        raise found.error or AssertionError(found.status)
    return ""


def undo(desk: Desk, place: Place, _: str) -> str:
    merging.undo(desk)
    return ""


def search(desk: Desk, place: Place, _: str) -> str:
    list(desk.store.catch_up_search())
    return ""


def paper(desk: Desk, place: Place, _: str) -> str:
    files.write_over(place.paper / PAPER, printing.receipt_pdf(desk, handover.taken(desk)[0]))
    return ""


WORK: dict[str, Callable[[Desk, Place, str], str]] = {
    "export": export, "merge": merge, "undo": undo, "search": search, "paper": paper,
}  # fmt: skip


class Labour:
    """Two desks and what is done at them."""

    def __init__(self, place: Place, office: Desk, room: Desk, seed: int) -> None:
        self.place, self.desks = place, {"office": office, "room": room}
        self.dice = random.Random(seed)

    def go_on(self) -> None:
        """One round: both sides write, a bundle goes up, another comes down; a merge may be undone and done again."""
        self.write("room")
        self.write("office")
        self.hand_over("room", "office")
        self.do("search", "office")
        if self.dice.random() < 0.3:
            self.do("paper", "office")
        self.hand_over("office", "room")

    def hand_over(self, sender: str, receiver: str) -> None:
        file = self.do("export", sender)
        self.do("merge", receiver, file)
        if self.dice.random() < 0.5:
            self.do("undo", receiver)
            self.do("merge", receiver, file)

    def write(self, who: str) -> None:
        """Somebody edits a file, or begins one."""
        desk = self.desks[who]
        known = records.ids(desk, records.kind_of("child"))
        if who == "room" and self.dice.random() < 0.3:
            children.add(desk, {"name": "赵一诺", "sex": "女", "remark": "说明" * self.dice.randrange(200)})
        child, phone = self.dice.choice(known), self.dice.choice(PHONES)
        children.edit(desk, child, {"guardian": "姚秀志", "guardian_phone": phone, "remark": phone * 20})

    def do(self, what: str, who: str, file: str = "") -> str:
        """One operation, announced before and after. Returns the file it made."""
        shutil.rmtree(self.place.base / BEFORE, ignore_errors=True)
        shutil.copytree(self.place.live, self.place.base / BEFORE)
        say({"begins": what, "who": who, "file": file})
        made = WORK[what](self.desks[who], self.place, file)
        say({"ends": what})
        return made


def say(told: dict[str, Any]) -> None:
    print(json.dumps(told), flush=True)


def main() -> None:
    """Works until killed."""
    cheap_hashing()
    place = Place(Path(sys.argv[1]))
    printing.press()
    with place.desk("office") as office, place.desk("room") as room:
        labour = Labour(place, office, room, int(sys.argv[2]))
        while True:
            labour.go_on()


if __name__ == "__main__":
    main()
