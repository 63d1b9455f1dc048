"""Second factors: an authenticator app, passkeys, ten recovery codes; set up, used, removed."""

import secrets

import django_otp
from django.db import transaction
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp.util import random_hex
from django_otp_webauthn.models import WebAuthnCredential

from xinya.kit.audit import record
from xinya.kit.refusals import Refused, demand
from xinya.kit.text import gettext_noop as _

from .. import rules
from ..models import ExternalIdentity, Person, RecoveryCodes
from ..models.sign_in import RECOVERY_CODES
from ..queries.sign_in import Factors, codes_of, factors_of, holds_duty, waiting_totp
from .sessions import close_all

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
CODE_WRONG = _("The code is not right, or was used already. After a failure the next try has to wait a moment.")
NO_KEY = _("There is no such key; it may have been removed already.")
LAST_KEY = _("Your role needs a second factor, and this is the last complete one. Set up another one first.")
OFFICER = _(
    "This account holds an officer's duty. Whoever runs the machine renews it there: xinya site renew-officer %(name)s --reason ..."
)
NOT_STARTED = _("Start the set-up of the authenticator app first.")


def start_totp(actor: Person) -> TOTPDevice:
    """A new secret for the authenticator app, which holds once its first code is right."""
    with transaction.atomic():
        TOTPDevice.objects.filter(user=actor, confirmed=False).delete()
        return TOTPDevice.objects.create(user=actor, name="totp", key=random_hex(20), confirmed=False)


def confirm_totp(actor: Person, *, token: str) -> TOTPDevice:
    """The app shows the right code: it is the person's authenticator from now on, in place of an older one."""
    with transaction.atomic():
        waiting = waiting_totp(actor)
        if waiting is None:
            raise Refused("totp-not-started", NOT_STARTED, status=409)
        device = TOTPDevice.objects.select_for_update().get(pk=waiting.pk)
        right = device.verify_token(token)
        if right:
            TOTPDevice.objects.filter(user=actor, confirmed=True).delete()
            device.confirmed = True
            device.save(update_fields=["confirmed"])
            record(actor, "add-key", "person", actor.pk, kind="totp")
    # Refused outside the transaction, so that the failure stays counted.
    demand(right, "code-wrong", CODE_WRONG, status=422)
    return device


def prove(actor: Person, *, code: str) -> Device:
    """A code of the app, or a recovery code, which is then used up. Raises Refused code-wrong; django-otp slows down guessing."""
    plain = "".join(c for c in code if c.isalnum())
    factors = factors_of(actor)
    device: Device | None = factors.totp if plain.isdigit() else codes_of(actor)
    right = django_otp.verify_token(actor, device.persistent_id, plain) if device is not None else None
    with transaction.atomic():
        kind = "totp" if plain.isdigit() else "recovery-code"
        record(actor, "prove-key" if right else "prove-key-failed", "person", actor.pk, kind=kind)
    if right is None:
        raise Refused("code-wrong", CODE_WRONG)
    return right


def renew_codes(actor: Person) -> list[str]:
    """Ten new recovery codes, shown this once; the old ones hold no longer."""
    codes = ["".join(secrets.choice(LETTERS) for _letter in range(10)) for _code in range(RECOVERY_CODES)]
    with transaction.atomic():
        RecoveryCodes.objects.filter(user=actor).delete()
        holder = RecoveryCodes.objects.create(user=actor, name="codes")
        StaticToken.objects.bulk_create([StaticToken(device=holder, token=RecoveryCodes.digest(code)) for code in codes])
        record(actor, "renew-recovery-codes", "person", actor.pk, codes=len(codes))
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def name_passkey(actor: Person, *, passkey: WebAuthnCredential, name: str) -> None:
    """A passkey was registered: it gets a name that its person knows, and its row in the audit."""
    with transaction.atomic():
        passkey.name = name.strip()[:64]
        passkey.save(update_fields=["name"])
        record(actor, "add-key", "person", actor.pk, kind="passkey", name=passkey.name)


def remove_passkey(actor: Person, *, passkey_id: int) -> None:
    """Take one of one's own passkeys away; other people's are not found."""
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=actor.pk)
        passkey = WebAuthnCredential.objects.filter(user=actor, pk=passkey_id).first()
        if passkey is None:
            raise Refused("no-key", NO_KEY, status=404)
        left = factors_of(actor)
        _demand_rest(actor, Factors(left.totp, [k for k in left.passkeys if k.pk != passkey.pk], left.codes_left))
        passkey.delete()
        record(actor, "remove-key", "person", actor.pk, kind="passkey", name=passkey.name)


def remove_totp(actor: Person) -> None:
    """Take the authenticator app away."""
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=actor.pk)
        left = factors_of(actor)
        if left.totp is None:
            raise Refused("no-key", NO_KEY, status=404)
        _demand_rest(actor, Factors(None, left.passkeys, left.codes_left))
        left.totp.delete()
        record(actor, "remove-key", "person", actor.pk, kind="totp")


def remove_all_factors(actor: Person, *, person: Person, reason: str) -> None:
    """A security officer takes lost keys away; the person sets up new ones at the next sign-in. All sessions end."""
    demand_no_officer(person)
    with transaction.atomic():
        drop_factors(person)
        record(actor, "remove-all-keys", "person", person.pk, reason=reason, sessions_ended=close_all(person))


def drop_factors(person: Person) -> None:
    """Part of another act: every key, code and outside identity of the person is gone."""
    for model in (TOTPDevice, RecoveryCodes, WebAuthnCredential):
        model.objects.filter(user=person).delete()
    ExternalIdentity.objects.filter(person=person).delete()


def demand_no_officer(person: Person) -> None:
    """The security officer alone must not become another officer: their door is opened anew at the machine itself."""
    demand(not holds_duty(person), "officer-account", OFFICER, status=403, name=person.username)


def _demand_rest(person: Person, rest: Factors) -> None:
    demand(rest.complete or not rules.needs_second_factor(person), "last-key", LAST_KEY, status=409)
