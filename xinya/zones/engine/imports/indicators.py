"""Indicators with two clocks: definitions with versions, values with revisions, and what was known on a day.

As known on k: the rows that were known by then and not withdrawn; of these the highest revision, then the latest known.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import pairwise

CUMULATIVE, FLOW, STOCK, RATE, INDEX = "cum", "flow", "stock", "rate", "index"
NOT_RESTATED, BREAK = "NOT_RESTATED", "BREAK"

# unit as stated: canonical unit, factor
CANONICAL: dict[str, tuple[str, Fraction]] = {
    "元": ("fen", Fraction(100)), "千元": ("fen", Fraction(10**5)), "万元": ("fen", Fraction(10**6)),
    "百万元": ("fen", Fraction(10**8)),
    "亿元": ("fen", Fraction(10**10)), "美元": ("usd_cent", Fraction(100)), "千美元": ("usd_cent", Fraction(10**5)),
    "万美元": ("usd_cent", Fraction(10**6)), "亿美元": ("usd_cent", Fraction(10**10)), "%": ("fraction", Fraction(1, 100)),
    "‰": ("fraction", Fraction(1, 1000)), "千瓦时": ("Wh", Fraction(1000)), "万千瓦时": ("Wh", Fraction(10**7)),
    "亿千瓦时": ("Wh", Fraction(10**11)), "万人": ("count", Fraction(10**4)), "万户": ("count", Fraction(10**4)),
    "吨标准煤/万元": ("tce_per_10k_yuan", Fraction(1)), "点": ("point", Fraction(1)), "吨": ("t", Fraction(1)),
    "万吨": ("t", Fraction(10**4)), "平方米": ("m2", Fraction(1)), "万平方米": ("m2", Fraction(10**4)),
}  # fmt: skip
COUNTED = frozenset("家户人件个项名台只套次")


@dataclass(frozen=True, slots=True)
class Definition:
    """One version of an indicator. Months as 2024-06; valid_to None: still in force."""

    code: str
    name: str
    unit: str
    kind: str
    version: int = 1
    scope: str = ""
    valid_from: str = ""
    valid_to: str | None = None

    @property
    def canonical(self) -> tuple[str, Fraction]:
        """Canonical unit and exact factor; a unit that nothing here knows is its own canonical unit."""
        if self.unit in CANONICAL:
            return CANONICAL[self.unit]
        return ("count", Fraction(1)) if self.unit in COUNTED else (self.unit, Fraction(1))

    def holds_in(self, month: str) -> bool:
        """Whether this version is in force in a month."""
        return self.valid_from <= month and (self.valid_to is None or month <= self.valid_to)


def holding(versions: Iterable[Definition], month: str) -> Definition | None:
    """The version in force in a month; of several, which a register does not keep, the latest."""
    return max((one for one in versions if one.holds_in(month)), key=lambda one: one.version, default=None)


def overlapping(versions: Iterable[Definition]) -> tuple[Definition, Definition] | None:
    """Two versions of one indicator that are both in force in some month, the earlier first; None where there are none."""
    ordered = sorted(versions, key=lambda one: (one.valid_from, one.version))
    for earlier, later in pairwise(ordered):
        if earlier.valid_to is None or earlier.valid_to >= later.valid_from:
            return earlier, later
    return None


def month_before(month: str) -> str:
    """2024-12 before 2025-01."""
    year, number = int(month[:4]), int(month[5:7])
    return f"{year}-{number - 1:02d}" if number > 1 else f"{year - 1}-12"


def closed_by_later(versions: Sequence[Definition]) -> list[Definition]:
    """The same versions of one indicator, each that begins before a later one ended with the month before that one begins."""
    told = []
    for one in versions:
        later = [other.valid_from for other in versions if other.version > one.version and other.valid_from > one.valid_from]
        last = month_before(min(later)) if later else None
        ends = last if last is not None and (one.valid_to is None or one.valid_to > last) else one.valid_to
        told.append(replace(one, valid_to=ends))
    return told


@dataclass(frozen=True, slots=True)
class IndicatorValue:
    """One revision of one figure. period: 2024-06, or 2024-01..2024-02; stated: as printed; value: in the canonical unit."""

    code: str
    period: str
    revision: int
    known_from: date
    stated: str
    unit: str
    value: Fraction
    canonical_unit: str
    version: int = 1
    withdrawn_at: date | None = None


def as_known(values: Iterable[IndicatorValue], code: str, period: str, on: date) -> IndicatorValue | None:
    """The figure of a period as it was known on a day; None when it was not known, or never existed."""
    known = [
        one
        for one in values
        if one.code == code
        and one.period == period
        and one.known_from <= on
        and (one.withdrawn_at is None or one.withdrawn_at > on)
    ]
    return max(known, key=lambda one: (one.revision, one.known_from), default=None)


@dataclass(frozen=True, slots=True)
class Month:
    """A month got from cumulative figures, in the canonical unit, with the warnings that go with it."""

    value: Fraction
    stated: Fraction
    warnings: tuple[str, ...] = ()


def by_place(values: Iterable[IndicatorValue]) -> dict[tuple[str, str], list[IndicatorValue]]:
    """(code, period) -> the revisions of that figure."""
    found: dict[tuple[str, str], list[IndicatorValue]] = {}
    for one in values:
        found.setdefault((one.code, one.period), []).append(one)
    return found


def month_of(
    values: Mapping[tuple[str, str], Sequence[IndicatorValue]], definitions: Sequence[Definition], code: str, month: str, on: date
) -> Month | None:
    """Difference of the latest known cumulative figures of two neighbours; the first figure of a year is its own month.

    NOT_RESTATED: the earlier month was revised and the later one is still its first figure. BREAK: the definition changed between.
    None for stocks, rates and indices, and where either figure is unknown. values: as `by_place` orders them.
    """
    version = holding((one for one in definitions if one.code == code), month)
    if version is None or version.kind != CUMULATIVE:
        return None

    def known(period: str) -> IndicatorValue | None:
        return as_known(values.get((code, period), ()), code, period, on)

    here = known(month)
    if here is None:
        return None
    factor = version.canonical[1]
    if month.endswith("-01"):
        return Month(here.value, here.value / factor)
    before_month = f"{month[:5]}{int(month[5:7]) - 1:02d}"
    together = f"{month[:5]}01..{before_month}"
    before = known(before_month) or (known(together) if month.endswith("-03") else None)
    if before is None:
        return None
    warnings = []
    if before.revision > 0 and here.revision == 0:
        warnings.append(NOT_RESTATED)
    if before.version != here.version:
        warnings.append(BREAK)
    difference = here.value - before.value
    return Month(difference, difference / factor, tuple(warnings))


def kind_of(name: str, unit: str) -> str:
    """Cumulative, flow, stock, rate or index, by what the name and the unit say."""
    if "累计" in name and unit not in ("%", "‰"):
        return CUMULATIVE
    if unit in ("%", "‰") or "/" in unit or name.endswith(("率", "强度", "增速", "比重", "占比")):
        return RATE
    if unit == "点" or "指数" in name:
        return INDEX
    return FLOW if "当月" in name or "本月" in name or "新增" in name else STOCK
