"""The log of what was done: its rows, the row that counts them, the seals, and the looks through it."""

import json
from typing import Any, NoReturn

from django.db import models

from ..audit_chain import GENESIS, Seal


class Unchangeable(RuntimeError):
    """Raised instead of changing or removing what was written for good."""


class WrittenOnce(models.QuerySet[Any]):
    """Rows that are added and read, nothing else."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise Unchangeable("what the log holds is never changed")

    def delete(self) -> NoReturn:
        raise Unchangeable("what the log holds is never removed")

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise Unchangeable("what the log holds is never changed")

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> list[Any]:
        if kwargs.get("update_conflicts") or len(args) > 2:
            raise Unchangeable("what the log holds is never changed")
        return super().bulk_create(objs, *args, **kwargs)


class Permanent(models.Model):
    """A row that is written once."""

    objects = WrittenOnce.as_manager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save(self, **kwargs: Any) -> None:
        if not self._state.adding:
            raise Unchangeable("what the log holds is never changed")
        super().save(force_insert=True, using=kwargs.get("using"))  # an insert only: a known number is no change

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise Unchangeable("what the log holds is never removed")


class AuditRow(Permanent):
    """One act or refusal (kit/audit.py). `text` is what is hashed; the columns from `at` to `address` are copies of it."""

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=150)
    acting_for = models.CharField(max_length=60, blank=True)
    act = models.CharField(max_length=100)
    object = models.CharField(max_length=200)
    ok = models.BooleanField(default=True)
    address = models.CharField(max_length=45, blank=True)
    prev = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    text = models.TextField()

    class Meta(Permanent.Meta):
        db_table = "kit_audit"
        ordering = ["seq"]
        indexes = [
            models.Index(fields=["actor", "seq"], name="kit_audit_actor"),
            models.Index(fields=["act", "seq"], name="kit_audit_act"),
            models.Index(fields=["object", "seq"], name="kit_audit_object"),
            models.Index(fields=["at"], name="kit_audit_at"),
            models.Index(fields=["seq"], name="kit_audit_refused", condition=models.Q(ok=False)),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.at:%Y-%m-%d %H:%M} {self.actor} {self.act} {self.object}"

    @property
    def change(self) -> dict[str, list[Any]]:
        """[old, new] by field, as the text has it."""
        return dict(json.loads(self.text)["change"])

    @property
    def reason(self) -> str:
        """Why, in the person's words; of a refusal its code."""
        return str(json.loads(self.text)["reason"])


class AuditHead(models.Model):
    """The end of the chain; whoever writes a row holds this one. There is one row, from the first act on."""

    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default=GENESIS)

    class Meta:
        db_table = "kit_audit_head"
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="kit_audit_head_one")]

    def __str__(self) -> str:
        return f"{self.seq} {self.hash}"


class AuditSalt(Permanent):
    """What this installation mixes into digests of personal values; it never leaves but in a backup."""

    salt = models.CharField(max_length=64)

    class Meta(Permanent.Meta):
        db_table = "kit_audit_salt"
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="kit_audit_salt_one")]

    def __str__(self) -> str:
        return "salt"


class AuditSeal(Permanent):
    """The chain as it was at one moment: a cut tail or a chain made anew does not fit it."""

    seq = models.BigIntegerField(unique=True)
    hash = models.CharField(max_length=64)
    count = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta(Permanent.Meta):
        db_table = "kit_audit_seal"
        ordering = ["seq"]

    def __str__(self) -> str:
        return f"{self.seq} {self.at:%Y-%m-%d %H:%M}"

    def as_seal(self) -> Seal:
        return Seal(self.seq, self.hash, self.count)


class AuditCheck(Permanent):
    """One look through the chain. found: the first row that is wrong, and why; both empty where none is."""

    at = models.DateTimeField()
    by = models.CharField(max_length=150)
    first = models.BigIntegerField()
    rows = models.BigIntegerField()
    found = models.BigIntegerField(null=True)
    why = models.CharField(max_length=20, blank=True)

    class Meta(Permanent.Meta):
        db_table = "kit_audit_check"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.first}+{self.rows} {self.why}"
