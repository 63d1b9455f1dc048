"""The index over processes and machines is the index of one loop, bit for bit, also when a worker dies in the middle."""

import os
import signal
from pathlib import Path

import numpy as np
import pytest
from distributed import Client

from xinya.chain.engine.resilience import Esri, Shocks, Stop, SupplyNetwork, Ways, cascade, scenario_shocks, single_failures
from xinya.chain.engine.resilience.spreading import Spread, spread_cascade
from xinya.chain.tests.engine.test_esri import drawn
from xinya.kit.spread import Here, Ledger, Processes
from xinya.kit.spread_dask import Dask, machines_of_one


@pytest.fixture(scope="module")
def network() -> SupplyNetwork:
    return drawn(11, firms=600, sectors=10, links=4_000)


def bits(result: Esri) -> tuple[bytes, ...]:
    arrays = (result.combined, result.down, result.up, result.iterations, result.is_converged, result.has_weight)
    return tuple(a.tobytes() for a in arrays)


@pytest.mark.parametrize("is_fast", [False, True], ids=["base", "fast"])
def test_pieces_give_what_one_run_gives(network: SupplyNetwork, tmp_path: Path, is_fast: bool) -> None:
    weights = {"sales": network.sales, "none": np.zeros(600)}
    shocks = Shocks.joined([single_failures(np.arange(600)), scenario_shocks([{1: 0.5}], 600)])
    how = Spread(Here(), tmp_path, Ledger(), size=97, is_fast=is_fast)
    found = spread_cascade(network, shocks, weights=weights, stop=Stop(1e-3, 2), has_substitution=False, how=how)
    whole = cascade(network, shocks, weights=weights, stop=Stop(1e-3, 2), has_substitution=False, ways=Ways(is_fast, 1))
    assert found.weights == whole.weights
    assert np.isnan(found.combined[:, 1]).all()
    assert np.allclose(found.combined, whole.combined, rtol=0, atol=1e-13, equal_nan=True)
    assert (found.iterations == whole.iterations).all()
    if is_fast:
        assert bits(found) == bits(whole)


def test_processes_answer_bit_for_bit(network: SupplyNetwork, tmp_path: Path) -> None:
    plain = spread_cascade(network, how=Spread(Here(), tmp_path, Ledger(), size=100))
    assert bits(spread_cascade(network, how=Spread(Processes(2), tmp_path, Ledger(), size=100))) == bits(plain)


@pytest.mark.long
def test_two_workers_answer_bit_for_bit_also_when_one_is_killed(network: SupplyNetwork, tmp_path: Path) -> None:
    stop = Stop(1e-4)
    plain = spread_cascade(network, stop=stop, how=Spread(Here(), tmp_path, Ledger(), size=20))
    with machines_of_one(2) as address:
        quiet = spread_cascade(network, stop=stop, how=Spread(Dask(address), tmp_path, Ledger(), size=20))
        assert bits(quiet) == bits(plain)
        with Client(address, set_as_default=False) as client:
            victim = next(iter(client.run(os.getpid).values()))
        killed: list[int] = []

        def kill_once(done: int, count: int) -> None:
            if not killed and 1 <= done < count:
                os.kill(victim, signal.SIGKILL)
                killed.append(done)

        how = Spread(Dask(address), tmp_path, Ledger(tmp_path / "ledger"), size=20, progress=kill_once)
        assert bits(spread_cascade(network, stop=stop, how=how)) == bits(plain)
    assert killed
