"""Talks and incidents are for the counsellor and the head alone. What a child would lose: the trust of having told
somebody, if a word of it showed anywhere to anybody else."""

import importlib
import inspect
import io
import itertools
import pkgutil
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image
from sqlalchemy import text
from sqlalchemy.exc import StatementError
from typer.testing import CliRunner

import carehub.services
from carehub.cli import main as terminal
from carehub.cli import records as commands
from carehub.domain.activities import PEOPLE, Activity
from carehub.domain.attachments import Attachment
from carehub.domain.attention import Line
from carehub.domain.care import Visit
from carehub.domain.errors import CareHubError, NotAllowed
from carehub.domain.facts import facts_of
from carehub.domain.filters import Condition, How
from carehub.domain.meetings import Resolution
from carehub.domain.people import Child
from carehub.domain.protection import Incident, Talk
from carehub.domain.records import RECORDS
from carehub.papers.certificate import Overprint
from carehub.services import (
    attachments,
    children,
    drafts,
    entry,
    group_papers,
    handover,
    merging,
    opening,
    printing,
    quarantine,
    questions,
    receipts,
    records,
    registration_forms,
    users,
)
from carehub.services.desk import Desk
from carehub.services.opening import NewStore
from carehub.services.pledges import Group
from carehub.store.listing import Row
from carehub.store.queries import Wanted
from carehub.sync import scope
from carehub.sync.change import Change, canonical

from ..conftest import PASSWORD, drive

MARK = "翡翠暗语"
"""Stands in every text of a talk and an incident, and nowhere else."""
REPORTER = f"{MARK}人"
OTHER = "andere-Worte"
TODAY = date.today().isoformat()


def talk_of(desk: Desk, child: str, words: str = MARK) -> str:
    values = {"child_id": child, "held_on": TODAY, "place": words, "counsellor": words, "topic": "family",
              "summary": words, "follow_up": words}  # fmt: skip
    return records.add(desk, Talk, values)[0].id


def incident_of(desk: Desk, child: str, words: str = MARK) -> str:
    values = {"child_id": child, "police_on": TODAY, "police_time": "15:20", "officer": words, "receipt_no": words,
              "told": words, "seen_on": TODAY, "seen": words, "measures": words, "reporter": REPORTER,
              "reporter_phone": "13912345678"}  # fmt: skip
    return records.add(desk, Incident, values)[0].id


def picture() -> bytes:
    """A photo as a camera makes it."""
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "navy").save(out, "JPEG")
    return out.getvalue()


class Town:
    """A township and a room with one child, a talk and an incident about it; both sites differ on the talk and the
    incident, and a change to each waits aside."""

    def __init__(self, circle: tuple[Desk, NewStore], folder: Path) -> None:
        self.office, new = circle
        self.room, self.stick = new.desk, folder / "stick"
        self.child = children.add(self.room, {"name": "徐小满", "guardian": "姚秀志"})[0].child.id
        self.talk, self.incident = talk_of(self.room, self.child), incident_of(self.room, self.child)
        owner = attachments.Owner("incident", self.incident)
        self.photo = attachments.add_bytes(self.room, owner, picture(), f"{MARK}.jpg")[0].id
        self.up(approve=" ".join(new.words))
        for desk in (self.room, self.office):
            records.edit(desk, Talk, self.talk, {"summary": f"{MARK} {desk.site.name}"})
            records.edit(desk, Incident, self.incident, {"seen": f"{MARK} {desk.site.name}", "reporter": REPORTER * 2
                                                         if desk is self.room else REPORTER * 3})  # fmt: skip
            attachments.edit(desk, self.photo, {"taken_on": "2026-09-01" if desk is self.room else "2026-09-02"})
        self.up()
        drafts.keep(self.office, "talk/new", {"summary": MARK})
        with self.office.unit(None) as unit:
            for n, (table, row) in enumerate((("talk", self.talk), ("incident", self.incident)), start=1):
                cells: dict[str, Any] = {"told" if n == 2 else "place": MARK}
                held = Change(1, None, cells, "r-else", row, {}, n, table)
                unit.raw.execute(
                    "INSERT INTO quarantine VALUES (?, ?, ?, ?, 1)",
                    (held.replica, held.seq, canonical(held).decode(), scope.OUT_OF_SCOPE),
                )

    def up(self, **options: Any) -> merging.Merged:
        file = drive(handover.export(self.room, self.stick)).file
        (merged,) = drive(merging.merge(self.office, [file], **options))
        assert merged.status == "merged", merged.error
        return merged  # type: ignore[no-any-return]

    @property
    def ids(self) -> list[str]:
        return [self.child, self.talk, self.incident]


