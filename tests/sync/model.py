"""An independent model of the law of merging: slow, obvious, sharing no code with the product.

A change is a plain tuple. The model knows sets and quantifiers only; it has no fast path, no order and no database.
"""

from typing import Any, NamedTuple


class C(NamedTuple):
    """A change: identity, cells written, what its writer had seen of the row, clock."""

    replica: str
    seq: int
    row: str
    cells: tuple[tuple[str, Any], ...]
    seen: tuple[tuple[str, int], ...]
    at: int


def says(p: C, o: C) -> bool:
    return p != o and dict(p.seen).get(o.replica, 0) >= o.seq


def knew(p: C, o: C) -> bool:
    return says(p, o) and not says(o, p)


def plausible(at: int) -> bool:
    return 1_767_225_600_000 <= at < 2_398_377_600_000


def state(changes: set[C], row: str) -> tuple[dict[str, Any] | None, dict[str, set[Any]]]:
    """The values of a row and, per field in question, the set of values that stand against each other. None for a row
    that somebody erased."""
    mine = {c for c in changes if c.row == row}
    if any(k == "erased_on" for c in mine for k, _ in c.cells):
        return None, {}
    values: dict[str, Any] = {}
    questions: dict[str, set[Any]] = {}
    for column in {k for c in mine for k, _ in c.cells}:
        writers = {c for c in mine if column in dict(c.cells)}
        alive = {o for o in writers if not any(knew(p, o) for p in writers)} or writers
        best = max(alive, key=lambda c: (plausible(c.at), c.at, c.replica, c.seq))
        values[column] = dict(best.cells)[column]
        different = {dict(c.cells)[column] for c in alive}
        if len(different) > 1:
            questions[column] = different
    if values.get("voided_on") is not None and "voided_on" not in questions:
        writers = {c for c in mine if "voided_on" in dict(c.cells)}
        alive = {o for o in writers if not any(knew(p, o) for p in writers)} or writers
        edits = mine - writers
        if any(not knew(v, e) and not knew(e, v) for v in alive for e in edits):
            questions["voided_on"] = {values["voided_on"], None}
    return values, questions
