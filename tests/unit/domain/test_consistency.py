"""What does not agree in a file. What a child would lose: somebody who notices that it lives alone, or that its
guardian has died."""

from datetime import date
from typing import Any

import pytest

from carehub.domain import consistency
from carehub.domain.consistency import disagreements
from carehub.domain.madeup import MadeUp
from carehub.domain.people import Child, FamilyMember

TODAY = date(2026, 11, 25)
BIRTH = date(2016, 9, 4)
NUMBER = MadeUp(1, TODAY).identity_no(BIRTH, 2)


def found(family: list[FamilyMember] | None = None, **facts: Any) -> list[tuple[str, str, bool]]:
    child = Child(**{"site_id": "s", "name": "王小䶮", "birth_date": BIRTH, "sex": 2, "identity_no": NUMBER, **facts})
    return [(d.field, d.message, d.alarm) for d in disagreements(child, family or [], TODAY)]


def guardian(**facts: Any) -> FamilyMember:
    return FamilyMember(**{"site_id": "s", "child_id": "c", "name": "李秀英", "is_guardian": True, **facts})


@pytest.mark.parametrize(
    "facts",
    [{}, {"pupil_no": "G" + NUMBER}, {"pupil_no": "g" + NUMBER.lower()}, {"pupil_no": "J" + "1" * 18},
     {"pupil_no": "G" + "1" * 18, "identity_no": None}, {"civil_scope": True, "education_scope": True},
     {"lives_with": "paternal"}, {"next_review": TODAY}],
)  # fmt: skip
def test_what_is_in_order_is_not_complained_of(facts: dict[str, Any]) -> None:
    assert found(**facts) == []


def test_the_identity_number_tells_of_birth_sex_and_pupil_number() -> None:
    assert found(birth_date=date(2016, 9, 5))[0][0] == "birth_date"
    assert found(sex=1)[0][0] == "sex"
    assert found(pupil_no="G" + "1" * 18) == [("pupil_no", consistency.PUPIL_DIFFERS, False)]
    assert found(pupil_no="20160904") == [("pupil_no", consistency.PUPIL_SHAPE, False)]


@pytest.mark.parametrize(
    ("birth", "alarmed"), [(date(2010, 11, 26), True), (date(2010, 11, 25), False), (None, True), (BIRTH, True)]
)
def test_nobody_under_sixteen_lives_alone(birth: date | None, alarmed: bool) -> None:
    told = found(birth_date=birth, identity_no=None, lives_with="alone")
    assert told == ([("lives_with", consistency.LIVES_ALONE, True)] if alarmed else [])


def test_left_behind_is_reviewed_on_the_sixteenth_birthday() -> None:
    """Nobody drops off silently: the flag stays and is asked about, in each scope for itself, once."""
    for scopes, field in (({"civil_scope": True}, "civil_scope"), ({"education_scope": True}, "education_scope")):
        assert found(birth_date=date(2010, 11, 26), identity_no=None, **scopes) == []
        told = found(birth_date=date(2010, 11, 25), identity_no=None, **scopes)
        assert told == [(field, consistency.SCOPE_OVER, False)]


def test_a_guardian_who_has_died_is_an_alarm_and_comes_first() -> None:
    dead, ill = guardian(alive=False), guardian(able_to_care=False)
    assert found([dead], pupil_no="1") == [
        ("guardianship", consistency.GUARDIAN_DEAD, True), ("pupil_no", consistency.PUPIL_SHAPE, False),
    ]  # fmt: skip
    assert found([ill]) == [("guardianship", consistency.GUARDIAN_UNABLE, False)]
    assert found([guardian(alive=False, is_guardian=False), guardian(alive=True)]) == []


def test_an_orphan_with_a_living_parent_and_a_review_gone_by() -> None:
    mother = FamilyMember(site_id="s", child_id="c", relation="52", alive=True)
    assert found([mother], difficulty_groups="orphan poverty") == [
        ("difficulty_groups", consistency.ORPHAN_PARENT, False)
    ]
    assert found(next_review=date(2026, 11, 24)) == [("next_review", consistency.REVIEW_DUE, False)]
