"""Times what a person waits for every day, beside its floor: `python tests/bench/daily.py [CHILDREN]` (35,000).

Opening: from the right password to the first page drawn, the password's own hashing included. A save: beside the same
row, its change and its search entry written bare in one transaction. Searching: beside the bare FTS5 query.
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

from carehub.domain.care import Visit
from carehub.domain.people import Child
from carehub.services import children, finding, opening, records, today
from carehub.services.desk import Desk
from carehub.store import keyring, search
from carehub.store.engine import connect
from carehub.store.queries import Wanted

PASSWORD = "bench-password"
VISITS = 8
"""Visits on file per child."""


def fill(folder: Path, count: int) -> None:
    """A store with so many children, their families and visits, indexed for search."""
    desk = opening.begin(
        folder, level="room", name="测速村", area="500199100200", password=PASSWORD, user="李秀英"
    ).desk
    with desk.unit() as unit:
        village = township.Village(5, unit.raw, desk.site.id)
        village.settle(count)
        village.agree()
        village.work(count * VISITS)
        unit.merged = True  # indexed for search afterwards, as after a merge
    for _ in desk.store.catch_up_search():
        pass
    desk.close()


def first_page(folder: Path) -> float:
    """Seconds from the password to the first page."""
    from PySide6.QtWidgets import QApplication

    from carehub.gui import theme
    from carehub.gui.settings_file import Remembered
    from carehub.gui.window import MainWindow

    app = QApplication.instance() or QApplication([])
    theme.load_fonts(app)  # type: ignore[arg-type]
    window = MainWindow(app, Remembered(), folder)  # type: ignore[arg-type]
    window.show()
    began = time.perf_counter()
    window.enter(opening.sign_in(folder, PASSWORD, "李秀英"))
    window.grab()
    taken = time.perf_counter() - began
    window.jobs.stop()
    window._close_desk()
    window.deleteLater()
    return taken


def today_lines(folder: Path) -> float:
    """Seconds of processor that the lines of the Today page take, in a store that was just opened."""
    desk = opening.sign_in(folder, PASSWORD)
    began = time.process_time()
    today.waiting(desk)
    taken = time.process_time() - began
    desk.close()
    return taken


def hashing(folder: Path) -> float:
    began = time.perf_counter()
    keyring.openings(keyring.load(folder), PASSWORD)
    return time.perf_counter() - began


def times(action: Callable[[Any], object], given: list[Any]) -> list[float]:
    found = []
    for one in given:
        began = time.perf_counter()
        action(one)
        found.append(time.perf_counter() - began)
    return sorted(found)


def saves(folder: Path) -> tuple[float, float]:
    """(a save of one field of a child, the bare transaction for the same), medians in seconds."""
    desk = opening.sign_in(folder, PASSWORD)
    dice = random.Random(1)
    chosen = dice.sample(records.ids(desk, Child), 60)
    ours = times(lambda row: children.edit(desk, row, {"remark": f"x{time.time_ns()}"}), chosen)
    bare_rows = dice.sample(records.ids(desk, Child), 60)
    desk.close()
    _, key = keyring.unwrap(keyring.load(folder), PASSWORD)
    connection = connect(folder / "store.db", key)
    connection.execute("UPDATE writer SET capture = 0")
    replica = connection.execute("SELECT replica FROM writer").fetchone()[0]
    seq = connection.execute("SELECT max(seq) FROM change").fetchone()[0]
    numbers = dict(connection.execute("SELECT row_id, n FROM search_doc").fetchall())
    tokens = connection.execute("SELECT max(n) FROM search_doc").fetchone()[0]

    def bare(row: str) -> None:
        nonlocal seq
        seq += 1
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE child SET remark = 'y' WHERE id = ?", (row,))
        connection.execute(
            """INSERT INTO change (replica, seq, tbl, row_id, cells, seen, author, at, home)
            VALUES (?, ?, 'child', ?, '{"remark":"y"}', '{}', NULL, 1, NULL)""", (replica, seq, row),
        )  # fmt: skip
        connection.execute("INSERT OR REPLACE INTO search_index (rowid, tokens) VALUES (?, ?)",
                           (numbers.get(row, tokens), "luo 罗 ly 13800001111 500199 zhongxin 中心 小学"))  # fmt: skip
        connection.execute("COMMIT")

    floor = times(bare, bare_rows)
    connection.execute("UPDATE writer SET capture = 1")
    connection.close()
    return statistics.median(ours), statistics.median(floor)


def searches(folder: Path) -> tuple[float, float, float]:
    """(95th percentile, median, median of the bare query) in seconds, over what people type."""
    desk = opening.sign_in(folder, PASSWORD)
    typed = typed_words(desk)
    records.ids(desk, Child, Wanted(search="暖"))
    ours = times(lambda text: records.ids(desk, Child, Wanted(search=text)), typed)
    with desk.store.reading() as session:
        raw = desk.store.raw(session)
        bare = "SELECT rowid FROM search_index WHERE search_index MATCH ?"
        floor = times(lambda q: raw.execute(bare, (q,)).fetchall(), [q for t in typed if (q := search.query_of(t))])
    desk.close()
    return ours[int(len(ours) * 0.95)], statistics.median(ours), statistics.median(floor)


def box(folder: Path) -> tuple[float, float]:
    """(95th percentile, median) in seconds of the one box with all its groups, over what people type and sheet numbers,
    whole and begun."""
    desk = opening.sign_in(folder, PASSWORD)
    visits = records.fetch(desk, Visit, random.Random(3).sample(records.ids(desk, Visit), 20))
    numbers = [v.sheet_no or "" for v in visits]
    typed = [*typed_words(desk), *numbers, *(n[:4] for n in numbers), *(n[:6] for n in numbers), "小学"]
    finding.find(desk, "暖")
    ours = times(lambda text: finding.find(desk, text), typed)
    desk.close()
    return ours[int(len(ours) * 0.95)], statistics.median(ours)


def typed_words(desk: Desk) -> list[str]:
    """What people type: names of children and families, whole and begun, pinyin, ends of numbers."""
    dice = random.Random(2)
    files = children.read(desk, dice.sample(records.ids(desk, Child), 40))
    typed: list[str] = []
    for file in files:
        name = file.child.name
        pinyin = list(search.tokens_of(name, name=True))[1:3]
        typed += [name, name[0], name[:2], *pinyin, (file.child.identity_no or "0000")[-4:]]
        typed += [m.phone[-4:] for m in file.family if m.phone] + [m.name for m in file.family if m.name]
    return [*typed, "w", "wx", "zhang", "li", "138", "xu", "中心", "石桥"]


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 35_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "store"
        os.environ["CAREHUB_STATE"] = str(Path(name) / "state")
        began = time.perf_counter()
        fill(folder, count)
        print(
            f"{count} children, {count * VISITS} visits and edits made in {time.perf_counter() - began:.0f} s",
            flush=True,
        )
        opened = [first_page(folder) for _ in range(3)]
        print(f"password to first page     {min(opened[1:]):.2f} s, the first time {opened[0]:.2f} s (< 1.5 s), "
              f"of which hashing {hashing(folder):.2f} s, the lines of Today "
              f"{today_lines(folder):.2f} s", flush=True)  # fmt: skip
        ours, floor = saves(folder)
        print(f"a save                     {1000 * ours:.1f} ms beside {1000 * floor:.1f} ms bare, "
              f"ratio {ours / floor:.2f} (≤ 3)", flush=True)  # fmt: skip
        late, usual, bare = searches(folder)
        print(f"searching as one types     95th percentile {1000 * late:.1f} ms (< 50), median {1000 * usual:.1f} ms "
              f"beside {1000 * bare:.2f} ms for the bare FTS5 query, ratio {usual / bare:.1f}", flush=True)  # fmt: skip
        box_late, box_usual = box(folder)
        print(f"the one box, all groups    95th percentile {1000 * box_late:.1f} ms (< 50), median "
              f"{1000 * box_usual:.1f} ms", flush=True)  # fmt: skip
    return 0 if max(opened) < 1.5 and ours / floor <= 3 and max(late, box_late) < 0.05 else 1


if __name__ == "__main__":
    sys.exit(main())
