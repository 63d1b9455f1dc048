"""One path of a chain: a segment, what it is made with and what is made with it; for chains too large to read whole."""

from collections.abc import Iterable, Sequence

from .map_parts import MapLink, MapNode

LARGEST_WHOLE = 150
"""Above so many segments a picture of the whole chain cannot be read any more (design/README.md section 6)."""
MOST_ON_PATH = 60


def path_of(
    code: str, nodes: Sequence[MapNode], links: Iterable[MapLink], *, most: int = MOST_ON_PATH
) -> tuple[list[MapNode], list[MapLink]]:
    """At most `most` segments around `code` with the links that lie on a path through it, in the order of the chain.

    Up and down are walked step by step and take turns; of one step essential links come first, then the order of the
    chain. Raises ValueError for a code that the chain does not have.
    """
    known = {node.code: i for i, node in enumerate(nodes)}
    if code not in known:
        raise ValueError(f"the chain has no segment {code}")
    drawn = [link for link in links if link.source in known and link.target in known]
    up, down = _next(drawn, "target", "source", known), _next(drawn, "source", "target", known)
    above, below = {code}, {code}
    edges: list[tuple[set[str], dict[str, list[str]], list[str]]] = [(above, up, [code]), (below, down, [code])]
    while any(edge for _seen, _to, edge in edges) and len(above | below) < most:
        for seen, to, edge in edges:
            found: list[str] = []
            for here in edge:
                for other in to.get(here, ()):
                    if other not in seen and len(above | below | {other}) <= most:
                        seen.add(other)
                        found.append(other)
            edge[:] = found
    kept = above | below
    on_path = [
        link for link in drawn if (link.source in above and link.target in above) or (link.source in below and link.target in below)
    ]
    return [node for node in nodes if node.code in kept], on_path


def _next(links: Iterable[MapLink], start: str, end: str, known: dict[str, int]) -> dict[str, list[str]]:
    found: dict[str, list[MapLink]] = {}
    for link in links:
        found.setdefault(getattr(link, start), []).append(link)
    return {
        code: [getattr(link, end) for link in sorted(rows, key=lambda r: (not r.essential, known[getattr(r, end)]))]
        for code, rows in found.items()
    }
