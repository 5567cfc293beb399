"""Pairing in a real store. What a child would lose: anybody at all, unnoticed; what a room would lose: why somebody
else comes now, and the family's word that nobody is to come."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pypdfium2
import pytest

from carehub.domain.care import Pairing
from carehub.domain.errors import InvalidInput, NotAllowed, NotFound
from carehub.domain.people import Volunteer
from carehub.domain.sheet_number import grouped, new_sheet_number
from carehub.services import (
    children,
    consents,
    duplicates,
    group_papers,
    opening,
    pairing,
    proposals,
    records,
    sheet_numbers,
    undoing,
    users,
    visits,
)
from carehub.services.desk import Desk
from carehub.services.opening import NewStore

from ..conftest import PASSWORD, drive

TODAY = date.today()
OTHER = "andere-Worte"


def child_of(desk: Desk, name: str = "王小明", **more: object) -> str:
    return children.add(desk, {"name": name, **more})[0].child.id


def helper_of(desk: Desk, name: str = "李德福", **more: object) -> str:
    return records.add(desk, Volunteer, {"name": name, **more})[0].id


def pair(desk: Desk, child: str, helper: str, **more: object) -> Pairing:
    return pairing.confirm(desk, [(child, helper)], **more)[0][0]  # type: ignore[arg-type]


def names(rows: list) -> list[str]:
    return [row.name for row in rows]


class TestWhoHasNobody:
    def test_a_child_without_a_pairing_and_a_volunteer_without_a_child_are_seen(self, desk: Desk) -> None:
        one, _ = child_of(desk, "甲"), child_of(desk, "乙")
        busy, _ = helper_of(desk, "丙"), helper_of(desk, "丁")
        helper_of(desk, "走了的", left_on=TODAY - timedelta(days=1))
        helper_of(desk, "停了的", participating=False)
        moved = child_of(desk, "迁走")
        children.edit(desk, moved, {"status": "moved"})
        pair(desk, one, busy)
        found = pairing.overview(desk)
        assert names(found.children) == ["乙"]
        assert names(found.volunteers) == ["丁"]
        assert [(t.child, t.volunteer, t.load) for t in found.running] == [("甲", "丙", 1)]
        assert found.ended == []

    def test_a_pairing_of_either_file_counts_for_the_child(self, desk: Desk) -> None:
        one, again = child_of(desk, "甲"), child_of(desk, "甲")
        helper = helper_of(desk)
        pair(desk, again, helper)
        duplicates.link(desk, again, one)
        found = pairing.overview(desk)
        assert found.children == []
        assert [t.child for t in found.running] == ["甲"]
        assert [t.pairing.child_id for t in pairing.of_child(desk, one)] == [again]
        with pytest.raises(InvalidInput, match="already"):
            pair(desk, one, helper)

    def test_whoever_took_back_consent_is_not_paired(self, desk: Desk) -> None:
        child, helper = child_of(desk), helper_of(desk)
        consents.record(desk, child, ["care"], {})
        consents.withdraw(desk, child, ["care"])
        assert pairing.overview(desk).children == []
        assert drive(proposals.for_all(desk)) == []
        with pytest.raises(InvalidInput, match="withdrawn"):
            pair(desk, child, helper)
        assert records.ids(desk, Pairing) == []
        consents.record(desk, child, ["care"], {})
        assert names(pairing.overview(desk).children) == ["王小明"]

    def test_a_pairing_that_runs_on_without_consent_is_told_and_gets_no_paper(self, desk: Desk) -> None:
        child = child_of(desk)
        row = pair(desk, child, helper_of(desk)).id
        consents.record(desk, child, ["care"], {})
        assert not pairing.told(desk, row).withdrawn
        consents.withdraw(desk, child, ["care"])
        assert pairing.told(desk, row).withdrawn
        assert group_papers.chosen(desk, "pairing-agreement") == []


class TestMakingAndEnding:
    def test_many_are_made_in_one_step_and_taken_back_in_one(self, desk: Desk) -> None:
        a, b, helper = child_of(desk, "甲"), child_of(desk, "乙"), helper_of(desk)
        made, touched = pairing.confirm(desk, [(a, helper), (b, helper)])
        assert [(p.kind, p.started_on, p.site_id) for p in made] == [("one_to_one", TODAY, desk.site.id)] * 2
        undoing.undo(desk, touched)
        assert names(pairing.overview(desk).children) == ["甲", "乙"]

    def test_of_a_step_that_fails_nothing_stays(self, desk: Desk) -> None:
        a, b, helper = child_of(desk, "甲"), child_of(desk, "乙"), helper_of(desk)
        pair(desk, b, helper)
        with pytest.raises(InvalidInput, match="already"):
            pairing.confirm(desk, [(a, helper), (b, helper)])
        assert names(pairing.overview(desk).children) == ["甲"]
        with pytest.raises(InvalidInput):
            pairing.confirm(desk, [])
        with pytest.raises(NotFound):
            pair(desk, a, b)

    def test_it_ends_with_a_reason_once_and_not_before_it_began(self, desk: Desk) -> None:
        row = pair(desk, child_of(desk), helper_of(desk)).id
        for reason, day in (("  ", TODAY), ("生病", TODAY - timedelta(days=1))):
            with pytest.raises(InvalidInput):
                pairing.end(desk, row, reason, day)
        assert records.get(desk, Pairing, row).ended_on is None
        pairing.end(desk, row, "生病")
        found = pairing.overview(desk)
        assert [(t.pairing.ended_on, t.pairing.end_reason, t.load) for t in found.ended] == [(TODAY, "生病", 0)]
        assert (names(found.children), names(found.volunteers)) == (["王小明"], ["李德福"])
        with pytest.raises(InvalidInput, match="ended already"):
            pairing.end(desk, row, "再来")

    def test_who_took_over_from_whom_and_why_is_kept(self, desk: Desk) -> None:
        child, first, second, third = child_of(desk), *(helper_of(desk, n) for n in ("甲", "乙", "丙"))
        row = pair(desk, child, first, kind="surrogate_parent").id
        with pytest.raises(InvalidInput):
            pairing.take_over(desk, row, first, "换人")
        with pytest.raises(InvalidInput):
            pairing.take_over(desk, row, second, "")
        assert pairing.told(desk, row).runs, "nothing of it was saved"
        new, touched = pairing.take_over(desk, row, second, "搬走")
        last, _ = pairing.take_over(desk, new.id, third, "生病")
        told = [(t.volunteer, t.pairing.end_reason, t.successor, t.runs) for t in pairing.of_child(desk, child)]
        assert told[0] == ("丙", None, "", True)
        assert sorted(told[1:]) == [("乙", "生病", "丙", False), ("甲", "搬走", "乙", False)]
        assert records.get(desk, Pairing, last.id).kind == "surrogate_parent"
        assert [t.child for t in pairing.of_volunteer(desk, second)] == ["王小明"]
        assert touched.tables == {"pairing"}

    def test_taking_a_change_back_is_one_step(self, desk: Desk) -> None:
        child, first, second = child_of(desk), helper_of(desk, "甲"), helper_of(desk, "乙")
        row = pair(desk, child, first).id
        undoing.undo(desk, pairing.take_over(desk, row, second, "搬走")[1])
        (told,) = pairing.of_child(desk, child)
        assert (told.volunteer, told.runs, told.successor) == ("甲", True, "")

    def test_what_should_not_run_on_is_told(self, desk: Desk) -> None:
        child, helper = child_of(desk), helper_of(desk)
        row = pair(desk, child, helper).id
        assert (pairing.told(desk, row).status, pairing.told(desk, row).left) == ("active", False)
        children.edit(desk, child, {"status": "moved"})
        records.edit(desk, Volunteer, helper, {"left_on": TODAY})
        (told,) = pairing.overview(desk).running
        assert (told.status, told.left) == ("moved", True)

    def test_other_programs_keep_to_the_same_rules(self, desk: Desk) -> None:
        values = {"child_id": child_of(desk), "volunteer_id": helper_of(desk), "started_on": "2026-03-01"}
        row, _ = pairing.add(desk, values)
        assert (row.started_on, row.kind) == (date(2026, 3, 1), "one_to_one")
        for wrong in (values, {**values, "volunteer_id": ""}, {**values, "started_on": "gestern"}):
            with pytest.raises(InvalidInput):
                pairing.add(desk, wrong)
        assert len(records.ids(desk, Pairing)) == 1


class TestProposals:
    def test_neighbours_skills_and_loads_are_read_from_the_files(self, desk: Desk) -> None:
        child = child_of(desk, sex="女", home_address="石桥镇新民村3组8号")
        near = helper_of(desk, "近邻", place="新民村三组")
        teacher = helper_of(desk, "教师", place="红岩村", former_post="小学语文教师")
        busy = helper_of(desk, "忙人", place="新民村")
        pair(desk, child_of(desk, "另一个"), busy)
        visits.add(desk, {"child_id": child, "done_on": TODAY, "study": "concern", "volunteer_id": near})
        found = proposals.for_child(desk, child)
        assert [p.volunteer_id for p in found] == [near, teacher, busy]
        assert found[0].reasons == "走访过这个孩子；同村（新民村）；同组；还没有结对儿童"
        assert "能帮：学习辅导" in found[1].reasons
        assert "已结对1人" in found[2].reasons
        assert not any("同一工作室" in p.reasons for p in found), "that is true of all"
        pair(desk, child, near)
        assert near not in [p.volunteer_id for p in proposals.for_child(desk, child)]

    def test_all_at_once_shares_the_children_out(self, desk: Desk) -> None:
        waiting = {child_of(desk, name) for name in "甲乙丙丁"}
        people = {helper_of(desk, name) for name in ("戊", "己")}
        made = drive(proposals.for_all(desk))
        assert {p.child_id for p in made} == waiting
        assert sorted([p.volunteer_id for p in made].count(v) for v in people) == [2, 2]
        pairing.confirm(desk, [(p.child_id, p.volunteer_id) for p in made])
        assert drive(proposals.for_all(desk)) == []

    def test_how_far_it_is_is_said_and_it_can_be_stopped(self, desk: Desk) -> None:
        for name in "甲乙丙丁":
            child_of(desk, name)
        helper_of(desk)
        steps = list(proposals.for_all(desk))
        assert [s.done for s in steps] == [0, 1, 2, 3, 4, 5, 6, 7]
        assert {s.total for s in steps[1:]} == {8}
        work = proposals.for_all(desk)
        next(work)
        work.close()
        assert pairing.overview(desk).running == []

    def test_what_the_township_wants_is_told_and_counts(self, desk: Desk) -> None:
        girl, man = child_of(desk, sex="女"), helper_of(desk, sex="男")
        assert proposals.warnings(desk, girl, man) == []
        proposals.set_same_sex(desk, True)
        assert proposals.same_sex(desk)
        assert drive(proposals.for_all(desk)) == []
        assert len(proposals.warnings(desk, girl, man)) == 1
        proposals.set_same_sex(desk, False)
        assert len(drive(proposals.for_all(desk))) == 1

    def test_what_speaks_against_a_choice_is_said(self, desk: Desk) -> None:
        child, gone = child_of(desk), helper_of(desk, "走了", participating=False)
        busy = helper_of(desk, "忙人")
        for n in range(3):
            pair(desk, child_of(desk, f"孩子{n}"), busy)
        pair(desk, child, helper_of(desk, "现在的"))
        said = [proposals.warnings(desk, child, v) for v in (busy, gone)]
        assert [len(s) for s in said] == [2, 2]
        assert all("现在的" in s[0] for s in said)
        assert "3" in said[0][1]
        assert len(proposals.warnings(desk, child, busy, "surrogate_parent")) == 1


class TestRights:
    def test_whoever_only_reads_pairs_nobody(self, desk: Desk) -> None:
        child, helper = child_of(desk), helper_of(desk)
        row = pair(desk, child_of(desk, "乙"), helper).id
        desk.user.role = "viewer"
        for act in (
            lambda: pair(desk, child, helper),
            lambda: pairing.end(desk, row, "生病"),
            lambda: pairing.take_over(desk, row, helper, "生病"),
            lambda: pairing.sign(desk, row, {"signed_on": TODAY}),
            lambda: proposals.set_same_sex(desk, True),
        ):
            with pytest.raises(NotAllowed):
                act()
        assert len(pairing.overview(desk).running) == 1
        assert len(proposals.for_child(desk, child)) == 1

    def test_only_the_head_says_what_the_township_wants(self, desk: Desk) -> None:
        users.add(desk, "王记录", "recorder", OTHER, PASSWORD)
        desk.close()
        recorder = opening.sign_in(desk.store.folder, OTHER)
        try:
            with pytest.raises(NotAllowed):
                proposals.set_same_sex(recorder, True)
        finally:
            recorder.close()

    def test_rows_of_another_site_are_left_alone(self, desk: Desk, make_store: Callable[..., NewStore]) -> None:
        """A room that was handed a file it does not keep must not pair that child: the office would not take it."""
        child, helper = child_of(desk), helper_of(desk)
        row = pair(desk, child, helper).id
        with desk.store.unit(None) as unit:
            unit.raw.execute("UPDATE child SET site_id = 'elsewhere' WHERE id = ?", (child,))
            unit.raw.execute("UPDATE pairing SET site_id = 'elsewhere' WHERE id = ?", (row,))
        other = helper_of(desk, "另一个")
        for act in (
            lambda: pair(desk, child, other),
            lambda: pairing.end(desk, row, "生病"),
            lambda: pairing.take_over(desk, row, other, "生病"),
            lambda: pairing.sign(desk, row, {"signed_on": TODAY}),
        ):
            with pytest.raises(NotAllowed):
                act()
        found = pairing.overview(desk)
        assert (found.children, found.running) == ([], [])


class TestAgreement:
    def test_the_signed_paper_finds_its_pairing_by_its_number(self, desk: Desk, tmp_path: Path) -> None:
        child = child_of(desk, guardian="欧阳秀英", guardian_relation="62")
        row = pair(desk, child, helper_of(desk)).id
        drive(group_papers.pdf(desk, "pairing-agreement", [row], preview=True))
        assert records.get(desk, Pairing, row).sheet_no is None, "a look at it keeps nothing"
        drive(group_papers.file(desk, tmp_path / "x.pdf", "pairing-agreement", [row]))
        number = records.get(desk, Pairing, row).sheet_no or ""
        with pypdfium2.PdfDocument(tmp_path / "x.pdf") as pdf:
            words = "".join(page.get_textpage().get_text_bounded() for page in pdf)
        assert grouped(number) in words
        assert all(name in words for name in ("王小明", "欧阳秀英", "李德福", desk.site.name))
        found = sheet_numbers.find(desk, grouped(number))
        assert (type(found), found.id) == (Pairing, row)
        pairing.sign(desk, row, {"signed_on": TODAY})
        with pytest.raises(InvalidInput):
            pairing.sign(desk, row, {"signed_on": TODAY + timedelta(days=1)})
        assert records.get(desk, Pairing, row).signed_on == TODAY

    def test_without_a_choice_those_are_printed_that_nobody_signed(self, desk: Desk) -> None:
        rows = [pair(desk, child_of(desk, name), helper_of(desk, name)).id for name in "甲乙丙"]
        pairing.sign(desk, rows[0], {"signed_on": TODAY})
        pairing.end(desk, rows[1], "生病")
        assert group_papers.chosen(desk, "pairing-agreement") == [rows[2]]
        assert group_papers.named(desk, "pairing-agreement", rows) == ["甲", "乙", "丙"]
        with pytest.raises(NotFound):
            sheet_numbers.find(desk, new_sheet_number(TODAY))
