"""Indicators of a zone: definitions with versions, values with revisions and the day since which each is known."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .imports import ImportBatch
from .places import Source, Zone


class IndicatorDef(models.Model):
    """One version of an indicator. A change of scope or formula is a new version; versions of one code never overlap.

    system: who defines it; a zone's own are under its code. Months as 2024-06; valid_to empty: still in force.
    withdrawn_at: when the list that brought it was undone and no figure rested on it any more.
    """

    class Kind(models.TextChoices):
        CUMULATIVE = "cum", _("cumulative")
        FLOW = "flow", _("flow of the month")
        STOCK = "stock", _("stock at the end")
        RATE = "rate", _("rate")
        INDEX = "index", _("index")

    system = models.CharField(max_length=40)
    code = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    definition = models.CharField(max_length=2000, blank=True)
    unit = models.CharField(max_length=30)
    scope = models.CharField(max_length=300, blank=True)
    period_type = models.CharField(max_length=8, default="month")
    formula = models.CharField(max_length=300, blank=True)
    source_office = models.CharField(max_length=120, blank=True)
    valid_from = models.CharField(max_length=7, blank=True)
    valid_to = models.CharField(max_length=7, blank=True)
    kind = models.CharField(max_length=5, choices=Kind.choices)
    batch = models.ForeignKey(ImportBatch, on_delete=models.SET_NULL, null=True, blank=True, related_name="definitions")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "zones_indicator_def"
        ordering = ["code", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["system", "code", "version"], condition=Q(withdrawn_at=None), name="zones_indicator_def_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class IndicatorValue(models.Model):
    """One revision of one figure. stated: as printed, in `unit`; value: exactly that in the canonical unit, as a decimal text.

    backdated: entered on a later day than the one since which it is known.
    """

    definition = models.ForeignKey(IndicatorDef, on_delete=models.PROTECT, related_name="values")
    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="indicator_values")
    period = models.CharField(max_length=16)
    revision = models.PositiveSmallIntegerField()
    stated = models.CharField(max_length=60)
    unit = models.CharField(max_length=30)
    value = models.CharField(max_length=80)
    canonical_unit = models.CharField(max_length=30)
    known_from = models.DateField()
    entered_at = models.DateTimeField(auto_now_add=True)
    backdated = models.BooleanField(default=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    batch = models.ForeignKey(ImportBatch, on_delete=models.SET_NULL, null=True, blank=True, related_name="indicator_values")

    class Meta:
        db_table = "zones_indicator_value"
        ordering = ["definition", "period", "revision"]
        constraints = [
            models.UniqueConstraint(
                fields=["definition", "zone", "period", "revision"],
                condition=Q(withdrawn_at=None),
                name="zones_indicator_value_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.definition_id} {self.period} r{self.revision}"
