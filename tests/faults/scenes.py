"""The moments at which things are made to fail: small real stores of an office and a room, kept as copies of their
folders, and the one operation that comes next.

All scenes lie in the same place when they are played (`live`), together with the notes of `store/copies.py`: a store
put somewhere else would be taken for a copy, and go on as a new replica.
"""

import io
import os
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from PIL import Image

from carehub.domain.care import Pairing, Visit
from carehub.domain.errors import CareHubError
from carehub.domain.people import Volunteer
from carehub.services import (
    attachments,
    cards,
    children,
    erasing,
    files,
    handover,
    merging,
    opening,
    printing,
    questions,
    records,
    visits,
)
from carehub.services.desk import Desk
from carehub.store import keyring
from carehub.sync import incoming
from carehub.sync.merge import CLONE
from tests.work import drive

PASSWORD = "geheim-08"
ROOM, OFFICE = "新民村", "石桥镇"
CHILDREN = ("徐𫖯", "王小明", "李梓涵", "黄子轩")
PAPER = "回执.pdf"
LONG = "家里有三间房，奶奶腿脚不便。" * 120
"""Long enough that the database has to grow."""


def cheap_hashing() -> None:
    """The least cost that a keyring accepts."""
    keyring.OPERATIONS, keyring.MEMORY = 1, 19 * 1024 * 1024


class Place:
    """Where stores, sticks and notes lie while a scene is played, and the copies of how they lay at its beginning."""

    def __init__(self, base: Path) -> None:
        self.base, self.live = base, base / "live"
        self.stick, self.paper = self.live / "stick", self.live / "paper"
        os.environ["CAREHUB_STATE"] = str(self.live / "state")

    def keep(self, name: str) -> None:
        """Keeps how everything lies now, under a name."""
        shutil.rmtree(self.base / name, ignore_errors=True)
        shutil.copytree(self.live, self.base / name, ignore=shutil.ignore_patterns("store.lock"))

    def put_back(self, name: str) -> None:
        """Lays everything as it lay when it was kept under a name."""
        shutil.rmtree(self.live, ignore_errors=True)
        shutil.copytree(self.base / name, self.live)

    @contextmanager
    def desk(self, who: str) -> Iterator[Desk]:
        """An open store: "room" or "office"."""
        made = opening.sign_in(self.live / who, PASSWORD)
        try:
            yield made
        finally:
            made.close()


@dataclass(frozen=True)
class Scene:
    """An operation about to happen at somebody's desk. `run` raises what the person would be told."""

    name: str
    operation: str
    who: str
    run: Callable[[Desk, Place], object]
    exports: bool = False
    keeps: bool = False
    """Whether nothing changes even where it goes well."""
    again: bool = False
    """Whether it does no harm, and is quickly said, to do it although it is done."""
    also: tuple[tuple[Callable[[Desk, Place], object], bool], ...] = ()
    """What else may have happened, wholly: some bundles of a stack; and whether that is all that can."""


def export(site: str = "") -> Callable[[Desk, Place], object]:
    return lambda desk, place: drive(handover.export(desk, place.stick, site))


def merge(name: str, told: str = "merged", **options: Any) -> Callable[[Desk, Place], object]:
    """Takes in the bundle that was laid aside under `name`."""

    def run(desk: Desk, place: Place) -> object:
        (found,) = drive(merging.merge(desk, [place.live / "bundles" / name], **options))
        if found.error and found.error.message != told:
            raise found.error
        assert told in (found.status, found.error.message if found.error else ""), found
        return found

    return run


def stack(*names: str) -> Callable[[Desk, Place], object]:
    """Takes in several bundles at once; one that voids many records waits, and an old one is said to be old."""

    def run(desk: Desk, place: Place) -> object:
        found = drive(merging.merge(desk, [place.live / "bundles" / name for name in names]))
        for one in found:
            if one.error and one.error.message not in (incoming.MANY_VOIDS, merging.ALREADY):
                raise one.error
        return found

    return run


def catch_up(desk: Desk, place: Place) -> object:
    return list(desk.store.catch_up_search())


def undo(desk: Desk, place: Place) -> object:
    return merging.undo(desk)


def receipt(desk: Desk, place: Place) -> object:
    files.write_over(place.paper / PAPER, printing.receipt_pdf(desk, handover.taken(desk)[0]))
    return None


