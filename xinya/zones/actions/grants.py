"""Roles by two people's yes: asked for, agreed to by the security officer and by the receiver's head, refused, ended."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from xinya.kit.audit import must_say_why, record
from xinya.kit.refusals import Refused, demand
from xinya.kit.text import gettext_noop as _

from ..engine.roles import BY_CODE, OFFICERS
from ..models import Membership, Organisation, Person, RoleGrant
from ..queries import may_countersign, office_tree, visible_to
from ..rules import has_power
from .people import CONFLICT, demand_apart, end_membership, enter_membership, on_rights_changed

must_say_why("ask-role", "agree-role", "refuse-role", "end-role")
REASON_MISSING = _("Please say why: this is not done without a reason.")
NO_SUCH_GRANT = _("There is no such role asked for.")
NOT_YOURS = _("Your role is %(role)s, and this is not for it to do.")
NO_MACHINE = _("A yes is a person's; no key of a machine gives it.")
NOT_OPEN = _("The role %(role)s opens with a later part of the product.")
ENDED = _("This was decided already; nothing more can be done with it.")


def demand_reason(reason: str) -> str:
    """The reason without blanks around it. Raises Refused reason-missing, reason-too-long."""
    said = reason.strip()
    demand(len(said) >= 2, "reason-missing", REASON_MISSING, status=422)
    demand(len(said) <= 300, "reason-too-long", _("A reason has at most 300 characters."), status=422)
    return said


def demand_power(actor: Person, *powers: str) -> None:
    """Refuse whoever has none of these powers."""
    demand(any(has_power(actor, power) for power in powers), "not-allowed", NOT_YOURS, role=actor.role_name)


def ask_role(actor: Person, *, person: Person, organisation: Organisation, role: str, reason: str) -> RoleGrant:
    """The security officer, or the head of the office or of one above it, asks for a role; it holds after two yes."""
    demand_power(actor, "manage_accounts", "countersign_grants")
    if not has_power(actor, "manage_accounts"):
        _demand_own_office(actor, organisation)
    return enter_grant(actor, person=person, organisation=organisation, role=role, reason=demand_reason(reason), asked_by=actor)


def enter_grant(
    actor: Person, *, person: Person, organisation: Organisation, role: str, reason: str, asked_by: Person
) -> RoleGrant:  # fmt: skip
    """Part of another act, which has judged who may ask: the role waits for two yes."""
    wanted = BY_CODE.get(role)
    if wanted is None:
        raise Refused("unknown-role", _("The register has no role %(role)s."), role=role[:30])
    demand(not wanted.opens_with, "role-not-open", NOT_OPEN, status=422, role=role)
    demand(
        organisation.kind in wanted.kinds, "role-not-here",
        _("The role %(role)s is not held in an organisation of this kind."), status=422, role=role,
    )  # fmt: skip
    demand(
        organisation.kind != Organisation.Kind.COMPANY, "role-by-company",
        _("People of a company are confirmed by claim or invited by its administrator."), status=422,
    )  # fmt: skip
    demand(
        person.state == Person.State.ACTIVE, "account-not-active", _("The account of %(name)s is not active."), status=409,
        name=str(person),
    )  # fmt: skip
    with transaction.atomic():
        _demand_one_duty(person, wanted.duty)
        demand_apart(person, role)
        held = Membership.objects.filter(person=person, organisation=organisation, role=role, until=None)
        if held.exists():
            raise Refused("membership-exists", _("%(name)s has this role there already."), status=409, name=str(person))
        try:
            with transaction.atomic():
                grant = RoleGrant.objects.create(
                    person=person, organisation=organisation, role=role, reason=reason, asked_by=asked_by
                )  # fmt: skip
        except IntegrityError as twice:
            raise Refused("asked-already", _("This role is asked for already."), status=409) from twice
        record(actor, "ask-role", "grant", grant.pk, reason=reason, person=person.pk, organisation=organisation.pk, role=role)
    return grant


def agree_role(actor: Person, *, grant_id: int) -> RoleGrant:
    """A yes: the security officer's, or that of the receiver's head. With both the role holds, and the person signs in anew.

    Nobody says yes for themselves, and nobody says both.
    """
    with transaction.atomic():
        grant = _waiting(actor, grant_id)
        demand(grant.person_id != actor.pk, "own-role", _("Nobody grants a role to themselves."))
        demand(not actor.is_system, "no-machine", NO_MACHINE)
        as_security, as_head = has_power(actor, "manage_accounts"), may_countersign(actor, grant, office_tree())
        demand(as_security or as_head, "not-allowed", NOT_YOURS, role=actor.role_name)
        other = grant.head_by_id if as_security else grant.security_by_id
        demand(other != actor.pk, "two-people", _("The second yes comes from another person."), status=409)
        given = grant.security_by_id if as_security else grant.head_by_id
        demand(given is None, "agreed-already", _("This yes was given already; the other one is missing."), status=409)
        if as_security:
            grant.security_by = actor
        else:
            grant.head_by = actor
        if grant.security_by_id is not None and grant.head_by_id is not None:
            enter_membership(grant.person, organisation=grant.organisation, role=grant.role, granted_by=grant.security_by)
            grant.state, grant.ended_at = RoleGrant.State.GRANTED, timezone.now()
        grant.save(update_fields=["security_by", "head_by", "state", "ended_at"])
        if grant.state == RoleGrant.State.GRANTED:
            on_rights_changed(grant.person)
        side = "security" if as_security else "head"
        record(
            actor, "agree-role", "grant", grant.pk, reason=grant.reason, side=side, state=grant.state, person=grant.person_id,
            role=grant.role,
        )  # fmt: skip
    return grant


def refuse_role(actor: Person, *, grant_id: int, reason: str) -> RoleGrant:
    """A no of either side ends what was asked for."""
    with transaction.atomic():
        grant = _waiting(actor, grant_id)
        demand(grant.person_id != actor.pk, "own-role", _("Nobody decides on a role of their own."))
        allowed = has_power(actor, "manage_accounts") or may_countersign(actor, grant, office_tree())
        demand(allowed, "not-allowed", NOT_YOURS, role=actor.role_name)
        said = demand_reason(reason)
        grant.state, grant.ended_at = RoleGrant.State.REFUSED, timezone.now()
        grant.save(update_fields=["state", "ended_at"])
        record(actor, "refuse-role", "grant", grant.pk, reason=said, person=grant.person_id, role=grant.role)
    return grant


def end_role(actor: Person, *, membership_id: int, reason: str) -> Membership:
    """The security officer ends a role of somebody else; the last officer of a kind keeps it until another has it."""
    demand_power(actor, "manage_accounts")
    with transaction.atomic():
        found = visible_to(actor, Membership).select_for_update(of=("self",)).select_related("person", "organisation")
        membership = found.filter(pk=membership_id).first()
        if membership is None:
            raise Refused("no-such-membership", _("There is no such membership."), status=404)
        demand(membership.person_id != actor.pk, "own-role", _("Nobody decides on a role of their own."))
        demand(membership.until is None, "ended-already", ENDED, status=409)
        said = demand_reason(reason)
        demand_not_last(membership)
        end_membership(membership)
        on_rights_changed(membership.person)
        record(actor, "end-role", "membership", membership.pk, reason=said, person=membership.person_id, role=membership.role)
    return membership


def demand_not_last(membership: Membership) -> None:
    """Each of the three officers' duties stays in somebody's hands."""
    if membership.role not in OFFICERS:
        return
    others = Membership.objects.filter(role=membership.role, until=None, person__is_active=True).exclude(person=membership.person)
    demand(
        others.exists(), "last-officer", _("This is the last %(role)s; first another person gets the role."), status=409,
        role=membership.get_role_display(),
    )  # fmt: skip


def _waiting(actor: Person, grant_id: int) -> RoleGrant:
    found = visible_to(actor, RoleGrant).select_for_update(of=("self",)).select_related("person", "organisation")
    grant = found.filter(pk=grant_id).first()
    if grant is None:
        raise Refused("no-such-grant", NO_SUCH_GRANT, status=404)
    demand(grant.state == RoleGrant.State.ASKED, "ended-already", ENDED, status=409)
    return grant


def _demand_own_office(actor: Person, organisation: Organisation) -> None:
    membership = actor.acting_for
    below = office_tree().below(membership.organisation_id) if membership is not None else frozenset()
    demand(organisation.pk in below, "no-such-office", _("There is no such office below yours."), status=404)


def _demand_one_duty(person: Person, duty: str) -> None:
    """Nobody holds two duties, and nobody is asked into a second one."""
    held = {BY_CODE[r].duty for r in Membership.objects.filter(person=person, until=None).values_list("role", flat=True)}
    held |= {BY_CODE[r].duty for r in RoleGrant.objects.filter(person=person, state="ASKED").values_list("role", flat=True)}
    demand(held <= {duty}, "DUTIES_CONFLICT", CONFLICT, status=409, name=str(person))


__all__ = ["agree_role", "ask_role", "demand_power", "demand_reason", "end_role", "enter_grant", "refuse_role"]
