"""What was saved stays saved. What a user would lose: an evening's work, when the battery dies or the disk does.

Everything: `python tests/faults/saves.py` (500 kills of a working program)."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from carehub.domain.care import Visit
from carehub.domain.errors import CareHubError, StoreError
from carehub.domain.people import Child
from carehub.services import checking, children, opening, records, users
from carehub.services.desk import Desk
from carehub.store import audit, keyring
from carehub.store.engine import DISK_FAILED
from carehub.store.lock import IN_USE

from ..conftest import PASSWORD, drive

TOP = Path(__file__).resolve().parents[2]
posix = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and kill -9")


def saves(*given: str, before: str = "") -> subprocess.CompletedProcess[str]:
    """Runs the command that kills a working program."""
    lines = ["import sys", f"sys.argv = {['saves.py', *given]!r}", "from tests.faults import saves", before,
             "sys.exit(saves.main())"]  # fmt: skip
    code = "\n".join(lines)
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=TOP, check=False)


@posix
def test_a_killed_program_loses_no_save_it_had_acknowledged() -> None:
    done = saves("10")
    assert done.returncode == 0, done.stdout + done.stderr
    told = re.search(r"10 kills in \d+ s, \d+ of them within a save, (\d+) saves acknowledged, 0 wrong", done.stdout)
    assert told
    assert int(told[1]) > 20


@posix
@pytest.mark.parametrize(
    "broken",
    ["saves.drafts.keep = lambda *_: None", "saves.records.void = lambda *_: None"],
    ids=["nothing is kept", "nothing is voided"],
)
def test_the_suite_notices_a_save_that_was_none(broken: str) -> None:
    """A suite that cannot fail proves nothing."""
    done = saves("4", before=broken)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "lost:" in done.stdout


def test_every_connection_waits_until_the_disk_has_it(desk: Desk) -> None:
    """With less, the last saves before a power cut are gone though the program said they were saved."""
    with desk.store.reading() as one, desk.store.reading() as other, desk.unit() as unit:
        for session in (one, other, unit.session):
            assert session.execute(text("PRAGMA synchronous")).scalar() == 2
            assert session.execute(text("PRAGMA journal_mode")).scalar() == "wal"
            assert session.execute(text("PRAGMA secure_delete")).scalar() == 1, "what is erased is overwritten"


def test_an_open_store_is_not_opened_by_another_process(desk: Desk) -> None:
    """Two windows on one file would show each other's past."""
    code = f"""
import sys
from carehub.services import opening
from carehub.domain.errors import StoreError
try:
    opening.sign_in(__import__('pathlib').Path({str(desk.store.folder)!r}), {PASSWORD!r})
except StoreError as error:
    print(error.message)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == IN_USE


# --- damaged pages ----------------------------------------------------------------------------------------------------


def root_of(desk: Desk, name: str) -> int:
    with desk.store.reading() as session:
        sql = text("SELECT rootpage FROM sqlite_master WHERE name = :name")
        return int(session.execute(sql, {"name": name}).scalar_one())


def spoil(desk: Desk, page: int, how: str) -> Desk:
    """Closes a store, damages a page of its file and opens it again."""
    desk.store.settle()
    folder = desk.store.folder
    desk.close()
    data = bytearray((folder / "store.db").read_bytes())
    at = (page - 1) * 4096
    if how == "torn":  # only half of it reached the disk
        data[at + 2048 : at + 4096] = os.urandom(2048)
    else:
        data[at + 1234] ^= 0x10
    (folder / "store.db").write_bytes(data)
    return opening.sign_in(folder, PASSWORD)


@pytest.mark.parametrize("how", ["torn", "one bit"])
@pytest.mark.parametrize(
    ("name", "sentence", "concerned"),
    [
        ("visit", audit.WHERE, "Visits"),
        ("volunteer", audit.WHERE, "Volunteers"),
        ("change_row", audit.LOG_DAMAGED, None),
        ("search_index_data", audit.INDEX_DAMAGED, None),
        ("sent", audit.OWN_DAMAGED, "sent"),
    ],
)
def test_a_damaged_page_is_found_and_what_it_concerns_is_named(
    desk: Desk, name: str, sentence: str, concerned: str | None, how: str
) -> None:
    child = children.add(desk, {"name": "罗䶮"})[0].child.id
    records.add(desk, Visit, {"child_id": child, "done_on": "2026-10-20", "note": "裂缝"})
    damaged = spoil(desk, root_of(desk, name), how)
    try:
        found = drive(checking.check(damaged))
        told = [f.error for f in found if f.kind == "pages" and f.error.message != audit.PAGE]
        assert [(e.message, e.values.get("table")) for e in told if e.message == sentence] == [(sentence, concerned)]
        assert any(f.error.message == audit.PAGE for f in found)
        assert not [e for e in told if e.values.get("table") == "Children"], "what is whole is not called damaged"
        assert "备份" in damaged.texts.error(told[0])
    finally:
        damaged.close()


@pytest.mark.parametrize("page", [1, 2])
def test_a_store_that_does_not_open_says_what_to_do(desk: Desk, page: int) -> None:
    with pytest.raises(StoreError) as told:
        spoil(desk, page, "torn")
    assert told.value.message in opening.DAMAGE
    assert "备份" in desk.texts.error(told.value)


# --- keyring ----------------------------------------------------------------------------------------------------------


def kinds(findings: list[checking.Finding]) -> list[tuple[str, str]]:
    return [(f.kind, f.error.message) for f in findings]


def test_check_looks_at_every_way_in(desk: Desk) -> None:
    folder = desk.store.folder
    ring = keyring.load(folder)
    assert drive(checking.check(desk)) == []

    def with_slots(*slots: keyring.Slot) -> list[tuple[str, str]]:
        keyring.save(keyring.Keyring(ring.format, ring.store, list(slots)), folder)
        return kinds(drive(checking.check(desk)))

    own, recovery = ring.slots
    worn = keyring.Slot(own.owner, own.salt[:-4], own.operations, own.memory, own.wrapped)
    greedy = keyring.Slot(own.owner, own.salt, own.operations, 1 << 40, own.wrapped)
    cheap = keyring.Slot(own.owner, own.salt, own.operations, 1 << 20, own.wrapped)
    for bad in (worn, greedy, cheap):
        assert with_slots(bad, recovery) == [("keyring", audit.SLOT)]
    assert with_slots(own) == [("keyring", audit.CODE)]
    assert with_slots(own, keyring.Slot("recovery", "", 1, 1, "")) == [("keyring", audit.CODE)]
    (folder / keyring.FILE).write_text("{", "utf-8")
    assert kinds(drive(checking.check(desk))) == [("keyring", keyring.KEYRING_DAMAGED)]
    keyring.save(ring, folder)
    assert drive(checking.check(desk)) == []


def test_passwords_without_users_and_users_without_passwords_are_told(desk: Desk) -> None:
    person = users.add(desk, "王建国", "recorder", "andere-Worte", PASSWORD)
    folder = desk.store.folder
    ring = keyring.load(folder)
    slot = next(s for s in ring.slots if s.owner == person.id)
    users.remove(desk, person.id)
    keyring.save(ring, folder)  # as when the name was taken off on another laptop
    notes = {m: f for f in checking.notes(desk) for m in [f.error.message]}
    assert notes[audit.LEFT_IN].error.values == {"name": "王建国"}
    with desk.unit() as unit:
        unit.raw.execute('UPDATE "user" SET active = 1 WHERE id = ?', (person.id,))
    ring.slots = [s for s in ring.slots if s is not slot]
    stranger = keyring.Slot("nobody", slot.salt, slot.operations, slot.memory, slot.wrapped)
    ring.slots.append(stranger)
    keyring.save(ring, folder)
    told = {f.error.message: f.error.values for f in checking.notes(desk)}
    assert told[audit.NO_PASSWORD] == {"name": "王建国"}
    assert told[audit.NO_USER] == {"owner": "nobody"}
    assert drive(checking.check(desk)) == [], "it may be right: users travel, passwords do not"


def test_no_backup_and_an_old_one_are_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from carehub.services import backups

    assert kinds(checking.notes(desk)) == [("backups", checking.NO_BACKUP)]
    drive(backups.make(desk))
    assert checking.notes(desk) == []
    monkeypatch.setattr(backups, "OLD", -1)
    assert kinds(checking.notes(desk)) == [("backups", checking.OLD_BACKUP)]


# --- disk full, read-only ---------------------------------------------------------------------------------------------


@posix
@pytest.mark.parametrize("room", [0, 40_000, 150_000])
def test_a_full_disk_saves_nothing_half_and_keeps_what_was_saved(
    desk: Desk, room: int, make_store: Callable[..., opening.NewStore]
) -> None:
    """The system itself takes no byte beyond a size (RLIMIT_FSIZE), in a process of its own."""
    import resource

    from .test_backups import in_child

    first = children.add(desk, {"name": "罗䶮"})[0].child.id
    folder = desk.store.folder
    desk.close()

    def child() -> str:
        inner = opening.sign_in(folder, PASSWORD)
        size = (folder / "store.db-wal").stat().st_size + room
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
        saved = 0
        try:
            for n in range(200):
                children.add(inner, {"name": f"孩{n}", "remark": "很长的备注" * 300})
                saved += 1
        except CareHubError as error:
            return f"{saved} {error.message}"
        return "no end"

    saved, _, sentence = in_child(child).partition(" ")
    assert sentence == DISK_FAILED
    again = opening.sign_in(folder, PASSWORD)
    names = {c.name for c in records.fetch(again, Child, records.ids(again, Child))}
    assert first in records.ids(again, Child)
    assert names == {"罗䶮", *(f"孩{n}" for n in range(int(saved)))}
    assert drive(checking.check(again)) == []
    again.close()
