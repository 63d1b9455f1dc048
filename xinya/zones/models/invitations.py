"""How people come in: one-time links, sign-ups counted by address; and who has looked at whose phone number."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .memberships import ROLE_CHOICES, Organisation


class Invitation(models.Model):
    """A one-time link into an organisation. Only a digest of its code is kept; the code is shown once, to who invites.

    Into a company the role holds at once; into an office it is asked for, and two people must still agree.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=20, choices=ROLE_CHOICES)
    name = models.CharField(max_length=60)
    reason = models.CharField(max_length=300, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "zones_invitation"
        ordering = ["id"]
        verbose_name = _("invitation")
        constraints = [
            models.CheckConstraint(condition=Q(used_by=None) | Q(ended_at__isnull=False), name="zones_invitation_used"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.role} {self.name}"


class PhoneShown(models.Model):
    """Somebody had a phone number shown in full. The person whose it is sees every row."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="phone_showings")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "zones_phone_shown"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.person_id} {self.by_id}"


class SignUpCount(models.Model):
    """How many accounts were made from one address on one day; the address as a keyed digest."""

    address = models.CharField(max_length=64)
    day = models.DateField()
    made = models.PositiveSmallIntegerField(default=0)

    class Meta:
        db_table = "zones_sign_up_count"
        constraints = [models.UniqueConstraint(fields=["address", "day"], name="zones_sign_up_count_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.made}"
