"""A chain graph as arrays: inputs by product, products by company, broader kinds by product. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinya.kit.distinct import distinct, together, without

Ids = NDArray[np.int32]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rows:
    """Compressed rows: `ids[starts[i]:starts[i + 1]]` are the members of row i, sorted, none twice."""

    starts: Places
    ids: Ids

    def __len__(self) -> int:
        return len(self.starts) - 1

    def gathered(self, rows: NDArray[np.integer]) -> tuple[Places, Ids]:
        """(which of `rows` each member belongs to, the members), row after row."""
        first = self.starts[rows]
        counts = self.starts[rows + 1] - first
        owner = np.repeat(np.arange(len(rows)), counts)
        shift = first - (np.cumsum(counts) - counts)
        return owner, self.ids[np.arange(len(owner)) + shift[owner]]


def rows_of_pairs(left: ArrayLike, right: ArrayLike, count: int, *, width: int, drop_loops: bool = False) -> Rows:
    """Pairs (row, member) as compressed rows; pairs given twice count once. Raises ValueError naming a pair outside."""
    one, other = np.asarray(left, dtype=np.int64), np.asarray(right, dtype=np.int64)
    if one.shape != other.shape or one.ndim != 1:
        raise ValueError(f"{one.size} rows need as many members, not {other.size}")
    wrong = np.flatnonzero((one < 0) | (one >= count) | (other < 0) | (other >= width))
    if len(wrong):
        at = int(wrong[0])
        raise ValueError(f"pair {at}: ({one[at]}, {other[at]}) lies outside {count} x {width}")
    if drop_loops:
        kept = one != other
        one, other = one[kept], other[kept]
    keys = distinct(one * width + other)
    starts = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.bincount(keys // max(1, width), minlength=count), out=starts[1:])
    return Rows(starts, (keys % max(1, width)).astype(np.int32))


@dataclass(frozen=True, slots=True)
class ChainGraph:
    """Products 0..P-1 with their direct inputs, companies 0..N-1 with what they make, and how many companies make each product.

    broader: the wider kinds of each product (one step), or None. makes_needing, makes_needed: of what each company makes, the
    products that have inputs, and those that are an input of something; most products of a real list are neither.
    spare: work space of the compiled loops, one for each of them that runs. inherited: kept by `inherited_inputs`.
    """

    inputs: Rows
    makes: Rows
    makers: NDArray[np.int32]
    makes_needing: Rows
    makes_needed: Rows
    broader: Rows | None = None
    spare: list[Any] = field(default_factory=list, compare=False, repr=False)
    inherited: list[Rows] = field(default_factory=list, compare=False, repr=False)

    @property
    def products(self) -> int:
        return len(self.inputs)


def chain_graph(
    products: int,
    companies: int,
    inputs: tuple[ArrayLike, ArrayLike],
    makes: tuple[ArrayLike, ArrayLike],
    broader: tuple[ArrayLike, ArrayLike] | None = None,
) -> ChainGraph:
    """The graph of pairs (product, input), (company, product), (product, broader product); loops are dropped.

    Raises ValueError for a pair outside the numbers of products and companies. Cost: one sort of each list.
    """
    made = rows_of_pairs(*makes, companies, width=products)
    needed = rows_of_pairs(*inputs, products, width=products, drop_loops=True)
    return ChainGraph(
        needed,
        made,
        np.bincount(made.ids, minlength=products).astype(np.int32),
        _only(made, np.diff(needed.starts) > 0),
        _only(made, np.bincount(needed.ids, minlength=products) > 0),
        None if broader is None else rows_of_pairs(*broader, products, width=products, drop_loops=True),
    )


def _only(rows: Rows, is_kept: NDArray[np.bool_]) -> Rows:
    kept = is_kept[rows.ids]
    before = np.zeros(len(rows.ids) + 1, dtype=np.int64)
    np.cumsum(kept, out=before[1:])
    return Rows(before[rows.starts], rows.ids[kept])


def with_broader(graph: ChainGraph, products: NDArray[np.integer]) -> NDArray[np.int64]:
    """The products and every kind broader than one of them: who makes a kind makes what is broader."""
    known = distinct(np.asarray(products, dtype=np.int64))
    frontier = known
    while graph.broader is not None and len(frontier):
        _owner, above = graph.broader.gathered(frontier)
        frontier = without(distinct(above), known)
        known = together(known, frontier)
    return known


def inherited_inputs(graph: ChainGraph) -> Rows:
    """The inputs of each product with those of every kind broader than it: what a kind needs, its narrower kinds need too.

    The same as `Atlas.needs` of packs. Made once for a graph. Cost: links, and pairs of a product and a broader kind.
    """
    if graph.broader is None:
        return graph.inputs
    if not graph.inherited:
        size = graph.products
        pairs = known = np.arange(size, dtype=np.int64) * (size + 1)  # each product and itself
        while len(pairs):
            product, kind = np.divmod(pairs, size)
            owner, above = graph.broader.gathered(kind)
            pairs = without(distinct(product[owner] * size + above), known)
            known = together(known, pairs)
        product, kind = np.divmod(known, size)
        owner, needed = graph.inputs.gathered(kind)
        graph.inherited.append(rows_of_pairs(product[owner], needed, size, width=size, drop_loops=True))
    return graph.inherited[0]


def checked_ids(what: str, ids: Sequence[int] | NDArray[np.integer], count: int) -> NDArray[np.int64]:
    """Distinct numbers in ascending order. Raises ValueError naming one outside."""
    some = distinct(np.asarray(ids, dtype=np.int64))
    if len(some) and (some[0] < 0 or some[-1] >= count):
        raise ValueError(f"there is no {what} {int(some[0] if some[0] < 0 else some[-1])}")
    return some
