"""Lists taken to Excel. What a user would lose: numbers that leave without a name and a reason, a half written file, a
copy of them in the folder for temporary things."""

import tempfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from carehub.domain.care import Pairing
from carehub.domain.errors import InvalidInput, NotAllowed
from carehub.domain.people import Child, Volunteer
from carehub.domain.protection import Incident
from carehub.services import access, children, opening, records, users, workbooks
from carehub.services.desk import Desk
from carehub.services.workbooks import Told

from ..conftest import PASSWORD, drive

PHONE = "15925333406"
OTHER = "anderes-08"


@pytest.fixture
def child(desk: Desk) -> Child:
    told = {"name": "=1+1", "guardian": "常怡", "guardian_phone": PHONE, "home_address": "石桥镇新民村三组9号"}
    return children.add(desk, told)[0].child


def cells(file: Path) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(file).active.iter_rows()]


def as_role(desk: Desk, role: str) -> Desk:
    """The same store at the desk of a new person with a role."""
    users.add(desk, f"王{role}", role, OTHER, PASSWORD)
    folder = desk.store.folder
    desk.close()
    return opening.sign_in(folder, OTHER)


def test_masked_without_a_reason_whole_with_one(desk: Desk, child: Child, tmp_path: Path) -> None:
    columns: list[str | Told] = ["home_address", "name", "guardian_phone", Told("备注", {child.id: "看过"})]
    drive(workbooks.export_list(desk, tmp_path / "a.xlsx", Child, [child.id], columns))
    assert cells(tmp_path / "a.xlsx") == [
        ["现住址", "姓名", "监护人电话", "备注"], ["石桥镇新民村***", "=1+1", "159****3406", "看过"],
    ]  # fmt: skip
    assert access.log(desk, what="export") == []
    drive(workbooks.export_list(desk, tmp_path / "b.xlsx", Child, [child.id], columns, reason="aid"))
    assert cells(tmp_path / "b.xlsx")[1] == ["石桥镇新民村三组9号", "=1+1", PHONE, "看过"]
    (line,) = access.log(desk, what="export")
    assert (line.about, line.reason) == ("=1+1", "办理资助")
    sheet = openpyxl.load_workbook(tmp_path / "b.xlsx").active
    assert sheet["B2"].data_type == "s", "nobody's name is computed"


def test_a_reason_that_is_none_and_columns_that_need_none(desk: Desk, child: Child, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput):
        drive(workbooks.export_list(desk, tmp_path / "a.xlsx", Child, [child.id], ["guardian_phone"], reason="so"))
    assert list(tmp_path.glob("*.xlsx*")) == []
    drive(workbooks.export_list(desk, tmp_path / "a.xlsx", Child, [child.id], ["name", "age"], reason="aid"))
    assert access.log(desk, what="export") == [], "nothing was masked in it"


@pytest.mark.parametrize(("role", "may", "whole"), [("recorder", True, True), ("counsellor", False, False),
                                                    ("viewer", False, False)])  # fmt: skip
def test_who_may_take_out_what(desk: Desk, child: Child, tmp_path: Path, role: str, may: bool, whole: bool) -> None:
    theirs = as_role(desk, role)
    for reason, allowed in (("", may), ("visit", whole)):
        file = tmp_path / f"{role}{reason}.xlsx"
        work = workbooks.export_list(theirs, file, Child, [child.id], ["name", "guardian_phone"], reason=reason)
        if allowed:
            drive(work)
        else:
            with pytest.raises(NotAllowed):
                drive(work)
        assert file.exists() == allowed
    work = workbooks.export_list(theirs, tmp_path / "i.xlsx", Incident, [], ["police_on"])
    with pytest.raises(NotAllowed):
        drive(work)
    theirs.close()


def test_stopping_half_way_leaves_nothing(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(230):
        records.add(desk, Volunteer, {"name": f"志愿者{n}", "phone": PHONE})
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    out = tmp_path / "out"
    out.mkdir()
    (out / "a.xlsx").write_bytes(b"before")
    ids = records.ids(desk, Volunteer)
    work = workbooks.export_list(desk, out / "a.xlsx", Volunteer, ids, ["name", "phone"], reason="check")
    assert [next(work).done for _ in range(3)] == [1, 101, 201]
    assert list(temporary.iterdir()), "the sheet is being put together"
    work.close()
    assert (out / "a.xlsx").read_bytes() == b"before"
    assert [f.name for f in out.iterdir()] == ["a.xlsx"]
    assert list(temporary.iterdir()) == []
    drive(workbooks.export_list(desk, out / "a.xlsx", Volunteer, ids, ["name", "phone"]))
    assert len(cells(out / "a.xlsx")) == 231
    assert list(temporary.iterdir()) == []


def test_references_are_names(desk: Desk, child: Child, tmp_path: Path) -> None:
    who = records.add(desk, Volunteer, {"name": "宋娟"})[0]
    told = {"child_id": child.id, "volunteer_id": who.id, "started_on": "2026-03-01"}
    pairing = records.add(desk, Pairing, told)[0]
    drive(workbooks.export_list(desk, tmp_path / "p.xlsx", Pairing, [pairing.id], ["volunteer_id", "child_id"]))
    assert cells(tmp_path / "p.xlsx") == [["志愿者", "儿童"], ["宋娟", "=1+1"]]
