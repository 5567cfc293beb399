"""The way back into a store whose password is lost. What a user would lose: a room's whole work, or, if a thief could
walk the same way, the privacy of every child in it."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from carehub import resources
from carehub.domain.errors import CareHubError, InvalidInput, NotAllowed, NotFound, Refused
from carehub.domain.office import User
from carehub.services import children, handover, helping, merging, opening, sites
from carehub.services.desk import Desk
from carehub.store import attempts, keyring

from ..conftest import PASSWORD, drive

WORDS = resources.word_list()
NEW = "neues-Wort-9"
Circle = tuple[Desk, opening.NewStore]


@pytest.fixture
def lost(circle: Circle, tmp_path: Path) -> tuple[Desk, Path, str]:
    """An office, the closed store of a room it knows, and a child in it."""
    office, new = circle
    child = children.add(new.desk, {"name": "徐𫖯"})[0].child.id
    file = drive(handover.export(new.desk, tmp_path / "stick")).file
    (merged,) = drive(merging.merge(office, [file], approve=" ".join(new.words)))
    assert merged.status == "merged"
    new.desk.close()
    return office, new.desk.store.folder, child


def asked(folder: Path, tmp_path: Path) -> tuple[Path, str]:
    file, words = helping.ask(folder, tmp_path / "stick", WORDS)
    return file, " ".join(words)


def accesses(desk: Desk) -> list[tuple[str, str | None, str | None]]:
    with desk.store.reading() as session:
        return [tuple(row) for row in session.execute(text("SELECT what, record, row_id FROM access_log ORDER BY n"))]


def everything(folder: Path) -> dict[str, bytes]:
    found = [f for f in folder.iterdir() if f.suffix == ".json" and f.name != attempts.FILE]
    return {f.name: f.read_bytes() for f in found}


def fails(kind: type[CareHubError], act: Callable[[], Any], folder: Path, message: str = "") -> None:
    """An act that ends in a sentence and leaves every key of the store as it was."""
    before = everything(folder)
    with pytest.raises(kind) as caught:
        act()
    assert caught.value.message == (message or caught.value.message)
    assert everything(folder) == before


def test_the_office_helps_and_only_the_new_password_opens(lost: tuple[Desk, Path, str], tmp_path: Path) -> None:
    office, folder, child = lost
    request, words = asked(folder, tmp_path)
    assert helping.waits(folder)
    assert (folder / helping.PENDING).stat().st_mode & 0o077 == 0
    assert helping.asking(office, request) == "新民村"
    reply = helping.give(office, request, words.replace(" ", "，"), tmp_path / "stick")
    assert helping.recover(folder, reply, "李秀英", NEW) == "李秀英"
    assert not helping.waits(folder)
    with pytest.raises(NotAllowed):
        opening.sign_in(folder, PASSWORD)
    with opening.sign_in(folder, NEW, "李秀英").store as store, store.reading() as session:
        assert session.execute(text("SELECT name FROM child WHERE id = :id"), {"id": child}).scalar() == "徐𫖯"
    assert ("help", "site", office_child(office)) in accesses(office)


def office_child(office: Desk) -> str:
    return handover.sites_below(office)[0][0]


def test_files_found_later_on_a_stick_open_nothing(lost: tuple[Desk, Path, str], tmp_path: Path) -> None:
    """A thief has the laptop, the old request, the old answer, and even the one-time key he dug out of the disk."""
    office, folder, _ = lost
    request, words = asked(folder, tmp_path)
    dug_out = (folder / helping.PENDING).read_bytes()
    reply = helping.give(office, request, words, tmp_path / "stick")
    helping.recover(folder, reply, "", NEW)
    fails(NotFound, lambda: helping.recover(folder, reply, "", "dieb-123"), folder, helping.NOTHING_ASKED)
    (folder / helping.PENDING).write_bytes(dug_out)
    fails(Refused, lambda: helping.recover(folder, reply, "", "dieb-123"), folder, helping.NOT_OPENED)


def test_the_office_learns_no_key_of_the_store(lost: tuple[Desk, Path, str], tmp_path: Path) -> None:
    """Nothing that leaves the room, even opened by the office, is the database key or unwraps it elsewhere."""
    office, folder, _ = lost
    _, key = keyring.unwrap(keyring.load(folder), PASSWORD)
    request, _ = asked(folder, tmp_path)
    with office.store.reading() as session:
        seal = office.store.raw(session).execute("SELECT seal_identity FROM identity").fetchone()[0]
    told = keyring.unseal(json.loads(request.read_bytes())["sealed"], seal)
    assert told
    assert bytes.fromhex(told.secret) != key
    for place in (request, folder / keyring.FILE, folder / helping.PENDING):
        assert key.hex() not in place.read_text("utf-8")
    elsewhere = msgspec.structs.replace(keyring.load(folder), store=office.site.id)
    assert keyring.unwrap_by_office(elsewhere, bytes.fromhex(told.secret)) is None
    assert keyring.unwrap_by_office(keyring.load(folder), bytes.fromhex(told.secret)) == key


def test_wrong_words_open_nothing(lost: tuple[Desk, Path, str], tmp_path: Path) -> None:
    office, folder, _ = lost
    request, words = asked(folder, tmp_path)
    out = tmp_path / "answers"
    for wrong in ("", " ".join(reversed(words.split())), " ".join(words.split()[:4]), "没有 这些 词"):
        fails(Refused, lambda w=wrong: helping.give(office, request, w, out), folder, helping.WRONG_WORDS)  # type: ignore[misc]
    assert not out.exists()
    assert accesses(office) == []


def test_a_request_exchanged_on_the_stick_has_other_words(lost: tuple[Desk, Path, str], tmp_path: Path) -> None:
    """The thief's own one-time key stands in the file, the room reads out its own words."""
    import pyrage

    office, folder, _ = lost
    request, words = asked(folder, tmp_path)
    told = json.loads(request.read_bytes())
    told["once"] = str(pyrage.x25519.Identity.generate().to_public())
    request.write_text(json.dumps(told), "utf-8")
    fails(Refused, lambda: helping.give(office, request, words, tmp_path), folder, helping.WRONG_WORDS)


