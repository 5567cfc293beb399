"""The rules of what there is to see to, on the days where they begin and end. What a child would lose: a visit nobody
remembered, an alarm nobody saw, a file that dropped off silently."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carehub import resources
from carehub.domain.attention import Facts, Line, Rules, age_on, due_on, filed_on, years_before
from carehub.domain.ids import new_id

DAY = date(2026, 11, 24)
FILED = date(2026, 11, 20)
INTERVALS = {"high": 7, "medium": 30, "low": 90, "unknown": 30}
VISITS = {Line.OVERDUE, Line.SOON}
days = st.dates(date(2004, 1, 1), date(2040, 12, 31))


def facts(**told: object) -> Facts:
    """A child with whom nothing is the matter but what is told."""
    return Facts(**({"id": "c", "filed": FILED, "birth": date(2014, 5, 5), "risk": "low"} | told))  # type: ignore[arg-type]


def lines(day: date = DAY, **told: object) -> set[Line]:
    return set(Rules(day, INTERVALS).lines(facts(**told)))


def test_the_reference_data_has_the_defaults() -> None:
    assert resources.visit_intervals() == INTERVALS
    assert resources.visit_intervals().keys() - {"unknown"} == {c.code for c in resources.codebook()["risk_level"]}


def test_nothing_is_the_matter() -> None:
    assert lines() == set()


@pytest.mark.parametrize(("risk", "interval"), [("high", 7), ("medium", 30), ("low", 90), (None, 30), ("odd", 30)])
@pytest.mark.parametrize("never", [True, False])
def test_a_visit_is_due_on_the_day_and_told_a_week_before(risk: str | None, interval: int, never: bool) -> None:
    start = DAY - timedelta(days=interval)
    told = {"risk": risk, "filed" if never else "last": start}
    for late, wanted in ((0, {Line.OVERDUE}), (1, {Line.OVERDUE}), (-1, {Line.SOON}), (-7, {Line.SOON}), (-8, set())):
        assert lines(DAY + timedelta(days=late), **told) & VISITS == wanted


def test_the_day_agreed_at_the_last_visit_counts_if_it_is_earlier() -> None:
    last = DAY - timedelta(days=10)
    assert due_on(facts(last=last, agreed=DAY), INTERVALS) == DAY
    assert due_on(facts(last=last, agreed=DAY + timedelta(days=400)), INTERVALS) == last + timedelta(days=90)
    assert due_on(facts(last=last, agreed=last), INTERVALS) == last + timedelta(days=90), "a slip of the pen"


def test_after_consent_was_withdrawn_nobody_is_sent() -> None:
    assert lines(last=date(2020, 1, 1), consent="withdrawn") == {Line.CONSENT_WITHDRAWN}


@given(days, st.integers(0, 7000), st.booleans(), st.booleans(), st.sampled_from(["nobody", "poor", None]))
def test_alarms(day: date, before: int, guardian: bool, carer: bool, guardianship: str | None) -> None:
    birth = day - timedelta(days=before)
    found = lines(day, birth=birth, guardian=guardian, carer=carer, guardianship=guardianship)
    age = age_on(birth, day)
    alone = guardianship == "nobody" or not (guardian or carer)
    assert (Line.UNATTENDED in found) == (age < 8 and alone)
    assert (Line.NOBODY in found) == (8 <= age < 16 and guardianship == "nobody")
    assert (Line.NO_GUARDIAN in found) == (not guardian)


@pytest.mark.parametrize(("birth", "line"), [
    (date(2018, 11, 25), Line.UNATTENDED), (date(2018, 11, 24), Line.NOBODY), (date(2010, 11, 25), Line.NOBODY),
    (date(2010, 11, 24), None), (None, Line.UNATTENDED),
])  # fmt: skip
def test_alarms_end_on_the_eighth_and_the_sixteenth_birthday(birth: date | None, line: Line | None) -> None:
    found = lines(birth=birth, guardianship="nobody") & {Line.UNATTENDED, Line.NOBODY}
    assert found == ({line} if line else set())


def anniversary(birth: date, years: int) -> date:
    """The birthday as people keep it, written down another way than the rules do."""
    if (birth.month, birth.day) == (2, 29):
        first_of_march = date(birth.year + years, 3, 1)
        eve = first_of_march - timedelta(days=1)
        return eve if eve.day == 29 else first_of_march
    return date(birth.year + years, birth.month, birth.day)


@given(days, st.integers(0, 7400))
def test_birthdays_and_the_ages_of_review(day: date, before: int) -> None:
    """Nobody reaches 16 or 18 without being told, and nobody over 18 leaves the page without a decision."""
    birth = day - timedelta(days=before)
    found = lines(day, birth=birth)
    week = [anniversary(birth, n) for n in range(1, 23)]
    assert (Line.BIRTHDAY in found) == any(day <= b <= day + timedelta(days=7) for b in week)
    month = timedelta(days=30)
    assert (Line.TURNS_16 in found) == (day - month <= anniversary(birth, 16) <= day + month)
    assert (Line.TURNS_18 in found) == (day < anniversary(birth, 18) <= day + month)
    assert (Line.OF_AGE in found) == (anniversary(birth, 18) <= day)


def test_whoever_was_born_on_the_29th_of_february_has_a_birthday_every_year() -> None:
    birth = date(2016, 2, 29)
    assert Line.BIRTHDAY in lines(date(2027, 2, 22), birth=birth)
    assert Line.BIRTHDAY not in lines(date(2027, 2, 21), birth=birth)
    assert Line.BIRTHDAY in lines(date(2027, 3, 1), birth=birth)
    assert Line.BIRTHDAY not in lines(date(2027, 3, 2), birth=birth)


def test_gaps() -> None:
    gaps = {"phone": False, "birth": None, "address": False, "risk": None}
    assert lines(**gaps) == {Line.NO_PHONE, Line.NO_BIRTH, Line.NO_ADDRESS, Line.NO_RISK}
    assert lines(phone=False, guardian=False, carer=True) == {Line.NO_GUARDIAN}, "one line for one thing to do"


def test_the_day_a_file_was_made_is_told_by_its_number() -> None:
    assert filed_on(new_id()) == date.today()


@given(days, st.integers(0, 7400), st.integers(1, 18))
def test_the_latest_birth_date_of_an_age(day: date, before: int, years: int) -> None:
    """Bounds and ages say the same, on 29 February too."""
    birth = day - timedelta(days=before)
    assert (birth <= years_before(day, years)) == (age_on(birth, day) >= years)
