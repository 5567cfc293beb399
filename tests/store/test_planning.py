"""A planned week on a real store. What volunteers would lose: the child they know, a sheet that is found again."""

from datetime import date, timedelta

import pypdfium2
import pytest

from carehub.domain.care import Pairing, Visit
from carehub.domain.errors import NotFound
from carehub.domain.people import Volunteer
from carehub.services import children, consents, entry, planning, printing, records, route_lists, visits
from carehub.services.desk import Desk

from ..conftest import drive

TODAY = date.today()


def add(desk: Desk, name: str, group: str, before: int | None = None, risk: str = "high") -> str:
    values = {"name": name, "home_address": f"新民村{group}", "risk_level": risk, "guardian": "李桂花",
              "guardian_phone": "13800000001", "birth_date": "2015-06-15"}  # fmt: skip
    child = children.add(desk, values)[0].child.id
    if before is not None:
        visits.add(desk, {"child_id": child, "done_on": TODAY - timedelta(days=before)})
    return child


def volunteer(desk: Desk, name: str, **told: object) -> str:
    return records.add(desk, Volunteer, {"name": name, "participating": True, **told})[0].id


def pair(desk: Desk, child: str, who: str, **told: object) -> None:
    given = {"child_id": child, "volunteer_id": who, "started_on": TODAY - timedelta(days=200)}
    records.add(desk, Pairing, given | told)


def test_the_highest_risk_and_the_longest_wait_come_first(desk: Desk) -> None:
    low, high, longer = add(desk, "低", "1组", 200, "low"), add(desk, "高", "1组", 8), add(desk, "久", "1组", 30)
    soon, none = add(desk, "快", "1组", 5), add(desk, "未", "1组", 40, "")
    assert planning.choose(desk) == [longer, high, low, none]
    assert planning.choose(desk, most=2) == [longer, high]
    assert planning.choose(desk, {"low"}) == [low]
    assert planning.choose(desk, {"unknown"}) == [none]
    assert planning.choose(desk, {"high"}, 7) == [longer, high, soon]


def test_nobody_is_sent_where_consent_was_withdrawn(desk: Desk) -> None:
    child = add(desk, "罗䶮", "1组", 30)
    consents.record(desk, child, ["care"], {"name": "李桂花"})
    consents.withdraw(desk, child, ["care"])
    assert planning.choose(desk) == []
    with pytest.raises(NotFound):
        drive(route_lists.route_list_pdf(desk))


def test_pairings_are_kept_and_the_rest_is_shared_by_load(desk: Desk) -> None:
    one, other = volunteer(desk, "甲"), volunteer(desk, "乙")
    volunteer(desk, "走了", left_on=TODAY), volunteer(desk, "不来", participating=False)
    kids = [add(desk, f"孩{n}", f"{n}组", 20) for n in range(1, 7)]
    pair(desk, kids[0], one)
    pair(desk, kids[1], other, ended_on=TODAY - timedelta(days=3))
    plan = planning.propose(desk, kids[::-1])
    assert [s.child.id for s in plan.stops] == kids, "in walking order"
    who = [s.volunteer.id for s in plan.stops if s.volunteer]
    assert (who[0], plan.stops[0].paired, any(s.paired for s in plan.stops[1:])) == (one, True, False)
    assert plan.loads == {one: 4, other: 3}, "a pairing and its visit count for one, three visits for the other"
    planning.save(desk, plan)
    again = planning.propose(desk, [add(desk, "新", "9组", 20)])
    assert again.stops[0].volunteer is not None
    assert again.stops[0].volunteer.id == other, "what is planned this week counts"


def test_planning_again_keeps_the_sheet_numbers_and_moves_the_day(desk: Desk) -> None:
    child, who = add(desk, "罗䶮", "1组", 20), volunteer(desk, "甲")
    before = visits.plan(desk, [child], TODAY - timedelta(days=9))[0][0]
    (visit,), _ = planning.save(desk, planning.propose(desk, [child]))
    assert (visit.id, visit.sheet_no) == (before.id, before.sheet_no)
    saved = entry.find(desk, visit.sheet_no or "").visit
    assert (saved.planned_for, saved.volunteer_id) == (TODAY, who)
    with pytest.raises(NotFound):
        planning.save(desk, planning.propose(desk, []))


def test_list_and_sheets_have_one_order_and_the_same_numbers(desk: Desk) -> None:
    kids = [add(desk, name, group, 20) for name, group in (("十", "十组"), ("二", "2组"), ("䶮", "1组"))]
    volunteer(desk, "王建国")
    data, count = drive(route_lists.route_list_pdf(desk, kids, preview=True))
    assert (count, records.ids(desk, Visit, None)) == (3, [v.id for v in done(desk)]), "a preview plans nothing"
    data, count = drive(route_lists.route_list_pdf(desk, kids))
    open_ = {v.child_id: v for v in records.fetch(desk, Visit, records.ids(desk, Visit)) if not v.done_on}
    walked = [kids[2], kids[1], kids[0]]
    text = words(data)
    places = [text.index(printed(open_[c].sheet_no)) for c in walked]
    assert places == sorted(places)
    for said in ("走访任务单", "李桂花", "13800000001", "王建国", "13", (TODAY - timedelta(days=20)).isoformat()):
        assert said in text, said
    sheets = words(drive(printing.visit_sheet_pdf(desk, walked))[0])
    places = [sheets.index(printed(open_[c].sheet_no)) for c in walked]
    assert places == sorted(places)


def test_a_long_list_goes_on_on_further_pages(desk: Desk) -> None:
    kids = [add(desk, f"孩{n}", f"{n}组", 20) for n in range(33)]
    data, count = drive(route_lists.route_list_pdf(desk, kids))
    assert (count, printing.pages_of(data)) == (33, 3)


def done(desk: Desk) -> list[Visit]:
    return [v for v in records.fetch(desk, Visit, records.ids(desk, Visit)) if v.done_on]


def printed(number: str | None) -> str:
    return " ".join((number or "")[n : n + 4] for n in (0, 4, 8))


def words(data: bytes) -> str:
    with pypdfium2.PdfDocument(data) as pdf:
        return "".join(page.get_textpage().get_text_bounded() for page in pdf)


def test_in_a_village_houses_of_one_group_are_walked_together(desk: Desk) -> None:
    """Some addresses name the village, some only the group, some leave it to the note."""
    told = (
        ("甲", "7组", ""),
        ("乙", "石桥镇新民村3组", ""),
        ("丙", "石桥镇新民村", "三组，过桥"),
        ("丁", "3组2号", ""),
        ("戊", "", ""),
    )
    kids = {name: add(desk, name, place, 20) for name, place, _ in told}
    children.edit(desk, kids["丙"], {"map_note": told[2][2]})
    plan = planning.propose(desk, list(kids.values()))
    assert [s.child.name for s in plan.stops] == ["丁", "丙", "乙", "甲", "戊"]
    assert dict(plan.groups) == {"3组": 3, "7组": 1, "": 1}
