"""The way from room to township and back, and everything that must not get in."""

import hashlib
import io
import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import msgspec
import pytest
import zstandard

from carehub.domain.errors import NotAllowed, NotFound, Refused, StoreError
from carehub.domain.office import Site
from carehub.domain.people import Child, Volunteer
from carehub.services import checking, children, handover, opening, questions, records
from carehub.services.desk import Desk
from carehub.store import queries
from carehub.sync import bundle, keys, peers

from ..conftest import PASSWORD, drive
from .sticks import export, state, take

CHILD = {"name": "徐𫖯", "sex": "男", "guardian": "姚秀志", "guardian_relation": "63", "guardian_phone": "15057339953"}
Circle = tuple[Desk, opening.NewStore]


def joined(circle: Circle, stick: Path) -> tuple[Desk, Desk, str]:
    """Office and room after the first merge, and a child's id."""
    office, new = circle
    child = children.add(new.desk, CHILD)[0].child.id
    assert take(office, export(new.desk, stick), approve=" ".join(new.words))[0].status == "merged"
    return office, new.desk, child


def test_a_new_site_waits_until_its_five_words_were_compared(circle: Circle, tmp_path: Path) -> None:
    office, new = circle
    file = export(new.desk, tmp_path)
    before = state(office, new.desk.site.id)
    (waiting,) = take(office, file)
    assert (waiting.status, waiting.words) == ("waiting", " ".join(new.words))
    (wrong,) = take(office, file, approve=" ".join(reversed(new.words)))
    assert wrong.status == "refused"
    assert state(office, new.desk.site.id) == before
    (merged,) = take(office, file, approve="，".join(new.words))
    assert merged.status == "merged"


def test_the_whole_way_with_a_question_settled_by_the_office(circle: Circle, tmp_path: Path) -> None:
    office, room, child = joined(circle, tmp_path)
    assert handover.unreceipted(room) > 0, "nothing counts as sent before a receipt"
    children.edit(room, child, {"guardian_phone": "13900000001"})
    children.edit(office, child, {"guardian_phone": "13900000002"})
    (merged,) = take(office, export(room, tmp_path))
    assert merged.conflicts == 1
    (question,) = questions.open_questions(office)
    assert {(a.value, a.author, a.site) for a in question.answers} == {
        ("13900000001", "李秀英", "新民村"), ("13900000002", "周明辉", "石桥镇"),
    }  # fmt: skip
    loser = next(a for a in question.answers if a.n == 2)
    questions.resolve(office, question.id, 2)
    (back,) = take(room, export(office, tmp_path, room.site.name))
    assert back.status == "merged"
    guardian = children.read(room, [child])[0].guardian
    assert guardian is not None
    assert guardian.phone == loser.value
    assert state(room, room.site.id) == state(office, room.site.id)
    assert questions.open_questions(room) == questions.open_questions(office) == []
    assert handover.unreceipted(room) == 0
    assert drive(checking.check(room)) == drive(checking.check(office)) == []


def test_typing_a_third_value_into_the_form_settles_the_question_too(circle: Circle, tmp_path: Path) -> None:
    office, room, child = joined(circle, tmp_path)
    children.edit(room, child, {"guardian_phone": "13900000001"})
    children.edit(office, child, {"guardian_phone": "13900000002"})
    take(office, export(room, tmp_path))
    children.edit(office, child, {"guardian_phone": "13900000003"})
    assert questions.open_questions(office) == []
    assert drive(checking.check(office)) == []


def test_taking_the_same_bundle_again_changes_nothing(circle: Circle, tmp_path: Path) -> None:
    office, room, _ = joined(circle, tmp_path)
    before = state(office, room.site.id), handover.taken(office)
    (again,) = take(office, next(tmp_path.glob("*.carebundle")))
    assert again.status == "already"
    assert (state(office, room.site.id), handover.taken(office)) == before


def test_a_dry_run_says_the_same_and_changes_nothing(circle: Circle, tmp_path: Path) -> None:
    office, new = circle
    children.add(new.desk, CHILD)
    file = export(new.desk, tmp_path)
    words = " ".join(new.words)
    (tried,) = take(office, file, approve=words, dry_run=True)
    assert handover.taken(office) == []
    assert handover.sites_below(office) == []
    (merged,) = take(office, file, approve=words)
    assert (tried.new, tried.changed, tried.changes) == (merged.new, merged.changed, merged.changes)


