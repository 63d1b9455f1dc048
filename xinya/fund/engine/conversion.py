"""Conversion into a round: exact price, whole units, the new cap table (fund.md 7.2, 7.3). Floor for persons, up for the pool."""

from dataclasses import dataclass, replace
from fractions import Fraction

from . import exact
from .limits import NOT_LARGEST_HOLDER, SHARE_CEILING, Limits, Solved, solve_with_limits
from .price import Price
from .refusal import BadInput
from .terms import BASES, GRANT, ISSUED, NOTE, POOL, REG_CAPITAL_FEN, Instrument, Round, check_round


@dataclass(frozen=True, slots=True)
class Converted:
    """One instrument after the round.

    price: fen a unit, exact. exact_units: before they were rounded down to `units`. amount_fen: principal and interest.
    converted_fen of it became units (all of it, unless a limit cut it); remainder_fen: principal that did not; rest_interest_fen:
    interest that did not. remainder: REPAY, CARRY or FORGIVE.
    """

    id: str
    holder: str
    kind: str
    units: int
    price: Fraction
    exact_units: Fraction
    factor: Fraction
    counted_fen: Fraction
    amount_fen: int
    interest_fen: int
    converted_fen: int
    converted_principal_fen: int
    remainder_fen: int
    rest_interest_fen: int
    remainder: str
    is_on_cap: bool


@dataclass(frozen=True, slots=True)
class Conversion:
    """A round that was computed: price, units, cap table. `w_allowed`: W of the limited grants after the limits, in fen."""

    told: Round
    price: Price
    instruments: tuple[Converted, ...]
    new_units: dict[str, int]
    pool_topup: int
    cap_table: dict[str, int]
    binding: str | None
    w_allowed: Fraction

    @property
    def total(self) -> int:
        """FD: all units with the unallocated pool."""
        return sum(self.cap_table.values())

    @property
    def exact_total(self) -> Fraction:
        """N = V / PPS, before any rounding."""
        return Fraction(self.price.post, self.price.pps)

    def percents(self) -> dict[str, str]:
        return {holder: exact.percent(held, self.total) for holder, held in self.cap_table.items()}

    def grants(self) -> tuple[Converted, ...]:
        return tuple(one for one in self.instruments if one.kind == GRANT)

    @property
    def converted_principal_fen(self) -> int:
        return sum(one.converted_principal_fen for one in self.grants())

    @property
    def remainder_fen(self) -> int:
        return sum(one.remainder_fen for one in self.grants())

    @property
    def note_interest_fen(self) -> int:
        return sum(one.interest_fen for one in self.instruments if one.kind == NOTE)

    @property
    def registered_capital_fen(self) -> int | None:
        """What the grants add to the registered capital of a limited company; None for shares."""
        return sum(one.units for one in self.grants()) if self.told.unit == REG_CAPITAL_FEN else None

    @property
    def capital_reserve_fen(self) -> int | None:
        """What they add to the capital reserve (资本公积): converted principal above the registered capital."""
        added = self.registered_capital_fen
        return None if added is None else self.converted_principal_fen - added


def convert(told: Round) -> Conversion:
    """Convert every instrument in the round (fund.md 7.2, 7.3). The order of holders and instruments changes nothing.

    Units: floor(A / (phi PPS)), on a cap floor(A / Cap x K); new money floor(a / PPS); pool ceil(p V / PPS) - U. A fraction
    of a unit stays in the capital reserve; the instrument counts as wholly converted. Cost: (instruments)^2 rational
    operations. Raises BadInput with a code of section 9.
    """
    check_round(told)
    solved = solve_with_limits(told)
    price = solved.price
    paid = {one.holder: exact.floor(Fraction(one.amount_fen, price.pps)) for one in told.new_money}
    pool = told.pool_units
    if price.regime.topped and told.pool_target is not None:
        pool = max(pool, exact.ceil(Fraction(told.pool_target * price.post, price.pps)))
    whole = _all_units(told, solved)
    stepped, broken = _within_limits(told, {name: exact.floor(value) for name, value in whole.items()}, paid, pool)
    converted = tuple(
        _converted(one, price, (whole[one.id], solved.counted[one.id]), stepped[one.id], one.id in solved.on_cap)
        for one in told.instruments
    )
    table = {held.holder: held.units for held in told.holdings}
    for holder, got in [(one.holder, one.units) for one in converted] + list(paid.items()):
        table[holder] = table.get(holder, 0) + got
    if pool:
        table[POOL] = pool
    return Conversion(told, price, converted, paid, pool - told.pool_units, table, solved.binding or broken, solved.w_limited)


