"""Backups and putting them back. What a user would lose: everything, on the day the disk fails."""

import ctypes
import ctypes.util
import os
import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from carehub.domain.care import Visit
from carehub.domain.errors import NotAllowed, NotFound, StoreError
from carehub.domain.people import Child
from carehub.services import (
    attachments,
    backups,
    checking,
    children,
    drafts,
    erasing,
    handover,
    merging,
    opening,
    questions,
    records,
    users,
)
from carehub.services.desk import Desk
from carehub.store import backups as store_backups
from carehub.store import copies, forgetting, keyring, media, restoring, schema
from carehub.store import places as store_places
from carehub.store.backups import Kept, Manifest
from carehub.store.engine import DISK_FAILED, kept_copy
from carehub.store.lock import IN_USE

from ..conftest import PASSWORD, drive
from ..sync.test_attachments import picture

NAME, NOTE = "钟𬭁鐩", "墙上裂缝很大"
CHILD = {"name": NAME, "sex": "女", "identity_no": "500199201210126725", "guardian": "姚秀志",
         "guardian_phone": "15057339953"}  # fmt: skip


@pytest.fixture
def stick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stick that is plugged in."""
    folder = tmp_path / "media" / "U盘"
    folder.mkdir(parents=True)
    monkeypatch.setenv(media.VARIABLE, str(folder))
    return folder


def make(desk: Desk) -> backups.Made:
    made: backups.Made = drive(backups.make(desk))
    assert made.problems == []
    return made


def put_back(folder: Path, kept: Kept, password: str = PASSWORD, user: str = "") -> backups.Restored:
    restored: backups.Restored = drive(backups.restore(folder, kept, password, user))
    return restored


def names(desk: Desk) -> set[str]:
    return {c.name for c in records.fetch(desk, Child, records.ids(desk, Child))}


def content(kept: Kept, key: bytes) -> bytes:
    """Every cell of every table of a backup, decrypted, shadow tables of the search index among them."""
    connection, found = kept_copy(kept.file, key), []
    for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        if table != "search_index":
            for row in connection.execute(f'SELECT * FROM "{table}"'):
                found += [cell if isinstance(cell, bytes) else str(cell).encode() for cell in row]
    connection.close()
    return b"\n".join(found)


def pages(file: Path, key: bytes) -> bytes:
    """Every page of a database, decrypted byte by byte (SQLCipher 4: AES-256-CBC, the vector before the 64 bytes of the
    HMAC): also what stands between the living rows and on pages nobody reads any more."""
    library = ctypes.util.find_library("crypto")
    if library is None:
        pytest.skip("needs OpenSSL's libcrypto")
    crypto = ctypes.CDLL(library)
    crypto.EVP_CIPHER_CTX_new.restype = crypto.EVP_aes_256_cbc.restype = ctypes.c_void_p
    cipher, data, found = ctypes.c_void_p(crypto.EVP_aes_256_cbc()), file.read_bytes(), []
    for start in range(0, len(data), 4096):
        page, vector = data[start + (0 if start else 16) : start + 4016], data[start + 4016 : start + 4032]
        context, length = ctypes.c_void_p(crypto.EVP_CIPHER_CTX_new()), ctypes.c_int()
        out = ctypes.create_string_buffer(4128)
        crypto.EVP_DecryptInit_ex(context, cipher, None, key, vector)
        crypto.EVP_CIPHER_CTX_set_padding(context, 0)
        crypto.EVP_DecryptUpdate(context, out, ctypes.byref(length), page, len(page))
        crypto.EVP_CIPHER_CTX_free(context)
        found.append(out.raw[: length.value])
    return b"".join(found)


# --- making -----------------------------------------------------------------------------------------------------------


def test_a_backup_is_whole_checked_and_lies_beside_the_store_and_on_the_stick(desk: Desk, stick: Path) -> None:
    children.add(desk, CHILD)
    made = make(desk)
    assert made.kept.folder.parent == desk.store.folder.with_name(desk.store.folder.name + ".carebackup")
    assert [c.folder.parent.parent for c in made.copies] == [stick]
    for kept in (made.kept, *made.copies):
        store_backups.verify(kept, desk.store.key)
        assert sorted(p.name for p in kept.folder.iterdir()) == ["backup.json", "keyring.json", "store.db"]
    assert [b.stick for b in backups.kept(desk.store.folder)] == [False, True]
    assert (backups.age(desk), backups.is_due(desk)) == (0, False)


def test_a_backup_contains_no_plaintext(desk: Desk, stick: Path) -> None:
    children.add(desk, CHILD)
    made = make(desk)
    for kept in (made.kept, *made.copies):
        for file in kept.folder.iterdir():
            data = file.read_bytes()
            assert not data.startswith(b"SQLite format 3")
            for secret in (NAME, "姚秀志", "李秀英", "15057339953", "500199201210126725"):
                assert secret.encode() not in data
    assert NAME.encode() in content(made.kept, desk.store.key), "the search would find it"


def test_work_goes_on_while_a_backup_is_made(desk: Desk) -> None:
    """The backup is of one moment; what is saved meanwhile is in the store, not in half of the backup."""
    children.add(desk, CHILD)
    work = backups.make(desk)
    next(work)
    next(work, None)
    children.add(desk, {"name": "罗䶮"})
    made: backups.Made = drive(work)
    store_backups.verify(made.kept, desk.store.key)
    assert names(desk) == {NAME, "罗䶮"}


def test_a_stopped_backup_leaves_nothing(desk: Desk, stick: Path) -> None:
    make(desk)
    before = {p for p in desk.store.folder.parent.rglob("*") if "carebackup" in str(p)}
    for steps in range(8):
        work = backups.make(desk)
        try:
            for _ in range(steps):
                next(work)
        except StopIteration:
            break
        work.close()
        left = {p for p in desk.store.folder.parent.rglob("*") if "carebackup" in str(p)} - before
        assert not [p for p in left if p.name.endswith(".part")], steps
        for one in backups.kept(desk.store.folder):
            store_backups.verify(one.kept, desk.store.key)


def test_another_place_is_remembered_and_found_without_the_database(desk: Desk, tmp_path: Path) -> None:
    other = tmp_path / "D盘"
    backups.choose(desk, other)
    made = make(desk)
    assert made.kept.folder.parent.parent == other
    desk.close()
    (desk.store.folder / "store.db").write_bytes(b"damaged")
    assert [b.kept.folder for b in backups.kept(desk.store.folder)] == [made.kept.folder]


def test_a_full_or_missing_or_torn_place_is_a_sentence_and_the_rest_goes_on(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, full, good = tmp_path / "gone", tmp_path / "full", tmp_path / "good"
    for folder in (gone, full, good):
        folder.mkdir()
    (gone / f"{desk.store.folder.name}.carebackup").write_text("a file, no folder", "utf-8")
    monkeypatch.setenv(media.VARIABLE, os.pathsep.join(map(str, (gone, full, good))))
    usage = shutil.disk_usage

    def little(path: Path) -> object:
        return usage(path)._replace(free=1000) if Path(path).is_relative_to(full) else usage(path)

    monkeypatch.setattr(shutil, "disk_usage", little)
    made: backups.Made = drive(backups.make(desk))
    assert [p.message for p in made.problems] == [store_places.NO_PLACE, store_backups.NO_ROOM]
    assert [c.folder.parent.parent for c in made.copies] == [good]
    assert list((full / f"{desk.store.folder.name}.carebackup").iterdir()) == []
    store_backups.verify(made.kept, desk.store.key)


def test_a_stick_pulled_out_half_way_is_a_sentence_and_the_backup_here_is_whole(desk: Desk, stick: Path) -> None:
    for n in range(200):
        children.add(desk, {"name": f"孩{n}", "remark": "很长的备注" * 700})
    work = backups.make(desk)
    while next(work).message != store_backups.COPYING:
        pass
    shutil.rmtree(stick)
    made: backups.Made = drive(work)
    assert [p.message for p in made.problems][:1] == [store_places.NO_PLACE]
    assert made.copies == []
    store_backups.verify(made.kept, desk.store.key)
    assert [b.kept.folder for b in backups.kept(desk.store.folder)] == [made.kept.folder]


def test_a_place_that_cannot_be_written_to_is_a_sentence(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", "utf-8")
    with pytest.raises(StoreError) as told:
        backups.choose(desk, tmp_path / "file")
    assert told.value.message == store_places.NO_PLACE
    place = backups.place(desk)
    place.write_text("a file where the folder should be", "utf-8")
    with pytest.raises(StoreError) as told:
        drive(backups.make(desk))
    assert told.value.message == store_places.NO_PLACE
    assert place.read_text("utf-8") == "a file where the folder should be"
    assert records.ids(desk, Child) == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("share", [0.0, 0.3, 0.6, 0.95])
def test_a_disk_that_fills_up_half_way_leaves_nothing_half(desk: Desk, share: float) -> None:
    """The system itself takes no byte beyond a size (RLIMIT_FSIZE), in a process of its own."""
    import resource

    for n in range(20):
        children.add(desk, {"name": f"孩{n}", "remark": "很长的备注" * 300})
    first = make(desk).kept
    limit, folder = int(first.about.bytes * share), desk.store.folder
    desk.close()

    def child() -> str:
        inner = opening.sign_in(folder, PASSWORD)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        try:
            drive(backups.make(inner))
        except StoreError as error:
            return error.message
        return "made"

    assert in_child(child) in (store_places.NO_PLACE, DISK_FAILED)
    assert [b.kept.folder for b in backups.kept(folder)] == [first.folder]
    assert [p.name for p in first.folder.parent.iterdir()] == [first.folder.name]
    again = opening.sign_in(folder, PASSWORD)
    assert len(records.ids(again, Child)) == 20
    assert drive(checking.check(again)) == []
    again.close()


def in_child(work: Callable[[], str]) -> str:
    """What work in a forked process says."""
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            told = work()
        except BaseException as error:
            told = f"{type(error).__name__}: {error}"
        os.write(writing, told.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as handle:
        told = handle.read().decode()
    os.waitpid(pid, 0)
    return told


@pytest.mark.skipif(sys.platform == "win32", reason="needs permissions of folders")
def test_a_folder_one_may_not_write_to_is_a_sentence(desk: Desk, tmp_path: Path) -> None:
    place = tmp_path / "locked"
    place.mkdir()
    backups.choose(desk, place)
    inner = place / f"{desk.store.folder.name}.carebackup"
    kept = make(desk).kept  # all modules are loaded now, whoever may read them
    inner.chmod(0o500)
    folder = desk.store.folder
    desk.close()
    for path in (folder, *folder.iterdir()):
        path.chmod(0o777)
    for path in (*folder.parents, Path(os.environ["CAREHUB_STATE"])):
        if path.is_relative_to("/tmp") and path != Path("/tmp"):
            path.chmod(0o777)

    def child() -> str:
        if os.getuid() == 0:  # the superuser may write anywhere
            os.setgid(65534)
            os.setuid(65534)
        inner_desk = opening.sign_in(folder, PASSWORD)
        try:
            drive(backups.make(inner_desk))
        except StoreError as error:
            return error.message
        return "made"

    try:
        assert in_child(child) == store_places.NO_PLACE
    finally:
        inner.chmod(0o700)
    assert list(inner.iterdir()) == [kept.folder]


# --- keeping ----------------------------------------------------------------------------------------------------------


def at(day: str, number: int, replica: str = "r") -> Kept:
    moment = datetime.fromisoformat(f"{day}T12:00:00").astimezone()
    about = Manifest(1, "s", replica, number, int(moment.timestamp() * 1000), "", "", 0, 0, "")
    return Kept(Path(f"/x/{number}"), about)


def test_days_weeks_and_months_are_kept() -> None:
    """A mistake that is noticed a year later can still be looked up."""
    first = datetime(2025, 1, 1, 12, tzinfo=UTC)
    every_day = [at(f"{first + timedelta(days=n):%Y-%m-%d}", n) for n in range(600)][::-1]
    kept = [k.day for k in store_backups.worth_keeping(every_day)]
    newest = every_day[0].day
    assert kept[:7] == [newest - timedelta(days=n) for n in range(7)]
    assert len({(d.year, d.month) for d in kept}) == 12
    assert len({d.isocalendar()[:2] for d in kept if newest - d < timedelta(days=28)}) >= 4
    assert len(kept) <= 7 + 4 + 12
    seldom = [at(f"2026-{month:02}-01", month) for month in range(1, 13)][::-1]
    assert store_backups.worth_keeping(seldom) == seldom, "who comes once a month loses none"


def test_a_dead_clock_battery_throws_no_backup_away() -> None:
    """Its clock says 2010 every morning. The newest one and all those with a right date stay."""
    sound = [at(f"2026-11-{day:02}", day) for day in range(1, 8)]
    wrong = [at("2010-01-01", 100 + n) for n in range(5)]
    kept = store_backups.worth_keeping([*sound, *wrong][::-1])
    assert kept[0] is wrong[-1]
    assert {k.about.number for k in kept} >= {2, 3, 4, 5, 6, 7, 104}


def test_old_backups_go_and_those_of_another_laptop_stay(desk: Desk, stick: Path) -> None:
    made = make(desk)
    foreign = made.copies[0].folder.with_name("2026-01-01-0000")
    shutil.copytree(made.copies[0].folder, foreign)
    about = msgspec.structs.replace(made.kept.about, replica="other-laptop")
    (foreign / "backup.json").write_bytes(msgspec.json.encode(about))
    for _ in range(3):
        last = make(desk)
    assert {b.kept.folder for b in backups.kept(desk.store.folder)} == {
        last.kept.folder, last.copies[0].folder, foreign,
    }  # fmt: skip
    assert last.kept.about.number == 4
    store_backups.verify(last.kept, desk.store.key)


def test_what_a_killed_program_left_is_cleared_away(desk: Desk) -> None:
    kept = make(desk).kept
    rest = kept.folder.with_name(f".{kept.about.store[-8:]}-0badcafe.part")
    shutil.copytree(kept.folder, rest)
    assert [b.kept.folder for b in backups.kept(desk.store.folder)] == [kept.folder], "it counts for nothing"
    make(desk)
    assert not rest.exists()


@pytest.mark.parametrize("at_byte", [100, 4096 * 7 + 33, -1])
def test_a_torn_or_altered_backup_is_told_and_not_put_in_place(desk: Desk, at_byte: int) -> None:
    children.add(desk, CHILD)
    kept, folder = make(desk).kept, desk.store.folder
    data = bytearray(kept.file.read_bytes())
    data[at_byte] ^= 1
    kept.file.write_bytes(data)
    assert [f.kind for f in drive(checking.check(desk))] == ["backups"]
    with pytest.raises(StoreError) as told:
        drive(backups.lay_ready(desk, kept))
    assert told.value.message == store_backups.UNSOUND
    desk.close()
    with pytest.raises(StoreError):
        put_back(folder, kept)
    kept.file.write_bytes(data[: len(data) // 2])
    with pytest.raises(StoreError):
        put_back(folder, kept)
    again = opening.sign_in(folder, PASSWORD)
    assert names(again) == {NAME}
    again.close()


# --- erased -----------------------------------------------------------------------------------------------------------


def test_what_was_erased_leaves_every_kept_backup_too(desk: Desk, stick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The promise made to the parents, if the name stays in a drawer full of backups."""
    other = children.add(desk, {"name": "罗䶮", "guardian": "王五"})[0].child.id
    child = children.add(desk, CHILD)[0].child.id
    records.add(desk, Visit, {"child_id": child, "done_on": "2026-10-20", "note": NOTE})
    drafts.keep(desk, "visit/new", {"note": f"{NAME}家"})
    photo, _ = attachments.add_bytes(desk, attachments.Owner("child", child), picture(7), "照片.png")
    image = attachments.read(desk, photo)
    clock = [datetime(2026, 10, 1, 9).timestamp()]
    monkeypatch.setattr(store_backups.time, "time", lambda: clock[0])
    for _ in range(3):
        clock[0] += 86400
        make(desk)
    every = [b.kept for b in backups.kept(desk.store.folder)]
    assert len(every) == 6
    for kept in every:
        assert NAME.encode() in pages(kept.file, desk.store.key)
        assert NAME.encode() in (found := content(kept, desk.store.key))
        assert image in found
    erasing.erase(desk, child, PASSWORD)
    clock[0] += 86400
    assert make(desk).cleaned == 6
    every = [b.kept for b in backups.kept(desk.store.folder)]
    assert len(every) == 8
    for kept in every:
        found = content(kept, desk.store.key)
        for secret in (NAME, NOTE, "姚秀志", "15057339953", "500199201210126725", "zhong", "u949f"):
            assert secret.encode() not in found, (kept.folder, secret)
        assert image not in found
        assert "罗䶮".encode() in found
        raw = pages(kept.file, desk.store.key)
        assert "罗䶮".encode() in raw, "the search would find it"
        for secret in (NAME, NOTE, "姚秀志", "15057339953", "500199201210126725"):
            assert secret.encode() not in raw, (kept.folder, secret)
        store_backups.verify(kept, desk.store.key)
    assert make(desk).cleaned == 0, "once is enough"
    folder, old = desk.store.folder, every[-1]
    desk.close()
    put_back(folder, old)
    restored = opening.sign_in(folder, PASSWORD)
    assert records.ids(restored, Child) == [other]
    assert drive(checking.check(restored)) == []
    restored.close()


