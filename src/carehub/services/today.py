"""What is waiting today, each with the place where it is done."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from carehub.domain.attention import AGES_AHEAD, PAPERS_AHEAD, SILENCE, VISITS_AHEAD, Line, Rules
from carehub.domain.people import Child
from carehub.domain.texts import Texts, mark
from carehub.services import attention, backups, entry, handover, meetings, pledges, questions
from carehub.services.desk import Desk
from carehub.store import queries
from carehub.store.attention import Counted

SHOW = mark("Show the children")
PLAN = mark("Plan the week")
PLANNED = (Line.OVERDUE,)
"""Lines that lead to the plan of the week, where their children stand with their days."""

PARTS = ALARMS, VISITS, COMING, PAPERS = (
    mark("Alarms"),
    mark("Going to visit"),
    mark("Coming up"),
    mark("Files and bundles"),
)
"""The parts of the page, in their order."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line: how many, what, why it matters (with `values`), the address where it is done, under which heading it
    stands, and its key for other programs."""

    count: int
    title: str
    hint: str
    action: str
    address: str
    icon: str
    part: str = PAPERS
    urgent: bool = False
    values: Mapping[str, object] = field(default_factory=dict)
    key: str = ""


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a line about children is said."""

    part: str
    title: str
    hint: str
    icon: str
    urgent: bool = False


KINDS: Mapping[Line, _Kind] = {
    Line.UNATTENDED: _Kind(
        ALARMS, mark("Under 8, and nobody looks after the child"), mark("Go there today, and tell the township."),
        "fa6s.triangle-exclamation", urgent=True,
    ),
    Line.NOBODY: _Kind(
        ALARMS, mark("Under 16, and nobody looks after the child"), mark("Go there today, and tell the township."),
        "fa6s.triangle-exclamation", urgent=True,
    ),
    Line.NO_GUARDIAN: _Kind(
        ALARMS, mark("No guardian on file"), mark("Ask who looks after the child, and write it down."),
        "fa6s.person-circle-question", urgent=True,
    ),
    Line.OVERDUE: _Kind(
        VISITS, mark("To be visited now"), mark("Longest overdue: {days} days."), "fa6s.person-walking", urgent=True
    ),
    Line.SOON: _Kind(
        VISITS, mark("To be visited in the next {ahead} days"), mark("They can go onto this week's list."),
        "fa6s.calendar-week",
    ),
    Line.NO_CONTACT: _Kind(
        VISITS, mark("No contact with the parents"),
        mark("A visit saw it as a danger, or for {silence} days none saw it in order. Call the parents."),
        "fa6s.tty",
    ),
    Line.BIRTHDAY: _Kind(
        COMING, mark("Birthday in the next {ahead} days"), mark("A call or a card is a joy."), "fa6s.cake-candles"
    ),
    Line.OF_AGE: _Kind(
        COMING, mark("18 or older and still on file"),
        mark("Look through the file together, then choose the new status."), "fa6s.user-graduate",
    ),
    Line.TURNS_18: _Kind(
        COMING, mark("Will be 18 within {month} days"), mark("Look through the file: what help goes on?"),
        "fa6s.user-graduate",
    ),
    Line.TURNS_16: _Kind(
        COMING, mark("16 years old, {month} days before or after"),
        mark("Review whether the child still counts as left behind."), "fa6s.user-clock",
    ),
    Line.CONSENT_WITHDRAWN: _Kind(
        PAPERS, mark("Consent withdrawn"), mark("No more visits. Ask the head what becomes of the file."),
        "fa6s.file-circle-xmark", urgent=True,
    ),
    Line.CONSENT_MISSING: _Kind(
        PAPERS, mark("Consent of the guardian is missing"), mark("Have the form signed on the next visit."),
        "fa6s.file-signature",
    ),
    Line.CONSENT_EXPIRED: _Kind(
        PAPERS, mark("Consent has run out"), mark("Have the form signed on the next visit."), "fa6s.file-signature"
    ),
    Line.CONSENT_OWN: _Kind(
        PAPERS, mark("14 or older: the child's own consent is missing"),
        mark("From 14 on, ask the child as well."), "fa6s.file-signature",
    ),
    Line.CONSENT_EXPIRING: _Kind(
        PAPERS, mark("Consent runs out within {month} days"), mark("Take a new form along on the next visit."),
        "fa6s.file-signature",
    ),
    Line.NO_PHONE: _Kind(
        PAPERS, mark("The guardian's phone number is missing"), mark("Ask on the next visit, and write it down."),
        "fa6s.phone-slash",
    ),
    Line.NO_ADDRESS: _Kind(
        PAPERS, mark("The address is missing"), mark("Without it nobody finds the way."), "fa6s.location-dot"
    ),
    Line.NO_BIRTH: _Kind(
        PAPERS, mark("The birth date is missing"), mark("Ask on the next visit, and write it down."),
        "fa6s.calendar-xmark",
    ),
    Line.NO_RISK: _Kind(
        PAPERS, mark("The risk level is missing"), mark("Until then the child is visited every {unknown} days."),
        "fa6s.scale-balanced",
    ),
}  # fmt: skip
"""The lines about children, in the order of the page."""


def line_of(key: str) -> Line | None:
    """The line of an address, None if there is none of that name."""
    return next((line for line in Line if line.value == key), None)