def both_bases(told: Round) -> dict[str, "Conversion | BadInput"]:
    """The same round on both bases, side by side: what people argue about most. A basis that is refused gives its refusal."""
    found: dict[str, Conversion | BadInput] = {}
    for basis in BASES:
        try:
            found[basis] = convert(replace(told, basis=basis))
        except BadInput as refused:
            found[basis] = refused
    return found


def units_by_tranche(principals_fen: list[int], converted_fen: int, units: int) -> list[tuple[int, int]]:
    """(principal converted, units) of each tranche, oldest first: principal in that order, units by largest remainder (7.2)."""
    left, parts = converted_fen, []
    for principal in principals_fen:
        part = min(left, principal)
        parts.append(part)
        left -= part
    return list(zip(parts, exact.split(units, parts), strict=True))


def _all_units(told: Round, solved: Solved) -> dict[str, Fraction]:
    """Exact units of every instrument. What a limit allows goes to the limited grants by their ids."""
    price, left = solved.price, solved.w_limited
    on_cap, counted, limits = solved.on_cap, solved.counted, Limits.of(told)
    found = {name: Fraction(value, price.pps) for name, value in counted.items()}
    for one in told.instruments:
        if one.id in on_cap:
            found[one.id] = Fraction(one.amount_fen, one.cap_fen or 1) * price.capitalisation
    for one in limits.grants if limits else ():
        value = min(counted[one.id], left)
        left -= value
        found[one.id] = Fraction(value, price.pps)
    return found


def _within_limits(told: Round, whole: dict[str, int], paid: dict[str, int], pool: int) -> tuple[dict[str, int], str | None]:
    """The units after the integer test: one unit down while a limit is broken by whole units (7.3).

    Everybody else's units were rounded down too, each by less than one; at a ceiling c a unit of theirs is worth c / (1 - c) of
    the group's. That bounds the steps: for a ceiling of 20 % and a few investors two are enough. More is a bug.
    """
    limits = Limits.of(told)
    if limits is None:
        return whole, None
    found, broken = dict(whole), None
    fallen = len(whole) + len(paid)
    ceiling = max((ceiling for ceiling, _base in limits.ceilings), default=Fraction(0))
    most = 2 + fallen + exact.ceil(Fraction(ceiling * fallen, 1 - ceiling))
    for _step in range(most + 1):
        kind = _broken_limit(told, limits, found, paid, pool)
        if kind is None:
            return found, broken
        last = next((one.id for one in reversed(limits.grants) if found[one.id] > 0), None)
        if last is None:  # the group is over its limit without the grants
            return found, kind
        found[last] -= 1
        broken = kind
    raise AssertionError(f"more than {most} units over a limit that was solved exactly")


def _broken_limit(told: Round, limits: Limits, found: dict[str, int], paid: dict[str, int], pool: int) -> str | None:
    by_group: dict[str, int] = {}
    groups = told.groups()
    lines = [(held.holder, held.units) for held in told.holdings] + list(paid.items())
    for holder, got in [*lines, *((one.holder, found[one.id]) for one in told.instruments)]:
        group = groups[holder]
        by_group[group] = by_group.get(group, 0) + got
    held = by_group.pop(limits.group, 0)
    for ceiling, base in limits.ceilings:
        total = held + sum(by_group.values()) + (0 if base == ISSUED else pool)
        if held * ceiling.denominator > ceiling.numerator * total:
            return SHARE_CEILING
    if limits.not_largest and held and held >= max(by_group.values(), default=0):
        return NOT_LARGEST_HOLDER
    return None


def _converted(one: Instrument, price: Price, exact_parts: tuple[Fraction, Fraction], units: int, is_on_cap: bool) -> Converted:
    whole, counted = exact_parts
    factor = Fraction(one.amount_fen, counted)
    at = Fraction(one.cap_fen or 1, price.capitalisation) if is_on_cap else factor * price.pps
    is_whole = not one.is_limited or (whole * price.pps == counted and units == exact.floor(whole))
    amount = one.amount_fen
    done = amount if is_whole else min(amount, exact.half_up(units * at))
    principal = min(done, one.principal_fen)
    return Converted(
        one.id, one.holder, one.kind, units, at, whole, factor, counted, amount, one.interest_fen,
        done, principal, one.principal_fen - principal, amount - done - (one.principal_fen - principal), one.remainder, is_on_cap,
    )  # fmt: skip
