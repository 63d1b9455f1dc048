"""What one company sells another in a year, from what was stated of years and of parts of years. Pure, exact.

The latest year that is confirmed as a whole counts; else the latest that is stated as a whole; else the latest part of a year, a
confirmed one before a stated one, scaled to twelve months. A year is whole where one statement covers it, or where statements of
its parts fill it. Of statements that overlap the longer one counts, of two as long the confirmed one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from xinya.zones.engine.freshness import period_ends

MONTHS = 12
STATED, CONFIRMED = "stated", "confirmed"


def period_order(period: str) -> tuple[int, int]:
    """Sorts periods in time: by their last day, of those that end on one day the longer last. Other texts come first."""
    found = period_ends(period)
    return (0, 0) if found is None else (found[0].toordinal(), found[1])


@dataclass(frozen=True, slots=True)
class PeriodAmount:
    """What was stated of one supply for a period (2025, 2025-H1, 2025-Q2, 2025-06). fen: of that period, None unknown."""

    period: str
    fen: int | None
    basis: str


def fen_of_a_year(said: Iterable[PeriodAmount]) -> tuple[int | None, str]:
    """Fen of twelve months (None: no amount is stated) and the basis of that figure. Raises ValueError without a statement."""
    rows = list(said)
    if not rows:
        raise ValueError("of a supply that nobody states there is no amount")
    known = [row for row in rows if row.fen is not None and period_ends(row.period) is not None]
    if not known:
        return None, CONFIRMED if any(row.basis == CONFIRMED for row in rows) else STATED
    found = [year for basis in (CONFIRMED, STATED) for year in _years(known, basis)]
    best = max(found, key=lambda y: (y.months == MONTHS, y.months == MONTHS and y.basis == CONFIRMED, y.end, y.basis == CONFIRMED))
    return round(Fraction(best.fen * MONTHS, best.months)), best.basis


@dataclass(frozen=True, slots=True)
class _Year:
    """Statements of one calendar year that do not overlap. months: how many they cover; end: their last day as a number."""

    basis: str
    months: int
    fen: int
    end: int


def _years(known: list[PeriodAmount], basis: str) -> list[_Year]:
    """Each year by confirmed statements alone, or (stated) by all."""
    years: dict[int, list[tuple[int, int, bool, int]]] = {}
    for row in known:
        span = period_ends(row.period)
        if span is not None and row.fen is not None and (basis == STATED or row.basis == CONFIRMED):
            day, months = span
            years.setdefault(day.year, []).append((months, day.month, row.basis == CONFIRMED, row.fen))
    found = []
    for year, rows in years.items():
        covered: set[int] = set()
        fen = 0
        for months, last, _is_confirmed, amount in sorted(rows, key=lambda r: (-r[0], not r[2], -r[1])):
            span_months = set(range(last - months + 1, last + 1))
            if not covered & span_months:
                covered |= span_months
                fen += amount
        found.append(_Year(basis, len(covered), fen, year * MONTHS + max(covered)))
    return found
