"""Keys, lost laptops, transfers and erasing by the terminal: real processes, real files."""

import json
from pathlib import Path
from typing import Any

import pytest

from .test_terminal import PASSWORD, carehub, ok

NEW = "anders-08"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A township with three rooms that it knows, and a child in the first and the last."""
    folder = tmp_path_factory.mktemp("town")
    ok("new", folder / "office", "--level", "township", "--name", "石桥镇", "--area", "500199100")
    card = ok("card", folder / "office", "--to", folder / "card")["file"]
    found: dict[str, Any] = {"office": folder / "office"}
    for n, name in enumerate(("新民村", "红岩村", "青山村")):
        area = f"50019910020{n}"
        made = ok("new", folder / name, "--level", "room", "--name", name, "--area", area, "--card", card)
        child = ok("add", folder / name, "child", "name=徐𫖯", "guardian=姚秀志")["id"] if n != 1 else ""
        file = ok("export", folder / name, "--to", folder / "stick")["file"]
        assert ok("merge", folder / "office", file, "--approve", made["words"])[0]["status"] == "merged"
        found[name] = {**made, "store": folder / name, "child": child}
    return found


def back(town: dict[str, Any], store: Path, name: str, stick: Path) -> None:
    """A return bundle for a room."""
    file = ok("export", town["office"], "--to", stick, "--for", name)["file"]
    assert ok("merge", store, file)[0]["status"] == "merged"


def fails(*arguments: object, password: str = PASSWORD) -> str:
    """Runs a command that must end in one sentence; returns it."""
    done = carehub(*arguments, "--json", password=password)
    assert (done.returncode, done.stdout) == (1, ""), done
    return str(json.loads(done.stderr)["error"])


def test_a_lost_password_by_the_office_and_by_the_code(town: dict[str, Any], tmp_path: Path) -> None:
    room, office = town["新民村"]["store"], town["office"]
    asked = carehub("ask-help", room, "--to", tmp_path, "--json", password=None)
    assert asked.returncode == 0, "needs no password"
    request = json.loads(asked.stdout)
    wrong = " ".join(reversed(request["words"].split()))
    assert "词" in fails("give-help", office, request["file"], "--words", wrong, "--to", tmp_path)
    reply = ok("give-help", office, request["file"], "--words", request["words"], "--to", tmp_path)["file"]
    fails("recover", room, password=NEW)
    done = carehub("recover", room, "--reply", reply, "--user", "负责人", "--json", password=NEW)
    assert (done.returncode, json.loads(done.stdout)) == (0, {"user": "负责人"})
    fails("list", room, "child")
    assert carehub("list", room, "child", "--json", password=NEW).returncode == 0
    fails("recover", room, "--reply", reply, "--user", "负责人")
    assert ok("recover", room, "--code", town["新民村"]["recovery_code"], "--user", "负责人") == {"user": "负责人"}
    assert [c["name"] for c in ok("list", room, "child")] == ["徐𫖯"]


def test_a_lost_laptop_is_revoked_and_replaced(town: dict[str, Any], tmp_path: Path) -> None:
    office, fresh, old = town["office"], tmp_path / "fresh", town["青山村"]
    assert ok("revoke", office, "青山村") == {"site": "青山村", "revoked": True}
    fails("revoke", town["红岩村"]["store"], "青山村")
    late = ok("export", old["store"], "--to", tmp_path)["file"]
    assert json.loads(carehub("merge", office, late, "--json").stdout)[0]["status"] == "refused"
    card = ok("card", office, "--to", tmp_path / "card", "--replace", "青山村")["file"]
    made = ok("new", fresh, "--card", card, "--user", "王建国")
    assert made["site_id"] == old["site_id"]
    first = ok("export", fresh, "--to", tmp_path)["file"]
    assert ok("merge", office, first, "--approve", made["words"])[0]["status"] == "merged"
    back(town, fresh, "青山村", tmp_path)
    assert [(c["name"], c["guardian"]) for c in ok("list", fresh, "child")] == [("徐𫖯", "姚秀志")]
    assert ok("check", fresh)["problems"] == []


def test_a_file_is_moved_and_then_erased(town: dict[str, Any], tmp_path: Path) -> None:
    office, old, new, child = (
        town["office"], town["新民村"]["store"], town["红岩村"]["store"], town["新民村"]["child"],
    )  # fmt: skip
    fails("transfer", old, child, "--to", "红岩村")
    moved = ok("transfer", office, child[-8:], "--to", "红岩村")
    assert moved == {"child": child, "from": town["新民村"]["site_id"], "to": "红岩村", "rows": 2}
    back(town, old, "新民村", tmp_path)
    back(town, new, "红岩村", tmp_path)
    assert ok("list", old, "child") == []
    assert [c["guardian"] for c in ok("list", new, "child")] == ["姚秀志"]
    fails("edit", old, "child", child, "school=x")
    fails("erase", office, child)
    assert ok("erase", office, child, "--yes") == {"child": child, "rows": 2}
    back(town, new, "红岩村", tmp_path)
    back(town, old, "新民村", tmp_path)
    assert ok("list", new, "child") == []
    for store in (office, old, new):
        assert ok("check", store)["problems"] == []
