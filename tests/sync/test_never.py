"""What users of comparable systems lost, each line a test that would have caught it. The names in brackets are those of
the systems it happened to, in public."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from carehub.domain.care import CHECK_FIELDS, Pairing, Visit
from carehub.domain.errors import NotAllowed, Refused, StoreError
from carehub.domain.facts import facts_of
from carehub.domain.office import User
from carehub.domain.people import Child, Volunteer
from carehub.services import (
    cards,
    checking,
    children,
    drafts,
    duplicates,
    handover,
    merging,
    opening,
    printing,
    questions,
    records,
    transfers,
)
from carehub.services.desk import Desk
from carehub.store import keyring, queries
from carehub.store.queries import Wanted
from carehub.sync import bundle

from ..conftest import PASSWORD, drive
from .sticks import export, history, state, take

CHILD = {"name": "徐𫖯", "sex": "男", "guardian": "姚秀志", "guardian_relation": "63", "guardian_phone": "15057339953"}
VECTORS = Path(__file__).parents[1] / "vectors"
Circle = tuple[Desk, opening.NewStore]
MakeStore = Callable[..., opening.NewStore]


@pytest.fixture
def joined(circle: Circle, tmp_path: Path) -> tuple[Desk, Desk, str]:
    """Office and room after the first merge and its receipt, and a child's id."""
    office, new = circle
    child = children.add(new.desk, CHILD)[0].child.id
    assert take(office, export(new.desk, tmp_path), approve=" ".join(new.words))[0].status == "merged"
    take(new.desk, export(office, tmp_path, new.desk.site.id))
    return office, new.desk, child


Joined = tuple[Desk, Desk, str]


def test_never_01_the_later_upload_wins_and_nobody_is_told(joined: Joined, tmp_path: Path) -> None:
    """Primero #508."""
    office, room, child = joined
    children.edit(room, child, {"school": "红岩完小"})
    children.edit(office, child, {"school": "新民村小"})
    take(office, export(room, tmp_path))
    (question,) = questions.open_questions(office)
    assert {answer.value for answer in question.answers} == {"红岩完小", "新民村小"}
    assert all(answer.author and answer.at for answer in question.answers)


def test_never_02_a_failed_import_overwrites_the_sync_file(joined: Joined, tmp_path: Path) -> None:
    """Mapeo Desktop #612: here no file on the stick is ever written to, whatever comes of taking it in."""
    office, room, child = joined
    children.edit(room, child, {"school": "红岩完小"})
    good, bad = export(room, tmp_path / "stick"), tmp_path / "stick" / "torn.carebundle"
    bad.write_bytes(good.read_bytes()[:-7])
    before = {f: (f.read_bytes(), f.stat().st_mtime_ns) for f in (good, bad)}
    assert {r.status for r in take(office, good, bad)} == {"merged", "refused"}
    export(room, tmp_path / "stick")
    assert {f: (f.read_bytes(), f.stat().st_mtime_ns) for f in before} == before


def test_never_03_all_synced_is_said_while_records_are_missing(joined: Joined, tmp_path: Path) -> None:
    """Mapeo Mobile #872: done is said only after the receipt, and its counts add up."""
    office, room, child = joined
    children.edit(room, child, {"school": "红岩完小"})
    file = export(room, tmp_path)
    assert handover.unreceipted(room) > 0, "a bundle on the stick is not a bundle received"
    (merged,) = take(office, file)
    assert handover.unreceipted(room) > 0
    assert next(entry["receipted"] for entry in handover.sent(room)) is False
    take(room, export(office, tmp_path, room.site.id))
    assert handover.unreceipted(room) == 0
    assert next(entry["receipted"] for entry in handover.sent(room)) is True
    assert merged.changes == merged.known + merged.quarantined + 1


def test_never_04_records_are_not_sent_again_to_a_restored_server(joined: Joined, tmp_path: Path) -> None:
    """CHT #8093: the receipt says what the office holds now."""
    office, room, child = joined
    office.store.back_up(tmp_path / "backup")
    children.edit(room, child, {"school": "红岩完小"})
    take(office, export(room, tmp_path))
    take(room, export(office, tmp_path, room.site.id))
    assert handover.unreceipted(room) == 0
    restored = opening.sign_in(tmp_path / "backup", PASSWORD)
    try:
        assert restored.continued
        take(room, export(restored, tmp_path, room.site.id))
        assert handover.unreceipted(room) > 0
        take(restored, export(room, tmp_path))
        assert state(restored, room.site.id) == state(room, room.site.id)
    finally:
        restored.close()


