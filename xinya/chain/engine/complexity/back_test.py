"""Whether the positioning list would have been right: ranked with what was known then, scored by what came later. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .positioning import Mix
from .presence import Floats
from .whole import Complexity, complexity

LIST, NEARNESS, POPULARITY, CHANCE = "list", "nearness", "popularity", "chance"


@dataclass(frozen=True, slots=True)
class Score:
    """auc: the chance that what came stood above what did not, mean over places and periods; hits: share of what came that stood
    within the first `top`; precision: share of the first `top` that came.
    """

    auc: float
    hits: float
    precision: float


@dataclass(frozen=True, slots=True)
class BackTest:
    """scores by way of ranking; cases: (place, period) with something that came; came: how much; candidates: out of how many."""

    scores: Mapping[str, Score]
    cases: int
    came: int
    candidates: int
    top: int
    ahead: int

    @property
    def is_better_than_floors(self) -> bool:
        """Whether the list stands above both floors by both measures."""
        own = self.scores[LIST]
        return all(own.auc > self.scores[floor].auc and own.hits > self.scores[floor].hits for floor in (POPULARITY, CHANCE))


def backtest(tables: Sequence[Floats], *, ahead: int = 2, mix: Mix | None = None, top: int = 10, seed: int = 0) -> BackTest:
    """Rank at each period t what a place has nothing of (X_t = 0), and score it by what it has at t + ahead (X > 0).

    tables: locations x products, one a period, in order. Ways: `list` (the declared mix of density, PCI, COG), `nearness` (density
    alone), `popularity` (in how many places it is), `chance` (seeded). Only places with at least one arrival count.
    Ties count half. Raises ValueError when there are no periods enough or nothing arrives.
    """
    if len(tables) <= ahead:
        raise ValueError(f"{len(tables)} periods are too few to look {ahead} ahead")
    draw = np.random.default_rng(seed)
    sums: dict[str, list[tuple[float, float, float]]] = {}
    cases = came = candidates = 0
    for now, later in zip(tables, tables[ahead:], strict=False):
        found = complexity(now, by_component=True)  # small places that share nothing must not decide the order of the others
        ranking = {
            LIST: mixed(found, mix or Mix()), NEARNESS: np.nan_to_num(found.density),
            POPULARITY: np.broadcast_to((now > 0).sum(axis=0).astype(float), now.shape),
            CHANCE: draw.random(now.shape),
        }  # fmt: skip
        for place in np.flatnonzero(found.locations).tolist():
            open_ = np.flatnonzero((now[place] == 0) & found.products)
            arrived = later[place, open_] > 0
            if not arrived.any() or arrived.all():
                continue
            cases, came, candidates = cases + 1, came + int(arrived.sum()), candidates + len(open_)
            for way, table in ranking.items():
                sums.setdefault(way, []).append(_scored(table[place, open_], arrived, top))
    if not cases:
        raise ValueError("nothing that was missing arrived anywhere")
    scores = {way: Score(*(float(n) for n in np.mean(rows, axis=0))) for way, rows in sums.items()}
    return BackTest(scores, cases, came, candidates, top, ahead)


def mixed(found: Complexity, mix: Mix) -> Floats:
    """The score of the positioning list for every pair, z-scored over what is not present at each place; a NaN part counts 0."""
    parts = (found.density, np.broadcast_to(found.pci, found.density.shape), found.cog)
    total = np.zeros(found.density.shape)
    open_ = ~found.present & found.products & found.locations[:, None]
    count = np.maximum(1, open_.sum(axis=1))[:, None]
    for weight, part in zip((mix.density, mix.pci, mix.cog), parts, strict=True):
        here = np.where(open_, np.nan_to_num(part), 0.0)
        mean = here.sum(axis=1, keepdims=True) / count
        spread = np.sqrt(np.where(open_, (here - mean) ** 2, 0.0).sum(axis=1, keepdims=True) / count)
        total += weight * np.where(spread > 1e-12, (here - mean) / np.where(spread > 0, spread, 1.0), 0.0)
    return np.where(open_, total, -np.inf)


def _scored(values: Floats, arrived: NDArray[np.bool_], top: int) -> tuple[float, float, float]:
    from scipy.stats import rankdata  # takes half a second to load, which no command but this one needs

    ranks = rankdata(values)
    hits, others = int(arrived.sum()), int((~arrived).sum())
    area = (ranks[arrived].sum() - hits * (hits + 1) / 2) / (hits * others)
    # Ties at the end of the first `top` share the places that are left.
    order = -np.sort(-values)
    limit = order[min(top, len(order)) - 1]
    above, tied = values > limit, values == limit
    share = (min(top, len(order)) - above.sum()) / tied.sum()
    inside = float((arrived & above).sum() + share * (arrived & tied).sum())
    return float(area), inside / hits, inside / min(top, len(order))
