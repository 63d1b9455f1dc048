"""Inputs that a pack may lack, from what data say: edges of public graphs and statements of companies. Pure; merges nothing.

A pair (product, input) is proposed when neither the pack nor anything broader or narrower of the input covers it. Names become
segments through `resolve`, which the caller gives; a name that is none stays a text and is proposed only where it was stated by a
company, or where at least two different products of one source need it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .atlas import Atlas

EXAMPLES = 5
LEAST_TEXT_EDGES = 2
Resolve = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Edge:
    """One source says: `product` needs `input`. companies: who makes the product, or who states it. origin: the first sayer."""

    product: str
    input: str
    origin: str
    companies: tuple[str, ...] = ()
    is_statement: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one origin says for a proposal: distinct edges, companies behind them, examples as written."""

    origin: str
    edges: int
    companies: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """product needs input (a segment), or a thing that no segment is (input "", text). companies: over all origins, each once."""

    product: str
    input: str
    text: str
    evidence: tuple[Evidence, ...]
    companies: int

    @property
    def origins(self) -> int:
        return len(self.evidence)

    @property
    def edges(self) -> int:
        return sum(e.edges for e in self.evidence)


def is_covered(atlas: Atlas, product: str, wanted: str) -> bool:
    """Whether the packs say that `product` needs `wanted`, something broader, or a kind of it; or that one is a kind of the
    other."""
    if wanted in atlas.lines[product] or product in atlas.lines[wanted]:
        return True
    return any(known in atlas.lines[wanted] or wanted in atlas.lines[known] for known in atlas.needs.get(product, ()))


def proposals(atlas: Atlas, edges: Iterable[Edge], resolve: Resolve) -> list[Proposal]:
    """What the packs lack by these edges: most independent origins first, then most companies, most edges, then by code.

    Cost: one `resolve` a distinct name, and one step an edge.
    """
    known: dict[str, str | None] = {}

    def segment(name: str) -> str | None:
        if name not in known:
            known[name] = resolve(name)
        return known[name]

    found: dict[tuple[str, str, str], dict[str, dict[str, set[str]]]] = {}
    stated: set[tuple[str, str, str]] = set()
    for edge in edges:
        product = segment(edge.product)
        if product is None:
            continue
        wanted = segment(edge.input)
        if wanted is not None and is_covered(atlas, product, wanted):
            continue
        key = (product, wanted or "", "" if wanted else edge.input.strip()[:200])
        if not (key[1] or key[2]):
            continue
        own = found.setdefault(key, {}).setdefault(edge.origin, {"edges": set(), "companies": set()})
        own["edges"].add(f"{edge.product} ← {edge.input}")
        own["companies"].update(edge.companies)
        if edge.is_statement:
            stated.add(key)
    made = [_proposal(key, origins) for key, origins in found.items()]
    kept = [p for p in made if p.input or p.edges >= LEAST_TEXT_EDGES or (p.product, p.input, p.text) in stated]
    return sorted(kept, key=lambda p: (-p.origins, -p.companies, -p.edges, p.product, p.input, p.text))


def _proposal(key: tuple[str, str, str], origins: dict[str, dict[str, set[str]]]) -> Proposal:
    evidence = tuple(
        Evidence(origin, len(said["edges"]), len(said["companies"]), tuple(sorted(said["edges"])[:EXAMPLES]))
        for origin, said in sorted(origins.items())
    )
    return Proposal(*key, evidence, len(set().union(*(said["companies"] for said in origins.values()))))
