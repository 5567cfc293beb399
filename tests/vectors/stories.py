"""What happens in each vector, and, written down by hand, what must come out."""

from carehub.sync import journal, reopening
from carehub.sync.change import Change, canonical
from carehub.sync.fold import fold

from .actors import START, Site, an_id, resealed
from .make import Story

CHILD, MEMBER, VOLUNTEER = an_id("child", 1), an_id("family_member", 1), an_id("volunteer", 1)
YEAR_2004, YEAR_2026, YEAR_2046, YEAR_2099 = 1_100_000_000_000, 1_767_225_600_000, 2_398_377_600_000, 4_081_000_000_000


def _pair(about: str) -> tuple[Story, Site, Site]:
    story = Story(about)
    office = story.site("township", "石桥镇")
    return story, office, story.site("room", "新民村", office)


def _family(room: Site) -> None:
    room.write("child", CHILD, name="王大明", sex=1, birth_date="2016-05-04", school="新民村小")
    room.write("family_member", MEMBER, child_id=CHILD, name="王建国", phone="13900000000", is_guardian=1)


def first_up() -> Story:
    story, office, room = _pair("A room's first bundle for an office that does not know it yet.")
    _family(room)
    story.words(room)
    story.never_sent(("user", office.user))
    story.add(room.up(), "up", number=1, span=(0, 5), changes=5)
    story.row("child", CHILD, site_id=room.id, name="王大明", sex=1, birth_date="2016-05-04", school="新民村小")
    story.row(
        "family_member", MEMBER, site_id=room.id, child_id=CHILD, name="王建国", phone="13900000000", is_guardian=1
    )
    return story


def second_edit() -> Story:
    story, office, room = _pair("A second bundle before any receipt: it carries everything again, and two edits.")
    room.write("child", CHILD, name="王大明", remark="住校", school="新民村小")
    story.never_sent(("user", office.user))
    story.add(room.up(), "up", number=1, span=(0, 4), changes=4)
    room.write("child", CHILD, school="红岩完小", grade="三年级")
    room.write("child", CHILD, remark=None)
    story.add(room.up(), "up", number=2, span=(0, 6), changes=6)
    story.row("child", CHILD, site_id=room.id, name="王大明", remark=None, school="红岩完小", grade="三年级")
    return story


def _phone_question(about: str) -> tuple[Story, Site, Site]:
    story, office, room = _pair(about)
    _family(room)
    office.take(story.add(room.up(), "up", number=1, span=(0, 5), changes=5))
    office.write("family_member", MEMBER, phone="13900000002")
    office.write("child", CHILD, grade="三年级")
    story.add(office.down(room), "down", number=1, span=(0, 8), changes=4)
    room.write("family_member", MEMBER, phone="13900000001")
    room.write("child", CHILD, grade="三年级")
    office.take(story.add(room.up(), "up", number=2, span=(0, 7), changes=7))
    story.row(
        "child",
        CHILD,
        site_id=room.id,
        name="王大明",
        sex=1,
        birth_date="2016-05-04",
        school="新民村小",
        grade="三年级",
    )
    return story, office, room


def question() -> Story:
    story, _, room = _phone_question(
        "Room and office change the same phone (a question) and the same grade (they agree)."
    )
    story.row(
        "family_member", MEMBER, {"phone": ["13900000001", "13900000002"]}, site_id=room.id, child_id=CHILD,
        name="王建国", phone="13900000001", is_guardian=1,
    )  # fmt: skip
    return story


def decision() -> Story:
    story, office, room = _phone_question("The same question, settled by the office with the value not shown first.")
    office.decide("family_member", MEMBER, phone="13900000002")
    story.add(office.down(room), "down", number=2, span=(0, 11), changes=5)
    story.row(
        "family_member", MEMBER, site_id=room.id, child_id=CHILD, name="王建国", phone="13900000002", is_guardian=1
    )
    return story


