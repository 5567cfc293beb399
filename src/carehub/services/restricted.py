"""Which rows are for named roles only: talks and incidents, and photos and scans that belong to them."""

from collections.abc import Iterable, Mapping

from sqlmodel import Session

from carehub.domain.facts import facts_of
from carehub.domain.records import RECORDS
from carehub.domain.rights import Right
from carehub.store import queries


def rights_of(session: Session, rows: Iterable[tuple[str, str]]) -> dict[str, Right]:
    """row id → the right without which nobody may know of it, of those rows, given as (table, id), that ask for one."""
    by_table: dict[str, set[str]] = {}
    for table, row in rows:
        by_table.setdefault(table, set()).add(row)
    found: dict[str, Right] = {}
    for table, ids in by_table.items():
        if (right := right_of_kind(table)) is not None:
            found |= dict.fromkeys(ids, right)
        elif belongs_to_any(table):
            for row, (owner, _) in queries.owners_of(session, table, ids).items():
                if (right := right_of_kind(owner)) is not None:
                    found[row] = right
    return found


def right_of_kind(table: str) -> Right | None:
    """The right that rows of a table ask for, None where everybody may know of them or the table is unknown here."""
    return RECORDS[table].about.right if table in RECORDS else None


def right_of_cells(table: str, cells: Mapping[str, object]) -> Right | None:
    """The right that a row asks for which is only known by what a change would write."""
    return right_of_kind(table) or (right_of_kind(str(cells.get("owner"))) if belongs_to_any(table) else None)


def belongs_to_any(table: str) -> bool:
    """Whether rows of a table may belong to a row of any other."""
    return table in RECORDS and any(f.owner and not f.ref for f in facts_of(RECORDS[table]).values())
