"""The law of merging: a row's state as a pure function of the set of its changes.

Nothing here knows a database, an order of arrival or a clock of its own. `merge` may use faster ways; a property
test holds them to this one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from carehub.sync.change import Cell, Change
from carehub.sync.heads import FEW, heads_of

PLAUSIBLE = (1_767_225_600_000, 2_398_377_600_000)
"""Clocks from 2026-01-01 to 2046-01-01 (Unix milliseconds) are believed before others when a provisional value
must be shown. Fixed, so that every store picks the same one."""

VOID_FIELD = "voided_on"


@dataclass(frozen=True, slots=True)
class Head:
    """One unsuperseded value of a cell with the change that wrote it (the first in order, if several agree)."""

    value: Cell
    change: Change


@dataclass(slots=True)
class RowState:
    """The cells of a row, and for each field in question all its heads, the provisional one first. Of an erased row
    only its home is left."""

    cells: dict[str, Cell] = field(default_factory=dict)
    questions: dict[str, list[Head]] = field(default_factory=dict)
    erased: bool = False


def precedence(change: Change) -> tuple[bool, int, str, int]:
    """The fixed order in which a provisional value is chosen: the greatest wins."""
    return PLAUSIBLE[0] <= change.at < PLAUSIBLE[1], change.at, change.replica, change.seq


def fold(changes: Iterable[Change]) -> RowState:
    """The state of one row from all its known changes, in whatever order they are given."""
    writers: dict[str, list[Change]] = {}
    ordered = sorted(changes, key=precedence, reverse=True)
    erasing = [change.cells.get("site_id") for change in ordered if change.erases]
    if erasing:
        return RowState({"site_id": erasing[0]}, erased=True)
    for change in ordered:
        for name in change.cells:
            writers.setdefault(name, []).append(change)
    state = RowState()
    for name in sorted(writers):
        heads = _distinct(name, heads_of(writers[name]))
        state.cells[name] = heads[0].value
        if len(heads) > 1:
            state.questions[name] = heads
    _question_void(state, ordered, writers.get(VOID_FIELD, []))
    return state


def _distinct(name: str, changes: Sequence[Change]) -> list[Head]:
    found: dict[tuple[type, Cell], Head] = {}
    for change in changes:
        value = change.cells[name]
        found.setdefault((type(value), value), Head(value, change))
    return list(found.values())


def _question_void(state: RowState, changes: Sequence[Change], voids: Sequence[Change]) -> None:
    """Voiding a row while somebody else edits it is always a question for a person: void, or keep?"""
    if state.cells.get(VOID_FIELD) is None or VOID_FIELD in state.questions:
        return
    for void in heads_of(voids)[:FEW]:  # more people never void one row at once, but a forger would
        for other in changes:
            unknown_to_each_other = not void.supersedes(other) and not other.supersedes(void)
            if other is not void and VOID_FIELD not in other.cells and unknown_to_each_other:
                state.questions[VOID_FIELD] = [Head(state.cells[VOID_FIELD], void), Head(None, other)]
                return