def test_never_05_a_moved_household_stays_on_the_old_device(
    joined: Joined, make_store: MakeStore, tmp_path: Path
) -> None:
    """CHT #5701: later edits there silently failed to sync."""
    office, room, child = joined
    other = make_store("room", "红岩村", cards.write(office, tmp_path / "card2"))
    take(office, export(other.desk, tmp_path), approve=" ".join(other.words))
    transfers.transfer(office, child, other.desk.site.name)
    children.edit(room, child, {"school": "搬走前写的"})  # not knowing yet
    take(office, export(room, tmp_path))
    for desk in (room, other.desk):
        take(desk, export(office, tmp_path, desk.site.id))
    assert records.ids(room, Child) == []
    assert children.read(other.desk, [child])[0].child.school == "搬走前写的"
    assert len(history(other.desk, child)) == len(history(office, child))
    with pytest.raises(NotAllowed):
        children.edit(room, child, {"school": "不再允许"})


def test_never_06_updates_out_of_order_break_the_state(joined: Joined, tmp_path: Path) -> None:
    """ODK Central #669."""
    office, room, child = joined
    files = []
    for school in ("红岩完小", "新民村小", "中心小学"):
        children.edit(room, child, {"school": school})
        files.append(export(room, tmp_path))
    assert [r.status for r in take(office, files[2])] == ["merged"]
    assert {r.status for r in take(office, files[0], files[1])} == {"already"}
    assert children.read(office, [child])[0].child.school == "中心小学"
    assert questions.open_questions(office) == []


def test_never_07_who_synced_first_decides_or_the_offices_correction_is_overwritten(
    circle: Circle, tmp_path: Path, make_store: MakeStore
) -> None:
    """Tangerine #2484, #2441: two offices that take the same two laptops in opposite order end alike."""
    office, new = circle
    child = children.add(new.desk, CHILD)[0].child.id
    take(office, export(new.desk, tmp_path), approve=" ".join(new.words))
    take(new.desk, export(office, tmp_path, new.desk.site.id))
    new.desk.store.back_up(tmp_path / "second")
    second = opening.sign_in(tmp_path / "second", PASSWORD)
    office.store.back_up(tmp_path / "office2")
    try:
        children.edit(new.desk, child, {"school": "甲"})
        children.edit(second, child, {"school": "乙"})
        one, two = export(new.desk, tmp_path), export(second, tmp_path)
        children.edit(office, child, {"grade": "三年级"})
        take(office, one, two)
        office2 = opening.sign_in(tmp_path / "office2", PASSWORD)
        try:
            with office2.unit() as unit:  # an office of the same standing, not a restored one
                unit.raw.execute("UPDATE link SET got = (SELECT max(got) FROM link) + 1000000")
            take(office2, two)
            take(office2, one)
            asked = [{a.value for q in questions.open_questions(d) for a in q.answers} for d in (office, office2)]
            assert asked == [{"甲", "乙"}, {"甲", "乙"}]
            shown = [children.read(d, [child])[0].child.school for d in (office, office2)]
            assert shown[0] == shown[1]
        finally:
            office2.close()
        assert children.read(office, [child])[0].child.grade == "三年级"
    finally:
        second.close()


def test_never_08_import_stops_at_every_possible_duplicate(joined: Joined, tmp_path: Path) -> None:
    """SORMAS #2549: the merge ends, and the pairs wait for a person."""
    office, room, _ = joined
    for _ in range(3):
        children.add(room, {**CHILD, "birth_date": "2016-03-01"})
    (merged,) = take(office, export(room, tmp_path))
    assert merged.status == "merged"
    assert len(drive(duplicates.find(office)).open) >= 3


def test_never_09_two_guardians_after_merging_duplicates(joined: Joined, tmp_path: Path) -> None:
    """SORMAS #4926, cht-conf #653: two primary numbers, two heads. Every record that points at either is found with the
    person, and there is one guardian."""
    office, room, first = joined
    second = children.add(room, {**CHILD, "guardian": "姚秀志", "guardian_phone": "13900000001"})[0].child.id
    helper = records.add(room, Volunteer, {"name": "王建国"})[0].id
    records.add(room, Pairing, {"child_id": second, "volunteer_id": helper, "started_on": "2026-09-01"})
    take(office, export(room, tmp_path))
    duplicates.link(office, second, first)
    (file,) = children.read(office, [first])
    assert sum(bool(m.is_guardian) for m in file.family if m is file.guardian) == 1
    assert second not in records.ids(office, Child)
    phones = {m.phone for m in file.family}
    assert phones == {"15057339953", "13900000001"}, "nothing known is dropped"
    duplicates.unlink(office, second)
    assert second in records.ids(office, Child)


