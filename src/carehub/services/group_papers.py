"""The papers of activities, pledges, meetings, patrols, pairings, agreements and talks: gathering what they show and
drawing them.

Whoever may take lists out may print them; the record of a talk only who may know of talks. None of them shows anything
that is masked, but for the phone on an agreement (`WHOLE`). The access log keeps talks and phones.
"""

import io
from collections.abc import Callable, Generator, Sequence
from datetime import date
from pathlib import Path

from carehub import resources
from carehub.domain.activities import PEOPLE, Activity, Attendance, Patrol, PatrolSheet, Pledge
from carehub.domain.agreements import CareAgreement
from carehub.domain.care import Pairing
from carehub.domain.errors import NotFound
from carehub.domain.facts import facts_of
from carehub.domain.meetings import JointMeeting, Resolution
from carehub.domain.office import Site
from carehub.domain.people import Child, FamilyMember
from carehub.domain.progress import Progress
from carehub.domain.protection import Talk
from carehub.domain.record import Record
from carehub.domain.records import RECORDS
from carehub.domain.rights import Right
from carehub.domain.sheet_number import new_sheet_number
from carehub.papers.care_agreement import write_care_agreement
from carehub.papers.minutes import Minutes, write_minutes
from carehub.papers.patrol_log import BLANK, PatrolLog, write_patrol_log
from carehub.papers.pledge import PledgeSheet, write_pledges
from carehub.papers.press import Press
from carehub.papers.sign_in_sheet import Guest, SignInSheet, write_sign_in
from carehub.papers.talk_record import TalkRecord, write_talk_record
from carehub.services import (
    access,
    activities,
    care_agreements,
    meetings,
    pairing_agreements,
    patrols,
    printing,
    records,
    sheet_numbers,
)
from carehub.services.desk import Desk
from carehub.services.files import write_over
from carehub.services.printing import DRAWING, NOTHING_TO_PRINT, PREVIEWED, Printed
from carehub.store import queries
from carehub.store.queries import Wanted

Paper = Callable[[Desk, Sequence[str], Press], list[bytes]]
"""Draws the papers of some rows (ids): PDF bytes, in their order."""


def _sign_in(desk: Desk, ids: Sequence[str], press: Press) -> list[bytes]:
    found = records.fetch(desk, Activity, ids)
    return [_drawn(write_sign_in, _sheet(desk, activity, press), press) for activity in found]


def _sheet(desk: Desk, activity: Activity, press: Press) -> SignInSheet:
    """Before the activity the children and volunteers of the site are expected; afterwards it lists who came."""
    guests: list[Guest] = []
    for person in PEOPLE:
        came = activities.present(desk, activity.id, person)
        record = RECORDS[facts_of(Attendance)[person].ref]
        people = activities.people(desk, activity, person)
        wanted = [p.id for p in people.shown if p.there] if came else [p.id for p in people.shown]
        if came or (_is_ahead(activity) and record is not FamilyMember):
            guests += [_guest(row, record, press) for row in records.fetch(desk, record, wanted)]
    return SignInSheet(activity, _office(desk, activity), guests, _number(activity))


def _number(row: Activity | Pledge) -> str:
    """The number of a row's sheet; before the first printing one that only shows where it will stand."""
    return row.sheet_no or new_sheet_number(date.today())


def _is_ahead(activity: Activity) -> bool:
    return activity.held_on is None or (activity.until_on or activity.held_on) >= date.today()


def _guest(row: Record, record: type[Record], press: Press) -> Guest:
    if isinstance(row, Child):
        about = "".join(x for x in (row.school, row.grade, row.class_name) if x)
    else:
        about = press.value(row, "relation") if isinstance(row, FamilyMember) else ""
    return Guest(str(getattr(row, "name", None) or ""), press.texts(record.about.label), about)


