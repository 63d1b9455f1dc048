"""Office hours: the sessions of a working day, by season and kind of weekday. Without Django."""

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _

WORKDAY, MAKE_UP = "WORKDAY", "MAKEUP"
WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
KINDS = (WORKDAY, MAKE_UP, *WEEKDAYS)
MISSING = _("Office hours of %(day)s are not known, and this clock needs them.")
NOT_SET = _("This clock needs office hours, and none are set.")
WRONG_SESSION = _("Office hours are written as 09:00-12:00, 13:30-17:30: each session after the one before, within one day.")
REVERSED = _("The season ends before it begins.")
_SESSION = re.compile(r"(\d\d):(\d\d)\s*[-–]\s*(\d\d):(\d\d)")

Session = tuple[int, int]
Moments = tuple[datetime.datetime, datetime.datetime]


@dataclass(frozen=True)
class Season:
    """Sessions (minutes of the day) by kind of day, from `first` to `last`; without dates they hold where no season does.

    Kinds: a weekday, else MAKEUP for a Saturday or Sunday on which offices work, else WORKDAY.
    """

    sessions: Mapping[str, tuple[Session, ...]]
    first: datetime.date | None = None
    last: datetime.date | None = None

    def holds_on(self, day: datetime.date) -> bool:
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    def sessions_of(self, day: datetime.date) -> tuple[Session, ...]:
        for kind in (WEEKDAYS[day.weekday()], MAKE_UP if day.weekday() >= 5 else WORKDAY, WORKDAY):
            if kind in self.sessions:
                return self.sessions[kind]
        return ()


@dataclass(frozen=True)
class OfficeHours:
    """Seasons in order: the first with dates that holds on a day counts, else the one without dates."""

    seasons: tuple[Season, ...]

    def sessions_on(self, day: datetime.date) -> tuple[Moments, ...]:
        """Opening and closing instants of a working day, in order. Raises Refused OFFICE_HOURS_MISSING."""
        holding = [s for s in self.seasons if s.holds_on(day) and s.sessions_of(day)]
        if not holding:
            raise Refused("OFFICE_HOURS_MISSING", MISSING, day=day)
        dated = next((s for s in holding if s.first or s.last), holding[0])
        return tuple((at_minute(day, start), at_minute(day, end)) for start, end in dated.sessions_of(day))


def office_hours_needed() -> Refused:
    """The refusal of a clock in working hours where none are set."""
    return Refused("OFFICE_HOURS_MISSING", NOT_SET)


def every_day(sessions: Iterable[Session]) -> OfficeHours:
    """The same sessions on every working day."""
    return OfficeHours((Season({WORKDAY: checked_sessions(sessions)}),))


def at_minute(day: datetime.date, minute: int) -> datetime.datetime:
    """The instant `minute` minutes after the start of the day; 1440 is its end."""
    return datetime.datetime.combine(day, datetime.time()) + datetime.timedelta(minutes=minute)


def checked_sessions(sessions: Iterable[Session]) -> tuple[Session, ...]:
    """The sessions, in order. Raises Refused OFFICE_HOURS_WRONG for none, for one out of order or beyond its day."""
    found, before = tuple(sessions), 0
    for start, end in found:
        if not before <= start < end <= 24 * 60:
            raise Refused("OFFICE_HOURS_WRONG", WRONG_SESSION)
        before = end
    if not found:
        raise Refused("OFFICE_HOURS_WRONG", WRONG_SESSION)
    return found


def sessions_written(text: str) -> tuple[Session, ...]:
    """Sessions as people write them: `09:00-12:00, 13:30-17:30`. Raises Refused OFFICE_HOURS_WRONG."""
    found = []
    for part in re.split(r"[,，;；、]", text):
        match = _SESSION.fullmatch(part.strip())
        if match is None:
            raise Refused("OFFICE_HOURS_WRONG", WRONG_SESSION)
        start_hour, start_minute, end_hour, end_minute = map(int, match.groups())
        if max(start_minute, end_minute) > 59:
            raise Refused("OFFICE_HOURS_WRONG", WRONG_SESSION)
        found.append((start_hour * 60 + start_minute, end_hour * 60 + end_minute))
    return checked_sessions(found)


def demand_season(first: datetime.date | None, last: datetime.date | None) -> None:
    """Refuse a season that ends before it begins."""
    if first is not None and last is not None and last < first:
        raise Refused("DATES_REVERSED", REVERSED)
