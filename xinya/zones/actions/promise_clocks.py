"""What moves the clock of a promise: pause, its end, an extension, a new calendar. Nobody sets a due date."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from xinya.kit.clock_terms import Extension
from xinya.kit.clocks import read_clock
from xinya.kit.refusals import Refused, demand
from xinya.kit.text import gettext_noop as _

from ..engine import promise_states as states
from ..models import Person, Promise, PromiseClock, PromiseEvent, PromiseExtension, PromisePause, Zone
from ..queries.calendar import calendar_in_force, local, office_hours_in_force
from ..queries.promises import OPEN_STATES, extension_of, pauses_of, reading, terms_of
from .promise_steps import Step, begin, show_clock

MANY = 500
UNKNOWN_REASON = _("A pause needs one of the reasons of the list.")
WHAT_MISSING = _("Say what is missing or who decides, in 2 to 300 characters.")
LAW_MISSING = _("Name the article of the law that makes the clock wait.")
UNTIL_WRONG = _("The day until which the clock stands lies before today.")
PAUSE_TOO_LONG = _("A pause for this reason lasts %(most)s working days at most, to %(day)s.")
NO_EXTENSION = _("No extension waits for an answer.")
EXTENSION_ONCE = _("A promise is extended once; that was asked already.")
FOUR_EYES = _("Whoever asks for an extension does not approve it.")
ARTICLE = ("条", "art", "§", "第")


@dataclass(frozen=True, slots=True)
class Moved:
    """A promise whose due day a new calendar moved."""

    promise: int
    text: str
    old: datetime.date | None
    new: datetime.date | None


def pause_promise(actor: Person, *, promise: Promise, reason: str, what: str, until: datetime.date) -> Promise:
    """The owner stops the clock from now on, for a reason of the list, until a day within its maximum."""
    what = what.strip()
    with transaction.atomic():
        step = begin(actor, promise, "pause", text=what)
        if reason not in states.PAUSE_LIMITS:
            raise Refused("REASON_MISSING", UNKNOWN_REASON)
        demand(2 <= len(what) <= 300, "REASON_MISSING", WHAT_MISSING, status=422)
        if reason == PromisePause.Reason.LAW_WAITING_PERIOD and not any(sign in what.casefold() for sign in ARTICLE):
            raise Refused("LAW_MISSING", LAW_MISSING)
        _demand_until(step, reason, until)
        pause = PromisePause(clock=step.clock, reason=reason, what=what, until=until, start=step.now, by=actor)
        extension = extension_of(step.clock.extensions.all())
        pauses = [*pauses_of(step.clock.pauses.all()), *pauses_of([pause])]
        terms = terms_of(step.clock, office_hours_in_force(step.promise.zone))
        read_clock(step.calendar, terms, pauses, [extension] if extension is not None else [])
        pause.save()
        step.reason = f"{reason}: {what}"
        step.show()
        return step.done(until=until)


def _demand_until(step: Step, reason: str, until: datetime.date) -> None:
    today, most = local(step.now).date(), states.PAUSE_LIMITS[reason]
    demand(until >= today, "DATES_REVERSED", UNTIL_WRONG, status=422)
    if most is not None:
        last = step.calendar.nth_working_day_after(today, most)
        demand(until <= last, "PAUSE_TOO_LONG", PAUSE_TOO_LONG, status=422, most=most, day=str(last))


def resume_promise(actor: Person, *, promise: Promise) -> Promise:
    """The clock runs again: by the owner, or by the service desk."""
    with transaction.atomic():
        step = begin(actor, promise, "resume")
        end_pause(step)
        return step.done()


def reply_to_promise(actor: Person, *, promise: Promise, text: str) -> Promise:
    """The other side answers; a standing clock runs again by itself."""
    text = text.strip()
    with transaction.atomic():
        step = begin(actor, promise, "reply", text=text)
        demand(2 <= len(text) <= 500, "text-wrong", _("Say in 2 to 500 characters what you answer."), status=422)
        if step.old_state == Promise.State.PAUSED:
            end_pause(step)
        return step.done()


def end_pause(step: Step) -> None:
    """Close the pause that stands and read the clock anew."""
    step.clock.pauses.filter(end=None).update(end=step.now, ended_by=step.actor)
    step.show()


def ask_extension(actor: Person, *, promise: Promise, n: int, reason: str) -> Promise:
    """The owner asks once for at most as much time again, before the last day. Moves nothing until another person approves."""
    with transaction.atomic():
        step = begin(actor, promise, "ask_extension", reason=reason)
        pending = step.clock.extensions.exclude(state=PromiseExtension.State.REFUSED).exists()
        demand(not pending, "EXTENSION_TOO_LONG", EXTENSION_ONCE, status=409)
        asked = Extension(n, local(step.now), "another person")
        terms = terms_of(step.clock, office_hours_in_force(step.promise.zone))
        read_clock(step.calendar, terms, pauses_of(step.clock.pauses.all()), [asked])
        PromiseExtension.objects.create(clock=step.clock, n=n, reason=step.reason, asked_by=actor, asked_at=step.now)
        return step.done(n=n)


def approve_extension(actor: Person, *, promise: Promise, reason: str) -> Promise:
    """Another person with the power approves what was asked; the same start counts, the due date moves, the company reads why."""
    return _decide(actor, promise, PromiseExtension.State.APPROVED, "approve_extension", reason)


def refuse_extension(actor: Person, *, promise: Promise, reason: str) -> Promise:
    """Another person refuses what was asked; nothing moves."""
    return _decide(actor, promise, PromiseExtension.State.REFUSED, "refuse_extension", reason)


def _decide(actor: Person, promise: Promise, state: str, verb: str, reason: str) -> Promise:
    with transaction.atomic():
        step = begin(actor, promise, verb, reason=reason)
        asked = step.clock.extensions.filter(state=PromiseExtension.State.ASKED).first()
        if asked is None:
            raise Refused("no-extension", NO_EXTENSION, status=409)
        demand(asked.asked_by_id != actor.pk, "FOUR_EYES", FOUR_EYES)
        asked.state, asked.decided_by, asked.decided_at = state, actor, step.now
        asked.save()
        step.show()
        return step.done(n=asked.n)


# --- a new calendar -------------------------------------------------------------------------------------------------
def recount_promises(years: Iterable[int], *, why: str, actor: Person | None = None) -> list[Moved]:
    """Part of a calendar's load: every open promise whose range touches one of the years is read anew; nobody is judged again.

    What moved keeps its old day in its thread. Returns it in the order of the promises.
    """
    wanted, moved, changed = set(years), [], Changes()
    calendar, now = calendar_in_force(), timezone.now()
    hours = {zone.pk: office_hours_in_force(zone) for zone in Zone.objects.filter(promises__state__in=OPEN_STATES).distinct()}
    for rows in _open_clocks(wanted):
        events = []
        for row, pauses, extensions in rows:
            promise = row.promise
            end = max(promise.due_on or timezone.localdate(), promise.effective_on)
            if not wanted & set(range(promise.effective_on.year, end.year + 1)):
                continue
            old, before = promise.due_on, _shown(promise)
            shown = reading(calendar, row, hours[promise.zone_id], pauses=pauses, extensions=extensions).clock
            show_clock(promise, row, shown.effective_day, shown.due_on, shown.due_at)
            promise.forecast = bool(shown.forecast)
            if _shown(promise) != before:
                changed.add(row)
            if old != promise.due_on:
                moved.append(Moved(promise.pk, promise.text, old, promise.due_on))
                events.append(_moved_event(promise, old, now, why, actor))
        PromiseEvent.objects.bulk_create(events)
    changed.save()
    return moved


Shown = tuple[datetime.date, datetime.date | None, datetime.datetime | None, bool]


def _shown(promise: Promise) -> Shown:
    return promise.effective_on, promise.due_on, promise.due_at, promise.forecast


class Changes:
    """New dates, stored day by day: thousands of promises share a few hundred dates."""

    def __init__(self) -> None:
        self.rows: dict[Shown, list[PromiseClock]] = {}

    def add(self, row: PromiseClock) -> None:
        self.rows.setdefault(_shown(row.promise), []).append(row)

    def save(self) -> None:
        for (effective_on, due_on, due_at, forecast), rows in self.rows.items():
            for start in range(0, len(rows), MANY):
                some = rows[start : start + MANY]
                Promise.objects.filter(pk__in=[r.promise_id for r in some]).update(
                    effective_on=effective_on, due_on=due_on, due_at=due_at, forecast=forecast
                )
                PromiseClock.objects.filter(pk__in=[r.pk for r in some]).update(due_on=due_on, due_at=due_at)


def _open_clocks(years: Collection[int]) -> Iterator[list[tuple[PromiseClock, list[PromisePause], list[PromiseExtension]]]]:
    """The running clock of every open promise that may touch the years, locked, with pauses and extensions, by the hundred."""
    first, last = datetime.date(min(years), 1, 1), datetime.date(max(years), 12, 31)
    touching = Q(effective_on__lte=last) & (Q(due_on=None) | Q(due_on__gte=first))
    found = Promise.objects.filter(touching, state__in=OPEN_STATES).order_by("pk")
    keys = list(found.values_list("pk", flat=True))
    for start in range(0, len(keys), MANY):
        some = keys[start : start + MANY]
        list(Promise.objects.select_for_update().filter(pk__in=some).order_by("pk").values_list("pk"))
        rows = PromiseClock.objects.filter(promise__in=some, ended_at=None).select_related("promise").order_by("promise")
        here = {"clock__promise__in": some, "clock__ended_at": None}
        pauses, extensions = defaultdict(list), defaultdict(list)
        for pause in PromisePause.objects.filter(**here):
            pauses[pause.clock_id].append(pause)
        for extension in PromiseExtension.objects.filter(**here):
            extensions[extension.clock_id].append(extension)
        yield [(row, pauses[row.pk], extensions[row.pk]) for row in rows]


def _moved_event(
    promise: Promise, old: datetime.date | None, now: datetime.datetime, why: str, actor: Person | None
) -> PromiseEvent:
    return PromiseEvent(
        promise=promise, at=now, by=actor, verb="calendar", from_state=promise.state, to_state=promise.state, text=why[:500],
        old_due_on=old, new_due_on=promise.due_on,
    )  # fmt: skip
