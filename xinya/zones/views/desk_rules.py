"""What the import desk of a zone goes by: its thresholds of above scale, its divisions and areas, on two pages."""

import datetime
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from xinya.kit.pages import language, page, sentence_of
from xinya.kit.refusals import Refused

from .. import queries, rules
from ..actions import desk_rules as acts
from ..engine.divisions import SHIPPED_EDITION
from ..engine.thresholds import SHIPPED, SHIPPED_CONFIDENCE, SHIPPED_ON, WAN, Threshold, wan_text
from ..files.divisions import division_in, read_divisions, write_divisions
from ..files.thresholds import ThresholdLine, amount_in, code_in, read_thresholds, write_thresholds, year_in
from ..forms.desk_rules import AreaForm, EditionForm, ThresholdFileForm, ThresholdForm
from ..models import Person, Zone
from ..queries.desk_rules import (
    areas_in_force,
    divisions_of,
    divisions_told,
    edition_of,
    editions_listed,
    threshold_lines,
    threshold_told,
    thresholds_listed,
)
from .desk_rule_rows import shipped_rows, threshold_row
from .open_to import done

CSV = "text/csv; charset=utf-8"
LISTED_FINDINGS = 50
LISTED_AREAS = 300
"""Areas shown on the page; longer lists are read in the file of their edition."""


def _here(request: HttpRequest, code: str) -> tuple[Person, Zone]:
    person = queries.signed_in(request)
    return person, queries.zone_visible(person, code)


def thresholds(request: HttpRequest, code: str) -> HttpResponse:
    """The zone's own rows and the shipped ones; which of them decides for a code and a year; setting one."""
    person, zone = _here(request, code)
    form, status = ThresholdForm(auto_id="set_%s"), 200
    if request.method == "POST":
        form, status = ThresholdForm(request.POST, auto_id="set_%s"), 422

        def act(c: dict[str, Any]) -> None:
            row = Threshold(
                code_in(c["code"]), amount_in(c["amount"], WAN), c["first_year"], c["last_year"], c["inclusive"], is_own=True
            )
            acts.set_thresholds(person, zone=zone, lines=[ThresholdLine(0, row)], grounds=_grounds(c))

        if done(form, act):
            messages.success(request, _("The threshold holds; lists not committed yet are compared anew."))
            return redirect("desk-thresholds", code)
    return _thresholds_page(request, person, zone, status, form=form)


def _thresholds_page(request: HttpRequest, person: Person, zone: Zone, status: int, **said: Any) -> HttpResponse:
    listed = list(thresholds_listed(zone))
    own = [threshold_row(row) for row in listed if row.ended_at is None]
    asked, year = request.GET.get("industry", "").strip()[:5], request.GET.get("year", "").strip()[:4]
    context = {
        "own": own,
        "ended": [threshold_row(row) for row in listed if row.ended_at is not None][-50:],
        "shipped": shipped_rows(),
        "shipped_on": SHIPPED_ON,
        "shipped_confidence": SHIPPED_CONFIDENCE,
        "is_officer": rules.may_change_zones(person) and rules.works_for(person, zone),
        "form": said.get("form") or ThresholdForm(auto_id="set_%s"),
        "file_form": said.get("file_form") or ThresholdFileForm(auto_id="file_%s"),
        "findings": said.get("findings", []),
        "asked": asked,
        "asked_year": year or str(timezone.localdate().year - 1),
        "answer": _answer([threshold_told(row) for row in listed if row.ended_at is None], asked, year),
        "own_path": reverse("desk-thresholds", args=[zone.code]),
    }
    return page(request, "zones/thresholds.html", context, zone=zone, section="imports", status=status)


def _answer(own: Sequence[Threshold], asked: str, year: str) -> dict[str, Any] | None:
    """Which row decides for a code and a year, or why none does."""
    if not asked:
        return None
    try:
        code, when = code_in(asked), year_in(year)
    except Refused as refused:
        return {"problem": sentence_of(refused)}
    if when is None:
        return {"problem": _("Say which year.")}
    row = SHIPPED.beside(own).of(code, when)
    if row is None:
        return {"code": code, "year": when, "row": None}
    amount = None if row.amount_fen is None else wan_text(row.amount_fen)
    return {"code": code, "year": when, "row": row, "amount": amount, "is_inclusive": row.is_inclusive}


@require_POST
def bring_thresholds(request: HttpRequest, code: str) -> HttpResponse:
    """Rows from a file: all of them hold, or none and every reason by row and column."""
    person, zone = _here(request, code)
    form = ThresholdFileForm(request.POST, request.FILES, auto_id="file_%s")
    if not form.is_valid():
        return _thresholds_page(request, person, zone, 422, file_form=form)
    c = form.cleaned_data
    try:
        lines = read_thresholds(c["file"].read(), c["file"].name)
        told = acts.set_thresholds(person, zone=zone, lines=lines, grounds=_grounds(c))
    except Refused as refused:
        return _thresholds_page(request, person, zone, refused.status, file_form=form, findings=_findings(refused))
    words = _("%(new)s new, %(replaced)s replaced, %(same)s as they were.")
    messages.success(request, words % {"new": told.new, "replaced": told.replaced, "same": told.same})
    return redirect("desk-thresholds", code)


