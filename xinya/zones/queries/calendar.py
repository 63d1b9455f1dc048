"""The calendar in force, office hours of a zone, and a year as a page shows it."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import F
from django.utils import timezone

from xinya.kit import office_hours as kit_hours
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.kit.workdays import DAY, OFF, WORK, Calendar

from .. import rules
from ..models import CalendarDay, CalendarLoad, CalendarYear, OfficeHours, Person, Zone

NO_LOAD = _("There is no such load.")


@dataclass(frozen=True, slots=True)
class ShownDay:
    """A day of a year's page. is_exception: it differs from Monday–Friday."""

    date: datetime.date
    is_working: bool
    is_exception: bool
    source: str


@dataclass(frozen=True, slots=True)
class CalendarChange:
    """What a load changes: days that become off, days that become working, days that stop being exceptions."""

    off: list[datetime.date]
    work: list[datetime.date]
    dropped: list[datetime.date]
    old_status: str


@dataclass(frozen=True)
class ShownYear:
    """A year with its months, each a list of weeks whose days outside the month are None."""

    row: CalendarYear
    months: list[list[list[ShownDay | None]]]
    working: int
    make_up: list[ShownDay]
    off: list[ShownDay]
    known: list[int]


def calendar_in_force() -> Calendar:
    """All years that are loaded, with their exceptions. One statement."""
    rows = CalendarYear.objects.order_by().values_list("year", "status", "days__date", "days__kind")
    years: dict[int, str] = {}
    days: dict[datetime.date, str] = {}
    for year, status, day, kind in rows:
        years[year] = status
        if day is not None:
            days[day] = kind
    return Calendar(years, days)


def office_hours_in_force(zone: Zone) -> kit_hours.OfficeHours | None:
    """The zone's own office hours, else those of the house; None where none are set. One statement."""
    rows = [r for r in OfficeHours.objects.all() if r.zone_id in (None, zone.pk)]
    own = [r for r in rows if r.zone_id is not None] or rows
    seasons: dict[tuple[datetime.date | None, datetime.date | None], dict[str, tuple[kit_hours.Session, ...]]] = {}
    for row in own:
        seasons.setdefault((row.first_on, row.last_on), {})[row.kind] = kit_hours.sessions_written(row.sessions)
    found = tuple(kit_hours.Season(kinds, first, last) for (first, last), kinds in seasons.items())
    return kit_hours.OfficeHours(found) if found else None


def office_hours_listed() -> list[OfficeHours]:
    """All office hours, the house's first, then by zone, season and kind of day. One statement."""
    return list(
        OfficeHours.objects.select_related("zone").order_by(F("zone__code").asc(nulls_first=True), "first_on", "kind", "pk")
    )


def local(instant: datetime.datetime) -> datetime.datetime:
    """The zone's own wall clock, as the clock's arithmetic takes it."""
    return timezone.localtime(instant).replace(tzinfo=None)


def instant(wall: datetime.datetime) -> datetime.datetime:
    """The instant of a wall clock of the zone."""
    return timezone.make_aware(wall)


def shown_year(year: int) -> ShownYear:
    """A year day by day. Raises Refused CALENDAR_MISSING (404) for one that is not loaded. Three statements."""
    calendar = calendar_in_force()
    row = CalendarYear.objects.filter(year=year).first() if 0 < year < 9999 else None
    if row is None:
        raise Refused("CALENDAR_MISSING", _("The calendar of this year is not loaded."), status=404)
    sources = dict(CalendarDay.objects.filter(year=year).values_list("date", "source"))
    first = datetime.date(year, 1, 1)
    days = [first + DAY * n for n in range((datetime.date(year + 1, 1, 1) - first).days)]
    shown = [
        ShownDay(d, calendar.is_working(d), calendar.exceptions.get(d, "") != "" and _differs(d, calendar), sources.get(d, ""))
        for d in days
    ]
    return ShownYear(
        row=row,
        months=[_weeks([s for s in shown if s.date.month == month]) for month in range(1, 13)],
        working=sum(s.is_working for s in shown),
        make_up=[s for s in shown if s.is_exception and s.is_working],
        off=[s for s in shown if s.is_exception and not s.is_working],
        known=sorted(calendar.years),
    )


def _differs(day: datetime.date, calendar: Calendar) -> bool:
    return (calendar.exceptions[day] == WORK) == (day.weekday() >= 5)


def _weeks(days: list[ShownDay]) -> list[list[ShownDay | None]]:
    """Monday to Sunday."""
    padded: list[ShownDay | None] = [None] * days[0].date.weekday() + [*days]
    padded += [None] * (-len(padded) % 7)
    return [padded[start : start + 7] for start in range(0, len(padded), 7)]


def calendar_load(person: Person, pk: int) -> CalendarLoad:
    """A load that waits or was decided; for whoever loads calendars. Raises Refused 404 for everybody else."""
    found = None
    if rules.may_load_calendar(person):
        found = CalendarLoad.objects.filter(pk=pk).select_related("brought_by", "decided_by").first()
    if found is None:
        raise Refused("no-such-load", NO_LOAD, status=404)
    return found


def calendar_change(year: int, days: Mapping[datetime.date, str]) -> CalendarChange:
    """The exceptions of a load against those in force. Two statements."""
    here = dict(CalendarDay.objects.filter(year=year).values_list("date", "kind"))
    new = [d for d, kind in days.items() if here.get(d) != kind]
    row = CalendarYear.objects.filter(year=year).first()
    return CalendarChange(
        off=sorted(d for d in new if days[d] == OFF),
        work=sorted(d for d in new if days[d] == WORK),
        dropped=sorted(here.keys() - days.keys()),
        old_status=row.status if row is not None else "",
    )


def calendar_loads(person: Person) -> list[CalendarLoad]:
    """The last loads, those that wait first; none without the power. One statement."""
    if not rules.may_load_calendar(person):
        return []
    return sorted(CalendarLoad.objects.select_related("brought_by", "decided_by")[:20], key=lambda row: row.state != "WAITING")