@pytest.fixture
def town(circle: tuple[Desk, NewStore], tmp_path: Path) -> Town:
    return Town(circle, tmp_path)


@pytest.fixture
def as_role() -> Iterator[Callable[[Desk, str], Desk]]:
    """The same store at the desk of a new person with a role; closed at the end."""
    made: list[Desk] = []

    def sign_in(desk: Desk, role: str) -> Desk:
        users.add(desk, f"王{role}", role, OTHER, PASSWORD)
        desk.close()
        made.append(opening.sign_in(desk.store.folder, OTHER))
        return made[-1]

    yield sign_in
    for desk in made:
        desk.close()


# --- the walk ---------------------------------------------------------------------------------------------------------


def services_with_desk() -> Iterator[tuple[str, Callable[..., Any], list[inspect.Parameter], str]]:
    """(name, function, further parameters that must be given, what it returns) of every service."""
    for module in pkgutil.iter_modules(carehub.services.__path__):
        found = importlib.import_module(f"carehub.services.{module.name}")
        for name, function in inspect.getmembers(found, inspect.isfunction):
            parameters = list(inspect.signature(function).parameters.values())
            if name.startswith("_") or function.__module__ != found.__name__ or not parameters:
                continue
            if parameters[0].name == "desk":
                needed = [p for p in parameters[1:] if p.default is p.empty and p.kind is not p.VAR_KEYWORD]
                yield f"{module.name}.{name}", function, needed, str(inspect.signature(function).return_annotation)


def seen(value: object) -> str:
    """All that a person could read of a result: PDFs as their text, records and dataclasses with every field."""
    if isinstance(value, bytes) and value.startswith(b"%PDF"):
        with pypdfium2.PdfDocument(value) as pdf:
            return "".join(page.get_textpage().get_text_range() for page in pdf)
    if isinstance(value, bytes):
        return value.decode("utf-8", "ignore")
    if isinstance(value, Path):
        return seen_in(value) if value.is_file() else str(value)
    if isinstance(value, dict):
        return "".join(seen(k) + seen(v) for k, v in value.items())
    if isinstance(value, (list, tuple, set, frozenset)):
        return "".join(seen(v) for v in value)
    return seen(value.cells) if isinstance(value, Row) else repr(value)


def seen_in(file: Path) -> str:
    """What can be read in a file without a key."""
    data = file.read_bytes()
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "".join(archive.read(n).decode("utf-8", "ignore") for n in archive.namelist())
    return seen(data)


LISTED = [["site_id"], ["summary", "follow_up", "child_id"], ["seen", "told", "reporter", "child_id"], ["title"]]
ASKED = [Condition("summary", How.HAS, ("一",)), Condition("seen", How.FILLED), Condition("name", How.FILLED)]
"""What lists may be asked to show, and by what they may be filtered."""


