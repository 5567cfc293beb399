"""What an attacker can still do. Each test shows the harm and is expected to fail; mended, it turns red and moves to
the corpus. Nobody should believe that there is nothing left.

    .venv/bin/python -m pytest tests/hostile/test_weaknesses.py -n 0 -rx     lists them
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from carehub.domain.people import Child
from carehub.services import children, records
from carehub.services.merging import Merged, merge
from carehub.sync import outgoing

from ..conftest import drive
from ..sync.sticks import history
from .craft import Forgery, change
from .stage import Stage


@pytest.fixture
def office(stage: Stage) -> Iterator[object]:
    """The township's desk, thrown away afterwards."""
    yield stage.desk("township")
    stage.strike("township")


def hand_in(stage: Stage, stick: Path, *files: bytes, to: str = "township") -> list[Merged]:
    """Takes files in, one after the other."""
    results: list[Merged] = []
    for n, data in enumerate(files):
        file = stick / f"{n}.carebundle"
        file.write_bytes(data)
        results += drive(merge(stage.desk(to), [file]))
    return results


@pytest.mark.xfail(strict=True, reason="the former home of a moved child can say it did not know, and pull it back")
def test_a_moved_child_stays_where_the_office_put_it(stage: Stage, office: object, tmp_path: Path) -> None:
    desk, room = stage.desk("township"), stage.room
    told = change(room, 1, "child", stage.moved, {"site_id": room.site}, stage.unmoved_seen, at=2_398_000_000_000)
    assert hand_in(stage, tmp_path, Forgery(stage, "room", "township").says(told).bytes())[0].status == "merged"
    assert records.get(desk, Child, stage.moved).site_id == stage.victim.site


@pytest.mark.xfail(strict=True, reason="the former home of a moved child can say it did not know, and erase it")
def test_a_moved_child_is_not_erased_by_its_former_home(stage: Stage, office: object, tmp_path: Path) -> None:
    desk, room = stage.desk("township"), stage.room
    cells = {"erased_on": "2026-03-01", "site_id": room.site}
    told = change(room, 1, "child", stage.moved, cells, stage.unmoved_seen)
    hand_in(stage, tmp_path, Forgery(stage, "room", "township").says(told).bytes())
    assert records.get(desk, Child, stage.moved).site_id == stage.victim.site


@pytest.mark.xfail(strict=True, reason="nothing binds the author of a change to whoever signed the bundle")
def test_nobody_writes_in_the_name_of_the_offices_clerk(stage: Stage, office: object, tmp_path: Path) -> None:
    desk, room = stage.desk("township"), stage.room
    told = change(
        room, 1, "child", stage.child, {"school": "甲"}, {room.replica: room.last_seq}, author=stage.township.user
    )
    hand_in(stage, tmp_path, Forgery(stage, "room", "township").says(told).bytes())
    newest = history(desk, stage.child)[0]
    assert newest["site"] != "石桥镇"


@pytest.mark.xfail(strict=True, reason="whoever knows a child's id can add rows to its file at the office")
def test_a_room_adds_nothing_to_another_rooms_child(stage: Stage, office: object, tmp_path: Path) -> None:
    desk, room = stage.desk("township"), stage.room
    cells = {"child_id": stage.other_child, "name": "冒名", "is_guardian": 1, "site_id": room.site}
    told = change(room, 1, "family_member", "01a20f2b-0000-7000-8000-00000000000a", cells)
    hand_in(stage, tmp_path, Forgery(stage, "room", "township").says(told).bytes())
    family = children.read(desk, [stage.other_child])[0].family
    assert "冒名" not in [member.name for member in family]


@pytest.mark.xfail(strict=True, reason="a replica's name is nobody's until its first bundle: who comes first has it")
def test_a_new_room_is_not_locked_out_by_one_who_saw_its_stick(stage: Stage, office: object, tmp_path: Path) -> None:
    thief = Forgery(stage, "room", "township").says().with_header(replica=stage.newcomer.replica, span=(0, 0))
    assert hand_in(stage, tmp_path, thief.bytes())[0].status == "merged"
    file = tmp_path / "honest.carebundle"
    file.write_bytes(Forgery(stage, "newcomer", "township").bytes())
    (result,) = drive(merge(stage.desk("township"), [file], approve=stage.newcomer.words))
    assert result.status == "merged"


