"""The further measures equal their definitions on dense tables, and say where they do not exist."""

from typing import Any

import networkx
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from xinya.chain.engine.measures import (
    Trade,
    centralities,
    effective_number,
    envelopment,
    extraction,
    influence,
    katz,
    markets,
    nexus,
    positions,
    purchases,
    solving,
    trade,
)


def world(seed: int, firms: int = 9, share: float = 0.25) -> tuple[Trade, Any, Any]:
    """A network with loops and repeated links, its dense table, and revenues that leave final sales to most firms."""
    draw = np.random.default_rng(seed)
    count = int(firms * firms * share) + 1
    i, j = draw.integers(0, firms, count), draw.integers(0, firms, count)
    w = np.round(draw.lognormal(0, 1, count), 3) * (draw.random(count) < 0.9)
    dense = np.zeros((firms, firms))
    np.add.at(dense, (i, j), w)
    revenue = np.maximum(dense.sum(axis=1), dense.sum(axis=0)) * draw.uniform(1.05, 3, firms) + (draw.random(firms) < 0.5)
    return trade(i, j, w, firms), dense, revenue


@given(seed=st.integers(0, 10_000))
def test_positions_are_the_sums_over_all_paths(seed: int) -> None:
    goods, dense, revenue = world(seed)
    found = positions(goods, revenue)
    output = np.maximum(revenue, dense.sum(axis=1))
    safe = np.where(output > 0, output, 1)
    up = np.linalg.solve(np.eye(9) - dense / safe[:, None], np.ones(9))
    down = np.linalg.solve(np.eye(9) - (dense / safe).T, np.ones(9))
    np.testing.assert_allclose(found.upstreamness, up, rtol=1e-10)
    np.testing.assert_allclose(found.downstreamness, down, rtol=1e-10)
    assert (found.upstreamness >= 1).all()
    np.testing.assert_array_equal(found.no_output, output == 0)


def test_who_sells_only_to_final_use_is_at_1_and_its_supplier_at_2() -> None:
    goods = trade([0, 1], [1, 2], [10.0, 10.0], 4)
    found = positions(goods, [10.0, 10.0, 10.0, 0.0])
    assert found.upstreamness.tolist() == [3.0, 2.0, 1.0, 1.0]
    assert found.downstreamness.tolist() == [1.0, 2.0, 3.0, 1.0]
    assert found.no_output.tolist() == [False, False, False, True]


def test_a_closed_group_and_all_that_lead_into_it_have_no_upstreamness() -> None:
    goods = trade([0, 1, 2, 3], [1, 2, 1, 4], [1.0, 5.0, 5.0, 1.0], 5)
    found = positions(goods, [1.0, 5.0, 5.0, 2.0, 1.0])
    assert np.isnan(found.upstreamness).tolist() == [True, True, True, False, False]
    assert np.isnan(found.downstreamness).tolist() == [False, True, True, False, False]


@pytest.mark.parametrize("amounts", [(0.1, 0.1, 0.2), (0.3, 0.3, 0.6), (1 / 3, 1 / 3, 2 / 3)])
def test_a_closed_group_is_seen_whatever_the_rounding_of_its_shares(amounts: tuple[float, float, float]) -> None:
    a, b, c = amounts
    goods = trade([0, 0, 1, 1], [0, 1, 1, 0], [a, b, a, c], 2)
    assert np.isnan(positions(goods, goods.sold).upstreamness).all()


def test_a_group_that_buys_more_than_it_puts_out_has_no_downstreamness() -> None:
    goods = trade([0, 1, 1], [1, 0, 2], [8.0, 8.0, 1.0], 3)
    found = positions(goods, [8.0, 2.0, 4.0])
    assert np.isnan(found.downstreamness).tolist() == [False, False, False]
    goods = trade([0, 1, 1], [1, 0, 2], [8.0, 8.0, 1.0], 4)
    tight = positions(trade([0, 1, 2, 1], [1, 0, 0, 3], [8.0, 8.0, 4.0, 1.0], 4), [8.0, 9.0, 4.0, 1.0])
    assert np.isfinite(tight.downstreamness).all()
    greedy = trade([0, 0, 1], [0, 1, 2], [5.0, 1.0, 1.0], 3)
    found = positions(greedy, [6.0, 1.0, 2.0])
    assert np.isfinite(found.downstreamness).all()
    whole = trade([0, 1], [0, 1], [5.0, 1.0], 2)
    assert np.isnan(positions(whole, [5.0, 2.0]).downstreamness).tolist() == [True, False]


