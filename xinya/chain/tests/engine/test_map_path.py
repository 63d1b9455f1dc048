"""One path of a chain: through its segment, the nearest first, never more than can be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinya.chain.engine.map_parts import MapLink, MapNode
from xinya.chain.engine.map_path import path_of


def nodes_of(count: int) -> list[MapNode]:
    return [MapNode(f"n{i}", f"环节{i}", 0, "made", 0) for i in range(count)]


def links_of(pairs: list[tuple[int, int]]) -> list[MapLink]:
    return [MapLink(f"n{a}", f"n{b}", essential=(a + b) % 2 == 0) for a, b in pairs]


@st.composite
def chains(draw: st.DrawFn) -> tuple[list[MapNode], list[MapLink], str, int]:
    count = draw(st.integers(1, 30))
    pairs = draw(st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=80, unique=True))
    links = links_of([(a, b) for a, b in pairs if a != b])
    return nodes_of(count), links, f"n{draw(st.integers(0, count - 1))}", draw(st.integers(1, 30))


def reached(start: str, links: list[MapLink], up: bool) -> set[str]:
    found, edge = {start}, [start]
    while edge:
        here = edge.pop()
        for link in links:
            near, far = (link.target, link.source) if up else (link.source, link.target)
            if near == here and far not in found:
                found.add(far)
                edge.append(far)
    return found


@given(chains())
def test_a_path_holds_its_segment_and_only_what_lies_up_or_downstream(
    chain: tuple[list[MapNode], list[MapLink], str, int],
) -> None:
    nodes, links, code, most = chain
    kept, drawn = path_of(code, nodes, links, most=most)
    codes = {node.code for node in kept}
    assert code in codes
    assert len(kept) <= most
    assert codes <= reached(code, links, up=True) | reached(code, links, up=False)
    assert all(link.source in codes and link.target in codes for link in drawn)
    assert [n for n in nodes if n.code in codes] == kept
    # Everything that is drawn hangs together with the segment.
    assert codes == reached(code, drawn, up=True) | reached(code, drawn, up=False)


@given(chains())
def test_a_path_with_room_for_all_is_the_whole_of_what_is_reached(chain: tuple[list[MapNode], list[MapLink], str, int]) -> None:
    nodes, links, code, _most = chain
    kept, _drawn = path_of(code, nodes, links, most=len(nodes))
    assert {n.code for n in kept} == reached(code, links, up=True) | reached(code, links, up=False)


def test_the_nearest_come_first_and_essential_ones_before_the_others() -> None:
    nodes = nodes_of(6)
    links = links_of([(1, 0), (2, 0), (3, 2), (0, 4), (5, 3)])
    assert [n.code for n in path_of("n0", nodes, links, most=2)[0]] == ["n0", "n2"]
    assert [n.code for n in path_of("n0", nodes, links, most=4)[0]] == ["n0", "n1", "n2", "n4"]


def test_a_segment_of_another_chain_is_refused() -> None:
    with pytest.raises(ValueError, match="n9"):
        path_of("n9", nodes_of(3), [])
