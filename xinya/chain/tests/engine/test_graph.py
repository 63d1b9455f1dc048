"""Searches on a chain graph: plain and compiled loops, one product at a time, NetworkX and a recursive query all say the same."""

import sqlite3
from typing import Any

import networkx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinya.chain.engine.closure import upstream_closure
from xinya.chain.engine.graph import ChainGraph, chain_graph, closures, gap_diagnosis, rows_of_pairs, search
from xinya.chain.files import shipped_atlas
from xinya.kit.compiled import has_numba

FAST = [False, True] if has_numba() else [False]


@st.composite
def worlds(draw: st.DrawFn) -> tuple[ChainGraph, dict[str, Any]]:
    """A small graph with cycles, loops and repeated links, and the lists it is made of."""
    products, companies = draw(st.integers(1, 12)), draw(st.integers(1, 6))
    product, company = st.integers(0, products - 1), st.integers(0, companies - 1)
    lists = {
        "inputs": draw(st.lists(st.tuples(product, product), max_size=40)),
        "makes": draw(st.lists(st.tuples(company, product), max_size=15)),
        "broader": draw(st.lists(st.tuples(product, product), max_size=8)),
    }
    pairs = {name: (np.array([p[0] for p in some], int), np.array([p[1] for p in some], int)) for name, some in lists.items()}
    residents = draw(st.lists(company, max_size=6))
    graph = chain_graph(products, companies, pairs["inputs"], pairs["makes"], pairs["broader"])
    return graph, lists | {"residents": residents, "products": products}


@pytest.mark.long
@pytest.mark.parametrize("fast", FAST)
@given(world=worlds(), depth=st.one_of(st.none(), st.integers(1, 4)))
def test_a_batch_of_closures_is_each_closure(fast: bool, world: tuple[ChainGraph, dict[str, Any]], depth: int | None) -> None:
    graph, told = world
    needs = {str(p): [str(b) for a, b in told["inputs"] if a == p] for p in range(told["products"])}
    asked = [*range(told["products"]), 0]
    found = closures(graph, asked, depth=depth, fast=fast)
    for i, product in enumerate(asked):
        here = slice(found.starts[i], found.starts[i + 1])
        plain = [(int(code), steps) for code, steps in upstream_closure(needs, str(product), depth=depth)]
        assert list(zip(found.products[here].tolist(), found.steps[here].tolist(), strict=True)) == sorted(
            plain, key=lambda p: (p[1], p[0])
        )


@pytest.mark.parametrize("fast", FAST)
@given(world=worlds())
def test_closures_are_those_of_a_recursive_query(fast: bool, world: tuple[ChainGraph, dict[str, Any]]) -> None:
    graph, told = world
    db = sqlite3.connect(":memory:")
    db.execute("create table inputs (product int, input int)")
    db.executemany("insert into inputs values (?, ?)", [p for p in told["inputs"] if p[0] != p[1]])
    found = closures(graph, [0], fast=fast)
    rows = db.execute(
        "with recursive up(x) as (select input from inputs where product = 0 "
        "union select input from inputs join up on product = x) "
        "select x from up where x <> 0 order by x"
    ).fetchall()
    assert sorted(found.products.tolist()) == [x for (x,) in rows]


@pytest.mark.parametrize("fast", FAST)
@given(world=worlds(), depth=st.one_of(st.none(), st.integers(1, 4)))
def test_a_closure_with_kinds_follows_what_broader_kinds_need(
    fast: bool, world: tuple[ChainGraph, dict[str, Any]], depth: int | None
) -> None:
    """The kinds above each product by NetworkX, circles among them; then one closure at a time."""
    graph, told = world
    kinds = networkx.DiGraph(told["broader"])
    kinds.add_nodes_from(range(told["products"]))
    lines = {p: {p, *networkx.descendants(kinds, p)} for p in range(told["products"])}
    needs = {str(p): [str(b) for a, b in told["inputs"] if a in lines[p] and b not in (a, p)] for p in lines}
    asked = [*range(told["products"]), 0]
    found = closures(graph, asked, depth=depth, with_kinds=True, fast=fast)
    for i, product in enumerate(asked):
        here = slice(found.starts[i], found.starts[i + 1])
        plain = [(int(code), steps) for code, steps in upstream_closure(needs, str(product), depth=depth)]
        got = list(zip(found.products[here].tolist(), found.steps[here].tolist(), strict=True))
        assert got == sorted(plain, key=lambda p: (p[1], p[0]))


