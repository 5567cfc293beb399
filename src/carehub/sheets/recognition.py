"""Which kind of ledger a sheet is and which field each of its columns holds, each with a score and a reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from carehub.domain.normalise import parse_partial_date
from carehub.domain.texts import mark
from carehub.sheets import header_words
from carehub.sheets.assignment import best_pairs
from carehub.sheets.cells import STRONG, Looks, is_age, text_of
from carehub.sheets.grid import Grid
from carehub.sheets.headers import Header
from carehub.sheets.words import OWN, STRANGERS, FieldWords, KindWords, bare, kinds

ACCEPTED = 0.45
SURE_KIND = 0.35
_ALSO = 0.72
_PLENTY = 6
_BESIDE = 0.03
_CONTRADICTED, _NOT_SEEN = 0.35, 0.2
_WORDY = ("school", "name", "relation", "place", "ethnic_group", "guardianship", "volunteer_kind")
_PLAIN = (*STRONG, "school", "name", "grade")

BY_BOTH = mark("Header and cells agree.")
BY_HEADER = mark("By its header.")
BY_CELLS = mark("By what stands in its cells.")
BY_PERSON = mark("As a person said.")
ROW_NUMBERS = mark("Row numbers; they are not taken over.")
UNKNOWN = mark("Not recognised; not taken over.")
NO_CELLS = mark("Nothing stands in this column.")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet: its place (from 0), its header, the field it is taken as (None: not taken), how sure
    that is (0 to 1), and why (a message id)."""

    index: int
    header: str
    field: str | None
    score: float
    reason: str


@dataclass
class Table:
    """A sheet prepared for recognition: its header and what the cells of each column look like."""

    grid: Grid
    header: Header
    profiles: Mapping[int, Mapping[str, float]]

    def path(self, column: int) -> tuple[str, ...]:
        return self.header.paths.get(column, ())

    def cells(self, column: int) -> list[object]:
        return [row[column] for row in self.grid.rows[self.header.end :]]

    @property
    def columns(self) -> list[int]:
        """Columns with a header or anything in their cells."""
        return [c for c in range(self.grid.width) if self.path(c) or self.profiles.get(c)]


def table_of(grid: Grid, header: Header, looks: Looks) -> Table:
    """Looks at every column once."""
    below = grid.rows[header.end :]
    return Table(grid, header, {c: looks.profile([row[c] for row in below]) for c in range(grid.width)})


def recognise(
    table: Table, kind: KindWords, told: Mapping[str, str | None] | None = None
) -> tuple[list[Column], float]:
    """The columns of a sheet, taken as a ledger of `kind`, and the sum of their scores. `told` (header → field) is a
    person's word and goes before everything else."""
    fixed = _fixed(table, told or {})
    columns = [c for c in table.columns if c not in fixed]
    taken = {f for f in fixed.values() if f and not _many(kind, f)}
    fields = [(name, words) for name, words in kind.all_fields() if name not in taken]
    scores = [[_score(table, kind, c, name, words)[0] for name, words in fields] for c in columns]
    pairs = {columns[i]: fields[j][0] for i, j in best_pairs(scores) if scores[i][j] >= ACCEPTED}
    found = []
    for c in table.columns:
        title = table.header.title(c)
        if c in fixed:
            found.append(Column(c, title, fixed[c], 1.0, BY_PERSON))
        else:
            found.append(_column(table, kind, c, pairs.get(c) or _also(table, kind, c)))
    return found, sum(c.score for c in found if c.field)


def _fixed(table: Table, told: Mapping[str, str | None]) -> dict[int, str | None]:
    """Columns a person spoke of: by the whole header, or by its last part where only one column ends so. 姓名 means
    the child's name even if father and mother have a 姓名 below their group."""
    fixed: dict[int, str | None] = {}
    for header, field in told.items():
        found = columns_called(table, header)
        if len(found) == 1:
            fixed[found[0]] = field
    return fixed


def columns_called(table: Table, header: str) -> list[int]:
    """The columns a person means by a header; several if that is not clear, none if there is no such header."""
    word = bare(header)
    whole = [c for c in table.columns if word in (bare(table.header.title(c)), bare("".join(table.path(c))))]
    return whole or [c for c in table.columns if (path := table.path(c)) and bare(path[-1]) == word]


def _many(kind: KindWords, field: str) -> str:
    words = kind.field(field)
    return words.many if words else ""


