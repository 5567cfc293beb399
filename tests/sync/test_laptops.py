"""Laptops that are lost, replaced, copied or put back from a backup. What a user would lose: the village's files to a
thief, or to the day on which the laptop fell into the river."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from carehub.domain.care import Visit
from carehub.domain.errors import CareHubError, InvalidInput, NotAllowed, NotFound, Refused
from carehub.domain.office import Site
from carehub.domain.people import Child
from carehub.services import cards, children, handover, merging, opening, questions, records, sites
from carehub.services.desk import Desk
from carehub.store import keyring
from carehub.sync import incoming, keys, links, peers
from carehub.sync.peers import State

from ..conftest import PASSWORD
from .levels import DISTRICT, Tree, check, take
from .sticks import export, history, state

CHILD = {"name": "徐𫖯", "sex": "男", "guardian": "姚秀志", "guardian_relation": "63", "guardian_phone": "15057339953"}


@pytest.fixture
def tree(make_store: Callable[..., opening.NewStore], tmp_path: Path) -> Tree:
    return Tree(make_store, tmp_path)


def refused(merged: merging.Merged) -> str:
    assert merged.status == "refused", merged
    assert isinstance(merged.error, CareHubError)
    return merged.error.message


def peer_state(desk: Desk, site: str) -> State | None:
    with desk.store.reading() as session:
        found = peers.peer(desk.store.raw(session), site)
        return found[0] if found else None


# Revocation


def test_a_revoked_laptop_can_hand_over_no_more_here_and_above(tree: Tree) -> None:
    tree.join()
    room = tree["新民村"]
    children.add(room, CHILD)
    file = export(room, tree.stick)
    assert refused(take(tree[DISTRICT], file)) == incoming.STRANGER, "the district knows the room, but not as its own"
    assert sites.withdraw(tree["石桥镇"], "新民村") == "新民村"
    before = state(tree["石桥镇"], room.site.id)
    assert refused(take(tree["石桥镇"], file)) == incoming.REVOKED
    assert refused(tree.up("新民村")) == incoming.REVOKED
    assert state(tree["石桥镇"], room.site.id) == before
    tree.up("石桥镇")
    assert refused(take(tree[DISTRICT], file)) == incoming.REVOKED
    assert peer_state(tree[DISTRICT], room.site.id) is State.REVOKED
    assert check(tree["石桥镇"]) == check(tree[DISTRICT]) == []


def test_what_a_revoked_room_handed_in_before_stays_and_travels_on(tree: Tree) -> None:
    child = children.add(tree["新民村"], CHILD)[0].child.id
    tree.join()
    sites.withdraw(tree["石桥镇"], "新民村")
    children.edit(tree["石桥镇"], child, {"school": "石桥小学"})
    tree.up("石桥镇")
    assert records.get(tree[DISTRICT], Child, child).school == "石桥小学"
    with pytest.raises(NotFound):
        export(tree["石桥镇"], tree.stick, "新民村")


def test_a_revocation_travels_down_to_the_other_rooms(tree: Tree) -> None:
    """Wherever the thief turns up with the old laptop, it is known."""
    tree.join()
    sites.withdraw(tree["石桥镇"], "新民村")
    tree.down("红岩村")
    file = export(tree["新民村"], tree.stick)
    assert refused(take(tree["红岩村"], file)) == incoming.REVOKED
    assert refused(take(tree["平安镇"], file)) == incoming.STRANGER, "another township never knew the room"


def test_the_district_revokes_a_township(tree: Tree) -> None:
    tree.join()
    sites.withdraw(tree[DISTRICT], "石桥镇")
    assert refused(tree.up("石桥镇")) == incoming.REVOKED


def test_only_the_office_above_revokes(tree: Tree) -> None:
    tree.join()
    for name, other in (("新民村", "红岩村"), ("新民村", "石桥镇"), ("新民村", "新民村"), ("石桥镇", "青山村"),
                        ("石桥镇", DISTRICT), (DISTRICT, "新民村")):  # fmt: skip
        with pytest.raises((NotFound, NotAllowed)):
            sites.withdraw(tree[name], other)
    sites.withdraw(tree["石桥镇"], tree["新民村"].site.id)
    with pytest.raises(InvalidInput):
        sites.withdraw(tree["石桥镇"], "新民村")


@pytest.mark.parametrize(("forger", "victim"), [("新民村", "红岩村"), ("石桥镇", "青山村"), ("新民村", "石桥镇")])
def test_a_forged_revocation_is_not_believed(tree: Tree, forger: str, victim: str) -> None:
    """Somebody who has a laptop writes the word into its database by hand, signed with the keys that are there."""
    tree.join()
    desk, target = tree[forger], tree[victim]
    with target.store.reading() as session:
        sign_key = peers.identity(target.store.raw(session)).keys.sign_key
    with desk.unit() as unit:
        me = peers.identity(unit.raw)
        told = keys.revoke(target.site.id, sign_key, me.site, me.keys, 1)
        unit.raw.execute("INSERT INTO revocation VALUES (?, ?)", (sign_key, keys.canonical(told).decode()))
    assert tree.up(forger).status == "merged"
    tree.round() if forger == "石桥镇" else None
    children.add(target, CHILD)
    merged = tree.up(victim)
    assert (merged.status, merged.new > 0) == ("merged", True)


# A lost laptop is replaced


def replacement(tree: Tree, make_store: Any, tmp_path: Path, name: str) -> opening.NewStore:
    """A new laptop for a site, begun with the office's card for it: nothing is retyped."""
    office = tree[tree.town_of(name)]
    card = cards.write(office, tmp_path / "cards", name)
    return opening.begin(tmp_path / f"{name}-neu", password=PASSWORD, user="王建国", card=card)


