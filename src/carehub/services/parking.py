"""Undecided rows of ledgers: an import puts aside what may be about somebody on file and asks nothing; a person settles
them when there is time, one by one or all at once."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from carehub.domain.errors import InvalidInput, NotFound
from carehub.domain.facts import facts_of, plain_value
from carehub.domain.people import Child, FamilyMember, Volunteer
from carehub.domain.record import Record
from carehub.domain.rights import Right
from carehub.domain.school import BoardingPlace
from carehub.domain.texts import mark
from carehub.services import beds, duplicates, labels
from carehub.services.alike import REASONS, Like
from carehub.services.desk import Desk
from carehub.services.matching import NEW, Matcher, key_of
from carehub.sheets.plan import LedgerRecord
from carehub.store import parked, queries
from carehub.store.parked import ParkedRow
from carehub.store.store import Touched, Unit

GONE = mark("This row was settled already, or what it may be about is gone. Nothing was saved.")
NOT_OFFERED = mark("This row cannot be about “{id}”. Choose one of the files offered, or somebody new.")
LIKELIEST = "likeliest"
NOBODY = parked.NOBODY
"""Said of a row that is not wanted."""
TABLES: Mapping[str, type[Record]] = {"child": Child, "volunteer": Volunteer, "boarding_place": Child}
"""Kind of ledger → whom its rows are about."""
_SHOWN = ("sex", "birth_date", "birth", "identity_no", "phone", "school", "grade", "class_name", "former_post")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that a row may be about: what is known of it in words, why, and how sure."""

    id: str
    name: str
    told: str
    reason: str
    score: float

    @property
    def sure(self) -> str:
        """The score in words, as a message id."""
        return duplicates.VERY_LIKELY if self.score >= duplicates.LIKELY else duplicates.POSSIBLY


@dataclass(frozen=True, slots=True)
class Undecided:
    """A row that waits: where it stands, what it says in words, and whom it may be about."""

    id: str
    kind: str
    name: str
    told: str
    file: str
    sheet: str
    line: int
    candidates: tuple[Candidate, ...]


def as_row(record: LedgerRecord, likes: Sequence[Like], file: str) -> ParkedRow:
    """A row of a ledger as it is kept."""
    body = {
        "kind": record.kind,
        "values": _plain(record.values),
        "family": [_plain(m) for m in record.family],
        "place": _plain(record.place),
    }
    return ParkedRow(key_of(record), file, record.sheet, record.row, body, [asdict(like) for like in likes])


def _plain(values: Mapping[str, object]) -> dict[str, object]:
    return {name: plain_value(value) for name, value in values.items()}


def _record(row: ParkedRow) -> LedgerRecord:
    """A kept row as the ledger told it."""
    body = row.body
    values = _typed(TABLES[body["kind"]], body["values"])
    family = [_typed(FamilyMember, m) for m in body["family"]]
    return LedgerRecord(body["kind"], row.sheet, row.line, values, family, _typed(BoardingPlace, body["place"]))


def _typed(record: type[Record], values: Mapping[str, Any]) -> dict[str, object]:
    return {name: queries.typed(record, name, value) for name, value in values.items()}


def count(desk: Desk) -> int:
    """How many rows wait."""
    with desk.store.reading() as session:
        return parked.count(session)


def waiting(desk: Desk) -> list[Undecided]:
    """The rows that wait, the latest import first."""
    with desk.store.reading() as session:
        rows = parked.waiting(session)
        files: dict[str, Record] = {}
        for record in (Child, Volunteer):
            ids = sorted({like["id"] for row in rows for like in row.likes})
            files |= {f.id: f for f in queries.rows(session, record, ids)}
    return [_undecided(desk, row, files) for row in rows]


