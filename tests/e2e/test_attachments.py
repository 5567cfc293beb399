"""The commands about photos and scans, as a script uses them: real processes, real files."""

from pathlib import Path

from PIL import Image

from .test_terminal import carehub, ok


def test_a_picture_goes_from_a_file_through_two_stores_into_a_file(tmp_path: Path) -> None:
    office, room, stick = tmp_path / "office", tmp_path / "room", tmp_path / "stick"
    ok("new", office, "--level", "township", "--name", "石桥镇", "--area", "500199100")
    card = ok("card", office, "--to", tmp_path / "card")["file"]
    made = ok("new", room, "--level", "room", "--name", "新民村", "--area", "500199100200", "--card", card)
    child = ok("add", room, "child", "name=徐大明")["id"]
    Image.new("RGB", (3000, 1500), "red").save(tmp_path / "低保证.png")
    (tmp_path / "x.png").write_bytes(b"no picture")
    added = ok("attach", room, f"child/{child}", tmp_path / "低保证.png", "--taken-on", "2026-03-01", "--photo")
    assert (added["title"], added["taken_on"], added["width"], added["is_photo"]) == ("低保证", "2026-03-01", 2000, 1)
    for wrong in (
        ("attach", room, f"child/{child}", tmp_path / "x.png"),
        ("attach", room, child, tmp_path / "低保证.png"),
        ("add", room, "attachment", "title=x"),
    ):
        failed = carehub(*wrong)
        assert (failed.returncode, "Traceback" in failed.stderr) == (1, False)
    exported = ok("export", room, "--to", stick)
    assert ok("inspect", exported["file"])["attachments"] == 1
    ok("merge", office, exported["file"], "--approve", made["words"])
    (found,) = ok("attachments", office, f"child/{child}")
    assert (found["sha256"], found["here"]) == (added["sha256"], True)
    file = Path(ok("attachment-save", office, found["id"], tmp_path / "out")["file"])
    assert (file.name, file.stat().st_size) == ("低保证.jpg", added["size"])
    ok("attachment-void", office, found["id"], "--reason", "重复")
    assert ok("attachments", office, f"child/{child}") == []
    told = ok("check", office)
    assert (told["ok"], told["problems"]) == (True, [])
