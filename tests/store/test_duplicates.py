"""Files of one person: suggested, linked, unlinked. What a user would lose: a child visited by nobody because each of
two rooms thinks the other one goes, or one child's file put under another's name."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carehub.domain.care import Pairing, Visit
from carehub.domain.errors import InvalidInput, NotFound
from carehub.domain.madeup import MadeUp
from carehub.domain.people import Child, FamilyMember, Volunteer
from carehub.services import (
    checking,
    children,
    duplicates,
    handover,
    importing,
    merging,
    records,
    today,
    undoing,
    visits,
)
from carehub.services.desk import Desk
from carehub.services.opening import NewStore
from carehub.store import duplicates as stored
from carehub.store import linked, queries
from carehub.store.queries import Wanted

from ..conftest import drive

BORN = "2013-11-12"
NUMBER = MadeUp(3, date(2026, 11, 24)).identity_no(date(2013, 11, 12), 2)


def child(desk: Desk, name: str = "罗子涵", **values: object) -> str:
    return children.add(desk, {"name": name, "birth_date": BORN, "sex": "女", **values})[0].child.id


def found(desk: Desk) -> duplicates.Found:
    result: duplicates.Found = drive(duplicates.find(desk))
    return result


def told(desk: Desk) -> list[tuple[str, str, str]]:
    return [(s.reason, s.one, s.other) for s in found(desk).open]


def test_one_identity_number_in_two_files_is_very_likely_one_child(desk: Desk) -> None:
    a, b = child(desk, identity_no=NUMBER), child(desk, "罗紫函", identity_no=NUMBER)
    child(desk, "别人", identity_no=None)
    (only,) = found(desk).open
    assert (only.kind, only.one, only.other, only.reason) == ("child", a, b, stored.IDENTITY)
    assert only.sure == duplicates.VERY_LIKELY


def test_a_name_written_otherwise_but_heard_alike_with_birth_date_and_guardian(desk: Desk) -> None:
    a = child(desk, "罗子涵", guardian="姚秀志")
    b = child(desk, "罗梓涵", guardian="姚秀志")
    child(desk, "罗子涵", guardian="别的奶奶")
    child(desk, "罗子涵", guardian="姚秀志", birth_date="2014-11-12")
    assert told(desk) == [(stored.KIN, a, b)]


def test_a_father_written_in_one_file_and_the_guardian_in_another_counts(desk: Desk) -> None:
    a, b = child(desk), child(desk, guardian="罗建国", guardian_relation="51")
    assert told(desk) == []
    records.add(desk, FamilyMember, {"name": "罗建国", "relation": "51"}, child_id=a)
    assert told(desk) == [(stored.KIN, a, b)]


def test_twins_are_not_said_to_be_very_likely_one_child(desk: Desk) -> None:
    child(desk, "罗子涵", guardian="姚秀志")
    child(desk, "罗梓涵", guardian="姚秀志", sex="男")
    (only,) = found(desk).open
    assert only.sure == duplicates.POSSIBLY


def test_volunteers_by_phone_or_by_name_and_birth(desk: Desk) -> None:
    def volunteer(name: str, **values: object) -> str:
        return records.add(desk, Volunteer, {"name": name, **values})[0].id

    a = volunteer("王建国", phone="13800000001")
    b = volunteer("王建国", phone="13800000001、13900000002")
    couple = volunteer("李秀英", phone="13800000001")
    c, d = volunteer("张伟", birth="1956-07-01"), volunteer("张玮", birth="1956-07-01")
    volunteer("张伟", birth="1957-07-01")
    volunteer("无电话", phone="无"), volunteer("也无", phone="无")
    seen = {(s.one, s.other): s.sure for s in found(desk).open}
    assert seen == {
        (a, b): duplicates.VERY_LIKELY,
        (a, couple): duplicates.POSSIBLY,
        (b, couple): duplicates.POSSIBLY,
        (c, d): duplicates.VERY_LIKELY,
    }


def test_what_was_decided_is_not_asked_again_and_what_was_put_off_is_listed_apart(desk: Desk) -> None:
    a, b = child(desk, identity_no=NUMBER), child(desk, identity_no=NUMBER)
    duplicates.later(desk, b, a)
    assert ([len(found(desk).open), len(found(desk).later)]) == [0, 1]
    duplicates.distinct(desk, a, b)
    assert found(desk).all == ()
    duplicates.forget(desk, a, b)
    first = found(desk)
    assert len(first.open) == 1
    duplicates.link(desk, b, a)
    assert found(desk).all == duplicates.again(desk, first).all == ()
    duplicates.unlink(desk, b)
    assert duplicates.again(desk, first) == found(desk) == first


def test_linked_files_show_as_one_child_with_everything_that_points_at_either(desk: Desk) -> None:
    """SORMAS #4926, cht-conf #653: merging left two heads, and what pointed at the other was lost."""
    a = child(desk, guardian="姚秀志", guardian_phone="13800000001", guardian_relation="62")
    b = child(desk, guardian="罗建国", guardian_phone="13900000002", guardian_relation="61")
    helper = records.add(desk, Volunteer, {"name": "王建国"})[0].id
    done = records.add(desk, Visit, {"child_id": b, "done_on": "2026-10-01", "way": "home"}, sheet_no="1")[0].id
    records.add(desk, Pairing, {"child_id": b, "volunteer_id": helper, "started_on": "2026-01-01"})
    open_visit = visits.plan(desk, [b], date(2026, 11, 24))[0][0].id
    duplicates.link(desk, b, a)

    assert records.ids(desk, Child) == [a]
    (file,) = children.read(desk, [a])
    assert [c.id for c in file.others] == [b]
    assert [m.name for m in file.family] == ["姚秀志", "罗建国"]
    assert file.guardian is not None
    assert file.guardian.name == "姚秀志"
    assert {v.id for v in visits.of_child(desk, a)} == {done, open_visit}
    assert [v.id for v in visits.plan(desk, [a], date(2026, 11, 30))[0]] == [open_visit]
    with desk.store.reading() as session:
        assert len(queries.owned(session, Pairing, "child_id", [a])[a]) == 1
    for typed in ("13900000002", "罗建国", "ljg"):
        assert records.ids(desk, Child, Wanted(search=typed)) == [a], typed

    duplicates.unlink(desk, b)
    assert set(records.ids(desk, Child)) == {a, b}
    assert children.read(desk, [a])[0].others == ()
    assert drive(checking.check(desk)) == []


