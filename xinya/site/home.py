"""The first page: which zones there are."""

from django.contrib.auth.decorators import login_not_required
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect

from xinya import __version__
from xinya.chain.files import shipped_packs
from xinya.chain.models import ZoneChain
from xinya.kit.pages import language, page
from xinya.zones.models import Person
from xinya.zones.queries import companies_seen, signed_in, zones_visible
from xinya.zones.rules import has_power


def home(request: HttpRequest) -> HttpResponse:
    """The zones that this person reads whole, else the companies. Two statements beside sign-in."""
    person = signed_in(request)
    if not has_power(person, "read_zone"):
        return own_companies(request, person)
    zones = zones_visible(person).prefetch_related(Prefetch("chains", ZoneChain.objects.order_by("id")))
    key = "name_zh" if language() == "zh" else "name_en"
    names = {p.code: p.head[key] for p in shipped_packs()}
    rows = [{"zone": z, "chains": [names.get(c.chain, c.chain) for c in z.chains.all()]} for z in zones]
    return page(request, "home.html", {"rows": rows, "reads_zones": True}, section="zones")


def own_companies(request: HttpRequest, person: Person) -> HttpResponse:
    """The companies of somebody who reads no whole zone; one alone is opened at once. One statement beside sign-in."""
    companies = list(companies_seen(person))
    if len(companies) == 1 and has_power(person, "read_own"):
        return redirect("company", companies[0].zone.code, companies[0].pk)
    context = {"companies": companies, "reads_companies": bool(companies) or has_power(person, "read_assigned")}
    return page(request, "home.html", context, section="zones")


@login_not_required
def health(request: HttpRequest) -> JsonResponse:
    """Is the process up, and which version? Looks at no database."""
    return JsonResponse({"status": "ok", "version": __version__})
