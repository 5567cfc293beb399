"""The store lets nobody in, opens once, and says in words what is wrong."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text

from carehub.domain.errors import NotAllowed, StoreError
from carehub.domain.people import Child
from carehub.services import checking, handover, opening, records
from carehub.services.desk import Desk
from carehub.store import attempts, keyring, schema
from carehub.store.engine import BUSY, DAMAGED, DISK_FAILED, DatabaseError, connect, told_in_words

from ..conftest import PASSWORD, drive


def test_a_stolen_file_tells_nothing(desk: Desk) -> None:
    records.add(desk, Child, {"name": "MARKERWORD标记词", "home_address": "MARKERWORD标记词", "status": "active"})
    for file in desk.store.folder.iterdir():
        data = file.read_bytes()
        assert b"MARKERWORD" not in data
        assert "标记词".encode() not in data
        assert not data.startswith(b"SQLite format 3")


def test_wrong_password_and_wrong_name_read_alike(desk: Desk) -> None:
    folder = desk.store.folder
    desk.close()
    told = set()
    for password, user in (("falsch-99", ""), (PASSWORD, "没有这个人"), ("falsch-99", "没有这个人")):
        with pytest.raises(NotAllowed) as caught:
            opening.sign_in(folder, password, user)
        told.add(str(caught.value))
        (folder / attempts.FILE).unlink()
    assert len(told) == 1
    opening.sign_in(folder, PASSWORD, "李秀英").close()


def test_an_open_store_cannot_be_opened_twice(desk: Desk) -> None:
    with pytest.raises(StoreError):
        opening.sign_in(desk.store.folder, PASSWORD)


def test_the_recovery_code_opens_and_a_slip_is_told(make_store: Callable[..., opening.NewStore]) -> None:
    new = make_store("room", "新民村")
    folder, code = new.desk.store.folder, new.recovery_code
    new.desk.close()
    ring = keyring.load(folder)
    assert keyring.unwrap(ring, code.lower().replace("-", " "), recovery=True)[0] == "recovery"
    slipped = ("1" if code[0] != "1" else "2") + code[1:]
    with pytest.raises(NotAllowed):
        keyring.unwrap(ring, slipped, recovery=True)
    with pytest.raises(NotAllowed):
        keyring.unwrap(ring, code)


def test_new_slots_cost_what_security_asks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert keyring.MEMORY >= 19 * 1024 * 1024
    assert keyring.OPERATIONS >= 2


def test_a_damaged_keyring_or_missing_database_is_a_sentence(desk: Desk, tmp_path: Path) -> None:
    desk.close()
    copy = tmp_path / "copy"
    shutil.copytree(desk.store.folder, copy)
    (copy / "store.db").unlink()
    with pytest.raises(StoreError):
        opening.sign_in(copy, PASSWORD)
    assert not (copy / "store.db").exists()
    (copy / keyring.FILE).write_text("{", "utf-8")
    with pytest.raises(StoreError):
        opening.sign_in(copy, PASSWORD)
    with pytest.raises(StoreError):
        opening.sign_in(tmp_path / "nowhere", PASSWORD)


def test_a_store_from_the_future_is_refused_and_untouched(desk: Desk) -> None:
    with desk.store._writing.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    desk.close()
    with pytest.raises(StoreError):
        opening.sign_in(desk.store.folder, PASSWORD)
    _, key = keyring.unwrap(keyring.load(desk.store.folder), PASSWORD)
    connection = connect(desk.store.folder / "store.db", key)
    assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("9999",)
    connection.close()


def test_the_revision_the_program_knows_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [schema.REVISION]


def test_check_finds_a_flipped_byte_and_a_row_changed_behind_the_log(desk: Desk) -> None:
    child, _ = records.add(desk, Child, {"name": "罗䶮", "status": "active"})
    assert drive(checking.check(desk)) == []
    with desk.unit() as unit:
        unit.raw.execute("UPDATE writer SET capture = 0")
        unit.raw.execute("UPDATE child SET name = '别人' WHERE id = ?", (child.id,))
        unit.raw.execute("UPDATE writer SET capture = 1")
    assert [f.kind for f in drive(checking.check(desk))] == ["fold"]
    with desk.store.reading() as session:
        session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        page = session.execute(text("SELECT rootpage FROM sqlite_master WHERE name = 'award_site_id'")).scalar_one()
    folder = desk.store.folder
    desk.close()
    data = bytearray((folder / "store.db").read_bytes())
    data[4096 * (page - 1) + 2000] ^= 1  # a page that opening does not read
    (folder / "store.db").write_bytes(bytes(data))
    damaged = opening.sign_in(folder, PASSWORD)
    try:
        assert "pages" in {f.kind for f in drive(checking.check(damaged))}
    finally:
        damaged.close()


def test_a_full_disk_is_not_called_damage() -> None:
    """Else somebody would put an old backup over sound data."""
    full = told_in_words(DatabaseError("database or disk is full"))
    damaged = told_in_words(DatabaseError("file is not a database"))
    assert (full and full.message, damaged and damaged.message) == (DISK_FAILED, DAMAGED)
    busy = told_in_words(DatabaseError("database is locked"))
    assert busy
    assert busy.message == BUSY
    assert told_in_words(DatabaseError("near “SELEC”: syntax error")) is None


def test_the_keyring_and_the_emergency_key_are_for_their_owner_only(desk: Desk, tmp_path: Path) -> None:
    file = handover.write_identity(desk, PASSWORD, tmp_path / "key.txt")
    for path in (file, desk.store.folder / keyring.FILE):
        assert path.stat().st_mode & 0o077 == 0


def test_a_folder_in_use_is_not_made_a_store(tmp_path: Path, make_store: Callable[..., opening.NewStore]) -> None:
    (tmp_path / "新民村").mkdir()
    (tmp_path / "新民村" / "letter.txt").write_text("x", "utf-8")
    with pytest.raises(StoreError):
        make_store("room", "新民村")
    assert [p.name for p in (tmp_path / "新民村").iterdir()] == ["letter.txt"]
