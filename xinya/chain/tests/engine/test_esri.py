"""The systemic risk index against the formulas taken at their word, and the laws that it obeys whatever the network."""

import dataclasses

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from xinya.chain.engine.resilience import (
    LOSSES,
    NO_WEIGHT,
    NOT_CONVERGED,
    SECTORS,
    Esri,
    NetworkWrong,
    Shocks,
    Stop,
    SupplyLink,
    SupplyNetwork,
    Ways,
    cascade,
    revenue_warnings,
    scenario_shocks,
    single_failures,
    supply_network,
)
from xinya.chain.tests.engine import esri_oracle

BASE, FAST = Ways(is_fast=False, threads=1), Ways(is_fast=True, threads=1)
PACES = pytest.mark.parametrize("ways", [BASE, FAST], ids=["base", "fast"])


def drawn(seed: int, firms: int = 14, sectors: int = 4, links: int = 40, *, accounts: bool = False) -> SupplyNetwork:
    """A small network with self-loops, dead ends, isolated firms and repeated pairs."""
    random = np.random.default_rng(seed)
    amount = np.round(random.lognormal(1, 1, links), 2) + 1
    figures = {"revenue": random.random(firms) * 60, "costs": random.random(firms) * 60} if accounts else {}
    return supply_network(
        (random.integers(0, firms - 1, links), random.integers(0, firms - 1, links), amount),
        random.integers(0, sectors, firms),
        random.integers(0, 3, (sectors, sectors)),
        **figures,  # type: ignore[arg-type]
    )


networks = st.builds(
    drawn, st.integers(0, 10**6), st.integers(2, 16), st.integers(1, 5), st.integers(0, 50), accounts=st.booleans()
)
stops = st.sampled_from([Stop(), Stop(1e-6), Stop(1e-2, 2), Stop(1e-4, 2)])
pace = st.sampled_from([BASE, FAST])


def everything(network: SupplyNetwork, **more: object) -> Esri:
    return cascade(network, **{"ways": BASE, **more})  # type: ignore[arg-type]


def same(one: Esri, other: Esri, within: float = 1e-12) -> bool:
    figures = ((one.combined, other.combined), (one.down, other.down), (one.up, other.up))
    return all(np.allclose(a, b, rtol=0, atol=within, equal_nan=True) for a, b in figures) and bool(
        (one.iterations == other.iterations).all()
    )


def weights_of(network: SupplyNetwork) -> NDArray[np.float64]:
    return network.sales / network.sales.sum()


@pytest.mark.long
@given(networks, stops, st.booleans(), pace, st.integers(0, 10**6))
def test_every_firm_loses_what_the_formulas_say(
    network: SupplyNetwork, stop: Stop, has_substitution: bool, ways: Ways, seed: int
) -> None:
    assume(network.sales.sum() > 0)
    random = np.random.default_rng(seed)
    psi = np.where(random.random(network.firms) < 0.3, random.random(network.firms), 0.0)
    psi_up = np.where(random.random(network.firms) < 0.3, random.random(network.firms), 0.0)
    shocks = scenario_shocks([dict(enumerate(psi))], network.firms, up=[dict(enumerate(psi_up))])
    found = cascade(network, shocks, stop=stop, has_substitution=has_substitution, keep=[LOSSES], ways=ways)
    told = esri_oracle.failure(
        network, psi, weights_of(network), stop, psi_up=psi_up, has_substitution=has_substitution
    )  # fmt: skip
    assert found.iterations[0] == told.iterations
    assert (found.combined[0, 0], found.down[0, 0], found.up[0, 0]) == pytest.approx((told.combined, told.down, told.up), abs=1e-12)
    assert found.losses is not None
    firm, down, up = found.losses.of(0)
    for sparse, h in ((down, told.hd), (up, told.hu)):
        dense = np.zeros(network.firms)
        dense[firm] = sparse
        assert np.allclose(dense, 1 - h, rtol=0, atol=1e-12)


