"""One value read from a cell, and when two values say the same."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any


@dataclass(frozen=True, slots=True)
class Value:
    """plain: fen, number, text, ISO date (2011, 2011-05, 2011-05-16), yes or no, or a tuple of texts. None is never a value.

    bound: "" for an exact figure, else its word's meaning (about, below, above, ...), lower and upper in the same unit as
    plain; "range" has no figure of its own to sum, and its plain is None.
    A cleared value has neither figure nor bound. precision: worth of the last stated digit, or year, month, day.
    """

    plain: Any
    bound: str = ""
    lower: int | None = None
    upper: int | None = None
    precision: int | str | None = None
    note: str = ""
    formula: str = ""

    def as_object(self) -> Any:
        """As JSON: the plain value, or an object where there is more to say."""
        plain = list(self.plain) if isinstance(self.plain, tuple) else self.plain
        more = {
            name: getattr(self, name)
            for name in ("bound", "lower", "upper", "note", "formula")
            if getattr(self, name) not in ("", None)
        }
        if isinstance(self.precision, str) and self.precision != "day":
            more["precision"] = self.precision
        return {"value": plain, **more} if more else plain


CLEARED = Value(None)
"""What an empty cell says where the person decided that empty clears."""


def agree(old: Any, new: Value) -> bool:
    """Whether a known plain value and a new one say the same, as far as the coarser of the two can tell.

    A range is the pair of its ends.
    Dates: one is the beginning of the other. Figures: their intervals value ± precision/2 overlap. Lists: the same members.
    """
    if old is None:
        return new.plain is None and new.bound == ""
    if new.plain is None:
        return bool(new.bound and tuple(old) == (new.lower, new.upper)) if isinstance(old, tuple | list) else False
    if isinstance(old, list | tuple):
        return isinstance(new.plain, tuple) and sorted(map(str, old)) == sorted(map(str, new.plain))
    if isinstance(old, str) and isinstance(new.precision, str):
        return old.startswith(new.plain) or new.plain.startswith(old)
    if isinstance(old, bool) or isinstance(new.plain, bool) or not isinstance(old, int) or not isinstance(new.plain, int):
        return bool(old == new.plain)
    half = Fraction(new.precision or 0, 2) if isinstance(new.precision, int) else Fraction(0)
    return abs(Fraction(old) - new.plain) <= half
