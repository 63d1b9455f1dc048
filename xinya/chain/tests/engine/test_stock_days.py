"""On which day a failure reaches whom: rules that hold for every network of supplies and every set of stated stocks."""

import datetime
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinya.chain.engine.resilience.hurt import Hurt, hurt_companies, stand_ins
from xinya.chain.engine.resilience.stock_days import MOST_DAYS, Arrival, StatedStock, StockLink, Stocks, arrivals
from xinya.chain.engine.resilience.zone_links import KnownFlow, zone_links
from xinya.chain.engine.resilience.zone_risk import FELT, ZoneNetwork, spread_of, zone_network
from xinya.chain.engine.verdicts import Finding

from .test_zone_risk import YUAN, atlas_of, firm

FIRMS = 6
days = st.none() | st.integers(0, MOST_DAYS * 10).map(lambda tenths: Decimal(tenths) / 10)
links_of_any_kind = st.lists(
    st.builds(StockLink, st.integers(0, FIRMS - 1), st.integers(0, FIRMS - 1), st.booleans(), days), max_size=16
)


def days_by_hand(links: Sequence[StockLink]) -> dict[int, Decimal]:
    """Round after round until nothing changes (Bellman and Ford): essential links first, then all for those not reached."""
    found = {0: Decimal(0)}
    for only_essential in (True, False):
        fixed = set(found)
        for _round in range(FIRMS + 1):
            for link in links:
                if link.supplier in found and link.buyer not in fixed and (link.is_essential or not only_essential):
                    day = found[link.supplier] + (link.days or 0)
                    found[link.buyer] = min(day, found.get(link.buyer, day))
    return found


@given(links_of_any_kind)
def test_the_day_is_the_smallest_sum_of_stocks_over_all_ways(links: list[StockLink]) -> None:
    assert {place: one.day for place, one in arrivals(links, [0]).items()} == days_by_hand(links)


@given(links_of_any_kind, st.data())
def test_more_stock_never_brings_a_day_nearer(links: list[StockLink], data: st.DataObject) -> None:
    before = arrivals(links, [0])
    if not links:
        return
    at = data.draw(st.integers(0, len(links) - 1))
    more = Decimal(data.draw(st.integers(0, 5000))) / 10
    links[at] = replace(links[at], days=(links[at].days or Decimal(0)) + more)
    after = arrivals(links, [0])
    assert after.keys() == before.keys()
    assert all(after[place].day >= before[place].day for place in before)


@given(links_of_any_kind)
def test_an_unknown_stock_counts_as_nothing_and_is_counted(links: list[StockLink]) -> None:
    told = [replace(link, days=link.days or Decimal(0)) for link in links]
    found, with_zeros = arrivals(links, [0]), arrivals(told, [0])
    assert {p: a.day for p, a in found.items()} == {p: a.day for p, a in with_zeros.items()}
    assert all(a.unknown == 0 for a in with_zeros.values())
    for place, one in found.items():
        assert one.unknown == sum(link.days is None for link in way_to(place, found, links))


@given(links_of_any_kind)
def test_every_way_begins_at_the_failure_and_adds_up(links: list[StockLink]) -> None:
    found = arrivals(links, [0])
    for place, one in found.items():
        way = way_to(place, found, links)
        assert len(way) == one.steps
        assert sum((link.days or Decimal(0) for link in way), Decimal(0)) == one.day
        assert one.is_essential == all(link.is_essential for link in way)


def way_to(place: int, found: dict[int, Arrival], links: Sequence[StockLink]) -> list[StockLink]:
    way: list[StockLink] = []
    while found[place].link >= 0:
        assert len(way) <= FIRMS, "a way visits nobody twice"
        way.append(links[found[place].link])
        place = way[-1].supplier
    assert place == 0
    return way[::-1]


@given(links_of_any_kind)
def test_who_is_reached_by_essential_inputs_does_not_hang_on_the_others(links: list[StockLink]) -> None:
    alone = arrivals([link for link in links if link.is_essential], [0])
    whole = arrivals(links, [0])
    assert all(whole[place].day == one.day for place, one in alone.items())


def stock(company: str, segment: str, number: str) -> StatedStock:
    return StatedStock(company, segment, Decimal(number), "list", datetime.date(2026, 1, 1), 0.85)


