"""What every act on a promise does the same way: lock, side, state, reason, event, due date by the calendar in force."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from xinya.kit.audit import record
from xinya.kit.refusals import Refused, demand
from xinya.kit.text import gettext_noop as _
from xinya.kit.text import say
from xinya.kit.workdays import Calendar

from .. import rules
from ..engine import promise_states as states
from ..models import Membership, Person, Promise, PromiseClock, PromiseEvent
from ..queries.calendar import calendar_in_force, instant, office_hours_in_force
from ..queries.promises import NO_PROMISE, Reading, promises_visible_to, reading

NOT_YOURS = _("This is not for you to do: you are not the side of the promise that may.")
WRONG_STATE = _("The promise is “%(state)s” now. What may follow: %(next)s.")
NOTHING_FOLLOWS = _("The promise is “%(state)s” now, and nothing follows that.")
REASON_MISSING = _("Please say why, in 2 to 300 characters.")


class WrongState(Refused):
    """Names the state and what may follow, in the reader's language."""

    def __init__(self, state: str) -> None:
        self.following = states.verbs_from(state)
        super().__init__("wrong-state", WRONG_STATE if self.following else NOTHING_FOLLOWS, status=409, state=state, next="")
        self.state = state

    def sentence(self, language: str = "en") -> str:
        comma = "、" if language == "zh" else ", "
        words = comma.join(say(language, states.ACTS[verb]) for verb in self.following)
        return say(language, self.message, state=say(language, str(Promise.State(self.state).label)), next=words)


@dataclass
class Step:
    """One act under way on a locked promise. text: what the thread shows; reason: why, which the log keeps too."""

    actor: Person | None
    promise: Promise
    clock: PromiseClock
    verb: str
    now: datetime.datetime
    text: str = ""
    reason: str = ""
    calendar: Calendar = field(default_factory=calendar_in_force)
    old_state: str = ""
    old_due_on: datetime.date | None = None

    def __post_init__(self) -> None:
        self.old_state, self.old_due_on = self.promise.state, self.promise.due_on

    def read(self) -> Reading:
        """The clock by the calendar in force; raises nothing for what was judged before."""
        hours = office_hours_in_force(self.promise.zone)
        return reading(self.calendar, self.clock, hours, now=self.now)

    def show(self) -> None:
        """Let the promise and its clock show what the clock says now."""
        shown = self.read().clock
        show_clock(self.promise, self.clock, shown.effective_day, shown.due_on, shown.due_at)
        self.promise.forecast = bool(shown.forecast)

    def done(self, **values: object) -> Promise:
        """Save, write the event, and last the audit row."""
        self.promise.save()
        self.clock.save()
        write_event(self)
        told = {"state": (self.old_state, self.promise.state), "due_on": (self.old_due_on, self.promise.due_on)}
        changed: Mapping[str, object] = {**{k: v for k, v in told.items() if v[0] != v[1]}, **values}
        who = self.actor if self.actor is not None else "house"
        record(who, f"{self.verb.replace('_', '-')}-promise", "promise", self.promise.pk, reason=self.reason, change=changed)
        return self.promise


def begin(actor: Person, promise: Promise, verb: str, *, text: str = "", reason: str | None = None) -> Step:
    """Lock the promise inside the caller's transaction; judge gate, side and state, in this order.

    reason: for acts that need one. Raises Refused no-such-promise (404), not-allowed (403), wrong-state (409),
    REASON_MISSING (422).
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an act on a promise has its own transaction")
    if not promises_visible_to(actor).filter(pk=promise.pk).exists():
        raise Refused("no-such-promise", NO_PROMISE, status=404)
    step = lock(actor, promise.pk, verb, text=text)
    to = demand_step(actor, step.promise, verb)
    if reason is not None:
        step.reason = demand_reason(reason)
    step.promise.state = to
    return step


def demand_step(actor: Person, promise: Promise, verb: str) -> str:
    """Where the verb leads for this person. Raises Refused not-allowed (403), wrong-state (409)."""
    sides = rules.sides_of(actor, promise)
    demand(bool(sides & states.ever_by(verb)), "not-allowed", NOT_YOURS)
    to = states.target(promise.state, verb)
    if to is None:
        raise WrongState(promise.state)
    demand(bool(sides & states.who_may(promise.state, verb)), "not-allowed", NOT_YOURS)
    return to


def lock(actor: Person | None, pk: int, verb: str, *, text: str = "") -> Step:
    """The promise with its last clock, locked until the transaction ends."""
    locked = Promise.objects.select_for_update(of=("self",)).select_related("zone").get(pk=pk)
    clock = PromiseClock.objects.filter(promise=locked).order_by("-number")[0]
    return Step(actor, locked, clock, verb, timezone.now(), text)


def demand_reason(reason: str) -> str:
    """Raise Refused REASON_MISSING for none."""
    reason = reason.strip()
    if not 2 <= len(reason) <= 300:
        raise Refused("REASON_MISSING", REASON_MISSING)
    return reason


def show_clock(
    promise: Promise,
    clock: PromiseClock,
    effective: datetime.date,
    due_on: datetime.date | None,
    due_at: datetime.datetime | None,
) -> None:
    """due_at on the zone's own wall clock, as the arithmetic gives it."""
    promise.effective_on = effective
    promise.due_on = clock.due_on = due_on
    promise.due_at = clock.due_at = None if due_at is None else instant(due_at)


def write_event(step: Step) -> PromiseEvent:
    """One line of the promise's thread."""
    membership: Membership | None = step.actor.acting_for if step.actor is not None else None
    return PromiseEvent.objects.create(
        promise=step.promise, at=step.now, by=step.actor, verb=step.verb,
        organisation=membership.organisation if membership is not None else None,
        from_state=step.old_state, to_state=step.promise.state, text=(step.reason or step.text)[:500],
        old_due_on=step.old_due_on, new_due_on=step.promise.due_on,
    )  # fmt: skip
