"""The verdicts of chain-analytics 3.4: worked example, rules one by one, the engine against an oracle."""

import math
import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from tests.draws import examples
from xinya.chain.engine import Atlas, Diagnosis, Limits, Resident, diagnose

from . import oracle
from .worlds import atlas_of, limits_of, residents_of, small_atlas, worlds

EXAMPLE = [("S", "P", True), ("S", "F", True), ("S", "D", False), ("P", "C", True), ("W", "S", True), ("W", "F", True)]
A = Resident("a", ("S",), is_anchor=True)
B = Resident("b", ("S",), is_above_scale=True)
C = Resident("c", ("F",), is_above_scale=False)


@pytest.fixture
def example() -> Atlas:
    """Fuselage section, prepreg, fastener, paint, carbon fibre and wing."""
    return small_atlas(EXAMPLE)


def kinds(diagnosis: Diagnosis) -> dict[str, str]:
    return {code: f.kind for code, f in diagnosis.findings.items()}


def test_the_worked_example_comes_out_as_the_text_works_it(example: Atlas) -> None:
    found = diagnose(example, [A, B, C])
    assert kinds(found) == {"S": "made", "P": "missing", "F": "thin", "D": "missing", "C": "outside", "W": "extendable"}
    p, f, d, c, w = (found.findings[code] for code in "PFDCW")
    assert ([n.resident for n in p.buyers], p.demand, p.score, p.depth) == (["a", "b"], 2, 6, 1)
    assert (c.buyers, c.demand, c.score, c.depth) == ((), 0, 3, 2)
    assert (f.makers, f.demand, f.score) == (("c",), 2, 6)
    assert ([n.resident for n in d.buyers], d.demand, d.score) == (["a", "b"], 1, 3)
    assert (w.readiness, w.is_ready, w.demand, w.score, w.input_suppliers) == (1, False, 0, 0, 3)
    assert [f.segment for f in found.verdicts] == ["F", "P", "D", "W"]


def test_one_known_maker_outside_makes_the_gap_dependent(example: Atlas) -> None:
    one = diagnose(example, [A, B, C], outside=[Resident("o", ("P",))])
    assert (one.findings["P"].kind, one.findings["P"].outside) == ("dependent", ("o",))
    two = diagnose(example, [A, B, C], outside=[Resident("o", ("P",)), Resident("q", ("P",))])
    assert (two.findings["P"].kind, two.findings["P"].outside) == ("missing", ("o", "q"))
    nobody = diagnose(example, [A, B, C], outside=[])
    assert (nobody.findings["P"].kind, nobody.findings["P"].outside) == ("missing", ())
    unknown = diagnose(example, [A, B, C])
    assert (unknown.findings["P"].kind, unknown.findings["P"].outside) == ("missing", None)


def test_a_second_small_maker_turns_thin_into_weak(example: Atlas) -> None:
    found = diagnose(example, [A, B, C, Resident("d", ("F",), is_above_scale=False)])
    assert (found.findings["F"].kind, found.findings["F"].makers) == ("weak", ("c", "d"))
    unknown = diagnose(example, [A, B, C, Resident("d", ("F",))])
    assert unknown.findings["F"].kind == "made", "a maker of unknown size may be above scale"


def test_a_landed_maker_turns_the_gap_thin_and_takes_it_out_of_the_gaps(example: Atlas) -> None:
    found = diagnose(example, [A, B, C, Resident("e", ("P",))])
    assert found.findings["P"].kind == "thin"
    assert found.findings["C"].kind == "missing", "the new maker needs carbon fibre at depth 1"


def test_one_source_that_buyers_state_is_enough_for_dependent(example: Atlas) -> None:
    assert kinds(diagnose(example, [A, B, C], stated_sources={"P": frozenset({"o"})}))["P"] == "dependent"
    assert kinds(diagnose(example, [A, B, C], stated_sources={"P": frozenset({"o", "q"})}))["P"] == "missing"


