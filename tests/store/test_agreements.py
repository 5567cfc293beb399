"""Care agreements. What a child would lose: nobody notices that the paper by which a grandmother looks after it has run
out, or was never signed."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from carehub.cli import main as terminal
from carehub.domain.agreements import ENDS_BEFORE, NO_CARER, CareAgreement
from carehub.domain.errors import InvalidInput, NotAllowed
from carehub.domain.people import FamilyMember
from carehub.domain.sheet_number import grouped
from carehub.services import (
    access,
    care_agreements,
    checking,
    children,
    doorway,
    duplicates,
    erasing,
    group_papers,
    opening,
    records,
    sheet_numbers,
    timeline,
    undoing,
    users,
)
from carehub.services.care_agreements import State
from carehub.services.desk import Desk

from ..conftest import PASSWORD
from ..work import drive

TODAY = date.today()


@pytest.fixture
def child(desk: Desk) -> str:
    made = children.add(desk, {"name": "罗䶮", "guardian": "罗强", "guardian_relation": "51"})[0].child.id
    records.add(desk, FamilyMember, {"relation": "52", "name": "李梅"}, child_id=made)
    carer = {"relation": "62", "name": "王桂兰", "phone": "13912345678", "is_carer": True}
    records.add(desk, FamilyMember, carer, child_id=made)
    return made


def agree(desk: Desk, child: str, first: int = -30, last: int = 335, **values: Any) -> CareAgreement:
    days = {"from_on": TODAY + timedelta(first), "until_on": TODAY + timedelta(last), "signed_on": TODAY}
    told = {**care_agreements.suggested(desk, child), **days, **values, "child_id": child}
    return care_agreements.add(desk, told)[0]


def told(desk: Desk, child: str) -> list[str]:
    return [w.text for w in doorway.warnings(desk, child) if "委托照护协议" in w.text]


def text_of(data: bytes) -> str:
    with pypdfium2.PdfDocument(data) as pdf:
        return "".join(pdf[n].get_textpage().get_text_bounded() for n in range(len(pdf)))


def test_a_new_one_begins_with_what_is_on_file_and_goes_on_with_the_last(desk: Desk, child: str) -> None:
    first = care_agreements.suggested(desk, child)
    (carer,) = [m.id for m in children.read(desk, [child])[0].family if m.is_carer]
    assert (first["parents"], first["carer_id"], first["from_on"]) == ("罗强、李梅", carer, TODAY)
    made = agree(desk, child, contents="接送上学", witness="李德福")
    assert care_agreements.carer_names(desk, [made]) == {made.id: "王桂兰"}
    after = care_agreements.suggested(desk, child)
    assert (after["contents"], after["witness"], after["carer_id"]) == ("接送上学", "李德福", carer)
    assert after["from_on"] == TODAY + timedelta(336), "it follows on the one that stands"


@pytest.mark.parametrize(("wrong", "why"), [
    ({"carer_id": None}, NO_CARER),
    ({"until_on": TODAY - timedelta(40)}, ENDS_BEFORE),
])  # fmt: skip
def test_without_a_carer_or_with_days_crossed_nothing_is_saved(
    desk: Desk, child: str, wrong: dict[str, Any], why: str
) -> None:
    with pytest.raises(InvalidInput) as raised:
        agree(desk, child, **wrong)
    assert raised.value.message == why
    assert records.ids(desk, CareAgreement) == []
    made = agree(desk, child)
    with pytest.raises(InvalidInput):
        records.edit(desk, CareAgreement, made.id, wrong)
    assert records.get(desk, CareAgreement, made.id).carer_id is not None


def test_its_number_finds_it_again(desk: Desk, child: str) -> None:
    one, other = agree(desk, child), agree(desk, child)
    assert one.sheet_no != other.sheet_no
    for made in (one, other):
        found = sheet_numbers.find(desk, grouped(made.sheet_no or ""))
        assert (type(found), found.id) == (CareAgreement, made.id)


@pytest.mark.parametrize(("last", "signed", "state", "words"), [
    (335, TODAY, State.STANDS, ""),
    (31, TODAY, State.STANDS, ""),
    (30, TODAY, State.SOON, "到期，请及时续签"),
    (0, TODAY, State.SOON, "到期，请及时续签"),
    (-1, TODAY, State.RUN_OUT, "已到期"),
    (335, None, State.UNSIGNED, "还没签字"),
])  # fmt: skip
def test_running_out_stands_on_the_childs_page(
    desk: Desk, child: str, last: int, signed: date | None, state: State, words: str
) -> None:
    assert (care_agreements.standing(desk, child).state, told(desk, child)) == (State.NONE, [])
    agree(desk, child, last=last, signed_on=signed)
    assert care_agreements.standing(desk, child).state is state
    assert [words in w for w in told(desk, child)] == [True] * bool(words)
    children.edit(desk, child, {"status": "moved"})
    assert told(desk, child) == [], "nobody is to sign for a child who has moved"


def test_a_renewed_one_ends_the_warning_and_undo_brings_it_back(desk: Desk, child: str) -> None:
    agree(desk, child, -400, -5)
    values = {**care_agreements.suggested(desk, child), "signed_on": TODAY, "child_id": child}
    made, touched = care_agreements.add(desk, values)
    assert made.from_on == TODAY
    assert told(desk, child) == []
    undoing.undo(desk, touched)
    assert len(told(desk, child)) == 1


def test_it_stands_with_the_file_that_stands_for_all(desk: Desk, child: str) -> None:
    other = children.add(desk, {"name": "罗䶮"})[0].child.id
    made = agree(desk, other, carer="王桂兰", last=-1, parents="罗强")
    duplicates.link(desk, other, child)
    assert [a.id for a in care_agreements.of_child(desk, child)] == [made.id]
    assert len(told(desk, child)) == 1
    assert [e.id for e in timeline.of_child(desk, child, "care_agreement")] == [made.id]


def test_it_is_erased_with_the_child(desk: Desk, child: str) -> None:
    made = agree(desk, child, witness="翡翠")
    erasing.erase(desk, child, PASSWORD)
    assert records.fetch(desk, CareAgreement, [made.id]) == []
    with desk.store.reading() as session:
        left = session.execute(text("SELECT cells FROM change WHERE row_id = :row"), {"row": made.id}).scalars().all()
    assert left
    assert not [cells for cells in left if "翡翠" in cells]
    assert drive(checking.check(desk)) == []


class TestPaper:
    def test_the_phone_is_printed_and_noted_for_those_who_may_look(self, desk: Desk, child: str) -> None:
        made = agree(desk, child)
        data, count = drive(group_papers.pdf(desk, "care-agreement", [made.id]))
        assert count == 1
        printed = text_of(data)
        for words in ("罗强、李梅", "王桂兰", "祖母", "13912345678", grouped(made.sheet_no or "")):
            assert words in printed, words
        assert [(x.about, x.what) for x in access.log(desk, what="print")] == [("罗䶮", "打印")]

    def test_who_may_not_look_prints_a_line_to_fill_in(self, desk: Desk, child: str) -> None:
        made = agree(desk, child)
        (paper,) = care_agreements.contents(desk, [made.id])
        assert paper.phone == "13912345678"
        users.add(desk, "王看看", "viewer", "andere-Worte", PASSWORD)
        desk.close()
        viewer = opening.sign_in(desk.store.folder, "andere-Worte")
        try:
            (paper,) = care_agreements.contents(viewer, [made.id])
            assert paper.phone == ""
            with pytest.raises(NotAllowed):
                drive(group_papers.pdf(viewer, "care-agreement", [made.id]))
            with pytest.raises(NotAllowed):
                agree(viewer, child)
        finally:
            viewer.close()

    def test_without_a_choice_those_that_stand_are_printed(self, desk: Desk, child: str) -> None:
        agree(desk, child, -400, -1)
        standing = agree(desk, child, carer_id=None, carer="赵四", relation="61", phone="13800001111")
        data, count = drive(group_papers.pdf(desk, "care-agreement"))
        assert count == 1
        printed = text_of(data)
        assert [w for w in ("赵四", "祖父", "13800001111") if w not in printed] == []
        assert group_papers.named(desk, "care-agreement", [standing.id]) == ["罗䶮"]

    def test_the_terminal_adds_and_prints(
        self, desk: Desk, child: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("CAREHUB_PASSWORD", PASSWORD)
        app = terminal.build(lambda _: 0, lambda *_: [], lambda **_: None, lambda *_: [])
        run: Callable[..., Any] = lambda *call: CliRunner().invoke(app, [str(c) for c in call])  # noqa: E731
        desk.close()
        folder = desk.store.folder
        values = ("parents=罗强", "carer=赵四", f"from_on={TODAY}", f"until_on={TODAY}", "contents=接送")
        added = run("add", folder, "care_agreement", f"child_id={child}", *values, "--json")
        assert added.exit_code == 0, added.output
        assert '"sheet_no": "' in added.output
        out = tmp_path / "a.pdf"
        made = run("papers", folder, "care-agreement", "--out", out)
        assert made.exit_code == 0, made.output
        assert "赵四" in text_of(out.read_bytes())
