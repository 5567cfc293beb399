"""Lists: what a filter, an order or a column shows is what is on file. What a user would lose: a child at high risk
that “not visited for a month” leaves out; a phone number that somebody reads digit by digit through a filter."""

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from carehub.domain import filters
from carehub.domain.care import Pairing, Visit
from carehub.domain.errors import InvalidInput
from carehub.domain.facts import facts_of
from carehub.domain.filters import Condition, How
from carehub.domain.ids import new_id
from carehub.domain.listing import listable
from carehub.domain.people import Child, FamilyMember, Volunteer
from carehub.services import children, erasing, handover, listing, merging, records
from carehub.services.desk import Desk
from carehub.store import queries
from carehub.store.queries import Wanted

from ..conftest import PASSWORD, drive

TODAY = date.today()
NAMES = ("罗䶮", "徐𫖯", "Aman", "王小梅", "欧阳明")
ELSEWHERE = new_id()
AGO = (How.WITHIN, How.NOT_WITHIN)


@pytest.fixture
def village(desk: Desk) -> Desk:
    """A room with children of every sort, linked files, visits, pairings and guardians; some voided, some elsewhere."""
    dice = random.Random(11)
    some = lambda *values: dice.choice([*values, None])  # noqa: E731
    home = lambda: dice.choice([desk.site.id] * 9 + [ELSEWHERE])  # noqa: E731
    gone = lambda: dice.choice([None] * 7 + [TODAY])  # noqa: E731
    rows: dict[Any, list[dict[str, Any]]] = {Child: [], Visit: [], Pairing: [], FamilyMember: [], Volunteer: []}
    rows[Volunteer] = [{"id": new_id(), "site_id": desk.site.id, "name": name} for name in NAMES[:3]]
    for _ in range(60):
        born = some(*(TODAY - timedelta(days=d) for d in (200, 8 * 365, 8 * 365 + 2, 8 * 365 + 3, 4000)))
        rows[Child].append({
            "id": new_id(), "site_id": home(), "voided_on": gone(), "name": dice.choice(NAMES), "birth_date": born,
            "school": some("中心小学", "红岩完小", ""), "risk_level": some("high", "medium", "low"), "sex": some(1, 2),
            "boards": some(True, False), "identity_no": some("500199201303140019"), "status": "active",
            "aid_received": some("education", "assistance education", "assistance", ""),
        })  # fmt: skip
    ids = [c["id"] for c in rows[Child]]
    for one, other in ((0, 1), (2, 1), (3, 4), (5, 6), (6, 5), (7, 8)):
        rows[Child][one]["same_as"] = ids[other]
    for _ in range(120):
        rows[Visit].append({
            "id": new_id(), "site_id": home(), "voided_on": gone(), "child_id": dice.choice(ids),
            "volunteer_id": some(*(v["id"] for v in rows[Volunteer])),
            "done_on": some(*(TODAY - timedelta(days=d) for d in (-3, 0, 1, 29, 30, 31, 90))),
            "planned_for": some(TODAY, TODAY + timedelta(days=7), TODAY + timedelta(days=8)),
            "minutes": some(0, 10, 59, 60, 61), "way": some("home", "phone"), "note": some("家中Clean", "想念父母"),
        })  # fmt: skip
    for _ in range(40):
        rows[Pairing].append({
            "id": new_id(), "site_id": home(), "voided_on": gone(), "child_id": dice.choice(ids),
            "volunteer_id": rows[Volunteer][0]["id"], "started_on": TODAY, "ended_on": some(TODAY),
        })  # fmt: skip
        rows[FamilyMember].append({
            "id": new_id(), "site_id": home(), "voided_on": gone(), "child_id": dice.choice(ids),
            "name": dice.choice(NAMES), "relation": some("61", "62"), "phone": some("13800001234"),
            "is_guardian": some(True, False),
        })  # fmt: skip
    with desk.unit() as unit:
        for record, told in rows.items():
            keys = {k for row in told for k in row}
            queries.insert_all(unit.session, record, [dict.fromkeys(keys) | row for row in told])
    return desk