def void_against_edit() -> Story:
    story, office, room = _pair("Voided by one while edited by another: a question; known to each other: none.")
    rows = [an_id("child", n) for n in (1, 2, 3)]
    for row in rows:
        room.write("child", row, name="王大明")
    office.take(story.add(room.up(), "up", number=1, span=(0, 6), changes=6))
    office.write("child", rows[0], school="红岩完小")
    office.write("child", rows[1], school="红岩完小")
    office.write("child", rows[2], voided_on="2026-03-01", void_reason="重复")
    room.take(story.add(office.down(room), "down", number=1, span=(0, 10), changes=5))
    office.write("child", rows[0], grade="二年级")
    story.add(office.down(room), "down", number=2, span=(0, 11), changes=6)
    for row in rows[:2]:
        room.write("child", row, voided_on="2026-03-02", void_reason="搬走")
    room.write("child", rows[2], grade="二年级")
    story.add(room.up(), "up", number=2, span=(6, 13), changes=3)
    told = {"site_id": room.id, "name": "王大明"}
    story.row(
        "child", rows[0], {"voided_on": ["2026-03-02", None]}, **told, school="红岩完小", grade="二年级",
        voided_on="2026-03-02", void_reason="搬走",
    )  # fmt: skip
    story.row("child", rows[1], **told, school="红岩完小", voided_on="2026-03-02", void_reason="搬走")
    story.row("child", rows[2], **told, grade="二年级", voided_on="2026-03-01", void_reason="重复")
    return story


def receipt() -> Story:
    story, office, room = _pair("The return bundle: counts, a refused change, a certificate; then only what is new.")
    _family(room)
    room.write("volunteer", VOLUNTEER, site_id=office.id, name="冒名")  # at home with the office: not the room's
    office.take(story.add(room.up(), "up", number=1, span=(0, 6), changes=6))
    room.take(story.add(office.down(room), "down", number=1, span=(0, 6), changes=2))
    room.write("child", CHILD, school="红岩完小")
    story.add(room.up(), "up", number=2, span=(6, 8), changes=1)
    story.aside = {f"{'2' * 16}/5": "The row is at home at another site."}
    story.row("child", CHILD, site_id=room.id, name="王大明", sex=1, birth_date="2016-05-04", school="红岩完小")
    story.row(
        "family_member", MEMBER, site_id=room.id, child_id=CHILD, name="王建国", phone="13900000000", is_guardian=1
    )
    story.row("volunteer", VOLUNTEER, site_id=office.id, name="冒名")
    return story


def erasure() -> Story:
    story, office, room = _pair("A child is erased with its family while the room, not knowing, still edits it.")
    _family(room)
    office.take(story.add(room.up(), "up", number=1, span=(0, 5), changes=5))
    office.write("child", CHILD, school="红岩完小")
    office.erase("child", CHILD)
    story.add(office.down(room), "down", number=1, span=(0, 9), changes=5)
    room.write("child", CHILD, remark="不知道已删除")
    story.add(room.up(), "up", number=2, span=(0, 6), changes=6)
    room.take(story.files["2-down.carebundle"])
    story.add(room.up(), "up", number=3, span=(5, 10), changes=1)
    story.erased("child", CHILD, room)
    story.erased("family_member", MEMBER, room)
    return story


def moved() -> Story:
    story = Story("A child moves to another room: its whole history goes there; the old room edited it unknowing.")
    office = story.site("township", "石桥镇")
    old, new = story.site("room", "新民村", office), story.site("room", "红岩村", office)
    old.write("child", CHILD, name="王大明", school="新民村小")
    old.write("child", CHILD, grade="一年级")
    office.take(story.add(old.up(), "old-up", number=1, span=(0, 5), changes=5))
    office.take(story.add(new.up(), "new-up", number=1, span=(0, 3), changes=3))
    office.write("child", CHILD, site_id=new.id)
    old.write("child", CHILD, grade="二年级")
    office.take(story.add(old.up(), "old-up", number=2, span=(0, 6), changes=6))
    story.add(office.down(new), "new-down", number=1, span=(0, 10), changes=6)
    story.add(office.down(old), "old-down", number=1, span=(0, 10), changes=3)
    story.row("child", CHILD, site_id=new.id, name="王大明", school="新民村小", grade="二年级")
    return story


