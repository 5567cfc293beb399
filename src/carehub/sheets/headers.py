"""Where the header of a table stands and what each column is called, over one to four header rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from carehub.sheets.cells import Looks
from carehub.sheets.grid import Grid
from carehub.sheets.header_words import lexical
from carehub.sheets.words import bare

SEARCHED_ROWS = 80
_MOST_ROWS = 4
_WORD = 0.68
_PLENTY = 4  # words that make a header of a row, however many unknown ones stand beside them


@dataclass
class Header:
    """The header rows (from 0, end exclusive; empty if there is none) and the path of texts over each column, from
    the group down to the column's own."""

    start: int
    end: int
    paths: dict[int, tuple[str, ...]] = field(default_factory=dict)

    @property
    def rows(self) -> range:
        return range(self.start, self.end)

    def title(self, column: int) -> str:
        """The header of a column in one line: 监护人·姓名."""
        return "·".join(self.paths.get(column, ()))


def find_header(grid: Grid, looks: Looks) -> Header:
    """The header of a sheet. Without one, an empty header that stands before the first row of the table."""
    rows = range(min(len(grid.rows), SEARCHED_ROWS))
    strength = {r: _strength(grid.rows[r], looks) for r in rows}
    first = next((r for r in rows if strength[r] >= 3), None)
    if first is None:
        first = next((r for r in rows if strength[r] >= 2), None)
    if first is None:
        tables = [r for r in rows if _filled(grid.rows[r]) >= 2 and not _says(grid.rows[r])]
        facts = [r for r in tables if any(looks.is_data(v) for v in grid.rows[r])]
        start = next(iter(facts or tables), 0)
        return Header(start, start)
    start, end = _upward(grid, looks, first), _downward(grid, looks, first)
    return Header(start, end, _paths(grid, start, end))


def _filled(row: Sequence[object]) -> int:
    return len({str(v) for v in row if v is not None})


def _says(row: Sequence[object]) -> bool:
    """Whether a row holds something like 填报单位：新民村, as lines above and below tables do."""
    return any(":" in (text := bare(v)) and not text.endswith(":") for v in row if isinstance(v, str))


def _strength(row: Sequence[object], looks: Looks) -> int:
    """How many cells of a row are words of headers; 0 if it cannot be a header row."""
    cells = {bare(v): v for v in row if v is not None}
    if _says(row) or any(looks.is_data(v) for v in cells.values()):
        return 0
    good = sum(lexical(text) >= _WORD for text in cells)
    return good if good >= 2 and (good * 2 >= len(cells) or good >= _PLENTY) else 0


def _groups(grid: Grid, row: int) -> list[tuple[int, int]]:
    """Merged cells of a row that stand over several columns, as (first, last) column."""
    return [(a[1], b[1]) for a, b in grid.merged if a[0] <= row <= b[0] and b[1] > a[1]]


def _upward(grid: Grid, looks: Looks, first: int) -> int:
    """Takes in rows of groups above, whose words need not be known."""
    start = first
    while start > 0 and first - start < 2:
        row = grid.rows[start - 1]
        if _filled(row) < 2 or _says(row) or any(looks.is_data(v) for v in row if v is not None):
            break
        grouped = any(b - a + 1 < 0.8 * grid.width for a, b in _groups(grid, start - 1))
        reaches = any(a[0] == start - 1 and b[0] >= start for a, b in grid.merged)
        if not grouped and not reaches:
            break
        start -= 1
    return start


def _downward(grid: Grid, looks: Looks, first: int) -> int:
    """Takes in the rows of single columns below groups."""
    end = first + 1
    while end < len(grid.rows) and end - first < _MOST_ROWS:
        row = grid.rows[end]
        texts = [bare(v) for v in row if v is not None]
        if _says(row) or any(looks.is_data(v) for v in row if v is not None):
            break
        known = sum(lexical(t) >= _WORD for t in texts)
        merged = any(first <= a[0] < end <= b[0] for a, b in grid.merged)
        if not (merged and texts) and not (texts and known * 3 >= len(texts) * 2 and _below_groups(grid, end)):
            break
        end += 1
    return end


def _below_groups(grid: Grid, row: int) -> bool:
    """Whether a row fits under the header so far: nothing stands under a column that is called the same."""
    above = {c: bare(v) for c, v in enumerate(grid.rows[row - 1]) if v is not None}
    here = {c: bare(v) for c, v in enumerate(grid.rows[row]) if v is not None}
    same = sum(above.get(c) == text for c, text in here.items())
    return same * 2 <= len(here)


def _paths(grid: Grid, start: int, end: int) -> dict[int, tuple[str, ...]]:
    texts = [[_text(v) for v in grid.rows[r]] for r in range(start, end)]
    spread: set[tuple[int, int]] = set()
    for (top, left), (bottom, right) in grid.merged:
        if bottom < start or top >= end:
            continue
        said = _text(grid.rows[top][left]) if left < len(grid.rows[top]) else ""
        for r in range(max(top, start), min(bottom + 1, end)):
            for c in range(left, min(right + 1, len(texts[r - start]))):
                texts[r - start][c] = said
                spread.add((r - start, c))
    for r in range(len(texts) - 1):
        _spread_groups(texts, r, spread)
    paths = {}
    for c in range(grid.width):
        path: list[str] = []
        for line in texts:
            if line[c] and (not path or path[-1] != line[c]):
                path.append(line[c])
        if path:
            paths[c] = tuple(path)
    return paths


def _spread_groups(texts: list[list[str]], r: int, merged: set[tuple[int, int]]) -> None:
    """A group whose cells are not merged reaches over the blank cells to its right that have a header below."""
    below = [any(line[c] for line in texts[r + 1 :]) for c in range(len(texts[r]))]
    group, open_group = "", False
    for c, text in enumerate(texts[r]):
        if text:
            group, open_group = text, below[c] and (r, c) not in merged
        elif below[c] and open_group:
            texts[r][c] = group
        else:
            open_group = False


def _text(value: object) -> str:
    return "" if value is None else "".join(str(value).split())
