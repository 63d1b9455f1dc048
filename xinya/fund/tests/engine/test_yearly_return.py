"""Invariant 10, the yearly return: the rate itself, several and double rates, and why there is none."""

import datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinya.fund.engine import BadInput, Return, xirr
from xinya.fund.engine import exact as numbers

from .worlds import DAYS, MANY


@MANY
@given(DAYS, st.integers(10**11, 10**12), st.integers(-9990, 90_000))
def test_money_back_after_a_year_of_days_gives_the_rate_itself(day: datetime.date, paid: int, basis_points: int) -> None:
    rate = Fraction(basis_points, 10_000)
    back = numbers.half_up(paid * (1 + rate))
    done = xirr([(day, -paid), (day + datetime.timedelta(days=365), back)])
    assert abs(Fraction(done.rate) - rate) < Fraction(1, 10**9)
    assert not done.has_several
    assert (done.rate < 0) == (back < paid)


def rate_or_refusal(flows: list[tuple[datetime.date, int]]) -> Return | BadInput:
    try:
        return xirr(flows)
    except BadInput as refused:
        return refused


@MANY
@given(st.lists(st.tuples(DAYS, st.integers(-(10**11), 10**11)), min_size=1, max_size=8))
def test_a_yearly_return_either_balances_the_flows_or_is_not_defined(flows: list[tuple[datetime.date, int]]) -> None:
    done = rate_or_refusal(flows)
    if isinstance(done, BadInput):
        assert done.code == "XIRR_UNDEFINED"
        assert done.sentence("zh") != ""
        return
    first = min(day for day, _amount in flows)
    parts = [amount / (1 + done.rate) ** ((day - first).days / 365) for day, amount in flows]
    assert abs(sum(parts)) <= 1e-6 * sum(map(abs, parts))


@pytest.mark.parametrize(
    ("flows", "reason"),
    [
        ([("2021-01-01", -100), ("2022-01-01", -100)], "one way"),
        ([("2021-01-01", -100), ("2021-01-01", 120)], "one day"),
        ([("2021-01-01", -1), ("2021-01-02", 10**6)], "fits"),
        ([("2021-01-01", -(10**6)), ("2022-01-01", 1)], "fits"),
        ([("2021-01-01", -100), ("2022-01-01", 10_100)], "fits"),  # 100 itself is no longer among the rates
        ([("2021-01-01", -1000), ("2022-01-01", 2200), ("2023-01-01", -1211)], "fits"),  # the sum stays below 0
        ([("2021-01-01", -100), ("2022-01-01", 100), ("2022-01-01", -100)], "one way"),  # netted by day
        ([("2021-01-01", 0), ("2022-01-01", 0)], "one way"),
        ([], "one way"),
    ],
)
def test_a_return_that_is_not_defined_says_why(flows: list[tuple[str, int]], reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        xirr([(datetime.date.fromisoformat(day), amount) for day, amount in flows])


def test_a_flow_that_turns_twice_says_that_several_rates_may_exist() -> None:
    days = [datetime.date(2021 + n, 1, 1) for n in range(3)]
    done = xirr(list(zip(days, (-1000, 2300, -1320), strict=True)))
    assert done.has_several
    assert abs(done.rate - 0.1) < 1e-9  # of 10 % and 20 % the one nearer to 0


@pytest.mark.parametrize("amounts", [(-1000, 2200, -1210), (1000, -2200, 1210), (-(10**14), 22 * 10**13, -121 * 10**12)])
def test_a_double_rate_at_which_the_sum_only_touches_nought_is_found(amounts: tuple[int, ...]) -> None:
    """-1000 (1.1)^2 + 2200 (1.1) - 1210 = -1000 (1.1 - 1.1)^2: one rate of 10 %, with no change of sign around it."""
    days = [datetime.date(2021 + n, 1, 1) for n in range(3)]
    done = xirr(list(zip(days, amounts, strict=True)))
    assert abs(done.rate - 0.1) < 1e-6
    assert done.has_several


def test_two_rates_within_one_step_of_the_search_are_both_seen() -> None:
    """(x - 1.1)(x - 1.101): the grid's step is about 3.5 %, so no bracket of it sees a change of sign."""
    days = [datetime.date(2021 + n, 1, 1) for n in range(3)]
    done = xirr(list(zip(days, (-(10**9), 2201 * 10**6, -12111 * 10**5), strict=True)))
    assert abs(done.rate - 0.1) < 1e-9


def test_of_several_rates_a_net_loss_has_the_negative_one() -> None:
    """(x - 0.5)(x - 1.2): rates of -50 % and 20 %; 1000 and 600 were paid out, 1700 came back in between, or turned about."""
    days = [datetime.date(2021 + n, 1, 1) for n in range(3)]
    gain = xirr(list(zip(days, (-1000, 1700, -600), strict=True)))
    loss = xirr(list(zip(days, (1000, -1700, 600), strict=True)))
    assert abs(gain.rate - 0.2) < 1e-9
    assert sum((1000, -1700, 600)) < 0
    assert abs(loss.rate + 0.5) < 1e-9
