"""Times the lists beside the bare statement for the same rows: `python tests/bench/lists.py [CHILDREN VISITS]`.

35,000 children and 300,000 visits in an encrypted store, looked at through the very model of the window: pages of 100
rows fetched at random depths of a sorted and of a filtered list, with every word that stands in their cells. The bare
statement asks for the same cells of the same rows over the driver's own connection. Reading a list anew is timed beside
the bare statement that gives its ids, in turns as well.
"""

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import township
from PySide6.QtWidgets import QApplication

from carehub.domain.filters import Condition, How
from carehub.domain.record import Record
from carehub.gui import theme
from carehub.gui.children.list import ChildrenPage
from carehub.gui.desktop import Desktop
from carehub.gui.jobs import Jobs
from carehub.gui.lists.page import ListPage
from carehub.gui.rows import CHUNK
from carehub.gui.visits.list import VisitsPage
from carehub.services import listing, opening
from carehub.services.desk import Desk
from carehub.store.queries import Wanted

PASSWORD, PAGES, LIMIT = "bench-password", 60, 3.0
HOME = "site_id IN (SELECT site_id FROM identity)"
DAYS = range(0, 330)
NOT_VISITED = Condition("last_visit", How.NOT_WITHIN, ("30",))
HIGH = Condition("risk_level", How.IS, ("high", "medium"))


def fill(folder: Path, children: int, visits: int) -> Desk:
    """A store with so many children, their families and visits; what is not asked for here (the log of changes, the
    search index) is left out."""
    desk = opening.begin(
        folder, level="room", name="测速村", area="500199100200", password=PASSWORD, user="李秀英"
    ).desk
    with desk.unit() as unit:
        unit.merged = True
        unit.raw.execute("UPDATE writer SET capture = 0")
        village = township.Village(5, unit.raw, desk.site.id)
        village.settle(children)
        for start in range(0, visits, 50_000):
            village._add("visit", [village._visit(DAYS) for _ in range(min(50_000, visits - start))])
        pick = village.people.random
        risks = [(pick.choice(("high", "medium", "low")), child) for child in village.children]
        unit.raw.executemany("UPDATE child SET risk_level = ? WHERE id = ?", risks)
        unit.raw.execute("UPDATE writer SET capture = 1")
    return desk


LIVE = f"voided_on IS NULL AND {HOME}"
READ: tuple[tuple[type[ListPage], Wanted, str, str], ...] = (
    (VisitsPage, VisitsPage.first, f"SELECT id FROM visit WHERE {LIVE} ORDER BY done_on DESC, id",
     "all visits, latest first"),
    (VisitsPage, Wanted(order="child_id"), f"""SELECT id FROM visit WHERE {LIVE}
     ORDER BY (SELECT name FROM child WHERE id = visit.child_id), id""", "all visits by child"),
    (VisitsPage, Wanted(order="minutes"), f"SELECT id FROM visit WHERE {LIVE} ORDER BY minutes, id",
     "all visits by minutes"),
    (ChildrenPage, Wanted(conditions=(HIGH, NOT_VISITED)), f"""SELECT id FROM child WHERE {LIVE}
     AND risk_level IN ('high', 'medium') AND NOT EXISTS (SELECT 1 FROM visit v WHERE v.child_id = child.id
     AND v.voided_on IS NULL AND v.done_on > date('now', '-30 days') AND v.done_on <= date('now')) ORDER BY name, id""",
     "children at risk, not visited"),
)  # fmt: skip


