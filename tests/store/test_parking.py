"""Taking ledgers in: what is certain goes in, what is not waits; nothing is asked, and nothing is lost."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from carehub.domain.errors import InvalidInput, NotFound
from carehub.domain.people import Child, FamilyMember, Volunteer
from carehub.domain.school import BoardingPlace
from carehub.services import children, erasing, importing, parking, records, undoing
from carehub.services.desk import Desk
from carehub.services.matching import NEW
from carehub.services.parking import NOBODY
from carehub.store import queries
from tests.conftest import PASSWORD, drive

LEDGERS = Path(__file__).parents[1] / "data" / "ledgers"
TRUTH: dict[str, Any] = json.loads((LEDGERS / "truth.json").read_text("utf-8"))["files"]
BOARDERS, PAYMENTS = "中心小学住校生名单.xlsx", "2026年春季资助发放花名册.xlsx"
HEADERS = ["姓名", "性别", "出生日期", "监护人", "与监护人关系", "监护人电话", "年级"]


def sheet(file: Path, rows: Sequence[Sequence[object]], headers: Sequence[str] = HEADERS, title: str = "") -> Path:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.append([title or "新民村留守儿童花名册"])
    page.append(list(headers))
    for row in rows:
        page.append(list(row))
    book.save(file)
    return file


def take(desk: Desk, file: Path, **how: Any) -> importing.ImportReport:
    report = drive(importing.import_ledger(desk, file, **how))
    assert isinstance(report, importing.ImportReport)
    return report


def places(desk: Desk) -> list[BoardingPlace]:
    return records.fetch(desk, BoardingPlace, records.ids(desk, BoardingPlace))


def state(desk: Desk) -> object:
    with desk.store.reading() as session:
        return queries.state(session, desk.site.id)


@pytest.fixture
def known(desk: Desk) -> Child:
    """A child on file."""
    told = {
        "name": "周小雨", "sex": 2, "birth_date": "2015-03-02",
        "guardian": "李桂花", "guardian_phone": "13800001111", "guardian_relation": "62",
    }  # fmt: skip
    return children.add(desk, told)[0].child


class TestBoarders:
    """A boarder without a bed on file is one whom nobody looks for at night."""

    def test_into_an_empty_store(self, desk: Desk) -> None:
        told = TRUTH[BOARDERS]["boarding"]
        report = take(desk, LEDGERS / BOARDERS)
        assert (report.created, report.parked, report.problems) == (len(told), 0, [])
        of = {c.id: c for c in records.fetch(desk, Child, records.ids(desk, Child))}
        found = {of[p.child_id].identity_no: (p.building, p.room, int(p.bed or 0)) for p in places(desk)}
        assert found == {t["id_no"]: (t["building"], t["room"], t["bed"]) for t in told}
        assert all(c.boards for c in of.values())

    def test_after_the_villages_every_row_finds_its_child(self, desk: Desk) -> None:
        """Children are not doubled by the school's list, and what the villages know of them stays."""
        for name in ("新民村留守儿童花名册.xlsx", "红岩村留守儿童台账.xls"):
            take(desk, LEDGERS / name)
        before = {c.id: c for c in records.fetch(desk, Child, records.ids(desk, Child))}
        report = take(desk, LEDGERS / BOARDERS)
        told = TRUTH[BOARDERS]["boarding"]
        # Of two the village knows no number, or a broken one: name, birth date and the guardian's phone agree.
        on_file = {c["name"] for f in TRUTH.values() for c in f.get("children", ())}
        strangers = [t for t in told if t["name"] not in on_file]
        assert report.by_kind["boarding_place"]["created"] == len(strangers) == 1
        assert report.parked == 0
        assert len(places(desk)) == len(told)
        after = {c.id: c for c in records.fetch(desk, Child, records.ids(desk, Child))}
        assert {(i, c.name, c.school, c.grade) for i, c in before.items()} <= {
            (i, c.name, c.school, c.grade) for i, c in after.items()
        }

    def test_all_ledgers_twice_add_nothing(self, desk: Desk) -> None:
        files = [LEDGERS / name for name in TRUTH]
        for file in files:
            take(desk, file)
        before, waiting = state(desk), parking.count(desk)
        for file in files:
            report = take(desk, file)
            assert (report.created, report.updated) == (0, 0), file.name
        assert state(desk) == before
        assert parking.count(desk) == waiting

    def test_a_bed_holds_one_child(self, desk: Desk, tmp_path: Path) -> None:
        rows = [["王一一", "101", "1号"], ["李二二", "101", "1号"], ["张三三", "101", "2号"]]
        file = sheet(tmp_path / "住校.xlsx", rows, ["姓名", "寝室号", "床位"], "中心小学2026年春季住校生名单")
        report = take(desk, file)
        assert [(p.row, p.kind) for p in report.problems] == [(4, "bed_taken")]
        assert {p.bed for p in places(desk)} == {"1", "2"}
        third = next(i for i in records.ids(desk, Child) if records.get(desk, Child, i).name == "李二二")
        bed = {"child_id": third, "term": "2026年春季", "school": "中心小学", "room": "101", "bed": "2"}
        with pytest.raises(InvalidInput):
            records.add(desk, BoardingPlace, bed)
        records.add(desk, BoardingPlace, {**bed, "term": "2026年秋季"})

    def test_a_new_bed_in_the_same_term_is_a_move(self, desk: Desk, tmp_path: Path) -> None:
        headers, title = ["姓名", "身份证号", "寝室号", "床位"], "中心小学2026年春季住校生名单"
        number = TRUTH[BOARDERS]["boarding"][0]["id_no"]
        take(desk, sheet(tmp_path / "a.xlsx", [["王一一", number, 101, 1]], headers, title))
        take(desk, sheet(tmp_path / "b.xlsx", [["王一一", number, 102, 3]], headers, title))
        assert [(p.room, p.bed) for p in places(desk)] == [("102", "3")]

    def test_a_name_that_two_children_have_waits(self, desk: Desk, tmp_path: Path) -> None:
        for grade in ("三年级", "四年级"):
            children.add(desk, {"name": "王芳", "grade": grade})
        rows = [["王芳", 101, 1], ["李二二", 101, 2]]
        report = take(desk, sheet(tmp_path / "x.xlsx", rows, ["姓名", "寝室号", "床位"], "2026年春季住校生名单"))
        assert (report.created, report.parked) == (1, 1)
        row = parking.waiting(desk)[0]
        assert len(row.candidates) == 2
        parking.settle(desk, {row.id: row.candidates[1].id})
        assert {p.child_id for p in places(desk)} >= {row.candidates[1].id}

    def test_erased_with_the_child(self, desk: Desk) -> None:
        take(desk, LEDGERS / BOARDERS)
        place = places(desk)[0]
        erasing.erase(desk, place.child_id, PASSWORD)
        assert place.id not in records.ids(desk, BoardingPlace)


