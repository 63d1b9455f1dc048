"""Whether the positioning list would have been right: ranked with what was known then, scored by what came later. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .positioning import Mix, ranked
from .presence import Floats
from .shown import too_little_here
from .whole import Complexity, complexity, part_of

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

    tables: locations x products, one a period, in order. Ways: `list` (the one that the place is shown; what
    is not on it stands below it, and never within the first), `nearness` (density
    alone), `popularity` (in how many places it is), `chance` (seeded). Only places with at least one arrival count, and only those
    that get a list (`shown`): what nobody is shown is not judged, nor is it by the other ways. Ties count half.
    Raises ValueError when there are no periods enough, or nothing arrives where there is a list.
    """
    if len(tables) <= ahead:
        raise ValueError(f"{len(tables)} periods are too few to look {ahead} ahead")
    draw = np.random.default_rng(seed)
    sums: dict[str, list[tuple[float, float, float]]] = {}
    cases = came = candidates = 0
    for now, later in zip(tables, tables[ahead:], strict=False):
        found = complexity(now, by_component=True)  # small places that share nothing must not decide the order of the others
        popular, lots = (now > 0).sum(axis=0).astype(float), draw.random(now.shape)
        for place in np.flatnonzero(found.locations).tolist():
            open_ = np.flatnonzero((now[place] == 0) & found.products)
            arrived = later[place, open_] > 0
            if not arrived.any() or arrived.all() or too_little_here(found, place):
                continue
            cases, came, candidates = cases + 1, came + int(arrived.sum()), candidates + len(open_)
            ranking = {
                LIST: listed(found, place, mix or Mix()), NEARNESS: np.nan_to_num(found.density[place]), POPULARITY: popular,
                CHANCE: lots[place],
            }  # fmt: skip
            for way, values in ranking.items():
                sums.setdefault(way, []).append(_scored(values[open_], arrived, top))
    if not cases:
        raise ValueError("nothing that was missing arrived at a place that has a list")
    scores = {way: Score(*(float(n) for n in np.mean(rows, axis=0))) for way, rows in sums.items()}
    return BackTest(scores, cases, came, candidates, top, ahead)


def listed(found: Complexity, place: int, mix: Mix) -> Floats:
    """By product how high it stands in the list that the place is shown (0 the first, then -1, -2, …); -inf where it is not on it.

    The list is that of the part of the table that the place belongs to. found: computed by component.
    """
    standing = np.full(len(found.products), -np.inf)
    own = ranked(part_of(found, place), place, mix)
    standing[own.products] = -own.standing
    return standing


def _scored(values: Floats, arrived: NDArray[np.bool_], top: int) -> tuple[float, float, float]:
    from scipy.stats import rankdata  # takes half a second to load, which no command but this one needs

    ranks = rankdata(values)
    hits, others = int(arrived.sum()), int((~arrived).sum())
    area = (ranks[arrived].sum() - hits * (hits + 1) / 2) / (hits * others)
    # Ties at the end of the first `top` share the places that are left.
    order = -np.sort(-values)
    limit = order[min(top, len(order)) - 1]
    above, tied = values > limit, values == limit
    share = (min(top, len(order)) - above.sum()) / tied.sum() if np.isfinite(limit) else 0.0
    inside = float((arrived & above).sum() + share * (arrived & tied).sum())
    return float(area), inside / hits, inside / min(top, len(order))
