"""The Today page's figures from real stores. What a room would lose: a child that falls between two lines, or a line
that names other children than it counts."""

from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest

from carehub.domain.attention import Line
from carehub.domain.errors import InvalidInput, NotAllowed
from carehub.domain.meetings import JointMeeting
from carehub.domain.people import Child, FamilyMember
from carehub.domain.protection import Consent
from carehub.services import (
    attention,
    children,
    consents,
    duplicates,
    handover,
    meetings,
    pledges,
    preferences,
    records,
    today,
    training,
    visits,
)
from carehub.services.desk import Desk
from carehub.services.opening import NewStore
from carehub.store.queries import Wanted

from ..conftest import drive

TODAY = date.today()
SIGNING = {"year": TODAY.year, "third_party": "parents"}
WHOLE = {"birth_date": TODAY.replace(year=TODAY.year - 10, month=6, day=15), "risk_level": "high",
         "home_address": "3组", "guardian": "李桂花", "guardian_phone": "13800000001"}  # fmt: skip


def add(desk: Desk, name: str, **told: object) -> str:
    child = children.add(desk, {"name": name, **WHOLE, **told})[0].child.id
    consents.record(desk, child, ["care"], {"name": "李桂花"})
    return child


def visited(desk: Desk, child: str, before: int) -> None:
    visits.add(desk, {"child_id": child, "done_on": TODAY - timedelta(days=before)})


def lines(desk: Desk, day: date | None = None) -> dict[str, int]:
    return {w.key: w.count for w in today.waiting(desk, day)}


def test_a_child_never_visited_counts_from_the_day_it_was_put_on_file(desk: Desk) -> None:
    child = add(desk, "罗䶮")
    birthday = {"birthday", "turns-16"}
    assert lines(desk, TODAY + timedelta(days=6)).keys() - birthday == {"due-soon"}
    later = TODAY + timedelta(days=9)
    assert attention.children_of(desk, Line.OVERDUE, later) == (child,)
    assert attention.count(desk, later).longest == attention.of_children(desk, [child], later).overdue(child) == 2


def test_the_last_visit_counts_also_if_it_stands_in_another_file_of_the_child(desk: Desk) -> None:
    one, other = add(desk, "罗䶮", guardian_phone=""), add(desk, "罗龑")
    visited(desk, one, 40)
    visited(desk, other, 3)
    assert lines(desk)["overdue"] == 1
    duplicates.link(desk, other, one)
    assert {"overdue", "no-phone"}.isdisjoint(lines(desk))
    for file in (one, other):
        found = attention.of_children(desk, [file])
        assert found.lines(one) == [Line.SOON]


def test_voided_visits_and_closed_files_do_not_count(desk: Desk) -> None:
    child = add(desk, "罗䶮")
    visited(desk, child, 30)
    visit = visits.add(desk, {"child_id": child, "done_on": TODAY})[0]
    assert "overdue" not in lines(desk)
    records.void(desk, type(visit), visit.id, "写错了")
    assert lines(desk)["overdue"] == 1
    children.edit(desk, child, {"status": "moved"})
    assert "overdue" not in lines(desk)


def test_every_line_shows_exactly_the_children_it_counts(desk: Desk) -> None:
    add(desk, "无人", guardianship="nobody")
    add(desk, "小无人", guardianship="nobody", birth_date=TODAY - timedelta(days=1000))
    add(desk, "缺", guardian="", guardian_phone="", risk_level="", home_address="", birth_date=None)
    add(desk, "成年", birth_date=TODAY.replace(year=TODAY.year - 19, day=1))
    children.add(desk, {"name": "没同意", **WHOLE})
    found = today.waiting(desk)
    assert {"unattended", "nobody", "no-guardian", "no-risk", "no-address", "no-birth-date", "of-age",
            "consent-missing"} <= {w.key for w in found}  # fmt: skip
    for line in found:
        place, _, key = line.address.partition("/")
        if place == "children":
            only = attention.children_of(desk, Line(key))
            assert len(records.ids(desk, Child, Wanted(only=only))) == line.count, key
    parts = [w.part for w in found]
    assert parts == sorted(parts, key=today.PARTS.index)


def test_a_list_of_no_children_is_empty(desk: Desk) -> None:
    add(desk, "罗䶮")
    assert records.ids(desk, Child, Wanted(only=())) == []


