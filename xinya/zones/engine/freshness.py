"""How old a fact is, and what that does to it: half-lives, states, several sources together, the refit (zones-import 2.2). Pure.

w = 2^(-age/H), age in days from the day of observation or the last confirmation; c_eff = c * w. Fresh from w >= 0.5, fading from
0.25, stale below: after one and after two half-lives. Figures of a period do not fade: they are due when those of the next
period could be had.
"""

import calendar
import datetime
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from xinya.kit.text import gettext_noop as _

FRESH, FADING, STALE, DUE, LASTING = "fresh", "fading", "stale", "due", "lasting"
STATES = (FRESH, FADING, STALE, DUE, LASTING)
HALF, QUARTER = 0.5, 0.25
MOST_SURE = 0.99
LONGEST = 36_500
FADES, PERIODIC, KEEPS = "fades", "periodic", "keeps"

SPECIFIED = _("the product's default, our own choice")
OWN_CHOICE = _("the product's default, our own choice: like status")


@dataclass(frozen=True, slots=True)
class Life:
    """How one kind of fact ages. days: its half-life, None where it does not fade. way: fades, periodic (due) or keeps."""

    kind: str
    name: str
    days: int | None
    way: str = FADES
    source: str = SPECIFIED


LIVES: tuple[Life, ...] = (
    Life("placement", _("place on a chain"), 540),
    Life("product", _("product"), 540),
    Life("link", _("supplies or buys"), 365),
    Life("offer", _("need, offer, capacity"), 120),
    Life("contact", _("phone, contact"), 365),
    Life("address", _("actual address"), 730),
    Life("state", _("state"), 730),
    Life("group", _("group"), 730, source=OWN_CHOICE),
    Life("anchor", _("anchor company"), 730, source=OWN_CHOICE),
    Life("above_scale", _("above scale"), None, PERIODIC),
    Life("revenue", _("revenue"), None, PERIODIC),
    Life("share", _("share of revenue"), None, PERIODIC),
    Life("name", _("registered name, credit code"), None, KEEPS),
    Life("statement", _("statement"), None, KEEPS, _("the product's default: what was said on a day stays said")),
)
BY_KIND: dict[str, Life] = {life.kind: life for life in LIVES}
_OTHER = Life("", _("other"), None, KEEPS)
_SAME_LIFE = {
    "status": "state", "actual_address": "address", "region": "address", "phone": "contact", "segment": "product",
    "chain": "product", **dict.fromkeys(("output", "rd", "tax", "profit", "exports", "staff"), "revenue"),
    **dict.fromkeys(("registered_address", "registered_capital", "founded", "industry_code", "industry_name"), "name"),
}  # fmt: skip
"""Kinds of facts that age as another kind of the table does."""

SURE: dict[str, float] = {
    "audit": 0.98, "register": 0.97, "statistics": 0.95, "tax": 0.95, "company": 0.85, "officer": 0.75, "list": 0.75,
    "vendor": 0.6, "news": 0.5, "inferred": 0.3, "invented": 0.3,
}  # fmt: skip
"""Confidence by the kind of the source (zones-import 2.3), the best first; a list that an officer brought is the officer's word."""


@dataclass(frozen=True, slots=True)
class Age:
    """What time has done to a fact. weight: w, 1 for what does not fade; since: the day it was last observed or confirmed."""

    state: str
    weight: float
    days: int
    since: datetime.date
    half_life: int | None

    @property
    def is_old(self) -> bool:
        return self.state in (STALE, DUE)


def life_of(kind: str, changed: Mapping[str, int] | None = None) -> Life:
    """The life of a kind. changed: half-lives in days that the zone has set instead."""
    known = BY_KIND.get(_SAME_LIFE.get(kind, kind), _OTHER)
    if changed and known.kind in changed and known.way == FADES:
        return Life(known.kind, known.name, changed[known.kind], FADES, known.source)
    return known


def fading_kinds() -> frozenset[str]:
    """The kinds of facts that fade."""
    own = {life.kind for life in LIVES if life.way == FADES}
    return frozenset(own | {kind for kind, of in _SAME_LIFE.items() if of in own})


def weight(age: float, half_life: float) -> float:
    """2^(-age/H), both in days; a fact from the future is as good as new. Raises ValueError for H that is not above 0."""
    if not half_life > 0 or math.isnan(age):
        raise ValueError("a half-life is above 0 and an age is a number")
    return float(2.0 ** (-max(0.0, age) / half_life))


def state_of(w: float) -> str:
    """fresh, fading or stale."""
    return FRESH if w >= HALF else FADING if w >= QUARTER else STALE


def aged(
    kind: str,
    *,
    since: datetime.date,
    on: datetime.date,
    period: str = "",
    changed: Mapping[str, int] | None = None,
) -> Age:
    """A fact on the day `on`. since: observed or last confirmed."""
    life = life_of(kind, changed)
    days = max(0, (on - since).days)
    if life.way == PERIODIC:
        due = due_on(period or str(since.year - 1))
        return Age(DUE if due is not None and on > due else FRESH, 1.0, days, since, None)
    if life.days is None:
        return Age(LASTING, 1.0, days, since, None)
    w = weight(days, life.days)
    return Age(state_of(w), w, days, since, life.days)


