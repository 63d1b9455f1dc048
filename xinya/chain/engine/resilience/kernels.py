"""The cascade in compiled kernels: a scenario begins by itself and joins the interleaved ones when it grows wide. Needs `fast`.

Many failures stay local; the others reach the whole network, where one pass over the links serves LANES scenarios, and a lane whose
scenario has stopped takes the next one. Serial kernels that release the interpreter's lock.
"""

from queue import Empty, SimpleQueue
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from xinya.kit.compiling import kernel, part

from .batches import Outcome
from .frontier import CAPPED, WIDE, Floats, Net, Work, begin, clear, new_work, spread, weighted
from .impact import DEAD_MARKET, Impact
from .lanes import LANES, keep, lose_inputs, lose_sales, replace_market, rows, weigh
from .shocks import Shocks, Stop

WIDE_SHARE = 0.01
"""A scenario joins the lanes before a step that would touch more than this share of both sides' links; measured."""


def prepare() -> None:
    """Compile the kernels for the arrays that they are given, or read them where they are kept."""
    none, nobody = np.zeros(0), np.zeros(0, np.int32)
    alone = Impact(1, nobody, nobody, none, none, nobody, np.zeros(2, np.int64), np.ones(1), None)
    Prepared(alone).run(Shocks(np.arange(2), np.zeros(1, np.int32), np.ones(1), np.ones(1)), np.ones((1, 1)), Stop())


class Lanes(NamedTuple):
    """One thread's interleaved states: 5 rows of 128 bytes a firm."""

    down: Floats
    up: Floats
    new_up: Floats
    passed: Floats
    change: Floats
    sums: Floats
    kept: Floats


class Prepared:
    """An impact in the kernels' order: firms of a market together, the largest sellers first, so that busy rows share the cache.

    Memory: 48 bytes a link, and for each thread about 800 bytes a firm and 8 a slot.
    """

    def __init__(self, impact: Impact) -> None:
        n = impact.firms
        market = np.zeros(n, np.int32) if impact.market is None else impact.market
        degree = np.bincount(impact.supplier, minlength=n)
        self.order = np.lexsort((-degree, market))
        place = np.empty(n, np.int64)
        place[self.order] = np.arange(n)
        supplier, buyer = place[impact.supplier], place[impact.buyer]
        sizes = np.diff(impact.slot_start)[self.order]
        slot_start = np.concatenate([[0], np.cumsum(sizes)])
        kept = impact.slot >= 0
        own = impact.slot[kept] - impact.slot_start[impact.buyer[kept]]
        slot = slot_start[buyer[kept]] + own
        sold, weight = supplier[kept], impact.down[kept]
        by_slot, by_sold = np.lexsort((sold, slot)), np.lexsort((slot, sold))
        by_seller, by_buyer = np.lexsort((buyer, supplier)), np.lexsort((supplier, buyer))
        has_market = impact.market is not None
        self.net = Net(
            firms=n,
            slot_start=_int(slot_start),
            slot_link=_starts(slot, impact.slots),
            slot_supplier=_int(sold[by_slot]),
            slot_weight=np.ascontiguousarray(weight[by_slot]),
            slot_owner=_int(np.repeat(np.arange(n), sizes)),
            sold_start=_starts(sold, n),
            sold_slot=_int(slot[by_sold]),
            sold_weight=np.ascontiguousarray(weight[by_sold]),
            sales_start=_starts(supplier, n),
            sales_buyer=_int(buyer[by_seller]),
            sales_weight=np.ascontiguousarray(impact.up[by_seller]),
            bought_start=_starts(buyer, n),
            bought_supplier=_int(supplier[by_buyer]),
            bought_weight=np.ascontiguousarray(impact.up[by_buyer]),
            sales=np.ascontiguousarray(impact.sales[self.order]),
            market=_int(market[self.order]) if has_market else np.zeros(0, np.int32),
            market_start=_starts(market, len(impact.volume)) if has_market else np.zeros(1, np.int32),
            volume=np.ascontiguousarray(impact.volume),
        )
        self.place = place.astype(np.int32)
        self._rooms: SimpleQueue[tuple[Work, Lanes]] = SimpleQueue()

    def run(self, shocks: Shocks, weights: Floats, stop: Stop, *, has_losses: bool = False) -> Outcome:
        """As `Batches.run`."""
        count, kinds, n = len(shocks), weights.shape[1], self.net.firms
        sums = np.zeros((3, count, kinds))
        iterations, is_converged = np.zeros(count, np.int32), np.ones(count, np.bool_)
        losses = np.zeros((2, count, n) if has_losses else (2, 0, 0))
        work, lanes = self._room()
        _run(
            self.net,
            work,
            lanes,
            (shocks.start, self.place[shocks.firm], shocks.down, shocks.up),
            np.ascontiguousarray(weights[self.order]),
            (stop.eps, stop.rule, stop.most, max(64, int(WIDE_SHARE * (len(self.net.sold_slot) + len(self.net.sales_buyer))))),
            (sums, iterations, is_converged, losses),
        )
        lanes.up[:] = 0  # both sides of it were written in turn
        self._rooms.put((work, lanes))
        if not has_losses:
            return Outcome(sums[0], sums[1], sums[2], iterations, is_converged)
        back = losses[:, :, self.place]
        return Outcome(sums[0], sums[1], sums[2], iterations, is_converged, back[0], back[1])

    def _room(self) -> tuple[Work, Lanes]:
        """Arrays for one run, all 0: those that an earlier run has left, or new ones."""
        try:
            return self._rooms.get_nowait()
        except Empty:
            n = self.net.firms
            return new_work(self.net), Lanes(rows(n), rows(n), rows(n), rows(n), rows(1), rows(3), rows(1))


