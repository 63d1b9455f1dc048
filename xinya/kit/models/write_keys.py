"""Which write calls were answered already."""

from django.db import models


class WriteKey(models.Model):
    """An idempotency key with the answer it got: the same call twice is done once."""

    key = models.CharField(max_length=80)
    person = models.CharField(max_length=150)
    route = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    reply = models.TextField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "kit_write_key"
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="kit_write_key_once")]

    def __str__(self) -> str:
        return f"{self.person} {self.key}"
