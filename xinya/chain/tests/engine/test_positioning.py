"""The positioning list: what a place does not have yet, ranked by three parts that stand beside the sum."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinya.chain.engine.complexity import Mix, complexity, positioning

from .test_complexity import world


@given(seed=st.integers(0, 10_000), location=st.integers(0, 11))
def test_candidates_are_what_is_absent_and_their_score_is_the_sum_of_the_parts_shown(seed: int, location: int) -> None:
    found = complexity(world(seed))
    rows = positioning(found, location)
    if not found.locations[location]:
        assert rows == []
        return
    absent = {int(k) for k in np.flatnonzero(found.products & ~found.present[location])}
    assert {row.product for row in rows} == absent
    assert [row.rank for row in rows] == list(range(1, len(rows) + 1))
    scores = [row.score for row in rows]
    assert scores == sorted(scores, reverse=True)
    for row in rows:
        assert row.score == pytest.approx(0.5 * row.z_density + 0.25 * row.z_pci + 0.25 * row.z_cog)
        assert row.density == found.density[location, row.product]


@given(seed=st.integers(0, 10_000))
def test_by_nearness_alone_the_list_is_in_order_of_density(seed: int) -> None:
    found = complexity(world(seed))
    for location in range(12):
        density = [row.density for row in positioning(found, location, mix=Mix(1.0, 0.0, 0.0))]
        assert density == sorted(density, reverse=True)


def test_what_is_not_identified_counts_for_nobody() -> None:
    table = np.ones((4, 5))
    table[0, 0] = table[1, 1] = 0
    both = np.zeros((8, 10))
    both[:4, :5], both[4:, 5:] = table, 1
    rows = positioning(complexity(np.ones((1, 1)), test="given"), 0)
    assert rows == []
    for row in positioning(complexity(both, test="given"), 0):
        assert np.isfinite(row.score)


@pytest.mark.parametrize("mix", [Mix(-1.0, 1.0, 1.0), Mix(0.0, 0.0, 0.0)])
def test_weights_below_nothing_are_refused(mix: Mix) -> None:
    with pytest.raises(ValueError, match="weights"):
        positioning(complexity(world(1)), 0, mix=mix)


def test_an_unknown_place_is_refused() -> None:
    with pytest.raises(ValueError, match="no location 99"):
        positioning(complexity(world(1)), 99)