def test_a_stick_that_was_away_brings_nothing_back(desk: Desk, stick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was in the drawer when the child was erased; it is all there is when the store is put back."""
    child = children.add(desk, CHILD)[0].child.id
    old = make(desk).copies[0]
    monkeypatch.setenv(media.VARIABLE, "")
    erasing.erase(desk, child, PASSWORD)
    make(desk)
    assert NAME.encode() in content(old, desk.store.key)
    folder = desk.store.folder
    desk.close()
    put_back(folder, old)
    restored = opening.sign_in(folder, PASSWORD)
    assert names(restored) == set()
    assert drive(checking.check(restored)) == []
    restored.close()


def test_rows_the_store_never_knew_go_with_the_erased_child(desk: Desk) -> None:
    """It went on from an older backup: what was written after that about the child is only in the newer one."""
    child = children.add(desk, CHILD)[0].child.id
    old, folder = make(desk).kept, desk.store.folder
    records.add(desk, Visit, {"child_id": child, "done_on": "2026-10-20", "note": NOTE})
    kept = folder.parent / "older"
    shutil.copytree(old.folder, kept)
    newer = make(desk).kept
    desk.close()
    put_back(folder, Kept(kept, old.about))
    again = opening.sign_in(folder, PASSWORD)
    erasing.erase(again, child, PASSWORD)
    fresh = drive(forgetting.clean(newer, again.store.key, forgetting.of_store(again.store)))
    for secret in (NAME, NOTE):
        assert secret.encode() not in content(fresh, again.store.key)
    again.close()
    put_back(folder, fresh)
    last = opening.sign_in(folder, PASSWORD)
    assert drive(checking.check(last)) == []
    last.close()


def test_a_full_disk_keeps_the_backup_as_it_was_and_says_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    child = children.add(desk, CHILD)[0].child.id
    kept = make(desk).kept
    erasing.erase(desk, child, PASSWORD)
    usage = shutil.disk_usage
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(path)._replace(free=100))
    with pytest.raises(StoreError):
        drive(forgetting.clean(kept, desk.store.key, forgetting.of_store(desk.store)))
    store_backups.verify(kept, desk.store.key)
    assert [p.name for p in kept.folder.parent.iterdir()] == [kept.folder.name]


# --- putting back -----------------------------------------------------------------------------------------------------


def test_every_kept_version_can_be_put_back(desk: Desk, stick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [datetime(2026, 1, 1, 9).timestamp()]
    monkeypatch.setattr(store_backups.time, "time", lambda: clock[0])
    known: dict[int, set[str]] = {}
    for n in range(24):
        clock[0] += 86400 * (1 if n > 16 else 21)
        children.add(desk, {"name": f"孩子{n}"})
        kept = make(desk).kept
        known[kept.about.number] = names(desk)
    every, folder = backups.kept(desk.store.folder), desk.store.folder
    assert len(every) > 30
    desk.close()
    for one in every:
        restored = put_back(folder, one.kept)
        assert restored.former
        again = opening.sign_in(folder, PASSWORD)
        assert names(again) == known[one.kept.about.number]
        assert again.continued
        again.close()
        shutil.rmtree(restored.former)


def test_the_former_store_is_put_aside_whole_and_opens(desk: Desk) -> None:
    children.add(desk, CHILD)
    kept, folder = make(desk).kept, desk.store.folder
    children.add(desk, {"name": "罗䶮"})
    desk.close()
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    restored = put_back(folder, kept)
    assert restored.former
    assert restored.former.parent == folder.parent
    after = {p.name: p.read_bytes() for p in restored.former.iterdir()}
    before.pop("store.db-wal", None)
    assert after.keys() >= before.keys() - {"store.db-shm"}
    aside = opening.sign_in(restored.former, PASSWORD)
    assert names(aside) == {NAME, "罗䶮"}
    aside.close()
    assert restoring.former_stores(folder) == [restored.former]


def test_what_is_put_back_goes_on_as_a_new_replica_and_nothing_is_lost(
    circle: tuple[Desk, opening.NewStore], tmp_path: Path
) -> None:
    """Restored at once, in the same session, before anything was handed over; then the laptop put aside turns up."""
    office, new = circle
    desk, folder = new.desk, new.desk.store.folder

    def take(file: Path, approve: str = "") -> str:
        return str(drive(merging.merge(office, [file], approve=approve))[0].status)

    child = children.add(desk, CHILD)[0].child.id
    assert take(drive(handover.export(desk, tmp_path)).file, approve=" ".join(new.words)) == "merged"
    kept = make(desk).kept
    children.edit(desk, child, {"school": "丢了的"})
    with desk.store.reading() as session:
        before = desk.store.raw(session).execute("SELECT replica FROM writer").fetchone()
    desk.close()
    restored = put_back(folder, kept)
    again = opening.sign_in(folder, PASSWORD)
    assert again.continued
    with again.store.reading() as session:
        raw = again.store.raw(session)
        assert raw.execute("SELECT replica FROM writer").fetchone() != before
        assert raw.execute("SELECT replica FROM former WHERE ended").fetchall() == [before]
    children.edit(again, child, {"school": "新写的"})
    assert take(drive(handover.export(again, tmp_path)).file) == "merged"
    assert restored.former
    aside = opening.sign_in(restored.former, PASSWORD)
    assert aside.continued
    assert take(drive(handover.export(aside, tmp_path)).file) == "merged"
    (question,) = questions.open_questions(office)
    assert {a.value for a in question.answers} == {"丢了的", "新写的"}
    assert drive(checking.check(office)) == drive(checking.check(again)) == []
    for one in (again, aside):
        one.close()


def test_a_damaged_store_is_put_back_by_whoever_cannot_sign_in(desk: Desk) -> None:
    children.add(desk, CHILD)
    kept, folder = make(desk).kept, desk.store.folder
    desk.close()
    for ruin in ("database", "keyring", "both"):
        if ruin in ("database", "both"):
            (folder / "store.db").write_bytes(os.urandom(8192))
        if ruin in ("keyring", "both"):
            (folder / keyring.FILE).write_text("{", "utf-8")
        with pytest.raises(StoreError):
            opening.sign_in(folder, PASSWORD)
        with pytest.raises(NotAllowed):
            put_back(folder, kept, "falsch-falsch")
        restored = put_back(folder, kept)
        assert restored.former
        again = opening.sign_in(folder, PASSWORD)
        assert names(again) == {NAME}
        again.close()


def test_a_new_computer_begins_with_the_stick(
    desk: Desk, stick: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    children.add(desk, CHILD)
    make(desk)
    desk.close()
    monkeypatch.setenv("CAREHUB_STATE", str(tmp_path / "new-state"))
    folder = tmp_path / "new" / "新民村"
    (one,) = backups.found_in(stick, folder)
    assert put_back(folder, one.kept).former is None
    again = opening.sign_in(folder, PASSWORD)
    assert again.continued
    assert names(again) == {NAME}
    again.close()
    with pytest.raises(NotFound):
        backups.found_in(tmp_path / "new-state", folder)


def test_todays_passwords_open_what_is_put_back(make_store: Callable[..., opening.NewStore]) -> None:
    """Whoever was taken off the list since does not come back with the backup, and nobody is locked out."""
    new = make_store("room", "新民村")
    desk, folder = new.desk, new.desk.store.folder
    users.add(desk, "王建国", "recorder", "andere-Worte", PASSWORD)
    kept = make(desk).kept
    users.remove(desk, "王建国")
    users.change_password(desk, PASSWORD, "neues-Wort-1")
    desk.close()
    with pytest.raises(NotAllowed):
        put_back(folder, kept, "falsch-falsch")
    assert put_back(folder, kept, "neues-Wort-1").today
    for gone, name in (("andere-Worte", "王建国"), (PASSWORD, "李秀英")):
        with pytest.raises(NotAllowed):
            opening.sign_in(folder, gone, name)
    opening.sign_in(folder, "neues-Wort-1").close()
    (folder / keyring.FILE).write_text("{", "utf-8")
    assert not put_back(folder, kept, PASSWORD).today
    opening.sign_in(folder, PASSWORD, "李秀英").close()
    assert put_back(folder, kept, new.recovery_code).today


def test_who_may_not_restore_is_told(desk: Desk) -> None:
    users.add(desk, "王建国", "viewer", "andere-Worte", PASSWORD)
    kept, folder = make(desk).kept, desk.store.folder
    desk.close()
    with pytest.raises(NotAllowed) as told:
        put_back(folder, kept, "andere-Worte")
    assert "restore" in told.value.message
    viewer = opening.sign_in(folder, "andere-Worte")
    with pytest.raises(NotAllowed):
        drive(backups.make(viewer))
    with pytest.raises(NotAllowed):
        drive(backups.lay_ready(viewer, kept))
    made: backups.Made = drive(backups.make(viewer, by_hand=False))
    assert made.copies == []
    viewer.close()


def test_an_open_store_is_not_replaced(desk: Desk) -> None:
    kept = make(desk).kept
    with pytest.raises(StoreError) as told:
        put_back(desk.store.folder, kept)
    assert "open in another window" in told.value.message
    children.add(desk, CHILD)
    assert sorted(p.name for p in desk.store.folder.parent.iterdir() if "." in p.name) == [
        f"{desk.store.folder.name}.carebackup"
    ]


def test_what_is_laid_ready_waits_for_the_open_store(desk: Desk) -> None:
    """Somebody looks at the store by the terminal meanwhile: nothing of what was asked for is lost."""
    children.add(desk, CHILD)
    kept, folder = make(desk).kept, desk.store.folder
    drive(backups.lay_ready(desk, kept))
    with pytest.raises(StoreError) as told:
        opening.sign_in(folder, PASSWORD)
    assert told.value.message == IN_USE
    desk.close()
    assert backups.finish(folder)


def test_the_backup_of_another_site_is_refused(make_store: Callable[..., opening.NewStore]) -> None:
    one, other = make_store("room", "新民村").desk, make_store("room", "红岩村").desk
    kept = make(other).kept
    with pytest.raises(StoreError):
        drive(backups.lay_ready(one, kept))
    one.close()
    with pytest.raises(StoreError) as told:
        put_back(one.store.folder, kept)
    assert told.value.message == backups.NOT_ITS_OWN


def test_a_backup_from_a_newer_program_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = make(desk).kept
    monkeypatch.setattr(schema, "REVISION", "0000")
    with pytest.raises(StoreError) as told:
        drive(backups.lay_ready(desk, kept))
    assert told.value.message == schema.FROM_THE_FUTURE
    assert not desk.store.folder.with_name(desk.store.folder.name + ".restoring").exists()


def test_laid_ready_in_the_window_and_put_in_place_when_it_is_closed(desk: Desk) -> None:
    kept, folder = make(desk).kept, desk.store.folder
    children.add(desk, CHILD)
    assert drive(backups.lay_ready(desk, kept)) is True
    children.add(desk, {"name": "罗䶮"})  # the present store goes on until it is closed
    desk.close()
    former = backups.finish(folder)
    assert former
    again = opening.sign_in(folder, PASSWORD)
    assert names(again) == set()
    again.close()
    assert backups.finish(folder) is None


@pytest.mark.parametrize("stop", ["first rename", "second rename"])
def test_killed_between_the_renames_it_goes_on(desk: Desk, stop: str) -> None:
    children.add(desk, CHILD)
    kept, folder = make(desk).kept, desk.store.folder
    drive(backups.lay_ready(desk, kept))
    desk.close()
    if stop == "second rename":
        folder.rename(folder.with_name("aside"))
    again = opening.sign_in(folder, PASSWORD)
    assert names(again) == {NAME}
    assert again.continued
    again.close()


def test_a_rename_that_fails_leaves_everything_as_it_was(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    children.add(desk, CHILD)
    kept, folder = make(desk).kept, desk.store.folder
    children.add(desk, {"name": "罗䶮"})
    desk.close()
    rename = Path.rename

    def fails(self: Path, target: Path) -> Path:
        if self.name.endswith(restoring.READY):
            raise OSError(5, "Input/output error")
        return rename(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", fails)
        with pytest.raises(StoreError) as told:
            put_back(folder, kept)
    assert told.value.message == restoring.NOT_RESTORED
    assert sorted(p.name for p in folder.parent.iterdir()) == [folder.name, f"{folder.name}.carebackup"]
    again = opening.sign_in(folder, PASSWORD)
    assert names(again) == {NAME, "罗䶮"}
    assert not again.continued
    again.close()


@pytest.mark.parametrize("steps", range(6))
def test_a_stopped_restore_leaves_everything_as_it_was(desk: Desk, steps: int) -> None:
    children.add(desk, CHILD)
    kept, folder = make(desk).kept, desk.store.folder
    desk.close()
    work = backups.restore(folder, kept, PASSWORD)
    try:
        for _ in range(steps):
            next(work)
    except StopIteration:
        pytest.skip("it was done by then")
    work.close()
    assert sorted(p.name for p in folder.parent.iterdir()) == [folder.name, f"{folder.name}.carebackup"]
    again = opening.sign_in(folder, PASSWORD)
    assert not again.continued
    again.close()


def test_the_notes_tell_a_backup_put_back_by_hand(desk: Desk) -> None:
    """Somebody copies the folder in the file manager, as people do."""
    kept, folder = make(desk).kept, desk.store.folder
    desk.close()
    opening.sign_in(folder, PASSWORD).close()
    opening.sign_in(folder, PASSWORD).close()
    shutil.rmtree(folder)
    shutil.copytree(kept.folder, folder)
    again = opening.sign_in(folder, PASSWORD)
    assert again.continued
    again.close()
    assert copies.state_folder().is_dir()


def test_sticks_are_where_the_system_mounts_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(media.VARIABLE, os.pathsep.join([str(tmp_path), str(tmp_path / "gone")]))
    assert media.sticks() == [tmp_path]
    monkeypatch.delenv(media.VARIABLE)
    monkeypatch.setattr(media, "_MOUNTS", (str(tmp_path),))
    for name in ("U盘", "user/KINGSTON", "user/folder"):
        (tmp_path / name).mkdir(parents=True)
    monkeypatch.setattr(Path, "is_mount", lambda self: self.name in ("U盘", "KINGSTON"))
    if sys.platform != "win32":
        assert media.sticks() == [tmp_path / "U盘", tmp_path / "user" / "KINGSTON"]
