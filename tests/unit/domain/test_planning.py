"""Walking order and balance. What volunteers would lose: an afternoon walking to and fro, or a fair share."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carehub.domain.planning import group_of, place_of, spread, walking_key, week_of

names = st.sampled_from("abcdef")


def test_houses_are_walked_by_group_and_number_not_by_character() -> None:
    walked = ["新民村2组3号", "新民村 2 组，12号", "新民村九组", "新民村十组1号", "新民村第11组", "新民村二十组", ""]
    for order in (walked, walked[::-1], sorted(walked)):
        assert sorted(order, key=lambda a: walking_key(a, "x")) == walked
    assert walking_key("3组", "a") < walking_key("3组", "b") < walking_key("4组", "a")
    assert walking_key(None, "a") == walking_key(" ", "a")


@pytest.mark.parametrize(("places", "group"), [
    (("石桥镇新民村 3 组",), "3组"), (("新民村第十村民小组", "2组"), "10组"), (("新民村二社7号",), "2社"),
    (("新民村", "过桥，十二组老槐树旁"), "12组"), (("幸福小区3栋",), ""), ((None, ""), ""),
])  # fmt: skip
def test_the_group_of_houses_is_read_from_the_address_or_the_note(places: tuple[str | None, ...], group: str) -> None:
    assert group_of(*places) == group


def test_a_house_whose_group_only_the_note_names_is_walked_with_its_group() -> None:
    assert place_of("新民村", "3组，桥边") == "新民村3组"
    assert place_of("新民村4组", "3组，桥边") == "新民村4组"


@given(st.text(max_size=12), st.text(max_size=12), st.text(max_size=4))
def test_any_two_addresses_can_be_compared(one: str, other: str, name: str) -> None:
    a, b = walking_key(one, name), walking_key(other, name)
    assert (a < b) + (b < a) + (a == b) == 1


@given(
    st.lists(st.integers(0, 60).map(str), unique=True), st.dictionaries(st.integers(0, 60).map(str), names),
    st.dictionaries(names, st.integers(0, 9)),
)  # fmt: skip
def test_everybody_is_visited_by_whom_they_know_and_the_rest_is_shared_fairly(
    route: list[str], own: dict[str, str], loads: dict[str, int]
) -> None:
    found = spread(route, own, loads)
    assert set(found) == (set(route) if loads else set())
    assert all(found[child] == own[child] for child in route if own.get(child) in loads)
    free = [child for child in route if own.get(child) not in loads]
    after = {who: load + list(found.values()).count(who) for who, load in loads.items()}
    given_free = {found[child] for child in free if loads}
    if given_free:
        assert max(after[who] for who in given_free) - min(after.values()) <= 1
    turns = sum(found[a] != found[b] for a, b in pairwise(free)) if loads else 0
    assert turns <= max(len(given_free) - 1, 0), "houses beside each other go to the same person"


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_a_week_is_monday_to_sunday(day: date) -> None:
    first, last = week_of(day)
    assert first <= day <= last
    assert (first.weekday(), last - first) == (0, timedelta(days=6))