def test_another_office_cannot_help(lost: tuple[Desk, Path, str], make_store: Any, tmp_path: Path) -> None:
    _, folder, _ = lost
    other = make_store("township", "别的镇").desk
    request, words = asked(folder, tmp_path)
    fails(Refused, lambda: helping.give(other, request, words, tmp_path), folder, helping.NOT_OURS)


def test_a_slot_sealed_for_another_office_is_said_to_be_so(
    lost: tuple[Desk, Path, str], make_store: Any, tmp_path: Path
) -> None:
    office, folder, _ = lost
    other = make_store("township", "别的镇").desk
    ring = keyring.load(folder)
    _, key = keyring.unwrap(ring, PASSWORD)
    with other.store.reading() as session:
        certificate = opening.peers.identity(other.store.raw(session)).certificate
    keyring.add_office_slot(ring, key, office.site.id, certificate.request.seal_key, "00")
    keyring.save(ring, folder)
    request, words = asked(folder, tmp_path)
    fails(Refused, lambda: helping.give(office, request, words, tmp_path), folder, helping.SEALED_ELSEWHERE)


def test_a_revoked_laptop_is_not_helped(lost: tuple[Desk, Path, str], tmp_path: Path) -> None:
    """The finder of a lost laptop asks and reads out the right words; the office knows that it is lost."""
    office, folder, _ = lost
    request, words = asked(folder, tmp_path)
    sites.withdraw(office, "新民村")
    fails(Refused, lambda: helping.give(office, request, words, tmp_path), folder, helping.LOST)


@pytest.mark.parametrize("cut", [1, 40, 200, -1])
def test_altered_files_are_refused(lost: tuple[Desk, Path, str], tmp_path: Path, cut: int) -> None:
    office, folder, _ = lost
    request, words = asked(folder, tmp_path)
    reply = helping.give(office, request, words, tmp_path / "stick")
    short = tmp_path / "short.carehelp"
    short.write_bytes(request.read_bytes()[:cut])
    fails(Refused, lambda: helping.give(office, short, words, tmp_path), folder, helping.NOT_HELP)
    short.write_bytes(reply.read_bytes()[:cut])
    fails(Refused, lambda: helping.recover(folder, short, "", NEW), folder, helping.NOT_HELP)
    for name in ("sealed", "request"):
        told = json.loads(reply.read_bytes())
        told[name] = ("A" if told[name][20] != "A" else "B").join((told[name][:20], told[name][21:]))
        short.write_text(json.dumps(told), "utf-8")
        fails(Refused, lambda: helping.recover(folder, short, "", NEW), folder)
    fails(Refused, lambda: helping.recover(folder, request, "", NEW), folder, helping.NOT_HELP)
    assert helping.recover(folder, reply, "", NEW), "the true answer still helps"


