"""The cascade of one scenario while it is small: only links of firms whose loss has changed are touched. Needs the extra `fast`."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from xinya.kit.compiling import part

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]

STOPPED, CAPPED, WIDE = 0, 1, 2


class Net(NamedTuple):
    """An impact in the kernels' order of firms, each side once by what causes a loss and once by what suffers it."""

    firms: int
    slot_start: Ints  # (n + 1) slots of a buyer
    slot_link: Ints  # (slots + 1) links of a slot
    slot_supplier: Ints
    slot_weight: Floats
    slot_owner: Ints  # (slots) its buyer
    sold_start: Ints  # (n + 1) links of a supplier, downstream
    sold_slot: Ints
    sold_weight: Floats
    sales_start: Ints  # (n + 1) links of a supplier, upstream
    sales_buyer: Ints
    sales_weight: Floats
    bought_start: Ints  # (n + 1) links of a buyer, upstream
    bought_supplier: Ints
    bought_weight: Floats
    sales: Floats
    market: Ints  # empty without substitution
    market_start: Ints  # (markets + 1) firms of a market stand together
    volume: Floats


class Work(NamedTuple):
    """One thread's own arrays; all 0 (markets: -1) between two scenarios.

    counts: hit down, hit up, changed down, changed up, markets.
    """

    down: Floats
    up: Floats
    passed: Floats
    slot_loss: Floats
    worst: Floats
    sale_loss: Floats
    step_down: Floats
    step_up: Floats
    hit_down: Ints
    hit_up: Ints
    changed_down: Ints
    changed_up: Ints
    touched: Ints
    is_touched: NDArray[np.uint8]
    next_hit: Ints
    first_hit: Ints
    hit_links: NDArray[np.int64]
    dirty: Ints
    is_dirty: NDArray[np.uint8]
    counts: NDArray[np.int64]


def new_work(net: Net) -> Work:
    """Room for one thread: about 100 bytes a firm and 8 a slot."""
    n, markets, slots = net.firms, max(len(net.market_start) - 1, 1), len(net.slot_owner)
    return Work(
        down=np.zeros(n),
        up=np.zeros(n),
        passed=np.zeros(n),
        slot_loss=np.zeros(max(slots, 1)),
        worst=np.zeros(n),
        sale_loss=np.zeros(n),
        step_down=np.zeros(n),
        step_up=np.zeros(n),
        hit_down=np.zeros(n, np.int32),
        hit_up=np.zeros(n, np.int32),
        changed_down=np.zeros(n, np.int32),
        changed_up=np.zeros(n, np.int32),
        touched=np.zeros(n, np.int32),
        is_touched=np.zeros(n, np.uint8),
        next_hit=np.full(n, -1, np.int32),
        first_hit=np.full(markets, -1, np.int32),
        hit_links=np.zeros(markets, np.int64),
        dirty=np.zeros(markets, np.int32),
        is_dirty=np.zeros(markets, np.uint8),
        counts=np.zeros(5, np.int64),
    )


@part
def begin(work, firms, down, up, first, last):  # type: ignore[no-untyped-def]
    """Put a scenario's shock into `work`: entries first … last − 1."""
    work.counts[:] = 0
    for e in range(first, last):
        i = firms[e]
        if down[e] > 0:
            work.down[i] = down[e]
            work.hit_down[work.counts[0]] = i
            work.changed_down[work.counts[0]] = i
            work.counts[0] += 1
        if up[e] > 0:
            work.up[i] = up[e]
            work.step_up[i] = up[e]
            work.hit_up[work.counts[1]] = i
            work.changed_up[work.counts[1]] = i
            work.counts[1] += 1
    work.counts[2], work.counts[3] = work.counts[0], work.counts[1]


