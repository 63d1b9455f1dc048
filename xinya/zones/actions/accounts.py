"""Accounts as a whole: locked, unlocked, left; the first three officers; offices; machines; the own profile."""

import re
import secrets
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from xinya.kit.audit import must_say_why, record
from xinya.kit.refusals import Refused, demand
from xinya.kit.text import gettext_noop as _

from ..engine.roles import OFFICERS
from ..models import Invitation, Membership, Organisation, Person, PhoneShown, RoleGrant, Zone
from ..queries import person_visible
from .grants import ENDED, demand_not_last, demand_power, demand_reason
from .people import end_membership, enter_membership, house_office, on_rights_changed

OWN_ACCOUNT = _("Nobody does this to their own account.")
PHONE = re.compile(r"\+?[0-9][0-9 -]{4,18}")
must_say_why("lock-person", "unlock-person", "leave-person")
USER_NAME = re.compile(r"[\w.@+-]{2,150}")


def lock_person(actor: Person, *, person_id: int, reason: str) -> Person:
    """The security officer locks an account: it ends all sessions, and nobody signs in by it until it is unlocked."""
    said, person = _other(actor, person_id, reason)
    with transaction.atomic():
        held = Person.objects.select_for_update().get(pk=person.pk)
        demand(held.state == Person.State.ACTIVE, "not-active", _("This account is not active."), status=409)
        for membership in Membership.objects.filter(person=held, until=None):
            demand_not_last(membership)
        held.state, held.is_active = Person.State.LOCKED, False
        held.save(update_fields=["state", "is_active"])
        on_rights_changed(held)
        record(actor, "lock-person", "person", held.pk, reason=said)
    return held


def unlock_person(actor: Person, *, person_id: int, reason: str) -> Person:
    """The security officer opens a locked account again; who has left stays gone."""
    said, person = _other(actor, person_id, reason)
    with transaction.atomic():
        held = Person.objects.select_for_update().get(pk=person.pk)
        demand(held.state == Person.State.LOCKED, "not-locked", _("This account is not locked."), status=409)
        held.state, held.is_active = Person.State.ACTIVE, True
        held.save(update_fields=["state", "is_active"])
        on_rights_changed(held)
        record(actor, "unlock-person", "person", held.pk, reason=said)
    return held


def leave_person(actor: Person, *, person_id: int, reason: str) -> Person:
    """A person leaves: memberships, keys, assignments and sessions end today; what the person wrote stays under the name."""
    said, person = _other(actor, person_id, reason)
    with transaction.atomic():
        held = Person.objects.select_for_update().get(pk=person.pk)
        demand(held.state != Person.State.LEFT, "ended-already", ENDED, status=409)
        ended = list(Membership.objects.filter(person=held, until=None).select_related("organisation"))
        for membership in ended:
            demand_not_last(membership)
            end_membership(membership)
        now = timezone.now()
        RoleGrant.objects.filter(person=held, state=RoleGrant.State.ASKED).update(state=RoleGrant.State.REFUSED, ended_at=now)
        Invitation.objects.filter(made_by=held, ended_at=None).update(ended_at=now)
        held.state, held.is_active, held.left_on = Person.State.LEFT, False, timezone.localdate()
        held.save(update_fields=["state", "is_active", "left_on"])
        on_rights_changed(held)
        record(actor, "leave-person", "person", held.pk, reason=said, memberships=[m.pk for m in ended])
    return held


def first_officers(actor: object, *, names: Mapping[str, str]) -> dict[str, str]:
    """The first start: one person for each of the three duties, by role; returns the passwords, which are shown this once.

    For the machine's own shell. Raises Refused officers-exist as soon as anybody ever was an officer.
    """
    demand(
        set(names) == set(OFFICERS) and len(set(names.values())) == len(OFFICERS), "three-officers",
        _("Three different people are needed, one for each duty."), status=422,
    )  # fmt: skip
    for name in names.values():
        demand(USER_NAME.fullmatch(name) is not None, "name-wrong", WRONG_NAME, status=422)
    with transaction.atomic():
        demand(
            not Membership.objects.filter(role__in=OFFICERS).exists(), "officers-exist",
            _("This house has its officers; the security officer grants roles to others."), status=409,
        )  # fmt: skip
        taken = Person.objects.filter(username__in=names.values()).values_list("username", flat=True).first()
        demand(taken is None, "name-taken", _("There is an account %(name)s already."), status=409, name=taken or "")
        passwords: dict[str, str] = {}
        made: dict[str, int] = {}
        for role in OFFICERS:
            passwords[role] = secrets.token_urlsafe(12)
            person = Person.objects.create_user(names[role], password=passwords[role], must_change_password=True)
            enter_membership(person, organisation=house_office(), role=role)
            made[role] = person.pk
        record(actor, "first-officers", "house", change=made)
    return passwords