def test_an_answer_to_another_request_opens_nothing(lost: tuple[Desk, Path, str], tmp_path: Path) -> None:
    office, folder, _ = lost
    request, words = asked(folder, tmp_path)
    first = helping.give(office, request, words, tmp_path / "stick")
    request, words = asked(folder, tmp_path)
    fails(Refused, lambda: helping.recover(folder, first, "", NEW), folder, helping.OTHER_REQUEST)
    told = json.loads(first.read_bytes()) | {"request": helping._digest(helping._pending(folder).request)}
    first.write_text(json.dumps(told), "utf-8")
    fails(Refused, lambda: helping.recover(folder, first, "", NEW), folder, helping.NOT_OPENED)
    helping.recover(folder, helping.give(office, request, words, tmp_path / "stick"), "", NEW)


def test_only_active_users_get_a_new_password(lost: tuple[Desk, Path, str], tmp_path: Path) -> None:
    office, folder, _ = lost
    with opening.sign_in(folder, PASSWORD).store as store, store.unit(None) as unit:
        row = unit.session.execute(text("SELECT site_id FROM child")).scalar_one()
        unit.session.add(User(site_id=row, name="王建国", role="volunteer", active=False))
        unit.session.add(User(site_id=office.site.id, name="别处的人", role="clerk", active=True))
    request, words = asked(folder, tmp_path)
    reply = helping.give(office, request, words, tmp_path)
    for name in ("王建国", "别处的人", "没有这个人"):
        fails(NotFound, lambda n=name: helping.recover(folder, reply, n, NEW), folder, helping.NO_USER)  # type: ignore[misc]
    fails(InvalidInput, lambda: helping.recover(folder, reply, "李秀英", "kurz"), folder)
    helping.recover(folder, reply, "李秀英", NEW)


def test_the_recovery_code_gives_a_new_password(circle: Circle) -> None:
    _, new = circle
    folder = new.desk.store.folder
    new.desk.close()
    wrong = ("1" if new.recovery_code[0] != "1" else "2") + new.recovery_code[1:]
    fails(NotAllowed, lambda: helping.recover_with_code(folder, wrong, "李秀英", NEW), folder)
    fails(NotFound, lambda: helping.recover_with_code(folder, new.recovery_code, "没有", NEW), folder)
    helping.recover_with_code(folder, new.recovery_code.lower(), "李秀英", NEW)
    desk = opening.sign_in(folder, NEW)
    try:
        assert accesses(desk) == [("recover", None, None)]
    finally:
        desk.close()


def test_a_store_without_an_office_says_that_nobody_can_help(desk: Desk, tmp_path: Path) -> None:
    folder = desk.store.folder
    desk.close()
    fails(NotFound, lambda: asked(folder, tmp_path), folder, helping.NO_WAY)


def test_a_stick_that_cannot_be_written_leaves_the_earlier_request_valid(
    lost: tuple[Desk, Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, folder, _ = lost
    request, words = asked(folder, tmp_path)

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        fails(CareHubError, lambda: helping.ask(folder, tmp_path / "other", WORDS), folder)
    assert list((tmp_path / "other").iterdir()) == []
    helping.recover(folder, helping.give(office, request, words, tmp_path), "", NEW)


def test_a_store_from_before_gets_the_offices_slot_when_somebody_signs_in(lost: tuple[Desk, Path, str]) -> None:
    _, folder, _ = lost
    ring = keyring.load(folder)
    ring.office = None
    keyring.save(ring, folder)
    assert b"office" not in (folder / keyring.FILE).read_bytes()
    opening.sign_in(folder, PASSWORD).close()
    made = (folder / keyring.FILE).read_bytes()
    assert keyring.load(folder).office is not None
    opening.sign_in(folder, PASSWORD).close()
    assert (folder / keyring.FILE).read_bytes() == made, "made once, not at every signing in"
