"""A zone's chains: which packs it uses, where its companies stand, what people answered, which limits hold."""

import json

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xinya.zones.models import Check, Company, Zone

from .inputs import InputStatement, SupplyLink
from .packs import PackDraft, PackSave, ZonePack
from .proposals import InputProposal, OpenData, OpenIssue, OpenMaker
from .resilience import ResilienceRun

__all__ = [
    "Answer", "CandidateWord", "InputProposal", "InputStatement", "LimitSet", "OpenData", "OpenIssue", "OpenMaker", "PackDraft",
    "PackSave", "Placement", "ResilienceRun", "SupplyLink", "ZoneChain", "ZonePack",
]  # fmt: skip

from ..engine.placement import Reason


class ZoneChain(models.Model):
    """A chain that a zone looks at, by the code of its pack."""

    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="chains")
    chain = models.CharField(max_length=30)

    class Meta:
        db_table = "chain_zone_chain"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["zone", "chain"], name="chain_zone_chain_once")]

    def __str__(self) -> str:
        return f"{self.zone} {self.chain}"


class Placement(models.Model):
    """A company on a segment: by which text, by which rule, with which confidence, and what a person said of it.

    decided_as: whose word decided it; by a link nobody is decided_by, for who used it has no account.
    """

    class State(models.TextChoices):
        PENDING = "PENDING", _("to be confirmed")
        AUTOMATIC = "AUTOMATIC", _("placed by rule")
        CONFIRMED = "CONFIRMED", _("confirmed")
        REJECTED = "REJECTED", _("rejected")
        OBJECTED = "OBJECTED", _("objected to by the company")

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="placements")
    segment = models.CharField(max_length=30)
    text = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=State.choices)
    confidence = models.DecimalField(max_digits=3, decimal_places=2)
    rule = models.CharField(max_length=20)
    term = models.CharField(max_length=200, blank=True)
    modifier = models.CharField(max_length=200, blank=True)
    reasons = models.TextField(blank=True)
    placed_on = models.DateField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_as = models.CharField(max_length=12, choices=Check.Voice.choices, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "chain_placement"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["company", "segment", "text"], name="chain_placement_once"),
            models.CheckConstraint(condition=Q(confidence__gte=0) & Q(confidence__lte=1), name="chain_placement_confidence"),
        ]

    def __str__(self) -> str:
        return f"{self.company} {self.segment} {self.state}"

    @property
    def told_reasons(self) -> tuple[Reason, ...]:
        """What counted for and against, as the engine wrote it down; none for what a person placed."""
        return tuple((code, float(weight), tuple(words)) for code, weight, words in json.loads(self.reasons or "[]"))


class Answer(models.Model):
    """A person's answer to a gap, with its reason: "we have one" or "not a gap here"."""

    class Kind(models.TextChoices):
        WE_HAVE_ONE = "we-have-one", _("we have one")
        NOT_A_GAP = "not-a-gap", _("not a gap here")

    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="answers")
    segment = models.CharField(max_length=30)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    company = models.ForeignKey(Company, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "chain_answer"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["zone", "segment"],
                condition=Q(withdrawn_at=None) & Q(kind="not-a-gap"),
                name="chain_answer_not_a_gap",
            )
        ]

    def __str__(self) -> str:
        return f"{self.zone} {self.segment} {self.kind}"


class CandidateWord(models.Model):
    """What an officer says of a known maker outside as one that could fill a segment: suitable or not, and why."""

    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="candidate_words")
    segment = models.CharField(max_length=30)
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="candidate_words")
    is_suitable = models.BooleanField()
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "chain_candidate_word"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["zone", "segment", "company"], condition=Q(replaced_at=None), name="chain_candidate_word_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.zone} {self.segment} {self.company} {self.is_suitable}"


class ValueTable(models.Model):
    """A table locations x industries that a zone's positioning is computed from, as it was brought; earlier ones stay readable.

    text: canonical rows; digest: its SHA-256; tested: the back-test on its periods, made once when it was brought.
    """

    class Measure(models.TextChoices):
        COMPANIES = "companies", _("number of companies")
        OUTPUT = "output", _("output")
        EMPLOYMENT = "employment", _("employment")

    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="value_tables")
    location = models.CharField(max_length=200)
    measure = models.CharField(max_length=10, choices=Measure.choices)
    title = models.CharField(max_length=200)
    source = models.CharField(max_length=300)
    text = models.TextField()
    digest = models.CharField(max_length=64)
    tested = models.JSONField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "chain_value_table"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["zone"], condition=Q(replaced_at=None), name="chain_value_table_current")]

    def __str__(self) -> str:
        return f"{self.zone} {self.title}"


class LimitSet(models.Model):
    """The limits of a zone's verdicts, one version after another, with who set them and why."""

    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="limit_sets")
    version = models.PositiveIntegerField()
    demand = models.FloatField()
    share = models.FloatField()
    readiness = models.FloatField()
    depth = models.PositiveSmallIntegerField()
    decay = models.FloatField()
    residents = models.PositiveSmallIntegerField()
    kinds = models.CharField(max_length=60)
    reason = models.CharField(max_length=300)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "chain_limit_set"
        ordering = ["version"]
        constraints = [models.UniqueConstraint(fields=["zone", "version"], name="chain_limit_set_version")]

    def __str__(self) -> str:
        return f"{self.zone} {self.version}"


class WordLink(models.Model):
    """A link by which a company without an account says once whether its places on the chains are right.

    Only a digest of its code is kept. note: to whom it was given. signed: the name that whoever used it wrote.
    """

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="word_links")
    digest = models.CharField(max_length=64, unique=True)
    note = models.CharField(max_length=100)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    signed = models.CharField(max_length=60, blank=True)

    class Meta:
        db_table = "chain_word_link"
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(used_at=None) | ~Q(ended_at=None), name="chain_word_link_used")]

    def __str__(self) -> str:
        return f"{self.company_id} {self.note}"
