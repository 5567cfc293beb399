"""Volunteers proposed for children. What a child would lose: somebody who lives next door and can help, or to be looked
after by one who has five already; what a township would lose: its own rule about girls and men."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carehub import resources
from carehub.domain import matching
from carehub.domain.matching import ChildFacts, Place, Rules, VolunteerFacts, place_of

RULES = resources.matching()
HERE = Place("新民村", 3)


def kinds(made: matching.Match) -> set[str]:
    return {reason.kind for reason in made.reasons}


@pytest.mark.parametrize(
    ("text", "village", "group"),
    [
        ("石桥镇新民村3组12号", "新民村", 3),
        ("江南区石桥镇新民村三社", "新民村", 3),
        ("新民村十二组", "新民村", 12),
        ("红岩社区2组", "红岩社区", 2),
        ("江南区红岩街道红岩社区", "红岩社区", 0),
        ("7组", "", 7),
        ("过石桥右转第三家", "", 0),
        (None, "", 0),
    ],
)
def test_where_somebody_lives_is_read_from_an_address(text: str | None, village: str, group: int) -> None:
    assert place_of(text) == Place(village, group)
    assert place_of(None, text, "别的村9组") == Place(village or "别的村", group or 9)


def test_the_address_of_a_volunteer_may_stand_among_the_remarks_of_its_ledger() -> None:
    assert matching.home_in("政治面貌：党员；家庭住址：石桥镇新民村3组\n学历：高中") == "石桥镇新民村3组"
    assert matching.home_in("原新民村支部书记") == ""
    assert matching.home_in(None) == ""


def test_neighbours_and_those_who_know_the_child_come_first() -> None:
    child = ChildFacts("c", "s", 2, HERE, known=frozenset({"known"}))
    people = [
        VolunteerFacts("far", "s", 2, Place("红岩村", 3)),
        VolunteerFacts("next", "s", 2, Place("新民村", 4)),
        VolunteerFacts("group", "s", 2, HERE),
        VolunteerFacts("known", "s", 2, HERE),
        VolunteerFacts("elsewhere", "t", 2, Place("", 3)),
    ]
    found = matching.propose(child, people, RULES)
    assert [m.volunteer for m in found] == ["known", "group", "next", "far", "elsewhere"]
    assert kinds(found[0]) == {"site", "village", "group", "known", "free"}
    assert kinds(found[2]) == {"site", "village", "near", "free"}
    assert kinds(found[4]) == {"free"}, "3组 of a village nobody named is not 3组 of another room"
    assert [r.points for r in found[0].reasons] == sorted((r.points for r in found[0].reasons), reverse=True)


def test_what_the_child_needs_is_answered_by_skill_or_former_work() -> None:
    child = ChildFacts("c", "s", checks=frozenset({"study"}), words="想学二胡")
    assert {n.code for n in matching.needs_of(child, RULES)} == {"study", "arts"}
    teacher = VolunteerFacts("a", "s", kind="old_teacher")
    fiddler = VolunteerFacts("b", "s", words="会二胡，能辅导作业")
    assert [r.value for r in matching.match(child, teacher, RULES).reasons if r.kind == "skill"] == ["study"]
    assert [r.value for r in matching.match(child, fiddler, RULES).reasons if r.kind == "skill"] == ["arts", "study"]


def test_who_has_enough_children_comes_last_and_is_not_thought_of_in_one_go() -> None:
    child = ChildFacts("c", "s", 1, HERE, known=frozenset({"full"}))
    full = VolunteerFacts("full", "s", 1, HERE, load=RULES.most)
    far = VolunteerFacts("far", "t", 1)
    assert [m.volunteer for m in matching.propose(child, [full, far], RULES)] == ["far", "full"]
    assert matching.share([child], [full], RULES) == []


def test_the_rule_of_the_township_counts_only_where_it_is_wanted() -> None:
    child, wanted = ChildFacts("c", "s", 2), replace(RULES, same_sex=True)
    man, woman, unknown = (VolunteerFacts(name, "s", sex) for name, sex in (("a", 1), ("b", 2), ("c", None)))
    assert [m.volunteer for m in matching.propose(child, [man, woman], RULES)] == ["a", "b"]
    assert [m.volunteer for m in matching.propose(child, [man, woman], wanted)] == ["b", "a"]
    assert "other_sex" in kinds(matching.match(child, man, wanted)), "a person may still choose him, and is told"
    assert matching.share([child], [man], wanted) == []
    assert [m.volunteer for m in matching.share([child], [man], RULES)] == ["a"]
    assert [m.volunteer for m in matching.share([child], [man, unknown], wanted)] == ["c"]


def test_nobody_gets_a_second_child_before_everybody_has_one() -> None:
    children = [ChildFacts(f"c{n}", "s", 1, HERE) for n in range(3)]
    people = [VolunteerFacts(f"v{n}", "s", 1, HERE) for n in range(3)]
    assert Counter(m.volunteer for m in matching.share(children, people, RULES)) == {"v0": 1, "v1": 1, "v2": 1}


# --- laws -------------------------------------------------------------------------------------------------------------

PLACES = st.builds(Place, st.sampled_from(["", "新民村", "红岩村"]), st.integers(0, 3))
SEXES = st.sampled_from([None, 0, 1, 2])
SITES = st.sampled_from(["s", "t"])
CHILDREN = st.lists(
    st.builds(
        ChildFacts,
        st.integers(0, 30).map("c{}".format),
        SITES,
        SEXES,
        PLACES,
        st.frozensets(st.sampled_from(["study", "mood", "health"])),
        st.sampled_from(["", "二胡", "想念妈妈"]),
        st.frozensets(st.integers(0, 9).map("v{}".format), max_size=2),
    ),
    max_size=14,
    unique_by=lambda child: child.id,
)
PEOPLE = st.lists(
    st.builds(
        VolunteerFacts,
        st.integers(0, 9).map("v{}".format),
        SITES,
        SEXES,
        PLACES,
        st.sampled_from(["", "old_teacher"]),
        st.sampled_from(["", "会二胡", "护士"]),
        st.integers(0, 4),
    ),
    max_size=8,
    unique_by=lambda volunteer: volunteer.id,
)
RULE = st.builds(lambda wanted, most: replace(RULES, same_sex=wanted, most=most), st.booleans(), st.integers(1, 4))


def slowly(children: list[ChildFacts], volunteers: list[VolunteerFacts], rules: Rules) -> list[tuple[str, str]]:
    """The same said plainly: of all pairs that are possible the best one, again and again."""
    have, waiting, made = {v.id: v for v in volunteers}, {c.id: c for c in children}, list[tuple[str, str]]()
    while True:
        possible = [
            (-matching.match(c, v, rules).score, c.id, v.id)
            for c in waiting.values()
            for v in have.values()
            if v.load < rules.most and not (rules.same_sex and {c.sex, v.sex} == {1, 2})
        ]
        if not possible:
            return made
        _, child, volunteer = min(possible)
        made.append((child, volunteer))
        del waiting[child]
        have[volunteer] = replace(have[volunteer], load=have[volunteer].load + 1)


@given(CHILDREN, PEOPLE, RULE)
def test_sharing_keeps_its_promises(children: list[ChildFacts], people: list[VolunteerFacts], rules: Rules) -> None:
    made = matching.share(children, people, rules)
    given_out = [m.child for m in made]
    assert given_out == [c.id for c in children if c.id in set(given_out)], "each child once, in the order asked"
    before, of = {v.id: v for v in people}, {c.id: c for c in children}
    for volunteer, more in Counter(m.volunteer for m in made).items():
        assert before[volunteer].load + more <= rules.most
    if rules.same_sex:
        assert all({of[m.child].sex, before[m.volunteer].sex} != {1, 2} for m in made)
    assert sorted((m.child, m.volunteer) for m in made) == sorted(slowly(children, people, rules))
    assert matching.share(children, people, rules) == made