def told(desk: Desk, record: Any) -> list[dict[str, Any]]:
    """What every listed row says, found out in Python by the services that papers and pages use."""
    found = []
    for row in records.fetch(desk, record, records.ids(desk, record)):
        cells = {name: getattr(row, name) for name in ("id", *facts_of(record))}
        if record is Child:
            (file,) = children.read(desk, [row.id])
            cells |= file_of(desk, [row.id, *(o.id for o in file.others)])
            guardian = file.guardian
            cells |= {n: getattr(guardian, f, None) for n, f in children.GUARDIAN.items()}
            born = row.birth_date
            years = born and TODAY.year - born.year - ((TODAY.month, TODAY.day) < (born.month, born.day))
            cells["age"] = years
        found.append(cells)
    return found


def file_of(desk: Desk, files: list[str]) -> dict[str, Any]:
    with desk.store.reading() as session:
        made = [v.done_on for v in queries.where(session, Visit, child_id=files) if v.done_on]
        running = queries.where(session, Pairing, child_id=files, ended_on=None)
    return {"last_visit": max(made, default=None), "paired": bool(running)}


def holds(condition: Condition, cells: dict[str, Any], desk: Desk, record: Any) -> bool:
    """What a condition means, said once more in Python."""
    fact, how, values = listable(record)[condition.field], condition.how, condition.values
    value = cells[condition.field]
    if fact.ref and how is How.HAS:
        with desk.store.reading() as session:
            value = queries.names(session, fact.ref, [value]).get(value)
    flag = fact.kind.value == "boolean"
    filled = value not in (None, "")
    within = bool(filled and how in AGO and TODAY - timedelta(days=int(values[0])) < value <= TODAY)
    always = {
        How.EMPTY: lambda: not filled,
        How.FILLED: lambda: filled,
        How.IS: lambda: bool({*str(int(bool(value)) if flag else value).split()} & {*values}),
        How.NOT_WITHIN: lambda: not within,
    }
    if_known = {
        How.WITHIN: lambda: within,
        How.HAS: lambda: values[0].lower() in value.lower(),
        How.BETWEEN: lambda: int(values[0] or 0) <= value <= int(values[1] or 10**9),
        How.BEFORE: lambda: value < date.fromisoformat(values[0]),
        How.SINCE: lambda: value >= date.fromisoformat(values[0]),
        How.OLDER: lambda: value <= TODAY - timedelta(days=int(values[0])),
        How.COMING: lambda: TODAY <= value <= TODAY + timedelta(days=int(values[0])),
    }
    return always[how]() if how in always else value is not None and if_known[how]()


ASKED: dict[Any, list[Condition]] = {
    Child: [
        Condition("last_visit", How.NOT_WITHIN, ("30",)), Condition("last_visit", How.WITHIN, ("30",)),
        Condition("last_visit", How.OLDER, ("30",)), Condition("last_visit", How.EMPTY),
        Condition("last_visit", How.SINCE, (str(TODAY - timedelta(days=29)),)),
        Condition("paired", How.IS, ("0",)), Condition("paired", How.IS, ("1",)),
        Condition("age", How.BETWEEN, ("", "7")), Condition("age", How.BETWEEN, ("8", "")),
        Condition("age", How.BETWEEN, ("8", "10")), Condition("age", How.EMPTY),
        Condition("risk_level", How.IS, ("high", "low")), Condition("sex", How.IS, ("2",)),
        Condition("aid_received", How.IS, ("education",)), Condition("aid_received", How.FILLED),
        Condition("boards", How.IS, ("0",)), Condition("boards", How.IS, ("1",)),
        Condition("name", How.HAS, ("AMA",)), Condition("name", How.HAS, ("𫖯",)), Condition("school", How.EMPTY),
        Condition("school", How.FILLED), Condition("identity_no", How.FILLED),
        Condition("guardian", How.HAS, ("徐",)), Condition("guardian", How.EMPTY),
        Condition("guardian_phone", How.EMPTY),
        Condition("guardian_relation", How.IS, ("61",)), Condition("name", How.HAS, ("' OR 1=1 --",)),
    ],
    Visit: [
        Condition("done_on", How.BEFORE, (str(TODAY),)), Condition("done_on", How.NOT_WITHIN, ("1",)),
        Condition("done_on", How.WITHIN, ("0",)), Condition("planned_for", How.COMING, ("7",)),
        Condition("minutes", How.BETWEEN, ("10", "60")), Condition("minutes", How.FILLED),
        Condition("child_id", How.HAS, ("王",)), Condition("volunteer_id", How.EMPTY),
        Condition("volunteer_id", How.HAS, ("a",)), Condition("note", How.HAS, ("clean",)),
    ],
    Pairing: [Condition("ended_on", How.EMPTY), Condition("child_id", How.HAS, ("罗",))],
}  # fmt: skip


