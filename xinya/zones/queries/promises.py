"""Promises: who sees which, what is due, what a promise's clock shows."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import F, Prefetch, Q, QuerySet
from django.utils import timezone

from xinya.kit.clock_lives import escalation_level
from xinya.kit.clock_terms import UNPAUSABLE, Extension, Pause, Terms
from xinya.kit.clocks import Clock, closing, recount, resumed
from xinya.kit.office_hours import OfficeHours
from xinya.kit.refusals import Refused
from xinya.kit.rows import only
from xinya.kit.text import gettext_noop as _
from xinya.kit.workdays import DAY, Calendar

from .. import rules
from ..engine.roles import REGISTER
from ..models import (
    Company,
    Membership,
    Organisation,
    Person,
    Promise,
    PromiseClock,
    PromiseEvent,
    PromiseExtension,
    PromisePause,
    Secrecy,
    Zone,
)
from .calendar import local
from .gate import ZONE_WIDE, gated, visible_to

OPEN_STATES = (Promise.State.OPEN, Promise.State.PAUSED)
SOON_DAYS = 7
MAKERS = [role.code for role in REGISTER if "make_promises" in role.powers]
NO_PROMISE = _("There is no such promise.")
NO_ZONE = _("There is no such zone.")


@dataclass(frozen=True, slots=True)
class Reading:
    """A clock as it stands, and as it would stand if it ran again now."""

    row: PromiseClock
    terms: Terms
    pauses: Sequence[Pause]
    length: int
    clock: Clock
    if_resumed: Clock | None = None


@dataclass(frozen=True, slots=True)
class DrawnDay:
    """One day of a drawn clock. kind: receipt, counted, paused, off, ahead or over; number: which counted day it is."""

    date: datetime.date
    kind: str
    number: int | None = None
    is_forecast: bool = False
    is_due: bool = False
    is_today: bool = False


def promises_visible_to(person: Person) -> QuerySet[Promise]:
    """The promises that have passed the one gate for this person."""
    return visible_to(person, Promise)


@gated(Promise)
def _promises(person: Person) -> QuerySet[Promise]:
    """Both sides, whoever reads the whole zone, the commissioner of the company; nobody else.

    COMPANY and RESTRICTED rows are for the two sides, the company's commissioner and the auditor.
    """
    membership = person.acting_for
    if membership is None or not rules.works_with_promises(person):
        return Promise.objects.none()
    organisation = membership.organisation
    seen = Q(pk__in=[])
    if rules.has_power(person, "make_promises"):
        seen |= Q(owner_organisation=organisation) | Q(other_organisation=organisation)
        if organisation.company_id is not None:
            seen |= Q(other_company=organisation.company_id)
    if rules.has_power(person, "read_assigned"):
        mine = visible_to(person, Company)
        seen |= Q(other_company__in=mine) | Q(owner_organisation__company__in=mine)
    if rules.has_power(person, "read_zone"):
        classes = list(Secrecy.values) if rules.reads_every_class(person) else list(ZONE_WIDE)
        seen |= Q(zone__in=visible_to(person, Zone), secrecy__in=classes)
    return Promise.objects.filter(seen)


def promise_zone(person: Person, code: str) -> Zone:
    """A zone whose promises the person works with; any other is refused as not found. One statement."""
    zone = only(Zone.objects.filter(code=code)) if code.isascii() and code.isprintable() else None
    if zone is None or not rules.works_with_promises(person) or not rules.works_for(person, zone):
        raise Refused("no-such-zone", NO_ZONE, status=404)
    return zone


def promise_visible(person: Person, code: str, pk: int) -> Promise:
    """One promise of the zone with both sides; absent and hidden are refused alike. One statement."""
    is_sane = 0 < pk < 2**63 and code.isascii() and code.isprintable()
    found = only(_with_sides(promises_visible_to(person).filter(zone__code=code, pk=pk))) if is_sane else None
    if found is None:
        raise Refused("no-such-promise", NO_PROMISE, status=404)
    return found


def _with_sides(rows: QuerySet[Promise]) -> QuerySet[Promise]:
    return rows.select_related(
        "zone", "owner_organisation__company", "owner", "other_organisation__company", "other_company", "made_by"
    )


def promises_due(person: Person, zone: Zone) -> list[Promise]:
    """Open promises that are late or due within a week, the oldest first; those whose clock stands come last. One statement."""
    until = timezone.now() + DAY * SOON_DAYS
    rows = promises_visible_to(person).filter(Q(due_at__lt=until) | Q(due_at=None), zone=zone, state__in=OPEN_STATES)
    return list(_with_sides(rows).order_by(F("due_at").asc(nulls_last=True), "pk"))


def promises_of(person: Person, zone: Zone, *, direction: str = "", group: str = "open") -> QuerySet[Promise]:
    """The promises of a zone that the person sees: late first, then by due date, standing clocks, ended ones."""
    rows = promises_visible_to(person).filter(zone=zone)
    if direction in Promise.Direction.values:
        rows = rows.filter(direction=direction)
    now = timezone.now()
    groups = {
        "open": Q(state__in=OPEN_STATES),
        "late": Q(state=Promise.State.OPEN, due_at__lte=now),
        "paused": Q(state=Promise.State.PAUSED),
        "kept": Q(state__in=["KEPT", "CONFIRMED", "SILENT"]),
        "ended": Q(state__in=["CONFIRMED", "SILENT", "BROKEN", "WITHDRAWN"]),
    }
    if group in groups:
        rows = rows.filter(groups[group])
    return _with_sides(rows).order_by(F("ended_at").desc(nulls_first=True), F("due_at").asc(nulls_last=True), "pk")


def clocks_of(promise: Promise) -> list[PromiseClock]:
    """The clocks of a promise in order, with pauses and extensions. Three statements."""
    pauses = Prefetch("pauses", PromisePause.objects.select_related("by", "ended_by"))
    extensions = Prefetch("extensions", PromiseExtension.objects.select_related("asked_by", "decided_by"))
    return list(PromiseClock.objects.filter(promise=promise).prefetch_related(pauses, extensions))


def possible_owners(promise: Promise) -> list[Membership]:
    """Who could owe it instead: the owner's organisation, for an office of the zone also its other offices. One statement."""
    rows = Membership.objects.filter(until=None, person__is_active=True, role__in=MAKERS).exclude(person=promise.owner_id)
    home = promise.owner_organisation
    if home.kind == Organisation.Kind.ZONE_OFFICE and promise.direction == Promise.Direction.OURS:
        here = Q(organisation__zone=None) | Q(organisation__zone=promise.zone_id)
        rows = rows.filter(here, organisation__kind=Organisation.Kind.ZONE_OFFICE)
    else:
        rows = rows.filter(organisation=home)
    return list(rows.select_related("person", "organisation").order_by("organisation", "person"))


