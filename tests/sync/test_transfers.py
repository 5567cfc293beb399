"""A child moves to another village. What a user would lose: half of its file, the visit that was written the day after,
or every later edit of the old laptop, without a word (CHT #5701)."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from carehub.domain.care import Pairing, Visit
from carehub.domain.errors import InvalidInput, NotAllowed, NotFound
from carehub.domain.people import Child, FamilyMember, Volunteer
from carehub.services import children, duplicates, handover, importing, opening, questions, records, transfers, visits
from carehub.services.desk import Desk
from carehub.store import queries
from carehub.sync import scope

from ..conftest import drive
from .levels import DISTRICT, Tree, check
from .sticks import history, state
from .test_levels import refusals

CHILD = {"name": "徐𫖯", "sex": "男", "guardian": "姚秀志", "guardian_relation": "63", "guardian_phone": "15057339953"}


@pytest.fixture
def tree(make_store: Callable[..., opening.NewStore], tmp_path: Path) -> Tree:
    return Tree(make_store, tmp_path)


def file_of(desk: Desk) -> str:
    """A whole file: child, guardian, a voided relative, a pairing that ended, two visits, and a second child beside."""
    child = children.add(desk, CHILD)[0].child.id
    children.edit(desk, child, {"school": "红岩完小"})
    uncle, _ = records.add(desk, FamilyMember, {"name": "徐大山"}, child_id=child)
    records.void(desk, FamilyMember, uncle.id, "写错")
    helper, _ = records.add(desk, Volunteer, {"name": "王建国"})
    pairing = {"child_id": child, "volunteer_id": helper.id, "started_on": "2026-03-01", "ended_on": "2026-10-01"}
    records.add(desk, Pairing, pairing)
    for day in ("2026-10-20", "2026-11-20"):
        records.add(desk, Visit, {"child_id": child, "volunteer_id": helper.id, "done_on": day, "note": f"看望 {day}"})
    children.add(desk, {"name": "罗䶮"})
    return child


TABLES = ("child", "family_member", "pairing", "visit")


def whole(desk: Desk, child: str) -> dict[str, dict[str, tuple[Any, ...]]]:
    """Every row of a child's file, by table and id, without its home."""
    found: dict[str, dict[str, tuple[Any, ...]]] = {}
    with desk.store.reading() as session:
        connection = desk.store.raw(session)
        for table in TABLES:
            column = "id" if table == "child" else "child_id"
            names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})") if row[1] != "site_id"]
            rows = connection.execute(f"SELECT {', '.join(names)} FROM {table} WHERE {column} = ?", (child,)).fetchall()
            found[table] = {row[names.index("id")]: row for row in rows}
    return found


def homes(desk: Desk, child: str) -> set[str]:
    with desk.store.reading() as session:
        connection = desk.store.raw(session)
        found = set()
        for table in TABLES:
            column = "id" if table == "child" else "child_id"
            found |= {s for (s,) in connection.execute(f"SELECT site_id FROM {table} WHERE {column} = ?", (child,))}
    return found


def histories(desk: Desk, child: str) -> dict[str, list[dict[str, Any]]]:
    """Row → its history with writers' clocks and cells, of every row of the file."""
    rows = [row for table in whole(desk, child).values() for row in table]
    keep = ("at", "cells", "author")
    return {row: sorted(({k: h[k] for k in keep} for h in history(desk, row)), key=str) for row in rows}


def trip(tree: Tree, *names: str) -> None:
    """Return bundles for some sites, in the given order."""
    for name in names:
        assert tree.down(name).status == "merged", name


def test_the_new_room_has_the_whole_file_and_the_old_one_lists_it_no_more(tree: Tree) -> None:
    old, new, town = tree["新民村"], tree["红岩村"], tree["石桥镇"]
    child = file_of(old)
    tree.join()
    tree.round()
    before, told = whole(old, child), histories(old, child)
    moved = transfers.transfer(town, child[-6:], "红岩村")
    assert (moved.child, moved.former, moved.site) == (child, old.site.id, "红岩村")
    assert len(moved.touched.rows) == 6
    assert records.ids(old, Child, queries.Wanted(search="徐")) == [child], "nobody there knows yet"
    trip(tree, "新民村", "红岩村")
    assert whole(new, child) == whole(town, child) == before
    assert [len(rows) for rows in before.values()] == [1, 2, 1, 2]
    for row, entries in histories(new, child).items():
        names = {e["author"] for e in entries if "site_id" in e["cells"] and len(e["cells"]) == 1}
        assert names == {"石桥镇办"}
        earlier = [{**e, "author": None} for e in told[row]]
        assert all(e in [{**x, "author": None} for x in entries] for e in earlier), "every change of before is there"
    assert records.ids(new, Child, queries.Wanted(search="9953")) == [child], "its guardian's phone finds it"
    assert visits.of_child(new, child)[0].note == "看望 2026-11-20"
    for search in ("", "徐", "9953"):
        assert child not in records.ids(old, Child, queries.Wanted(search=search))
    assert len(records.ids(old, Child)) == 1
    assert records.ids(old, Visit) == []
    tree.round()
    assert state(new, new.site.id) == state(town, new.site.id) == state(tree[DISTRICT], new.site.id)
    assert state(old, old.site.id) == state(town, old.site.id) == state(tree[DISTRICT], old.site.id)
    assert {name: check(desk) for name, desk in tree.desks.items()} == {name: [] for name in tree.desks}


