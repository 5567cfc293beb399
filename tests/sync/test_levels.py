"""Three levels, district, townships, rooms and schools, with real stores and bundles. What a user would lose: a room's
work on its way up, a decision on its way down, or the certainty that nobody else writes its files."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from carehub.domain.care import Visit
from carehub.domain.office import Site, User
from carehub.domain.people import Child, Volunteer
from carehub.services import children, handover, opening, questions, records
from carehub.services.desk import Desk
from carehub.store import queries
from carehub.sync import peers, scope
from carehub.sync.peers import State

from .levels import DISTRICT, TOWNS, Tree, check, take
from .sticks import export, history, state

CHILD = {"name": "徐𫖯", "sex": "男", "guardian": "姚秀志", "guardian_relation": "63", "guardian_phone": "15057339953"}


@pytest.fixture
def tree(make_store: Callable[..., opening.NewStore], tmp_path: Path) -> Tree:
    return Tree(make_store, tmp_path)


def filled(tree: Tree) -> dict[str, str]:
    """Every room and school has a child with a visit and a volunteer. Returns site → its child."""
    found = {}
    for town in TOWNS.values():
        for site in town:
            desk = tree[site]
            child = children.add(desk, {**CHILD, "school": site})[0].child.id
            helper, _ = records.add(desk, Volunteer, {"name": "王建国"})
            records.add(desk, Visit, {"child_id": child, "volunteer_id": helper.id, "done_on": "2026-11-20"})
            found[site] = child
    return found


def known(desk: Desk, kind: State) -> dict[str, str]:
    """Name → issuer's name of the certificates a store holds of one kind of sites."""
    with desk.store.reading() as session:
        connection = desk.store.raw(session)
        names = {c.site: c.request.name for s in State for c in peers.peers(connection, s)}
        return {c.request.name: names[c.issuer] for c in peers.peers(connection, kind)}


def assert_equal_everywhere(tree: Tree) -> None:
    for town, sites in TOWNS.items():
        for site in (*sites, town):
            home = tree[site].site.id
            assert state(tree[site], home) == state(tree[town], home) == state(tree[DISTRICT], home), site
    for name, desk in tree.desks.items():
        assert check(desk) == [], name


def test_everything_reaches_the_district_and_the_tree_is_known_there(tree: Tree) -> None:
    filled(tree)
    tree.join()
    tree.round()
    assert known(tree[DISTRICT], State.BELOW) == {
        **{town: DISTRICT for town in TOWNS},
        **{site: town for town, sites in TOWNS.items() for site in sites},
    }
    assert known(tree["新民村"], State.SELF) == {"新民村": "石桥镇"}, "vouched for by its township"
    assert len(records.ids(tree[DISTRICT], Child)) == 6
    assert len(records.ids(tree["石桥镇"], Child)) == 3
    assert len(records.ids(tree["新民村"], Child)) == 1
    assert_equal_everywhere(tree)


def test_receipts_come_back_at_each_level(tree: Tree) -> None:
    filled(tree)
    tree.join()
    tree.round()
    for name, office in tree.lower():
        assert handover.unreceipted(tree[name]) == 0, name
        receipted = [bundle["receipted"] for bundle in handover.sent(tree[name]) if bundle["receiver_name"] == office]
        assert receipted == [True, True], name


def test_names_of_all_offices_above_are_known_below_and_no_other_site_is(tree: Tree) -> None:
    """Else a room sees decisions of the district by nobody."""
    filled(tree)
    tree.join()
    tree.round()
    room = tree["新民村"]
    with room.store.reading() as session:
        sites = {s.name: s for s in queries.where(session, Site)}
        users = {u.name for u in queries.where(session, User)}
    assert set(sites) == {"新民村", "石桥镇", DISTRICT}
    assert users == {"新民村长", "石桥镇办", "区办"}
    assert sites["石桥镇"].parent_id == sites[DISTRICT].id
    records.edit(tree[DISTRICT], Site, tree[DISTRICT].site.id, {"address": "江南路 1 号"})
    tree.round()
    assert records.get(room, Site, tree[DISTRICT].site.id).address == "江南路 1 号"


def test_a_decision_of_the_district_reaches_the_room(tree: Tree) -> None:
    child = filled(tree)["新民村"]
    tree.join()
    room, district = tree["新民村"], tree[DISTRICT]
    children.edit(room, child, {"guardian_phone": "13900000001"})
    children.edit(district, child, {"guardian_phone": "13900000002"})
    tree.all_up()
    (question,) = questions.open_questions(district)
    told = {(a.value, a.author, a.site) for a in question.answers}
    assert told == {("13900000001", "新民村长", "新民村"), ("13900000002", "区办", DISTRICT)}
    assert questions.open_questions(tree["石桥镇"]) == []
    chosen = next(a for a in question.answers if a.site == DISTRICT)
    questions.resolve(district, question.id, chosen.n)
    tree.all_down()
    guardian = children.read(room, [child])[0].guardian
    assert guardian is not None
    assert guardian.phone == "13900000002"
    authors = {entry["author"] for entry in history(room, guardian.id)}
    assert authors == {"新民村长", "区办"}, "each change keeps its author"
    assert [questions.open_questions(desk) for desk in tree.desks.values()] == [[]] * len(tree.desks)
    tree.round()
    assert_equal_everywhere(tree)