class TestUndecided:
    """Asked forty questions in a row, a volunteer of 68 says yes to all of them."""

    @pytest.fixture
    def ledger(self, tmp_path: Path, known: Child) -> Path:
        rows = [
            ["周晓雨", "女", "2015-03-02", "李桂花", "奶奶", "13800001111", "四年级"],  # sounds alike, same kin
            ["周小雨", "女", "2015-03-02", "张秀英", "外婆", "13900002222", "四年级"],  # same name and birth
            ["王一一", "男", "2016-01-01", "王大山", "爷爷", "13700003333", "三年级"],
        ]
        return sheet(tmp_path / "花名册.xlsx", rows)

    def test_waits_and_the_rest_goes_in(self, desk: Desk, ledger: Path, known: Child) -> None:
        tried = take(desk, ledger, dry_run=True)
        assert (tried.created, tried.parked, parking.count(desk)) == (1, 2, 0)
        report = take(desk, ledger)
        assert (report.created, report.updated, report.parked) == (1, 0, 2)
        rows = {r.name: r for r in parking.waiting(desk)}
        assert [c.id for c in rows["周晓雨"].candidates] == [known.id]
        assert rows["周晓雨"].candidates[0].score > rows["周小雨"].candidates[0].score
        assert (rows["周晓雨"].file, rows["周晓雨"].line) == ("花名册.xlsx", 3)
        assert len(records.ids(desk, Child)) == 2

    def test_what_is_sensitive_is_masked(self, desk: Desk, ledger: Path) -> None:
        take(desk, ledger)
        assert not any("13800001111" in f"{r.told}{[c.told for c in r.candidates]}" for r in parking.waiting(desk))
        assert any("138****1111" in r.told for r in parking.waiting(desk))

    def test_again_asks_nothing_anew(self, desk: Desk, ledger: Path) -> None:
        take(desk, ledger)
        assert take(desk, ledger).created == 0
        assert parking.count(desk) == 2

    def test_settled_one_by_one_and_remembered(self, desk: Desk, ledger: Path, known: Child) -> None:
        take(desk, ledger)
        rows = {r.name: r for r in parking.waiting(desk)}
        touched = parking.settle(desk, {rows["周晓雨"].id: known.id})
        assert records.get(desk, Child, known.id).grade == "四年级"
        assert records.get(desk, Child, known.id).name == "周小雨"
        parking.settle(desk, {rows["周小雨"].id: NEW})
        assert len(records.ids(desk, Child)) == 3
        assert parking.count(desk) == 0
        before = state(desk)
        assert take(desk, ledger).created == 0
        assert (state(desk), parking.count(desk)) == (before, 0)
        undoing.undo(desk, touched)
        assert records.get(desk, Child, known.id).grade is None

    def test_a_settling_that_is_taken_back_waits_again(self, desk: Desk, ledger: Path) -> None:
        """Else a wrong press loses the row for good: the ledger taken in again would not bring it back."""
        take(desk, ledger)
        told = parking.waiting(desk)
        touched = parking.settle_all(desk, NEW)
        assert len(records.ids(desk, Child)) == 4
        undoing.undo(desk, touched)
        assert len(records.ids(desk, Child)) == 2
        assert parking.waiting(desk) == told

    def test_a_file_voided_later_lets_its_row_wait_again(self, desk: Desk, ledger: Path) -> None:
        take(desk, ledger)
        row = next(r for r in parking.waiting(desk) if r.name == "周小雨")
        parking.settle(desk, {row.id: NEW})
        made = next(i for i in records.ids(desk, Child) if "张秀英" in str(children.read(desk, [i])[0].guardian))
        records.void(desk, Child, made, "弄错了")
        take(desk, ledger)
        assert parking.count(desk) == 2

    def test_nothing_stays_of_what_is_settled(self, desk: Desk, ledger: Path) -> None:
        take(desk, ledger)
        parking.settle_all(desk, NOBODY)
        take(desk, ledger)
        with desk.store.reading() as session:
            kept = str(desk.store.raw(session).execute("SELECT * FROM parked").fetchall())
        assert "周" not in kept

    def test_not_wanted_stays_away(self, desk: Desk, ledger: Path) -> None:
        take(desk, ledger)
        parking.settle_all(desk, NOBODY)
        take(desk, ledger)
        assert (parking.count(desk), len(records.ids(desk, Child))) == (0, 2)

    def test_settled_all_at_once(self, desk: Desk, ledger: Path, known: Child) -> None:
        take(desk, ledger)
        parking.settle_all(desk, parking.LIKELIEST)
        assert [r.name for r in parking.waiting(desk)] == ["周小雨"]
        parking.settle_all(desk, NEW)
        assert parking.count(desk) == 0
        assert len(records.ids(desk, Child)) == 3

    def test_only_what_was_offered(self, desk: Desk, ledger: Path) -> None:
        take(desk, ledger)
        row = parking.waiting(desk)[0]
        other = next(i for i in records.ids(desk, Child) if records.get(desk, Child, i).name == "王一一")
        with pytest.raises(InvalidInput):
            parking.settle(desk, {row.id: other})
        with pytest.raises(NotFound):
            parking.settle(desk, {"nothing": NEW})
        assert parking.count(desk) == 2

    def test_one_undo_takes_the_whole_import_back(self, desk: Desk, ledger: Path) -> None:
        before = records.ids(desk, Child)
        report = take(desk, ledger)
        undoing.undo(desk, report.touched)
        assert records.ids(desk, Child) == before
        assert parking.count(desk) == 0

    def test_erased_with_whom_it_may_be_about(self, desk: Desk, ledger: Path, known: Child) -> None:
        take(desk, ledger)
        erasing.erase(desk, known.id, PASSWORD)
        assert parking.count(desk) == 0
        with desk.store.reading() as session:
            kept = str(desk.store.raw(session).execute("SELECT * FROM parked").fetchall())
        assert "周" not in kept

    def test_stopped_half_way_leaves_nothing(self, desk: Desk, ledger: Path) -> None:
        before = state(desk)
        work = importing.import_ledger(desk, ledger)
        next(work)
        next(work)
        work.close()
        assert (state(desk), parking.count(desk)) == (before, 0)

    def test_volunteers_wait_too(self, desk: Desk, tmp_path: Path) -> None:
        told = {"name": "李建国", "phone": "13800001111", "kind": "old_teacher", "participating": True}
        records.add(desk, Volunteer, told)
        rows = [["李健国", "13800001111", "老教师"], ["王秀英", "13900002222", "老教师"]]
        file = sheet(tmp_path / "五老.xlsx", rows, ["姓名", "联系电话", "类别"], "五老志愿者名册")
        report = take(desk, file)
        assert (report.created, report.parked) == (1, 1)
        assert parking.waiting(desk)[0].candidates[0].reason

    def test_twins_and_namesakes_do_not_wait(self, desk: Desk, tmp_path: Path, known: Child) -> None:
        """Who parks too much makes people press “all new” without reading."""
        rows = [
            ["周小雪", "女", "2015-03-02", "李桂花", "奶奶", "13800001111", "四年级"],  # the twin
            ["周小雨", "女", "2013-09-09", "张秀英", "外婆", "13900002222", "六年级"],  # another of the same name
        ]
        report = take(desk, sheet(tmp_path / "x.xlsx", rows))
        assert (report.created, report.parked) == (2, 0)

    def test_family_is_kept_when_it_waits(self, desk: Desk, ledger: Path) -> None:
        take(desk, ledger)
        row = next(r for r in parking.waiting(desk) if r.name == "周小雨")
        parking.settle(desk, {row.id: NEW})
        family = records.fetch(desk, FamilyMember, records.ids(desk, FamilyMember))
        assert "张秀英" in {m.name for m in family}