def clocks() -> Story:
    story, office, room = _pair("Clocks far off decide nothing that was seen, and least of all what is shown first.")
    rows = [an_id("child", n) for n in range(1, 6)]
    for row in rows:
        room.write("child", row, name="王大明")
    office.take(story.add(room.up(), "up", number=1, span=(0, 8), changes=8))
    pairs = [(YEAR_2004, START), (YEAR_2099, START), (YEAR_2004, YEAR_2099), (YEAR_2026, YEAR_2046), (START, START)]
    for row, (at, other) in zip(rows, pairs, strict=True):
        room.write("child", row, school="房间", at=at)
        office.write("child", row, school="镇上", at=other)
    office.write("child", rows[0], name="王小明", at=YEAR_2004)
    story.add(room.up(), "up", number=2, span=(0, 13), changes=13)
    story.add(office.down(room), "down", number=1, span=(0, 15), changes=8)
    shown = ["镇上", "镇上", "镇上", "房间", "房间"]
    for n, (row, first) in enumerate(zip(rows, shown, strict=True)):
        second = "房间" if first == "镇上" else "镇上"
        story.row(
            "child", row, {"school": [first, second]}, site_id=room.id, name="王大明" if n else "王小明", school=first
        )
    return story


def characters() -> Story:
    story, office, room = _pair("Characters beyond the first plane, everything that JSON escapes, the ends of numbers.")
    remark = '引号" 反斜\\ 斜/ 制表\t 换行\n 回车\r 退格\b 换页\f 控制\x01\x1f 删除\x7f 行\u2028 段\u2029 <&> é 👨‍👩‍👧'
    room.write("child", CHILD, name="徐𫖯", school="𠮷田㐂小学", remark=remark, health="")
    room.write_unknown("child", CHILD, {"z_least": -(2**53) + 1, "Z_most": 2**53 - 1, "_": 0, "a": "𪚥", "a_": None})
    story.never_sent(("user", office.user))
    story.add(room.up(), "up", number=1, span=(0, 5), changes=5)
    story.row(
        "child", CHILD, site_id=room.id, name="徐𫖯", school="𠮷田㐂小学", remark=remark, health="",
        z_least=-9007199254740991, Z_most=9007199254740991, _=0, a="𪚥", a_=None,
    )  # fmt: skip
    return story


def newer_program() -> Story:
    story, office, room = _pair("From a newer program: a column and a table this one does not know, kept and folded.")
    activity = an_id("activity", 1)
    room.write("child", CHILD, name="王大明")
    room.write_unknown("child", CHILD, {"nickname": "明明"})
    room.write_unknown("activity", activity, {"site_id": room.id, "title": "春游", "minutes": 90})
    newer = {"schema": "9999", "program": "99.1.0"}
    office.take(story.add(resealed(room, room.up(), **newer), "up", number=1, span=(0, 6), changes=6))
    office.write_unknown("activity", activity, {"title": "春游（镇）"})
    room.write_unknown("activity", activity, {"title": "春游（村）"})
    room.write("child", CHILD, school="红岩完小")
    room.write_unknown("child", CHILD, {"nickname": "大明"})
    office.write_unknown("child", CHILD, {"nickname": "小明"})
    story.add(resealed(room, room.up(), **newer), "up", number=2, span=(0, 9), changes=9)
    story.add(office.down(room), "down", number=1, span=(0, 9), changes=4)
    names = ["大明", "小明"]
    story.row("child", CHILD, {"nickname": names}, site_id=room.id, name="王大明", nickname=names[0], school="红岩完小")
    story.row(
        "activity", activity, {"title": ["春游（村）", "春游（镇）"]}, site_id=room.id, title="春游（村）", minutes=90
    )
    return story


def circle() -> Story:
    story, office, room = _pair("Claims no honest program makes: changes that say of each other they were seen.")
    story.never_sent(("user", office.user))
    data = room.up()
    lines = [canonical(c) for c in _circle(room.id)]
    front = {"span": [0, len(lines)]}
    story.rows.clear()
    story.add(resealed(room, data, lines, **front), "up", number=1, span=(0, 14), changes=14)
    story.row("child", CHILD, {"school": ["乙", "甲"]}, site_id=room.id, name="王大明", school="乙")
    told = ["丙", "乙", "甲"]
    story.row("child", an_id("child", 2), {"school": told}, site_id=room.id, school="丙")
    story.row("child", an_id("child", 3), {"school": told}, site_id=room.id, school="丙")
    story.row("child", an_id("child", 4), {"school": ["丙", "甲"]}, site_id=room.id, school="丙")
    return story


