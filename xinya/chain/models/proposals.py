"""Inputs that data say a pack lacks, waiting for an editor; and open data of other zones."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xinya.zones.models import Company, Source, Zone

from .packs import PackDraft


class InputProposal(models.Model):
    """The pack of `product` may lack an input: a segment, or a text that no segment has. Never merged by itself.

    evidence: JSON text, one entry a source with its counts and examples. origins: independent sources; edges: statements of them.
    """

    class State(models.TextChoices):
        OPEN = "OPEN", _("to be decided")
        ACCEPTED = "ACCEPTED", _("accepted")
        DECLINED = "DECLINED", _("declined")

    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="input_proposals")
    product = models.CharField(max_length=30)
    input = models.CharField(max_length=30, blank=True)
    text = models.CharField(max_length=200)
    evidence = models.TextField()
    origins = models.PositiveSmallIntegerField()
    edges = models.PositiveIntegerField()
    companies = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    found_on = models.DateField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    draft = models.ForeignKey(PackDraft, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        db_table = "chain_input_proposal"
        ordering = ["-origins", "-companies", "-edges", "id"]
        constraints = [
            models.UniqueConstraint(fields=["zone", "product", "input", "text"], name="chain_input_proposal_once"),
            models.CheckConstraint(
                condition=Q(state="OPEN") | (Q(decided_by__isnull=False) & ~Q(reason="")), name="chain_input_proposal_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} ← {self.input or self.text} {self.state}"


class OpenIssue(models.Model):
    """Open data of a zone as it was published. counts: who stands behind each cell that it shows; the next is held against it."""

    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="open_issues")
    number = models.PositiveIntegerField()
    as_of = models.DateField()
    content = models.TextField()
    counts = models.TextField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "chain_open_issue"
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["zone", "number"], name="chain_open_issue_number")]

    def __str__(self) -> str:
        return f"{self.zone} {self.number}"


class OpenData(models.Model):
    """Another zone's open data, brought as a file: for comparison and as a list of makers outside. Never part of the own facts."""

    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="open_data")
    origin = models.CharField(max_length=60)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=200, blank=True)
    as_of = models.DateField()
    content = models.TextField()
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    brought_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    brought_at = models.DateTimeField(auto_now_add=True)
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "chain_open_data"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["zone", "origin"], condition=Q(replaced_at=None), name="chain_open_data_once"),
        ]

    def __str__(self) -> str:
        return f"{self.zone} ← {self.origin}"


class OpenMaker(models.Model):
    """Which makers outside came from which open data, so that the list shows where it has them from."""

    data = models.ForeignKey(OpenData, on_delete=models.CASCADE, related_name="makers")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")

    class Meta:
        db_table = "chain_open_maker"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["data", "company"], name="chain_open_maker_once")]

    def __str__(self) -> str:
        return f"{self.data_id} {self.company_id}"
