"""What to look at again: by age, views, and whether a gap hangs on it; at most thirty a week."""

from hypothesis import given
from hypothesis import strategies as st

from xinya.chain.engine.verify_list import MOST, YOUNG, Ask, asked_this_week

asks = st.lists(
    st.builds(
        Ask,
        st.tuples(st.sampled_from(["fact", "placement"]), st.integers(1, 500)),
        st.floats(0, 1),
        st.integers(0, 1000),
        st.booleans(),
    ),
    max_size=80,
    unique_by=lambda a: a.key,
)


def test_the_specification_s_order() -> None:
    old, read, alone = Ask(("fact", 1), 0.1, 10), Ask(("fact", 2), 0.5, 100), Ask(("fact", 3), 0.5, 40, True)
    assert [a.score for a in (old, read, alone)] == [9, 50, 60]
    assert asked_this_week([old, read, alone]) == [alone, read, old]


def test_where_nobody_reads_the_oldest_and_lonely_come_first() -> None:
    rows = [Ask(("fact", 1), 0.5), Ask(("fact", 2), 0.2), Ask(("fact", 3), 0.6, 0, True)]
    assert [a.key[1] for a in asked_this_week(rows)] == [3, 2, 1]


@given(asks, st.integers(0, 40))
def test_nobody_gets_more_than_thirty_a_week_and_nothing_young(could: list[Ask], done: int) -> None:
    found = asked_this_week(could, done=done)
    assert len(found) == min(max(0, MOST - done), sum(a.weight <= YOUNG for a in could))
    assert all(a.weight <= YOUNG for a in found)
    left = [a for a in could if a not in found and a.weight <= YOUNG]
    assert not found or all(a.score <= found[-1].score for a in left)


@given(asks, st.randoms(use_true_random=False))
def test_the_order_given_does_not_matter(could: list[Ask], chance: "st.DataObject") -> None:
    mixed = list(could)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert asked_this_week(mixed) == asked_this_week(could)
