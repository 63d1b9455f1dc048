"""Gap diagnosis and batched closures (chain-analytics 3.1, 3.2) on data/ckg and on a large made-up graph, each against its peers.

CPU seconds of one thread, best of five. Set-up is excluded on both sides: the graph stands in each program's own form, SQLite has
its tables and indexes. Every answer is compared. The compiled loops need the extra `fast`.
"""

import random
import sqlite3
import subprocess
import sys
from collections.abc import Iterator

import networkx
import numpy as np
import rustworkx

from bench.ckg import has_listed, listed
from bench.clock import best
from xinya.chain.engine.graph import ChainGraph, Gaps, chain_graph, closures, gap_diagnosis
from xinya.kit.compiled import has_numba

RESIDENTS, DEPTH, CLOSURES = 500, 3, 1000
BARS = {"NetworkX": (4, 60), "SQLite's recursive query": (None, 150), "SQLite tuned": (None, None)}
Row = tuple[int, int, int, int]

# As the definition reads, on ordinary tables with an index on every column that is joined.
RECURSIVE = f"""
with recursive reach(company, product, steps) as (
  select m.company, m.product, 0 from makes m join zone z on z.company = m.company
  union
  select r.company, i.input, r.steps + 1 from reach r join inputs i on i.product = r.product where r.steps < {DEPTH})
select product, count(distinct company) as buyers,
  (select count(*) from makes m where m.product = r.product and m.company not in (select company from zone)) as makers_out,
  min(steps)
from reach r where steps > 0 and product not in (select m.product from makes m join zone z on z.company = m.company)
group by product order by buyers desc, makers_out desc, product
"""
# The same tuned: tables that are their own indexes, and only what has inputs enters the recursion.
TUNED = f"""
with recursive
  start(company, product) as (select m.company, m.product from zone z join makes m on m.company = z.company),
  reach(company, product, steps) as (
    select s.company, i.input, 1 from start s join inputs i on i.product = s.product
    union
    select r.company, i.input, r.steps + 1 from reach r join inputs i on i.product = r.product where r.steps < {DEPTH})
select product, count(distinct company) as buyers,
  (select count(*) from makes m where m.product = r.product and m.company not in (select company from zone)) as makers_out,
  min(steps)
from reach r where product not in (select product from start) group by product
order by buyers desc, makers_out desc, product
"""


def with_networkx(
    graph: "networkx.DiGraph[int]", makes: dict[int, list[int]], makers: dict[int, int], zone: list[int]
) -> list[Row]:
    """The definition: a search from every product of every resident. No resident makes a gap, so every maker of it is outside."""
    own = {product for company in zone for product in makes[company]}
    buyers: dict[int, int] = {}
    least: dict[int, int] = {}
    for company in zone:
        reached: dict[int, int] = {}
        for product in makes[company]:
            for x, steps in networkx.single_source_shortest_path_length(graph, product, cutoff=DEPTH).items():
                if steps and x not in own:
                    reached[x] = min(steps, reached.get(x, steps))
        for x, steps in reached.items():
            buyers[x] = buyers.get(x, 0) + 1
            least[x] = min(steps, least.get(x, steps))
    found = ((x, n, makers.get(x, 0), least[x]) for x, n in buyers.items())
    return sorted(found, key=lambda row: (-row[1], -row[2], row[0]))


def database(inputs: list[tuple[int, int]], makes: list[tuple[int, int]], zone: list[int], *, is_tuned: bool) -> sqlite3.Connection:
    """The graph in memory; tuned: each table is its own index."""
    db = sqlite3.connect(":memory:")
    for name, one, other, pairs in (("inputs", "product", "input", inputs), ("makes", "company", "product", makes)):
        key = f", primary key ({one}, {other})) without rowid" if is_tuned else ")"
        db.execute(f"create table {name} ({one} integer, {other} integer{key}")
        db.executemany(f"insert into {name} values (?, ?)", pairs)
        if not is_tuned:
            db.execute(f"create index {name}_{one} on {name} ({one})")
    db.execute("create table zone (company integer primary key)")
    db.executemany("insert into zone values (?)", [(c,) for c in zone])
    db.execute("create index maker on makes (product)")
    return db


def rows(found: Gaps) -> list[Row]:
    return list(zip(found.products.tolist(), found.buyers.tolist(), found.makers_out.tolist(), found.steps.tolist(), strict=True))


def _against(bar: int | None) -> str:
    return f" (bar {bar})" if bar else ""


def _verdict(is_same: bool) -> str:
    return "same results" if is_same else "RESULTS DIFFERS"


def run() -> Iterator[str]:
    """Diagnosis, closures, and the large graph."""
    if not has_listed():
        yield "gap diagnosis: data/ckg does not lie beside the repository; not measured"
        return
    given = listed()
    graph = chain_graph(len(given.names), len(given.companies), given.inputs, given.makes)
    zone = sorted(random.Random(0).sample(range(len(given.companies)), RESIDENTS))
    yield from _diagnosis(graph, zone)
    yield from _closures(graph)
    yield from _large()


def _links(graph: ChainGraph) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    out = []
    for part in (graph.inputs, graph.makes):
        owner, ids = part.gathered(np.arange(len(part)))
        out.append(list(zip(owner.tolist(), ids.tolist(), strict=True)))
    return out[0], out[1]


