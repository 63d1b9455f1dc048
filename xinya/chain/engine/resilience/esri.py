"""The Economic Systemic Risk Index: which share of a network's output is lost when a firm stops, or a scenario's firms do.

Diem, Borsos, Reisch, Kertész, Thurner (Scientific Reports 2022); scenario form: Diem et al. (2023). Formulas: docs/resilience.md.
"""

import os
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinya.kit.compiled import has_numba, kernels
from xinya.kit.text import gettext_noop as _

from .batches import BATCH, Batches, Outcome
from .impact import Impact, impact
from .network import NetworkWrong, SupplyNetwork, figures_by_firm
from .shocks import Shocks, Stop, single_failures

HERE = __name__.rpartition(".")[0]
LOSSES, SECTORS = "losses", "sectors"
CONVERGED, NOT_CONVERGED, NO_WEIGHT = "converged", "not converged", "no weight"
LARGEST_DETAIL = 64_000_000
LEAST_FAST, FAST_CHUNKS, MOST_IN_CHUNK = 64, 4, 2048

NOT_FAST = _("The fast kernels need the optional part `fast` (pip install xinya[fast]).")
NO_SCENARIO = _("There is no scenario.")
Progress = Callable[[int, int], None]


class Cascade(Protocol):
    """Batches or Prepared."""

    def run(self, shocks: Shocks, weights: NDArray[np.float64], stop: Stop, *, has_losses: bool = False) -> Outcome: ...


@dataclass(frozen=True)
class Losses:
    """Losses by firm, scenario after scenario; only firms that lose something. down = 1 − hd, up = 1 − hu at the last step."""

    start: NDArray[np.int64]
    firm: NDArray[np.int32]
    down: NDArray[np.float64]
    up: NDArray[np.float64]

    def of(self, scenario: int) -> tuple[NDArray[np.int32], NDArray[np.float64], NDArray[np.float64]]:
        """Firms hit in a scenario, their downstream and their upstream losses."""
        a, b = self.start[scenario], self.start[scenario + 1]
        return self.firm[a:b], self.down[a:b], self.up[a:b]


@dataclass(frozen=True)
class Esri:
    """S scenarios, K weights by name. combined = Σ w (1 − min(hd, hu)), down, up: (S, K), fractions; NaN where a weight sums to 0.

    sectors: (S, K, 3, m) mean loss of each sector by weight beyond the shock itself (combined, down, up), where asked for.
    """

    weights: tuple[str, ...]
    combined: NDArray[np.float64]
    down: NDArray[np.float64]
    up: NDArray[np.float64]
    iterations: NDArray[np.int32]
    is_converged: NDArray[np.bool_]
    has_weight: NDArray[np.bool_]
    losses: Losses | None = None
    sectors: NDArray[np.float64] | None = None

    def status(self, scenario: int, weight: int = 0) -> str:
        """converged, not converged (the cap on iterations was reached), or no weight."""
        if not self.has_weight[weight]:
            return NO_WEIGHT
        return CONVERGED if self.is_converged[scenario] else NOT_CONVERGED


@dataclass(frozen=True, slots=True)
class Ways:
    """How a run is done; no way changes a result. is_fast: None takes the kernels of the extra `fast` where it is installed.

    threads: None takes every processor. progress: called with scenarios done and all of them.
    """

    is_fast: bool | None = None
    threads: int | None = None
    progress: Progress | None = None


def cascade(
    network: SupplyNetwork,
    shocks: Shocks | None = None,
    *,
    weights: Mapping[str, ArrayLike] | None = None,
    stop: Stop | None = None,
    has_substitution: bool = True,
    keep: Collection[str] = (),
    ways: Ways | None = None,
) -> Esri:
    """ESRI of every scenario, or of every firm's own failure where none is given.

    hd(t+1) = max(0, min(1 − ψ, 1 − max(worst essential input, Σ non-essential inputs))),
    hu(t+1) = max(0, min(1 − ψu, 1 − Λu (1 − hu))); a supplier's loss counts by σ = min(1, s_out / remaining volume of its market).
    Weights default to s_out; rule 2 follows the first. keep: LOSSES by firm, SECTORS. Base and fast agree to 1e-12.
    Cost: iterations × links touched; memory: that of Prepared or Batches, and 64 MB a thread for what is kept.
    Raises NetworkWrong (a ValueError with a code): no-scenario, figure-wrong, lengths-differ, not-fast.
    """
    wanted, chosen = single_failures(np.arange(network.firms)) if shocks is None else shocks, ways or Ways()
    if not len(wanted):
        raise NetworkWrong("no-scenario", NO_SCENARIO)
    names, columns, has_weight = weight_columns(network, weights)
    runner = made_ready(impact(network, has_substitution=has_substitution), is_fast=chosen.is_fast)
    run = _Run(network, wanted, runner, columns, stop or Stop(), frozenset(keep))
    threads = chosen.threads or os.cpu_count() or 1
    size = chunk_size(len(wanted), network.firms, threads, is_detailed=bool(keep), is_fast=not isinstance(runner, Batches))
    bounds = [(a, min(len(wanted), a + size)) for a in range(0, len(wanted), size)]
    parts, done = [], 0
    with ThreadPoolExecutor(threads) as pool:
        for part in pool.map(run.chunk, bounds):
            parts.append(part)
            done += len(part.outcome.iterations)
            if chosen.progress is not None:
                chosen.progress(done, len(wanted))
    return _joined(names, has_weight, parts, keep)


