"""Ages of a large zone's facts, and the weekly list out of them, against the formulas written out in NumPy."""

import datetime
import random
from collections.abc import Iterator

import numpy as np

from bench.clock import best
from xinya.chain.engine.verify_list import ALONE, MOST, YOUNG, Ask, asked_this_week
from xinya.zones.engine.freshness import Age, aged

FACTS = 100_000
DAY = datetime.date(2026, 1, 15)


def run() -> Iterator[str]:
    """100,000 placements of which each was seen on some day of ten years, and read so often."""
    chance = random.Random(7)
    days = [chance.randrange(3650) for _n in range(FACTS)]
    reads = [chance.randrange(400) for _n in range(FACTS)]
    alone = [chance.random() < 0.05 for _n in range(FACTS)]
    seen = [DAY - datetime.timedelta(days=d) for d in days]

    def ages() -> list[Age]:
        return [aged("placement", since=since, on=DAY) for since in seen]

    seconds, found = best(ages)
    weights = np.exp2(-np.array(days) / 540)
    is_same = np.allclose([age.weight for age in found], weights, rtol=1e-12)
    asks = [Ask(("placement", n), age.weight, reads[n], alone[n]) for n, age in enumerate(found)]
    listed, chosen = best(lambda: asked_this_week(asks))
    scores = np.where(weights <= YOUNG, (1 - weights) * reads * np.where(alone, ALONE, 1), -1)
    highest = np.sort(scores)[::-1][:MOST]
    is_same = is_same and bool(np.allclose([one.score for one in chosen], highest))
    yield (
        f"freshness, {FACTS:,} placements: ages {seconds * 1000:.0f} ms, weekly list {listed * 1000:.0f} ms, "
        f"{'same results' if is_same else 'results DIFFERS'}"
    )
