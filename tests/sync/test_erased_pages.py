"""What is erased is gone from the disk. What a family would lose: the promise, if whoever finds the laptop and the
password could still read the name on a page that only counts as free."""

from collections.abc import Callable
from pathlib import Path

import pytest

from carehub.domain.care import Visit
from carehub.domain.errors import InvalidInput, NotAllowed
from carehub.domain.people import Child
from carehub.domain.protection import Incident, Talk
from carehub.services import children, consents, drafts, erasing, opening, records, users
from carehub.services.desk import Desk

from .. import pages
from ..conftest import PASSWORD
from .levels import Tree, take
from .sticks import export
from .test_erasing import leftovers

WORDS = ("钟𬭁鐩", "姚秀志𫖯", "墙上裂缝很大", "夜里哭着说", "邻居亲眼看见", "爷爷签了字", "老地址三组")
CHILD, GUARDIAN, VISIT, TALK, INCIDENT, PAPER, OLD = WORDS


def aes(hexes: str) -> bytes:
    return bytes.fromhex(hexes.replace(" ", ""))


def test_the_reader_of_pages_decrypts_as_the_standard_says() -> None:
    """FIPS 197, appendix C.3; two blocks in a chain."""
    key = bytes(range(32))
    cipher, plain = aes("8ea2b7ca516745bfeafc49904b496089"), aes("00112233445566778899aabbccddeeff")
    assert pages.decrypted(cipher, key, bytes(16)) == plain
    chained = bytes(a ^ b for a, b in zip(plain, cipher, strict=True))
    assert pages.decrypted(cipher + cipher, key, bytes(16)) == plain + chained


def full_file(desk: Desk) -> str:
    """A child with everything that can belong to it, changed, voided, drafted."""
    child = children.add(desk, {"name": CHILD, "home_address": OLD, "guardian": GUARDIAN})[0].child.id
    for n in range(60):  # enough to fill pages, so that erasing frees whole ones
        day = f"2026-{n % 9 + 1:02}-{n % 27 + 1:02}"
        visit, _ = records.add(desk, Visit, {"child_id": child, "done_on": day, "note": VISIT * 40})
    records.void(desk, Visit, visit.id, VISIT)
    records.add(desk, Talk, {"child_id": child, "held_on": "2026-09-01", "summary": TALK * 30})
    told = {"child_id": child, "police_on": "2026-09-01", "police_time": "15:20", "seen_on": "2026-09-01",
            "seen": INCIDENT * 30, "reporter": INCIDENT}  # fmt: skip
    records.add(desk, Incident, told)
    consents.record(desk, child, ["care", "photo"], {"name": GUARDIAN, "wording": PAPER})
    children.edit(desk, child, {"home_address": "新地址"})
    drafts.keep(desk, f"visit/{child}", {"note": VISIT})
    return child


def found_on_pages(desk: Desk) -> set[str]:
    key = users.confirm(desk, PASSWORD)
    lying = b"\0".join(pages.of_store(desk.store.folder, key))
    return {word for word in WORDS if word.encode() in lying}


def test_no_page_holds_a_word_of_an_erased_child(desk: Desk) -> None:
    children.add(desk, {"name": "罗䶮"})
    child = full_file(desk)
    desk.store.settle()
    assert found_on_pages(desk) == set(WORDS), "the reader of pages finds what is there"
    rows = erasing.size(desk, "child", child)
    assert rows == 1 + 1 + 60 + 1 + 1 + 2
    assert erasing.erase(desk, child, PASSWORD).rows == rows
    assert leftovers(desk, WORDS) == []
    assert found_on_pages(desk) == set()
    assert "罗䶮".encode() in b"".join(pages.of_store(desk.store.folder, users.confirm(desk, PASSWORD)))


def test_the_pages_of_the_office_forget_as_well(make_store: Callable[..., opening.NewStore], tmp_path: Path) -> None:
    """The erasure comes with a bundle; when the office closes its store nothing is left there either."""
    tree = Tree(make_store, tmp_path)
    room, town = tree["新民村"], tree["石桥镇"]
    child = full_file(room)
    tree.join()
    erasing.erase(room, child, PASSWORD)
    town.store.settle()
    assert found_on_pages(town) == set(WORDS)
    assert take(town, export(room, tree.stick), allow_voids=True).status == "merged"
    town.store.empty_log()
    assert found_on_pages(town) == set()


def test_a_single_record_is_erased_by_itself(desk: Desk) -> None:
    """A talk whose time is over goes; the child stays."""
    child = full_file(desk)
    (talk,) = records.ids(desk, Talk)
    assert erasing.erase_row(desk, "talk", talk, PASSWORD).rows == 1
    assert records.get(desk, Child, child).name == CHILD
    assert records.ids(desk, Talk) == []
    assert TALK not in found_on_pages(desk)
    with pytest.raises(InvalidInput):
        erasing.erase_row(desk, "user", desk.user.id, PASSWORD)
    with pytest.raises(NotAllowed):
        erasing.erase_row(desk, "visit", records.ids(desk, Visit)[0], "falsch-00")
