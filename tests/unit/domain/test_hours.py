"""Hours from what was done. What a user would lose: thanks for work that was counted wrong."""

from datetime import date

import pytest

from carehub.domain.hours import Hours, Work, activity_minutes, work
from carehub.domain.normalise import parse_time

DAY = date(2026, 5, 1)


@pytest.mark.parametrize(
    ("last", "begins", "ends", "minutes"),
    [
        (None, "14:00", "15:30", 90),
        (DAY, "14:00", "15:30", 90),
        (date(2026, 5, 3), "09:00", "12:00", 540),
        (date(2026, 4, 30), "09:00", "12:00", 180),
        (None, "14:00", None, None),
        (None, None, "14:00", None),
        (None, "14:00", "14:00", None),
        (None, "15:00", "14:00", None),
        (None, "下午", "15:30", None),
        (None, "9:75", "15:30", None),
        (None, "99:00", "199:00", None),
    ],
)
def test_an_activity_takes_its_time_on_each_of_its_days(
    last: date | None, begins: str | None, ends: str | None, minutes: int | None
) -> None:
    assert activity_minutes(DAY, last, begins, ends) == minutes


def test_what_nobody_timed_counts_as_a_time_but_adds_nothing() -> None:
    hours = Hours(work([40, None, 0]), work([90]), work([]))
    assert hours.visits == Work(times=3, minutes=40, untimed=2)
    assert hours.total == Work(times=4, minutes=130, untimed=2)
    assert activity_minutes(None, None, "09:00", "10:00") is None


@pytest.mark.parametrize(
    ("typed", "time"),
    [
        ("9:05", "09:05"),
        ("９：０５", "09:05"),
        ("9点", "09:00"),
        ("9点半", "09:30"),
        ("15点5分", "15:05"),
        ("23:59", "23:59"),
        ("9:5", None),
        ("24:00", None),
        ("9", None),
        ("晚上", None),
        ("9点75分", None),
    ],
)
def test_times_are_read_as_people_write_them(typed: str, time: str | None) -> None:
    assert parse_time(typed) == time
