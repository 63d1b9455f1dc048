"""QR sign-in: one row for each time a computer asks a phone for its sign-in."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from ..engine.qr import STATES


class QrSignIn(models.Model):
    """A computer waits for a phone. The device code is stored as a digest only; rows are removed soon after their end."""

    device_digest = models.CharField(max_length=64, unique=True)
    user_code = models.CharField(max_length=8, unique=True)
    check_number = models.PositiveSmallIntegerField()
    numbers = models.JSONField()
    state = models.CharField(max_length=10, choices=[(s, s) for s in STATES])
    address = models.CharField(max_length=45, blank=True)
    device = models.CharField(max_length=60, blank=True)
    next_path = models.CharField(max_length=500, blank=True)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    polled_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    factor = models.CharField(max_length=80, blank=True)
    """django-otp's name of the key that the phone's session was proved with; "" for none."""

    class Meta:
        db_table = "zones_qr"
        constraints = [models.CheckConstraint(condition=Q(state__in=STATES), name="zones_qr_state")]
        indexes = [models.Index(fields=["expires_at"], name="zones_qr_expires")]

    def __str__(self) -> str:
        return f"{self.state} {self.asked_at:%Y-%m-%d %H:%M}"
