"""The cascade as the formulas stand, one firm and one scenario at a time: slow, and like none of the product's own forms."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xinya.chain.engine.resilience import Stop, SupplyNetwork


@dataclass(frozen=True)
class Told:
    combined: float
    down: float
    up: float
    iterations: int
    hd: NDArray[np.float64]
    hu: NDArray[np.float64]


def failure(
    network: SupplyNetwork,
    psi: NDArray[np.float64],
    weight: NDArray[np.float64],
    stop: Stop,
    *,
    psi_up: NDArray[np.float64] | None = None,
    has_substitution: bool = True,
) -> Told:
    n, p, q = network.firms, network.sector, network.market
    psi_up = psi if psi_up is None else psi_up
    w = np.zeros((n, n))
    w[network.supplier, network.buyer] = network.amount
    s_out, s_in = w.sum(axis=1), w.sum(axis=0)
    down, up = np.zeros((n, n)), np.zeros((n, n))
    for i, j in zip(*np.nonzero(w), strict=True):
        kind = network.essential[p[i], p[j]]
        same = sum(w[k, j] for k in range(n) if p[k] == p[i])
        down[i, j] = w[i, j] / same if kind == 2 else w[i, j] / s_in[j] if kind == 1 else 0.0
        up[i, j] = w[i, j] / (s_out[i] if network.revenue is None or network.revenue[i] == 0 else network.revenue[i])
    if network.costs is not None:
        down *= np.where(s_in > 0, s_in, 1) / np.where(network.costs > 0, network.costs, 1)
    hd, hu, steps = 1 - psi, 1 - psi_up, 0
    while True:
        new_d, new_u = np.empty(n), np.empty(n)
        sigma = np.ones(n)
        if has_substitution:
            for i in range(n):
                market = q == q[i]
                left, whole = (s_out * hd)[market].sum(), s_out[market].sum()
                sigma[i] = 1.0 if left <= 1e-12 * whole else min(1.0, s_out[i] / left)
        for j in range(n):
            essential, other = [0.0], 0.0
            for k in range(len(network.essential)):
                lost = sum(down[i, j] * sigma[i] * (1 - hd[i]) for i in np.flatnonzero((p == k) & (down[:, j] > 0)))
                if network.essential[k, p[j]] == 2:
                    essential.append(lost)
                elif network.essential[k, p[j]] == 1:
                    other += lost
            new_d[j] = max(0.0, min(1 - psi[j], 1 - max(*essential, other)))
            new_u[j] = max(0.0, min(1 - psi_up[j], 1 - float(up[j] @ (1 - hu))))
        steps += 1
        change = max((hd - new_d).max(), (hu - new_u).max())
        before, after = (float(weight @ (1 - np.minimum(*pair))) for pair in ((hd, hu), (new_d, new_u)))
        hd, hu = new_d, new_u
        if not (change > stop.eps if stop.rule == 1 else after > (1 + stop.eps) * before):
            return Told(after, float(weight @ (1 - hd)), float(weight @ (1 - hu)), steps, hd, hu)
