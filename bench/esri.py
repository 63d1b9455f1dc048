"""The systemic risk index: ours against the plain NumPy form of the formulas; the large networks by themselves, with their bars.

The peer's 137 ms a firm at 10,000 firms and 837 ms at 30,000 (fastcascade, C++) were measured on another machine: they are bars, no
result of this run. CPU seconds of one thread; wall time is given beside it, since the machine may do other work.
"""

import resource
import shutil
import subprocess
import time
from collections.abc import Iterator
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

from bench.clock import best
from bench.supply import generated
from xinya.chain.engine.resilience import Esri, Stop, Ways, cascade, single_failures
from xinya.chain.engine.resilience.esri import made_ready
from xinya.chain.engine.resilience.impact import Impact, impact

BARS = {10_000: 137 / 150, 30_000: 837 / 120}
TWO_CORES = {10_000: 137 / 280, 30_000: 837 / 220}
PLAIN_FIRMS = {1_000: 200, 10_000: 60}


def run() -> Iterator[str]:
    yield f"ESRI with NumPy {version('numpy')}, SciPy {version('scipy')}, Numba {version('numba')}; {_peer()}"
    cascade(generated(100, 5), ways=Ways(True, 1))  # compiles, or loads what was compiled
    for firms, sectors in ((1_000, 50), (10_000, 100)):
        yield _against_plain(firms, sectors)
    yield _alone(10_000, 100, 10_000)
    yield _alone(30_000, 200, 6_000)
    yield _large(100_000, 300, 2_000)


def _against_plain(firms: int, sectors: int) -> str:
    network = generated(firms, sectors)
    chosen = np.sort(np.random.default_rng(1).choice(firms, PLAIN_FIRMS[firms], replace=False))
    impacts, weight = impact(network), network.sales / network.sales.sum()
    slow, plain = best(lambda: [_plain(impacts, int(k), weight) for k in chosen], 1)
    every = single_failures(np.arange(firms))
    some = every if firms <= 1_000 else single_failures(chosen)
    base, found = best(lambda: cascade(network, some, ways=Ways(False, 1)), 2)
    fast, kernels = best(lambda: cascade(network, every, ways=Ways(True, 1)), 3)
    rows = chosen if firms <= 1_000 else np.arange(len(chosen))
    is_same = all(_same(plain, result, at) for result, at in ((found, rows), (kernels, chosen)))
    per = [slow / len(chosen) * 1e3, base / len(some) * 1e3, fast / firms * 1e3]
    return (
        f"ESRI, {firms:,} firms, {len(network.amount):,} links, {sectors} sectors, ms a firm: plain NumPy {per[0]:.2f} "
        f"({len(chosen)} firms), base {per[1]:.3f}, fast {per[2]:.3f}; ratios {per[0] / per[1]:.0f} and {per[0] / per[2]:.0f}, "
        f"{'same results and steps' if is_same else 'results DIFFERS'}"
    )


def _alone(firms: int, sectors: int, some: int) -> str:
    network = generated(firms, sectors)
    shocks = single_failures(np.random.default_rng(1).permutation(firms)[:some])
    one, found = best(lambda: cascade(network, shocks, ways=Ways(True, 1)), 3)
    two, other = _wall(lambda: cascade(network, shocks, ways=Ways(True, 2)), 3)
    is_same = bool((found.combined == other.combined).all() and (found.iterations == other.iterations).all())
    return (
        f"ESRI fast, {firms:,} firms, {len(network.amount):,} links, {sectors} sectors, {some:,} failures, mean "
        f"{found.iterations.mean():.1f} steps: {one / some * 1e3:.3f} ms a firm on one core (bar {BARS[firms]:.2f}), "
        f"{two / some * 1e3:.3f} ms wall on two (bar {TWO_CORES[firms]:.2f}); {'bit for bit the same' if is_same else 'DIFFERS'}"
    )


def _large(firms: int, sectors: int, some: int) -> str:
    """The whole run extrapolated from random firms, with twice the standard error of the mean over 10 groups of them."""
    network = generated(firms, sectors)
    weight = (network.sales / network.sales.sum())[:, None]
    begun = time.process_time()
    ready = made_ready(impact(network), is_fast=True)
    set_up = time.process_time() - begun
    spent, walls = [], []
    for group in np.array_split(np.random.default_rng(1).permutation(firms)[:some], 10):
        start, cpu = time.perf_counter(), time.process_time()
        ready.run(single_failures(group), weight, Stop())
        spent.append((time.process_time() - cpu) / len(group))
        walls.append((time.perf_counter() - start) / len(group))
    mean, error = np.mean(spent), 2 * np.std(spent, ddof=1) / np.sqrt(len(spent))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return (
        f"ESRI fast, {firms:,} firms, {len(network.amount):,} links, set-up {set_up:.1f} s, from {some:,} random firms: all "
        f"{mean * firms:.0f} ± {error * firms:.0f} CPU s, {mean * firms / 2:.0f} s on two free cores "
        f"(wall of one thread here {np.mean(walls) * firms:.0f} s); the whole bench's peak {memory:.0f} MB"
    )


def _plain(impacts: Impact, firm: int, weight: NDArray[np.float64]) -> tuple[float, int]:
    """One firm's failure as the formulas stand, in NumPy, on all links in every step."""
    down = np.zeros(impacts.firms)
    down[firm] = 1.0
    up, steps = down.copy(), 0
    market = impacts.market
    kept = impacts.slot >= 0
    buyers = np.flatnonzero(np.diff(impacts.slot_start))
    while True:
        left = np.bincount(market, impacts.sales * (1 - down), len(impacts.volume))
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where((left <= 1e-12 * impacts.volume)[market], 1.0, np.minimum(1.0, impacts.sales / left[market]))
        passed = share * down
        lost = np.bincount(impacts.slot[kept], (impacts.down * passed[impacts.supplier])[kept], impacts.slots)
        new_down = down.copy()
        new_down[buyers] = np.maximum(down[buyers], np.minimum(1, np.maximum.reduceat(lost, impacts.slot_start[buyers])))
        new_up = np.maximum(up, np.minimum(1, np.bincount(impacts.supplier, impacts.up * up[impacts.buyer], impacts.firms)))
        change = max((new_down - down).max(), (new_up - up).max())
        down, up, steps = new_down, new_up, steps + 1
        if change <= Stop().eps:
            return float(weight @ np.maximum(down, up)), steps


def _same(plain: list[tuple[float, int]], result: Esri, rows: NDArray[np.int64]) -> bool:
    index, steps = np.array([p[0] for p in plain]), np.array([p[1] for p in plain])
    return bool(np.abs(result.combined[rows, 0] - index).max() <= 1e-12 and (result.iterations[rows] == steps).all())


def _wall(call: "object", runs: int) -> tuple[float, Esri]:
    least, result = float("inf"), None
    for _ in range(runs):
        begun = time.perf_counter()
        result = call()  # type: ignore[operator]
        least = min(least, time.perf_counter() - begun)
    assert result is not None
    return least, result


def _peer() -> str:
    """Whether an R with the peer is on this machine; nothing here installs it."""
    program = shutil.which("Rscript")
    if program is None:
        return "no R here, so no comparison with fastcascade in this run"
    asked = 'cat(as.character(packageVersion("fastcascade")))'
    told = subprocess.run([program, "-e", asked], capture_output=True, text=True, check=False)
    return f"fastcascade {told.stdout} is here" if told.returncode == 0 else "this R has no fastcascade"
