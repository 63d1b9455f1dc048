"""What a round and the instruments that convert in it are made of, and what of it is refused (fund.md 2, 7.2, 9)."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from . import exact
from .interest import RateTable, simple_interest
from .refusal import POOL_S_NAME, refuse

EXCLUDES, INCLUDES = "EXCLUDES", "INCLUDES"
BASES = (EXCLUDES, INCLUDES)
GRANT, NOTE, SAFE_PRE, SAFE_POST = "GRANT", "NOTE", "SAFE_PRE", "SAFE_POST"
KINDS = (GRANT, NOTE, SAFE_PRE, SAFE_POST)
FULLY_DILUTED, ISSUED = "FULLY_DILUTED", "ISSUED"
CEILING_BASES = (FULLY_DILUTED, ISSUED)
REPAY, CARRY, FORGIVE = "REPAY", "CARRY", "FORGIVE"
REMAINDERS = (REPAY, CARRY, FORGIVE)
SHARE, REG_CAPITAL_FEN = "SHARE", "REG_CAPITAL_FEN"
UNITS = (SHARE, REG_CAPITAL_FEN)
POOL = "UNALLOCATED_POOL"
MOST_HOLDERS, MOST_INSTRUMENTS = 5000, 50
"""More lines than any register of a young company has; the work grows with the square of the instruments."""


@dataclass(frozen=True, slots=True)
class Holding:
    """Units that somebody has before the round. group: those who act in concert (一致行动人) share one name."""

    holder: str
    units: int
    group: str | None = None


@dataclass(frozen=True, slots=True)
class NewMoney:
    """What an investor pays in the round, in fen."""

    holder: str
    amount_fen: int
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Accrual:
    """Simple interest that converts with the principal: one rate, days from `start` to `end`, on 360 or 365 days."""

    annual_rate: Fraction
    year_basis: int
    start: datetime.date
    end: datetime.date

    def interest_fen(self, principal_fen: int) -> int:
        """Half up to fen, once (7.4, 7.6)."""
        table = RateTable.fixed(self.annual_rate, self.start)
        return exact.half_up(simple_interest(principal_fen, table, self.start, self.end, self.year_basis))


@dataclass(frozen=True, slots=True)
class Instrument:
    """A grant, a note or a SAFE that converts in the round.

    principal_fen: what is outstanding. discount: 0 <= d < 1 off the round price. cap_fen, floor_fen: bounds of the
    pre-money value at which it converts (SAFE_POST: the cap is post-money); None is none. share_ceiling, not_largest:
    limits on the holder's group, for grants only; None and False are none. remainder: what becomes of a rest.
    """

    id: str
    holder: str
    kind: str
    principal_fen: int
    discount: Fraction = Fraction(0)
    cap_fen: int | None = None
    floor_fen: int | None = None
    share_ceiling: Fraction | None = None
    ceiling_base: str = FULLY_DILUTED
    not_largest: bool = False
    remainder: str = REPAY
    accrual: Accrual | None = None
    group: str | None = None

    @property
    def interest_fen(self) -> int:
        return 0 if self.accrual is None else self.accrual.interest_fen(self.principal_fen)

    @property
    def amount_fen(self) -> int:
        """A: principal with the interest that converts."""
        return self.principal_fen + self.interest_fen

    @property
    def is_limited(self) -> bool:
        return self.share_ceiling is not None or self.not_largest

    def factor(self, pre_money_fen: int) -> Fraction:
        """phi = C / Pre with C = max(floor, min(Pre (1 - d), cap)) (7.2 step 1); a post-money SAFE off its cap: no cap."""
        value = pre_money_fen * (1 - self.discount)
        if self.kind != SAFE_POST and self.cap_fen is not None:
            value = min(value, Fraction(self.cap_fen))
        if self.floor_fen is not None:
            value = max(value, Fraction(self.floor_fen))
        return Fraction(value, pre_money_fen)


@dataclass(frozen=True, slots=True)
class Round:
    """A priced round (or a filed appraisal: no new money). Amounts in fen, holdings in units.

    pool_units: the unallocated pool before the round. pool_target: its share of the total after the round, None for no
    rule. basis: EXCLUDES puts the instruments on top of the pre-money value, INCLUDES inside it.
    """

    holdings: tuple[Holding, ...]
    pre_money_fen: int
    new_money: tuple[NewMoney, ...] = ()
    instruments: tuple[Instrument, ...] = ()
    pool_units: int = 0
    pool_target: Fraction | None = None
    basis: str = EXCLUDES
    unit: str = SHARE

    @property
    def existing_units(self) -> int:
        """E: all units but the unallocated pool."""
        return sum(held.units for held in self.holdings)

    @property
    def new_money_fen(self) -> int:
        return sum(paid.amount_fen for paid in self.new_money)

    def lines(self) -> Iterator[Holding | NewMoney | Instrument]:
        """Everybody who holds or gets something."""
        yield from self.holdings
        yield from self.new_money
        yield from self.instruments

    def groups(self) -> dict[str, str]:
        """The group of every holder, named by any of the holder's lines; else the holder alone."""
        named = {line.holder: line.group for line in self.lines() if line.group is not None}
        return {line.holder: named.get(line.holder, line.holder) for line in self.lines()}

    def group_of(self, holder: str) -> str:
        """The group of one holder."""
        return self.groups().get(holder, holder)


