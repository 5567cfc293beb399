"""One child at a glance: what one must know at the door, what must be noticed, and what the file still lacks."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date

from carehub import resources
from carehub.domain.attention import Line
from carehub.domain.care import CHECK_FIELDS, Pairing, Visit
from carehub.domain.consistency import disagreements
from carehub.domain.facts import facts_of
from carehub.domain.people import Child, FamilyMember, Volunteer
from carehub.domain.retention import COMES_OF_AGE, STATUSES, Rule, eighteenth, years_after
from carehub.domain.rights import Right
from carehub.domain.texts import mark
from carehub.services import assessments, attention, care_agreements, children, consents, visits
from carehub.services.attention import Overview
from carehub.services.children import GUARDIAN, ChildFile
from carehub.services.consents import State
from carehub.services.desk import Desk
from carehub.store import linked, queries, statuses

REGULAR = ("active",)
"""Statuses of files in which somebody is visited."""


@dataclass(frozen=True, slots=True)
class Door:
    """Who goes to a child and when next. `next_on` is the day of the open sheet, else the one by which the rules want
    a visit (`domain.attention.due_on`); `last_on` the last visit; `volunteer` who is paired with the child now."""

    next_on: date | None
    last_on: date | None
    volunteer: str

    @property
    def overdue(self) -> bool:
        """Whether the day of the next visit has gone by."""
        return self.next_on is not None and self.next_on < date.today()


def at_the_door(desk: Desk, child_id: str) -> Door:
    """When somebody was and is to be at a child, and who."""
    found = visits.of_child(desk, child_id)
    planned = next((v for v in found if v.done_on is None and v.planned_for), None)
    done = next((v for v in found if v.done_on is not None), None)
    with desk.store.reading() as session:
        visited = queries.get(session, Child, child_id).status in REGULAR
        pairings = queries.owned(session, Pairing, "child_id", [child_id], ended_on=None)[child_id]
        roots = linked.roots(session, "volunteer")
        ids = [roots.get(p.volunteer_id, p.volunteer_id) for p in pairings if p.volunteer_id]
        people = queries.rows(session, Volunteer, list(dict.fromkeys(ids)))
    names = "、".join(v.name for v in people if v.name)
    due = next(iter(attention.of_children(desk, [child_id]).due_days()), None) if visited else None
    return Door(planned.planned_for if planned else due, done.done_on if done else None, names)


@dataclass(frozen=True, slots=True)
class Warning:
    """A sentence that says what is wrong and what to do; `alarm` where it cannot wait."""

    text: str
    alarm: bool = False


def warnings(desk: Desk, child_id: str) -> list[Warning]:
    """What must be noticed about a child, what cannot wait first: by the same rules as on the Today page."""
    file = next(iter(children.read(desk, [child_id])), None)
    if file is None:
        return []
    overview = attention.of_children(desk, [child_id])
    lines = {line for child in overview.facts for line in overview.lines(child)}
    found = [*_of_care(desk, file, lines), *_of_visits(desk, file, overview, lines)]
    parts = (_of_facts, _of_assessment, _of_agreement, _of_consent, _of_keeping)
    found += [warning for part in parts for warning in part(desk, file)]
    return sorted(found, key=lambda w: not w.alarm)


def _of_care(desk: Desk, file: ChildFile, lines: Collection[Line]) -> list[Warning]:
    tr, found = desk.texts, list[Warning]()
    alarm = bool({Line.UNATTENDED, Line.NOBODY} & set(lines))
    if alarm or file.child.guardianship == "nobody":
        found.append(Warning(tr("Nobody looks after this child. Tell the township today."), alarm=alarm))
    told = {
        Line.NO_GUARDIAN: tr("No guardian is on file. Please ask and add one."),
        Line.NO_PHONE: tr("The guardian's phone number is missing."),
        Line.NO_BIRTH: tr("The birth date is missing."),
        Line.OF_AGE: tr("This child has come of age. Please review the file."),
    }
    return found + [Warning(words) for line, words in told.items() if line in lines]


def _of_facts(desk: Desk, file: ChildFile) -> list[Warning]:
    """Facts that do not agree with each other or with the law."""
    found = disagreements(file.child, file.family, date.today())
    return [Warning(desk.texts(d.message, **d.values), alarm=d.alarm) for d in found]


def _of_assessment(desk: Desk, file: ChildFile) -> list[Warning]:
    """Answers of the latest assessment that are an alarm."""
    tr, latest = desk.texts, next(iter(assessments.of_child(desk, file.child.id)), None)
    alarms = [t for t in assessments.told(latest) if t.answer.alarm] if latest else []
    if latest is None or not alarms or file.child.status not in REGULAR:
        return []
    pairs = ((tr.pick(t.question.zh, t.question.en), tr.pick(t.answer.zh, t.answer.en)) for t in alarms)
    what = tr.pick("；", "; ").join(tr.pick("：", ": ").join(pair) for pair in pairs)
    return [Warning(tr("Assessed on {day}: {what}", day=latest.assessed_on, what=what), alarm=True)]


def _of_visits(desk: Desk, file: ChildFile, overview: Overview, lines: Collection[Line]) -> list[Warning]:
    """What was seen on the last visit, and a visit that should have been."""
    tr, facts, found = desk.texts, facts_of(Visit), list[Warning]()
    if file.child.status not in REGULAR:
        return []
    done = next((v for v in visits.of_child(desk, file.child.id) if v.done_on), None)
    for code, alarm in (("danger", True), ("concern", False)):
        seen = [tr(facts[n].label) for n in CHECK_FIELDS if done and getattr(done, n) == code]
        if done and seen:
            word = desk.codes["check"].name_of(code, tr)
            found.append(Warning(tr("Seen on {day}: {what} ({how})", day=done.done_on, what="、".join(seen), how=word),
                                 alarm=alarm))  # fmt: skip
    if Line.NO_CONTACT in lines:
        found.append(Warning(tr("Contact with the parents is broken off. Please call them.")))
    if Line.OVERDUE in lines:
        found += [Warning(tr("A visit was due on {day}. Please go, or call.", day=day)) for day in overview.due_days()]
    return found


AGREED: Mapping[care_agreements.State, str] = {
    care_agreements.State.RUN_OUT: mark("The care agreement ran out on {day}. Please have a new one signed."),
    care_agreements.State.SOON: mark("The care agreement runs out on {day}. Please have a new one signed."),
    care_agreements.State.UNSIGNED: mark("The care agreement is not signed yet. Please have it signed."),
}
"""How the care of a child may be agreed on so that something is to be done."""


def _of_agreement(desk: Desk, file: ChildFile) -> list[Warning]:
    """An agreement that has run out, is about to, or was never signed."""
    found = care_agreements.standing(desk, file.child.id)
    if file.child.status not in REGULAR or found.agreement is None or found.state not in AGREED:
        return []
    return [Warning(desk.texts(AGREED[found.state], day=found.agreement.until_on))]


def _of_consent(desk: Desk, file: ChildFile) -> list[Warning]:
    """Consent that is withdrawn, and consent that the care needs and nobody has."""
    tr, names, found = desk.texts, desk.codes["consent_purpose"], list[Warning]()
    for standing in consents.of_child(desk, file.child.id):
        what = names.name_of(standing.purpose, tr)
        if standing.state is State.WITHDRAWN:
            found.append(Warning(tr("Consent withdrawn: {what}", what=what), alarm=standing.purpose in consents.NEEDED))
        elif standing.purpose in consents.NEEDED and standing.state in (State.MISSING, State.EXPIRED):
            found.append(Warning(tr("Nobody's consent stands: {what}. Print the form and have it signed.", what=what)))
    return found


def _of_keeping(desk: Desk, file: ChildFile) -> list[Warning]:
    """A file that need not be kept any longer; a matter of those who may erase."""
    if not desk.may(Right.ERASE):
        return []
    since = min(filter(None, (_may_go(desk, file.child, r.after, r.years) for r in _child_rules())), default=None)
    if since is None or since > date.today():
        return []
    return [Warning(desk.texts("This file need not be kept any longer since {day}. See Settings.", day=since))]


def _child_rules() -> list[Rule]:
    return [rule for rule in resources.retention() if rule.kind == "child"]


def _may_go(desk: Desk, child: Child, after: str, years: int) -> date | None:
    if after == COMES_OF_AGE and child.birth_date:
        return years_after(eighteenth(child.birth_date), years)
    if after in STATUSES and child.status == after:
        with desk.store.reading() as session:
            counted = statuses.since(session, "child", [child.id]).get(child.id)
        return years_after(counted, years) if counted else None
    return None


@dataclass(frozen=True, slots=True)
class Gap:
    """One fact that is missing: its label (message id) and the field of the child's form that asks for it."""

    label: str
    field: str