def arguments(town: Town, desk: Desk, folder: Path) -> dict[str, list[Any]]:
    """What every service may be asked for, by the name of its parameter."""
    asked = [q.id for q in questions.all_questions(desk)]
    ids: list[Any] = [*town.ids, *asked]
    lists: list[Any] = [town.ids, asked]
    taken = handover.taken(desk)
    each = {"id": ids, "ids": lists}
    visit = Visit(site_id=desk.site.id, child_id=town.child)
    return {
        "row_id": ids, "child_id": ids, "question_id": ids, "owner_id": [*ids, ""], "one": ids, "other": ids,
        "ids": lists, "wanted_ids": lists, "typed": [[i[-8:] for i in town.ids], *asked, "110"], "child_ids": lists,
        "record": list(RECORDS.values()), "kind": list(RECORDS), "key": [f"talk/{town.talk}", "talk/new"],
        "rows": [[], [("talk", town.talk), ("incident", town.incident)]], "day": [date.today()],
        "taken": taken + [taken], "suggestions": [[]], "found": [], "out": [folder / "out.xlsx", folder / "out.pdf"],
        "folder": [folder / "stick"], "files": [[]], "file": [folder / "none"], "to": ["石桥镇"], "take": [1],
        "side": [town.room.site.name, town.room.site.id], "site": ["没有"], "password": ["falsch-00"], "words": ["a"],
        "field": ["summary", "seen"], "value": ["x"], "fact": [next(iter(facts_of(Talk).values()))], "user": ["没有"],
        "reason": ["visit"], "name": ["x"], "role": ["x"], "own": ["x"], "code": ["x"], "replica": ["r-else"],
        "seq": [1, 2], "purpose": ["notice"], "values": [{"child_id": town.child}], "cut_off": [date.today()],
        "standard": [10], "attachment_id": [*ids, town.photo], "incident_id": ids, "due": [], "width": [9],
        "height": [9], "attachment": records.fetch(desk, Attachment, [town.photo]),
        "owner": [attachments.Owner("incident", town.incident), attachments.Owner("child", town.child)],
        "row": [records.get(desk, Child, town.child)], "overprint": [Overprint()], "line": list(Line), **each,
        "activity_id": ids, "volunteer_id": ids, "meeting_id": ids, "meeting_ids": lists, "person": list(PEOPLE),
        "visit": [visit], "sheet": [entry.Sheet(visit, records.get(desk, Child, town.child), entry.State.OPEN)],
        "names": [["李德福"], *LISTED], "done": [date.today()], "checks": [{}], "sheet_id": ids,
        "resolution": [Resolution(site_id=desk.site.id, meeting_id=town.child)],
        "pairs": [[(town.child, town.child)]], "reasons": [[]], "pairings": [[]], "press": [printing.press()],
        "activity": [Activity(id=town.child, site_id=desk.site.id)], "school": ["中心小学"], "group": [Group()],
        "year": [date.today().year], "theme": ["drowning"],
        "paper": [*group_papers.PAPERS, *registration_forms.PAPERS], "resolution_id": ids,
        "batch_id": ids, "payment_id": ids, "sample_id": ids, "call_id": ids, "programme": ["6"],
        "term": ["2026年春季"], "number": ["020711"], "told": [],
        "home": [town.room.site.id],
        "row_ids": lists, "columns": LISTED, "most": [9], "condition": ASKED, "conditions": [ASKED],
        "wanted": [Wanted(), Wanted(search="一"), *(Wanted(conditions=(c,)) for c in ASKED)],
        "lines": [list(Line)], "ahead": [7],
    }  # fmt: skip


def _sheet(desk: Desk, town: Town) -> entry.Sheet:
    """A sheet that was printed for the child and is to be typed in."""
    visit = Visit(child_id=town.child, site_id=desk.site.id, planned_for=date.today())
    return entry.Sheet(visit, records.get(desk, Child, town.child), entry.State.OPEN)


WRITES = ("Touched", "None", "Person", "Unit")
"""What a service returns that only writes: it hands out nothing to read."""


def walk(town: Town, desk: Desk, folder: Path) -> tuple[dict[str, str], list[str]]:
    """Calls every service that hands something out, with everything it might be asked for. Returns what each let be
    seen, and the services that could not be called for want of a kind of argument."""
    known, found, uncalled = arguments(town, desk, folder), dict[str, str](), []
    reading_first = sorted(services_with_desk(), key=lambda service: "Touched" in service[3])
    for name, function, needed, returned in reading_first:
        if any(p.name not in known for p in needed):
            if not any(word in returned for word in WRITES):
                uncalled.append(name)
            continue
        for chosen in itertools.product(*(known[p.name] for p in needed)):
            try:
                made = function(desk, **{p.name: value for p, value in zip(needed, chosen, strict=True)})
                made = drive(made) if inspect.isgenerator(made) else made
                found[name] = found.get(name, "") + seen(made)
            except (
                CareHubError,
                LookupError,
                AttributeError,
                TypeError,
                ValueError,
                AssertionError,
                StatementError,
            ) as error:
                sentence = desk.texts.error(error) if isinstance(error, CareHubError) else ""
                found[name] = found.get(name, "") + sentence
    found |= {f"file {f.name}": seen_in(f) for f in folder.rglob("*") if f.is_file()}
    return found, uncalled


