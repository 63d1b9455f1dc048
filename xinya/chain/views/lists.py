"""Company lists: the template, bringing one, taking one away, and starting a zone with one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xinya.kit.pages import language, page, sentence_of
from xinya.kit.refusals import Refused
from xinya.zones.actions import demand_officer
from xinya.zones.files import CompanyLine, read_companies, template, write_csv
from xinya.zones.queries import signed_in, zone_visible

from .. import actions
from ..forms import ListForm, NewZoneForm
from ..queries import day_of, list_lines

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LISTED_FINDINGS = 50


def template_file(request: HttpRequest) -> HttpResponse:
    """An empty company list to fill in."""
    reply = HttpResponse(template(language()), content_type=XLSX)
    reply["Content-Disposition"] = 'attachment; filename="xinya-companies.xlsx"'
    return reply


def findings_of(refused: Refused) -> list[dict[str, object]]:
    """The places of a refused file, for the table of findings."""
    said = language()
    found = getattr(refused, "findings", None) or [refused]
    rows = []
    for f in found:
        bare = Refused(f.code, f.message, **f.values)
        bare.concerns = f.concerns
        rows.append({"row": f.row, "column": f.column, "sentence": bare.sentence(said), "code": f.code})
    return rows


def _read(form: ListForm | NewZoneForm) -> tuple[list[CompanyLine], str]:
    upload = form.cleaned_data.get("companies")
    return (read_companies(upload.read(), upload.name), upload.name) if upload else ([], "")


def bring_list(request: HttpRequest, code: str) -> HttpResponse:
    """Bring a company list into a zone: all of it, or nothing and every reason by row."""
    zone = zone_visible(signed_in(request), code)
    demand_officer(signed_in(request))
    form, findings, status = ListForm(), [], 200
    if request.method == "POST":
        form = ListForm(request.POST, request.FILES)
        status = 422
        if form.is_valid():
            try:
                lines, name = _read(form)
                actions.import_companies(
                    signed_in(request), zone=zone, lines=lines, title=name, is_outside=form.cleaned_data["outside"]
                )
            except Refused as refused:
                findings, status = findings_of(refused), refused.status
            else:
                count = len(lines)
                messages.success(
                    request,
                    ngettext("%(count)s company was taken in.", "%(count)s companies were taken in.", count) % {"count": count},
                )
                return redirect("zone", code)
    context = {"form": form, "findings": findings[:LISTED_FINDINGS], "more": max(0, len(findings) - LISTED_FINDINGS)}
    return page(request, "chain/bring_list.html", context, zone=zone, section="companies", status=status)


def new_zone(request: HttpRequest) -> HttpResponse:
    """Start a zone: name, chains, company list."""
    demand_officer(signed_in(request))
    form, findings, status = NewZoneForm(), [], 200
    if request.method == "POST":
        form = NewZoneForm(request.POST, request.FILES)
        status = 422
        if form.is_valid():
            c = form.cleaned_data
            try:
                lines, name = _read(form)
                wanted = actions.NewZone(c["code"], c["name"], c["name_en"], tuple(c["chains"]))
                zone = actions.start_zone(signed_in(request), wanted=wanted, lines=lines, title=name)
            except Refused as refused:
                if refused.code == "zone-exists":
                    form.add_error("code", sentence_of(refused))
                else:
                    findings = findings_of(refused)
                status = refused.status
            else:
                messages.success(request, _("The zone is open."))
                return redirect("zone", zone.code)
    context = {"form": form, "findings": findings[:LISTED_FINDINGS], "more": max(0, len(findings) - LISTED_FINDINGS)}
    return page(request, "chain/new_zone.html", context, section="zones", status=status)


def company_file(request: HttpRequest, code: str) -> HttpResponse:
    """The zone's companies as a list that can be brought again."""
    zone = zone_visible(signed_in(request), code)
    on = day_of(zone, request.GET.get("on", ""))
    reply = HttpResponse(write_csv(list_lines(zone, on)), content_type="text/csv; charset=utf-8")
    reply["Content-Disposition"] = f'attachment; filename="companies-{zone.code}-{on.isoformat()}.csv"'
    return reply