@pytest.mark.long
@pytest.mark.parametrize("fast", FAST)
def test_a_closure_with_kinds_of_the_shipped_packs_is_what_their_atlas_says(fast: bool) -> None:
    atlas = shipped_atlas()
    codes = sorted(atlas.segments)
    at = {code: n for n, code in enumerate(codes)}
    inputs = [at[i.product] for i in atlas.inputs], [at[i.input] for i in atlas.inputs]
    kinds = [(at[c], at[s.broader]) for c, s in atlas.segments.items() if s.broader]
    graph = chain_graph(len(codes), 0, inputs, ([], []), ([c for c, _b in kinds], [b for _c, b in kinds]))
    found = closures(graph, range(len(codes)), with_kinds=True, fast=fast)
    for n, code in enumerate(codes):
        here = slice(found.starts[n], found.starts[n + 1])
        got = sorted((codes[p], s) for p, s in zip(found.products[here].tolist(), found.steps[here].tolist(), strict=True))
        assert got == sorted(upstream_closure(atlas.needs, code))


def plainly(told: dict[str, Any], depth: int, with_kinds: bool) -> list[tuple[int, int, int, int]]:
    """Gap diagnosis with NetworkX, straight from its definition."""
    graph = networkx.DiGraph([p for p in told["inputs"] if p[0] != p[1]])
    graph.add_nodes_from(range(told["products"]))
    residents = set(told["residents"])
    makes = {c: {p for a, p in told["makes"] if a == c} for c in {a for a, _p in told["makes"]} | residents}
    own = {p for c in residents for p in makes[c]}
    if with_kinds:
        kinds = networkx.DiGraph(told["broader"])
        kinds.add_nodes_from(range(told["products"]))
        own |= {b for p in list(own) for b in networkx.descendants(kinds, p)}
    buyers: dict[int, set[int]] = {}
    least: dict[int, int] = {}
    for c in residents:
        for p in makes[c]:
            for x, steps in networkx.single_source_shortest_path_length(graph, p, cutoff=depth).items():
                if steps and x not in own:
                    buyers.setdefault(x, set()).add(c)
                    least[x] = min(least.get(x, steps), steps)
    makers = {x: sum(1 for c in makes if x in makes[c] and c not in residents) for x in buyers}
    rows = [(x, len(buyers[x]), makers[x], least[x]) for x in buyers]
    return sorted(rows, key=lambda r: (-r[1], -r[2], r[0]))


@pytest.mark.parametrize("fast", FAST)
@given(world=worlds(), depth=st.integers(1, 4), with_kinds=st.booleans(), block=st.sampled_from([1, 3, 1000]))
def test_gap_diagnosis_is_its_definition_in_blocks_of_any_size(
    fast: bool, world: tuple[ChainGraph, dict[str, Any]], depth: int, with_kinds: bool, block: int
) -> None:
    graph, told = world
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "PAIRS_AT_ONCE", block)
        found = gap_diagnosis(graph, told["residents"], depth=depth, with_kinds=with_kinds, fast=fast)
    columns = (found.products, found.buyers, found.makers_out, found.steps)
    assert list(zip(*(c.tolist() for c in columns), strict=True)) == plainly(told, depth, with_kinds)


def test_what_is_not_there_is_refused() -> None:
    graph = chain_graph(3, 2, ([0], [1]), ([0], [0]))
    for fast in FAST:
        with pytest.raises(ValueError, match="no product 3"):
            closures(graph, [3], fast=fast)
        with pytest.raises(ValueError, match="no company -1"):
            gap_diagnosis(graph, [-1], fast=fast)
        with pytest.raises(ValueError, match="at least 1"):
            gap_diagnosis(graph, [0], depth=0, fast=fast)
        with pytest.raises(ValueError, match="at least 1"):
            closures(graph, [0], depth=0, fast=fast)
    with pytest.raises(ValueError, match="pair 1: \\(0, 5\\)"):
        rows_of_pairs([0, 0], [1, 5], 3, width=3)
    with pytest.raises(ValueError, match="as many members"):
        rows_of_pairs([0, 0], [1], 3, width=3)


def test_without_the_extra_the_compiled_loops_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent() -> None:
        raise ImportError("numba")

    monkeypatch.setattr(search, "_compiled", absent)
    graph = chain_graph(3, 2, ([0], [1]), ([0], [0]))
    assert closures(graph, [0]).products.tolist() == [1]
    with pytest.raises(ValueError, match="extra `fast`"):
        closures(graph, [0], fast=True)


def test_a_long_queue_grows() -> None:
    count = 3000
    graph = chain_graph(
        count + 2,
        1,
        (
            np.concatenate([np.zeros(count, int), np.arange(1, count + 1)]),
            np.concatenate([np.arange(1, count + 1), np.full(count, count + 1)]),
        ),
        ([0], [0]),
    )
    for fast in FAST:
        found = gap_diagnosis(graph, [0], depth=2, fast=fast)
        assert len(found.products) == count + 1
        assert found.steps[found.products == count + 1].tolist() == [2]
        assert len(closures(graph, [0] * 30, fast=fast).products) == 30 * (count + 1)
