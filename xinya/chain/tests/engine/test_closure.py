"""Upstream closure and completeness (chain-analytics 3.1 and 3.3), against networkx and a recursive SQL query."""

import math
import sqlite3

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinya.chain.engine import chain_completeness, upstream_closure

from .worlds import small_atlas

Graph = dict[str, list[str]]

RECURSIVE = """
WITH RECURSIVE reached(code, steps) AS (
    SELECT :start, 0
    UNION
    SELECT link.input, reached.steps + 1 FROM reached JOIN link ON link.product = reached.code
    WHERE reached.steps < :depth
)
SELECT code, MIN(steps) FROM reached WHERE code <> :start GROUP BY code ORDER BY 2, 1
"""


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Up to nine segments with any inputs, cycles and links to themselves included."""
    codes = [f"s{i}" for i in range(draw(st.integers(1, 9)))]
    return {c: draw(st.lists(st.sampled_from(codes), max_size=4)) for c in codes}


@given(graphs(), st.integers(1, 6) | st.none())
def test_the_closure_is_what_networkx_walks(graph: Graph, depth: int | None) -> None:
    net = nx.DiGraph([(a, b) for a, inputs in graph.items() for b in inputs])
    net.add_nodes_from(graph)
    for start in graph:
        lengths = nx.single_source_shortest_path_length(net, start, cutoff=depth)
        expected = sorted(((c, n) for c, n in lengths.items() if c != start), key=lambda item: (item[1], item[0]))
        assert upstream_closure(graph, start, depth=depth) == expected


@given(graphs(), st.integers(1, 6))
def test_the_closure_is_what_a_recursive_query_answers(graph: Graph, depth: int) -> None:
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE TABLE link (product TEXT, input TEXT)")
        database.executemany("INSERT INTO link VALUES (?, ?)", [(a, b) for a, inputs in graph.items() for b in inputs])
        for start in graph:
            rows = database.execute(RECURSIVE, {"start": start, "depth": depth}).fetchall()
            assert upstream_closure(graph, start, depth=depth) == rows
    database.close()


def test_a_product_on_a_cycle_is_not_its_own_material() -> None:
    ring = {"a": ["b"], "b": ["c"], "c": ["a", "b"]}
    assert upstream_closure(ring, "a") == [("b", 1), ("c", 2)]
    assert upstream_closure(ring, "c") == [("a", 1), ("b", 1)]
    assert upstream_closure({"a": ["a"]}, "a") == []


def test_the_closure_stops_at_the_depth_asked_for_and_takes_the_shortest_way() -> None:
    line = {"a": ["b", "c"], "b": ["c"], "c": ["d"], "d": []}
    assert upstream_closure(line, "a", depth=1) == [("b", 1), ("c", 1)]
    assert upstream_closure(line, "a") == [("b", 1), ("c", 1), ("d", 2)]


def test_inputs_of_the_broader_segment_are_reached_too() -> None:
    atlas = small_atlas([("cell", "foil", True), ("foil", "copper", True)], broader={"power-cell": "cell"})
    assert upstream_closure(atlas.needs, "power-cell") == [("foil", 1), ("copper", 2)]
    assert upstream_closure({"power-cell": [], "cell": ["foil"], "foil": []}, "power-cell") == []


def test_an_unknown_product_or_a_depth_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="no segment x"):
        upstream_closure({"a": []}, "x")
    with pytest.raises(ValueError, match="depth must be at least 1, not 0"):
        upstream_closure({"a": []}, "a", depth=0)


def test_completeness_weighs_each_step_half() -> None:
    needs: Graph = {"a": ["b", "c"], "b": ["d"], "c": [], "d": ["e"], "e": ["f"], "f": []}
    assert chain_completeness(needs, "a", {"b", "d"}) == ((1 + 0.5) / (1 + 1 + 0.5 + 0.25), 2, 4)
    assert chain_completeness(needs, "a", {"b", "d"}, depth=1) == (0.5, 1, 2)
    assert chain_completeness(needs, "a", {"b", "d"}, decay=1.0) == (0.5, 2, 4)
    assert chain_completeness(needs, "a", set(needs), depth=9) == (1.0, 5, 5)


def test_completeness_of_a_product_without_inputs_is_unknown_and_not_one() -> None:
    index, made, needed = chain_completeness({"a": []}, "a", {"a"})
    assert math.isnan(index)
    assert (made, needed) == (0, 0)


@pytest.mark.parametrize("decay", [0.0, -0.5, 1.5, math.nan])
def test_a_decay_outside_the_unit_interval_is_refused(decay: float) -> None:
    with pytest.raises(ValueError, match="decay must lie in"):
        chain_completeness({"a": ["b"], "b": []}, "a", set(), decay=decay)


@given(graphs(), st.data())
def test_completeness_lies_between_nothing_and_all_and_grows_with_what_is_made(graph: Graph, chance: st.DataObject) -> None:
    start = chance.draw(st.sampled_from(sorted(graph)))
    made = chance.draw(st.sets(st.sampled_from(sorted(graph))))
    more = made | chance.draw(st.sets(st.sampled_from(sorted(graph))))
    closure = upstream_closure(graph, start, depth=3)
    index, here, needed = chain_completeness(graph, start, made)
    if not closure:
        assert math.isnan(index)
        return
    weights = {code: 0.5 ** (steps - 1) for code, steps in closure}
    assert index == pytest.approx(sum(w for c, w in weights.items() if c in made) / sum(weights.values()), abs=1e-12)
    assert (here, needed) == (len(made & set(weights)), len(weights))
    assert 0 <= index <= chain_completeness(graph, start, more)[0] <= 1
