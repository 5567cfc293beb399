"""What a merge would do, with the names behind the counts: gathered inside the trial, before it is rolled back."""

from collections.abc import Collection
from dataclasses import dataclass

from carehub.domain.records import RECORDS
from carehub.services import restricted
from carehub.services.desk import Desk
from carehub.store import duplicates, queries
from carehub.store.store import Unit
from carehub.sync.merge import Outcome

MOST = 200
"""So many names of each sort are gathered; the counts are always whole."""


@dataclass(frozen=True, slots=True)
class Named:
    """One row behind a count: its table, its id, and what a person knows it by."""

    table: str
    row: str
    name: str


@dataclass(frozen=True, slots=True)
class Preview:
    """Rows that would be new, changed, voided, erased, or in question: at most `MOST` of each, without those of records
    that this person may not know. `duplicates` counts the pairs of files that may be of one person, among the rows of
    the bundle."""

    new: tuple[Named, ...]
    changed: tuple[Named, ...]
    voided: tuple[Named, ...]
    erased: tuple[Named, ...]
    asked: tuple[Named, ...]
    duplicates: int = 0


def of(unit: Unit, desk: Desk, outcome: Outcome) -> Preview:
    """The preview of an outcome, read inside its transaction."""
    rights = restricted.rights_of(unit.session, [(table, row) for row, table in outcome.rows.items()])

    def named(rows: Collection[str]) -> tuple[Named, ...]:
        return _named(unit, outcome, [row for row in rows if desk.may(rights.get(row))])

    sql = "SELECT row_id FROM question WHERE id IN (SELECT value FROM json_each(?))"
    asked = {row for (row,) in unit.raw.execute(sql, (queries.as_json(outcome.opened),))}
    return Preview(
        named(outcome.created),
        named(outcome.rows.keys() - outcome.created - outcome.voided - outcome.erased),
        named(outcome.voided),
        named(outcome.erased),
        named(asked),
        duplicates.count_near(unit.session, [(table, row) for row, table in outcome.rows.items()]),
    )


def _named(unit: Unit, outcome: Outcome, rows: Collection[str]) -> tuple[Named, ...]:
    """People first: a row of a child is told by the child's name."""
    order = {table: n for n, table in enumerate(("child", "volunteer", *RECORDS))}
    chosen = sorted(rows, key=lambda row: (order.get(outcome.rows.get(row, ""), 99), row))[:MOST]
    by_table: dict[str, list[str]] = {}
    for row in chosen:
        by_table.setdefault(outcome.rows.get(row, ""), []).append(row)
    names: dict[str, str] = {}
    for table, ids in by_table.items():
        names |= queries.owner_names(unit.session, table, ids)
    return tuple(Named(outcome.rows.get(row, ""), row, names.get(row, "")) for row in chosen)
