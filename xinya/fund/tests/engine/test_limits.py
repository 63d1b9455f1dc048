"""Limits on the public holder: never cut more than needed, ceilings of several grants and of both bases, one group alone."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from xinya.fund.engine import BadInput, Holding, Instrument, NewMoney, Round, convert
from xinya.fund.engine.terms import GRANT, ISSUED

from .worlds import MANY, rounds, tried


@MANY
@given(rounds(tight=True, most=1))
def test_a_limit_cuts_no_more_than_it_must(told: Round) -> None:
    """One unit more, or one unit for each of the others' fractions that fell away, would break the limit that binds."""
    done = tried(told)
    assume(done is not None and done.binding == "SHARE_CEILING")
    assert done is not None
    grant, price = told.instruments[-1], done.price
    limit = grant.share_ceiling or Fraction(1)
    fallen = len(done.instruments) + len(done.new_units) + 1
    assert done.w_allowed / price.pps - done.instruments[-1].units <= 1 + fallen
    if 0 < done.w_allowed < grant.amount_fen / grant.factor(told.pre_money_fen):
        base = price.post
        if grant.ceiling_base == ISSUED:
            base -= (told.pool_target or 0) * price.post if price.regime.topped else told.pool_units * price.pps
        held = sum((h.units for h in told.holdings if told.group_of(h.holder) == told.group_of("P")), 0) * price.pps
        held += sum(n.amount_fen for n in told.new_money if told.group_of(n.holder) == told.group_of("P"))
        held += (
            sum((i.exact_units for i in done.instruments if told.group_of(i.holder) == told.group_of("P")), Fraction(0)) * price.pps
        )
        assert held == limit * base


def test_two_grants_of_one_holder_share_the_strictest_ceiling_and_the_cut_falls_on_the_last() -> None:
    one = Instrument("G1", "P", GRANT, 2 * 10**8, share_ceiling=Fraction(1, 4))
    other = Instrument("G2", "P", GRANT, 2 * 10**8, share_ceiling=Fraction(1, 5), discount=Fraction(1, 10))
    told = Round((Holding("F", 10**6),), 10**9, (NewMoney("V", 10**8),), (one, other))
    done, turned = convert(told), convert(replace(told, instruments=(other, one)))
    assert done.cap_table == turned.cap_table
    assert done.instruments[0].remainder_fen == 0
    assert done.instruments[1].remainder_fen > 0
    assert 5 * done.cap_table["P"] <= done.total < 5 * (done.cap_table["P"] + 2)


def test_ceilings_of_two_bases_are_both_solved_and_the_smaller_amount_converts() -> None:
    """F 1,000, U 500, price 100,000 / 1,500. Of all units: W = 1/4 x 150,000 = 37,500; of the issued ones W = 1/4 x (150,000 -
    500 x 200/3) = 29,166.67, which is 437.5 units; 437 of 2,187 issued are 19.98 %."""
    wide = Instrument("a", "P", GRANT, 40_000, share_ceiling=Fraction(1, 5))
    narrow = Instrument("b", "P", GRANT, 40_000, share_ceiling=Fraction(1, 5), ceiling_base=ISSUED)
    told = Round((Holding("F", 1000),), 100_000, (NewMoney("V", 50_000),), (wide, narrow), pool_units=500)
    for one in (told, replace(told, instruments=(narrow, wide))):
        done = convert(one)
        assert done.w_allowed == Fraction(87_500, 3)
        assert (done.cap_table["P"], done.cap_table["V"], done.binding) == (437, 750, "SHARE_CEILING")
    looser = convert(replace(told, instruments=(wide, replace(narrow, share_ceiling=Fraction(99, 100)))))
    assert looser.w_allowed == 37_500


@MANY
@given(rounds(tight=True, most=2), st.integers(1, 40))
def test_of_two_ceilings_what_converts_is_the_smaller_of_what_each_alone_allows(told: Round, percent: int) -> None:
    *before, grant = told.instruments
    first = replace(grant, ceiling_base="FULLY_DILUTED")
    other = replace(grant, id="M", share_ceiling=Fraction(percent, 100), ceiling_base=ISSUED)
    both = tried(replace(told, instruments=(*before, first, other)))
    alone = [
        tried(
            replace(
                told,
                instruments=(
                    *before,
                    *(replace(one, share_ceiling=limit.share_ceiling, ceiling_base=limit.ceiling_base) for one in (first, other)),
                ),
            )
        )
        for limit in (first, other)
    ]
    assume(both is not None and None not in alone)
    assert both is not None
    assert both.w_allowed == min(one.w_allowed for one in alone if one is not None)


def test_grants_with_limits_of_two_holders_are_refused() -> None:
    one = Instrument("G1", "P", GRANT, 10**8, share_ceiling=Fraction(1, 5))
    told = Round((Holding("F", 10**6),), 10**9, (), (one, replace(one, id="G2", holder="Q")))
    with pytest.raises(BadInput, match="TWO_LIMITED_HOLDERS"):
        convert(told)
