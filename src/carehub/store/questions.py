"""Questions with what a person needs to decide them: whose file it is, who wrote which value where and when, and what
else the same person changed in the same row then. Read for all questions at once: a township may have hundreds."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from carehub.domain.facts import facts_of
from carehub.domain.records import RECORDS
from carehub.store import linked, queries
from carehub.sync import journal
from carehub.sync.change import Cell, Change
from carehub.sync.fold import VOID_FIELD
from carehub.sync.reopening import first_writer

TOGETHER = 10 * 60 * 1000
"""Changes of one person in one row within so many milliseconds are told together."""


@dataclass(frozen=True, slots=True)
class Writer:
    """A person and a site, as far as they are known here."""

    author_id: str | None
    author: str | None
    site_id: str | None
    site: str | None


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """One value in question. `also`: what else its writer changed in the row then (field → value)."""

    value: Cell
    writer: Writer
    at: int
    also: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class StoredQuestion:
    """A field of a row on which people differ. `owner`: (table, id, name) of the person the row belongs to, or of the
    row itself."""

    id: str
    table: str
    row: str
    field: str
    parked: bool
    title: str
    owner: tuple[str, str, str]
    answers: tuple[StoredAnswer, ...]


def read(session: Session, only: Sequence[str] | None = None) -> list[StoredQuestion]:
    """All questions, or those named, in no particular order."""
    chosen = "" if only is None else " WHERE id IN (SELECT value FROM json_each(:ids))"
    sql = f"SELECT id, tbl, row_id, field, heads, parked FROM question{chosen}"
    given = {} if only is None else {"ids": queries.as_json(only)}
    rows = session.execute(text(sql), given).all()
    by_table: dict[str, set[str]] = {}
    for row in rows:
        by_table.setdefault(row.tbl, set()).add(row.row_id)
    owners = {row: owner for table, ids in by_table.items() for row, owner in _owners(session, table, ids).items()}
    titles = {row: t for table, ids in by_table.items() for row, t in _titles(session, table, ids).items()}
    writers, log = _Writers(session), _log(session, {row.row_id for row in rows})
    return [
        StoredQuestion(
            r.id, r.tbl, r.row_id, r.field, bool(r.parked), titles.get(r.row_id, ""),
            owners.get(r.row_id, (r.tbl, r.row_id, titles.get(r.row_id, ""))),
            _answers(r.field, json.loads(r.heads), log.get(r.row_id, []), writers),
        )
        for r in rows
    ]  # fmt: skip


def about(session: Session, person: str) -> list[str]:
    """The ids of the questions that wait about one person, named by id or by enough of its end to be the only one."""
    rows = session.execute(text("SELECT id, tbl, row_id FROM question WHERE NOT parked")).all()
    by_table: dict[str, set[str]] = {}
    for row in rows:
        by_table.setdefault(row.tbl, set()).add(row.row_id)
    owners = {row: owner[1] for table, ids in by_table.items() for row, owner in _owners(session, table, ids).items()}
    found = {row.id: owners.get(row.row_id, row.row_id) for row in rows}
    named = {owner for owner in found.values() if owner == person or (len(person) >= 4 and owner.endswith(person))}
    return [i for i, owner in found.items() if owner in named] if len(named) == 1 else []


def count(session: Session, *, parked: bool = False) -> int:
    """How many questions are open, or put aside."""
    sql = "SELECT count(*) FROM question WHERE parked = :parked"
    return int(session.execute(text(sql), {"parked": int(parked)}).scalar_one())


def _titles(session: Session, table: str, ids: Iterable[str]) -> dict[str, str]:
    return {row: str(name) for row, name in queries.names(session, table, list(ids)).items()}


def _owners(session: Session, table: str, ids: Iterable[str]) -> dict[str, tuple[str, str, str]]:
    """row id → the person it belongs to; a person with several files is told by the one that stands for all."""
    owners = [f for f in facts_of(RECORDS[table]).values() if f.owner]
    if any(not owner.ref for owner in owners):
        return _any_owners(session, table, ids)
    wanted, told = list(ids), dict[str, tuple[str, str, str]]()
    for kind, column in [(owner.ref, owner.name) for owner in owners] or [(table, "id")]:
        told |= _owners_by(session, table, wanted, kind, column)  # of several, a row names one
    return told


def _owners_by(
    session: Session, table: str, ids: Iterable[str], kind: str, column: str
) -> dict[str, tuple[str, str, str]]:
    """The same where `column` names the owner, a row of `kind`."""
    sql = f'SELECT id, {column} FROM "{table}" WHERE id IN (SELECT value FROM json_each(:ids))'
    found = session.execute(text(sql), {"ids": queries.as_json(ids)}).all()
    roots = linked.roots(session, kind)
    shown = {row: roots.get(person, person) for row, person in found if person}
    names = queries.names(session, kind, sorted(set(shown.values())))
    return {row: (kind, person, str(names[person])) for row, person in shown.items() if person in names}


def _any_owners(session: Session, table: str, ids: Iterable[str]) -> dict[str, tuple[str, str, str]]:
    """The same for rows that may belong to a row of any table: whose row that is, is asked there."""
    owners = queries.owners_of(session, table, ids)
    found: dict[str, tuple[str, str, str]] = {}
    for kind in {kind for kind, _ in owners.values()}:
        known = _owners(session, kind, [row for k, row in owners.values() if k == kind])
        found |= {row: known[owner] for row, (k, owner) in owners.items() if k == kind and owner in known}
    return found


def _log(session: Session, rows: Iterable[str]) -> dict[str, list[Change]]:
    """row id → its changes in their order of arrival."""
    sql = f"""SELECT {journal.FIELDS} FROM change WHERE row_id IN (SELECT value FROM json_each(:ids)) ORDER BY pos"""
    found: dict[str, list[Change]] = {}
    for row in session.execute(text(sql), {"ids": queries.as_json(rows)}):
        change = journal.change_from(row)
        found.setdefault(change.row, []).append(change)
    return found


class _Writers:
    """Who is behind a change: its author and his site, else the site whose replica wrote it."""

    def __init__(self, session: Session) -> None:
        people = text('SELECT u.id, u.name, u.site_id, s.name FROM "user" u LEFT JOIN site s ON s.id = u.site_id')
        self._people = {row[0]: (row[1], row[2], row[3]) for row in session.execute(people)}
        replicas = text(
            """SELECT l.replica, l.site_id, s.name FROM (SELECT replica, site_id FROM link UNION
            SELECT w.replica, i.site_id FROM writer w, identity i UNION
            SELECT f.replica, i.site_id FROM former f, identity i) l LEFT JOIN site s ON s.id = l.site_id"""
        )
        self._replicas = {row[0]: (row[1], row[2]) for row in session.execute(replicas)}

    def of(self, change: Change) -> Writer:
        name, site_id, site = self._people.get(change.author or "", (None, None, None))
        if site_id is None:
            site_id, site = self._replicas.get(change.replica, (None, None))
        return Writer(change.author, name, site_id, site)


def _answers(
    field: str, heads: Sequence[Mapping[str, Any]], log: Sequence[Change], writers: _Writers
) -> tuple[StoredAnswer, ...]:
    known = {c.identity: c for c in log}
    replicas = [h["replica"] for h in heads]
    found = []
    for head in heads:
        change = known.get((head["replica"], head["seq"]))
        if change is None:
            found.append(StoredAnswer(head["value"], Writer(head["author"], None, None, None), head["at"], {}))
            continue
        if replicas.count(change.replica) > 1:
            change = first_writer(change, field, head["value"], log)
        also = _also(change, field, log)
        found.append(StoredAnswer(head["value"], writers.of(change), change.at, also))
    return tuple(found)


def _also(change: Change, field: str, log: Sequence[Change]) -> dict[str, Cell]:
    """The other fields that the writer of a change wrote in this row about that time, after the row was begun."""
    found: dict[str, Cell] = {}
    for other in log:
        same = (other.replica, other.author) == (change.replica, change.author)
        if same and other.seen and abs(other.at - change.at) <= TOGETHER:
            found |= other.cells
    return {name: cell for name, cell in found.items() if name not in (field, "site_id", VOID_FIELD)}


def park(session: Session, ids: Sequence[str], *, parked: bool) -> int:
    """Puts questions aside or takes them up again; returns how many. It concerns this store only."""
    sql = (
        "UPDATE question SET parked = :parked WHERE id IN (SELECT value FROM json_each(:ids)) AND parked IS NOT :parked"
    )
    done = session.execute(text(sql), {"parked": int(parked), "ids": queries.as_json(ids)})
    return int(done.rowcount)  # type: ignore[attr-defined]


def note_decision(session: Session, question: StoredQuestion, author: str, source: str) -> None:
    """Remembers that a question was decided here, and by whose value; the receipt on paper tells of it."""
    session.execute(
        text(
            """INSERT OR REPLACE INTO decision (question, tbl, row_id, field, at, author, source)
            VALUES (:id, :tbl, :row, :field, CAST(unixepoch('subsec') * 1000 AS INTEGER), :author, :source)"""
        ),
        {"id": question.id, "tbl": question.table, "row": question.row, "field": question.field, "author": author,
         "source": source},
    )  # fmt: skip


def of_sites(session: Session, sites: Iterable[str]) -> list[str]:
    """The ids of the questions about rows at home at some sites."""
    sql = """SELECT id FROM question WHERE (SELECT home FROM change WHERE row_id = question.row_id LIMIT 1)
        IN (SELECT value FROM json_each(:sites))"""
    return list(session.execute(text(sql), {"sites": queries.as_json(sites)}).scalars())


@dataclass(frozen=True, slots=True)
class Decision:
    """A question that was decided here. `source`: whose value was taken, empty for one of the decider's own."""

    table: str
    row: str
    field: str
    at: int
    source: str
    owner: str


def decisions(session: Session, sites: Iterable[str], since: int) -> list[Decision]:
    """What was decided here since a moment about rows at home at some sites, and is not open again."""
    sql = """SELECT tbl, row_id, field, at, source FROM decision WHERE at >= :since
        AND question NOT IN (SELECT id FROM question)
        AND (SELECT home FROM change WHERE row_id = decision.row_id LIMIT 1) IN (SELECT value FROM json_each(:sites))
        ORDER BY at, question"""
    rows = session.execute(text(sql), {"since": since, "sites": queries.as_json(sites)}).all()
    by_table: dict[str, set[str]] = {}
    for row in rows:
        by_table.setdefault(row.tbl, set()).add(row.row_id)
    names = {row: n for table, ids in by_table.items() for row, (_, _, n) in _owners(session, table, ids).items()}
    return [Decision(r.tbl, r.row_id, r.field, r.at, r.source, names.get(r.row_id, "")) for r in rows]
