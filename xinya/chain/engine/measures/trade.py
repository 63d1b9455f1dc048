"""Who sold how much to whom in one period: the sparse table that every further measure is computed from. Pure."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array, csr_array

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Trade:
    """W[i,j]: what firm i sold to firm j, one currency, one period. sold, bought: row and column sums, own links included."""

    amounts: csr_array
    sold: Floats
    bought: Floats

    def __len__(self) -> int:
        return len(self.sold)


def trade(supplier: ArrayLike, buyer: ArrayLike, amount: ArrayLike, firms: int) -> Trade:
    """Links given twice are added, links of 0 dropped. Raises ValueError naming the row (from 0) of a wrong firm or amount."""
    i, j, w = np.asarray(supplier, dtype=np.int64), np.asarray(buyer, dtype=np.int64), np.asarray(amount, dtype=np.float64)
    if not i.shape == j.shape == w.shape:
        raise ValueError("suppliers, buyers and amounts must be of one length")
    for wrong, words in (
        ((i < 0) | (i >= firms) | (j < 0) | (j >= firms), "names a firm that does not exist"),
        (~np.isfinite(w) | (w < 0), "has no amount from 0 upwards"),
    ):
        if wrong.any():
            raise ValueError(f"row {int(np.flatnonzero(wrong)[0])} {words}")
    table = csr_array(coo_array((w, (i, j)), shape=(firms, firms)))
    table.sum_duplicates()
    table.eliminate_zeros()
    return Trade(table, np.asarray(table.sum(axis=1)).ravel(), np.asarray(table.sum(axis=0)).ravel())


def final_sales(goods: Trade, revenue: ArrayLike) -> Floats:
    """F = max(0, revenue - sold to firms): what goes to final use. Raises ValueError for a revenue below 0 or missing."""
    told = np.asarray(revenue, dtype=np.float64)
    if told.shape != (len(goods),):
        raise ValueError(f"{len(goods)} firms need as many revenues, not {told.size}")
    if wrong := np.flatnonzero(~np.isfinite(told) | (told < 0)).tolist():
        raise ValueError(f"row {wrong[0]}: {told[wrong[0]]} is no revenue")
    return np.maximum(0.0, told - goods.sold)
