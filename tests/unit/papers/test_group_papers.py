"""Sign-in sheet, four-party pledge, minutes and patrol log. What a user would lose: a paper that goes to a school or a
meeting and lacks a name, a promise, a day or room to sign."""

from dataclasses import replace
from datetime import date

import pytest

from carehub import resources
from carehub.domain.activities import PARTIES, Activity, Patrol, Pledge
from carehub.domain.meetings import JointMeeting, Resolution
from carehub.domain.people import Child
from carehub.domain.protection import Talk
from carehub.papers.minutes import Minutes, write_minutes
from carehub.papers.patrol_log import BLANK, PatrolLog, write_patrol_log
from carehub.papers.pledge import PledgeSheet, write_pledges
from carehub.papers.sign_in_sheet import Guest, SignInSheet, write_sign_in
from carehub.papers.talk_record import TalkRecord, write_talk_record

HOME = {"site_id": "s"}
OFFICE = "桃源县观音寺镇茶庵村关心下一代工作室"
MONSTER = "䶮" * 400
NUMBER = "261124004273"


def pledge_of(name: str = "王小䶮", **values: object) -> PledgeSheet:
    told = {"year": 2026, "theme": "internet_cafe", "third_party": "cafe", "third_name": "蓝天网吧",
            "expires_on": date(2026, 12, 31)} | values  # fmt: skip
    child = Child(**HOME, name=name, school="中心小学", grade="四年级", class_name="1班")
    pledge = Pledge(**HOME, child_id="c", **told)
    return PledgeSheet(pledge, child, OFFICE, resources.pledges()[str(told["theme"])])


def flat(text: str) -> str:
    return text.replace("\n", "").replace(" ", "").replace("　", "")


PLEDGE = (
    "四方责任书（不进网吧，2026年度）姓名王小䶮学校班级中心小学四年级1班网吧蓝天网吧有效期至2026年12月31日"
    "学生不进网吧，不在外面的电脑房、手机房上网玩游戏；放学按时回家；同学约我去网吧，我不去，也劝他不去。"
    "签字：2026年3月1日"
    "学校每学期讲一次进网吧的害处；每天点名，发现学生没到校，当天告诉家长；课余开放图书室和操场。"
    "签字（盖章）：____年__月__日"
    "网吧不让未成年人进门，门口挂牌，看身份证登记；发现未成年人，劝其离开，并告诉学校或关工委；接受五老监督员巡查。"
    "签字（盖章）：____年__月__日"
    "关工委组织五老每月巡查网吧并做好记录；发现学生上网吧，联系学校和家长接回；为孩子办好课余活动。"
    "签字（盖章）：____年__月__日"
    "记录单位：桃源县观音寺镇茶庵村关心下一代工作室"
)


def test_a_pledge_says_who_promises_what_and_leaves_room_to_sign(press, printed) -> None:
    pdf = printed(write_pledges, [pledge_of(pupil_on=date(2026, 3, 1))], press)
    assert len(pdf) == 1
    assert flat(pdf.text()) == PLEDGE


def test_a_class_is_one_file_with_a_page_for_each(press, printed) -> None:
    pdf = printed(write_pledges, [pledge_of(f"第{n}人") for n in range(45)], press)
    assert len(pdf) == 45
    assert [n for n in range(45) if f"第{n}人" not in pdf.text(n)] == []


@pytest.mark.parametrize("theme", [code.code for code in resources.codebook()["pledge_theme"]])
@pytest.mark.parametrize("third", ["parents", "cafe"])
def test_every_theme_is_worded_for_every_party_and_fits(theme: str, third: str, press, printed) -> None:
    wording = resources.pledges()[theme]
    assert set(wording) == {*PARTIES} - {"third"} | {"parents", "cafe"}
    text = flat(printed(write_pledges, [pledge_of(theme=theme, third_party=third)], press).text())
    for party in ("pupil", "school", third, "committee"):
        assert flat(wording[party]) in text, party


def test_monstrous_names_stay_on_their_page(press, printed) -> None:
    sheet = pledge_of(MONSTER, third_name=MONSTER)
    sheet.child.school = MONSTER
    assert len(printed(write_pledges, [sheet], press)) == 1


def activity_of(**values: object) -> Activity:
    told = {"title": "六一游园会", "kind": "festival", "held_on": date(2026, 6, 1), "starts_at": "09:00",
            "ends_at": "11:30", "place": "村委会院坝", "leader": "李德福", "safety_officer": "张桂兰"}  # fmt: skip
    return Activity(**HOME, **(told | values))


SIGN_IN = (
    "活动签到表活动名称：六一游园会活动类别：节日活动时间：2026年6月1日09:00—11:30地点：村委会院坝"
    "负责人：李德福安全员：张桂兰主办单位：桃源县观音寺镇茶庵村关心下一代工作室"
    "序号姓名身份学校班级或关系签名"
    "1王小䶮儿童中心小学四年级1班2李德福志愿者3欧阳秀英家庭成员祖母" + "".join(str(n) for n in range(4, 17)) + "—1—"
)


def test_a_sign_in_sheet_lists_who_is_expected_and_has_empty_lines(press, printed) -> None:
    guests = [
        Guest("王小䶮", "儿童", "中心小学四年级1班"),
        Guest("李德福", "志愿者", ""),
        Guest("欧阳秀英", "家庭成员", "祖母"),
    ]
    pdf = printed(write_sign_in, SignInSheet(activity_of(), OFFICE, guests), press)
    assert len(pdf) == 1
    assert flat(pdf.text()) == SIGN_IN