def test_what_the_old_room_wrote_without_knowing_is_not_lost(tree: Tree) -> None:
    """An edit, an edit of the same field as the new room's, a new visit, a new relative: all made before the news."""
    old, new, town = tree["新民村"], tree["红岩村"], tree["石桥镇"]
    child = file_of(old)
    tree.join()
    tree.round()
    transfers.transfer(town, child, "红岩村")
    trip(tree, "红岩村")
    children.edit(old, child, {"health": "过敏", "grade": "三年级"})
    visit, _ = records.add(old, Visit, {"child_id": child, "done_on": "2026-11-23", "note": "搬走前最后一次"})
    relative, _ = records.add(old, FamilyMember, {"name": "徐小妹", "phone": "13900000007"}, child_id=child)
    children.edit(new, child, {"grade": "四年级"})
    merged = tree.up("新民村")
    assert (merged.status, merged.quarantined) == ("merged", 0)
    assert tree.up("红岩村").status == "merged"
    (question,) = questions.open_questions(town)
    assert {a.value for a in question.answers} == {"三年级", "四年级"}
    questions.answer(town, question.id, "四年级")
    trip(tree, "红岩村", "新民村")
    assert homes(town, child) == homes(new, child) == homes(old, child) == {new.site.id}
    assert (records.get(new, Child, child).health, records.get(new, Child, child).grade) == ("过敏", "四年级")
    assert records.get(new, Visit, visit.id).note == "搬走前最后一次"
    assert records.get(new, FamilyMember, relative.id).name == "徐小妹"
    assert records.ids(new, Child, queries.Wanted(search="0007")) == [child]
    assert records.ids(old, Visit) == []
    tree.round()
    for name in ("新民村", "红岩村"):
        home = tree[name].site.id
        assert state(tree[name], home) == state(town, home) == state(tree[DISTRICT], home)
    assert [questions.open_questions(desk) for desk in (old, new, town, tree[DISTRICT])] == [[]] * 4
    assert {name: check(desk) for name, desk in tree.desks.items()} == {name: [] for name in tree.desks}


def test_who_knows_of_the_move_is_told_that_it_belongs_elsewhere(tree: Tree) -> None:
    old, town = tree["新民村"], tree["石桥镇"]
    child = file_of(old)
    guardian = children.read(old, [child])[0].guardian
    assert guardian
    tree.join()
    transfers.transfer(town, child, "红岩村")
    trip(tree, "新民村")
    attempts: Sequence[Callable[[], object]] = (
        lambda: children.edit(old, child, {"school": "x"}),
        lambda: records.edit(old, FamilyMember, guardian.id, {"phone": "13900000009"}),
        lambda: records.void(old, Child, child, "x"),
        lambda: records.add(old, Visit, {"child_id": child, "done_on": "2026-11-23"}),
        lambda: records.add(old, FamilyMember, {"name": "徐小妹"}, child_id=child),
    )
    before = whole(old, child)
    for attempt in attempts:
        with pytest.raises(NotAllowed) as caught:
            attempt()
        assert caught.value.message == records.NOT_AT_HOME
    assert whole(old, child) == before
    with old.unit() as unit:  # somebody writes past the program
        unit.raw.execute("UPDATE child SET school = 'x' WHERE id = ?", (child,))
    assert tree.up("新民村").quarantined == 1
    assert records.get(town, Child, child).school == "红岩完小"
    tree.down("新民村")
    (refusal,) = refusals(old)
    assert (refusal["reason"], refusal["row"]) == (scope.OUT_OF_SCOPE, child)


def test_the_district_moves_a_file_to_another_township(tree: Tree) -> None:
    old, new = tree["新民村"], tree["青山村"]
    child = file_of(old)
    tree.join()
    tree.round()
    before = whole(old, child)
    with pytest.raises(NotFound):
        transfers.transfer(tree["石桥镇"], child, "青山村")
    transfers.transfer(tree[DISTRICT], child, "青山村")
    trip(tree, "平安镇", "青山村")
    children.edit(new, child, {"home_address": "青山村 2 组"})
    children.edit(old, child, {"health": "过敏"})  # the old room has not heard of it
    visit, _ = records.add(old, Visit, {"child_id": child, "done_on": "2026-11-23"})
    tree.round()
    tree.round()
    for name in ("青山村", "平安镇", DISTRICT):
        row = records.get(tree[name], Child, child)
        assert (row.site_id, row.home_address, row.health) == (new.site.id, "青山村 2 组", "过敏")
        assert records.get(tree[name], Visit, visit.id).site_id == new.site.id
        assert whole(tree[name], child)["pairing"] == before["pairing"]
        assert child in records.ids(tree[name], Child)
    for name in ("新民村", "石桥镇"):
        assert child not in records.ids(tree[name], Child)
        assert records.ids(tree[name], Visit) == []
        with pytest.raises(NotAllowed):
            children.edit(tree[name], child, {"school": "x"})
    for name in ("新民村", "青山村"):
        home, town = tree[name].site.id, tree[tree.town_of(name)]
        assert state(tree[name], home) == state(town, home) == state(tree[DISTRICT], home)
    assert {name: check(desk) for name, desk in tree.desks.items()} == {name: [] for name in tree.desks}
    assert all(handover.unreceipted(tree[name]) == 0 for name, _ in tree.lower())


