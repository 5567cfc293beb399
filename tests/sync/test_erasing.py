"""Erasing a child with everything that belongs to it. What a user would lose: the promise made to the parents, if a
name stays anywhere in a store, or comes back with a stale bundle."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from carehub.domain.care import Pairing, Visit
from carehub.domain.errors import NotAllowed, NotFound
from carehub.domain.people import Child, FamilyMember, Volunteer
from carehub.services import children, drafts, duplicates, erasing, opening, questions, records, transfers
from carehub.services.desk import Desk
from carehub.store import memory

from ..conftest import PASSWORD
from .levels import DISTRICT, Tree, check, take
from .sticks import export, state

NAME, NUMBER, PHONE, NOTE = "钟𬭁鐩", "500199201210126725", "15057339953", "墙上裂缝很大"
SECRETS = (NAME, NUMBER, PHONE, NOTE, "姚秀志𫖯")
CHILD = {"name": NAME, "sex": "女", "identity_no": NUMBER, "guardian": "姚秀志𫖯", "guardian_phone": PHONE}


@pytest.fixture
def tree(make_store: Callable[..., opening.NewStore], tmp_path: Path) -> Tree:
    return Tree(make_store, tmp_path)


def file_of(desk: Desk) -> str:
    """A child with guardian, pairing, two visits, one of them voided."""
    child = children.add(desk, CHILD)[0].child.id
    helper = (records.ids(desk, Volunteer) or [records.add(desk, Volunteer, {"name": "王建国"})[0].id])[0]
    records.add(desk, Pairing, {"child_id": child, "volunteer_id": helper, "started_on": "2026-03-01"})
    for day in ("2026-10-20", "2026-11-20"):
        visit, _ = records.add(desk, Visit, {"child_id": child, "done_on": day, "note": NOTE})
    records.void(desk, Visit, visit.id, NAME)
    return child


def leftovers(desk: Desk, secrets: tuple[str, ...] = SECRETS) -> list[str]:
    """Where in a store's database one of the secrets still stands: every cell of every table, shadow tables of the
    search index among them."""
    found = []
    for _ in desk.store.catch_up_search():
        pass
    with desk.store.reading() as session:
        connection = desk.store.raw(session)
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            if table == "search_index":
                continue  # contentless: its content is in the shadow tables
            for row in connection.execute(f'SELECT * FROM "{table}"'):
                for cell in row:
                    data = cell if isinstance(cell, bytes) else str(cell).encode()
                    found += [f"{table}: {secret}" for secret in secrets if secret.encode() in data]
    return found


def terms(desk: Desk) -> set[str]:
    """Every term that stands in the search index, deleted documents among them."""
    for _ in desk.store.catch_up_search():
        pass
    with desk.store.reading() as session:
        connection = desk.store.raw(session)
        connection.execute("CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, search_index, row)")
        found = {term for (term,) in connection.execute("SELECT term FROM temp.terms")}
        connection.execute("DROP TABLE temp.terms")
        return found


def test_nothing_of_the_child_stays_in_the_store(desk: Desk) -> None:
    other = children.add(desk, {"name": "罗䶮", "guardian": "王五"})[0].child.id
    records.add(desk, Volunteer, {"name": "王建国"})
    before = terms(desk)
    child = file_of(desk)
    second = children.add(desk, {"name": NAME, "birth_date": "2012-10-12"})[0].child.id
    duplicates.link(desk, second, child)
    drafts.keep(desk, f"child/{child}", {"name": NAME, "remark": NOTE})
    drafts.keep(desk, "visit/new", {"child_id": child, "note": NOTE})
    drafts.keep(desk, "child/new", {"name": "欧阳子涵", "remark": f"{NAME}的妹妹"})
    drafts.keep(desk, f"child/{other}", {"name": "罗䶮"})
    with desk.unit() as unit:
        memory.remember(unit.session, "f3a1", {NAME: "name", "监护人": "guardian"})
        unit.raw.execute(  # a question, and a change kept aside, about the child
            "INSERT INTO question VALUES ('q1', 'child', ?, 'name', ?, 0)", (child, f'[{{"value":"{NAME}"}}]')
        )
        unit.raw.execute(
            "INSERT INTO quarantine VALUES ('r1', 1, ?, 'x', 1)", (f'{{"row":"{child}","cells":{{"name":"{NAME}"}}}}',)
        )
    assert leftovers(desk), "the search for leftovers finds them"
    assert terms(desk) > before
    gone = erasing.erase(desk, child[-8:], PASSWORD)
    assert (gone.child, gone.rows) == (child, 6)
    assert leftovers(desk) == []
    assert (
        terms(desk) - {"wang", "wjg", "jianguo", "guo", "jg", "g", "wangjianguo", "u738b", "u5efa", "u56fd"} <= before
    )
    assert records.ids(desk, Child) == [other]
    assert records.ids(desk, Volunteer), "the volunteer is another person"
    assert drafts.kept(desk, f"child/{other}") == {"name": "罗䶮"}
    assert check(desk) == []
    with desk.store.reading() as session:
        log = desk.store.raw(session).execute("SELECT what, record, row_id FROM access_log").fetchall()
    assert log == [("erase", "child", child)]


def test_erasing_asks_for_the_password_of_the_person_at_the_desk(desk: Desk) -> None:
    child = file_of(desk)
    for wrong in ("", "falsch-99"):
        with pytest.raises(NotAllowed):
            erasing.erase(desk, child, wrong)
    with pytest.raises(NotFound):
        erasing.erase(desk, "00000000-0000-7000-8000-000000000000", PASSWORD)
    assert records.get(desk, Child, child).name == NAME
    assert len(leftovers(desk)) > 5


def test_an_erasure_reaches_every_office_and_nothing_stays_there(tree: Tree) -> None:
    room = tree["新民村"]
    children.add(room, {"name": "罗䶮"})
    records.add(room, Volunteer, {"name": "王建国"})
    tree.join()
    before = {name: terms(tree[name]) for name in ("新民村", "石桥镇", DISTRICT)}
    child = file_of(room)
    tree.round()
    children.edit(tree["石桥镇"], child, {"home_address": NOTE})
    drafts.keep(tree["石桥镇"], f"child/{child}", {"name": NAME})
    assert leftovers(tree["石桥镇"])
    erasing.erase(room, child, PASSWORD)
    for name in ("新民村", "石桥镇"):
        merged = take(tree[tree.town_of(name)], export(tree[name], tree.stick), allow_voids=True)
        assert (merged.status, merged.erased) == ("merged", 5)
    tree.all_down()
    for name in before:
        assert leftovers(tree[name]) == [], name
        assert terms(tree[name]) == before[name], name
        assert check(tree[name]) == [], name
        assert state(tree[name], room.site.id) == state(room, room.site.id)
    assert tree.up("石桥镇").status == "merged"


def test_an_office_erases_and_the_room_follows(tree: Tree) -> None:
    room = tree["新民村"]
    child = file_of(room)
    tree.join()
    tree.round()
    erasing.erase(tree[DISTRICT], child, PASSWORD)
    for name in ("石桥镇", "新民村"):
        merged = take(tree[name], export(tree[tree.town_of(name)], tree.stick, name), allow_voids=True)
        assert (merged.status, merged.erased) == ("merged", 5)
    for desk in tree.desks.values():
        assert leftovers(desk) == []
        assert check(desk) == []


def test_stale_bundles_bring_nothing_back(tree: Tree) -> None:
    """An old stick found in a drawer, and a room that has not heard of it and goes on writing."""
    room, town = tree["新民村"], tree["石桥镇"]
    child = file_of(room)
    tree.join()
    first = next(tree.stick.glob("新民村→*-001-*"))
    records.edit(room, Child, child, {"remark": NAME})
    stale_up = export(room, tree.stick)
    stale_down = export(town, tree.stick, "新民村")
    erasing.erase(town, child, PASSWORD)
    visit, _ = records.add(room, Visit, {"child_id": child, "done_on": "2026-11-23", "note": NOTE})
    records.add(room, FamilyMember, {"name": NAME, "phone": PHONE}, child_id=child)
    later = export(room, tree.stick)
    for file in (stale_up, later, first):
        assert take(town, file, allow_voids=True).status in ("merged", "already")
        assert leftovers(town) == []
    assert take(room, export(town, tree.stick, "新民村"), allow_voids=True).status == "merged"
    assert leftovers(room) == []
    with pytest.raises(NotFound):
        records.get(room, Visit, visit.id)
    assert take(room, stale_down, allow_voids=True).status == "already"
    assert leftovers(room) == []
    tree.round()
    for desk in tree.desks.values():
        assert leftovers(desk) == []
        assert check(desk) == []


def test_a_question_about_an_erased_child_is_gone_too(tree: Tree) -> None:
    room, town = tree["新民村"], tree["石桥镇"]
    child = file_of(room)
    tree.join()
    records.edit(room, Child, child, {"remark": NAME})
    records.edit(town, Child, child, {"remark": NOTE})
    tree.up("新民村")
    assert len(questions.open_questions(town)) == 1
    erasing.erase(town, child, PASSWORD)
    assert questions.open_questions(town) == []
    assert leftovers(town) == []


def test_a_file_that_was_moved_is_erased_at_its_former_home_too(tree: Tree) -> None:
    """The old room lists it no more, but its laptop still holds it."""
    child = file_of(tree["新民村"])
    tree.join()
    tree.round()
    transfers.transfer(tree[DISTRICT], child, "青山村")
    tree.all_down()
    tree.round()
    erasing.erase(tree["青山村"], child, PASSWORD)
    for name in ("青山村", "平安镇"):
        assert take(tree[tree.town_of(name)], export(tree[name], tree.stick), allow_voids=True).status == "merged"
    for name in ("石桥镇", "新民村"):
        assert take(tree[name], export(tree[tree.town_of(name)], tree.stick, name), allow_voids=True).status == "merged"
    for name, desk in tree.desks.items():
        assert leftovers(desk) == [], name
        assert check(desk) == [], name


def test_what_an_old_home_writes_about_a_moved_and_erased_child_leaves_nothing(tree: Tree) -> None:
    """It knows neither of the move nor of the erasure; its change may not come in and must not be kept aside whole."""
    old, new, town = tree["新民村"], tree["红岩村"], tree["石桥镇"]
    child = file_of(old)
    tree.join()
    transfers.transfer(town, child, "红岩村")
    tree.down("红岩村")
    erasing.erase(new, child, PASSWORD)
    take(town, export(new, tree.stick), allow_voids=True)
    assert leftovers(town) == []
    records.edit(old, Child, child, {"remark": NAME})
    records.add(old, FamilyMember, {"name": NAME}, child_id=child)
    assert tree.up("新民村").status == "merged"
    assert leftovers(town) == []
    take(old, export(town, tree.stick, "新民村"), allow_voids=True)
    assert leftovers(old) == []
    assert {n: check(tree[n]) for n in ("新民村", "红岩村", "石桥镇")} == {
        n: [] for n in ("新民村", "红岩村", "石桥镇")
    }


def test_a_second_laptop_and_a_backup_forget_as_well(
    circle: tuple[Desk, opening.NewStore], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, new = circle
    stick = tmp_path / "stick"
    child = file_of(new.desk)
    assert take(office, export(new.desk, stick), approve=" ".join(new.words)).status == "merged"
    folder, second = new.desk.store.folder, tmp_path / "second" / "新民村"
    new.desk.close()
    shutil.copytree(folder, second)
    one = opening.sign_in(folder, PASSWORD)
    with monkeypatch.context() as patch:
        patch.setenv("CAREHUB_STATE", str(tmp_path / "notes"))
        two = opening.sign_in(second, PASSWORD)
        try:
            records.edit(two, Child, child, {"remark": f"{NAME} {NOTE}"})
            erasing.erase(one, child, PASSWORD)
            assert take(office, export(one, stick), allow_voids=True).status == "merged"
            assert take(office, export(two, stick), allow_voids=True).status == "merged"
            assert leftovers(office) == []
            assert leftovers(two)
            assert take(two, export(office, stick, two.site.id), allow_voids=True).erased == 5
            assert leftovers(two) == []
            assert take(one, export(office, stick, one.site.id), allow_voids=True).status == "merged"
            assert leftovers(one) == []
            assert [check(d) for d in (one, two, office)] == [[], [], []]
        finally:
            two.close()
            one.close()
