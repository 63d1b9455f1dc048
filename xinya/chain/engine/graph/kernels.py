"""The inner loops of closures and gap diagnosis, compiled. Only imported where the extra `fast` is installed. Pure."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from xinya.kit.compiling import kernel, part
from xinya.kit.distinct import distinct

from .rows import ChainGraph, chain_graph

FAR = LAST_SEARCH = 2**31 - 2
RUN = 24
NOTHING = np.empty(0, dtype=np.int32)
Answer = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]


def prepare() -> None:
    """Compile every kernel for the arrays that it is given, or read it where it is kept."""
    graph, first = chain_graph(1, 1, ([], []), ([0], [0])), np.zeros(1, dtype=np.int64)
    closures(graph.inputs.starts, graph.inputs.ids, first, 1)
    gaps(graph, first, np.empty(0, dtype=np.int64), 1)


def closures(
    starts: NDArray[np.int64], ids: NDArray[np.int32], asked: NDArray[np.int64], depth: int
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
    """See `search.closures`. Memory: the answer, and three arrays of products."""
    room = max(1024, 16 * len(asked))
    while True:
        products, steps = np.empty(room, dtype=np.int32), np.empty(room, dtype=np.int32)
        ends = np.zeros(len(asked) + 1, dtype=np.int64)
        used = _closures(starts, ids, np.ascontiguousarray(asked), depth, products, steps, ends)
        if used >= 0:
            return ends, products[:used], steps[:used]
        room *= 4


# Compiled code takes its arrays one by one, and is quickest as one loop: hence the many arguments and branches.
@kernel
def _closures(starts: Any, ids: Any, asked: Any, depth: int, products: Any, steps: Any, ends: Any) -> int:  # noqa: PLR0917
    mark = np.full(len(starts) - 1, -1, dtype=np.int32)
    used: Any = np.int64(0)  # of one type from the first: numba would else compile `_sort` for the constant too
    for number in range(len(asked)):
        source = asked[number]
        mark[source] = number
        first, begin = used, used
        for j in range(starts[source], starts[source + 1]):
            there = ids[j]
            if mark[there] != number:
                mark[there] = number
                if used == len(products):
                    return -1
                products[used] = there
                used += 1
        step = 1
        while used > begin:
            end = used
            _sort(products, steps, begin, end)
            for i in range(begin, end):
                steps[i] = step
            if step == depth:
                break
            step += 1
            for i in range(begin, end):
                here = products[i]
                for j in range(starts[here], starts[here + 1]):
                    there = ids[j]
                    if mark[there] != number:
                        mark[there] = number
                        if used == len(products):
                            return -1
                        products[used] = there
                        used += 1
            begin = end
        ends[number + 1] = ends[number] + used - first
    return used


@part
def _sort(products: Any, spare: Any, begin: int, end: int) -> None:
    """Short runs by insertion, then merged two by two. NumPy's own sort is no quicker here and takes numba seconds to compile."""
    for first in range(begin, end, RUN):
        for i in range(first + 1, min(first + RUN, end)):
            value = products[i]
            j = i - 1
            while j >= first and products[j] > value:
                products[j + 1] = products[j]
                j -= 1
            products[j + 1] = value
    width = RUN
    while width < end - begin:
        for first in range(begin, end - width, 2 * width):
            middle, last = first + width, min(first + 2 * width, end)
            for k in range(first, middle):
                spare[k] = products[k]
            i, j, k = first, middle, first
            while i < middle and j < last:
                left, right = spare[i], products[j]
                is_right = right < left
                products[k] = right if is_right else left
                i += not is_right
                j += is_right
                k += 1
            while i < middle:
                products[k] = spare[i]
                i += 1
                k += 1
        width *= 2


