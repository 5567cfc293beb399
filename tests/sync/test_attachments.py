"""Photos and scans on their way between sites. What a user would lose: the picture of a child, the scan of a paper that
exists once, or the promise that an erased child is in no picture anywhere."""

import io
import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PIL import Image

from carehub.domain.care import Visit
from carehub.domain.errors import NotFound, Refused
from carehub.services import attachments, children, erasing, merging, opening, quarantine, records, transfers
from carehub.services.attachments import Owner
from carehub.services.desk import Desk
from carehub.services.files import open_file, write_new_blocks
from carehub.store import schema
from carehub.sync import blobs, bundle, links, outgoing, spool
from carehub.sync import payload as payloads

from ..conftest import PASSWORD
from ..hostile.trial import Peak
from ..vectors.actors import Site, an_id
from .levels import DISTRICT, Tree, check, take
from .sticks import export
from .test_laptops import Laptop, pair, replaced

__all__ = ["pair"]  # a fixture

ROOM, TOWN, OTHER = "新民村", "石桥镇", "红岩村"


@pytest.fixture
def tree(make_store: Callable[..., opening.NewStore], tmp_path: Path) -> Tree:
    return Tree(make_store, tmp_path)


def picture(colour: int) -> bytes:
    """A small picture, another for each number."""
    out = io.BytesIO()
    Image.new("RGB", (40 + colour, 30), (colour, 90, 200)).save(out, "PNG")
    return out.getvalue()


def child_with_pictures(desk: Desk, colour: int = 1) -> tuple[str, list[str]]:
    """A child with a photo and a visit with a scan: the child's id, and the hashes of both."""
    child = children.add(desk, {"name": "徐𫖯", "sex": "男"})[0].child.id
    visit, _ = records.add(desk, Visit, {"child_id": child, "done_on": "2026-10-20"})
    photo, _ = attachments.add_bytes(desk, Owner("child", child), picture(colour), "照片.png")
    attachments.set_photo(desk, photo.id)
    scan, _ = attachments.add_bytes(desk, Owner("visit", visit.id), picture(colour + 1), "走访表.png")
    return child, [str(photo.sha256), str(scan.sha256)]


def held(desk: Desk) -> set[str]:
    """The hashes of all bytes a store keeps."""
    with desk.store.reading() as session:
        return {name for (name,) in desk.store.raw(session).execute("SELECT sha256 FROM blob")}


def sees(desk: Desk, child: str) -> list[tuple[str, bytes]]:
    """What a desk shows of a child's own pictures and of those of its visits."""
    visits = records.ids(desk, Visit)
    owners = [Owner("child", child), *(Owner("visit", visit) for visit in visits)]
    found = [attachment for owner in owners for attachment in attachments.of(desk, owner)]
    return [(str(a.title), attachments.read(desk, a)) for a in found]


def test_pictures_reach_township_and_district(tree: Tree) -> None:
    tree.join()
    child, hashes = child_with_pictures(tree[ROOM])
    whole = sees(tree[ROOM], child)
    assert [title for title, _ in whole] == ["照片", "走访表"]
    tree.round()
    for name in (TOWN, DISTRICT):
        assert sees(tree[name], child) == whole
        photo = attachments.photo_of(tree[name], child)
        assert photo
        assert photo.sha256 == hashes[0]
    for name, desk in tree.desks.items():
        assert check(desk) == []
        assert held(desk) == (set(hashes) if name in (ROOM, TOWN, DISTRICT) else set()), name


def test_the_office_adds_a_picture_and_it_comes_down(tree: Tree) -> None:
    tree.join()
    child, hashes = child_with_pictures(tree[ROOM])
    tree.round()
    made, _ = attachments.add_bytes(tree[TOWN], Owner("child", child), picture(9), "公示.png")
    tree.down(ROOM)
    assert attachments.read(tree[ROOM], attachments.get(tree[ROOM], made.id))
    assert held(tree[ROOM]) == {*hashes, str(made.sha256)}
    assert held(tree[OTHER]) == set()


def test_what_is_not_receipted_is_sent_again(tree: Tree) -> None:
    """The stick was lost on its way."""
    tree.join()
    _, hashes = child_with_pictures(tree[ROOM])
    export(tree[ROOM], tree.stick)
    assert held(tree[TOWN]) == set()
    tree.up(ROOM)
    assert held(tree[TOWN]) == set(hashes)


