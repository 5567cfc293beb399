"""Questions, quarantine and receipts as the people at the desk meet them. What a user would lose: a value somebody
typed, a decision that cannot be taken back, work that was refused and nobody told."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from carehub.domain.errors import InvalidInput, NotFound
from carehub.domain.people import Child, Volunteer
from carehub.papers.receipt import Result
from carehub.services import (
    checking,
    children,
    duplicates,
    handover,
    merging,
    printing,
    quarantine,
    questions,
    receipts,
    records,
    today,
    undoing,
)
from carehub.services.desk import Desk
from carehub.services.opening import NewStore
from carehub.sync import scope

from ..conftest import drive

CHILD = {"name": "徐𫖯", "sex": "男", "guardian": "姚秀志", "guardian_relation": "63", "guardian_phone": "15057339953"}
THEIRS = {"guardian_phone": "13900000001", "school": "红岩完小", "grade": "三年级"}
OURS = {"guardian_phone": "13900000002", "school": "中心小学", "grade": "四年级"}


def hand(source: Desk, into: Desk, folder: Path, **options: Any) -> merging.Merged:
    site = into.site.name if source.is_office else ""
    file = drive(handover.export(source, folder, site)).file
    (result,) = drive(merging.merge(into, [file], **options))
    assert result.status == "merged", result.error
    merged: merging.Merged = result
    return merged


class Pair:
    """A township and a room that differ on three facts of one child."""

    def __init__(self, circle: tuple[Desk, NewStore], stick: Path) -> None:
        self.office, new = circle
        self.room, self.stick = new.desk, stick
        self.child = children.add(self.room, CHILD)[0].child.id
        self.up(approve=" ".join(new.words))

    def up(self, **options: Any) -> merging.Merged:
        return hand(self.room, self.office, self.stick, **options)

    def down(self) -> merging.Merged:
        return hand(self.office, self.room, self.stick)

    def differ(self) -> list[questions.Question]:
        children.edit(self.room, self.child, THEIRS)
        children.edit(self.office, self.child, OURS)
        self.up()
        return questions.open_questions(self.office)

    def facts(self, desk: Desk) -> dict[str, object]:
        file = children.read(desk, [self.child])[0].as_dict()
        return {name: file[name] for name in THEIRS}


@pytest.fixture
def pair(circle: tuple[Desk, NewStore], tmp_path: Path) -> Iterator[Pair]:
    made = Pair(circle, tmp_path)
    yield made
    for desk in (made.office, made.room):
        assert drive(checking.check(desk)) == []


def test_questions_about_one_child_come_together_with_who_wrote_what_else(pair: Pair) -> None:
    asked = pair.differ()
    (group,) = questions.groups(asked)
    assert (group.id, group.name, len(group.questions)) == (pair.child, "徐𫖯", 3)
    assert [(s.name, s.count) for s in group.sides] == [("新民村", 3), ("石桥镇", 3)]
    (school,) = [q for q in asked if q.field == "school"]
    told = {a.site: (a.author, a.text, dict(a.also)) for a in school.answers}
    assert told == {
        "新民村": ("李秀英", "红岩完小", {"grade": "三年级"}),
        "石桥镇": ("周明辉", "中心小学", {"grade": "四年级"}),
    }


def test_all_of_one_side_is_settled_at_once_and_the_room_learns_of_it(pair: Pair) -> None:
    pair.differ()
    _, count = questions.resolve_side(pair.office, pair.child, "新民村")
    assert (count, questions.open_questions(pair.office)) == (3, [])
    assert pair.facts(pair.office) == THEIRS
    pair.down()
    assert pair.facts(pair.room) == THEIRS
    assert questions.all_questions(pair.room) == []


@pytest.mark.parametrize("side", ["周明辉", "石桥镇", "id of the author", "id of the site"])
def test_a_side_is_named_by_author_or_site(pair: Pair, side: str) -> None:
    answer = next(a for a in pair.differ()[0].answers if a.site == "石桥镇")
    named = {"id of the author": answer.author_id, "id of the site": answer.site_id}.get(side, side)
    assert questions.resolve_side(pair.office, pair.child[-8:], str(named))[1] == 3
    assert pair.facts(pair.office) == OURS


def test_a_side_nobody_wrote_on_settles_nothing(pair: Pair) -> None:
    pair.differ()
    with pytest.raises(InvalidInput):
        questions.resolve_side(pair.office, pair.child, "红岩村")
    with pytest.raises(NotFound):
        questions.resolve_side(pair.office, "nobody", "新民村")
    assert len(questions.open_questions(pair.office)) == 3


def test_undo_opens_all_questions_again_with_the_same_people_and_values(pair: Pair) -> None:
    """A wrong click on "all of one side" must not cost what the other side wrote."""
    before = pair.differ()
    shown = pair.facts(pair.office)
    touched, _ = questions.resolve_side(pair.office, pair.child, "新民村")
    undoing.undo(pair.office, touched)
    assert pair.facts(pair.office) == shown
    assert questions.open_questions(pair.office) == before
    pair.down()
    assert {q.id for q in questions.open_questions(pair.room)} == {q.id for q in before}
    questions.resolve_side(pair.office, pair.child, "石桥镇")
    pair.down()
    assert pair.facts(pair.room) == pair.facts(pair.office) == OURS
    assert questions.all_questions(pair.room) == questions.all_questions(pair.office) == []


def test_undo_after_confirming_the_value_that_stood_there_asks_again(pair: Pair) -> None:
    """Nothing in the row differs, yet the question must come back."""
    before = pair.differ()
    for n in (1, 2):
        undoing.undo(pair.office, questions.resolve(pair.office, before[0].id, n))
        assert questions.open_questions(pair.office) == before
    undoing.undo(pair.office, questions.answer(pair.office, before[0].id, before[0].answers[0].value))
    assert questions.open_questions(pair.office) == before


def test_a_third_value_is_checked_like_any_other(pair: Pair) -> None:
    phone = next(q for q in pair.differ() if q.field == "phone")
    with pytest.raises(InvalidInput):
        questions.answer(pair.office, phone.id, "139")
    questions.answer(pair.office, phone.id, "139 0000 0003")
    assert pair.facts(pair.office)["guardian_phone"] == "13900000003"


def test_a_question_put_aside_blocks_nobody_and_stays_aside_after_the_next_merge(pair: Pair) -> None:
    first, *rest = pair.differ()
    assert questions.park(pair.office, [first.id]) == 1
    assert questions.open_questions(pair.office) == rest
    assert questions.count(pair.office, parked=True) == 1
    assert {w.count for w in today.waiting(pair.office) if w.address.startswith("merge")} == {2}
    children.edit(pair.room, pair.child, {"school": "第三小学"})
    pair.up()
    assert [q.id for q in questions.all_questions(pair.office) if q.parked] == [first.id]
    questions.unpark(pair.office, [first.id])
    assert first.id in {q.id for q in questions.open_questions(pair.office)}
    questions.park(pair.office, [first.id])
    questions.resolve(pair.office, first.id, 1)
    assert questions.count(pair.office, parked=True) == 0
    with pytest.raises(NotFound):
        questions.park(pair.office, ["nonsense"])


def void_against_edit(pair: Pair) -> questions.Question:
    records.void(pair.room, Child, pair.child, "录重了")
    children.edit(pair.office, pair.child, {"school": "中心小学"})
    pair.up()
    (question,) = questions.open_questions(pair.office)
    return question


def test_void_against_edit_reads_as_void_or_keep(pair: Pair) -> None:
    question = void_against_edit(pair)
    assert (question.voids, question.typed, question.owner) == (True, False, "徐𫖯")
    void, keep = question.answers
    assert (void.text, void.author, dict(void.also)) == (f"作废 · {date.today()}", "李秀英", {"void_reason": "录重了"})
    assert (keep.text, keep.author) == ("保留", "周明辉")
    with pytest.raises(InvalidInput):
        questions.answer(pair.office, question.id, "2026-01-01")


def test_keeping_a_child_takes_the_reason_back_too_and_can_be_undone(pair: Pair) -> None:
    question = void_against_edit(pair)
    touched = questions.resolve(pair.office, question.id, 2)
    row = records.get(pair.office, Child, pair.child)
    assert (row.voided_on, row.void_reason) == (None, None)
    undoing.undo(pair.office, touched)
    (again,) = questions.open_questions(pair.office)
    assert [(a.text, a.author) for a in again.answers] == [(a.text, a.author) for a in question.answers]
    assert records.get(pair.office, Child, pair.child).void_reason == "录重了"
    questions.resolve(pair.office, question.id, 1)
    pair.down()
    assert records.ids(pair.room, Child) == records.ids(pair.office, Child) == []


def test_questions_about_a_linked_file_stand_with_the_child(pair: Pair) -> None:
    pair.differ()
    other = children.add(pair.room, {"name": "徐𫖯", "guardian": "别人"})[0].child.id
    pair.up()
    duplicates.link(pair.office, pair.child, other)
    (group,) = questions.groups(questions.open_questions(pair.office))
    assert (group.id, len(group.questions)) == (other, 3)
    assert questions.resolve_side(pair.office, other, "石桥镇")[1] == 3


def foreign_write(pair: Pair) -> str:
    """The room's store holds a row of the office, and somebody there wrote to it behind the program's back."""
    volunteer = records.add(pair.office, Volunteer, {"name": "王建国"})[0].id
    with pair.room.unit() as unit:
        unit.raw.execute(
            "INSERT INTO volunteer (id, site_id, name, skills) VALUES (?, ?, '王建国', '二胡')",
            (volunteer, pair.office.site.id),
        )
    assert pair.up().quarantined == 1
    return volunteer


def test_what_waits_is_shown_with_its_reason_and_a_person_takes_it_in(pair: Pair) -> None:
    volunteer = foreign_write(pair)
    (held,) = quarantine.waiting(pair.office)
    assert (held.about, held.site, held.reason, held.releasable) == ("王建国", "新民村", scope.OUT_OF_SCOPE, True)
    assert ("特长", "二胡") in held.cells or ("技能", "二胡") in held.cells or "二胡" in dict(held.cells).values()
    touched = quarantine.release(pair.office, held.replica, held.seq)
    assert ("volunteer", volunteer) in touched.rows
    assert records.get(pair.office, Volunteer, volunteer).skills == "二胡"
    assert (quarantine.waiting(pair.office), quarantine.count(pair.office)) == ([], 0)
    with pytest.raises(NotFound):
        quarantine.release(pair.office, held.replica, held.seq)


def test_a_value_of_the_wrong_type_cannot_be_taken_in_by_hand(pair: Pair) -> None:
    with pair.room.unit() as unit:
        unit.raw.execute("UPDATE child SET sex = 'x' WHERE id = ?", (pair.child,))
    pair.up()
    (held,) = quarantine.waiting(pair.office)
    assert (held.reason, held.releasable) == (scope.WRONG_TYPE, False)
    with pytest.raises(InvalidInput):
        quarantine.release(pair.office, held.replica, held.seq)
    with pair.room.unit() as unit:
        unit.raw.execute("UPDATE child SET sex = 1 WHERE id = ?", (pair.child,))


def test_the_receipts_counts_add_up_and_tell_what_was_refused_asked_and_decided(pair: Pair) -> None:
    """CareHub's word for "100 % synced while records were missing" (Mapeo Mobile #872): figures that add up."""
    foreign_write(pair)
    asked = pair.differ()  # the room has no receipt yet: what was refused comes once more
    questions.resolve(pair.office, asked[0].id, 2)
    newest, older = handover.taken(pair.office)[:2]
    receipt = receipts.of_bundle(pair.office, newest)
    assert receipt.came == newest["outcome"]["changes"] == receipt.taken + receipt.known + receipt.refused
    assert (receipt.asked, receipt.settled, receipt.refused) == (2, 1, 1)
    assert [r.result for r in receipt.remarks] == [Result.REFUSED, Result.ASKED, Result.ASKED, Result.SETTLED]
    assert (receipt.remarks[0].about, receipt.remarks[0].why) == ("王建国 · 志愿者", "这条记录属于别的单位。")
    assert receipt.remarks[3].about.startswith("徐𫖯 · ")
    before = receipts.of_bundle(pair.office, older)
    assert (before.refused, len(before.remarks)) == (1, 4)
    (held,) = quarantine.waiting(pair.office)
    quarantine.release(pair.office, held.replica, held.seq)
    after = receipts.of_bundle(pair.office, handover.taken(pair.office)[0])
    assert (after.taken, after.refused) == (receipt.taken + 1, 0), "what was released since counts as taken over"


def test_all_receipts_of_a_day_come_in_one_file(pair: Pair) -> None:
    pair.differ()
    day = receipts.of_day(pair.office, date.today())
    assert [t["number"] for t in day] == [1, 2]
    pdf = pypdfium2.PdfDocument(drive(printing.receipts_pdf(pair.office, day)))
    texts = [page.get_textpage().get_text_bounded() for page in pdf]
    assert [("第 1 号" in t, "第 2 号" in t) for t in texts] == [(True, False), (False, True)]
    assert all("— 1 —" in t for t in texts), "each is a paper of its own"
    with pytest.raises(NotFound):
        drive(printing.receipts_pdf(pair.office, []))


def test_the_room_is_told_what_was_refused_and_why(pair: Pair) -> None:
    """CHT #5701: later edits failed to sync and nobody said so."""
    assert receipts.from_above(pair.room) is None
    foreign_write(pair)
    pair.differ()
    pair.down()
    told = receipts.from_above(pair.room)
    assert told is not None
    assert [(r.about, r.reason) for r in told.refused] == [("王建国", scope.OUT_OF_SCOPE)]
    assert (told.questions, told.settled) == (3, 0)
