"""Questions a merge left: the values side by side, who wrote them where and when, and a person's decision. A question
that cannot be decided yet is put aside; it keeps nobody from going on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from carehub.domain.drafts import check_value
from carehub.domain.errors import InvalidInput, NotFound
from carehub.domain.facts import Kind, Sensitivity, facts_of, plain_value
from carehub.domain.record import Record
from carehub.domain.records import RECORDS
from carehub.domain.rights import Right
from carehub.domain.texts import mark
from carehub.services import labels, records, restricted
from carehub.services.desk import Desk
from carehub.store import queries
from carehub.store import questions as stored
from carehub.store.questions import StoredAnswer, StoredQuestion
from carehub.store.store import Touched, Unit
from carehub.sync import merge
from carehub.sync.change import Cell
from carehub.sync.fold import VOID_FIELD

NO_QUESTION = mark("There is no open question with the number “{id}”.")
NO_CHOICE = mark("This question has the answers 1 to {count}; {n} is not one of them.")
NO_OTHER = mark("Here one of the values is to be chosen; another cannot be typed.")
NO_SIDE = mark("In the open questions about “{who}” nobody called “{side}” wrote anything. These did: {sides}.")
NOBODY = mark("There is no open question about “{id}”.")
VOID, KEEP, UNKNOWN = mark("Void"), mark("Keep"), mark("(unknown)")
VOID_REASON = "void_reason"
RESTRICTED = Sensitivity.RESTRICTED


@dataclass(frozen=True, slots=True)
class Answer:
    """One of the values in question. `at` is Unix milliseconds of the writer's clock; `text` is the value as people
    read it; `also` is what else the same person changed in the same row then: (field, value as people read it)."""

    n: int
    value: Cell
    author: str | None
    site: str | None
    at: int
    text: str = ""
    author_id: str | None = None
    site_id: str | None = None
    also: tuple[tuple[str, str], ...] = ()

    @property
    def who(self) -> str:
        """Author and site, as far as they are known."""
        return " · ".join(x for x in (self.author, self.site) if x)


@dataclass(frozen=True, slots=True)
class Question:
    """One field of one row on which several people differ. The first answer is the one shown meanwhile. `owner` is the
    person the row belongs to, of the record `owner_kind`; the row itself, if it belongs to nobody."""

    id: str
    kind: str
    record_id: str
    field: str
    title: str
    owner_kind: str
    owner_id: str
    owner: str
    parked: bool
    answers: tuple[Answer, ...]
    hidden: bool = False
    """It is about a restricted record that this person may not know: only that there is a question is told."""

    @property
    def child_id(self) -> str | None:
        return self.owner_id if self.owner_kind == "child" else None

    @property
    def child(self) -> str | None:
        return self.owner if self.owner_kind == "child" else None

    @property
    def voids(self) -> bool:
        """Whether the question is if the row is voided or kept."""
        return self.field == VOID_FIELD

    @property
    def typed(self) -> bool:
        """Whether a value of one's own can be typed."""
        fact = facts_of(RECORDS[self.kind]).get(self.field)
        return not self.voids and fact is not None and fact.kind is not Kind.REFERENCE


@dataclass(frozen=True, slots=True)
class Side:
    """A site (or, where none is known, an author) that stands in several questions of a group. `key` names it."""

    key: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Group:
    """The questions about one person, or about one other row."""

    kind: str
    id: str
    name: str
    questions: tuple[Question, ...]

    @property
    def sides(self) -> tuple[Side, ...]:
        """Who wrote values here, those with the most first."""
        found: dict[str, tuple[str, int]] = {}
        for question in self.questions:
            sides = {_side_of(a): a.site or a.author or "" for a in question.answers if _side_of(a)}
            for key, name in sides.items():
                found[key] = (name, found.get(key, ("", 0))[1] + 1)
        ordered = sorted(found.items(), key=lambda item: (-item[1][1], item[1][0]))
        return tuple(Side(key, name, count) for key, (name, count) in ordered)