def test_a_moved_child_takes_its_pictures_along(tree: Tree) -> None:
    tree.join()
    child, hashes = child_with_pictures(tree[ROOM])
    tree.round()
    transfers.transfer(tree[TOWN], child, OTHER)
    late, _ = attachments.add_bytes(tree[ROOM], Owner("child", child), picture(7), "不知已转走.png")
    tree.round()
    tree.round()
    assert held(tree[OTHER]) == {*hashes, str(late.sha256)}
    assert len(sees(tree[OTHER], child)) == 3
    assert {a.site_id for a in attachments.of(tree[TOWN], Owner("child", child))} == {tree[OTHER].site.id}
    for desk in tree.desks.values():
        assert check(desk) == []


def test_a_replaced_laptop_gets_its_pictures_back(tree: Tree, make_store: Any, tmp_path: Path) -> None:
    tree.join()
    child, hashes = child_with_pictures(tree[ROOM])
    tree.round()
    with replaced(tree, make_store, tmp_path, ROOM) as (_, new):
        first = export(new.desk, tree.stick)
        assert take(tree[TOWN], first, approve=" ".join(new.words)).status == "merged"
        assert take(new.desk, export(tree[TOWN], tree.stick, new.desk.site.id)).status == "merged"
        assert held(new.desk) == set(hashes)
        assert len(sees(new.desk, child)) == 2
        assert check(new.desk) == []


def test_two_laptops_of_a_room_show_each_others_pictures(
    pair: tuple[Desk, Laptop, Laptop, str], tmp_path: Path
) -> None:
    office, one, two, child = pair
    for n, laptop in enumerate((one, two)):
        with laptop.open() as desk:
            attachments.add_bytes(desk, Owner("child", child), picture(n), f"{n}.png")
    for laptop in (one, two):
        assert laptop.up(office, tmp_path / "stick").status == "merged"
    for laptop in (one, two):
        assert laptop.down(office, tmp_path / "stick").status == "merged"
        with laptop.open() as desk:
            assert {title for title, _ in sees(desk, child)} == {"0", "1"}
            assert check(desk) == []


def test_an_erased_child_is_in_no_picture_anywhere(tree: Tree) -> None:
    """But another child's picture of the same bytes stays."""
    tree.join()
    child, (photo, scan) = child_with_pictures(tree[ROOM])
    twin = children.add(tree[ROOM], {"name": "周小满"})[0].child.id
    attachments.add_bytes(tree[ROOM], Owner("child", twin), picture(2), "同一张.png")
    tree.round()
    assert held(tree[DISTRICT]) == {photo, scan}
    erasing.erase(tree[ROOM], child, PASSWORD)
    assert held(tree[ROOM]) == {scan}
    tree.round()
    for name in (ROOM, TOWN, DISTRICT):
        assert held(tree[name]) == {scan}, name
        assert check(tree[name]) == []
        assert sees(tree[name], twin)[0][0] == "同一张"


def test_an_old_bundle_does_not_bring_an_erased_picture_back(tree: Tree) -> None:
    tree.join()
    child, _ = child_with_pictures(tree[ROOM])
    stale = export(tree[ROOM], tree.stick)
    tree.up(ROOM)
    erasing.erase(tree[TOWN], child, PASSWORD)
    assert held(tree[TOWN]) == set()
    take(tree[TOWN], stale, allow_voids=True)
    assert held(tree[TOWN]) == set()


def test_undoing_a_merge_takes_its_pictures_away_and_they_can_come_again(tree: Tree) -> None:
    tree.join()
    first, hashes = child_with_pictures(tree[ROOM])
    tree.up(ROOM)
    attachments.add_bytes(tree[ROOM], Owner("child", first), picture(1), "又一次.png")
    more, _ = attachments.add_bytes(tree[ROOM], Owner("child", first), picture(50), "新的.png")
    tree.up(ROOM)
    assert held(tree[TOWN]) == {*hashes, str(more.sha256)}
    merging.undo(tree[TOWN])
    assert held(tree[TOWN]) == set(hashes)
    assert check(tree[TOWN]) == []
    tree.up(ROOM)
    assert held(tree[TOWN]) == {*hashes, str(more.sha256)}


