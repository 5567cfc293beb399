"""Small cells of a table of counts, hidden so that totals do not give them away.

A table of counts with its totals is a flow: what goes up in one cell must come down elsewhere, or a total changes. A
hidden cell is safe as long as the hidden cells around it leave room for at least `threshold` different values of it.
That is decided exactly, by flows through the hidden cells, not by a rule of thumb. Counts are persons, never negative.

The grand total and, where asked, the row totals stay in sight: they are the same in every table of a workbook, and what
one hides the next must not tell.
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

Arc = tuple[str, str]
"""A cell as a way between its column and its row; the totals are ways to and from the corner nodes."""

_RIGHT, _BOTTOM = "right", "bottom"


@dataclass(frozen=True, slots=True)
class Published:
    """A table as others may see it: None where a count is hidden."""

    cells: tuple[tuple[int | None, ...], ...]
    row_totals: tuple[int | None, ...]
    column_totals: tuple[int | None, ...]
    total: int | None


def suppress(counts: Sequence[Sequence[int]], threshold: int, *, keep_row_totals: bool = False) -> Published:
    """Hides every count from 1 to below `threshold`, and as much more as it takes. `keep_row_totals`: they are
    published elsewhere anyway and must be `threshold` or more, or 0; raises `ValueError` otherwise."""
    flow = _Flow(counts, keep_row_totals=keep_row_totals)
    if 0 < flow.value[_RIGHT, _BOTTOM] < threshold:
        return Published(
            tuple(tuple(None for _ in row) for row in counts), tuple(None for _ in counts),
            tuple(None for _ in (counts[0] if counts else ())), None,
        )  # fmt: skip
    small = [arc for arc, value in flow.value.items() if 0 < value < threshold]
    if any(arc in flow.fixed for arc in small):
        raise ValueError("a total that is to stay in sight is small itself")
    flow.hidden.update(small)
    changed = True
    while changed:
        changed = False
        for arc in sorted(flow.hidden):
            changed |= flow.protect(arc, threshold)
    return flow.published()


class _Flow:
    """The counts as a circulation: right total → bottom corner → columns → rows → right totals."""

    def __init__(self, counts: Sequence[Sequence[int]], *, keep_row_totals: bool) -> None:
        self._rows, self._columns = len(counts), len(counts[0]) if counts else 0
        self.value: dict[Arc, int] = {}
        for r, row in enumerate(counts):
            for c, count in enumerate(row):
                self.value[f"c{c}", f"r{r}"] = count
            self.value[f"r{r}", _RIGHT] = sum(row)
        for c in range(self._columns):
            self.value[_BOTTOM, f"c{c}"] = sum(row[c] for row in counts)
        self.value[_RIGHT, _BOTTOM] = sum(sum(row) for row in counts)
        self.hidden: set[Arc] = set()
        self.fixed: set[Arc] = {(_RIGHT, _BOTTOM)}
        if keep_row_totals:
            self.fixed |= {(f"r{r}", _RIGHT) for r in range(self._rows)}

    def protect(self, arc: Arc, threshold: int) -> bool:
        """Hides more until `arc` may hold `threshold` different values; returns whether anything was hidden."""
        before = len(self.hidden)
        rest = self._room(arc, threshold - 1, opening=False)
        if rest:
            self._room(arc, threshold - 1, opening=True)
            rest = self._room(arc, threshold - 1, opening=False)
        if rest:  # nothing cheaper is enough: everything that may be hidden is
            self.hidden |= self.value.keys() - self.fixed
        return len(self.hidden) > before

    def _room(self, arc: Arc, wanted: int, *, opening: bool) -> int:
        """How much is missing of the room `wanted` for `arc` to go up or down among what is hidden. `opening` hides the
        cheapest further cells on the way."""
        found = 0
        tail, head = arc
        for source, target, most in ((head, tail, wanted), (tail, head, min(self.value[arc], wanted))):
            shift: dict[Arc, int] = {}
            while found < wanted and most > 0:
                way = self._way(source, target, arc, shift, opening=opening)
                if way is None:
                    break
                step = min([most, wanted - found, *(self._left(a, shift) for a, forward in way if not forward)])
                for part, forward in way:
                    shift[part] = shift.get(part, 0) + (step if forward else -step)
                    if opening:
                        self.hidden.add(part)
                found, most = found + step, most - step
        return wanted - found

    def _left(self, arc: Arc, shift: dict[Arc, int]) -> int:
        return self.value[arc] + shift.get(arc, 0)

    def _way(
        self, source: str, target: str, without: Arc, shift: dict[Arc, int], *, opening: bool
    ) -> list[tuple[Arc, bool]] | None:
        """The cheapest way from one node to another along hidden cells, or with `opening` along any that may be hidden:
        forward a cell goes up, backward down. Hidden cells cost nothing, others what would be lost by hiding them."""
        usable = self.value.keys() - self.fixed if opening else self.hidden
        ways: dict[str, list[tuple[str, Arc, bool]]] = {}
        for arc in sorted(usable - {without}):
            ways.setdefault(arc[0], []).append((arc[1], arc, True))
            if self._left(arc, shift) > 0:
                ways.setdefault(arc[1], []).append((arc[0], arc, False))
        best: dict[str, int] = {source: 0}
        came: dict[str, tuple[str, Arc, bool]] = {}
        heap = [(0, source)]
        while heap:
            cost, node = heapq.heappop(heap)
            if node == target:
                break
            for after, arc, forward in ways.get(node, ()) if cost == best[node] else ():
                price = cost + (0 if arc in self.hidden else self.value[arc] + 1)
                if price < best.get(after, price + 1):
                    best[after], came[after] = price, (node, arc, forward)
                    heapq.heappush(heap, (price, after))
        if target not in came:
            return None
        way, node = [], target
        while node != source:
            node, arc, forward = came[node]
            way.append((arc, forward))
        return way

    def published(self) -> Published:
        """The table with its hidden cells left out."""

        def shown(arc: Arc) -> int | None:
            return None if arc in self.hidden else self.value[arc]

        rows, columns = range(self._rows), range(self._columns)
        return Published(
            tuple(tuple(shown((f"c{c}", f"r{r}")) for c in columns) for r in rows),
            tuple(shown((f"r{r}", _RIGHT)) for r in rows),
            tuple(shown((_BOTTOM, f"c{c}")) for c in columns),
            shown((_RIGHT, _BOTTOM)),
        )
