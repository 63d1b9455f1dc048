"""Upstream closure (上游闭包) and chain completeness (链条完整度): chain-analytics 3.1 and 3.3. Pure."""

import math
from collections.abc import Collection, Mapping

Needs = Mapping[str, Collection[str]]


def upstream_closure(needs: Needs, product: str, *, depth: int | None = None) -> list[tuple[str, int]]:
    """Everything reachable from `product` along its inputs, with the least number of steps, sorted by (steps, code).

    `product` itself is left out even when it lies on a cycle. Cost: links reached. Raises ValueError for an unknown product
    or a depth below 1. Give `Atlas.needs` to follow inherited inputs too.
    """
    if product not in needs:
        raise ValueError(f"no segment {product}")
    if depth is not None and depth < 1:
        raise ValueError(f"depth must be at least 1, not {depth}")
    steps = {product: 0}
    frontier, step = [product], 0
    while frontier and (depth is None or step < depth):
        step += 1
        reached = []
        for here in frontier:
            for there in needs.get(here, ()):
                if there not in steps:
                    steps[there] = step
                    reached.append(there)
        frontier = reached
    del steps[product]
    return sorted(steps.items(), key=lambda item: (item[1], item[0]))


def chain_completeness(
    needs: Needs, product: str, made: Collection[str], *, depth: int = 3, decay: float = 0.5
) -> tuple[float, int, int]:
    """Share of what `product` needs that is made here, weighted by decay^(steps-1); with the counts made and needed.

    Returns (index in [0, 1] or NaN when no inputs are recorded, number made, number needed).
    Raises ValueError for an unknown product or a decay outside (0, 1].
    """
    if not 0 < decay <= 1:
        raise ValueError(f"decay must lie in (0, 1], not {decay}")
    closure = upstream_closure(needs, product, depth=depth)
    if not closure:
        return math.nan, 0, 0
    own = set(made)
    whole = math.fsum(decay ** (step - 1) for _code, step in closure)
    here = math.fsum(decay ** (step - 1) for code, step in closure if code in own)
    return here / whole, sum(1 for code, _step in closure if code in own), len(closure)
