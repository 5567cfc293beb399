"""Photos and scans at one desk. What a user would lose: a picture that is taken away by mistake, or the secrecy of a
picture that only the counsellor may see."""

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from carehub.domain.attachments import Attachment
from carehub.domain.care import Visit
from carehub.domain.errors import InvalidInput, NotAllowed, NotFound
from carehub.domain.protection import Talk
from carehub.services import attachments, checking, children, duplicates, erasing, opening, records, undoing
from carehub.services.attachments import Owner
from carehub.services.desk import Desk
from carehub.store import access_log

from ..conftest import PASSWORD, drive


def picture(colour: int = 1) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (39 + colour, 30), (colour, 90, 200)).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def child(desk: Desk) -> str:
    return children.add(desk, {"name": "徐𫖯", "sex": "男"})[0].child.id


def add(desk: Desk, child: str, name: str, colour: int = 1) -> Attachment:
    return attachments.add_bytes(desk, Owner("child", child), picture(colour), f"{name}.png")[0]


def titles(desk: Desk, child: str) -> list[str]:
    return [str(a.title) for a in attachments.of_child(desk, child)]


def blobs_held(desk: Desk) -> int:
    with desk.store.reading() as session:
        count: int = desk.store.raw(session).execute("SELECT count(*) FROM blob").fetchone()[0]
        return count


def test_a_file_is_added_named_after_itself_listed_and_read(desk: Desk, child: str, tmp_path: Path) -> None:
    file = tmp_path / "低保证.png"
    file.write_bytes(picture())
    made, _ = attachments.add(desk, Owner("child", child), file)
    assert (made.title, made.media, made.width, made.height) == ("低保证", "image/jpeg", 40, 30)
    (found,) = attachments.of(desk, Owner("child", child[-8:]))
    data = attachments.read(desk, found)
    assert len(data) == found.size
    assert attachments.shown(desk, found, 20, 20).width == 20
    assert [f.name for f in tmp_path.iterdir() if f.is_file()] == ["低保证.png"], "something was written beside"
    assert drive(checking.check(desk)) == []


def test_several_files_are_added_though_one_of_them_is_no_picture(desk: Desk, child: str, tmp_path: Path) -> None:
    (tmp_path / "1.png").write_bytes(picture(1))
    (tmp_path / "2.png").write_bytes(b"nothing")
    (tmp_path / "3.png").write_bytes(picture(3))
    added = drive(attachments.add_all(desk, Owner("child", child), [tmp_path / f"{n}.png" for n in (1, 2, 3, 4)]))
    assert (added.count, len(added.errors)) == (2, 2)
    assert titles(desk, child) == ["3", "1"]
    undoing.undo(desk, added.touched)
    assert titles(desk, child) == []


def test_what_was_taken_away_comes_back_by_undoing(desk: Desk, child: str) -> None:
    made = add(desk, child, "照片")
    touched = attachments.void(desk, made.id, "重复")
    assert titles(desk, child) == []
    undoing.undo(desk, touched)
    assert titles(desk, child) == ["照片"]
    assert attachments.read(desk, attachments.get(desk, made.id))
    with pytest.raises(InvalidInput):
        attachments.void(desk, made.id, "  ")


def test_one_picture_is_the_photo_and_choosing_another_can_be_undone(desk: Desk, child: str) -> None:
    first, second = add(desk, child, "旧", 1), add(desk, child, "新", 2)
    attachments.set_photo(desk, first.id)
    touched = attachments.set_photo(desk, second.id)
    photo = attachments.photo_of(desk, child)
    assert photo
    assert photo.title == "新"
    assert titles(desk, child)[0] == "新"
    undoing.undo(desk, touched)
    photo = attachments.photo_of(desk, child)
    assert photo
    assert photo.title == "旧"
    attachments.void(desk, first.id, "不要")
    assert attachments.photo_of(desk, child) is None


def test_only_a_childs_picture_is_its_photo(desk: Desk, child: str) -> None:
    visit, _ = records.add(desk, Visit, {"child_id": child, "done_on": "2026-10-20"})
    scan, _ = attachments.add_bytes(desk, Owner("visit", visit.id), picture(), "走访表.png")
    with pytest.raises(InvalidInput):
        attachments.set_photo(desk, scan.id)
    assert titles(desk, child) == ["走访表"]


