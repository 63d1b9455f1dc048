"""Who needs what in a zone, how strongly, with which score: the engine against the same rules read plainly with NetworkX."""

import random
from collections.abc import Iterator

import networkx

from bench.clock import best
from xinya.chain.engine import Limits, Resident, diagnose
from xinya.chain.engine.atlas import Atlas
from xinya.chain.files import shipped_atlas

SIZES = (49, 1_000, 10_000)
Totals = dict[str, tuple[float, float, int | None]]


def residents(atlas: Atlas, count: int, seed: int = 0) -> list[Resident]:
    """Made-up companies, one to three segments each."""
    draw = random.Random(seed)
    codes = sorted(atlas.segments)
    return [Resident(f"c{i}", tuple(draw.sample(codes, draw.randint(1, 3))), i == 0, draw.random() < 0.3) for i in range(count)]


def plainly(atlas: Atlas, companies: list[Resident], limits: Limits) -> Totals:
    """Demand, score and least steps of each segment, with NetworkX searching from each company, all links and essential ones."""
    every = networkx.DiGraph((p, i) for p, inputs in atlas.needs.items() for i in inputs)
    strict = networkx.DiGraph((p, i) for p, inputs in atlas.needs.items() for i, is_essential in inputs.items() if is_essential)
    for graph in (every, strict):
        graph.add_nodes_from(atlas.segments)
    demand, score = dict.fromkeys(atlas.segments, 0.0), dict.fromkeys(atlas.segments, 0.0)
    least: dict[str, int] = {}
    for r in companies:
        made = {above for code in r.makes for above in atlas.lines[code]}
        near = [_steps(graph, made, limits.depth) for graph in (every, strict)]
        for code, steps in near[0].items():
            if code in made:
                continue
            best_strict = near[1].get(code)
            strength = 1.0 if best_strict == steps else 0.5
            worth = strength * limits.decay ** (steps - 1)
            if best_strict is not None:
                worth = max(worth, limits.decay ** (best_strict - 1))
            score[code] += r.weight * worth
            demand[code] += strength if steps == 1 else 0.0
            least[code] = min(least.get(code, steps), steps)
    return {code: (demand[code], score[code], least.get(code)) for code in atlas.segments}


def _steps(graph: "networkx.DiGraph[str]", made: set[str], depth: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for code in made:
        for there, steps in networkx.single_source_shortest_path_length(graph, code, cutoff=depth).items():
            found[there] = min(found.get(there, steps), steps)
    return found


def run() -> Iterator[str]:
    """One line a size."""
    atlas, limits = shipped_atlas(), Limits()
    for size in SIZES:
        companies = residents(atlas, size)
        runs = 5 if size < 10_000 else 2
        ours, made = best(lambda companies=companies: diagnose(atlas, companies), runs)
        peer, other = best(lambda companies=companies: plainly(atlas, companies, limits), runs)
        mine = {code: (f.demand, f.score, f.depth) for code, f in made.findings.items()}
        same = "same demand, score and steps" if mine == other else "RESULTS DIFFERS"
        yield (
            f"diagnosis, {size} companies on {len(atlas.segments)} segments: "
            f"ours {ours * 1e3:.1f} ms with all verdicts, ranks and names, "
            f"NetworkX {peer * 1e3:.1f} ms for the sums alone, ratio {peer / ours:.1f}; {same}"
        )
