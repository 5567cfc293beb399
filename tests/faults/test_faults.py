"""What a user would lose when the power fails, the stick is pulled out or the disk is full in the middle of it.

Everything: `python tests/faults/run.py` (every point) and `python tests/faults/kills.py` (200 kills of a real process).
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from carehub.domain.errors import StoreError
from carehub.domain.people import Child
from carehub.services import cards, checking, children, files, handover, merging, opening, records
from carehub.services.desk import Desk
from carehub.store import queries
from carehub.sync import outgoing
from carehub.sync.merge import CLONE

from ..conftest import PASSWORD, drive

HERE = Path(__file__).parent
CHILD = {"name": "徐𫖯", "sex": "男", "guardian": "姚秀志", "guardian_phone": "15057339953"}
posix = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and kill -9")


def command(name: str, *given: str) -> str:
    """Runs one of the commands of this folder and returns what it printed."""
    done = subprocess.run([sys.executable, HERE / name, *given], capture_output=True, text=True, check=False)
    print(done.stdout[-4000:])
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-4000:]
    return done.stdout


@posix
def test_whatever_fails_at_whatever_moment_it_happened_wholly_or_not_at_all() -> None:
    """A share of all points, the same every time."""
    told = command("run.py", "--share", "160")
    found = re.search(r"(\d+) of (\d+) points in \d+ s, 0 wrong", told)
    assert found
    assert int(found[1]) == 160
    assert int(found[2]) >= 2000, "the suite has lost most of its points"


@posix
def test_a_killed_program_leaves_nothing_half_done() -> None:
    told = command("kills.py", "10")
    assert re.search(r"10 kills in \d+ s, \d+ of them within an operation, 0 wrong", told)


TORN = """
import sys
from carehub.sync import incoming
advance = incoming._advance

def torn(connection, *given):
    connection.execute("COMMIT")
    connection.execute("BEGIN IMMEDIATE")
    return advance(connection, *given)

incoming._advance = torn
sys.argv = ["run.py", "--scene", "first", "--mode", "kill", "--share", "20"]
from tests.faults import run
sys.exit(run.main())
"""


@posix
def test_the_suite_notices_a_merge_that_commits_in_between() -> None:
    """A suite that cannot fail proves nothing."""
    command = [sys.executable, "-c", TORN]
    done = subprocess.run(command, cwd=HERE.parents[1], capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "neither before" in done.stdout


# What the suite has found


@pytest.fixture
def pair(make_store: Callable[..., opening.NewStore], tmp_path: Path) -> tuple[Desk, Desk]:
    """An office and a room whose first bundle, with a child's file, was merged."""
    office = make_store("township", "石桥镇", user="周明辉").desk
    new = make_store("room", "新民村", card=cards.write(office, tmp_path / "card"))
    children.add(new.desk, CHILD)
    assert take(office, export(new.desk, tmp_path / "out"), approve=" ".join(new.words)).status == "merged"
    return office, new.desk


def export(desk: Desk, folder: Path, site: str = "") -> Path:
    file: Path = drive(handover.export(desk, folder, site)).file
    return file


def take(desk: Desk, file: Path, **options: Any) -> merging.Merged:
    (found,) = drive(merging.merge(desk, [file], **options))
    assert isinstance(found, merging.Merged)
    return found


def state(desk: Desk, site: str) -> Any:
    with desk.store.reading() as session:
        return queries.state(session, site)


def test_a_bundle_that_was_not_remembered_is_taken_off_the_stick(
    pair: tuple[Desk, Desk], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk was full when the bundle lay on the stick already. Handed in, it would have carried the number of the
    next one, and the office would have taken the laptop for a copied one."""
    _, room = pair
    stick, sent = tmp_path / "stick", handover.sent(room)
    with room.unit() as unit:
        unit.raw.execute("CREATE TRIGGER full BEFORE INSERT ON sent BEGIN SELECT RAISE(ABORT, 'disk is full'); END")
    with pytest.raises(StoreError):
        drive(handover.export(room, stick))
    assert list(stick.iterdir()) == []
    assert handover.sent(room) == sent


def test_a_bundle_that_cannot_be_read_back_is_taken_off_the_stick(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told that it could not be written, nobody expects to find it there."""

    def unreadable(file: Path, mode: str) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "open", unreadable)
    with pytest.raises(StoreError):
        files.write_new(tmp_path, "x", ".carebundle", b"whole")
    assert list(tmp_path.iterdir()) == []


