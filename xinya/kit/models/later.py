"""Who works on what was promised for later, and which daily work was begun."""

from django.db import models


class QueueWorker(models.Model):
    """A process that works on the queue; seen_at is renewed while it lives, and what it held is taken up when it is not."""

    code = models.CharField(max_length=64, primary_key=True)
    host = models.CharField(max_length=100)
    pid = models.PositiveIntegerField()
    started_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField()

    class Meta:
        db_table = "kit_queue_worker"
        ordering = ["started_at"]

    def __str__(self) -> str:
        return f"{self.host} {self.pid}"


class DailyRun(models.Model):
    """That a daily task was put into the queue for one day."""

    name = models.CharField(max_length=60)
    day = models.DateField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "kit_daily_run"
        constraints = [models.UniqueConstraint(fields=["name", "day"], name="kit_daily_run_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.day}"
