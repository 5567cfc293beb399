"""The terminal, as other programs and the README use it: real processes, real files."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PASSWORD = "terminal-08"
LEDGERS = Path(__file__).parents[1] / "data" / "ledgers"


def carehub(*arguments: object, password: str | None = PASSWORD) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("CAREHUB_")}
    if password is not None:
        environment["CAREHUB_PASSWORD"] = password
    return subprocess.run(
        [sys.executable, "-c", "from carehub.app import run; run()", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment,
        stdin=subprocess.DEVNULL,
        check=False,
    )


def ok(*arguments: object) -> Any:
    """Runs a command that must succeed and returns its JSON."""
    done = carehub(*arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def township(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, dict[str, Any]]:
    """A township and a room that has its card, made by the terminal."""
    folder = tmp_path_factory.mktemp("town")
    ok("new", folder / "office", "--level", "township", "--name", "石桥镇", "--area", "500199100")
    card = ok("card", folder / "office", "--to", folder / "card")["file"]
    made = ok("new", folder / "room", "--level", "room", "--name", "新民村", "--area", "500199100200", "--card", card)
    return folder / "office", folder / "room", made


def test_new_tells_what_must_be_written_down(township: tuple[Path, Path, dict[str, Any]]) -> None:
    _, room, made = township
    assert set(made) == {"store", "site_id", "words", "recovery_code"}
    assert made["store"] == str(room)
    assert len(made["words"].split()) == 5
    assert len(made["recovery_code"].replace("-", "")) == 27


def test_a_ledger_goes_in_and_every_answer_has_its_shape(
    township: tuple[Path, Path, dict[str, Any]], tmp_path: Path
) -> None:
    office, room, made = township
    ledger = LEDGERS / "新民村留守儿童花名册.xlsx"
    tried = ok("import", room, ledger, "--dry-run")
    assert ok("list", room, "child") == []
    done = ok("import", room, ledger)
    assert (tried["created"], done["created"], done["updated"], done["unchanged"]) == (41, 41, 0, 0)
    assert {(p["row"], p["kind"]) for p in done["problems"]} == {
        (13, "checksum"), (19, "mismatch"), (26, "mismatch"), (41, "duplicate"), (45, "missing"),
    }  # fmt: skip
    again = ok("import", room, ledger)
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 41)

    listed = ok("list", room, "child", "--search", "xu")
    (child,) = [c for c in listed if c["name"] == "徐𫖯"]
    told = ("sex", "birth_date", "identity_no", "guardian", "guardian_relation", "guardian_phone", "school", "grade")
    assert [child[name] for name in told] == [
        2, "2012-10-12", "500199201210126725", "姚秀志", "63", "15057339953", "第二初级中学", "八年级",
    ]  # fmt: skip

    sheets = ok("papers", room, "visit-sheet", "--out", tmp_path / "sheets.pdf", "--ids", child["id"])
    assert (sheets["pages"], Path(sheets["file"]).read_bytes()[:5]) == (1, b"%PDF-")
    assert len(ok("list", room, "visit")) == 1

    bundle = ok("export", room, "--to", tmp_path)
    assert bundle["changes"] > 0
    assert bundle["bytes"] == Path(bundle["file"]).stat().st_size
    assert ok("inspect", bundle["file"])["from"] == "新民村"
    waiting = carehub("merge", office, bundle["file"], "--json")
    assert waiting.returncode == 1
    assert json.loads(waiting.stdout)[0]["status"] == "waiting"
    (merged,) = ok("merge", office, bundle["file"], "--approve", made["words"])
    assert (merged["status"], merged["from"], merged["conflicts"]) == ("merged", "新民村", 0)

    ok("edit", room, "child", child["id"], "guardian_phone=13900000001")
    ok("edit", office, "child", child["id"], "guardian_phone=13900000002")
    assert ok("merge", office, ok("export", room, "--to", tmp_path)["file"])[0]["conflicts"] == 1
    (question,) = ok("conflicts", office)
    assert {v["value"] for v in question["values"]} == {"13900000001", "13900000002"}
    assert set(question["values"][0]) == {"n", "value", "author", "site", "at"}
    n = next(v["n"] for v in question["values"] if v["value"] == "13900000001")
    ok("resolve", office, question["id"], "--take", n)
    back = ok("export", office, "--to", tmp_path, "--for", "新民村")
    assert ok("merge", room, back["file"])[0]["status"] == "merged"
    (settled,) = [c for c in ok("list", room, "child") if c["id"] == child["id"]]
    assert settled["guardian_phone"] == "13900000001"
    assert ok("check", room)["problems"] == ok("check", office)["problems"] == []


def test_add_returns_the_record_and_awards_print(township: tuple[Path, Path, dict[str, Any]], tmp_path: Path) -> None:
    _, room, _ = township
    award = ok("add", room, "award", "recipient=王建国", "title=优秀志愿者", "awarded_on=2026-11-24")
    assert award["certificate_no"]
    assert ok("papers", room, "certificate", "--out", tmp_path / "c.pdf")["pages"] == 1
    assert ok("papers", room, "certificate", "--out", tmp_path / "o.pdf", "--overprint", "1.5,-2")["pages"] == 1
    assert ok("papers", room, "test-print", "--out", tmp_path / "t.pdf")["pages"] == 1
    child = ok("add", room, "child", "name=欧阳子涵", "sex=女", "guardian=李四", "guardian_phone=13800000000")
    assert (child["sex"], child["guardian"], child["status"]) == (2, "李四", "active")


@pytest.mark.parametrize(
    ("arguments", "password"),
    [
        (("list", "ROOM", "child"), "falsch-99"),
        (("list", "ROOM", "child"), None),
        (("list", "ROOM", "nonsense"), PASSWORD),
        (("add", "ROOM", "child", "name=王小明", "identity_no=500199201210126726"), PASSWORD),
        (("add", "ROOM", "child", "nomen=王小明"), PASSWORD),
        (("edit", "ROOM", "child", "00000000-0000-7000-8000-000000000000", "name=x"), PASSWORD),
        (("import", "ROOM", "/nowhere.xlsx"), PASSWORD),
        (("export", "OFFICE", "--to", "/proc/nowhere", "--for", "新民村"), PASSWORD),
        (("inspect", "/nowhere.carebundle"), PASSWORD),
        (("import", "ROOM", str(LEDGERS / "新民村留守儿童花名册.xlsx"), "--as", "visit"), PASSWORD),
        (("import", "ROOM", str(LEDGERS / "新民村留守儿童花名册.xlsx"), "--column", "姓名=nosuch"), PASSWORD),
        (("import", "ROOM", str(LEDGERS / "新民村留守儿童花名册.xlsx"), "--column", "没有=name"), PASSWORD),
        (("add", "ROOM", "child", "name=王小明", "birth_date=2199-01-01"), PASSWORD),
        (("list", "/nowhere", "child"), PASSWORD),
        (("new", "ROOM", "--level", "room", "--name", "x", "--area", "500199100200"), PASSWORD),
    ],
)
def test_what_fails_ends_in_one_sentence_and_no_traceback(
    township: tuple[Path, Path, dict[str, Any]], arguments: tuple[str, ...], password: str | None
) -> None:
    office, room, _ = township
    real = [{"ROOM": room, "OFFICE": office}.get(a, a) for a in arguments]
    for extra in ((), ("--json",)):
        done = carehub(*real, *extra, password=password)
        assert done.returncode == 1, done.stderr
        assert done.stdout == ""
        assert "Traceback" not in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1
        if extra:
            assert set(json.loads(done.stderr)) == {"error"}


def test_a_call_that_is_not_understood_is_one_sentence_too(township: tuple[Path, Path, dict[str, Any]]) -> None:
    _, room, _ = township
    for arguments in (("list", room), ("nonsense",), ("list", room, "child", "--bogus")):
        done = carehub(*arguments, "--json")
        assert done.returncode == 2
        assert set(json.loads(done.stderr)) == {"error"}


def test_the_demonstration_ends_with_equal_stores(tmp_path: Path) -> None:
    made = ok("demo", tmp_path / "demo", "--no-pictures")
    assert made["same_state"] is True
    assert {"ledgers", "papers", "bundles", "workbook"} <= set(made["files"])
    for files in made["files"].values():
        assert all(Path(f).stat().st_size > 0 for f in files)


def test_the_merge_desk_from_the_terminal(tmp_path: Path) -> None:
    """Questions put aside, settled by typing and by side; files of one person found, linked, unlinked."""
    office, room = tmp_path / "office", tmp_path / "room"
    ok("new", office, "--level", "township", "--name", "石桥镇", "--area", "500199100", "--user", "周明辉")
    card = ok("card", office, "--to", tmp_path)["file"]
    made = ok("new", room, "--level", "room", "--name", "新民村", "--area", "500199100200", "--card", card)
    child = ok("add", room, "child", "name=徐小明", "guardian=姚秀志", "birth_date=2014-01-02")["id"]
    bundle = ok("export", room, "--to", tmp_path)["file"]
    (tried,) = ok("merge", office, bundle, "--approve", made["words"], "--dry-run")
    assert {"kind": "child", "id": child, "name": "徐小明"} in tried["names"]["new"]
    assert ok("merge", office, bundle, "--approve", made["words"])[0]["duplicates"] == 0
    for store, school, grade in ((room, "红岩完小", "三年级"), (office, "中心小学", "四年级")):
        ok("edit", store, "child", child, f"school={school}", f"grade={grade}")
    ok("merge", office, ok("export", room, "--to", tmp_path)["file"])
    school, grade = sorted(ok("conflicts", office), key=lambda q: q["field"] != "school")
    assert school["group"] == {"kind": "child", "id": child, "name": "徐小明"}
    assert ok("park", office, grade["id"]) == {"changed": 1, "open": 1, "parked": 1}
    assert [(q["field"], q["parked"]) for q in ok("conflicts", office)] == [("school", False), ("grade", True)]
    assert "徐小明" in carehub("conflicts", office).stdout
    assert ok("resolve", office, school["id"], "--value", "第三小学")["open"] == 0
    assert ok("unpark", office, grade["id"])["open"] == 1
    done = ok("resolve", office, "--child", child, "--side", "新民村")
    assert (done["settled"], done["open"]) == (1, 0)
    (row,) = ok("list", office, "child")
    assert (row["school"], row["grade"]) == ("第三小学", "三年级")
    for wrong in (("resolve", office), ("resolve", office, "x"), ("resolve", office, "--child", child)):
        assert carehub(*wrong).returncode == 1

    twin = ok("add", office, "child", "name=徐晓明", "guardian=姚秀志", "birth_date=2014-01-02")["id"]
    (pair,) = ok("duplicates", office)
    assert pair == {"kind": "child", "ids": [child, twin], "reason": "kin", "score": 0.8, "later": False}
    assert "很可能" in carehub("duplicates", office).stdout
    ok("link", office, twin[-8:], child[-8:])
    assert [c["id"] for c in ok("list", office, "child")] == [child]
    assert ok("duplicates", office) == []
    ok("unlink", office, twin)
    ok("distinct", office, twin, child)
    assert ok("duplicates", office) == []
    assert len(ok("list", office, "child")) == 2
    assert ok("check", office)["problems"] == []


def test_rows_that_may_be_about_somebody_wait_and_are_settled(tmp_path: Path) -> None:
    """A school's list must go in without forty questions, and without a child twice."""
    store = tmp_path / "room"
    ok("new", store, "--level", "room", "--name", "新民村", "--area", "500199100200")
    child = ok("add", store, "child", "name=周晓雨", "birth_date=2015-03-02")["id"]
    ledger = tmp_path / "留守儿童名册.csv"
    ledger.write_text("姓名,性别,出生日期,年级\n周小雨,女,2015-03-02,四年级\n王一一,男,2016-01-01,三年级\n", "utf-8")
    done = ok("import", store, ledger)
    assert (done["created"], done["parked"]) == (1, 1)
    (row,) = ok("undecided", store)
    assert [c["id"] for c in row["candidates"]] == [child]
    assert carehub("settle", store, "--all", "nonsense").returncode == 1
    assert ok("settle", store, row["id"][-8:], child[-8:])["undecided"] == 0
    assert ok("undecided", store) == []
    assert ok("import", store, ledger)["created"] == 0
    assert len(ok("list", store, "child")) == 2
    boarders = ok("import", store, LEDGERS / "中心小学住校生名单.xlsx")
    assert len(ok("list", store, "boarding_place")) == boarders["created"]


def test_training_keeps_everything_in(tmp_path: Path) -> None:
    """A made-up child must not reach a real township by the terminal either."""
    store = tmp_path / "practice"
    made = ok("training", store)
    assert Path(made["ledger"]).is_file()
    assert ok("list", store, "child")
    (tmp_path / "out").mkdir()
    for arguments in (
        ("export", store, "--to", tmp_path / "out"),
        ("statistics", store, "--out", tmp_path / "out" / "x.xlsx"),
        ("backup", store),
        ("identity", store, "--out", tmp_path / "out" / "key.txt"),
    ):
        done = carehub(*arguments)
        assert done.returncode == 1, arguments
        assert "Traceback" not in done.stderr
        assert "编" in done.stderr, (arguments, done.stderr)
    assert not list((tmp_path / "out").iterdir())
