"""Holding and selling: cost that leaves the book, price of a buy-back, concession to the team (fund.md 7.8, 7.11)."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from . import exact
from .refusal import refuse

COST_PLUS = "COST_PLUS_SIMPLE_INTEREST"
GREATER = "MAX_OF_COST_PLUS_INTEREST_AND_APPRAISAL"
APPRAISAL = "APPRAISAL_OR_EXCHANGE"
PRICES = (COST_PLUS, GREATER, APPRAISAL)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the schedule: how the price is made up to so many years after the tranche was paid; None: for ever."""

    until_years: int | None
    price: str


@dataclass(frozen=True, slots=True)
class Lot:
    """What one tranche became: units held, their cost in fen, the day the tranche was paid (each lot has its own clock)."""

    units: int
    cost_fen: int
    funded_on: datetime.date


@dataclass(frozen=True, slots=True)
class Sale:
    """price_fen is paid; cost_out_fen leaves the book; gain_fen may be negative."""

    days: int
    row: str
    price_fen: int
    cost_out_fen: int
    gain_fen: int
    units_left: int
    cost_left_fen: int


def cost_out(cost_fen: int, held_units: int, sold_units: int) -> int:
    """half_up(cost x s / h): the cost of the part sold, in fen; the last sale takes the rest. Raises MORE_THAN_HELD."""
    exact.units(sold_units, "buy_shares", least=1)
    if sold_units > held_units:
        raise refuse("MORE_THAN_HELD", where="buy_shares", value=sold_units, held=held_units)
    return exact.half_up(Fraction(cost_fen * sold_units, held_units))


def row_for(schedule: Sequence[Row], funded_on: datetime.date, paid_on: datetime.date) -> Row:
    """The first row that reaches the day: `until_years` includes the anniversary itself. Raises FIELD_MISSING if none does."""
    for place, row in enumerate(schedule):
        exact.known(row.price, PRICES, f"schedule.{place}.price")
        if row.until_years is None:
            return row
        years = exact.count(row.until_years, f"schedule.{place}.until_years")
        if years > paid_on.year - funded_on.year or paid_on <= exact.months_after(funded_on, 12 * years):
            return row
    raise refuse("FIELD_MISSING", where="schedule")


def buy_back(
    lot: Lot,
    units: int,
    paid_on: datetime.date,
    schedule: Sequence[Row],
    annual_rate: Fraction,
    *,
    year_basis: int = 365,
    appraisal_fen: int | None = None,
) -> Sale:
    """The price at which founders buy `units` of a lot: by the row for the years since the tranche was paid.

    Cost and interest: half_up(cost share x (1 + r x days / year_basis)), cost share = cost x s / h, exact. appraisal_fen: filed
    value of the part bought. Raises MORE_THAN_HELD, DATES_REVERSED, FIELD_MISSING (the row needs an appraisal), RATE_OUT_OF_RANGE.
    """
    exact.units(lot.units, "held_shares", least=1)
    exact.fen(lot.cost_fen, "cost_fen", least=0)
    rate = exact.share(annual_rate, "annual_rate", "RATE_OUT_OF_RANGE")
    leaving = cost_out(lot.cost_fen, lot.units, units)
    days = exact.days_between(lot.funded_on, paid_on, "paid_on")
    row = row_for(schedule, lot.funded_on, paid_on)
    share = Fraction(lot.cost_fen * units, lot.units)
    price = exact.half_up(share * (1 + Fraction(rate * days, exact.year_basis(year_basis))))
    if row.price != COST_PLUS:
        if appraisal_fen is None:
            raise refuse("FIELD_MISSING", where="appraisal_fen")
        value = exact.fen(appraisal_fen, "appraisal_fen", least=0)
        price = max(price, value) if row.price == GREATER else value
    return Sale(days, row.price, price, leaving, price - leaving, lot.units - units, lot.cost_fen - leaving)


@dataclass(frozen=True, slots=True)
class Concession:
    """In fen. gain_above_hurdle_fen may be negative; then nothing is given."""

    hurdle_fen: int
    gain_above_hurdle_fen: int
    concession_fen: int
    public_fen: int


def concession(
    cost_fen: int, proceeds_fen: int, days: int, *, hurdle_rate: Fraction, share: Fraction, year_basis: int = 365
) -> Concession:
    """hurdle = half_up(cost x rate x days / basis); concession = floor(share x max(proceeds - cost - hurdle, 0)) (7.11).

    Rounded down for the public side. share: 0 <= share <= 1. Raises RATE_OUT_OF_RANGE, SHARE_OUT_OF_RANGE, DATES_REVERSED.
    """
    exact.fen(cost_fen, "cost_fen", least=0)
    exact.fen(proceeds_fen, "proceeds_fen", least=0)
    rate = exact.share(hurdle_rate, "hurdle_rate", "RATE_OUT_OF_RANGE")
    if not 0 <= share <= 1:
        raise refuse("SHARE_OUT_OF_RANGE", where="concession_share", value=share)
    if isinstance(days, bool) or not isinstance(days, int) or days < 0:
        raise refuse("DATES_REVERSED", where="days", value=days, earlier=0)
    hurdle = exact.half_up(Fraction(cost_fen * rate * days, exact.year_basis(year_basis)))
    gain = proceeds_fen - cost_fen - hurdle
    given = exact.floor(share * max(gain, 0))
    return Concession(hurdle, gain, given, proceeds_fen - given)
