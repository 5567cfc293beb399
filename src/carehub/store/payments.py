"""Money in the database: sums of batches, and payments made twice, over all sites whose rows are at home here."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel import Session

from carehub.store import linked
from carehub.store.homes import AT_HOME_HERE

_PAID = f"""paid AS (
    SELECT p.id, p.batch_id, p.line, b.programme, b.term, p.site_id, p.name, p.school, p.grade, p.class_name,
        p.identity_no, p.account,
        coalesce(r.value, p.child_id) AS child,
        p.amount_fen + coalesce((SELECT sum(c.amount_fen) FROM payment c
            WHERE c.corrects_id = p.id AND c.voided_on IS NULL), 0) AS fen
    FROM (SELECT * FROM payment WHERE voided_on IS NULL AND corrects_id IS NULL AND {AT_HOME_HERE}) p
    JOIN payment_batch b ON b.id = p.batch_id AND b.voided_on IS NULL
    LEFT JOIN json_each(:roots) r ON r.key = p.child_id
    WHERE (:programme IS NULL OR b.programme = :programme) AND (:term IS NULL OR b.term = :term))"""

REASONS = ("identity_no", "child", "account", "name")
"""Why two payments are taken to be to the same child, the surest first: one identity number; one file (or files linked
as one person); one name and account; one name, school, grade and class, where an identity number is missing."""

_KEYS = {
    "identity_no": ("identity_no", "identity_no IS NOT NULL"),
    "child": ("child", "child IS NOT NULL"),
    "account": ("name || '/' || account", "account IS NOT NULL"),
    "name": (
        "name || '/' || school || '/' || coalesce(grade, '') || '/' || coalesce(class_name, '')",
        "school IS NOT NULL",
    ),
}
_ONE_NUMBER = "count(DISTINCT identity_no) < 2"
_EXTRA = {"account": _ONE_NUMBER, "name": f"{_ONE_NUMBER} AND count(identity_no) < count(*)"}


@dataclass(frozen=True, slots=True)
class Double:
    """Payments (ids, by batch and in the order of the roll) of one programme in one term that seem to be to one child,
    and why (`REASONS`)."""

    reason: str
    programme: str
    term: str
    payments: tuple[str, ...]


def doubles(session: Session, programme: str | None = None, term: str | None = None) -> list[Double]:
    """What was paid twice, across all sites at home here. A payment that a correction took back to nothing is none."""
    parts = [
        f"""SELECT '{reason}' AS reason, programme, term, json_group_array(id ORDER BY batch_id, line, id) AS ids
        FROM paid WHERE fen > 0 AND {condition} GROUP BY programme, term, {key}
        HAVING count(*) > 1{" AND " + _EXTRA[reason] if reason in _EXTRA else ""}"""
        for reason, (key, condition) in _KEYS.items()
    ]
    given = {"programme": programme, "term": term, "roots": json.dumps(linked.roots(session, "child"))}
    found = session.execute(text(f"WITH {_PAID} {' UNION ALL '.join(parts)}"), given)
    told = [Double(reason, code, when, tuple(json.loads(ids))) for reason, code, when, ids in found]
    return list(_surest(sorted(told, key=lambda d: (REASONS.index(d.reason), d.programme, d.term, d.payments))))


def _surest(found: Iterable[Double]) -> Iterable[Double]:
    """Each set of payments once, by its surest reason."""
    seen: list[frozenset[str]] = []
    for double in found:
        ids = frozenset(double.payments)
        if not any(ids <= earlier for earlier in seen):
            seen.append(ids)
            yield double


@dataclass(frozen=True, slots=True)
class Total:
    """What a batch holds: children paid, fen with all corrections, signatures, and rows that put others right."""

    children: int = 0
    fen: int = 0
    signed: int = 0
    corrections: int = 0


def totals(session: Session, batches: Collection[str]) -> dict[str, Total]:
    """Batch id → what it holds."""
    sql = """SELECT batch_id, sum(corrects_id IS NULL), sum(amount_fen),
        sum(corrects_id IS NULL AND signed_by IS NOT NULL), sum(corrects_id IS NOT NULL)
        FROM payment WHERE voided_on IS NULL AND batch_id IN (SELECT value FROM json_each(:ids)) GROUP BY batch_id"""
    found = session.execute(text(sql), {"ids": json.dumps(list(batches))})
    return dict.fromkeys(batches, Total()) | {row[0]: Total(*map(int, row[1:])) for row in found}


def net(session: Session, payments: Collection[str]) -> dict[str, int]:
    """Payment id → fen with all its corrections."""
    sql = """SELECT p.id, p.amount_fen + coalesce((SELECT sum(c.amount_fen) FROM payment c
            WHERE c.corrects_id = p.id AND c.voided_on IS NULL), 0)
        FROM payment p WHERE p.id IN (SELECT value FROM json_each(:ids))"""
    return {row[0]: int(row[1]) for row in session.execute(text(sql), {"ids": json.dumps(list(payments))})}


def drawn_from(session: Session, batch: str) -> list[tuple[str, int, str]]:
    """(id, fen as paid, school) of every payment of a batch that can be drawn: corrections are none."""
    sql = """SELECT id, amount_fen, coalesce(school, '') FROM payment
        WHERE batch_id = :batch AND corrects_id IS NULL AND voided_on IS NULL ORDER BY id"""
    return [(row[0], int(row[1]), row[2]) for row in session.execute(text(sql), {"batch": batch})]


def children_by_number(session: Session, numbers: Iterable[str]) -> Mapping[str, str]:
    """Identity number → the file of the child here; of several files the one that stands for all."""
    sql = f"""SELECT identity_no, id FROM child WHERE voided_on IS NULL AND {AT_HOME_HERE}
        AND identity_no IN (SELECT value FROM json_each(:numbers)) ORDER BY id DESC"""
    roots = linked.roots(session, "child")
    found = session.execute(text(sql), {"numbers": json.dumps(list(numbers))})
    return {number: roots.get(row, row) for number, row in found}


def of_person(session: Session, children: Iterable[str]) -> list[str]:
    """The payments here that carry the identity number of one of some files of a child, whoever paid."""
    sql = f"""SELECT id FROM payment WHERE {AT_HOME_HERE} AND identity_no IN (SELECT identity_no FROM child
        WHERE identity_no IS NOT NULL AND id IN (SELECT value FROM json_each(:ids))) ORDER BY id"""
    return list(session.execute(text(sql), {"ids": json.dumps(list(children))}).scalars())


def flagged(session: Session) -> list[str]:
    """The calls at home here that found another sum than was due, and nobody has explained it, oldest first."""
    sql = f"""SELECT id FROM audit_call WHERE voided_on IS NULL AND outcome = 'reached' AND explained_on IS NULL
        AND received_fen IS NOT due_fen AND {AT_HOME_HERE} ORDER BY id"""
    return list(session.execute(text(sql)).scalars())