@contextmanager
def replaced(tree: Tree, make_store: Any, tmp_path: Path, name: str) -> Iterator[tuple[Desk, opening.NewStore]]:
    old = tree[name]
    new = replacement(tree, make_store, tmp_path, name)
    try:
        yield old, new
    finally:
        new.desk.close()


def test_a_lost_laptop_is_replaced_and_everything_is_back(tree: Tree, make_store: Any, tmp_path: Path) -> None:
    room, town = tree["新民村"], tree["石桥镇"]
    child = children.add(room, CHILD)[0].child.id
    records.add(room, Visit, {"child_id": child, "done_on": "2026-11-20", "note": "想念父母"})
    tree.join()
    children.edit(town, child, {"school": "石桥小学"})
    records.edit(room, Site, room.site.id, {"address": "新民村 3 组"})
    tree.round()
    held, written = state(room, room.site.id), history(room, child)
    with replaced(tree, make_store, tmp_path, "新民村") as (old, new):
        desk = new.desk
        assert (desk.site.id, desk.site.name, desk.site.level, desk.site.area_code) == (
            room.site.id, "新民村", "room", room.site.area_code,
        )  # fmt: skip
        typed = children.add(desk, {"name": "罗䶮"})[0].child.id  # work goes on at once
        first = export(desk, tree.stick)
        waiting = take(town, first)
        assert (waiting.status, waiting.words) == ("waiting", " ".join(new.words))
        assert waiting.error is not None
        assert waiting.error.message == incoming.REPLACED
        assert take(town, first, approve=" ".join(reversed(new.words))).status == "refused"
        assert tree.up("新民村").status == "merged", "until the words were compared the old laptop is the room's"
        assert take(town, first, approve=" ".join(new.words)).status == "merged"
        assert refused(tree.up("新民村")) == incoming.REVOKED
        assert take(desk, export(town, tree.stick, "新民村")).status == "merged"
        now = state(desk, room.site.id)
        assert now.pop("child").keys() == held["child"].keys() | {typed}
        assert now["visit"] == held["visit"]
        assert now["site"] == held["site"]
        assert now["user"].items() > held["user"].items()
        assert history(desk, child) == written
        assert questions.open_questions(desk) == questions.open_questions(town) == []
        assert state(desk, room.site.id) == state(town, room.site.id)
        children.edit(desk, typed, {"school": "石桥小学"})
        assert handover.unreceipted(desk) == 1
        assert take(town, export(desk, tree.stick)).status == "merged"
        take(desk, export(town, tree.stick, "新民村"))
        assert handover.unreceipted(desk) == 0
        assert tree.up("石桥镇").status == "merged"
        assert refused(take(tree[DISTRICT], export(old, tree.stick))) == incoming.REVOKED
        assert peer_state(tree[DISTRICT], room.site.id) is State.BELOW
        assert state(tree[DISTRICT], room.site.id) == state(desk, room.site.id)
        assert [check(d) for d in (desk, town, tree[DISTRICT])] == [[], [], []]
        folder = desk.store.folder
    again = opening.sign_in(folder, PASSWORD)
    try:
        assert again.site.address == "新民村 3 组", "the site's row came back"
    finally:
        again.close()


