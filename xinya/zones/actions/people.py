"""Accounts and memberships: making them, ending them, choosing the current one."""

from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.utils import timezone

from xinya.kit.audit import record
from xinya.kit.refusals import Refused, demand
from xinya.kit.text import gettext_noop as _

from ..engine.roles import BUSINESS, BY_CODE
from ..models import ApiKey, Assignment, Duty, Membership, Organisation, Person
from .sessions import close_all

HOUSE_OFFICE = ("管委会", "Committee of the zone")
CONFLICT = _("%(name)s holds a duty that must stay apart from this one; nobody holds two of them.")

APART = _("Who works for the zone speaks for no company, and the other way round.")

RightsHook = Callable[[Person], None]


def end_its_sessions(person: Person) -> None:
    """Every browser in which the person is signed in is signed out."""
    close_all(person)


RIGHTS_HOOKS: list[RightsHook] = [end_its_sessions]
"""What happens, in the same transaction, whenever a person's rights change: a role, a lock, leaving. Others may add to it."""


def on_rights_changed(person: Person) -> None:
    """Part of every act that gives or takes rights. Writing the audit row stays the act's own last step."""
    person.forget_acting_for()
    for hook in RIGHTS_HOOKS:
        hook(person)


def house_office() -> Organisation:
    """The office that works for every zone of the house."""
    office, _made = Organisation.objects.get_or_create(
        kind=Organisation.Kind.ZONE_OFFICE, name=HOUSE_OFFICE[0], zone=None, defaults={"name_en": HOUSE_OFFICE[1]}
    )
    return office


def enter_membership(person: Person, *, organisation: Organisation, role: str, granted_by: Person | None = None) -> Membership:
    """Part of another act, which has judged who may do this: the membership holds from today; the first one becomes current.

    Raises Refused: unknown-role, role-not-open, role-not-here, DUTIES_CONFLICT, membership-exists.
    """
    wanted = BY_CODE.get(role)
    if wanted is None:
        raise Refused("unknown-role", _("The register has no role %(role)s."), role=role[:30])
    if wanted.opens_with:
        raise Refused("role-not-open", _("The role %(role)s opens with a later part of the product."), role=role)
    if organisation.kind not in wanted.kinds:
        raise Refused("role-not-here", _("The role %(role)s is not held in an organisation of this kind."), role=role)
    if person.state != Person.State.ACTIVE:
        raise Refused("account-not-active", _("The account of %(name)s is not active."), status=409, name=str(person))
    try:
        with transaction.atomic():
            Person.objects.select_for_update().get(pk=person.pk)
            demand_apart(person, role)
            duty = _duty(person, wanted.duty)
            first = not Membership.objects.filter(person=person, is_current=True).exists()
            membership = Membership.objects.create(
                person=person, organisation=organisation, role=role, duty_kind=wanted.duty, duty=duty,
                since=timezone.localdate(), is_current=first, granted_by=granted_by,
            )  # fmt: skip
    except IntegrityError as twice:
        raise Refused("membership-exists", _("%(name)s has this role there already."), status=409, name=str(person)) from twice
    person.forget_acting_for()
    return membership


def demand_apart(person: Person, role: str) -> None:
    """Refuse a role of the zone to whoever speaks for a company, and the other way round."""
    held = Membership.objects.filter(person=person, until=None).values_list("role", flat=True)
    apart = all(BY_CODE[code].is_zone_role == BY_CODE[role].is_zone_role for code in held)
    demand(apart, "works-for-zone", APART, status=409)


def _duty(person: Person, kind: str) -> Duty:
    """The person's one duty; another one only when no membership of the former holds any more."""
    held = Duty.objects.filter(person=person).first()
    if held is not None and held.kind != kind:
        demand(not held.memberships.filter(until=None).exists(), "DUTIES_CONFLICT", CONFLICT, status=409, name=str(person))
        held.memberships.update(duty=None)
        held.delete()
        held = None
    return held or Duty.objects.create(key=f"{person.pk}:{kind}", person=person, kind=kind)


def end_membership(membership: Membership) -> None:
    """Part of another act: the membership ends today, and with it its keys and what was assigned to it. Another becomes current."""
    person, today = membership.person, timezone.localdate()
    membership.until, membership.is_current = max(today, membership.since), False
    membership.save(update_fields=["until", "is_current"])
    ApiKey.objects.filter(membership=membership, ended_at=None).update(ended_at=timezone.now())
    if membership.role == "commissioner":
        _end_assignments(membership)
    if not Membership.objects.filter(person=person, is_current=True).exists():
        following = Membership.objects.filter(person=person, until=None).order_by("pk").first()
        if following is not None:
            following.is_current = True
            following.save(update_fields=["is_current"])
    person.forget_acting_for()


def _end_assignments(ended: Membership) -> None:
    """Companies that the person no longer works for stand in the desk lead's list of companies without a commissioner."""
    open_rows = Assignment.objects.filter(person=ended.person, until=None)
    held = Membership.objects.filter(person=ended.person, role="commissioner", until=None).select_related("organisation")
    zones = {m.organisation.zone_id for m in held}
    if None not in zones:
        today = timezone.localdate()
        gone = open_rows.exclude(company__zone__in=zones)
        gone.filter(since__gt=today).delete()
        gone.update(until=today)


def make_current(actor: Person, *, membership_id: int) -> Membership:
    """From now on the person acts for another of their own memberships. Others' are not found."""
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=actor.pk)
        wanted = Membership.objects.filter(person=actor, until=None, pk=membership_id).select_related("organisation").first()
        if wanted is None or not wanted.holds_on(timezone.localdate()):
            raise Refused("no-such-membership", _("You have no such membership."), status=404)
        Membership.objects.filter(person=actor, is_current=True).update(is_current=False)
        wanted.is_current = True
        wanted.save(update_fields=["is_current"])
        actor.forget_acting_for()
        record(actor, "switch-membership", "membership", wanted.pk, organisation=wanted.organisation_id, role=wanted.role)
    return wanted


def renew_account(
    actor: Person, *, username: str, role: str, password: str | None, organisation: Organisation | None = None
) -> Person:
    """Make an account with one role, or give it a new password; with None nobody can sign in by it.

    For the house itself, which calls it only where accounts may be made without a page: the demonstration, the shell.
    """
    with transaction.atomic():
        person, _made = Person.objects.select_for_update().get_or_create(username=username)
        person.state, person.is_active = Person.State.ACTIVE, True
        person.set_password(password)
        person.save()
        if role:
            home = organisation or house_office()
            for held in Membership.objects.filter(person=person, until=None).exclude(organisation=home, role=role):
                end_membership(held)
            if not Membership.objects.filter(person=person, organisation=home, role=role, until=None).exists():
                enter_membership(person, organisation=home, role=role)
        person.forget_acting_for()
        record(actor if actor.pk else person, "renew-account", "person", person.pk, username=username, role=role)
    return person


__all__ = [
    "BUSINESS",
    "RIGHTS_HOOKS",
    "demand_apart",
    "end_membership",
    "enter_membership",
    "house_office",
    "make_current",
    "on_rights_changed",
    "renew_account",
]
