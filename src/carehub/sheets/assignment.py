"""The best one-to-one pairing of columns and fields."""

from collections.abc import Sequence


def best_pairs(scores: Sequence[Sequence[float]]) -> list[tuple[int, int]]:
    """Pairs (row, column) of a score matrix, each row and column at most once, with the greatest total. Only pairs
    with a score above zero are returned. The Hungarian method with potentials, O(n²m)."""
    n, m = len(scores), len(scores[0]) if scores else 0
    if not n or not m:
        return []
    if n > m:
        turned = [[scores[r][c] for r in range(n)] for c in range(m)]
        return sorted((r, c) for c, r in best_pairs(turned))
    owner = _owners([[-s for s in row] for row in scores], n, m)
    return sorted((owner[c] - 1, c - 1) for c in range(1, m + 1) if owner[c] and scores[owner[c] - 1][c - 1] > 0)


def _owners(cost: list[list[float]], n: int, m: int) -> list[int]:
    """For each column (from 1) the row (from 1) it belongs to in a cheapest pairing, 0 for none; n ≤ m."""
    row_price, column_price, owner = [0.0] * (n + 1), [0.0] * (m + 1), [0] * (m + 1)
    for row in range(1, n + 1):
        owner[0], column = row, 0
        least, way, done = [float("inf")] * (m + 1), [0] * (m + 1), [False] * (m + 1)
        while owner[column]:
            done[column] = True
            at, delta, following = owner[column], float("inf"), 0
            for c in range(1, m + 1):
                if done[c]:
                    continue
                price = cost[at - 1][c - 1] - row_price[at] - column_price[c]
                if price < least[c]:
                    least[c], way[c] = price, column
                if least[c] < delta:
                    delta, following = least[c], c
            for c in range(m + 1):
                if done[c]:
                    row_price[owner[c]] += delta
                    column_price[c] -= delta
                else:
                    least[c] -= delta
            column = following
        while column:
            owner[column] = owner[way[column]]
            column = way[column]
    return owner