def test_common_control_outside_is_one_source_and_a_resident_is_none(example: Atlas) -> None:
    sisters = [Resident("o", ("P",), group="g"), Resident("q", ("P",), group="g")]
    found = diagnose(example, [A, B, C], outside=sisters).findings["P"]
    assert (found.kind, found.outside) == ("dependent", ("g",))
    listed = diagnose(example, [A, B, C], outside=[Resident("c", ("P",)), Resident("o", ("P",))]).findings["P"]
    assert (listed.kind, listed.outside) == ("dependent", ("o",))


def test_two_makers_of_one_group_count_once() -> None:
    atlas = small_atlas([("S", "P", True)])
    sisters = [Resident(n, ("P",), is_above_scale=True, group="g") for n in "de"]
    found = diagnose(atlas, [A, B, *sisters]).findings["P"]
    assert (found.kind, found.maker_count, found.makers) == ("thin", 1, ("d", "e"))
    apart = diagnose(atlas, [A, B, *(replace(r, group=None) for r in sisters)]).findings["P"]
    assert (apart.kind, apart.maker_count) == ("made", 2)


def test_the_demand_of_the_makers_own_group_makes_nothing_thin() -> None:
    atlas = small_atlas([("S", "P", True)])
    maker = Resident("e", ("P",), is_above_scale=True, group="g")
    own = [replace(A, group="g"), replace(B, group="g")]
    assert diagnose(atlas, [*own, maker]).findings["P"].kind == "made"
    assert diagnose(atlas, [own[0], B, maker]).findings["P"].kind == "thin"


@pytest.mark.parametrize(("large", "kind"), [(80, "thin"), (79, "made")])
def test_the_holder_of_eighty_percent_of_the_known_revenue_makes_thin(large: int, kind: str) -> None:
    atlas = small_atlas([("S", "P", True)])
    makers = [
        Resident("d", ("P",), is_above_scale=True, revenue_fen=large),
        Resident("e", ("P",), revenue_fen=100 - large),
    ]
    found = diagnose(atlas, [A, B, *makers]).findings["P"]
    assert (found.kind, found.largest_share) == (kind, large / 100)
    assert found.largest_maker == "company:d"


def test_a_holder_below_the_limit_of_demand_makes_nothing_thin() -> None:
    atlas = small_atlas([("S", "P", False)])
    makers = [Resident("d", ("P",), False, True, 90), Resident("e", ("P",), False, True, 10)]
    assert diagnose(atlas, [A, *makers]).findings["P"].kind == "made"
    assert diagnose(atlas, [A, B, *makers]).findings["P"].kind == "thin"


def test_inputs_of_the_broader_segment_are_needed_too() -> None:
    atlas = small_atlas([("cell", "foil", True)], broader={"power-cell": "cell"})
    makers = [Resident(f"m{i}", ("power-cell",)) for i in range(3)]
    found = diagnose(atlas, makers)
    assert (found.findings["foil"].kind, found.findings["foil"].demand) == ("missing", 3)
    assert found.findings["cell"].makers == ("m0", "m1", "m2"), "who makes the narrower segment makes the broader one"


def test_a_maker_of_the_broader_segment_does_not_make_the_narrower_one() -> None:
    atlas = small_atlas([("pack", "power-cell", True)], broader={"power-cell": "cell"})
    found = diagnose(atlas, [Resident("m", ("cell",)), Resident("n", ("pack",)), Resident("o", ("pack",))])
    assert found.findings["power-cell"].kind == "missing"


def test_a_chain_with_fewer_than_three_residents_is_too_little_known(example: Atlas) -> None:
    found = diagnose(example, [A, B])
    assert found.verdicts == ()
    assert [(c.residents, c.is_known) for c in found.chains] == [(2, False)]
    assert found.findings["P"].kind == "missing", "the finding stays for whoever asks why"
    assert diagnose(example, [A, B], limits=Limits(residents=2)).verdicts != ()


def test_a_shared_segment_gets_one_verdict_and_the_list_of_the_chains_that_are_known() -> None:
    atlas = small_atlas([("S", "P", True), ("T", "P", True)], chains={"k": ["S", "P"], "l": ["T", "P"], "m": ["P"]})
    makers = [Resident("a", ("S",)), Resident("b", ("S",)), Resident("c", ("S", "T"))]
    found = diagnose(atlas, makers)
    assert [(f.segment, f.demand) for f in found.verdicts] == [("P", 3)]
    assert atlas.chains_of["P"] == ("k", "l", "m")
    assert found.chains_known("P") == ("k",)