def build(place: Place) -> list[Scene]:
    """Plays the story of a room and its office once, keeping every moment before an operation."""
    child = _found(place)
    made = [
        _scene(place, Scene("up", "export", "room", export(), exports=True)),
        *_first(place, child),
        *_later(place, child),
        *_down(place, child),
        *_copies(place, child),
        *_erasure(place, child),
        *_stack(place, child),
    ]
    shutil.rmtree(place.live)
    return made


def found_and_join(place: Place) -> None:
    """An office and a room whose first bundle was merged, and a receipt on paper."""
    _found(place)
    with place.desk("room") as room:
        shutil.copy(drive(handover.export(room, place.stick)).file, place.live / "bundles" / "first")
    _play(place, Scene("", "", "office", merge("first", approve=(place.live / "words").read_text("utf-8"))))
    _play(place, Scene("", "", "office", receipt))


def _scene(place: Place, scene: Scene) -> Scene:
    place.keep(scene.name)
    return scene


def _found(place: Place) -> str:
    """An office, a room with files of four children, an older bundle and an older paper. Returns a child's id."""
    place.stick.mkdir(parents=True)
    place.paper.mkdir()
    (place.live / "bundles").mkdir()
    (place.paper / PAPER).write_bytes(b"an older receipt")
    office = opening.begin(
        place.live / "office", level="township", name=OFFICE, area="500199100", password=PASSWORD, user="周明辉"
    ).desk
    card = cards.write(office, place.live / "card")
    office.close()
    new = opening.begin(
        place.live / "room", level="room", name=ROOM, area="500199100200", password=PASSWORD, user="李秀英", card=card
    )
    (place.live / "words").write_text(" ".join(new.words), "utf-8")
    room = new.desk
    guardian = {"remark": LONG, "guardian": "姚秀志", "guardian_relation": "63", "guardian_phone": "15057339953"}
    ids = [children.add(room, {"name": name, "sex": "男", **guardian})[0].child.id for name in CHILDREN]
    attachments.add_bytes(room, attachments.Owner("child", ids[0]), _picture(1), "照片.png")
    volunteer, _ = records.add(room, Volunteer, {"name": "陈秀兰"})
    records.add(room, Pairing, {"child_id": ids[0], "volunteer_id": volunteer.id, "started_on": "2026-09-01"})
    visits.plan(room, ids, date(2026, 10, 1))
    drive(handover.export(room, place.stick))
    room.close()
    return str(ids[0])


def _picture(seed: int) -> bytes:
    """A picture of a few kilobytes, always the same."""
    out = io.BytesIO()
    Image.frombytes("RGB", (60, 60), random.Random(seed).randbytes(60 * 60 * 3)).save(out, "PNG")
    return out.getvalue()


def _bundle(place: Place, who: str, name: str) -> None:
    """Makes a bundle and lays it aside under a name."""
    with place.desk(who) as desk:
        drive(handover.export(desk, place.live / "out", "" if who == "room" else ROOM)).file.rename(
            place.live / "bundles" / name
        )


def _play(place: Place, scene: Scene) -> None:
    with place.desk(scene.who) as desk:
        scene.run(desk, place)


def _first(place: Place, child: str) -> list[Scene]:
    """The first merge, with the five words, and all that can follow it."""
    _bundle(place, "room", "first")
    first = merge("first", approve=(place.live / "words").read_text("utf-8"))
    made = [
        _scene(place, Scene("first", "merge", "office", first)),
        _scene(place, Scene("first, tried only", "merge", "office", _dry("first", place), keeps=True)),
    ]
    _play(place, made[0])
    return [
        *made,
        _scene(place, Scene("of the first merge", "undo", "office", undo)),
        _scene(place, Scene("search catches up", "merge", "office", catch_up, again=True)),
    ]


def _dry(name: str, place: Place) -> Callable[[Desk, Place], object]:
    return merge(name, approve=(place.live / "words").read_text("utf-8"), dry_run=True)