@pytest.mark.parametrize("record", ASKED)
def test_every_condition_finds_what_python_finds(village: Desk, record: Any) -> None:
    rows = told(village, record)
    assert len(rows) > 15
    differing = 0
    for condition in ASKED[record]:
        found = listing.ids(village, record, Wanted(conditions=(condition,)))
        wanted = {r["id"] for r in rows if holds(condition, r, village, record)}
        assert set(found) == wanted, condition
        assert len(found) == len(wanted)
        differing += 0 < len(wanted) < len(rows)
    assert differing >= 0.7 * len(ASKED[record]), "conditions that show all or nothing prove little"
    one, other = ASKED[record][0], ASKED[record][-5 if record is Child else -1]
    both = listing.ids(village, record, Wanted(conditions=(one, other)))
    assert set(both) == {r["id"] for r in rows if holds(one, r, village, record) and holds(other, r, village, record)}


@pytest.mark.parametrize("record", ASKED)
def test_a_page_says_what_the_services_say(village: Desk, record: Any) -> None:
    rows = told(village, record)
    names = listing.facts(village, record)
    assert "site_id" not in names, "a room has one home"
    wanted = [r["id"] for r in rows]
    gone = new_id()
    found, known = listing.page(village, record, [*wanted, gone], {**facts_of(record), **names})
    assert found.pop() is None
    for row, cells in zip(found, rows, strict=True):
        assert row is not None
        assert {"id": row.id} | {n: getattr(row, n) for n in cells if n != "id"} == cells
    references = [n for n, f in listable(record).items() if f.ref and n != "site_id"]
    with village.store.reading() as session:
        for name in references:
            ids = [r[name] for r in rows if r[name]]
            said = queries.names(session, listable(record)[name].ref, ids)
            assert {i: known[i] for i in ids if said.get(i)} == {i: said[i] for i in ids if said.get(i)}


def key(value: object) -> tuple[bool, Any]:
    return (value is not None, value)


@pytest.mark.parametrize("name", ["age", "last_visit", "name", "paired", "risk_level", "guardian", "birth_date"])
def test_rows_stand_in_the_order_of_any_column(village: Desk, name: str) -> None:
    rows = {r["id"]: r for r in told(village, Child)}
    ranks = {c.code: n for n, c in enumerate(village.codes["risk_level"])}
    for descending in (False, True):
        found = listing.ids(village, Child, Wanted(order=name, descending=descending))
        assert set(found) == set(rows)
        said = [rows[i][name] for i in found]
        if name == "risk_level":
            said = [ranks.get(v, 99) for v in said]
        assert said == sorted(said, key=key, reverse=descending)


def test_visits_stand_in_the_order_of_the_names_they_refer_to(village: Desk) -> None:
    rows = {r["id"]: r["child_id"] for r in told(village, Visit)}
    with village.store.reading() as session:
        names = queries.names(session, "child", list(rows.values()))
    found = [names[rows[i]] for i in listing.ids(village, Visit, Wanted(order="child_id"))]
    assert found == sorted(found)


