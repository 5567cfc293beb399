"""The end of a simulated world: everything is delivered, and then all must agree and nothing be lost."""

import json
from typing import Any

from carehub.sync import blobs

from ..sync import model
from .machine import Machine, upgrade
from .world import TREE, Event, World, subtree

ROUNDS = 12


def deliver(world: World) -> None:
    """Everybody gets the new program; then sticks go up and down until nobody learns anything new."""
    world.say("--- from here on everything is delivered ---")
    for machine in world.live:
        upgrade(machine)
    for _ in range(ROUNDS):
        before = [_knowledge(m) for m in world.live]
        _round(world)
        if [_knowledge(m) for m in world.live] == before:
            return
    raise AssertionError("the sites never come to rest")


def settle_in(world: World) -> None:
    """A world in which every site has rows already, known to everybody above it."""
    for n, machine in enumerate(list(world.live)):
        for table in (0, 1):
            world.do_add(machine, Event("add", n, table, 0))
    _round(world)


def _round(world: World) -> None:
    world.time[0] += 86400
    order = ["A", "B", "C", "S", "T1", "T2"]
    for site in order:
        for machine in world.of_site(site):
            world.do_hand_up(machine, None)  # type: ignore[arg-type]
            number = len(world.sticks) - 1
            for office in world.of_site(str(TREE[site])):
                world.plug(office, number)
                world.release_all(office)
    for site in ("T1", "T2", "A", "B", "C", "S"):
        for office in world.of_site(str(TREE[site])):
            world.hand_down(office, site)
            number = len(world.sticks) - 1
            for machine in world.of_site(site):
                world.plug(machine, number)
                world.release_all(machine)


def _knowledge(m: Machine) -> Any:
    told = "(SELECT group_concat(replica || got || ',' || told) FROM link), (SELECT count(*) FROM fork)"
    told += ", (SELECT count(*) FROM blob)"
    return m.db.execute(f"SELECT count(*), max(pos), (SELECT replica FROM writer), {told} FROM change").fetchone()


def judge(world: World) -> None:
    """Raises `AssertionError` unless all states and questions are equal everywhere in scope, each is what the model
    says of that store's changes, and no value ever typed is lost."""
    assert not world.accepted_torn, "a torn stick was taken in"
    for machine in world.live:
        _is_what_the_model_says(machine)
    for site in TREE:
        shown = {m.name: _shown(m, site) for m in world.live if site in subtree(m.site)}
        first = next(iter(shown.values()))
        for name, state in shown.items():
            differing = {
                r: (first.get(r), state.get(r)) for r in first.keys() | state.keys() if first.get(r) != state.get(r)
            }
            assert not differing, f"rows of {site} differ between {next(iter(shown))} and {name}: {differing}"
    _nothing_is_lost(world)
    _erased_leaves_nothing(world)
    _pictures_are_where_their_rows_are(world)


def _pictures_are_where_their_rows_are(world: World) -> None:
    """Every store holds the bytes that its changes name, and no others, not those of an erased row either. Where
    bundles have room for few, bytes may be gone with a stolen laptop: then no living one could give them."""
    anywhere = {name for m in world.live for (name,) in m.db.execute("SELECT sha256 FROM blob")}
    for m in world.live:
        assert not list(blobs.altered(m.db)), f"{m.name} keeps bytes that are not what their hash says"
        assert not blobs.unnamed(m.db), f"{m.name} keeps bytes that nothing names"
        lacks = set(blobs.missing(m.db, subtree(m.site) if world.narrow else None))
        lacks = lacks & anywhere if world.narrow else lacks
        assert not lacks, f"{m.name} never gets the bytes of {sorted(lacks)}"


def _shown(m: Machine, site: str) -> dict[str, Any]:
    """What a store shows of a site: cells and open questions of every row at home there."""
    found: dict[str, Any] = {}
    for table, columns in (("child", "name, school, remark, voided_on"), ("volunteer", "name, remark, voided_on")):
        for row, *cells in m.db.execute(f"SELECT id, {columns} FROM {table} WHERE site_id = ?", (site,)):
            asked = m.db.execute("SELECT field, heads FROM question WHERE row_id = ? ORDER BY field", (row,))
            questions = {f: sorted(str(h["value"]) for h in json.loads(heads)) for f, heads in asked}
            found[row] = (tuple(cells), questions)
    return found


def _log(m: Machine) -> list[model.C]:
    rows = m.db.execute("SELECT replica, seq, row_id, cells, seen, at, tbl FROM change").fetchall()
    return [
        model.C(r, s, row, tuple(json.loads(cells).items()), tuple(json.loads(seen).items()), at)
        for r, s, row, cells, seen, at, table in rows
        if table in ("child", "volunteer")
    ]


def _is_what_the_model_says(m: Machine) -> None:
    by_row: dict[str, set[model.C]] = {}
    for change in _log(m):
        by_row.setdefault(change.row, set()).add(change)
    tables = {r: t for t in ("child", "volunteer") for (r,) in m.db.execute(f"SELECT id FROM {t}")}
    for row, changes in by_row.items():
        values, questions = model.state(changes, row)
        if values is None:
            assert row not in tables, f"{m.name} still shows the erased row {row}"
            continue
        names = ["name", "voided_on", "site_id", "remark"] + (["school"] if tables.get(row) == "child" else [])
        cells = m.db.execute(f"SELECT {', '.join(names)} FROM {tables[row]} WHERE id = ?", (row,)).fetchone()
        assert cells == tuple(values.get(n) for n in names), f"{m.name} shows {row} as {cells}, the model says {values}"
        asked = m.db.execute("SELECT field, heads FROM question WHERE row_id = ?", (row,)).fetchall()
        got = {f: {h["value"] for h in json.loads(heads)} for f, heads in asked}
        assert got == questions, f"{m.name} asks {got} of {row}, the model asks {questions}"


def _nothing_is_lost(world: World) -> None:
    """A value typed on a computer that lives, or known to any that lives, is in the district's log; there, being what
    the model says, it is current, superseded by somebody who had seen it, or a question."""
    everywhere = {(c.row, k, v) for m in world.live for c in _log(m) for k, v in c.cells}
    district = {(c.row, k, v) for c in _log(world.of_site("D")[0]) for k, v in c.cells}
    missing = sorted((t for t in everywhere - district if t[0] not in world.erased), key=str)
    assert not missing, f"the district never learns {missing}"
    safe = {m.name for m in world.live if m.name not in world.rolled_back}
    lost = [t for t in world.typed if t[0] in safe and t[1] not in world.erased and t[1:] not in district]
    assert not lost, f"typed and gone: {lost}"


def _erased_leaves_nothing(world: World) -> None:
    for machine in world.live:
        known = {row for (row,) in machine.db.execute("SELECT row_id FROM erased")}
        for change in _log(machine):
            if change.row in known:
                assert {k for k, _ in change.cells} <= {"erased_on", "site_id"}, f"{machine.name} keeps {change}"