class Room:
    """The graph numbered anew without the products that nothing needs and the rows that are empty, and work space for one search.

    The loops go to a product's state at random, so it is one row of 16 bytes: the last search that reached it, its buyers, its
    least steps, its row of inputs (-1: none). Most products of a real list are no input of anything, so the states stay near.
    """

    def __init__(self, graph: ChainGraph) -> None:
        inputs, size = graph.inputs, graph.products
        rows = np.flatnonzero(np.diff(inputs.starts))
        row_of = np.full(size, -1, dtype=np.int32)
        row_of[rows] = np.arange(len(rows), dtype=np.int32)
        self.used = distinct(inputs.ids)
        place_of = np.full(size, -1, dtype=np.int32)
        place_of[self.used] = np.arange(len(self.used), dtype=np.int32)
        self.starts = np.append(inputs.starts[rows], len(inputs.ids))
        self.ids = place_of[inputs.ids]
        self.needing = graph.makes_needing.starts, row_of[graph.makes_needing.ids]
        self.needed = graph.makes_needed.starts, place_of[graph.makes_needed.ids]
        self.place_of = place_of
        self.state = np.zeros((len(self.used), 4), dtype=np.int32)
        self.state[:, 2], self.state[:, 3] = FAR, row_of[self.used]
        self.found = np.empty((len(self.used) + 1, 3), dtype=np.int32)
        self.searches = 0


def gaps(graph: ChainGraph, residents: NDArray[np.int64], own: NDArray[np.int64], depth: int) -> Answer:
    """(products, buyers, steps) in no order. Memory: 10 numbers a product and one a link, kept with the graph for the next call."""
    room = graph.spare.pop() if graph.spare else Room(graph)
    if room.searches > LAST_SEARCH - len(residents):
        room.state[:, 0] = room.searches = 0
    also = room.place_of[own] if len(own) else NOTHING
    count = _gaps(
        room.starts, room.ids, room.needing, room.needed, residents, also[also >= 0] if len(also) else also, depth,
        room.state, room.found, room.searches,
    )  # fmt: skip
    room.searches += len(residents)
    answer = room.used[room.found[:count, 0]], room.found[:count, 1].copy(), room.found[:count, 2].copy()
    graph.spare.append(room)
    return answer


@part
def _mark_own(needed: Any, residents: Any, own: Any, state: Any, value: int) -> None:
    starts, ids = needed
    for i in range(len(own)):
        state[own[i], 1], state[own[i], 2] = value, FAR
    for i in range(len(residents)):
        for j in range(starts[residents[i]], starts[residents[i] + 1]):
            state[ids[j], 1], state[ids[j], 2] = value, FAR


@kernel
def _gaps(  # noqa: PLR0913, PLR0917
    starts: Any, ids: Any, needing: Any, needed: Any, residents: Any, own: Any, depth: int, state: Any, found: Any, searches: int
) -> int:
    """Buyers below 0 mark what is made here. found: product, buyers, least steps of everything reached that is not."""
    make_starts, make_rows = needing
    _mark_own(needed, residents, own, state, np.int32(-1))
    queue = np.empty(256, dtype=np.int32)
    count = 0
    for place in range(len(residents)):
        resident, number = residents[place], searches + place + 1
        end = 0
        for j in range(make_starts[resident], make_starts[resident + 1]):
            if end + 1 >= len(queue):
                queue = _doubled(queue)
            queue[end] = make_rows[j]
            end += 1
        begin, step = 0, 0
        while end > begin and step < depth:
            step += 1
            last = end
            for i in range(begin, last):
                row = queue[i]
                while end + starts[row + 1] - starts[row] >= len(queue):
                    queue = _doubled(queue)
                for j in range(starts[row], starts[row + 1]):
                    there = np.uint64(ids[j])  # an unsigned place is not looked at for being negative
                    if state[there, 0] != number:
                        state[there, 0] = number
                        buyers = state[there, 1]
                        found[np.uint64(count), 0] = ids[j]  # sums in place of branches that no processor can foresee
                        count += buyers == 0
                        state[there, 1] = buyers + (buyers >= 0)
                        state[there, 2] = min(state[there, 2], step)
                        queue[np.uint64(end)] = state[there, 3]
                        end += (state[there, 3] >= 0) & (step < depth)
            begin = last
    _mark_own(needed, residents, own, state, np.int32(0))
    for i in range(count):
        product = found[i, 0]
        found[i, 1] = state[product, 1]
        found[i, 2] = state[product, 2]
        state[product, 1], state[product, 2] = 0, FAR
    return count


@part
def _doubled(queue: Any) -> Any:
    longer = np.empty(2 * len(queue), dtype=np.int32)
    for i in range(len(queue)):
        longer[i] = queue[i]
    return longer
