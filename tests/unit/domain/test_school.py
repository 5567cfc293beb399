"""Beds and terms: a bed that seems taken after its term keeps the next child out of it."""

from datetime import date

import pytest

from carehub.domain.school import BoardingPlace
from carehub.domain.terms import last_day, term_in, term_on


@pytest.mark.parametrize(
    ("words", "term"),
    [
        ("中心小学2026年春季学期住校生花名册", "2026年春季"),
        ("２０２５年秋季", "2025年秋季"),
        ("2025-2026学年第二学期住宿生名单", "2026年春季"),
        ("2025—2026学年度上学期", "2025年秋季"),
        ("住校生名单", None),
    ],
)
def test_terms_as_offices_write_them(words: str, term: str | None) -> None:
    assert term_in(words) == term


@pytest.mark.parametrize("day", [date(2026, 1, 31), date(2026, 2, 1), date(2026, 7, 31), date(2026, 8, 1)])
def test_every_day_is_in_its_own_term(day: date) -> None:
    last = last_day(term_on(day))
    assert last is not None
    assert last >= day


def test_a_place_ends_with_its_term_or_before() -> None:
    place = BoardingPlace(site_id="s", child_id="c", term="2026年春季")
    assert place.held_on(date(2026, 7, 31))
    assert not place.held_on(date(2026, 8, 1))
    place.ended_on = date(2026, 5, 1)
    assert place.held_on(date(2026, 5, 1))
    assert not place.held_on(date(2026, 5, 2))
    place.voided_on = date(2026, 3, 1)
    assert not place.held_on(date(2026, 3, 1))