KINDS = atlas_of(
    ("plane", "wing", True, "material"),
    ("part", "glue", True, "material"),
    broader={"left wing": "wing", "right wing": "wing", "wing": "part"},
)


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ([("wing", "9"), ("left wing", "2"), ("part", "1")], "9"),
        ([("left wing", "5"), ("right wing", "3"), ("part", "1")], "3"),
        ([("part", "4")], "4"),
        ([("plane", "4")], None),
        ([], None),
    ],
)
def test_a_stock_is_that_of_the_input_else_of_its_kinds_else_of_the_broader_one(
    stated: list[tuple[str, str]], expected: str | None
) -> None:
    found = Stocks(KINDS, [stock("a", *one) for one in stated] + [stock("b", "wing", "1")]).of("a", "wing")
    assert (None if found is None else str(found.days)) == expected


THREE = atlas_of(("plane", "wing", True, "material"), ("wing", "resin", True, "material"), ("plane", "paint", False, "material"))
RESIDENTS = [
    firm("planes", "plane", revenue=1000),
    firm("wings", "wing", revenue=300),
    firm("resins", "resin", revenue=100),
    firm("paints", "paint", revenue=500),
]


def hurt_by(company: str, *stated: StatedStock) -> dict[str, Hurt]:
    network = three()
    return {h.company: h for h in hurt_companies(network, company, spread_of(network, company), Stocks(THREE, stated))}


def three() -> ZoneNetwork:
    return zone_network(THREE, zone_links(THREE, RESIDENTS))


def test_stocks_on_the_way_add_up_and_the_unknown_one_is_said() -> None:
    both = hurt_by("resins", stock("wings", "resin", "20"), stock("planes", "wing", "7.5"))
    assert both["planes"].way == ("resins", "wings", "planes")
    assert (both["wings"].inputs_day, both["planes"].inputs_day) == (Decimal(20), Decimal("27.5"))
    assert both["planes"].unknown == 0
    (short,) = both["planes"].short
    assert (short.segment, short.supplier, short.is_essential) == ("wing", "wings", True)
    one = hurt_by("resins", stock("wings", "resin", "20"))["planes"]
    assert (one.inputs_day, one.unknown, one.short[0].stock) == (Decimal(20), 1, None)
    assert hurt_by("resins")["planes"].inputs_day == 0


def test_a_supplier_that_loses_its_buyer_has_no_day_of_missing_inputs() -> None:
    found = hurt_by("planes", stock("wings", "resin", "20"))["wings"]
    assert (found.inputs_day, found.has_fewer_buyers, found.short, found.way) == (None, True, (), ())


def test_the_list_is_by_day_then_by_loss() -> None:
    network = three()
    told = hurt_companies(network, "resins", spread_of(network, "resins"), Stocks(THREE, [stock("wings", "resin", "3")]))
    assert [h.day for h in told] == sorted(h.day for h in told)
    assert {h.company for h in told} == {h.company for h in spread_of(network, "resins").steps[-1]} - {"resins"}


def test_an_input_that_is_not_essential_hurts_too_and_says_so() -> None:
    found = hurt_by("paints", stock("planes", "paint", "4"))["planes"]
    assert (found.inputs_day, found.is_essential) == (Decimal(4), False)


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef"), st.integers(1, 10**7)), max_size=10), st.data())
def test_everybody_who_lacks_inputs_has_a_day_and_a_way(flows: list[tuple[str, str, int]], data: st.DataObject) -> None:
    names = {"a": "resin", "b": "resin", "c": "wing", "d": "wing", "e": "plane", "f": "paint"}
    residents = [firm(name, made, revenue=1000 * (k + 1)) for k, (name, made) in enumerate(names.items())]
    known = tuple(KnownFlow(s, b, "", amount * YUAN, "stated") for s, b, amount in flows if s != b)
    network = zone_network(THREE, zone_links(THREE, residents, known=known))
    company = data.draw(st.sampled_from(sorted(names)))
    for one in hurt_companies(network, company, spread_of(network, company), Stocks(THREE, [])):
        assert (one.inputs_day is not None) == (one.down >= FELT)
        if one.inputs_day is not None:
            assert one.way[0] == company
            assert one.way[-1] == one.company
            assert one.short


def test_who_could_stand_in_are_the_other_makers_here_and_the_known_ones_outside() -> None:
    finding = Finding(
        "wing", "made", 0, 0, None, (), (), makers=("wings", "others"), maker_count=2, outside=("far",), outside_makers=("far",),
        readiness=None, is_ready=False,
    )  # fmt: skip
    assert stand_ins({"wing": finding}, RESIDENTS[1]) == {"wing": (("others",), ("far",))}
