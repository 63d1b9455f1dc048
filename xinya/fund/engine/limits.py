"""Limits on the public holder: the exact amount that may convert, solved and not searched (fund.md 7.3)."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from .price import Loads, Price, counted, price_in, regimes, solve
from .refusal import BadInput
from .terms import ISSUED, Instrument, Round

SHARE_CEILING, NOT_LARGEST_HOLDER = "SHARE_CEILING", "NOT_LARGEST_HOLDER"

Excess = Callable[[Price, Fraction], Fraction]


@dataclass(frozen=True, slots=True)
class Limits:
    """What the limited group G may hold: the ceilings of its grants, and whether others must be larger.

    grants: by id, so that the order of the list changes nothing; a cut falls on the last of them. ceilings: (ceiling, base), the
    strictest of each base; of two bases neither can be told stricter before the price is known, so each is solved.
    """

    group: str
    grants: tuple[Instrument, ...]
    ceilings: tuple[tuple[Fraction, str], ...]
    not_largest: bool

    @classmethod
    def of(cls, told: Round) -> "Limits | None":
        grants = tuple(sorted((one for one in told.instruments if one.is_limited), key=lambda one: one.id))
        if not grants:
            return None
        strictest: dict[str, Fraction] = {}
        for one in grants:
            if one.share_ceiling is not None:
                strictest[one.ceiling_base] = min(one.share_ceiling, strictest.get(one.ceiling_base, one.share_ceiling))
        ceilings = tuple(sorted((ceiling, base) for base, ceiling in strictest.items()))
        return cls(told.group_of(grants[0].holder), grants, ceilings, any(one.not_largest for one in grants))


@dataclass(frozen=True, slots=True)
class Solved:
    """The price with what converts. w_limited: W of the limited grants together, in fen. binding: the limit that cut it.

    on_cap: the ids of the SAFEs that take their cap. counted: W = A / phi of each instrument, in fen.
    """

    price: Price
    w_limited: Fraction
    binding: str | None
    on_cap: frozenset[str]
    counted: dict[str, Fraction]


class _Values:
    """Exact values of the groups at a price, in fen, as functions of W of the limited grants."""

    def __init__(self, told: Round, loads: Loads, limits: Limits, fixed_w: Fraction, counts: dict[str, Fraction]) -> None:
        self.loads, self.limits, self.fixed_w, self.counted = loads, limits, fixed_w, counts
        self.units: dict[str, int] = {}
        self.paid: dict[str, int] = {}
        self.converting: dict[str, list[Instrument]] = {}
        groups = told.groups()
        for held in told.holdings:
            self.units[groups[held.holder]] = self.units.get(groups[held.holder], 0) + held.units
        for paid in told.new_money:
            self.paid[groups[paid.holder]] = self.paid.get(groups[paid.holder], 0) + paid.amount_fen
        limited = {one.id for one in limits.grants}
        for one in told.instruments:
            if one.id not in limited:
                self.converting.setdefault(groups[one.holder], []).append(one)
        self.place = {one.id: place for place, one in enumerate(self.loads.safes)}
        self.others = self._largest_others(set(groups.values()) - {limits.group})
        self._solved: dict[Fraction, Price | BadInput] = {}
        self._lines: list[tuple[Price, Price]] | None = None

    def _largest_others(self, others: set[str]) -> list[str]:
        """The other groups that may be the largest at some price: those that convert something, and of the rest those of which
        no other has at least as many units and has paid at least as much."""
        found = sorted(others & self.converting.keys())
        most = -1
        for group in sorted(others - set(found), key=lambda name: (-self.units.get(name, 0), -self.paid.get(name, 0), name)):
            if self.paid.get(group, 0) > most:
                found.append(group)
                most = self.paid.get(group, 0)
        return found

    def at(self, w: Fraction) -> Price:
        """The price when W of the limited grants converts. Raises what `price.solve` raises."""
        if w not in self._solved:
            try:
                self._solved[w] = solve(self.loads, self.fixed_w + w)
            except BadInput as refused:
                self._solved[w] = refused
        found = self._solved[w]
        if isinstance(found, BadInput):
            raise found
        return found

    def lines(self) -> list[tuple[Price, Price]]:
        """Of each way in which the round could come out, the price at W = 0 and at W = 1: two points of a straight line.

        The ways seen already come first, as they mostly are the answer.
        """
        if self._lines is None:
            ends = [
                (price_in(self.loads, regime, self.fixed_w), price_in(self.loads, regime, self.fixed_w + 1))
                for regime in regimes(self.loads)
            ]
            likely = {self.at(w).regime for w in self._solved if isinstance(self._solved[w], Price)}
            found = [(low, high) for low, high in ends if low is not None and high is not None]
            self._lines = sorted(found, key=lambda pair: pair[0].regime not in likely)
        return self._lines

    def of_group(self, group: str, price: Price, w: Fraction) -> Fraction:
        """h PPS + m + what its instruments count; for the limited group also W."""
        value = self.units.get(group, 0) * price.pps + self.paid.get(group, 0)
        for one in self.converting.get(group, ()):
            if self.place.get(one.id, price.regime.on_cap) < price.regime.on_cap:
                reached = Fraction(price.pps * (self.loads.existing + self.loads.pool) + price.w, 1 - price.sigma)
                value += Fraction(one.amount_fen, one.cap_fen or 1) * reached
            else:
                value += self.counted[one.id]
        return value + (w if group == self.limits.group else 0)

    def over_ceiling(self, ceiling: Fraction, base: str) -> Excess:
        """f(W) = h PPS(W) + W + m - c V(W); `ISSUED` leaves the unallocated pool out of V."""

        def excess(price: Price, w: Fraction) -> Fraction:
            value = price.post
            if base == ISSUED:
                target = self.loads.target or Fraction(0)
                value -= target * price.post if price.regime.topped else self.loads.pool * price.pps
            return self.of_group(self.limits.group, price, w) - ceiling * value

        return excess

    def over_group(self, other: str) -> Excess:
        return lambda price, w: self.of_group(self.limits.group, price, w) - self.of_group(other, price, w)


def counted_by_id(told: Round) -> dict[str, Fraction]:
    """W = A / phi of each instrument, in fen; of a post-money SAFE what it counts when it is not on its cap."""
    return {one.id: counted(one, told.pre_money_fen) for one in told.instruments}


def solve_with_limits(told: Round, *, limited: bool = True) -> Solved:
    """The price of the round with the limited grants cut to what the limits allow, and the price recomputed with that.

    limited: False leaves the limits out. Raises what `price.solve` raises.
    """
    loads, counts = Loads.of(told), counted_by_id(told)
    capped = {one.id for one in loads.safes}
    limits = Limits.of(told) if limited else None
    cut = {one.id for one in limits.grants} if limits else set()
    fixed = sum((value for name, value in counts.items() if name not in cut and name not in capped), Fraction(0))
    if limits is None:
        return _solved(loads, counts, solve(loads, fixed), Fraction(0), None)
    full = sum((counts[one.id] for one in limits.grants), Fraction(0))
    values = _Values(told, loads, limits, fixed, counts)
    allowed, binding = _allowed(values, full)
    return _solved(loads, counts, values.at(allowed), allowed, binding)


def _solved(loads: Loads, counts: dict[str, Fraction], price: Price, w: Fraction, binding: str | None) -> Solved:
    return Solved(price, w, binding, frozenset(one.id for one in loads.safes[: price.regime.on_cap]), counts)


def _allowed(values: _Values, full: Fraction) -> tuple[Fraction, str | None]:
    """The smaller W of the limits that `full` breaks, with the limit; `full` and None when it breaks none."""
    found: list[tuple[Fraction, int, str]] = []
    for ceiling, base in values.limits.ceilings:
        if (largest := _largest(values, values.over_ceiling(ceiling, base), full)) is not None:
            found.append((largest, 0, SHARE_CEILING))
    if values.limits.not_largest:
        # It is enough to stay below one of the others, so the widest of the bounds is the bound.
        bounds = [_largest(values, values.over_group(other), full) for other in values.others]
        broken = [bound for bound in bounds if bound is not None]
        if len(broken) == len(bounds):
            found.append((max(broken, default=Fraction(0)), 1, NOT_LARGEST_HOLDER))
    if not found:
        return full, None
    allowed, _order, binding = min(found)
    return allowed, binding


def _largest(values: _Values, excess: Excess, full: Fraction) -> Fraction | None:
    """None when `full` breaks nothing; else the W at which the excess is 0, and 0 when even nothing is too much.

    The excess is affine in W as long as the round comes out the same way, so each way gives one root: the one that
    holds at its own price is taken.
    """
    has_price = True
    try:
        if excess(values.at(full), full) <= 0:
            return None
    except BadInput as refused:
        if refused.code != "PRE_MONEY_TOO_SMALL":
            raise
        has_price = False
    if excess(values.at(Fraction(0)), Fraction(0)) >= 0:
        return Fraction(0)
    for at_0, at_1 in values.lines():
        start = excess(at_0, Fraction(0))
        slope = excess(at_1, Fraction(1)) - start
        if slope <= 0 or start > 0:
            continue
        root = Fraction(-start, slope)
        if root <= full and _is_root(values, excess, root):
            return root
    if has_price:
        raise AssertionError("a limit that is broken has no amount at which it holds")
    return None  # the pre-money value is used up before the limit is reached: not this limit refuses the round


def _is_root(values: _Values, excess: Excess, root: Fraction) -> bool:
    try:
        return excess(values.at(root), root) == 0
    except BadInput:
        return False