def test_linked_files_keep_a_guardian_who_stands_in_the_other_file_only(desk: Desk) -> None:
    a, b = child(desk), child(desk, guardian="姚秀志", guardian_phone="13800000001")
    records.add(desk, FamilyMember, {"name": "姚秀志", "phone": "13800000001"}, child_id=a)
    duplicates.link(desk, b, a)
    (file,) = children.read(desk, [a])
    assert file.guardian is not None
    assert (file.guardian.name, sum(bool(m.is_guardian) for m in file.family)) == ("姚秀志", 1)
    assert "Children whose guardian cannot be called" not in {w.title for w in today.waiting(desk)}


def test_a_volunteers_other_file_leaves_the_list_and_its_pairings_follow(desk: Desk) -> None:
    one, other = (records.add(desk, Volunteer, {"name": "王建国", "phone": "13800000001"})[0].id for _ in range(2))
    records.add(desk, Pairing, {"child_id": child(desk), "volunteer_id": other, "started_on": "2026-01-01"})
    duplicates.link(desk, other, one)
    assert records.ids(desk, Volunteer) == [one]
    with desk.store.reading() as session:
        assert len(queries.owned(session, Pairing, "volunteer_id", [one])[one]) == 1


def test_a_link_is_taken_back_like_any_step(desk: Desk) -> None:
    a, b = child(desk), child(desk)
    undoing.undo(desk, duplicates.link(desk, b, a))
    assert set(records.ids(desk, Child)) == {a, b}


def test_linking_twice_crosswise_or_to_itself_is_a_sentence(desk: Desk) -> None:
    a, b = child(desk), child(desk)
    helper = records.add(desk, Volunteer, {"name": "王建国"})[0].id
    duplicates.link(desk, b, a)
    for one, to in ((b, a), (a, b), (a, a), (a, helper)):
        with pytest.raises(InvalidInput):
            duplicates.link(desk, one, to)
    with pytest.raises(InvalidInput):
        duplicates.unlink(desk, a)
    with pytest.raises(NotFound):
        duplicates.link(desk, "nobody", a)


def test_a_chain_of_links_ends_at_one_file(desk: Desk) -> None:
    a, b, c = child(desk), child(desk), child(desk)
    duplicates.link(desk, c, b)
    duplicates.link(desk, b[-8:], a[-8:])
    assert records.ids(desk, Child) == [a]
    assert {o.id for o in children.read(desk, [a])[0].others} == {b, c}


def test_links_in_a_circle_leave_one_file_in_sight(desk: Desk) -> None:
    """Two offices linked the same two files, each the other way round."""
    a, b = child(desk), child(desk)
    with desk.unit() as unit:
        for one, other in ((a, b), (b, a)):
            unit.raw.execute("UPDATE child SET same_as = ? WHERE id = ?", (other, one))
    assert records.ids(desk, Child) == [min(a, b)]
    assert len(children.read(desk, [min(a, b)])[0].others) == 1


def test_nobody_disappears_because_the_file_that_stands_for_both_was_voided(desk: Desk) -> None:
    a, b = child(desk), child(desk)
    duplicates.link(desk, b, a)
    records.void(desk, Child, a, "录错了")
    assert records.ids(desk, Child) == [b]


ROWS = tuple("abcdef")


@given(
    links=st.dictionaries(st.sampled_from(ROWS), st.sampled_from((*ROWS, "absent"))),
    live=st.fixed_dictionaries({row: st.booleans() for row in ROWS}),
)
def test_whatever_the_links_everyone_is_shown_once(links: dict[str, str], live: dict[str, bool]) -> None:
    """Every live file is shown itself or stands behind one that is shown, and that one stands for itself."""
    roots = {row: linked.root_along(row, links, live) for row in ROWS}
    for row in ROWS:
        if live[row]:
            assert live[roots[row]]
            assert roots[roots[row]] == roots[row]