def test_files_of_one_child_show_their_pictures_together(desk: Desk, child: str) -> None:
    other = children.add(desk, {"name": "徐俯", "sex": "男"})[0].child.id
    add(desk, child, "一")
    add(desk, other, "二", 2)
    duplicates.link(desk, other, child)
    assert set(titles(desk, child)) == {"一", "二"}


def test_erasing_the_child_leaves_nothing_and_the_same_picture_of_another_child_stays(desk: Desk, child: str) -> None:
    twin = children.add(desk, {"name": "周小满"})[0].child.id
    add(desk, child, "照片", 1)
    add(desk, child, "另一张", 2)
    add(desk, twin, "同一张", 1)
    assert blobs_held(desk) == 2
    erasing.erase(desk, child, PASSWORD)
    assert blobs_held(desk) == 1
    assert titles(desk, twin) == ["同一张"]
    assert drive(checking.check(desk)) == []


def test_a_voided_attachment_is_erased_as_well(desk: Desk, child: str) -> None:
    made = add(desk, child, "照片")
    attachments.void(desk, made.id, "重复")
    erasing.erase(desk, child, PASSWORD)
    assert blobs_held(desk) == 0


@pytest.mark.parametrize("owner", [Owner("dragon", "1"), Owner("child", "0000000000"), Owner("attachment", "x")])
def test_nothing_is_added_to_what_is_not_there(desk: Desk, child: str, owner: Owner) -> None:
    with pytest.raises((InvalidInput, NotFound)):
        attachments.add_bytes(desk, owner, picture(), "x.png")
    assert blobs_held(desk) == 0


def test_a_file_at_home_elsewhere_gets_no_picture(circle: tuple[Desk, opening.NewStore]) -> None:
    office, new = circle
    with pytest.raises(NotAllowed):
        attachments.add_bytes(new.desk, Owner("site", office.site.id), picture(), "x.png")
    assert blobs_held(new.desk) == 0


def as_role(desk: Desk, role: str) -> Desk:
    return replace(desk, user=desk.user.model_copy(update={"role": role}))


def test_a_picture_of_a_talk_is_for_the_counsellor_and_bears_no_title(desk: Desk, child: str) -> None:
    talk, _ = records.add(desk, Talk, {"child_id": child, "held_on": "2026-10-20", "summary": "秘密"})
    made, _ = attachments.add_bytes(desk, Owner("talk", talk.id), picture(), "哭着画的画.png")
    assert made.title == desk.texts(Talk.about.label)
    attachments.edit(desk, made.id, {"title": "哭着画的画", "taken_on": "2026-10-20"})
    assert attachments.get(desk, made.id).title == desk.texts(Talk.about.label)
    recorder, counsellor = as_role(desk, "recorder"), as_role(desk, "counsellor")
    assert attachments.read(counsellor, made)
    for forbidden in (
        lambda: attachments.read(recorder, made),
        lambda: attachments.get(recorder, made.id),
        lambda: attachments.of(recorder, Owner("talk", talk.id)),
        lambda: attachments.void(recorder, made.id, "x"),
        lambda: attachments.add_bytes(recorder, Owner("talk", talk.id), picture(), "x.png"),
    ):
        with pytest.raises(NotAllowed):
            forbidden()


def test_who_only_reads_adds_and_takes_away_nothing(desk: Desk, child: str) -> None:
    made, viewer = add(desk, child, "照片"), as_role(desk, "viewer")
    assert attachments.read(viewer, made)
    tries: tuple[Callable[[], object], ...] = (
        lambda: add(viewer, child, "x"),
        lambda: attachments.void(viewer, made.id, "x"),
        lambda: attachments.set_photo(viewer, made.id),
        lambda: attachments.save(viewer, made.id, desk.store.folder / "out"),
    )
    for forbidden in tries:
        with pytest.raises(NotAllowed):
            forbidden()


def test_saving_to_a_file_is_noted(desk: Desk, child: str, tmp_path: Path) -> None:
    made = add(desk, child, "低保证")
    file = attachments.save(desk, made.id, tmp_path / "out")
    assert (file.name, file.read_bytes()) == ("低保证.jpg", attachments.read(desk, made))
    with desk.store.reading() as session:
        line = access_log.read(session)[0]
    assert (line.what, line.record, line.row) == ("export", "attachment", made.id)
