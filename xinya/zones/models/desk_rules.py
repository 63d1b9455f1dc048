"""What the import desk of a zone goes by beside the shipped rows: its own thresholds, editions of divisions, its areas."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ..engine.thresholds import FIRST_YEAR, LAST_YEAR
from .places import Source, Zone


class ZoneThreshold(models.Model):
    """A zone's own row of above scale: from which revenue of a year companies of an industry count. Money in fen.

    prefix: two to four digits of GB/T 4754. amount_fen empty: membership by qualification. A row never changes: what takes its
    place ends it, and ended rows stay readable.
    """

    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="thresholds")
    prefix = models.CharField(max_length=4)
    amount_fen = models.BigIntegerField(null=True, blank=True)
    is_inclusive = models.BooleanField(default=True)
    valid_from_year = models.PositiveSmallIntegerField()
    valid_to_year = models.PositiveSmallIntegerField(null=True, blank=True)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    confidence = models.DecimalField(max_digits=3, decimal_places=2)
    reason = models.CharField(max_length=300)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(auto_now_add=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "zones_threshold"
        ordering = ["prefix", "valid_from_year", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["zone", "prefix", "valid_from_year"], condition=Q(ended_at=None), name="zones_threshold_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_from_year__gte=FIRST_YEAR)
                & (Q(valid_to_year=None) | Q(valid_to_year__gte=F("valid_from_year"), valid_to_year__lte=LAST_YEAR)),
                name="zones_threshold_years",
            ),
            models.CheckConstraint(condition=Q(amount_fen=None) | Q(amount_fen__gt=0), name="zones_threshold_amount"),
            models.CheckConstraint(condition=Q(confidence__gte=0) & Q(confidence__lte=1), name="zones_threshold_sure"),
        ]

    def __str__(self) -> str:
        return f"{self.prefix} {self.amount_fen} {self.valid_from_year}-{self.valid_to_year or ''}"


class DivisionEdition(models.Model):
    """Divisions as one act published them, or the zone's own areas. Withdrawn editions stay readable and count no more."""

    class Kind(models.TextChoices):
        OFFICIAL = "official", _("administrative divisions")
        AREAS = "areas", _("areas of the zone")

    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="division_editions")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    name = models.CharField(max_length=60)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    confidence = models.DecimalField(max_digits=3, decimal_places=2)
    reason = models.CharField(max_length=300)
    brought_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    brought_at = models.DateTimeField(auto_now_add=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "zones_division_edition"
        ordering = ["kind", "-valid_from", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["zone", "name"], condition=Q(ended_at=None), name="zones_division_edition_once"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="zones_division_edition_days"
            ),
            models.CheckConstraint(condition=Q(confidence__gte=0) & Q(confidence__lte=1), name="zones_division_edition_sure"),
        ]

    def __str__(self) -> str:
        return self.name


class Division(models.Model):
    """One division of an edition. share: of a zone's area, whether all of the division lies in the zone; within: which part."""

    class Share(models.TextChoices):
        WHOLE = "whole", _("whole")
        PART = "part", _("part")

    edition = models.ForeignKey(DivisionEdition, on_delete=models.CASCADE, related_name="divisions")
    code = models.CharField(max_length=12)
    name = models.CharField(max_length=60)
    parent = models.CharField(max_length=12, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    share = models.CharField(max_length=5, choices=Share.choices, blank=True)
    within = models.CharField(max_length=1000, blank=True)

    class Meta:
        db_table = "zones_division"
        ordering = ["code", "valid_from", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="zones_division_days"
            ),
        ]
        indexes = [models.Index(fields=["edition", "code"], name="zones_division_code")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
