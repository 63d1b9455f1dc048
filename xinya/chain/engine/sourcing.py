"""Local sourcing rate (本地配套率): the share of what companies buy that comes from makers in the zone. Pure, exact.

Two forms. By amounts: sum of amount times local share over sum of amount, of the statements whose amount and share are known.
By count: mean of the local shares, each input once, of the statements whose share is known. Shares and amounts may be ranges, so
every figure has a lower and an upper bound; both are reached. What is unknown is not zero: it is counted beside the figure and,
by count, gives the wider bounds `at_worst` and `at_best`, in which every unknown share may be anything from none to all.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

BY_AMOUNT, BY_COUNT = "amount", "count"


@dataclass(frozen=True, slots=True)
class Stated:
    """One purchased input as a company states it. segment: code, "" where none is known. Shares 0 to 1, amounts in fen."""

    company: str
    segment: str = ""
    text: str = ""
    share_low: Fraction | None = None
    share_high: Fraction | None = None
    amount_low: int | None = None
    amount_high: int | None = None

    @property
    def has_share(self) -> bool:
        return self.share_low is not None and self.share_high is not None

    @property
    def has_amount(self) -> bool:
        return self.amount_low is not None and self.amount_high is not None


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate with its parts. numerator and denominator are (lower, upper): fen by amounts, inputs by count.

    low, high: bounds of the rate over what is known, None where nothing is. known: statements that enter; unknown: those that
    cannot. at_worst, at_best: bounds over all statements, by count only.
    """

    by: str
    low: Fraction | None
    high: Fraction | None
    numerator: tuple[Fraction, Fraction]
    denominator: tuple[Fraction, Fraction]
    known: int
    unknown: int
    at_worst: Fraction | None = None
    at_best: Fraction | None = None

    @property
    def is_known(self) -> bool:
        return self.low is not None


@dataclass(frozen=True, slots=True)
class Sourcing:
    """One input or one chain: both forms, and which of them speaks first; companies: who stated something of it."""

    key: str
    amount: Rate
    count: Rate
    companies: tuple[str, ...]

    @property
    def first(self) -> Rate:
        """By amounts where every statement with a known share has its amount and something is bought at all, else by count."""
        return self.amount if self.amount.is_known and self.amount.known == self.count.known else self.count


def check(stated: Iterable[Stated]) -> None:
    """Raises ValueError naming the company and the input of a statement whose bounds are none."""
    for s in stated:
        where = f"{s.company}: {s.segment or s.text}"
        if (s.share_low is None) != (s.share_high is None) or (s.amount_low is None) != (s.amount_high is None):
            raise ValueError(f"{where}: a bound alone")
        if s.share_low is not None and s.share_high is not None and not 0 <= s.share_low <= s.share_high <= 1:
            raise ValueError(f"{where}: a local share must be between 0 and 1, the lower bound first")
        if s.amount_low is not None and s.amount_high is not None and not 0 <= s.amount_low <= s.amount_high:
            raise ValueError(f"{where}: an amount must not be negative, the lower bound first")


def rate_by_count(stated: Sequence[Stated]) -> Rate:
    """The mean local share, each input of each company once."""
    known = [(s.share_low, s.share_high) for s in stated if s.share_low is not None and s.share_high is not None]
    n, left = len(known), len(stated) - len(known)
    low, high = sum((a for a, _b in known), Fraction(0)), sum((b for _a, b in known), Fraction(0))
    whole = len(stated)
    return Rate(
        BY_COUNT, low / n if n else None, high / n if n else None, (low, high), (Fraction(n), Fraction(n)), n, left,
        low / whole if whole else None, (high + left) / whole if whole else None,
    )  # fmt: skip


def rate_by_amount(stated: Sequence[Stated]) -> Rate:
    """Purchases from makers here over all purchases. Cost: n log n for n statements."""
    known: list[tuple[Fraction, Fraction, int, int]] = []
    for s in stated:
        if s.share_low is not None and s.share_high is not None and s.amount_low is not None and s.amount_high is not None:
            known.append((s.share_low, s.share_high, s.amount_low, s.amount_high))
    numerator = (sum((k[0] * k[2] for k in known), Fraction(0)), sum((k[1] * k[3] for k in known), Fraction(0)))
    denominator = (Fraction(sum(k[2] for k in known)), Fraction(sum(k[3] for k in known)))
    low = _least([(k[0], k[2], k[3]) for k in known])
    high = _least([(1 - k[1], k[2], k[3]) for k in known])
    return Rate(BY_AMOUNT, low, None if high is None else 1 - high, numerator, denominator, len(known), len(stated) - len(known))


def _least(parts: Sequence[tuple[Fraction, int, int]]) -> Fraction | None:
    """The least weighted mean of shares when each weight may be anything between its bounds.

    At the least one, shares below it have their largest weight and shares above it their smallest: so the parts are ordered by
    share and every cut is tried.
    """
    ordered = sorted(parts)
    top, bottom = sum((s * a for s, a, _b in ordered), Fraction(0)), Fraction(sum(a for _s, a, _b in ordered))
    found = top / bottom if bottom else None
    for share, least, most in ordered:
        top, bottom = top + share * (most - least), bottom + (most - least)
        if bottom and (found is None or top / bottom < found):
            found = top / bottom
    return found


def sourcing(key: str, stated: Sequence[Stated]) -> Sourcing:
    """Both rates of these statements. Raises ValueError for bounds that are none."""
    check(stated)
    companies = tuple(dict.fromkeys(s.company for s in stated))
    return Sourcing(key, rate_by_amount(stated), rate_by_count(stated), companies)


def sourcing_by_input(stated: Iterable[Stated]) -> list[Sourcing]:
    """One line an input: by segment, where none is known by its text. Most statements first, then by key."""
    found: dict[str, list[Stated]] = {}
    for s in stated:
        found.setdefault(s.segment or s.text, []).append(s)
    rows = [sourcing(key, rows) for key, rows in found.items()]
    return sorted(rows, key=lambda r: (-(r.count.known + r.count.unknown), r.key))


def sourcing_by_chain(stated: Sequence[Stated], chains: Iterable[tuple[str, frozenset[str]]]) -> list[Sourcing]:
    """One line a chain, of the statements whose segment stands in it. chains: (code, segments). A shared segment counts in each."""
    return [sourcing(code, [s for s in stated if s.segment in members]) for code, members in chains]


BANDS_FEN = tuple(n * 10**6 for n in (0, 10, 50, 100, 500, 1000, 5000, 10_000, 50_000, 100_000))
"""Lower bounds of the classes in which others see an amount: 0, 10, 50, 100, 500 … times 10,000 yuan. Our own choice."""


def band(amount_fen: int) -> tuple[int, int | None]:
    """The class of an amount, (lower, upper) in fen, the upper one excluded; None: without an upper bound."""
    place = max(i for i, low in enumerate(BANDS_FEN) if low <= amount_fen)
    return BANDS_FEN[place], BANDS_FEN[place + 1] if place + 1 < len(BANDS_FEN) else None
