"""Above scale (规上) by industry code and year: dated rows, the longest prefix counts; a zone may bring rows of its own."""

from collections.abc import Sequence
from dataclasses import dataclass

YUAN = 100


@dataclass(frozen=True, slots=True)
class Threshold:
    """Revenue of a year from which a company of that industry counts. amount_fen None: membership by qualification."""

    prefix: str
    amount_fen: int | None
    valid_from_year: int = 2011
    valid_to_year: int | None = None
    is_inclusive: bool = True


def _rows(amount: int | None, *divisions: str) -> list[Threshold]:
    return [Threshold(prefix, None if amount is None else amount * YUAN) for prefix in divisions]


def _span(first: int, last: int) -> list[str]:
    return [f"{division:02d}" for division in range(first, last + 1)]


# Two statistics bureaus, 2023-09: industry and wholesale 20 M yuan, retail 5 M, hotels and catering 2 M; services 20, 10 or 5 M.
DEFAULTS: tuple[Threshold, ...] = tuple(
    _rows(20_000_000, *_span(6, 46), "51", *_span(53, 60), *_span(63, 65), *_span(76, 79), "84")
    + _rows(5_000_000, "52", *_span(80, 82), "85", *_span(86, 90))
    + _rows(2_000_000, "61", "62")
    + _rows(10_000_000, "71", "72", *_span(73, 75), "83", "702", "703", "704", "709")
    + _rows(None, *_span(47, 50), "701")
)


def threshold_of(code: str, year: int, rows: Sequence[Threshold] = DEFAULTS) -> Threshold | None:
    """The row with the longest prefix of `code` that holds in `year`; None when no row speaks of it."""
    fitting = [
        row
        for row in rows
        if code.startswith(row.prefix) and row.valid_from_year <= year and (row.valid_to_year is None or year <= row.valid_to_year)
    ]
    return max(fitting, key=lambda row: len(row.prefix), default=None)


def is_above_scale(code: str, year: int, revenue_fen: int, rows: Sequence[Threshold] = DEFAULTS) -> bool | None:
    """Whether a revenue reaches the threshold; None when the code has none, or membership goes by qualification."""
    row = threshold_of(code, year, rows)
    if row is None or row.amount_fen is None:
        return None
    return revenue_fen >= row.amount_fen if row.is_inclusive else revenue_fen > row.amount_fen