def test_a_replaced_laptop_can_be_closed_and_opened_before_anything_came_back(
    tree: Tree, make_store: Any, tmp_path: Path
) -> None:
    tree.join()
    with replaced(tree, make_store, tmp_path, "新民村") as (_, new):
        folder = new.desk.store.folder
        new.desk.close()
        again = opening.sign_in(folder, PASSWORD, "王建国")
        try:
            assert again.site.name == "新民村"
            assert check(again) == []
            assert take(tree["石桥镇"], export(again, tree.stick), approve=" ".join(new.words)).status == "merged"
        finally:
            again.close()


def test_a_card_for_a_lost_laptop_needs_nothing_retyped_and_bears_no_other_name(
    tree: Tree, make_store: Any, tmp_path: Path
) -> None:
    tree.join()
    card = cards.write(tree["石桥镇"], tmp_path, "新民村")
    for typed in ({"name": "红岩村"}, {"level": "school"}, {"area": "500199999"}):
        with pytest.raises(InvalidInput):
            opening.begin(tmp_path / "neu", password=PASSWORD, user="王建国", card=card, **typed)
        assert not (tmp_path / "neu").exists()
    for name, site in (("石桥镇", "青山村"), ("石桥镇", "没有"), ("新民村", "红岩村")):
        with pytest.raises((NotFound, NotAllowed)):
            cards.write(tree[name], tmp_path, site)
    for old, new in (("新民村", "红岩村"), (tree["新民村"].site.id, tree["红岩村"].site.id)):
        forged = tmp_path / "forged.carecard"
        forged.write_text(card.read_text("utf-8").replace(old, new), "utf-8")
        with pytest.raises(Refused):
            cards.read(forged)


def test_a_thief_with_a_card_gets_nothing_without_the_words(tree: Tree, make_store: Any, tmp_path: Path) -> None:
    """The card lies about; whoever begins a store with it is nobody until the clerk has heard the words."""
    children.add(tree["新民村"], CHILD)
    tree.join()
    town, home = tree["石桥镇"], tree["新民村"].site.id
    with replaced(tree, make_store, tmp_path, "新民村") as (old, new):
        children.add(new.desk, {"name": "骗来的"})
        before = state(town, home)
        assert take(town, export(new.desk, tree.stick)).status == "waiting"
        assert state(town, home) == before
        back = export(town, tree.stick, "新民村")
        assert take(new.desk, back).status == "refused", "sealed for the laptop that is the room's"
        assert take(old, back).status == "merged"


# The laptop of an office


