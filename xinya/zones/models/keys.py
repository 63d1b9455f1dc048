"""Keys with which other systems call the HTTP API: one a system, each with its scopes and its limit."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .memberships import Membership


class ApiKey(models.Model):
    """A system acts as one membership, in no more than its scopes. Only a digest of the secret is kept; it is shown once.

    scopes: "read", "write" or both, parted by a space. limit: calls a minute.
    """

    name = models.CharField(max_length=60)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="api_keys")
    scopes = models.CharField(max_length=20)
    limit = models.PositiveIntegerField(default=60)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    expires_on = models.DateField()
    ended_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    window_start = models.DateTimeField(null=True, blank=True)
    window_calls = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "zones_api_key"
        ordering = ["id"]
        verbose_name = _("key of a system")
        constraints = [
            models.CheckConstraint(condition=Q(limit__gte=1) & Q(limit__lte=6000), name="zones_api_key_limit"),
            models.CheckConstraint(condition=Q(scopes__in=["read", "write", "read write"]), name="zones_api_key_scopes"),
        ]

    def __str__(self) -> str:
        return self.name
