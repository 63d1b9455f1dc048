"""Commissioners of a zone: loads, who is away, companies that nobody serves; assignments one by one or from a file."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xinya.kit.pages import language, page
from xinya.kit.refusals import Refused

from .. import actions, queries
from ..files import ListRefused, read_assignments, write_assignments
from ..forms import people as forms
from ..models import Person, Zone
from .open_to import PAGE_SIZE, allowed, done, position, turned, wanted

LEAD = "assign_commissioners"


def commissioners(request: HttpRequest, code: str, status: int = 200, **said: Any) -> HttpResponse:
    """The page of the desk lead."""
    zone = _zone(request, code)
    first, words, orphans_only = position(request), wanted(request), request.GET.get("orphans") == "yes"
    total, orphans = queries.company_counts(zone)
    found = queries.companies_served(zone, wanted=words, only_orphans=orphans_only)
    count = found.count() if words else orphans if orphans_only else total
    rows = [_served(company) for company in found[first : first + PAGE_SIZE]]
    context = {
        "loads": queries.loads(zone),
        "covered": queries.covered_today(zone),
        "company_count": total,
        "orphans": orphans,
        "rows": rows,
        "q": words,
        "orphans_only": orphans_only,
        "absence": forms.AbsenceForm(auto_id="absence_%s"),
        "file": forms.AssignmentFileForm(auto_id="file_%s"),
        "own_path": reverse("commissioners", args=[code]) if request.method == "POST" else None,
        **turned(request, first, len(rows), count),
        **said,
    }
    return page(request, "zones/commissioners.html", context, zone=zone, section="commissioners", status=status)


@require_POST
def assign(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Set the commissioner and the back-up of one company."""
    zone, person = _zone(request, code), queries.signed_in(request)
    company = queries.company_visible(person, code, pk)
    people = {p.username: p for p in queries.commissioners_in(zone)}
    names = [request.POST.get(field, "").strip() for field in ("commissioner", "backup")]
    for name in names:
        if name and name not in people:
            raise Refused("no-commissioner", actions.NO_COMMISSIONER, name=name[:60])
    wanted_now = {"commissioner": people.get(names[0]), "backup": people.get(names[1])}
    actions.assign_commissioner(person, company=company, **wanted_now, reason=request.POST.get("reason", ""))
    messages.success(request, _("The assignment holds from today."))
    return redirect("commissioners", code)


@require_POST
def enter_absence(request: HttpRequest, code: str) -> HttpResponse:
    """A commissioner of the zone is away."""
    _zone(request, code)
    form = forms.AbsenceForm(request.POST, auto_id="absence_%s")
    who = request.POST.get("person", "")

    def act(c: dict[str, Any]) -> None:
        actions.enter_absence(queries.signed_in(request), person_id=int(who) if who.isdecimal() and len(who) < 19 else 0, **c)

    if not done(form, act):
        return commissioners(request, code, 422, absence=form, absent=who)
    messages.success(request, _("The absence is entered; back-ups stand in from its first day to its last."))
    return redirect("commissioners", code)


@require_POST
def withdraw_absence(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an absence back; the own one, or as desk lead that of a commissioner."""
    person = allowed(request, LEAD, "read_assigned")
    actions.withdraw_absence(person, absence_id=pk)
    messages.success(request, _("The absence is withdrawn."))
    code = request.POST.get("zone", "")
    return redirect("commissioners", code) if code.isascii() and code.replace("-", "").isalnum() else redirect("profile")


def assignment_file(request: HttpRequest, code: str) -> HttpResponse:
    """All assignments of the zone as CSV, in the form in which they can be brought again."""
    zone = _zone(request, code)
    reply = HttpResponse(write_assignments(queries.assignments_written(zone), language()), content_type="text/csv; charset=utf-8")
    reply["Content-Disposition"] = f'attachment; filename="commissioners-{zone.code}.csv"'
    return reply


@require_POST
def bring_assignments(request: HttpRequest, code: str) -> HttpResponse:
    """Take a list of assignments in, whole or not at all."""
    zone = _zone(request, code)
    form = forms.AssignmentFileForm(request.POST, request.FILES, auto_id="file_%s")
    if not form.is_valid():
        return commissioners(request, code, 422, file=form)
    try:
        lines = read_assignments(form.cleaned_data["file"].read())
        changed = actions.assign_commissioners(
            queries.signed_in(request), zone=zone, lines=lines, reason=form.cleaned_data["reason"]
        )
    except Refused as refused:
        found = refused.findings if isinstance(refused, ListRefused) else [refused]
        shown = [{"row": f.row, "column": f.column, "sentence": f.sentence(language()), "code": f.code} for f in found]
        return commissioners(request, code, 422, file=form, findings=shown)
    messages.success(request, _("Assignments of %(count)s companies have changed.") % {"count": changed})
    return redirect("commissioners", code)


def _zone(request: HttpRequest, code: str) -> Zone:
    return queries.zone_visible(allowed(request, LEAD), code)


def _served(company: Any) -> dict[str, Any]:
    held: dict[bool, Person] = {a.is_backup: a.person for a in company.open_assignments}
    name = company.name_en if language() == "en" and company.name_en else company.name
    return {"company": company, "name": name, "commissioner": held.get(False), "backup": held.get(True)}
