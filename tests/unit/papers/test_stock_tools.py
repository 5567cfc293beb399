"""The PDFs as programs made by others see them. Skipped, and said so, where a tool is not installed."""

import io
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from carehub.domain.activities import Activity, Pledge
from carehub.domain.giving import Award
from carehub.domain.people import Child
from carehub.papers.certificate import write_certificates
from carehub.papers.patrol_log import BLANK, PatrolLog, write_patrol_log
from carehub.papers.pledge import PledgeSheet, write_pledges
from carehub.papers.sign_in_sheet import Guest, SignInSheet, write_sign_in
from carehub.papers.visit_sheet import write_visit_sheets

NAMES = ["王小䶮", "㑇𬭊", "𠅤𫖯", "迪丽热巴·买买提"]
NUMBERS = [f"{261124000000 + 7919 * n}" for n in range(len(NAMES))]


def tool(name: str, *arguments: object) -> str:
    """Runs a tool and returns what it printed."""
    if not shutil.which(name):
        pytest.skip(f"{name} is not installed")
    done = subprocess.run([name, *map(str, arguments)], capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture
def batch(tmp_path: Path, press, sheet, filled) -> Path:
    made = [sheet(name, number, **filled) for name, number in zip(NAMES, NUMBERS, strict=True)]
    out = io.BytesIO()
    write_visit_sheets(out, made, press)
    path = tmp_path / "batch.pdf"
    path.write_bytes(out.getvalue())
    return path


def test_text_comes_back_exactly(batch: Path) -> None:
    pages = tool("pdftotext", "-enc", "UTF-8", batch, "-").split("\f")
    assert all(name in pages[n] for n, name in enumerate(NAMES, start=1))
    assert all(name in pages[0] for name in NAMES[:3])  # the fourth takes two lines in the list


def test_all_fonts_are_embedded_with_a_text_layer(batch: Path) -> None:
    rows = [line.split() for line in tool("pdffonts", batch).splitlines()[2:]]
    assert rows
    assert all(row[-5:-2] == ["yes", "yes", "yes"] for row in rows), rows


def test_structure_is_sound(batch: Path) -> None:
    assert "No syntax or stream encoding errors found" in tool("qpdf", "--check", batch)


def test_qr_codes_read_at_150_dpi(batch: Path, tmp_path: Path) -> None:
    tool("pdftoppm", "-r", 150, "-gray", "-png", batch, tmp_path / "page")
    read = [tool("zbarimg", "--raw", "-q", page).strip() for page in sorted(tmp_path.glob("page-*.png"))[1:]]
    assert read == NUMBERS


def test_the_numbers_of_sign_in_sheets_pledges_and_patrol_logs_read_at_150_dpi(tmp_path: Path, press) -> None:
    guests = [Guest(name, "儿童", "中心小学四年级") for name in NAMES * 15]
    activity = Activity(site_id="s", title="书法班", kind="interest", held_on=date(2026, 6, 1))
    pledge = Pledge(site_id="s", child_id="c", year=2026, theme="drowning")
    child = Child(site_id="s", name=NAMES[0])
    drawn = {
        "sign-in": (write_sign_in, SignInSheet(activity, "新民村", guests, NUMBERS[0])),
        "pledge": (write_pledges, [PledgeSheet(pledge, child, "新民村", {}, NUMBERS[1])]),
        "log": (write_patrol_log, PatrolLog([], "新民村", {}, NUMBERS[2], lines=BLANK)),
    }
    for (name, (write, content)), number in zip(drawn.items(), NUMBERS, strict=False):
        with (tmp_path / f"{name}.pdf").open("wb") as out:
            pages = write(out, content, press)
        tool("pdftoppm", "-r", 150, "-gray", "-png", tmp_path / f"{name}.pdf", tmp_path / name)
        read = [tool("zbarimg", "--raw", "-q", page).strip() for page in sorted(tmp_path.glob(f"{name}-*.png"))]
        assert read == [number] * pages, name


def test_certificate_text(tmp_path: Path, press) -> None:
    path = tmp_path / "award.pdf"
    with path.open("wb") as out:
        award = Award(site_id="s", recipient="𠅤𫖯·㑇", title="先进个人", awarded_on=date(2026, 1, 2))
        write_certificates(out, [award], press)
    assert "𠅤𫖯·㑇：" in tool("pdftotext", "-enc", "UTF-8", path, "-")