def test_consent_stands_here_as_it_stands_at_the_child(desk: Desk) -> None:
    """Whatever papers there are, the line says what the child's page says."""
    pick, ids = Random(11), []
    for n in range(60):
        born = TODAY.replace(year=TODAY.year - pick.choice((9, 13, 14, 15)), day=1)
        child = children.add(desk, {"name": f"孩{n}", **WHOLE, "birth_date": born})[0].child.id
        ids.append(child)
        for _ in range(pick.randrange(4)):
            ends = pick.choice((None, TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=pick.choice((30, 31)))))
            given = TODAY - timedelta(days=pick.choice((40, 300, 400)))
            told = {"child_id": child, "purpose": "care", "given_by": pick.choice(("guardian", "child")),
                    "given_on": given, "expires_on": ends}  # fmt: skip
            if pick.random() < 0.2:
                told["withdrawn_on"] = TODAY - timedelta(days=pick.randrange(3))
            records.add(desk, Consent, told)
    for other, one in ((ids[0], ids[1]), (ids[2], ids[3])):
        duplicates.link(desk, other, one)
    found = attention.of_children(desk, ids)
    states = {child: consents.of_child(desk, child)[0].state.value for child in found.facts}
    assert {child: facts.consent for child, facts in found.facts.items()} == states
    assert len(set(states.values())) == len(consents.State), "the papers were of every kind"


def test_the_intervals_are_the_townships_and_only_the_head_sets_them(desk: Desk) -> None:
    child = add(desk, "罗䶮")
    visited(desk, child, 5)
    assert "overdue" not in lines(desk)
    preferences.set_visit_intervals(desk, {"high": 5})
    assert lines(desk)["overdue"] == 1
    assert preferences.visit_intervals(desk) == {"high": 5, "medium": 30, "low": 90, "unknown": 30}
    for wrong in ({"high": 0}, {"none": 5}, {"low": 99999}):
        with pytest.raises(InvalidInput):
            preferences.set_visit_intervals(desk, wrong)
    records.edit(desk, type(desk.user), desk.user.id, {"role": "recorder"})
    object.__setattr__(desk.user, "role", "recorder")
    with pytest.raises(NotAllowed):
        preferences.set_visit_intervals(desk, {"high": 6})


def test_a_bundle_waits_for_its_receipt(circle: tuple[Desk, NewStore], tmp_path: Path) -> None:
    _, new = circle
    add(new.desk, "罗䶮")
    assert "bundles" not in lines(new.desk)
    drive(handover.export(new.desk, tmp_path))
    found = {w.key: w for w in today.waiting(new.desk, TODAY + timedelta(days=4))}
    assert (found["bundles"].count, found["bundles"].values) == (1, {"day": TODAY.isoformat(), "office": "石桥镇"})


def test_a_line_has_its_words_in_both_languages(desk: Desk) -> None:
    assert set(today.KINDS) == set(Line)
    for line in Line:
        assert "{" not in today.title_of(line, desk.texts)


def test_the_guardian_who_is_no_more_is_missed(desk: Desk) -> None:
    child = add(desk, "罗䶮")
    assert "no-guardian" not in lines(desk)
    member = records.fetch(desk, FamilyMember, records.ids(desk, FamilyMember))[0]
    records.void(desk, FamilyMember, member.id, "去世")
    assert attention.children_of(desk, Line.NO_GUARDIAN) == (child,)


def test_a_pledge_that_runs_out_is_told_until_it_is_made_anew(desk: Desk) -> None:
    child, gone = add(desk, "罗䶮"), add(desk, "罗龑", status="moved")
    for who in (child, gone):
        pledges.make(desk, [who], {**SIGNING, "theme": "drowning", "expires_on": TODAY + timedelta(days=30)})
    assert lines(desk)["pledges"] == 1
    assert "pledges" not in lines(desk, TODAY - timedelta(days=1))
    assert "pledges" not in lines(desk, TODAY + timedelta(days=31))
    other = {**SIGNING, "theme": "internet_cafe", "expires_on": TODAY + timedelta(days=400)}
    pledges.make(desk, [child], other)
    assert lines(desk)["pledges"] == 1, "a pledge of another theme is another pledge"
    pledges.make(desk, [child], {**other, "year": TODAY.year + 1, "theme": "drowning"})
    assert "pledges" not in lines(desk)


def test_resolutions_are_told_before_and_after_their_day(desk: Desk) -> None:
    held = records.add(desk, JointMeeting, {"held_on": TODAY - timedelta(days=9)})[0].id
    made = meetings.resolve(desk, {"meeting_id": held, "wording": "修桥", "due_on": TODAY})[0].id
    told = {"resolutions", "resolutions-due"}
    assert lines(desk).keys() & told == {"resolutions-due"}
    assert lines(desk, TODAY - timedelta(days=7)).keys() & told == {"resolutions-due"}
    assert not lines(desk, TODAY - timedelta(days=8)).keys() & told
    assert lines(desk, TODAY + timedelta(days=1)).keys() & told == {"resolutions"}
    meetings.done(desk, made)
    assert not lines(desk, TODAY + timedelta(days=1)).keys() & told


def test_nobody_is_asked_for_a_backup_of_a_training_store(desk: Desk) -> None:
    found = today.backup_line(desk)
    assert found is not None
    assert found.urgent
    training_desk = drive(training.begin())
    try:
        assert today.backup_line(training_desk) is None
    finally:
        training.throw_away(training_desk)
