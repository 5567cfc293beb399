"""Which rows of a sheet are about somebody, with what merged cells, ditto marks and blocks leave out filled in."""

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from carehub.sheets.cells import is_identity, is_name, text_of
from carehub.sheets.grid import Row
from carehub.sheets.header_words import is_index
from carehub.sheets.plan import NonRecord, SheetPlan
from carehub.sheets.words import bare, common, kinds

_HEAD_COUNT = re.compile(r"共(?:计|有)?[0-9一二三四五六七八九十百]+[人名户个]")
_SAYS = re.compile(r"[^:0-9]{2,14}:|[^:0-9]{0,8}(?:签字|签名|签章|盖章|公章)")
_LONG = 60  # characters of a sentence that stands alone
_BLOCK = 0.5  # a column written once per block is blank in at least half of its rows


@dataclass(frozen=True)
class SourceRow:
    """One row about somebody: Excel's row number, and column index → value."""

    number: int
    cells: Mapping[int, object]


def source_rows(plan: SheetPlan) -> tuple[list[SourceRow], list[NonRecord]]:
    """The rows about people and the others; together they are all rows of the sheet."""
    grid, header = plan.table.grid, plan.table.header
    sorter = _Sorter(plan)
    others = [NonRecord(plan.sheet, r + 1, _above(grid.rows[r])) for r in range(header.start)]
    others += [NonRecord(plan.sheet, r + 1, "header") for r in header.rows]
    kept: list[int] = []
    for r in range(header.end, len(grid.rows)):
        what = sorter.non_record(r)
        if what:
            others.append(NonRecord(plan.sheet, r + 1, what))
        else:
            kept.append(r)
    filled = _filled(plan, kept)
    return [SourceRow(r + 1, dict(enumerate(row))) for r, row in zip(kept, filled, strict=True)], others


def _above(row: Row) -> str:
    return "title" if any(v is not None for v in row) else "empty"


