"""The yearly return of dated money (fund.md 7.13). Binary floats: for reports, never for the ledger."""

import datetime
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from xinya.kit.text import gettext_noop as _

from . import exact
from .refusal import BadInput

LOWEST, HIGHEST = -0.9999, 100.0
STEPS = 400
TOUCHING = 4e-15
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

    The sum is taken over amounts divided by the largest. Its roots are bracketed on a grid of 400 steps in log(1+r), parted further
    where the sum turns round, so that two roots in one step are both seen, and a double root, where the sum touches 0 without
    changing its sign, is seen too. Of several rates that of the net result's own sign is given (a net loss has a negative rate when
    any is), of these the one nearest to 0. Raises XIRR_UNDEFINED with the reason: no sign change, one single day, no root in
    (-0.9999, 100). Within 1e-9 of the exact rate for (-P, then P(1+r) a year later); a double root within 1e-6.
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
    is_loss = sum(by_day.values()) < 0
    return Return(min(roots, key=lambda rate: ((rate < 0) != is_loss, abs(rate))), changes > 1)


Terms = Sequence[tuple[float, float]]


def _parts(terms: Terms, log_rate: float) -> list[float]:
    """The discounted terms at log(1+r), all divided by the largest discount factor so that none runs away: signs stay."""
    powers = [-years * log_rate for years, _amount in terms]
    top = max(powers)
    return [amount * math.exp(power - top) for (_years, amount), power in zip(terms, powers, strict=True)]


def _worth(terms: Terms, log_rate: float) -> float:
    """The sum, up to a factor above 0."""
    return math.fsum(_parts(terms, log_rate))


def _slope(terms: Terms, log_rate: float) -> float:
    """The slope, up to a factor above 0, of the sum times (1+r)^(last/2): it is 0 between two roots and at a double one."""
    middle = terms[-1][0] / 2
    parts = _parts(terms, log_rate)
    return math.fsum((middle - years) * part for (years, _amount), part in zip(terms, parts, strict=True))


def _touches(terms: Terms, log_rate: float) -> bool:
    """Whether the sum is 0 there but for the last digits of its terms, which long terms and high rates make coarser."""
    parts, largest = _parts(terms, log_rate), abs(terms[-1][0] * log_rate)
    return abs(math.fsum(parts)) <= TOUCHING * (1 + largest) * math.fsum(map(abs, parts))


def _roots(terms: Terms) -> list[float]:
    low, high = math.log1p(LOWEST), math.log1p(HIGHEST)
    grid = [low + (high - low) * step / STEPS for step in range(STEPS + 1)]
    turns = [_halved(_slope, terms, one, other) for one, other in pairwise(grid) if _slope(terms, one) * _slope(terms, other) < 0]
    found = [point for point in [*grid[1:-1], *turns] if _touches(terms, point)]
    points = sorted({*grid, *turns} - set(found))
    found += [
        _halved(_worth, terms, one, other) for one, other in pairwise(points) if _worth(terms, one) * _worth(terms, other) < 0
    ]
    return [math.expm1(point) for point in found]


def _halved(sum_of: Callable[[Terms, float], float], terms: Terms, low: float, high: float) -> float:
    """The point between two of different sign at which the sum turns its sign, to the last bit."""
    is_rising = sum_of(terms, low) < 0
    while True:
        middle = (low + high) / 2
        if middle in (low, high):
            return middle
        if (sum_of(terms, middle) < 0) == is_rising:
            low = middle
        else:
            high = middle
