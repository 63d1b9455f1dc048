"""The yearly return of dated money (fund.md 7.13). Binary floats: for reports, never for the ledger."""

import datetime
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from xinya.kit.text import gettext_noop as _

from . import exact
from .refusal import BadInput

LOWEST, HIGHEST = -0.9999, 100.0
STEPS = 400
NO_SIGN_CHANGE = _("The yearly return is not defined: money only ever goes one way.")
ONE_DAY = _("The yearly return is not defined: all money moves on one day.")
NO_ROOT = _("The yearly return is not defined: no rate between -0.9999 and 100 fits.")


@dataclass(frozen=True, slots=True)
class Return:
    """rate: 0.05 is 5 % a year. has_several: money turns more than once, so several rates may exist: show DPI first."""

    rate: float
    has_several: bool


def xirr(flows: Sequence[tuple[datetime.date, int]]) -> Return:
    """r with sum c_i / (1+r)^((d_i - d_0)/365) = 0; flows in fen, netted by day, below 0 paid out.

    The sum is taken over amounts divided by the largest, roots are bracketed on a grid of 400 steps in log(1+r) and then halved;
    of several the one nearest to 0 is given. Raises XIRR_UNDEFINED with the reason: no sign change, one single day, no root in
    (-0.9999, 100). Within 1e-9 of the exact rate for (-P, then P(1+r) a year later).
    """
    by_day: dict[datetime.date, int] = {}
    for place, (day, amount) in enumerate(flows):
        exact.fen(abs(amount) if isinstance(amount, int) and not isinstance(amount, bool) else amount, f"flows.{place}", least=0)
        by_day[day] = by_day.get(day, 0) + amount
    days = len({day for day, _amount in flows})
    moved = sorted((day, amount) for day, amount in by_day.items() if amount)
    changes = sum((one < 0) != (other < 0) for (_d, one), (_e, other) in pairwise(moved))
    if days == 1:
        raise BadInput("XIRR_UNDEFINED", ONE_DAY)
    if changes == 0:
        raise BadInput("XIRR_UNDEFINED", NO_SIGN_CHANGE)
    largest = max(abs(amount) for _day, amount in moved)
    terms = [((day - moved[0][0]).days / 365, amount / largest) for day, amount in moved]
    roots = _roots(terms)
    if not roots:
        raise BadInput("XIRR_UNDEFINED", NO_ROOT)
    return Return(min(roots, key=abs), changes > 1)


def _worth(terms: Sequence[tuple[float, float]], log_rate: float) -> float:
    """The sum at log(1+r), times (1+r)^(last/2) so that neither end runs away."""
    middle = terms[-1][0] / 2
    return math.fsum(amount * math.exp(min(700.0, (middle - years) * log_rate)) for years, amount in terms)


def _roots(terms: Sequence[tuple[float, float]]) -> list[float]:
    low, high = math.log1p(LOWEST), math.log1p(HIGHEST)
    grid = [low + (high - low) * step / STEPS for step in range(STEPS + 1)]
    worths = [_worth(terms, point) for point in grid]
    found = [math.expm1(point) for point, worth in zip(grid[1:-1], worths[1:-1], strict=True) if worth == 0]
    for (one, at_one), (other, at_other) in zip(
        zip(grid, worths, strict=True), zip(grid[1:], worths[1:], strict=True), strict=False
    ):
        if at_one * at_other < 0:
            found.append(math.expm1(_halved(terms, one, other, rising=at_one < 0)))
    return found


def _halved(terms: Sequence[tuple[float, float]], low: float, high: float, *, rising: bool) -> float:
    while True:
        middle = (low + high) / 2
        if middle in (low, high):
            return middle
        if (_worth(terms, middle) < 0) == rising:
            low = middle
        else:
            high = middle
