"""Does the same money support more companies? The exact views of fund.md 7.14: a ledger of years, and expected money back."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from . import exact
from .refusal import refuse

MOST_YEARS, MOST_BUCKETS = 1000, 100


@dataclass(frozen=True, slots=True)
class Year:
    """received_fen comes in, `supported` companies get a ticket, cash_left_fen waits."""

    year: int
    received_fen: int
    supported: int
    cash_left_fen: int


@dataclass(frozen=True, slots=True)
class Recycled:
    """multiple: companies beside those of grants alone; bound: 1 / (1 - ratio), None when the pool does not shrink."""

    log: tuple[Year, ...]
    companies: int
    grant_only: int
    multiple: Fraction | None
    bound: Fraction | None


def recycle(pool_fen: int, ticket_fen: int, return_ratio: Fraction, lag_years: int, horizon_years: int) -> Recycled:
    """Whole tickets from the pool; each returns `return_ratio` of itself after `lag_years`; what came back is used again.

    Money back on one ticket is rounded half up to fen. Raises AMOUNT_*, FIELD_WRONG.
    """
    exact.fen(pool_fen, "pool_fen")
    exact.fen(ticket_fen, "ticket_fen")
    exact.count(lag_years, "lag_years", least=1, most=MOST_YEARS)
    exact.count(horizon_years, "horizon_years", most=MOST_YEARS)
    back = exact.half_up(return_ratio * ticket_fen)
    cash, received, log = pool_fen, pool_fen, []
    for year in range(0, horizon_years + 1, lag_years):
        supported, cash = divmod(exact.fen(cash, f"year {year}, money in the pool", least=0), ticket_fen)
        log.append(Year(year, received, supported, cash))
        received = supported * back
        cash += received
    companies, alone = sum(one.supported for one in log), pool_fen // ticket_fen
    return Recycled(tuple(log), companies, alone, Fraction(companies, alone) if alone else None, bound(return_ratio))


def bound(rho: Fraction) -> Fraction | None:
    """1 / (1 - rho): tickets that a divisible yuan pays for in the end; None for rho >= 1, when the pool grows."""
    return Fraction(1, 1 - rho) if rho < 1 else None


@dataclass(frozen=True, slots=True)
class Bucket:
    """With probability p the money multiple lies evenly between `low` and `high`."""

    p: Fraction
    low: Fraction
    high: Fraction

    def mean(self) -> Fraction:
        return Fraction(self.low + self.high, 2)

    def mean_bought_back(self, multiple: Fraction) -> Fraction:
        """Mean when everything from 1x on is bought back at `multiple`."""
        if self.low >= 1:
            return multiple
        if self.high <= 1:
            return self.mean()
        width = self.high - self.low
        return Fraction(1 - self.low, width) * Fraction(self.low + 1, 2) + Fraction(self.high - 1, width) * multiple


@dataclass(frozen=True, slots=True)
class Chances:
    """What may become of a ticket. p_round + p_dead + p_alive = 1, and so do the buckets'. recovered: of a yuan when alive
    without a round. buyback: multiple at which founders may buy every winner back."""

    p_round: Fraction
    p_dead: Fraction
    p_alive: Fraction
    recovered: Fraction
    buckets: tuple[Bucket, ...]
    buyback: Fraction

    def check(self) -> None:
        """Raises PROBABILITIES_DO_NOT_SUM, FIELD_WRONG."""
        exact.lines(self.buckets, "multiple_buckets", MOST_BUCKETS)
        for name, parts in (
            ("p_next_round, p_dead, p_alive_no_round", (self.p_round, self.p_dead, self.p_alive)),
            ("multiple_buckets", tuple(one.p for one in self.buckets)),
        ):
            if sum(parts, Fraction(0)) != 1 or min(parts, default=Fraction(0)) < 0:
                raise refuse("PROBABILITIES_DO_NOT_SUM", where=name, value=exact.text(sum(parts, Fraction(0))))
        for place, one in enumerate(self.buckets):
            if not 0 <= one.low <= one.high:
                raise refuse("FIELD_WRONG", where=f"multiple_buckets.{place}", value=f"{one.low} to {one.high}")


@dataclass(frozen=True, slots=True)
class Expectation:
    """Money back per yuan under the three policies, and the mean multiples behind it."""

    mean_multiple: Fraction
    mean_multiple_buyback: Fraction
    rho_grant_only: Fraction
    rho_convertible: Fraction
    rho_buyback: Fraction


def expectation(chances: Chances) -> Expectation:
    """rho = p_round x mean multiple + p_alive x recovered, exact (7.14). The mean hangs on the rare top bucket: lead with the
    median and the chance of a loss of `simulation.simulate`."""
    chances.check()
    mean = sum((one.p * one.mean() for one in chances.buckets), Fraction(0))
    bought = sum((one.p * one.mean_bought_back(chances.buyback) for one in chances.buckets), Fraction(0))
    alive = chances.p_alive * chances.recovered
    return Expectation(mean, bought, Fraction(0), chances.p_round * mean + alive, chances.p_round * bought + alive)


def decimals(rows: Sequence[tuple[str, str, str]]) -> tuple[Bucket, ...]:
    """Buckets from decimal strings (p, low, high)."""
    return tuple(Bucket(Fraction(p), Fraction(low), Fraction(high)) for p, low, high in rows)


DEFAULT_CHANCES = Chances(
    p_round=Fraction("0.45"),
    p_dead=Fraction("0.31"),
    p_alive=Fraction("0.24"),
    recovered=Fraction(1),
    buckets=decimals(
        [
            ("0.648", "0", "1"),
            ("0.253", "1", "5"),
            ("0.059", "5", "10"),
            ("0.025", "10", "20"),
            ("0.011", "20", "50"),
            ("0.004", "50", "50"),
        ]
    ),
    buyback=Fraction("1.15"),
)
"""示意, not facts about any zone: next round 45 % and death 31 % are Chinese angel statistics (2022), the multiples are of US
financings 2004-2013 (a later update for the decade to 2022 says nearly half below 1x); they describe other populations."""
