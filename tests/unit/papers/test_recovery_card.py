"""The recovery code on paper: what is printed opens the store, read or scanned."""

import shutil
import subprocess
from pathlib import Path

import pytest

from carehub.papers.recovery_card import write_recovery_card
from carehub.services import printing
from carehub.store import keyring


@pytest.mark.parametrize("site", ["新民村关爱工作室", "名" * 200])
def test_the_code_on_paper_is_the_code(site: str, tmp_path: Path) -> None:
    code, file = keyring.new_recovery_code(), tmp_path / "code.pdf"
    with file.open("wb") as out:
        assert write_recovery_card(out, site, code, printing.press(bundled=True)) == 1
    if not (shutil.which("pdftotext") and shutil.which("pdftoppm") and shutil.which("zbarimg")):
        pytest.skip("needs poppler-utils and zbar-tools")
    text = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True).stdout
    assert [g for g in text.split() if g in code.split("-")] == code.split("-")
    subprocess.run(["pdftoppm", "-r", "150", "-png", file, tmp_path / "page"], check=True)
    (picture,) = tmp_path.glob("page*.png")
    scanned = subprocess.run(["zbarimg", "-q", "--raw", picture], capture_output=True, text=True, check=True).stdout
    assert keyring.normalise_code(scanned.strip()) == code.replace("-", "")


def test_it_stays_in_memory() -> None:
    """The paper goes to the printer; a file with the code would be a key lying about."""
    assert printing.recovery_card_pdf("新民村", keyring.new_recovery_code()).startswith(b"%PDF-")
