"""The pool by chance (fund.md 7.14): many lives of a pool, drawn. Binary floats: a planning view that says so, never the ledger."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from . import exact
from .recycling import Chances, expectation
from .refusal import refuse

GRANT_ONLY, CONVERTIBLE, BUYBACK = "GRANT_ONLY", "CONVERTIBLE", "CONVERTIBLE_WITH_BUYBACK"
POLICIES = (GRANT_ONLY, CONVERTIBLE, BUYBACK)
MOST_RUNS = 200_000
MOST_TICKETS = 50_000_000
MOST_SEED = 2**64 - 1
Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Plan:
    """pool_fen and ticket_fen; years until a holding is sold after its next round, and until a company alive without one repays.

    Years are whole, drawn evenly from (least, most). horizon_years: no new ticket after it.
    """

    pool_fen: int
    ticket_fen: int
    years_to_exit: tuple[int, int] = (5, 5)
    years_to_repay: tuple[int, int] = (5, 5)
    horizon_years: int = 25

    def check(self) -> None:
        """Raises AMOUNT_*, FIELD_WRONG, MORE_THAN_OUTSTANDING (no whole ticket in the pool)."""
        exact.fen(self.pool_fen, "pool_fen")
        exact.fen(self.ticket_fen, "ticket_fen")
        for name, (least, most) in (("years_to_exit", self.years_to_exit), ("years_to_repay", self.years_to_repay)):
            exact.count(most, name, least=exact.count(least, name, least=1), most=100)
        exact.count(self.horizon_years, "horizon_years", most=200)
        if self.ticket_fen > self.pool_fen:
            raise refuse("POOL_EXHAUSTED", where="ticket_fen", value=self.ticket_fen, held=self.pool_fen)


@dataclass(frozen=True, slots=True)
class Spread:
    """How a figure came out over the runs. p_below_1: share of runs below 1; standard_error: of the mean."""

    median: float
    p_below_1: float
    p10: float
    p90: float
    mean: float
    standard_error: float


@dataclass(frozen=True, slots=True)
class Simulated:
    """first: money back per yuan on the tickets of the first year; whole: on all tickets until the horizon; companies supported.

    expected: the exact rho of the same policy (F25), beside which `first.mean` must lie.
    """

    policy: str
    runs: int
    seed: int
    tickets_first: int
    first: Spread
    whole: Spread
    companies: Spread
    expected: float


def simulate(plan: Plan, chances: Chances, *, policy: str = CONVERTIBLE, runs: int = 20_000, seed: int = 1) -> Simulated:
    """Draw `runs` lives of a pool. Whole tickets only; what comes back is used again until the horizon.

    A ticket: with p_round a multiple from the buckets (even inside each), with p_alive the recovered share, else nothing; with
    buy-back every multiple from 1 on becomes the buy-back multiple; GRANT_ONLY never returns anything. The same seed gives the
    same answer. Cost: about 0.1 us for each ticket drawn, at most 50 million. Raises TOO_MANY_RUNS, UNKNOWN_KIND, FIELD_WRONG
    (seed, years), PROBABILITIES_DO_NOT_SUM.
    """
    plan.check()
    chances.check()
    exact.known(policy, POLICIES, "policy")
    if isinstance(runs, bool) or not isinstance(runs, int) or not 1 <= runs <= MOST_RUNS:
        raise refuse("TOO_MANY_RUNS", where="runs", value=runs, most=MOST_RUNS)
    exact.count(seed, "seed", most=MOST_SEED)
    draw = np.random.default_rng(seed)
    arriving = np.zeros((plan.horizon_years + 1, runs))
    cash = np.full(runs, plan.pool_fen / plan.ticket_fen)
    companies, back, first = np.zeros(runs, np.int64), np.zeros(runs), np.zeros(runs)
    drawn = 0.0
    for year in range(plan.horizon_years + 1):
        cash += arriving[year]
        whole = np.floor(cash + 1e-9)
        if (drawn := drawn + float(whole.sum())) > MOST_TICKETS:
            raise refuse("TOO_MANY_RUNS", where="runs x tickets", value=f"{drawn:.0f}", most=MOST_TICKETS)
        tickets = whole.astype(np.int64)
        cash -= tickets
        companies += tickets
        got = _money_back(draw, plan, chances, policy, tickets)
        back += got[1]
        if year == 0:
            first = got[1] / np.maximum(tickets, 1)
        _arrive(arriving, year, got[0])
    rho = expectation(chances)
    expected = {GRANT_ONLY: rho.rho_grant_only, CONVERTIBLE: rho.rho_convertible, BUYBACK: rho.rho_buyback}[policy]
    return Simulated(
        policy, runs, seed, plan.pool_fen // plan.ticket_fen, _spread(first), _spread(back / np.maximum(companies, 1)),
        _spread(companies.astype(np.float64)), float(expected),
    )  # fmt: skip


Returns = dict[int, Floats]


def _money_back(draw: np.random.Generator, plan: Plan, chances: Chances, policy: str, tickets: Counts) -> tuple[Returns, Floats]:
    """({years later: money of each run}, money of each run in all), in tickets."""
    runs, count = len(tickets), int(tickets.sum())
    if policy == GRANT_ONLY or count == 0:
        return {}, np.zeros(runs)
    owner = np.repeat(np.arange(runs), tickets)
    fate = draw.random(count)
    is_sold = fate < float(chances.p_round)
    is_repaid = ~is_sold & (fate < float(chances.p_round + chances.p_alive))
    found: Returns = {}
    sold, repaid = owner[is_sold], owner[is_repaid]
    _add(found, draw, plan.years_to_exit, sold, multiples(draw, chances, policy == BUYBACK, len(sold)), runs)
    _add(found, draw, plan.years_to_repay, repaid, np.full(len(repaid), float(chances.recovered)), runs)
    return found, sum(found.values(), np.zeros(runs))


def multiples(draw: np.random.Generator, chances: Chances, bought_back: bool, count: int) -> Floats:
    """Money multiples of `count` sold holdings: a bucket by its probability, evenly inside it."""
    ends = np.cumsum([float(bucket.p) for bucket in chances.buckets])
    place = np.minimum(np.searchsorted(ends, draw.random(count), side="right"), len(ends) - 1)
    low = np.array([float(bucket.low) for bucket in chances.buckets])
    width = np.array([float(bucket.high - bucket.low) for bucket in chances.buckets])
    drawn: Floats = low[place] + width[place] * draw.random(count)
    return np.where(drawn >= 1, float(chances.buyback), drawn) if bought_back else drawn


def _add(found: Returns, draw: np.random.Generator, years: tuple[int, int], owner: Counts, amounts: Floats, runs: int) -> None:
    least, most = years
    after = np.full(len(owner), least) if least == most else draw.integers(least, most + 1, len(owner))
    for later in range(least, most + 1):
        mine = after == later
        summed = np.bincount(owner[mine], weights=amounts[mine], minlength=runs)
        found[later] = found.get(later, np.zeros(runs)) + summed


def _arrive(arriving: Floats, year: int, returns: Returns) -> None:
    for later, amounts in returns.items():
        if year + later < len(arriving):
            arriving[year + later] += amounts


def _spread(values: Floats) -> Spread:
    p10, median, p90 = np.percentile(values, [10, 50, 90])
    error = float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else 0.0
    return Spread(float(median), float((values < 1).mean()), float(p10), float(p90), float(values.mean()), error)
