"""Loading calendars: brought by one person, confirmed by a second; ten years of forecast kept by the house."""

import csv
import datetime
from collections.abc import Iterable
from io import StringIO

from django.db import IntegrityError, transaction
from django.utils import timezone

from xinya.kit.audit import record
from xinya.kit.refusals import Refused, demand
from xinya.kit.text import gettext_noop as _
from xinya.kit.workdays import calendar_missing

from .. import rules
from ..files.calendar import CalendarLine, YearCalendar, shipped_years, written_calendar
from ..models import CalendarDay, CalendarLoad, CalendarYear, Person, YearStatus
from ..queries.calendar import NO_LOAD
from .promise_clocks import Moved, recount_promises

YEARS_AHEAD = 10
SOURCE_MISSING = _("Name the notice that says so, in 5 to 200 characters.")
WAITS_ALREADY = _("A calendar of %(year)s waits already; confirm or refuse that one first.")
DECIDED = _("This load was decided already.")
SECOND_PERSON = _("A second person confirms what you brought.")
HOUSE = "house"


def bring_calendar(actor: Person, *, calendar: YearCalendar, source: str) -> CalendarLoad:
    """A notice comes in and waits: nothing is in force until a second person confirms it."""
    _demand_power(actor)
    source = source.strip()
    if not 5 <= len(source) <= 200:
        raise Refused("SOURCE_MISSING", SOURCE_MISSING)
    try:
        with transaction.atomic():
            load = CalendarLoad.objects.create(
                year=calendar.year, status=calendar.status, source=source, rows=written_calendar(calendar), brought_by=actor
            )
            record(
                actor, "bring-calendar", "calendar", calendar.year, status=calendar.status, days=len(calendar.lines), source=source
            )
    except IntegrityError as waiting:
        raise Refused("load-waits", WAITS_ALREADY, status=409, year=calendar.year) from waiting
    return load


def confirm_calendar(actor: Person, *, load: CalendarLoad) -> list[Moved]:
    """A second person puts the notice in force; open promises that touch the year are read anew."""
    _demand_power(actor)
    with transaction.atomic():
        load = _waiting(load)
        demand(load.brought_by_id != actor.pk, "FOUR_EYES", SECOND_PERSON)
        moved = put_in_force(lines_of(load), source=load.source, actor=actor)
        _decide(load, actor, CalendarLoad.State.CONFIRMED, len(moved))
        record(actor, "confirm-calendar", "calendar", load.year, status=load.status, moved=len(moved), source=load.source)
    return moved


def refuse_calendar(actor: Person, *, load: CalendarLoad) -> None:
    """The notice is not what it says, or the one who brought it takes it back; nothing was in force."""
    _demand_power(actor)
    with transaction.atomic():
        load = _waiting(load)
        _decide(load, actor, CalendarLoad.State.REFUSED, 0)
        record(actor, "refuse-calendar", "calendar", load.year, status=load.status)


def load_from_console(calendars: Iterable[YearCalendar], *, source: str) -> list[Moved]:
    """An operator at the machine itself loads calendars at once."""
    moved: list[Moved] = []
    with transaction.atomic():
        for calendar in calendars:
            moved += put_in_force(calendar, source=source)
            record("console", "load-calendar", "calendar", calendar.year, status=calendar.status, moved=len(moved), source=source)
    return moved


def put_in_force(calendar: YearCalendar, *, source: str = "", actor: Person | None = None) -> list[Moved]:
    """Part of another act, inside its transaction: the year's exceptions take the place of all it had before."""
    _store([calendar], source=source)
    return recount_promises([calendar.year], why=source or f"{calendar.year} {calendar.status}", actor=actor)


def extend_forecast(today: datetime.date) -> list[int]:
    """The house: this year, the one before and ten ahead are loaded; what is there stays. Idempotent. Returns the years added.

    Raises Refused CALENDAR_MISSING when the years that ship do not reach so far.
    """
    shipped, here = shipped_years(), set(CalendarYear.objects.values_list("year", flat=True))
    wanted = set(range(today.year, today.year + YEARS_AHEAD + 1)) | {y for y in shipped if y < today.year}
    for year in sorted(wanted - here - shipped.keys()):
        raise calendar_missing(year)
    new = sorted(wanted - here)
    if not new:
        return []
    with transaction.atomic():
        _store([shipped[year] for year in new])
        if here:  # the first set-up of an empty house is no act of anybody
            record(HOUSE, "extend-forecast", "calendar", new[0], years=len(new))
    return new


def lines_of(load: CalendarLoad) -> YearCalendar:
    """The exceptions that a load holds."""
    rows = csv.DictReader(StringIO(load.rows, newline=""))
    lines = [
        CalendarLine(n, datetime.date.fromisoformat(r["date"]), r["kind"], load.status, load.source) for n, r in enumerate(rows, 2)
    ]
    return YearCalendar(load.year, load.status, tuple(lines))


def _store(calendars: Iterable[YearCalendar], *, source: str = "") -> None:
    for calendar in calendars:
        about = source or next((line.source for line in calendar.lines if line.source), "")
        if calendar.status == YearStatus.FORECAST and not source:
            about = "statutory days, no make-up days known"
        CalendarYear.objects.update_or_create(year=calendar.year, defaults={"status": calendar.status, "source": about[:200]})
        CalendarDay.objects.filter(year=calendar.year).delete()
        CalendarDay.objects.bulk_create(
            CalendarDay(
                date=line.day, year_id=calendar.year, kind=line.kind, status=calendar.status, source=(line.source or source)[:200]
            )
            for line in calendar.lines
        )


def _demand_power(actor: Person) -> None:
    demand(rules.may_load_calendar(actor), "no-such-load", NO_LOAD, status=404)


def _waiting(load: CalendarLoad) -> CalendarLoad:
    locked = CalendarLoad.objects.select_for_update().get(pk=load.pk)
    demand(locked.state == CalendarLoad.State.WAITING, "wrong-state", DECIDED, status=409)
    return locked


def _decide(load: CalendarLoad, actor: Person, state: str, moved: int) -> None:
    load.state, load.decided_by, load.decided_at, load.moved = state, actor, timezone.now(), moved
    load.save()