@part
def spread(net, work, weight, stop):  # type: ignore[no-untyped-def]
    """(iterations, how it ended) of the scenario in `work`; WIDE before the first step that would touch more than a limit of links.

    stop: eps, rule, most iterations, limit of links. weight: of the firms in the index that rule 2 follows.
    """
    eps, rule, most, limit = stop
    downwards = work.down, work.up, work.worst, work.step_down, work.hit_down, work.changed_down
    upwards = work.up, work.down, work.sale_loss, work.step_up, work.hit_up, work.changed_up
    iterations, index = 0, 0.0
    if rule == 2:
        for k in range(work.counts[0]):
            i = work.hit_down[k]
            index += weight[i] * max(work.down[i], work.up[i])
        for k in range(work.counts[1]):
            i = work.hit_up[k]
            if work.down[i] == 0:
                index += weight[i] * work.up[i]
    while True:
        if _next_links(net, work) > limit:
            for k in range(work.counts[4]):
                work.is_dirty[work.dirty[k]] = 0
            return iterations, WIDE
        before, iterations = index, iterations + 1
        touched = _pass_down(net, work)
        change, grown = _settle(work, weight, touched, downwards, np.int64(0))
        index += grown
        touched = _pass_up(net, work)
        largest, grown = _settle(work, weight, touched, upwards, np.int64(1))
        index += grown
        goes_on = index > (1 + eps) * before if rule == 2 else max(change, largest) > eps
        if not goes_on:
            return iterations, STOPPED
        if iterations >= most:
            return iterations, CAPPED


@part
def _next_links(net, work):  # type: ignore[no-untyped-def]
    """Links that the next step will touch; firms hit for the first time join their market's list on the way."""
    links = np.int64(0)
    for k in range(work.counts[3]):
        j = work.changed_up[k]
        links += net.bought_start[j + 1] - net.bought_start[j]
    work.counts[4] = 0
    if len(net.market) == 0:
        for k in range(work.counts[2]):
            i = work.changed_down[k]
            links += net.sold_start[i + 1] - net.sold_start[i]
        return links
    for k in range(work.counts[2]):
        i = work.changed_down[k]
        if net.sales[i] == 0:
            continue
        g = net.market[i]
        if not work.is_dirty[g]:
            work.is_dirty[g] = 1
            work.dirty[work.counts[4]] = g
            work.counts[4] += 1
        if work.next_hit[i] == -1:
            work.next_hit[i] = work.first_hit[g] if work.first_hit[g] >= 0 else i  # the last of a list points at itself
            work.first_hit[g] = i
            work.hit_links[g] += net.sold_start[i + 1] - net.sold_start[i]
    for k in range(work.counts[4]):
        links += work.hit_links[work.dirty[k]]
    return links


@part
def _remaining(net, work, g):  # type: ignore[no-untyped-def]
    """What is left of a market's volume; summed anew where a difference of large numbers would not be exact."""
    left, i = net.volume[g], work.first_hit[g]
    while True:
        left -= net.sales[i] * work.down[i]
        if work.next_hit[i] == i:
            break
        i = work.next_hit[i]
    if left > 1e-2 * net.volume[g]:
        return left
    left = 0.0
    for i in range(net.market_start[g], net.market_start[g + 1]):
        left += net.sales[i] * (1 - work.down[i])
    return left


@part
def _give(net, work, i, passed, touched):  # type: ignore[no-untyped-def]
    """Firm i withholds `passed` of its output in all, of which the buyers know a part already."""
    more = passed - work.passed[i]
    if not more > 0:
        return touched
    work.passed[i] = passed
    for e in range(net.sold_start[i], net.sold_start[i + 1]):
        slot = net.sold_slot[e]
        lost = work.slot_loss[slot] + net.sold_weight[e] * more
        work.slot_loss[slot] = lost
        j = net.slot_owner[slot]
        if lost > work.worst[j]:
            work.worst[j] = lost
            if not work.is_touched[j]:
                work.is_touched[j] = 1
                work.touched[touched] = j
                touched += 1
    return touched


