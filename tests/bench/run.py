"""Times the heavy work beside its floor in the same run and prints the ratio: `python tests/bench/run.py [SCALE]`.

The floor is what no program on this machine could undercut with the same parts: the same rows written by one bare
`executemany` transaction into a file encrypted alike, the same lines read and compressed, the same pages drawn by
bare ReportLab. SCALE 1 is 2,000 children; every figure is the better of three runs.
"""

import gc
import io
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import papers_floor
import zstandard

from carehub.domain.madeup import MadeUp
from carehub.domain.people import Child
from carehub.services import cards, handover, importing, merging, opening, printing, records
from carehub.services.desk import Desk
from carehub.sheets.sample import write_messy_ledger
from carehub.store.engine import connect
from carehub.sync import journal
from carehub.sync.schema import tables

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.work import drive

RUNS = 3
PASSWORD = "bench-password"


def best(run: Callable[[Path], float], folder: Path) -> float:
    """The shortest of several runs, each in a folder of its own, in seconds."""
    times = []
    for n in range(RUNS):
        place = folder / f"run{n}"
        place.mkdir(parents=True)
        gc.collect()
        times.append(run(place))
    return min(times)


def timed(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


class Bench:
    """A township, a room with a full ledger, and the floors of their work."""

    def __init__(self, folder: Path, scale: float) -> None:
        self.folder = folder
        people = MadeUp(1, date(2026, 11, 24))
        self.children = [people.child() for _ in range(round(2000 * scale))]
        self.ledger = write_messy_ledger(folder / "ledger.xlsx", "新民村", self.children, style=1)
        self.office = self._begin(folder / "office", "township", "石桥镇")
        self.card = cards.write(self.office, folder)
        self.room = self._begin(folder / "room", "room", "新民村", self.card)
        drive(importing.import_ledger(self.room, self.ledger))
        self.log, self.rows = self._contents(self.room)
        self.bundle = drive(handover.export(self.room, folder)).file

    def _begin(self, store: Path, level: str, name: str, card: Path | None = None) -> Desk:
        return opening.begin(
            store, level=level, name=name, area="500199100", password=PASSWORD, user="李秀英", card=card
        ).desk

    def _contents(self, desk: Desk) -> tuple[list[Any], dict[str, list[Any]]]:
        with desk.store.reading() as session:
            raw = desk.store.raw(session)
            log = raw.execute(f"SELECT {journal.FIELDS} FROM change ORDER BY pos").fetchall()
            rows = {
                t.name: raw.execute(f'SELECT id, {", ".join(t.columns)} FROM "{t.name}"').fetchall()
                for t in tables().values()
            }
        return log, rows

    def floor_rows(self, place: Path) -> float:
        """The same change rows and final rows, one transaction, bare `executemany`, a file encrypted alike."""
        desk = self._begin(place / "floor", "room", "空")
        folder = desk.store.folder
        desk.store.engine.dispose()
        from carehub.store import keyring

        _, key = keyring.unwrap(keyring.load(folder), PASSWORD)
        connection = connect(folder / "store.db", key)
        connection.execute("UPDATE writer SET capture = 0")
        connection.execute("DELETE FROM site")
        connection.execute('DELETE FROM "user"')
        connection.execute("DELETE FROM change")

        def write() -> None:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(f"INSERT INTO change ({journal.FIELDS}) VALUES (?,?,?,?,?,?,?,?)", self.log)
            for name, rows in self.rows.items():
                if rows:
                    marks = ",".join("?" * len(rows[0]))
                    columns = ",".join(("id", *tables()[name].columns))
                    connection.executemany(f'INSERT INTO "{name}" ({columns}) VALUES ({marks})', rows)
            connection.execute("COMMIT")

        taken = timed(write)
        connection.close()
        desk.close()
        return taken

    def import_(self, place: Path) -> float:
        desk = self._begin(place / "store", "room", "新民村")
        taken = timed(lambda: drive(importing.import_ledger(desk, self.ledger)))
        assert len(records.ids(desk, Child)) == len(self.children)
        desk.close()
        return taken

    def export(self, place: Path) -> float:
        return timed(lambda: drive(handover.export(self.room, place)))

    def floor_export(self, place: Path) -> float:
        """Reading the same lines and compressing them at the same level, written to a file."""

        def read() -> None:
            with self.room.store.reading() as session:
                rows = self.room.store.raw(session).execute(f"SELECT {journal.FIELDS} FROM change ORDER BY pos")
                lines = b"".join(journal.line_from(row) for row in rows)
            (place / "lines.zst").write_bytes(zstandard.ZstdCompressor(level=3).compress(lines))

        return timed(read)

    def merge(self, place: Path) -> float:
        shutil.copytree(self.office.store.folder, place / "office")
        (place / "office" / "store.lock").unlink()
        with self.office.store.reading() as session:
            self.office.store.raw(session).execute("PRAGMA wal_checkpoint(TRUNCATE)")
        desk = opening.sign_in(place / "office", PASSWORD)
        words = " ".join(opening.own_words(self.room))
        result: list[merging.Merged] = []
        taken = timed(lambda: result.extend(drive(merging.merge(desk, [self.bundle], approve=words))))
        assert result[0].status == "merged"
        desk.close()
        return taken

    def sheets(self) -> tuple[float, float]:
        """(ours, bare ReportLab) for 100 visit sheets with their cover list."""
        ids = records.ids(self.room, Child)[:100]
        drive(printing.visit_sheet_pdf(self.room, ids))  # plans the visits, warms the glyphs
        calls = papers_floor.recorded(lambda: drive(printing.visit_sheet_pdf(self.room, ids)))
        floor = papers_floor.Floor(calls, self.folder)
        ours = min(timed(lambda: drive(printing.visit_sheet_pdf(self.room, ids))) for _ in range(RUNS))
        bare = min(timed(lambda: floor.draw(io.BytesIO())) for _ in range(RUNS))
        return ours, bare


def report(what: str, ours: float, floor: float) -> None:
    print(f"{what:<44} {ours:8.3f} s   floor {floor:8.3f} s   ratio {ours / floor:5.2f}", flush=True)


def main() -> None:
    scale = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bench = Bench(folder, scale)
        print(f"{len(bench.children)} children, {len(bench.log)} changes, bundle {bench.bundle.stat().st_size} bytes")
        rows = best(bench.floor_rows, folder / "floor")
        report("import of a ledger / bare executemany", best(bench.import_, folder / "import"), rows)
        lines = best(bench.floor_export, folder / "floor-export")
        report("export / reading and compressing", best(bench.export, folder / "export"), lines)
        report("first merge / bare executemany", best(bench.merge, folder / "merge"), rows)
        report("100 visit sheets / bare ReportLab", *bench.sheets())
        search = timed(lambda: records.ids(bench.room, Child, records.Wanted(search="wang")))
        print(f"{'search by pinyin':<44} {search * 1000:8.1f} ms")
        bench.office.close()
        bench.room.close()


if __name__ == "__main__":
    main()