class Silent:
    """The frame around a page that nobody looks at."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_, **__: None


def timed(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return 1000 * (time.perf_counter() - began)


def drawn(page: ListPage, first: int) -> None:
    """Asks the model for every cell of 100 rows that it has, as the table does when it draws them all."""
    rows, columns = page.table.rows, range(len(page.table.rows.columns))
    for n in range(first, first + CHUNK):
        for column in columns:
            rows.data(rows.index(n, column))


BARE = {
    "visit": """SELECT id, (SELECT name FROM child WHERE id = visit.child_id), sheet_no, planned_for, done_on, way
        FROM visit WHERE id IN ({marks})""",
    "child": """SELECT id, name, birth_date, school, grade, risk_level, (SELECT name FROM family_member WHERE
        child_id = child.id AND is_guardian AND voided_on IS NULL LIMIT 1), (SELECT phone FROM family_member WHERE
        child_id = child.id AND is_guardian AND voided_on IS NULL LIMIT 1) FROM child WHERE id IN ({marks})""",
}
"""The same cells of the same rows, asked for as plainly as can be."""


def usual(times: list[float]) -> float:
    """The lower quartile: on a machine that others use as well, what is above it is mostly theirs."""
    return statistics.quantiles(times, n=4)[0]


def pages(page: ListPage, name: str) -> float:
    """Fetches pages at random depths; prints usual times and gives the larger of two ratios to the bare statement: for
    pages that nobody has looked at yet (one half each), and for pages in memory (each by both, in turns)."""
    dice, ids, store = random.Random(4), page.table.rows.ids(), page.desk.store
    some = min(2 * PAGES, len(ids) // CHUNK)
    starts = [CHUNK * n for n in dice.sample(range(len(ids) // CHUNK), some)]
    sql = BARE[str(page.record.__tablename__)].format(marks=",".join("?" * CHUNK))

    def ours(start: int) -> float:
        page.table.rows._chunks.clear()
        return timed(lambda: page.table.rows.chunk(start // CHUNK))

    def bare(start: int) -> float:
        with store.reading_bare() as raw:
            return timed(lambda: raw.execute(sql, ids[start : start + CHUNK]).fetchall())

    first = [(ours if n % 2 else bare)(start) for n, start in enumerate(starts)]
    again = [
        [ours(start), bare(start)] if n % 2 else [bare(start), ours(start)][::-1] for n, start in enumerate(starts)
    ]
    ours(starts[0])
    drawing = timed(lambda: drawn(page, starts[0]))
    told = [(first[1::2], first[0::2]), ([o for o, _ in again], [b for _, b in again])]
    middles = [(usual(o), usual(b)) for o, b in told]
    late = sorted(told[0][0])[int(0.95 * len(told[0][0]))]
    said = "; ".join(
        f"{what} {o:.1f} ms beside {b:.1f} bare, ratio {o / b:.2f}"
        for what, (o, b) in zip(("new", "in memory"), middles, strict=True)
    )
    print(f"{name}: {len(ids)} rows, {some} pages of 100 rows: {said} (≤ {LIMIT:.0f}); 95 % of the new ones "
          f"{late:.1f} ms; all cells of 100 rows drawn {drawing:.1f} ms", flush=True)  # fmt: skip
    return max(o / b for o, b in middles)


def reading(desk: Desk, record: type[Record], wanted: Wanted, bare: str, name: str) -> None:
    """Prints how long a list is read anew, beside the bare statement for its ids, the best of three in turns."""

    def plainly() -> None:
        with desk.store.reading_bare() as raw:
            raw.execute(bare).fetchall()

    both = [(timed(lambda: listing.ids(desk, record, wanted)), timed(plainly)) for _ in range(3)]
    ours, floor = min(o for o, _ in both), min(b for _, b in both)
    print(f"{name}: read in {ours:.0f} ms beside {floor:.0f} ms bare, ratio {ours / floor:.2f}", flush=True)


def shown(made: type[ListPage], desk: Desk, jobs: Jobs, **wanted: Any) -> ListPage:
    """The page of a list with all its rows read."""
    page = made(Desktop(desk, desk.texts, theme.Theme(), jobs, Silent()))  # type: ignore[arg-type]
    page.want(**wanted)
    while jobs.busy:
        QApplication.processEvents()
    QApplication.processEvents()
    return page


def main() -> int:
    children, visits = (int(a) for a in sys.argv[1:3]) if len(sys.argv) > 2 else (35_000, 300_000)
    app = QApplication([])
    theme.load_fonts(app)
    jobs = Jobs()
    with tempfile.TemporaryDirectory() as name:
        os.environ["CAREHUB_STATE"] = str(Path(name) / "state")
        began = time.perf_counter()
        desk = fill(Path(name) / "store", children, visits)
        print(f"{children} children and {visits} visits made in {time.perf_counter() - began:.0f} s", flush=True)
        for made, wanted, bare, words in READ:
            reading(desk, made.record, wanted, bare, words)
        ratios = [
            pages(shown(VisitsPage, desk, jobs), "visits, latest first"),
            pages(shown(VisitsPage, desk, jobs, order="child_id", conditions=(Condition("way", How.IS, ("home",)),)),
                  "visits at home, by child"),
            pages(shown(ChildrenPage, desk, jobs, order="age"), "children by age"),
            pages(shown(ChildrenPage, desk, jobs, conditions=(HIGH, NOT_VISITED)), "children at risk, not visited"),
        ]  # fmt: skip
        jobs.stop()
        desk.close()
    return 0 if max(ratios) <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
