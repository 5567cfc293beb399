"""One child at a glance. What a child would lose: a visitor who knows, at the door, what was seen the last time."""

from datetime import date, timedelta
from typing import Any, ClassVar

import pytest

from carehub.domain.attachments import Attachment
from carehub.domain.attention import Line
from carehub.domain.care import Pairing, Visit
from carehub.domain.facts import About, Kind, day_facts, fact, facts_of
from carehub.domain.people import Child, FamilyMember, Volunteer
from carehub.domain.protection import Incident, Talk
from carehub.domain.record import Record
from carehub.domain.records import RECORDS
from carehub.services import (
    attention,
    children,
    consents,
    doorway,
    duplicates,
    opening,
    records,
    timeline,
    users,
    visits,
)
from carehub.services.desk import Desk

from ..conftest import PASSWORD

TODAY = date.today()
CHILD: dict[str, Any] = {
    "name": "罗䶮", "sex": "女", "birth_date": f"{TODAY.year - 10}-01-12", "school": "中心小学", "grade": "四年级",
    "home_address": "石桥镇新民村7组", "guardianship": "fair", "risk_level": "low", "guardian": "常怡",
    "identity_no": "", "guardian_relation": "52", "guardian_phone": "15925333406",
}  # fmt: skip


def add(desk: Desk, **values: Any) -> str:
    return children.add(desk, {**CHILD, **values})[0].child.id


def ago(days: int) -> str:
    return (TODAY - timedelta(days=days)).isoformat()


def texts_of(desk: Desk, child: str) -> str:
    return "\n".join(w.text for w in doorway.warnings(desk, child))


class TestTimeline:
    def test_everything_of_a_child_is_there_newest_first(self, desk: Desk) -> None:
        child, other = add(desk), add(desk, name="王小明")
        volunteer = records.add(desk, Volunteer, {"name": "罗德福"})[0].id
        records.add(desk, Pairing, {"child_id": child, "volunteer_id": volunteer, "started_on": ago(90)})
        visits.add(desk, {"child_id": child, "done_on": ago(60), "visitors": "罗德福", "mood": "concern"})
        visits.add(desk, {"child_id": other, "done_on": ago(1), "visitors": "别人"})
        visits.plan(desk, [child], TODAY + timedelta(days=3))
        consents.record(desk, child, ["care"], {"given_on": ago(80)})
        records.add(desk, Talk, {"child_id": child, "held_on": ago(30), "topic": "family", "summary": "想念父母"})
        events = timeline.of_child(desk, child)
        assert [e.kind for e in events] == ["visit", "talk", "visit", "consent", "pairing"]
        assert [e.day for e in events] == sorted((e.day for e in events), reverse=True)
        assert [e.ahead for e in events] == [True, False, False, False, False]
        planned, talk, visit, _, pairing = (e.line for e in events)
        assert planned.startswith("计划日期")
        assert "情绪心理：需关注" in visit
        assert "罗德福" in visit
        assert "想念父母" not in talk, "the line of a talk holds its topic, not what was said"
        assert "罗德福" in pairing
        assert [e.kind for e in timeline.of_child(desk, child, "talk")] == ["talk"]

    def test_talks_and_reports_are_for_those_who_may(self, desk: Desk) -> None:
        child = add(desk)
        records.add(desk, Talk, {"child_id": child, "held_on": ago(30), "summary": "x"})
        told = {"child_id": child, "police_on": ago(2), "police_time": "15:20", "seen_on": ago(2), "seen": "x"}
        records.add(desk, Incident, told)
        assert {e.kind for e in timeline.of_child(desk, child)} == {"talk", "incident"}
        users.add(desk, "王建国", "recorder", "andere-Worte", PASSWORD)
        desk.close()
        other = opening.sign_in(desk.store.folder, "andere-Worte")
        assert timeline.of_child(other, child) == []
        assert timeline.of_child(other, child, "talk") == []
        other.close()

    def test_a_linked_file_brings_its_own(self, desk: Desk) -> None:
        child, twin = add(desk), add(desk, name="罗燕")
        visits.add(desk, {"child_id": twin, "done_on": ago(5), "visitors": "甲"})
        duplicates.link(desk, twin, child)
        assert [e.kind for e in timeline.of_child(desk, child)] == ["visit"]

    def test_what_was_voided_is_not_told(self, desk: Desk) -> None:
        child = add(desk)
        visit = visits.add(desk, {"child_id": child, "done_on": ago(5), "visitors": "甲"})[0]
        records.void(desk, Visit, visit.id, "误录")
        assert timeline.of_child(desk, child) == []

    def test_every_record_that_points_to_a_child_and_has_a_day_is_looked_at(self) -> None:
        """A record that somebody adds would be missing without anybody noticing."""
        wanted = {
            name
            for name, record in RECORDS.items()
            if day_facts(record) and any(f.ref == "child" and f.owner for f in facts_of(record).values())
        }
        assert wanted <= set(timeline.pointing())
        assert {"visit", "pairing", "consent", "talk", "incident"} <= wanted
        assert "family_member" not in timeline.pointing()
        assert Attachment.__tablename__ not in timeline.pointing()


