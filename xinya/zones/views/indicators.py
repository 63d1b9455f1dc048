"""The indicators of a zone: what was known of each month on a day, with revisions, breaks and warnings."""

import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from xinya.kit.pages import page

from .. import rules
from ..engine.imports.indicators import NOT_RESTATED
from ..models import IndicatorValue
from ..queries import signed_in, zone_visible
from ..queries.indicators import ENTERED, KNOWN, IndicatorSeries, months_as_known, series_as_known

SHOWN = 13


@require_GET
def indicator_page(request: HttpRequest, code: str) -> HttpResponse:
    """A table of the last thirteen periods as known on a day, by the clock of the issues or by that of entry."""
    person = signed_in(request)
    zone = zone_visible(person, code)
    on, clock = _day(request.GET.get("known_on", "")), request.GET.get("clock", "")
    clock = clock if clock in (KNOWN, ENTERED) else KNOWN
    series = series_as_known(zone, on, clock=clock)
    known = sorted({period for one in series for period in one.figures}, key=lambda p: (p[-7:], len(p)))
    year = request.GET.get("year", "")
    years = sorted({period[:4] for period in known})
    periods = [p for p in known if p.startswith(year)][-SHOWN:] if year in years else known[-SHOWN:]
    months = months_as_known(zone, on, [p for p in periods if len(p) == 7], clock=clock)
    context = {
        "on": on, "clock": clock, "periods": periods, "heads": [p.replace("..", "–") for p in periods],
        "years": years, "year": year, "today": timezone.localdate(),
        "rows": [_row(one, periods, months) for one in series],
        "may_bring": rules.may_bring_lists(person, zone),
    }  # fmt: skip
    return page(request, "zones/indicators.html", context, zone=zone, section="indicators")


def _row(series: IndicatorSeries, periods: list[str], months: dict[tuple[str, str], Any]) -> dict[str, Any]:
    cells = []
    for period in periods:
        figure = series.figures.get(period)
        month = months.get((series.definition.code, period))
        cells.append(
            {
                "period": period,
                "figure": figure,
                "unit": figure.unit if figure is not None and figure.unit != series.definition.unit else "",
                "revision": figure.revision if figure else 0,
                "is_break": figure is not None and _begins_version(series, figure),
                "not_restated": month is not None and NOT_RESTATED in month.warnings,
            }
        )
    return {"definition": series.definition, "versions": len(series.versions), "cells": cells}


def _begins_version(series: IndicatorSeries, figure: IndicatorValue) -> bool:
    """The first period of a later version of the definition: the series breaks there."""
    version = figure.definition
    return version.version > 1 and figure.period[-7:] == version.valid_from


def _day(asked: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(asked)
    except ValueError:
        return timezone.localdate()
