"""A stack of bundles at the township's desk. What a user would lose: a room's bundle left on the stick because another
one of the stack had a question, or a return bundle that was said to be there and was not."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from carehub.domain.people import Child
from carehub.services import calendars, children, handover, records, taking
from carehub.services.desk import Desk
from carehub.services.opening import NewStore

from ..conftest import drive

Town = tuple[Desk, list[NewStore]]


@pytest.fixture
def town(circle: tuple[Desk, NewStore], make_store: Callable[..., NewStore], tmp_path: Path) -> Town:
    """A township with two rooms nobody has approved yet, each with a child."""
    office, first = circle
    rooms = [first, make_store("room", "红岩村", card=next((tmp_path / "card").iterdir()))]
    for room in rooms:
        children.add(room.desk, {"name": f"{room.desk.site.name}的孩子"})
    return office, rooms


def bundles(rooms: list[NewStore], stick: Path) -> list[Path]:
    return [drive(handover.export(room.desk, stick)).file for room in rooms]


def take(office: Desk, files: list[Path], **options: Any) -> list[taking.TakenIn]:
    results: list[taking.TakenIn] = drive(taking.take_in(office, files, **options))
    return results


def test_each_newcomer_of_a_stack_comes_in_by_its_own_words(town: Town, tmp_path: Path) -> None:
    office, rooms = town
    files = bundles(rooms, tmp_path)
    assert [t.result.status for t in take(office, files, dry_run=True)] == ["waiting", "waiting"]
    words = {file: " ".join(room.words) for file, room in zip(files, rooms, strict=True)}
    tried = take(office, files, words=words, dry_run=True)
    assert [t.result.status for t in tried] == ["merged", "merged"]
    assert records.ids(office, Child) == []
    assert [t.result.file for t in take(office, files, words=words)] == files
    assert len(records.ids(office, Child)) == 2


def test_confirmed_voids_come_in_and_those_of_others_wait(town: Town, tmp_path: Path) -> None:
    """KeePassXC #6477: a whole database wiped by tombstones."""
    office, rooms = town
    for room in rooms:
        for n in range(6):
            children.add(room.desk, {"name": f"孩子{n}"})
    first = bundles(rooms, tmp_path)
    take(office, first, words={f: " ".join(r.words) for f, r in zip(first, rooms, strict=True)})
    for room in rooms:
        for child in records.ids(room.desk, Child):
            records.void(room.desk, Child, child, "搬走了")
    files = bundles(rooms, tmp_path)
    tried = take(office, files, dry_run=True)
    assert [len(t.result.preview.voided) for t in tried if t.result.preview] == [7, 7]
    assert [t.result.asks for t in take(office, files)] == [True, True]
    assert [t.result.status for t in take(office, files, confirmed=[files[0]])] == ["merged", "waiting"]
    waits = {row.name: row.waits for row in calendars.calendar(office)}
    assert waits["新民村"] is None
    assert waits["红岩村"] is not None
    assert waits["红岩村"].reason == calendars.VOIDS
    assert len(records.ids(office, Child)) == 7


def test_all_return_bundles_of_the_day_are_written_in_one_go(town: Town, tmp_path: Path) -> None:
    office, rooms = town
    files = bundles(rooms, tmp_path)
    take(office, files, words={f: " ".join(r.words) for f, r in zip(files, rooms, strict=True)})
    written = {r.site: r for r in drive(taking.return_all(office, tmp_path / "back", date.today()))}
    assert written.keys() == {"新民村", "红岩村"}
    done = [written[room.desk.site.name] for room in rooms]
    for returned, room in zip(done, rooms, strict=True):
        (back,) = take(room.desk, [returned.exported.file])
        assert back.result.status == "merged"
        assert handover.unreceipted(room.desk) == 0
    assert drive(taking.return_all(office, tmp_path / "none", date(2020, 1, 1))) == []


def test_a_stick_that_cannot_be_written_to_ends_it_with_a_sentence(town: Town, tmp_path: Path) -> None:
    office, rooms = town
    files = bundles(rooms, tmp_path)
    take(office, files, words={f: " ".join(r.words) for f, r in zip(files, rooms, strict=True)})
    blocked = tmp_path / "file"
    blocked.write_text("x", "utf-8")
    (only,) = drive(taking.return_all(office, blocked, date.today()))
    assert only.error is not None
    assert handover.sent(office) == []
