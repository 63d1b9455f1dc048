"""Who gets what of the proceeds of an exit (fund.md 7.10): exact, then in fen that sum to the proceeds.

Everything follows from one number, t: fen on each unit that shares. A class gets of it
  not participating: max(preference, units x t);
  participating:     max(min(preference + units x t, cap multiple x preference), units x t).
Above the preferences the sum over all is a rising line with breaks in t, so t is read off it; below them t is 0 and the ranks
are paid in order, pro rata inside a rank. No class gains by changing alone: at this t each already takes the greater of what it
can have, and a change of its own only raises t for the others up to where it would be indifferent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from . import exact
from .refusal import refuse

COMMON = "COMMON"
MOST_CLASSES = 100


@dataclass(frozen=True, slots=True)
class ShareClass:
    """Units, preference in fen, rank (1 is paid first), whether it also shares, and up to which multiple (None: no cap)."""

    id: str
    units: int
    preference_fen: int
    repay_rank: int = 1
    participating: bool = False
    cap_multiple: Fraction | None = None

    def kept(self, t: Fraction) -> Fraction:
        """What it gets when it does not convert, all preferences being paid."""
        if not self.participating:
            return Fraction(self.preference_fen)
        whole = self.preference_fen + self.units * t
        return whole if self.cap_multiple is None else min(whole, self.cap_multiple * self.preference_fen)

    def gets(self, t: Fraction) -> Fraction:
        return max(self.kept(t), self.units * t)

    def breaks(self) -> list[Fraction]:
        """The t at which its line bends: its cap is reached, and it begins to convert."""
        if self.participating and self.cap_multiple is None:
            return []
        limit = self.preference_fen * (self.cap_multiple if self.participating and self.cap_multiple else 1)
        found = [Fraction(limit, self.units)]
        if self.participating:
            found.append(Fraction(limit - self.preference_fen, self.units))
        return found


@dataclass(frozen=True, slots=True)
class Payout:
    """exact and in fen, by class and COMMON; converts: which classes gave up their preference; per_unit: t."""

    proceeds_fen: int
    converts: dict[str, bool]
    exact: dict[str, Fraction]
    fen: dict[str, int]
    per_unit: Fraction


def check_classes(common_units: int, classes: Sequence[ShareClass]) -> None:
    """Raises EMPTY_CAP_TABLE, SHARES_NOT_INTEGER, AMOUNT_* codes, DUPLICATE_ID, FIELD_WRONG."""
    if exact.units(common_units, "common_shares") == 0:
        raise refuse("EMPTY_CAP_TABLE", where="common_shares")
    exact.lines(classes, "classes", MOST_CLASSES)
    seen = {COMMON}
    for place, one in enumerate(classes):
        where = f"classes.{place}"
        exact.units(one.units, f"{where}.shares", least=1)
        exact.fen(one.preference_fen, f"{where}.preference_fen", least=0)
        if isinstance(one.repay_rank, bool) or not isinstance(one.repay_rank, int) or one.repay_rank < 1:
            raise refuse("FIELD_WRONG", where=f"{where}.repay_rank", value=one.repay_rank)
        if one.cap_multiple is not None and one.cap_multiple < 1:
            raise refuse("FIELD_WRONG", where=f"{where}.cap_multiple", value=one.cap_multiple)
        if one.id in seen:
            raise refuse("DUPLICATE_ID", where="classes", value=one.id)
        seen.add(one.id)


def waterfall(common_units: int, classes: Sequence[ShareClass], proceeds_fen: int) -> Payout:
    """Proceeds of one exit, parted. On a tie a class keeps its preference. Cost: classes^2 rational operations.

    Raises AMOUNT_NOT_POSITIVE and what `check_classes` raises.
    """
    check_classes(common_units, classes)
    exact.fen(proceeds_fen, "proceeds_fen")
    preferences = sum(one.preference_fen for one in classes)
    if proceeds_fen <= preferences:
        shares, t = _by_rank(classes, proceeds_fen), Fraction(0)
    else:
        t = _per_unit(common_units, classes, proceeds_fen)
        shares = {one.id: one.gets(t) for one in classes}
    shares[COMMON] = common_units * t
    converts = {one.id: t > 0 and one.units * t > one.kept(t) for one in classes}
    fen = dict(zip(shares, exact.round_parts(list(shares.values())), strict=True))
    return Payout(proceeds_fen, converts, shares, fen, t)


def break_points(common_units: int, classes: Sequence[ShareClass]) -> list[Fraction]:
    """The exit values, in fen, at which somebody's line bends: ranks filled, caps reached, classes converting. Ascending."""
    check_classes(common_units, classes)
    found, filled = {Fraction(0)}, 0
    for rank in sorted({one.repay_rank for one in classes}):
        filled += sum(one.preference_fen for one in classes if one.repay_rank == rank)
        found.add(Fraction(filled))
    found.update(_sum_at(common_units, classes, t) for one in classes for t in one.breaks())
    return sorted(found)


def among_holders(amount_fen: int, units_by_holder: dict[str, int]) -> dict[str, int]:
    """What a class gets, parted over its holders by units; sums to the fen."""
    return dict(zip(units_by_holder, exact.split(amount_fen, list(units_by_holder.values())), strict=True))


def _sum_at(common_units: int, classes: Sequence[ShareClass], t: Fraction) -> Fraction:
    return common_units * t + sum((one.gets(t) for one in classes), Fraction(0))


def _per_unit(common_units: int, classes: Sequence[ShareClass], proceeds_fen: int) -> Fraction:
    """The t at which the sum over all is the proceeds: the stretch between two breaks, then its straight line."""
    low = Fraction(0)
    for high in sorted({t for one in classes for t in one.breaks()}):
        if _sum_at(common_units, classes, high) >= proceeds_fen:
            break
        low = max(low, high)
    at_low = _sum_at(common_units, classes, low)
    after = [t for one in classes for t in one.breaks() if t > low]
    other = min(after, default=low + 1)
    slope = Fraction(_sum_at(common_units, classes, other) - at_low, other - low)
    return low + Fraction(proceeds_fen - at_low, slope)


def _by_rank(classes: Sequence[ShareClass], proceeds_fen: int) -> dict[str, Fraction]:
    shares = {one.id: Fraction(0) for one in classes}
    left = Fraction(proceeds_fen)
    for rank in sorted({one.repay_rank for one in classes}):
        alike = [one for one in classes if one.repay_rank == rank]
        wanted = sum(one.preference_fen for one in alike)
        paid = min(left, Fraction(wanted))
        for one in alike:
            shares[one.id] = Fraction(paid * one.preference_fen, wanted) if wanted else Fraction(0)
        left -= paid
    return shares
