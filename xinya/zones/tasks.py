"""What the house does by itself every night; each may run twice without harm."""

from django.utils import timezone

from .actions.calendar import extend_forecast
from .actions.promises import end_silence


def keep_calendar() -> list[int]:
    """Ten years of forecast ahead, so that nobody ever meets a year that is not loaded."""
    return extend_forecast(timezone.localdate())


def end_silent_promises() -> int:
    """Promises kept ten working days ago without a word are kept, not confirmed."""
    return end_silence(timezone.now())
