"""Half-lives that a zone has set, how often pages were read, and which of several facts of one thing is shown."""

import datetime
from collections.abc import Collection, Iterable
from itertools import groupby
from typing import Protocol

from django.db.models import Sum

from xinya.kit.text import plain

from ..engine.conflicts import Said, Weighed, weighed
from ..engine.regions import province_of
from ..engine.standings import ASKS, standing_class
from ..models import Fact, HalfLife, ReadCount, Zone

READ_DAYS = 90
KINDS = Fact.Kind
WEIGHED = (
    KINDS.STATUS, KINDS.REVENUE, KINDS.ABOVE_SCALE, KINDS.ANCHOR, KINDS.GROUP, KINDS.REGION, KINDS.OUTPUT, KINDS.RD, KINDS.TAX,
    KINDS.PROFIT, KINDS.EXPORTS, KINDS.STAFF, KINDS.REGISTERED_CAPITAL, KINDS.FOUNDED, KINDS.INDUSTRY_CODE,
)  # fmt: skip
"""Kinds of which a company has one value a period, and which sources write alike: two of them can contradict each other."""
SINGLE = frozenset({*WEIGHED, KINDS.REGISTERED_ADDRESS, KINDS.ACTUAL_ADDRESS, KINDS.INDUSTRY_NAME})
"""Kinds of which one value a period is shown. Sources write addresses too differently for a difference to be a contradiction."""
_LENGTHS = {KINDS.FOUNDED: 10, KINDS.INDUSTRY_CODE: 4}
"""Kinds whose shorter texts are rougher ones, with the length of the finest."""


def half_lives_set(zone: Zone) -> list[HalfLife]:
    """Everything that was set, the latest first, with who set it. One statement."""
    return list(HalfLife.objects.filter(zone=zone).select_related("set_by").order_by("-pk")[:50])


def reads_of(companies: Collection[int], on: datetime.date) -> dict[int, int]:
    """How often each company's page was read in the 90 days up to `on`. One statement."""
    since = on - datetime.timedelta(days=READ_DAYS)
    rows = ReadCount.objects.filter(company__in=companies, day__gt=since, day__lte=on).values("company").annotate(n=Sum("reads"))
    return {row["company"]: row["n"] for row in rows.order_by("company")}


class Stated(Protocol):
    """What of a fact is weighed: a row of the database, or its columns."""

    @property
    def pk(self) -> int: ...

    @property
    def kind(self) -> str: ...

    @property
    def text(self) -> str: ...

    @property
    def number(self) -> int | None: ...

    @property
    def lower(self) -> int | None: ...

    @property
    def upper(self) -> int | None: ...

    @property
    def observed_on(self) -> datetime.date: ...

    @property
    def settles(self) -> bool: ...

    @property
    def width(self) -> int: ...


def said_of(fact: Stated, source_kind: str) -> Said:
    """A fact as the engine weighs it: a range by its middle and its width, a text in the form in which texts are compared."""
    number, width = fact.number or 0, fact.width
    if fact.number is None and fact.lower is not None and fact.upper is not None:
        number, width = (fact.lower + fact.upper) // 2, fact.upper - fact.lower
    text = "" if fact.number is not None else _comparable(fact.kind, fact.text)
    if text and fact.kind in _LENGTHS:
        width = max(0, _LENGTHS[KINDS(fact.kind)] - len(text))
    return Said(fact.pk, number, source_kind, fact.observed_on, width, fact.settles, text)


def _comparable(kind: str, text: str) -> str:
    """Of a standing its class, of a region its province, else the text without spaces and widths."""
    if kind == KINDS.STATUS:
        found = standing_class(text)
        return f"{found} {plain(text)}" if found == ASKS else found
    if kind == KINDS.REGION:
        return province_of("", "", text) or plain(text)
    return plain(text) or text


def latest_weighed(facts: Collection[Fact]) -> tuple[Fact, Weighed] | None:
    """Of facts of one kind the last period's value to show, and how the sources of that period stand to each other.

    The one rule for pages, API, exports and diagnosis (engine.conflicts): a person's choice, else the best kind of source, then
    the later observation, then the lower number; of what agrees with it the finest.
    """
    stated = [f for f in facts if f.number is not None or f.text or (f.lower is not None and f.upper is not None)]
    if not stated:
        return None
    last = max(f.period for f in stated)
    of_last = [f for f in stated if f.period == last]
    if len(of_last) == 1:
        only = of_last[0]
        if only.number is None and only.lower is not None:
            return only, Weighed(said_of(only, ""))
        return only, Weighed(Said(only.pk, only.number or 0, "", only.observed_on, only.width, only.settles))
    here = {f.pk: f for f in of_last}
    found = weighed(said_of(f, f.source.kind) for f in here.values())
    return here[found.shown.key], found


def shown_of(facts: Iterable[Fact]) -> frozenset[int]:
    """The facts, by number, that speak for their kind and period; of kinds with several values beside each other all of them."""
    shown = set()
    by_place = sorted(facts, key=_place_of)
    for (kind, *_rest), same in groupby(by_place, key=_place_of):
        rows = list(same)
        held = latest_weighed(rows) if kind in SINGLE or kind in (KINDS.SHARE, KINDS.STATE) else None
        shown |= {held[0].pk} if held is not None else {f.pk for f in rows}
    return frozenset(shown)


def _place_of(fact: Fact) -> tuple[str, str, str]:
    return fact.kind, fact.period, fact.text if fact.kind == KINDS.SHARE else ""
