"""Quiet hours: when a message may go out."""

import datetime


def quiet_end(now: datetime.datetime, start: datetime.time, end: datetime.time) -> datetime.datetime | None:
    """The end of the quiet hours [start, end) in which `now` (in the zone's own time) lies; None outside of them.

    The hours may pass midnight; equal times mean that there are none.
    """
    clock = now.time().replace(tzinfo=None)
    if start == end:
        return None
    if start < end:
        day = now.date() if start <= clock < end else None
    elif clock >= start:
        day = now.date() + datetime.timedelta(days=1)
    else:
        day = now.date() if clock < end else None
    return None if day is None else datetime.datetime.combine(day, end, tzinfo=now.tzinfo)