def test_a_file_can_come_back_and_go_on_where_it_was(tree: Tree) -> None:
    old, new, town = tree["新民村"], tree["红岩村"], tree["石桥镇"]
    child = file_of(old)
    tree.join()
    tree.round()
    transfers.transfer(town, child, "红岩村")
    trip(tree, "红岩村", "新民村")
    children.edit(new, child, {"grade": "五年级"})
    tree.up("红岩村")
    transfers.transfer(town, child, "新民村")
    trip(tree, "红岩村", "新民村")
    assert child in records.ids(old, Child)
    assert child not in records.ids(new, Child)
    assert records.get(old, Child, child).grade == "五年级"
    children.edit(old, child, {"grade": "六年级"})
    tree.round()
    assert records.get(tree[DISTRICT], Child, child).grade == "六年级"
    assert state(old, old.site.id) == state(town, old.site.id) == state(tree[DISTRICT], old.site.id)


def test_all_files_of_one_child_move_together(tree: Tree) -> None:
    old, town, new = tree["新民村"], tree["石桥镇"], tree["红岩村"]
    child = file_of(old)
    second = children.add(old, {"name": "徐俯"})[0].child.id
    duplicates.link(old, second, child)
    tree.join()
    transfers.transfer(town, child, "红岩村")
    trip(tree, "新民村", "红岩村")
    assert {records.get(new, Child, i).site_id for i in (child, second)} == {new.site.id}
    assert records.ids(new, Child) == [child]
    assert child not in records.ids(old, Child)
    assert second not in records.ids(old, Child)


def test_only_the_office_above_both_moves_a_file(tree: Tree) -> None:
    child = file_of(tree["新民村"])
    tree.join()
    tree.round()
    before = whole(tree["石桥镇"], child)
    for name, to, error in (
        ("新民村", "红岩村", NotAllowed), ("石桥镇", "青山村", NotFound), ("石桥镇", "石桥镇", NotFound),
        ("石桥镇", "没有", NotFound), ("平安镇", "青山村", NotFound), (DISTRICT, "新民村", InvalidInput),
    ):  # fmt: skip
        with pytest.raises(error):
            transfers.transfer(tree[name], child, to)
    transfers.transfer(tree[DISTRICT], child, "青山村")
    tree.down("石桥镇")
    with pytest.raises(NotAllowed):
        transfers.transfer(tree["石桥镇"], child, "红岩村")
    assert whole(tree["石桥镇"], child) == before


def test_what_an_office_adds_to_a_childs_file_reaches_the_childs_room(tree: Tree) -> None:
    """A guardian's number or a visit typed in at the township used to stay there."""
    room, town = tree["新民村"], tree["石桥镇"]
    child = children.add(room, {"name": "徐𫖯"})[0].child.id
    tree.join()
    children.edit(town, child, {"guardian": "姚秀志", "guardian_phone": "15057339953"})
    tree.round()
    visit, _ = records.add(tree[DISTRICT], Visit, {"child_id": child, "done_on": "2026-11-23"})
    tree.round()
    guardian = children.read(room, [child])[0].guardian
    assert guardian
    assert guardian.phone == "15057339953"
    assert records.get(room, Visit, visit.id).site_id == room.site.id
    assert state(room, room.site.id) == state(town, room.site.id) == state(tree[DISTRICT], room.site.id)


def test_a_ledger_taken_in_at_an_office_reaches_the_childs_room(tree: Tree, tmp_path: Path) -> None:
    from openpyxl import Workbook

    room, town = tree["新民村"], tree["石桥镇"]
    child = children.add(room, {"name": "徐𫖯", "identity_no": "500199201210126725"})[0].child.id
    tree.join()
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["姓名", "身份证号", "监护人姓名", "与监护人关系", "监护人电话"])
    sheet.append(["徐𫖯", "500199201210126725", "姚秀志", "外祖母", "15057339953"])
    book.save(tmp_path / "名册.xlsx")
    report = drive(importing.import_ledger(town, tmp_path / "名册.xlsx"))
    assert (report.created, report.updated) == (0, 1)
    trip(tree, "新民村")
    guardian = children.read(room, [child])[0].guardian
    assert guardian
    assert guardian.phone == "15057339953"