def test_a_gap_whose_inputs_are_here_keeps_its_verdict_and_is_marked_ready() -> None:
    links = [("S", "P", True), ("P", "C", True), ("P", "R", True)]
    fibre = Resident("c", ("C",))
    found = diagnose(small_atlas(links), [A, B, fibre]).findings["P"]
    assert (found.kind, found.readiness, found.is_ready) == ("missing", 0.5, True)
    assert (found.essential_here, found.essential_absent) == (("C",), ("R",))
    strict = diagnose(small_atlas(links), [A, B, fibre], limits=Limits(readiness=0.75)).findings["P"]
    assert (strict.kind, strict.is_ready) == ("missing", False)
    bare = diagnose(small_atlas(links), [A, B]).findings["P"]
    assert (bare.readiness, bare.is_ready) == (0, False)


def test_extendable_segments_rank_by_readiness_then_suppliers_then_code() -> None:
    links = [("V", "x", True), ("W", "y", True), ("U", "x", True), ("U", "q", True), ("T", "x", True)]
    makers = [Resident("a", ("x",)), Resident("b", ("y",)), Resident("c", ("y",))]
    found = diagnose(small_atlas(links), makers)
    assert [(f.segment, f.readiness, f.input_suppliers) for f in found.verdicts] == [
        ("W", 1, 2), ("T", 1, 1), ("V", 1, 1), ("U", 0.5, 1),
    ]  # fmt: skip


def test_extendable_suppliers_of_one_group_count_once() -> None:
    sisters = [Resident(n, ("x",), group="g") for n in "abc"]
    assert diagnose(small_atlas([("V", "x", True)]), sisters).findings["V"].input_suppliers == 1


def test_only_an_essential_input_made_here_makes_a_segment_extendable() -> None:
    makers = [Resident(n, ("x",)) for n in "abc"]
    found = diagnose(small_atlas([("V", "x", False)]), makers).findings["V"]
    assert (found.kind, found.readiness) == ("outside", None)


def test_a_kind_that_the_zone_switched_off_is_not_followed(example: Atlas) -> None:
    found = diagnose(example, [A, B, C], limits=Limits(kinds=("equipment",)))
    assert kinds(found) == {"S": "made", "P": "outside", "F": "weak", "D": "outside", "C": "outside", "W": "outside"}
    assert kinds(diagnose(example, [A, B, C], limits=Limits(kinds=("equipment", "material"))))["P"] == "missing"


def test_a_cycle_of_inputs_is_walked_once_and_nobody_needs_what_it_makes() -> None:
    atlas = small_atlas([("S", "P", True), ("P", "C", True), ("C", "S", True)])
    found = diagnose(atlas, [Resident(n, ("S",)) for n in "abc"], limits=Limits(depth=50))
    assert (found.findings["P"].depth, found.findings["C"].depth, found.findings["S"].depth) == (1, 2, None)


def test_a_longer_essential_path_counts_when_it_is_the_best_one() -> None:
    atlas = small_atlas([("S", "C", False), ("S", "P", True), ("P", "C", True)])
    found = diagnose(atlas, [Resident("a", ("S",))], limits=Limits(decay=0.75)).findings["C"]
    assert (found.depth, found.demand, found.score) == (1, 0.5, 0.75)


@pytest.mark.parametrize(
    "wrong",
    [
        {"demand": 0}, {"demand": -1}, {"demand": math.nan}, {"share": 0}, {"share": 1.5}, {"readiness": 0},
        {"readiness": math.nan}, {"decay": 0}, {"decay": 2}, {"depth": 0}, {"residents": -1}, {"kinds": ("labour",)},
    ],
)  # fmt: skip
def test_a_limit_that_makes_no_sense_is_refused_by_its_name(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=f"limit.*{next(iter(wrong))}"):
        Limits(**wrong)  # type: ignore[arg-type]


