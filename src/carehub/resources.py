"""Reads the reference data that ships with the program: code lists and the translation catalogue."""

import tomllib
from functools import cache
from pathlib import Path

import polib

from carehub.domain.codes import Code, Codebook, CodeList
from carehub.domain.retention import Rule
from carehub.domain.texts import CHINESE, Texts


def folder() -> Path:
    """The resources folder: inside the installed package, or at the top of a source checkout."""
    installed = Path(__file__).parent / "resources"
    return installed if installed.is_dir() else Path(__file__).parents[2] / "resources"


def _code_list(path: Path) -> CodeList:
    data = tomllib.loads(path.read_text("utf-8"))
    codes = tuple(Code(str(e["code"]), e["zh"], e["en"], tuple(e.get("words", ()))) for e in data["codes"])
    return CodeList(path.stem, codes, data.get("source", ""))


@cache
def codebook() -> Codebook:
    """Every list under `resources/codes`, by file name."""
    paths = sorted((folder() / "codes").glob("*.toml"))
    return Codebook({path.stem: _code_list(path) for path in paths})


@cache
def texts(language: str = CHINESE) -> Texts:
    """The translator for one language."""
    catalogue = polib.pofile(str(folder() / "i18n" / "zh_CN.po"), encoding="utf-8")
    return Texts(language, {e.msgid: e.msgstr for e in catalogue if e.msgstr})


@cache
def word_list() -> tuple[str, ...]:
    """The 256 words in which a key's fingerprint is read aloud. Their order never changes."""
    return tuple((folder() / "words.txt").read_text("utf-8").split())


@cache
def visit_intervals() -> dict[str, int]:
    """Days between visits by risk level, as they are until a township sets its own."""
    data = tomllib.loads((folder() / "visits.toml").read_text("utf-8"))
    return {level: int(days) for level, days in data["interval"].items()}


@cache
def retention() -> tuple[Rule, ...]:
    """How long which records are kept."""
    data = tomllib.loads((folder() / "retention.toml").read_text("utf-8"))
    return tuple(Rule(r["kind"], r["after"], int(r["years"]), r["zh"], r["en"]) for r in data["rule"])