def test_a_link_made_by_the_township_reaches_the_room_and_hides_nothing_there(
    circle: tuple[Desk, NewStore], make_store: Callable[..., NewStore], tmp_path: Path
) -> None:
    """The other file lies in another room: here it is not on file, so the child stays in the list."""
    office, first = circle
    second = make_store("room", "红岩村", card=next((tmp_path / "card").iterdir()))
    ids = []
    for new in (first, second):
        ids.append(child(new.desk, identity_no=NUMBER))
        take(office, new.desk, tmp_path, " ".join(new.words))
    (only,) = found(office).open
    assert [only.one, only.other] == ids
    duplicates.link(office, only.other, only.one)
    take(second.desk, office, tmp_path, site=second.desk.site.name)
    assert records.ids(office, Child) == [ids[0]]
    assert records.ids(second.desk, Child) == [ids[1]]
    assert records.get(second.desk, Child, ids[1]).same_as == ids[0]
    assert drive(checking.check(second.desk)) == drive(checking.check(office)) == []


def take(into: Desk, source: Desk, folder: Path, words: str = "", site: str = "", **options: Any) -> merging.Merged:
    file = drive(handover.export(source, folder, site)).file
    (result,) = drive(merging.merge(into, [file], approve=words, **options))
    assert result.status == "merged", result.error
    merged: merging.Merged = result
    return merged


def test_a_merge_and_its_trial_say_how_many_pairs_they_bring(circle: tuple[Desk, NewStore], tmp_path: Path) -> None:
    office, new = circle
    child(office, identity_no=NUMBER)
    child(office, "老早", guardian="张三"), child(office, "老早", guardian="张三")
    child(new.desk, "罗子涵", identity_no=NUMBER)
    words = " ".join(new.words)
    tried = take(office, new.desk, tmp_path, words, dry_run=True)
    assert tried.preview is not None
    assert tried.preview.duplicates == 1, "only what the bundle brings, not what lay here before"
    merged = take(office, new.desk, tmp_path, words)
    assert duplicates.among(office, merged.touched.rows) == 1
    assert len(found(office).open) == 2


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 2)), max_size=7))
def test_suggestions_are_those_of_comparing_all_with_all(files: list[tuple[int, int, int]]) -> None:
    people = [
        stored.Person(f"{n:02}", f"名{a}", f"ming{a}", f"20{b}", str(c) if c else "", None, (), frozenset({f"k{c}"}))
        for n, (a, b, c) in enumerate(files)
    ]
    blocks = stored.Blocks("child")
    blocks.add(people)
    blocks.add(people)
    expected = set()
    for i, one in enumerate(people):
        for other in people[i + 1 :]:
            same_no = one.identity_no and one.identity_no == other.identity_no
            same_kin = (one.name, one.birth) == (other.name, other.birth) and one.kin & other.kin
            if same_no or same_kin:
                expected.add((one.id, other.id, stored.IDENTITY if same_no else stored.KIN))
    assert {(p.one, p.other, p.reason) for p in blocks.pairs()} == expected


def test_a_number_that_half_the_village_shares_does_not_make_millions_of_pairs() -> None:
    people = [stored.Person(f"{n:05}", "x", "x", "", "0", None) for n in range(5000)]
    blocks = stored.Blocks("child")
    blocks.add(people)
    assert len(blocks.pairs()) == 4999


def test_a_child_whose_other_file_moved_away_stays_in_the_list(circle: tuple[Desk, NewStore], tmp_path: Path) -> None:
    """The room still holds the file that went to another village, for bundles made before, but lists it no more."""
    _, new = circle
    a, b = child(new.desk), child(new.desk)
    duplicates.link(new.desk, b, a)
    with new.desk.unit() as unit:
        unit.raw.execute("UPDATE child SET site_id = 'another-village' WHERE id = ?", (a,))
    assert records.ids(new.desk, Child) == [b]
    assert found(new.desk).all == ()


def test_a_ledger_that_names_the_hidden_file_updates_the_child_that_is_shown(desk: Desk, tmp_path: Path) -> None:
    """Else the import says "1 updated", and nobody ever sees it."""
    a, b = child(desk, guardian="姚秀志"), child(desk, "罗梓涵", guardian="罗建国")
    duplicates.link(desk, b, a)
    ledger = tmp_path / "花名册.csv"
    ledger.write_text("姓名,性别,出生日期,学校,年级,监护人\n罗梓涵,女,2013-11-12,红岩完小,六年级,罗建国\n", "utf-8")
    report = drive(importing.import_ledger(desk, ledger))
    assert (report.created, report.updated) == (0, 1)
    (file,) = children.read(desk, records.ids(desk, Child))
    assert (file.child.id, file.child.school, file.child.grade) == (a, "红岩完小", "六年级")
    assert file.child.name == "罗子涵", "the other spelling does not take the place of the one that stands"
    assert [m.name for m in file.family] == ["姚秀志", "罗建国"], "nobody is put down twice"