def test_a_long_sign_in_sheet_repeats_its_heads(press, printed) -> None:
    guests = [Guest(f"第{n}人", "儿童", "") for n in range(60)]
    days = {"until_on": date(2026, 6, 3), "summary": "孩子们玩得很高兴。"}
    pdf = printed(write_sign_in, SignInSheet(activity_of(**days), OFFICE, guests), press)
    pages = [flat(pdf.text(n)) for n in range(len(pdf))]
    assert len(pages) > 2
    assert all("学校班级或关系" in page for page in pages[:-1])
    assert "2026年6月1日至2026年6月3日" in pages[0]
    assert "活动情况：孩子们玩得很高兴。" in "".join(pages)
    assert [n for n in range(60) if f"第{n}人" not in "".join(pages)] == []


MINUTES = (
    "联席会议记录会议日期：2026年9月10日地点：镇政府会议室主持人：周明辉记录人：李德福应到人数：12实到人数：11"
    "记录单位：桃源县观音寺镇茶庵村关心下一代工作室"
    "一、议题秋季学期走访安排二、会议记录各村汇报了走访情况。商定了巡查班次。"
    "三、决议1.国庆前走访一遍（责任单位：茶庵村；完成期限：2026年9月30日；完成日期：2026年9月28日；落实情况：全部走访完）"
    "2.排好巡查班次主持人签字：记录人签字：—1—"
)


def test_minutes_hold_what_was_said_and_resolved(press, printed) -> None:
    meeting = JointMeeting(**HOME, held_on=date(2026, 9, 10), place="镇政府会议室", chair="周明辉", recorder="李德福",
                           expected=12, present=11, agenda="秋季学期走访安排",
                           minutes="各村汇报了走访情况。\n商定了巡查班次。")  # fmt: skip
    done = Resolution(**HOME, meeting_id="m", wording="国庆前走访一遍", responsible_id="r", due_on=date(2026, 9, 30),
                      done_on=date(2026, 9, 28), result="全部走访完")  # fmt: skip
    left = Resolution(**HOME, meeting_id="m", wording="排好巡查班次")
    pdf = printed(write_minutes, Minutes(meeting, OFFICE, [done, left], {"r": "茶庵村"}), press)
    assert len(pdf) == 1
    assert flat(pdf.text()) == MINUTES


def test_minutes_of_a_meeting_that_resolved_nothing_say_so(press, printed) -> None:
    meeting = JointMeeting(**HOME, held_on=date(2026, 9, 10))
    text = flat(printed(write_minutes, Minutes(meeting, OFFICE, [], {}), press).text())
    assert "一、决议无。主持人签字：" in text


LOG = (
    "网吧巡查记录记录单位：桃源县观音寺镇茶庵村关心下一代工作室"
    "巡查日期网吧志愿者时长发现的情况告知了谁签名"
    "2026年10月3日蓝天网吧李德福50有两名学生，已劝离老板2026年11月25日极速网咖—1—"
)


def test_the_log_holds_every_round(press, printed) -> None:
    rounds = [
        Patrol(**HOME, patrolled_on=date(2026, 10, 3), cafe="蓝天网吧", volunteer_id="v", minutes=50,
               found="有两名学生，已劝离", told="老板"),
        Patrol(**HOME, patrolled_on=date(2026, 11, 25), cafe="极速网咖"),
    ]  # fmt: skip
    pdf = printed(write_patrol_log, PatrolLog(rounds, OFFICE, {"v": "李德福"}), press)
    assert len(pdf) == 1
    assert flat(pdf.text()) == LOG


def test_an_empty_log_is_a_sheet_to_fill_in(press, printed) -> None:
    rounds = [Patrol(**HOME, cafe="蓝天网吧")]
    for known in ([], rounds):
        pdf = printed(write_patrol_log, PatrolLog(known, OFFICE, {}, NUMBER, lines=BLANK), press)
        assert len(pdf) == 1
        assert "表号 2611 2400 4273" in pdf.text()
        assert "发现的情况" in pdf.text()


def test_every_page_of_a_sheet_carries_its_number(press, printed) -> None:
    guests = [Guest(f"第{n}人", "儿童", "") for n in range(60)]
    pdf = printed(write_sign_in, SignInSheet(activity_of(), OFFICE, guests, NUMBER), press)
    assert len(pdf) > 2
    assert [n for n in range(len(pdf)) if "表号 2611 2400 4273" not in pdf.text(n)] == []
    sheet = replace(pledge_of(), number=NUMBER)
    assert "表号 2611 2400 4273" in printed(write_pledges, [sheet], press).text()


TALK = (
    "谈心记录孩子姓名：王小䶮谈心日期：2026年10月3日地点：谈心室辅导员：周静话题："
    "记录单位：桃源县观音寺镇茶庵村关心下一代工作室谈话内容想妈妈。晚上睡不好。后续安排每周通一次电话。"
    "下次谈心：2026年10月17日仅供辅导员和负责人查看。请锁好保管，不要复印。辅导员签字：____年__月__日—1—"
)


def test_a_talk_says_who_may_read_it(press, printed) -> None:
    topic = next(iter(resources.codebook()["talk_topic"]))
    talk = Talk(**HOME, child_id="c", held_on=date(2026, 10, 3), place="谈心室", counsellor="周静", topic=topic.code,
                summary="想妈妈。\n晚上睡不好。", follow_up="每周通一次电话。", next_on=date(2026, 10, 17))  # fmt: skip
    pdf = printed(write_talk_record, TalkRecord(talk, "王小䶮", OFFICE), press)
    assert len(pdf) == 1
    assert flat(pdf.text()) == TALK.replace("话题：", f"话题：{topic.zh}")
