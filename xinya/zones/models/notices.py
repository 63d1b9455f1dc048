"""What a person is told: each notice promised once, with its way to the receiver, and how each person wants to be told."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

QUIET_FROM, QUIET_UNTIL = datetime.time(21, 0), datetime.time(8, 0)


class Channel(models.TextChoices):
    """How a notice reaches a person. On the page it is shown in any case."""

    PAGE = "page", _("on the page only")
    MAIL = "mail", _("mail")
    SMS = "sms", _("text message")
    WEBHOOK = "webhook", _("web-hook of the office")


class Notice(models.Model):
    """One notice to one person, in the person's language as it was when it was promised. key: promised once.

    may_wait: goes with the daily digest if the person wants that. in_digest: the digest that carried it.
    """

    class State(models.TextChoices):
        WAITING = "WAITING", _("waiting")
        HELD = "HELD", _("held back")
        SENDING = "SENDING", _("being sent")
        SENT = "SENT", _("sent")
        FAILED = "FAILED", _("not sent")
        UNSURE = "UNSURE", _("perhaps sent")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=120, unique=True)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    path = models.CharField(max_length=200, blank=True)
    channel = models.CharField(max_length=7, choices=Channel.choices)
    may_wait = models.BooleanField(default=False)
    state = models.CharField(max_length=7, choices=State.choices)
    not_before = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    in_digest = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="carried")
    promised_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "zones_notice"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["person", "-id"], name="zones_notice_person"),
            models.Index(fields=["state"], name="zones_notice_state"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["WAITING", "HELD", "SENDING", "SENT", "FAILED", "UNSURE"]), name="zones_notice_state_known"
            ),
            models.CheckConstraint(condition=~Q(state="SENDING") | Q(lease_until__isnull=False), name="zones_notice_lease"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind} {self.state}"


class NoticeChoice(models.Model):
    """How one person wants to be told; without a row the product's defaults hold (quiet from 21:00 to 08:00: our own choice)."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_choice")
    channel = models.CharField(max_length=7, choices=Channel.choices, default=Channel.PAGE)
    webhook = models.CharField(max_length=30, blank=True)
    quiet_from = models.TimeField(default=QUIET_FROM)
    quiet_until = models.TimeField(default=QUIET_UNTIL)
    is_digest = models.BooleanField(default=True)

    class Meta:
        db_table = "zones_notice_choice"

    def __str__(self) -> str:
        return f"{self.person_id} {self.channel}"