def test_a_townships_lost_laptop_is_replaced_and_its_rooms_go_on(tree: Tree, make_store: Any, tmp_path: Path) -> None:
    """The worst case: the office is lost, and with it the keys that every room knows."""
    room, district = tree["新民村"], tree[DISTRICT]
    child = children.add(room, CHILD)[0].child.id
    tree.join()
    sites.withdraw(tree["石桥镇"], "石桥小学")
    tree.up("石桥镇")
    children.edit(room, child, {"grade": "五年级"})
    sealed_for_the_lost = export(room, tree.stick)
    with replaced(tree, make_store, tmp_path, "石桥镇") as (old, new):
        town = new.desk
        assert take(district, export(town, tree.stick), approve=" ".join(new.words)).status == "merged"
        assert refused(take(district, export(old, tree.stick))) == incoming.REVOKED
        merged = take(town, export(district, tree.stick, "石桥镇"))
        assert (merged.status, merged.quarantined) == ("merged", 0)
        assert sites.below(town) == [
            (tree["新民村"].site.id, "新民村", False), (tree["石桥小学"].site.id, "石桥小学", True),
            (tree["红岩村"].site.id, "红岩村", False),
        ]  # fmt: skip
        assert records.get(town, Child, child).name == "徐𫖯"
        assert state(town, room.site.id) == state(district, room.site.id)
        assert take(town, sealed_for_the_lost).status == "refused", "it is sealed with keys nobody has any more"
        assert refused(take(town, export(tree["石桥小学"], tree.stick))) == incoming.REVOKED, "what it revoked stays so"
        for name in ("新民村", "红岩村"):
            assert take(tree[name], export(town, tree.stick, name)).status == "merged"
            assert refused(take(tree[name], export(old, tree.stick, name))) == incoming.REVOKED
            assert take(town, export(tree[name], tree.stick)).status == "merged", "no words are asked for again"
        assert records.get(town, Child, child).grade == "五年级"
        for _ in range(2):
            assert take(district, export(town, tree.stick)).status == "merged"
            assert take(town, export(district, tree.stick, "石桥镇")).status == "merged"
            assert take(room, export(town, tree.stick, "新民村")).status == "merged"
            assert take(town, export(room, tree.stick)).status == "merged"
        assert state(room, room.site.id) == state(town, room.site.id) == state(district, room.site.id)
        assert state(town, town.site.id) == state(district, town.site.id)
        assert [check(d) for d in (room, town, district)] == [[], [], []]
        assert handover.unreceipted(town) == 0
        with town.store.reading() as session:
            seal_key = peers.identity(town.store.raw(session)).keys.seal_key
        folder = room.store.folder
        room.close()
        opening.sign_in(folder, PASSWORD).close()
        ring = keyring.load(folder)
        assert ring.office is not None
        assert ring.office.seal_key == seal_key, "the new laptop can help with a lost password"


@pytest.mark.parametrize("issuer", ["石桥镇", DISTRICT])
def test_nobody_makes_himself_the_office(tree: Tree, issuer: str) -> None:
    """Somebody with the township's old laptop, or only its id, tells the room that he is its office now."""
    tree.join()
    town, room = tree["石桥镇"], tree["新民村"]
    thief = keys.new_keys()
    with town.unit() as unit:
        mine = peers.identity(unit.raw).certificate.request
        told = msgspec.structs.replace(mine, sign_key=thief.sign_key, seal_key=thief.seal_key)
        certificate = keys.certify(told, tree[issuer].site.id, thief, 1)
        peers.save_identity(unit.raw, peers.Identity(thief, certificate))
    children.add(town, {"name": "骗来的"})
    before = state(room, town.site.id)
    assert refused(tree.down("新民村")) in (incoming.STRANGER, keys.FORGED)
    assert state(room, town.site.id) == before


def test_an_office_put_back_to_before_its_rooms_joined_gets_them_back_from_above(tree: Tree, tmp_path: Path) -> None:
    """A backup from before, but the same keys: the district remembers whom the township had approved."""
    town = tree["石桥镇"]
    copy = backup(town, tmp_path / "copy")
    child = children.add(tree["新民村"], CHILD)[0].child.id
    tree.join()
    tree.up("石桥镇")
    restored = opening.sign_in(copy, PASSWORD)
    try:
        take(tree[DISTRICT], export(restored, tree.stick), approve=" ".join(opening.own_words(town)))
        merged = take(restored, export(tree[DISTRICT], tree.stick, "石桥镇"))
        assert (merged.status, merged.quarantined) == ("merged", 0)
        assert [name for _, name, _ in sites.below(restored)] == ["新民村", "石桥小学", "红岩村"]
        assert records.get(restored, Child, child).name == "徐𫖯"
        assert take(tree["新民村"], export(restored, tree.stick, "新民村")).status == "merged"
        assert take(restored, export(tree["新民村"], tree.stick)).status == "merged"
    finally:
        restored.close()


# A second laptop, and backups