class _Sorter:
    """Tells rows that are about nobody."""

    def __init__(self, plan: SheetPlan) -> None:
        self._grid = plan.table.grid
        self._names = next((c.index for c in plan.columns if c.field == "name"), None)
        self._facts = {c.index for c in plan.columns if c.field and c.field not in ("name", "school", "home_address")}
        self._index = {c.index for c in plan.columns if is_index(plan.table.path(c.index))}
        self._headers = [
            {c: bare(v) for c, v in enumerate(self._grid.rows[r]) if v is not None} for r in plan.table.header.rows
        ]
        self._headers.append({c: bare(path[-1]) for c, path in plan.table.header.paths.items()})
        self._wide = {a[0] for a, b in self._grid.merged if b[1] - a[1] + 1 >= max(3, self._grid.width // 2)}

    def non_record(self, r: int) -> str | None:
        """What a row is if it is about nobody."""
        cells = {c: v for c, v in enumerate(self._grid.rows[r]) if v is not None}
        told = {c: bare(v) for c, v in cells.items() if c not in self._index or not text_of(v).isdigit()}
        if not told:
            return "empty"
        if self._repeats_header(told):
            return "header"
        first = next(iter(told.values()))
        name = told.get(self._names, "") if self._names is not None else ""
        certain = any(is_identity(v) for v in cells.values())
        if not certain and any(self._is_total(text) for text in (first, name)):
            return "subtotal"
        if not certain and _is_signature(list(told.values())):
            return "signature"
        if _is_note(first) or (r in self._wide and not certain) or (len(first) > _LONG and len(told) <= 2):
            return "note"
        if len(told) > 1 and _counts(list(told.values())):
            return "header"  # the columns' numbers
        if len(set(told.values())) == 1 and not self._is_lone_name(cells, told) and not self._is_lone_fact(told):
            return "note" if self._names in told or len(first) > 1 or not first.isdigit() else "empty"
        return None

    def _repeats_header(self, told: Mapping[int, str]) -> bool:
        for header in self._headers:
            same = sum(header.get(c) == text for c, text in told.items())
            if same >= 2 and same >= 0.6 * len(told):
                return True
        return False

    def _is_lone_name(self, cells: Mapping[int, object], told: Mapping[int, str]) -> bool:
        """Whether a row with one cell is somebody of whom only the name is known, and not the name of a village
        group over a block of rows."""
        if self._names is None or self._names not in told or not is_name(cells[self._names]):
            return False
        numbered = len(cells) > len(told)
        text = told[self._names]
        return numbered or (text[0] in common().surnames and not text.endswith(tuple("组村社班级队区院户")))

    def _is_lone_fact(self, told: Mapping[int, str]) -> bool:
        """Whether the only cell of a row stands in a column of its own meaning: a row that lost its name."""
        return any(c in self._facts for c in told)

    def _is_total(self, text: str) -> bool:
        return bool(_HEAD_COUNT.match(text)) or any(text.startswith(t) for t in common().totals)


def _is_signature(texts: Sequence[str]) -> bool:
    """Whether a row is for names and stamps: 填表人：…, also without a colon where little else stands."""
    words = common().signatures
    first = texts[0]
    if any(first.startswith((w + ":", w + "(")) for w in words):
        return True
    said = sum(bool(_SAYS.match(t)) for t in texts)
    if said and said * 2 >= len(texts):
        return True
    named = [t for t in texts if any(t.startswith(w) and (len(t) == len(w) or t[len(w)] in ":(") for w in words)]
    return len(named) >= 1 and named[0] == first and len(texts) <= 4


def _counts(texts: Sequence[str]) -> bool:
    """Whether cells count 1, 2, 3 … from left to right, perhaps after a word such as 栏次."""
    plain = [t.strip("()") for t in texts]
    if plain and not plain[0].isdigit() and len(plain) > 2:
        plain = plain[1:]
    return all(t.isdigit() for t in plain) and [int(t) for t in plain] == list(
        range(int(plain[0]), int(plain[0]) + len(plain))
    )


def _is_note(first: str) -> bool:
    words = common()
    if first in words.examples or first.startswith(tuple(f"{e}:" for e in words.examples)):
        return True
    if first.startswith(("以下空白", "以下无正文", "(以下")):
        return True
    return any(first.startswith((w + ":", w + "1", w + "(", w + "一")) for w in words.notes if w != "*") or (
        any(first == w for w in words.notes)
    )


def _filled(plan: SheetPlan, kept: Sequence[int]) -> list[Row]:
    """The kept rows with merged cells, ditto marks and blocks filled from above."""
    grid, first = plan.table.grid, plan.table.header.end
    rows = {r: list(grid.rows[r]) for r in kept}
    merged_columns: set[int] = set()
    for (top, left), (bottom, right) in grid.merged:
        if top < first or bottom == top:
            continue
        merged_columns.update(range(left, right + 1))
        said = grid.rows[top][left] if left < grid.width else None
        for r in range(top + 1, bottom + 1):
            if r in rows and left < grid.width and rows[r][left] is None:
                rows[r][left] = said
    result = [rows[r] for r in kept]
    ditto = common().ditto
    for above, row in itertools.pairwise(result):
        for c, value in enumerate(row):
            if isinstance(value, str) and re.sub(r"\s", "", value) in ditto:
                row[c] = above[c]
    _fill_blocks(plan, result, merged_columns)
    return result


def _fill_blocks(plan: SheetPlan, rows: Sequence[Row], merged_columns: set[int]) -> None:
    """A school or class written once per block holds for the blank cells below it."""
    down = kinds()[plan.kind].fills_down if plan.kind else ()
    for column in plan.columns:
        c = column.index
        if column.field not in down or c in merged_columns or not _in_blocks([row[c] for row in rows]):
            continue
        for above, row in itertools.pairwise(rows):
            if row[c] is None:
                row[c] = above[c]


def _in_blocks(values: Sequence[object]) -> bool:
    """Whether a column is written once per block: it starts at the top, is mostly blank, and never says the same
    twice in a row."""
    if len(values) < 3 or values[0] is None:
        return False
    said = [v for v in values if v is not None]
    blanks = len(values) - len(said)
    return blanks >= _BLOCK * len(values) and all(a != b for a, b in itertools.pairwise(said))