def _pledges(desk: Desk, ids: Sequence[str], press: Press) -> list[bytes]:
    """All in one file, one page each, in the order given."""
    found = records.fetch(desk, Pledge, ids)
    children = {c.id: c for c in records.fetch(desk, Child, [p.child_id for p in found])}
    wording = resources.pledges()
    sheets = [
        PledgeSheet(p, children[p.child_id], _office(desk, p), wording.get(p.theme or "", {}), _number(p))
        for p in found
        if p.child_id in children
    ]
    return [_drawn(write_pledges, sheets, press)] if sheets else []


def _minutes(desk: Desk, ids: Sequence[str], press: Press) -> list[bytes]:
    drawn = []
    for meeting in records.fetch(desk, JointMeeting, ids):
        resolved = sorted(meetings.resolutions(desk, meeting.id), key=lambda r: r.id)
        sites = records.references(desk, Resolution, resolved)
        drawn.append(_drawn(write_minutes, Minutes(meeting, _office(desk, meeting), resolved, sites), press))
    return drawn


def _talks(desk: Desk, ids: Sequence[str], press: Press) -> list[bytes]:
    found = records.fetch(desk, Talk, ids)
    with desk.store.reading() as session:
        names = queries.names(session, str(Child.__tablename__), sorted({t.child_id for t in found}))
    told = [TalkRecord(talk, names.get(talk.child_id, ""), _office(desk, talk)) for talk in found]
    return [_drawn(write_talk_record, record, press) for record in told]


def _patrols(desk: Desk, ids: Sequence[str], press: Press) -> list[bytes]:
    """One log of all rounds in the order of their days."""
    rounds = sorted(records.fetch(desk, Patrol, ids), key=lambda p: (p.patrolled_on or date.max, p.id))
    log = PatrolLog(rounds, desk.site.name, records.references(desk, Patrol, rounds))
    return [_drawn(write_patrol_log, log, press)]


def _patrol_sheets(desk: Desk, ids: Sequence[str], press: Press) -> list[bytes]:
    """Logs to be filled in, with the rounds that were typed in from them already; without any a look at one."""
    drawn = []
    sample = PatrolSheet(site_id=desk.site.id, sheet_no=new_sheet_number(date.today()))
    for sheet in records.fetch(desk, PatrolSheet, ids) if ids else [sample]:
        rounds = patrols.of_sheet(desk, sheet.id)
        names = records.references(desk, Patrol, rounds)
        log = PatrolLog(rounds, _office(desk, sheet), names, sheet.sheet_no or "", lines=BLANK)
        drawn.append(_drawn(write_patrol_log, log, press))
    return drawn


def _care_agreements(desk: Desk, ids: Sequence[str], press: Press) -> list[bytes]:
    return [_drawn(write_care_agreement, agreement, press) for agreement in care_agreements.contents(desk, ids)]


PAPERS: dict[str, tuple[type[Record], Paper]] = {
    "sign-in": (Activity, _sign_in),
    "pledge": (Pledge, _pledges),
    "minutes": (JointMeeting, _minutes),
    "talk-record": (Talk, _talks),
    "patrol-log": (Patrol, _patrols),
    "patrol-sheet": (PatrolSheet, _patrol_sheets),
    "pairing-agreement": (Pairing, pairing_agreements.drawn),
    "care-agreement": (CareAgreement, _care_agreements),
}
"""Name of a paper → the record whose rows it shows, and how it is drawn."""
WHOLE = frozenset({"care-agreement"})
"""Papers with phone numbers, for those who may look behind masks; the access log keeps it."""


def may(desk: Desk, paper: str) -> bool:
    """Whether the person at this desk may know of the rows of a paper at all."""
    return desk.sees(PAPERS[paper][0])


