"""Every page needs a signed-in person who has done what sign-in asks; the API answers for itself with 401 and no redirect."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from xinya.zones.actions.drafts import drop_draft, keep_draft
from xinya.zones.models import Person

from .sessions import CHANGE, PROVE, SET_UP, duty_left

PAGE_OF = {PROVE: "prove", CHANGE: "change-password", SET_UP: "set-up"}


class SignInRequired(LoginRequiredMiddleware):
    """Django's own rule, less the API; then the duties of sign-in (`duty_left`), which open only the pages marked for them."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        if request.path_info.startswith("/api/"):
            return None
        answer = super().process_view(request, view_func, view_args, view_kwargs)
        if answer is not None:
            if request.method != "POST":
                return answer
            # The pages of sign-in itself, and those of signing a computer in by phone, hold nothing but secrets.
            match = request.resolver_match
            is_secret = hasattr(view_func, "opens_at") or (match is not None and (match.url_name or "").startswith("qr"))
            return redirect("sign-in") if is_secret else self._kept(request)
        person = request.user
        if not isinstance(person, Person):
            return None
        if not getattr(view_func, "login_required", True) and not getattr(view_func, "duties_first", False):
            return None
        duty = duty_left(request, person)
        if duty and duty not in getattr(view_func, "opens_at", ()):
            back = "" if request.method == "POST" else f"?{urlencode({'next': request.get_full_path()})}"
            return redirect(reverse(PAGE_OF[duty]) + back)
        if request.method == "POST" and request.session.get("had_draft"):
            drop_draft(person, target=request.path)
        return None

    def _kept(self, request: HttpRequest) -> HttpResponseBase:
        """A form came after the session's end: its text is kept for its person, and sign-in leads back to its page."""
        page = _page_of(request)
        was = request.session.get("was")
        person = Person.objects.filter(pk=was, is_active=True).first() if was is not None else None
        if person is not None:
            typed = {name: request.POST.getlist(name) for name in request.POST}
            if keep_draft(person, page=page, target=request.path, typed=typed, now=timezone.now()):
                messages.info(request, _("What you typed is kept. Sign in again, and it stands in the form as you left it."))
        return redirect(f"{reverse('sign-in')}?{urlencode({'next': page})}")


def _page_of(request: HttpRequest) -> str:
    """Where the form stood: our own page that sent it, else the first page."""
    parts = urlsplit(request.headers.get("Referer", ""))
    if parts.netloc != request.get_host() or not parts.path.startswith("/"):
        return reverse("home")
    return parts.path + (f"?{parts.query}" if parts.query else "")
