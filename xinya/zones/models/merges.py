"""Two companies of the register that were found to be one: the event with what it moved, and pairs that are two firms."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .places import Company, Zone


class CompanyMerge(models.Model):
    """One merging. The rows of `merged` went over to `survivor`; undo brings each of them back.

    name_was: what the merged one's registered name is to the survivor. moved: by "model.field" the keys of the rows that went over.
    altered: [model, key, {field: [before, after]}], in the order in which it was done; made: by model the keys of rows that the
    merging itself wrote. The names and codes stand here too, so that the log outlives both companies.
    """

    class State(models.TextChoices):
        MERGED = "merged", _("merged")
        UNDONE = "undone", _("undone")

    class NameWas(models.TextChoices):
        FORMER = "former", _("a former name")
        ALIAS = "alias", _("another way of writing the name")

    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="company_merges")
    survivor = models.ForeignKey(Company, on_delete=models.SET_NULL, null=True, blank=True, related_name="merges_taken")
    merged = models.ForeignKey(Company, on_delete=models.SET_NULL, null=True, blank=True, related_name="merges_given")
    survivor_name = models.CharField(max_length=120)
    survivor_code = models.CharField(max_length=18, blank=True)
    merged_name = models.CharField(max_length=120)
    merged_code = models.CharField(max_length=18, blank=True)
    score = models.PositiveSmallIntegerField()
    name_was = models.CharField(max_length=6, choices=NameWas.choices, default=NameWas.ALIAS)
    state = models.CharField(max_length=6, choices=State.choices, default=State.MERGED)
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    moved = models.JSONField(default=dict)
    altered = models.JSONField(default=list)
    made = models.JSONField(default=dict)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undo_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "zones_company_merge"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["merged"], condition=Q(state="merged"), name="zones_company_merge_once"),
            models.CheckConstraint(condition=Q(state__in=["merged", "undone"]), name="zones_company_merge_state"),
            models.CheckConstraint(
                condition=Q(state="merged") | Q(undone_by__isnull=False, undone_at__isnull=False), name="zones_company_merge_undone"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merged_name} → {self.survivor_name} {self.state}"


class TwoFirms(models.Model):
    """A person's word that two like companies of the register are two firms. known: digest of what was held of them then.

    one is the older row. While nothing new is known of their names, codes and addresses the pair is not proposed again.
    """

    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="two_firms")
    one = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="told_apart_from")
    other = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="told_apart_by")
    known = models.CharField(max_length=64)
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "zones_two_firms"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], condition=Q(withdrawn_at=None), name="zones_two_firms_once"),
            models.CheckConstraint(condition=Q(one__lt=models.F("other")), name="zones_two_firms_order"),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} ≠ {self.other_id}"