def test_a_trial_run_keeps_nothing(tree: Tree) -> None:
    tree.join()
    child_with_pictures(tree[ROOM])
    take(tree[TOWN], export(tree[ROOM], tree.stick), dry_run=True)
    assert held(tree[TOWN]) == set()


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bundles with room for one of the small pictures only."""
    monkeypatch.setattr(blobs, "LIMIT_BLOBS", 1000)


def test_what_has_no_room_is_shown_as_not_here_yet_and_comes_later(tree: Tree, narrow: None) -> None:
    """The visits of a whole year must not wait for the pictures of a whole year."""
    tree.join()
    child, _ = child_with_pictures(tree[ROOM], 1)
    for n in range(3, 7):
        attachments.add_bytes(tree[ROOM], Owner("child", child), picture(n), f"{n}.png")
    every = held(tree[ROOM])
    assert all(600 < len(data) < 1000 for _, data in sees(tree[ROOM], child))
    tree.up(ROOM)
    assert len(attachments.of(tree[TOWN], Owner("child", child))) == 5
    assert len(held(tree[TOWN])) == 1
    missing = [a for a in attachments.of(tree[TOWN], Owner("child", child)) if not attachments.is_here(tree[TOWN], a)]
    with pytest.raises(NotFound) as told:
        attachments.read(tree[TOWN], missing[0])
    assert told.value.message == attachments.NOT_HERE
    assert check(tree[TOWN]) == []
    for trip in range(2, 7):
        tree.down(ROOM)
        tree.up(ROOM)
        assert len(held(tree[TOWN])) == trip
    assert held(tree[TOWN]) == every
    for _ in range(7):
        tree.round()
    assert held(tree[DISTRICT]) == every
    with tree[ROOM].store.reading() as session:
        assert links.wanted_by(tree[ROOM].store.raw(session), tree[TOWN].site.id) == []


def test_bytes_that_were_lost_are_asked_for_and_come_back(tree: Tree) -> None:
    """From above and from below; the store that lost them says so."""
    tree.join()
    child, hashes = child_with_pictures(tree[ROOM])
    tree.round()
    lose(tree[ROOM])
    assert len(check(tree[ROOM])) == 2
    tree.up(ROOM)
    tree.down(ROOM)
    assert held(tree[ROOM]) == set(hashes)
    assert check(tree[ROOM]) == []
    lose(tree[TOWN])
    tree.down(ROOM)
    tree.up(ROOM)
    assert held(tree[TOWN]) == set(hashes)
    assert len(sees(tree[TOWN], child)) == 2


def lose(desk: Desk) -> None:
    with desk.store.unit(desk.user.id) as unit:
        unit.raw.execute("DELETE FROM blob")


def test_nobody_gets_a_picture_by_asking_for_what_is_not_his(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    tree.join()
    _, hashes = child_with_pictures(tree[ROOM])
    tree.round()
    monkeypatch.setattr(blobs, "missing", lambda connection, homes=None: sorted(hashes))
    tree.up(OTHER)
    monkeypatch.undo()
    tree.down(OTHER)
    assert held(tree[OTHER]) == set()
    assert held(tree[TOWN]) == set(hashes)


def test_a_picture_put_aside_keeps_its_bytes_until_it_is_confirmed(
    circle: tuple[Desk, opening.NewStore], tmp_path: Path
) -> None:
    """The office is put back to before it added a picture; its room hands it back, and a person confirms it."""
    office, new = circle
    room = new.desk
    child, hashes = child_with_pictures(room)
    words = " ".join(opening.own_words(room))
    assert take(office, export(room, tmp_path), approve=words).status == "merged"
    copy = tmp_path / "kept"
    office.store.back_up(copy)
    added, _ = attachments.add_bytes(office, Owner("child", child), picture(30), "办公室补的.png")
    take(room, export(office, tmp_path, room.site.id))
    assert str(added.sha256) in held(room)
    folder = office.store.folder
    office.store.close()
    shutil.rmtree(folder)
    shutil.copytree(copy, folder)
    office = opening.sign_in(folder, PASSWORD)
    try:
        take(office, export(room, tmp_path))
        take(room, export(office, tmp_path, room.site.id))
        take(office, export(room, tmp_path))
        (waiting,) = quarantine.waiting(office)
        assert held(office) == {*hashes, str(added.sha256)}
        assert check(office) == []
        quarantine.release(office, waiting.replica, waiting.seq)
        assert attachments.read(office, attachments.get(office, added.id))
    finally:
        office.close()


def test_check_finds_bytes_that_changed_and_bytes_that_belong_to_nothing(desk: Desk) -> None:
    child_with_pictures(desk)
    with desk.store.unit(desk.user.id) as unit:
        unit.raw.execute("UPDATE blob SET bytes = x'ffd8' WHERE n = 1")
        blobs.add(unit.raw, b"nobody's")
    assert len(check(desk)) == 2


# Memory


def noise(n: int, size: int = 1 << 20) -> bytes:
    return os.urandom(size - 1) + bytes([n % 256])


@pytest.fixture
def no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even small payloads go through a file and are unsealed as a stream."""
    monkeypatch.setattr(spool, "IN_MEMORY", 1000)
    monkeypatch.setattr(payloads, "IN_MEMORY", 1000)


