"""Kept results of the question whose failure would hurt a zone most: one row for the facts that it was computed from."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from xinya.zones.models import Zone


class ResilienceRun(models.Model):
    """A run over a zone too large to be computed while somebody waits for the page. digest: of the facts and assumptions.

    result: as `engine.resilience.zone_risk.kept_object` writes it; done, total: scenarios, for the progress bar.
    """

    class State(models.TextChoices):
        WAITING = "WAITING", _("waiting")
        RUNNING = "RUNNING", _("running")
        DONE = "DONE", _("done")

    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="resilience_runs")
    day = models.DateField()
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    result = models.JSONField(null=True, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "chain_resilience_run"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["zone", "digest"], name="chain_resilience_run_once"),
            models.CheckConstraint(
                condition=~models.Q(state="DONE") | models.Q(result__isnull=False), name="chain_resilience_run_result"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.zone} {self.day} {self.state}"
