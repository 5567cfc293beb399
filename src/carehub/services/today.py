"""What is waiting today, each with the place where it is done."""

from collections.abc import Sequence
from dataclasses import dataclass

from carehub.domain.care import Visit
from carehub.domain.people import Child, FamilyMember
from carehub.domain.texts import Texts, mark
from carehub.services import backups, handover, meetings, questions
from carehub.services.desk import Desk
from carehub.store import linked, queries


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line: how many, what, why it matters, and the address where it is done."""

    count: int
    title: str
    hint: str
    action: str
    address: str
    icon: str
    urgent: bool = False


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


def has_children(desk: Desk) -> bool:
    """Whether any child is on file."""
    with desk.store.reading() as session:
        return bool(queries.columns(session, Child, ["id"]))


def waiting(desk: Desk) -> Sequence[Waiting]:
    """The lines of the Today page, urgent ones first; nothing that counts zero."""
    with desk.store.reading() as session:
        planned = len(queries.columns(session, Visit, ["id"], done_on=None))
        roots = linked.roots(session, "child")
        children = {child for (child,) in queries.columns(session, Child, ["id"]) if child not in roots}
        guardians = queries.columns(session, FamilyMember, ["child_id", "phone"], is_guardian=True)
        guarded = {roots.get(child, child) for child, phone in guardians if phone}
    office = handover.office_above(desk)
    lines = [
        Waiting(
            questions.count(desk),
            mark("Questions between sites"),
            mark("Two people wrote different things. The right one is to be chosen."),
            mark("Settle"),
            "merge" if desk.is_office else "handover",
            "fa6s.code-branch",
            urgent=True,
        ),
        Waiting(
            planned,
            mark("Visits planned, sheet not typed in yet"),
            mark("When a sheet comes back, type its number into the search box."),
            mark("Print the sheets"),
            "papers/visit-sheet",
            "fa6s.clipboard-list",
        ),
        Waiting(
            len(meetings.overdue(desk)),
            mark("Resolutions that are overdue"),
            mark("A joint meeting resolved this, and its day has passed."),
            mark("Show the resolutions"),
            "activities/resolutions",
            "fa6s.list-check",
            urgent=True,
        ),
        Waiting(
            len(children - guarded),
            mark("Children whose guardian cannot be called"),
            mark("The guardian or the phone number is missing."),
            mark("Show the children"),
            "children",
            "fa6s.phone-slash",
        ),
        Waiting(
            handover.unreceipted(desk) if office else 0,
            mark("Changes without a receipt"),
            mark("They go to the office with the next bundle."),
            mark("Hand over"),
            "handover",
            "fa6s.right-left",
        ),
    ]
    return [line for line in lines if line.count]
