"""Where a firm stands between primary inputs and final use, and how far its fortunes carry: three linear solves. Pure."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array, diags_array

from .solving import closing, solved
from .trade import Floats, Trade, final_sales


@dataclass(frozen=True, slots=True)
class Positions:
    """Both in steps, 1 or more, NaN where the sum does not converge. no_output: firms that were given 1 by convention."""

    upstreamness: Floats
    downstreamness: Floats
    no_output: NDArray[np.bool_]


def positions(goods: Trade, revenue: ArrayLike) -> Positions:
    """Upstreamness (上游度) and downstreamness (下游度), in steps.

    Y_i = sold_i + F_i with F_i = max(0, revenue_i - sold_i). Upstreamness U = (I - D)^-1 1, D[i,j] = W[i,j] / Y_i: the average
    distance to final use. Downstreamness = (I - A^T)^-1 1, A[i,j] = W[i,j] / Y_j: the average distance from primary inputs. The two
    go up together by construction (Bartolucci, Caccioli, Caravelli, Vivo): do not read their likeness as a finding.
    Y = 0: 1 by convention, flagged. A group that sells everything within itself: U is NaN for it and all that lead into it; a group
    that buys at least what it puts out: downstreamness is NaN for it and all that it leads to.
    Source: Antras, Chor, Fally, Hillberry, AER P&P 2012. Raises ValueError for a wrong revenue.
    """
    final = final_sales(goods, revenue)
    output = goods.sold + final
    no_output = output == 0
    share = 1 / np.where(no_output, 1.0, output)
    up = csr_array(diags_array(share) @ goods.amounts)
    column = np.where(no_output, 0.0, share)
    down = csr_array((goods.amounts @ diags_array(column)).T)
    return Positions(_steps(up, closing(up, final == 0)), _steps(down, closing(down)), no_output)


def _steps(table: csr_array, is_bad: NDArray[np.bool_]) -> Floats:
    answer = np.full(table.shape[0], np.nan)
    good = np.flatnonzero(~is_bad)
    answer[good] = solved(csr_array(table[good][:, good]), np.ones(len(good)))
    return answer


def influence(goods: Trade, labour_share: float = 0.5) -> tuple[Floats, float]:
    """Influence vector (影响力向量) and its leak: how much of the whole economy's fluctuation starts at each firm.

    v = (a / n) (I - (1 - a) C)^-1 1 with C[i,j] = W[i,j] / bought_j, a the labour share: PageRank on reversed purchases. With
    every firm buying something, v sums to 1; firms that buy nothing leak: leak = 1 - sum v. No unit.
    Source: Acemoglu, Carvalho, Ozdaglar, Tahbaz-Salehi, Econometrica 2012. Raises ValueError for a share outside (0, 1].
    """
    if not 0 < labour_share <= 1:
        raise ValueError(f"the labour share must lie in (0, 1], not {labour_share}")
    if not len(goods):
        return np.empty(0), 0.0
    column = 1 / np.where(goods.bought > 0, goods.bought, 1.0)
    table = csr_array((1 - labour_share) * (goods.amounts @ diags_array(column)))
    vector = solved(table, np.full(len(goods), labour_share / len(goods)))
    return vector, float(max(0.0, 1 - vector.sum()))


def katz(goods: Trade, damping: float) -> Floats:
    """Katz centrality of sellers: x = (I - damping W)^-1 1, raw amounts. Raises ValueError from damping 1 / spectral radius on."""
    if not damping > 0:
        raise ValueError(f"the damping must be above 0, not {damping}")
    table = csr_array(damping * goods.amounts)
    if closing(table).any():
        raise ValueError(f"the damping {damping} is not below 1 / the spectral radius")
    return solved(table, np.ones(len(goods)))