def test_the_same_field_written_at_three_levels_is_one_question_with_three_answers(tree: Tree) -> None:
    child = filled(tree)["新民村"]
    tree.join()
    for n, name in enumerate(("新民村", "石桥镇", DISTRICT), start=1):
        children.edit(tree[name], child, {"school": f"第{n}小学"})
    tree.all_up()
    (at_town,) = questions.open_questions(tree["石桥镇"])
    (at_district,) = questions.open_questions(tree[DISTRICT])
    assert (len(at_town.answers), len(at_district.answers)) == (2, 3)
    assert at_town.id == at_district.id
    questions.answer(tree[DISTRICT], at_district.id, "第4小学")
    tree.all_down()
    for name in ("新民村", "石桥镇", DISTRICT):
        assert records.get(tree[name], Child, child).school == "第4小学"
        assert questions.open_questions(tree[name]) == []
    assert_equal_everywhere(tree)


def refusals(desk: Desk) -> list[dict[str, Any]]:
    """What the newest receipt of a store says was not taken over."""
    with desk.store.reading() as session:
        body = session.execute(text("SELECT body FROM receipt ORDER BY at DESC, bundle DESC LIMIT 1")).scalar_one()
    found: list[dict[str, Any]] = json.loads(body)["refusals"]
    return found


def test_a_school_cannot_write_a_rooms_rows(tree: Tree) -> None:
    """Somebody at the school's laptop sends a row of the room next door: kept aside, and told with the reason."""
    child = filled(tree)["新民村"]
    tree.join()
    tree.round()
    school, room, town = tree["石桥小学"], tree["新民村"], tree["石桥镇"]
    before = state(town, room.site.id)
    with school.store.unit(school.user.id) as unit:
        unit.raw.execute(
            "INSERT INTO child (id, site_id, name, status) VALUES (?, ?, '冒名', 'active')", (child, room.site.id)
        )
    merged = tree.up("石桥小学")
    assert (merged.status, merged.quarantined) == ("merged", 1)
    assert state(town, room.site.id) == before
    tree.up("石桥镇")
    assert state(tree[DISTRICT], room.site.id) == before, "nor does the township hand it on"
    tree.down("石桥小学")
    (refusal,) = refusals(school)
    assert (refusal["reason"], refusal["row"], refusal["table"]) == (scope.OUT_OF_SCOPE, child, "child")
    tree.down("新民村")
    assert refusals(room) == []


def test_a_township_cannot_write_the_other_townships_rows_nor_the_districts(tree: Tree) -> None:
    children_of = filled(tree)
    tree.join()
    tree.round()
    town, district = tree["平安镇"], tree[DISTRICT]
    rows = [(children_of["新民村"], tree["新民村"].site.id), (children_of["青山村"], district.site.id)]
    before = [state(district, desk.site.id) for desk in tree.desks.values()]
    with town.store.unit(town.user.id) as unit:
        unit.raw.execute(
            "INSERT INTO child (id, site_id, name, status) VALUES (?, ?, '冒名', 'active')", (rows[0][0], rows[0][1])
        )
        unit.raw.execute("UPDATE child SET site_id = ? WHERE id = ?", (rows[1][1], rows[1][0]))
    merged = tree.up("平安镇")
    assert merged.quarantined == 2
    assert [state(district, desk.site.id) for desk in tree.desks.values()] == before


def test_a_bundle_of_a_room_is_not_taken_by_the_district_or_the_other_township(tree: Tree) -> None:
    filled(tree)
    tree.join()
    children.add(tree["新民村"], CHILD)
    file = export(tree["新民村"], tree.stick)
    for name in (DISTRICT, "平安镇", "红岩村", "石桥小学"):
        assert take(tree[name], file).status == "refused", name


def test_a_township_that_joins_late_brings_its_rooms_along(tree: Tree) -> None:
    """The rooms handed over to their township before it ever went to the district."""
    filled(tree)
    for site in TOWNS["石桥镇"]:
        tree.up(site, approve=True)
        tree.down(site)
    tree.up("石桥镇", approve=True)
    tree.down("石桥镇")
    assert known(tree["石桥镇"], State.SELF) == {"石桥镇": DISTRICT}
    for site in TOWNS["石桥镇"]:
        home = tree[site].site.id
        assert state(tree[site], home) == state(tree[DISTRICT], home)
        assert tree.down(site).status == "merged", "the township's new certificate is believed below"


def test_iterating_rounds_without_news_sends_nothing(tree: Tree) -> None:
    """A stick that carries the whole history every week would be full one day."""
    filled(tree)
    tree.join()
    for _ in range(2):
        tree.round()
    for name, _ in tree.lower():
        assert tree.up(name).changes == 0, name
    for name, _ in reversed(list(tree.lower())):
        assert tree.down(name).changes == 0, name
