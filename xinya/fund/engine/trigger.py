"""When a round is qualified: enough new money from unrelated investors within the window (fund.md 7.1)."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from . import exact
from .refusal import refuse

CROSSING_ROUND = "CROSSING_ROUND"
MOST_ROUNDS = 1000
ROUND = "ROUND"
NO_ROUNDS = ("TRANSFER", "ZERO_PRICE_ISSUE", "POOL_INCREASE")


@dataclass(frozen=True, slots=True)
class Investor:
    """One investor's new money, in fen. is_related: of a group with founder, controller or the public holder, or flagged.

    The caller says so: the engine knows no groups here.
    """

    name: str
    amount_fen: int
    is_related: bool = False


@dataclass(frozen=True, slots=True)
class SignedRound:
    """A round as it was signed. kind: a transfer between old holders, a zero-price issue or a pool increase is no round,
    and its investors and amounts are neither needed nor looked at.
    """

    date: datetime.date
    investors: tuple[Investor, ...]
    pre_money_fen: int | None
    kind: str = ROUND


@dataclass(frozen=True, slots=True)
class Rule:
    """threshold_fen: new money that makes a round qualified. months: the window (date - months, date]."""

    threshold_fen: int
    months: int = 12
    exclude_related: bool = True
    price_from: str = CROSSING_ROUND


@dataclass(frozen=True, slots=True)
class Found:
    """is_met; place: index of the crossing round; sum_fen: counted money in its window, or in the last one when not met."""

    is_met: bool
    sum_fen: int
    place: int | None = None
    date: datetime.date | None = None
    pre_money_fen: int | None = None


def qualified_round(rule: Rule, rounds: Sequence[SignedRound]) -> Found:
    """The first round at which counted new money in the window reaches the threshold; the price comes from it.

    Rounds of one day count in their order. Raises AMOUNT_NOT_POSITIVE, AMOUNT_NOT_INTEGER, UNKNOWN_KIND.
    """
    exact.fen(rule.threshold_fen, "rule.threshold_fen")
    exact.known(rule.price_from, (CROSSING_ROUND,), "rule.price_from")
    exact.count(rule.months, "rule.aggregate_months", least=1, most=1200)
    exact.lines(rounds, "rounds", MOST_ROUNDS)
    for place, one in enumerate(rounds):
        exact.known(one.kind, (ROUND, *NO_ROUNDS), f"rounds.{place}.kind")
        if one.kind == ROUND:
            for number, investor in enumerate(one.investors):
                exact.fen(investor.amount_fen, f"rounds.{place}.investors.{number}.amount_fen")
            exact.fen(one.pre_money_fen, f"rounds.{place}.pre_money_fen")
    order = sorted(range(len(rounds)), key=lambda place: (rounds[place].date, place))
    seen: list[int] = []
    total = 0
    for place in order:
        one = rounds[place]
        if one.kind != ROUND:
            continue
        seen.append(place)
        after = exact.months_before(one.date, rule.months)
        total = sum(_counted(rule, rounds[other]) for other in seen if rounds[other].date > after)
        if total >= rule.threshold_fen:
            return Found(True, total, place, one.date, one.pre_money_fen)
    return Found(False, total)


def demand_trigger(found: Found) -> Found:
    """The same, refused with NOT_TRIGGERED when no round has met the rule."""
    if not found.is_met:
        raise refuse("NOT_TRIGGERED", value=found.sum_fen)
    return found


def _counted(rule: Rule, one: SignedRound) -> int:
    return sum(i.amount_fen for i in one.investors if not (rule.exclude_related and i.is_related))
