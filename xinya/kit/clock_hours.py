"""Clocks in hours: office sessions or plain hours, less what pauses take out to the minute. Without Django."""

import datetime
from collections.abc import Iterator, Sequence
from itertools import chain

from xinya.kit.clock_terms import CH, Pause, Terms
from xinya.kit.office_hours import Moments, office_hours_needed
from xinya.kit.workdays import Calendar, calendar_missing, day_after


def working_hours(
    calendar: Calendar, terms: Terms, pauses: Sequence[Pause], length: float
) -> tuple[datetime.date, datetime.datetime]:
    """Day and instant at which `length` office hours are over; what ends at closing is due at closing."""
    left, received = datetime.timedelta(hours=length), terms.received_at
    for day in chain([received.date()], calendar.days_after(received.date())):
        for opening, close in _sessions(calendar, terms, day):
            for start, end in _running(max(opening, received), close, pauses):
                if end - start >= left:
                    return day, start + left
                left -= end - start
    raise calendar_missing(received.year)  # unreachable: the days themselves end with that refusal


def plain_hours(terms: Terms, pauses: Sequence[Pause], length: float) -> datetime.datetime:
    """The instant at which `length` hours of the clock are over."""
    try:
        due = terms.received_at + datetime.timedelta(hours=length)
    except OverflowError:
        raise calendar_missing(terms.received_at.year) from None
    for pause in pauses:
        if pause.start < due and pause.end is not None:
            due += pause.end - pause.start
    return due


def hours_run(calendar: Calendar, terms: Terms, until: datetime.datetime, pauses: Sequence[Pause]) -> float:
    """How many hours the clock ran before `until`."""
    low = terms.received_at
    if terms.unit == CH:
        spans = [(low, until)]
    else:
        days = (day_after(low.date(), count) for count in range((until.date() - low.date()).days + 1))
        spans = [(max(o, low), min(c, until)) for day in days for o, c in _sessions(calendar, terms, day)]
    run = (end - start for span in spans for start, end in _running(*span, pauses))
    return sum(run, datetime.timedelta()).total_seconds() / 3600


def _sessions(calendar: Calendar, terms: Terms, day: datetime.date) -> tuple[Moments, ...]:
    if terms.office_hours is None:
        raise office_hours_needed()
    return terms.office_hours.sessions_on(day) if calendar.is_working(day) else ()


def _running(start: datetime.datetime, end: datetime.datetime, pauses: Sequence[Pause]) -> Iterator[Moments]:
    """The pieces of [start, end) in which the clock runs; pauses are in order and do not overlap."""
    for pause in pauses:
        if pause.start >= end:
            break
        if start < pause.start:
            yield start, pause.start
        start = max(start, end if pause.end is None else pause.end)
    if start < end:
        yield start, end
