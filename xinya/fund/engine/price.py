"""The price of a round in closed form, with the SAFE choice and the pool top-up (fund.md 7.2 steps 2 to 4). Exact."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from .refusal import refuse
from .terms import EXCLUDES, INCLUDES, SAFE_POST, Instrument, Round


@dataclass(frozen=True, slots=True)
class Loads:
    """What the price depends on. Units, fen and shares of 1, as in fund.md 7.2: E, U, Pre, New, p, basis, SAFEs with a cap.

    aside: W = A / phi of each of `safes`, what it counts when it is not on its cap. thresholds: cap / phi of each.
    """

    existing: int
    pool: int
    pre: int
    new: int
    target: Fraction | None
    basis: str
    safes: tuple[Instrument, ...]
    aside: tuple[Fraction, ...]
    thresholds: tuple[Fraction, ...]

    @classmethod
    def of(cls, told: Round) -> "Loads":
        pre = told.pre_money_fen
        ranked = [(threshold(one, pre), one) for one in told.instruments if one.kind == SAFE_POST and one.cap_fen is not None]
        ranked.sort(key=lambda pair: (pair[0], pair[1].id))
        return cls(
            told.existing_units,
            told.pool_units,
            told.pre_money_fen,
            told.new_money_fen,
            told.pool_target or None,
            told.basis,
            tuple(one for _threshold, one in ranked),
            tuple(counted(one, pre) for _threshold, one in ranked),
            tuple(threshold for threshold, _one in ranked),
        )


@dataclass(frozen=True, slots=True)
class Regime:
    """One way in which the round could come out: the first `on_cap` SAFEs on their cap, the pool topped up or not."""

    on_cap: int
    topped: bool


@dataclass(frozen=True, slots=True)
class Price:
    """The solved round. pps: fen a unit. post: V in fen. w: what the W instruments count, in fen. sigma, k, K as in 7.2."""

    regime: Regime
    pps: Fraction
    post: Fraction
    w: Fraction
    sigma: Fraction
    capitalisation: Fraction

    @property
    def k(self) -> Fraction:
        return Fraction(self.sigma, 1 - self.sigma)


def threshold(one: Instrument, pre: int) -> Fraction:
    """Cap / phi, in fen: a post-money SAFE takes its cap when this lies below PPS x K, that is when Cap / K < phi PPS.

    phi = max(floor, Pre (1 - d)) / Pre. Without a floor this is the Cap / (1 - d) of 7.2 step 2. A floor raises the price off the
    cap and so makes the cap likelier; since cap >= floor, max(floor, min(x, cap)) of step 1 is min(cap, max(floor, x)).
    """
    return Fraction(one.cap_fen or 0, one.factor(pre))


def promised(safes: Sequence[Instrument]) -> Fraction:
    """sigma: what the SAFEs on their caps promise of the company capitalisation, sum of A / Cap."""
    return sum((Fraction(one.amount_fen, one.cap_fen or 1) for one in safes), Fraction(0))


def counted(one: Instrument, pre: int) -> Fraction:
    """W = A / phi, in fen: what an instrument counts at the round price."""
    return Fraction(one.amount_fen, one.factor(pre))


def price_in(loads: Loads, regime: Regime, base_w: Fraction) -> Price | None:
    """The price if the round came out that way, with `base_w` counted by what is no SAFE with a cap.

    None when it cannot: the SAFEs promise everything, or nothing is left for the price. 7.2 steps 3 and 4:
    INCLUDES: PPS = (Pre - w - kw) / ((E+U)(1+k)); with top-up PPS = (Pre - pV - w - kw) / (E + k(E+U)).
    EXCLUDES: PPS = Pre / (E+U); with top-up PPS = (Pre - p(Pre + New + w + kw)) / (E + p k (E+U)).
    """
    sigma = promised(loads.safes[: regime.on_cap])
    if sigma >= 1:
        return None
    k = Fraction(sigma, 1 - sigma)
    w = base_w + sum(loads.aside[regime.on_cap :], Fraction(0))
    both, target = loads.existing + loads.pool, loads.target or Fraction(0)
    if loads.basis == INCLUDES:
        if regime.topped:
            left, over = loads.pre - target * (loads.pre + loads.new) - w - k * w, loads.existing + k * both
        else:
            left, over = loads.pre - w - k * w, both * (1 + k)
    elif regime.topped:
        left, over = loads.pre - target * (loads.pre + loads.new + w + k * w), loads.existing + target * k * both
    else:
        left, over = Fraction(loads.pre), Fraction(both)
    pps = Fraction(left, over)
    post = Fraction(loads.pre + loads.new)
    if loads.basis == EXCLUDES:
        post += w + k * (pps * both + w)
    reached = Fraction(both * pps + w, 1 - sigma)
    return Price(regime, pps, post, w, sigma, Fraction(reached, pps) if pps > 0 else Fraction(0))


def regimes(loads: Loads) -> Iterator[Regime]:
    """Every way in which the round could come out: n + 1 prefixes, with and without a top-up."""
    for count in range(len(loads.safes) + 1):
        yield Regime(count, topped=False)
        if loads.target is not None:
            yield Regime(count, topped=True)


def choices_hold(loads: Loads, price: Price) -> bool:
    """Whether every SAFE is where it belongs: on its cap exactly when Cap / phi < PPS x K."""
    reached = price.pps * price.capitalisation
    return all((bound < reached) == (place < price.regime.on_cap) for place, bound in enumerate(loads.thresholds))


def solve(loads: Loads, base_w: Fraction) -> Price:
    """The price of the round: each prefix of the SAFEs, the pool topped up only when it must be; the one where all holds.

    Cost: n + 1 prefixes of a few rational operations each. Raises SAFES_PROMISE_TOO_MUCH, PRE_MONEY_TOO_SMALL,
    SAFE_CHOICE_UNSTABLE.
    """
    too_small = False
    for count in range(len(loads.safes) + 1):
        price = _with_prefix(loads, count, base_w)
        if price is None:
            break
        if price.pps <= 0:
            too_small = True
        elif choices_hold(loads, price):
            return price
    sigma = promised(loads.safes)
    if sigma >= 1:
        raise refuse("SAFES_PROMISE_TOO_MUCH", value=str(sigma))
    if too_small:
        raise refuse("PRE_MONEY_TOO_SMALL", value=loads.pre)
    raise refuse("SAFE_CHOICE_UNSTABLE")


def _with_prefix(loads: Loads, count: int, base_w: Fraction) -> Price | None:
    """First without a top-up; with one only where the pool would fall short of its target. None: sigma >= 1."""
    plain = price_in(loads, Regime(count, topped=False), base_w)
    if plain is None or plain.pps <= 0 or loads.target is None or loads.pool * plain.pps >= loads.target * plain.post:
        return plain
    return price_in(loads, Regime(count, topped=True), base_w)
