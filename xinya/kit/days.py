"""Days as people write them. Without Django."""

import datetime


def day_written(text: str) -> datetime.date:
    """The day written as YYYY-MM-DD, from 1900 to 2200. Raises ValueError for every other text, also for week dates."""
    day = datetime.date.fromisoformat(text)
    if day.isoformat() != text or not is_day_of_trade(day):
        raise ValueError(text)
    return day


def is_day_of_trade(day: datetime.date) -> bool:
    """A day that a register or a plan can name, so that the days before and after it exist too."""
    return 1900 <= day.year <= 2200
