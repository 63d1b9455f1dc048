"""Organisations, who belongs to which in which role, and the grants that made it so."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import CharField, F, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from ..engine.roles import BY_CODE, DUTIES, REGISTER, codes_of
from .places import Company, Zone

ROLE_CHOICES = [(role.code, _(role.name)) for role in REGISTER]
ROLE_OF_DUTY = [Q(role__in=codes_of(duty)) & Q(duty_kind=duty) for duty in DUTIES]


class Organisation(models.Model):
    """An office of the zone (a tree), a company, or another body. zone empty: it works for every zone of this house."""

    class Kind(models.TextChoices):
        ZONE_OFFICE = "ZONE_OFFICE", _("office of the zone")
        COMPANY = "COMPANY", _("company")
        FUND = "FUND", _("fund")
        AUDIT = "AUDIT", _("auditing body")
        SERVICE_ORG = "SERVICE_ORG", _("service organisation")
        PUBLIC = "PUBLIC", _("public")

    kind = models.CharField(max_length=12, choices=Kind.choices)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=200, blank=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, null=True, blank=True, related_name="organisations")
    company = models.OneToOneField(Company, on_delete=models.CASCADE, null=True, blank=True, related_name="organisation")

    class Meta:
        db_table = "zones_organisation"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "name", "zone"], name="zones_organisation_name"),
            models.CheckConstraint(condition=Q(kind="COMPANY") | Q(company=None), name="zones_organisation_company"),
            models.CheckConstraint(condition=Q(kind="ZONE_OFFICE") | Q(parent=None), name="zones_organisation_tree"),
        ]

    def __str__(self) -> str:
        return self.name


class Duty(models.Model):
    """Which of the four duties a person has: business, or one of the three officers'. One row a person at most.

    key is "<person>:<kind>". A membership in force points at it and its own check compares key, person and role, so that
    the database itself refuses a second officer's role, and a business role beside one.
    """

    key = models.CharField(max_length=30, primary_key=True)
    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="duty")
    kind = models.CharField(max_length=8)

    class Meta:
        db_table = "zones_duty"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=DUTIES), name="zones_duty_kind"),
            models.CheckConstraint(
                condition=Q(key=Concat(Cast("person_id", CharField()), Value(":"), F("kind"))), name="zones_duty_key"
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Membership(models.Model):
    """A person in an organisation in one role, from a day to a day. The current one is what the person acts for.

    has_others: whether the person has more than this one; known of the membership that `Person.acting_for` gives.
    """

    has_others = False

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=ROLE_CHOICES)
    duty_kind = models.CharField(max_length=8)
    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, null=True, blank=True, related_name="memberships")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    is_current = models.BooleanField(default=False)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        db_table = "zones_membership"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(is_current=True), name="zones_membership_current"),
            models.UniqueConstraint(
                fields=["person", "organisation", "role"], condition=Q(until=None), name="zones_membership_once"
            ),
            models.CheckConstraint(condition=Q(until=None) | Q(is_current=False), name="zones_membership_ended"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="zones_membership_days"),
            models.CheckConstraint(
                condition=ROLE_OF_DUTY[0] | ROLE_OF_DUTY[1] | ROLE_OF_DUTY[2] | ROLE_OF_DUTY[3], name="zones_membership_role"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=False)
                | Q(duty_id=Concat(Cast("person_id", CharField()), Value(":"), F("duty_kind"))) & Q(duty__isnull=False),
                name="zones_membership_duty",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.organisation_id} {self.role}"

    def holds_on(self, day: datetime.date) -> bool:
        """From its first day until it ends: an ended membership holds nothing from the day of its end."""
        return self.since <= day and (self.until is None or day < self.until)

    @property
    def zone(self) -> Zone | None:
        """The zone of its organisation; None: every zone."""
        return self.organisation.zone

    @property
    def duty_of_role(self) -> str:
        return BY_CODE[self.role].duty


class RoleGrant(models.Model):
    """A role asked for a person: it holds once the security officer and the head of the receiver's office both said yes."""

    class State(models.TextChoices):
        ASKED = "ASKED", _("asked for")
        GRANTED = "GRANTED", _("granted")
        REFUSED = "REFUSED", _("refused")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="role_grants")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="role_grants")
    role = models.CharField(max_length=20, choices=ROLE_CHOICES)
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    security_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    head_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "zones_role_grant"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organisation", "role"], condition=Q(state="ASKED"), name="zones_role_grant_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="GRANTED")
                | (Q(security_by__isnull=False) & Q(head_by__isnull=False) & ~Q(security_by=F("head_by"))
                   & ~Q(person=F("security_by")) & ~Q(person=F("head_by"))),
                name="zones_role_grant_two",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.person_id} {self.organisation_id} {self.role} {self.state}"


class Claim(models.Model):
    """A person says: I speak for this company. A commissioner confirms; two claims at once wait for the security officer.

    company empty: no list names the code that was given; the person is told the same as everybody.
    """

    class State(models.TextChoices):
        WAITING = "WAITING", _("waiting")
        CONTESTED = "CONTESTED", _("contested")
        CONFIRMED = "CONFIRMED", _("confirmed")
        REFUSED = "REFUSED", _("refused")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="claims")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, null=True, blank=True, related_name="claims")
    credit_code = models.CharField(max_length=18, blank=True)
    proof = models.CharField(max_length=300)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    made_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "zones_claim"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "company"], condition=Q(state__in=["WAITING", "CONTESTED"]), name="zones_claim_once"
            ),
            models.UniqueConstraint(fields=["company"], condition=Q(state="WAITING"), name="zones_claim_waiting"),
            models.UniqueConstraint(
                fields=["person", "credit_code"], condition=Q(state="WAITING", company=None), name="zones_claim_unknown"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.company_id} {self.state}"


class Assignment(models.Model):
    """The commissioner of a company, or its back-up, from a day to a day."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="assignments")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assignments")
    is_backup = models.BooleanField(default=False)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "zones_assignment"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["company", "is_backup"], condition=Q(until=None), name="zones_assignment_one"),
            models.UniqueConstraint(fields=["company", "person"], condition=Q(until=None), name="zones_assignment_two"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="zones_assignment_days"),
        ]

    def __str__(self) -> str:
        return f"{self.company_id} {self.person_id}"


class Absence(models.Model):
    """A commissioner is away: from the first day to the last one the back-up covers. Due dates stay."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="absences")
    since = models.DateField()
    until = models.DateField()
    reason = models.CharField(max_length=300, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "zones_absence"
        ordering = ["since"]
        constraints = [models.CheckConstraint(condition=Q(until__gte=F("since")), name="zones_absence_days")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.since} {self.until}"
