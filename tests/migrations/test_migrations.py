"""Stores of earlier releases open, and a migration that fails changes nothing. What a user would lose: the store, on
the day the program is brought up to date (CommCare; see also tests/vectors for bundles)."""

import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from carehub.domain.errors import StoreError
from carehub.domain.people import Child
from carehub.services import backups, checking, children, drafts, erasing, opening, questions, records
from carehub.services.desk import Desk
from carehub.store import forgetting, keyring, schema
from carehub.store import store as stores
from carehub.store.engine import connect, kept_copy
from carehub.store.queries import Wanted

from ..conftest import drive
from .make import CHILDREN, PASSWORD, rows_of

HERE = Path(__file__).parent
KEPT = sorted(HERE.glob("*.zip"))
REMAKE = "The schema has changed and is not released yet: make the kept store anew with python tests/migrations/make.py"


def unpack(file: Path, folder: Path) -> Path:
    """Lays the kept store of a release into a folder, encrypted with the key of its keyring."""
    with zipfile.ZipFile(file) as packed:
        packed.extractall(folder / "kept")
    store = folder / "store"
    store.mkdir()
    shutil.copy(folder / "kept" / "keyring.json", store)
    _, key = keyring.unwrap(keyring.load(store), PASSWORD)
    plain = sqlcipher.connect(str(folder / "kept" / "plain.db"), isolation_level=None)
    plain.execute(f"ATTACH ? AS made KEY \"x'{key.hex()}'\"", (str(store / "store.db"),))
    plain.execute("SELECT sqlcipher_export('made')")
    plain.execute("DETACH made")
    plain.close()
    return store


