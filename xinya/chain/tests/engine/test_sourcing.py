"""Local sourcing rates: both forms, their bounds reached and never passed, unknown is not zero."""

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinya.chain.engine.sourcing import BANDS_FEN, BY_AMOUNT, BY_COUNT, Stated, band, sourcing, sourcing_by_chain, sourcing_by_input

shares = st.fractions(0, 1, max_denominator=20)
amounts = st.integers(0, 50)


@st.composite
def statements(draw: st.DrawFn) -> Stated:
    low, high = sorted((draw(shares), draw(shares)))
    least, most = sorted((draw(amounts), draw(amounts)))
    known, counted = draw(st.booleans()), draw(st.booleans())
    return Stated(
        draw(st.sampled_from(["a", "b", "c"])), draw(st.sampled_from(["", "x", "y"])), "t",
        low if known else None, high if known else None, least if counted else None, most if counted else None,
    )  # fmt: skip


def test_two_companies_with_ranges() -> None:
    found = sourcing(
        "zone",
        [
            Stated("a", "x", "", Fraction(3, 10), Fraction(1, 2), 300, 500),
            Stated("b", "y", "", Fraction(0), Fraction(0), 1000, 1000),
        ],
    )
    assert (found.amount.low, found.amount.high) == (Fraction(90, 1300), Fraction(250, 1500))
    assert (found.count.low, found.count.high) == (Fraction(3, 20), Fraction(1, 4))
    assert found.first.by == BY_AMOUNT
    assert found.companies == ("a", "b")


def test_an_unknown_share_is_not_zero() -> None:
    found = sourcing("zone", [Stated("a", "x", "", Fraction(1), Fraction(1)), Stated("b", "x")])
    assert (found.count.low, found.count.known, found.count.unknown) == (Fraction(1), 1, 1)
    assert (found.count.at_worst, found.count.at_best) == (Fraction(1, 2), Fraction(1))
    assert found.first.by == BY_COUNT
    assert not sourcing("zone", [Stated("b", "x")]).count.is_known


def test_one_amount_missing_lets_the_count_speak_first() -> None:
    both = [Stated("a", "x", "", Fraction(1), Fraction(1), 5, 5), Stated("b", "x", "", Fraction(0), Fraction(0))]
    assert sourcing("x", both).first.by == BY_COUNT
    assert sourcing("x", both[:1]).first.by == BY_AMOUNT


def test_an_amount_of_nothing_is_known_and_leaves_the_rate_by_amounts() -> None:
    steel = Stated("a", "steel", "", Fraction(2, 5), Fraction(2, 5), 500, 500)
    bolts = Stated("a", "bolts", "", Fraction(1, 10), Fraction(1, 10), 0, 0)
    found = sourcing("zone", [steel, bolts])
    assert (found.first.by, found.first.low, found.first.high) == (BY_AMOUNT, Fraction(2, 5), Fraction(2, 5))
    assert found.amount.known == 2
    assert sourcing("zone", [bolts]).first.by == BY_COUNT, "of purchases of nothing there is no share"


@given(st.lists(statements(), max_size=5))
def test_the_bounds_by_amount_are_those_of_all_corners(rows: list[Stated]) -> None:
    rate = sourcing("z", rows).amount
    known = [s for s in rows if s.has_share and s.has_amount]
    corners = []
    for weights in product(*[(s.amount_low, s.amount_high) for s in known]):
        whole = sum(w or 0 for w in weights)
        if whole:
            for side in ("share_low", "share_high"):
                corners.append(sum(Fraction(w or 0) * getattr(s, side) for w, s in zip(weights, known, strict=True)) / whole)
    assert rate.known == len(known)
    assert rate.known + rate.unknown == len(rows)
    if corners:
        assert (rate.low, rate.high) == (min(corners), max(corners))
    else:
        assert rate.low is None


@given(st.lists(statements(), max_size=8))
def test_rates_stay_between_none_and_all_and_the_order_never_matters(rows: list[Stated]) -> None:
    found = sourcing("z", rows)
    for rate in (found.amount, found.count):
        if rate.low is not None and rate.high is not None:
            assert 0 <= rate.low <= rate.high <= 1
    worst, best = found.count.at_worst, found.count.at_best
    if found.count.low is not None and found.count.high is not None and worst is not None and best is not None:
        assert worst <= found.count.low
        assert found.count.high <= best
    turned = sourcing("z", rows[::-1])
    assert (turned.amount.low, turned.count) == (found.amount.low, found.count)


@given(st.lists(statements(), max_size=8))
def test_the_inputs_share_out_all_statements(rows: list[Stated]) -> None:
    assert sum(r.count.known + r.count.unknown for r in sourcing_by_input(rows)) == len(rows)
    (one,) = sourcing_by_chain(rows, [("c", frozenset("x"))])
    assert one.count.known + one.count.unknown == sum(s.segment == "x" for s in rows)


@given(st.integers(0, 10**15))
def test_an_amount_lies_in_its_class(amount: int) -> None:
    low, high = band(amount)
    assert low in BANDS_FEN
    assert low <= amount
    assert high is None or amount < high


@pytest.mark.parametrize("broken", [Stated("a", "x", "", Fraction(1), None), Stated("a", "x", "", None, None, 5, 4)])
def test_bounds_that_are_none_are_refused_by_name(broken: Stated) -> None:
    with pytest.raises(ValueError, match="a: x"):
        sourcing("z", [broken])