def _also(table: Table, kind: KindWords, column: int) -> str | None:
    """A further column for a field that may stand in several (备注 and 致困原因)."""
    options = {n: _score(table, kind, column, n, w)[0] for n, w in kind.all_fields() if w.many}
    best = max(options, key=lambda n: options[n], default=None)
    if best and options[best] >= _ALSO:
        return best
    path = table.path(column)
    rest = (n for n, w in kind.fields.items() if path and bare(path[-1]) in w.leftover)
    return next(rest, None) if table.profiles.get(column) else None


def _column(table: Table, kind: KindWords, c: int, field: str | None) -> Column:
    title = table.header.title(c)
    words = kind.field(field) if field else None
    if field is None or words is None:
        if header_words.is_index(table.path(c)):
            return Column(c, title, None, 1.0, ROW_NUMBERS)
        return Column(c, title, None, 0.0, UNKNOWN if table.profiles.get(c) else NO_CELLS)
    score, said, seen = _score(table, kind, c, field, words)
    reason = BY_CELLS if not said else BY_BOTH if seen >= 0.5 and words.content != "free" else BY_HEADER
    if not score:
        return Column(c, title, field, ACCEPTED, BY_HEADER)
    return Column(c, title, field, round(min(score, 1.0), 2), reason)


def _score(table: Table, kind: KindWords, c: int, field: str, words: FieldWords) -> tuple[float, float, float]:
    """(score, what the header adds, what the cells add) for taking column `c` as `field`."""
    path, profile = table.path(c), table.profiles.get(c, {})
    if header_words.is_index(path) or (not path and profile.get("counting", 0) > 0.8):
        return 0.0, 0.0, 0.0
    said = _said(table, kind, c, field)
    seen = profile.get(words.content, 0.0) if words.content else 0.0
    if said < 0.4:
        return _by_cells(table, kind, c, field, words, seen), 0.0, seen
    told = words.content not in ("", "free") and bool(profile)
    score = 0.72 * said + 0.28 * (seen if told else 0.85)
    if told:
        score -= _doubt(words.content, said, seen, profile)
    return max(score, 0.0) + _place_bonus(table, c, field), said, seen


def _doubt(content: str, said: float, seen: float, profile: Mapping[str, float]) -> float:
    """What is taken off where the cells look like something else, or a weak header finds nothing of its own."""
    other = max((profile.get(look, 0.0) for look in STRONG if look not in _same(content)), default=0.0)
    numbers = profile.get("number", 0.0) if content in _WORDY else 0.0
    if seen < 0.3 and max(other, numbers) >= 0.8:
        return _CONTRADICTED
    return _NOT_SEEN if said < 0.8 and seen < 0.2 and content in _PLAIN else 0.0


def _same(content: str) -> tuple[str, ...]:
    """Looks that do not contradict each other."""
    return ("date", "partial_date", "age") if content in ("date", "partial_date", "age") else (content,)


def _said(table: Table, kind: KindWords, c: int, field: str) -> float:
    """What the header says, with the help of the columns to its left where it names nobody."""
    path = table.path(c)
    if not path:
        return 0.0
    said = header_words.header_scores(kind.kind, path).get(field, 0.0)
    person, _, attribute = field.rpartition(".")
    if not person or header_words.bare_attribute(kind, path) != attribute:
        return said
    before = _person_before(table, kind, c) or _carer_beside(table, kind, c, attribute)
    if before != person:
        return said
    if attribute == "works_at":
        return 1.0 if person in ("father", "mother") else said  # carers are at home
    same = [d for d in table.columns if bare((table.path(d) or ("",))[-1]) == bare(path[-1])]
    again = len(same) > 1 and (attribute == "phone" or same[0] != c)
    return max(said, 0.95 if again else 0.6)


def _person_before(table: Table, kind: KindWords, c: int) -> str | None:
    """The person that the columns just left of this one speak of."""
    for left in range(c - 1, max(c - 6, -1), -1):
        path = table.path(left)
        if not path:
            continue
        person = header_words.says_person(kind.kind, path)
        if person not in (None, OWN, STRANGERS, "parents"):
            return person
        if header_words.header_scores(kind.kind, path).get("guardian.relation", 0) > 0.8:
            return "guardian"
        if header_words.bare_attribute(kind, path) is None:
            return None
    return None