def _undecided(desk: Desk, row: ParkedRow, files: Mapping[str, Record]) -> Undecided:
    record = _record(row)
    told = _words(desk, TABLES[record.kind], record.values)
    told += [_words_of_place(desk, record.place)] if record.place else []
    guardians = [m for m in record.family if m.get("is_guardian")]
    told += [t for m in guardians for t in _words(desk, FamilyMember, {n: m.get(n) for n in ("name", "phone")})]
    likes = [
        Candidate(
            like["id"], str(getattr(f, "name", "")), " · ".join(_words(desk, type(f), _values(f))),
            desk.texts(REASONS[like["reason"]]), like["score"],
        )
        for like in row.likes
        if (f := files.get(like["id"])) is not None and f.voided_on is None
    ]  # fmt: skip
    name = str(record.values["name"])
    return Undecided(row.id, record.kind, name, " · ".join(told), row.file, row.sheet, row.line, tuple(likes))


def _values(file: Record) -> dict[str, object]:
    return {name: getattr(file, name) for name in facts_of(type(file))}


def _words(desk: Desk, record: type[Record], values: Mapping[str, Any]) -> list[str]:
    """What is known of somebody, in words; what is sensitive is masked, as in every list."""
    facts = facts_of(record)
    wanted = ("name", "phone") if record is FamilyMember else _SHOWN
    shown = [
        labels.show_fact(desk, facts[n], values[n], reveal=False)
        for n in wanted
        if n in facts and values.get(n) is not None
    ]
    return [text for text in shown if text]


def _words_of_place(desk: Desk, place: Mapping[str, Any]) -> str:
    facts = facts_of(BoardingPlace)
    names = ("term", "building", "room", "bed")
    return " ".join(
        f"{desk.texts(facts[n].label)} {labels.show_fact(desk, facts[n], place[n], reveal=False)}"
        for n in names
        if place.get(n)
    )


def settle(desk: Desk, choices: Mapping[str, str]) -> Touched:
    """Settles rows in one step: row → the file it is about, `NEW`, or `NOBODY` for a row not wanted. Raises
    `InvalidInput` for a file that was not offered, `NotFound` for a row that does not wait; then nothing was saved."""
    with desk.unit(Right.SETTLE) as unit:
        desk.require(Right.WRITE)
        step = parked.position(unit.session)
        parked.empty_settled(unit.session)
        rows = parked.waiting(unit.session, list(choices))
        if len(rows) != len(choices):
            raise NotFound(GONE)
        records = {row.id: _record(row) for row in rows}
        match = Matcher(desk, unit, {r.kind for r in records.values()})
        for row in rows:
            parked.settle(unit.session, row.id, _take(match, row, records[row.id], choices[row.id]), step)
        _refuse(match)
        match.write()
    return unit.touched


def _take(match: Matcher, row: ParkedRow, record: LedgerRecord, choice: str) -> str:
    """Takes a row as was said; returns the file that it is kept under."""
    if choice == NOBODY:
        return NOBODY
    if choice == NEW:
        return match.add(record)
    if choice not in {like["id"] for like in row.likes}:
        raise InvalidInput(NOT_OFFERED, id=choice)
    try:
        match.settle(record, choice)
    except KeyError:
        raise NotFound(GONE) from None
    return choice


def _refuse(match: Matcher) -> None:
    """A bed that somebody else has meanwhile: said, and nothing is half saved."""
    for record, other in match.refused:
        raise InvalidInput(beds.TAKEN, bed=record.place["bed"], room=record.place["room"], other=other)


def settle_all(desk: Desk, choice: str) -> Touched:
    """Settles every waiting row in one step: `LIKELIEST` gives each to the file it is most likely about as far as that
    is very likely, `NEW` makes each somebody new, `NOBODY` takes none of them in."""
    found = waiting(desk)
    choices = {row.id: choice for row in found}
    if choice == LIKELIEST:
        choices = {row.id: row.candidates[0].id for row in found if is_likely(row)}
    return settle(desk, choices) if choices else Touched(())


def is_likely(row: Undecided) -> bool:
    """Whether a row is very likely about its first candidate, and about no other as much."""
    scores = [c.score for c in row.candidates]
    return bool(scores) and scores[0] >= duplicates.LIKELY and scores[1:2] != scores[:1]


def park(unit: Unit, desk: Desk, match: Matcher, file: str, step: int) -> None:
    """Keeps what an import puts aside, in its unit of work."""
    parked.empty_settled(unit.session)
    rows = [as_row(record, likes, file) for record, likes in match.parked]
    parked.park(unit.session, rows, step, desk.user.id)
