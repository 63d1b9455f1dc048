"""What was done."""

from django.db import models


class AuditRow(models.Model):
    """One act, written in the act's own transaction (kit/audit.py)."""

    at = models.DateTimeField(auto_now_add=True)
    actor = models.CharField(max_length=150)
    act = models.CharField(max_length=60)
    subject = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=60, blank=True)
    values = models.TextField(default="{}")

    class Meta:
        db_table = "kit_audit"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor} {self.act} {self.subject} {self.subject_id}"
