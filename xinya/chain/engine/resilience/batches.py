"""The cascade in SciPy batches: the formulas as they stand, for many scenarios at once. The measure of the faster kernels."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .impact import DEAD_MARKET, Impact
from .shocks import RELATIVE_GROWTH, Shocks, Stop

BATCH = 16
Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Outcome:
    """Scenarios by row. combined, down, up: (S, K) weighted losses; down_loss, up_loss: (S, n) per firm, where asked for."""

    combined: Matrix
    down: Matrix
    up: Matrix
    iterations: NDArray[np.int32]
    is_converged: NDArray[np.bool_]
    down_loss: Matrix | None = None
    up_loss: Matrix | None = None


class Batches:
    """An impact made ready for batches. Memory: 24 bytes a link and side, 8 · (6 n + slots) · 16 bytes a thread."""

    def __init__(self, impact: Impact) -> None:
        from scipy import sparse  # loaded where a cascade runs, and not at every start of the product

        self.firms, self.sales = impact.firms, impact.sales[:, None]
        kept = impact.slot >= 0
        self.buyers, self.layers, row_of_slot = _layers(impact)
        shape = (impact.slots, impact.firms)
        self.down = sparse.csr_array((impact.down[kept], (row_of_slot[impact.slot[kept]], impact.supplier[kept])), shape=shape)
        self.up = sparse.csr_array((impact.up, (impact.supplier, impact.buyer)), shape=(impact.firms, impact.firms))
        self.market, self.volume = impact.market, impact.volume[:, None]
        if impact.market is not None:
            ones = np.ones(impact.firms)
            places = (impact.market, np.arange(impact.firms))
            self.members = sparse.csr_array((ones, places), shape=(len(self.volume), impact.firms))

    def run(self, shocks: Shocks, weights: Matrix, stop: Stop, *, has_losses: bool = False) -> Outcome:
        """Every scenario to its stop. weights: (n, K), each column adding up to 1; rule 2 follows the first.

        A scenario that has stopped leaves its column to the next one.
        """
        count, kinds = len(shocks), weights.shape[1]
        sums = np.zeros((3, count, kinds))
        iterations, converged = np.zeros(count, np.int32), np.ones(count, bool)
        losses = np.zeros((2, count, self.firms)) if has_losses else None
        width = min(BATCH, count)
        down, up = np.zeros((self.firms, width)), np.zeros((self.firms, width))
        lanes = np.arange(width)
        for lane in lanes:
            _begin(shocks, int(lane), down[:, lane], up[:, lane])
        waiting, made = width, np.zeros(width, np.int32)
        while len(lanes):
            new_down, new_up = self.step(down, up)
            made += 1
            if stop.rule == RELATIVE_GROWTH:
                before, after = (weights[:, 0] @ np.maximum(d, u) for d, u in ((down, up), (new_down, new_up)))
                goes_on = after > (1 + stop.eps) * before
            else:
                goes_on = np.maximum((new_down - down).max(axis=0), (new_up - up).max(axis=0)) > stop.eps
            down, up = new_down, new_up
            ended = ~goes_on | (made >= stop.most)
            if not ended.any():
                continue
            done = lanes[ended]
            iterations[done], converged[done] = made[ended], ~goes_on[ended]
            for place, part in enumerate((np.maximum(down, up), down, up)):
                sums[place, done] = part[:, ended].T @ weights
            if losses is not None:
                losses[0, done], losses[1, done] = down[:, ended].T, up[:, ended].T
            fresh = np.arange(waiting, min(count, waiting + len(done)))
            free = np.flatnonzero(ended)
            for lane, scenario in zip(free, fresh, strict=False):
                down[:, lane] = up[:, lane] = 0
                lanes[lane], made[lane] = scenario, 0
                _begin(shocks, int(scenario), down[:, lane], up[:, lane])
            waiting += len(fresh)
            if len(fresh) < len(free):
                kept = np.ones(len(lanes), bool)
                kept[free[len(fresh) :]] = False
                lanes, made, down, up = lanes[kept], made[kept], down[:, kept].copy(), up[:, kept].copy()
        given = (None, None) if losses is None else (losses[0], losses[1])
        return Outcome(sums[0], sums[1], sums[2], iterations, converged, *given)

    def step(self, down: Matrix, up: Matrix) -> tuple[Matrix, Matrix]:
        """One synchronous update of both sides. down, up: (n, lanes) lost output 1 − h; it never shrinks, so ψ stays in it."""
        passed = down if self.market is None else self._replaced(down)
        new_down = down.copy()
        if len(self.buyers):
            by_slot = self.down @ passed
            lost = by_slot[: len(self.buyers)]
            for first, last in self.layers[1:]:
                np.maximum(lost[: last - first], by_slot[first:last], out=lost[: last - first])
            new_down[self.buyers] = np.maximum(down[self.buyers], np.minimum(1.0, lost))
        return new_down, np.maximum(up, np.minimum(1.0, self.up @ up))

    def _replaced(self, down: Matrix) -> Matrix:
        """d = σ·(1 − hd): what rivals in the market cannot make good. σ = min(1, s_out / remaining volume)."""
        remaining = self.members @ (self.sales * (1 - down))
        is_dead = remaining <= DEAD_MARKET * self.volume
        inverse = np.where(is_dead, 0.0, 1.0) / np.where(is_dead, 1.0, remaining)
        share = np.where(is_dead[self.market], 1.0, np.minimum(1.0, self.sales * inverse[self.market]))
        return share * down


def _layers(impact: Impact) -> tuple[NDArray[np.int64], list[tuple[int, int]], NDArray[np.int64]]:
    """(buyers with slots, those with most first; rows of every buyer's first, second, … slot; row of each slot).

    In this order the worst slot of every buyer is found by comparing a few blocks that lie together in memory.
    """
    counts = np.diff(impact.slot_start)
    buyers = np.argsort(-counts, kind="stable")[: int((counts > 0).sum())]
    sizes = [int((counts > k).sum()) for k in range(int(counts.max(initial=0)))]
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    place = np.zeros(impact.firms, np.int64)
    place[buyers] = np.arange(len(buyers))
    owner = np.repeat(np.arange(impact.firms), counts)
    own = np.arange(impact.slots) - impact.slot_start[owner]
    return buyers, [(int(a), int(b)) for a, b in pairwise(starts)], starts[own] + place[owner]


def _begin(shocks: Shocks, scenario: int, down: NDArray[np.float64], up: NDArray[np.float64]) -> None:
    a, b = shocks.start[scenario], shocks.start[scenario + 1]
    down[shocks.firm[a:b]] = shocks.down[a:b]
    up[shocks.firm[a:b]] = shocks.up[a:b]
