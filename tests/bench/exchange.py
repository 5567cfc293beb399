"""Times the exchange beside its floor in the same run: `python tests/bench/exchange.py [SCALE]`.

SCALE 1 is the model district's township load: 216 rooms, 35,000 children, 400,000 changes, and a store of 2 million
changes for the monthly bundle. The floor of a merge is the same change rows and final rows written by bare
`executemany` in one transaction into a file encrypted alike; that of an export is reading and compressing the same
lines. Every measured step runs in a process of its own, whose peak memory is printed too.
"""

import json
import multiprocessing
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import township
import zstandard
from run import drive

from carehub.services import handover, merging, opening
from carehub.services.desk import Desk
from carehub.store import keyring
from carehub.store.engine import connect
from carehub.sync import journal, peers
from carehub.sync.schema import tables

PASSWORD = "bench-password"
ROOMS, CHILDREN, CHANGES, LARGE, MONTH = 216, 35_000, 400_000, 2_000_000, 300
Measured = dict[str, float]


def apart(function: Callable[..., Measured], *arguments: Any) -> Measured:
    """Runs a step in a fresh process; adds `memory`, its peak in MB."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_with_memory, (function, arguments))


def _with_memory(function: Callable[..., Measured], arguments: tuple[Any, ...]) -> Measured:
    told = function(*arguments)
    return {**told, "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def open_desk(folder: Path) -> Desk:
    return opening.sign_in(folder, PASSWORD)


def raw(folder: Path) -> Any:
    """A bare connection to a store's file, with the program's own settings."""
    _, key = keyring.unwrap(keyring.load(folder), PASSWORD)
    return connect(folder / "store.db", key)


# --- what is made beforehand ---


def make(folder: Path, scale: float) -> Measured:
    """The office's store with every room approved, and the rooms' first and second bundles."""
    office = folder / "office"
    desk = opening.begin(
        office, level="township", name="石桥镇", area="500199100", password=PASSWORD, user="周明辉"
    ).desk
    rooms = max(2, round(ROOMS * scale))
    first, second = folder / "first", folder / "second"
    first.mkdir()
    second.mkdir()
    lines = size = 0
    with desk.unit() as unit:
        me = peers.identity(unit.raw)
        for n in range(rooms):
            room = township.Room(n, me)
            peers.save_peer(unit.raw, room.certificate, peers.State.BELOW)
            room.fill(round(CHILDREN / ROOMS), round(CHANGES / ROOMS))
            size += room.save(first).stat().st_size
            rows = room.db.execute(f"SELECT {journal.FIELDS} FROM change ORDER BY pos")
            lines += len(zstandard.ZstdCompressor(level=3).compress(b"".join(map(journal.line_from, rows))))
            if n == 0:
                room.receipted()
                room.work(MONTH, range(31))
                room.save(second)
                (folder / "who.json").write_text(json.dumps(room.site))
            room.db.close()
    desk.close()
    return {"bundles": size, "zstd": lines}


# --- what is measured ---


def merge(folder: Path, store: str, bundles: str, dry_run: bool) -> Measured:
    desk = open_desk(folder / store)
    files = sorted((folder / bundles).iterdir())
    began = time.perf_counter()
    done = drive(merging.merge(desk, files, dry_run=dry_run))
    taken = time.perf_counter() - began
    assert all(r.status == "merged" for r in done), [(r.status, r.error) for r in done if r.status != "merged"][:3]
    changes = sum(r.changes for r in done)
    desk.close()
    return {"seconds": taken, "changes": changes}


def floor_merge(folder: Path, like: str, store: str) -> Measured:
    """The change rows and final rows of one store, written bare into another."""
    source = raw(folder / like)
    log = source.execute(
        f"SELECT {journal.FIELDS}, home, intake FROM change WHERE intake NOT NULL ORDER BY pos"
    ).fetchall()
    rows = {
        t.name: source.execute(f'SELECT id, {", ".join(t.columns)} FROM "{t.name}"').fetchall()
        for t in tables().values()
    }
    source.close()
    target = raw(folder / store)
    target.execute("UPDATE writer SET capture = 0")
    target.execute("DELETE FROM site")
    target.execute('DELETE FROM "user"')
    began = time.perf_counter()
    target.execute("BEGIN IMMEDIATE")
    target.executemany(f"INSERT INTO change ({journal.FIELDS}, home, intake) VALUES (?,?,?,?,?,?,?,?,?,?)", log)
    for name, found in rows.items():
        if found:
            columns = ",".join(("id", *tables()[name].columns))
            marks = ",".join("?" * len(found[0]))
            target.executemany(f'INSERT INTO "{name}" ({columns}) VALUES ({marks})', found)
    target.execute("COMMIT")
    taken = time.perf_counter() - began
    target.close()
    return {"seconds": taken, "changes": len(log)}


def enlarge(folder: Path, store: str, to: int) -> Measured:
    """Fills a store up with further visits to all its children and their changes, as after years."""
    connection = raw(folder / store)
    (have,) = connection.execute("SELECT count(*) FROM change").fetchone()
    visit = tables()["visit"]
    columns = ", ".join(visit.columns)
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("UPDATE writer SET capture = 0")
    pattern = connection.execute(
        f"""SELECT c.cells, c.home, v.* FROM change c
        JOIN (SELECT min(id) AS vid, {columns} FROM visit GROUP BY child_id) v ON v.vid = c.row_id"""
    ).fetchall()
    from carehub.domain.ids import new_id

    replica, n = "0123456789abcdef", 0
    while have + n < to:
        part = [(new_id(), *row) for row in pattern[: to - have - n]]
        connection.executemany(
            f"""INSERT INTO change ({journal.FIELDS}, home, intake)
            VALUES ('{replica}',?,'visit',?,?,'{{}}',NULL,1790000000000,?,1)""",
            [(n + i, row[0], row[1], row[2]) for i, row in enumerate(part, 1)],
        )
        marks = ",".join("?" * (len(visit.columns) + 1))
        connection.executemany(
            f"INSERT INTO visit (id, {columns}) VALUES ({marks})", [(row[0], *row[4:]) for row in part]
        )
        n += len(part)
    connection.execute("UPDATE writer SET capture = 1")
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return {"changes": have + n}


def export(folder: Path, store: str) -> Measured:
    desk = open_desk(folder / store)
    began = time.perf_counter()
    made = drive(handover.export(desk, folder / "out"))
    taken = time.perf_counter() - began
    desk.close()
    return {"seconds": taken, "changes": made.changes, "bytes": made.bytes}


def floor_export(folder: Path, store: str) -> Measured:
    """Reading the same lines and compressing them at the same level into a file."""
    connection = raw(folder / store)
    began = time.perf_counter()
    rows = connection.execute(f"SELECT {journal.FIELDS} FROM change ORDER BY pos")
    with (folder / "lines.zst").open("wb") as out, zstandard.ZstdCompressor(level=3).stream_writer(out) as writer:
        block: list[bytes] = []
        for row in rows:
            block.append(journal.line_from(row))
            if len(block) == 500:
                writer.write(b"".join(block))
                block.clear()
        writer.write(b"".join(block))
    taken = time.perf_counter() - began
    connection.close()
    return {"seconds": taken}


def with_district(folder: Path, store: str) -> None:
    """Puts the township under a district, so that it can hand over."""
    from carehub.sync import keys

    desk = open_desk(folder / store)
    pair = keys.new_keys()
    request = keys.Request("500199", "district", "区", None, pair.seal_key, pair.sign_key, "district")
    with desk.unit() as unit:
        me = peers.identity(unit.raw)
        peers.save_peer(unit.raw, keys.certify(request, "district", pair, 1), peers.State.ABOVE)
        told = keys.msgspec.structs.replace(me.certificate.request, parent="district")
        peers.save_identity(unit.raw, peers.Identity(me.keys, keys.certify(told, "district", pair, 1)))
    desk.close()


def copy(folder: Path, store: str, to: str) -> str:
    """A copy that is not taken for one: else it would begin anew as another replica."""
    shutil.copytree(folder / store, folder / to)
    connection = raw(folder / to)
    connection.execute("DELETE FROM setting WHERE name = 'opened'")
    connection.close()
    return to


def report(what: str, ours: Measured, floor: Measured, most: float) -> bool:
    ratio = ours["seconds"] / floor["seconds"]
    held = ratio <= most and ours["memory"] <= 400
    print(
        f"{what:<58} {ours['seconds']:8.3f} s   beside {floor['seconds']:8.3f} s   ratio {ratio:5.2f} (≤ {most})   "
        f"{ours['memory']:4.0f} MB   {'' if held else 'MISSED'}",
        flush=True,
    )
    return held


def main() -> int:
    scale = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        held = run(folder, scale)
    return 0 if all(held) else 1


def run(folder: Path, scale: float) -> list[bool]:
    made = apart(make, folder, scale)
    print(f"bundles {made['bundles'] / 1e6:.1f} MB, the same lines at zstd -3 {made['zstd'] / 1e6:.1f} MB, "
          f"ratio {made['bundles'] / made['zstd']:.2f} (≤ 1.3)", flush=True)  # fmt: skip
    held = [made["bundles"] / made["zstd"] <= 1.3]
    site = json.loads((folder / "who.json").read_text())
    (folder / "one").mkdir()
    shutil.copy(folder / "first" / f"{site}-1.carebundle", folder / "one")

    full, small = copy(folder, "office", "full"), copy(folder, "office", "small")
    dry = apart(merge, folder, copy(folder, "office", "dry"), "first", True)
    first = apart(merge, folder, full, "first", False)
    floor = apart(floor_merge, folder, full, copy(folder, "office", "bare"))
    held.append(report(f"first merge, {first['changes']:.0f} changes / bare executemany", first, floor, 2.0))
    held.append(report("dry run of it / the merge", dry, first, 1.0))

    apart(merge, folder, small, "one", False)
    large = copy(folder, full, "large")
    size = apart(enlarge, folder, large, round(LARGE * scale))["changes"]
    months = [
        [apart(merge, folder, copy(folder, s, f"{s}{n}"), "second", False) for n in range(5)] for s in (large, small)
    ]
    best = [min(runs, key=lambda m: m["seconds"]) for runs in months]
    held.append(report(f"a month into {size:.0f} changes / into an empty store's", *best, 1.3))

    with_district(folder, full)
    out, lines = apart(export, folder, full), apart(floor_export, folder, full)
    held.append(report(f"export of {out['changes']:.0f} changes / reading and compressing", out, lines, 1.5))
    return held


if __name__ == "__main__":
    sys.exit(main())
