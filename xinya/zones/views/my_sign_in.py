"""My sign-in: keys, codes, password, language, open sessions; and the set-up of the second factor, which is part of it."""

import base64
import binascii

import django_otp
import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import HASH_SESSION_KEY, authenticate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse, translate_url
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xinya.kit.pages import page, sentence_of
from xinya.kit.refusals import Refused

from .. import rules
from ..actions import drafts, factors, passwords, sessions
from ..actions.preferences import set_language
from ..forms.sign_in import LanguageForm, PasswordForm, SignInForm, TotpForm
from ..models import SessionRecord
from ..queries import signed_in
from ..queries.sign_in import factors_of, open_sessions, waiting_totp
from .doors import ask_again, here_or_home, opens_at, passkeys_work_here, safe_next


def qr_svg(text: str, label: str) -> SafeString:
    """A QR code as a picture inside the page; its size and colours come from the style sheet."""
    drawing = segno.make(text, error="m").svg_inline(omitsize=True, svgclass=None, lineclass=None, title=label)
    # segno escapes the title; the rest is its own drawing.
    return mark_safe(drawing.replace("<svg ", '<svg role="img" ', 1))  # noqa: S308


@require_GET
@never_cache
def my_sign_in(request: HttpRequest) -> HttpResponse:
    """Everything with which I sign in, and where I am signed in."""
    return _keys_page(request, is_set_up=False)


@opens_at("set-up")
@require_GET
@never_cache
def set_up(request: HttpRequest) -> HttpResponse:
    """A person whose role needs a second factor sets it up before anything else opens."""
    person = signed_in(request)
    if not rules.needs_second_factor(person) or (factors_of(person).complete and person.is_verified()):  # type: ignore[attr-defined]
        return redirect(here_or_home(request, person))
    return _keys_page(request, is_set_up=True)


def _keys_page(request: HttpRequest, *, is_set_up: bool) -> HttpResponse:
    person = signed_in(request)
    now = timezone.now()
    held = factors_of(person)
    is_lent = request.session.get("way") == SessionRecord.Way.QR
    return page(
        request,
        "zones/set_up.html" if is_set_up else "zones/my_sign_in.html",
        {
            "held": held,
            "is_needed": rules.needs_second_factor(person),
            "is_lent": is_lent,
            "is_fresh": not is_lent and sessions.is_fresh(request.session, now=now),
            "has_passkeys": passkeys_work_here(request),
            "sessions": [] if is_set_up else list(open_sessions(person, now)),
            "own_key": request.session.session_key,
            "language_form": LanguageForm(initial={"language": person.language}),
        },
    )


@opens_at("set-up")
@never_cache
@require_http_methods(["GET", "POST"])
def totp(request: HttpRequest) -> HttpResponse:
    """The authenticator app: a new secret as QR and as text, and its first code."""
    again = ask_again(request)
    if again is not None:
        return again
    person = signed_in(request)
    if request.method == "POST" and "code" not in request.POST:
        factors.start_totp(person)
        return redirect("totp")
    form, status = TotpForm(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        try:
            device = factors.confirm_totp(person, token=form.cleaned_data["code"])
        except Refused as refused:
            form.add_error("code", sentence_of(refused))
            status = refused.status
        else:
            django_otp.login(request, device)
            sessions.prove_session(request.session, person=person, now=timezone.now())
            messages.success(request, _("The authenticator app is set up. Now make recovery codes, for the day the phone is lost."))
            return redirect("my-sign-in")
    waiting = waiting_totp(person)
    if waiting is None:
        return redirect("my-sign-in")
    secret = base64.b32encode(binascii.unhexlify(waiting.key)).decode()
    context = {
        "form": form,
        "secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        "picture": qr_svg(waiting.config_url, _("QR code of the secret for your authenticator app")),
    }
    return page(request, "zones/totp.html", context, status=status)


@opens_at("set-up")
@never_cache
@require_POST
def codes(request: HttpRequest) -> HttpResponse:
    """Ten new recovery codes, on this page once and never again."""
    again = ask_again(request)
    if again is not None:
        return again
    person = signed_in(request)
    new = factors.renew_codes(person)
    sessions.renew_marks(request.session, person=person)
    return page(request, "zones/codes.html", {"codes": new, "own_path": reverse("my-sign-in")})


@opens_at("set-up")
@require_POST
def remove_passkey(request: HttpRequest, pk: int) -> HttpResponse:
    again = ask_again(request)
    if again is None:
        factors.remove_passkey(signed_in(request), passkey_id=pk)
        sessions.renew_marks(request.session, person=signed_in(request))
        messages.success(request, _("The key is removed. It no longer opens this account."))
    return again or redirect("my-sign-in")


@require_POST
def remove_totp(request: HttpRequest) -> HttpResponse:
    again = ask_again(request)
    if again is None:
        factors.remove_totp(signed_in(request))
        sessions.renew_marks(request.session, person=signed_in(request))
        messages.success(request, _("The key is removed. It no longer opens this account."))
    return again or redirect("my-sign-in")


@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of my sessions, here or elsewhere."""
    row = sessions.end_session(signed_in(request), session_id=pk)
    if row.key == request.session.session_key:
        request.session.flush()
        return redirect("sign-in")
    messages.success(request, _("The session is ended. That browser is signed out."))
    return redirect("my-sign-in")


@opens_at("change")
@never_cache
@require_http_methods(["GET", "POST"])
def change_password(request: HttpRequest) -> HttpResponse:
    """A new password; every other session ends."""
    sessions.demand_own_sign_in(request.session)
    person = signed_in(request)
    form = PasswordForm(request.POST if request.method == "POST" else None)
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            _demand_old(request, given["old"])
            passwords.change_password(person, new=given["new"], session_key=request.session.session_key)
        except Refused as refused:
            form.add_error("old" if refused.code == "password-wrong" else "new", sentence_of(refused))
        else:
            request.session[HASH_SESSION_KEY] = person.get_session_auth_hash()
            sessions.prove_session(request.session, person=person, now=timezone.now())
            messages.success(request, _("The password is changed. All your other sessions are ended."))
            return redirect(safe_next(request) or reverse("my-sign-in"))
    context = {"form": form, "is_due": person.must_change_password, "next": safe_next(request)}
    return page(request, "zones/change_password.html", context, status=status)


def _demand_old(request: HttpRequest, old: str) -> None:
    """The old password, through the same counting as at the door: a session left open is no place for guessing."""
    if authenticate(request, username=signed_in(request).username, password=old) is None:
        raise Refused("password-wrong", SignInForm.WRONG)


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """The language of my pages and messages."""
    form = LanguageForm(request.POST)
    if form.is_valid():
        set_language(signed_in(request), language=form.cleaned_data["language"])
        response = redirect(translate_url(reverse("my-sign-in"), form.cleaned_data["language"]))
        # For addresses without a language, such as those in a QR code.
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, form.cleaned_data["language"], max_age=365 * 24 * 60 * 60, httponly=True,
            secure=settings.LANGUAGE_COOKIE_SECURE, samesite="Lax",
        )  # fmt: skip
        return response
    return redirect("my-sign-in")


@require_POST
def drop_draft(request: HttpRequest) -> HttpResponse:
    """I want the kept text no more."""
    drafts.drop_draft(signed_in(request), target=request.POST.get("target", "")[:500])
    return redirect(safe_next(request) or reverse("home"))
