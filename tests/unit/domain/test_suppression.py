"""Statistics for others. What a child would lose: being the one girl under six in the village whom everybody can work
out from a table without names."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carehub.domain.suppression import Published, suppress

SMALL = 3
"""A threshold small enough for every possible table to be tried one by one."""


def possible(shown: Published, total: int) -> list[tuple[int, ...]]:
    """Every table (interior cells, row by row) that a reader cannot rule out: found by trying all of them, without any
    of the reasoning of the code under test."""
    rows, columns = len(shown.cells), len(shown.cells[0])
    choices = [
        [cell] if cell is not None else range(total + 1) for row in shown.cells for cell in row
    ]  # fmt: skip
    found = []
    for values in itertools.product(*choices):
        table = [values[r * columns : (r + 1) * columns] for r in range(rows)]
        sums = [sum(row) for row in table]
        downs = [sum(row[c] for row in table) for c in range(columns)]
        fits = all(t is None or t == s for t, s in zip(shown.row_totals, sums, strict=True))
        fits &= all(t is None or t == s for t, s in zip(shown.column_totals, downs, strict=True))
        if fits and (shown.total is None or shown.total == sum(sums)):
            found.append((*values, *sums, *downs))
    return found


def hidden_values(shown: Published) -> list[bool]:
    cells = [cell is None for row in shown.cells for cell in row]
    return [*cells, *(t is None for t in shown.row_totals), *(t is None for t in shown.column_totals)]


def small_tables(rows: int, columns: int) -> st.SearchStrategy[list[list[int]]]:
    row = st.lists(st.integers(0, 4), min_size=columns, max_size=columns)
    return st.lists(row, min_size=rows, max_size=rows).filter(lambda t: sum(map(sum, t)) <= 9)


SHAPES = st.sampled_from([(1, 2), (1, 3), (2, 2), (2, 3), (3, 2), (4, 1), (1, 1)])


@given(SHAPES.flatmap(lambda shape: small_tables(*shape)))
def test_no_hidden_count_can_be_worked_out(counts: list[list[int]]) -> None:
    """Not exactly, and not to fewer than `SMALL` values: whatever the totals say."""
    shown, total = suppress(counts, SMALL), sum(map(sum, counts))
    true = [*(v for row in counts for v in row), *map(sum, counts), *(sum(c) for c in zip(*counts, strict=True))]
    hidden = hidden_values(shown)
    assert all(h for v, h in zip(true, hidden, strict=True) if 0 < v < SMALL), "every small count is hidden"
    tables = possible(shown, total if shown.total is not None else SMALL - 1)
    for n, is_hidden in enumerate(hidden):
        if is_hidden:
            assert len({table[n] for table in tables}) >= SMALL, (counts, shown, n)


@given(SHAPES.flatmap(lambda shape: small_tables(*shape)))
def test_what_is_shown_is_true(counts: list[list[int]]) -> None:
    shown = suppress(counts, SMALL)
    for row, told in zip(counts, shown.cells, strict=True):
        assert all(t in (None, v) for v, t in zip(row, told, strict=True))
    assert shown.total in (None, sum(map(sum, counts)))


@given(st.lists(st.lists(st.integers(0, 40), min_size=3, max_size=3), min_size=2, max_size=6))
def test_row_totals_that_stand_in_every_table_stay_in_sight(counts: list[list[int]]) -> None:
    """Else what one table of a workbook hides the next would tell."""
    counts = [row if sum(row) == 0 or sum(row) >= 5 else [5, *row[1:]] for row in counts]
    shown = suppress(counts, 5, keep_row_totals=True)
    if shown.total is not None:
        assert list(shown.row_totals) == [sum(row) for row in counts]
        for row, told in zip(counts, shown.cells, strict=True):
            assert sum(t is None for t in told) != 1, "one hidden cell beside a shown total is none"
            assert all(t is None for v, t in zip(row, told, strict=True) if 0 < v < 5)


def test_large_counts_are_all_shown() -> None:
    shown = suppress([[10, 20], [30, 0]], 5)
    assert shown == Published(((10, 20), (30, 0)), (30, 30), (40, 20), 60)


def test_one_small_cell_takes_three_others_with_it() -> None:
    shown = suppress([[2, 20, 30], [30, 12, 40], [25, 35, 45]], 5)
    assert sum(cell is None for row in shown.cells for cell in row) == 4
    assert shown.cells[0][0] is None
    assert shown.row_totals == (52, 82, 105)


def test_a_total_under_the_threshold_tells_nothing_at_all() -> None:
    shown = suppress([[1, 2], [0, 1]], 5)
    assert shown == Published(((None, None), (None, None)), (None, None), (None, None), None)
    assert suppress([[0, 0]], 5).total == 0


def test_a_small_total_that_is_to_stay_in_sight_is_refused() -> None:
    with pytest.raises(ValueError, match="small"):
        suppress([[1, 1], [9, 9]], 5, keep_row_totals=True)
