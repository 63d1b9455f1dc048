"""What a lost unit of output takes from each buyer and each supplier: the impact matrices of a supply network.

Source: Diem, Borsos, Reisch, Kertész, Thurner, "Quantifying firm-level economic systemic risk from nation-wide supply networks",
Scientific Reports 2022.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .network import ESSENTIAL, NEGLIGIBLE, SupplyNetwork

DEAD_MARKET = 1e-12
"""A market of which no more than this share remains replaces nothing; relative, so that the currency unit does not matter."""


@dataclass(frozen=True)
class Impact:
    """The network's links, sorted by supplier, then buyer, with their impacts.

    A slot is one input type of one buyer: each essential sector that it buys from has one, all non-essential ones share one; a
    buyer loses the most that any of its slots loses. slot: of each link, -1 where the input is negligible. slot_start: (n + 1)
    first slot of each buyer. down: Λd[i, j], up: Λu[i, j]. sales: s_out. market: None without substitution.
    """

    firms: int
    supplier: NDArray[np.int32]
    buyer: NDArray[np.int32]
    down: NDArray[np.float64]
    up: NDArray[np.float64]
    slot: NDArray[np.int32]
    slot_start: NDArray[np.int64]
    sales: NDArray[np.float64]
    market: NDArray[np.int32] | None

    @property
    def slots(self) -> int:
        return int(self.slot_start[-1])

    @property
    def volume(self) -> NDArray[np.float64]:
        """Initial volume of each market, Σ s_out of its sellers."""
        return np.zeros(0) if self.market is None else np.bincount(self.market, self.sales).astype(np.float64)


def impact(network: SupplyNetwork, *, has_substitution: bool = True) -> Impact:
    """Λd and Λu of every link, O(E log E).

    Λd[i,j] = W[i,j] / Σ of j's purchases of i's sector if essential, W[i,j] / s_in[j] if non-essential, 0 if negligible;
    with costs × (s_in[j] or 1) / (costs[j] or 1). Λu[i,j] = W[i,j] / s_out[i], with revenue W[i,j] / revenue[i]
    (a revenue of 0 beside sales is no revenue: s_out[i] then).
    """
    n, sectors = network.firms, len(network.essential)
    i, j, amount = network.supplier, network.buyer, network.amount
    sales, purchases = network.sales, network.purchases
    kind = network.essential[network.sector[i], network.sector[j]]
    slot, slot_start = _slots(network, kind, sectors)
    kept = np.flatnonzero(kind != NEGLIGIBLE)
    total = np.bincount(slot[kept], amount[kept], slot_start[-1])
    down = np.zeros(len(amount))
    down[kept] = amount[kept] / np.where(kind[kept] == ESSENTIAL, total[slot[kept]], purchases[j[kept]])
    if network.costs is not None:
        costs = network.costs[j]
        down *= np.where(purchases[j] > 0, purchases[j], 1.0) / np.where(costs > 0, costs, 1.0)
    divisor = sales if network.revenue is None else np.where(network.revenue > 0, network.revenue, sales)
    return Impact(
        firms=n,
        supplier=i,
        buyer=j,
        down=down,
        up=amount / divisor[i],
        slot=slot,
        slot_start=slot_start,
        sales=sales,
        market=network.market if has_substitution else None,
    )


def _slots(network: SupplyNetwork, kind: NDArray[np.int8], sectors: int) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """The slot of each link and the first slot of each buyer: no more slots than links, never n × m."""
    width = sectors + 1
    kept = kind != NEGLIGIBLE
    buyer = network.buyer.astype(np.int64)
    key = buyer * width + np.where(kind == ESSENTIAL, network.sector[network.supplier], sectors)
    keys, place = np.unique(key[kept], return_inverse=True)
    slot = np.full(len(kind), -1, np.int32)
    slot[kept] = place
    start = np.searchsorted(keys, np.arange(network.firms + 1, dtype=np.int64) * width)
    return slot, start.astype(np.int64)