def title_of(line: Line, tr: Texts) -> str:
    """What a line is called."""
    return tr(KINDS[line].title, ahead=VISITS_AHEAD, month=AGES_AHEAD)


@dataclass(frozen=True, slots=True)
class LastBackup:
    """How old the last backup is: `days` is None if there is none, `at` when it was made. `urgent`: too old."""

    days: int | None
    at: str

    @property
    def urgent(self) -> bool:
        return self.days is None or self.days > backups.OLD

    def words(self, tr: Texts) -> str:
        """The line for people."""
        if self.days is None:
            return tr("There is no backup yet.")
        if self.days == 0:
            return tr("Last backup: today, {at}", at=self.at)
        return tr("Last backup: {days} days ago, {at}", days=self.days, at=self.at)


def backup(desk: Desk) -> LastBackup:
    """How old the last backup is, here or on a stick that is plugged in."""
    newest = backups.last(desk)
    return LastBackup(backups.age_of(newest), backups.moment_of(newest) if newest else "")


def backup_line(desk: Desk) -> LastBackup | None:
    """What Today says of the last backup: nothing in training, where nothing is to be kept."""
    return None if desk.training else backup(desk)


def has_children(desk: Desk) -> bool:
    """Whether any child is on file."""
    with desk.store.reading() as session:
        return queries.any_row(session, Child)


def waiting(desk: Desk, day: date | None = None) -> Sequence[Waiting]:
    """The lines of the Today page, part by part, urgent parts first; nothing that counts zero."""
    today = day or date.today()
    lines = [_questions(desk), *_about_children(attention.rules_on(desk, today), attention.count(desk, today))]
    lines.append(_sheets(entry.open_sheets(desk)))
    lines += [*_resolutions(desk, today), _pledges(desk, today), *_bundles(desk, today)]
    return sorted((line for line in lines if line.count), key=lambda line: PARTS.index(line.part))


def _about_children(rules: Rules, found: Counted) -> Iterator[Waiting]:
    for line, kind in KINDS.items():
        yield Waiting(
            found.lines[line],
            kind.title,
            kind.hint,
            PLAN if line in PLANNED else SHOW,
            "plan" if line in PLANNED else f"children/{line.value}",
            kind.icon,
            kind.part,
            kind.urgent,
            {"ahead": VISITS_AHEAD, "month": AGES_AHEAD, "silence": SILENCE, "days": found.longest, **rules.intervals},
            line.value,
        )


def _questions(desk: Desk) -> Waiting:
    return Waiting(
        questions.count(desk),
        mark("Questions between sites"),
        mark("Two people wrote different things. The right one is to be chosen."),
        mark("Settle"),
        "merge" if desk.is_office else "handover",
        "fa6s.code-branch",
        ALARMS,
        urgent=True,
        key="questions",
    )


def _sheets(planned: int) -> Waiting:
    return Waiting(
        planned,
        mark("Visits planned, sheet not typed in yet"),
        mark("When a sheet comes back, type it in by the last 4 digits of its number."),
        mark("Type in visits"),
        "visit-entry",
        "fa6s.clipboard-list",
        VISITS,
        key="planned",
    )


def _resolutions(desk: Desk, today: date) -> Iterator[Waiting]:
    """What joint meetings resolved and nobody has done: overdue, and due within the days of the visits."""
    told = (
        (meetings.overdue(desk, today), mark("Resolutions that are overdue"),
         mark("A joint meeting resolved this, and its day has passed."), "resolutions"),
        (meetings.due_soon(desk, VISITS_AHEAD, today), mark("Resolutions due in the next {ahead} days"),
         mark("A joint meeting resolved this."), "resolutions-due"),
    )  # fmt: skip
    for found, title, hint, key in told:
        yield Waiting(
            len(found), title, hint, mark("Show the resolutions"), "activities/resolutions", "fa6s.list-check", COMING,
            urgent=key == "resolutions", values={"ahead": VISITS_AHEAD}, key=key,
        )  # fmt: skip


def _pledges(desk: Desk, today: date) -> Waiting:
    return Waiting(
        pledges.ending(desk, PAPERS_AHEAD, today),
        mark("Pledges that run out within {month} days"),
        mark("Make the new ones, print them and have them signed."),
        mark("Show the pledges"),
        "activities/pledges",
        "fa6s.file-signature",
        COMING,
        values={"month": PAPERS_AHEAD},
        key="pledges",
    )


def _bundles(desk: Desk, today: date) -> Iterator[Waiting]:
    """What the office has not receipted: bundles that were handed over, and changes no bundle has carried safely."""
    office = handover.office_above(desk)
    if not office:
        return
    made = [row for row in handover.sent(desk) if row["receiver_name"] == office and not row["receipted"]]
    oldest = min((datetime.fromtimestamp(row["at"] / 1000).date() for row in made), default=today)
    yield Waiting(
        len(made),
        mark("Bundles without a receipt"),
        mark("The oldest was made on {day}. Bring the stick to {office}, or ask for the return bundle."),
        mark("Hand over"),
        "handover",
        "fa6s.right-left",
        values={"day": oldest.isoformat(), "office": office},
        key="bundles",
    )
    yield Waiting(
        handover.unreceipted(desk),
        mark("Changes without a receipt"),
        mark("They go to the office with the next bundle."),
        mark("Hand over"),
        "handover",
        "fa6s.right-left",
        key="changes",
    )
