"""Promises in both directions: who owes what to whom by when, with its clocks, pauses, extension and every event."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .memberships import Organisation
from .places import Company, Secrecy, Zone

ENDED = ("CONFIRMED", "SILENT", "BROKEN", "WITHDRAWN")


class Promise(models.Model):
    """One side owes the other something by a day. Due dates are those of its last clock; none while that one stands.

    kind: code of a preset (case/promise_kinds.csv), or "own". due_on, due_at, forecast, effective_on are what the clock shows.
    """

    class Direction(models.TextChoices):
        OURS = "OURS", _("the zone owes the company")
        THEIRS = "THEIRS", _("the company owes the zone")

    class State(models.TextChoices):
        OPEN = "OPEN", _("running")
        PAUSED = "PAUSED", _("paused")
        KEPT = "KEPT", _("kept, waits for confirmation")
        CONFIRMED = "CONFIRMED", _("kept and confirmed")
        SILENT = "SILENT", _("kept, not confirmed")
        BROKEN = "BROKEN", _("broken")
        WITHDRAWN = "WITHDRAWN", _("withdrawn")

    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="promises")
    direction = models.CharField(max_length=6, choices=Direction.choices)
    owner_organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="promises_owed")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="promises")
    other_organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, null=True, blank=True, related_name="promises_awaited"
    )
    other_company = models.ForeignKey(Company, on_delete=models.CASCADE, null=True, blank=True, related_name="promises_awaited")
    other_text = models.CharField(max_length=120, blank=True)
    text = models.CharField(max_length=500)
    proof_needed = models.CharField(max_length=200, blank=True)
    occasion = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=30, default="own")
    secrecy = models.CharField(max_length=10, choices=Secrecy.choices, default=Secrecy.INTERNAL)
    is_invented = models.BooleanField(default=False)
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    effective_on = models.DateField()
    due_on = models.DateField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    forecast = models.BooleanField(default=False)
    proof = models.CharField(max_length=500, blank=True)
    kept_at = models.DateTimeField(null=True, blank=True)
    is_late = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "zones_promise"
        ordering = ["due_at", "id"]
        indexes = [models.Index(fields=["zone", "state", "due_at"], name="zones_promise_due")]
        constraints = [
            models.CheckConstraint(
                condition=Q(other_organisation__isnull=False) | Q(other_company__isnull=False) | ~Q(other_text=""),
                name="zones_promise_other",
            ),
            models.CheckConstraint(condition=~Q(state="OPEN") | Q(due_at__isnull=False), name="zones_promise_due_open"),
            models.CheckConstraint(condition=~Q(state="PAUSED") | Q(due_at=None), name="zones_promise_due_paused"),
            models.CheckConstraint(
                condition=~Q(state__in=["KEPT", "CONFIRMED", "SILENT"]) | ~Q(proof=""), name="zones_promise_proof"
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED


class PromiseClock(models.Model):
    """A clock of a promise. A dispute or a reopening starts a new one; the earlier ones stay as they were."""

    class Why(models.TextChoices):
        MADE = "MADE", _("made")
        DISPUTED = "DISPUTED", _("disputed")
        REOPENED = "REOPENED", _("reopened")

    promise = models.ForeignKey(Promise, on_delete=models.CASCADE, related_name="clocks")
    number = models.PositiveSmallIntegerField()
    why = models.CharField(max_length=8, choices=Why.choices, default=Why.MADE)
    received_at = models.DateTimeField()
    unit = models.CharField(max_length=2, choices=[(u, u) for u in ("WD", "CD", "M", "WH", "CH")])
    n = models.PositiveIntegerField()
    receipt_rule = models.CharField(max_length=12, choices=[(r, r) for r in ("ACTUAL_DAY", "OFFICE_HOURS")], default="ACTUAL_DAY")
    not_before = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "zones_promise_clock"
        ordering = ["promise", "number"]
        constraints = [
            models.UniqueConstraint(fields=["promise", "number"], name="zones_promise_clock_no"),
            models.UniqueConstraint(fields=["promise"], condition=Q(ended_at=None), name="zones_promise_clock_one"),
        ]

    def __str__(self) -> str:
        return f"{self.promise_id}/{self.number}"


class PromisePause(models.Model):
    """The clock stands, for a reason that the company sees in full. until: by when what is missing should be here."""

    class Reason(models.TextChoices):
        NEED_MATERIAL = "NEED_MATERIAL", _("material is missing")
        COMPANY_ASKED = "COMPANY_ASKED", _("the company asked for it")
        THIRD_PARTY_TEST = "THIRD_PARTY_TEST", _("a test by a third party")
        LAW_WAITING_PERIOD = "LAW_WAITING_PERIOD", _("a waiting period by law")
        HIGHER_LEVEL = "HIGHER_LEVEL", _("a higher level decides")

    clock = models.ForeignKey(PromiseClock, on_delete=models.CASCADE, related_name="pauses")
    reason = models.CharField(max_length=20, choices=Reason.choices)
    what = models.CharField(max_length=300)
    until = models.DateField()
    start = models.DateTimeField()
    end = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        db_table = "zones_promise_pause"
        ordering = ["start", "id"]
        constraints = [
            models.UniqueConstraint(fields=["clock"], condition=Q(end=None), name="zones_promise_pause_open"),
            models.CheckConstraint(condition=Q(end=None) | Q(end__gte=F("start")), name="zones_promise_pause_days"),
            models.CheckConstraint(condition=~Q(reason="") & ~Q(what=""), name="zones_promise_pause_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.clock_id} {self.reason}"


class PromiseExtension(models.Model):
    """More time, asked once before the last day and approved by another person."""

    class State(models.TextChoices):
        ASKED = "ASKED", _("asked for")
        APPROVED = "APPROVED", _("approved")
        REFUSED = "REFUSED", _("refused")

    clock = models.ForeignKey(PromiseClock, on_delete=models.CASCADE, related_name="extensions")
    n = models.PositiveIntegerField()
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "zones_promise_extension"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["clock"], condition=Q(state__in=["ASKED", "APPROVED"]), name="zones_promise_extension_once"
            ),
            models.CheckConstraint(
                condition=Q(state="ASKED") | (Q(decided_by__isnull=False) & ~Q(decided_by=F("asked_by"))),
                name="zones_promise_extension_two",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clock_id} +{self.n} {self.state}"


class PromiseEvent(models.Model):
    """What happened to a promise, in order, with the due date before and after. by empty: the house itself."""

    promise = models.ForeignKey(Promise, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    verb = models.CharField(max_length=20)
    from_state = models.CharField(max_length=9, blank=True)
    to_state = models.CharField(max_length=9)
    text = models.CharField(max_length=500, blank=True)
    old_due_on = models.DateField(null=True, blank=True)
    new_due_on = models.DateField(null=True, blank=True)

    class Meta:
        db_table = "zones_promise_event"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.promise_id} {self.verb}"