def test_a_bundle_left_on_the_stick_by_a_crash_may_be_handed_in(
    pair: tuple[Desk, Desk], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the writing of a bundle and its COMMIT a killed program leaves it on the stick, whole and valid. The next
    bundle has its number; the office takes that for a copied laptop, and with its return bundle all comes in."""
    office, room = pair
    with monkeypatch.context() as crash:
        crash.setattr(handover, "discard", lambda file: None)
        crash.setattr(outgoing, "remember", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            drive(handover.export(room, tmp_path / "stick"))
    (left,) = (tmp_path / "stick").iterdir()
    assert take(office, left).status == "merged"
    late = children.add(room, {"name": "赵一诺", "sex": "女"})[0].child.id
    refused = take(office, export(room, tmp_path / "stick"))
    assert refused.error
    assert refused.error.message == CLONE
    assert take(room, export(office, tmp_path / "stick", room.site.name)).status == "merged"
    assert take(office, export(room, tmp_path / "stick")).status == "merged"
    assert children.read(office, [late])[0].child.name == "赵一诺"
    assert state(office, room.site.id) == state(room, room.site.id)
    assert drive(checking.check(office)) == drive(checking.check(room)) == []


def test_a_page_half_carried_over_when_the_power_failed_is_not_called_damaged(desk: Desk, tmp_path: Path) -> None:
    """The page lies whole in the log beside the file. Told to restore a backup, people would lose what they typed."""
    desk.store.settle()
    for n in range(30):
        children.add(desk, {"name": "徐明", "sex": "男", "remark": f"{n} " * 500})
    shutil.copytree(desk.store.folder, tmp_path / "after", ignore=shutil.ignore_patterns("store.lock"))
    log = (tmp_path / "after" / "store.db-wal").read_bytes()
    size = int.from_bytes(log[8:12], "big")
    pages = {int.from_bytes(log[at : at + 4], "big") for at in range(32, len(log), size + 24)}
    with (tmp_path / "after" / "store.db").open("r+b") as file:
        torn = max(p for p in pages if p > 1 and p * size <= file.seek(0, os.SEEK_END))
        file.seek((torn - 1) * size)
        file.write(os.urandom(size // 2))
    after = opening.sign_in(tmp_path / "after", PASSWORD)
    try:
        assert drive(checking.check(after)) == []
        assert len(records.ids(after, Child)) == 30
    finally:
        after.close()


def test_a_copy_that_has_parted_is_not_taken_for_a_copy_again(pair: tuple[Desk, Desk], tmp_path: Path) -> None:
    """Each time it would have handed over everything anew, and told the user that the laptop was a copy."""
    office, room = pair
    folder = room.store.folder
    room.close()
    shutil.copytree(folder, tmp_path / "disk")
    notes = Path(os.environ["CAREHUB_STATE"])
    shutil.copytree(notes, tmp_path / "notes")
    one = opening.sign_in(folder, PASSWORD)
    children.add(one, {"name": "赵一诺", "sex": "女"})
    assert take(office, export(one, tmp_path / "stick")).status == "merged"
    one.close()
    shutil.rmtree(folder)
    shutil.copytree(tmp_path / "disk", folder)
    for note in (tmp_path / "notes").iterdir():
        if str(folder.resolve()) in note.read_text("utf-8"):
            shutil.copy(note, notes)
    other = opening.sign_in(folder, PASSWORD)
    assert not other.continued
    children.add(other, {"name": "王小明", "sex": "男"})
    assert take(office, export(other, tmp_path / "stick")).status == "refused"
    assert take(other, export(office, tmp_path / "stick", room.site.name)).status == "merged"
    other.close()
    again = opening.sign_in(folder, PASSWORD)
    try:
        assert not again.continued
        assert take(office, export(again, tmp_path / "stick")).status == "merged"
        assert state(office, room.site.id) == state(again, room.site.id)
    finally:
        again.close()