def columns(connection: Any) -> dict[str, list[str]]:
    """table → its columns."""
    names = [n for (n,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    return {n: [row[1] for row in connection.execute(f'PRAGMA table_info("{n}")')] for n in names}


@pytest.mark.parametrize("file", KEPT, ids=lambda f: f.stem)
def test_the_store_of_each_release_opens_and_reads(file: Path, tmp_path: Path, desk: Desk) -> None:
    store = unpack(file, tmp_path)
    told = json.loads((tmp_path / "kept" / "rows.json").read_text("utf-8"))
    plain = sqlcipher.connect(str(tmp_path / "kept" / "plain.db"))
    (found,) = plain.execute("SELECT version_num FROM alembic_version").fetchone()
    kept = columns(plain)
    plain.close()
    with desk.store.reading() as session:
        now = columns(desk.store.raw(session))
    if found == schema.REVISION:
        assert kept == now, REMAKE
    opened = opening.sign_in(store, PASSWORD)
    try:
        with opened.store.reading() as session:
            assert columns(opened.store.raw(session)) == now, "a migrated store is like a new one"
        rows = rows_of(opened)
        for table, kept_rows in told.items():
            after = dict(rows[table])
            for row_id, cells in kept_rows:
                assert cells.items() <= after[row_id].items(), (table, row_id)
        assert drive(checking.check(opened)) == []
        for name, typed in zip(CHILDREN, ("xu", "luo", "oyzh", "王小明", "9954"), strict=True):
            hit = records.fetch(opened, Child, records.ids(opened, Child, Wanted(search=typed)))
            assert [c.name for c in hit] == [name]
        assert len(questions.open_questions(opened)) == 1
        assert drafts.kept(opened, "child/new") == {"name": "半个名字"}
        children.add(opened, {"name": "新来的"})
        assert bool(backups.kept(store)) == (found != schema.REVISION), "a backup before every migration"
    finally:
        opened.close()


@pytest.mark.parametrize("file", KEPT, ids=lambda f: f.stem)
def test_kept_stores_are_small_and_the_cipher_is_still_understood(file: Path, tmp_path: Path) -> None:
    assert file.stat().st_size < 300_000
    with zipfile.ZipFile(file) as packed:
        packed.extractall(tmp_path)
    _, key = keyring.unwrap(keyring.load(tmp_path), PASSWORD)
    connection = kept_copy(tmp_path / "cipher.db", key)
    assert connection.execute("SELECT words FROM told").fetchone() == ("关爱屋",)
    connection.close()


def test_every_release_has_its_store() -> None:
    assert "0.1" in {f.stem for f in KEPT}


# --- a migration to come ----------------------------------------------------------------------------------------------

GOOD = '''
"""A migration that goes well."""
import sqlalchemy as sa
from alembic import op

revision, down_revision = "0002", "0001"


def upgrade():
    op.add_column("child", sa.Column("shoe_size", sa.Integer))
    op.execute("UPDATE setting SET value = value")
'''
BAD = GOOD + '    op.execute("UPDATE child SET name = \'weg\'")\n    raise RuntimeError("half way")\n'
FULL = GOOD + '    op.execute("SELECT no_such_function()")\n'


@pytest.fixture
def migration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Adds a migration to the program's own ones."""

    def add(source: str) -> None:
        folder = tmp_path / "migrations"
        shutil.copytree(schema.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "versions" / "0002_next.py").write_text(source, "utf-8")
        monkeypatch.setattr(schema, "MIGRATIONS", folder)
        monkeypatch.setattr(schema, "REVISION", "0002")

    return add


def ids(desk: Desk) -> set[str]:
    return {c.name for c in records.fetch(desk, Child, records.ids(desk, Child))}


def test_before_a_migration_a_backup_is_made(desk: Desk, migration: Callable[[str], None]) -> None:
    children.add(desk, {"name": "罗䶮"})
    folder = desk.store.folder
    desk.close()
    migration(GOOD)
    again = opening.sign_in(folder, "geheim-08")
    (backup,) = backups.kept(folder)
    assert backup.kept.about.revision == "0001"
    with again.store.reading() as session:
        assert "shoe_size" in columns(again.store.raw(session))["child"]
    assert ids(again) == {"罗䶮"}
    again.close()
    opening.sign_in(folder, "geheim-08").close()
    assert len(backups.kept(folder)) == 1, "only before a migration"


def test_what_is_erased_later_leaves_the_backup_from_before_too(desk: Desk, migration: Callable[[str], None]) -> None:
    """The law asks it of every copy; a backup of the former form is brought to the new one for that."""
    child = children.add(desk, {"name": "不留名"})[0].child.id
    folder = desk.store.folder
    desk.close()
    migration(GOOD)
    again = opening.sign_in(folder, "geheim-08")
    erasing.erase(again, child, "geheim-08")
    (before,) = backups.kept(folder)
    fresh = drive(forgetting.clean(before.kept, again.store.key, forgetting.of_store(again.store)))
    assert fresh.about.revision == "0002"
    connection = kept_copy(fresh.file, again.store.key)
    assert connection.execute("SELECT count(*) FROM child").fetchone() == (0,)
    connection.close()
    again.close()
    drive(backups.restore(folder, fresh, "geheim-08"))
    restored = opening.sign_in(folder, "geheim-08")
    assert ids(restored) == set()
    assert drive(checking.check(restored)) == []
    restored.close()


def test_a_new_store_needs_no_backup(make_store: Callable[..., opening.NewStore], migration: Any) -> None:
    migration(GOOD)
    desk = make_store("room", "新民村").desk
    assert backups.kept(desk.store.folder) == []


@pytest.mark.parametrize("source", [BAD, FULL], ids=["a fault", "a statement that fails"])
def test_a_migration_that_fails_half_way_leaves_the_store_as_it_was(
    desk: Desk, migration: Callable[[str], None], monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    children.add(desk, {"name": "罗䶮"})
    desk.store.settle()
    folder, key = desk.store.folder, desk.store.key
    desk.close()
    before = hashlib.sha256((folder / "store.db").read_bytes()).hexdigest()
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", schema.MIGRATIONS)
        patch.setattr(schema, "REVISION", schema.REVISION)
        migration(source)
        with pytest.raises(StoreError) as told:
            opening.sign_in(folder, "geheim-08")
        assert told.value.message == schema.NOT_UPGRADED
        assert isinstance(told.value.__cause__, Exception), "the log tells what went wrong"
    assert hashlib.sha256((folder / "store.db").read_bytes()).hexdigest() == before
    assert not (folder / "store.db-wal").exists()
    (backup,) = backups.kept(folder)
    assert told.value.values["folder"] == str(backup.kept.folder)
    connection = connect(folder / "store.db", key)
    assert "shoe_size" not in columns(connection)["child"]
    assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)
    assert connection.execute("SELECT name FROM child").fetchall() == [("罗䶮",)]
    connection.close()
    again = opening.sign_in(folder, "geheim-08")  # with the former program
    assert ids(again) == {"罗䶮"}
    assert drive(checking.check(again)) == []
    again.close()


def test_no_backup_no_migration(desk: Desk, migration: Callable[[str], None]) -> None:
    """A disk without room for a backup has none for a migration either; the former program goes on."""
    children.add(desk, {"name": "罗䶮"})
    folder, key = desk.store.folder, desk.store.key
    backups.place(desk).write_text("a file where the folder should be", "utf-8")
    desk.close()
    migration(GOOD)
    with pytest.raises(StoreError):
        opening.sign_in(folder, "geheim-08")
    connection = connect(folder / "store.db", key)
    assert "shoe_size" not in columns(connection)["child"]
    connection.close()


def test_a_store_from_the_future_is_refused_politely(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = desk.store.folder
    desk.store.settle()
    desk.close()
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    monkeypatch.setattr(schema, "REVISION", "0000")
    with pytest.raises(StoreError) as told:
        opening.sign_in(folder, "geheim-08")
    assert told.value.message == schema.FROM_THE_FUTURE
    assert "请" in desk.texts.error(told.value)
    assert {p.name: p.read_bytes() for p in folder.iterdir() if p.name in before} == before
    assert stores.DATABASE in before
