"""A second, slow reading of the clock rules: it walks day by day and minute by minute and shares no code with the first."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)
Gap = tuple[dt.datetime, dt.datetime]
Hours = Sequence[tuple[int, int]] | None


class NoYear(Exception):
    """The walk left the loaded years."""


class World:
    """A calendar, the office hours of every working day, and the pauses of one clock."""

    def __init__(self, years: dict[int, str], exceptions: dict[dt.date, str], hours: Hours, pauses: Sequence[Gap] = ()) -> None:
        self.years, self.exceptions, self.hours, self.pauses = years, exceptions, hours, pauses

    def works(self, day: dt.date) -> bool:
        if day.year not in self.years:
            raise NoYear
        if day in self.exceptions:
            return self.exceptions[day] == "WORK"
        return day.isoweekday() not in (6, 7)

    def last_minute(self, day: dt.date) -> dt.datetime:
        """The last minute of the working day, as the instant it begins."""
        midnight = dt.datetime(day.year, day.month, day.day)
        return midnight + MINUTE * ((24 * 60 if self.hours is None else max(end for _start, end in self.hours)) - 1)

    def stands(self, minute: dt.datetime) -> bool:
        return any(start <= minute < end for start, end in self.pauses)

    def in_session(self, minute: dt.datetime) -> bool:
        now = minute.hour * 60 + minute.minute
        return self.works(minute.date()) and any(start <= now < end for start, end in self.hours or ())


def effective(world: World, received: dt.datetime, rule: str) -> dt.date:
    day = received.date()
    if rule == "ACTUAL_DAY" or (world.works(day) and received <= world.last_minute(day)):
        return day
    day += DAY
    while not world.works(day):
        day += DAY
    return day


def due(world: World, received: dt.datetime, unit: str, n: int, rule: str) -> dict[str, Any]:
    """Due day, due instant, paused days and forecast mark."""
    if unit in ("WH", "CH"):
        return _by_minutes(world, received, unit, n)
    first = day = effective(world, received, rule)
    paused = 0
    if unit == "WD":
        counted, done = 0, n == 0 and world.works(day) and not world.stands(world.last_minute(day))
        while not done:
            day += DAY
            if not world.works(day):
                continue
            if world.stands(world.last_minute(day)):
                paused += 1
                continue
            counted += 1
            done = counted >= max(n, 1)
    else:
        day = _counted_off(first, unit, n)
        while not world.works(day):
            day += DAY
    return {"due_on": day, "due_at": world.last_minute(day) + MINUTE, "paused": paused, "forecast": _forecast(world, first, day)}


def _counted_off(day: dt.date, unit: str, n: int) -> dt.date:
    if unit == "CD":
        for _one in range(n):
            day += DAY
        return day
    year, month = day.year, day.month
    for _one in range(n):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    number = day.day
    while True:
        try:
            return dt.date(year, month, number)
        except ValueError:
            number -= 1


def _by_minutes(world: World, received: dt.datetime, unit: str, n: int) -> dict[str, Any]:
    left, minute = n * 60, received
    while left:
        if (unit == "CH" or world.in_session(minute)) and not world.stands(minute):
            left -= 1
        minute += MINUTE
    on = minute.date() if unit == "CH" else (minute - MINUTE).date()
    return {"due_on": on, "due_at": minute, "forecast": _forecast(world, received.date(), on)}


def _forecast(world: World, after: dt.date, until: dt.date) -> bool:
    marked, day = False, after
    while day < until:
        day += DAY
        if day.year not in world.years:
            raise NoYear
        marked = marked or world.years[day.year] != "official"
    return marked
