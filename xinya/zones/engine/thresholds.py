"""Above scale (规上) by industry code and year: dated rows, the longest prefix counts; a zone brings rows of its own.

The shipped rows and where they are from: product-anchors 5.3. Pure.
"""

from collections.abc import Iterable
from dataclasses import dataclass

YUAN, WAN = 100, 1_000_000
FIRST_YEAR, LAST_YEAR = 1998, 2199


@dataclass(frozen=True, slots=True)
class Threshold:
    """Revenue of a year from which a company of that industry counts, in fen. amount_fen None: membership by qualification.

    Years: the first and the last that it holds in; none for one that holds on. is_own: a zone's own row, not a shipped one.
    """

    prefix: str
    amount_fen: int | None
    valid_from_year: int = 2011
    valid_to_year: int | None = None
    is_inclusive: bool = True
    is_own: bool = False

    def holds_in(self, year: int) -> bool:
        """Whether the row speaks of this year."""
        return self.valid_from_year <= year and (self.valid_to_year is None or year <= self.valid_to_year)

    def meets(self, other: "Threshold") -> bool:
        """Whether two rows speak of the same prefix in some year that both hold in."""
        first, last = max(self.valid_from_year, other.valid_from_year), min(self.last_year, other.last_year)
        return self.prefix == other.prefix and first <= last

    @property
    def last_year(self) -> int:
        """The last year that it holds in, as far as years go."""
        return LAST_YEAR if self.valid_to_year is None else self.valid_to_year


def _rows(amount: int | None, *divisions: str, since: int = 2011, until: int | None = None) -> list[Threshold]:
    return [Threshold(prefix, None if amount is None else amount * YUAN, since, until) for prefix in divisions]


def _span(first: int, last: int) -> list[str]:
    return [f"{division:02d}" for division in range(first, last + 1)]


# Two statistics bureaus, 2023-09: industry and wholesale 20 M yuan, retail 5 M, hotels and catering 2 M; services 20, 10 or 5 M.
# Industry before 2011: 5 M. Before 2007 state ownership decided as well, which no code tells: no row.
DEFAULTS: tuple[Threshold, ...] = tuple(
    _rows(20_000_000, *_span(6, 46), "51", *_span(53, 60), *_span(63, 65), *_span(76, 79), "84")
    + _rows(5_000_000, "52", *_span(80, 82), "85", *_span(86, 90))
    + _rows(2_000_000, "61", "62")
    + _rows(10_000_000, "71", "72", *_span(73, 75), "83", "702", "703", "704", "709")
    + _rows(None, *_span(47, 50), "701")
    + _rows(5_000_000, *_span(6, 46), since=2007, until=2010)
)
SHIPPED_ON = "2023-09"
"""When the two bureaus said so."""
SHIPPED_CONFIDENCE = "0.50"
"""General knowledge, read with two bureaus: no page that a reader could open stands behind it."""


class Thresholds:
    """All rows that hold somewhere, looked up by code and year."""

    def __init__(self, rows: Iterable[Threshold]) -> None:
        self.rows = tuple(rows)
        self._by_prefix: dict[str, list[Threshold]] = {}
        for row in self.rows:
            self._by_prefix.setdefault(row.prefix, []).append(row)

    def beside(self, own: Iterable[Threshold]) -> "Thresholds":
        """These rows and a zone's own, which decide before others of the same prefix."""
        return Thresholds((*own, *self.rows))

    def of(self, code: str, year: int) -> Threshold | None:
        """The row with the longest prefix of `code` that holds in `year`; None when no row speaks of it."""
        for length in range(len(code), 0, -1):
            for row in self._by_prefix.get(code[:length], ()):
                if row.holds_in(year):
                    return row
        return None


SHIPPED = Thresholds(DEFAULTS)


def is_above_scale(code: str, year: int, revenue_fen: int, table: Thresholds = SHIPPED) -> bool | None:
    """Whether a revenue reaches the threshold; None when the code has none, or membership goes by qualification."""
    row = table.of(code, year)
    if row is None or row.amount_fen is None:
        return None
    return revenue_fen >= row.amount_fen if row.is_inclusive else revenue_fen > row.amount_fen


def wan_text(fen: int) -> str:
    """An amount in 万元, exact and without needless zeros: 2,000,000,000 fen are 2000."""
    whole, rest = divmod(fen, WAN)
    return f"{whole}.{rest:06d}".rstrip("0") if rest else str(whole)


def years_left(old: Threshold, new: Threshold) -> list[tuple[int, int | None]]:
    """The years in which an older row of the same prefix holds on beside a newer one: before it, after it, both or none."""
    left: list[tuple[int, int | None]] = []
    if old.valid_from_year < new.valid_from_year:
        left.append((old.valid_from_year, new.valid_from_year - 1))
    if new.valid_to_year is not None and old.last_year > new.valid_to_year:
        left.append((new.valid_to_year + 1, old.valid_to_year))
    return left