WRONG_NAME = _("An account's name has 2 to 150 characters: letters, digits, and . @ + - or _ between them.")


def add_office(
    actor: Person, *, name: str, name_en: str = "", kind: str = "ZONE_OFFICE", parent: Organisation | None = None,
    zone: Zone | None = None,
) -> Organisation:  # fmt: skip
    """The security officer enters an office below another one, or another body."""
    demand_power(actor, "manage_accounts")
    name, name_en = name.strip(), name_en.strip()
    demand(2 <= len(name) <= 120 and len(name_en) <= 200, "name-wrong", _("The name has 2 to 120 characters."), status=422)
    kinds = Organisation.Kind
    known = kind in kinds.values and kind not in (kinds.COMPANY, kinds.PUBLIC)
    demand(known, "unknown-kind", _("An organisation of this kind is not entered here."), status=422)
    demand(
        parent is None or (kind == kinds.ZONE_OFFICE and parent.kind == kinds.ZONE_OFFICE), "no-tree",
        _("Only offices of the zone stand below one another."), status=422,
    )  # fmt: skip
    if parent is not None and parent.zone_id is not None:
        demand(zone is None or zone.pk == parent.zone_id, "other-zone", _("The office above works for another zone."), status=422)
        zone = parent.zone
    with transaction.atomic():
        exists = Organisation.objects.filter(kind=kind, name=name, zone=zone).exists()
        demand(not exists, "office-exists", _("There is an organisation of this name already."), status=409)
        office = Organisation.objects.create(kind=kind, name=name, name_en=name_en, parent=parent, zone=zone)
        record(actor, "add-office", "organisation", office.pk, name=name, kind=kind, parent=parent.pk if parent else None)
    return office


def add_system(actor: Person, *, name: str) -> Person:
    """The security officer enters the account of a machine: it gets roles as people do, has keys, and never signs in."""
    demand_power(actor, "manage_accounts")
    name = name.strip()
    demand(USER_NAME.fullmatch(name) is not None, "name-wrong", WRONG_NAME, status=422)
    with transaction.atomic():
        taken = Person.objects.filter(username=name).exists()
        demand(not taken, "name-taken", _("There is an account %(name)s already."), status=409, name=name)
        person = Person.objects.create_user(name, password=None, is_system=True)
        record(actor, "add-system", "person", person.pk, name=name)
    return person


def show_phone(actor: Person, *, person_id: int) -> str:
    """The whole number of a person whom the actor may see. Each showing is kept, and the person reads who it was."""
    demand_power(actor, "manage_accounts", "invite_members", "assign_commissioners")
    person = person_visible(actor, person_id)
    with transaction.atomic():
        if person.pk != actor.pk:
            PhoneShown.objects.create(person=person, by=actor)
        record(actor, "show-phone", "person", person.pk)
    return person.phone


def change_profile(actor: Person, *, name: str, phone: str, language: str) -> Person:
    """A person corrects the own name, phone number and language. A changed number is no longer a confirmed one."""
    name, phone = name.strip(), phone.strip()
    demand(2 <= len(name) <= 60 and name.isprintable(), "name-wrong", _("Your name has 2 to 60 characters."), status=422)
    demand(not phone or PHONE.fullmatch(phone) is not None, "phone-wrong", _("This is not a phone number."), status=422)
    demand(language in ("zh-hans", "en"), "language-wrong", _("The language is zh-hans or en."), status=422)
    with transaction.atomic():
        held = Person.objects.select_for_update().get(pk=actor.pk)
        changed = [field for field, value in (("phone", phone), ("language", language)) if getattr(held, field) != value]
        if held.phone != phone:
            held.is_phone_confirmed = False
        held.first_name, held.last_name, held.phone, held.language = "", name, phone, language
        held.save(update_fields=["first_name", "last_name", "phone", "language", "is_phone_confirmed"])
        record(actor, "change-profile", "person", held.pk, fields=changed, secret={"name": name, "phone": phone})
    return held


def _other(actor: Person, person_id: int, reason: str) -> tuple[str, Person]:
    demand_power(actor, "manage_accounts")
    person = person_visible(actor, person_id)
    if person.pk == actor.pk:
        raise Refused("own-account", OWN_ACCOUNT, status=403)
    return demand_reason(reason), person