_PERIOD = re.compile(r"(\d{4})(?:-(\d{2})|-?[qQ]([1-4])|-?[hH]([12]))?")


def period_ends(period: str) -> tuple[datetime.date, int] | None:
    """The last day of a period and its length in months: 2024, 2024-03, 2024Q1, 2024H1, 2024-01..2024-02. None for another text."""
    first, dots, last = period.partition("..")
    ends = _month_span(first)
    if ends is None:
        return None
    begin, end = ends
    if dots:
        other = _month_span(last)
        if other is None or other[1] < begin:
            return None
        end = other[1]
    if not 12 <= end < 12 * 9_999:
        return None
    year, month = divmod(end, 12)
    return datetime.date(year, month + 1, calendar.monthrange(year, month + 1)[1]), end - begin + 1


def _month_span(text: str) -> tuple[int, int] | None:
    """First and last month as numbers counted from the year 0."""
    found = _PERIOD.fullmatch(text.strip())
    if found is None:
        return None
    year = int(found[1]) * 12
    if found[2]:
        month = int(found[2])
        return (year + month - 1,) * 2 if 1 <= month <= 12 else None
    if found[3]:
        return year + 3 * int(found[3]) - 3, year + 3 * int(found[3]) - 1
    if found[4]:
        return year + 6 * int(found[4]) - 6, year + 6 * int(found[4]) - 1
    return year, year + 11


def due_on(period: str) -> datetime.date | None:
    """The last day for the figures of the next period: half a year after a year's end (annual reports are handed in until 30 June),
    one month after the end of shorter periods. None where the period cannot be read.
    """
    read = period_ends(period)
    if read is None:
        return None
    end, months = read
    return _months_after(end, months + (6 if months >= 12 else 1))


def _months_after(day: datetime.date, months: int) -> datetime.date:
    """The last day of the month that lies `months` after the day's own."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return datetime.date(min(year, 9999), month + 1, calendar.monthrange(min(year, 9999), month + 1)[1])


@dataclass(frozen=True, slots=True)
class Voice:
    """One source of a fact. origin: the first sayer; two copies of one origin count once."""

    origin: str
    confidence: float
    weight: float = 1.0

    @property
    def effective(self) -> float:
        return self.confidence * self.weight


def together(voices: Iterable[Voice]) -> float:
    """1 - prod(1 - c w) over distinct origins, at most 0.99; 0 without any. Of two copies of one origin the stronger counts."""
    best: dict[str, float] = {}
    for voice in voices:
        if not (0 <= voice.confidence <= 1 and 0 <= voice.weight <= 1):
            raise ValueError(f"{voice.origin}: confidence and weight lie between 0 and 1")
        best[voice.origin] = max(best.get(voice.origin, 0.0), voice.effective)
    doubt = math.prod(1 - best[origin] for origin in sorted(best))
    return min(MOST_SURE, 1 - doubt)


def sure_by_kind(source_kind: str) -> float:
    """The default confidence of a kind of source; what is not known counts as inferred."""
    return SURE.get(source_kind, SURE["inferred"])


def rank_of(source_kind: str) -> int:
    """The place of a kind of source in the order of trust, the best first."""
    return _RANKS.get(source_kind, len(_RANKS))


_RANKS = {kind: place for place, kind in enumerate(SURE)} | {"list": list(SURE).index("officer")}
"""A list that an officer brought is the officer's word: of the two the later day counts."""


@dataclass(frozen=True, slots=True)
class Bin:
    """What re-checking found at one age: how many were looked at, how many were still right, their mean age in days."""

    age: float
    checked: int
    right: int

    @property
    def share_right(self) -> float:
        return self.right / self.checked


def refit(bins: Sequence[Bin]) -> float | None:
    """H = -ln 2 * sum(a) / sum(ln r) over age bins with mean age a and share r found right. None while nothing was found wrong.

    A bin without anything right is taken as half a case right, for ln 0 is no number. Raises ValueError for an empty bin.
    """
    for one in bins:
        if one.checked < 1 or not 0 <= one.right <= one.checked or one.age < 0:
            raise ValueError("a bin holds at least one check, of which so many can be right, at an age that is not below 0")
    logs = sum(math.log(max(one.right, 0.5) / one.checked) if one.right < one.checked else 0.0 for one in bins)
    ages = sum(one.age for one in bins)
    return None if logs == 0 or ages == 0 else -math.log(2) * ages / logs


def binned(checks: Iterable[tuple[int, bool]], width: int = 180) -> list[Bin]:
    """Checks as (age in days, still right) in bins of `width` days, the youngest first."""
    found: dict[int, list[tuple[int, bool]]] = {}
    for age, is_right in checks:
        found.setdefault(age // width, []).append((age, is_right))
    return [
        Bin(sum(a for a, _right in rows) / len(rows), len(rows), sum(right for _a, right in rows))
        for _place, rows in sorted(found.items())
    ]