def room_with(count: int) -> tuple[Site, Site]:
    office = Site(1, "township", "石桥镇")
    room = Site(2, "room", "新民村", office)
    for n in range(count):
        name = blobs.add(room.db, noise(n))
        room.write("attachment", an_id("attachment", n + 1), owner="site", owner_id=room.id, sha256=name, title=f"{n}")
    return office, room


def test_streams_say_the_same_as_memory(no_memory: None) -> None:
    """Both ways of reading, up and down, with everything refused that is refused in memory."""
    office, room = room_with(3)
    taken = office.take(room.up())
    assert taken
    assert taken.changes == 6
    office.write("attachment", an_id("attachment", 1), title="新标题")
    back = room.take(office.down(room))
    assert back
    assert back.status == "merged"
    assert len(blobs.unnamed(office.db)) == 0
    assert len(blobs.missing(office.db)) == 0


def test_a_stream_that_ends_early_or_is_not_for_here_leaves_no_thread(no_memory: None) -> None:
    office, room = room_with(3)
    before = threading.active_count()
    sealed = bundle.unpack(room.up())
    reading = payloads.open_payload(sealed, office.identity.keys).changes()
    next(reading)
    reading.close()
    thief = Site(3, "township", "平安镇").identity.keys
    claimed = msgspec.structs.replace(sealed.header, recipients=[bundle.Recipient(thief.seal_key, "x")])
    with pytest.raises(Refused) as refused:
        payloads.open_payload(bundle.Sealed(claimed, "", sealed.payload), thief)
    assert refused.value.message == bundle.FOR_ANOTHER
    assert threading.active_count() == before


def peaks(count: int, folder: Path) -> tuple[int, int, int]:
    """The size of a bundle with so many megabytes of pictures; how much more memory writing it took, and reading it."""
    office, room = room_with(count)
    watch = Peak()
    made = outgoing.compose_up(room.db, schema.REVISION, folder)
    file = write_new_blocks(folder, "stick", bundle.SUFFIX, made.packed.blocks)
    writing, size = watch.grown(), made.packed.size
    del made
    watch = Peak()
    with open_file(file, bundle.LIMIT_FILE) as handle:
        sealed = bundle.unpack(handle, folder)
    content, seen = payloads.open_payload(sealed, office.identity.keys), []
    for _ in content.changes(lambda name, data: seen.append(name)):
        pass
    assert len(seen) == count
    return size, writing, watch.grown()


@pytest.mark.skipif(
    not Path("/proc/self/clear_refs").exists(), reason="only Linux tells how much memory was held at most"
)
def test_a_bundle_of_pictures_takes_no_more_memory_than_a_small_one(tmp_path: Path) -> None:
    """A village laptop has 4 GB, and a bundle up to 200 MB of pictures."""
    peaks(12, tmp_path)
    small, large = peaks(12, tmp_path), peaks(72, tmp_path)
    print(f"\nbytes, more while writing, more while reading: {small}, {large}")
    assert large[0] - small[0] > 50 << 20
    assert large[1] - small[1] < 25 << 20
    assert large[2] - small[2] < 25 << 20
    assert list(tmp_path.glob("*")) == list(tmp_path.glob("*.carebundle")), "something was left beside the store"
