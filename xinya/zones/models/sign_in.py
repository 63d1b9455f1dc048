"""How people sign in: failures and pauses, open sessions, recovery codes, linked identities, text kept over an idle end."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_static.models import StaticDevice

RECOVERY_CODES = 10


class FailedTry(models.Model):
    """One try that counts against somebody: a wrong password or sign-in code, a refused passkey. It counts before it is judged.

    name: digest of the account's key, never what was typed, because people type passwords into the wrong field.
    """

    class Kind(models.TextChoices):
        PASSWORD = "password"  # noqa: S105
        QR = "qr"
        PASSKEY = "passkey"
        PHONE = "phone"
        LINK = "link"

    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.PASSWORD)
    at = models.DateTimeField()
    name = models.CharField(max_length=64, blank=True)
    address = models.CharField(max_length=45, blank=True)
    browser = models.CharField(max_length=64, blank=True)

    class Meta:
        db_table = "zones_failed_try"
        indexes = [
            models.Index(fields=["name", "at"], name="zones_failed_try_name"),
            models.Index(fields=["address", "at"], name="zones_failed_try_addr"),
            models.Index(fields=["at"], name="zones_failed_try_at"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M} {self.address}"


class SignInPause(models.Model):
    """Sign-in by password pauses until a time, for what `scope` says; `level` counts the doublings."""

    class Scope(models.TextChoices):
        PAIR = "pair", _("account at this address")
        ADDRESS = "address", _("all accounts at this address")
        BROWSER = "browser", _("account in a known browser")
        ANYWHERE = "anywhere", _("account in unknown browsers")

    scope = models.CharField(max_length=10, choices=Scope.choices)
    name = models.CharField(max_length=64, blank=True)
    address = models.CharField(max_length=45, blank=True)
    browser = models.CharField(max_length=64, blank=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="sign_in_pauses")
    level = models.PositiveSmallIntegerField(default=0)
    since = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        db_table = "zones_sign_in_pause"
        constraints = [
            models.UniqueConstraint(fields=["scope", "name", "address", "browser"], name="zones_sign_in_pause_once"),
            models.CheckConstraint(condition=Q(until__gt=models.F("since")), name="zones_sign_in_pause_time"),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.until:%Y-%m-%d %H:%M}"


class SessionRecord(models.Model):
    """One open session: where, since when, how the person signed in. Removing the session's own row ends it."""

    class Way(models.TextChoices):
        PASSWORD = "password", _("password")
        PASSKEY = "passkey", _("passkey")
        QR = "qr", _("by phone (QR)")
        OIDC = "oidc", _("outside identity")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="session_records")
    key = models.CharField(max_length=40, unique=True)
    way = models.CharField(max_length=10, choices=Way.choices)
    device = models.CharField(max_length=60, blank=True)
    address = models.CharField(max_length=45, blank=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        db_table = "zones_session"
        ordering = ["-seen_at", "-id"]

    def __str__(self) -> str:
        return f"{self.person} {self.device} {self.started_at:%Y-%m-%d %H:%M}"


class RecoveryCodes(StaticDevice):
    """django-otp's one-time codes, of which only keyed digests are stored."""

    class Meta:
        proxy = True

    @staticmethod
    def digest(code: str) -> str:
        """64 bits under the house's key: enough for a code of 50 random bits that is slowed down after each failure."""
        plain = "".join(c for c in code.lower() if c.isalnum())
        return salted_hmac("xinya.recovery-code", plain, algorithm="sha256").hexdigest()[:16]

    def verify_token(self, token: str) -> bool:
        return bool(super().verify_token(self.digest(token)))


class ExternalIdentity(models.Model):
    """An identity of an outside provider that belongs to a person, by a phone number which the provider has confirmed."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="external_identities")
    issuer = models.CharField(max_length=200)
    subject = models.CharField(max_length=255)
    linked_at = models.DateTimeField()

    class Meta:
        db_table = "zones_identity"
        constraints = [models.UniqueConstraint(fields=["issuer", "subject"], name="zones_identity_once")]

    def __str__(self) -> str:
        return f"{self.person} {self.issuer}"


class Draft(models.Model):
    """What somebody had typed into a form when the session ended: shown again to that person, never sent by itself.

    page: where the form stands. target: where it is sent. fields: name to list of texts, without files and passwords.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts")
    page = models.CharField(max_length=500)
    target = models.CharField(max_length=500)
    fields = models.JSONField()
    kept_at = models.DateTimeField()

    class Meta:
        db_table = "zones_draft"
        indexes = [models.Index(fields=["person", "page"], name="zones_draft_page")]

    def __str__(self) -> str:
        return f"{self.person} {self.page}"
