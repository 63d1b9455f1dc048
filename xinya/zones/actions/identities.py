"""An outside identity is linked to an account by a phone number that both sides have confirmed, never by a name."""

import datetime

from django.db import transaction

from xinya.kit.audit import record
from xinya.kit.identity import Identity
from xinya.kit.refusals import Refused
from xinya.kit.text import gettext_noop as _

from ..models import ExternalIdentity, Person

NOT_LINKED = _("This identity belongs to no account here. Accounts are linked by a phone number confirmed on both sides.")


def person_of_identity(identity: Identity, *, now: datetime.datetime) -> Person:
    """The active person of an outside identity: linked before, or now by the confirmed phone. Raises Refused not-linked."""
    known = ExternalIdentity.objects.filter(issuer=identity.issuer, subject=identity.subject).select_related("person").first()
    person = known.person if known is not None else _by_phone(identity)
    if person is None or not person.is_active:
        with transaction.atomic():
            record("unknown", "sign-in-failed", "person", "", way="oidc")
        raise Refused("not-linked", NOT_LINKED, status=403)
    if known is None:
        with transaction.atomic():
            ExternalIdentity.objects.create(person=person, issuer=identity.issuer, subject=identity.subject, linked_at=now)
            record(person, "link-identity", "person", person.pk, issuer=identity.issuer)
    return person


def _by_phone(identity: Identity) -> Person | None:
    if not identity.confirmed_phone:
        return None
    return Person.objects.filter(phone=identity.confirmed_phone, is_phone_confirmed=True, is_active=True).first()