@pytest.mark.parametrize("role", ["clerk", "reviewer"])
def test_no_service_shows_a_word_at_the_office(
    town: Town, as_role: Callable[[Desk, str], Desk], tmp_path: Path, role: str
) -> None:
    assert len(questions.all_questions(town.office)) == 4
    desk = as_role(town.office, role)
    found, uncalled = walk(town, desk, tmp_path / "walk")
    assert uncalled == [], "say in `arguments` what to call these services with"
    assert len(found) > 40, "the walk is one"
    assert [name for name, text_ in found.items() if MARK in text_ or "13912345678" in text_] == []


@pytest.mark.parametrize("role", ["recorder", "viewer"])
def test_no_service_shows_a_word_in_the_room(
    town: Town, as_role: Callable[[Desk, str], Desk], tmp_path: Path, role: str
) -> None:
    desk = as_role(town.room, role)
    found, _ = walk(town, desk, tmp_path / "walk")
    assert [name for name, text_ in found.items() if MARK in text_ or "13912345678" in text_] == []
    for record in (Talk, Incident):
        for read in (
            lambda r=record: records.ids(desk, r),
            lambda r=record: records.fetch(desk, r, town.ids),
            lambda r=record: records.get(desk, r, town.talk),
            lambda r=record: records.add(desk, r, {"child_id": town.child}),
            lambda r=record: records.void(desk, r, town.talk, "x"),
        ):
            with pytest.raises(NotAllowed):
                read()


def test_the_walk_would_find_it(town: Town, tmp_path: Path) -> None:
    """At the head's desk the word is found: the walk looks in the right places."""
    found, _ = walk(town, town.office, tmp_path / "walk")
    showing = {name for name, text_ in found.items() if MARK in text_}
    assert {"records.fetch", "records.get", "questions.all_questions", "quarantine.waiting"} <= showing
    assert not {"printing.receipt_pdf", "receipts.of_bundle", "workbooks.export", "printing.visit_sheet_pdf"} & showing


FORMS: tuple[Callable[[Town], list[str]], ...] = (
    lambda _: [],
    lambda _: ["child"],
    lambda t: [t.talk],
    lambda t: [t.incident],
    lambda t: [t.child],
    lambda _: ["talk"],
    lambda _: ["incident"],
    lambda t: ["talk", t.talk],
    lambda t: ["incident", t.incident],
    lambda t: ["incident", t.incident, "told=x"],
    lambda t: ["child", "--search", MARK],
    lambda t: ["visit-sheet", "--out", str(t.stick / "papers.pdf")],
)
"""What commands are called with after the store, whatever they do with it."""


