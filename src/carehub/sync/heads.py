"""Which of many changes no other supersedes, without comparing each with each.

A row has a few changes, and then looking at all pairs is quickest. But a bundle may bring twenty thousand for one cell,
none of which has seen another, to keep an office's laptop busy for minutes; above `FEW` an index answers the same.
"""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from carehub.sync.change import Change

FEW = 24


def heads_of(writers: Sequence[Change]) -> list[Change]:
    """The changes no other of them supersedes. Should dishonest claims run in a circle, all count as heads."""
    if len(writers) <= FEW:
        heads = [c for c in writers if not any(o.supersedes(c) for o in writers)]
    else:
        claims = _Claims(writers)
        heads = [c for c in writers if not claims.supersede(c)]
    return heads or list(writers)


class _Claims:
    """What changes say they have seen, by whom and of whom. Building it takes a step for each claim, asking it about a
    change no more steps than that change makes claims."""

    def __init__(self, changes: Sequence[Change]) -> None:
        found: dict[str, dict[str, list[tuple[int, int]]]] = {}
        for change in sorted(changes, key=lambda c: c.seq):
            for about, seq in change.seen.items():
                found.setdefault(about, {}).setdefault(change.replica, []).append((change.seq, seq))
        self._about = {about: sorted(map(_told, by.items()), reverse=True) for about, by in found.items()}

    def supersede(self, change: Change) -> bool:
        """Whether one of them supersedes `change`: claims it and is not claimed by it."""
        for most, replica, seqs, after in self._about.get(change.replica, ()):
            if most < change.seq:
                return False  # nor do the others: they stand in order
            if after[bisect_right(seqs, change.seen.get(replica, 0))] >= change.seq:
                return True
        return False


def _told(by: tuple[str, list[tuple[int, int]]]) -> tuple[int, str, list[int], list[int]]:
    """Of one replica's changes that say how much of another they have seen: the most, the replica, their numbers in
    order, and the most that is seen from each of them on."""
    replica, pairs = by
    after = [0, *accumulate((seen for _, seen in reversed(pairs)), max)][::-1]
    return after[0], replica, [seq for seq, _ in pairs], after