@given(networks, stops, st.booleans())
def test_kernels_and_batches_agree_to_the_step(network: SupplyNetwork, stop: Stop, has_substitution: bool) -> None:
    base, fast = (cascade(network, stop=stop, has_substitution=has_substitution, ways=w) for w in (BASE, FAST))
    assert same(base, fast)


@pytest.mark.long
@pytest.mark.parametrize("stop", [Stop(), Stop(1e-8), Stop(1e-3, 2)], ids=["paper", "fine", "relative"])
def test_wide_cascades_ride_in_lanes_and_agree_too(stop: Stop) -> None:
    """Large enough that most scenarios leave the frontier for the interleaved lanes, and more than one chunk of them."""
    network = drawn(3, firms=400, sectors=12, links=2_400)
    weights = {"sales": network.sales, "equal": np.ones(400)}
    shocks = Shocks.joined([single_failures(np.arange(400)), scenario_shocks([dict.fromkeys(range(0, 400, 3), 0.3), {}], 400)])
    base, fast = (cascade(network, shocks, weights=weights, stop=stop, ways=w, keep=[LOSSES, SECTORS]) for w in (BASE, FAST))
    assert same(base, fast)
    assert base.iterations.max() > 5
    assert base.losses is not None
    assert fast.losses is not None
    assert (base.losses.start == fast.losses.start).all()
    assert np.allclose(base.losses.down, fast.losses.down, rtol=0, atol=1e-12)
    assert np.allclose(base.sectors, fast.sectors, rtol=0, atol=1e-12, equal_nan=True)  # type: ignore[arg-type]


@PACES
def test_a_scenario_s_result_does_not_depend_on_its_company(ways: Ways) -> None:
    """The kernels' bit for bit, in another order and on two threads; the batches' to the last bits of a sum."""
    network = drawn(5, firms=300, sectors=8, links=1_800)
    whole = cascade(network, ways=ways)
    order = np.random.default_rng(1).permutation(300)
    mixed = cascade(network, single_failures(order), ways=dataclasses.replace(ways, threads=2))
    if ways.is_fast:
        assert (mixed.combined == whole.combined[order]).all()
    assert np.allclose(mixed.combined, whole.combined[order], rtol=0, atol=1e-13)
    assert (mixed.iterations == whole.iterations[order]).all()


@given(networks, st.sampled_from([1e-9, 1e-3, 1e3, 1e9]), pace)
def test_the_currency_unit_does_not_matter(network: SupplyNetwork, unit: float, ways: Ways) -> None:
    scaled = dataclasses.replace(
        network,
        amount=network.amount * unit,
        revenue=None if network.revenue is None else network.revenue * unit,
        costs=None if network.costs is None else network.costs * unit,
    )
    assert same(everything(network, ways=ways), everything(scaled, ways=ways), 1e-9)


@given(networks, st.integers(0, 10**6), pace)
def test_the_order_of_firms_does_not_matter(network: SupplyNetwork, seed: int, ways: Ways) -> None:
    order = np.random.default_rng(seed).permutation(network.firms)
    place = np.argsort(order)
    other = supply_network(
        (place[network.supplier], place[network.buyer], network.amount),
        network.sector[order],
        network.essential,
        revenue=None if network.revenue is None else network.revenue[order],
        costs=None if network.costs is None else network.costs[order],
    )
    assert np.allclose(
        everything(network, ways=ways).combined[order], everything(other, ways=ways).combined, atol=1e-9, equal_nan=True
    )


@given(networks, st.integers(0, 10**6))
def test_the_names_of_sectors_do_not_matter(network: SupplyNetwork, seed: int) -> None:
    new = np.random.default_rng(seed).permutation(len(network.essential))
    table = np.empty_like(network.essential)
    table[np.ix_(new, new)] = network.essential
    other = dataclasses.replace(network, sector=new[network.sector].astype(np.int32), market=new[network.market].astype(np.int32))
    assert same(everything(network), everything(dataclasses.replace(other, essential=table)), 1e-9)


