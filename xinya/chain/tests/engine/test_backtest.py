"""The back-test ranks with what was known and scores with what came, beside two floors."""

import itertools

import numpy as np
import pytest

from xinya.chain.engine.complexity import Mix, backtest, complexity, part_of, positioning
from xinya.chain.engine.complexity.back_test import CHANCE, LIST, NEARNESS, POPULARITY, listed
from xinya.chain.engine.complexity.shown import FEW_PRESENT, NO_ECI, too_little_here

from .test_complexity import world


def nested(arrivals: int) -> list[np.ndarray]:
    """Two separate families of products; every place fills up its own family, most related first."""
    tables = []
    for period in range(4):
        table = np.zeros((40, 40))
        for place in range(40):
            family = 0 if place % 3 else 20
            table[place, family : family + 4 + place // 4 + arrivals * period] = 1.0
            table[place, (family + 20) % 40] = 1.0
        tables.append(table)
    return tables


def test_where_places_fill_up_their_own_family_nearness_stands_above_both_floors() -> None:
    found = backtest(nested(1), ahead=2, mix=Mix(1.0, 0.0, 0.0), top=3)
    assert found.cases > 20
    assert found.scores[NEARNESS].auc > 0.8 > found.scores[CHANCE].auc
    assert found.scores[LIST].auc == pytest.approx(found.scores[NEARNESS].auc, abs=0.05)
    assert found.scores[LIST].auc > found.scores[POPULARITY].auc
    assert found.is_better_than_floors


def test_ranks_come_from_the_earlier_period_alone_and_scores_from_the_later() -> None:
    draw = np.random.default_rng(2)
    now = (draw.random((24, 26)) < 0.4) * draw.random((24, 26))
    later = np.maximum(now, draw.random((24, 26)) < 0.2)
    found = complexity(now, by_component=True)
    areas = []
    for place in range(24):
        here = [k for k in range(26) if now[place, k] == 0 and found.products[k]]
        came, rest = [k for k in here if later[place, k] > 0], [k for k in here if later[place, k] == 0]
        if came and rest:
            own = listed(found, place, Mix())
            areas.append(np.mean([1.0 if own[a] > own[b] else 0.5 if own[a] == own[b] else 0.0 for a in came for b in rest]))
    one = backtest([now, now * 0, later], ahead=2)
    assert one.cases == len(areas)
    assert one.scores[LIST].auc == pytest.approx(np.mean(areas))


def test_periods_that_are_too_few_and_arrivals_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="too few"):
        backtest(nested(1)[:2], ahead=2)
    with pytest.raises(ValueError, match="nothing"):
        backtest(nested(0), ahead=2)


def two_parts() -> np.ndarray:
    """Two families of places and products that share nothing."""
    draw = np.random.default_rng(1)
    table = np.zeros((50, 44))
    for rows, columns in ((slice(25), slice(22)), (slice(25, 50), slice(22, 44))):
        table[rows, columns] = (draw.random((25, 22)) < 0.35) * draw.integers(1, 9, (25, 22))
    return table


@pytest.mark.parametrize("table", [world(11), two_parts()])
def test_the_list_that_is_tested_is_the_list_that_is_shown(table: np.ndarray) -> None:
    found = complexity(table, by_component=True)
    for place in np.flatnonzero(found.locations).tolist()[:12]:
        shown, tested = positioning(part_of(found, place), place), listed(found, place, Mix())
        assert {row.product for row in shown} == set(np.flatnonzero(np.isfinite(tested)).tolist())
        standing = [tested[row.product] for row in shown]
        assert standing == sorted(standing, reverse=True)
        for one, other in itertools.pairwise(shown):
            is_tied = one.score == other.score and one.density == other.density
            assert (tested[one.product] == tested[other.product]) == is_tied


def test_what_is_not_on_the_list_is_never_within_its_first() -> None:
    now = two_parts()
    later = now.copy()
    later[:25, 22:] = 1.0  # everything that arrives comes from the other family, which no list names
    found = backtest([now, later], ahead=1, top=30)
    assert (found.scores[LIST].hits, found.scores[LIST].precision) == (0, 0)
    assert found.scores[LIST].auc < 0.5


def test_a_place_that_gets_no_list_is_not_judged_by_any_way() -> None:
    """A town of two industries is shown none, and a part of nineteen places neither."""
    draw = np.random.default_rng(4)
    now = np.zeros((44, 50))
    now[:24, :26] = (draw.random((24, 26)) < 0.4) * draw.integers(1, 9, (24, 26))
    later = now.copy()
    later[:24, :26] += draw.random((24, 26)) < 0.2
    whole = backtest([now, later], ahead=1)
    now[24, :2] = later[24, :2] = 1.0
    later[24, 2:9] = 1.0
    now[25:44, 26:50] = (draw.random((19, 24)) < 0.4) * draw.integers(1, 9, (19, 24))
    later[25:44, 26:50] = now[25:44, 26:50] + (draw.random((19, 24)) < 0.2)
    found = complexity(now, by_component=True)
    assert too_little_here(found, 24) == FEW_PRESENT
    assert {too_little_here(found, place) for place in range(25, 44)} <= {NO_ECI, FEW_PRESENT}
    judged = backtest([now, later], ahead=1)
    assert (judged.cases, judged.came) == (whole.cases, whole.came)
    with pytest.raises(ValueError, match="has a list"):
        backtest([now[25:, 26:], later[25:, 26:]], ahead=1)