class Laptop:
    """A store on a computer of its own, with its own notes of what was last open on it."""

    def __init__(self, folder: Path, notes: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder, self._notes, self._patch = folder, notes, patch

    @contextmanager
    def open(self) -> Iterator[Desk]:
        with self._patch.context() as patch:
            patch.setenv("CAREHUB_STATE", str(self._notes))
            desk = opening.sign_in(self.folder, PASSWORD)
            try:
                yield desk
            finally:
                desk.close()

    def up(self, office: Desk, stick: Path) -> merging.Merged:
        with self.open() as desk:
            return take(office, export(desk, stick))

    def down(self, office: Desk, stick: Path) -> merging.Merged:
        with self.open() as desk:
            return take(desk, export(office, stick, desk.site.id))


@pytest.fixture
def pair(
    circle: tuple[Desk, opening.NewStore], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Desk, Laptop, Laptop, str]:
    """A township, and a room whose store folder was copied to a second laptop; and a child both know."""
    office, new = circle
    child = children.add(new.desk, CHILD)[0].child.id
    assert take(office, export(new.desk, tmp_path / "stick"), approve=" ".join(new.words)).status == "merged"
    new.desk.close()
    one = Laptop(new.desk.store.folder, Path(os.environ["CAREHUB_STATE"]), monkeypatch)
    shutil.copytree(one.folder, tmp_path / "second" / "新民村")
    return office, one, Laptop(tmp_path / "second" / "新民村", tmp_path / "notes", monkeypatch), child


def test_two_laptops_of_a_room_work_side_by_side(pair: tuple[Desk, Laptop, Laptop, str], tmp_path: Path) -> None:
    """cr-sqlite #145: a copied database kept its identity and the copies diverged in silence."""
    office, one, two, child = pair
    stick = tmp_path / "stick"
    with one.open() as desk:
        assert not desk.continued
        children.add(desk, {"name": "罗䶮"})
        children.edit(desk, child, {"guardian_phone": "13900000001"})
    with two.open() as desk:
        assert desk.continued, "the copy goes on as one of its own"
        children.add(desk, {"name": "欧阳子涵"})
        children.edit(desk, child, {"guardian_phone": "13900000002"})
    assert one.up(office, stick).status == "merged"
    assert two.up(office, stick).status == "merged"
    (question,) = questions.open_questions(office)
    assert {a.value for a in question.answers} == {"13900000001", "13900000002"}
    for laptop in (one, two):
        assert laptop.down(office, stick).status == "merged"
        with laptop.open() as desk:
            assert not desk.continued
            assert {records.get(desk, Child, i).name for i in records.ids(desk, Child)} == {"徐𫖯", "罗䶮", "欧阳子涵"}
            assert [q.id for q in questions.open_questions(desk)] == [question.id]
            assert check(desk) == []
            assert state(desk, desk.site.id) == state(office, desk.site.id)
    questions.resolve(office, question.id, 1)
    for laptop in (one, two, one, two):
        assert laptop.up(office, stick).status == "merged"
        assert laptop.down(office, stick).status == "merged"
    for laptop in (one, two):
        with laptop.open() as desk:
            assert questions.open_questions(desk) == []
            assert handover.unreceipted(desk) == 0
            assert state(desk, desk.site.id) == state(office, desk.site.id)


def test_one_return_bundle_serves_both_laptops(pair: tuple[Desk, Laptop, Laptop, str], tmp_path: Path) -> None:
    """The room gets one file on one stick, and both laptops take it in, in whatever order they do."""
    office, one, two, child = pair
    stick = tmp_path / "stick"
    for n, laptop in enumerate((one, two)):
        with laptop.open() as desk:
            children.add(desk, {"name": ("罗䶮", "欧阳子涵")[n]})
        laptop.up(office, stick)
    for n in range(3):
        children.edit(office, child, {"school": f"第{n}小学"})
        back = export(office, stick, "新民村")
        for laptop in (one, two) if n % 2 else (two, one):
            with laptop.open() as desk:
                assert take(desk, back).status == "merged"
                assert state(desk, desk.site.id) == state(office, desk.site.id)
        assert one.up(office, stick).status == "merged"
        if n == 1:
            assert two.up(office, stick).status == "merged"


def test_a_laptop_that_stays_away_for_long_misses_nothing(
    pair: tuple[Desk, Laptop, Laptop, str], tmp_path: Path
) -> None:
    office, one, two, child = pair
    stick = tmp_path / "stick"
    for laptop in (one, two):
        laptop.up(office, stick)
        laptop.down(office, stick)
    for n in range(4):
        children.edit(office, child, {"school": f"第{n}小学"})
        one.down(office, stick)
        with one.open() as desk:
            children.add(desk, {"name": "罗䶮", "grade": f"{n}年级"})
        one.up(office, stick)
    assert two.down(office, stick).status == "merged"
    with two.open() as desk:
        assert state(desk, desk.site.id) == state(office, desk.site.id)
        assert len(records.ids(desk, Child)) == 5


def test_an_old_backup_put_back_over_the_store_gets_its_later_work_back(
    pair: tuple[Desk, Laptop, Laptop, str], tmp_path: Path
) -> None:
    """The disk failed; the backup is a week old. What was handed in since comes back, and new work is not lost."""
    office, one, _, child = pair
    stick, backup_folder = tmp_path / "stick", tmp_path / "backup"
    with one.open() as desk:
        backup(desk, backup_folder)
        children.edit(desk, child, {"school": "红岩完小"})
        later = children.add(desk, {"name": "罗䶮"})[0].child.id
        assert take(office, export(desk, stick)).status == "merged"
    shutil.rmtree(one.folder)
    shutil.copytree(backup_folder, one.folder)
    with one.open() as desk:
        assert desk.continued
        assert records.ids(desk, Child) == [child]
        children.edit(desk, child, {"school": "石桥小学"})
        children.add(desk, {"name": "欧阳子涵"})
        assert take(office, export(desk, stick)).status == "merged"
        assert take(desk, export(office, stick, "新民村")).status == "merged"
        assert later in records.ids(desk, Child)
        assert len(records.ids(desk, Child)) == 3
        (question,) = questions.open_questions(desk)
        assert {a.value for a in question.answers} == {"红岩完小", "石桥小学"}, "what was written twice is asked"
        assert state(desk, desk.site.id) == state(office, desk.site.id)
        assert check(desk) == check(office) == []
    one.up(office, stick)
    one.down(office, stick)
    with office.store.reading() as session:
        live = links.of_site(office.store.raw(session), room_id(office), live=True)
    assert len(live) == 1, "the laptop before the backup is known to be gone, and holds nothing up"


def room_id(office: Desk) -> str:
    return handover.sites_below(office)[0][0]


def test_a_backup_put_back_before_anything_was_handed_over_is_no_copy_that_parts(
    pair: tuple[Desk, Laptop, Laptop, str], tmp_path: Path
) -> None:
    office, one, _, child = pair
    stick = tmp_path / "stick"
    with one.open() as desk:
        backup(desk, tmp_path / "backup")
        children.edit(desk, child, {"school": "红岩完小"})  # lost with the disk
    shutil.rmtree(one.folder)
    shutil.copytree(tmp_path / "backup", one.folder)
    with one.open() as desk:
        children.edit(desk, child, {"school": "石桥小学"})
    assert one.up(office, stick).status == "merged"
    assert one.down(office, stick).status == "merged"
    assert questions.open_questions(office) == []
    assert records.get(office, Child, child).school == "石桥小学"


# An office from a backup


def test_an_office_put_back_to_before_a_room_joined_takes_it_in_anew(tree: Tree, tmp_path: Path) -> None:
    """The room holds the office's certificate, the office does not know of it any more."""
    town = tree["石桥镇"]
    copy = backup(town, tmp_path / "copy")
    child = children.add(tree["新民村"], CHILD)[0].child.id
    tree.up("新民村", approve=True)
    tree.down("新民村")
    restored = opening.sign_in(copy, PASSWORD)
    try:
        file = export(tree["新民村"], tree.stick)
        waiting = take(restored, file)
        assert (waiting.status, waiting.words) == ("waiting", " ".join(opening.own_words(tree["新民村"])))
        take(restored, file, approve=waiting.words)
        take(tree["新民村"], export(restored, tree.stick, "新民村"))
        take(restored, export(tree["新民村"], tree.stick))
        assert records.get(restored, Child, child).name == "徐𫖯"
    finally:
        restored.close()


def backup(desk: Desk, folder: Path) -> Path:
    """The store's folder as a backup has it."""
    with desk.store.reading() as session:
        desk.store.raw(session).execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copytree(desk.store.folder, folder, ignore=shutil.ignore_patterns("store.lock"))
    return folder