@dataclass(frozen=True, slots=True)
class Completeness:
    """What a file lacks, of how many facts that it should hold."""

    missing: tuple[Gap, ...]
    wanted: int

    @property
    def known(self) -> int:
        return self.wanted - len(self.missing)


GUARDIAN_LABELS = {
    "guardian": mark("Guardian"),
    "guardian_relation": mark("Guardian's relation"),
    "guardian_phone": mark("Guardian's phone"),
}
EXCUSED: Mapping[str, Callable[[Child], bool]] = {"identity_no": lambda child: child.registered is False}
"""Facts that some children cannot have: who is in no household register has no number."""


def completeness(desk: Desk, child_id: str) -> Completeness:
    """What a child's file lacks: facts that are wanted (`domain.facts.Fact.wanted`), of the child and its guardian."""
    file = next(iter(children.read(desk, [child_id])), None)
    if file is None:
        return Completeness((), 0)
    own = [f for f in facts_of(Child).values() if f.wanted and not is_excused(f.name, file.child)]
    member = facts_of(FamilyMember)
    asked = {name: field for name, field in GUARDIAN.items() if member[field].wanted}
    missing = [Gap(f.label, f.name) for f in own if getattr(file.child, f.name) in (None, "")]
    missing += [
        Gap(GUARDIAN_LABELS[name], name) for name, field in asked.items() if not getattr(file.guardian, field, None)
    ]
    return Completeness(tuple(missing), len(own) + len(asked))


def is_excused(field: str, child: Child) -> bool:
    """Whether a child cannot have a fact that other files are not complete without."""
    return EXCUSED.get(field, _never)(child)


def _never(_: Child) -> bool:
    return False
