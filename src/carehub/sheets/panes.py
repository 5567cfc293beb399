"""Sheets that hold the same table twice, side by side to save paper: each pane is read as a sheet of its own."""

from carehub.sheets.grid import Grid
from carehub.sheets.headers import Header
from carehub.sheets.words import bare

_LEAST = 3  # columns of a pane; father's and mother's two columns are no panes


def panes(grid: Grid, header: Header) -> list[Grid]:
    """The panes of a sheet from left to right, each with the other panes' columns blank; rows keep their numbers.
    A sheet without repetition is its own only pane."""
    columns = sorted(header.paths)
    titles = [bare(header.title(c)) for c in columns]
    for size in range(_LEAST, len(titles) // 2 + 1):
        first = titles[:size]
        if len(set(first)) == size and all(titles[n] == first[n % size] for n in range(len(titles))):
            starts = [columns[n] for n in range(0, len(columns), size)]
            bounds = zip(starts, [*starts[1:], grid.width], strict=True)
            return [_cut(grid, header, 0 if left == starts[0] else left, right) for left, right in bounds]
    return [grid]


def _cut(grid: Grid, header: Header, left: int, right: int) -> Grid:
    """The grid with only the columns from `left` to before `right`; what stands above the header stays."""
    rows = [
        list(row) if r < header.start else [v if left <= c < right else None for c, v in enumerate(row)]
        for r, row in enumerate(grid.rows)
    ]
    return Grid(grid.name, rows, grid.merged)
