"""What a clock is set by: the promise's unit and length, pauses, an extension; and what of them is refused. Without Django."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from xinya.kit.office_hours import OfficeHours, office_hours_needed
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _

WD, CD, M, WH, CH = UNITS = ("WD", "CD", "M", "WH", "CH")
HOURS = (WH, CH)
UNPAUSABLE = (CD, M)
ACTUAL_DAY, OFFICE_HOURS = RECEIPT_RULES = ("ACTUAL_DAY", "OFFICE_HOURS")
PAUSE_REASONS = ("NEED_MATERIAL", "COMPANY_ASKED", "THIRD_PARTY_TEST", "LAW_WAITING_PERIOD", "HIGHER_LEVEL")

UNKNOWN_UNIT = _("%(unit)s is no unit of a promise: WD, CD, M, WH or CH.")
UNKNOWN_RULE = _("%(rule)s is no receipt rule: ACTUAL_DAY or OFFICE_HOURS.")
NOT_POSITIVE = _("A promise has a whole number of days or months from 0, or hours above 0.")
PAUSE_OVERLAP = _("Two pauses overlap; a clock stands only once at a time.")
PAUSE_REVERSED = _("A pause ends before it begins.")
PAUSE_BACK_DATED = _("A pause begins before the receipt.")
PAUSE_REASON = _("A pause needs one of the reasons of the list.")
CANNOT_PAUSE = _("A promise in calendar days or months cannot pause.")
EXTENSION_TWICE = _("A promise is extended once; it has been extended already.")
EXTENSION_LONG = _("An extension is at most as long as the promise itself: %(most)s.")
EXTENSION_EARLY = _("The extension was asked before the receipt.")
TWO_PERSONS = _("Whoever asks for an extension does not approve it.")


@dataclass(frozen=True, slots=True)
class Terms:
    """received_at in the zone's own time. n: days, months or hours, as `unit` says."""

    received_at: datetime.datetime
    unit: str
    n: float
    receipt_rule: str = ACTUAL_DAY
    office_hours: OfficeHours | None = None

    def check(self) -> None:
        """Raise Refused UNKNOWN_UNIT, PROMISE_NOT_POSITIVE, OFFICE_HOURS_MISSING."""
        if self.unit not in UNITS:
            raise Refused("UNKNOWN_UNIT", UNKNOWN_UNIT, unit=str(self.unit)[:20])
        if self.receipt_rule not in RECEIPT_RULES:
            raise Refused("UNKNOWN_RECEIPT_RULE", UNKNOWN_RULE, rule=str(self.receipt_rule)[:20])
        demand_length(self.unit, self.n)
        if self.office_hours is None and (self.unit == WH or self.receipt_rule == OFFICE_HOURS):
            raise office_hours_needed()


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stands in [start, end); end None: still."""

    start: datetime.datetime
    end: datetime.datetime | None
    reason: str

    def covers(self, instant: datetime.datetime) -> bool:
        """Whether the clock stands when a day closes at `instant`."""
        return self.start < instant and (self.end is None or instant <= self.end)


@dataclass(frozen=True, slots=True)
class Extension:
    """n more of the promise's unit. Without `approved_by` it is only asked for and moves nothing."""

    n: int
    asked_at: datetime.datetime
    approved_by: str = ""
    asked_by: str = ""


def demand_length(unit: str, n: object) -> None:
    """Days and months are whole and may be 0 (the day of receipt itself); hours are above 0."""
    is_number = isinstance(n, int | float) and not isinstance(n, bool)
    holds = is_number and (n > 0 if unit in HOURS else isinstance(n, int) and n >= 0)  # type: ignore[operator]
    if not holds:
        raise Refused("PROMISE_NOT_POSITIVE", NOT_POSITIVE)


def checked_pauses(terms: Terms, pauses: Sequence[Pause]) -> list[Pause]:
    """The pauses in order.

    Raises Refused REASON_MISSING, DATES_REVERSED, PAUSE_OVERLAP, UNIT_CANNOT_PAUSE.
    """
    if pauses and terms.unit in UNPAUSABLE:
        raise Refused("UNIT_CANNOT_PAUSE", CANNOT_PAUSE)
    ordered = sorted(pauses, key=lambda p: p.start)
    for pause in ordered:
        if pause.reason not in PAUSE_REASONS:
            raise Refused("REASON_MISSING", PAUSE_REASON)
        if pause.end is not None and pause.end < pause.start:
            raise Refused("DATES_REVERSED", PAUSE_REVERSED)
        if pause.start < terms.received_at:
            raise Refused("DATES_REVERSED", PAUSE_BACK_DATED)
    for one, other in pairwise(ordered):
        if one.end is None or other.start < one.end:
            raise Refused("PAUSE_OVERLAP", PAUSE_OVERLAP)
    return ordered


def approved_extension(terms: Terms, extensions: Sequence[Extension]) -> Extension | None:
    """The extension in force; its day of asking is judged by the clock.

    Raises Refused PROMISE_NOT_POSITIVE, EXTENSION_TOO_LONG, DATES_REVERSED, FOUR_EYES.
    """
    for extension in extensions:
        if not (isinstance(extension.n, int) and not isinstance(extension.n, bool) and extension.n > 0):
            raise Refused("PROMISE_NOT_POSITIVE", NOT_POSITIVE)
        if extension.n > terms.n:
            raise Refused("EXTENSION_TOO_LONG", EXTENSION_LONG, most=terms.n)
        if extension.asked_at < terms.received_at:
            raise Refused("DATES_REVERSED", EXTENSION_EARLY)
        if extension.approved_by and extension.approved_by == extension.asked_by:
            raise Refused("FOUR_EYES", TWO_PERSONS)
    approved = [e for e in extensions if e.approved_by]
    if len(approved) > 1:
        raise Refused("EXTENSION_TOO_LONG", EXTENSION_TWICE)
    return approved[0] if approved else None
