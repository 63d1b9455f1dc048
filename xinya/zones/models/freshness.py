"""How long facts hold in a zone, who looked at them again, and how often a company's page is read."""

import datetime
from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .places import Company, Fact, Zone


class HalfLife(models.Model):
    """A zone's own half-life of one kind of fact, in days; None goes back to the product's default. The last row holds."""

    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="half_lives_set")
    kind = models.CharField(max_length=12)
    days = models.PositiveIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=300)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "zones_half_life"
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(days=None) | Q(days__gte=1), name="zones_half_life_days")]

    def __str__(self) -> str:
        return f"{self.zone} {self.kind} {self.days}"


class Check(models.Model):
    """Somebody looked again: still right, wrong, or not to be told. kind and age: of the fact, and its days at that moment.

    What a slice above made of a company's texts is named by segment and text, so that the check outlives its being made anew; a
    fact by its row. voice: as whom it was said; by a link nobody is `by`, for who used it has no account.
    Of later lists there is one row a fact, renewed by each. named: the days they stood for, each with its list and a space behind,
    oldest first: "2025-06-30:12 ", list 0 for one without a number. kind, age and reason are those of the last.
    """

    class Outcome(models.TextChoices):
        RIGHT = "RIGHT", _("still true")
        WRONG = "WRONG", _("wrong")
        UNKNOWN = "UNKNOWN", _("cannot be told")

    class Voice(models.TextChoices):
        OFFICER = "officer", _("a chain officer")
        COMMISSIONER = "commissioner", _("a commissioner")
        COMPANY = "company", _("the company itself")
        LINK = "link", _("the company, by a link")
        LIST = "list", _("a later list")

    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="checks")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="checks")
    fact = models.ForeignKey(Fact, on_delete=models.CASCADE, null=True, blank=True, related_name="checks")
    segment = models.CharField(max_length=30, blank=True)
    text = models.CharField(max_length=300, blank=True)
    kind = models.CharField(max_length=20)
    outcome = models.CharField(max_length=7, choices=Outcome.choices)
    age = models.PositiveIntegerField()
    voice = models.CharField(max_length=12, choices=Voice.choices)
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    named = models.TextField(blank=True)

    class Meta:
        db_table = "zones_check"
        ordering = ["id"]
        indexes = [models.Index(fields=["zone", "kind"], name="zones_check_zone_kind")]
        constraints = [
            models.CheckConstraint(condition=~Q(fact=None) | ~Q(segment=""), name="zones_check_subject"),
            models.UniqueConstraint(fields=["fact"], condition=Q(voice="list"), name="zones_check_of_lists_once"),
        ]

    def __str__(self) -> str:
        return f"{self.company_id} {self.kind} {self.outcome}"

    @property
    def namings(self) -> list[tuple[datetime.date, int]]:
        """The days on which lists named it, each with the number of the list, oldest first."""
        return namings_in(self.named)


def namings_in(named: str) -> list[tuple[datetime.date, int]]:
    """What `Check.named` says."""
    parts = (one.partition(":") for one in named.split())
    return [(datetime.date.fromisoformat(day), int(batch)) for day, _sign, batch in parts]


def namings_as_text(namings: Iterable[tuple[datetime.date, int]]) -> str:
    """Days and lists as `Check.named` keeps them."""
    return "".join(f"{day.isoformat()}:{batch} " for day, batch in sorted(namings))


class ReadCount(models.Model):
    """How often a company's page was read on a day. Rows are added by the minute and never changed: their sum counts."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="read_counts")
    day = models.DateField()
    reads = models.PositiveIntegerField()

    class Meta:
        db_table = "zones_read_count"
        indexes = [models.Index(fields=["company", "day"], name="zones_read_count_company")]

    def __str__(self) -> str:
        return f"{self.company_id} {self.day} {self.reads}"
