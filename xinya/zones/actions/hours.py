"""Office hours: set for the house or for a zone, for all year or a season; open clocks are read anew."""

import datetime
from dataclasses import dataclass

from django.db import transaction

from xinya.kit.audit import record
from xinya.kit.office_hours import demand_season, sessions_written
from xinya.kit.refusals import Refused, demand
from xinya.kit.text import gettext_noop as _

from .. import rules
from ..models import CalendarYear, OfficeHours, Person, Zone
from .promise_clocks import Moved, recount_promises

NO_HOURS = _("There are no such office hours.")
MOST_LETTERS = 100
TOO_MANY = _("Office hours hold at most seven sessions a day.")
KIND_UNKNOWN = _("Office hours are for every working day, for make-up days, or for one day of the week.")


@dataclass(frozen=True, slots=True)
class NewHours:
    """sessions as written, `09:00-12:00, 13:30-17:30`; zone None: the house; without days: where no season holds."""

    sessions: str
    zone: Zone | None = None
    kind: str = OfficeHours.Kind.WORKDAY.value
    first_on: datetime.date | None = None
    last_on: datetime.date | None = None


def set_hours(actor: Person, *, wanted: NewHours) -> tuple[OfficeHours, list[Moved]]:
    """Put hours in the place of those of the same zone, kind and season. Answers the row and the due dates that moved.

    Raises Refused no-such-hours (404, not this person's to do), OFFICE_HOURS_WRONG, DATES_REVERSED, kind-unknown.
    """
    demand(rules.may_load_calendar(actor), "no-such-hours", NO_HOURS, status=404)
    return _set(actor, wanted, actor)


def set_hours_from_console(wanted: NewHours) -> tuple[OfficeHours, list[Moved]]:
    """An operator at the machine itself."""
    return _set("console", wanted, None)


def end_hours(actor: Person, *, hours_id: int) -> list[Moved]:
    """Take hours away. Answers the due dates that moved."""
    demand(rules.may_load_calendar(actor), "no-such-hours", NO_HOURS, status=404)
    with transaction.atomic():
        row = OfficeHours.objects.select_for_update(of=("self",)).select_related("zone").filter(pk=hours_id).first()
        if row is None:
            raise Refused("no-such-hours", NO_HOURS, status=404)
        row.delete()
        moved = _recount(actor)
        record(actor, "end-office-hours", "office-hours", hours_id, change=_told(row), moved=len(moved))
    return moved


def _set(actor: object, wanted: NewHours, person: Person | None) -> tuple[OfficeHours, list[Moved]]:
    demand(wanted.kind in OfficeHours.Kind.values, "kind-unknown", KIND_UNKNOWN, status=422)
    demand_season(wanted.first_on, wanted.last_on)
    shown = ", ".join(f"{a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}" for a, b in sessions_written(wanted.sessions))
    # Never cut: half a session could not be read again, and every clock of the zone would stand.
    demand(len(shown) <= MOST_LETTERS, "hours-too-many", TOO_MANY, status=422)
    place = {"zone": wanted.zone, "kind": wanted.kind, "first_on": wanted.first_on, "last_on": wanted.last_on}
    with transaction.atomic():
        OfficeHours.objects.filter(**place).delete()
        row = OfficeHours.objects.create(**place, sessions=shown)
        moved = _recount(person)
        record(actor, "set-office-hours", "office-hours", row.pk, change=_told(row), moved=len(moved))
    return row, moved


def _recount(person: Person | None) -> list[Moved]:
    years = CalendarYear.objects.values_list("year", flat=True)
    return recount_promises(years, why=str(OfficeHours._meta.verbose_name), actor=person)


def _told(row: OfficeHours) -> dict[str, object]:
    return {
        "zone": row.zone.code if row.zone else "", "kind": row.kind, "sessions": row.sessions,
        "first_on": str(row.first_on or ""), "last_on": str(row.last_on or ""),
    }  # fmt: skip