@require_POST
def end_threshold(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """A row of the zone's own holds no longer."""
    person, zone = _here(request, code)
    acts.end_threshold(person, zone=zone, threshold_id=pk, reason=request.POST.get("reason", ""))
    messages.success(request, _("Ended; it stays readable."))
    return redirect("desk-thresholds", code)


@require_GET
def threshold_file(request: HttpRequest, code: str) -> HttpResponse:
    """The zone's own rows as CSV, in the form in which they can be brought again."""
    _person, zone = _here(request, code)
    content = write_thresholds(threshold_lines(thresholds_listed(zone)), language())
    return _download(content, f"thresholds-{zone.code}.csv")


def divisions(request: HttpRequest, code: str) -> HttpResponse:
    """The editions, the zone's areas, whether a division is known on a day; adding an area."""
    person, zone = _here(request, code)
    form, status = AreaForm(auto_id="area_%s"), 200
    if request.method == "POST":
        form, status = AreaForm(request.POST, auto_id="area_%s"), 422

        def act(c: dict[str, Any]) -> None:
            area = division_in(
                c["code"], c["name"], since=c["valid_from"], until=c["valid_to"], share=c["share"], within=c["within"]
            )
            acts.add_area(person, zone=zone, area=area, grounds=_grounds(c))

        if done(form, act):
            messages.success(request, _("The area is kept; lists not committed yet are compared anew."))
            return redirect("desk-divisions", code)
    return _divisions_page(request, person, zone, status, form=form)


def _divisions_page(request: HttpRequest, person: Person, zone: Zone, status: int, **said: Any) -> HttpResponse:
    asked, day = request.GET.get("division", "").strip()[:6], _day_asked(request)
    context = {
        "editions": list(editions_listed(zone)),
        "areas": list(areas_in_force(zone)[:LISTED_AREAS]),
        "shipped": SHIPPED_EDITION,
        "is_officer": rules.may_change_zones(person) and rules.works_for(person, zone),
        "form": said.get("form") or AreaForm(auto_id="area_%s"),
        "file_form": said.get("file_form") or EditionForm(auto_id="file_%s"),
        "findings": said.get("findings", []),
        "asked": asked,
        "asked_day": day,
        "is_known": asked in divisions_of(zone, day) if len(asked) == 6 else None,
        "today": timezone.localdate(),
        "own_path": reverse("desk-divisions", args=[zone.code]),
    }
    return page(request, "zones/divisions.html", context, zone=zone, section="imports", status=status)


def _day_asked(request: HttpRequest) -> datetime.date:
    try:
        return datetime.date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return timezone.localdate()


@require_POST
def bring_edition(request: HttpRequest, code: str) -> HttpResponse:
    """An edition from a file: all of it counts, or nothing and every reason by row and column."""
    person, zone = _here(request, code)
    form = EditionForm(request.POST, request.FILES, auto_id="file_%s")
    if not form.is_valid():
        return _divisions_page(request, person, zone, 422, file_form=form)
    c = form.cleaned_data
    try:
        rows = read_divisions(c["file"].read(), c["file"].name)
        wanted = acts.NewEdition(c["name"], c["kind"], c["valid_from"], rows, c["valid_to"])
        acts.bring_divisions(person, zone=zone, edition=wanted, grounds=_grounds(c))
    except Refused as refused:
        return _divisions_page(request, person, zone, refused.status, file_form=form, findings=_findings(refused))
    messages.success(request, _("The edition is kept: %(n)s divisions.") % {"n": len(rows)})
    return redirect("desk-divisions", code)


@require_POST
def end_edition(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """An edition counts no more."""
    person, zone = _here(request, code)
    acts.end_divisions(person, zone=zone, edition_id=pk, reason=request.POST.get("reason", ""))
    messages.success(request, _("Ended; it stays readable."))
    return redirect("desk-divisions", code)


@require_POST
def end_area(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """An area belongs to the zone until a day."""
    person, zone = _here(request, code)
    try:
        last_day = forms.DateField().clean(request.POST.get("last_day", ""))
    except forms.ValidationError:
        last_day = None  # refused by the act, which first looks whether there is such an area
    acts.end_area(person, zone=zone, area_id=pk, last_day=last_day, reason=request.POST.get("reason", ""))
    messages.success(request, _("Ended; it stays readable."))
    return redirect("desk-divisions", code)


@require_GET
def edition_file(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """An edition as CSV, in the form in which it can be brought."""
    _person, zone = _here(request, code)
    edition = edition_of(zone, pk)
    return _download(write_divisions(divisions_told(edition.divisions.all()), language()), f"divisions-{zone.code}-{pk}.csv")


def _download(content: bytes, name: str) -> HttpResponse:
    reply = HttpResponse(content, content_type=CSV)
    reply["Content-Disposition"] = f'attachment; filename="{name}"'
    return reply


def _grounds(c: dict[str, Any]) -> acts.Grounds:
    return acts.Grounds(c["source_kind"], c["source"], c["issued_on"], c["reason"])


def _findings(refused: Refused) -> list[dict[str, object]]:
    """Every reason of a file that was refused, by row and column. What is not found, or not allowed, stays a page of its own."""
    if refused.status in (403, 404):
        raise refused
    found = getattr(refused, "findings", None) or [refused]
    bare = [(f, Refused(f.code, f.message, **f.values)) for f in found[:LISTED_FINDINGS]]
    return [{"row": f.row, "column": f.column, "sentence": b.sentence(language()), "code": f.code} for f, b in bare]
