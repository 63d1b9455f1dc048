"""What the pages of sign-in share: which duty a page opens at, where to go next, whether the person proved it lately."""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar
from urllib.parse import urlencode, urlsplit

import django_otp
from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language_from_path, override
from django_otp.models import Device

from xinya.kit.known_browser import remember

from ..actions import sessions
from ..models import Person

View = TypeVar("View", bound=Callable[..., object])


def opens_at(*duties: str) -> Callable[[View], View]:
    """Decorator: this page is open to a person who still has one of these duties ("prove", "change", "set-up")."""

    def mark(view: View) -> View:
        view.opens_at = duties  # type: ignore[attr-defined]
        return view

    return mark


def duties_first(view: View) -> View:
    """Decorator: guests may open this page; a person who is signed in does first what sign-in still asks of them."""
    view.duties_first = True  # type: ignore[attr-defined]
    return view


def safe_next(request: HttpRequest, wanted: str | None = None) -> str:
    """Where the person wanted to go, when that is a page of this house; "" for everything else."""
    path = wanted if wanted is not None else (request.POST.get("next") or request.GET.get("next") or "")
    is_ours = path.startswith("/") and path.isprintable() and len(path) <= 500
    if not is_ours or not url_has_allowed_host_and_scheme(path, {request.get_host()}, require_https=request.is_secure()):
        return ""
    return path


def here_or_home(request: HttpRequest, person: Person, wanted: str | None = None) -> str:
    """The wanted page, else the first page: in the language of this page, or in the person's where the page has none."""
    with override(get_language_from_path(request.path_info) or person.language):
        return safe_next(request, wanted) or reverse("home")


def with_next(name: str, next_path: str) -> str:
    """The address of a page that leads on to another one."""
    return reverse(name) + (f"?{urlencode({'next': next_path})}" if next_path else "")


def let_in(request: HttpRequest, person: Person, *, way: str, factor: str = "", wanted: str | None = None) -> HttpResponse:
    """Begin a session under a new name; with a factor it is proved at once. The browser is known from now on."""
    request.sign_in_way = way  # type: ignore[attr-defined]
    login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    if factor:
        device = Device.from_persistent_id(factor)
        if device is not None and device.confirmed:
            django_otp.login(request, device)
    response = redirect(here_or_home(request, person, wanted))
    if not request.session.get("must_prove") or factor:
        remember(request, response, person.pk)
    return response


def ask_again(request: HttpRequest, *, within: timedelta = sessions.FRESH, back: str = "") -> HttpResponse | None:
    """Before keys or passwords change: a redirect to the proof when the last one is too old; refused to a lent session.

    back: the page to which the proof leads after a form; without it the person's own sign-in page.
    """
    sessions.demand_own_sign_in(request.session)
    if sessions.is_fresh(request.session, now=timezone.now(), within=within):
        return None
    came_from = request.get_full_path() if request.method == "GET" else back or reverse("my-sign-in")
    return redirect(with_next("prove", came_from))


def passkeys_work_here(request: HttpRequest) -> bool:
    """A passkey belongs to the site's own name: opened under another one, such as 127.0.0.1, its button would only fail."""
    return urlsplit(f"//{request.get_host()}").hostname == settings.OTP_WEBAUTHN_RP_ID