@given(seed=st.integers(0, 10_000), share=st.sampled_from([0.2, 0.5, 1.0]))
def test_influence_adds_up_to_1_but_for_the_leak(seed: int, share: float) -> None:
    goods, dense, _revenue = world(seed)
    vector, leak = influence(goods, share)
    bought = dense.sum(axis=0)
    table = dense / np.where(bought > 0, bought, 1)
    plain = share / 9 * np.linalg.solve(np.eye(9) - (1 - share) * table, np.ones(9))
    np.testing.assert_allclose(vector, plain, rtol=1e-10)
    assert vector.sum() + leak == pytest.approx(1)
    if (bought > 0).all():
        assert leak == pytest.approx(0, abs=1e-12)


def test_influence_is_pagerank_on_reversed_purchases() -> None:
    goods = trade([0, 1, 2, 0], [1, 2, 0, 2], [3.0, 2.0, 4.0, 1.0], 3)
    graph = networkx.DiGraph()
    links = goods.amounts.tocoo()
    graph.add_weighted_edges_from((int(j), int(i), float(w)) for i, j, w in zip(links.row, links.col, links.data, strict=True))
    rank = networkx.pagerank(graph, alpha=0.5, tol=1e-13, max_iter=1000)
    np.testing.assert_allclose(influence(goods, 0.5)[0], [rank[i] for i in range(3)], atol=1e-10)


def test_katz_needs_a_damping_below_the_inverse_of_the_radius() -> None:
    goods = trade([0, 1], [1, 0], [2.0, 2.0], 2)
    np.testing.assert_allclose(katz(goods, 0.25), [2.0, 2.0])
    with pytest.raises(ValueError, match="spectral radius"):
        katz(goods, 0.5)
    with pytest.raises(ValueError, match="above 0"):
        katz(goods, 0.0)


@given(seed=st.integers(0, 10_000))
def test_concentration_is_the_sum_of_squared_shares(seed: int) -> None:
    goods, dense, _revenue = world(seed)
    sector = np.arange(9) % 4
    found = purchases(goods, sector)
    plain = {}
    for j in range(9):
        for k in range(4):
            part = dense[sector == k, j]
            if part.sum() > 0:
                plain[j, k] = ((part / part.sum()) ** 2).sum(), int((part > 0).sum())
    assert {(int(b), int(s)) for b, s in zip(found.buyer, found.sector, strict=True)} == set(plain)
    for b, s, n, h in zip(found.buyer.tolist(), found.sector.tolist(), found.suppliers.tolist(), found.hhi.tolist(), strict=True):
        assert (h, n) == (pytest.approx(plain[b, s][0]), plain[b, s][1])
        assert 0 < h <= 1 + 1e-12
        assert 1 - 1e-9 <= effective_number(np.array([h]))[0] <= n + 1e-9


def test_a_single_source_has_1_and_a_market_without_sales_is_unknown() -> None:
    goods = trade([0, 1], [2, 2], [3.0, 1.0], 4)
    assert purchases(goods, [0, 1, 2, 3]).hhi.tolist() == [1.0, 1.0]
    found = markets(goods, [0, 0, 1, 1])
    assert found.hhi[0] == pytest.approx(10 / 16)
    assert np.isnan(found.hhi[1])
    np.testing.assert_allclose(found.substitutability, [0.25, 0.75, np.nan, np.nan])


@given(seed=st.integers(0, 10_000), dense_limit=st.sampled_from([0, 1500]))
def test_extraction_is_the_output_that_is_lost_when_row_and_column_are_empty(seed: int, dense_limit: int) -> None:
    goods, dense, revenue = world(seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("xinya.chain.engine.measures.hypothetical_extraction.DENSE", dense_limit)
        lost = extraction(goods, revenue)
    output = np.maximum(revenue, dense.sum(axis=1))
    final = output - dense.sum(axis=1)
    table = dense / np.where(output > 0, output, 1)
    for i in range(9):
        rest = table.copy()
        rest[i] = rest[:, i] = 0
        left = np.linalg.solve(np.eye(9) - rest, final)
        assert lost[i] == pytest.approx((output - left).sum(), rel=1e-8, abs=1e-9)


@given(seed=st.integers(0, 10_000))
def test_long_sums_and_direct_solves_agree(seed: int) -> None:
    goods, _dense, revenue = world(seed)
    direct = positions(goods, revenue)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solving, "DIRECT", 0)
        long = positions(goods, revenue)
    np.testing.assert_allclose(long.upstreamness, direct.upstreamness, rtol=1e-9)
    np.testing.assert_allclose(long.downstreamness, direct.downstreamness, rtol=1e-9)