def _diagnosis(graph: ChainGraph, zone: list[int]) -> Iterator[str]:
    inputs, makes = _links(graph)
    peer = networkx.DiGraph(inputs)
    peer.add_nodes_from(range(graph.products))
    by_company: dict[int, list[int]] = {}
    for company, product in makes:
        by_company.setdefault(company, []).append(product)
    makers = {x: int(n) for x, n in enumerate(graph.makers.tolist()) if n}
    plain, tuned = (database(inputs, makes, zone, is_tuned=is_tuned) for is_tuned in (False, True))
    others = {
        "NetworkX": best(lambda: with_networkx(peer, by_company, makers, zone)),
        "SQLite's recursive query": best(lambda: list(plain.execute(RECURSIVE))),
        "SQLite tuned": best(lambda: list(tuned.execute(TUNED))),
    }
    residents = np.array(zone)
    for fast in (False, True) if has_numba() else (False,):
        gap_diagnosis(graph, residents, depth=DEPTH, fast=fast)
        ours, found = best(lambda fast=fast: gap_diagnosis(graph, residents, depth=DEPTH, fast=fast), 200)
        mine = rows(found)
        for name, (seconds, theirs) in others.items():
            bar = BARS[name][fast]
            yield (
                f"gap diagnosis on ckg, {len(zone)} residents, depth {DEPTH}, {len(mine)} gaps, "
                f"{'compiled' if fast else 'base'}: ours {ours * 1e3:.3f} ms, {name} {seconds * 1e3:.1f} ms, "
                f"ratio {seconds / ours:.0f}{_against(bar)}; {_verdict(mine == theirs)}"
            )
    if not has_numba():
        yield "gap diagnosis: the extra `fast` is not installed; the compiled loops are not measured"


def _closures(graph: ChainGraph) -> Iterator[str]:
    owners = np.flatnonzero(np.diff(graph.inputs.starts))
    asked = np.array(random.Random(0).sample(owners.tolist(), CLOSURES))
    inputs, _makes = _links(graph)
    rust = rustworkx.PyDiGraph()
    rust.add_nodes_from(range(graph.products))
    rust.add_edges_from_no_data(inputs)
    plain = networkx.DiGraph(inputs)
    others = {
        "rustworkx": best(lambda: [rustworkx.descendants(rust, product) for product in asked.tolist()]),
        "NetworkX": best(lambda: [networkx.descendants(plain, product) for product in asked.tolist()]),
    }
    for fast in (False, True) if has_numba() else (False,):
        closures(graph, asked, fast=fast)
        ours, found = best(lambda fast=fast: closures(graph, asked, fast=fast), 50)
        mine = [set(part.tolist()) for part in np.split(found.products, found.starts[1:-1])]
        for name, (seconds, theirs) in others.items():
            bar = {"rustworkx": 5, "NetworkX": 30}[name] if fast else None
            yield (
                f"closures on ckg, {CLOSURES} at once with steps, {'compiled' if fast else 'base'}: "
                f"ours {ours * 1e6 / CLOSURES:.2f} us, {name} without steps {seconds * 1e6 / CLOSURES:.2f} us each, "
                f"ratio {seconds / ours:.1f}{_against(bar)}; {_verdict(mine == theirs)}"
            )


LARGE = """
import resource, sys, time
import numpy as np
from xinya.chain.engine.graph import chain_graph, gap_diagnosis
fast = sys.argv[1] == "fast"
draw = np.random.default_rng(0)
products, links, companies, zone = 1_000_000, 5_000_000, 200_000, 20_000
graph = chain_graph(
    products, companies, (draw.integers(0, products, links), draw.integers(0, products, links)),
    (np.repeat(np.arange(companies), 3), draw.integers(0, products, 3 * companies)))
residents = draw.choice(companies, zone, replace=False)
gap_diagnosis(graph, residents[:10], fast=fast)
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
before = peak()
cpu = []
for _ in range(3):
    begun = time.process_time()
    found = gap_diagnosis(graph, residents, fast=fast)
    cpu.append(time.process_time() - begun)
print(min(cpu), peak(), len(found.products), int(found.buyers.sum()), int((found.steps * np.int64(found.buyers)).sum()), before)
"""


def _large() -> Iterator[str]:
    """1 M products, 5 M inputs, 200,000 companies with three products each, 20,000 residents, in a process of its own."""
    answers = {}
    for way in ("base", "fast") if has_numba() else ("base",):
        ended = subprocess.run([sys.executable, "-c", LARGE, way], capture_output=True, text=True, check=True)
        seconds, peak, *sums, before = (float(word) for word in ended.stdout.split())
        answers[way] = sums
        same = "" if len(answers) < 2 else "; same sums" if answers["base"] == sums else "; RESULTS DIFFERS"
        yield (
            f"gap diagnosis, made-up graph of 1,000,000 products, 5,000,000 inputs, 200,000 companies, 20,000 residents, "
            f"{'compiled' if way == 'fast' else 'base'}: {seconds:.2f} s of CPU (bar 1.5 s), {sums[0]:,.0f} gaps, "
            f"peak {peak:.0f} MB, {before:.0f} MB of it the set-up (bar 1,500 MB){same}"
        )