def test_a_gap_is_named_and_waits_then_both_go_in_any_order(circle: Circle, tmp_path: Path) -> None:
    """The office was restored from a copy that had not seen the room's first bundles."""
    office, room, child = joined(circle, tmp_path)
    take(room, export(office, tmp_path, room.site.name))  # the receipt: from now on the room starts after it
    first = next(tmp_path.glob("*新民村→*.carebundle"))
    children.edit(room, child, {"school": "红岩完小"})
    second = export(room, tmp_path)
    with office.unit() as unit:  # as after a restored backup
        unit.raw.execute("DELETE FROM intake")
        unit.raw.execute("DELETE FROM link")
    (waiting,) = take(office, second)
    assert waiting.status == "waiting"
    assert [r.status for r in take(office, second, first)] == ["merged", "merged"]
    assert state(room, room.site.id) == state(office, room.site.id)


def test_an_office_put_back_from_a_copy_is_believed_at_once(circle: Circle, tmp_path: Path) -> None:
    """Its bundles count from an older number; its receipt is the newest all the same."""
    office, room, child = joined(circle, tmp_path)
    copy = tmp_path / "copy"
    with office.store.reading() as session:
        office.store.raw(session).execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copytree(office.store.folder, copy, ignore=shutil.ignore_patterns("store.lock"))
    for school in ("红岩完小", "新民村小"):
        children.edit(room, child, {"school": school})
        take(office, export(room, tmp_path))
        take(room, export(office, tmp_path, room.site.name))
    restored = opening.sign_in(copy, PASSWORD)
    try:
        (waiting,) = take(restored, export(room, tmp_path))
        assert waiting.status == "waiting"
        take(room, export(restored, tmp_path, room.site.name))
        (merged,) = take(restored, export(room, tmp_path))
        assert merged.status == "merged"
        assert state(restored, room.site.id) == state(room, room.site.id)
    finally:
        restored.close()


def test_an_old_bundle_found_again_is_said_to_be_old(circle: Circle, tmp_path: Path) -> None:
    """A forgotten stick, upward and downward: nothing in it is news, and it says so."""
    office, room, child = joined(circle, tmp_path)
    old_up = export(room, tmp_path)
    old_down = export(office, tmp_path, room.site.name)
    children.edit(room, child, {"school": "红岩完小"})
    assert take(office, export(room, tmp_path))[0].status == "merged"
    children.edit(office, child, {"grade": "三年级"})
    assert take(room, export(office, tmp_path, room.site.name))[0].status == "merged"
    before = state(office, room.site.id), state(room, room.site.id), handover.unreceipted(room)
    assert [take(office, old_up)[0].status, take(room, old_down)[0].status] == ["already", "already"]
    assert (state(office, room.site.id), state(room, room.site.id), handover.unreceipted(room)) == before


def test_a_row_of_another_site_cannot_be_edited(circle: Circle, tmp_path: Path) -> None:
    """Else the room would show a value that no other store takes over."""
    office, room, _ = joined(circle, tmp_path)
    with pytest.raises(NotAllowed):
        records.edit(room, Site, office.site.id, {"name": "篡改"})


def test_a_header_changed_and_packed_anew_is_refused(circle: Circle, tmp_path: Path) -> None:
    """The container is sound and every checksum right; only the signature tells."""
    _, new = circle
    data = export(new.desk, tmp_path).read_bytes()
    sealed = bundle.unpack(data)
    changed = bundle.canonical(msgspec.structs.replace(sealed.header, number=99))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        signature = archive.read("header.sig")
    with pytest.raises(Refused):
        bundle.unpack(bundle._zip((changed, signature, bytes(sealed.payload))))


def test_somebody_elses_key_under_a_known_sites_name_comes_in_by_words_only(circle: Circle, tmp_path: Path) -> None:
    """A thief who knows the room's id, but not its key, makes a sound bundle of his own: as a new laptop would."""
    office, room, child = joined(circle, tmp_path)
    thief = keys.new_keys()
    with room.unit() as unit:
        mine = peers.identity(unit.raw)
        stolen = msgspec.structs.replace(mine.certificate.request, sign_key=thief.sign_key, seal_key=thief.seal_key)
        peers.save_identity(unit.raw, peers.Identity(thief, keys.certify(stolen, mine.site, thief, 1)))
    children.edit(room, child, {"school": "骗来的"})
    before = state(office, room.site.id)
    file = export(room, tmp_path)
    (waiting,) = take(office, file)
    assert waiting.status == "waiting"
    assert waiting.words
    (refused,) = take(office, file, approve=" ".join(reversed(waiting.words.split())))
    assert refused.status == "refused"
    assert state(office, room.site.id) == before


def test_a_bundle_for_another_office_is_refused(circle: Circle, make_store: Any, tmp_path: Path) -> None:
    _, new = circle
    other = make_store("township", "别的镇").desk
    (refused,) = take(other, export(new.desk, tmp_path))
    assert refused.status == "refused"
    assert handover.taken(other) == []