@given(seed=st.integers(0, 10_000), share=st.sampled_from([0.1, 0.25]), block=st.sampled_from([1, 4, 64]))
def test_centralities_are_those_of_networkx(seed: int, share: float, block: int) -> None:
    goods, dense, _revenue = world(seed, share=share)
    graph = networkx.Graph()
    graph.add_nodes_from(range(9))
    graph.add_edges_from((i, j) for i in range(9) for j in range(9) if i != j and dense[i, j] > 0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("xinya.chain.engine.measures.nexus_suppliers.BLOCK", block)
        table = centralities(goods)
    degree, between, close = (
        networkx.degree_centrality(graph),
        networkx.betweenness_centrality(graph),
        networkx.harmonic_centrality(graph),
    )
    np.testing.assert_allclose(table[:, 0], [degree[i] for i in range(9)])
    np.testing.assert_allclose(table[:, 1], [close[i] / 8 for i in range(9)])
    np.testing.assert_allclose(table[:, 2], [between[i] for i in range(9)], atol=1e-12)
    assume(graph.number_of_edges())
    rank = networkx.pagerank(graph, alpha=0.85, tol=1e-13, max_iter=1000)
    alone = {i for i in range(9) if graph.degree(i) == 0}
    np.testing.assert_allclose(table[:, 3], [0 if i in alone else rank[i] / max(rank.values()) for i in range(9)], atol=1e-9)


@given(seed=st.integers(0, 10_000))
def test_nobody_is_scored_worse_than_by_any_weights_that_suit_all(seed: int) -> None:
    outputs = np.round(np.random.default_rng(seed).random((12, 4)), 1)
    score = envelopment(outputs)
    assert (score <= 1 + 1e-9).all()
    assert (score[outputs.any(axis=1)] > 0).all()
    assert not score[~outputs.any(axis=1)].any()
    for weights in np.random.default_rng(seed + 1).random((20, 4)):
        most = (outputs @ weights).max()
        if most > 0:
            assert (outputs @ weights / most <= score + 1e-9).all()
    if outputs.any():
        assert score.max() == pytest.approx(1)


def test_the_firm_between_two_groups_is_a_nexus() -> None:
    links = [(0, 1), (1, 2), (0, 2), (2, 3), (3, 4), (4, 5), (5, 6), (4, 6)]
    goods = trade([a for a, _b in links], [b for _a, b in links], np.ones(len(links)), 8)
    found = nexus(goods)
    assert found.index[3] == pytest.approx(1)
    assert found.index[7] == 0
    assert found.mean_rank[7] == found.mean_rank.min()


@pytest.mark.parametrize(
    ("links", "words"),
    [
        (([0, 5], [1, 1], [1.0, 1.0]), "row 1 names a firm"),
        (([0, 1], [1, 0], [1.0, -1.0]), "row 1 has no amount"),
        (([0, 1], [1, 0], [float("nan"), 1.0]), "row 0 has no amount"),
        (([0, 1], [1, 0], [1.0]), "one length"),
    ],
)
def test_wrong_links_are_refused_by_row(links: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        trade(links[0], links[1], links[2], 3)


def test_wrong_revenues_sectors_and_shares_are_refused() -> None:
    goods = trade([0], [1], [1.0], 2)
    for revenue in ([1.0], [1.0, -1.0], [1.0, float("nan")]):
        with pytest.raises(ValueError, match="revenue"):
            positions(goods, revenue)
    with pytest.raises(ValueError, match="no sector"):
        markets(goods, [0, -1])
    with pytest.raises(ValueError, match="labour share"):
        influence(goods, 0.0)


@given(seed=st.integers(0, 10_000), factor=st.sampled_from([1e-9, 1e6]))
def test_the_currency_unit_changes_no_measure_without_a_unit(seed: int, factor: float) -> None:
    goods, dense, revenue = world(seed)
    i, j = np.nonzero(dense)
    scaled = trade(i, j, dense[i, j] * factor, 9)
    one, other = positions(goods, revenue), positions(scaled, revenue * factor)
    np.testing.assert_allclose(one.upstreamness, other.upstreamness, rtol=1e-7)
    np.testing.assert_allclose(influence(goods)[0], influence(scaled)[0], rtol=1e-9)
    np.testing.assert_allclose(markets(goods, [0] * 9).hhi, markets(scaled, [0] * 9).hhi, rtol=1e-9)
    np.testing.assert_allclose(
        extraction(goods, revenue) * factor, extraction(scaled, revenue * factor), rtol=1e-7, atol=1e-12 * factor
    )
