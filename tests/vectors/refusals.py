"""Bundles that must be refused, and at which stage (docs/bundle-format.md, “Order of checks”)."""

from collections.abc import Callable

from carehub.sync import bundle, incoming, keys
from carehub.sync.change import Change, canonical
from carehub.sync.merge import Forked

from .actors import START, Site, an_id, join, resealed, split
from .make import Story

CHILD = an_id("child", 1)


def _flip(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def _flipped_payload(data: bytes, _: Site) -> bytes:
    front, signature, payload = split(data).values()
    return join((front, signature, _flip(payload, len(payload) // 2)))


def _changed_header(data: bytes, _: Site) -> bytes:
    front, signature, payload = split(data).values()
    return join((front.replace(b'"number":1', b'"number":2'), signature, payload))


def _wide_header(data: bytes, room: Site) -> bytes:
    front, _, payload = split(data).values()
    front = front.replace(b'"number":1', b'"number": 1')
    return join((front, keys.sign(room.identity.keys, front), payload))


def _newer_format(data: bytes, room: Site) -> bytes:
    _, _, payload = split(data).values()
    front = canonical({"format": bundle.FORMAT + 1, "what": "nobody knows yet"})
    return join((front, keys.sign(room.identity.keys, front), payload))


def _other_bundle(data: bytes, room: Site) -> bytes:
    """Somebody's payload under a header of its own, rightly signed."""
    return resealed(room, data, bundle=an_id("site", 0xFFFF))


def _without_escrow(data: bytes, room: Site) -> bytes:
    told = bundle.unpack(data).header.recipients
    return resealed(room, data, recipients=[r for r in told if r.site != an_id("site", 1)])


def _without_reader(data: bytes, room: Site) -> bytes:
    told = [r for r in bundle.unpack(data).header.recipients if r.site != an_id("site", 2)]
    return resealed(room, data, opening={"recipients": told}, recipients=told)


def _bomb(data: bytes, room: Site) -> bytes:
    return resealed(room, data, payload={"plain_size": bundle.unpack(data).header.payload.plain_size - 1})


def _too_few(data: bytes, room: Site) -> bytes:
    return resealed(room, data, payload={"changes": bundle.unpack(data).header.payload.changes + 1})


def _wide_line(data: bytes, room: Site) -> bytes:
    line = canonical(Change(START, None, {"name": "王小明"}, "3" * 16, CHILD, {}, 9, "child"))
    return resealed(room, data, [line.replace(b'"seq":9', b'"seq": 9')])


def revoked() -> Story:
    story = Story("A room's keys were withdrawn; another room is told; what is signed with them comes in no more.")
    story.ordered = True
    office = story.site("township", "石桥镇")
    stolen, other = story.site("room", "新民村", office), story.site("room", "红岩村", office)
    office.take(stolen.up())
    office.take(story.add(other.up(), "other-up", number=1, span=(0, 3), changes=3))
    incoming.withdraw(office.db, stolen.id)
    story.add(office.down(other), "other-down", number=1, span=(0, 6), changes=2)
    stolen.write("child", CHILD, name="骗来的")
    story.refused(stolen.up(), "stolen-up", "sender")
    story.never_sent(("site", stolen.id), ("user", stolen.user))
    return story


def copies() -> Story:
    story = Story("A copied disk: the second copy's bundle is refused; told so, it goes on as a new replica.")
    office = story.site("township", "石桥镇")
    room = story.site("room", "新民村", office)
    room.write("child", CHILD, name="王大明")
    office.take(story.add(room.up(), "up", number=1, span=(0, 4), changes=4))
    copy = room.copy()
    copy.clock += 60_000
    room.write("child", CHILD, school="红岩完小")
    office.take(story.add(room.up(), "up", number=2, span=(0, 5), changes=5))
    copy.write("child", CHILD, school="新民村小")
    copy.write("child", CHILD, grade="一年级")
    refused = copy.up()
    story.refused(refused, "copy-up", "copies")
    _forked(office, refused)
    copy.take(story.add(office.down(room), "down", number=1, span=(0, 6), changes=6))
    story.ordered = True
    office.take(story.add(copy.up(), "copy-up", number=1, span=(0, 8), changes=6))
    story.row("child", CHILD, {"school": ["新民村小", "红岩完小"]}, site_id=room.id, name="王大明", school="新民村小",
              grade="一年级")  # fmt: skip
    return story


def _forked(office: Site, data: bytes) -> None:
    from carehub.sync import replicas

    try:
        office.take(data)
    except Forked as error:
        header = bundle.unpack(data).header
        replicas.note_fork(office.db, header.signer.site, error.replica, error.seq)
        return
    raise AssertionError("the copy was not found out")


SPOILT: tuple[tuple[str, str, Callable[[bytes, Site], bytes]], ...] = (
    ("flipped-byte", "container", lambda data, _: _flip(data, len(data) // 2)),
    ("newer-format", "format", _newer_format),
    ("wide-header", "header", _wide_header),
    ("changed-header", "signature", _changed_header),
    ("flipped-payload", "payload", _flipped_payload),
    ("not-for-reader", "recipients", _without_reader),
    ("header-mismatch", "opening", _other_bundle),
    ("stripped-recipient", "opening", _without_escrow),
    ("too-large", "size", _bomb),
    ("unbelievable", "size", lambda data, room: resealed(room, data, payload={"plain_size": 1 << 30})),
    ("backwards", "header", lambda data, room: resealed(room, data, span=[2, 1])),
    ("too-few", "lines", _too_few),
    ("wide-line", "lines", _wide_line),
)


def refused() -> Story:
    story = Story("One bundle for a township, its district and the room itself, spoilt in many ways.")
    district = story.site("district", "示范县")
    story.reader = office = story.site("township", "石桥镇", district)
    room = story.site("room", "新民村", office)
    room.write("child", CHILD, name="王大明")
    story.rows.clear()
    sound = room.up()
    for name, stage, spoil in SPOILT:
        story.refused(spoil(sound, room), name, stage)
    return story


STORIES: dict[str, Callable[[], Story]] = {"15-revoked": revoked, "16-copies": copies, "17-refused": refused}
