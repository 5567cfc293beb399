"""The draw: nobody steers it, anybody repeats it. What would be lost: the one check that money arrives."""

import hashlib
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carehub.domain.audit_draw import (
    BY_SCHOOL,
    SIMPLE,
    Candidate,
    clean_number,
    digest,
    draw,
    next_reserve,
    rank,
    seed,
    shares,
    size,
)

IDS = st.uuids().map(str)
SCHOOLS = st.sampled_from(["中心小学", "红岩完小", "新民村小", "第二初级中学", ""])
LISTS = st.dictionaries(IDS, SCHOOLS, min_size=1, max_size=300).map(
    lambda found: [Candidate(i, 62500, school) for i, school in found.items()]
)
RATES = st.integers(30, 50)
METHODS = st.sampled_from([SIMPLE, BY_SCHOOL])
SEEDS = st.binary(min_size=32, max_size=32).map(bytes.hex)


@given(LISTS, SEEDS, RATES, METHODS, st.randoms())
def test_the_order_in_which_payments_are_listed_changes_nothing(found, seed_, permille, method, random) -> None:
    mixed = random.sample(found, len(found))
    assert draw(mixed, seed_, permille, method) == draw(found, seed_, permille, method)
    assert digest(mixed) == digest(found)


@given(LISTS, SEEDS, RATES, METHODS)
def test_every_draw_is_of_the_list_once_and_of_the_size_asked_for(found, seed_, permille, method) -> None:
    places = draw(found, seed_, permille, method)
    called = [p for p in places if not p.reserve]
    assert len(called) == size(len(found), permille)
    assert len({p.id for p in places}) == len(places)
    assert {p.id for p in places} <= {c.id for c in found}
    assert [p.place for p in places] == list(range(1, len(places) + 1))
    assert [p.reserve for p in places] == sorted(p.reserve for p in places), "reserves stand at the end"
    if method == BY_SCHOOL:
        of = {c.id: c.school for c in found}
        wanted = shares(Counter(of.values()), permille)
        assert {name: n for name, n in wanted.items() if n} == dict(Counter(of[p.id] for p in called))


@given(LISTS, SEEDS, RATES)
def test_a_payment_erased_later_moves_nobody_else_up_or_down(found, seed_, permille) -> None:
    whole = [c.id for c in sorted(found, key=lambda c: rank(seed_, c.id))]
    left = draw(found[1:], seed_, permille, SIMPLE)
    order = [p.id for p in left]
    assert order == [i for i in whole if i != found[0].id][: len(order)]


@given(st.dictionaries(st.text(max_size=5), st.integers(1, 2000), min_size=1, max_size=40), RATES)
def test_schools_share_the_calls_by_their_size(schools: dict[str, int], permille: int) -> None:
    found, total = shares(schools, permille), sum(schools.values())
    wanted = size(total, permille)
    assert sum(found.values()) == wanted
    for name, count in schools.items():
        assert wanted * count // total <= found[name] <= min(count, wanted * count // total + 1)


@given(st.integers(1, 2_000_000), RATES)
def test_the_rate_stays_between_three_and_five_percent(population: int, permille: int) -> None:
    n = size(population, permille)
    assert n * 1000 >= 30 * population
    if any(30 * population <= 1000 * k <= 50 * population for k in range(n + 1)):
        assert n * 1000 <= 50 * population


def test_without_anybody_nobody_is_drawn() -> None:
    assert size(0, 50) == 0
    assert draw([], "00", 50, SIMPLE) == []


def test_the_draw_as_the_handbook_tells_it() -> None:
    """Made once more from the description alone, without the program's functions."""
    batch, lot, number = "018f2b6c-0000-7000-8000-000000000001", "双色球 2026045期", "02 07 11 16 25 31 09"
    rows = [(f"018f2b6c-0000-7000-8000-{n:012d}", 62500, "中心小学" if n % 3 else "红岩完小") for n in range(60)]
    text = "".join(sorted(f"{i}\t{fen}\t{school}\n" for i, fen, school in rows))
    mark = hashlib.sha256(text.encode()).hexdigest()
    lines = ["carehub-audit-1", batch, mark, "50", "simple", lot, number]
    told = hashlib.sha256("".join(line + "\n" for line in lines).encode()).hexdigest()
    ranked = sorted(rows, key=lambda r: hashlib.sha256(f"{told}\t{r[0]}".encode()).hexdigest())
    candidates = [Candidate(*r) for r in rows]
    assert digest(candidates) == mark
    assert seed(batch, mark, 50, SIMPLE, lot, number) == told
    places = draw(candidates, told, 50, SIMPLE)
    assert [p.id for p in places] == [r[0] for r in ranked[:9]], "three calls, six reserves"
    assert told == "91657e09206c9a8e61ecd46d41f3d09b2c0926d9cc371fa8fca6a53b6760e3e6"


def test_everything_that_was_fixed_before_goes_into_the_seed() -> None:
    base = ("b", "d", 50, SIMPLE, "双色球 2026045期", "020711")
    others = [("c", *base[1:]), ("b", "e", *base[2:]), (*base[:2], 40, *base[3:]), (*base[:3], BY_SCHOOL, *base[4:]),
              (*base[:4], "另一期", base[5]), (*base[:5], "020712")]  # fmt: skip
    assert len({seed(*told) for told in [base, *others]}) == 7


def test_over_many_seeds_everybody_is_drawn_alike() -> None:
    """Twenty payments, two thousand draws of one: each about a hundred times (chi-square, 19 degrees, 0.1 %)."""
    found = [Candidate(f"p{n}", 1, "") for n in range(20)]
    times = Counter(draw(found, hashlib.sha256(str(n).encode()).hexdigest(), 50, SIMPLE)[0].id for n in range(2000))
    assert sum((times[c.id] - 100) ** 2 / 100 for c in found) < 43.8


@pytest.mark.parametrize(
    ("typed", "number"),
    [("02,07，11 16 25 31 + 09", "02 07 11 16 25 31 09"), ("０２０７１１", "020711"), ("12345", None), ("", None)],
)
def test_numbers_as_they_are_published(typed: str, number: str | None) -> None:
    assert clean_number(typed) == number


def test_the_next_reserve_is_of_the_same_school_where_there_is_one() -> None:
    found = [Candidate(f"p{n}", 1, "甲" if n % 2 else "乙") for n in range(80)]
    places = draw(found, "ab" * 32, 50, BY_SCHOOL)
    spare = [p for p in places if p.reserve]
    first = next_reserve(spare, "甲", BY_SCHOOL)
    assert first is not None
    assert first.school == "甲"
    assert first.place == min(p.place for p in spare if p.school == "甲")
    other = next_reserve([p for p in spare if p.school == "乙"], "甲", BY_SCHOOL)
    assert other is not None
    assert other.school == "乙", "nobody left there: the next of all"
    assert next_reserve(spare, "甲", SIMPLE) == spare[0]
    assert next_reserve([], "甲", SIMPLE) is None