@pytest.mark.parametrize(
    "condition",
    [
        Condition("identity_no", How.HAS, ("0019",)),
        Condition("home_address", How.HAS, ("3",)),
        Condition("guardian_phone", How.HAS, ("1",)),
        Condition("guardian_phone", How.IS, ("13800001234",)),
        Condition("health", How.BETWEEN, ("1", "2")),
    ],
)
def test_nobody_asks_what_stands_behind_a_mask(desk: Desk, condition: Condition) -> None:
    children.add(desk, {"name": "罗䶮", "guardian": "常怡", "guardian_phone": "13800001234"})
    with pytest.raises(InvalidInput):
        listing.ids(desk, Child, Wanted(conditions=(condition,)))
    with pytest.raises(InvalidInput):
        listing.save(desk, Child, "试", [condition])
    assert all(not f.sensitive or filters.hows_for(f) == (How.EMPTY, How.FILLED) for f in listable(Child).values())
    for order in ("identity_no", "guardian_phone", "home_address"):
        with pytest.raises(InvalidInput):
            listing.ids(desk, Child, Wanted(order=order))


def test_saved_filters_and_columns_are_each_persons_own(desk: Desk) -> None:
    own = [Condition("risk_level", How.IS, ("high",)), Condition("last_visit", How.NOT_WITHIN, ("30",))]
    listing.save(desk, Child, "  王小梅  一组 ", own)
    listing.keep_look(desk, Child, listing.Look(("name", "age", "nothing"), "identity_no", descending=True))
    assert [(f.name, f.conditions) for f in listing.saved(desk, Child) if not f.built_in] == [
        ("王小梅 一组", tuple(own))
    ]
    told = listing.Look(("name", "age", "nothing"), "", descending=True)
    assert listing.look(desk, Child) == told, "no order by what is masked"
    assert [f for f in listing.saved(desk, Visit) if not f.built_in] == []
    other = desk.user.model_copy(update={"id": new_id()})
    theirs = type(desk)(desk.store, other, desk.site, desk.codes, desk.texts, desk.word_list)
    assert [f for f in listing.saved(theirs, Child) if not f.built_in] == []
    assert listing.look(theirs, Child) == listing.Look()
    with desk.store.reading() as session:
        assert not queries.driver(session).execute("SELECT 1 FROM change WHERE instr(cells, '王小梅')").fetchall()
    listing.drop(desk, Child, "王小梅 一组")
    assert [f for f in listing.saved(desk, Child) if not f.built_in] == []


def test_the_built_in_filters_can_be_asked(village: Desk) -> None:
    for record in (Child, Visit, Volunteer, Pairing):
        found = listing.saved(village, record)
        kinds = [f for f in listing.resources.filters() if f["kind"] == record.__tablename__]
        assert len(found) == len(kinds) > 0
        for one in found:
            listing.ids(village, record, Wanted(conditions=one.conditions))


def test_a_filter_that_names_an_erased_child_is_gone_with_it(desk: Desk) -> None:
    child = children.add(desk, {"name": "罗䶮"})[0].child
    listing.save(desk, Child, "罗䶮家", [Condition("name", How.HAS, ("罗",))])
    listing.save(desk, Visit, "看看", [Condition("child_id", How.HAS, ("罗䶮",))])
    listing.save(desk, Child, "中心小学", [Condition("school", How.HAS, ("中心",))])
    erasing.erase(desk, child.id, PASSWORD)
    assert [f.name for f in listing.saved(desk, Child) if not f.built_in] == ["中心小学"]
    assert [f.name for f in listing.saved(desk, Visit) if not f.built_in] == []


def test_an_office_filters_by_the_room(circle: tuple[Desk, Any], tmp_path: Path) -> None:
    office, new = circle
    children.add(new.desk, {"name": "罗䶮"})
    words = " ".join(new.words)
    drive(merging.merge(office, [drive(handover.export(new.desk, tmp_path)).file], approve=words))
    children.add(office, {"name": "徐𫖯"})
    assert "site_id" in listing.facts(office, Child)
    for name, found in (("新民", ["罗䶮"]), ("石桥", ["徐𫖯"])):
        ids = listing.ids(office, Child, Wanted(conditions=(Condition("site_id", How.HAS, (name,)),)))
        rows, known = listing.page(office, Child, ids, ["name", "site_id"])
        assert [row.name for row in rows if row] == found
        assert name in "".join(known.values())
