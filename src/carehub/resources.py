"""Reads the reference data that ships with the program: code lists and the translation catalogue."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import polib

from carehub.domain.aid_catalogue import EVER, Amount, Catalogue, Programme
from carehub.domain.assessments import Answer, Question, Questionnaire
from carehub.domain.codes import Code, Codebook, CodeList
from carehub.domain.matching import Need, Rules
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
def matching() -> Rules:
    """What counts when volunteers are proposed for children."""
    data = tomllib.loads((folder() / "matching.toml").read_text("utf-8"))
    points = {k: int(v) for k, v in data["rules"].items() if k != "most"}
    needs = tuple(
        Need(n["code"], n["zh"], n["en"], n["check"], tuple(n["needs"]), tuple(n["skills"]), frozenset(n["kinds"]))
        for n in data["need"]
    )
    return Rules(points, int(data["rules"]["most"]), needs)


@cache
def pairing_agreement() -> Mapping[str, Any]:
    """The words of the pairing agreement: `clause`s with heading and paragraphs, of one kind of pairing where named."""
    return tomllib.loads((folder() / "agreements" / "pairing.toml").read_text("utf-8"))


@cache
def retention() -> tuple[Rule, ...]:
    """How long which records are kept."""
    data = tomllib.loads((folder() / "retention.toml").read_text("utf-8"))
    return tuple(Rule(r["kind"], r["after"], int(r["years"]), r["zh"], r["en"]) for r in data["rule"])


@cache
def pledges() -> dict[str, dict[str, str]]:
    """What the parties of a pledge promise: theme → party → wording."""
    return tomllib.loads((folder() / "pledge.toml").read_text("utf-8"))


@cache
def aid_catalogue() -> Catalogue:
    """The programmes of aid that a store knows before its district says more."""
    data = tomllib.loads((folder() / "aid.toml").read_text("utf-8"))
    names = {code.code: code for code in codebook()["aid_programme"]}
    programmes = []
    for entry in data["programme"]:
        amounts = tuple(
            Amount(a["yuan"] * 100, a["per"], a.get("tier", ""), a.get("at_most", False), a.get("from", EVER))
            for a in entry.get("amounts", ())
        )
        name, district = names[entry["code"]], entry.get("district", False)
        programmes.append(Programme(name.code, name.zh, entry.get("category", ""), district, name.words, amounts))
    return Catalogue(tuple(code.code for code in codebook()["aid_category"]), tuple(programmes))


@cache
def care_agreement() -> dict[str, Any]:
    """What a care agreement says: `intro`, the usual `contents`, and its further `part`s with their clauses."""
    return tomllib.loads((folder() / "agreements" / "care.toml").read_text("utf-8"))


@cache
def assessments() -> tuple[Questionnaire, ...]:
    """The editions of the questions by which a child's risk is judged."""
    data = tomllib.loads((folder() / "assessment.toml").read_text("utf-8"))
    return tuple(
        Questionnaire(e["since"], int(e["medium"]), int(e["high"]), tuple(_question(q) for q in e["question"]))
        for e in data["edition"]
    )


def _question(data: dict[str, Any]) -> Question:
    answers = tuple(
        Answer(a["code"], a["zh"], a["en"], int(a.get("points", 0)), bool(a.get("alarm", False)))
        for a in data["answers"]
    )
    return Question(data["code"], data["zh"], data["en"], answers, int(data.get("under", 0)))


@cache
def filters() -> tuple[dict[str, Any], ...]:
    """The filters that lists offer by themselves: kind, names (zh, en), conditions as `domain.filters` keeps them."""
    return tuple(tomllib.loads((folder() / "filters.toml").read_text("utf-8"))["filter"])
