"""The calendar: a year with its marks for everybody; bringing and confirming a notice for those who load calendars."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from xinya.kit.pages import language, page
from xinya.kit.refusals import Refused

from .. import actions, queries, rules
from ..actions import hours
from ..actions.calendar import lines_of
from ..files.calendar import read_calendars
from ..forms.calendar import CalendarForm, HoursForm
from ..queries.calendar import NO_LOAD, office_hours_listed
from .open_to import allowed, done

LISTED_FINDINGS = 50


def this_year(request: HttpRequest) -> HttpResponse:
    """The calendar of the current year; a house that has none yet says so."""
    try:
        return calendar_year(request, timezone.localdate().year)
    except Refused as missing:
        if missing.code != "CALENDAR_MISSING":
            raise
        may_load = rules.may_load_calendar(queries.signed_in(request))
        return page(request, "zones/no_calendar.html", {"may_load": may_load}, section="calendar")


def calendar_year(request: HttpRequest, year: int, *, hours_form: HoursForm | None = None, status: int = 200) -> HttpResponse:
    """Twelve months: working days, days off, make-up days, official or forecast."""
    person = queries.signed_in(request)
    shown = queries.shown_year(year)
    context = {
        "shown": shown,
        "loads": queries.calendar_loads(person),
        "may_load": rules.may_load_calendar(person),
        "hours": office_hours_listed(),
        "hours_form": hours_form or HoursForm(auto_id="hours_%s"),
        "own_path": reverse("calendar-year", args=[year]),
        "today": timezone.localdate(),
        "previous": year - 1 if year - 1 in shown.known else None,
        "following": year + 1 if year + 1 in shown.known else None,
    }
    return page(request, "zones/calendar.html", context, section="calendar", status=status)


@require_POST
def set_hours(request: HttpRequest) -> HttpResponse:
    """Office hours of the house or a zone; open clocks are read anew."""
    person = allowed(request, "load_calendar")
    form, moved = HoursForm(request.POST, auto_id="hours_%s"), []

    def act(c: dict[str, Any]) -> None:
        moved.extend(hours.set_hours(person, wanted=hours.NewHours(**c))[1])

    if not done(form, act):
        return calendar_year(request, timezone.localdate().year, hours_form=form, status=422)
    messages.success(request, _moved_sentence(len(moved)))
    return redirect("calendar")


@require_POST
def end_hours(request: HttpRequest, pk: int) -> HttpResponse:
    """Hours that hold no longer."""
    moved = hours.end_hours(allowed(request, "load_calendar"), hours_id=pk)
    messages.success(request, _moved_sentence(len(moved)))
    return redirect("calendar")


def _moved_sentence(moved: int) -> str:
    return ngettext("In force. %(n)s due date moved.", "In force. %(n)s due dates moved.", moved) % {"n": moved}


def load_calendar(request: HttpRequest) -> HttpResponse:
    """Bring a notice: all of it waits for a second person, or nothing and every reason by row and column."""
    person = queries.signed_in(request)
    if not rules.may_load_calendar(person):
        raise Refused("no-such-load", NO_LOAD, status=404)
    form, findings, status = CalendarForm(initial={"year": timezone.localdate().year + 1, "status": "official"}), [], 200
    if request.method == "POST":
        form, status = CalendarForm(request.POST, request.FILES), 422
        if form.is_valid():
            c = form.cleaned_data
            try:
                (calendar,) = read_calendars(c["file"].read(), c["file"].name, year=c["year"], status=c["status"])
                load = actions.bring_calendar(person, calendar=calendar, source=c["source"])
            except Refused as refused:
                if refused.status == 404:
                    raise
                findings, status = _findings(refused), refused.status
            else:
                messages.success(request, _("The calendar is read. It waits for a second person."))
                return redirect("calendar-load", load.pk)
    context = {"form": form, "findings": findings[:LISTED_FINDINGS], "more": max(0, len(findings) - LISTED_FINDINGS)}
    return page(request, "zones/load_calendar.html", context, section="calendar", status=status)


def _findings(refused: Refused) -> list[dict[str, object]]:
    found = getattr(refused, "findings", None) or [refused]
    bare = [(f, Refused(f.code, f.message, **f.values)) for f in found]
    return [{"row": f.row, "column": f.column, "sentence": b.sentence(language()), "code": f.code} for f, b in bare]


def calendar_load(request: HttpRequest, pk: int) -> HttpResponse:
    """What a load would change, before anything is in force."""
    person = queries.signed_in(request)
    load = queries.calendar_load(person, pk)
    change = queries.calendar_change(load.year, {line.day: line.kind for line in lines_of(load).lines})
    context = {"load": load, "change": change, "is_own": load.brought_by_id == person.pk}
    return page(request, "zones/calendar_load.html", context, section="calendar")


@require_POST
def decide_load(request: HttpRequest, pk: int) -> HttpResponse:
    """The second person puts the calendar in force, or somebody refuses it."""
    person = queries.signed_in(request)
    load = queries.calendar_load(person, pk)
    if request.POST.get("decision") == "confirm":
        told = _moved_sentence(len(actions.confirm_calendar(person, load=load)))
    else:
        actions.refuse_calendar(person, load=load)
        told = _("Refused; nothing was changed.")
    messages.success(request, told)
    return redirect("calendar-load", pk)
