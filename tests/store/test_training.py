"""Training: a made-up child on a real list, or a real one lost in a game, must not happen."""

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from carehub.domain.errors import NotAllowed
from carehub.domain.madeup import AREA
from carehub.domain.people import Child, Volunteer
from carehub.services import (
    aid_papers,
    backups,
    cards,
    care_agreements,
    child_files,
    group_papers,
    handover,
    importing,
    notices,
    opening,
    parking,
    payments,
    printing,
    records,
    registration_forms,
    statistics,
    training,
    workbooks,
)
from carehub.services.desk import TRAINING, Desk
from tests.conftest import drive

TODAY = date.today()


@pytest.fixture
def practice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """An open store for training."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    desk = drive(training.begin())
    yield desk
    if desk.store.folder.exists():
        training.throw_away(desk)


def test_a_village_with_enough_to_do(practice: Desk) -> None:
    ids = records.ids(practice, Child)
    assert len(ids) >= training.CHILDREN
    assert all((c.identity_no or AREA).startswith(AREA) for c in records.fetch(practice, Child, ids))
    assert records.ids(practice, Volunteer)
    report = drive(importing.import_ledger(practice, practice.store.folder / training.LEDGER))
    assert report.created > 0
    assert parking.count(practice) == report.parked


def test_nothing_leaves_and_nothing_comes_in(practice: Desk, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    attempts: list[Any] = [
        lambda: drive(handover.export(practice, out)),
        lambda: handover.write_identity(practice, training.PASSWORD, out / "key.txt"),
        lambda: drive(workbooks.export(practice, out / "x.xlsx")),
        lambda: drive(workbooks.export_list(practice, out / "z.xlsx", Child, records.ids(practice, Child), ["name"])),
        lambda: statistics.export(practice, out / "y.xlsx"),
        lambda: drive(backups.make(practice)),
        lambda: cards.write(practice, out),
        lambda: backups.choose(practice, out),
    ]
    for attempt in attempts:
        with pytest.raises(NotAllowed):
            attempt()
    assert list(out.iterdir()) == []
    assert not backups.is_due(practice)
    with pytest.raises(NotAllowed, match=TRAINING[:20]):
        practice.require(practice.taking)


def test_it_says_so_wherever_it_is_opened(practice: Desk, tmp_path: Path) -> None:
    """Moved, renamed or copied, it does not become a real one."""
    folder = practice.store.folder
    practice.close()
    other = tmp_path / "新民村关爱工作室"
    folder.rename(other)
    again = opening.sign_in(other, training.PASSWORD)
    assert again.training
    with pytest.raises(NotAllowed):
        drive(handover.export(again, tmp_path))
    training.throw_away(again)
    assert not (other / "store.db").exists()


def _sheets(desk: Desk, ids: list[str]) -> bytes:
    return drive(printing.visit_sheet_pdf(desk, ids))[0]


def _roll(desk: Desk, ids: list[str]) -> bytes:
    batch, _ = payments.open_batch(desk, {"programme": "6", "term": "2026年春季", "paid_on": date(2026, 4, 1)})
    payments.add(desk, batch.id, [{"child_id": ids[0], "name": "王一一", "amount_fen": 62500}])
    return drive(aid_papers.roll_pdf(desk, batch.id))[0]


def _agreement(desk: Desk, ids: list[str]) -> bytes:
    told = care_agreements.suggested(desk, ids[0]) | {"parents": "王强", "carer": "李梅", "child_id": ids[0]}
    care_agreements.add(desk, told)
    return drive(group_papers.pdf(desk, "care-agreement"))[0]


PAPERS = {
    "visit-sheet": _sheets,
    "notice": lambda desk, ids: notices.draw(desk, ids, first=date.today()).data,
    "test-print": lambda desk, ids: printing.test_print_pdf(desk, printing.Overprint()),
    "child-file": lambda desk, ids: drive(child_files.pdf(desk, ids))[0],
    "payment-roll": _roll,
    "care-agreement": _agreement,
    "registration-form": lambda desk, ids: drive(registration_forms.pdf(desk, "registration-form", ids))[0],
}


@pytest.mark.parametrize("paper", PAPERS)
def test_every_page_of_every_paper_is_marked(practice: Desk, paper: str) -> None:
    """A made-up sheet that lies among real ones is typed in as a visit."""
    data = PAPERS[paper](practice, records.ids(practice, Child)[:3])
    with pypdfium2.PdfDocument(io.BytesIO(data)) as pdf:
        for page in pdf:
            assert page.get_textpage().get_text_bounded().count("练习") >= 2


@pytest.mark.parametrize("paper", ["sign-in", "pledge", "minutes", "patrol-log", "patrol-sheet", "pairing-agreement"])
def test_papers_to_be_signed_are_practised_too_and_marked(practice: Desk, paper: str) -> None:
    child, helper = records.ids(practice, Child)[0], records.ids(practice, Volunteer)[0]
    told: dict[str, Any] = {
        "sign-in": {"title": "书法班", "kind": "interest", "held_on": TODAY},
        "pledge": {"child_id": child, "year": TODAY.year, "theme": "drowning", "third_party": "parents",
                   "expires_on": TODAY},
        "minutes": {"held_on": TODAY, "agenda": "走访安排"},
        "patrol-log": {"patrolled_on": TODAY, "cafe": "蓝天网吧", "volunteer_id": helper},
        "pairing-agreement": {"child_id": child, "volunteer_id": helper, "started_on": TODAY},
    }  # fmt: skip
    ids = [records.add(practice, group_papers.PAPERS[paper][0], told[paper])[0].id] if paper in told else []
    with pypdfium2.PdfDocument(drive(group_papers.pdf(practice, paper, ids))[0]) as pdf:
        for page in pdf:
            assert page.get_textpage().get_text_bounded().count("练习") >= 2


def test_real_papers_are_not_marked(desk: Desk) -> None:
    made, _ = records.add(desk, Child, {"name": "王一一", "status": "active"})
    data = drive(printing.visit_sheet_pdf(desk, [made.id]))[0]
    with pypdfium2.PdfDocument(data) as pdf:
        assert "练习" not in pdf[0].get_textpage().get_text_bounded()


def test_leaving_throws_it_away(practice: Desk, tmp_path: Path) -> None:
    training.throw_away(practice)
    assert not list(tmp_path.glob("carehub-training-*"))


def test_a_real_store_is_never_thrown_away(desk: Desk) -> None:
    with pytest.raises(NotAllowed):
        training.throw_away(desk)
    assert records.ids(desk, Child) == []
    assert desk.store.folder.is_dir()


def test_stopped_half_way_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    work = training.begin()
    for _ in range(3):
        next(work)
    work.close()
    assert not list(tmp_path.glob("carehub-training-*"))
