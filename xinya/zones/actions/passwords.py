"""Passwords: changed by their person, reset by a security officer."""

import secrets

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from xinya.kit.audit import record
from xinya.kit.refusals import Refused, demand
from xinya.kit.text import gettext_noop as _

from ..models import Person
from .sessions import close_all
from .tries import forget_failures

WEAK = _("This password cannot be taken: %(why)s")
SAME = _("The new password must differ from the old one.")
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
    password = secrets.token_urlsafe(12)
    with transaction.atomic():
        person.set_password(password)
        person.must_change_password = True
        person.save(update_fields=["password", "must_change_password"])
        ended, pauses = close_all(person), forget_failures(person)
        record(actor, "reset-password", "person", person.pk, reason=reason, sessions_ended=ended, pauses_ended=pauses)
    return password
