"""What a sheet says in few figures, and when a child is to be visited again."""

from datetime import date

import pytest

from carehub import resources
from carehub.domain.follow_up import dangers, next_visit, people
from carehub.domain.short_days import short_day

NEAR = date(2026, 11, 25)
DAYS = resources.visit_intervals()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("24", date(2026, 11, 24)), ("25", NEAR), ("26", date(2026, 10, 26)), ("31", date(2026, 10, 31)),
        ("11.24", date(2026, 11, 24)), ("11月24日", date(2026, 11, 24)), ("1124", date(2026, 11, 24)),
        ("１１．２４", date(2026, 11, 24)), ("12.1", date(2025, 12, 1)), ("二十四日", date(2026, 11, 24)),
        ("2026-11-03", date(2026, 11, 3)), ("0", None), ("32", None), ("2.30", None), ("", None), ("昨天", None),
    ],
)  # fmt: skip
def test_a_visit_that_was_made_is_the_last_such_day(typed: str, meant: date | None) -> None:
    """A day in the future would be refused, a day in the wrong month would be saved unnoticed."""
    assert short_day(typed, NEAR, past=True) == meant


@pytest.mark.parametrize(
    ("typed", "meant"), [("30", date(2026, 11, 30)), ("2", date(2026, 12, 2)), ("1.5", date(2027, 1, 5)), ("25", NEAR)]
)
def test_the_next_visit_is_the_next_such_day(typed: str, meant: date) -> None:
    assert short_day(typed, NEAR, past=False) == meant


def test_the_31st_of_a_short_month_is_looked_for_in_the_next_long_one() -> None:
    assert short_day("31", date(2026, 4, 10), past=False) == date(2026, 5, 31)
    assert short_day("30", date(2026, 3, 1), past=True) == date(2026, 1, 30)


@pytest.mark.parametrize(("risk", "days"), [("high", 7), ("medium", 30), ("low", 90), (None, 30), ("neu", 30)])
def test_the_next_visit_follows_from_the_risk(risk: str | None, days: int) -> None:
    assert (next_visit(NEAR, risk, {}, DAYS) - NEAR).days == days


def test_a_danger_brings_the_next_visit_forward() -> None:
    """A low-risk child in a dangerous house would wait three months."""
    seen = {"home_safety": "danger", "mood": "concern"}
    assert dangers(seen) == ["home_safety"]
    assert (next_visit(NEAR, "low", seen, DAYS) - NEAR).days == DAYS["high"]
    assert (next_visit(NEAR, "high", seen, {**DAYS, "high": 3}) - NEAR).days == 3


@pytest.mark.parametrize(
    "line", ["李德福、张桂兰", "李德福，张桂兰", "李德福 张桂兰", "李德福和张桂兰", " 李德福;张桂兰 "]
)
def test_names_are_counted_however_they_are_separated(line: str) -> None:
    assert people(line) == ["李德福", "张桂兰"]
