"""Closures in batches (chain-analytics 3.1) and gap diagnosis (3.2) on a chain graph, with NumPy or with compiled kernels. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from xinya.kit.compiled import kernels
from xinya.kit.distinct import distinct, together, without

from .rows import ChainGraph, Rows, checked_ids, inherited_inputs, with_broader

PAIRS_AT_ONCE = 4_000_000
Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Closures:
    """What each asked product needs: `products[starts[i]:starts[i + 1]]` with the least steps, sorted by (steps, product)."""

    starts: NDArray[np.int64]
    products: NDArray[np.int32]
    steps: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Gaps:
    """Products that residents need and none makes, best first: buyers, companies outside that make it, least steps.

    makers_out 0: no source is known (an import, or missing data).
    """

    products: NDArray[np.int32]
    buyers: NDArray[np.int32]
    makers_out: NDArray[np.int32]
    steps: NDArray[np.int32]


def _kernels() -> ModuleType:
    try:
        return _compiled()
    except ImportError as error:
        raise ValueError("the compiled kernels need the extra `fast`") from error


@lru_cache(maxsize=1)
def _compiled() -> ModuleType:
    return kernels("xinya.chain.engine.graph.kernels")


def closures(
    graph: ChainGraph,
    products: Sequence[int] | NDArray[np.integer],
    *,
    depth: int | None = None,
    with_kinds: bool = False,
    fast: bool = False,
) -> Closures:
    """All materials of each product along its inputs with the least number of steps, the product itself left out.

    products: in any order, also repeated. depth: at most that many steps. with_kinds: a product also needs what kinds broader than
    it need (isa-expansion; made once for a graph). fast: compiled kernels (extra `fast`), the same answer.
    Cost: links reached. Raises ValueError for an unknown product, a depth below 1, or `fast` without the extra.
    """
    asked = np.asarray(products, dtype=np.int64)
    checked_ids("product", asked, graph.products)
    _demand_depth(depth)
    most = depth or graph.products
    inputs = inherited_inputs(graph) if with_kinds else graph.inputs
    if fast:
        return Closures(*_kernels().closures(inputs.starts, inputs.ids, asked, most))
    parts: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32]]] = []
    block = max(1, PAIRS_AT_ONCE // 64)
    for first in range(0, len(asked), block):
        some = asked[first : first + block]
        owner, reached, steps = _reached(inputs, np.arange(len(some)), some, most)
        kept = reached != some[owner]
        parts.append((owner[kept] + first, reached[kept], steps[kept]))
    nothing = np.empty(0, dtype=np.int64)
    owners, found, when = (np.concatenate([nothing, *(part[i] for part in parts)]) for i in range(3))
    order = np.lexsort((found, when, owners))
    starts = np.zeros(len(asked) + 1, dtype=np.int64)
    np.cumsum(np.bincount(owners, minlength=len(asked)), out=starts[1:])
    return Closures(starts, found[order].astype(np.int32), when[order].astype(np.int32))


def gap_diagnosis(
    graph: ChainGraph,
    residents: Sequence[int] | NDArray[np.integer],
    *,
    depth: int = 3,
    with_kinds: bool = False,
    fast: bool = False,
) -> Gaps:
    """Products within `depth` input steps of what residents make, that no resident makes: the order of chain-analytics 3.2.

    buyers(x) = residents that reach x; order: buyers falling, makers outside falling, product rising. A resident given twice counts
    once. with_kinds: x also counts as made when a narrower kind of it is made. fast: compiled kernels, the same answer.
    Cost: links within `depth`; memory bounded by blocks of residents. Raises ValueError for an unknown resident or a depth below 1.
    """
    here = checked_ids("company", residents, len(graph.makes))
    _demand_depth(depth)
    own = np.empty(0, dtype=np.int64)
    if with_kinds and graph.broader is not None:
        own = with_broader(graph, graph.makes.gathered(here)[1])
    products, buyers, steps = (_kernels().gaps if fast else _gaps)(graph, here, own, depth)
    makers = graph.makers[products]
    order = _ranked(products, buyers, makers, graph.products)
    return Gaps(products[order], buyers[order], makers[order], steps[order])


def _ranked(products: Ints, buyers: Ints, makers: Ints, count: int) -> NDArray[np.int64]:
    """Order by buyers falling, makers falling, product rising; in one number each where that fits."""
    if not len(products):
        return np.empty(0, dtype=np.int64)
    most, width = int(buyers.max()), int(makers.max()) + 1
    bits = len(products).bit_length()
    if (most + 1) * width * count << bits >= 1 << 62:
        return np.lexsort((products, -makers, -buyers))
    keys = (most - buyers).astype(np.int64)
    keys *= width
    keys += width - 1 - makers
    keys *= count
    keys += products
    keys <<= bits
    keys |= np.arange(len(products))
    keys.sort()  # numbers with their place in the lowest bits: quicker than sorting the places by the numbers
    keys &= (1 << bits) - 1
    return keys


def _demand_depth(depth: int | None) -> None:
    if depth is not None and depth < 1:
        raise ValueError(f"depth must be at least 1, not {depth}")


def _gaps(graph: ChainGraph, here: NDArray[np.int64], own: NDArray[np.int64], depth: int) -> tuple[Ints, Ints, Ints]:
    """With sparse tables: S(1) = R A, S(d + 1) = (R + S(d)) A holds all that each resident reaches within d + 1 steps, once."""
    from scipy.sparse import csr_array

    size = graph.products
    links = csr_array((np.ones(len(graph.inputs.ids), np.bool_), graph.inputs.ids, graph.inputs.starts), shape=(size, size))
    is_own = np.zeros(size, dtype=np.bool_)
    is_own[graph.makes_needed.gathered(here)[1]] = is_own[own] = True
    buyers = np.zeros(size, dtype=np.int32)
    steps = np.full(size, np.iinfo(np.int32).max, dtype=np.int32)
    reach = max(1.0, len(graph.inputs.ids) / size) ** min(depth, 8) * max(1.0, len(graph.makes.ids) / max(1, len(graph.makes)))
    block = max(1, int(PAIRS_AT_ONCE / reach))
    for first in range(0, len(here), block):
        some = here[first : first + block]
        owner, made = graph.makes_needing.gathered(some)
        starts = np.searchsorted(owner, np.arange(len(some) + 1))
        begin = csr_array((np.ones(len(made), np.bool_), made, starts), shape=(len(some), size))
        reached, before = begin @ links, 0
        for step in range(1, depth + 1):
            np.minimum(steps, step, out=steps, where=_present(reached.indices, size) & (steps > step))
            if step == depth or reached.nnz == before:
                break
            before = reached.nnz
            reached = (begin + reached) @ links
        buyers += np.bincount(reached.indices, minlength=size).astype(np.int32)
    buyers[is_own] = 0
    products = np.flatnonzero(buyers).astype(np.int32)
    return products, buyers[products], steps[products]


def _present(ids: NDArray[np.integer], size: int) -> NDArray[np.bool_]:
    present = np.zeros(size, dtype=np.bool_)
    present[ids] = True
    return present


def _reached(
    inputs: Rows, owner: NDArray[np.int64], start: NDArray[np.int64], depth: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32]]:
    """(owner, product, steps) of every pair reached from the starts of each owner, starts among them when a cycle leads back."""
    size = len(inputs)
    frontier = distinct(owner * size + start)
    known, levels = frontier[:0], [frontier[:0]]
    step = 0
    while len(frontier) and step < depth:
        step += 1
        who, where = np.divmod(frontier, size)
        index, there = inputs.gathered(where)
        reached = without(distinct(who[index] * size + there), known)
        levels.append(reached)
        frontier = reached
        if step < depth:
            known = together(known, reached)
    keys = np.concatenate(levels)
    when = np.repeat(np.arange(len(levels), dtype=np.int32), [len(level) for level in levels])
    who, what = np.divmod(keys, size)
    return who, what, when
