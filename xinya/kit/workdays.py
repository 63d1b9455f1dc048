"""Working days: a table of years with the exceptions to Monday–Friday, and counting on it. Without Django.

A year that the table does not hold is refused; nothing here guesses what a holiday notice will say.
"""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice

from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _

OFFICIAL, FORECAST = "official", "forecast"
WORK, OFF = "WORK", "OFF"
DAY = datetime.timedelta(days=1)
MISSING = _("The calendar of %(year)s is not loaded, so no working day of that year can be counted.")


@dataclass(frozen=True)
class Calendar:
    """years: status by year, `official` or `forecast`. exceptions: `WORK` or `OFF` by day; other days follow Monday–Friday."""

    years: Mapping[int, str]
    exceptions: Mapping[datetime.date, str] = field(default_factory=dict)

    def demand_year(self, year: int) -> None:
        """Raise Refused CALENDAR_MISSING for a year that is not loaded."""
        if year not in self.years:
            raise calendar_missing(year)

    def is_working(self, day: datetime.date) -> bool:
        """Whether offices work on that day."""
        self.demand_year(day.year)
        kind = self.exceptions.get(day)
        return day.weekday() < 5 if kind is None else kind == WORK

    def is_make_up(self, day: datetime.date) -> bool:
        """A Saturday or Sunday on which offices work."""
        return day.weekday() >= 5 and self.is_working(day)

    def days_after(self, day: datetime.date) -> Iterator[datetime.date]:
        """Every day after `day`, working or not, to the end of the table; then Refused CALENDAR_MISSING."""
        while True:
            day = day_after(day, 1)
            self.demand_year(day.year)
            yield day

    def working_days_after(self, day: datetime.date) -> Iterator[datetime.date]:
        """Working days after `day`, in order."""
        return (d for d in self.days_after(day) if self.is_working(d))

    def nth_working_day_after(self, day: datetime.date, n: int) -> datetime.date:
        """The n-th working day after `day`; `day` itself for 0."""
        return day if n == 0 else next(islice(self.working_days_after(day), n - 1, None))

    def working_day_from(self, day: datetime.date) -> datetime.date:
        """`day` if offices work then, else the next working day."""
        return day if self.is_working(day) else next(self.working_days_after(day))

    def count(self, after: datetime.date, until: datetime.date) -> int:
        """How many working days lie in (after, until]."""
        return sum(self.is_working(after + DAY * n) for n in range(1, (until - after).days + 1))

    def is_forecast(self, after: datetime.date, until: datetime.date) -> bool:
        """Whether some day in (after, until] lies in a year whose notice is not out yet."""
        if until <= after:
            return False
        years = range(day_after(after, 1).year, until.year + 1)
        for year in years:
            self.demand_year(year)
        return any(self.years[year] != OFFICIAL for year in years)

    def changed(self, *, exceptions: Mapping[datetime.date, str], years: Mapping[int, str]) -> "Calendar":
        """The same table with these rows on top."""
        return replace(self, exceptions={**self.exceptions, **exceptions}, years={**self.years, **years})


def calendar_missing(year: object) -> Refused:
    """The refusal of a year that is not loaded."""
    return Refused("CALENDAR_MISSING", MISSING, year=year)


def day_after(day: datetime.date, count: int) -> datetime.date:
    """`count` calendar days later. Raises Refused CALENDAR_MISSING beyond the last day a calendar can name."""
    try:
        return day + DAY * count
    except OverflowError:
        raise calendar_missing(day.year + count // 365) from None


def months_after(day: datetime.date, count: int) -> datetime.date:
    """The same day number `count` months later, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    if not 1 <= year <= 9998:
        raise calendar_missing(year)
    first_of_next = datetime.date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(datetime.date(year, month + 1, 1) + DAY * (day.day - 1), first_of_next - DAY)
