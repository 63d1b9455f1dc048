"""A drawn run leaves out what it says and no more; the whole proof leaves out nothing."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import draws

NAMES = st.lists(st.text(min_size=1, max_size=5), min_size=1, max_size=40, unique=True)


@given(NAMES, st.integers(1, 9), st.text(max_size=5))
def test_one_in_so_many_is_drawn_and_one_at_least_in_the_order_of_all(names: list[str], share: int, by: str) -> None:
    taken = draws.drawn(names, str, share, by)
    assert taken == [name for name in names if name in taken]
    assert len(taken) == max(1, -(-len(names) // share))
    assert draws.drawn(reversed(names), str, share, by) == taken[::-1]


def test_every_case_comes_in_the_draws_of_enough_commits() -> None:
    names = [f"case {n}" for n in range(13)]
    seen = Counter(name for commit in range(200) for name in draws.drawn(names, str, 4, f"commit {commit}"))
    assert set(seen) == set(names)
    assert min(seen.values()) > 200 * 4 / 13 / 2


def test_a_run_that_says_nothing_of_its_depth_makes_the_whole_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draws, "DEPTH", "whole")
    assert [draws.examples(n) for n in (250, 12, 3)] == [250, 12, 3]
    monkeypatch.setattr(draws, "DEPTH", "drawn")
    assert [draws.examples(n) for n in (250, 12, 3)] == [50, 10, 3]