def test_bad_residents_are_refused_by_name(example: Atlas) -> None:
    with pytest.raises(ValueError, match="resident a is given twice"):
        diagnose(example, [A, B, A])
    with pytest.raises(ValueError, match="resident c: negative revenue"):
        diagnose(example, [A, B, replace(C, revenue_fen=-1)])
    with pytest.raises(ValueError, match="c: no pack has a segment X"):
        diagnose(example, [A, replace(C, makes=("X",))])
    with pytest.raises(ValueError, match="o: no pack has a segment X"):
        diagnose(example, [A], outside=[Resident("o", ("X",))])


def test_a_broken_atlas_is_refused() -> None:
    with pytest.raises(ValueError, match="broader goes in a circle"):
        small_atlas([], broader={"a": "b", "b": "a"})
    whole = small_atlas([("S", "P", True)])
    with pytest.raises(ValueError, match="no segment X"):
        replace(whole, inputs=(replace(whole.inputs[0], input="X"),))
    with pytest.raises(ValueError, match="no kind labour"):
        replace(whole, inputs=(replace(whole.inputs[0], kind="labour"),))
    with pytest.raises(ValueError, match="chain k: no segment X"):
        replace(whole, chains=(replace(whole.chains[0], members=(("X", "all"),)),))
    with pytest.raises(ValueError, match="segment S: no broader segment X"):
        replace(whole, segments={**whole.segments, "S": replace(whole.segments["S"], broader="X")})


def run(world: oracle.World) -> Diagnosis:
    outside = None if world.outside is None else residents_of(world.outside)
    stated = {code: frozenset(names) for code, names in world.stated.items()}
    return diagnose(atlas_of(world), residents_of(world.residents), outside=outside, limits=limits_of(world), stated_sources=stated)


@settings(max_examples=examples(400), deadline=None)
@given(worlds())
def test_the_engine_says_what_the_text_says(world: oracle.World) -> None:
    found, told = run(world), oracle.tell(world)
    assert set(found.findings) == set(told)
    for code, expected in told.items():
        event(expected.kind)
        f = found.findings[code]
        assert (f.kind, f.demand, f.score, f.depth) == (expected.kind, expected.demand, expected.score, expected.depth)
        assert {n.resident: n.strength for n in f.buyers} == expected.buyers
        assert (set(f.makers), f.readiness, f.is_ready) == (expected.makers, expected.readiness, expected.ready)
        assert (None if f.outside is None else set(f.outside)) == expected.sources
        if expected.kind == "extendable":
            assert f.input_suppliers == expected.suppliers
    assert [f.segment for f in found.verdicts] == oracle.shown(world)
    assert {c.chain: c.residents for c in found.chains} == {k: oracle.placed(world, k) for k in world.chains}


@settings(max_examples=examples(100), deadline=None)
@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_companies_segments_and_inputs_changes_nothing(world: oracle.World, chance: random.Random) -> None:
    def mixed(rows: list[Any]) -> list[Any]:
        return chance.sample(rows, len(rows))

    world = replace(world, decay=chance.choice([0.3, 0.5, 0.9]))  # also where products are rounded
    other = replace(
        world, broader=dict(mixed(list(world.broader.items()))), links=mixed(world.links),
        residents=[replace(f, on=mixed(f.on)) for f in mixed(world.residents)],
        outside=None if world.outside is None else mixed(world.outside),
        chains={code: mixed(members) for code, members in world.chains.items()},
    )  # fmt: skip
    one, two = run(world), run(other)
    assert one.verdicts == two.verdicts
    assert one.findings == two.findings
    assert [replace(c, completeness=0.0) for c in one.chains] == [replace(c, completeness=0.0) for c in two.chains]


@settings(max_examples=examples(100), deadline=None)
@given(worlds(), st.data())
def test_one_more_maker_never_leaves_a_gap(world: oracle.World, chance: st.DataObject) -> None:
    code = chance.draw(st.sampled_from(sorted(world.broader)))
    more = replace(world, residents=[*world.residents, oracle.Firm("new", [code])])
    assert run(more).findings[code].kind in ("made", "thin", "weak")