def _circle(home: str) -> list[Change]:
    """Of the first child two changes claim each other; of the second, three in a ring; of the third, two claim each
    other beside one that nobody claims. Of the fourth, two are of one time: the replica decides, not the number."""

    def one(replica: str, seq: int, row: str, cells: dict[str, str], **seen: int) -> Change:
        at = START + (0 if row == fourth else seq * 1000)
        return Change(at, None, {**cells}, replica, row, dict(sorted(seen.items())), seq, "child")

    other, third, fourth = (an_id("child", n) for n in (2, 3, 4))
    return [
        one("p", 1, CHILD, {"site_id": home, "name": "王大明"}),
        one("p", 2, CHILD, {"school": "甲"}, p=1, q=3),
        one("q", 3, CHILD, {"school": "乙"}, p=2),
        one("p", 4, other, {"site_id": home}),
        one("p", 5, other, {"school": "甲"}, p=4, r=7),
        one("q", 6, other, {"school": "乙"}, p=5),
        one("r", 7, other, {"school": "丙"}, q=6),
        one("p", 8, third, {"site_id": home}),
        one("p", 9, third, {"school": "甲"}, p=8, q=10),
        one("q", 10, third, {"school": "乙"}, p=9),
        one("r", 11, third, {"school": "丙"}, p=8),
        one("p", 12, fourth, {"site_id": home}),
        one("p", 14, fourth, {"school": "甲"}, p=12),
        one("r", 13, fourth, {"school": "丙"}, p=12),
    ]


def two_levels() -> Story:
    story = Story(
        "A room's bundle, opened by the district as escrow, and the township's, which passes it on, scrubbed."
    )
    district = story.site("district", "示范县")
    township = story.site("township", "石桥镇", district)
    room = story.site("room", "新民村", township)
    room.write("child", CHILD, name="王大明")
    room.write("volunteer", VOLUNTEER, name="李秀英")
    township.take(story.add(room.up(), "room-up", number=1, span=(0, 5), changes=5))
    township.write("child", CHILD, school="红岩完小")
    township.erase("volunteer", VOLUNTEER)
    district.take(story.add(township.up(), "township-up", number=1, span=(0, 9), changes=9))
    township.take(story.add(district.down(township), "township-down", number=1, span=(0, 10), changes=2))
    story.row("child", CHILD, site_id=room.id, name="王大明", school="红岩完小")
    story.erased("volunteer", VOLUNTEER, room)
    return story


def reopened() -> Story:
    story, office, room = _pair("A question settled and opened again: values of one replica side by side.")
    room.write("child", CHILD, name="王大明")
    office.take(room.up())
    room.write("child", CHILD, school="红岩完小")
    office.write("child", CHILD, school="新民村小")
    office.take(story.add(room.up(), "up", number=2, span=(0, 5), changes=5))
    asked = fold(journal.of_row(office.db, CHILD)).questions
    office.decide("child", CHILD, school="新民村小")
    reopening.reopen(office.db, "child", CHILD, asked)
    story.add(office.down(room), "down", number=1, span=(0, 10), changes=6)
    told = ["红岩完小", "新民村小"]
    story.row("child", CHILD, {"school": told}, site_id=room.id, name="王大明", school=told[0])
    return story


STORIES = {
    "01-first-up": first_up,
    "02-second-edit": second_edit,
    "03-question": question,
    "04-decision": decision,
    "05-void-against-edit": void_against_edit,
    "06-receipt": receipt,
    "07-erasure": erasure,
    "08-moved": moved,
    "09-clocks": clocks,
    "10-characters": characters,
    "11-newer-program": newer_program,
    "12-circle": circle,
    "13-two-levels": two_levels,
    "14-reopened": reopened,
}
