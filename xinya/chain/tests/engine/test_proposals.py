"""Proposed inputs: nothing that the packs cover already, evidence counted by independent sources, texts only with ground."""

from hypothesis import given
from hypothesis import strategies as st

from xinya.chain.engine import Atlas, Chain, Column, Input, Segment
from xinya.chain.engine.proposals import Edge, is_covered, proposals

CODES = ("cell", "power-cell", "separator", "wet-separator", "foil", "ore")
BROADER = {"power-cell": "cell", "wet-separator": "separator"}
ATLAS = Atlas(
    (
        Chain(
            "batteries", "电池", "Batteries", columns=(Column("all", "全部", "All", "mid"),),
            members=tuple((c, "all") for c in CODES), inputs=(Input("cell", "separator"),),
        ),
    ),
    {c: Segment(c, c, c, broader=BROADER.get(c)) for c in CODES},
)  # fmt: skip


def resolve(name: str) -> str | None:
    return name if name in CODES else None


def test_what_the_packs_say_already_is_not_proposed() -> None:
    assert is_covered(ATLAS, "cell", "separator")
    assert is_covered(ATLAS, "power-cell", "separator")  # inherited from the broader segment
    assert is_covered(ATLAS, "cell", "wet-separator")  # a kind of what is there
    assert is_covered(ATLAS, "cell", "power-cell")  # one line
    assert not is_covered(ATLAS, "cell", "foil")
    edges = [Edge("cell", "separator", "a"), Edge("power-cell", "wet-separator", "a"), Edge("power-cell", "cell", "a")]
    assert proposals(ATLAS, edges, resolve) == []


def test_evidence_is_counted_by_origin_and_a_copy_counts_once() -> None:
    edges = [
        Edge("cell", "foil", "graph", ("m1", "m2")), Edge("cell", "foil", "graph", ("m1",)),
        Edge("cell", "foil", "甲公司", ("甲公司",), is_statement=True),
    ]  # fmt: skip
    (one,) = proposals(ATLAS, edges, resolve)
    assert (one.product, one.input, one.origins, one.edges, one.companies) == ("cell", "foil", 2, 2, 3)
    assert {e.origin: e.companies for e in one.evidence} == {"graph": 2, "甲公司": 1}


def test_a_text_without_a_segment_needs_a_statement_or_two_products() -> None:
    assert proposals(ATLAS, [Edge("cell", "胶", "graph")], resolve) == []
    (stated,) = proposals(ATLAS, [Edge("cell", "胶", "甲公司", ("甲公司",), is_statement=True)], resolve)
    assert (stated.input, stated.text) == ("", "胶")
    assert proposals(ATLAS, [Edge("不知道", "foil", "graph")], resolve) == []


def test_more_independent_sources_stand_first() -> None:
    edges = [Edge("cell", "ore", "g", tuple("abcdef")), Edge("cell", "foil", "g"), Edge("cell", "foil", "h")]
    assert [p.input for p in proposals(ATLAS, edges, resolve)] == ["foil", "ore"]


@given(st.lists(st.tuples(st.sampled_from([*CODES, "胶", ""]), st.sampled_from([*CODES, "胶", ""]), st.sampled_from("gh"))))
def test_no_proposal_is_covered_and_the_order_of_edges_never_matters(rows: list[tuple[str, str, str]]) -> None:
    edges = [Edge(a, b, o) for a, b, o in rows]
    found = proposals(ATLAS, edges, resolve)
    assert all(p.input == "" or not is_covered(ATLAS, p.product, p.input) for p in found)
    assert all(p.origins and p.edges and (p.input or p.text) for p in found)
    assert proposals(ATLAS, edges[::-1], resolve) == found