def made_ready(impacts: Impact, *, is_fast: bool | None = None) -> Cascade:
    """The kernels of the extra `fast`, or the SciPy batches. Raises NetworkWrong not-fast where the extra is wanted and absent."""
    if is_fast is False or (is_fast is None and not has_numba()):
        return Batches(impacts)
    if not has_numba():
        raise NetworkWrong("not-fast", NOT_FAST)
    prepared: Cascade = kernels(f"{HERE}.kernels", f"{HERE}.frontier", f"{HERE}.lanes").Prepared(impacts)
    return prepared


def weight_columns(
    network: SupplyNetwork, weights: Mapping[str, ArrayLike] | None
) -> tuple[tuple[str, ...], NDArray[np.float64], NDArray[np.bool_]]:
    """Names, (n, K) columns that add up to 1, and which of them have any weight at all (the others are columns of 0)."""
    given = {"sales": network.sales} if weights is None else weights
    columns = np.column_stack([figures_by_firm(name, values, network.firms) for name, values in given.items()])
    totals = columns.sum(axis=0)
    return tuple(given), columns / np.where(totals > 0, totals, 1.0), totals > 0


def chunk_size(scenarios: int, firms: int, threads: int, *, is_detailed: bool, is_fast: bool) -> int:
    """Scenarios that a thread takes at once: enough of them for every thread, few enough for the memory that is stated."""
    size = max(LEAST_FAST, -(-scenarios // (threads * FAST_CHUNKS))) if is_fast else 8 * BATCH
    if is_detailed:
        size = min(size, LARGEST_DETAIL // (firms * 48) + 1)
    return max(1, min(size, MOST_IN_CHUNK))


@dataclass(frozen=True)
class _Part:
    outcome: Outcome
    losses: Losses | None
    sectors: NDArray[np.float64] | None


@dataclass(frozen=True)
class _Run:
    network: SupplyNetwork
    shocks: Shocks
    runner: Cascade
    columns: NDArray[np.float64]
    stop: Stop
    keep: frozenset[str]

    def chunk(self, bounds: tuple[int, int]) -> _Part:
        part = self.shocks.part(*bounds)
        outcome = self.runner.run(part, self.columns, self.stop, has_losses=bool(self.keep))
        if outcome.down_loss is None or outcome.up_loss is None:
            return _Part(outcome, None, None)
        bare = Outcome(outcome.combined, outcome.down, outcome.up, outcome.iterations, outcome.is_converged)
        losses = _sparse(outcome.down_loss, outcome.up_loss) if LOSSES in self.keep else None
        return _Part(bare, losses, self._sectors(part, outcome.down_loss, outcome.up_loss) if SECTORS in self.keep else None)

    def _sectors(self, part: Shocks, down: NDArray[np.float64], up: NDArray[np.float64]) -> NDArray[np.float64]:
        first = np.zeros((2, len(part), self.network.firms))
        row = np.repeat(np.arange(len(part)), np.diff(part.start))
        first[0, row, part.firm], first[1, row, part.firm] = part.down, part.up
        beyond = (np.maximum(down, up) - np.maximum(*first), down - first[0], up - first[1])
        return sector_means(beyond, self.network.sector, len(self.network.essential), self.columns)


def sector_means(
    losses: tuple[NDArray[np.float64], ...], sector: NDArray[np.int32], sectors: int, weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(S, K, len(losses), m): Σ w · loss / Σ w over the firms of each sector; NaN where a sector has no weight."""
    found = np.empty((len(losses[0]), weights.shape[1], len(losses), sectors))
    is_in = np.zeros((len(sector), sectors))
    is_in[np.arange(len(sector)), sector] = 1.0
    for k in range(weights.shape[1]):
        shares = weights[:, k : k + 1] * is_in
        total = shares.sum(axis=0)
        with np.errstate(invalid="ignore", divide="ignore"):
            for side, loss in enumerate(losses):
                found[:, k, side] = np.where(total > 0, (loss @ shares) / total, np.nan)
    return found


def _sparse(down: NDArray[np.float64], up: NDArray[np.float64]) -> Losses:
    row, firm = np.nonzero((down > 0) | (up > 0))
    start = np.searchsorted(row, np.arange(len(down) + 1)).astype(np.int64)
    return Losses(start, firm.astype(np.int32), down[row, firm], up[row, firm])


def _joined(names: tuple[str, ...], has_weight: NDArray[np.bool_], parts: list[_Part], keep: Collection[str]) -> Esri:
    outcomes = [p.outcome for p in parts]
    sums = [np.concatenate(side) for side in zip(*((o.combined, o.down, o.up) for o in outcomes), strict=True)]
    for side in sums:
        side[:, ~has_weight] = np.nan
    losses = None
    if LOSSES in keep:
        kept = [p.losses for p in parts if p.losses is not None]
        counts = np.concatenate([np.diff(one.start) for one in kept])
        losses = Losses(
            np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)]),
            np.concatenate([one.firm for one in kept]),
            np.concatenate([one.down for one in kept]),
            np.concatenate([one.up for one in kept]),
        )
    return Esri(
        weights=names,
        combined=sums[0],
        down=sums[1],
        up=sums[2],
        iterations=np.concatenate([o.iterations for o in outcomes]),
        is_converged=np.concatenate([o.is_converged for o in outcomes]),
        has_weight=has_weight,
        losses=losses,
        sectors=np.concatenate([p.sectors for p in parts if p.sectors is not None]) if SECTORS in keep else None,
    )