class Shared(Record, table=True):
    """As somebody may add it tomorrow: a child took part in something that has the day."""

    __tablename__ = "test_shared"
    about: ClassVar[About] = About("Shared visit", "Shared visits", title="id")
    child_id: str = fact("Child", Kind.REFERENCE, ref="child", owner=True, listed=True)
    visit_id: str = fact("Visit", Kind.REFERENCE, ref="visit", listed=True)
    helped: str | None = fact("Helped with", listed=True)


def test_a_record_that_is_added_appears_by_itself(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    child, other = add(desk), add(desk, name="王小明")
    visit = visits.add(desk, {"child_id": other, "done_on": ago(7), "visitors": "甲"})[0]
    with desk.unit() as unit:
        columns = ", ".join(["id TEXT PRIMARY KEY", *facts_of(Shared)])
        unit.raw.execute(f"CREATE TABLE test_shared ({columns})")
        unit.session.add(Shared(site_id=desk.site.id, child_id=child, visit_id=visit.id, helped="搬桌子"))
    monkeypatch.setitem(RECORDS, "test_shared", Shared)
    timeline.pointing.cache_clear()
    try:
        (event,) = timeline.of_child(desk, child)
    finally:
        timeline.pointing.cache_clear()
    assert (event.kind, event.day, event.label) == ("test_shared", date.fromisoformat(ago(7)), "Shared visit")
    assert "搬桌子" in event.line
    assert visit.sheet_no in event.line, "what it points to is named"


class TestDoor:
    def test_the_open_sheet_says_when_and_the_pairing_who(self, desk: Desk) -> None:
        child = add(desk)
        assert doorway.at_the_door(desk, child) == doorway.Door(TODAY + timedelta(days=90), None, ""), "by the rules"
        volunteer = records.add(desk, Volunteer, {"name": "罗德福"})[0].id
        old = records.add(desk, Volunteer, {"name": "李前任"})[0].id
        records.add(desk, Pairing, {"child_id": child, "volunteer_id": old, "started_on": ago(90), "ended_on": ago(9)})
        records.add(desk, Pairing, {"child_id": child, "volunteer_id": volunteer, "started_on": ago(9)})
        visits.add(desk, {"child_id": child, "done_on": ago(40), "visitors": "甲", "next_on": ago(10)})
        door = doorway.at_the_door(desk, child)
        assert (door.next_on, door.last_on) == (date.fromisoformat(ago(10)), date.fromisoformat(ago(40)))
        assert (door.volunteer, door.overdue) == ("罗德福", True)
        visits.plan(desk, [child], TODAY + timedelta(days=2))
        door = doorway.at_the_door(desk, child)
        assert (door.next_on, door.overdue) == (TODAY + timedelta(days=2), False)


class TestWarnings:
    def test_a_file_in_order_warns_of_nothing(self, desk: Desk) -> None:
        child = add(desk)
        consents.record(desk, child, ["care"], {})
        assert doorway.warnings(desk, child) == []

    def test_what_cannot_wait_comes_first(self, desk: Desk) -> None:
        child = add(desk, guardianship="nobody", guardian_phone="")
        seen = {"home_safety": "danger", "mood": "concern", "next_on": ago(3)}
        visits.add(desk, {"child_id": child, "done_on": ago(20), "visitors": "甲", **seen})
        found = doorway.warnings(desk, child)
        assert [w.alarm for w in found] == [True, True, *[False] * (len(found) - 2)]
        told = texts_of(desk, child)
        for words in ("无人监护", "居家安全", "情绪", f"{ago(13)}该走访", "监护人", "同意"):
            assert words in told, words

    def test_the_page_says_when_a_child_is_due_as_today_does(self, desk: Desk) -> None:
        child = add(desk)
        visits.add(desk, {"child_id": child, "done_on": ago(90), "visitors": "甲", "next_on": TODAY.isoformat()})
        assert attention.children_of(desk, Line.OVERDUE) == (child,)
        assert f"{TODAY}该走访了" in texts_of(desk, child)
        visits.plan(desk, [child], TODAY + timedelta(days=2))
        assert f"{TODAY}该走访了" in texts_of(desk, child), "a sheet that was printed is no visit"
        visits.add(desk, {"child_id": child, "done_on": TODAY, "visitors": "甲", "parent_contact": "danger"})
        assert doorway.at_the_door(desk, child).next_on == TODAY + timedelta(days=2)
        assert "该走访了" not in texts_of(desk, child)
        assert "与父母失去了联系" in texts_of(desk, child)
        assert attention.of_children(desk, [child]).due(child) == TODAY + timedelta(days=7), "a danger was seen"

    def test_at_sixteen_nobody_is_no_alarm_any_more(self, desk: Desk) -> None:
        grown = add(desk, guardianship="nobody", birth_date=f"{TODAY.year - 17}-01-01")
        small = add(desk, guardian="", guardian_phone="", guardian_relation="", birth_date=f"{TODAY.year - 4}-01-01")
        assert not doorway.warnings(desk, grown)[0].alarm
        assert doorway.warnings(desk, small)[0].alarm, "under 8, and nobody is on file"

    def test_a_withdrawn_consent_is_an_alarm(self, desk: Desk) -> None:
        child = add(desk)
        consents.record(desk, child, ["care"], {})
        consents.withdraw(desk, child, ["care"], "常怡")
        assert [w.alarm for w in doorway.warnings(desk, child)] == [True]

    @pytest.mark.parametrize(("years", "days", "warned"), [(18, -1, False), (18, 0, True), (18, 1, True)])
    def test_of_age_on_the_day_not_in_the_year(self, desk: Desk, years: int, days: int, warned: bool) -> None:
        birth = TODAY.replace(year=TODAY.year - years) - timedelta(days=days)
        assert ("已成年" in texts_of(desk, add(desk, birth_date=birth.isoformat()))) is warned

    def test_a_closed_file_asks_for_no_visit(self, desk: Desk) -> None:
        child = add(desk, status="closed")
        visits.add(desk, {"child_id": child, "done_on": ago(20), "visitors": "甲", "next_on": ago(3)})
        assert ago(3) not in texts_of(desk, child)


class TestCompleteness:
    def test_says_what_is_missing_and_where_it_is_typed(self, desk: Desk) -> None:
        child = add(desk, grade="", guardian_phone="")
        found = doorway.completeness(desk, child)
        assert [g.field for g in found.missing] == ["identity_no", "grade", "guardian_phone"]
        assert found.known == found.wanted - 3
        children.edit(desk, child, {"grade": "四年级", "guardian_phone": "15925333406", "registered": "no"})
        assert doorway.completeness(desk, child).missing == (), "who is not registered has no number"

    def test_without_a_guardian_all_of_it_is_missing(self, desk: Desk) -> None:
        child = children.add(desk, {"name": "罗䶮"})[0].child.id
        missing = [g.field for g in doorway.completeness(desk, child).missing]
        wanted = [f.name for f in facts_of(Child).values() if f.wanted]
        assert missing == [*wanted, "guardian", "guardian_relation", "guardian_phone"]
        assert [f.name for f in facts_of(FamilyMember).values() if f.wanted] == ["relation", "name", "phone"]


def test_what_does_not_agree_in_a_file_is_said_at_the_door(desk: Desk) -> None:
    """A child of ten who lives alone: who opens the file sees it first, in red."""
    child = children.add(desk, {"name": "田一诺", "birth_date": "2016-09-04", "lives_with": "独居", "pupil_no": "123"})[
        0
    ]
    found = {w.text: w.alarm for w in doorway.warnings(desk, child.child.id)}
    assert found["未满 16 岁独自居住，法律不允许。请今天就报告乡镇。"] is True
    assert found["学籍号应为 19 位，以 G、J 或 L 开头。"] is False
