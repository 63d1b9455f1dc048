"""After the conversion: anti-dilution of a class in a down round, and dilution through later rounds (fund.md 7.9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from . import exact
from .conversion import convert
from .refusal import refuse
from .terms import INCLUDES, Holding, NewMoney, Round
from .trigger import MOST_ROUNDS

WEIGHTED_AVERAGE, FULL_RATCHET, NONE = "WEIGHTED_AVERAGE", "FULL_RATCHET", "NONE"
METHODS = (WEIGHTED_AVERAGE, FULL_RATCHET, NONE)


@dataclass(frozen=True, slots=True)
class Adjustment:
    """The conversion price after the round, fen a unit; the units that the class now counts as; how many more than before."""

    conversion_price: Fraction
    as_converted: int
    extra: int


def adjusted(
    conversion_price: Fraction,
    *,
    fully_diluted_before: int,
    new_units: int,
    new_price: Fraction,
    class_units: int,
    original_price: Fraction | None = None,
    method: str = WEIGHTED_AVERAGE,
) -> Adjustment:
    """CP2 = CP1 x (A + B/CP1) / (A + C); as-converted = floor(units x OP / CP2) (7.9; broad-based weighted average).

    A: FD units before, B: money in = C x new price, C: new units; prices in fen a unit. A round that is not below CP1 changes
    nothing. FULL_RATCHET: CP2 = the new price. original_price OP: default CP1.
    Raises AMOUNT_NOT_POSITIVE, SHARES_NOT_INTEGER, UNKNOWN_KIND.
    """
    exact.known(method, METHODS, "method")
    exact.units(fully_diluted_before, "fully_diluted_before", least=1)
    exact.units(new_units, "new_shares")
    exact.units(class_units, "preferred_shares")
    for name, price in (("conversion_price_fen", conversion_price), ("new_price_fen", new_price)):
        if price < 0 or (price == 0 and name == "conversion_price_fen"):
            raise refuse("AMOUNT_NOT_POSITIVE", where=name, value=price)
    after = conversion_price
    if new_price < conversion_price and method == WEIGHTED_AVERAGE:
        money = new_units * new_price
        after = conversion_price * Fraction(
            fully_diluted_before + Fraction(money, conversion_price), fully_diluted_before + new_units
        )
    elif new_price < conversion_price and method == FULL_RATCHET:
        after = new_price
    if after == 0:
        raise refuse("AMOUNT_NOT_POSITIVE", where="new_price_fen", value=new_price)
    paid = conversion_price if original_price is None else original_price
    before = exact.floor(Fraction(class_units * paid, conversion_price))
    now = exact.floor(Fraction(class_units * paid, after))
    return Adjustment(after, now, now - before)


@dataclass(frozen=True, slots=True)
class LaterRound:
    """A round with new money only. pool_target: share of the total after it, or None."""

    name: str
    pre_money_fen: int
    new_money_fen: int
    pool_target: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """The company after a round; price, new units and top-up are None before the first."""

    after: str
    total: int
    public: int
    pool: int
    pps: Fraction | None = None
    new_units: int | None = None
    pool_topup: int | None = None


def dilution_path(total: int, public: int, pool: int, rounds: Sequence[LaterRound], *, start: str = "A") -> list[Step]:
    """The public holder's units and the total through later rounds: the same solver without instruments (7.9).

    total: all units with the pool. Raises MORE_THAN_HELD and what `convert` raises.
    """
    exact.lines(rounds, "rounds", MOST_ROUNDS)
    exact.units(total, "start.total", least=1)
    exact.units(public, "start.public")
    exact.units(pool, "start.unallocated_pool")
    if public + pool > total:
        raise refuse("MORE_THAN_HELD", where="start.public", value=public, held=total - pool)
    steps = [Step(start, total, public, pool)]
    for one in rounds:
        others = steps[-1].total - public - steps[-1].pool
        done = convert(
            Round(
                holdings=(Holding("PUBLIC", public), Holding("OTHERS", others)),
                pool_units=steps[-1].pool,
                pre_money_fen=one.pre_money_fen,
                new_money=(NewMoney("NEW", one.new_money_fen),),
                pool_target=one.pool_target,
                basis=INCLUDES,
            )
        )
        after = steps[-1].pool + done.pool_topup
        steps.append(Step(one.name, done.total, public, after, done.price.pps, done.new_units["NEW"], done.pool_topup))
    return steps