def test_rows_at_home_elsewhere_go_to_quarantine_and_are_named_in_the_receipt(circle: Circle, tmp_path: Path) -> None:
    office, room, _ = joined(circle, tmp_path)
    foreign, _ = records.add(office, Volunteer, {"name": "王建国"})
    with room.unit() as unit:
        unit.raw.execute(
            "INSERT INTO volunteer (id, site_id, name) VALUES (?, ?, '冒名')", (foreign.id, office.site.id)
        )
    (merged,) = take(office, export(room, tmp_path))
    assert merged.quarantined == 1
    assert records.get(office, Volunteer, foreign.id).name == "王建国"
    file = export(office, tmp_path, room.site.name)
    take(room, file)
    with room.store.reading() as session:
        from sqlalchemy import text

        body = json.loads(session.execute(text("SELECT body FROM receipt")).scalar_one())
    assert [r["row"] for r in body["refusals"]] == [foreign.id]


def test_a_full_stick_leaves_nothing_and_nothing_counts_as_sent(
    circle: Circle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, new = circle

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    stick = tmp_path / "stick"
    with pytest.raises(StoreError):
        drive(handover.export(new.desk, stick))
    assert list(stick.iterdir()) == []
    assert handover.sent(new.desk) == []


def test_an_existing_bundle_is_never_overwritten(circle: Circle, tmp_path: Path) -> None:
    """Mapeo #612: a failed import overwrote the sync file itself."""
    _, new = circle
    first = export(new.desk, tmp_path)
    told = hashlib.sha256(first.read_bytes()).digest()
    taken = first.with_name(first.name.replace("-001-", "-002-"))
    taken.write_bytes(b"somebody else's")
    second = export(new.desk, tmp_path)
    assert second != taken
    assert taken.read_bytes() == b"somebody else's"
    assert hashlib.sha256(first.read_bytes()).digest() == told


def test_stock_tools_open_the_payload(circle: Circle, tmp_path: Path) -> None:
    """In an emergency `unzip`, `age`, `zstd` and a JSON reader are enough."""
    if not shutil.which("age"):
        pytest.skip("the age command is not installed")
    office, new = circle
    child = children.add(new.desk, CHILD)[0].child.id
    file = export(new.desk, tmp_path)
    key = handover.write_identity(office, PASSWORD, tmp_path / "key.txt")
    shutil.unpack_archive(file, tmp_path / "out", "zip")
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["header.json", "header.sig", "payload.age"]
    sealed = str(tmp_path / "out" / "payload.age")
    packed = subprocess.run(["age", "-d", "-i", str(key), sealed], capture_output=True, check=True).stdout
    lines = zstandard.ZstdDecompressor().stream_reader(packed).read().splitlines()
    opening_line, *rest = [json.loads(line) for line in lines]
    assert opening_line["signer"] == new.desk.site.id
    assert {"徐𫖯"} == {c["cells"]["name"] for c in rest if c["row"] == child}


def test_the_emergency_key_needs_the_password_again(circle: Circle, tmp_path: Path) -> None:
    office, _ = circle
    with pytest.raises(NotAllowed):
        handover.write_identity(office, "falsch-99", tmp_path / "key.txt")
    assert list(tmp_path.glob("key*")) == []


def test_a_room_without_a_card_says_what_is_missing(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        drive(handover.export(desk, tmp_path / "stick"))


def test_nobody_is_named_on_the_outside(circle: Circle, tmp_path: Path) -> None:
    _, new = circle
    children.add(new.desk, CHILD)
    outside = json.dumps(handover.inspect(export(new.desk, tmp_path)), ensure_ascii=False)
    for secret in ("徐𫖯", "姚秀志", "15057339953", "李秀英"):
        assert secret not in outside


def test_search_finds_what_came_by_bundle(circle: Circle, tmp_path: Path) -> None:
    office, _, child = joined(circle, tmp_path)
    for typed in ("徐", "xu", "yxz", "9953", "15057339953"):
        assert records.ids(office, Child, queries.Wanted(search=typed)) == [child], typed


def test_a_day_that_is_none_is_put_aside(circle: Circle, tmp_path: Path) -> None:
    """Else every list and paper that reads the row would break at the office."""
    office, room, child = joined(circle, tmp_path)
    with room.unit() as unit:
        unit.raw.execute("UPDATE child SET birth_date = '2016-02-30' WHERE id = ?", (child,))
    (merged,) = take(office, export(room, tmp_path))
    assert merged.quarantined == 1
    assert records.get(office, Child, child).birth_date is None
