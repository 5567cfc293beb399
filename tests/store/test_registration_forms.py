"""Registration forms from a store. What a user would lose: a form that comes back filled in and finds no child, a paper
full of addresses that nobody noted."""

from pathlib import Path

import pypdfium2
import pytest
from typer.testing import CliRunner

from carehub.cli import main as terminal
from carehub.domain.care import ChildSheet
from carehub.domain.errors import NotAllowed, NotFound
from carehub.domain.sheet_number import grouped
from carehub.services import access, children, family, opening, records, registration_forms, sheet_numbers, users
from carehub.services.desk import Desk
from carehub.services.registration_forms import BLANK, FILLED

from ..conftest import PASSWORD, drive

OTHER = "andere-Worte"


def text_of(data: bytes) -> str:
    with pypdfium2.PdfDocument(data) as pdf:
        return "".join(page.get_textpage().get_text_range() for page in pdf).replace("\r\n", "")


@pytest.fixture
def child(desk: Desk) -> str:
    told = {"name": "罗䶮", "home_address": "新民村7组", "guardian": "常怡", "guardian_phone": "15925333406"}
    made = children.add(desk, told)[0].child.id
    family.add(desk, made, {"relation": "父亲", "name": "罗大勇", "works_at": "广东东莞", "employer": "东莞电子厂"})
    return made


def test_a_form_gets_its_number_when_it_is_printed_and_finds_its_child(desk: Desk, child: str) -> None:
    drive(registration_forms.pdf(desk, FILLED, [child], preview=True))
    assert records.ids(desk, ChildSheet) == [], "a look at it keeps nothing"
    data, count = drive(registration_forms.pdf(desk, FILLED, [child[-8:]]))
    (sheet,) = records.fetch(desk, ChildSheet, records.ids(desk, ChildSheet))
    text = text_of(data)
    assert count == 1
    for words in ("罗䶮", "新民村7组", "常怡", "15925333406", "罗大勇", "东莞电子厂", grouped(sheet.sheet_no or "")):
        assert words in text, words
    drive(registration_forms.pdf(desk, FILLED, [child]))
    found = sheet_numbers.find(desk, grouped(sheet.sheet_no or ""))
    assert isinstance(found, ChildSheet)
    assert (found.id, found.child_id, found.kind) == (sheet.id, child, "registration")
    assert access.log(desk)[0].about == "罗䶮"


def test_all_active_children_and_nobody_else(desk: Desk, child: str) -> None:
    children.add(desk, {"name": "王小明"})
    children.add(desk, {"name": "何军", "status": "moved"})
    data, count = drive(registration_forms.pdf(desk, FILLED))
    text = text_of(data)
    assert count == 2
    assert "王小明" in text
    assert "何军" not in text


def test_whoever_may_not_look_prints_the_blank_form_only(desk: Desk, child: str) -> None:
    users.add(desk, "王某", "viewer", OTHER, PASSWORD)
    desk.close()
    other = opening.sign_in(desk.store.folder, OTHER)
    with pytest.raises(NotAllowed):
        drive(registration_forms.pdf(other, FILLED, [child]))
    text = text_of(drive(registration_forms.pdf(other, BLANK))[0])
    assert "罗䶮" not in text
    assert "曾用名" in text
    other.close()


def test_nobody_to_print_is_said(desk: Desk) -> None:
    with pytest.raises(NotFound):
        drive(registration_forms.pdf(desk, FILLED))


def test_the_terminal_writes_both(desk: Desk, child: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.close()
    monkeypatch.setenv("CAREHUB_PASSWORD", PASSWORD)
    app = terminal.build(lambda _: 0, lambda *_: [], lambda **_: None, lambda *_: [])
    for paper, words in ((FILLED, "罗䶮"), (BLANK, "曾用名")):
        out = tmp_path / f"{paper}.pdf"
        done = CliRunner().invoke(app, ["papers", str(desk.store.folder), paper, "--out", str(out)])
        assert done.exit_code == 0, done.output
        assert words in text_of(out.read_bytes())