def _int(values: NDArray[np.integer]) -> NDArray[np.int32]:
    return np.ascontiguousarray(values, dtype=np.int32)


def _starts(values: NDArray[np.integer], count: int) -> NDArray[np.int32]:
    return _int(np.concatenate([[0], np.cumsum(np.bincount(values, minlength=count))]))


# Loops in place of `a[:] = b` and `max`: for their errors alone numba would compile all that makes texts of numbers.
@part
def _copy(source, to):  # type: ignore[no-untyped-def]
    for i in range(len(to)):
        to[i] = source[i]


@part
def _any_taken(in_lane):  # type: ignore[no-untyped-def]
    taken = 0
    for lane in range(LANES):
        taken += in_lane[lane] >= 0
    return taken > 0


@kernel
def _run(net, work, lanes, shocks, weights, stop, told):  # type: ignore[no-untyped-def]  # noqa: PLR0917
    """Every scenario: by itself while it is small, in a lane when it is wide; results into the arrays of `told`."""
    first_weight = np.empty(net.firms)
    _copy(weights[:, 0], first_weight)
    seats = (np.full(LANES, -1, np.int64), np.zeros(LANES, np.int64), np.zeros(LANES))
    down, up, new_up = lanes.down, lanes.up, lanes.new_up
    waiting = np.int64(0)
    while True:
        waiting = _fill(net, work, (down, up), shocks, (weights, first_weight), stop, told, seats, waiting)
        if not _any_taken(seats[0]):
            return
        if stop[1] == 2:
            weigh(first_weight, down, up, lanes.sums, net.firms)
            _copy(lanes.sums[0], seats[2])
        _step(net, down, up, new_up, lanes)
        up, new_up = new_up, up
        if stop[1] == 2:
            weigh(first_weight, down, up, lanes.sums, net.firms)
        if _ends(lanes, stop, told, seats):
            _tell(net, lanes, (down, up), weights, told, seats)


