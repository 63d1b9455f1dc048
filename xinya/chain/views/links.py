"""Links for companies without an account: officers give them, and whoever holds one says once whether the places are right."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from xinya.kit.client import client_address
from xinya.kit.pages import language, page, sentence_of
from xinya.kit.refusals import Refused
from xinya.zones.queries import signed_in
from xinya.zones.views.my_sign_in import qr_svg
from xinya.zones.views.open_to import done

from .. import queries
from ..actions.links import DAYS, Word, make_link, open_link, say_by_link, withdraw_link
from ..engine.wording import why_placed
from ..forms import LinkCodeForm, LinkForm
from ..models import Placement, WordLink

SAID = {"right": True, "wrong": False}


@never_cache
def link_list(request: HttpRequest, code: str) -> HttpResponse:
    """The links given so far, and a new one: it is shown on this answer and never again."""
    person = signed_in(request)
    zone = queries.verify_zone(person, code)
    form, made, status = (
        LinkForm(initial={"company": queries.name_of_company(person, zone, request.GET.get("company", ""))}),
        "",
        200,
    )
    if request.method == "POST":
        form, status = LinkForm(request.POST), 422
        codes: list[str] = []

        def act(c: dict[str, Any]) -> None:
            company = queries.company_meant(person, zone, c["company"])
            codes.append(make_link(person, zone=zone, company_id=company.pk, note=c["note"])[1])

        if done(form, act):
            made, status, form = f"{settings.ADDRESS}{reverse('say-by-link')}#{codes[0]}", 200, LinkForm()
    now = timezone.now()
    context = {
        "links": [{"row": row, "state": _state(row, now)} for row in queries.links_listed(person, zone)],
        "form": form,
        "made": made,
        "picture": qr_svg(made, _("QR code of the link")) if made else "",
        "days": DAYS,
        "code": code,
        "own_path": reverse("word-links", args=[code]) if request.method == "POST" else None,
    }
    return page(request, "chain/word_links.html", context, zone=zone, section="verify", status=status)


def _state(row: WordLink, now: Any) -> str:
    if row.used_at is not None:
        return "used"
    if row.ended_at is not None:
        return "withdrawn"
    return "open" if row.expires_at > now else "expired"


@require_POST
def withdraw(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """A link opens nothing any more."""
    person = signed_in(request)
    withdraw_link(person, zone=queries.verify_zone(person, code), link_id=pk)
    messages.success(request, _("The link is withdrawn."))
    return redirect("word-links", code)


@never_cache
@sensitive_post_parameters("code")
@login_not_required
def say(request: HttpRequest) -> HttpResponse:
    """Open a link with its code, and say of each place whether it is right. Its address is told to nobody."""
    status = 200
    context: dict[str, Any] = {"form": LinkCodeForm(), "own_path": reverse("say-by-link")}
    if request.method == "POST":
        code, address = request.POST.get("code", "")[:80], client_address(request)
        try:
            if request.POST.get("step") == "say":
                say_by_link(code=code, words=_words(request), signed=request.POST.get("signed", ""), address=address)
                context = {"is_done": True}
            else:
                context |= _asked(open_link(code=code, address=address), code, request.POST)
        except Refused as refused:
            if "retry_after" in refused.values:
                raise
            status, context["error"] = 422, sentence_of(refused)
            if refused.code != "link-invalid":
                context |= _asked(open_link(code=code, address=address), code, request.POST)
                context["signed"] = request.POST.get("signed", "")
    response = page(request, "chain/said.html", context, status=status)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _asked(link: WordLink, code: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The company of a link with its places, each with its reason."""
    company, english = link.company, language() == "en"
    atlas = queries.zone_atlas(company.zone)

    def row(place: Placement) -> dict[str, Any]:
        found = atlas.segments.get(place.segment)
        return {
            "row": place,
            "name": found.name(language()) if found is not None else place.segment,
            "definition": "" if found is None else found.definition_en if english else found.definition_zh,
            "why": why_placed(place.rule, place.term, place.modifier, language(), place.text),
            "choice": given.get(f"word-{place.pk}", ""),
            "reason": given.get(f"reason-{place.pk}", ""),
        }

    return {
        "company": company.name_en if english and company.name_en else company.name,
        "zone_said": company.zone.name_en if english else company.zone.name,
        "places": [row(place) for place in queries.places_asked(company)],
        "code": code,
    }


def _words(request: HttpRequest) -> dict[int, Word]:
    """What the form says: `word-7` right or wrong, `reason-7` why. Whatever is left open is not said."""
    found: dict[int, Word] = {}
    for name, value in request.POST.items():
        number = name.removeprefix("word-")
        if name.startswith("word-") and number.isascii() and number.isdecimal() and len(number) < 19 and value in SAID:
            found[int(number)] = Word(SAID[str(value)], request.POST.get(f"reason-{number}", ""))
    return found
