"""The back-test ranks with what was known and scores with what came, beside two floors."""

import numpy as np
import pytest

from xinya.chain.engine.complexity import Mix, backtest, complexity, positioning
from xinya.chain.engine.complexity.back_test import CHANCE, LIST, NEARNESS, POPULARITY, mixed

from .test_complexity import world


def nested(arrivals: int) -> list[np.ndarray]:
    """Two separate families of products; every place fills up its own family, most related first."""
    tables = []
    for period in range(4):
        table = np.zeros((20, 24))
        for place in range(20):
            family = 0 if place % 2 else 12
            table[place, family : family + 4 + place // 4 + arrivals * period] = 1.0
            table[place, (family + 12) % 24] = 1.0
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
    now = (draw.random((9, 15)) < 0.4) * draw.random((9, 15))
    later = np.maximum(now, draw.random((9, 15)) < 0.2)
    found = complexity(now, by_component=True)
    table, areas = mixed(found, Mix()), []
    for place in range(9):
        here = [k for k in range(15) if now[place, k] == 0 and found.products[k]]
        came, rest = [k for k in here if later[place, k] > 0], [k for k in here if later[place, k] == 0]
        if came and rest:
            own = table[place]
            areas.append(np.mean([1.0 if own[a] > own[b] else 0.5 if own[a] == own[b] else 0.0 for a in came for b in rest]))
    one = backtest([now, now * 0, later], ahead=2)
    assert one.cases == len(areas)
    assert one.scores[LIST].auc == pytest.approx(np.mean(areas))


def test_periods_that_are_too_few_and_arrivals_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="too few"):
        backtest(nested(1)[:2], ahead=2)
    with pytest.raises(ValueError, match="nothing"):
        backtest(nested(0), ahead=2)


def test_the_score_that_is_tested_is_the_score_that_is_listed() -> None:
    found = complexity(world(11))
    table = mixed(found, Mix())
    for place in range(12):
        for row in positioning(found, place):
            assert table[place, row.product] == pytest.approx(row.score)
