"""Backups by the terminal. What a user would lose: the way back, when the window does not open any more."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from .test_terminal import PASSWORD, carehub, ok


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("room") / "新民村"
    ok("new", folder, "--level", "room", "--name", "新民村", "--area", "500199100200")
    ok("add", folder, "child", "name=罗䶮", "sex=女")
    return folder


def names(folder: Path) -> list[str]:
    return sorted(c["name"] for c in ok("list", folder, "child"))


def test_back_up_list_damage_restore(room: Path) -> None:
    made: dict[str, Any] = ok("backup", room)
    assert Path(made["folder"]).parent.name == "新民村.carebackup"
    assert made["problems"] == []
    (listed,) = ok("backups", room)
    assert (listed["folder"], listed["stick"], listed["number"]) == (made["folder"], False, 1)
    told = ok("check", room)
    assert (told["ok"], told["problems"], told["notes"]) == (True, [], [])
    ok("add", room, "child", "name=后来的", "sex=女")
    (room / "store.db").write_bytes(os.urandom(5000))
    broken = carehub("check", room)
    assert broken.returncode == 1
    assert "备份" in broken.stderr
    wrong = carehub("restore", room, password="falsch-falsch")
    assert (wrong.returncode, "密码不对" in wrong.stderr) == (1, True)
    done = ok("restore", room)
    assert names(room) == ["罗䶮"]
    assert (Path(done["former"]) / "store.db").stat().st_size == 5000
    assert done["todays_passwords"] is True


def test_restore_from_a_stick_into_a_new_folder(room: Path, tmp_path: Path) -> None:
    stick = tmp_path / "U盘"
    stick.mkdir()
    environment = {**os.environ, "CAREHUB_PASSWORD": PASSWORD, "CAREHUB_STICKS": str(stick)}
    command = [sys.executable, "-c", "from carehub.app import run; run()", "backup", room, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    (copy,) = json.loads(done.stdout)["copies"]
    for given in (stick, Path(copy).parent, Path(copy)):
        target = tmp_path / given.name / "新民村"
        told = ok("restore", target, given)
        assert (told["from"], told["former"]) == (copy, None)
        assert names(target) == ["罗䶮"]
    nothing = carehub("restore", tmp_path / "x", tmp_path)
    assert nothing.returncode == 1
    assert "没有备份" in nothing.stderr
    torn = Path(copy) / "store.db"
    torn.write_bytes(torn.read_bytes()[:-4096])
    assert carehub("restore", tmp_path / "y", stick).returncode == 1
    assert not (tmp_path / "y").exists()
