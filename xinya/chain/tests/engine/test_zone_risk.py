"""A zone's supplies as they are estimated, and whose failure hurts it: small zones worked out by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinya.chain.engine import Atlas, Chain, Column, Input, Segment
from xinya.chain.engine.resilience import Stop
from xinya.chain.engine.resilience.zone_links import (
    CONCENTRATED,
    EQUAL,
    PROPORTIONAL,
    SPLITS,
    Assumptions,
    KnownFlow,
    variants,
    zone_links,
)
from xinya.chain.engine.resilience.zone_risk import (
    cascade_steps,
    facts_digest,
    kept_object,
    kept_risks,
    relations,
    zone_network,
    zone_networks,
    zone_risks,
)
from xinya.chain.engine.verdicts import Resident

YUAN = 100


def atlas_of(*inputs: tuple[str, str, bool, str], broader: dict[str, str] | None = None) -> Atlas:
    codes = dict.fromkeys([c for product, needed, _e, _k in inputs for c in (product, needed)] + [*(broader or {})])
    segments = {c: Segment(c, c, c, broader=(broader or {}).get(c)) for c in codes}
    chain = Chain("chain", "链", "chain", columns=(Column("all", "全", "All", "mid"),), members=tuple((c, "all") for c in codes))
    return Atlas((chain,), segments, tuple(Input(p, i, kind, e) for p, i, e, kind in inputs))


PLANE = atlas_of(("plane", "wing", True, "material"), ("plane", "paint", False, "material"), ("plane", "robot", True, "equipment"))


def firm(name: str, *makes: str, revenue: int | None = None, **more: object) -> Resident:
    return Resident(name, makes, revenue_fen=None if revenue is None else revenue * YUAN, **more)  # type: ignore[arg-type]


RESIDENTS = [
    firm("builder", "plane", revenue=1000),
    firm("big wings", "wing", revenue=300),
    firm("small wings", "wing", revenue=100),
    firm("painter", "paint", revenue=500),
    firm("robots", "robot", revenue=500),
]


def sold(split: str, residents: list[Resident] = RESIDENTS, known: tuple[KnownFlow, ...] = ()) -> dict[tuple[str, str], float]:
    links = zone_links(PLANE, residents, split=split, known=known)
    found: dict[tuple[str, str], float] = {}
    for link in links.links:
        seller = links.plants[link.supplier].company if link.supplier >= 0 else "outside"
        key = (seller, link.segment)
        found[key] = found.get(key, 0.0) + link.amount_fen / YUAN
    return found


def test_purchases_follow_revenue_and_split_three_ways() -> None:
    # 1000 of revenue, 60 % bought: 600 for two kinds of input, of which half is bought here: 150 each
    assert sold(PROPORTIONAL) == pytest.approx(
        {("big wings", "wing"): 112.5, ("small wings", "wing"): 37.5, ("painter", "paint"): 150, ("outside", "wing"): 150,
         ("outside", "paint"): 150}
    )  # fmt: skip
    assert sold(EQUAL)[("small wings", "wing")] == pytest.approx(75)
    assert ("small wings", "wing") not in sold(CONCENTRATED)
    assert sold(CONCENTRATED)[("big wings", "wing")] == pytest.approx(150)


def test_machines_are_no_flow() -> None:
    assert not any(segment == "robot" for _seller, segment in sold(EQUAL))


def test_a_maker_sells_no_more_than_its_revenue() -> None:
    tiny = [RESIDENTS[0], firm("small wings", "wing", revenue=40)]
    found = sold(PROPORTIONAL, tiny)
    assert found[("small wings", "wing")] == pytest.approx(40)
    assert found[("outside", "wing")] == pytest.approx(260)


def test_what_is_stated_replaces_the_estimate() -> None:
    flow = KnownFlow("small wings", "builder", "wing", 90 * YUAN, "confirmed")
    found = sold(PROPORTIONAL, known=(flow,))
    assert found[("small wings", "wing")] == pytest.approx(90)
    assert ("big wings", "wing") not in found
    assert found[("outside", "wing")] == pytest.approx(210)
    without = KnownFlow("small wings", "builder", "wing", None, "stated")
    assert sold(PROPORTIONAL, known=(without,))[("small wings", "wing")] == pytest.approx(150)
    (link,) = [k for k in zone_links(PLANE, RESIDENTS, known=(flow,)).supply_links() if k.segment == "wing"]
    assert (link.supplier, link.buyer, link.amount_fen, link.basis) == ("small wings", "builder", 90 * YUAN, "confirmed")


def test_a_flow_of_a_company_without_a_segment_is_left_out() -> None:
    flow = KnownFlow("nobody", "builder", "wing", 90, "stated")
    assert sold(PROPORTIONAL, known=(flow,)) == sold(PROPORTIONAL)


def test_an_unknown_revenue_is_assumed_and_said() -> None:
    residents = [firm("anchor", "plane", is_anchor=True), firm("a", "wing", revenue=300, is_above_scale=True),
                 firm("b", "wing", is_above_scale=True), firm("c", "paint")]  # fmt: skip
    links = zone_links(PLANE, residents)
    assert links.assumed == {"anchor": 300 * YUAN, "b": 300 * YUAN, "c": Assumptions().below_scale_fen}


def test_the_sole_maker_of_an_essential_input_stops_half_of_its_buyer() -> None:
    """Half comes from outside, which as a rival in the market makes good nothing of what it never sold more of."""
    residents = [firm("builder", "plane", revenue=1000), firm("wings", "wing", revenue=300)]
    network = zone_network(PLANE, zone_links(PLANE, residents))
    steps = cascade_steps(network, "wings")
    assert [h.company for h in steps[0]] == ["wings"]
    lost = {h.company: h for h in steps[-1]}
    assert lost["builder"].down == pytest.approx(0.5)
    assert {h.company: h for h in cascade_steps(network, "builder")[-1]}["wings"].up == pytest.approx(150 / 300)
    risks = {r.company: r for r in zone_risks(zone_networks(PLANE, residents))}
    assert risks["wings"].down == pytest.approx((300 + 0.5 * 1000) / 1300)
    assert risks["builder"].up == pytest.approx((1000 + 0.5 * 300) / 1300)
    assert risks["wings"].own == pytest.approx(300 / 1300)
    suppliers, buyers = relations(network, "builder")
    assert suppliers == pytest.approx({"wings": 150.0})
    assert buyers == {}


def test_makers_of_kinds_of_one_thing_are_rivals() -> None:
    atlas = atlas_of(("plane", "wing", True, "material"), broader={"left wing": "wing", "right wing": "wing"})
    residents = [firm("builder", "plane", revenue=1000), firm("a", "left wing", revenue=600), firm("b", "right wing", revenue=600)]
    network = zone_network(atlas, zone_links(atlas, residents, split=EQUAL))
    lost = {h.company: h for h in cascade_steps(network, "a")[-1]}
    assert 0 < lost["builder"].down < 0.25


def test_the_band_holds_every_way_and_the_figure() -> None:
    risks = zone_risks(zone_networks(PLANE, RESIDENTS))
    assert [r.index for r in risks] == sorted((r.index for r in risks), reverse=True)
    for r in risks:
        assert r.low <= r.index <= r.high
        assert r.own <= r.index + 1e-12
    assert any(r.high > r.low for r in risks)
    assert kept_risks(kept_object(risks)) == risks
    assert set(SPLITS) < set(variants(Assumptions()))


@given(
    st.lists(st.tuples(st.sampled_from(["plane", "wing", "paint"]), st.integers(1, 10**6)), min_size=1, max_size=8),
    st.sampled_from(SPLITS),
)
def test_whatever_the_zone_shares_stay_shares_and_nobody_oversells(makers: list[tuple[str, int]], split: str) -> None:
    residents = [firm(f"c{k}", code, revenue=revenue) for k, (code, revenue) in enumerate(makers)]
    network = zone_network(PLANE, zone_links(PLANE, residents, split=split))
    sales = network.network.sales[: len(network.plants)]
    assert (sales <= network.weights[: len(network.plants)] / 100 * (1 + 1e-9)).all()
    for risk in zone_risks({PROPORTIONAL: network}):
        assert risk.own - 1e-9 <= risk.index <= 1 + 1e-9
        last = cascade_steps(network, risk.company, Stop())[-1]
        revenue = {r.name: float(r.revenue_fen or 0) for r in residents}
        told = sum(revenue[h.company] * h.lost for h in last) / sum(revenue.values())
        assert told == pytest.approx(risk.index, abs=1e-3)


def test_the_digest_follows_the_facts() -> None:
    base = facts_digest(PLANE, RESIDENTS, ())
    assert base == facts_digest(PLANE, list(RESIDENTS), ())
    flow = KnownFlow("small wings", "builder", "wing", 90, "stated")
    others = [facts_digest(PLANE, RESIDENTS[:-1], ()), facts_digest(PLANE, RESIDENTS, (flow,)),
              facts_digest(PLANE, RESIDENTS, (), Assumptions(local=0.4))]  # fmt: skip
    assert len({base, *others}) == 4


def test_the_digest_follows_what_the_inputs_are_kinds_of() -> None:
    links = [
        ("plane", "left wing", True, "material"),
        ("plane", "right wing", True, "material"),
        ("wing", "paint", False, "material"),
    ]
    apart = atlas_of(*links)
    alike = atlas_of(*links, broader={"left wing": "wing", "right wing": "wing"})
    residents = [firm("builder", "plane", revenue=1000), firm("painter", "plane", revenue=10)]
    assert facts_digest(apart, residents, ()) != facts_digest(alike, residents, ())
    flow = KnownFlow("builder", "painter", "right wing", 90, "stated")
    only_stated = [firm("robots", "robot", revenue=1)]
    assert facts_digest(apart, only_stated, (flow,)) != facts_digest(alike, only_stated, (flow,))


def test_a_stated_revenue_of_nothing_is_known_and_not_assumed() -> None:
    residents = [firm("builder", "plane", revenue=1000), firm("founded", "wing", revenue=0), firm("wings", "wing", revenue=300)]
    links = zone_links(PLANE, residents)
    assert links.assumed == {}
    assert {p.company: p.revenue_fen for p in links.plants}["founded"] == 0
    for split in SPLITS:
        assert ("founded", "wing") not in sold(split, residents)
    risks = {r.company: r for r in zone_risks(zone_networks(PLANE, residents))}
    assert (risks["founded"].own, risks["founded"].index) == (0, 0)
    (stopped,) = cascade_steps(zone_network(PLANE, links), "founded")[0]
    assert (stopped.company, stopped.lost) == ("founded", 1)
    alone = [firm("builder", "plane", revenue=1000), firm("founded", "wing", revenue=0)]
    assert ("outside", "wing") in sold(PROPORTIONAL, alone), "what nobody here sells is bought outside"
    assert zone_risks(zone_networks(PLANE, [firm("founded", "wing", revenue=0)])) == []


@given(
    st.lists(st.tuples(st.sampled_from(["plane", "wing", "paint"]), st.sampled_from([None, 0, 1, 10**6])), min_size=1, max_size=6),
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.sampled_from([None, 0, 7])), max_size=3),
)
def test_zeros_and_unknowns_never_end_in_a_division(
    makers: list[tuple[str, int | None]], said: list[tuple[int, int, int | None]]
) -> None:
    residents = [firm(f"c{k}", code, revenue=revenue) for k, (code, revenue) in enumerate(makers)]
    known = [KnownFlow(f"c{a}", f"c{b}", "wing", fen, "stated") for a, b, fen in said if a != b]
    networks = zone_networks(PLANE, residents, known=known)
    for risk in zone_risks(networks):
        assert 0 <= risk.low <= risk.index <= risk.high <= 1 + 1e-9
    for r in residents:
        assert cascade_steps(networks[PROPORTIONAL], r.name)[0][0].lost == 1


def test_an_unknown_way_to_split_is_refused() -> None:
    with pytest.raises(ValueError, match="equal, proportional, concentrated"):
        zone_links(PLANE, RESIDENTS, split="by taste")
