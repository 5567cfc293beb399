"""The whole circle, once, with made-up people: ledger → store → visit → paper → bundle → merge → question → receipt."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from carehub.domain.care import Pairing, Visit
from carehub.domain.consistency import PARENTS
from carehub.domain.custom import PREFIX
from carehub.domain.errors import CareHubError, InvalidInput
from carehub.domain.madeup import AREA, MadeUp, MadeUpChild
from carehub.domain.people import Child, Volunteer
from carehub.domain.progress import Progress
from carehub.domain.texts import CHINESE, mark
from carehub.services import (
    assessments,
    awards,
    cards,
    care_agreements,
    children,
    custom,
    custom_questions,
    family,
    handover,
    importing,
    labels,
    merging,
    opening,
    printing,
    questions,
    records,
    registration_forms,
    visits,
    workbooks,
)
from carehub.services.desk import Desk
from carehub.services.files import write_over
from carehub.sheets.sample import write_messy_ledger
from carehub.store import queries

PASSWORD = "carehub-demo"
TOWNSHIP, ROOMS = "石桥镇教管中心关工委", ("新民村关爱工作室", "红岩村关爱工作室")
CLERK, HEADS = "周明辉", ("李秀英", "王建国")
PER_ROOM = 30
FILLED_IN = 12
"""Children of a room whose file holds all that the national form asks for."""
Picture = Callable[[Desk, str, Path], list[Path]]
"""Takes pictures of a page (address) of an open desk into a folder."""

MAKING = mark("Making the stores")
IMPORTING = mark("Taking in the ledgers")
CARING = mark("Pairings, visits, awards")
PRINTING = mark("Printing papers")
EXCHANGE = mark("Handing over and merging")
ASKING = mark("Settling the question")
EXPECTED = mark("The demonstration went wrong at “{step}”. Please report this.")
NOT_EMPTY = mark("“{folder}” is not empty. Please choose a new folder for the demonstration.")


@dataclass
class Demo:
    """What the demonstration made; paths are relative to its folder."""

    folder: Path
    files: dict[str, list[Path]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    merged: list[merging.Merged] = field(default_factory=list)
    question: questions.Question | None = None
    taken: str = ""
    refused: list[str] = field(default_factory=list)
    same_state: bool = False

    def add(self, kind: str, file: Path) -> Path:
        self.files.setdefault(kind, []).append(file)
        return file

    @property
    def stores(self) -> list[Path]:
        return [self.folder / "stores" / name for name in (TOWNSHIP, *ROOMS)]


def run(
    folder: Path, language: str = CHINESE, today: date | None = None, picture: Picture | None = None
) -> Generator[Progress, None, Demo]:
    """Builds a township with two rooms under `folder` and runs the circle. `picture` takes pictures of a page while
    the question is open. Returns what was made and merged."""
    if folder.exists() and any(folder.iterdir()):
        raise InvalidInput(NOT_EMPTY, folder=str(folder))
    day = today or date.today()
    demo, people = Demo(folder), MadeUp(7, day)
    yield Progress(0, 7, MAKING)
    office, rooms = _make_stores(demo, language)
    try:
        yield Progress(1, 7, IMPORTING)
        for n, room in enumerate(rooms):
            yield from _import_ledger(demo, room, people, n)
        yield Progress(2, 7, CARING)
        _ask(office)
        for room in rooms:
            care(room, people, day)
        yield Progress(3, 7, PRINTING)
        yield from _print(demo, rooms[0])
        yield Progress(4, 7, EXCHANGE)
        yield from _hand_over(demo, office, rooms)
        yield Progress(5, 7, ASKING)
        yield from _question(demo, office, rooms[0], people, picture)
        yield from _refusals(demo, office, rooms[0])
        yield Progress(6, 7, PRINTING)
        yield from _workbook(demo, office)
        demo.same_state = _states(office, rooms[0]) == _states(rooms[0], rooms[0])
        if not demo.same_state:
            raise CareHubError(EXPECTED, step="same state")
    finally:
        for desk in (office, *rooms):
            desk.close()
    return demo


def _make_stores(demo: Demo, language: str) -> tuple[Desk, list[Desk]]:
    stores = demo.stores
    office = opening.begin(
        stores[0], level="township", name=TOWNSHIP, area=AREA + "100", password=PASSWORD, user=CLERK, language=language
    ).desk
    card = demo.add("card", cards.write(office, demo.folder / "card"))
    rooms = [
        opening.begin(
            store, level="room", name=name, area=f"{AREA}100{200 + n}", password=PASSWORD, user=head, card=card,
            language=language,
        ).desk
        for n, (store, name, head) in enumerate(zip(stores[1:], ROOMS, HEADS, strict=True))
    ]  # fmt: skip
    return office, rooms


def _import_ledger(demo: Demo, room: Desk, people: MadeUp, n: int) -> Generator[Progress, None, None]:
    village: list[MadeUpChild] = [people.child() for _ in range(PER_ROOM)]
    file = demo.folder / "ledgers" / f"{room.site.name[:3]}留守儿童花名册.xlsx"
    demo.add("ledgers", write_messy_ledger(file, room.site.name, village, style=n))
    tried = yield from importing.import_ledger(room, file, dry_run=True)
    report = yield from importing.import_ledger(room, file)
    again = yield from importing.import_ledger(room, file)
    if (tried.created, again.created, again.updated) != (report.created, 0, 0) or report.created < PER_ROOM:
        raise CareHubError(EXPECTED, step="import")
    demo.counts["children"] = demo.counts.get("children", 0) + report.created
    demo.counts["problem rows"] = demo.counts.get("problem rows", 0) + len(report.problems)


def care(room: Desk, people: MadeUp, day: date) -> None:
    """Two volunteers, a pairing, a visit that was made, an award, who looks after some children."""
    helpers = []
    for skills in ("书法、辅导作业", "二胡"):
        values = {
            "name": people.name(), "sex": 1, "birth": str(day.year - 68), "phone": people.phone(),
            "kind": "old_teacher", "former_post": "中心小学退休教师", "skills": skills, "is_core": True,
        }  # fmt: skip
        helpers.append(records.add(room, Volunteer, values)[0])
    ids = records.ids(room, Child)
    for child_id, helper in zip(ids, helpers, strict=False):
        pairing = {"child_id": child_id, "volunteer_id": helper.id, "started_on": day - timedelta(days=90)}
        records.add(room, Pairing, pairing)
    _fill_in(room, people, ids[:FILLED_IN])
    told = {"risk_level": "high", "risk_reason": "父母常年在外，外婆年老", "risk_since": day - timedelta(days=60),
            "home_address": "石桥镇 3 组，过石拱桥左手第二家"}  # fmt: skip
    children.edit(room, ids[0], told)
    planned = visits.plan(room, ids[:1], day - timedelta(days=14))[0][0]
    done = {
        "done_on": day - timedelta(days=14), "way": "home", "volunteer_id": helpers[0].id,
        "visitors": f"{helpers[0].name}、{room.user.name}", "present": "奶奶", "minutes": 40, "home_safety": "concern",
        "guardianship": "ok", "health": "ok", "study": "ok", "mood": "concern", "parent_contact": "ok",
        "note": "灶台旁堆有柴火；孩子想念父母。", "needs": "一床棉被", "measures": "已帮忙清理，约定周五与父母视频。",
        "next_on": day + timedelta(days=7),
    }  # fmt: skip
    records.edit(room, Visit, planned.id, done)
    award = {"recipient": helpers[0].name, "title": "优秀志愿者", "reason": "长期关爱留守儿童，成绩突出",
             "awarded_on": day, "recipient_id": helpers[0].id}  # fmt: skip
    awards.add(room, award)
    _entrust(room, ids, people, day)
    _assess(room, ids, day)


def _entrust(room: Desk, ids: Sequence[str], people: MadeUp, day: date) -> None:
    """Three agreements: one that stands, one that is about to run out, one that is to be signed."""
    days = ((-30, 335, -30), (-345, 20, -345), (0, 365, None))
    for child_id, (first, last, signed) in zip(ids, days, strict=False):
        values = care_agreements.suggested(room, child_id) | {
            "from_on": day + timedelta(days=first), "until_on": day + timedelta(days=last),
            "signed_on": day + timedelta(days=signed) if signed is not None else None, "witness": room.user.name,
        }  # fmt: skip
        values["parents"] = values["parents"] or people.name()
        carer = {} if values.get("carer_id") else {"carer": people.name(), "relation": "61"}
        care_agreements.add(room, {**values, **carer, "child_id": child_id})


def _ask(office: Desk) -> None:
    """What the township wants to know of every child, visit and volunteer besides."""
    custom_questions.add(office, {"wording": "家离水塘多远", "kind": "choice", "choices": "很近\n一里左右\n很远"})
    custom_questions.add(office, {"wording": "有没有智能手机", "kind": "yes_no"})
    custom_questions.add(office, {"wording": "这次带去几本书", "kind": "number", "asked_of": "visit"})
    custom_questions.add(office, {"wording": "会什么才艺", "asked_of": "volunteer"})


def _answer(room: Desk) -> None:
    """What the room answers once it has learned of the questions."""
    asked = [PREFIX + q.id for q in custom.questions(room, "child", room.site.id)]
    for child, answers in zip(records.ids(room, Child), (("很近", "是"), ("一里左右", "否")), strict=False):
        children.edit(room, child, dict(zip(asked, answers, strict=True)))


def _assess(room: Desk, ids: Sequence[str], day: date) -> None:
    """The first child was judged twice, the next two once; one decision differs from what was proposed."""
    told: tuple[tuple[int, int, dict[str, str]], ...] = (
        (0, 200, {"guardian": "hard", "contact": "monthly"}),
        (0, 15, {"guardian": "hard", "contact": "seldom", "mood": "low", "house": "some", "income": "poor"}),
        (1, 40, {"contact": "monthly", "level": "medium", "reason": "奶奶刚出院，先按中风险走访"}),
        (2, 3, {"income": "tight"}),
    )
    for n, ago, answers in told:
        asked = assessments.questions(room, ids[n], day - timedelta(days=ago))[1]
        best = {question.code: question.answers[0].code for question in asked}
        values = {**best, **answers, "child_id": ids[n], "assessed_on": day - timedelta(days=ago)}
        assessments.add(room, values)


def _fill_in(room: Desk, people: MadeUp, ids: Sequence[str]) -> None:
    """What the ledger did not tell and the national form asks for."""
    for file in children.read(room, ids):
        number = file.child.identity_no or ""
        facts = people.more(number, file.guardian.relation if file.guardian else None)
        known = {name for name in facts if getattr(file.child, name) is not None}
        children.edit(room, file.child.id, {name: value for name, value in facts.items() if name not in known})
        for member in file.family:
            if member.relation in PARENTS and not member.is_guardian:
                family.edit(room, member.id, people.parent(number, member.relation))


def _print(demo: Demo, room: Desk) -> Generator[Progress, None, None]:
    papers = demo.folder / "papers"
    week = records.ids(room, Child)[:10]
    done = [v.id for v in visits.of_child(room, week[0]) if v.done_on]
    for name, work in (
        ("走访记录表-本周空表.pdf", printing.visit_sheet_file(room, papers / "走访记录表-本周空表.pdf", week)),
        ("走访记录表-已填.pdf", printing.visit_sheet_file(room, papers / "走访记录表-已填.pdf", done)),
        (
            "农村留守儿童基本情况登记表.pdf",
            registration_forms.write(
                room, papers / "农村留守儿童基本情况登记表.pdf", registration_forms.FILLED, week[:3]
            ),
        ),
        ("荣誉证书.pdf", printing.certificate_file(room, papers / "荣誉证书.pdf")),
    ):
        yield from work
        demo.add("papers", papers / name)


def _hand_over(demo: Demo, office: Desk, rooms: Sequence[Desk]) -> Generator[Progress, None, None]:
    stick = demo.folder / "stick"
    for room in rooms:
        file = (yield from handover.export(room, stick)).file
        demo.add("bundles", file)
        first = yield from merging.merge(office, [file])
        if first[0].status != "waiting":
            raise CareHubError(EXPECTED, step="approval")
        words = " ".join(opening.own_words(room))
        demo.merged += yield from merging.merge(office, [file], approve=words)
        demo.merged += yield from merging.merge(office, [file])


def _question(
    demo: Demo, office: Desk, room: Desk, people: MadeUp, picture: Picture | None
) -> Generator[Progress, None, None]:
    """Room and township change one phone number without knowing of each other; the township settles it."""
    child = records.ids(room, Child)[0]
    children.edit(room, child, {"guardian_phone": people.phone()})
    children.edit(office, child, {"guardian_phone": people.phone()})
    stick = demo.folder / "stick"
    file = demo.add("bundles", (yield from handover.export(room, stick)).file)
    demo.merged += yield from merging.merge(office, [file])
    asked = questions.open_questions(office)
    if len(asked) != 1:
        raise CareHubError(EXPECTED, step="one question")
    demo.question = asked[0]
    for file in picture(office, "merge", demo.folder / "pictures" / office.site.name) if picture else ():
        demo.add("pictures", file)
    receipt = demo.folder / "papers" / "合并回执.pdf"
    write_over(receipt, printing.receipt_pdf(office, handover.taken(office)[0]))
    demo.add("papers", receipt)
    chosen = next(a for a in asked[0].answers if a.site == room.site.name)
    questions.resolve(office, asked[0].id, chosen.n)
    demo.taken = str(chosen.value)
    back = demo.add("bundles", (yield from handover.export(office, stick, room.site.id)).file)
    demo.merged += yield from merging.merge(room, [back])
    _answer(room)
    last = demo.add("bundles", (yield from handover.export(room, stick)).file)
    demo.merged += yield from merging.merge(office, [last])


def _refusals(demo: Demo, office: Desk, room: Desk) -> Generator[Progress, None, None]:
    """A flipped byte, a cut file, a bundle for another office: refused, and nothing changes."""
    sound = demo.files["bundles"][0]
    data = bytearray(sound.read_bytes())
    data[len(data) // 2] ^= 1
    bad = demo.folder / "bad"
    flipped, cut = bad / "一个字节被改.carebundle", bad / "被截断.carebundle"
    write_over(flipped, bytes(data))
    write_over(cut, sound.read_bytes()[: len(data) * 2 // 3])
    before = _states(office, room)
    results = yield from merging.merge(office, [flipped, cut])
    results += yield from merging.merge(room, [demo.files["bundles"][1]])
    if any(r.status != "refused" for r in results) or _states(office, room) != before:
        raise CareHubError(EXPECTED, step="refusal")
    demo.refused = [f"{r.file.name}: {office.texts.error(r.error)}" for r in results if r.error]


def _workbook(demo: Demo, office: Desk) -> Generator[Progress, None, None]:
    file = demo.folder / "workbook" / "全镇留守儿童名册.xlsx"
    yield from workbooks.export(office, file)
    demo.add("workbook", file)


def _states(desk: Desk, room: Desk) -> dict[str, Any]:
    with desk.store.reading() as session:
        return queries.state(session, room.site.id)


def summary(demo: Demo, desk_texts: Any, program: str = "carehub") -> list[str]:
    """The closing lines: what was made, what was merged, the one question, how to open the window with `program`."""
    tr, lines = desk_texts, []
    for kind, title in (("ledgers", mark("Ledgers")), ("papers", mark("Papers")), ("bundles", mark("Bundles")),
                        ("workbook", mark("Workbook"))):  # fmt: skip
        lines += [f"{tr(title)}: {file}" for file in demo.files.get(kind, [])]
    if pictures := demo.files.get("pictures"):
        lines.append(tr("Pictures: {count} under {folder}", count=len(pictures), folder=demo.folder / "pictures"))
    counts = demo.counts
    lines.append(tr("Ledgers: {children} children taken in, {problems} rows with problems reported",
                    children=counts["children"], problems=counts["problem rows"]))  # fmt: skip
    for r in demo.merged:
        if r.status == "already":
            lines.append(f"{r.file.name}: " + tr(merging.ALREADY))
        else:
            told = tr("{new} new, {changed} changed, {conflicts} questions, {quarantined} not taken over",
                      new=r.new, changed=r.changed, conflicts=r.conflicts, quarantined=r.quarantined)  # fmt: skip
            lines.append(f"{r.sender} → {r.file.name}: {told}")
    lines += demo.refused
    if demo.question:
        lines.append(tr("The one question: {field} of the guardian of {child}", child=demo.question.child,
                        field=labels.label(tr, demo.question.kind, demo.question.field)))  # fmt: skip
        for a in demo.question.answers:
            lines.append(f"  {a.n}. {a.value}  {a.author}（{a.site}） {labels.moment(a.at)}")
        lines.append(tr("  settled with {value}; room and township hold the same state", value=demo.taken))
    lines.append(tr("Open the window on these stores (password {password}):", password=PASSWORD))
    for store, user in zip(demo.stores, (CLERK, *HEADS), strict=True):
        lines.append(f'  {program} open "{store}"    ' + tr("user {user}", user=user))
    return lines
