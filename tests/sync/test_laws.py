"""The laws of merging, each against an independent model. What a user would lose: work typed by somebody else.

2,000 examples each; with HYPOTHESIS_PROFILE=heavy 20,000.
"""

import json
import os
import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carehub.sync import bundle, incoming, journal, keys, links, merge, outgoing, peers, replicas, undo
from carehub.sync.change import Change
from carehub.sync.fold import fold

from ..conftest import drive
from . import model

law = settings(
    max_examples={"heavy": 20_000, "quick": 300}.get(os.environ.get("HYPOTHESIS_PROFILE", "ci"), 2_000),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def identities() -> dict[str, peers.Identity]:
    """A township and a room it vouches for."""
    pair = {site: keys.new_keys() for site in ("office", "room")}
    made = {}
    for site, level, parent in (("office", "township", None), ("room", "room", "office")):
        request = keys.Request("500199", level, site, parent, pair[site].seal_key, pair[site].sign_key, site)
        made[site] = peers.Identity(pair[site], keys.certify(request, "office", pair["office"], 1))
    return made


@pytest.fixture
def township_and_room(
    new_database: Callable[[], Any], identities: dict[str, peers.Identity]
) -> Callable[[], tuple[Any, Any]]:
    """Makes two empty stores that know each other."""

    def make() -> tuple[Any, Any]:
        found = []
        for site, other, state in (("office", "room", peers.State.BELOW), ("room", "office", peers.State.ABOVE)):
            database = new_database()
            replicas.start(database)
            peers.save_identity(database, identities[site])
            peers.save_peer(database, identities[other].certificate, state)
            found.append(database)
        return found[0], found[1]

    return make


ROWS = ("r1", "r2")
COLUMNS = ("name", "school", "voided_on")
CLOCKS = (1_767_225_600_001, 1_800_000_000_000, 1_100_000_000_000, 3_000_000_000_000)

Step = tuple[str, int, int, int, int]


def steps() -> st.SearchStrategy[list[Step]]:
    """A story: somebody writes (replica, row, column, value), or one replica learns from another."""
    small = st.integers(0, 2)
    return st.lists(
        st.tuples(st.sampled_from(("write",) * 5 + ("learn",) * 3 + ("erase",)), small, small, small, small),
        min_size=1,
        max_size=14,
    )


def play(story: list[Step]) -> list[model.C]:
    """Plays a story among three replicas and returns all its changes in the order of writing."""
    known: list[set[model.C]] = [set(), set(), set()]
    written: list[model.C] = []
    for n, (kind, who, a, b, c) in enumerate(story):
        if kind == "learn":
            known[who] |= known[a]
            continue
        row = ROWS[a % 2]
        vector: dict[str, int] = {}
        for change in known[who]:
            if change.row == row:
                vector[change.replica] = max(vector.get(change.replica, 0), change.seq)
        column = COLUMNS[b]
        value = (None if c == 0 else "2026-03-01") if column == "voided_on" else f"value {c}"
        seq = 1 + max((x.seq for x in written if x.replica == f"p{who}"), default=0)
        cells = ((column, value), ("site_id", "s1")) if not vector else ((column, value),)
        if kind == "erase":
            cells = (("erased_on", "2026-03-02"), ("site_id", "s1"))
        change = model.C(f"p{who}", seq, row, cells, tuple(sorted(vector.items())), CLOCKS[(n + who) % 4])
        known[who].add(change)
        written.append(change)
    return written


def real(change: model.C) -> Change:
    return Change(
        at=change.at, author=None, cells=dict(change.cells), replica=change.replica, row=change.row,
        seen=dict(change.seen), seq=change.seq, table="child",
    )  # fmt: skip


def deliver(database: Any, batches: list[list[model.C]]) -> None:
    if not database.execute("SELECT count(*) FROM writer").fetchone()[0]:
        replicas.start(database)
    for batch in batches:
        database.execute("BEGIN")
        fresh = merge.unknown_of(database, [real(c) for c in batch])
        merge.apply(database, fresh, 1, merge.Outcome())
        database.execute("COMMIT")


def held(database: Any) -> dict[str, Any]:
    """What a store shows: cells and open questions of every row."""
    found: dict[str, Any] = {}
    for row in ROWS:
        cells = database.execute("SELECT name, school, voided_on, site_id FROM child WHERE id = ?", (row,)).fetchone()
        asked = database.execute("SELECT field, heads FROM question WHERE row_id = ?", (row,)).fetchall()
        found[row] = (cells, {field: {h["value"] for h in json.loads(heads)} for field, heads in asked})
    return found


def log(database: Any) -> list[Any]:
    """The log as a set: what is known, whatever the order of its arrival."""
    return sorted(database.execute(f"SELECT {journal.FIELDS} FROM change").fetchall())


def dump(database: Any) -> dict[str, list[Any]]:
    """Everything a merge can touch."""
    tables = ("change", "child", "question", "quarantine", "link", "erased", "intake")
    columns = {"change": journal.FIELDS + ", home"}
    return {t: sorted(database.execute(f"SELECT {columns.get(t, '*')} FROM {t}").fetchall(), key=str) for t in tables}


def expected(changes: list[model.C]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for row in ROWS:
        values, questions = model.state(set(changes), row)
        cells = tuple(values.get(c) for c in ("name", "school", "voided_on", "site_id")) if values else None
        found[row] = (cells, questions)
    return found


def cut(changes: list[model.C], seed: int) -> list[list[model.C]]:
    """The changes in some order, in batches of some size, some of them twice."""
    dice = random.Random(seed)
    order = changes + dice.sample(changes, k=dice.randrange(len(changes) + 1))
    dice.shuffle(order)
    batches: list[list[model.C]] = []
    while order:
        size = dice.randrange(1, 6)
        batches.append(order[:size])
        order = order[size:]
    return batches


@law
@given(story=steps(), seed=st.integers(0, 10**6))
def test_any_order_and_repetition_gives_the_models_state(
    new_database: Callable[[], Any], story: list[Step], seed: int
) -> None:
    """Commutative, associative, idempotent, fast path = fold: one property, because each is 'same set, same state'."""
    changes = play(story)
    if not changes:
        return
    database = new_database()
    deliver(database, cut(changes, seed))
    assert held(database) == expected(changes)
    database.close()


def liars() -> st.SearchStrategy[list[model.C]]:
    """Changes whose `seen` is anything at all, as somebody might forge them."""
    seen = st.dictionaries(st.sampled_from(("p0", "p1", "p2")), st.integers(1, 4), max_size=3)
    one = st.tuples(st.sampled_from(ROWS), st.sampled_from(COLUMNS), st.integers(0, 2), seen, st.sampled_from(CLOCKS))

    def number(drawn: list[tuple[int, tuple[str, str, int, dict[str, int], int]]]) -> list[model.C]:
        made: list[model.C] = []
        for who, (row, column, value, told, at) in drawn:
            seq = 1 + max((c.seq for c in made if c.replica == f"p{who}"), default=0)
            cell = (None if value == 0 else "2026-03-01") if column == "voided_on" else f"value {value}"
            made.append(model.C(f"p{who}", seq, row, ((column, cell),), tuple(sorted(told.items())), at))
        return made

    return st.lists(st.tuples(st.integers(0, 2), one), min_size=1, max_size=8).map(number)


@law
@given(changes=liars(), seed=st.integers(0, 10**6))
def test_even_forged_claims_give_one_state_in_any_order(
    new_database: Callable[[], Any], changes: list[model.C], seed: int
) -> None:
    database = new_database()
    deliver(database, cut(changes, seed))
    assert held(database) == expected(changes)
    database.close()


@law
@given(story=steps())
def test_causal_order_takes_the_fast_path_to_the_same_state(new_database: Callable[[], Any], story: list[Step]) -> None:
    changes = play(story)
    database = new_database()
    deliver(database, [changes])
    assert held(database) == expected(changes)
    database.close()


@law
@given(story=steps(), seed=st.integers(0, 10**6), other=st.integers(0, 10**6))
def test_commutative_and_associative(new_database: Callable[[], Any], story: list[Step], seed: int, other: int) -> None:
    """Two stores that get the same changes in other orders and other portions end alike, log included."""
    changes = play(story)
    left, right = new_database(), new_database()
    if changes:
        deliver(left, cut(changes, seed))
        deliver(right, cut(changes, other))
    assert held(left) == held(right)
    assert log(left) == log(right)
    left.close()
    right.close()


@law
@given(story=steps(), seed=st.integers(0, 10**6))
def test_idempotent(new_database: Callable[[], Any], story: list[Step], seed: int) -> None:
    changes = play(story)
    database = new_database()
    batches = cut(changes, seed) if changes else []
    deliver(database, batches)
    before = dump(database)
    deliver(database, batches)
    assert dump(database) == before
    database.close()


@law
@given(story=steps(), seed=st.integers(0, 10**6))
def test_two_levels_give_what_one_level_gives(new_database: Callable[[], Any], story: list[Step], seed: int) -> None:
    changes = play(story)
    township, district = new_database(), new_database()
    for batch in cut(changes, seed) if changes else []:
        deliver(township, [batch])
    rows = township.execute(f"SELECT {journal.FIELDS} FROM change ORDER BY pos").fetchall()
    replicas.start(district)
    fresh = merge.unknown_of(district, [journal.change_from(r) for r in rows])
    merge.apply(district, fresh, 1, merge.Outcome())
    assert held(district) == expected(changes)
    township.close()
    district.close()


@law
@given(story=steps(), seed=st.integers(0, 10**6))
def test_undo_restores(new_database: Callable[[], Any], story: list[Step], seed: int) -> None:
    """Undoing the last merge leaves the store as if that bundle had never come, and it can come again."""
    changes = [c for c in play(story) if not any(k == "erased_on" for k, _ in c.cells)]
    if not changes:
        return
    database, *batches = new_database(), *cut(changes, seed)
    deliver(database, batches[:-1])
    before = dump(database)
    database.execute("BEGIN")
    pos = database.execute("SELECT coalesce(max(pos), 0) FROM change").fetchone()[0]
    database.execute(
        """INSERT INTO intake (n, bundle, site_id, replica, number, kind, header_sha256, at, outcome, before)
        VALUES (7, 'b', 's', 'p9', 1, 'up', '', 0, '{}', ?)""",
        (json.dumps({"link": None, "pos": pos}),),
    )
    fresh = merge.unknown_of(database, [real(c) for c in batches[-1]])
    merge.apply(database, fresh, 7, merge.Outcome())
    undo.undo_last(database)
    database.execute("COMMIT")
    assert dump(database) == before
    deliver(database, batches[-1:])
    assert held(database) == expected(changes)
    database.close()


@law
@given(story=steps(), seed=st.integers(0, 10**6))
def test_erasure_leaves_nothing(new_database: Callable[[], Any], story: list[Step], seed: int) -> None:
    """Whatever comes before, with or after the erasure of a row, no word of it stays anywhere."""
    changes = play([*story, ("erase", 0, 0, 0, 0)])
    changes = [c._replace(cells=tuple((k, f"MARK{v}" if k == "school" else v) for k, v in c.cells)) for c in changes]
    database = new_database()
    deliver(database, cut(changes, seed))
    assert held(database)["r1"] == (None, {})
    kept = [row for row in dump(database)["change"] if row[3] == "r1" and "erased_on" not in row[4]]
    assert all(row[4:8] == ("{}", "{}", None, 0) for row in kept)
    assert all("MARK" not in str(row) for name, rows in dump(database).items() for row in rows if "r1" in row)
    database.close()


@law
@given(story=steps())
def test_a_round_trip_through_a_sealed_bundle_loses_nothing(
    township_and_room: Callable[[], tuple[Any, Any]], story: list[Step]
) -> None:
    """Export, verify, decrypt, merge, and the return bundle back: both logs hold the same changes."""
    office, room = township_and_room()
    replica = journal.own_replica(room)
    changes = [
        real(c._replace(cells=tuple((k, "room" if k == "site_id" else v) for k, v in c.cells))) for c in play(story)
    ]
    merge.apply(room, merge.unknown_of(room, changes), None, merge.Outcome())
    carry(room, office, None)
    assert log(office) == log(room)
    carry(office, room, "room")
    assert log(office) == log(room)
    assert outgoing.unreceipted(room) == 0
    assert links.find(office, replica).got == journal.last_position(room)  # type: ignore[union-attr]
    for row in ROWS:
        assert held(office)[row] == held(room)[row]
    office.close()
    room.close()


def carry(sender: Any, receiver: Any, site: str | None) -> None:
    """One stick from one store to the other."""
    made = outgoing.compose_down(sender, "0001", site) if site else outgoing.compose_up(sender, "0001")
    outgoing.remember(sender, made, "file", None)
    receiver.execute("BEGIN")
    arrival = incoming.receive(receiver, bundle.unpack(made.data), ())
    assert arrival
    drive(incoming.take(receiver, arrival, None))
    receiver.execute("COMMIT")


@law
@given(story=steps(), seed=st.integers(0, 10**6))
def test_fold_alone_agrees_with_the_model(story: list[Step], seed: int) -> None:
    changes = play(story)
    random.Random(seed).shuffle(changes)
    for row in ROWS:
        mine = [real(c) for c in changes if c.row == row]
        state = fold(mine)
        values, questions = model.state(set(changes), row)
        assert state.erased is (values is None)
        assert state.erased or state.cells == values
        assert {k: {h.value for h in heads} for k, heads in state.questions.items()} == questions


def test_a_losing_value_is_kept_and_shown(new_database: Callable[[], Any]) -> None:
    """Primero #508: the later upload won and nobody was told."""
    first = model.C("p0", 1, "r1", (("name", "a"), ("site_id", "s1")), (), CLOCKS[0])
    left = model.C("p0", 2, "r1", (("name", "left"),), (("p0", 1),), CLOCKS[0])
    right = model.C("p1", 1, "r1", (("name", "right"),), (("p0", 1),), CLOCKS[1])
    database = new_database()
    deliver(database, [[first, left], [right]])
    assert held(database)["r1"][1] == {"name": {"left", "right"}}


def test_a_decision_that_arrives_later_closes_the_question(new_database: Callable[[], Any]) -> None:
    first = model.C("p0", 1, "r1", (("name", "a"), ("site_id", "s1")), (), CLOCKS[0])
    left = model.C("p0", 2, "r1", (("name", "left"),), (("p0", 1),), CLOCKS[0])
    right = model.C("p1", 1, "r1", (("name", "right"),), (("p0", 1),), CLOCKS[1])
    decision = model.C("p2", 1, "r1", (("name", "right"),), (("p0", 2), ("p1", 1)), CLOCKS[0])
    database = new_database()
    deliver(database, [[first, left, right], [decision]])
    assert held(database)["r1"] == (("right", None, None, "s1"), {})


def test_a_dead_clock_battery_neither_wins_nor_loses_what_was_seen(new_database: Callable[[], Any]) -> None:
    """A decision taken on a laptop whose clock stands in 2004 still supersedes what its writer had seen."""
    first = model.C("p0", 1, "r1", (("name", "old"), ("site_id", "s1")), (), CLOCKS[1])
    late = model.C("p1", 1, "r1", (("name", "decided"),), (("p0", 1),), CLOCKS[2])
    database = new_database()
    deliver(database, [[late], [first]])
    assert held(database)["r1"] == (("decided", None, None, "s1"), {})


def test_voiding_against_an_edit_is_a_question(new_database: Callable[[], Any]) -> None:
    first = model.C("p0", 1, "r1", (("name", "a"), ("site_id", "s1")), (), CLOCKS[0])
    void = model.C("p0", 2, "r1", (("voided_on", "2026-03-01"),), (("p0", 1),), CLOCKS[0])
    edit = model.C("p1", 1, "r1", (("school", "b"),), (("p0", 1),), CLOCKS[1])
    database = new_database()
    deliver(database, [[first, edit], [void]])
    assert held(database)["r1"][1] == {"voided_on": {"2026-03-01", None}}


def test_a_copied_computer_is_detected_and_nothing_is_taken(new_database: Callable[[], Any]) -> None:
    """cr-sqlite #145: a cloned database kept its identity and the copies diverged in silence."""
    from carehub.domain.errors import Refused

    one = model.C("p0", 1, "r1", (("name", "one"), ("site_id", "s1")), (), CLOCKS[0])
    other = model.C("p0", 1, "r1", (("name", "other"), ("site_id", "s1")), (), CLOCKS[0])
    database = new_database()
    deliver(database, [[one]])
    with pytest.raises(Refused):
        merge.unknown_of(database, [real(other)])