def check_round(told: Round) -> None:
    """Refuse a round that cannot be computed. Raises BadInput with a code of section 9 and the place."""
    exact.lines((*told.holdings, *told.new_money), "holders, new_money", MOST_HOLDERS)
    exact.lines(told.instruments, "instruments", MOST_INSTRUMENTS)
    for number, line in enumerate(told.lines(), start=1):
        _names(line, f"holders, new_money, instruments: line {number}")
    for place, held in enumerate(told.holdings):
        exact.units(held.units, f"holders.{place}.shares")
    exact.units(told.pool_units, "unallocated_pool")
    _once((held.holder for held in told.holdings), "holders")
    if told.existing_units == 0:
        raise refuse("EMPTY_CAP_TABLE", where="holders")
    exact.units(told.existing_units + told.pool_units, "holders")
    exact.fen(told.pre_money_fen, "pre_money_fen")
    for place, paid in enumerate(told.new_money):
        exact.fen(paid.amount_fen, f"new_money.{place}.amount_fen")
    _once((paid.holder for paid in told.new_money), "new_money")
    if told.pool_target is not None:
        exact.share(told.pool_target, "pool_target", "POOL_TARGET_OUT_OF_RANGE")
    exact.known(told.basis, BASES, "basis", "UNKNOWN_BASIS")
    exact.known(told.unit, UNITS, "unit")
    for place, one in enumerate(told.instruments):
        check_instrument(one, f"instruments.{place}")
    _once((one.id for one in told.instruments), "instruments")
    groups = told.groups()
    for line in told.lines():
        if line.group is not None and line.group != groups[line.holder]:
            raise refuse("DUPLICATE_ID", where=f"group of {line.holder}", value=groups[line.holder])
    limited = sorted({groups[one.holder] for one in told.instruments if one.is_limited})
    if len(limited) > 1:
        raise refuse("TWO_LIMITED_HOLDERS", value=limited[0], other=limited[1])


def check_instrument(one: Instrument, where: str) -> None:
    """Refuse an instrument whose terms are out of range."""
    exact.known(one.kind, KINDS, f"{where}.type")
    exact.fen(one.principal_fen, f"{where}.outstanding_principal_fen")
    exact.share(one.discount, f"{where}.discount", "DISCOUNT_OUT_OF_RANGE")
    for name, bound in (("cap_fen", one.cap_fen), ("floor_fen", one.floor_fen)):
        if bound is not None:
            exact.fen(bound, f"{where}.{name}")
    if one.cap_fen is not None and one.floor_fen is not None and one.cap_fen < one.floor_fen:
        raise refuse("CAP_BELOW_FLOOR", where=where, value=one.cap_fen, floor=one.floor_fen)
    if one.share_ceiling is not None and not exact.share(one.share_ceiling, f"{where}.share_ceiling", "CEILING_OUT_OF_RANGE") > 0:
        raise refuse("CEILING_OUT_OF_RANGE", where=f"{where}.share_ceiling", value=one.share_ceiling)
    exact.known(one.ceiling_base, CEILING_BASES, f"{where}.ceiling_base", "UNKNOWN_BASIS")
    exact.known(one.remainder, REMAINDERS, f"{where}.remainder")
    if one.is_limited and one.kind != GRANT:
        raise refuse("UNKNOWN_KIND", where=f"{where}.share_ceiling", value=one.kind, known=GRANT)
    if one.accrual is not None:
        exact.share(one.accrual.annual_rate, f"{where}.annual_rate", "RATE_OUT_OF_RANGE")
        exact.year_basis(one.accrual.year_basis, f"{where}.year_basis")
        exact.days_between(one.accrual.start, one.accrual.end, f"{where}.interest_to")


def _names(line: Holding | NewMoney | Instrument, where: str) -> None:
    """A holder has a name, which is not that of the pool's row; a group has one or there is none."""
    for field, name in (("holder", line.holder), ("group", line.group), ("id", getattr(line, "id", "-"))):
        if not (isinstance(name, str) and name) and not (field == "group" and name is None):
            raise refuse("FIELD_WRONG", where=f"{where}.{field}", value=name)
    if line.holder == POOL:
        raise refuse("DUPLICATE_ID", POOL_S_NAME, where=f"{where}.holder", value=POOL)


def _once(names: Iterable[str], where: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise refuse("DUPLICATE_ID", where=where, value=name)
        seen.add(name)
