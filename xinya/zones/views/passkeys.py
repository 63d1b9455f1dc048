"""Passkeys: the library's two ceremonies, with our sessions, our sentences, and a row in the audit for each failure."""

import json
from datetime import timedelta
from typing import Any

import django_otp
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.i18n import JavaScriptCatalog
from django_otp_webauthn import exceptions, views
from django_otp_webauthn.models import WebAuthnCredential
from webauthn.helpers.exceptions import WebAuthnException

from xinya.kit.audit import record
from xinya.kit.client import client_address, device_text
from xinya.kit.known_browser import remember
from xinya.kit.text import gettext_noop

from ..actions import factors, sessions
from ..models import FailedTry, Person, SessionRecord
from .doors import here_or_home, let_in, opens_at

NOT_FOUND = gettext_noop("This passkey is not known here. It may have been removed.")
OTHER = gettext_noop("This passkey belongs to another account. Sign out first to use it.")
NOT_USED = gettext_noop("The passkey could not be used. Try again, or sign in another way.")
TOO_MANY = gettext_noop("Too many passkeys were refused from here. Wait a minute.")
FAILURES_A_MINUTE = 20
TOO_OLD = gettext_noop("Prove first who you are; then add the passkey.")
SENTENCES = {"credential_not_found": NOT_FOUND, "credential_user_mismatch": OTHER, "not_fresh": TOO_OLD}


class Ceremony(views.BaseWebAuthnView):
    """Failures leave with a sentence of ours and are written down: the browser alone shows nothing of them."""

    request: HttpRequest

    def handle_exception(self, exc: Exception) -> JsonResponse:
        # What a tampered message breaks inside the parser is refused like any other wrong message.
        if isinstance(exc, WebAuthnException | TypeError | ValueError | KeyError | AttributeError):
            exc = exceptions.UnprocessableEntity()
        if not isinstance(exc, exceptions.OTPWebAuthnApiError):
            raise exc
        person = self.request.user if isinstance(self.request.user, Person) else "unknown"
        address, now = client_address(self.request), timezone.now()
        tries = FailedTry.objects.filter(kind=FailedTry.Kind.PASSKEY, address=address, at__gt=now - timedelta(minutes=1))
        if tries.count() >= FAILURES_A_MINUTE:  # the log is for people's tries, not for a machine's
            return JsonResponse({"detail": _(TOO_MANY), "code": "slow-down"}, status=429, headers={"Retry-After": "60"})
        with transaction.atomic():
            FailedTry.objects.create(kind=FailedTry.Kind.PASSKEY, at=now, address=address)
            record(person, "passkey-refused", "person", getattr(person, "pk", ""), code=exc.code, address=address)
        return JsonResponse({"detail": _(SENTENCES.get(exc.code, NOT_USED)), "code": exc.code}, status=exc.status_code)


class NotFresh(exceptions.OTPWebAuthnApiError):
    status_code = 403
    default_code = "not_fresh"
    default_detail = TOO_OLD


class Register(Ceremony):
    """Adding a key: only in one's own, fresh session."""

    def check_can_register(self) -> None:
        session = self.request.session
        is_own = session.get("way") != SessionRecord.Way.QR
        if not is_own or not sessions.is_fresh(session, now=timezone.now()):
            raise NotFresh()


class BeginRegistration(Register, views.BeginCredentialRegistrationView):
    """Options for a new key."""


class CompleteRegistration(Register, views.CompleteCredentialRegistrationView):
    """The new key is checked, kept and named after the browser that made it."""

    def post(self, *args: Any, **kwargs: Any) -> JsonResponse:
        person = self.request.user
        was_verified = person.is_verified()  # type: ignore[union-attr]
        name = f"{device_text(self.request) or _('Passkey')} {timezone.localdate():%Y-%m-%d}"
        with transaction.atomic():  # no key without its row in the log
            reply: JsonResponse = super().post(*args, **kwargs)
            if isinstance(person, Person):
                kept = WebAuthnCredential.objects.get(user=person, pk=json.loads(reply.content)["id"])
                factors.name_passkey(person, passkey=kept, name=name)
        if isinstance(person, Person):
            if was_verified:
                sessions.renew_marks(self.request.session, person=person)
            else:
                sessions.prove_session(self.request.session, person=person, now=timezone.now())
        return reply


class BeginAuthentication(Ceremony, views.BeginCredentialAuthenticationView):
    """A challenge for a key."""


class CompleteAuthentication(Ceremony, views.CompleteCredentialAuthenticationView):
    """The key's answer signs its person in, or proves the second factor of the person who is signed in."""

    def complete_auth(self, device: WebAuthnCredential) -> None:
        request = self.request
        if isinstance(request.user, Person):
            django_otp.login(request, device)
            with transaction.atomic():
                record(request.user, "prove-key", "person", request.user.pk, kind="passkey", name=device.name)
            sessions.prove_session(request.session, person=request.user, now=timezone.now())
        else:
            let_in(request, device.user, way=SessionRecord.Way.PASSKEY, factor=device.persistent_id)

    def get_success_data(self, device: WebAuthnCredential) -> dict[str, Any]:
        return {"id": device.pk, "redirect_url": here_or_home(self.request, device.user)}

    def post(self, *args: Any, **kwargs: Any) -> JsonResponse:
        reply: JsonResponse = super().post(*args, **kwargs)
        if isinstance(self.request.user, Person):
            remember(self.request, reply, self.request.user.pk)
        return reply


app_name = "otp_webauthn"
urlpatterns = [
    path("registration/begin/", opens_at("set-up")(BeginRegistration.as_view()), name="credential-registration-begin"),
    path("registration/complete/", opens_at("set-up")(CompleteRegistration.as_view()), name="credential-registration-complete"),
    path(
        "authentication/begin/",
        opens_at("prove", "change", "set-up")(login_not_required(BeginAuthentication.as_view())),
        name="credential-authentication-begin",
    ),
    path(
        "authentication/complete/",
        opens_at("prove", "change", "set-up")(login_not_required(CompleteAuthentication.as_view())),
        name="credential-authentication-complete",
    ),
    # The library has no Chinese; its words are in our own catalogue (locale/*/djangojs.po).
    path("words/", login_not_required(JavaScriptCatalog.as_view()), name="js-i18n-catalog"),
]
