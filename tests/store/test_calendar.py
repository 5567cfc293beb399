"""The calendar of who has handed in. What a user would lose: a room that has been silent for months, unnoticed."""

from datetime import date, datetime
from pathlib import Path

from carehub.services import calendars, children, handover, merging
from carehub.services.calendars import Mark
from carehub.services.desk import Desk
from carehub.services.opening import NewStore

from ..conftest import drive

TODAY = date.today()


def take(office: Desk, *files: Path, **options: str) -> list[merging.Merged]:
    results: list[merging.Merged] = drive(merging.merge(office, files, **options))
    calendars.note_waiting(office, results)
    return results


def move(office: Desk, number: int, day: date) -> None:
    """As if a bundle had been taken in on another day."""
    at = int(datetime(day.year, day.month, day.day, 12).timestamp() * 1000)
    with office.unit() as unit:
        unit.raw.execute("UPDATE intake SET at = ? WHERE number = ?", (at, number))


def test_months_go_back_over_the_turn_of_the_year() -> None:
    months = calendars.months_before(date(2026, 2, 10), 4)
    assert months == [date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]


def test_each_month_says_handed_in_nothing_or_not_yet(circle: tuple[Desk, NewStore], tmp_path: Path) -> None:
    office, new = circle
    take(office, drive(handover.export(new.desk, tmp_path)).file, approve=" ".join(new.words))
    for name in ("一", "二"):
        children.add(new.desk, {"name": name})
        take(office, drive(handover.export(new.desk, tmp_path)).file)
    months = calendars.months_before(TODAY, 5)
    move(office, 1, months[1])
    for number in (2, 3):
        move(office, number, months[2])
    (row,) = calendars.calendar(office, TODAY, 5)
    assert (row.name, row.waits) == ("新民村", None)
    assert [m.mark for m in row.months] == [Mark.BEFORE, Mark.HANDED_IN, Mark.HANDED_IN, Mark.NOTHING, Mark.NOT_YET]
    assert [len(m.bundles) for m in row.months] == [0, 1, 2, 0, 0]
    assert row.latest is not None
    assert row.latest["number"] == 3


def test_a_gap_is_seen_until_the_missing_bundle_and_the_waiting_one_are_in(
    circle: tuple[Desk, NewStore], tmp_path: Path
) -> None:
    office, new = circle
    room = new.desk
    take(office, drive(handover.export(room, tmp_path)).file, approve=" ".join(new.words))
    back = drive(handover.export(office, tmp_path, room.site.name)).file
    drive(merging.merge(room, [back]))
    children.add(room, {"name": "一"})
    lost = drive(handover.export(room, tmp_path)).file
    with office.unit() as unit:  # the office holds less than its receipt said: put back from an older copy
        unit.raw.execute("UPDATE link SET got = 0, number = 0")
        unit.raw.execute("DELETE FROM intake")
    first = next(tmp_path.glob("新民村→*-001-*"))
    (waiting,) = take(office, lost)
    assert waiting.status == "waiting"
    (row,) = calendars.calendar(office)
    assert row.waits is not None
    assert (row.waits.reason, row.waits.missing, row.waits.number) == (calendars.GAP, 1, 2)
    take(office, first)
    assert calendars.calendar(office)[0].waits is not None
    take(office, lost)
    assert calendars.calendar(office)[0].waits is None


def test_a_site_that_waits_for_its_words_is_remembered(circle: tuple[Desk, NewStore], tmp_path: Path) -> None:
    office, new = circle
    file = drive(handover.export(new.desk, tmp_path)).file
    take(office, file)
    assert calendars.calendar(office) == []
    take(office, file, approve=" ".join(new.words))
    assert calendars.calendar(office)[0].waits is None