def _later(place: Place, child: str) -> list[Scene]:
    """Both sides write the same line; the room also voids a visit and writes into a row at home with the office."""
    with place.desk("office") as office:
        catch_up(office, place)
        children.edit(office, child, {"guardian_phone": "13900000002", "school": "红岩完小"})
        foreign, _ = records.add(office, Volunteer, {"name": "王建国"})
    with place.desk("room") as room:
        children.edit(room, child, {"guardian_phone": "13900000001", "school": "新民村小"})
        other = children.add(room, {"name": "赵一诺", "sex": "女", "remark": LONG})[0].child.id
        attachments.add_bytes(room, attachments.Owner("child", other), _picture(2), "门牌.png")
        records.void(room, Visit, records.ids(room, Visit)[0], "重复")
        with room.unit() as unit:
            insert = "INSERT INTO volunteer (id, site_id, name) VALUES (?, ?, '冒名')"
            unit.raw.execute(insert, (foreign.id, foreign.site_id))
    _bundle(place, "room", "later")
    later = merge("later")
    made = [
        _scene(place, Scene("with a question and quarantine", "merge", "office", later)),
        _scene(place, Scene("with a question, tried only", "merge", "office", _dry("later", place), keeps=True)),
    ]
    _play(place, made[0])
    return [
        *made,
        _scene(place, Scene("of a merge with a question", "undo", "office", undo)),
        _scene(place, Scene("on paper", "receipt", "office", receipt, keeps=True)),
        _scene(place, Scene("down", "export", "office", export(ROOM), exports=True)),
    ]


def _down(place: Place, child: str) -> list[Scene]:
    """The office decides; its return bundle brings the decision and the receipt."""
    with place.desk("office") as office:
        for question in questions.open_questions(office):
            questions.resolve(office, question.id, 2)
        children.edit(office, child, {"remark": LONG[::-1]})
    _bundle(place, "office", "down")
    scene = _scene(place, Scene("taken in by the room", "receipt", "room", merge("down")))
    tried = _scene(place, Scene("taken in by the room, tried only", "receipt", "room", _dry("down", place), keeps=True))
    _play(place, scene)
    return [scene, tried, _scene(place, Scene("of a return bundle", "undo", "room", undo))]


def _copies(place: Place, child: str) -> list[Scene]:
    """The room's disk was copied: two bundles carry the same number, and the office says so."""
    disk, room_folder, notes = place.base / "disk", place.live / "room", place.live / "state"
    shutil.copytree(room_folder, disk / "room", ignore=shutil.ignore_patterns("store.lock"))
    shutil.copytree(notes, disk / "state")
    with place.desk("room") as room:
        children.edit(room, child, {"grade": "三年级"})
    _bundle(place, "room", "from the one")
    _play(place, Scene("", "", "office", merge("from the one")))
    shutil.rmtree(room_folder)
    shutil.copytree(disk / "room", room_folder)
    for note in (disk / "state").iterdir():
        if str(room_folder.resolve()) in note.read_text("utf-8"):
            shutil.copy(note, notes / note.name)
    with place.desk("room") as room:
        assert not room.continued
        children.edit(room, child, {"grade": "四年级"})
    _bundle(place, "room", "from the other")
    forked = _scene(place, Scene("of a copied disk", "merge", "office", merge("from the other", CLONE)))
    _play(place, forked)
    _bundle(place, "office", "parting")
    parting = _scene(place, Scene("that parts two copies", "receipt", "room", merge("parting")))
    _play(place, parting)
    return [forked, parting]


def _erasure(place: Place, child: str) -> list[Scene]:
    """The room erases a child, and the office learns of it."""
    with place.desk("room") as room:
        erasing.erase(room, child, PASSWORD)
    _bundle(place, "room", "erased")
    scene = _scene(place, Scene("that erases", "merge", "office", merge("erased", allow_voids=True)))
    _play(place, scene)
    return [scene]


def _stack(place: Place, child: str) -> list[Scene]:
    """Several bundles handed in at once share a transaction; where one has to wait, each goes in by itself."""
    place.put_back("of the first merge")
    for name in ("one", "two", "three"):
        with place.desk("room") as room:
            children.edit(room, child, {"grade": f"{name} 年级"})
            if name == "three":
                for visit in records.ids(room, Visit):
                    records.void(room, Visit, visit, "重复")
                for pairing in records.ids(room, Pairing):
                    records.void(room, Pairing, pairing, "重复")
                records.void(room, Volunteer, records.ids(room, Volunteer)[0], "重复")
        _bundle(place, "room", name)
    also = ((stack("one"), False), (stack("two"), True))
    return [
        _scene(place, Scene("of several bundles", "merge", "office", stack("one", "two"), also=also)),
        _scene(place, Scene("of several, one waits", "merge", "office", stack("one", "two", "three"), also=also)),
    ]


def sentence(error: BaseException) -> str | None:
    """What the person is told, in Chinese; None for a fault of ours."""
    if not isinstance(error, CareHubError):
        return None
    from carehub import resources

    told = resources.texts().error(error)
    return told if any("\u4e00" <= c <= "\u9fff" for c in told) else None