def _carer_beside(table: Table, kind: KindWords, c: int, attribute: str) -> str | None:
    """The carer, for a second column of names next to the relation."""
    if attribute != "name":
        return None
    paths = [table.path(d) for d in (c + 1, c - 1)]
    near = any(header_words.header_scores(kind.kind, p).get("guardian.relation", 0) > 0.8 for p in paths if p)
    return "guardian" if near else None


def _by_cells(table: Table, kind: KindWords, c: int, field: str, words: FieldWords, seen: float) -> float:
    """What the cells say alone: where there is no header, or a header nobody knows over cells that are plain."""
    path = table.path(c)
    if seen < 0.7:
        return 0.0
    if path:
        stranger = header_words.says_person(kind.kind, path) not in (None, OWN)
        return 0.55 * seen if words.alone and not stranger and "." not in field else 0.0
    if field == "guardian.name" and _place_bonus(table, c, field) < _BESIDE * 0.5:
        return 0.0  # without a header, a name is the carer's only beside the relation
    if field in ("guardian.name", "guardian.relation", "guardian.phone") or "." not in field:
        weak = words.content in ("flag", "age", "address", "free", "place", "partial_date")
        return 0.0 if weak else 0.6 * seen + _place_bonus(table, c, field)
    return 0.0


def _place_bonus(table: Table, c: int, field: str) -> float:
    """Breaks ties between columns of names: the child's stands first, the carer's beside the relation."""
    if field == "name":
        return 0.02 * (1 - c / (table.grid.width + 1))
    if "." not in field:
        return 0.01 * (1 - c / (table.grid.width + 1))
    if field == "guardian.name":
        near = max((table.profiles.get(d, {}).get("relation", 0.0) for d in (c - 1, c + 1)), default=0.0)
        return _BESIDE * near
    return 0.0


def title_words(grid: Grid, header: Header, file_stem: str) -> dict[str, bool]:
    """Kind → whether sheet name or title rows speak of it; the file's name counts where they are silent."""
    above = "".join(text_of(v) for row in grid.rows[: header.start] for v in row if isinstance(v, str))
    for text in (grid.name, above, file_stem):
        lengths = {name: max((len(t) for t in k.titles if t in text), default=0) for name, k in kinds().items()}
        longest = max(lengths.values())
        if longest:
            return {name: length == longest for name, length in lengths.items()}
    return dict.fromkeys(kinds(), False)


def kind_score(table: Table, kind: KindWords, columns: Sequence[Column], titled: bool) -> float:
    """How sure it is that a sheet is of this kind, 0 to 1; 0 if a thing it must have is missing."""
    have = {c.field for c in columns if c.field}
    if "name" not in have:
        return 0.0
    if not any(_has(have, need) for need in kind.needs) and not (
        titled and any(_has(have, n) for n in kind.asks_title)
    ):
        return 0.0
    real = [c for c in columns if c.reason not in (ROW_NUMBERS, NO_CELLS)]
    covered = sum(c.score for c in real if c.field) / max(len(real), 3)
    known = min(1.0, sum(c.score for c in real if c.field) / _PLENTY)  # wide surveys have many columns nobody needs
    score = 0.6 * covered + 0.25 * known + (0.15 if titled else 0.0)
    return round(max(score - _misfit(table, kind, columns), 0.0), 2)


def _has(have: set[str], need: str) -> bool:
    return any(f.startswith(need[:-1]) for f in have) if need.endswith("*") else need in have


def _misfit(table: Table, kind: KindWords, columns: Sequence[Column]) -> float:
    """What is taken off where the people are too old or too young for the kind."""
    if not kind.ages:
        return 0.0
    ages = []
    for column in columns:
        if column.field in ("birth", "birth_date", "identity_no", "age"):
            ages += [a for v in table.cells(column.index)[:60] if (a := _age(v)) is not None]
    outside = sum(not kind.ages[0] <= a <= kind.ages[-1] for a in ages)
    return 0.4 if ages and outside > 0.7 * len(ages) else 0.0


def _age(value: object) -> int | None:
    text = text_of(value)
    if is_age(value):
        return int(text.rstrip("周岁"))
    told = text[6:10] if len(text) in (17, 18, 19) and text[:14].isdigit() else (parse_partial_date(value) or "")[:4]
    return date.today().year - int(told) if told.isdigit() else None
