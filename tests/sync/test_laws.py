"""The laws of merging, each against an independent model. What a user would lose: work typed by somebody else."""

import json
import random
from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from carehub.sync import journal, merge, replicas
from carehub.sync.change import Change
from carehub.sync.fold import fold

from . import model

ROWS = ("r1", "r2")
COLUMNS = ("name", "school", "voided_on")
CLOCKS = (1_767_225_600_001, 1_800_000_000_000, 1_100_000_000_000, 3_000_000_000_000)

Step = tuple[str, int, int, int, int]


def steps() -> st.SearchStrategy[list[Step]]:
    """A story: somebody writes (replica, row, column, value), or one replica learns from another."""
    small = st.integers(0, 2)
    return st.lists(
        st.tuples(st.sampled_from(("write", "write", "learn")), small, small, small, small), min_size=1, max_size=14
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


@given(changes=liars(), seed=st.integers(0, 10**6))
def test_even_forged_claims_give_one_state_in_any_order(
    new_database: Callable[[], Any], changes: list[model.C], seed: int
) -> None:
    database = new_database()
    deliver(database, cut(changes, seed))
    assert held(database) == expected(changes)
    database.close()


@given(story=steps())
def test_causal_order_takes_the_fast_path_to_the_same_state(new_database: Callable[[], Any], story: list[Step]) -> None:
    changes = play(story)
    database = new_database()
    deliver(database, [changes])
    assert held(database) == expected(changes)
    database.close()


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


@given(story=steps(), seed=st.integers(0, 10**6))
def test_fold_alone_agrees_with_the_model(story: list[Step], seed: int) -> None:
    changes = play(story)
    random.Random(seed).shuffle(changes)
    for row in ROWS:
        mine = [real(c) for c in changes if c.row == row]
        state = fold(mine)
        values, questions = model.state(set(changes), row)
        assert state.cells == values
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
    import pytest

    from carehub.domain.errors import Refused

    one = model.C("p0", 1, "r1", (("name", "one"), ("site_id", "s1")), (), CLOCKS[0])
    other = model.C("p0", 1, "r1", (("name", "other"), ("site_id", "s1")), (), CLOCKS[0])
    database = new_database()
    deliver(database, [[one]])
    with pytest.raises(Refused):
        merge.unknown_of(database, [real(other)])
