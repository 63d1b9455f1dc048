"""A generated supply network for benches: log-normal sizes, larger firms sell to more buyers, seeded essential inputs."""

import numpy as np

from xinya.chain.engine.resilience import SupplyNetwork, supply_network


def generated(firms: int, sectors: int, *, degree: float = 10.0, seed: int = 0) -> SupplyNetwork:
    """About firms × degree links. Each sector buys from a quarter of the sectors, a third of them essential."""
    random = np.random.default_rng(seed)
    size = random.lognormal(0.0, 1.5, firms)
    sector = random.integers(0, sectors, firms)
    links = round(firms * degree * 1.08)
    share = np.cumsum(size) / size.sum()
    supplier = np.searchsorted(share, random.random(links))
    buyer = random.integers(0, firms, links)
    amount = np.maximum(1.0, np.round(size[supplier] * size[buyer] ** 0.5 * random.lognormal(3.0, 1.0, links), 2))
    kept = supplier != buyer
    essential = random.choice([0, 1, 2], (sectors, sectors), p=[0.2, 0.5, 0.3])
    return supply_network((supplier[kept], buyer[kept], amount[kept]), sector, essential)
