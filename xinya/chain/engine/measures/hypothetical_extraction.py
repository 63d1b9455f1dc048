"""Hypothetical extraction (假设抽取法): total output lost when one firm neither buys nor sells any more. Pure."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array, diags_array

from .solving import closing, solved
from .trade import Floats, Trade, final_sales

DENSE = 1_500
BLOCK = 64


def extraction(goods: Trade, revenue: ArrayLike) -> Floats:
    """Total output lost, in the currency of the amounts, when row and column i of A are zeroed and final demand f stays.

    A[i,j] = W[i,j] / x_j with x = sold + f, f = max(0, revenue - sold); loss_i = sum(x - (I - A~)^-1 f). With L = (I - A)^-1 the
    update for one firm (Sherman, Morrison, Woodbury) comes to loss_i = x_i - f_i + x_i (sum_j L[j,i] - L[i,i]) / L[i,i].
    Firms without output lose nothing; NaN for a group that buys at least what it puts out, and for all that it leads to.
    A linear benchmark beside ESRI: nobody is substituted, nobody runs short. Source: Dietzenbacher, van der Linden 1997.
    Cost: one solve for each firm, in blocks of 64. Raises ValueError for a wrong revenue.
    """
    final = final_sales(goods, revenue)
    output = goods.sold + final
    share = np.where(output > 0, 1 / np.where(output > 0, output, 1.0), 0.0)
    table = csr_array(goods.amounts @ diags_array(share))
    lost = np.full(len(goods), np.nan)
    turned = csr_array(table.T)
    good = np.flatnonzero(~closing(turned))  # whoever sells to one of these, through others too, is one of these
    inner = csr_array(table[good][:, good])
    sums = solved(csr_array(inner.T), np.ones(len(good)))
    own = _own(inner)
    lost[good] = output[good] - final[good] + output[good] * (sums - own) / own
    return lost


def _own(table: csr_array) -> Floats:
    """The diagonal of (I - B)^-1."""
    size = table.shape[0]
    if size <= DENSE:
        return np.asarray(np.linalg.inv(np.eye(size) - table.toarray()).diagonal())
    own = np.empty(size)
    for first in range(0, size, BLOCK):
        here = np.arange(first, min(first + BLOCK, size))
        right = np.zeros((size, len(here)))
        right[here, here - first] = 1
        own[here] = solved(table, right)[here, here - first]
    return own
