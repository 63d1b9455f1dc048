"""Several sources of one thing (zones-import 2.3): agree, near or in conflict; which value is shown; what a sum is worth. Pure.

Never a mean. The shown value is that of the best kind of source, then of the later observation, then of the lower number; a
person's choice settles what was known then, and a new third value opens the question again.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .freshness import rank_of

AGREE, NEAR, CONFLICT = "agree", "near", "conflict"
TOLERANCE = 0.01


@dataclass(frozen=True, slots=True)
class Said:
    """One source's value. number: in the kind's own unit (fen); precision: width of what it may mean, 0 for exact; key: its row.

    text: in place of a number, in the form in which it is compared. A shorter text of a greater precision that another one begins
    with says the same, more roughly (2019 and 2019-03-07, class 374 and class 3741).
    """

    key: int
    number: int
    source_kind: str
    observed_on: datetime.date
    precision: int = 0
    settles: bool = False
    text: str = ""

    @property
    def lowest(self) -> float:
        return self.number - self.precision / 2

    @property
    def highest(self) -> float:
        return self.number + self.precision / 2


@dataclass(frozen=True, slots=True)
class Weighed:
    """What several sources come to. shown: the value shown; others: the rest in order of trust; relation: of the farthest pair.

    is_open: a conflict that nobody has settled, or that a third value opened again. lowest, highest: what it may be worth.
    """

    shown: Said
    others: tuple[Said, ...] = ()
    relation: str = AGREE
    is_open: bool = False

    @property
    def lowest(self) -> int:
        return min(one.number for one in (self.shown, *self.others)) if self.is_open else self.shown.number

    @property
    def highest(self) -> int:
        return max(one.number for one in (self.shown, *self.others)) if self.is_open else self.shown.number


def compared(one: Said, other: Said, tolerance: float = TOLERANCE) -> str:
    """agree: the intervals value ± precision/2 touch; near: they differ by at most the tolerance of the larger; else conflict."""
    if one.text or other.text:
        return AGREE if one.text == other.text or _is_rougher(one, other) or _is_rougher(other, one) else CONFLICT
    if one.lowest <= other.highest and other.lowest <= one.highest:
        return AGREE
    return NEAR if abs(one.number - other.number) <= tolerance * max(abs(one.number), abs(other.number)) else CONFLICT


def _is_rougher(one: Said, other: Said) -> bool:
    return one.precision > other.precision and bool(one.text) and other.text.startswith(one.text)


def weighed(values: Iterable[Said], tolerance: float = TOLERANCE) -> Weighed:
    """The value to show and how the others stand to it. Raises ValueError without any value.

    A less precise value never takes the place of a more precise one that agrees with it.
    """
    ordered = sorted(values, key=lambda v: (rank_of(v.source_kind), -v.observed_on.toordinal(), v.key))
    if not ordered:
        raise ValueError("nothing is said")
    choice = max((v for v in ordered if v.settles), key=lambda v: v.key, default=None)
    shown = choice or _finest(ordered)
    others = tuple(v for v in ordered if v is not shown)
    pairs = [compared(one, other, tolerance) for n, one in enumerate(ordered) for other in ordered[n + 1 :]]
    relation = CONFLICT if CONFLICT in pairs else NEAR if NEAR in pairs else AGREE
    is_open = relation == CONFLICT and (choice is None or _reopened(choice, others, tolerance))
    return Weighed(shown, others, relation, is_open)


def _finest(ordered: Sequence[Said]) -> Said:
    """The best by trust, or a finer one that agrees with it."""
    best = ordered[0]
    agreeing = [v for v in ordered if v.precision < best.precision and compared(best, v) == AGREE]
    return min(agreeing, key=lambda v: (v.precision, ordered.index(v)), default=best)


def _reopened(choice: Said, others: Sequence[Said], tolerance: float) -> bool:
    """Whether a value came after the choice that nothing known then, the choice included, comes near."""
    known = [choice, *(v for v in others if v.key < choice.key)]
    later = [v for v in others if v.key > choice.key]
    return any(all(compared(v, k, tolerance) == CONFLICT for k in known) for v in later)


@dataclass(frozen=True, slots=True)
class Total:
    """A sum of shown values with what is in doubt: how many of them, and between what and what the sum then lies."""

    number: int
    count: int
    in_conflict: int
    lowest: int
    highest: int


def total(values: Iterable[Weighed]) -> Total:
    """The sum of the shown values; a conflict widens it to what each of its values would make of it."""
    found = list(values)
    return Total(
        sum(w.shown.number for w in found),
        len(found),
        sum(w.is_open for w in found),
        sum(w.lowest for w in found),
        sum(w.highest for w in found),
    )
