"""Many writers of one cell are told apart as few are: an index answers what comparing all pairs would."""

from hypothesis import given
from hypothesis import strategies as st

from carehub.sync import heads
from carehub.sync.change import Change

REPLICAS = ("a", "b", "c", "d")
SEEN = st.dictionaries(st.sampled_from(REPLICAS), st.integers(1, 20), max_size=3)
MANY = st.lists(st.tuples(st.sampled_from(REPLICAS), SEEN), min_size=heads.FEW + 1, max_size=60)


@given(told=MANY)
def test_the_index_finds_the_heads_that_comparing_all_pairs_finds(told: list[tuple[str, dict[str, int]]]) -> None:
    """Else a value that somebody typed would be missing from a question."""
    numbers = dict.fromkeys(REPLICAS, 0)
    changes = []
    for replica, seen in told:
        numbers[replica] += 1
        changes.append(Change(1, None, {"name": "x"}, replica, "row", seen, numbers[replica], "child"))
    expected = [c for c in changes if not any(o.supersedes(c) for o in changes)] or changes
    assert heads.heads_of(changes) == expected
