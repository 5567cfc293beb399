"""A room in which there is something on every page."""

import io
from datetime import date, timedelta
from unittest import mock

from PIL import Image

from carehub.domain.care import Pairing
from carehub.domain.meetings import JointMeeting
from carehub.domain.people import Child, Volunteer
from carehub.services import (
    activities,
    attachments,
    audits,
    children,
    consents,
    incidents,
    meetings,
    pairing,
    patrols,
    payments,
    pledges,
    records,
    sheet_numbers,
    talks,
    visits,
)
from carehub.services.attachments import Owner
from carehub.services.desk import Desk

LONG = "孩子说最近常梦见妈妈，晚上睡不好；奶奶说他作业做到很晚，问了也不肯多说。"


def fill(desk: Desk) -> None:
    """Adds a record of every kind; a child, a volunteer and a pairing only where there is none."""
    today = date.today()
    child = next(iter(records.ids(desk, Child)), "") or children.add(
        desk,
        {"name": "欧阳罗䶮", "sex": "女", "birth_date": date(2016, 1, 23), "school": "石桥镇中心小学",
         "guardian": "罗建国", "guardian_phone": "15925333406", "identity_no": "500199201601238708",
         "risk_level": "high"},
    )[0].child.id  # fmt: skip
    volunteer = next(iter(records.ids(desk, Volunteer)), "") or records.add(desk, Volunteer, {"name": "宋娟"})[0].id
    if not records.ids(desk, Pairing):
        pairing.add(desk, {"child_id": child, "volunteer_id": volunteer, "started_on": today - timedelta(days=40)})
    visits.add(desk, {"child_id": child, "volunteer_id": volunteer, "done_on": today - timedelta(days=9)})
    _of_child(desk, child, today)
    _of_activities(desk, child, volunteer, today)
    _of_aid(desk, today)


def _of_child(desk: Desk, child: str, today: date) -> None:
    given = {"given_by": "guardian", "given_on": today, "name": "罗建国", "expires_on": today + timedelta(days=365)}
    consents.record(desk, child, ["care", "photo"], given)
    talks.add(desk, {"child_id": child, "held_on": today, "counsellor": "李秀英", "place": "关爱屋", "summary": LONG,
                     "follow_up": "下周再谈一次", "next_on": today + timedelta(days=7)})  # fmt: skip
    incidents.add(desk, {"child_id": child, "police_on": today, "police_time": "15:20", "seen_on": today,
                         "seen": LONG, "reporter": "王看见", "reporter_phone": "13955556666"})  # fmt: skip
    out = io.BytesIO()
    Image.new("RGB", (800, 600), (120, 150, 110)).save(out, "PNG")
    attachments.add_bytes(desk, Owner("child", child), out.getvalue(), "低保证.png")


def _of_activities(desk: Desk, child: str, volunteer: str, today: date) -> None:
    activity = activities.add(
        desk,
        {"title": "冬至包饺子，和爷爷奶奶一起过节", "kind": "festival", "held_on": today, "starts_at": "9:30",
         "place": "新民村关爱工作室", "leader": "李秀英"},
    )[0].id  # fmt: skip
    activities.tick(desk, activity, "child_id", [child])
    pledges.make(desk, [child], {"year": today.year, "theme": "internet_cafe", "third_party": "parents",
                                 "expires_on": date(today.year, 12, 31)})  # fmt: skip
    sheet = sheet_numbers.new_patrol_sheet(desk)[0].id
    patrols.add(desk, {"patrolled_on": today, "cafe": "蓝天网吧", "volunteer_id": volunteer, "minutes": "40",
                       "found": "没有未成年人"}, sheet)  # fmt: skip
    told = {
        "held_on": today,
        "place": "村委会二楼",
        "chair": "周明辉",
        "expected": 9,
        "agenda": "寒假前的走访和安全教育",
    }
    meeting = records.add(desk, JointMeeting, told)[0].id
    meetings.resolve(desk, {"meeting_id": meeting, "wording": "放假前把高风险孩子都走访一遍", "due_on": today,
                            "responsible_id": desk.site.id})  # fmt: skip


def _of_aid(desk: Desk, today: date) -> None:
    for term in ("2026年春季", "2026年秋季"):
        batch = payments.open_batch(desk, {"programme": "6", "term": term, "source": "中央和市级资金"})[0].id
        rows = [{"name": f"王小{c}", "school": "石桥镇中心小学", "amount_fen": "625"} for c in "一二三四五六七八九"]
        payments.add(desk, batch, rows)
    payments.close(desk, batch)
    later = today + timedelta(days=1)
    sample = audits.plan(desk, batch, 50, "by_school", "双色球 2026136期", later)[0].id

    class Later(date):
        @classmethod
        def today(cls) -> date:
            return later

    with mock.patch.object(audits, "date", Later):
        audits.draw(desk, sample, "02 07 11 16 25 31 09")
    first = audits.calls(desk, sample)[0]
    audits.answer(desk, first.id, {"received_fen": "500", "satisfaction": "3", "answered_by": "王建国"})
