"""What waits because it may not come in as it is: shown with the reason, what can be done, and released by a person."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from carehub.domain.errors import InvalidInput, NotFound
from carehub.domain.facts import facts_of
from carehub.domain.records import RECORDS
from carehub.domain.rights import Right
from carehub.domain.texts import mark
from carehub.services import handover, labels, restricted
from carehub.services.desk import Desk
from carehub.store import aside, queries
from carehub.store.aside import HeldChange
from carehub.store.store import Touched
from carehub.sync import quarantine, scope

RELEASABLE = frozenset({scope.OUT_OF_SCOPE, scope.RETURNED})
"""Reasons that a person can overrule: whoever looks at the change may know that it is right all the same."""
ADVICE = {
    scope.OUT_OF_SCOPE: mark("If it is right all the same, take it in. Else leave it: the receipt tells the site."),
    scope.RETURNED: mark("If it is right, take it in."),
    scope.ROW_UNKNOWN: mark("It comes in by itself with the bundle that brings the rest."),
    scope.REFERENCE_ONLY: mark("It cannot be taken in. Ask the office above to correct it."),
    scope.WRONG_TYPE: mark("It cannot be taken in. Ask the site to type it once more."),
}
RESTRICTED = mark("Restricted record")
NO_SUCH_CHANGE = mark("This no longer waits.")
NOT_RELEASABLE = mark("This cannot be taken in by hand: {reason}")


@dataclass(frozen=True, slots=True)
class Held:
    """One change that waits. `about` is the person or row it concerns, `cells` the fields it would write as people read
    them, `reason` and `advice` are message ids."""

    replica: str
    seq: int
    kind: str
    about: str
    cells: tuple[tuple[str, str], ...]
    author: str
    site: str
    number: int
    at: int
    reason: str
    advice: str
    restricted: bool = False
    """It concerns a talk or an incident: on paper nothing more is said of it, to whom it may concern here or not."""
    hidden: bool = False
    """The person at this desk may not know more of it either."""

    @property
    def releasable(self) -> bool:
        """Whether the person at this desk may take it in."""
        return self.reason in RELEASABLE and not self.hidden


def waiting(desk: Desk, intake: int | None = None) -> list[Held]:
    """All that waits, or what waits of one merge (its number), in the order in which it came."""
    bundles = {t["n"]: t for t in handover.taken(desk)}
    with desk.store.reading() as session:
        found = aside.held(session, intake)
        names, people = _names(session, found), _people(session, found)
        rights = restricted.rights_of(session, [(change.table, change.row) for change in found])
    return [_told(desk, change, bundles.get(change.intake, {}), names, people, rights) for change in found]


def count(desk: Desk) -> int:
    """How many changes wait."""
    with desk.store.reading() as session:
        return aside.count(session)


def _names(session: Session, found: Sequence[HeldChange]) -> dict[str, str]:
    """row id → the person it belongs to: as it is on file, else as the change itself tells."""
    names: dict[str, str] = {}
    by_table: dict[str, set[str]] = {}
    for change in found:
        by_table.setdefault(change.table, set()).add(change.row)
        if change.table in RECORDS:
            title = RECORDS[change.table].about.title
            told = change.cells.get(title) if not facts_of(RECORDS[change.table])[title].ref else ""  # no bare ids
            names.setdefault(change.row, str(told or ""))
    for table, rows in by_table.items():
        names |= {row: name for row, name in queries.owner_names(session, table, sorted(rows)).items() if name}
    return names


def _people(session: Session, found: Sequence[HeldChange]) -> dict[str, str]:
    return queries.names(session, "user", sorted({c.author for c in found if c.author}))


def _told(
    desk: Desk,
    change: HeldChange,
    bundle: dict[str, object],
    names: dict[str, str],
    people: dict[str, str],
    rights: dict[str, Right],
) -> Held:
    right = rights.get(change.row) or restricted.right_of_cells(change.table, change.cells)
    if not desk.may(right):  # that something waits is all there is to say
        return Held(
            change.replica, change.seq, desk.texts(RESTRICTED), "", (), "", str(bundle.get("sender_name") or ""),
            int(str(bundle.get("number", 0))), change.at, change.reason, ADVICE.get(change.reason, ""),
            restricted=True, hidden=True,
        )  # fmt: skip
    facts = facts_of(RECORDS[change.table]) if change.table in RECORDS else {}
    cells = tuple(
        (desk.texts(facts[name].label), labels.show_fact(desk, facts[name], value, reveal=False))
        for name, value in change.cells.items()
        if name in facts and not (facts[name].system and name != "voided_on")
    )
    label = desk.texts(RECORDS[change.table].about.label) if change.table in RECORDS else change.table
    return Held(
        change.replica, change.seq, label, names.get(change.row, ""), cells, people.get(change.author or "", ""),
        str(bundle.get("sender_name") or ""), int(str(bundle.get("number", 0))), change.at, change.reason,
        ADVICE.get(change.reason, ""), restricted=right is not None,
    )  # fmt: skip


def release(desk: Desk, replica: str, seq: int) -> Touched:
    """Takes in one change that a person has looked at. Raises `NotFound` if it waits no more, `InvalidInput` where
    nobody may overrule the reason, `NotAllowed` for a restricted record; then nothing changed."""
    with desk.unit(Right.SETTLE) as unit:
        for change in aside.held(unit.session):
            if (change.replica, change.seq) == (replica, seq):
                rights = restricted.rights_of(unit.session, [(change.table, change.row)])
                desk.require(rights.get(change.row) or restricted.right_of_cells(change.table, change.cells))
                if change.reason not in RELEASABLE:
                    raise InvalidInput(NOT_RELEASABLE, reason=change.reason)
                break
        else:
            raise NotFound(NO_SUCH_CHANGE)
        outcome = quarantine.release(unit.raw, replica, seq)
        aside.note_release(unit.session, change.intake)
        assert outcome is not None
        unit.also((table, row) for row, table in outcome.rows.items())
    return unit.touched
