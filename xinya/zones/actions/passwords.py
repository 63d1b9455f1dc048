"""Passwords: changed by their person, reset by a security officer."""

import secrets

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from xinya.kit.audit import must_say_why, record
from xinya.kit.refusals import Refused, demand
from xinya.kit.text import gettext_noop as _

from ..models import Person
from ..queries.sign_in import holds_duty
from .factors import demand_no_officer, drop_factors
from .grants import demand_reason
from .sessions import close_all
from .tries import forget_failures

WEAK = _("This password cannot be taken: %(why)s")
SAME = _("The new password must differ from the old one.")
NO_OFFICER = _("%(name)s is no active account with an officer's duty.")
must_say_why("renew-officer")
OWN = _("Nobody resets their own password or takes their own keys away here; see My sign-in.")


def change_password(actor: Person, *, new: str, session_key: str | None) -> None:
    """A person changes the own password; every other session of theirs ends. Raises Refused password-weak."""
    demand(not actor.check_password(new), "password-same", SAME, status=422)
    try:
        validate_password(new, actor)
    except ValidationError as weak:
        raise Refused("password-weak", WEAK, why=" ".join(weak.messages)) from weak
    with transaction.atomic():
        actor.set_password(new)
        actor.must_change_password = False
        actor.save(update_fields=["password", "must_change_password"])
        ended = close_all(actor, but=session_key)
        record(actor, "change-password", "person", actor.pk, sessions_ended=ended)


def reset_password(actor: Person, *, person: Person, reason: str) -> str:
    """A security officer gives a person a password that must be changed at the next sign-in; it is shown this once."""
    demand(actor.pk != person.pk, "own-account", OWN)
    demand(not person.is_system, "system-account", _("A system has keys and no password."), status=409)
    demand_no_officer(person)
    password = secrets.token_urlsafe(12)
    with transaction.atomic():
        person.set_password(password)
        person.must_change_password = True
        person.save(update_fields=["password", "must_change_password"])
        ended, pauses = close_all(person), forget_failures(person)
        record(actor, "reset-password", "person", person.pk, reason=reason, sessions_ended=ended, pauses_ended=pauses)
    return password


def renew_officer(actor: object, *, name: str, reason: str) -> str:
    """For the machine's own shell: an officer who lost password or keys gets a new password, shown this once, and no keys.

    Raises Refused no-officer, reason-missing.
    """
    said, password = demand_reason(reason), secrets.token_urlsafe(12)
    with transaction.atomic():
        person = Person.objects.select_for_update().filter(username=name, is_active=True).first()
        if person is None or not holds_duty(person):
            raise Refused("no-officer", NO_OFFICER, status=404, name=name)
        person.set_password(password)
        person.must_change_password = True
        person.save(update_fields=["password", "must_change_password"])
        drop_factors(person)
        ended, pauses = close_all(person), forget_failures(person)
        record(actor, "renew-officer", "person", person.pk, reason=said, sessions_ended=ended, pauses_ended=pauses)
    return password
