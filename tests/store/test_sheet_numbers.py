"""Sheets that come back are found by their number. What a user would lose: minutes of searching for each sheet of a
pile, or the wrong record that is filled in."""

import itertools
from datetime import date
from pathlib import Path

import pypdfium2
import pytest

from carehub.domain import sheet_number
from carehub.domain.activities import Activity, Patrol, PatrolSheet, Pledge
from carehub.domain.errors import NotAllowed, NotFound
from carehub.domain.people import Volunteer
from carehub.domain.record import Record
from carehub.services import activities, children, group_papers, patrols, pledges, records, sheet_numbers, visits
from carehub.services.desk import Desk

from ..work import drive

TODAY = date.today()


def text_of(data: bytes) -> str:
    with pypdfium2.PdfDocument(data) as pdf:
        return "".join(pdf[n].get_textpage().get_text_bounded() for n in range(len(pdf)))


def filled(desk: Desk) -> dict[str, Record]:
    """Paper → the row whose sheet it is."""
    child = children.add(desk, {"name": "罗䶮", "school": "中心小学"})[0].child.id
    told = {"year": TODAY.year, "theme": "drowning", "third_party": "parents", "expires_on": date(TODAY.year, 12, 31)}
    activity = activities.add(desk, {"title": "书法班", "kind": "interest", "held_on": TODAY})[0]
    pledge = records.get(desk, Pledge, pledges.make(desk, [child], told)[0][0])
    return {"sign-in": activity, "pledge": pledge}


def test_a_sheet_gets_its_number_when_it_is_printed_and_keeps_it(desk: Desk) -> None:
    for paper, row in filled(desk).items():
        drive(group_papers.pdf(desk, paper, [row.id], preview=True))
        assert records.get(desk, type(row), row.id).sheet_no is None, "a look at it keeps nothing"  # type: ignore[attr-defined]
        printed = text_of(drive(group_papers.pdf(desk, paper, [row.id]))[0])
        number = records.get(desk, type(row), row.id).sheet_no  # type: ignore[attr-defined]
        assert sheet_number.grouped(number) in printed, paper
        drive(group_papers.pdf(desk, paper, [row.id]))
        assert records.get(desk, type(row), row.id).sheet_no == number  # type: ignore[attr-defined]
        for typed in (number, sheet_number.grouped(number), f" {number}\n"):
            found = sheet_numbers.find(desk, typed)
            assert (type(found), found.id) == (type(row), row.id)


def test_each_log_to_be_filled_in_is_a_sheet_of_its_own(desk: Desk) -> None:
    helper = records.add(desk, Volunteer, {"name": "王建国"})[0].id
    drive(group_papers.pdf(desk, "patrol-sheet", preview=True))
    assert records.ids(desk, PatrolSheet) == []
    printed = [text_of(drive(group_papers.pdf(desk, "patrol-sheet"))[0]) for _ in range(2)]
    sheets = records.fetch(desk, PatrolSheet, sorted(records.ids(desk, PatrolSheet)))
    assert len({s.sheet_no for s in sheets}) == 2
    for sheet, words in zip(sheets, printed, strict=True):
        assert sheet_number.grouped(sheet.sheet_no or "") in words
        assert sheet_numbers.find(desk, sheet.sheet_no or "").id == sheet.id
    told = {"patrolled_on": TODAY, "cafe": "蓝天网吧", "volunteer_id": helper}
    row = patrols.add(desk, told, sheets[0].id)[0]
    records.add(desk, Patrol, told | {"cafe": "极速网咖"})
    assert [p.id for p in patrols.of_sheet(desk, sheets[0].id)] == [row.id]
    again = text_of(drive(group_papers.pdf(desk, "patrol-sheet", [sheets[0].id]))[0])
    assert "蓝天网吧" in again
    assert "极速网咖" not in again
    assert sheet_number.grouped(sheets[0].sheet_no or "") in again
    assert len(records.ids(desk, PatrolSheet)) == 2
    with pytest.raises(NotFound):
        patrols.add(desk, told, "0" * 26)


def test_a_number_is_given_out_once_whatever_the_kind_of_sheet(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = filled(desk)
    child = rows["pledge"].child_id  # type: ignore[attr-defined]
    taken = visits.plan(desk, [child], TODAY)[0][0].sheet_no or ""
    drawn = itertools.chain([int(taken[6:11])] * 3, itertools.count(17))
    monkeypatch.setattr(sheet_number.secrets, "randbelow", lambda _: next(drawn))
    assert sheet_numbers.give(desk, Activity, [rows["sign-in"].id])
    number = records.get(desk, Activity, rows["sign-in"].id).sheet_no or ""
    assert number != taken
    assert sheet_numbers.find(desk, taken).__tablename__ == "visit"
    drawn = itertools.chain([17, 17, 18], itertools.count(30))
    with desk.store.reading() as session:
        assert len(set(sheet_numbers.fresh(session, 3))) == 3


def test_a_wrong_number_is_said_to_be_wrong(desk: Desk) -> None:
    for typed in ("", "261124004270", "1234", sheet_number.new_sheet_number(TODAY)):
        with pytest.raises(NotFound):
            sheet_numbers.find(desk, typed)


def test_whoever_only_prints_gets_a_paper_and_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    """A reviewer may take papers out, but not write."""
    rows = filled(desk)
    desk.site.level, desk.user.role = "township", "reviewer"
    assert drive(group_papers.file(desk, tmp_path / "x.pdf", "sign-in", [rows["sign-in"].id])).pages == 1
    assert records.get(desk, Activity, rows["sign-in"].id).sheet_no is None
    with pytest.raises(NotAllowed):
        drive(group_papers.pdf(desk, "patrol-sheet"))