@part
def _fill(net, work, states, shocks, weights, stop, told, seats, waiting):  # type: ignore[no-untyped-def]  # noqa: PLR0913, PLR0917
    """Begin scenarios until every lane is taken; returns the first that still waits."""
    start, firm, shock_down, shock_up = shocks
    sums, iterations, is_converged, losses = told
    down, up = states
    in_lane, made, _index = seats
    lane = 0
    while waiting < len(start) - 1:
        while lane < LANES and in_lane[lane] >= 0:
            lane += 1
        if lane == LANES:
            break
        begin(work, firm, shock_down, shock_up, start[waiting], start[waiting + 1])
        steps, ended = spread(net, work, weights[1], stop)
        if ended == WIDE:
            in_lane[lane], made[lane] = waiting, steps
            for k in range(work.counts[0]):
                down[work.hit_down[k], lane] = work.down[work.hit_down[k]]
            for k in range(work.counts[1]):
                up[work.hit_up[k], lane] = work.up[work.hit_up[k]]
        else:
            iterations[waiting], is_converged[waiting] = steps, ended != CAPPED
            weighted(work, weights[0], sums[0, waiting], sums[1, waiting], sums[2, waiting])
            if losses.shape[1] > 0:
                _copy(work.down, losses[0, waiting])
                _copy(work.up, losses[1, waiting])
        clear(net, work)
        waiting += 1
    return waiting


@part
def _ends(lanes, stop, told, seats):  # type: ignore[no-untyped-def]
    """Whether any lane has come to its end with this step: `kept` is 0 there."""
    eps, rule, most, _limit = stop
    _sums, iterations, is_converged, _losses = told
    in_lane, made, index = seats
    any_ended = False
    for lane in range(LANES):
        lanes.kept[0, lane] = 1.0
        if in_lane[lane] < 0:
            continue
        made[lane] += 1
        goes_on = lanes.sums[0, lane] > (1 + eps) * index[lane] if rule == 2 else lanes.change[0, lane] > eps
        if not goes_on or made[lane] >= most:
            any_ended = True
            iterations[in_lane[lane]], is_converged[in_lane[lane]] = made[lane], not goes_on
            lanes.kept[0, lane] = 0.0
    return any_ended


@part
def _tell(net, lanes, states, weights, told, seats):  # type: ignore[no-untyped-def]
    """Results of the lanes that have come to their end; they are empty then."""
    sums, _iterations, _is_converged, losses = told
    down, up = states
    in_lane, _made, _index = seats
    weight = np.empty(net.firms)
    for w in range(weights.shape[1]):
        _copy(weights[:, w], weight)
        weigh(weight, down, up, lanes.sums, net.firms)
        for lane in range(LANES):
            if lanes.kept[0, lane] == 0.0:
                for side in range(3):
                    sums[side, in_lane[lane], w] = lanes.sums[side, lane]
    for lane in range(LANES):
        if lanes.kept[0, lane] == 0.0:
            if losses.shape[1] > 0:
                for i in range(net.firms):
                    losses[0, in_lane[lane], i], losses[1, in_lane[lane], i] = down[i, lane], up[i, lane]
            in_lane[lane] = -1
    keep(down, lanes.kept, net.firms)
    keep(up, lanes.kept, net.firms)


@part
def _step(net, down, up, new_up, lanes):  # type: ignore[no-untyped-def]
    """One synchronous update of all lanes."""
    lanes.change[:] = 0
    passed = lanes.passed
    if len(net.market) == 0:
        _copy(down.ravel(), passed.ravel())
    for g in range(len(net.market_start) - 1):
        replace_market(down, passed, net.sales, net.market_start[g], net.market_start[g + 1], DEAD_MARKET * net.volume[g])
    lose_inputs(net.slot_start, net.slot_link, net.slot_supplier, net.slot_weight, passed, down, lanes.change, net.firms)
    lose_sales(net.sales_start, net.sales_buyer, net.sales_weight, up, new_up, lanes.change, net.firms)
