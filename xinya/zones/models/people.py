"""Who signs in: one account is one human, never shared."""

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xinya.kit.prepared import Prepared

from ..engine.roles import BY_CODE

if TYPE_CHECKING:
    from .memberships import Membership

_UNREAD: Any = object()
_MEMBERSHIPS: "Prepared[Membership]" = Prepared(
    lambda person: (
        apps.get_model("zones", "Membership")
        .objects.filter(person=person, until=None)
        .select_related("organisation__zone", "organisation__company")
    ),
    -1,
)


class Person(AbstractUser):
    """A person who signs in. What the person may do comes from the current membership alone (memberships.py).

    is_system: the account of a machine, which has keys and never signs in.
    """

    class State(models.TextChoices):
        ACTIVE = "ACTIVE", _("active")
        LOCKED = "LOCKED", _("locked")
        LEFT = "LEFT", _("left")

    state = models.CharField(max_length=6, choices=State.choices, default=State.ACTIVE)
    phone = models.CharField(max_length=20, blank=True)
    is_phone_confirmed = models.BooleanField(default=False)
    language = models.CharField(max_length=7, choices=[("zh-hans", "简体中文"), ("en", "English")], default="zh-hans")
    is_system = models.BooleanField(default=False)
    must_change_password = models.BooleanField(default=False)
    left_on = models.DateField(null=True, blank=True)

    class Meta:
        db_table = "zones_person"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["ACTIVE", "LOCKED", "LEFT"]), name="zones_person_state"),
            models.CheckConstraint(condition=Q(state="ACTIVE") | Q(is_active=False), name="zones_person_active"),
            models.UniqueConstraint(fields=["phone"], condition=Q(is_phone_confirmed=True), name="zones_person_phone"),
        ]

    def __str__(self) -> str:
        whole = f"{self.last_name}{self.first_name}"
        return (whole if not whole.isascii() else self.get_full_name()) or self.username

    @property
    def acting_for(self) -> "Membership | None":
        """The membership in whose name the person acts now; read once for each object. One statement.

        An API key sets its own for the call.
        """
        found = self.__dict__.get("_acting_for", _UNREAD)
        if found is _UNREAD:
            found = self._current_membership()
            self.__dict__["_acting_for"] = found
        return found

    @acting_for.setter
    def acting_for(self, membership: "Membership | None") -> None:
        self.__dict__["_acting_for"] = membership

    def forget_acting_for(self) -> None:
        """After a change of memberships: read it anew when it is asked for."""
        self.__dict__.pop("_acting_for", None)

    def _current_membership(self) -> "Membership | None":
        if self.pk is None or not self.is_active:
            return None
        # Few rows, plainly asked for: this runs at every request, where building a query takes longer than reading.
        rows = _MEMBERSHIPS.rows(self.pk)
        found = next((row for row in rows if row.is_current), None)
        if found is None or not found.holds_on(timezone.localdate()):
            return None
        found.person = self
        found.has_others = len(rows) > 1
        return found

    @property
    def role(self) -> str:
        """The code of the current role in the register; "" for nobody's."""
        membership = self.acting_for
        return membership.role if membership is not None else ""

    @property
    def role_name(self) -> str:
        """The current role as people call it, in the language of the page."""
        return str(_(BY_CODE[self.role].name)) if self.role in BY_CODE else str(_("no role"))
