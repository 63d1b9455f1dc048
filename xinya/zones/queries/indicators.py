"""A zone's indicators as they were known on a day: the highest revision known by then, then the one known last."""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction

from django.db.models import Q, QuerySet
from django.utils import timezone

from ..engine.imports.indicators import Definition, Month, by_place, month_of
from ..engine.imports.indicators import IndicatorValue as Figure
from ..models import IndicatorDef, IndicatorValue, Zone

KNOWN, ENTERED = "known", "entered"
"""The clock of the office that issued a figure, and that of this house, into which it may have been entered later."""


@dataclass
class IndicatorSeries:
    """One indicator with what is known of it. figures: by period, the row that holds; revised: periods with more than one."""

    definition: IndicatorDef
    versions: list[IndicatorDef] = field(default_factory=list)
    figures: dict[str, IndicatorValue] = field(default_factory=dict)
    revised: set[str] = field(default_factory=set)


def values_known(zone: Zone, on: datetime.date, *, clock: str = KNOWN) -> QuerySet[IndicatorValue]:
    """Every revision that was known on that day, by one of the two clocks. One statement."""
    rows = IndicatorValue.objects.filter(Q(withdrawn_at=None) | Q(withdrawn_at__date__gt=on), zone=zone)
    rows = rows.filter(known_from__lte=on) if clock == KNOWN else rows.filter(entered_at__date__lte=on)
    return rows.select_related("definition", "source").order_by("definition__code", "period", "revision", "known_from", "pk")


def figure_as_known(zone: Zone, code: str, period: str, on: datetime.date) -> IndicatorValue | None:
    """One figure as it was known on a day; None when it was not known, or never existed. One statement."""
    rows = values_known(zone, on).filter(definition__code=code, period=period)
    return rows.order_by("-revision", "-known_from", "-pk").first()


def definitions_known(zone: Zone, on: datetime.date) -> list[IndicatorDef]:
    """The versions of a zone's indicators but for those withdrawn by that day; of two of one number the earlier. One statement."""
    rows = IndicatorDef.objects.filter(Q(withdrawn_at=None) | Q(withdrawn_at__date__gt=on), system=f"zone:{zone.code}")
    return list({(one.code, one.version): one for one in rows.order_by("code", "version", "-pk")}.values())


def series_as_known(zone: Zone, on: datetime.date, *, clock: str = KNOWN) -> list[IndicatorSeries]:
    """All indicators of a zone as known on a day. Two statements."""
    found: dict[str, IndicatorSeries] = {}
    for one in definitions_known(zone, on):
        series = found.setdefault(one.code, IndicatorSeries(one))
        series.definition = one
        series.versions.append(one)
    for row in values_known(zone, on, clock=clock):
        mine = found.get(row.definition.code)
        if mine is not None:
            if row.period in mine.figures:
                mine.revised.add(row.period)
            mine.figures[row.period] = row
    return list(found.values())


def months_as_known(zone: Zone, on: datetime.date, months: list[str], *, clock: str = KNOWN) -> dict[tuple[str, str], Month]:
    """Months of cumulative figures from the latest known by one of the clocks, with warnings: (code, month). Two statements."""
    definitions: dict[str, list[Definition]] = defaultdict(list)
    for one in definitions_known(zone, on):
        definitions[one.code].append(as_definition(one))
    values = by_place(as_figure(row) for row in values_known(zone, on, clock=clock))
    last = datetime.date.max if clock == ENTERED else on  # what was entered by then counts, whenever it was issued
    found = {}
    for code, told in definitions.items():
        for month in months:
            value = month_of(values, told, code, month, last)
            if value is not None:
                found[code, month] = value
    return found


def as_definition(one: IndicatorDef) -> Definition:
    """A stored version as the engine reads it."""
    return Definition(one.code, one.name, one.unit, one.kind, one.version, one.scope, one.valid_from, one.valid_to or None)


def as_figure(row: IndicatorValue) -> Figure:
    """A stored value as the engine reads it."""
    withdrawn = timezone.localtime(row.withdrawn_at).date() if row.withdrawn_at else None
    return Figure(
        row.definition.code, row.period, row.revision, row.known_from, row.stated, row.unit, Fraction(row.value),
        row.canonical_unit, row.definition.version, withdrawn,
    )  # fmt: skip
