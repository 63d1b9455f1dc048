"""Upstream closure (chain-analytics 3.1) against NetworkX, on the shipped packs and on a larger made-up graph."""

import random
from collections.abc import Iterator

import networkx

from bench.clock import best
from xinya.chain.engine import upstream_closure
from xinya.chain.files import shipped_atlas

DEPTH = 3
Graph = dict[str, dict[str, bool]]


def made_up(products: int = 20_000, links: int = 80_000, seed: int = 0) -> Graph:
    """A graph of the given size, links drawn at random."""
    draw = random.Random(seed)
    names = [f"p{i}" for i in range(products)]
    needs: Graph = {name: {} for name in names}
    for _ in range(links):
        needs[draw.choice(names)][draw.choice(names)] = True
    return needs


def theirs(graph: "networkx.DiGraph[str]", codes: list[str]) -> list[list[tuple[str, int]]]:
    found = []
    for code in codes:
        steps = networkx.single_source_shortest_path_length(graph, code, cutoff=DEPTH)
        found.append(sorted(((c, n) for c, n in steps.items() if n), key=lambda item: (item[1], item[0])))
    return found


def run() -> Iterator[str]:
    """One line a graph."""
    for name, needs, codes in (
        ("shipped packs", shipped_atlas().needs, list(shipped_atlas().needs)),
        ("made-up graph", made_up(), [f"p{i}" for i in range(0, 20_000, 20)]),
    ):
        graph = networkx.DiGraph((p, i) for p, inputs in needs.items() for i in inputs)
        graph.add_nodes_from(needs)
        links = sum(map(len, needs.values()))
        ours, mine = best(lambda needs=needs, codes=codes: [upstream_closure(needs, c, depth=DEPTH) for c in codes])
        peer, other = best(lambda graph=graph, codes=codes: theirs(graph, codes))
        same = "same results" if mine == other else "RESULTS DIFFERS"
        yield (
            f"closure, {name} ({len(needs)} segments, {links} links, {len(codes)} closures, depth {DEPTH}): "
            f"ours {ours * 1e6 / len(codes):.1f} us, NetworkX {peer * 1e6 / len(codes):.1f} us each, "
            f"ratio {peer / ours:.1f}; {same}"
        )
