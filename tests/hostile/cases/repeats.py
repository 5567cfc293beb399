"""The same once more, and the same made to look new."""

import io
import zipfile

from carehub.sync import bundle, incoming, merge

from ..craft import Forgery, change, zip_of
from ..stage import Stage
from ..trial import already, case, inert, merged, refused, waiting


def room(stage: Stage) -> Forgery:
    return Forgery(stage, "room", "township")


def _next(stage: Stage) -> Forgery:
    """The room's bundle after the next: an edit more."""
    end = stage.room.letters["township"].header.span[1]
    edit = change(stage.room, 1, "child", stage.child, {"school": "乙"}, {stage.room.replica: stage.room.last_seq})
    return room(stage).says(edit).with_header(number=3, span=(end, end + 1))


@case("repeat: the same file", already())
def _same(stage: Stage) -> list[bytes]:
    one = room(stage).bytes()
    return [one, one]


@case("repeat: the same sealed anew", already())
def _sealed_anew(stage: Stage) -> list[bytes]:
    """The same bundle id under new encryption: the first that came is the one that counts."""
    first, again = room(stage), room(stage)
    again.header["bundle"] = first.header["bundle"]
    return [first.bytes(), again.bytes()]


@case("repeat: the same id with other content", already())
def _same_id(stage: Stage) -> list[bytes]:
    first = room(stage)
    return [first.bytes(), _next(stage).with_header(bundle=first.header["bundle"]).bytes()]


@case("repeat: zipped anew by another program", refused(bundle.ALTERED))
def _rezipped(stage: Stage) -> list[bytes]:
    one = room(stage).bytes()
    with zipfile.ZipFile(io.BytesIO(one)) as archive:
        members = [(i.filename, archive.read(i)) for i in archive.infolist()]
    for name, _ in members:
        assert name in bundle.MEMBERS
    info = [zipfile.ZipInfo(name, (2026, 3, 1, 0, 0, 0)) for name, _ in members]
    return [one, zip_of(zip(info, (data for _, data in members), strict=True))]


@case("repeat: an old number under a new id", refused(merge.CLONE, "fork"))
def _old_number(stage: Stage) -> list[bytes]:
    return [room(stage).bytes(), _next(stage).with_header(number=2).bytes()]


@case("repeat: an older bundle after a newer one", already())
def _older(stage: Stage) -> list[bytes]:
    before, end = stage.room.letters["township"].header.span
    newer = _next(stage).with_header(span=(before, end + 1))
    newer.lines = room(stage).lines + newer.lines
    return [newer.bytes(), room(stage).bytes()]


@case("repeat: an older bundle that was never handed in", merged("change", "child"))
def _late(stage: Stage) -> list[bytes]:
    """Nothing says that it is forged: a stick that lay in a drawer."""
    early = room(stage).says(change(stage.room, 9, "child", stage.child, {"grade": "三年级"})).with_header(number=2)
    before, end = stage.room.letters["township"].header.span
    later = _next(stage).with_header(span=(before, end + 1))
    return [later.bytes(), early.bytes()]


@case("repeat: all known changes under a new number", inert())
def _known(stage: Stage) -> list[bytes]:
    end = stage.room.letters["township"].header.span[1]
    return [room(stage).bytes(), room(stage).with_header(number=3, span=(end, end)).bytes()]


@case("repeat: signed by another room", refused(bundle.ALTERED))
def _resigned(stage: Stage) -> bytes:
    """The victim's bundle, payload and all, under the room's own signature."""
    stolen = Forgery(stage, "victim", "township")
    _, _, payload = stolen.parts()
    forged = Forgery(stage, "room", "township")
    forged.payload = lambda _: payload
    told = stolen.letter.header
    return forged.with_header(recipients=list(told.recipients), replica=told.replica).bytes()


@case("repeat: another room's changes as its own", merged("change", "child"))
def _copied(stage: Stage) -> bytes:
    """What the room itself may write it may also write under another replica's name that nobody knows yet."""
    edit = change(stage.room, 1, "child", stage.child, {"school": "甲"}, replica="f" * 16, seq=1)
    return room(stage).says(edit).bytes()


@case("repeat: the office's bundle for another room", refused(incoming.STRANGER))
def _sideways(stage: Stage) -> bytes:
    """Handed in at the office as if the office were a room."""
    forged = Forgery(stage, "township", "room")
    forged.by, forged.keys = stage.room, stage.room.keys
    return forged.with_header(signer=stage.room.certificate).with_opening(signer=stage.room.site).bytes()


@case("repeat: the office's own bundle comes back", refused(incoming.OWN))
def _own(stage: Stage) -> bytes:
    return Forgery(stage, "township", "room").bytes()


@case("repeat: meant for the office below", refused(bundle.FOR_ANOTHER), to="room")
def _for_victim(stage: Stage) -> bytes:
    return Forgery(stage, "township", "victim").bytes()


@case("repeat: a room's bundle taken to the district", refused(incoming.STRANGER), to="district")
def _too_high(stage: Stage) -> bytes:
    """The district can open it, for emergencies; it does not take it in past the township."""
    return room(stage).bytes()


@case("repeat: a room's bundle taken to another room", refused(incoming.STRANGER), to="victim")
def _to_neighbour(stage: Stage) -> bytes:
    return room(stage).bytes()


@case("repeat: one bundle missing in between", waiting(incoming.GAP))
def _gap(stage: Stage) -> bytes:
    return _next(stage).bytes()