@pytest.mark.xfail(strict=True, reason="a bundle's id is believed before it is looked whose bundle had it")
def test_a_bundle_is_not_taken_for_an_old_one_because_somebody_used_its_id(
    stage: Stage, office: object, tmp_path: Path
) -> None:
    honest = Forgery(stage, "victim", "township").says(
        change(stage.victim, 1, "child", stage.other_child, {"school": "甲"})
    )
    thief = Forgery(stage, "room", "township").says().with_header(bundle=honest.header["bundle"])
    assert [r.status for r in hand_in(stage, tmp_path, thief.bytes(), honest.bytes())] == ["merged", "merged"]


@pytest.mark.xfail(strict=True, reason="any approved room makes the office go on as a new replica, again and again")
def test_a_room_cannot_make_the_office_begin_anew(stage: Stage, office: object, tmp_path: Path) -> None:
    told = change(stage.room, 1, "child", stage.child, {"name": "x"}, replica=stage.township.replica, seq=9999)
    hand_in(stage, tmp_path, Forgery(stage, "room", "township").says(told).bytes())
    desk = stage.desk("township")
    with desk.store.reading() as session:
        found = desk.store.raw(session).execute("SELECT replica FROM writer").fetchone()
    assert found == (stage.township.replica,)


@pytest.mark.xfail(strict=True, reason="only one bundle is counted, not what a site voids in many")
def test_many_voids_in_many_bundles_ask_as_well(stage: Stage, office: object, tmp_path: Path) -> None:
    rows = [f"01a20f2b-0000-7000-8000-{n:012x}" for n in range(50)]
    mine, end = stage.room, stage.room.letters["township"].header.span[1]
    made = [change(mine, n + 1, "child", r, {"name": "x", "site_id": mine.site}) for n, r in enumerate(rows)]
    files = [Forgery(stage, "room", "township").says(*made).bytes()]
    for part in range(10):
        told = [
            change(mine, 100 + n, "child", rows[n], {"voided_on": "2026-03-01"}, {mine.replica: mine.last_seq + n + 1})
            for n in range(part * 5, part * 5 + 5)
        ]
        forged = Forgery(stage, "room", "township").says(*told)
        files.append(forged.with_header(number=3 + part, span=(end, end)).bytes())
    assert "waiting" in [r.status for r in hand_in(stage, tmp_path, *files)]


@pytest.mark.xfail(strict=True, reason="whoever knows the hash of a picture and names it as his own is given its bytes")
def test_a_room_gets_no_other_rooms_picture_by_its_hash(stage: Stage, office: object, tmp_path: Path) -> None:
    picture, row = b"\xff\xd8 of another room's child", "01a20f2b-0000-7000-8000-00000000000{}"
    name = hashlib.sha256(picture).hexdigest()
    told = {"owner": "child", "title": "照片", "media": "image/jpeg", "sha256": name}
    theirs = {**told, "owner_id": stage.other_child, "site_id": stage.victim.site}
    honest = Forgery(stage, "victim", "township").says(change(stage.victim, 1, "attachment", row.format(1), theirs))
    mine = {**told, "owner_id": stage.child, "site_id": stage.room.site}
    thief = Forgery(stage, "room", "township").says(change(stage.room, 1, "attachment", row.format(2), mine))
    thief.carries((name, None)).with_opening(wanted=[name])
    files = (honest.carries((name, picture)).bytes(), thief.bytes())
    assert [r.status for r in hand_in(stage, tmp_path, *files)] == ["merged", "merged"]
    desk = stage.desk("township")
    with desk.store.unit(desk.user.id) as unit:
        assert outgoing.compose_down(unit.raw, "0001", stage.room.site).header.payload.blob_size == 0
