"""The pool by chance: the formula inside its error, the median and the loss that the mean hides, the same seed the same answer."""

from fractions import Fraction

import pytest

from xinya.fund.engine import DEFAULT_CHANCES, BadInput, Plan, expectation, recycle, simulate
from xinya.fund.engine.simulation import BUYBACK, CONVERTIBLE, GRANT_ONLY, POLICIES

THREE = Plan(pool_fen=15 * 10**9, ticket_fen=5 * 10**9)


@pytest.mark.parametrize("policy", POLICIES)
def test_the_simulated_mean_lies_within_four_standard_errors_of_the_formula(policy: str) -> None:
    done = simulate(THREE, DEFAULT_CHANCES, policy=policy, runs=50_000, seed=3)
    assert abs(done.first.mean - done.expected) <= 4 * done.first.standard_error


def test_with_three_companies_less_comes_back_than_was_paid_in_two_of_three_cases_although_the_mean_is_above_one() -> None:
    done = simulate(THREE, DEFAULT_CHANCES, policy=CONVERTIBLE, runs=50_000, seed=1)
    assert done.tickets_first == 3
    assert done.first.mean > 1.3
    assert 0.63 < done.first.p_below_1 < 0.67
    assert done.first.median < 0.75
    assert done.first.p10 <= done.first.median <= done.first.p90


def test_a_generous_buy_back_costs_more_than_half_of_what_comes_back() -> None:
    exact = expectation(DEFAULT_CHANCES)
    assert exact.rho_convertible == Fraction(54339, 40000)
    assert exact.rho_buyback == Fraction(14199, 25000)
    done = simulate(THREE, DEFAULT_CHANCES, policy=BUYBACK, runs=20_000)
    assert done.first.p_below_1 > 0.9


def test_grants_alone_support_what_the_pool_pays_for_and_nothing_comes_back() -> None:
    done = simulate(THREE, DEFAULT_CHANCES, policy=GRANT_ONLY, runs=1000)
    assert (done.companies.median, done.companies.p10, done.companies.p90) == (3, 3, 3)
    assert (done.first.mean, done.first.p_below_1, done.expected) == (0, 1, 0)


def test_the_same_seed_gives_the_same_answer_and_another_seed_another() -> None:
    one, same, other = (simulate(THREE, DEFAULT_CHANCES, runs=500, seed=seed) for seed in (5, 5, 6))
    assert one == same
    assert one.first != other.first


def test_a_sure_return_is_the_exact_ledger_of_years() -> None:
    """Every ticket returns 60 % after five years: the drawn lives are all that of the exact recursion (F24)."""
    sure = Plan(15 * 10**9, 5 * 10**9, years_to_exit=(5, 5), years_to_repay=(5, 5), horizon_years=25)
    chances = DEFAULT_CHANCES.__class__(
        Fraction(0), Fraction(0), Fraction(1), Fraction("0.6"), DEFAULT_CHANCES.buckets, Fraction(1)
    )
    done = simulate(sure, chances, runs=50)
    exact = recycle(15 * 10**9, 5 * 10**9, Fraction("0.6"), 5, 25)
    assert done.companies.p10 == done.companies.p90 == exact.companies == 6


def test_every_fen_that_comes_back_and_no_more_pays_for_new_tickets() -> None:
    """A hundred tickets that each return exactly themselves after five years: a hundred more, not one beside."""
    back = DEFAULT_CHANCES.__class__(Fraction(0), Fraction(0), Fraction(1), Fraction(1), DEFAULT_CHANCES.buckets, Fraction(1))
    done = simulate(Plan(100, 1, horizon_years=9), back, runs=20)
    assert done.companies.p10 == done.companies.p90 == 200


@pytest.mark.parametrize(
    ("plan", "runs", "code"),
    [
        (THREE, 0, "TOO_MANY_RUNS"),
        (THREE, 200_001, "TOO_MANY_RUNS"),
        (Plan(10**15, 1), 10, "TOO_MANY_RUNS"),
        (Plan(1, 2), 10, "POOL_EXHAUSTED"),
        (Plan(2, 1, years_to_exit=(0, 3)), 10, "FIELD_WRONG"),
        (Plan(2, 1, horizon_years=-1), 10, "FIELD_WRONG"),
    ],
)
def test_a_plan_that_cannot_be_drawn_is_refused(plan: Plan, runs: int, code: str) -> None:
    with pytest.raises(BadInput, match=code):
        simulate(plan, DEFAULT_CHANCES, runs=runs)


def test_chances_that_are_not_whole_are_refused() -> None:
    chances = DEFAULT_CHANCES.__class__(
        Fraction("0.5"), Fraction("0.5"), Fraction("0.5"), Fraction(1), DEFAULT_CHANCES.buckets, Fraction(1)
    )
    with pytest.raises(BadInput, match="PROBABILITIES_DO_NOT_SUM"):
        simulate(THREE, chances, runs=10)