@given(networks, st.integers(0, 10**6))
def test_a_link_in_two_rows_is_one_link(network: SupplyNetwork, seed: int) -> None:
    share = np.random.default_rng(seed).random(len(network.amount))
    halves = [np.concatenate([side, side]) for side in (network.supplier, network.buyer)]
    amounts = np.concatenate([network.amount * share, network.amount * (1 - share)])
    other = supply_network(
        (halves[0], halves[1], amounts), network.sector, network.essential, revenue=network.revenue, costs=network.costs
    )
    assert np.allclose(everything(network).combined, everything(other).combined, atol=1e-9, equal_nan=True)


@given(networks, pace)
def test_without_a_shock_nothing_is_lost(network: SupplyNetwork, ways: Ways) -> None:
    found = everything(network, shocks=scenario_shocks([{}], network.firms), weights={"one": np.ones(network.firms)}, ways=ways)
    assert (found.combined[0, 0], found.iterations[0]) == (0, 1)


@given(networks, st.integers(0, 10**6), pace)
def test_a_larger_shock_never_loses_less(network: SupplyNetwork, seed: int, ways: Ways) -> None:
    random = np.random.default_rng(seed)
    small = random.random(network.firms) * (random.random(network.firms) < 0.4)
    large = small + (1 - small) * random.random(network.firms)
    shocks = scenario_shocks([dict(enumerate(small)), dict(enumerate(large))], network.firms)
    found = everything(network, shocks=shocks, stop=Stop(1e-9), weights={"one": np.ones(network.firms)}, ways=ways)
    assert found.combined[1, 0] >= found.combined[0, 0] - 1e-6


@given(networks, stops, pace)
def test_the_index_lies_between_its_bounds(network: SupplyNetwork, stop: Stop, ways: Ways) -> None:
    assume(network.sales.sum() > 0)
    found = everything(network, stop=stop, ways=ways)
    both, down, up, weight = found.combined[:, 0], found.down[:, 0], found.up[:, 0], weights_of(network)
    assert (both >= np.maximum(down, up) - 1e-12).all()
    assert (both <= down + up + 1e-12).all()
    assert (both >= weight - 1e-12).all()
    assert ((both >= 0) & (both <= 1 + 1e-12)).all()


@PACES
def test_a_market_that_dies_replaces_nothing_in_any_unit(ways: Ways) -> None:
    """Both sellers of a market stop: the anchor's divisor of 1 would make the loss depend on the unit."""
    for unit in (1.0, 1e-9):
        network = supply_network(([0, 1], [2, 2], [3 * unit, 1 * unit]), [0, 0, 1], [[0, 2], [0, 0]])
        found = everything(network, shocks=scenario_shocks([{0: 1.0, 1: 1.0}], 3), weights={"one": np.ones(3)}, ways=ways)
        assert found.down[0, 0] == pytest.approx(1.0)


@PACES
def test_a_rival_takes_over_and_without_a_market_nobody_does(ways: Ways) -> None:
    network = supply_network(([0, 1], [2, 2], [30.0, 70.0]), [0, 0, 1], [[0, 2], [0, 0]])
    with_rival = everything(network, shocks=single_failures([0]), weights={"c": [0, 0, 1.0]}, ways=ways)
    alone = everything(network, shocks=single_failures([0]), weights={"c": [0, 0, 1.0]}, has_substitution=False, ways=ways)
    assert with_rival.down[0, 0] == pytest.approx(0.3 * 30 / 70)
    assert alone.down[0, 0] == pytest.approx(0.3)


@PACES
def test_an_isolated_firm_costs_its_own_weight_in_one_step(ways: Ways) -> None:
    network = supply_network(([0], [1], [5.0]), [0, 0, 0], [[1]])
    found = everything(network, shocks=single_failures([2]), weights={"staff": [1.0, 1.0, 2.0]}, ways=ways)
    assert (found.combined[0, 0], found.iterations[0]) == (0.5, 1)


@PACES
def test_without_any_weight_there_is_no_index(ways: Ways) -> None:
    network = supply_network(([0], [1], [5.0]), [0, 0], [[1]])
    found = everything(network, weights={"none": [0.0, 0.0], "one": [1.0, 1.0]}, ways=ways)
    assert np.isnan(found.combined[:, 0]).all()
    assert found.status(0, 0) == NO_WEIGHT
    assert found.status(0, 1) == "converged"


