"""Files of promises: the proof that something was done, seen by both sides and by those who may read the promise."""

from django.db.models import Q, QuerySet

from xinya.kit.attachments import Owner, register_owner
from xinya.kit.refusals import Refused, demand
from xinya.kit.text import gettext_noop as _

from .. import rules
from ..models import Person, Promise, Secrecy
from .gate import ZONE_WIDE, visible_to
from .promises import NO_PROMISE

PROMISE = "promise"
NOT_A_SIDE = _("Only the two sides of a promise, and those who stand in for them, add a file to it.")


def may_add_to(person: Person, promise: Promise) -> bool:
    """Whether the person is a side of the promise, or stands in for one."""
    return bool(rules.sides_of(person, promise))


def _files_seen(person: Person) -> Q:
    """The sides and the company's commissioner see all but restricted files, and those too where the promise itself is restricted;
    readers of the whole zone public and internal ones, the auditor the companies' too; who brought a file sees it."""
    readable = visible_to(person, Promise)
    if not rules.has_power(person, "read_zone"):
        return Q(owner_id__in=readable.values("pk")) & _of_a_side(person, readable)
    classes = [*ZONE_WIDE, Secrecy.COMPANY] if rules.reads_every_class(person) else list(ZONE_WIDE)
    wide = Q(secrecy__in=classes) | Q(by=person)
    membership = person.acting_for
    if membership is None or not rules.has_power(person, "make_promises"):
        return Q(owner_id__in=readable.values("pk")) & wide
    own = readable.filter(Q(owner_organisation=membership.organisation) | Q(other_organisation=membership.organisation))
    return Q(owner_id__in=readable.values("pk")) & (wide | Q(owner_id__in=own.values("pk")) & _of_a_side(person, own))


def _of_a_side(person: Person, rows: "QuerySet[Promise]") -> Q:
    closed = rows.filter(secrecy=Secrecy.RESTRICTED)
    return ~Q(secrecy=Secrecy.RESTRICTED) | Q(by=person) | Q(owner_id__in=closed.values("pk"))


def _demand_add(person: Person, promise_id: int) -> None:
    promise = visible_to(person, Promise).filter(pk=promise_id).select_related("zone").first()
    if promise is None:
        raise Refused("no-such-promise", NO_PROMISE, status=404)
    demand(may_add_to(person, promise), "not-allowed", NOT_A_SIDE)


def _about(promise_id: int) -> tuple[str, int | None]:
    secrecy, zone_id = Promise.objects.values_list("secrecy", "zone_id").get(pk=promise_id)
    return secrecy, zone_id


register_owner(Owner(PROMISE, _files_seen, _demand_add, _about))