@part
def _pass_down(net, work):  # type: ignore[no-untyped-def]
    touched = np.int64(0)  # of one type from the first: numba would else compile `_give` for the constant too
    if len(net.market) == 0:
        for k in range(work.counts[2]):
            i = work.changed_down[k]
            touched = _give(net, work, i, work.down[i], touched)
        return touched
    for k in range(work.counts[4]):
        g = work.dirty[k]
        work.is_dirty[g] = 0
        left = _remaining(net, work, g)
        inverse = 1.0 / left if left > 1e-12 * net.volume[g] else 1e300
        i = work.first_hit[g]
        while True:
            touched = _give(net, work, i, min(1.0, net.sales[i] * inverse) * work.down[i], touched)
            if work.next_hit[i] == i:
                break
            i = work.next_hit[i]
    return touched


@part
def _settle(work, weight, touched, sides, at):  # type: ignore[no-untyped-def]
    """Take over one direction's new losses: (largest growth of a loss, growth of the index).

    sides: losses this way, losses the other way, what they come to now, growth of each, firms hit, firms changed. at: place in
    `counts` of the firms hit; that of the firms changed is two further.
    """
    own, other, reckoned, step, hit, changed_firms = sides
    change, grown, changed = 0.0, 0.0, 0
    for k in range(touched):
        i = work.touched[k]
        work.is_touched[i] = 0
        old, new = own[i], min(1.0, reckoned[i])
        if new > old:
            if old == 0:
                hit[work.counts[at]] = i
                work.counts[at] += 1
            grown += weight[i] * (max(new, other[i]) - max(old, other[i]))
            own[i] = new
            step[i] = new - old
            changed_firms[changed] = i
            changed += 1
            change = max(change, new - old)
    work.counts[at + 2] = changed
    return change, grown


@part
def _pass_up(net, work):  # type: ignore[no-untyped-def]
    touched = 0
    for k in range(work.counts[3]):
        j = work.changed_up[k]
        step = work.step_up[j]
        for e in range(net.bought_start[j], net.bought_start[j + 1]):
            i = net.bought_supplier[e]
            work.sale_loss[i] += net.bought_weight[e] * step
            if not work.is_touched[i]:
                work.is_touched[i] = 1
                work.touched[touched] = i
                touched += 1
    return touched


@part
def weighted(work, weights, combined, down, up):  # type: ignore[no-untyped-def]
    """The losses of the scenario in `work` by each column of weights, into three rows."""
    for w in range(weights.shape[1]):
        a, b, c = 0.0, 0.0, 0.0
        for k in range(work.counts[0]):
            i = work.hit_down[k]
            b += weights[i, w] * work.down[i]
            a += weights[i, w] * max(work.down[i], work.up[i])
        for k in range(work.counts[1]):
            i = work.hit_up[k]
            c += weights[i, w] * work.up[i]
            if work.down[i] == 0:
                a += weights[i, w] * work.up[i]
        combined[w], down[w], up[w] = a, b, c


@part
def clear(net, work):  # type: ignore[no-untyped-def]
    """Leave `work` as it was before the scenario."""
    for k in range(work.counts[0]):
        i = work.hit_down[k]
        work.down[i] = 0
        work.step_down[i] = 0
        if work.passed[i] > 0:
            work.passed[i] = 0
            for e in range(net.sold_start[i], net.sold_start[i + 1]):
                slot = net.sold_slot[e]
                work.slot_loss[slot] = 0
                work.worst[net.slot_owner[slot]] = 0
        if work.next_hit[i] != -1:
            work.next_hit[i] = -1
            g = net.market[i]
            work.first_hit[g] = -1
            work.hit_links[g] = 0
    for k in range(work.counts[1]):
        j = work.hit_up[k]
        work.up[j] = 0
        work.step_up[j] = 0
        for e in range(net.bought_start[j], net.bought_start[j + 1]):
            work.sale_loss[net.bought_supplier[e]] = 0
