"""The first page: which zones there are."""

from django.contrib.auth.decorators import login_not_required
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, JsonResponse

from xinya import __version__
from xinya.chain.files import shipped_packs
from xinya.chain.models import ZoneChain
from xinya.kit.pages import language, page
from xinya.zones.queries import signed_in, zones_visible


def home(request: HttpRequest) -> HttpResponse:
    """The zones that this person may read. Two statements beside sign-in."""
    zones = zones_visible(signed_in(request)).prefetch_related(Prefetch("chains", ZoneChain.objects.order_by("id")))
    key = "name_zh" if language() == "zh" else "name_en"
    names = {p.code: p.head[key] for p in shipped_packs()}
    rows = [{"zone": z, "chains": [names.get(c.chain, c.chain) for c in z.chains.all()]} for z in zones]
    return page(request, "home.html", {"rows": rows}, section="zones")


@login_not_required
def health(request: HttpRequest) -> JsonResponse:
    """Is the process up, and which version? Looks at no database."""
    return JsonResponse({"status": "ok", "version": __version__})
