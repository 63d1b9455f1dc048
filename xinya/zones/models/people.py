"""Who signs in."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Person(AbstractUser):
    """A person who signs in. The role says what the person may do in the zones."""

    class Role(models.TextChoices):
        READER = "reader", _("zone reader")
        OFFICER = "officer", _("chain officer")

    role = models.CharField(max_length=12, choices=Role.choices, default=Role.READER)

    class Meta:
        db_table = "zones_person"
        constraints = [models.CheckConstraint(condition=Q(role__in=["reader", "officer"]), name="zones_person_role")]

    def __str__(self) -> str:
        whole = f"{self.last_name}{self.first_name}"
        return (whole if not whole.isascii() else self.get_full_name()) or self.username
