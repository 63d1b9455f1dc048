"""The clock of a promise: from which day it runs, when it is due, what a pause or an extension does. Without Django.

Intervals are half-open: done in time means done before `due_at`. All instants are in the zone's own time.
"""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from xinya.kit import clock_terms as unit
from xinya.kit.clock_hours import hours_run, plain_hours, working_hours
from xinya.kit.clock_terms import OFFICE_HOURS, Extension, Pause, Terms, approved_extension, checked_pauses
from xinya.kit.office_hours import at_minute
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.kit.workdays import Calendar, day_after, months_after

PAUSE_AFTER_DUE = _("The promise was due %(due)s; after that its clock cannot be paused.")
EXTENSION_LATE = _("An extension is asked before the last day, which was %(day)s.")

Due = tuple[datetime.date, datetime.datetime]


@dataclass(frozen=True, slots=True)
class Clock:
    """What a clock shows. While it stands there is no due date, and `left` says how many days or hours remain.

    effective_day: the day that counts as the day of receipt, never counted itself. paused_days: working days in
    (effective_day, due_on] that a pause took out. forecast: some day up to the due day lies in a year without notice.
    """

    effective_day: datetime.date
    day_1: datetime.date | None
    due_on: datetime.date | None
    due_at: datetime.datetime | None
    paused_days: int
    forecast: bool | None
    left: float | None = None

    @property
    def is_paused(self) -> bool:
        return self.due_on is None


def read_clock(calendar: Calendar, terms: Terms, pauses: Sequence[Pause] = (), extensions: Sequence[Extension] = ()) -> Clock:
    """Read the clock. Raises Refused with the code of section 16 for terms, pauses or an extension that cannot be."""
    terms.check()
    ordered = checked_pauses(terms, pauses)
    effective = effective_day(calendar, terms)
    extension = approved_extension(terms, extensions)
    length = terms.n
    if extension is not None:
        _demand_in_time(calendar, terms, effective, ordered, extension)
        length += extension.n
    for place, pause in enumerate(ordered):
        _on, due_at = _due(calendar, terms, effective, ordered[:place], length)
        if pause.start >= due_at:
            raise Refused("PAUSE_AFTER_DUE", PAUSE_AFTER_DUE, due=due_at.isoformat(" ", "minutes"))
    return recount(calendar, terms, ordered, length)


def recount(calendar: Calendar, terms: Terms, pauses: Sequence[Pause], length: float) -> Clock:
    """Read a clock whose pauses, in order, and extension were judged when they were made: a new calendar judges nobody again.

    length: what was promised and what an extension added.
    """
    effective = effective_day(calendar, terms)
    day_1 = _day_1(calendar, terms, effective)
    if pauses and pauses[-1].end is None:
        left = _left(calendar, terms, effective, pauses, length)
        paused = _paused_days(calendar, terms, effective, pauses[-1].start.date(), pauses[:-1])
        return Clock(effective, day_1, None, None, paused, None, left)
    due_on, due_at = _due(calendar, terms, effective, pauses, length)
    start = terms.received_at.date() if terms.unit in unit.HOURS else effective
    forecast = calendar.is_forecast(start, due_on)
    return Clock(effective, day_1, due_on, due_at, _paused_days(calendar, terms, effective, due_on, pauses), forecast)


def resumed(pauses: Sequence[Pause], at: datetime.datetime) -> list[Pause]:
    """The pauses as they would stand if the clock ran again from `at` on: "if you answer today, due …"."""
    return [p if p.end is not None else Pause(p.start, max(p.start, at), p.reason) for p in pauses]


def effective_day(calendar: Calendar, terms: Terms) -> datetime.date:
    """The day of receipt; under OFFICE_HOURS the next working day for what came after closing or on a day off."""
    day = terms.received_at.date()
    if terms.receipt_rule != OFFICE_HOURS:
        return day
    in_time = calendar.is_working(day) and terms.received_at < closing(terms, day)
    return day if in_time else next(calendar.working_days_after(day))


def closing(terms: Terms, day: datetime.date) -> datetime.datetime:
    """When a working day closes: its last closing time, or its end without office hours."""
    return at_minute(day, 24 * 60) if terms.office_hours is None else terms.office_hours.sessions_on(day)[-1][1]


def counted_days(calendar: Calendar, terms: Terms, pauses: Sequence[Pause]) -> Iterator[datetime.date]:
    """Working days after the effective day at whose closing no pause stands."""
    days = calendar.working_days_after(effective_day(calendar, terms))
    return (d for d in days if not _is_paused(terms, d, pauses))


def _is_paused(terms: Terms, day: datetime.date, pauses: Sequence[Pause]) -> bool:
    return bool(pauses) and any(p.covers(closing(terms, day)) for p in pauses)


def _demand_in_time(
    calendar: Calendar, terms: Terms, effective: datetime.date, pauses: Sequence[Pause], extension: Extension
) -> None:
    """The last day is judged by what was known when the extension was asked."""
    asked = extension.asked_at
    known = [Pause(p.start, min(p.end or asked, asked), p.reason) for p in pauses if p.start < asked]
    due_on, _at = _due(calendar, terms, effective, known, terms.n)
    if asked.date() >= due_on:
        raise Refused("EXTENSION_TOO_LATE", EXTENSION_LATE, day=due_on)


def _day_1(calendar: Calendar, terms: Terms, effective: datetime.date) -> datetime.date | None:
    if terms.n == 0 or terms.unit in unit.HOURS:
        return None
    return next(calendar.working_days_after(effective)) if terms.unit == unit.WD else day_after(effective, 1)


def _due(calendar: Calendar, terms: Terms, effective: datetime.date, pauses: Sequence[Pause], length: float) -> Due:
    """Due day and instant, every pause of which has an end."""
    if terms.unit == unit.WH:
        return working_hours(calendar, terms, pauses, length)
    if terms.unit == unit.CH:
        due_at = plain_hours(terms, pauses, length)
        return due_at.date(), due_at
    whole = int(length)
    if terms.unit == unit.WD:
        after = calendar.days_after(effective)
        days = after if whole else chain([effective], after)
        counted = (d for d in days if calendar.is_working(d) and not _is_paused(terms, d, pauses))
        due_on = next(islice(counted, max(whole, 1) - 1, None))
    elif terms.unit == unit.CD:
        due_on = calendar.working_day_from(day_after(effective, whole))
    else:
        due_on = calendar.working_day_from(months_after(effective, whole))
    return due_on, closing(terms, due_on)


def _left(calendar: Calendar, terms: Terms, effective: datetime.date, pauses: Sequence[Pause], length: float) -> float:
    """Days or hours that remain while the last pause stands."""
    start, before = pauses[-1].start, pauses[:-1]
    if terms.unit == unit.WD:
        used = 0
        for day in counted_days(calendar, terms, before):
            if closing(terms, day) > start:
                break
            used += 1
        return int(length) - used
    return length - hours_run(calendar, terms, start, before)


def _paused_days(calendar: Calendar, terms: Terms, effective: datetime.date, until: datetime.date, pauses: Sequence[Pause]) -> int:
    if not pauses:
        return 0
    days = (day_after(effective, n) for n in range(1, (until - effective).days + 1))
    return sum(calendar.is_working(d) and _is_paused(terms, d, pauses) for d in days)
