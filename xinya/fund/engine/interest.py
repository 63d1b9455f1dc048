"""Simple interest with a table of rates (fund.md 7.6): exact until it is rounded once per tranche. No compounding."""

import datetime
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from . import exact
from .refusal import refuse

MOST_RATES = 2000


@dataclass(frozen=True, slots=True)
class RateTable:
    """Yearly rates by the day from which they hold, ascending. The rate of a day is the newest that is not later."""

    days: tuple[datetime.date, ...]
    rates: tuple[Fraction, ...]

    @classmethod
    def of(cls, rows: Iterable[tuple[datetime.date, Fraction]]) -> "RateTable":
        """From rows in any order. Raises DUPLICATE_ID for two rates from one day, RATE_OUT_OF_RANGE, RATE_TABLE_GAP if empty."""
        table = sorted(rows)
        exact.lines(table, "rate_table", MOST_RATES)
        if not table:
            raise refuse("RATE_TABLE_GAP", value="rate_table", first="-")
        for (day, _before), (other, _after) in pairwise(table):
            if day == other:
                raise refuse("DUPLICATE_ID", where="rate_table", value=day)
        for _day, rate in table:
            exact.share(rate, "rate_table", "RATE_OUT_OF_RANGE")
        return cls(tuple(day for day, _ in table), tuple(rate for _, rate in table))

    @classmethod
    def fixed(cls, rate: Fraction, start: datetime.date) -> "RateTable":
        """One rate from one day on."""
        return cls((start,), (rate,))

    def rate_on(self, day: datetime.date) -> Fraction:
        """Raises RATE_TABLE_GAP before the first day of the table."""
        place = bisect_right(self.days, day)
        if place == 0:
            raise refuse("RATE_TABLE_GAP", value=day, first=self.days[0] if self.days else "-")
        return self.rates[place - 1]

    def segments(self, start: datetime.date, end: datetime.date) -> list[tuple[datetime.date, datetime.date, Fraction]]:
        """The stretches [from, to) of one rate between two days."""
        if start == end:
            return []
        borders = [start, *(day for day in self.days if start < day < end), end]
        return [(one, other, self.rate_on(one)) for one, other in pairwise(borders)]


def simple_interest(principal_fen: int, table: RateTable, start: datetime.date, end: datetime.date, year_basis: int) -> Fraction:
    """I = P x sum over segments of rate x days / year_basis, in fen, exact (fund.md 7.6).

    The first day counts, the last does not. A table that starts after the first day is RATE_TABLE_GAP, also for a period of no
    days. Raises DATES_REVERSED, RATE_TABLE_GAP, UNKNOWN_BASIS.
    """
    exact.days_between(start, end, "interest")
    table.rate_on(start)
    basis = exact.year_basis(year_basis)
    rate_days = sum((rate * (other - one).days for one, other, rate in table.segments(start, end)), Fraction(0))
    return Fraction(principal_fen * rate_days, basis)