@pytest.mark.parametrize(("role", "at"), [("clerk", "office"), ("viewer", "room")])
def test_no_command_shows_a_word(
    town: Town, as_role: Callable[[Desk, str], Desk], role: str, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = as_role(getattr(town, at), role)
    desk.close()
    monkeypatch.setenv("CAREHUB_PASSWORD", OTHER)
    app = terminal.build(lambda _: 0, lambda *_: [], lambda **_: None, lambda *_: [])
    said: dict[str, str] = {}
    for command in app.registered_commands:
        if command.name in ("open", "new", "demo", "version"):
            continue
        for form, options in [*itertools.product(FORMS, (["--json"],)), *((f, []) for f in FORMS[:2] + FORMS[5:7])]:
            call = [str(command.name), str(desk.store.folder), *form(town), *options]
            said[" ".join(call)] = CliRunner().invoke(app, call).output
    assert any("徐小满" in output for output in said.values()), "the commands do answer"
    assert [call for call, output in said.items() if MARK in output and call.split()[-1] != MARK] == []


# --- one by one -------------------------------------------------------------------------------------------------------


def test_a_clerk_sees_that_there_is_a_question_and_no_more(town: Town, as_role: Callable[[Desk, str], Desk]) -> None:
    clerk = as_role(town.office, "clerk")
    found = questions.all_questions(clerk)
    assert sorted(q.kind for q in found) == ["attachment", "incident", "incident", "talk"]
    assert all(q.hidden and not q.answers and not q.owner and not q.record_id for q in found)
    for question in found:
        for settle in (
            lambda q=question: questions.resolve(clerk, q.id, 1),
            lambda q=question: questions.answer(clerk, q.id, "x"),
        ):
            with pytest.raises(NotAllowed):
                settle()
    with pytest.raises(CareHubError):
        questions.resolve_side(clerk, town.child, town.room.site.name)
    assert questions.park(clerk, [found[0].id]) == 1, "it keeps nobody from going on"
    assert questions.count(clerk) == 3


def test_the_head_above_settles_it(town: Town) -> None:
    """What is written in the room reaches the township's head, and only there it is decided."""
    assert records.get(town.office, Incident, town.incident).officer == MARK
    of_talk = next(q for q in questions.all_questions(town.office) if q.kind == "talk")
    assert {a.text for a in of_talk.answers} == {f"{MARK} 新民村", f"{MARK} 石桥镇"}
    questions.resolve(town.office, of_talk.id, 1)
    assert [q.kind for q in questions.all_questions(town.office) if q.kind != "attachment"] == ["incident"] * 2


def test_a_question_about_the_reporter_is_masked_even_for_the_head(town: Town) -> None:
    asked = next(q for q in questions.all_questions(town.office) if q.field == "reporter")
    assert {a.text for a in asked.answers} == {"***"}
    others = [q for q in questions.all_questions(town.office) if q.field != "reporter"]
    assert all(REPORTER not in text_ for q in others for a in q.answers for _, text_ in a.also)


def test_what_waits_aside_is_counted_and_not_told(town: Town, as_role: Callable[[Desk, str], Desk]) -> None:
    assert [h.kind for h in quarantine.waiting(town.office)] == ["谈心记录", "强制报告"]
    clerk = as_role(town.office, "clerk")
    waiting = quarantine.waiting(clerk)
    assert [(h.kind, h.about, h.cells, h.author, h.releasable) for h in waiting] == [
        ("受限记录", "", (), "", False)
    ] * 2
    for held in waiting:
        with pytest.raises(NotAllowed):
            quarantine.release(clerk, held.replica, held.seq)


def test_a_preview_names_nobody_with_a_talk(town: Town, as_role: Callable[[Desk, str], Desk]) -> None:
    """That a child was talked to, or that the police was called for it, is told by a name beside a kind as well."""
    talk_of(town.room, town.child)
    incident_of(town.room, town.child)
    children.edit(town.room, town.child, {"remark": "搬到镇上"})
    file = drive(handover.export(town.room, town.stick)).file
    (seen_by_head,) = drive(merging.merge(town.office, [file], dry_run=True))
    assert sorted(n.table for n in seen_by_head.preview.new) == ["incident", "talk"]
    clerk = as_role(town.office, "clerk")
    (merged,) = drive(merging.merge(clerk, [file], dry_run=True))
    assert (merged.new, merged.changed) == (2, 1)
    assert merged.preview.new == ()
    assert [n.table for n in merged.preview.changed] == ["child"]


def test_no_word_of_it_is_searched(town: Town) -> None:
    """The index is read by everybody's searches."""
    for desk in (town.room, town.office):
        for _ in desk.store.catch_up_search():
            pass
        assert [records.ids(desk, r, Wanted(search=MARK)) for r in (Child, Talk, Incident)] == [[], [], []]
        with desk.store.reading() as session:
            listed = session.execute(text("SELECT count(*) FROM search_doc WHERE tbl IN ('talk', 'incident')"))
            assert listed.scalar() == 0
            connection = desk.store.raw(session)
            connection.execute("CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, search_index, row)")
            terms = {term for (term,) in connection.execute("SELECT term FROM temp.terms")}
            connection.execute("DROP TABLE temp.terms")
        assert terms
        assert not terms & {f"u{ord(c):x}" for c in MARK}


def test_paper_excludes_it_even_for_those_who_may_see_it(town: Town) -> None:
    """A merge receipt lies on the table; it says that something restricted is in question, not what and about whom."""
    taken = handover.taken(town.office)[0]
    remarks = receipts.of_bundle(town.office, taken).remarks
    assert [r.about for r in remarks].count("受限记录") >= 3
    assert not [r for r in remarks if "徐小满" in r.about]
    told = seen(printing.receipt_pdf(town.office, taken))
    assert "受限记录" in told
    assert MARK not in told


def test_the_reporter_is_masked_for_other_programs_too(town: Town) -> None:
    told = commands._as_dict(records.get(town.room, Incident, town.incident))
    assert (told["reporter"], told["reporter_phone"]) == ("***", "***")
    assert told["officer"] == MARK


def test_every_restricted_record_is_out_of_the_searched(town: Town) -> None:
    """A column of a restricted record that was made searchable would stand in everybody's index."""
    for record in RECORDS.values():
        if record.about.right is not None:
            assert not [f.name for f in facts_of(record).values() if f.searched], record.__tablename__
