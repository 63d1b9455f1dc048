"""How near products lie to each other, and how near each place is to each product: proximity, density, outlook gain. Pure.

Two ways that give the same sums. By locations: phi[k,l] = C[k,l] / max(u_k, u_l) with C = M^T M, so with products sorted by
ubiquity sum_l phi[k,l] v_l = M^T(sum_{u_l<=u} M v) / u + M^T(sum_{u_l>u} M v / u_l): L^2 P operations and never a table P x P.
By products: phi in blocks of rows, L P^2 operations; it serves the other two forms of proximity, and few products.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

FORMS = ("larger", "conditional", "correlation")
BLOCK = 512
LARGEST_TABLE = 20_000
Floats = NDArray[np.float64]


def co_occurrence_blocks(matrix: NDArray[np.generic], rows: int = BLOCK) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """(first product, block of M^T M), exact: whole numbers below 2^24 fit float32. Memory: rows x products x 4 bytes.

    Raises ValueError for 2^24 locations or more.
    """
    if matrix.shape[0] >= 1 << 24:
        raise ValueError("co-occurrence is exact below 16,777,216 locations")
    single = np.ascontiguousarray(matrix.T, dtype=np.float32)
    for first in range(0, len(single), rows):
        yield first, single[first : first + rows] @ single.T


def proximity_blocks(
    matrix: Floats, *, form: str = "larger", rca: Floats | None = None, rows: int = BLOCK
) -> Iterator[tuple[int, Floats]]:
    """(first product, block of rows of the proximity), so that any number of products fits.

    larger: co-occurrences / the larger ubiquity (Hidalgo et al., Science 2007). conditional: P(l|k) = co-occurrences / u_k.
    correlation: (1 + corr(RCA_k, RCA_l)) / 2, where `rca` is given; a product whose RCA never varies has 0 with every other.
    The diagonal is 1. `matrix`: 0/1, locations x products, every product somewhere. Raises ValueError for another form.
    """
    if form not in FORMS:
        raise ValueError(f"proximity is one of {', '.join(FORMS)}, not {form}")
    if form == "correlation":
        if rca is None:
            raise ValueError("proximity by correlation needs the RCA")
        yield from _correlation_blocks(rca, rows)
        return
    ubiquity = matrix.sum(axis=0)
    for first, counts in co_occurrence_blocks(matrix, rows):
        block = counts.astype(np.float64)
        here = ubiquity[first : first + len(block), None]
        block /= np.maximum(here, ubiquity) if form == "larger" else here
        yield first, block


def _correlation_blocks(rca: Floats, rows: int) -> Iterator[tuple[int, Floats]]:
    centred = np.ascontiguousarray((rca - rca.mean(axis=0)).T)
    norm = np.sqrt((centred * centred).sum(axis=1))
    is_flat = norm <= 1e-12 * np.maximum(1.0, np.abs(rca).max(axis=0))
    unit = centred / np.where(is_flat, 1.0, norm)[:, None]
    for first in range(0, len(unit), rows):
        block = (1 + np.clip(unit[first : first + rows] @ unit.T, -1, 1)) / 2
        block[:, is_flat] = 0
        block[is_flat[first : first + rows]] = 0
        here = np.arange(len(block))
        block[here, first + here] = 1
        yield first, block


def proximity(matrix: Floats, *, form: str = "larger", rca: Floats | None = None) -> Floats:
    """The whole table, products x products. Raises ValueError beyond 20,000 products: take `proximity_blocks` there."""
    if matrix.shape[1] > LARGEST_TABLE:
        raise ValueError(f"a table of {matrix.shape[1]} products does not fit; take proximity_blocks")
    whole = np.empty((matrix.shape[1], matrix.shape[1]))
    for first, block in proximity_blocks(matrix, form=form, rca=rca):
        whole[first : first + len(block)] = block
    return whole


class ByLocation:
    """Sums over the proximity of the form `larger`, computed through locations x locations tables."""

    def __init__(self, matrix: Floats) -> None:
        ubiquity = matrix.sum(axis=0)
        self._order = np.argsort(ubiquity, kind="stable")
        self._back = np.argsort(self._order, kind="stable")
        self._rows = np.ascontiguousarray(matrix.T[self._order])
        counts = ubiquity[self._order]
        edges = np.flatnonzero(np.diff(counts)) + 1
        self._groups = list(zip([0, *edges.tolist()], [*edges.tolist(), len(counts)], strict=True))
        self._ubiquity = counts

    def sums(self, weights: Floats) -> Floats:
        """sum_l phi[k,l] w[l,c] for every product k and column c. weights, answer: products x columns."""
        given = weights[self._order]
        out = np.empty_like(given)
        near = np.zeros((self._rows.shape[1], given.shape[1]))
        for first, last in self._groups:
            rows = self._rows[first:last]
            near += rows.T @ given[first:last]
            np.matmul(rows, near, out=out[first:last])
            out[first:last] /= self._ubiquity[first]
        near[:] = 0
        for first, last in reversed(self._groups):
            rows = self._rows[first:last]
            out[first:last] += rows @ near
            near += (rows.T @ given[first:last]) / self._ubiquity[first]
        return out[self._back]


def by_location(matrix: Floats, k_p: Floats) -> tuple[Floats, Floats]:
    """Density and the bare outlook gain, locations x products, with the proximity `larger`. Cost: 8 L^2 P operations."""
    sums, columns = ByLocation(matrix), np.ascontiguousarray(matrix.T)
    whole = sums.sums(np.ones((matrix.shape[1], 1)))
    density = sums.sums(columns)
    density /= whole
    gain = sums.sums((1 - columns) * (k_p[:, None] / whole))
    gain *= 1 - columns
    return np.ascontiguousarray(density.T), np.ascontiguousarray(gain.T)


def by_product(matrix: Floats, k_p: Floats, *, form: str = "larger", rca: Floats | None = None) -> tuple[Floats, Floats]:
    """The same by blocks of rows of any form of proximity. Cost: 4 L P^2 operations; memory 16 MB a 4,000 products."""
    columns = np.ascontiguousarray(matrix.T)
    absent = 1 - columns
    density, gain = np.empty_like(columns), np.zeros_like(columns)
    for first, block in proximity_blocks(matrix, form=form, rca=rca):
        here = slice(first, first + len(block))
        whole = block.sum(axis=1)
        density[here] = (block @ columns) / whole[:, None]
        gain += block.T @ (absent[here] * (k_p[here] / whole)[:, None])
    gain *= absent
    return np.ascontiguousarray(density.T), np.ascontiguousarray(gain.T)


def nearest_density(matrix: Floats, nearest: int, *, form: str = "larger", rca: Floats | None = None) -> Floats:
    """Density over the `nearest` nearest products only, each weighted by its proximity, the product itself left out.

    sum_{l in N(k)} M[c,l] phi[k,l] / sum_{l in N(k)} phi[k,l]; NaN where no other product is near at all. Products that are equally
    near share the last places in equal parts, so that the order of products changes nothing. Raises ValueError for nearest < 1.
    """
    if nearest < 1:
        raise ValueError(f"the number of nearest products must be at least 1, not {nearest}")
    columns = np.ascontiguousarray(matrix.T)
    density = np.empty_like(columns)
    for first, block in proximity_blocks(matrix, form=form, rca=rca):
        here = np.arange(len(block))
        block[here, first + here] = -1
        density[first : first + len(block)] = _weighted(_nearest(block, nearest), columns)
    return np.ascontiguousarray(density.T)


def _nearest(block: Floats, nearest: int) -> Floats:
    """The proximities that count, 0 elsewhere."""
    if nearest >= block.shape[1] - 1:
        return np.maximum(block, 0)
    limit = -np.partition(-block, nearest - 1, axis=1)[:, nearest - 1 : nearest]
    # Equal proximities may differ in the last bit when they come from a correlation.
    tied = np.abs(block - limit) <= 1e-12
    above = (block > limit) & ~tied
    places = nearest - above.sum(axis=1, keepdims=True)
    share = np.clip(places / tied.sum(axis=1, keepdims=True), 0, 1)
    return np.maximum(block, 0) * (above + tied * share)


def _weighted(weights: Floats, columns: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        answer: Floats = (weights @ columns) / weights.sum(axis=1)[:, None]
    return answer
