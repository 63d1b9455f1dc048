"""The index over processes or machines: the network once as a file, scenarios in pieces, the same result bit for bit."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinya.kit.compiled import has_numba
from xinya.kit.spread import Arrays, Bundle, Engine, Ledger, Loaded, bundle_in, spread, spreadable

from .esri import Cascade, Esri, made_ready, weight_columns
from .impact import Impact, impact
from .network import SupplyNetwork
from .shocks import Shocks, Stop, single_failures

LINK_ARRAYS = ("supplier", "buyer", "down", "up", "slot", "slot_start", "sales")


@dataclass(frozen=True, slots=True)
class Spread:
    """How a run is spread. folder: where the network's file lies, readable by every machine. size: scenarios a piece.

    is_fast is decided once for all machines, because base and fast differ in the last bits.
    """

    engine: Engine
    folder: Path
    keep: Ledger
    size: int = 256
    is_fast: bool | None = None
    progress: Callable[[int, int], None] | None = None


def spread_cascade(
    network: SupplyNetwork,
    shocks: Shocks | None = None,
    *,
    weights: Mapping[str, ArrayLike] | None = None,
    stop: Stop | None = None,
    has_substitution: bool = True,
    how: Spread,
) -> Esri:
    """As `cascade`, without losses and sectors. Raises kit.spread.Unfinished when pieces stay missing."""
    wanted = single_failures(np.arange(network.firms)) if shocks is None else shocks
    names, columns, has_weight = weight_columns(network, weights)
    is_fast = has_numba() if how.is_fast is None else how.is_fast
    arrays = esri_arrays(impact(network, has_substitution=has_substitution), wanted, columns, stop or Stop())
    bundle: Bundle = bundle_in(how.folder, arrays)
    bounds = [(a, min(len(wanted), a + how.size)) for a in range(0, len(wanted), how.size)]
    chunks = {k: (*pair, is_fast) for k, pair in enumerate(bounds)}
    parts = spread(esri_part, bundle, chunks, engine=how.engine, keep=how.keep, progress=how.progress)
    whole = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    for side in ("combined", "down", "up"):
        whole[side][:, ~has_weight] = np.nan
    return Esri(names, whole["combined"], whole["down"], whole["up"], whole["iterations"], whole["is_converged"], has_weight)


def esri_arrays(impacts: Impact, shocks: Shocks, weights: NDArray[np.float64], stop: Stop) -> Arrays:
    """Everything that a piece needs, as arrays."""
    told = {"firms": impacts.firms, "eps": stop.eps, "rule": stop.rule, "most": stop.most}
    market = np.zeros(0, np.int32) if impacts.market is None else impacts.market
    return {
        **{name: getattr(impacts, name) for name in LINK_ARRAYS},
        "market": market,
        "weights": weights,
        **{f"shock_{name}": getattr(shocks, name) for name in ("start", "firm", "down", "up")},
        "settings": np.frombuffer(json.dumps(told).encode(), np.uint8),
    }


@spreadable
def esri_part(loaded: Loaded, first: int, last: int, is_fast: bool) -> dict[str, NDArray[Any]]:
    """Scenarios first … last − 1."""
    ready = _ready(loaded, is_fast)
    outcome = ready.runner.run(ready.shocks.part(first, last), ready.weights, ready.stop)
    names = ("combined", "down", "up", "iterations", "is_converged")
    return {name: getattr(outcome, name) for name in names}


@dataclass(frozen=True)
class _Ready:
    runner: Cascade
    shocks: Shocks
    weights: NDArray[np.float64]
    stop: Stop


@lru_cache(maxsize=2)
def _ready(loaded: Loaded, is_fast: bool) -> _Ready:
    arrays = loaded.arrays
    told = json.loads(arrays["settings"].tobytes())
    links = {name: arrays[name] for name in LINK_ARRAYS}
    impacts = Impact(firms=told["firms"], market=arrays["market"] if len(arrays["market"]) else None, **links)
    shocks = Shocks(*(arrays[f"shock_{name}"] for name in ("start", "firm", "down", "up")))
    runner = made_ready(impacts, is_fast=is_fast)
    return _Ready(runner, shocks, np.ascontiguousarray(arrays["weights"]), Stop(told["eps"], told["rule"], told["most"]))
