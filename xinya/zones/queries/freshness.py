"""What a zone has set of half-lives, when companies confirmed their facts, how often their pages were read."""

import datetime
from collections.abc import Collection

from django.db.models import Sum

from ..engine.conflicts import Said, Weighed, weighed
from ..models import Fact, HalfLife, ReadCount, Zone

READ_DAYS = 90
WEIGHED = (Fact.Kind.REVENUE, Fact.Kind.ABOVE_SCALE, Fact.Kind.ANCHOR)
"""Kinds of which a company has one value a period: two sources can contradict each other."""


def half_lives_set(zone: Zone) -> list[HalfLife]:
    """Everything that was set, the latest first, with who set it. One statement."""
    return list(HalfLife.objects.filter(zone=zone).select_related("set_by").order_by("-pk")[:50])


def reads_of(companies: Collection[int], on: datetime.date) -> dict[int, int]:
    """How often each company's page was read in the 90 days up to `on`. One statement."""
    since = on - datetime.timedelta(days=READ_DAYS)
    rows = ReadCount.objects.filter(company__in=companies, day__gt=since, day__lte=on).values("company").annotate(n=Sum("reads"))
    return {row["company"]: row["n"] for row in rows.order_by("company")}


def said_of(fact: Fact) -> Said:
    """A figure as the engine weighs it."""
    return Said(fact.pk, fact.number or 0, fact.source.kind, fact.observed_on, fact.width, fact.settles)


def latest_weighed(facts: Collection[Fact]) -> tuple[Fact, Weighed] | None:
    """Of figures of one kind the last period's value to show, and how the sources of that period stand to each other."""
    stated = [f for f in facts if f.number is not None]
    if not stated:
        return None
    last = max(f.period for f in stated)
    of_last = [f for f in stated if f.period == last]
    if len(of_last) == 1:
        only = of_last[0]
        return only, Weighed(Said(only.pk, only.number or 0, "", only.observed_on, only.width, only.settles))
    here = {f.pk: f for f in of_last}
    found = weighed(said_of(f) for f in here.values())
    return here[found.shown.key], found
