"""Statistics for others: counts of children without names, ids or dates of birth, small cells hidden.

Every table has age bands as its rows, so that all tables of a workbook share the totals of these bands. Bands are
joined with their neighbours until each holds enough children to be shown: then what one table hides no other tells, and
the tables may be looked at one by one (`domain.suppression`). Figures of different days can still be compared; whoever
publishes often should say only once a term how many there are.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from carehub.domain.errors import InvalidInput, NotFound
from carehub.domain.people import Child
from carehub.domain.rights import Right
from carehub.domain.suppression import Published, suppress
from carehub.domain.texts import mark
from carehub.services import access, consents, records
from carehub.services.desk import Desk
from carehub.sheets.figures import CountTable, write_counts
from carehub.store import queries, settings
from carehub.store.queries import Wanted

STANDARD, LEAST, MOST = 5, 3, 100
"""The threshold unless the township sets another, and what it may set."""
BANDS = ((0, 5), (6, 13), (14, 15), (16, 17))
"""Age bands of the indicators; older ones and unknown ages follow."""
OTHERS = mark("other schools")
UNKNOWN, OLDER, NOT_SAID = mark("age unknown"), mark("18 and older"), mark("not known")
BAND = mark("{first}–{last} years")
TOO_FEW = mark("There are fewer than {count} children. Nothing can be told about so few without telling who they are.")
BAD_THRESHOLD = mark("The smallest number shown must lie between {least} and {most}.")
_SETTING = "smallest_cell"


@dataclass(frozen=True, slots=True)
class Table:
    """One table as it may leave the house: its title, the words of its rows and columns, and its counts."""

    title: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: Published


def threshold(desk: Desk) -> int:
    """The smallest count that is shown."""
    with desk.store.reading() as session:
        found = settings.get(session, _SETTING)
    return found if isinstance(found, int) else STANDARD


def set_threshold(desk: Desk, smallest: int) -> None:
    """Sets it; a matter of the head. Raises `InvalidInput`."""
    if not LEAST <= smallest <= MOST:
        raise InvalidInput(BAD_THRESHOLD, least=LEAST, most=MOST)
    with desk.unit(Right.USERS) as unit:
        settings.put(unit.session, _SETTING, smallest)


def tables(desk: Desk, cut_off: date | None = None) -> list[Table]:
    """The active children on a day by age band and sex, guardianship, risk, school, boarding. Those whose consent to it
    was withdrawn are not counted. Raises `NotAllowed`, and `NotFound` where there are too few to say anything."""
    desk.require(Right.TAKE_OUT)
    today, least = cut_off or date.today(), threshold(desk)
    ids = records.ids(desk, Child, Wanted(filters={"status": "active"}))
    with desk.store.reading() as session:
        withdrawn = consents.left_out(session, "figures", today)
        counted = queries.rows(session, Child, [i for i in ids if i not in withdrawn])
    if len(counted) < least:
        raise NotFound(TOO_FEW, count=least)
    bands = _joined(counted, today, least)
    return [
        _table(desk, title, words, key, counted, today, bands, least)
        for title, words, key in _columns(desk, counted, least)
    ]


Key = Callable[[Child], str]


def _columns(desk: Desk, counted: Sequence[Child], least: int) -> list[tuple[str, dict[str, str], Key]]:
    """(title, column key → its words, the key of a child) of each table."""

    def coded(field: str, codes: str) -> tuple[dict[str, str], Key]:
        words = {c.code: desk.texts.pick(c.zh, c.en) for c in desk.codes[codes]}

        def key(child: Child) -> str:
            value = getattr(child, field)
            return str(value) if str(value) in words else ""

        present = {key(child) for child in counted}
        return {k: w for k, w in words.items() if k in present}, key

    pupils = Counter(c.school for c in counted if c.school)
    schools = {s: s for s in sorted(pupils) if pupils[s] >= least}
    if len(schools) < len(pupils):  # what few have written there may itself tell who they are
        schools[OTHERS] = desk.texts(OTHERS)

    def school(child: Child) -> str:
        return "" if not child.school else child.school if child.school in schools else OTHERS

    boards = {"1": desk.texts("boards"), "0": desk.texts("does not board")}
    tr = desk.texts
    return [
        (tr(mark("Sex")), *coded("sex", "sex")),
        (tr(mark("Guardianship")), *coded("guardianship", "guardianship")),
        (tr(mark("Risk level")), *coded("risk_level", "risk_level")),
        (tr(mark("School")), schools, school),
        (tr(mark("Boards at school")), boards, lambda c: "" if c.boards is None else str(int(c.boards))),
    ]


def _band_of(birth: date | None, today: date) -> int:
    """The number of a child's band; the last but one is for those who are older, the last for unknown ages."""
    if birth is None:
        return len(BANDS) + 1
    age = today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))
    return next((n for n, (first, last) in enumerate(BANDS) if first <= age <= last), len(BANDS))


def _joined(counted: Sequence[Child], today: date, least: int) -> list[tuple[int, ...]]:
    """The bands that have children, neighbours joined until each has at least `least`."""
    sizes = [0] * (len(BANDS) + 2)
    for child in counted:
        sizes[_band_of(child.birth_date, today)] += 1
    groups: list[tuple[int, ...]] = [(n,) for n, size in enumerate(sizes) if size]

    def size(group: tuple[int, ...]) -> int:
        return sum(sizes[n] for n in group)

    while len(groups) > 1 and (small := [g for g in groups if size(g) < least]):
        at = groups.index(min(small, key=size))
        beside = [n for n in (at - 1, at + 1) if 0 <= n < len(groups)]
        other = min(beside, key=lambda n: size(groups[n]))
        first, second = sorted((at, other))
        groups[first : second + 1] = [groups[first] + groups[second]]
    return groups


def _band_words(desk: Desk, group: Sequence[int]) -> str:
    tr = desk.texts
    words = [tr(BAND, first=first, last=last) for first, last in BANDS] + [tr(OLDER), tr(UNKNOWN)]
    return "、".join(words[n] for n in group)


def _table(
    desk: Desk,
    title: str,
    words: Mapping[str, str],
    key: Key,
    counted: Sequence[Child],
    today: date,
    bands: Sequence[tuple[int, ...]],
    least: int,
) -> Table:
    keys = [*words, *([""] if any(not key(c) for c in counted) else [])]
    counts = [[0] * len(keys) for _ in bands]
    place = {band: n for n, group in enumerate(bands) for band in group}
    for child in counted:
        counts[place[_band_of(child.birth_date, today)]][keys.index(key(child))] += 1
    shown = suppress(counts, least, keep_row_totals=True)
    columns = tuple(words.get(k, desk.texts(NOT_SAID)) for k in keys)
    return Table(title, tuple(_band_words(desk, group) for group in bands), columns, shown)


def export(desk: Desk, out: Path, cut_off: date | None = None) -> list[Table]:
    """Writes the tables into a workbook; the access log keeps who took it out. Raises like `tables`, and `InvalidInput`
    where the file cannot be written."""
    found, day = tables(desk, cut_off), cut_off or date.today()
    tr = desk.texts
    notes = [
        tr("{site}, active children on {day}", site=desk.site.name, day=day),
        tr(
            "* hidden: a number under {count}, or one from which such a number could be worked out",
            count=threshold(desk),
        ),
        tr("Children whose consent was withdrawn are not counted."),
    ]
    sheets = [CountTable(t.title, t.rows, t.columns, t.counts) for t in found]
    out.parent.mkdir(parents=True, exist_ok=True)
    write_counts(out, sheets, notes, tr)
    access.took_out(desk, "export", "child", detail="statistics")
    return found