@PACES
def test_a_cascade_that_is_cut_short_says_so(ways: Ways) -> None:
    network = supply_network((range(9), range(1, 10), [1.0] * 9), [0] * 10, [[2]])
    found = everything(network, shocks=single_failures([0]), has_substitution=False, stop=Stop(1e-6, most=3), ways=ways)
    assert (found.iterations[0], found.status(0)) == (3, NOT_CONVERGED)


@PACES
def test_a_network_without_links_loses_only_who_stops(ways: Ways) -> None:
    network = supply_network(([], [], []), [0, 0], [[2]])
    found = everything(network, weights={"one": [1.0, 3.0]}, ways=ways)
    assert found.combined[:, 0].tolist() == [0.25, 0.75]


def test_a_sector_s_loss_leaves_the_shock_itself_out() -> None:
    network = supply_network(([0], [1], [1.0]), [0, 1], [[0, 2], [0, 0]])
    found = everything(
        network, shocks=scenario_shocks([{0: 0.4}], 2), weights={"one": [1.0, 1.0]}, has_substitution=False, keep=[SECTORS]
    )
    assert found.sectors is not None
    assert found.sectors[0, 0, 1].tolist() == pytest.approx([0.0, 0.4])


def test_progress_ends_with_every_scenario() -> None:
    seen: list[tuple[int, int]] = []
    cascade(drawn(1), ways=Ways(False, 2, lambda done, count: seen.append((done, count))))
    assert seen[-1] == (14, 14)


@pytest.mark.parametrize(
    ("links", "sector", "essential", "code", "row"),
    [
        (([0], [1], [-1.0]), [0, 0], [[1]], "amount-wrong", 1),
        (([0, 0], [1, 1], [1.0, float("nan")]), [0, 0], [[1]], "amount-wrong", 2),
        (([0, 7], [1, 1], [1.0, 1.0]), [0, 0], [[1]], "no-such-firm", 2),
        (([0], [1], [1.0]), [0, 1], [[1]], "sector-unknown", None),
        (([0], [1], [1.0]), [0, 0], [[3]], "essential-wrong", 1),
        (([0], [1], [1.0]), [0, 0], [[1, 1]], "essential-wrong", None),
        (([0], [1, 1], [1.0]), [0, 0], [[1]], "lengths-differ", None),
        (([], [], []), [], [[1]], "no-firms", None),
    ],
)
def test_a_network_that_cannot_be_is_refused_by_code_and_row(
    links: tuple[list[int], list[int], list[float]], sector: list[int], essential: list[list[int]], code: str, row: int | None
) -> None:
    with pytest.raises(NetworkWrong) as refused:
        supply_network(links, sector, essential)
    assert (refused.value.code, refused.value.row) == (code, row)
    assert isinstance(refused.value, ValueError)


def test_shocks_and_limits_out_of_range_are_refused() -> None:
    for shock in (1.5, -0.1, float("nan")):
        with pytest.raises(NetworkWrong, match="shock-wrong"):
            scenario_shocks([{0: shock}], 2)
    with pytest.raises(NetworkWrong, match="no-such-firm"):
        scenario_shocks([{2: 0.5}], 2)
    with pytest.raises(NetworkWrong, match="eps-wrong"):
        Stop(0.0)
    with pytest.raises(NetworkWrong, match="rule-wrong"):
        Stop(rule=3)
    with pytest.raises(NetworkWrong, match="no-scenario"):
        cascade(drawn(1), single_failures([]))
    with pytest.raises(NetworkWrong, match="figure-wrong"):
        cascade(drawn(1), weights={"w": [-1.0] * 14})


def test_a_revenue_below_the_sales_is_pointed_out() -> None:
    network = supply_network(([0, 1], [1, 0], [5.0, 2.0]), [0, 0], [[1]], revenue=[4.0, 2.0])
    assert revenue_warnings(network).tolist() == [0]


def test_a_supply_link_rests_on_a_basis_that_is_known() -> None:
    with pytest.raises(ValueError, match="guessed"):
        SupplyLink("a", "b", "steel", 1, "guessed")
