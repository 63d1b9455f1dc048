"""Signing in and out, and the second proof."""

from typing import Any

import django_otp
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from xinya.kit.known_browser import remember
from xinya.kit.pages import page, sentence_of
from xinya.kit.refusals import Refused

from ..actions import factors, sessions
from ..forms.sign_in import ProofForm, SignInForm
from ..models import SessionRecord
from ..queries import signed_in
from ..queries.sign_in import factors_of
from .doors import here_or_home, let_in, opens_at, passkeys_work_here, safe_next


@method_decorator(login_not_required, name="dispatch")
class SignIn(LoginView):
    """Name and password; a wrong pair says so without saying which of the two."""

    template_name = "zones/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: Any) -> HttpResponse:
        return let_in(self.request, form.get_user(), way=SessionRecord.Way.PASSWORD)

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        return super().get_context_data(
            has_passkeys=passkeys_work_here(self.request),
            has_qr=settings.QR_SIGN_IN,
            identity_name=settings.OIDC.name if settings.OIDC else "",
            safe_next=safe_next(self.request),
            was_ended="was" in self.request.session,
            **more,
        )


@opens_at("prove", "change", "set-up")
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("sign-in")


@opens_at("prove", "change", "set-up")
@never_cache
@require_http_methods(["GET", "POST"])
def prove(request: HttpRequest) -> HttpResponse:
    """The second factor after the password; later the same page asks again before keys and passwords change."""
    person = signed_in(request)
    is_first = bool(request.session.get("must_prove")) and not person.is_verified()  # type: ignore[attr-defined]
    if not is_first:
        sessions.demand_own_sign_in(request.session)
    held = factors_of(person)
    form = ProofForm(request.POST or None, by_code=held.any)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            if held.any:
                device = factors.prove(person, code=form.cleaned_data["code"])
                django_otp.login(request, device)
            elif authenticate(request, username=person.username, password=form.cleaned_data["password"]) is None:
                raise Refused("password-wrong", SignInForm.WRONG)
        except Refused as refused:
            form.add_error(None, sentence_of(refused))
            status = 422
        else:
            sessions.prove_session(request.session, person=person, now=timezone.now())
            _tell_codes(request, before=held.codes_left, after=factors_of(person).codes_left)
            response = redirect(here_or_home(request, person))
            remember(request, response, person.pk)
            return response
    return page(
        request,
        "zones/prove.html",
        {
            "form": form,
            "has_totp": held.totp is not None,
            "has_passkeys": bool(held.passkeys) and passkeys_work_here(request),
            "is_first": is_first,
            "by_code": held.totp is not None or held.codes_left > 0 or not held.any,
            "next": safe_next(request),
        },
        status=status,
    )


def _tell_codes(request: HttpRequest, *, before: int, after: int) -> None:
    if after < before:
        messages.warning(request, _("A recovery code was used up; %(n)s are left. Make new ones in My sign-in.") % {"n": after})
