"""Promises as pages show them: one row of a list, one drawn clock."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xinya.kit.pages import language
from xinya.kit.workdays import Calendar

from .. import queries
from ..models import Company, Organisation, Person, Promise, Zone
from ..queries.promises import DrawnDay, Reading

TICK, LONGEST_ROW = 8, 60
TICKS = {"counted": "u", "paused": "p", "over": "o", "ahead": ""}


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """mark: class of the status (ok, warn, bad, run, off); left: what remains or is over, in words."""

    promise: Promise
    href: str
    owner: str
    other: str
    mark: str
    state: str
    left: str
    level: str


def promise_rows(promises: Sequence[Promise], calendar: Calendar | None = None) -> list[PromiseRow]:
    """Rows of a list. One statement for the calendar, none when there is no row."""
    if not promises:
        return []
    calendar, now = calendar or queries.calendar_in_force(), timezone.now()
    return [promise_row(p, calendar, now) for p in promises]


def promise_row(promise: Promise, calendar: Calendar | None, now: datetime.datetime) -> PromiseRow:
    """Without a calendar the row says nothing of working days and of escalation."""
    late = queries.is_late(promise, now)
    today = timezone.localtime(now).date()
    return PromiseRow(
        promise=promise,
        href=reverse("promise", args=[promise.zone.code, promise.pk]),
        owner=owner_name(promise),
        other=other_name(promise),
        mark=_mark(promise, late, today),
        state=_state(promise, late),
        left="" if calendar is None else _left(promise, calendar, today, late),
        level="" if calendar is None else queries.level_of(calendar, promise, today),
    )


def due_rows(person: Person, zone: Zone, most: int) -> tuple[list[PromiseRow], int]:
    """The first promises due on a zone's home, and how many there are. One statement."""
    found, now = queries.promises_due(person, zone), timezone.now()
    return [promise_row(p, None, now) for p in found[:most]], len(found)


def owner_name(promise: Promise) -> str:
    """The person and the organisation that owe it."""
    name = side_name(promise.owner_organisation)
    return f"{name} · {promise.owner}" if promise.owner is not None else name


def other_name(promise: Promise) -> str:
    """To whom it is owed."""
    side = promise.other_company or promise.other_organisation
    return promise.other_text if side is None else side_name(side)


def side_name(side: Company | Organisation | None) -> str:
    """An organisation that is a company has the company's English name."""
    if side is None:
        return ""
    if language() != "en":
        return side.name
    company = side.company if isinstance(side, Organisation) else None
    return side.name_en or (company.name_en if company is not None else "") or side.name


def _mark(promise: Promise, late: bool, today: datetime.date) -> str:
    if promise.state in ("WITHDRAWN",):
        return "off"
    if late or promise.state == "BROKEN":
        return "bad"
    if promise.state == "OPEN":
        return "warn" if promise.due_on is not None and promise.due_on <= today + datetime.timedelta(days=1) else "run"
    return "run" if promise.state in ("PAUSED", "KEPT") else "ok"


def _state(promise: Promise, late: bool) -> str:
    if promise.state == Promise.State.OPEN:
        return _("late") if late else _("running")
    words = str(promise.get_state_display())
    return _("%(state)s, late") % {"state": words} if late and promise.state != "BROKEN" else words


def _left(promise: Promise, calendar: Calendar, today: datetime.date, late: bool) -> str:
    """Working days that remain or are over, counted today."""
    if promise.state != Promise.State.OPEN or promise.due_on is None or today.year not in calendar.years:
        return ""
    if late:
        n = calendar.count(promise.due_on, today)
        return ngettext("%(n)s working day over", "%(n)s working days over", n) % {"n": n} if n else _("over since today")
    n = calendar.count(today, promise.due_on)
    return ngettext("%(n)s working day left", "%(n)s working days left", n) % {"n": n} if n else _("due today")


@dataclass(frozen=True, slots=True)
class Tick:
    """One working day of a drawn clock, at its place."""

    x: float
    y: float
    kind: str


@dataclass(frozen=True, slots=True)
class DrawnClock:
    """A clock of the promise's page: ticks, the days behind them, the sentences beside them."""

    read: Reading
    days: list[DrawnDay]
    ticks: list[Tick]
    width: int
    height: int
    used: int
    paused: int
    left: int
    over: int


def drawn_clock(calendar: Calendar, read: Reading, now: datetime.datetime) -> DrawnClock:
    """Ticks in rows of sixty: filled = used, hatched = paused, hollow = to come, red = over."""
    days = queries.drawn_days(calendar, read, now)
    kinds = [d.kind for d in days if d.kind in TICKS]
    ticks = [
        Tick(0.5 + TICK * (place % LONGEST_ROW), 0.5 + 14 * (place // LONGEST_ROW), TICKS[kind]) for place, kind in enumerate(kinds)
    ]
    rows = -(-len(kinds) // LONGEST_ROW)
    return DrawnClock(
        read, days, ticks, TICK * min(len(kinds), LONGEST_ROW), 14 * rows - 2 if rows else 0,
        kinds.count("counted"), kinds.count("paused"), kinds.count("ahead"), kinds.count("over"),
    )  # fmt: skip