def test_never_10_a_file_that_cannot_be_written_and_sync_goes_on(
    joined: Joined, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Mergin #2382: emptied files were pushed."""
    _, room, child = joined
    children.edit(room, child, {"school": "红岩完小"})
    before = handover.sent(room), handover.unreceipted(room)

    def broken(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(StoreError):
        export(room, tmp_path / "stick")
    monkeypatch.undo()
    assert list((tmp_path / "stick").iterdir()) == []
    assert (handover.sent(room), handover.unreceipted(room)) == before


def test_never_11_sealed_but_not_signed_and_the_history_stays_behind(joined: Joined, tmp_path: Path) -> None:
    """Go.Data."""
    office, room, child = joined
    children.edit(room, child, {"school": "红岩完小"})
    file = export(room, tmp_path)
    sealed = bundle.unpack(file.read_bytes())
    unsigned = bundle._zip((bundle.canonical(sealed.header), bytes(64), bytes(sealed.payload)))
    with pytest.raises(Refused):
        bundle.unpack(unsigned)
    take(office, file)
    told = [(h["author"], h["cells"].get("school")) for h in history(office, child)]
    assert ("李秀英", "红岩完小") in told


def test_never_12_several_edits_collapse_into_one_entry(joined: Joined, tmp_path: Path) -> None:
    """CHT: each change keeps its author and time."""
    office, room, child = joined
    for school in ("甲", "乙", "丙"):
        children.edit(room, child, {"school": school})
    take(office, export(room, tmp_path))
    written = [h for h in history(office, child) if "school" in h["cells"]]
    assert [h["cells"]["school"] for h in written] == ["丙", "乙", "甲"]
    assert all(h["author"] == "李秀英" and h["at"] for h in written)


def test_never_13_a_shared_laptop_shows_one_persons_work_to_the_next(desk: Desk) -> None:
    """SORMAS #950: own login; what one left half typed, the next does not see; and who wrote is who signed in."""
    other, _ = records.add(desk, User, {"name": "王建国", "role": "recorder"})
    ring = keyring.load(desk.store.folder)
    _, key = keyring.unwrap(ring, PASSWORD)
    keyring.add_slot(ring, key, other.id, "anders-09")
    keyring.save(ring, desk.store.folder)
    drafts.keep(desk, "child-form/", {"name": "半个名字"})
    desk.close()
    with pytest.raises(NotAllowed):
        opening.sign_in(desk.store.folder, PASSWORD, "王建国")
    second = opening.sign_in(desk.store.folder, "anders-09", "王建国")
    try:
        assert drafts.kept(second, "child-form/") == {}
        child = children.add(second, CHILD)[0].child.id
        assert {h["author"] for h in history(second, child)} == {"王建国"}
    finally:
        second.close()


def test_never_14_the_paper_does_not_look_like_the_form_people_know(joined: Joined) -> None:
    """ODK #768, Kobo #672: the visit sheet holds the office's own blocks in the office's own order."""
    import pypdfium2

    _, room, _ = joined
    data, _ = drive(printing.visit_sheet_pdf(room))
    with pypdfium2.PdfDocument(data) as pdf:
        told = pdf[0].get_textpage().get_text_bounded()
    labels = [room.texts(facts_of(Visit)[name].label) for name in (*CHECK_FIELDS, "needs", "measures")]
    places = [told.index(words) for words in ("走访记录表", "徐𫖯", *labels)]
    assert places == sorted(places)


def test_never_15_large_work_without_progress_or_a_way_to_stop(joined: Joined, tmp_path: Path) -> None:
    """SORMAS #2539, Kobo #1757: a long merge says how far it is and can be stopped; then nothing of it happened. How
    fast it is, tests/bench says."""
    office, room, _ = joined
    with room.unit() as unit:
        queries.insert_all(
            unit.session,
            Child,
            [{"id": f"c{n:05}", "site_id": room.site.id, "name": f"孩子{n}"} for n in range(25_000)],
        )
    file, before = export(room, tmp_path), state(office, room.site.id)
    work = merging.merge(office, [file])
    steps = [next(work) for _ in range(2)]
    assert steps[-1].total == 25_000
    assert 0 < steps[-1].done < steps[-1].total
    work.close()
    assert state(office, room.site.id) == before
    assert take(office, file)[0].new == 25_000


def test_never_16_a_copied_computer_keeps_its_identity_and_diverges(joined: Joined, tmp_path: Path) -> None:
    """cr-sqlite #145: the whole disk is copied, so nothing on it tells; the office notices, and both sides are kept."""
    office, room, child = joined
    twin_folder = tmp_path / "twin"
    room.store.back_up(twin_folder)
    twin = opening.sign_in(twin_folder, PASSWORD)
    try:
        with twin.unit() as unit:  # undo what the program noticed by itself: a copy of the whole disk
            own = unit.raw.execute("SELECT replica FROM former").fetchone()[0]
            unit.raw.execute("UPDATE writer SET replica = ?", (own,))
            unit.raw.execute("DELETE FROM former")
        children.edit(room, child, {"school": "甲"})
        children.edit(twin, child, {"school": "乙"})
        assert take(office, export(room, tmp_path))[0].status == "merged"
        (refused,) = take(office, export(twin, tmp_path))
        assert refused.status == "refused"
        take(twin, export(office, tmp_path, room.site.id))
        assert take(office, export(twin, tmp_path))[0].status == "merged"
        (question,) = questions.open_questions(office)
        assert {a.value for a in question.answers} == {"甲", "乙"}
        assert drive(checking.check(office)) == drive(checking.check(twin)) == []
    finally:
        twin.close()


@pytest.mark.parametrize("year", [2004, 2050])
def test_never_17_a_dead_clock_battery_loses_or_wins_forever(joined: Joined, tmp_path: Path, year: int) -> None:
    """Causality decides, clocks only inform: an edit on top of another supersedes it, whatever its date says."""
    office, room, child = joined
    with room.unit() as unit:
        wrong = (year - 1970) * 365 * 86400
        unit.raw.create_function("unixepoch", -1, lambda *_: float(wrong))
        unit.raw.execute("UPDATE child SET school = '钟错了' WHERE id = ?", (child,))
    take(office, export(room, tmp_path))
    children.edit(office, child, {"school": "后来改的"})
    take(room, export(office, tmp_path, room.site.id))
    for desk in (office, room):
        assert children.read(desk, [child])[0].child.school == "后来改的"
        assert questions.open_questions(desk) == []


def test_never_18_a_file_copy_of_an_open_database_lost_committed_rows(desk: Desk, tmp_path: Path) -> None:
    """Backups go through the database's own backup, while the store is open and its log not written home."""
    child = children.add(desk, CHILD)[0].child.id
    assert (desk.store.folder / "store.db-wal").stat().st_size > 0
    desk.store.back_up(tmp_path / "backup")
    children.edit(desk, child, {"school": "备份以后"})
    restored = opening.sign_in(tmp_path / "backup", PASSWORD)
    try:
        assert children.read(restored, [child])[0].guardian is not None
        assert children.read(restored, [child])[0].child.school is None
        assert restored.continued, "it goes on as a copy of its own"
        assert drive(checking.check(restored)) == []
    finally:
        restored.close()


def test_never_19_an_update_makes_what_was_kept_unreadable() -> None:
    """CommCare: bundles that were kept open with every later program (tests/vectors, read in full by test_vectors)."""
    kept = sorted(VECTORS.rglob("*.carebundle"))
    assert len(kept) >= 12
    sound = [file for file in kept if "refused" not in str(file.relative_to(VECTORS))]
    for file in sound:
        assert bundle.unpack(file.read_bytes()).header.format == 1


def test_never_20_a_whole_database_wiped_by_tombstones(joined: Joined, tmp_path: Path) -> None:
    """KeePassXC #6477: a merge that would void more than a few records asks first, names them, and can be undone."""
    office, room, _ = joined
    ids = [children.add(room, {**CHILD, "name": f"孩子{n}"})[0].child.id for n in range(8)]
    take(office, export(room, tmp_path))
    for child in ids:
        records.void(room, Child, child, "误操作")
    file = export(room, tmp_path)
    (tried,) = take(office, file, dry_run=True)
    assert tried.preview is not None
    assert {n.name for n in tried.preview.voided} == {f"孩子{n}" for n in range(8)}
    before = state(office, room.site.id)
    (waiting,) = take(office, file)
    assert waiting.asks
    assert state(office, room.site.id) == before
    assert take(office, file, allow_voids=True)[0].voided == 8
    merging.undo(office)
    assert state(office, room.site.id) == before
    assert len(records.ids(office, Child, Wanted(search="孩子"))) == 8


def test_every_line_has_its_test() -> None:
    tests = {name[11:13] for name in globals() if name.startswith("test_never_")}
    assert tests == {f"{n:02}" for n in range(1, 21)}