def events_of(promise: Promise) -> list[PromiseEvent]:
    """What happened, in order. One statement."""
    return list(PromiseEvent.objects.filter(promise=promise).select_related("by", "organisation__company"))


def terms_of(row: PromiseClock, hours: OfficeHours | None) -> Terms:
    """What the clock was set by."""
    return Terms(local(row.received_at), row.unit, row.n, row.receipt_rule, hours)


def pauses_of(rows: Iterable[PromisePause]) -> list[Pause]:
    return [Pause(local(p.start), None if p.end is None else local(p.end), p.reason) for p in rows]


def extension_of(rows: Iterable[PromiseExtension]) -> Extension | None:
    """The extension in force."""
    found = next((e for e in rows if e.state == PromiseExtension.State.APPROVED), None)
    return None if found is None else Extension(found.n, local(found.asked_at), str(found.decided_by_id), str(found.asked_by_id))


def reading(
    calendar: Calendar,
    row: PromiseClock,
    hours: OfficeHours | None,
    *,
    now: datetime.datetime | None = None,
    pauses: Iterable[PromisePause] | None = None,
    extensions: Iterable[PromiseExtension] | None = None,
) -> Reading:
    """What the clock shows by this calendar. Pauses and extensions are read where they are not given."""
    terms = terms_of(row, hours)
    return _reading(
        calendar,
        row,
        terms,
        pauses_of(row.pauses.all() if pauses is None else pauses),
        extension_of(row.extensions.all() if extensions is None else extensions),
        now,
    )


def _reading(
    calendar: Calendar,
    row: PromiseClock,
    terms: Terms,
    pauses: list[Pause],
    extension: Extension | None,
    now: datetime.datetime | None,
) -> Reading:
    length = row.n + (extension.n if extension is not None else 0)
    clock = not_before(recount(calendar, terms, pauses, length), row.not_before, calendar, terms)
    after = None
    if clock.is_paused and now is not None:
        after = not_before(recount(calendar, terms, resumed(pauses, local(now)), length), row.not_before, calendar, terms)
    return Reading(row, terms, pauses, length, clock, after)


def not_before(clock: Clock, day: datetime.date | None, calendar: Calendar, terms: Terms) -> Clock:
    """After a dispute the due day is never earlier than the one before."""
    if day is None or clock.due_on is None or clock.due_on >= day:
        return clock
    forecast = calendar.is_forecast(clock.effective_day, day)
    return Clock(clock.effective_day, clock.day_1, day, closing(terms, day), clock.paused_days, forecast)


def drawn_days(calendar: Calendar, read: Reading, now: datetime.datetime) -> list[DrawnDay]:
    """The clock day by day, from the receipt to its due day or, if that is later and the promise still open, to today."""
    today = local(now).date()
    shown = read.clock if read.if_resumed is None else read.if_resumed
    last = shown.due_on or today
    end = last if read.row.ended_at is not None else max(last, today)
    days, number = [], 0
    first = min(read.terms.received_at.date(), shown.effective_day)
    for place in range((end - first).days + 1):
        day = first + DAY * place
        kind = _kind(calendar, read, day, shown)
        number += kind in ("counted", "ahead")
        if kind == "counted" and day >= today:
            kind = "ahead"
        days.append(
            DrawnDay(
                day,
                kind,
                number if kind in ("counted", "ahead") else None,
                calendar.years.get(day.year) != "official",
                read.clock.due_on == day,
                day == today,
            )
        )
    return days


def _kind(calendar: Calendar, read: Reading, day: datetime.date, shown: Clock) -> str:
    if day <= shown.effective_day:
        return "receipt" if day == shown.effective_day else "off"
    if read.terms.unit not in UNPAUSABLE and not calendar.is_working(day):
        return "off"
    if calendar.is_working(day) and any(p.covers(closing(read.terms, day)) for p in read.pauses):
        return "paused"
    if shown.due_on is not None and day > shown.due_on:
        return "over" if calendar.is_working(day) else "off"
    return "counted"


def level_of(calendar: Calendar, promise: Promise, today: datetime.date) -> str:
    """The level of escalation an open promise has reached: L0 to L3, or nothing."""
    if promise.state != Promise.State.OPEN or promise.due_on is None:
        return ""
    return escalation_level(calendar, promise.due_on, today)


def is_late(promise: Promise, now: datetime.datetime) -> bool:
    """On time means before the due instant."""
    if promise.state == Promise.State.OPEN:
        return promise.due_at is not None and promise.due_at <= now
    return promise.is_late
