"""How accounts come about: by an invitation, or by signing up to claim a company. There is no other way."""

import hashlib
import hmac
import secrets
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from xinya.kit.audit import must_say_why, record
from xinya.kit.refusals import Refused, demand
from xinya.kit.text import gettext_noop as _

from ..engine.roles import BY_CODE
from ..models import Invitation, Membership, Organisation, Person, SignUpCount
from ..queries import visible_to
from .claims import claim_company
from .grants import ENDED, demand_power, demand_reason, enter_grant
from .people import demand_apart, end_membership, enter_membership, on_rights_changed

must_say_why("end-member")
DAYS = 7
SIGN_UPS_A_DAY = 5
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that are read for one another
COMPANY_ROLES = ("company_user", "company_admin")
NOT_VALID = _("This invitation is not valid: it was used, it was withdrawn, it has run out, or the code is mistyped.")


def invite(actor: Person, *, organisation: Organisation, role: str, name: str, reason: str = "") -> tuple[Invitation, str]:
    """Invite somebody, once, for seven days; returns the invitation and its code, which is shown this once.

    A company's administrator invites into the own company. The security officer invites into an office: there the role is
    asked for as soon as the person has come, and two people must still agree.
    """
    demand_power(actor, "invite_members", "manage_accounts")
    name = name.strip()
    demand(2 <= len(name) <= 60 and name.isprintable(), "name-wrong", _("The name has 2 to 60 characters."), status=422)
    membership = actor.acting_for
    if organisation.kind == Organisation.Kind.COMPANY:
        own = membership is not None and membership.organisation_id == organisation.pk and membership.role == "company_admin"
        demand(own, "no-such-office", _("There is no such organisation."), status=404)
        demand(role in COMPANY_ROLES, "role-not-here", WRONG_ROLE, status=422, role=role[:30])
        said = reason.strip()[:300]
    else:
        demand_power(actor, "manage_accounts")
        known = BY_CODE.get(role)
        here = known is not None and not known.opens_with and organisation.kind in known.kinds
        demand(here, "role-not-here", WRONG_ROLE, status=422, role=role[:30])
        said = demand_reason(reason)
    code = secrets.token_urlsafe(24)
    with transaction.atomic():
        row = Invitation.objects.create(
            organisation=organisation, role=role, name=name, reason=said, digest=_digest(code), made_by=actor,
            expires_at=timezone.now() + timedelta(days=DAYS),
        )  # fmt: skip
        record(actor, "invite", "invitation", row.pk, organisation=organisation.pk, role=role, secret={"name": name})
    return row, code


WRONG_ROLE = _("The role %(role)s is not given by an invitation into this organisation.")


def withdraw_invitation(actor: Person, *, invitation_id: int) -> Invitation:
    """Whoever may invite there takes an invitation back; its code opens nothing any more."""
    demand_power(actor, "invite_members", "manage_accounts")
    with transaction.atomic():
        row = visible_to(actor, Invitation).select_for_update(of=("self",)).filter(pk=invitation_id).first()
        if row is None:
            raise Refused("no-such-invitation", _("There is no such invitation."), status=404)
        demand(row.ended_at is None, "ended-already", ENDED, status=409)
        row.ended_at = timezone.now()
        row.save(update_fields=["ended_at"])
        record(actor, "withdraw-invitation", "invitation", row.pk)
    return row


def accept_invitation(*, code: str, name: str, password: str, phone: str = "") -> Person:
    """The invited person takes the invitation: a new account with a sign-in name made by the house. The code is then spent.

    Raises Refused invitation-invalid for every code that opens nothing, whatever the reason.
    """
    with transaction.atomic():
        row = _open_invitation(code)
        person = _new_person(name=name, password=password, phone=phone)
        _take(row, person)
    return person


def join_by_invitation(actor: Person, *, code: str) -> Invitation:
    """Somebody who has an account takes an invitation with it: a second company, or another office."""
    with transaction.atomic():
        row = _open_invitation(code)
        demand_apart(actor, row.role)
        _take(row, actor)
    return row


def _open_invitation(code: str) -> Invitation:
    found = Invitation.objects.select_for_update(of=("self",)).select_related("organisation", "made_by")
    row = found.filter(digest=_digest(code.strip()), ended_at=None, expires_at__gt=timezone.now(), made_by__is_active=True).first()
    if row is None or not _may_still_invite(row):
        raise Refused("invitation-invalid", NOT_VALID)
    return row


