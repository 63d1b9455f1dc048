"""What is known of a person's way to sign in: keys, codes, sessions, pauses."""

import datetime
from dataclasses import dataclass

from django.contrib.sessions.models import Session
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp_webauthn.models import WebAuthnCredential

from ..engine.qr import OPEN
from ..engine.roles import OFFICERS
from ..models import Draft, Membership, Person, QrSignIn, RecoveryCodes, SessionRecord, SignInPause

HAS_FACTOR = Exists(TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)) | Exists(
    WebAuthnCredential.objects.filter(user=OuterRef("pk"), confirmed=True)
)
"""Annotation: whether the person can prove more than the password."""
DRAFT_LIFE = datetime.timedelta(hours=24)


@dataclass(frozen=True)
class Factors:
    """A person's second factors. `complete`: losing one thing does not lock the person out."""

    totp: TOTPDevice | None
    passkeys: list[WebAuthnCredential]
    codes_left: int

    @property
    def any(self) -> bool:
        return self.totp is not None or bool(self.passkeys)

    @property
    def complete(self) -> bool:
        return self.totp is not None or len(self.passkeys) > 1 or (bool(self.passkeys) and self.codes_left > 0)


def factors_of(person: Person) -> Factors:
    """What a person can prove with besides the password."""
    codes = RecoveryCodes.objects.filter(user=person, confirmed=True).annotate(left=Count("token_set")).first()
    return Factors(
        totp=TOTPDevice.objects.filter(user=person, confirmed=True).first(),
        passkeys=list(WebAuthnCredential.objects.filter(user=person, confirmed=True).order_by("created_at", "pk")),
        codes_left=codes.left if codes else 0,
    )


def codes_of(person: Person) -> RecoveryCodes | None:
    """The holder of a person's recovery codes."""
    return RecoveryCodes.objects.filter(user=person, confirmed=True).first()


def waiting_totp(person: Person) -> TOTPDevice | None:
    """A new authenticator secret that waits for its first code."""
    return TOTPDevice.objects.filter(user=person, confirmed=False).order_by("-pk").first()


def open_sessions(person: Person, now: datetime.datetime) -> QuerySet[SessionRecord]:
    """Sessions that still live, the last used first."""
    alive = Session.objects.filter(expire_date__gt=now).values("session_key")
    return SessionRecord.objects.filter(person=person, key__in=alive, ends_at__gt=now)


def accounts(now: datetime.datetime) -> QuerySet[Person]:
    """All accounts with their number of running pauses and open sessions, for the security officer."""
    alive = Session.objects.filter(expire_date__gt=now).values("session_key")
    paused = Q(sign_in_pauses__until__gt=now)
    there = Q(session_records__key__in=alive, session_records__ends_at__gt=now)
    return Person.objects.annotate(
        pauses=Count("sign_in_pauses", filter=paused, distinct=True),
        sessions=Count("session_records", filter=there, distinct=True),
    ).order_by("username")


def paused_addresses(now: datetime.datetime) -> QuerySet[SignInPause]:
    """Addresses from which nobody signs in by password now."""
    return SignInPause.objects.filter(scope=SignInPause.Scope.ADDRESS, until__gt=now).order_by("-until")


def pauses_of(person: Person, now: datetime.datetime) -> QuerySet[SignInPause]:
    """The running pauses of one account."""
    return SignInPause.objects.filter(person=person, until__gt=now).order_by("-until")


def draft_for(person: Person, page: str, now: datetime.datetime) -> Draft | None:
    """What the person had typed on this page before the session ended, the last of it."""
    kept = Draft.objects.filter(person=person, page=page, kept_at__gt=now - DRAFT_LIFE)
    return kept.order_by("-kept_at").first()


def asked_sign_in(device_digest: str, now: datetime.datetime) -> QrSignIn | None:
    """The open question of a browser, found by its cookie."""
    return QrSignIn.objects.filter(device_digest=device_digest, expires_at__gt=now, state__in=OPEN).first()


def holds_duty(person: Person) -> bool:
    """Whether the person is one of the three officers now, whatever role is the current one."""
    return Membership.objects.filter(person=person, until=None, role__in=OFFICERS).exists()
