"""Files that belong to rows: what each is, whose it is, how secret; the bytes lie outside the database."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from .places import Secrecy, Zone


class Attachment(models.Model):
    """A file that belongs to a row of some kind. stored: its random name on the disk; name: the one people see."""

    owner_kind = models.CharField(max_length=20)
    owner_id = models.PositiveBigIntegerField()
    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, null=True, blank=True, related_name="attachments")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=8)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    stored = models.CharField(max_length=40, unique=True)
    secrecy = models.CharField(max_length=10, choices=Secrecy.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "zones_attachment"
        ordering = ["id"]
        indexes = [models.Index(fields=["owner_kind", "owner_id"], name="zones_attachment_owner")]
        constraints = [
            models.CheckConstraint(
                condition=Q(secrecy__in=["PUBLIC", "INTERNAL", "COMPANY", "RESTRICTED"]), name="zones_attachment_secrecy"
            ),
            models.CheckConstraint(condition=Q(size__gte=1), name="zones_attachment_size"),
        ]

    def __str__(self) -> str:
        return f"{self.owner_kind} {self.owner_id} {self.name}"