def _side_of(answer: Answer) -> str:
    return answer.site_id or answer.author_id or ""


def open_questions(desk: Desk) -> list[Question]:
    """The questions that wait for a decision, those of one person together."""
    return [q for q in all_questions(desk) if not q.parked]


def all_questions(desk: Desk) -> list[Question]:
    """Also those put aside."""
    with desk.store.reading() as session:
        found = _told(desk, session, stored.read(session))
    return sorted(found, key=lambda q: (q.owner_kind != "child", q.owner, q.owner_id, q.kind, q.record_id, q.field))


def count(desk: Desk, *, parked: bool = False) -> int:
    """How many questions wait for a decision, or are put aside."""
    with desk.store.reading() as session:
        return stored.count(session, parked=parked)


def groups(questions: Sequence[Question]) -> list[Group]:
    """Questions by the person they are about, in their order."""
    found: dict[tuple[str, str], list[Question]] = {}
    for question in questions:
        found.setdefault((question.owner_kind, question.owner_id), []).append(question)
    return [Group(kind, row, asked[0].owner, tuple(asked)) for (kind, row), asked in found.items()]


# --- as people read them ----------------------------------------------------------------------------------------------


def _told(desk: Desk, session: Session, rows: Sequence[StoredQuestion]) -> list[Question]:
    names = _names(session, rows)
    rights = restricted.rights_of(session, [(row.table, row.row) for row in rows])
    return [
        Question(
            row.id, row.table, row.row, row.field, row.title, *row.owner, row.parked,
            tuple(_answer(desk, row, n, answer, names) for n, answer in enumerate(row.answers, start=1)),
        )
        if desk.may(rights.get(row.row))
        else Question(row.id, row.table, "", "", "", row.table, "", "", row.parked, (), hidden=True)
        for row in rows
    ]  # fmt: skip


def _names(session: Session, rows: Sequence[StoredQuestion]) -> dict[str, str]:
    """id → name for everything that values in question point to."""
    wanted: dict[str, set[str]] = {}
    for row in rows:
        facts = facts_of(RECORDS[row.table])
        for answer in row.answers:
            for name, value in ((row.field, answer.value), *answer.also.items()):
                if name in facts and facts[name].kind is Kind.REFERENCE and value:
                    wanted.setdefault(facts[name].ref, set()).add(str(value))
    return {
        row: name for table, ids in wanted.items() for row, name in queries.names(session, table, list(ids)).items()
    }


def _answer(desk: Desk, row: StoredQuestion, n: int, answer: StoredAnswer, names: Mapping[str, str]) -> Answer:
    facts = facts_of(RECORDS[row.table])

    def words(field: str, value: Cell) -> str:
        if facts[field].kind is Kind.REFERENCE and value:
            return names.get(str(value), str(value))
        return labels.show_fact(desk, facts[field], value, reveal=facts[field].sensitivity is not RESTRICTED)

    if row.field == VOID_FIELD:
        text = f"{desk.texts(VOID)} · {answer.value}" if answer.value else desk.texts(KEEP)
    else:
        text = words(row.field, answer.value)
    also = tuple((name, words(name, value)) for name, value in answer.also.items() if name in facts)
    who = answer.writer
    return Answer(n, answer.value, who.author, who.site, answer.at, text, who.author_id, who.site_id, also)


# --- decisions --------------------------------------------------------------------------------------------------------


def resolve(desk: Desk, question_id: str, take: int) -> Touched:
    """Settles a question with its `take`-th value. Raises `NotFound`, `InvalidInput`, or `NotAllowed` about a record
    that is not for this person's eyes."""
    with desk.unit(Right.SETTLE) as unit:
        question = _find(unit, question_id)
        _require_right(unit, desk, question)
        if not 1 <= take <= len(question.answers):
            raise InvalidInput(NO_CHOICE, count=len(question.answers), n=take)
        _take(unit, desk, question, question.answers[take - 1])
    return unit.touched


