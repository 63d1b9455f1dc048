"""The life of a promise over its clocks: answered, closed, reopened; escalation; the second question. Without Django."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from xinya.kit.clock_terms import WD, Pause, Terms
from xinya.kit.clocks import Clock, closing, effective_day, read_clock, resumed
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _
from xinya.kit.workdays import Calendar, day_after

REOPEN_DAYS = 5
SECOND_QUESTION_DAYS = 28
DISPUTE_DAYS = 3
ESCALATION = {"L0": 0, "L1": 1, "L2": 3, "L3": 5}
"""Working days after the due day: reminder, office head, deputy director, front page of the weekly list."""
OUT_OF_ORDER = _("The events are not in the order of their dates.")


@dataclass(frozen=True, slots=True)
class Event:
    """verb: submit, answer, close, reopen, dispute, pause, resume; others are kept and change no clock."""

    at: datetime.datetime
    verb: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Life:
    """What a request's page shows of its clocks; None where it has not come to that.

    elapsed: working days to the last close, nothing taken out. clock_days: less paused days and days between a close
    and its reopening.
    """

    first: Clock
    first_answer_on_time: bool | None
    reopened: Clock | None
    disputed_due_on: datetime.date | None
    second_question_on: datetime.date | None
    second_question_sent_on: datetime.date | None
    elapsed: int | None
    closed_between: int | None
    paused: int | None
    clock_days: int | None
    escalation: dict[str, datetime.date] | None


def escalation_dates(calendar: Calendar, due_on: datetime.date) -> dict[str, datetime.date]:
    """When a promise that is not kept reaches each level."""
    return {level: calendar.nth_working_day_after(due_on, days) for level, days in ESCALATION.items()}


def escalation_level(calendar: Calendar, due_on: datetime.date, today: datetime.date) -> str:
    """The level an open promise has reached today; "" before its due day."""
    reached = [level for level, day in escalation_dates(calendar, due_on).items() if day <= today] if due_on <= today else []
    return reached[-1] if reached else ""


def second_question(calendar: Calendar, closed_on: datetime.date) -> tuple[datetime.date, datetime.date]:
    """28 calendar days after the company closed, and the first working day from then, on which it is sent."""
    due = day_after(closed_on, SECOND_QUESTION_DAYS)
    return due, calendar.working_day_from(due)


def disputed_due_on(calendar: Calendar, due_on: datetime.date | None, disputed_on: datetime.date) -> datetime.date:
    """The later of the old due day and three working days after the dispute."""
    new = calendar.nth_working_day_after(disputed_on, DISPUTE_DAYS)
    return new if due_on is None else max(due_on, new)


def read_life(calendar: Calendar, terms: Terms, events: Sequence[Event], *, reopen_days: int = REOPEN_DAYS) -> Life:
    """The clocks of a life whose first event is the receipt. Raises Refused DATES_REVERSED, and what `read_clock` raises."""
    for one, other in pairwise(events):
        if other.at < one.at:
            raise Refused("DATES_REVERSED", OUT_OF_ORDER)
    closes, reopenings = _at(events, "close"), _at(events, "reopen")
    answers, disputes = _at(events, "answer"), _at(events, "dispute")
    pauses = _pauses(events)
    first_end = reopenings[0] if reopenings else None
    own = [p for p in pauses if first_end is None or p.start < first_end]
    first = read_clock(calendar, terms, own)
    reopened = None
    if reopenings:
        again = replace(terms, received_at=reopenings[-1], unit=WD, n=reopen_days)
        reopened = read_clock(calendar, again, [p for p in pauses if p.start >= reopenings[-1]])
    asked = _asked(calendar, closes, reopenings)
    return Life(
        first=first,
        first_answer_on_time=_in_time(calendar, terms, own, answers),
        reopened=reopened,
        disputed_due_on=disputed_due_on(calendar, first.due_on, disputes[-1].date()) if disputes else None,
        second_question_on=asked[0] if asked else None,
        second_question_sent_on=asked[1] if asked else None,
        escalation=None if first.due_on is None else escalation_dates(calendar, first.due_on),
        **_days(calendar, terms, pauses, closes, reopenings),
    )


def _at(events: Sequence[Event], verb: str) -> list[datetime.datetime]:
    return [e.at for e in events if e.verb == verb]


def _pauses(events: Sequence[Event]) -> list[Pause]:
    found: list[Pause] = []
    for event in events:
        if event.verb == "pause":
            found.append(Pause(event.at, None, event.reason))
        elif event.verb == "resume" and found and found[-1].end is None:
            found[-1] = replace(found[-1], end=event.at)
    return found


def _in_time(calendar: Calendar, terms: Terms, pauses: Sequence[Pause], answers: Sequence[datetime.datetime]) -> bool | None:
    """Judged at the instant of the first answer, by the pauses known then."""
    if not answers:
        return None
    known = resumed([p for p in pauses if p.start <= answers[0]], answers[0])
    due_at = read_clock(calendar, terms, known).due_at
    return due_at is not None and answers[0] < due_at


def _asked(
    calendar: Calendar, closes: Sequence[datetime.datetime], reopenings: Sequence[datetime.datetime]
) -> tuple[datetime.date, datetime.date] | None:
    """Asked once: after the first close that was not reopened before the question went out."""
    asked = None
    for close in closes:
        asked = second_question(calendar, close.date())
        again = next((r for r in reopenings if r >= close), None)
        if again is None or again.date() >= asked[1]:
            break
    return asked


def _days(
    calendar: Calendar,
    terms: Terms,
    pauses: Sequence[Pause],
    closes: Sequence[datetime.datetime],
    reopenings: Sequence[datetime.datetime],
) -> dict[str, int | None]:
    if not closes:
        return dict.fromkeys(("elapsed", "closed_between", "paused", "clock_days"))
    start, end = effective_day(calendar, terms), closes[-1].date()
    resting: set[datetime.date] = set()
    for close in closes[:-1]:
        again = next((r for r in reopenings if r >= close), None)
        if again is not None:
            resting.update(_working_days(calendar, close.date(), again.date()))
    days = _working_days(calendar, start, end)
    paused = {d for d in days if any(p.covers(closing(terms, d)) for p in pauses)} - resting
    return {
        "elapsed": len(days),
        "closed_between": len(resting),
        "paused": len(paused),
        "clock_days": len(days) - len(paused) - len(resting),
    }


def _working_days(calendar: Calendar, after: datetime.date, until: datetime.date) -> list[datetime.date]:
    days = (day_after(after, n) for n in range(1, (until - after).days + 1))
    return [d for d in days if calendar.is_working(d)]
