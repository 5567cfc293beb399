"""Developers' chores, one command each: `python packaging/chores.py CHORE`.

check       what CI runs: formatting, lint, types, layers, texts, tests
texts       message ids without Chinese, and Chinese nobody asks for
tidy        drops Chinese nobody asks for
say EN ZH   adds or changes one entry of the translation catalogue
"""

import ast
import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import polib

TOP = Path(__file__).resolve().parents[1]
CATALOGUE = TOP / "resources" / "i18n" / "zh_CN.po"
CALLS = {"mark", "tr", "_tr", "texts", "fact", "CareHubError", "About", "Progress"}
ERRORS = {"InvalidInput", "NotFound", "NotAllowed", "StoreError", "Refused", "Waiting"}


@contextlib.contextmanager
def _locked() -> Iterator[None]:
    """Keeps two runs of `say` from losing each other's entry."""
    lock = CATALOGUE.with_suffix(".lock")
    with lock.open("w") as handle:
        if os.name == "posix":
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    lock.unlink(missing_ok=True)


def say(english: str, chinese: str) -> None:
    """Adds or changes one entry and keeps the file in the order of its message ids."""
    with _locked():
        catalogue = polib.pofile(str(CATALOGUE), encoding="utf-8", wrapwidth=0)
        found = catalogue.find(english)
        if found:
            found.msgstr = chinese
        else:
            catalogue.append(polib.POEntry(msgid=english, msgstr=chinese))
        catalogue.sort(key=lambda e: e.msgid)
        catalogue.save(str(CATALOGUE))


def _messages(path: Path) -> Iterator[str]:
    """Message ids in one source file: the first text argument of the calls that take one."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called = node.func.func if isinstance(node.func, ast.Call) else node.func  # texts()("…")
        name = getattr(called, "id", None) or getattr(called, "attr", "")
        first = node.args[0]
        if name in CALLS | ERRORS and isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield first.value


def used_messages() -> set[str]:
    """Every message id the program may show."""
    return {m for p in (TOP / "src").rglob("*.py") for m in _messages(p)}


def text_problems() -> list[str]:
    """Missing and surplus entries, and entries whose {names} differ from their message id's."""
    entries = {e.msgid: e.msgstr for e in polib.pofile(str(CATALOGUE), encoding="utf-8")}
    used = used_messages()
    problems = [f"no Chinese: {m}" for m in sorted(used - entries.keys())]
    problems += [f"not used: {m}" for m in sorted(entries.keys() - used)]
    for english, chinese in entries.items():
        if set(re.findall(r"{(\w+)", english)) != set(re.findall(r"{(\w+)", chinese)):
            problems.append(f"other names in braces: {english}")
    return problems


def tidy() -> None:
    """Drops entries nobody asks for."""
    catalogue, used = polib.pofile(str(CATALOGUE), encoding="utf-8", wrapwidth=0), used_messages()
    for entry in [e for e in catalogue if e.msgid not in used]:
        catalogue.remove(entry)
    catalogue.save(str(CATALOGUE))


def texts() -> int:
    problems = text_problems()
    print("\n".join(problems) or "texts: all said in Chinese")
    return 1 if problems else 0


def check() -> int:
    """Runs everything CI runs and stops at the first failure."""
    python = sys.executable
    steps = (
        [python, "-m", "ruff", "format", "--check", "."],
        [python, "-m", "ruff", "check", "."],
        [python, "-m", "mypy"],
        [str(Path(python).parent / "lint-imports"), "--no-cache"],
        [python, __file__, "texts"],
        [python, "-m", "pytest", "-n", "auto"],
    )
    for step in steps:
        print("$", " ".join(Path(s).name if s.startswith("/") else s for s in step), flush=True)
        done = subprocess.run(step, cwd=TOP, check=False)
        if done.returncode:
            return done.returncode
    return 0


def main(arguments: list[str]) -> int:
    match arguments:
        case ["check"]:
            return check()
        case ["texts"]:
            return texts()
        case ["tidy"]:
            tidy()
            return 0
        case ["say", english, chinese]:
            say(english, chinese)
            return 0
        case _:
            print(__doc__)
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