def answer(desk: Desk, question_id: str, typed: object) -> Touched:
    """Settles a question with a value of one's own, checked like any other. Raises `NotFound` or `InvalidInput`."""
    with desk.unit(Right.SETTLE) as unit:
        question = _find(unit, question_id)
        _require_right(unit, desk, question)
        fact = facts_of(RECORDS[question.table])[question.field]
        if question.field == VOID_FIELD or fact.kind is Kind.REFERENCE:
            raise InvalidInput(NO_OTHER)
        clean, problem = check_value(fact, typed, desk.codes)
        if problem:
            raise problem.error()
        value = plain_value(clean)
        assert value is None or isinstance(value, (str, int))
        _settle(unit, desk, question, value, "")
    return unit.touched


def resolve_side(desk: Desk, owner_id: str, side: str) -> tuple[Touched, int]:
    """Settles all open questions about one person with what one side wrote: a site or an author, by name or id.
    Questions in which that side wrote nothing stay open, and those about records this person may not know. Returns what
    changed and how many were settled.
    Raises `NotFound` or `InvalidInput`; then nothing was settled."""
    with desk.unit(Right.SETTLE) as unit:
        found = stored.read(unit.session, stored.about(unit.session, owner_id))
        rights = restricted.rights_of(unit.session, [(q.table, q.row) for q in found])
        mine = [q for q in found if desk.may(rights.get(q.row))]
        if not mine:
            raise NotFound(NOBODY, id=owner_id)
        chosen = [(q, a) for q in mine if (a := next((a for a in q.answers if side in _names_of(a)), None))]
        if not chosen:
            sides = sorted({a.writer.site or a.writer.author or "" for q in mine for a in q.answers} - {""})
            raise InvalidInput(NO_SIDE, who=mine[0].owner[2], side=side, sides="、".join(sides))
        for question, taken in chosen:
            _take(unit, desk, question, taken)
    return unit.touched, len(chosen)


def _names_of(answer: StoredAnswer) -> set[str]:
    who = answer.writer
    return {x for x in (who.site_id, who.site, who.author_id, who.author) if x}


def _find(unit: Unit, question_id: str) -> StoredQuestion:
    for found in stored.read(unit.session, [question_id]):
        return found
    raise NotFound(NO_QUESTION, id=question_id)


def _require_right(unit: Unit, desk: Desk, question: StoredQuestion) -> None:
    desk.require(restricted.rights_of(unit.session, [(question.table, question.row)]).get(question.row))


def _take(unit: Unit, desk: Desk, question: StoredQuestion, answer: StoredAnswer) -> None:
    _settle(unit, desk, question, answer.value, answer.writer.site or answer.writer.author or "")


def _settle(unit: Unit, desk: Desk, question: StoredQuestion, value: Cell, source: str) -> None:
    """One decision. Whoever keeps a row takes back the reason for voiding it as well."""
    record: type[Record] = RECORDS[question.table]
    row = queries.get(unit.session, record, question.row)
    records.require_home(unit, desk, row)
    merge.settle(unit.raw, question.table, question.row, question.field, value)
    if question.field == VOID_FIELD and value is None and row.void_reason is not None:
        merge.settle(unit.raw, question.table, question.row, VOID_REASON, None)
    stored.note_decision(unit.session, question, desk.user.id, source)


def park(desk: Desk, ids: Sequence[str]) -> int:
    """Puts questions aside; they are listed apart and keep nobody from going on. Returns how many. Raises
    `NotFound`."""
    return _park(desk, ids, parked=True)


def unpark(desk: Desk, ids: Sequence[str]) -> int:
    """Takes questions up again that were put aside. Returns how many. Raises `NotFound`."""
    return _park(desk, ids, parked=False)


def _park(desk: Desk, ids: Sequence[str], *, parked: bool) -> int:
    with desk.unit(Right.SETTLE) as unit:
        for question_id in ids:
            _find(unit, question_id)
        return stored.park(unit.session, ids, parked=parked)
