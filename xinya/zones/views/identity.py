"""Signing in by an outside identity: to the provider and back."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from xinya.kit.identity import FAILED, provider
from xinya.kit.pages import page, sentence_of
from xinya.kit.refusals import Refused

from ..actions.identities import person_of_identity
from ..models import SessionRecord
from .doors import let_in, safe_next

KEPT = "identity"


def _back() -> str:
    """Where the provider sends the browser back to: from the settings, never from the request's host."""
    return f"{settings.ADDRESS}{reverse('identity-back')}"


@login_not_required
@never_cache
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """To the provider."""
    begun = provider().begin(_back())
    request.session[KEPT] = {**begun.kept, "next": safe_next(request)}
    return redirect(begun.address)


@login_not_required
@never_cache
@require_GET
def back(request: HttpRequest) -> HttpResponse:
    """Back from the provider: what this browser took along must fit, once."""
    outside = provider()
    kept = request.session.pop(KEPT, None)
    try:
        if not kept:
            raise Refused("identity-failed", FAILED, status=403)
        answer = f"{_back()}?{request.META.get('QUERY_STRING', '')}"
        person = person_of_identity(outside.finish(answer, _back(), kept), now=timezone.now())
    except Refused as refused:
        # The address of this reply holds a code; it is told to nobody.
        response = page(request, "zones/identity_refused.html", {"sentence": sentence_of(refused)}, status=refused.status)
        response.headers["Referrer-Policy"] = "no-referrer"
        return response
    return let_in(request, person, way=SessionRecord.Way.OIDC, wanted=kept["next"])