def _take(row: Invitation, person: Person) -> None:
    row.used_by, row.ended_at = person, timezone.now()
    row.save(update_fields=["used_by", "ended_at"])
    where, role = row.organisation, row.role
    if where.kind == Organisation.Kind.COMPANY:
        enter_membership(person, organisation=where, role=role, granted_by=row.made_by)
    else:
        enter_grant(person, person=person, organisation=where, role=role, reason=row.reason, asked_by=row.made_by)
    record(person, "accept-invitation", "invitation", row.pk, person=person.pk)


def sign_up(*, name: str, password: str, credit_code: str, proof: str, address: str) -> Person:
    """A person without an account claims a company: the account has no rights until the claim is confirmed.

    At most five a day from one address. Raises Refused too-many-sign-ups.
    """
    _count_sign_up(address)
    with transaction.atomic():
        person = _new_person(name=name, password=password, phone="")
        claim_company(person, credit_code=credit_code, proof=proof)
        record(person, "sign-up", "person", person.pk)
    return person


def end_member(actor: Person, *, membership_id: int, reason: str) -> Membership:
    """The administrator of a company ends somebody's membership there; the company's other rows stay as they are."""
    demand_power(actor, "invite_members")
    acting = actor.acting_for
    with transaction.atomic():
        found = visible_to(actor, Membership).select_for_update(of=("self",)).select_related("person", "organisation")
        row = found.filter(pk=membership_id, organisation=acting.organisation_id if acting else None).first()
        if row is None:
            raise Refused("no-such-membership", _("There is no such membership."), status=404)
        demand(row.person_id != actor.pk, "own-role", _("Nobody ends the own membership; another administrator does."))
        demand(row.until is None, "ended-already", ENDED, status=409)
        said = demand_reason(reason)
        end_membership(row)
        on_rights_changed(row.person)
        record(actor, "end-member", "membership", row.pk, reason=said, person=row.person_id, organisation=row.organisation_id)
    return row


def _may_still_invite(row: Invitation) -> bool:
    """Whether who invited still holds the role to do so: an administrator of that company, or a security officer."""
    held = Membership.objects.filter(person=row.made_by_id, until=None)
    if row.organisation.kind == Organisation.Kind.COMPANY:
        return held.filter(organisation=row.organisation_id, role="company_admin").exists()
    return held.filter(role="security_officer").exists()


def _new_person(*, name: str, password: str, phone: str) -> Person:
    """An account with a sign-in name of the house's own making: a name that people choose would tell who is here already."""
    name, phone = name.strip(), phone.strip()
    demand(2 <= len(name) <= 60 and name.isprintable(), "name-wrong", _("Your name has 2 to 60 characters."), status=422)
    demand(len(phone) <= 20 and phone.isprintable(), "phone-wrong", _("This is not a phone number."), status=422)
    person = Person(username=f"p-{''.join(secrets.choice(LETTERS) for _place in range(8))}", last_name=name, phone=phone)
    try:
        validate_password(password, person)
    except ValidationError as weak:
        why = " ".join(weak.messages)
        raise Refused("password-weak", _("This password cannot be taken: %(why)s"), why=why) from weak
    person.set_password(password)
    person.save()
    return person


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode("utf-8", "ignore")).hexdigest()


def _count_sign_up(address: str) -> None:
    """Counted before anything is looked at, in a transaction of its own, so that refused tries count too."""
    key = hmac.new(settings.SECRET_KEY.encode(), b"sign-up:" + address.encode(), hashlib.sha256).hexdigest()
    today = timezone.localdate()
    counts = SignUpCount.objects.filter(address=key, day=today)
    try:
        with transaction.atomic():
            SignUpCount.objects.create(address=key, day=today, made=1)
        return
    except IntegrityError:
        counted = counts.filter(made__lt=SIGN_UPS_A_DAY).update(made=F("made") + 1)
    demand(
        counted == 1, "too-many-sign-ups", _("Too many accounts were asked for from here today. Please come back tomorrow."),
        status=429, retry_after=24 * 60 * 60,
    )  # fmt: skip


__all__ = ["DAYS", "accept_invitation", "end_member", "invite", "join_by_invitation", "sign_up", "withdraw_invitation"]
