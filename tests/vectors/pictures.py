"""Vectors with attachments: what their bundles carry besides changes, and what must not come in."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from carehub.sync import blobs
from carehub.sync import payload as payloads
from carehub.sync.change import Cell

from .actors import Site, an_id, resealed
from .make import Story

CHILD, VOLUNTEER = an_id("child", 1), an_id("volunteer", 1)
PHOTO, SCAN, SHARED, ADDED = (an_id("attachment", n) for n in (1, 2, 3, 4))


def picture(n: int, size: int) -> bytes:
    """Bytes that stand for a picture: line ends, nulls and all else are in them."""
    return b"".join(hashlib.sha256(b"%d %d" % (n, k)).digest() for k in range(size // 32 + 1))[:size]


ONE, TWO = picture(1, 700), picture(2, 333)
H1, H2 = (hashlib.sha256(data).hexdigest() for data in (ONE, TWO))


def _attach(site: Site, row: str, owner: tuple[str, str], data: bytes, title: str, home: str = "") -> None:
    name = blobs.add(site.db, data)
    site.write("attachment", row, **_cells(home or site.id, owner, name, len(data), title))


def _cells(home: str, owner: tuple[str, str], name: str, size: int, title: str) -> dict[str, Cell]:
    return {
        "site_id": home, "owner": owner[0], "owner_id": owner[1], "title": title, "media": "image/jpeg",
        "sha256": name, "size": size,
    }  # fmt: skip


def attachments() -> Story:
    story = Story("Two rows share a picture, one has its own; two are erased; the office adds one, which comes down.")
    office = story.site("township", "石桥镇")
    room = story.site("room", "新民村", office)
    child, volunteer = ("child", CHILD), ("volunteer", VOLUNTEER)
    room.write("child", CHILD, name="王大明")
    room.write("volunteer", VOLUNTEER, name="李秀英")
    _attach(room, PHOTO, child, ONE, "照片")
    _attach(room, SCAN, volunteer, TWO, "扫描件")
    _attach(room, SHARED, volunteer, ONE, "同一张")
    both = {H1: len(ONE), H2: len(TWO)}
    office.take(story.add(room.up(), "up", number=1, span=(0, 8), changes=8, attached=both))
    room.erase("volunteer", VOLUNTEER)
    office.take(story.add(room.up(), "erased-up", number=2, span=(0, 11), changes=11, attached={H1: len(ONE)}))
    _attach(office, ADDED, child, TWO, "补的照片", room.id)
    story.add(office.down(room), "down", number=1, span=(0, 13), changes=3, attached={H2: len(TWO)})
    story.row("child", CHILD, site_id=room.id, name="王大明")
    story.row("attachment", PHOTO, **_cells(room.id, child, H1, len(ONE), "照片"))
    story.row("attachment", ADDED, **_cells(room.id, child, H2, len(TWO), "补的照片"))
    for table, row in (volunteer, ("attachment", SCAN), ("attachment", SHARED)):
        story.erased(table, row, room)
    return story


def left_for_later() -> Story:
    story = Story("A bundle leaves one of two pictures for later; the office asks for it; the next one brings it.")
    office = story.site("township", "石桥镇")
    room = story.site("room", "新民村", office)
    child = ("child", CHILD)
    room.write("child", CHILD, name="王大明")
    _attach(room, PHOTO, child, ONE, "照片")
    _attach(room, SCAN, child, TWO, "扫描件")
    with _room_for(len(ONE)):
        data = room.up()
    office.take(story.add(data, "up", number=1, span=(0, 6), changes=6, attached={H1: len(ONE), H2: None}))
    room.take(story.add(office.down(room), "down", number=1, span=(0, 7), changes=2, wanted=[H2]))
    story.add(room.up(), "asked-up", number=2, span=(6, 7), changes=1, attached={H2: len(TWO)})
    story.row("child", CHILD, site_id=room.id, name="王大明")
    story.row("attachment", PHOTO, **_cells(room.id, child, H1, len(ONE), "照片"))
    story.row("attachment", SCAN, **_cells(room.id, child, H2, len(TWO), "扫描件"))
    return story


@contextmanager
def _room_for(size: int) -> Iterator[None]:
    """Bundles made meanwhile have room for so many bytes of attachments only."""
    whole, blobs.LIMIT_BLOBS = blobs.LIMIT_BLOBS, size
    try:
        yield
    finally:
        blobs.LIMIT_BLOBS = whole


Blobs = list[payloads.Blob]
SPOILT: tuple[tuple[str, str, Callable[[Blobs], Blobs], dict[str, int]], ...] = (
    ("missing", "attachments", lambda b: b[:1], {}),
    ("twice", "attachments", lambda b: [b[0], *b], {}),
    ("in-disorder", "attachments", lambda b: b[::-1], {}),
    ("nobody-named-it", "attachments", lambda b: sorted([*b, (hashlib.sha256(b"x").hexdigest(), b"x")]), {}),
    ("other-bytes", "attachments", lambda b: [b[0], (b[1][0], b"another picture")], {}),
    ("empty", "attachments", lambda b: [b[0], (b[1][0], b"")], {}),
    ("too-large", "attachments", lambda b: [b[0], (b[1][0], bytes((2 << 20) + 1))], {}),
    ("one-less-told", "attachments", lambda b: b, {"blobs": 1}),
    ("one-more-told", "attachments", lambda b: b, {"blobs": 3}),
    ("fewer-bytes-than-told", "attachments", lambda b: [b[0], (b[1][0], None)], {"blob_size": 1000}),
    ("beyond-all-limits", "size", lambda b: b, {"blob_size": (200 << 20) + 1}),
    ("more-than-there-can-be", "header", lambda b: b, {"blobs": 1000}),
)


def refused() -> Story:
    story = Story("One bundle with two attachments, spoilt in many ways.")
    office = story.site("township", "石桥镇")
    room = story.site("room", "新民村", office)
    _attach(room, PHOTO, ("site", room.id), ONE, "照片")
    _attach(room, SCAN, ("site", room.id), TWO, "扫描件")
    story.rows.clear()
    sound, honest = room.up(), sorted([(H1, ONE), (H2, TWO)])
    for name, stage, spoil, told in SPOILT:
        story.refused(resealed(room, sound, blobs=spoil(list(honest)), payload=told), name, stage)
    return story


STORIES: dict[str, Callable[[], Story]] = {
    "18-attachments": attachments,
    "19-left-for-later": left_for_later,
    "20-attachments-refused": refused,
}