def chosen(desk: Desk, paper: str, ids: Sequence[str] = ()) -> list[str]:
    """The rows of a paper: those named, else the latest activity, meeting or talk, this year's pledges or patrols,
    running pairings without a signed agreement, the care agreements that stand; a patrol log to be filled in is made
    when it is printed. Raises `NotFound` for an unknown id."""
    record, _ = PAPERS[paper]
    if ids:
        return records.resolve_ids(desk, record, ids)
    if record is PatrolSheet:
        return []
    if record is Pairing:
        return pairing_agreements.unsigned(desk)
    year = date.today().year
    if record is Pledge:
        return records.ids(desk, Pledge, Wanted(filters={"year": year}))
    if record is CareAgreement:
        return _standing_agreements(desk)
    day = "patrolled_on" if record is Patrol else "held_on"
    found = records.ids(desk, record, Wanted(order=day, descending=True))
    if record is not Patrol:
        return found[:1]
    with desk.store.reading() as session:
        rows = queries.rows(session, Patrol, found)
    return [p.id for p in rows if p.patrolled_on and p.patrolled_on.year == year]


def _standing_agreements(desk: Desk) -> list[str]:
    """The agreements that have not run out."""
    found = records.ids(desk, CareAgreement, Wanted(order="until_on", descending=True))
    return [a.id for a in records.fetch(desk, CareAgreement, found) if a.until_on and a.until_on >= date.today()]


def named(desk: Desk, paper: str, ids: Sequence[str]) -> list[str]:
    """What a person knows the rows of a paper by: a pledge by its child."""
    with desk.store.reading() as session:
        found = queries.owner_names(session, str(PAPERS[paper][0].__tablename__), ids)
    return [found[row] for row in ids if found.get(row)]


def pdf(
    desk: Desk, paper: str, ids: Sequence[str] = (), *, preview: bool = False
) -> Generator[Progress, None, tuple[bytes, int]]:
    """A paper of `PAPERS` as PDF bytes and how many rows it shows; a `preview` shows the first ones only. Raises
    `NotAllowed` or `NotFound`."""
    desk.require(Right.TAKE_OUT, paper=True)
    record, draw = PAPERS[paper]
    desk.require(record.about.right)
    rows = chosen(desk, paper, ids)
    yield Progress(0, max(1, len(rows)), DRAWING)
    rows = rows if preview else _numbered(desk, paper, rows)
    shown = rows[:PREVIEWED] if preview else rows
    drawn = draw(desk, shown, printing.press_for(desk))
    if not drawn:
        raise NotFound(NOTHING_TO_PRINT)
    if record.about.right or (paper in WHOLE and desk.may(Right.LOOK)):
        access.took_out(desk, "print", str(record.__tablename__), shown, detail="preview" if preview else "")
    return _joined(drawn), max(1, len(rows))


def _numbered(desk: Desk, paper: str, rows: list[str]) -> list[str]:
    """Gives the sheets of a paper the numbers they lack; of a preview nothing is kept."""
    record, _ = PAPERS[paper]
    if record is PatrolSheet and not rows:
        return [sheet_numbers.new_patrol_sheet(desk)[0].id]
    if record is Activity or record is Pledge or record is Pairing:
        sheet_numbers.give(desk, record, rows)
    return rows


def file(desk: Desk, out: Path, paper: str, ids: Sequence[str] = ()) -> Generator[Progress, None, Printed]:
    """A paper of `PAPERS` into a PDF file."""
    data, count = yield from pdf(desk, paper, ids)
    write_over(out, data)
    return Printed(out, count, printing.pages_of(data))


def _office(desk: Desk, row: Record) -> str:
    """The name of the site a row is at home at."""
    with desk.store.reading() as session:
        return queries.names(session, str(Site.__tablename__), [row.site_id]).get(row.site_id) or desk.site.name


def _drawn(write: Callable[..., int], content: object, press: Press) -> bytes:
    out = io.BytesIO()
    write(out, content, press)
    return out.getvalue()


def _joined(papers: Sequence[bytes]) -> bytes:
    """Several papers in one file."""
    import pypdfium2

    if len(papers) == 1:
        return papers[0]
    with pypdfium2.PdfDocument.new() as whole:
        for data in papers:
            with pypdfium2.PdfDocument(data) as paper:
                whole.import_pages(paper)
        out = io.BytesIO()
        whole.save(out)
    return out.getvalue()
