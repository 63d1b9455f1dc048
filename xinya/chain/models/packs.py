"""Packs of a zone's own: drafts that its editors work on, every save of a draft, and what the zone published for its diagnosis."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from xinya.zones.models import Zone


class PackDraft(models.Model):
    """A pack that a zone's editors work on. base: the pack and version it was made from, "" for an empty one.

    save_count: number of the last save; a change that was made on an earlier one is refused.
    """

    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="pack_drafts")
    code = models.CharField(max_length=30)
    base = models.CharField(max_length=60, blank=True)
    save_count = models.PositiveIntegerField(default=0)
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "chain_pack_draft"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["zone", "code"], condition=Q(ended_at=None), name="chain_pack_draft_once"),
        ]

    def __str__(self) -> str:
        return f"{self.zone} {self.code}"


class PackSave(models.Model):
    """One save of a draft: the four files of the pack as JSON text, with who saved it and why. Never changed."""

    draft = models.ForeignKey(PackDraft, on_delete=models.CASCADE, related_name="saves")
    number = models.PositiveIntegerField()
    content = models.TextField()
    note = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "chain_pack_save"
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["draft", "number"], name="chain_pack_save_number")]

    def __str__(self) -> str:
        return f"{self.draft_id} {self.number}"


class ZonePack(models.Model):
    """A pack that a zone published: its diagnosis takes it in place of the shipped pack of the same code, or beside the others."""

    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="packs")
    code = models.CharField(max_length=30)
    label = models.CharField(max_length=40)
    content = models.TextField()
    save_number = models.PositiveIntegerField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(auto_now_add=True)
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "chain_zone_pack"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["zone", "code"], condition=Q(replaced_at=None), name="chain_zone_pack_once"),
            models.UniqueConstraint(fields=["zone", "code", "label"], name="chain_zone_pack_label"),
        ]

    def __str__(self) -> str:
        return f"{self.zone} {self.code} {self.label}"
